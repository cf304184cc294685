// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <ebit/core/extremes.hpp>
#include <ebit/core/math.hpp>
#include <ebit/core/result.hpp>
#include <ebit/core/time.hpp>
#include <ebit/core/units.hpp>
#include <ebit/orchestrate/remote_pair.hpp>
#include <ebit/quantum/noise.hpp>

namespace ebit::orchestrate {

/// Something about a design that could be better: `improved` by a factor k ≥ 1, at both ends.
struct pair_parameter {
  std::string_view name;
  std::string_view how;  ///< what a factor does to it
  pair_design (*improved)(pair_design d, double k);
};

namespace detail {

[[nodiscard]] inline duration stretched(duration d, double k) {
  return d.is_never() ? d : duration::seconds(d.seconds() * k);
}
[[nodiscard]] constexpr double up_to_one(double p, double k) { return p * k < 1 ? p * k : 1; }
[[nodiscard]] constexpr double nearer_one(double p, double k) { return 1 - (1 - p) / k; }

inline constexpr pair_parameter pair_parameters[] = {
    {"transducer efficiency", "times k, up to 1",
     [](pair_design d, double k) {
       d.device.efficiency = up_to_one(d.device.efficiency, k);
       return d;
     }},
    {"added noise", "divided by k",
     [](pair_design d, double k) {
       d.device.added_noise /= k;
       return d;
     }},
    {"thermal occupancy", "divided by k",
     [](pair_design d, double k) {
       d.device.thermal_occupancy /= k;
       return d;
     }},
    {"repetition rate", "times k, with as much bandwidth and as short a pump as that takes",
     [](pair_design d, double k) {
       d.device.repetition_rate = d.device.repetition_rate * k;
       d.device.bandwidth = greatest(d.device.bandwidth, d.device.repetition_rate);
       d.device.pump_time = least(d.device.pump_time, period(d.device.repetition_rate));
       return d;
     }},
    {"cooling power", "times k",
     [](pair_design d, double k) {
       d.device.cooling_power *= k;
       return d;
     }},
    {"duty cycle", "times k, up to 1",
     [](pair_design d, double k) {
       d.device.duty_cycle = up_to_one(d.device.duty_cycle, k);
       return d;
     }},
    {"detector efficiency", "times k, up to 1",
     [](pair_design d, double k) {
       d.node.detector_efficiency = up_to_one(d.node.detector_efficiency, k);
       return d;
     }},
    {"dark counts", "divided by k",
     [](pair_design d, double k) {
       d.node.dark_counts = d.node.dark_counts / k;
       return d;
     }},
    {"path loss", "decibels divided by k",
     [](pair_design d, double k) {
       d.path.transmittance_a = math::pow(d.path.transmittance_a, 1 / k);
       d.path.transmittance_b = math::pow(d.path.transmittance_b, 1 / k);
       return d;
     }},
    {"path delay", "divided by k",
     [](pair_design d, double k) {
       d.path.arm_a = stretched(d.path.arm_a, 1 / k);
       d.path.arm_b = stretched(d.path.arm_b, 1 / k);
       return d;
     }},
    {"path fidelity", "distance from 1 divided by k",
     [](pair_design d, double k) {
       d.path.fidelity_a = nearer_one(d.path.fidelity_a, k);
       d.path.fidelity_b = nearer_one(d.path.fidelity_b, k);
       return d;
     }},
    {"switch crosstalk", "stray light divided by k",
     [](pair_design d, double k) {
       d.path.stray /= k;
       return d;
     }},
    {"photon visibility", "distance from 1 divided by k",
     [](pair_design d, double k) {
       d.node.visibility = nearer_one(d.node.visibility, k);
       return d;
     }},
    {"timing jitter", "divided by k",
     [](pair_design d, double k) {
       d.node.timing_jitter = stretched(d.node.timing_jitter, 1 / k);
       return d;
     }},
    {"optical phase noise", "divided by k",
     [](pair_design d, double k) {
       d.node.phase_noise /= k;
       return d;
     }},
    {"emission fidelity", "distance from 1 divided by k, of state, coherence and double excitation",
     [](pair_design d, double k) {
       d.node.emission_fidelity = nearer_one(d.node.emission_fidelity, k);
       d.node.coherence = nearer_one(d.node.coherence, k);
       d.node.double_excitation /= k;
       return d;
     }},
    {"memory lifetime", "T1 and T2 times k",
     [](pair_design d, double k) {
       d.node.memory = {stretched(d.node.memory.t1, k), stretched(d.node.memory.t2, k)};
       return d;
     }},
    {"memories", "times k",
     [](pair_design d, double k) {
       const double more = d.node.memories * k;
       d.node.memories = more < 255 ? static_cast<std::uint16_t>(more) : std::uint16_t{255};
       return d;
     }},
    {"gate errors", "divided by k, read-out included",
     [](pair_design d, double k) {
       d.node.gates.two_qubit /= k;
       d.node.gates.one_qubit /= k;
       d.node.gates.read_out /= k;
       return d;
     }},
    {"gate time", "divided by k",
     [](pair_design d, double k) {
       d.node.gate_time = stretched(d.node.gate_time, 1 / k);
       return d;
     }},
};

}  // namespace detail

/// What is tried, in this order.
[[nodiscard]] constexpr std::span<const pair_parameter> pair_parameters() { return detail::pair_parameters; }

/// What is asked about a design.
struct limits_question {
  double fidelity = 0;          ///< of the pairs whose rate counts; 0: `share` of the best there are; 0 to 1
  double share_of_best = 0.99;  ///< above 0, up to 1
  double factor = 2;            ///< by which a parameter is improved; above 1, up to 1e6

