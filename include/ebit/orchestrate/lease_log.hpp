// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include <ebit/core/ids.hpp>
#include <ebit/core/time.hpp>
#include <ebit/orchestrate/fabric_elements.hpp>
#include <ebit/orchestrate/flat_index.hpp>
#include <ebit/orchestrate/wire.hpp>

namespace ebit::orchestrate {

/// What a controller that stands by has written down of a lease: enough to go on with it.
struct logged_lease {
  path_id path;
  request_id request;
  std::uint32_t head = 0;
  std::uint32_t tail = 0;
  std::uint32_t ticket = 0;
  std::uint32_t pairs = 0;
  std::uint16_t tenant = 0;
  std::uint8_t flags = 0;
  duration length;
  local_time since;            ///< it was written down, which is before it began
  std::vector<span_id> spans;  ///< the head's arm, then the other
  std::size_t spans_a = 0;
  std::size_t missing = 0;  ///< spans that were not heard yet
  bool is_told = false;     ///< apart from its spans
};

/// The leases of the controller in office as one that stands by knows them. Parts of a lease come in any order, and
/// again; one that comes again after its end stays until `forget_before`, or until a survey finds that nobody has it.
class lease_log {
 public:
  lease_log() = default;
  /// `most_spans`: as many fibres as the fabric has, so no light path has more; what has more is no light path.
  explicit lease_log(std::size_t most_spans) : most_spans_{most_spans} {}

  [[nodiscard]] std::size_t size() const { return by_path_.size(); }
  /// Those written down completely, in no particular order: calls `each(const logged_lease&)`.
  template <class Each>
  void on_each(Each&& each) const {
    for (const logged_lease& l : leases_)
      if (l.path.valid() && is_complete(l)) each(l);
  }
  [[nodiscard]] const logged_lease* find(path_id path) const {
    const std::uint32_t slot = by_path_.find(path.value());
    return slot == flat_index::none || !is_complete(leases_[slot]) ? nullptr : &leases_[slot];
  }

  /// Whether all of the lease is written down now.
  bool write(const wire::log_lease& m, local_time now) {
    const std::size_t spans = std::size_t{m.spans_a} + m.spans_b;
    if (spans > most_spans_) return false;
    logged_lease& l = at(m.path, now);
    if (!l.is_told) {
      l.request = m.request;
      l.head = m.head.value();
      l.tail = m.tail.value();
      l.ticket = m.ticket;
      l.pairs = m.pairs;
      l.tenant = m.tenant;
      l.flags = m.flags;
      l.length = m.lease;
      l.spans_a = m.spans_a;
      l.is_told = true;
      resize(l, spans);
    }
    return is_complete(l);
  }
  bool write(const wire::log_spans& m, local_time now) {
    const std::size_t end = std::size_t{m.first} + m.count;
    if (m.count > wire::log_spans::most || end > most_spans_) return false;
    for (std::size_t i = 0; i < m.count; ++i)
      if (!span_id{m.spans[i]}.valid()) return false;
    logged_lease& l = at(m.path, now);
    if (l.is_told && end > l.spans.size()) return false;
    if (end > l.spans.size()) resize(l, end);
    for (std::size_t i = 0; i < m.count; ++i) {
      span_id& known = l.spans[m.first + i];
      if (!known.valid()) --l.missing;
      known = span_id{m.spans[i]};
    }
    return is_complete(l);
  }
  void end(path_id path) {
    const std::uint32_t slot = by_path_.find(path.value());
    if (slot == flat_index::none) return;
    by_path_.erase(path.value());
    leases_[slot].path = path_id::none();
    leases_[slot].spans.clear();
    free_.push_back(slot);
  }
  void forget_before(path_id oldest) {
    for (const logged_lease& l : leases_)
      if (l.path.valid() && l.path < oldest) end(path_id{l.path});
  }
  void clear() { *this = lease_log{most_spans_}; }

 private:
  [[nodiscard]] static bool is_complete(const logged_lease& l) { return l.is_told && l.missing == 0; }
  static void resize(logged_lease& l, std::size_t spans) {
    for (std::size_t i = spans; i < l.spans.size(); ++i)
      if (!l.spans[i].valid()) --l.missing;
    if (spans > l.spans.size()) l.missing += spans - l.spans.size();
    l.spans.resize(spans);
  }
  [[nodiscard]] logged_lease& at(path_id path, local_time now) {
    std::uint32_t slot = by_path_.find(path.value());
    if (slot == flat_index::none) {
      if (free_.empty()) {
        slot = static_cast<std::uint32_t>(leases_.size());
        leases_.emplace_back();
      } else {
        slot = free_.back();
        free_.pop_back();
        leases_[slot] = logged_lease{};
      }
      leases_[slot].path = path;
      leases_[slot].since = now;
      by_path_.set(path.value(), slot);
    }
    return leases_[slot];
  }

  std::size_t most_spans_ = 0;
  std::vector<logged_lease> leases_;
  std::vector<std::uint32_t> free_;
  flat_index by_path_;
};

}  // namespace ebit::orchestrate
