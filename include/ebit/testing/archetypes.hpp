// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>

#include <ebit/concepts.hpp>

/// The smallest type for each concept, with nothing extra: what compiles with these uses nothing that a concept does
/// not promise. Copy one as the start of a policy or a backend of your own.
namespace ebit::testing::archetype {

// Policies.

struct line {
  line() = delete;
  explicit line(int) {}
  [[nodiscard]] double arm_transmittance(half) const { return 1; }
  [[nodiscard]] duration arm_delay(half) const { return duration::zero(); }
  [[nodiscard]] duration delay() const { return duration::zero(); }
  [[nodiscard]] status validate() const { return success{}; }
};
static_assert(link::physical_link<line>);

struct herald_policy {
  [[nodiscard]] herald::attempt_model model(const herald::interference&, const herald::setting&) const { return {}; }
  [[nodiscard]] std::optional<herald::setting> choose(const herald::interference&, double) const {
    return std::nullopt;
  }
  [[nodiscard]] double best_fidelity(const herald::interference&) const { return 0; }
};
static_assert(herald::herald_policy<herald_policy>);

struct purify_policy {
  std::uint8_t rounds = 1;
  purify::where at = purify::where::link;
  [[nodiscard]] distil_recipe recipe(const pair_id&, const pair_id&) const { return {}; }
};
static_assert(purify::purify_policy<purify_policy>);

struct swap_policy {
  static constexpr bool waits_for_spans = false;
  duration cutoff = duration::never();
  [[nodiscard]] bool may_swap(swap::place, swap::spans) const { return true; }
};
static_assert(swap::swap_policy<swap_policy>);

struct route_policy {
  template <route::circuit_forecaster Model>
  [[nodiscard]] route::answer choose(const route::network_map&, const route::demand&, const Model&) const {
    return {};
  }
};
static_assert(route::route_policy<route_policy>);

/// One policy type per layer and no base class.
struct profile {
  using link = line;
  using herald = herald_policy;
  using purify = purify_policy;
  using swap = swap_policy;
  using route = route_policy;
};

// Backends, one per concept.

struct heralding_device {
  static constexpr backend::capabilities capabilities{.heralds = true};
  void perform(const action::attempt&) {}
  void perform(const action::stop&) {}
  void perform(const action::free&) {}
};
static_assert(backend::heralds<heralding_device>);

struct measuring_device {
  static constexpr backend::capabilities capabilities{.measures = true};
  void perform(const action::measure&) {}
};
static_assert(backend::measures<measuring_device>);

struct gate_device {
  static constexpr backend::capabilities capabilities{.gates = true};
  void perform(const action::gate&) {}
};
static_assert(backend::gates<gate_device>);

struct bell_measuring_device {
  static constexpr backend::capabilities capabilities{.bell_measures = true};
  void perform(const action::bell_measure&) {}
};
static_assert(backend::bell_measures<bell_measuring_device>);

struct distilling_device {
  static constexpr backend::capabilities capabilities{.distils = true};
  void perform(const action::distil&) {}
};
static_assert(backend::distils<distilling_device>);

struct switching_device {
  static constexpr backend::capabilities capabilities{.switches = true};
  void perform(const action::connect&) {}
  void perform(const action::clear&) {}
};
static_assert(backend::switches<switching_device>);

struct messenger {
  static constexpr backend::capabilities capabilities{.messages = true};
  void perform(const action::send&) {}
};
static_assert(backend::messages<messenger>);

struct application {
  static constexpr backend::capabilities capabilities{.delivers = true};
  void perform(const action::deliver&) {}
  void perform(const action::revoke&) {}
  void perform(const action::report&) {}
};
static_assert(backend::delivers<application>);

/// Can be driven, and offers nothing.
struct silent_source {
  [[nodiscard]] local_time now() const { return {}; }
  [[nodiscard]] backend::limits limits() const { return {}; }
  template <class Handler>
  bool poll(Handler&&) {
    return false;
  }
};
static_assert(backend::event_source<silent_source>);

struct idle_source {
  void wait(local_time) {}
};
static_assert(backend::waits<idle_source>);

/// The smallest backend that serves every profile of repeaters: it does nothing at all.
struct device {
  static constexpr backend::capabilities capabilities{.heralds = true,
                                                      .bell_measures = true,
                                                      .distils = true,
                                                      .messages = true,
                                                      .delivers = true,
                                                      .emits = backend::emission::every_slot,
                                                      .interacts_within_port = true,
                                                      .interacts_across_ports = true};
  void perform(const action::attempt&) {}
  void perform(const action::stop&) {}
  void perform(const action::free&) {}
  void perform(const action::bell_measure&) {}
  void perform(const action::distil&) {}
  void perform(const action::send&) {}
  void perform(const action::deliver&) {}
  void perform(const action::revoke&) {}
  void perform(const action::report&) {}
  [[nodiscard]] local_time now() const { return {}; }
  [[nodiscard]] backend::limits limits() const { return {}; }
  template <class Handler>
  bool poll(Handler&&) {
    return false;
  }
};
static_assert(backend::event_source<device> && backend::serves<device, profile>);

/// Takes whatever an engine or a node emits.
struct sink {
  template <class Action>
  void operator()(const Action&) const {}
};

/// Perfect Φ+ for ever; claims as much as the simulated world asks for.
struct perfect_pair {
  static constexpr exactness exact{.pauli_ageing = true, .swap = true, .distil = true, .any_rotation = true};
  [[nodiscard]] static perfect_pair from(const bell_diagonal&, random_stream&) { return {}; }
  [[nodiscard]] double fidelity(bell_index) const { return 1; }
  void age(half, duration, const memory_noise&, random_stream&) {}
  void correct(pauli_frame) {}
  [[nodiscard]] static swapped<perfect_pair> swap(const perfect_pair&, const perfect_pair&, const gate_noise&,
                                                  random_stream&) {
    return {};
  }
  [[nodiscard]] static distilled<perfect_pair> distil(const perfect_pair&, const perfect_pair&, const distil_recipe&,
                                                      const gate_noise&, random_stream&) {
    return {};
  }
  [[nodiscard]] measured_bits measure(basis, basis, double, random_stream&) const { return {}; }
  friend bool operator==(const perfect_pair&, const perfect_pair&) = default;
};
static_assert(pair_state<perfect_pair>);

}  // namespace ebit::testing::archetype
