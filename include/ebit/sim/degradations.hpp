// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <vector>

#include <ebit/core/math.hpp>
#include <ebit/core/units.hpp>
#include <ebit/orchestrate/fabric.hpp>
#include <ebit/sim/fabric_fault.hpp>

namespace ebit::sim {

/// What a part of a fabric does to each photon beyond its data sheet.
struct part_wear {
  loss lost{};
  double noise = 0;        ///< probability of white noise
  bool is_sensed = false;  ///< its agents know

  [[nodiscard]] constexpr double share() const { return math::pow(10.0, -lost.base() / 10); }
  /// Probability of white noise on a photon that came with `before`.
  [[nodiscard]] constexpr double noise_after(double before) const { return 1 - (1 - before) * (1 - noise); }
  friend constexpr bool operator==(const part_wear&, const part_wear&) = default;
};

/// Which parts of a fabric are degraded, and by how much. Of several faults of one part the losses add up, and each
/// noise takes its toll of what the others left.
class degradations {
 public:
  [[nodiscard]] const part_wear& of(orchestrate::element_id e) const {
    return elements_.empty() ? none : elements_[e.value()];
  }
  [[nodiscard]] const part_wear& of(orchestrate::span_id s) const { return spans_.empty() ? none : spans_[s.value()]; }

  void begin(const orchestrate::fabric& in, const fabric_fault& f) {
    elements_.resize(in.elements().size());
    spans_.resize(in.spans().size());
    lasting_.push_back(f);
    work_out(f);
  }
  /// Of one that has begun.
  void end(const fabric_fault& f) {
    const auto place = std::find(lasting_.begin(), lasting_.end(), f);
    if (place == lasting_.end()) return;
    lasting_.erase(place);
    work_out(f);
  }

 private:
  static constexpr part_wear none{};

  /// Anew from all that last, so that in the end nothing is left of them, not even a rounding error.
  void work_out(const fabric_fault& of) {
    part_wear sum;
    for (const fabric_fault& f : lasting_) {
      if (f.is_of_fibre() != of.is_of_fibre() || (f.is_of_fibre() ? f.fibre != of.fibre : f.element != of.element))
        continue;
      sum.lost = sum.lost + f.added_loss;
      sum.noise = part_wear{f.added_loss, f.noise, true}.noise_after(sum.noise);
      sum.is_sensed = sum.is_sensed || f.is_sensed;
    }
    (of.is_of_fibre() ? spans_[of.fibre.value()] : elements_[of.element.value()]) = sum;
  }

  std::vector<fabric_fault> lasting_;
  std::vector<part_wear> elements_;  ///< none before the first has begun
  std::vector<part_wear> spans_;
};

}  // namespace ebit::sim
