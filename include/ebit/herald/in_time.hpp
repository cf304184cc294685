// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <ebit/core/extremes.hpp>
#include <ebit/core/math.hpp>
#include <ebit/core/result.hpp>
#include <ebit/herald/concepts.hpp>
#include <ebit/herald/station.hpp>
#include <ebit/link/choreography.hpp>
#include <ebit/link/drift_detector.hpp>
#include <ebit/link/timing_budget.hpp>
#include <ebit/link/timing_monitor.hpp>
#include <ebit/quantum/x_state.hpp>

namespace ebit::herald {

/// The light at a station as a policy sees it when the photons come as a timing budget says: its visibility times the
/// timing's, the arms' efficiencies times what falls into the window.
///
/// Where one photon heralds, the coherence of the pair goes with the mean of ⟨ψA|ψB⟩, which a random mismatch lowers
/// below the root of the mean visibility; the difference is put into `coherence`. So single and double clicks are
/// exact for any distribution of the mismatch.
template <herald_policy Policy>
[[nodiscard]] constexpr interference in_time(const Policy&, interference light, const link::timing_budget& timing) {
  light.efficiency_a *= timing.acceptance_a;
  light.efficiency_b *= timing.acceptance_b;
  light.visibility = hom_visibility{light.visibility.value() * timing.visibility};
  if (one_photon<Policy> && timing.visibility > 0)
    light.coherence *= least(1.0, timing.overlap / math::sqrt(timing.visibility));
  return light;
}

/// The probability that the two ends' bits of a test in the X basis disagree with what was announced.
[[nodiscard]] inline double phase_test_fails(const attempt_model& heralded) {
  return (1 - heralded.state.correlators().xx) / 2;
}

/// A detector of clocks that have gone astray, fed by test rounds: of heralded pairs that both ends measure in X it is
/// to be told whether the bits agree with what was announced. `light` is that of the link without errors of timing.
/// Refused if the tests of an end that is `alarm.noticed` seconds off cannot be told from those of the budget.
template <herald_policy Policy>
[[nodiscard]] result<link::drift_detector> phase_monitor(const Policy& policy, const interference& light,
                                                         const setting& drive, const link::choreography& plan,
                                                         const link::timing_alarm& alarm) {
  const link::timing_budget well = plan.budget();
  link::timing_budget ill = well;
  // The further offset may undo constant errors whose signs are not known: the least it can do.
  link::timing_error apart = well.apart;
  if (plan.signs == link::error_signs::unknown)
    apart = {.offset = -(well.apart.offset + well.apart.swing), .jitter = well.apart.jitter};
  apart.offset += alarm.noticed;
  ill.visibility = plan.photon.visibility(apart);
  ill.overlap = plan.photon.overlap(apart);
  return link::drift_detector::make({phase_test_fails(policy.model(in_time(policy, light, well), drive)),
                                     phase_test_fails(policy.model(in_time(policy, light, ill), drive)),
                                     alarm.tests_between_false_alarms});
}

}  // namespace ebit::herald
