// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>

#include <ebit/core/math.hpp>
#include <ebit/testing/conformance_rig.hpp>

namespace ebit::testing::detail {

/// Counts read-outs of pairs by kind, and judges by them.
template <class Backend>
class conformance_counts {
 public:
  static constexpr std::uint32_t elements = 6;  ///< of the bilateral rotations

  /// How many read-outs of how many agreed with what was expected.
  struct tally {
    std::uint32_t agreed = 0;
    std::uint32_t all = 0;
  };

  static constexpr std::size_t nowhere = ~std::size_t{0};
  /// Under what a read-out counts.
  struct kinds {
    std::size_t one = 0;
    std::size_t other = nowhere;
  };

  explicit conformance_counts(conformance_rig<Backend>& rig) : rig_{&rig} {}

  void clear() { of_ = {}; }
  [[nodiscard]] const tally& operator[](std::size_t kind) const { return of_[kind]; }
  [[nodiscard]] std::size_t size() const { return of_.size(); }
  void count(bool seen, bool expected, const kinds& to) {
    for (const std::size_t kind : {to.one, to.other}) {
      if (kind == nowhere) continue;
      ++of_[kind].all;
      of_[kind].agreed += seen == expected ? 1U : 0U;
    }
  }
  /// Of random bits fewer than one set in 500 passes; read-outs that are wrong once in ten do. No kind of round, told
  /// apart by basis or outcome, may be wrong more often than right.
  void judge(conformance_rule physics) {
    tally sum;
    for (std::size_t k = 0; k < elements; ++k) sum = {sum.agreed + of_[k].agreed, sum.all + of_[k].all};
    if (!enough(physics, sum.all, 16)) return;
    check(physics, sum.agreed > sum.all / 2.0 + 1.5 * math::sqrt(sum.all), [&] { return text(sum); });
    for (const tally& t : of_)
      check(physics, t.all < 6 || 2 * t.agreed >= t.all, [&] { return text(t) + " of one kind"; });
  }
  [[nodiscard]] bool enough(conformance_rule physics, std::uint32_t all, std::uint32_t wanted) {
    if (all < wanted)
      rig_->report->skip_because(physics, conformance_skip::unseen,
                                 "fewer than " + std::to_string(wanted) + " read-outs of pairs");
    return all >= wanted;
  }
  template <class Seen>
  void check(conformance_rule physics, bool holds, const Seen& seen) {
    rig_->end(0).watch().check(physics, holds, rig_->end(0).now(), seen);
  }
  [[nodiscard]] static std::string text(const tally& t) {
    return std::to_string(t.agreed) + " of " + std::to_string(t.all) + " read-outs as expected";
  }

 private:
  conformance_rig<Backend>* rig_;
  std::array<tally, 2 * elements> of_{};  ///< judged as a whole by its first half
};

}  // namespace ebit::testing::detail
