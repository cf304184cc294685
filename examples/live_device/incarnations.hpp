// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cerrno>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <string>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <unistd.h>

#include <ebit/core/result.hpp>

namespace live {

/// How often each node has started. Kept in a file and written before a number is given out, so that none is given
/// out twice, whoever dies.
class incarnations {
 public:
  [[nodiscard]] static ebit::result<incarnations> open(const std::string& name, std::uint32_t nodes) {
    incarnations made;
    made.name_ = name;
    made.next_.assign(nodes, 0);
    std::FILE* file = std::fopen(name.c_str(), "rb");
    if (file == nullptr && errno != ENOENT) return made.unusable();
    if (file != nullptr) {
      const bool whole = made.read(file);
      std::fclose(file);
      if (!whole)
        return ebit::config_error{"--state: " + name, "not one number for each node",
                                  "a file that a run of " + std::to_string(nodes) + " nodes has left, or none"};
    }
    if (!made.write()) return made.unusable();
    return made;
  }

  [[nodiscard]] ebit::result<std::uint32_t> next(std::uint32_t node) {
    const std::uint32_t given = next_[node]++;
    if (!write()) return unusable();
    return given;
  }
  /// Whether `incarnation` is the node's newest, as far as is known.
  [[nodiscard]] bool is_newest(std::uint32_t node, std::uint32_t incarnation) const {
    return incarnation + 1 == next_[node];
  }

 private:
  [[nodiscard]] bool read(std::FILE* file) {
    for (std::uint32_t& n : next_)
      if (std::fscanf(file, "%u", &n) != 1) return false;
    char more = 0;
    return std::fscanf(file, " %c", &more) != 1;
  }
  /// To another file first, so that there is always a whole one.
  [[nodiscard]] bool write() const {
    const std::string fresh = name_ + ".new";
    std::FILE* file = std::fopen(fresh.c_str(), "wb");
    if (file == nullptr) return false;
    for (const std::uint32_t n : next_) std::fprintf(file, "%u\n", n);
    return std::fclose(file) == 0 && std::rename(fresh.c_str(), name_.c_str()) == 0;
  }
  [[nodiscard]] ebit::config_error unusable() const {
    return {"--state: " + name_, std::strerror(errno), "a file that can be read and written"};
  }

  std::string name_;
  std::vector<std::uint32_t> next_;
};

}  // namespace live
