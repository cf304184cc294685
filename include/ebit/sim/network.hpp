// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include <ebit/core/extremes.hpp>
#include <ebit/core/result.hpp>
#include <ebit/core/shared_constant.hpp>
#include <ebit/herald/concepts.hpp>
#include <ebit/link/presets.hpp>
#include <ebit/node/profile.hpp>
#include <ebit/purify/concepts.hpp>
#include <ebit/quantum/bell_diagonal.hpp>
#include <ebit/route/link_model.hpp>
#include <ebit/route/multipath.hpp>
#include <ebit/sim/builders.hpp>
#include <ebit/sim/driver.hpp>
#include <ebit/sim/tap.hpp>
#include <ebit/sim/topology.hpp>

namespace ebit::sim {

/// What stands at one node in place of what stands at the others.
struct node_hardware {
  node_id node;
  link::hardware hardware;
};

/// The values of a simulated network: its stack's policies, what stands at the nodes, and what goes wrong.
template <profile Profile>
struct network_options {
  std::uint64_t seed = 1;
  link_options link{};
  [[no_unique_address]] typename Profile::herald herald{};
  [[no_unique_address]] typename Profile::purify purify{};
  [[no_unique_address]] typename Profile::swap swap{};
  route_options<typename Profile::route> route{};
  link::hardware hardware = link::default_hardware();
  std::vector<node_hardware> exceptions{};
  fault_plan faults{};
  bool coded = false;  ///< every message travels in its byte form

  [[nodiscard]] options<Profile> stack() const { return {seed, link, herald, purify, swap, route}; }
  [[nodiscard]] const link::hardware& hardware_of(node_id id) const {
    for (const node_hardware& other : exceptions)
      if (other.node == id) return other.hardware;
    return hardware;
  }
  /// `nodes` and `links`: how many there are.
  [[nodiscard]] status validate(std::size_t nodes, std::size_t links) const {
    if (auto ok = faults.validate(nodes, links); !ok) return ok;
    if (auto ok = validate_policies(); !ok) return ok;
    if (auto ok = link.validate(); !ok) return ok;
    if (auto ok = route.service.validate(); !ok) return ok;
    for (std::size_t i = 0; i < exceptions.size(); ++i) {
      const node_hardware& other = exceptions[i];
      const std::string name = "exceptions[" + std::to_string(i) + "]";
      if (!other.node.valid() || other.node.value() >= nodes)
        return config_error{name + ".node", other.node.valid() ? std::to_string(other.node.value()) : "none",
                            "nodes 0 to " + std::to_string(nodes - 1)};
      for (std::size_t k = 0; k < i; ++k)
        if (exceptions[k].node == other.node)
          return config_error{name + ".node", std::to_string(other.node.value()), "each node once"};
      if (auto ok = validate_hardware(other.hardware); !ok) {
        config_error error = ok.error();
        error.what = name + ": " + error.what;
        return error;
      }
    }
    return validate_hardware(hardware);
  }

 private:
  [[nodiscard]] static status validate_hardware(const link::hardware& h) {
    if (auto ok = h.validate(); !ok) return ok;
    if (h.thermal_occupancy > 0 && !herald::thermal_modes<typename Profile::herald>)
      return config_error{"hardware.thermal_occupancy", ebit::detail::number_text(h.thermal_occupancy) + " quanta",
                          "0 unless the herald policy is two_mode_squeezed"};
    return success{};
  }
  /// Policies with ranges of their own check them.
  [[nodiscard]] status validate_policies() const {
    status ok = success{};
    const auto check = [&ok](const auto& policy) {
      if constexpr (requires { policy.validate(); })
        if (ok) ok = policy.validate();
    };
    check(herald);
    check(purify);
    check(swap);
    check(route.policy);
    return ok;
  }
};

/// Many nodes of one profile on one simulated world. A value: a copy is a snapshot that goes on from where it was
/// taken, bit for bit; `fork(salt)` goes on with other draws.
template <profile Profile = default_profile, pair_state State = bell_diagonal, trace_sink Trace = no_trace,
          tap Tap = no_tap>
class network {
 public:
  using profile_type = Profile;