  [[nodiscard]] status validate() const {
    if (auto ok = ebit::detail::check_probability("limits_question.fidelity", fidelity); !ok) return ok;
    if (!(share_of_best > 0 && share_of_best <= 1))
      return config_error{"limits_question.share_of_best", ebit::detail::number_text(share_of_best),
                          "above 0, up to 1"};
    if (factor > 1 && factor <= 1e6) return success{};
    return config_error{"limits_question.factor", ebit::detail::number_text(factor), "above 1, up to 1e6"};
  }
  friend constexpr bool operator==(const limits_question&, const limits_question&) = default;
};

/// What a better parameter would give.
struct pair_sensitivity {
  std::string_view parameter;  ///< empty: none helps
  double best_fidelity = 0;
  double pairs_per_second = 0;  ///< of pairs at least as good as those whose rate counts

  friend constexpr bool operator==(const pair_sensitivity&, const pair_sensitivity&) = default;
};

/// A design's figures and what limits them.
struct pair_limits {
  pair_figures best;     ///< at the drive of the highest fidelity
  pair_figures fastest;  ///< of the fidelity that was asked for, or of the best, if that is less
  /// The parameters whose improvement by the factor helps most, of two that help alike the first. What is ideal already
  /// helps nothing, and so does what something else keeps from showing.
  pair_sensitivity of_fidelity;
  pair_sensitivity of_rate;
  std::vector<pair_sensitivity> all;  ///< one per parameter, in their order
};

/// A gain below a millionth is none.
[[nodiscard]] inline result<pair_limits> limits_of(const pair_design& d, pair_scheme scheme,
                                                   const limits_question& ask = {}) {
  if (auto ok = ask.validate(); !ok) return ok.error();
  const auto best = best_pairs(d, scheme);
  if (!best) return best.error();
  const double held = ask.fidelity > 0 ? least(ask.fidelity, best->fidelity) : ask.share_of_best * best->fidelity;
  const auto now = fastest_pairs(d, scheme, held);
  if (!now) return now.error();
  pair_limits out;
  out.best = *best;
  out.fastest = *now;
  const pair_sensitivity none{{}, best->fidelity, now->pairs_per_second};
  out.of_fidelity = out.of_rate = none;
  constexpr double gain = 1e-6;
  for (const pair_parameter& p : pair_parameters()) {
    const pair_design better = p.improved(d, ask.factor);
    const auto most = best_pairs(better, scheme), fastest = fastest_pairs(better, scheme, held);
    if (!most) return most.error();
    if (!fastest) return fastest.error();
    const pair_sensitivity s{p.name, most->fidelity, fastest->pairs_per_second};
    out.all.push_back(s);
    if (s.best_fidelity > out.of_fidelity.best_fidelity + gain) out.of_fidelity = s;
    if (s.pairs_per_second > out.of_rate.pairs_per_second * (1 + gain)) out.of_rate = s;
  }
  return out;
}

}  // namespace ebit::orchestrate
