// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include <ebit/core/assert.hpp>
#include <ebit/core/math.hpp>
#include <ebit/core/result.hpp>
#include <ebit/core/time.hpp>
#include <ebit/core/units.hpp>
#include <ebit/link/device_lifecycle.hpp>
#include <ebit/link/hardware.hpp>
#include <ebit/quantum/noise.hpp>

namespace ebit::link {

/// Which ports of a switch can be joined.
enum class switch_kind : std::uint8_t {
  any_to_any,  ///< symmetric: any port with any other
  two_sided,   ///< ports 0 … n/2 − 1 on the left, the others on the right: any left one with any right one
  two_by_two   ///< one element with the left ports 0, 1 and the right ports 2, 3; see `routing_case`
};

/// The two positions of a 2×2 element. The names are those of the `routing_case` of Cisco's hardware abstraction
/// layer.
enum class routing_case : std::uint8_t {
  bar,   ///< 0–2 and 1–3
  cross  ///< 0–3 and 1–2
};

/// A switch of fibres: it joins pairs of ports, and light passes both ways. While it moves, it passes nothing. What
/// happens to it in time is `basic_switch_state`'s; published ones are in `link/optical_switch_presets.hpp`. The
/// default is ideal but for its reconfiguration time, that of micro-mirrors.
struct optical_switch {
  switch_kind kind = switch_kind::any_to_any;
  std::uint16_t ports = 2;   ///< all of them, 2 or more; even if two-sided, 4 of a 2×2 element
  loss insertion_loss{};     ///< port to port; 0 to 100 dB
  loss loss_per_crossing{};  ///< in addition for every crossing that a path passes (`crossings_of`); 0 to 100 dB
  /// Measured losses, ports × ports, row by row and symmetric; empty: all paths as above. A switch comes with such a
  /// table. Of ports that cannot be joined the entries mean nothing.
  std::vector<loss> path_losses{};
  /// By how much of it a photon is weaker in another path than in its own; 0 to 1000 dB.
  loss crosstalk = decibels(1000);
  /// From the command to the light; devices take 1 ns to 10 ms. 0 to 1 s.
  duration reconfiguration_time = duration::picoseconds(1'000'000'000);
  duration homing_time{};   ///< after power-on or a fault, until it takes commands; 0 or more
  duration parking_time{};  ///< of an orderly shutdown; 0 or more
  double fidelity = 1;      ///< of a perfect pair after one half passed: white noise on that half; 1/4 to 1
  /// It senses whether a path was made (mirror position, light level): a port that sticks is reported when it ought
  /// to have settled. Else nobody learns of it.
  bool senses_position = true;
  double power = 0;  ///< W, to hold its state; 0 to 1e6

  /// Ports on the left, where there is a left.
  [[nodiscard]] constexpr std::uint16_t left_ports() const { return static_cast<std::uint16_t>(ports / 2); }
  /// Whether the two ports can be joined at all.
  [[nodiscard]] constexpr bool joins(std::uint16_t in, std::uint16_t out) const {
    if (in >= ports || out >= ports || in == out) return false;
    return kind == switch_kind::any_to_any || (in < left_ports()) != (out < left_ports());
  }
  /// Which position of a 2×2 element joins them.
  [[nodiscard]] static constexpr routing_case case_of(std::uint16_t in, std::uint16_t out) {
    return (in & 1U) == (out & 1U) ? routing_case::bar : routing_case::cross;
  }
  /// How many elements light passes: n − i + j of a two-sided switch, as a crossbar of 2×2 elements has them between
  /// left port i and right port j of n (counted from 0 on either side); one in any other.
  [[nodiscard]] constexpr std::uint32_t crossings_of(std::uint16_t in, std::uint16_t out) const {
    EBIT_ASSERT(joins(in, out), "optical_switch: these ports cannot be joined");
    if (kind != switch_kind::two_sided) return 1;
    const std::uint16_t left = in < out ? in : out, right = in < out ? out : in;
    return std::uint32_t{right} - left;
  }
  /// The loss of the path between two ports that can be joined.
  [[nodiscard]] constexpr loss insertion_loss_of(std::uint16_t in, std::uint16_t out) const {
    EBIT_ASSERT(joins(in, out), "optical_switch: these ports cannot be joined");
    if (!path_losses.empty()) return path_losses[std::size_t{in} * ports + out];
    return insertion_loss + loss_per_crossing * static_cast<double>(crossings_of(in, out));
  }
  [[nodiscard]] constexpr double transmittance(std::uint16_t in, std::uint16_t out) const {
    return math::pow(10.0, -insertion_loss_of(in, out).base() / 10);
  }

  /// The probability that a photon of another path comes out here: 10^(−crosstalk/10).
  [[nodiscard]] constexpr double leakage() const { return math::pow(10.0, -crosstalk.base() / 10); }
  /// Photons per second that leak into a path, given those that enter all other paths. They are out of step with its
  /// own and count as dark counts of the detectors behind it.
  [[nodiscard]] constexpr rate leaked(rate photons_of_others) const { return photons_of_others * leakage(); }

  /// Probability of white noise on a half that passes: 4(1 − F)/3.
  [[nodiscard]] constexpr double noise() const { return (1 - fidelity) * 4 / 3; }
  /// Of a pair of that fidelity after one half passed; the next pass takes its toll of what is left.
  [[nodiscard]] constexpr double pair_fidelity(double before) const { return before * (1 - noise()) + noise() / 4; }
  /// What an end sees that always looks through so many such switches: takes their noise off `emission_fidelity`.
  /// Their losses belong to the path.
  [[nodiscard]] constexpr hardware installed_in(hardware h, std::uint32_t crossed = 1) const {
    for (std::uint32_t i = 0; i < crossed; ++i) h.emission_fidelity = pair_fidelity(h.emission_fidelity);
    return h;
  }

  /// A switch neither locks nor is busy.
  [[nodiscard]] constexpr lifecycle_times lifecycle() const {
    return {.initialising = homing_time, .locking = {}, .deinitialising = parking_time};
  }

  [[nodiscard]] status validate() const {
    if (kind > switch_kind::two_by_two)
      return config_error{"optical_switch.kind", std::to_string(static_cast<unsigned>(kind)), "one of the kinds"};
    if (auto ok = validate_ports(); !ok) return ok;
    if (auto ok = validate_losses(); !ok) return ok;
    if (!(crosstalk.base() >= 0 && crosstalk.base() <= 1000))
      return config_error{"optical_switch.crosstalk", ebit::detail::number_text(crosstalk.base()) + " dB",
                          "0 dB to 1000 dB"};
    if (reconfiguration_time < duration::zero() || reconfiguration_time.seconds() > 1)
      return config_error{"optical_switch.reconfiguration_time", ebit::detail::duration_text(reconfiguration_time),
                          "0 s to 1 s"};
    if (homing_time < duration::zero() || homing_time.is_never())
      return config_error{"optical_switch.homing_time", ebit::detail::duration_text(homing_time), "0 s or more"};
    if (parking_time < duration::zero() || parking_time.is_never())
      return config_error{"optical_switch.parking_time", ebit::detail::duration_text(parking_time), "0 s or more"};
    if (!(fidelity >= 0.25 && fidelity <= 1))
      return config_error{"optical_switch.fidelity", ebit::detail::number_text(fidelity), "0.25 to 1"};
    if (!(power >= 0 && power <= 1e6))
      return config_error{"optical_switch.power", ebit::detail::number_text(power) + " W", "0 W to 1e6 W"};
    return success{};
  }

  friend bool operator==(const optical_switch&, const optical_switch&) = default;

 private:
  [[nodiscard]] status validate_ports() const {
    const std::string given = std::to_string(ports);
    if (kind == switch_kind::two_by_two && ports != 4) return config_error{"optical_switch.ports", given, "4"};
    if (ports < 2) return config_error{"optical_switch.ports", given, "2 to 65535"};
    if (kind == switch_kind::two_sided && ports % 2 != 0)
      return config_error{"optical_switch.ports", given, "an even number"};
    return success{};
  }
  [[nodiscard]] status validate_losses() const {
    const auto text = [](loss l) { return ebit::detail::number_text(l.base()) + " dB"; };
    const auto in_range = [](loss l) { return l.base() >= 0 && l.base() <= 100; };
    if (!in_range(insertion_loss))
      return config_error{"optical_switch.insertion_loss", text(insertion_loss), "0 dB to 100 dB"};
    if (!in_range(loss_per_crossing))
      return config_error{"optical_switch.loss_per_crossing", text(loss_per_crossing), "0 dB to 100 dB"};
    if (path_losses.empty()) return success{};
    const std::size_t wanted = std::size_t{ports} * ports;
    if (path_losses.size() != wanted)
      return config_error{"optical_switch.path_losses", std::to_string(path_losses.size()) + " entries",
                          "none or " + std::to_string(wanted)};
    for (std::uint16_t in = 0; in < ports; ++in)
      for (std::uint16_t out = 0; out < ports; ++out) {
        if (!joins(in, out)) continue;
        const loss here = path_losses[std::size_t{in} * ports + out];
        const std::string name =
            "optical_switch.path_losses[" + std::to_string(in) + "][" + std::to_string(out) + "]";
        if (!in_range(here)) return config_error{name, text(here), "0 dB to 100 dB"};
        const loss back = path_losses[std::size_t{out} * ports + in];
        if (here != back) return config_error{name, text(here), text(back) + ", as the other way"};
      }
    return success{};
  }
};

}  // namespace ebit::link
