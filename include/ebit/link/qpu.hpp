// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <ebit/core/result.hpp>
#include <ebit/core/time.hpp>
#include <ebit/link/hardware.hpp>
#include <ebit/link/named_preset.hpp>
#include <ebit/quantum/noise.hpp>

namespace ebit::link {

/// A quantum processor as an end point of a network. Its communication qubits meet photons (through the networking
/// unit), its buffer qubits keep pairs until they are wanted, its data qubits compute. The counts are those that
/// studies of quantum data centres assume; everything else is ideal by default.
struct qpu {
  std::uint32_t data_qubits = 30;          ///< 0 or more
  std::uint32_t communication_qubits = 2;  ///< 1 or more
  std::uint32_t buffer_qubits = 10;        ///< 0 or more
  memory_noise data_memory{};              ///< T1 and T2 of a data qubit at rest
  gate_noise gates{};
  duration one_qubit_time{};  ///< of a gate; 0 or more
  duration two_qubit_time{};  ///< likewise
  duration read_out_time{};   ///< likewise
  duration reset_time{};      ///< to prepare |0⟩; likewise

  [[nodiscard]] constexpr std::uint64_t qubits() const {
    return std::uint64_t{data_qubits} + communication_qubits + buffer_qubits;
  }
  /// Of a Bell measurement, or half a distillation: CNOT, one-qubit gate, read-out.
  [[nodiscard]] constexpr duration measurement_time() const {
    return two_qubit_time + one_qubit_time + read_out_time;
  }

  /// Sets `gates`, `gate_time` (`measurement_time`), and `memory` as that of a data qubit: what a networking unit
  /// with qubits of its own sets anew.
  [[nodiscard]] constexpr hardware installed_in(hardware h) const {
    h.gates = gates;
    h.gate_time = measurement_time();
    h.memory = data_memory;
    return h;
  }

  [[nodiscard]] status validate() const {
    if (communication_qubits == 0) return config_error{"qpu.communication_qubits", "0", "1 or more"};
    if (qubits() > 0xffff'ffffU) return config_error{"qpu.qubits", std::to_string(qubits()), "up to 4294967295"};
    struct named {
      const char* what;
      duration span;
    };
    for (const auto& [what, span] :
         {named{"qpu.one_qubit_time", one_qubit_time}, named{"qpu.two_qubit_time", two_qubit_time},
          named{"qpu.read_out_time", read_out_time}, named{"qpu.reset_time", reset_time}})
      if (span < duration::zero() || span.is_never())
        return config_error{what, ebit::detail::duration_text(span), "0 s or more, and an end"};
    if (auto ok = data_memory.validate(); !ok) return ok;
    return gates.validate();
  }

  friend constexpr bool operator==(const qpu&, const qpu&) = default;
};

/// One processor, or one way to look at it. The texts together name every value that differs from the default.
using qpu_preset = named_preset<qpu>;

namespace detail {

/// Superconducting qubits as `transducer_today_2025` of `link/presets.hpp` takes them to be.
[[nodiscard]] inline qpu_preset transmon_today() {
  return {.name = "transmon_today",
          .source = "counts: studies of quantum data centres; the rest: transmons of today",
          .confidence = "assumed",
          .assumed =
              "T1 and T2 300 us, two-qubit noise 0.005, one-qubit noise 5e-4, read-out error 0.01; two-qubit "
              "gate 70 ns, one-qubit gate 30 ns, read-out 900 ns, so that a Bell measurement takes 1 us; reset "
              "250 ns",
          .value = {.data_memory = {duration::seconds(300e-6), duration::seconds(300e-6)},
                    .gates = {.two_qubit = 0.005, .one_qubit = 5e-4, .read_out = 0.01},
                    .one_qubit_time = duration::picoseconds(30'000),
                    .two_qubit_time = duration::picoseconds(70'000),
                    .read_out_time = duration::picoseconds(900'000),
                    .reset_time = duration::picoseconds(250'000)}};
}

/// The same of `transducer_target_2025`.
[[nodiscard]] inline qpu_preset transmon_target() {
  return {.name = "transmon_target",
          .source = "counts: studies of quantum data centres; the rest: a target for transmons",
          .confidence = "assumed",
          .assumed =
              "16 communication qubits; T1 and T2 1 ms, two-qubit noise 0.001, one-qubit noise 1e-4, read-out "
              "error 0.001; two-qubit gate 70 ns, one-qubit gate 30 ns, read-out 400 ns, so that a Bell "
              "measurement takes 0.5 us; reset 100 ns",
          .value = {.communication_qubits = 16,
                    .data_memory = {duration::seconds(1e-3), duration::seconds(1e-3)},
                    .gates = {.two_qubit = 0.001, .one_qubit = 1e-4, .read_out = 0.001},
                    .one_qubit_time = duration::picoseconds(30'000),
                    .two_qubit_time = duration::picoseconds(70'000),
                    .read_out_time = duration::picoseconds(400'000),
                    .reset_time = duration::picoseconds(100'000)}};
}

/// One module of error-corrected qubits; its links are logical Bell pairs.
[[nodiscard]] inline qpu_preset gross_module() {
  return {.name = "gross_module",
          .source = "Yoder et al., Tour de gross, arXiv:2506.03094 (2025), and its compiler (bicycle_common)",
          .confidence = "counts published, errors seen in a summary, times from memory",
          .published =
              "12 logical qubits in 144 physical ones, 11 data qubits and a pivot through which modules are "
              "measured jointly (1 communication qubit)",
          .from_memory =
              "error of a measurement between modules 0.002 at physical errors of 1e-3, taken as two-qubit "
              "noise; 120 time steps of a logical measurement",
          .assumed =
              "no buffer qubits, time steps of 100 ns: read-out 12 us, two-qubit gate 12 us, one-qubit gate 12 "
              "us; reset 1 us",
          .value = {.data_qubits = 11,
                    .communication_qubits = 1,
                    .buffer_qubits = 0,
                    .gates = {.two_qubit = 0.002},
                    .one_qubit_time = duration::picoseconds(12'000'000),
                    .two_qubit_time = duration::picoseconds(12'000'000),
                    .read_out_time = duration::picoseconds(12'000'000),
                    .reset_time = duration::picoseconds(1'000'000)}};
}

}  // namespace detail

/// All sets.
[[nodiscard]] inline std::vector<qpu_preset> qpu_presets() {
  return {detail::transmon_today(), detail::transmon_target(), detail::gross_module()};
}

/// The set of that name; the error lists the names there are.
[[nodiscard]] inline result<qpu_preset> find_qpu_preset(std::string_view name) {
  return detail::find_named("qpu", qpu_presets(), name);
}

}  // namespace ebit::link
