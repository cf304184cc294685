// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include <ebit/core/assert.hpp>
#include <ebit/core/bell.hpp>
#include <ebit/core/extremes.hpp>
#include <ebit/core/math.hpp>
#include <ebit/core/result.hpp>
#include <ebit/core/time.hpp>
#include <ebit/core/units.hpp>
#include <ebit/link/flying_qubit.hpp>
#include <ebit/link/hardware.hpp>

namespace ebit::link {

/// The peak efficiency of a transducer with one intermediate mode, without losses at its ports: 4 C_em C_om/(1 +
/// C_em + C_om)², for the cooperativities of that mode with the microwave and the optical one (Andrews et al.,
/// Nature Physics 10, 321 (2014)). For a given one the other is best one larger: then C/(1 + C).
[[nodiscard]] constexpr double cooperative_efficiency(double electric, double optical) {
  EBIT_ASSERT(electric >= 0 && optical >= 0, "cooperative_efficiency: a cooperativity is negative");
  const double sum = 1 + electric + optical;
  return 4 * electric * optical / (sum * sum);
}
/// What n quanta in the bath of that intermediate mode add to microwaves that are converted, referred to their input:
/// n/C_em; to light that is converted: n/C_om.
[[nodiscard]] constexpr double cooperative_noise(double bath_quanta, double input_cooperativity) {
  EBIT_ASSERT(bath_quanta >= 0 && input_cooperativity > 0, "cooperative_noise: no noise or no coupling");
  return bath_quanta / input_cooperativity;
}

/// What a transducer does when it is pumped. `red`: it exchanges microwave and optical quanta (a beam splitter), so
/// that a qubit's excitation leaves as a photon; goes with single and double click. `blue`: it makes pairs of a
/// microwave quantum and a photon; goes with `herald::two_mode_squeezed`.
enum class pump : std::uint8_t { red, blue };

/// What a published number of noise photons counts: what one transducer adds; or what the two transducers of a link
/// add together, so that each adds half of it. At 0.5 photons and low efficiency that makes the difference between
/// pair fidelities of 0.40 and 0.48 by one click, 0.36 and 0.46 by two; both schemes reach 1/2 at (√2 − 1)/2 = 0.207
/// photons per transducer.
enum class noise_of : std::uint8_t { one_transducer, whole_link };

/// A microwave–optical transducer at one node. Figures of merit as in Zeuthen, Schliesser, Sørensen and Taylor,
/// Quantum Sci. Technol. 5, 034009 (2020), arXiv:1610.01099: efficiency in photon number and added noise referred to
/// the input.
///
/// Heat: a shot leaves `absorbed · pump_power · pump_time` in the cold stage, which can carry off `cooling_power` on
/// average; so many shots as that allows are made, and the rest of the time it cools.
struct transducer {
  double efficiency = 1;   ///< in photon number, microwave input to fibre; of a blue pump, of the photon's exit
  double added_noise = 0;  ///< photons, referred to the input, in the mode of one shot; 0 to 1e6
  noise_of added_noise_of = noise_of::one_transducer;
  pump pumped = pump::red;
  double thermal_occupancy = 0;  ///< quanta in the microwave mode before a shot; 0 to 1e6 (see `thermal_occupancy()`)
  rate bandwidth = hertz(1e6);   ///< full width at half maximum; above 0
  rate repetition_rate = hertz(1e5);  ///< shots while it runs; above 0
  double duty_cycle = 1;              ///< fraction of the time it can run for other reasons than heat; above 0, to 1
  double pump_power = 0;              ///< W, while the pump is on
  double absorbed = 1;                ///< fraction of the pump that heats the cold stage, 0 to 1
  duration pump_time{};               ///< per shot; 0: the whole time between shots (continuous)
  double cooling_power = 15e-6;  ///< W, of the cold stage: 10 to 20 µW at 15 mK of a dilution refrigerator; above 0

  /// What it adds itself, referred to its input.
  [[nodiscard]] constexpr double own_noise() const {
    return added_noise_of == noise_of::whole_link ? added_noise / 2 : added_noise;
  }
  /// Conversion as a thermal-loss channel: mean photons n̄ of its environment, n_add = (1−η) n̄/η; above 0 only if η
  /// < 1.
  [[nodiscard]] constexpr double environment_occupancy() const {
    return efficiency < 1 ? own_noise() * efficiency / (1 - efficiency) : 0;
  }
  /// One added photon or more: what is converted has lost all entanglement, whatever the efficiency (Holevo 2008).
  /// Heralded schemes tolerate a low efficiency, and no more noise than that.
  [[nodiscard]] constexpr bool entanglement_breaking() const { return own_noise() >= 1; }
  /// Both directions of conversion, for `emit` and `absorb`.
  [[nodiscard]] constexpr port<carrier::optical> as_port() const {
    return {.efficiency = efficiency, .added_noise = own_noise()};
  }
  /// The fidelity of a pair after one half of it, as no photon or one, was converted and read without error; more
  /// than one photon is read as |0⟩ (`photon_map`). (1 + √η)²/4 without noise.
  [[nodiscard]] constexpr double pair_fidelity() const {
    return link::absorbed(as_port().emit({})).pair.fidelity(bell_index::phi_plus);
  }

