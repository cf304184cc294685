// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

#include <ebit/core/fixed_vector.hpp>
#include <ebit/core/ids.hpp>
#include <ebit/core/time.hpp>
#include <ebit/route/link_state_wire.hpp>

namespace ebit::route {

/// What a node still owes to one neighbour: entries to be sent, those under way, receipts to be given.
struct link_state_neighbour {
  /// As many advertisements may be under way to it at once.
  static constexpr std::size_t window = 16;
  static constexpr std::uint32_t none = ~std::uint32_t{0};

  struct letter {
    std::uint32_t place = 0;
    std::uint32_t tag = 0;
    local_time due;
    std::uint8_t copies = 1;
  };

  node_id node;
  duration round_trip;
  bool is_met = false;                                ///< it was heard
  std::uint32_t life = 0;                             ///< and ran under this incarnation
  bool silent = false;                                ///< it has answered nothing for long
  local_time unanswered_since = local_time::never();  ///< first of what was sent after it was last heard
  fixed_vector<letter, window> under_way;
  fixed_vector<wire::advertised::receipt, wire::advertised::most> receipts;
  local_time receipts_due = local_time::never();

  [[nodiscard]] bool wants(std::uint32_t place) const {
    return place / 64 < waiting.size() && (waiting[place / 64] >> (place % 64) & 1U) != 0;
  }
  void want(std::uint32_t place) {
    if (place / 64 >= waiting.size()) waiting.resize(place / 64 + 1);
    if (!wants(place)) ++waiting_count;
    waiting[place / 64] |= std::uint64_t{1} << (place % 64);
  }
  void need_not(std::uint32_t place) {
    if (!wants(place)) return;
    waiting[place / 64] &= ~(std::uint64_t{1} << (place % 64));
    --waiting_count;
  }
  /// An entry that waits, each in its turn; `none` if there is none.
  std::uint32_t take() {
    if (waiting_count == 0) return none;
    std::size_t word = cursor / 64;
    std::uint64_t bits = word < waiting.size() ? waiting[word] & (~std::uint64_t{0} << (cursor % 64)) : 0;
    while (bits == 0) {
      if (++word >= waiting.size()) word = 0;
      bits = waiting[word];
    }
    const auto place = static_cast<std::uint32_t>(word * 64 + static_cast<std::size_t>(std::countr_zero(bits)));
    need_not(place);
    cursor = place + 1;
    return place;
  }

  [[nodiscard]] letter* sent(std::uint32_t place) {
    for (letter& l : under_way)
      if (l.place == place) return &l;
    return nullptr;
  }
  /// Nothing of this entry is owed any more.
  void settle(std::uint32_t place) {
    need_not(place);
    for (std::size_t i = under_way.size(); i-- > 0;)
      if (under_way[i].place == place) under_way.erase_at(i);
  }
  void settle_all() {
    for (std::uint64_t& w : waiting) w = 0;
    waiting_count = 0;
    under_way.clear();
  }

  [[nodiscard]] std::size_t bytes() const { return waiting.capacity() * sizeof(std::uint64_t); }

  std::vector<std::uint64_t> waiting;  ///< a bit for each place of the database
  std::size_t waiting_count = 0;
  std::uint32_t cursor = 0;
};

}  // namespace ebit::route
