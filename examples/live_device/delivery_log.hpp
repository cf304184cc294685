// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cerrno>
#include <cinttypes>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <fcntl.h>
#include <unistd.h>

#include <ebit/backend/actions.hpp>
#include <ebit/core/result.hpp>
#include <ebit/sim/delivered_pair.hpp>

/// What was delivered, written by the device, which alone knows the truth. Each line is one write to the end of the
/// file: it survives the process, and comes before the node is told that its application has the half.
namespace live {

struct log_entry {
  enum class kind : char {
    delivered = 'D',  ///< a half to an application
    complete = 'P',   ///< the second half of a pair: the truth about it
    revoked = 'R',    ///< by a node's own word
    joined = 'J',     ///< a node
    left = 'L',       ///< a node
    started = 'S',    ///< the device
    worked = 'W',     ///< the device or a node, when it ends
    sealed = 'K'      ///< a node with keys, when it ends
  };
  kind what = kind::delivered;
  std::uint32_t node = 0;   ///< J: its incarnation is in `count`
  ebit::pair_id name{};     ///< D, P, R
  std::uint32_t frame = 0;  ///< D
  double value = 0;         ///< P: fidelity; W: seconds; K: packets refused that no restart explains
  std::uint64_t count = 0;  ///< P: 1 if both ends gave the same name and frame; W: actions; S: session;
                            ///< K: packets opened
};

class delivery_log {
 public:
  delivery_log() = default;
  delivery_log(delivery_log&& other) noexcept : file_{std::exchange(other.file_, -1)} {}
  delivery_log& operator=(delivery_log&& other) noexcept {
    std::swap(file_, other.file_);
    return *this;
  }
  ~delivery_log() {
    if (file_ >= 0) ::close(file_);
  }

  /// Without a name nothing is written.
  [[nodiscard]] static ebit::result<delivery_log> open(const std::string& name) {
    delivery_log made;
    if (name.empty()) return made;
    made.file_ = ::open(name.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
    if (made.file_ < 0)
      return ebit::config_error{"--log: " + name, std::strerror(errno), "a file that can be written"};
    return made;
  }

  void operator()(const log_entry& e) const {
    if (file_ < 0) return;
    char line[200];
    const int size =
        std::snprintf(line, sizeof line, "%c %u %u %u %" PRIu64 " %u %.17g %" PRIu64 "\n", static_cast<char>(e.what),
                      e.node, e.name.path.value(), e.name.epoch, e.name.sequence, e.frame, e.value, e.count);
    [[maybe_unused]] const ssize_t did = ::write(file_, line, static_cast<std::size_t>(size));
  }

 private:
  int file_ = -1;
};

[[nodiscard]] inline std::optional<log_entry> parse_entry(const char* line) {
  log_entry e;
  char what = 0;
  std::uint32_t path = 0;
  if (std::sscanf(line, "%c %u %u %u %" SCNu64 " %u %lg %" SCNu64, &what, &e.node, &path, &e.name.epoch,
                  &e.name.sequence, &e.frame, &e.value, &e.count) != 8)
    return std::nullopt;
  e.what = static_cast<log_entry::kind>(what);
  e.name.path = ebit::path_id{path};
  return e;
}

}  // namespace live
