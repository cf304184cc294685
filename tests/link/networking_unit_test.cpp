// SPDX-License-Identifier: Apache-2.0
#include <string>

#include <ebit/link/bell_state_analyser.hpp>
#include <ebit/link/networking_unit.hpp>
#include <ebit/link/networking_unit_presets.hpp>
#include <ebit/link/presets.hpp>

#include <support/catch.hpp>

using namespace ebit;
using namespace ebit::literals;
using ebit_test::approx;
using link::networking_unit;

TEST_CASE("networking unit: what it installs is its interface's, and what it adds", "[link]") {
  const link::transducer made{.efficiency = 0.2, .added_noise = 0.1, .bandwidth = hertz(1e6)};
  networking_unit unit{
      .photonics = made, .ports = 2, .communication_qubits = 6, .communication_memory = {1_ms, 1_ms}};
  REQUIRE(unit.validate());
  link::hardware h;
  h.memory = {7_ms, 7_ms};
  h.gates.two_qubit = 0.01;
  const link::hardware alone = made.installed_in(h);
  link::hardware seen = unit.installed_in(h);
  CHECK(seen.emission_efficiency == alone.emission_efficiency);
  CHECK(seen.added_noise == alone.added_noise);
  CHECK(seen.attempt_time == alone.attempt_time);
  CHECK(seen.duty_cycle == alone.duty_cycle);
  CHECK(seen.gates.two_qubit == 0.01);
  CHECK(seen.memory == memory_noise{1_ms, 1_ms});
  CHECK(seen.memories == 3);
  CHECK(seen.buffer == link::pair_buffer{unit.buffer_qubits, unit.buffer_memory, unit.move_time, unit.move_noise});

  unit.recoding = link::converter{.efficiency = 0.5, .fidelity = 0.96};
  unit.times.locking = 30_s;
  unit.relock_every = 90_s;
  unit.degraded_efficiency = 0.25;
  seen = unit.installed_in(h);
  CHECK(seen.emission_efficiency == approx(0.1));
  CHECK(seen.emission_fidelity == approx(0.96));
  CHECK(seen.duty_cycle == approx(0.75));
  CHECK(unit.installed_in(h, true).emission_efficiency == approx(0.025));

  const networking_unit atom{.photonics = link::emitter{.collection = 0.3, .lifetime = 12_ns}};
  CHECK(atom.installed_in({}).emission_efficiency == approx(0.3));
  CHECK(atom.installed_in({}).photon_lifetime == 12_ns);
  // Any component will do where it is known at compile time.
  const link::basic_networking_unit<link::transducer> fixed{.photonics = made};
  CHECK(fixed.installed_in({}).emission_efficiency == approx(0.2));
}

TEST_CASE("networking unit: unit, processor and analyser make up the hardware of an end", "[link]") {
  const link::hardware whole = link::find_preset("transducer_target_2025")->value;
  const networking_unit unit = link::find_networking_unit_preset("transducer_unit_target")->value;
  const link::qpu processor = link::find_qpu_preset("transmon_target")->value;
  REQUIRE(unit.fits(processor));
  const link::bell_state_analyser analyser{.eye = {.efficiency = 0.9, .dark_counts = hertz(1), .window = 100_ns}};
  const link::hardware made = analyser.installed_in(unit.installed_in(processor.installed_in({})));
  REQUIRE(made.validate());
  CHECK(made.emission_efficiency == approx(whole.emission_efficiency));
  CHECK(made.detector_efficiency == approx(whole.detector_efficiency));
  CHECK(made.added_noise == approx(whole.added_noise));
  CHECK(made.dark_counts == whole.dark_counts);
  CHECK(made.attempt_time == whole.attempt_time);
  CHECK(made.memory == whole.memory);
  CHECK(made.gates == whole.gates);
  CHECK(made.gate_time == whole.gate_time);
  CHECK(made.memories == whole.memories);
  CHECK(made.duty_cycle == approx(600.0 / 601));

  const link::hardware today = link::find_preset("transducer_today_2025")->value;
  const link::hardware now = analyser.installed_in(
      link::find_networking_unit_preset("transducer_unit_today")
          ->value.installed_in(link::find_qpu_preset("transmon_today")->value.installed_in({})));
  CHECK(now.emission_efficiency == approx(today.emission_efficiency));
  CHECK(now.added_noise == approx(today.added_noise));
  CHECK(now.attempt_time == today.attempt_time);
  CHECK(now.memory == today.memory);
  CHECK(now.gates == today.gates);
  CHECK(now.gate_time == today.gate_time);
}

TEST_CASE("networking unit: values out of range, and processors that are too small, are refused", "[link]") {
  const auto refused = [](const networking_unit& u) {
    const auto ok = u.validate();
    REQUIRE_FALSE(ok);
    return ok.error().what;
  };
  CHECK(refused({.photonics = link::transducer{.efficiency = 0}}) == "transducer.efficiency");
  CHECK(refused({.recoding = link::converter{.fidelity = 0}}) == "converter.fidelity");
  CHECK(refused({.ports = 0}) == "networking_unit.ports");
  CHECK(refused({.communication_qubits = 0}) == "networking_unit.communication_qubits");
  CHECK(refused({.ports = 2, .communication_qubits = 3}) == "networking_unit.communication_qubits");
  CHECK(refused({.communication_memory = {1_ms, 3_ms}}) == "memory_noise.t2");
  CHECK(refused({.buffer_memory = {1_ms, 3_ms}}) == "memory_noise.t2");
  CHECK(refused({.move_time = -1_ps}) == "networking_unit.move_time");
  CHECK(refused({.move_noise = 1.5}) == "networking_unit.move_noise");
  CHECK(refused({.times = {.locking = -1_ps}}) == "lifecycle_times.locking");
  CHECK(refused({.relock_every = 0_s}) == "networking_unit.relock_every");
  CHECK(refused({.degraded_efficiency = 0}) == "networking_unit.degraded_efficiency");

  const link::qpu small{.communication_qubits = 1, .buffer_qubits = 4};
  CHECK(networking_unit{}.fits(link::qpu{}));
  CHECK(networking_unit{}.fits(small).error().what == "networking_unit.communication_qubits");
  CHECK(networking_unit{.communication_qubits = 1}.fits(small).error().what == "networking_unit.buffer_qubits");
}

TEST_CASE("networking unit presets: each is valid and says where its values are from", "[link]") {
  for (const link::networking_unit_preset& p : link::networking_unit_presets()) {
    INFO(p.name);
    CHECK(p.value.validate());
    CHECK_FALSE(p.source.empty());
    CHECK_FALSE(p.confidence.empty());
    CHECK_FALSE(p.assumed.empty());
    CHECK(link::find_networking_unit_preset(p.name)->value == p.value);
  }
  CHECK_FALSE(link::find_networking_unit_preset("none such"));
}
