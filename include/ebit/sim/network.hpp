// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include <ebit/core/shared_constant.hpp>
#include <ebit/link/budget.hpp>
#include <ebit/link/presets.hpp>
#include <ebit/node/profile.hpp>
#include <ebit/quantum/bell_diagonal.hpp>
#include <ebit/sim/builders.hpp>
#include <ebit/sim/driver.hpp>
#include <ebit/sim/topology.hpp>

namespace ebit::sim {

/// The values of a simulated network: its stack's policies, what stands at the nodes, and what goes wrong.
template <profile Profile>
struct network_options {
  std::uint64_t seed = 1;
  [[no_unique_address]] typename Profile::herald herald{};
  [[no_unique_address]] typename Profile::purify purify{};
  [[no_unique_address]] typename Profile::swap swap{};
  route_options<typename Profile::route> route{};
  link::hardware hardware = link::default_hardware();
  fault_plan faults{};

  [[nodiscard]] options<Profile> stack() const { return {seed, herald, purify, swap, route}; }
  [[nodiscard]] status validate() const {
    if (auto ok = faults.validate(); !ok) return ok;
    if constexpr (requires { herald.validate(); })
      if (auto ok = herald.validate(); !ok) return ok;
    return hardware.validate();
  }
};

/// Many nodes of one profile on one simulated world. A value: a copy is a snapshot that goes on from where it was taken, bit
/// for bit; `fork(salt)` goes on with other draws.
template <profile Profile = default_profile, pair_state State = bell_diagonal, trace_sink Trace = no_trace>
class network {
 public:
  using profile_type = Profile;

  explicit network(const topology& net, const network_options<Profile>& o = {}, Trace trace = {})
      : options_{o}, checked_{net.validate()} {
    if (checked_) checked_ = o.validate();
    if (checked_) build(net, std::move(trace));
  }

  /// Whether topology and options are in range; the first `request` reports the same.
  [[nodiscard]] const status& validate() const { return checked_; }

  /// An application at `from` asks for pairs with `to`, now. What is wrong with the request or the configuration comes back as
  /// an error; what the network cannot do, the request itself tells after `run`.
  result<request_handle> request(const request_parameters& wanted) {
    if (!checked_) return checked_.error();
    if (auto ok = wanted.validate(driver_.nodes().size()); !ok) return ok.error();
    return request_handle{this, &record_of, driver_.ask(wanted)};
  }

  /// What the stack's models say about a request, as its head will work it out.
  [[nodiscard]] route::answer plan(const request_parameters& wanted) const {
    return options_.route.policy.choose(driver_.map(), {wanted.from, wanted.to, wanted.pairs, wanted.min_fidelity},
                                        make_model<Profile>(options_.stack()));
  }

  /// Runs until nothing is left to happen; returns the number of events. Under message loss that may be never: use `run_for`.
  std::uint64_t run() { return run_until(world_time::never()); }
  std::uint64_t run_for(duration span) { return run_until(now() + span); }
  std::uint64_t run_until(world_time end) {
    const std::uint64_t before = driver_.events().executed();
    while (!driver_.events().empty() && driver_.events().next_time() <= end) driver_.step();
    if (!end.is_never() && end > now()) driver_.events().advance(end);
    return driver_.events().executed() - before;
  }
  /// Executes the next event; false if there is none.
  bool step() {
    if (driver_.events().empty()) return false;
    driver_.step();
    return true;
  }

  [[nodiscard]] network fork() const { return *this; }
  [[nodiscard]] network fork(std::uint64_t salt) const {
    network other = *this;
    other.driver_.reseed(mix(driver_.seed(), salt));
    return other;
  }

  [[nodiscard]] world_time now() const { return driver_.events().now(); }
  [[nodiscard]] std::uint64_t events() const { return driver_.events().executed(); }
  [[nodiscard]] std::uint64_t messages() const { return driver_.messages(); }
  [[nodiscard]] const world<State>& truth() const { return driver_.truth(); }
  [[nodiscard]] std::size_t size() const { return driver_.nodes().size(); }
  [[nodiscard]] const basic_node<Profile>& node(node_id id) const { return driver_.nodes()[id.value()]; }
  [[nodiscard]] std::uint32_t first_slot(node_id id) const { return driver_.first_slot(id.value()); }
  [[nodiscard]] const route::network_map& map() const { return driver_.map(); }
  [[nodiscard]] const std::vector<request_record>& requests() const { return driver_.requests(); }
  [[nodiscard]] const Trace& trace() const { return driver_.trace(); }

 private:
  static const request_record& record_of(const void* self, request_id id) {
    return static_cast<const network*>(self)->driver_.requests()[id.value()];
  }

  void build(const topology& net, Trace trace) {
    const link::hardware& h = options_.hardware;
    std::vector<route::edge> edges;
    std::vector<std::uint32_t> ports(net.size(), 0);
    for (const topology::edge& e : net.links()) edges.push_back({e.a, e.b, link::budget_of(e.fibre, h, h), h.memories});
    auto map = shared_constant<route::network_map>{
        route::network_map{std::vector<route::site>(net.size(), {h.gates, h.gate_time, h.bell_measurement_success}), std::move(edges)}};
    driver_ = driver_type{options_.seed, options_.stack(), options_.faults, map, std::move(trace)};
    for (std::size_t n = 0; n < net.size(); ++n) {
      const node_id id = net.node(n);
      const std::uint64_t key = net.stable_key(id);
      // Clocks disagree by up to a millisecond, so that the time of one never passes for the time of another.
      const auto offset = duration::picoseconds(static_cast<std::int64_t>(key % 1'000'000'000));
      driver_.add_node(key, {id, std::vector<std::uint32_t>(map->incident(id).size(), h.memories), map}, options_.stack(),
                       h.memory, offset);
    }
    for (const topology::edge& e : net.links()) {
      const std::uint32_t a = ports[e.a.value()]++;
      driver_.add_path(net.stable_key(e), a, ports[e.b.value()]++);
    }
    driver_.start();
  }

  using driver_type = driver<Profile, State, Trace>;
  static_assert(backend::serves<typename driver_type::device, Profile>,
                "the simulated device does not offer what this profile needs");

  network_options<Profile> options_;
  status checked_;
  driver_type driver_;
};

template <profile Profile = default_profile>
network(const topology&) -> network<Profile>;

}  // namespace ebit::sim
