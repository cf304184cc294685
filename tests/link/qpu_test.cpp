// SPDX-License-Identifier: Apache-2.0
#include <string>

#include <ebit/link/qpu.hpp>

#include <support/catch.hpp>

using namespace ebit;
using namespace ebit::literals;
using link::qpu;

TEST_CASE("qpu: counts that studies assume, and what it installs", "[link]") {
  const qpu plain;
  CHECK(plain.validate());
  CHECK(plain.data_qubits == 30);
  CHECK(plain.communication_qubits == 2);
  CHECK(plain.buffer_qubits == 10);
  CHECK(plain.qubits() == 42);
  const qpu p{.data_memory = {1_ms, 2_ms},
              .gates = {.two_qubit = 0.01},
              .one_qubit_time = 10_ns,
              .two_qubit_time = 40_ns,
              .read_out_time = 450_ns};
  REQUIRE(p.validate());
  const link::hardware h = p.installed_in({});
  CHECK(h.gate_time == 500_ns);
  CHECK(h.gates.two_qubit == 0.01);
  CHECK(h.memory == memory_noise{1_ms, 2_ms});
  CHECK(h.validate());
}

TEST_CASE("qpu: values out of range are refused by name", "[link]") {
  const auto refused = [](const qpu& p) {
    const auto ok = p.validate();
    REQUIRE_FALSE(ok);
    return ok.error().what;
  };
  CHECK(refused({.communication_qubits = 0}) == "qpu.communication_qubits");
  CHECK(refused({.data_qubits = 0xffff'ffffU}) == "qpu.qubits");
  CHECK(refused({.one_qubit_time = -1_ps}) == "qpu.one_qubit_time");
  CHECK(refused({.two_qubit_time = duration::never()}) == "qpu.two_qubit_time");
  CHECK(refused({.read_out_time = -1_ps}) == "qpu.read_out_time");
  CHECK(refused({.reset_time = -1_ps}) == "qpu.reset_time");
  CHECK(refused({.data_memory = {1_ms, 3_ms}}) == "memory_noise.t2");
  CHECK(refused({.gates = {.read_out = 2}}) == "gate_noise.read_out");
}

TEST_CASE("qpu presets: each is valid and says where its values are from", "[link]") {
  for (const link::qpu_preset& p : link::qpu_presets()) {
    INFO(p.name);
    CHECK(p.value.validate());
    CHECK_FALSE(p.source.empty());
    CHECK_FALSE(p.confidence.empty());
    CHECK(link::find_qpu_preset(p.name)->value == p.value);
    const std::string texts = std::string{p.published} + std::string{p.from_memory} + std::string{p.assumed};
    const qpu plain;
    const auto named = [&](bool differs, const char* word) {
      INFO(word);
      CHECK((!differs || texts.find(word) != std::string::npos));
    };
    named(p.value.data_qubits != plain.data_qubits, "data qubits");
    named(p.value.communication_qubits != plain.communication_qubits, "communication qubit");
    named(p.value.buffer_qubits != plain.buffer_qubits, "buffer qubits");
    named(p.value.data_memory != plain.data_memory, "T1 and T2");
    named(p.value.gates.two_qubit > 0, "two-qubit noise");
    named(p.value.gates.one_qubit > 0, "one-qubit noise");
    named(p.value.gates.read_out > 0, "read-out error");
    named(p.value.one_qubit_time > 0_s, "one-qubit gate");
    named(p.value.two_qubit_time > 0_s, "two-qubit gate");
    named(p.value.read_out_time > 0_s, "read-out ");
    named(p.value.reset_time > 0_s, "reset");
  }
  CHECK_FALSE(link::find_qpu_preset("none such"));
}
