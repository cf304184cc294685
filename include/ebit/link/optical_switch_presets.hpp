// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <ebit/core/result.hpp>
#include <ebit/core/time.hpp>
#include <ebit/core/units.hpp>
#include <ebit/link/named_preset.hpp>
#include <ebit/link/optical_switch.hpp>

/// Published optical switches as named values. Every value says how far it can be trusted, as in `link/presets.hpp`.
namespace ebit::link {

/// One switch. The texts together name every value that differs from the default. The number of ports can be changed
/// freely where it is assumed.
using optical_switch_preset = named_preset<optical_switch>;

namespace detail {

/// The switch between any encodings that Cisco announced: electro-optic, at room temperature.
[[nodiscard]] inline optical_switch_preset cisco_universal_2026() {
  return {.name = "cisco_universal_2026",
          .source = "Cisco's announcement of its Universal Quantum Switch (April 2026), as reported by the press",
          .confidence = "a prototype; speed, fidelity and power published by the press, the rest assumed",
          .published =
              "reconfiguration in as little as 1 ns, at most 4 % less fidelity on average (polarisation "
              "alone has been shown), below 1 mW, standard telecom fibre",
          .assumed =
              "fidelity 0.96 and 1 mW (the bounds), 16 ports, any to any, insertion loss 1.5 dB, crosstalk "
              "30 dB, homing 1 s, parking 0.1 s",
          .value = {.ports = 16,
                    .insertion_loss = decibels(1.5),
                    .crosstalk = decibels(30),
                    .reconfiguration_time = duration::picoseconds(1'000),
                    .homing_time = duration::seconds(1),
                    .parking_time = duration::seconds(0.1),
                    .fidelity = 0.96,
                    .power = 1e-3}};
}

/// Tilting micro-mirrors as studies of quantum data centres take them: entanglement within a rack, a reconfiguration
/// and entanglement across racks take 0.1, 1 and 10 ms.
[[nodiscard]] inline optical_switch_preset mems_mirrors() {
  return {.name = "mems_mirrors",
          .source = "SwitchQNet, ISCA 2025, arXiv:2412.04837 (ratio of latencies 1:10:100, as reviewed by others)",
          .confidence = "speed from memory, the rest assumed",
          .from_memory = "reconfiguration 1 ms",
          .assumed = "16 ports, any to any, insertion loss 1.5 dB, crosstalk 50 dB, homing 5 s, parking 1 s",
          .value = {.ports = 16,
                    .insertion_loss = decibels(1.5),
                    .crosstalk = decibels(50),
                    .reconfiguration_time = duration::picoseconds(1'000'000'000),
                    .homing_time = duration::seconds(5),
                    .parking_time = duration::seconds(1)}};
}

/// The mirror switch that large data centres run on.
[[nodiscard]] inline optical_switch_preset palomar_2022() {
  return {.name = "palomar_2022",
          .source = "Google's Palomar: Poutievski et al., SIGCOMM 2022; Urata et al., arXiv:2208.10041 (2022)",
          .confidence = "ports published, the rest from memory and assumed",
          .published = "136 fibres on either side, 272 ports, two-sided, micro-mirrors",
          .from_memory =
              "insertion loss below 2 dB; reconfiguration 1.2 ms in the median, below 3 ms for 99 of 100; "
              "108 W",
          .assumed =
              "insertion loss 2 dB and reconfiguration 3 ms (the bounds), crosstalk 40 dB, homing 5 s, parking "
              "1 s",
          .value = {.kind = switch_kind::two_sided,
                    .ports = 272,
                    .insertion_loss = decibels(2),
                    .crosstalk = decibels(40),
                    .reconfiguration_time = duration::picoseconds(3'000'000'000),
                    .homing_time = duration::seconds(5),
                    .parking_time = duration::seconds(1),
                    .power = 108}};
}

/// Collimators that piezo actuators turn to each other; made symmetric, too.
[[nodiscard]] inline optical_switch_preset piezo_beam_steering() {
  return {.name = "piezo_beam_steering",
          .source = "data sheets of beam-steering switches (Polatis, now Huber+Suhner)",
          .confidence = "from memory and assumed",
          .from_memory =
              "reconfiguration 10 ms (with large ones 25 ms at most), insertion loss 1 dB typically, "
              "crosstalk below -50 dB, any to any, from 4 to several hundred ports",
          .assumed = "32 ports, crosstalk 50 dB (the bound), homing 10 s, parking 1 s",
          .value = {.ports = 32,
                    .insertion_loss = decibels(1),
                    .crosstalk = decibels(50),
                    .reconfiguration_time = duration::picoseconds(10'000'000'000),
                    .homing_time = duration::seconds(10),
                    .parking_time = duration::seconds(1)}};
}

/// A relay for light: fibres on a latching electromagnet.
[[nodiscard]] inline optical_switch_preset optomechanical_2x2() {
  return {.name = "optomechanical_2x2",
          .source = "Panasonic's data sheet of its WA optical switch (AWAP, type 22)",
          .confidence = "published; start-up assumed",
          .published =
              "2x2, 4 ports, insertion loss 0.5 dB typically and 1 dB at most, isolation 60 dB or more, "
              "switching at most 10 ms, latching",
          .assumed =
              "reconfiguration 10 ms and crosstalk 60 dB (the bounds), homing and parking 10 ms, no sensor of "
              "its position",
          .value = {.kind = switch_kind::two_by_two,
                    .ports = 4,
                    .insertion_loss = decibels(0.5),
                    .crosstalk = decibels(60),
                    .reconfiguration_time = duration::picoseconds(10'000'000'000),
                    .homing_time = duration::seconds(0.01),
                    .parking_time = duration::seconds(0.01),
                    .senses_position = false}};
}

/// A 2×2 element of titanium-diffused lithium niobate.
[[nodiscard]] inline optical_switch_preset electro_optic_2x2() {
  return {.name = "electro_optic_2x2",
          .source = "catalogues of lithium-niobate 2x2 switches",
          .confidence = "from memory and assumed",
          .from_memory = "insertion loss 3 dB, crosstalk 20 dB, reconfiguration a few ns",
          .assumed = "reconfiguration 5 ns, 2x2, 4 ports, homing 1 s (bias found), no sensor of its position",
          .value = {.kind = switch_kind::two_by_two,
                    .ports = 4,
                    .insertion_loss = decibels(3),
                    .crosstalk = decibels(20),
                    .reconfiguration_time = duration::picoseconds(5'000),
                    .homing_time = duration::seconds(1),
                    .senses_position = false}};
}

/// A matrix of such elements.
[[nodiscard]] inline optical_switch_preset lithium_niobate_4x4_1988() {
  return {.name = "lithium_niobate_4x4_1988",
          .source = "Hoffmann, Heidrich, Ahlers and Fluge, IEEE J. Sel. Areas Commun. 6, 1232 (1988)",
          .confidence = "losses published, the rest assumed",
          .published = "4x4 rearrangeable matrix, two-sided, 8 ports; insertion loss 4 to 7 dB with fibres",
          .assumed =
              "insertion loss 5.5 dB for all paths (the middle), crosstalk 20 dB, reconfiguration 5 ns, homing "
              "1 s, no sensor of its position",
          .value = {.kind = switch_kind::two_sided,
                    .ports = 8,
                    .insertion_loss = decibels(5.5),
                    .crosstalk = decibels(20),
                    .reconfiguration_time = duration::picoseconds(5'000),
                    .homing_time = duration::seconds(1),
                    .senses_position = false}};
}

/// A switch point on a silicon chip, of which pools of analysers for paired photons are built without crossings.
[[nodiscard]] inline optical_switch_preset silicon_interferometer_2x2() {
  return {.name = "silicon_interferometer_2x2",
          .source =
              "Koyama et al., arXiv:2405.09860 (2024), for its use; Tu et al., Micromachines 10, 51 (2019), a "
              "review of silicon switches",
          .confidence = "assumed",
          .published = "2x2 Mach-Zehnder switch points, N(N-2)/4 of which pair any N inputs",
          .assumed =
              "2x2, 4 ports, insertion loss 0.2 dB on the chip, crosstalk 30 dB, reconfiguration 10 us by heat, "
              "homing 0.1 s, 20 mW, no sensor of its position",
          .value = {.kind = switch_kind::two_by_two,
                    .ports = 4,
                    .insertion_loss = decibels(0.2),
                    .crosstalk = decibels(30),
                    .reconfiguration_time = duration::picoseconds(10'000'000),
                    .homing_time = duration::seconds(0.1),
                    .senses_position = false,
                    .power = 20e-3}};
}

/// A loop of fibre in which a pump pulse turns the photons.
[[nodiscard]] inline optical_switch_preset all_optical_2011() {
  return {.name = "all_optical_2011",
          .source = "Hall, Altepeter and Kumar, New J. Phys. 13, 105004 (2011), arXiv:1106.5738",
          .confidence = "published; ports and start-up assumed",
          .published =
              "window 200 ps, contrast 120:1 (crosstalk 20.8 dB), insertion loss 1.5 dB, fidelity of entangled "
              "photons less by below 0.002",
          .assumed =
              "fidelity 0.998 (the bound), reconfiguration 200 ps (the window), 2x2, 4 ports, homing 1 s, no "
              "sensor of its position",
          .value = {.kind = switch_kind::two_by_two,
                    .ports = 4,
                    .insertion_loss = decibels(1.5),
                    .crosstalk = decibels(20.8),
                    .reconfiguration_time = duration::picoseconds(200),
                    .homing_time = duration::seconds(1),
                    .fidelity = 0.998,
                    .senses_position = false}};
}

}  // namespace detail

/// All sets, those of many ports first.
[[nodiscard]] inline std::vector<optical_switch_preset> optical_switch_presets() {
  return {detail::cisco_universal_2026(),     detail::mems_mirrors(),       detail::palomar_2022(),
          detail::piezo_beam_steering(),      detail::optomechanical_2x2(), detail::electro_optic_2x2(),
          detail::lithium_niobate_4x4_1988(), detail::all_optical_2011(),   detail::silicon_interferometer_2x2()};
}

/// The set of that name; the error lists the names there are.
[[nodiscard]] inline result<optical_switch_preset> find_optical_switch_preset(std::string_view name) {
  return detail::find_named("optical_switch", optical_switch_presets(), name);
}

}  // namespace ebit::link