  using topology_type = basic_topology<typename Profile::link>;

  explicit network(const topology_type& net, const network_options<Profile>& o = {}, Trace trace = {}, Tap tap = {})
      : options_{o}, checked_{net.validate()} {
    if (checked_) checked_ = o.validate(net.size(), net.links().size());
    if (checked_) checked_ = heralds_on(net);
    if (checked_) build(net, std::move(trace), std::move(tap));
  }

  /// Whether topology and options are in range; the first `request` reports the same.
  [[nodiscard]] const status& validate() const { return checked_; }

  /// An application at `from` asks for pairs with `to`, now. What is wrong with the request or the configuration
  /// comes back as an error; what the network cannot do, the request itself tells after `run`.
  result<request_handle> request(const request_parameters& wanted) {
    if (const auto ok = check(wanted); !ok) return ok.error();
    return request_handle{this, &record_of, driver_.ask(wanted)};
  }

  /// The same over several walks at once, as the route policy splits it: a request of its own for each part, the
  /// fastest first. Parts are not of one piece, so what is to be there at the same time cannot be split. Where no walk
  /// serves it, it is put whole, and the request tells why it is refused.
  result<std::vector<request_handle>> request_parts(const request_parameters& wanted)
    requires route::splits_requests<typename Profile::route>
  {
    if (wanted.atomic) return config_error{"request.atomic", "true", "false for a request that is split"};
    std::vector<request_handle> parts;
    const auto put = [&](const request_parameters& part) {
      auto asked = request(part);
      if (asked) parts.push_back(*asked);
      return asked;
    };
    if (const auto whole = check(wanted); !whole) return whole.error();
    const auto shares =
        options_.route.policy.split(driver_.map(), {wanted.from, wanted.to, wanted.pairs, wanted.min_fidelity},
                                    make_model<Profile>(options_.stack()));
    if (shares.empty())
      if (const auto asked = put(wanted); !asked) return asked.error();
    for (const route::share& s : shares) {
      request_parameters part = wanted;
      part.pairs = s.pairs;
      if (const auto asked = put(part); !asked) return asked.error();
    }
    return parts;
  }

  /// What the stack's models say about a request, as its head will work it out.
  [[nodiscard]] route::answer plan(const request_parameters& wanted) const {
    return options_.route.policy.choose(driver_.map(), {wanted.from, wanted.to, wanted.pairs, wanted.min_fidelity},
                                        make_model<Profile>(options_.stack()));
  }

  /// Runs until nothing is left to happen; returns the number of events. Under message loss that may be never: use
  /// `run_for`.
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

  /// Whether the node runs: it does not from a planned crash until it starts again.
  [[nodiscard]] bool is_up(node_id id) const { return driver_.is_up(id.value()); }
  /// The node that the last `step` touched; none before the first.
  [[nodiscard]] node_id last_node() const { return driver_.last_node(); }

  [[nodiscard]] world_time now() const { return driver_.events().now(); }
  /// When the next event is; never, if there is none.
  [[nodiscard]] world_time next_time() const { return driver_.events().next_time(); }
  [[nodiscard]] std::uint64_t events() const { return driver_.events().executed(); }
  [[nodiscard]] std::uint64_t messages() const { return driver_.messages(); }
  [[nodiscard]] const world<State>& truth() const { return driver_.truth(); }
  [[nodiscard]] std::size_t size() const { return driver_.nodes().size(); }
  [[nodiscard]] const basic_node<Profile>& node(node_id id) const { return driver_.nodes()[id.value()]; }
  [[nodiscard]] std::uint32_t first_slot(node_id id) const { return driver_.first_slot(id.value()); }
  [[nodiscard]] const route::network_map& map() const { return driver_.map(); }
  [[nodiscard]] const std::vector<request_record>& requests() const { return driver_.requests(); }
  [[nodiscard]] const Trace& trace() const { return driver_.trace(); }
  [[nodiscard]] Tap& tap() { return driver_.tap(); }
  [[nodiscard]] const Tap& tap() const { return driver_.tap(); }

