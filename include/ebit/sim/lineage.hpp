// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include <ebit/core/ids.hpp>
#include <ebit/core/time.hpp>

namespace ebit::sim {

/// One qubit's part in a pair, from its herald to its end. A link pair is two of them, one at each node.
struct half_record {
  static constexpr std::uint32_t none = ~std::uint32_t{0};
  enum class fate : std::uint8_t { held, swapped, distilled, delivered, discarded };

  node_id node;
  std::uint32_t slot = 0;  ///< as numbered through the whole network
  pair_id pair;            ///< the link pair it was born in
  world_time heralded;     ///< when its node heard of it
  world_time ended = world_time::never();
  fate end = fate::held;
  std::uint32_t partner = none;  ///< the other half of the link pair
  std::uint32_t into = none;  ///< swapped: the half it was measured with; distilled (as the sacrifice): the half kept
  std::uint32_t rounds = 0;   ///< distillations begun that were to improve this half
  request_id request;         ///< delivered: to whom
};

/// A pair that was delivered at one end at least, and all that went into it.
struct delivery_record {
  request_id request;
  std::uint32_t first = half_record::none;   ///< the half delivered first
  std::uint32_t second = half_record::none;  ///< the other end's; none: not delivered, or not recorded
  std::vector<std::uint32_t> swaps;   ///< of each swap on the way from first to second, the half on the first's side
  std::vector<std::uint32_t> halves;  ///< every half that went into it, also through distillation, in order of herald

  /// Whether the way from one end to the other is recorded without a gap.
  [[nodiscard]] bool complete() const { return second != half_record::none; }
};

[[nodiscard]] constexpr const char* name_of(half_record::fate end) {
  switch (end) {
    case half_record::fate::held: return "held";
    case half_record::fate::swapped: return "swapped";
    case half_record::fate::distilled: return "distilled";
    case half_record::fate::delivered: return "delivered";
    case half_record::fate::discarded: return "discarded";
  }
  return "?";
}

/// Follows recorded halves from each delivered pair back to the heralds it came from.
class lineage {
 public:
  static constexpr std::uint32_t none = half_record::none;

  explicit lineage(std::vector<half_record> halves)
      : halves_{std::move(halves)},
        delivery_of_(halves_.size(), none),
        kept_from_(halves_.size(), none),
        next_(halves_.size(), none) {
    for (std::uint32_t h = 0; h < halves_.size(); ++h) {
      const half_record& half = halves_[h];
      if (half.end != half_record::fate::distilled || half.into == none) continue;
      next_[h] = kept_from_[half.into];  // a list of sacrifices for each half that was kept
      kept_from_[half.into] = h;
    }
    std::vector<std::uint32_t> ends;
    for (std::uint32_t h = 0; h < halves_.size(); ++h)
      if (halves_[h].end == half_record::fate::delivered) ends.push_back(h);
    std::sort(ends.begin(), ends.end(), [this](std::uint32_t a, std::uint32_t b) {
      return halves_[a].ended != halves_[b].ended ? halves_[a].ended < halves_[b].ended : a < b;
    });
    for (const std::uint32_t h : ends)
      if (delivery_of_[h] == none) follow(h);
  }

  [[nodiscard]] const std::vector<half_record>& halves() const& { return halves_; }
  const std::vector<half_record>& halves() && = delete;
  /// In order of their first end's delivery.
  [[nodiscard]] const std::vector<delivery_record>& deliveries() const& { return deliveries_; }
  const std::vector<delivery_record>& deliveries() && = delete;  // they would go with the temporary
  /// The number of the delivery a half went into, or `none`.
  [[nodiscard]] std::uint32_t delivery_of(std::uint32_t half) const { return delivery_of_[half]; }

 private:
  void follow(std::uint32_t end) {
    const auto number = static_cast<std::uint32_t>(deliveries_.size());
    delivery_record d;
    d.request = halves_[end].request;
    d.first = end;
    // Along the pair: to the partner, through the swap it ended in, and so on.
    for (std::uint32_t at = halves_[end].partner; at != none;) {
      const half_record& half = halves_[at];
      if (half.end == half_record::fate::delivered) d.second = at;
      if (half.end != half_record::fate::swapped || half.into == none) break;
      d.swaps.push_back(at);
      at = halves_[half.into].partner;
    }
    // And everything that was spent on it.
    std::vector<std::uint32_t> open{end};
    const auto visit = [&](std::uint32_t h) {
      if (h == none || delivery_of_[h] != none) return;
      delivery_of_[h] = number;
      open.push_back(h);
    };
    delivery_of_[end] = number;
    while (!open.empty()) {
      const std::uint32_t h = open.back();
      open.pop_back();
      d.halves.push_back(h);
      visit(halves_[h].partner);
      if (halves_[h].end == half_record::fate::swapped) visit(halves_[h].into);
      for (std::uint32_t s = kept_from_[h]; s != none; s = next_[s]) visit(s);
    }
    std::sort(d.halves.begin(), d.halves.end());
    deliveries_.push_back(std::move(d));
  }

  std::vector<half_record> halves_;
  std::vector<delivery_record> deliveries_;
  std::vector<std::uint32_t> delivery_of_;
  std::vector<std::uint32_t> kept_from_;
  std::vector<std::uint32_t> next_;
};

}  // namespace ebit::sim
