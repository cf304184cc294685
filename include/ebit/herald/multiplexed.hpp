// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include <ebit/core/probability.hpp>
#include <ebit/core/result.hpp>
#include <ebit/core/time.hpp>
#include <ebit/herald/concepts.hpp>
#include <ebit/herald/station.hpp>
#include <ebit/link/hardware.hpp>
#include <ebit/quantum/noise.hpp>

namespace ebit::herald {

/// Any herald policy carried out in many modes at once: in each round every mode of both memories makes an attempt of
/// its own, the station tells modes apart and says which one clicked, and both ends go on with what they hold in that
/// mode (mode-resolved feed-forward; Collins, Jenkins, Kuzmich and Kennedy, PRL 98, 060502 (2007); Sinclair et al.,
/// PRL 113, 053603 (2014)). One pair per round is kept. All modes are alike and do not disturb one another, so that
/// the pair is as good as that of a single mode and the round succeeds with 1 − (1 − p)^M, M = time bins × spectral ×
/// spatial modes.
///
/// Spectral and spatial modes cost no time. Time bins do: a round of T bins takes the time of one attempt and T − 1
/// bins more (`installed_in`). Where light takes longer to the station and back than that, they cost nothing, for a
/// slot waits for its herald anyway; this is what time bins are for.
template <herald_policy Policy>
struct multiplexed {
  /// As the policy itself has it.
  static constexpr bool source_in_the_middle = ebit::herald::source_in_the_middle<Policy>;
  static constexpr bool one_photon = ebit::herald::one_photon<Policy>;
  static constexpr bool thermal_modes = ebit::herald::thermal_modes<Policy>;

  Policy policy{};
  std::uint32_t time_bins = 1;       ///< 1 to 1e6
  std::uint32_t spectral_modes = 1;  ///< 1 to 1e6
  std::uint32_t spatial_modes = 1;   ///< 1 to 1e6
  /// Of what joins the modes into an arm and parts them again at the station: a factor on the efficiency of both arms
  /// in every mode. 0 to 1.
  double switch_efficiency = 1;
  duration bin_spacing{};  ///< from one time bin to the next, 0 or more

  [[nodiscard]] constexpr double modes() const {
    return static_cast<double>(time_bins) * static_cast<double>(spectral_modes) * static_cast<double>(spatial_modes);
  }
  /// The light in one mode.
  [[nodiscard]] constexpr interference in_one_mode(interference light) const {
    light.efficiency_a *= switch_efficiency;
    light.efficiency_b *= switch_efficiency;
    return light;
  }

  /// A round: the pair of one mode, at the probability that any clicks.
  [[nodiscard]] constexpr attempt_model model(const interference& light, const setting& drive) const {
    attempt_model round = policy.model(in_one_mode(light), drive);
    round.success_probability = complement_power(round.success_probability, modes());
    return round;
  }
  /// The policy's own choice for one mode: more attempts change no pair, and what is fastest in one mode is in all.
  /// (The most secret bits per round may be had elsewhere than those per attempt once p·M is not small.)
  [[nodiscard]] constexpr std::optional<setting> choose(const interference& light, double wanted_fidelity) const {
    return policy.choose(in_one_mode(light), wanted_fidelity);
  }
  [[nodiscard]] constexpr double best_fidelity(const interference& light) const {
    return policy.best_fidelity(in_one_mode(light));
  }

  /// Sets `attempt_time`: a round takes `time_bins` − 1 bins more than an attempt.
  [[nodiscard]] link::hardware installed_in(link::hardware h) const {
    h.attempt_time += bin_spacing * static_cast<std::int64_t>(time_bins - 1);
    return h;
  }

  [[nodiscard]] status validate() const {
    if constexpr (requires { policy.validate(); }) {
      if (auto checked = policy.validate(); !checked) return checked;
    }
    if (auto checked = check("multiplexed.time_bins", time_bins); !checked) return checked;
    if (auto checked = check("multiplexed.spectral_modes", spectral_modes); !checked) return checked;
    if (auto checked = check("multiplexed.spatial_modes", spatial_modes); !checked) return checked;
    if (auto checked = ebit::detail::check_probability("multiplexed.switch_efficiency", switch_efficiency); !checked)
      return checked;
    if (bin_spacing < duration::zero() || bin_spacing.is_never())
      return config_error{"multiplexed.bin_spacing", ebit::detail::duration_text(bin_spacing), "0 s or more"};
    return success{};
  }

  friend constexpr bool operator==(const multiplexed&, const multiplexed&) = default;

 private:
  [[nodiscard]] static status check(const char* what, std::uint32_t count) {
    if (count >= 1 && count <= 1'000'000) return success{};
    return config_error{what, std::to_string(count), "1 to 1000000"};
  }
};
static_assert(herald_policy<multiplexed<certain>>);

}  // namespace ebit::herald