 private:
  static const request_record& record_of(const void* self, request_id id) {
    return static_cast<const network*>(self)->driver_.requests()[id.value()];
  }

  [[nodiscard]] status check(const request_parameters& wanted) const {
    return checked_ ? wanted.validate(driver_.nodes().size()) : checked_;
  }

  /// Whether the links are of a kind that the heralding models describe.
  [[nodiscard]] static status heralds_on(const topology_type& net) {
    for (std::size_t i = 0; i < net.links().size(); ++i) {
      if (const status ok = link::heralds(net.links()[i].line); !ok) {
        config_error error = ok.error();
        error.what = "link " + std::to_string(i) + ": " + error.what;
        return error;
      }
    }
    return success{};
  }

  void build(const topology_type& net, Trace trace, Tap tap) {
    // Pairs that know amplitude damping are not twirled, and the nodes' forecasts have to know.
    if constexpr (State::exact.amplitude_damping) options_.route.twirled = false;
    std::vector<route::edge> edges;
    std::vector<route::site> sites;
    std::vector<std::uint32_t> ports(net.size(), 0);
    for (std::size_t n = 0; n < net.size(); ++n) {
      const link::hardware& h = options_.hardware_of(net.node(n));
      sites.push_back({h.gates, h.gate_time, h.bell_measurement_success});
    }
    for (const auto& e : net.links()) {
      const link::hardware &a = options_.hardware_of(e.a), &b = options_.hardware_of(e.b);
      const link::budget budget = route::budget_for<typename Profile::herald>(e.line, a, b);
      edges.push_back({e.a, e.b, budget, least(a.memories, b.memories)});
    }
    auto map = shared_constant<route::network_map>{route::network_map{std::move(sites), std::move(edges)}};
    driver_ = driver_type{options_.seed, options_.stack(), options_.faults, options_.coded,
                          map,           std::move(trace), std::move(tap)};
    for (std::size_t n = 0; n < net.size(); ++n) {
      const node_id id = net.node(n);
      const link::hardware& h = options_.hardware_of(id);
      const std::uint64_t key = net.stable_key(id);
      // Clocks disagree by up to a millisecond, so that the time of one never passes for the time of another.
      const auto offset = duration::picoseconds(static_cast<std::int64_t>(key % 1'000'000'000));
      driver_.add_node(key, {id, std::vector<std::uint32_t>(map->incident(id).size(), h.memories), map},
                       options_.stack(), h.memory, offset);
    }
    for (const auto& e : net.links()) {
      const std::uint32_t a = ports[e.a.value()]++;
      driver_.add_path(net.stable_key(e), a, ports[e.b.value()]++);
    }
    driver_.start();
  }

  using driver_type = driver<Profile, State, Trace, Tap>;
  static_assert(backend::serves<typename driver_type::device, Profile>,
                "the simulated device does not offer what this profile needs");
  static_assert(!purify::coherent<typename Profile::purify> || State::exact.phase,
                "this purification policy needs pair states with coherence: network<Profile, ebit::adaptive_state>");
  static_assert(State::exact.any_rotation || purify::never_distils<typename Profile::purify> ||
                    purify::coherent<typename Profile::purify>,
                "this purification policy rotates pairs out of what the pair state can hold: network<Profile, "
                "ebit::adaptive_state>");

  network_options<Profile> options_;
  status checked_;
  driver_type driver_;
};

template <profile Profile = default_profile>
network(const topology&) -> network<Profile>;

}  // namespace ebit::sim