  /// Shots while it runs: no faster than asked for, and than wave packets of its bandwidth follow each other.
  [[nodiscard]] constexpr rate shot_rate() const { return least(repetition_rate, bandwidth); }
  [[nodiscard]] constexpr duration shot_time() const { return greatest(period(shot_rate()), pump_time); }
  /// Joules left in the cold stage by one shot.
  [[nodiscard]] constexpr double heat_per_shot() const {
    return absorbed * pump_power * (pump_time > duration::zero() ? pump_time : shot_time()).seconds();
  }
  /// The fraction of the time in which shots may be made, heat included.
  [[nodiscard]] constexpr double running_fraction() const {
    const double heat = heat_per_shot() / shot_time().seconds();
    return heat * duty_cycle > cooling_power ? cooling_power / heat : duty_cycle;
  }
  /// Shots per second in the long run.
  [[nodiscard]] constexpr double mean_shot_rate() const { return running_fraction() / shot_time().seconds(); }
  /// Efficiency × bandwidth × duty cycle, a device's throughput.
  [[nodiscard]] constexpr rate throughput() const {
    return hertz(efficiency * bandwidth.base() * running_fraction());
  }

  /// Sets: emission efficiency; with a red pump the added noise (and no thermal occupancy), with a blue one the
  /// thermal occupancy (whose photons come with the pairs) and no added noise; attempt time and duty cycle; the
  /// photon's lifetime 1/(2π·bandwidth). `link::budget_of` then lets either detector see half of the noise photons
  /// of both ends.
  [[nodiscard]] constexpr hardware installed_in(hardware h) const {
    h.emission_efficiency = efficiency;
    h.added_noise = pumped == pump::red ? own_noise() : 0;
    h.thermal_occupancy = pumped == pump::blue ? thermal_occupancy : 0;
    h.attempt_time = shot_time();
    h.duty_cycle = running_fraction();
    h.photon_lifetime = duration::seconds(1 / (6.28318530717958647693 * bandwidth.base()));
    return h;
  }

  [[nodiscard]] status validate() const {
    const auto refuse = [](const char* what, double value, const char* unit, const char* allowed) -> status {
      return config_error{what, ebit::detail::number_text(value) + unit, allowed};
    };
    if (!(efficiency > 0 && efficiency <= 1))
      return refuse("transducer.efficiency", efficiency, "", "above 0, up to 1");
    if (!(added_noise >= 0 && added_noise <= 1e6))
      return refuse("transducer.added_noise", added_noise, " photons", "0 to 1e6 photons");
    if (!(thermal_occupancy >= 0 && thermal_occupancy < 1e6))
      return refuse("transducer.thermal_occupancy", thermal_occupancy, " quanta", "0 to below 1e6 quanta");
    if (!(bandwidth.base() >= 1e-3 && bandwidth.base() <= 1e12))
      return refuse("transducer.bandwidth", bandwidth.base(), " Hz", "0.001 Hz to 1e12 Hz");
    if (!(repetition_rate.base() >= 1e-3 && repetition_rate.base() <= 1e12))
      return refuse("transducer.repetition_rate", repetition_rate.base(), " Hz", "0.001 Hz to 1e12 Hz");
    if (!(duty_cycle > 0 && duty_cycle <= 1))
      return refuse("transducer.duty_cycle", duty_cycle, "", "above 0, up to 1");
    if (!(pump_power >= 0 && pump_power <= 1e3))
      return refuse("transducer.pump_power", pump_power, " W", "0 W to 1000 W");
    if (!(absorbed >= 0 && absorbed <= 1)) return refuse("transducer.absorbed", absorbed, "", "0 to 1");
    if (pump_time < duration::zero() || pump_time.is_never())
      return config_error{"transducer.pump_time", ebit::detail::duration_text(pump_time), "0 s or more"};
    if (!(cooling_power > 0 && cooling_power <= 1e3))
      return refuse("transducer.cooling_power", cooling_power, " W", "above 0 W, up to 1000 W");
    return success{};
  }

  friend constexpr bool operator==(const transducer&, const transducer&) = default;
};

}  // namespace ebit::link
