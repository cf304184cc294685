// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <ebit/core/result.hpp>
#include <ebit/core/time.hpp>
#include <ebit/core/units.hpp>
#include <ebit/link/named_preset.hpp>
#include <ebit/link/transducer.hpp>

/// Published transducers as named values. Every value says how far it can be trusted, as in `link/presets.hpp`.
namespace ebit::link {

/// One device, or one way to run it. The texts together name every value that differs from the default.
struct transducer_preset {
  std::string_view name;
  std::string_view source;
  std::string_view confidence;     ///< of the set as a whole
  std::string_view published{};    ///< values in the source's own abstract
  std::string_view from_memory{};  ///< recalled or seen in a summary by others: not to be cited from here
  std::string_view fitted{};       ///< values chosen so that another one comes out
  std::string_view assumed{};      ///< stated by us, so that a set is complete
  transducer value{};
};

namespace detail {

/// A membrane between a microwave circuit and an optical cavity.
[[nodiscard]] inline transducer_preset membrane_2025() {
  return {.name = "membrane_2025",
          .source = "Urmey et al., arXiv:2507.09873 (2025)",
          .confidence = "partly published",
          .published = "efficiency x bandwidth x duty cycle 7 kHz at 3 added photons in either direction",
          .from_memory = "efficiency up to 0.4 in a band of 20 kHz",
          .fitted = "duty cycle 0.875 to the product",
          .assumed = "one shot per inverse bandwidth, no heat limit",
          .value = {.efficiency = 0.4,
                    .added_noise = 3,
                    .bandwidth = hertz(20e3),
                    .repetition_rate = hertz(20e3),
                    .duty_cycle = 0.875}};
}

/// Crystalline silicon with a continuous laser drive, set for efficiency.
[[nodiscard]] inline transducer_preset silicon_efficient_2024() {
  return {
      .name = "silicon_efficient_2024",
      .source = "Zhao, Chen, Kejriwal and Mirhosseini, arXiv:2406.02704 (2024)",
      .confidence = "partly published",
      .published = "external efficiency 0.022 at 0.94 added photons, microwave to optics, continuous",
      .from_memory = "bandwidth 88.9 kHz",
      .assumed = "one shot per inverse bandwidth, no heat limit",
      .value = {
          .efficiency = 0.022, .added_noise = 0.94, .bandwidth = hertz(88.9e3), .repetition_rate = hertz(88.9e3)}};
}

/// The same, set for low noise.
[[nodiscard]] inline transducer_preset silicon_quiet_2024() {
  transducer_preset p = silicon_efficient_2024();
  p.name = "silicon_quiet_2024";
  p.published = "external efficiency 0.0047 at 0.58 added photons, microwave to optics, continuous";
  p.from_memory = {};
  p.assumed = "bandwidth 88.9 kHz as in the efficient setting, one shot per inverse bandwidth, no heat limit";
  p.value.efficiency = 0.0047;
  p.value.added_noise = 0.58;
  return p;
}

/// A piezo-optomechanical design, pulsed. Not an experiment.
[[nodiscard]] inline transducer_preset piezo_design_2023() {
  return {.name = "piezo_design_2023",
          .source = "arXiv:2303.03664 (2023), a design study",
          .confidence = "a design, partly published",
          .published = "efficiency 0.35, less than 0.5 added quanta, 10 kHz of pulses",
          .assumed = "0.5 added photons (the bound), bandwidth 1 MHz, 1 uW absorbed for 1 us per shot, cooling 15 uW",
          .value = {.efficiency = 0.35,
                    .added_noise = 0.5,
                    .bandwidth = hertz(1e6),
                    .repetition_rate = hertz(10e3),
                    .pump_power = 1e-6,
                    .pump_time = duration::picoseconds(1'000'000),
                    .cooling_power = 15e-6}};
}

/// Ytterbium ions in a YVO4 crystal, without an optical cavity.
[[nodiscard]] inline transducer_preset ytterbium_2024() {
  return {
      .name = "ytterbium_2024",
      .source = "arXiv:2407.08879 (2024), scalable transducers with spins",
      .confidence = "partly published",
      .published = "percent-level efficiency, 1.24(9) added photons; two devices interfere",
      .assumed = "efficiency 0.01, bandwidth 100 kHz, 10 kHz of shots, no heat limit",
      .value = {.efficiency = 0.01, .added_noise = 1.24, .bandwidth = hertz(100e3), .repetition_rate = hertz(10e3)}};
}

/// The starting point of a study of what links between superconducting processors need.
[[nodiscard]] inline transducer_preset link_today_2025() {
  return {.name = "link_today_2025",
          .source = "Dirnegger et al., arXiv:2503.10842 (2025)",
          .confidence = "noise published, the rest assumed",
          .published = "0.5 added photons, at the threshold of pair fidelities above 0.5 without distillation",
          .assumed =
              "that the number counts both transducers of a link, 1/4 each (pair fidelity 0.477 by one click and "
              "0.464 by two at low efficiency; 0.402 and 0.357 if it counts each), efficiency 5e-4, 10 kHz of shots, "
              "bandwidth 10 MHz",
          .value = {.efficiency = 5e-4,
                    .added_noise = 0.5,
                    .added_noise_of = noise_of::whole_link,
                    .bandwidth = hertz(10e6),
                    .repetition_rate = hertz(10e3)}};
}

/// What that study asks for: noise, efficiency and repetition rate better by three orders of magnitude each.
[[nodiscard]] inline transducer_preset link_target_2025() {
  transducer_preset p = link_today_2025();
  p.name = "link_target_2025";
  p.confidence = "a target; its factors published, its starting point assumed but for the noise";
  p.published =
      "1000 times less noise, more efficiency and more shots than today; remote gates of 0.997 at MHz rates";
  p.assumed =
      "5e-4 added photons by each transducer, the stricter reading, efficiency 0.5 and 10 MHz of shots, 1000 times "
      "those assumed of today; no heat limit";
  p.value.efficiency = 0.5;
  p.value.added_noise = 5e-4;
  p.value.added_noise_of = noise_of::one_transducer;
  p.value.repetition_rate = hertz(10e6);
  return p;
}

}  // namespace detail

/// All sets, experiments first.
[[nodiscard]] inline std::vector<transducer_preset> transducer_presets() {
  return {detail::membrane_2025(),   detail::silicon_efficient_2024(), detail::silicon_quiet_2024(),
          detail::ytterbium_2024(),  detail::piezo_design_2023(),      detail::link_today_2025(),
          detail::link_target_2025()};
}

/// The set of that name; the error lists the names there are.
[[nodiscard]] inline result<transducer_preset> find_transducer_preset(std::string_view name) {
  return detail::find_named("transducer", transducer_presets(), name);
}

}  // namespace ebit::link
