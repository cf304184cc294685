// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include <ebit/core/assert.hpp>
#include <ebit/core/bell.hpp>
#include <ebit/core/result.hpp>
#include <ebit/herald/concepts.hpp>
#include <ebit/herald/station.hpp>
#include <ebit/quantum/noise.hpp>
#include <ebit/quantum/operations.hpp>
#include <ebit/quantum/x_state.hpp>

namespace ebit::herald {

/// One end sends, the other catches and heralds (after Jones, Kim, Rakher, Kwiat and Ladd, New J. Phys. 18, 083015
/// (2016), arXiv:1505.01536; absorption as with atoms in cavities, Ritter et al., Nature 484, 195 (2012)): the
/// sender's memory is maximally entangled with one photon in two modes, (|0⟩|second⟩ + |1⟩|first⟩)/√2. The receiver's
/// memory, empty in |0⟩, takes in the photon of either mode as |0⟩ or |1⟩ and tells so by a click. Put the station at
/// the receiver (`fibre.station_position` 1 for end b, 0 for end a). Where the receiver measures the photon together
/// with one of its own instead, that is `double_click` with the station there.
struct sender_receiver {
  half receiver = half::b;

  [[nodiscard]] status validate() const {
    if (receiver == half::a || receiver == half::b) return success{};
    return config_error{"sender_receiver.receiver", ebit::detail::number_text(static_cast<double>(receiver)),
                        "half a or half b"};
  }

  /// Exact. The sender's efficiency: the photon reaches the memory; times the visibility, the overlap |⟨sent|taken⟩|²
  /// of its shape with what the memory takes in. The receiver's efficiency: the click of a photon that was taken in.
  /// A dark count heralds a photon that was taken in unseen as well as none; then the sender's memory is white and
  /// the receiver's still |0⟩. `number_resolving`: exactly one count heralds. Nothing interferes, so phases do not
  /// matter, and the only setting is one half.
  [[nodiscard]] constexpr attempt_model model(const interference& light, const setting& bright = {}) const {
    EBIT_ASSERT(bright == setting{}, "sender_receiver: the bright-state population is one half");
    const bool at_b = receiver == half::b;
    const double taken = (at_b ? light.efficiency_a : light.efficiency_b) * light.visibility.value();
    const double click = at_b ? light.efficiency_b : light.efficiency_a, d = light.dark_probability;
    const double right = taken * (click * (light.number_resolving ? 1 - d : 1) + (1 - click) * d);
    const double empty = (1 - taken) * d;
    const double p = right + empty;
    if (!(p > 0)) return {0, x_state{bell_diagonal::white()}};
    const double good = right / p / 2, bad = empty / p / 2;
    return {p, x_state::from_elements({.p00 = bad,
                                       .p01 = good + (at_b ? 0 : bad),
                                       .p10 = good + (at_b ? bad : 0),
                                       .re_01_10 = good * light.coherence})};
  }

  /// The only setting, if it reaches the wanted fidelity with Ψ+.
  [[nodiscard]] constexpr std::optional<setting> choose(const interference& light, double wanted_fidelity) const {
    EBIT_ASSERT(wanted_fidelity >= 0 && wanted_fidelity <= 1, "sender_receiver: a fidelity is between 0 and 1");
    if (best_fidelity(light) >= wanted_fidelity) return setting{};
    return std::nullopt;
  }
  [[nodiscard]] constexpr double best_fidelity(const interference& light) const {
    return model(light).state.fidelity(bell_index::psi_plus);
  }

  friend constexpr bool operator==(const sender_receiver&, const sender_receiver&) = default;
};
static_assert(herald_policy<sender_receiver>);

}  // namespace ebit::herald
