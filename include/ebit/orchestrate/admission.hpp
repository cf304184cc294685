// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include <ebit/core/extremes.hpp>
#include <ebit/core/math.hpp>
#include <ebit/core/random.hpp>
#include <ebit/core/shared_constant.hpp>
#include <ebit/link/hardware.hpp>
#include <ebit/link/lit_path.hpp>
#include <ebit/orchestrate/fabric.hpp>
#include <ebit/orchestrate/light_path.hpp>
#include <ebit/orchestrate/walk_part.hpp>
#include <ebit/orchestrate/wire.hpp>
#include <ebit/route/concepts.hpp>
#include <ebit/route/link_figures.hpp>
#include <ebit/route/link_model.hpp>

namespace ebit::orchestrate {

/// What two endpoints would get over a light path that stands.
struct light_forecast {
  double rate = 0;      ///< pairs per second, at least
  double fidelity = 0;  ///< of what is delivered at that rate; where the wanted one cannot be had, the best there is
  shortage why = shortage::none;  ///< `fidelity` or `communication_qubit`: it cannot be had, and why

  [[nodiscard]] bool is_feasible() const { return why == shortage::none && rate > 0; }
  friend bool operator==(const light_forecast&, const light_forecast&) = default;
};

/// Predicts what a light path gives to the endpoints at its ends: `forecast(way, head, tail, min_fidelity)`; what a
/// walk of several parts gives to those at its ends, `forecast(parts, min_fidelity)`; and how many pairs an endpoint
/// can hold at one port at the same time. May remember what it worked out.
template <class F>
concept light_forecaster =
    std::copyable<F> && requires(F& f, const F& read, const light_path& way, std::span<const walk_part> parts,
                                 std::uint32_t endpoint, double fidelity) {
      { f.forecast(way, endpoint, endpoint, fidelity) } -> std::same_as<light_forecast>;
      { f.forecast(parts, fidelity) } -> std::same_as<light_forecast>;
      { read.memories(endpoint) } -> std::convertible_to<std::uint32_t>;
    };

/// Reckons as the endpoints' own stacks do: by the circuit model of their profile (`model_of<Profile>`), of one link
/// with the arms of the light path as they are balanced. Losses are rounded up to 0.01 dB, delays to 1 ns, fidelities
/// down to 0.00001, stray light up to 0.01 dB, so that a forecast is never better than the path, and the few kinds of
/// paths a fabric has are worked out once each. Light of other paths that leaks in counts in full, with every other
/// path in use and one photon per attempt on it, or half of one where one photon heralds (nobody gains by more).
template <route::circuit_forecaster Model>
class model_forecaster {
 public:
  model_forecaster() = default;
  /// `kinds`: the hardware there is; `kind_of[e]`: which one endpoint e has; empty: all have the first. Trunks: runs of
  /// links of `map`, the map of all nodes. `stations`: kinds of analysers; `kinds` are those as the first of them sees
  /// them, then as the second does, and so on.
  model_forecaster(Model model, std::vector<link::hardware> kinds, std::vector<std::uint16_t> kind_of = {},
                   std::vector<trunk_run> trunks = {}, shared_constant<route::network_map> map = {},
                   std::size_t stations = 1)
      : model_{std::move(model)},
        kinds_{std::move(kinds)},
        kind_of_{std::move(kind_of)},
        trunks_{std::move(trunks)},
        map_{std::move(map)},
        kinds_per_station_{kinds_.size() / stations},
        known_(cells) {
    EBIT_ASSERT(!kinds_.empty() && kinds_.size() % stations == 0, "model_forecaster: there is no hardware");
    for (const std::uint16_t k : kind_of_) EBIT_ASSERT(k < kinds_per_station_, "model_forecaster: no such hardware");
  }

  [[nodiscard]] std::uint32_t memories(std::uint32_t endpoint) const { return hardware_of(endpoint).memories; }
  /// As analysers of that kind see it.
  [[nodiscard]] const link::hardware& hardware_of(std::uint32_t endpoint, std::size_t station = 0) const {
    const std::size_t index = kinds_per_station_ * station + kind_at(endpoint);
    EBIT_ASSERT(index < kinds_.size(), "model_forecaster: no such kind of analysers");
    return kinds_[index];
  }

  [[nodiscard]] light_forecast forecast(const light_path& way, std::uint32_t head, std::uint32_t tail,
                                        double min_fidelity) {
    const key k = key_of(way, head, tail, min_fidelity);
    cell& c = known_[k.hash() % cells];
    if (!c.is_used || c.of != k)
      c = {k, work_out(k, hardware_of(head, k.station), hardware_of(tail, k.station)), true};
    return c.is;
  }
  [[nodiscard]] light_forecast forecast(std::span<const walk_part> parts, double min_fidelity) {
    std::vector<key> keys;
    std::uint64_t sum = 0;
    for (const walk_part& p : parts) {
      keys.push_back(p.is_light() ? key_of(p.way, p.from, p.to, min_fidelity) : key_of(p, min_fidelity));
      sum = mix(sum, keys.back().hash());
    }
    if (walks_.empty()) walks_.resize(walk_cells);
    walk_cell& c = walks_[sum % walk_cells];
    if (c.of != keys) {
      c.is = work_out(parts, keys);
      c.of = std::move(keys);
    }
    return c.is;
  }

 private:
  static constexpr std::size_t cells = 4096;
  static constexpr std::size_t walk_cells = 512;
  static constexpr std::uint32_t of_trunk = ~std::uint32_t{0};  ///< in the place of a loss

  struct key {
    std::uint64_t nanoseconds = 0;
    std::uint32_t centibels = 0;
    std::uint32_t kinds = 0;
    std::uint32_t fidelity_a = 0;
    std::uint32_t fidelity_b = 0;
    std::int32_t stray = 0;  ///< dB/100 above −10,000 dB; 0: none
    std::uint32_t station = 0;
    double fidelity = 0;

    [[nodiscard]] std::uint64_t hash() const {
      const auto f = static_cast<std::uint64_t>(fidelity * 1e9);
      const std::uint64_t arms = mix(mix(fidelity_a, fidelity_b), static_cast<std::uint64_t>(stray));
      return mix(mix(nanoseconds, centibels), mix(mix(kinds, f), mix(arms, station)));
    }
    friend bool operator==(const key&, const key&) = default;
  };
  struct cell {
    key of;
    light_forecast is;
    bool is_used = false;
  };
  struct walk_cell {
    std::vector<key> of;
    light_forecast is;
  };

  [[nodiscard]] std::uint16_t kind_at(std::uint32_t endpoint) const {
    return kind_of_.empty() ? std::uint16_t{0} : kind_of_[endpoint];
  }
  [[nodiscard]] key key_of(const light_path& way, std::uint32_t head, std::uint32_t tail, double min_fidelity) const {
    const link::lit_path line = way.balanced();
    key k;
    k.centibels = static_cast<std::uint32_t>(greatest(way.a.total, way.b.total).base() * 100 * (1 - 1e-12) + 1);
    k.nanoseconds = static_cast<std::uint64_t>((greatest(line.arm_a, line.arm_b).picoseconds() + 999) / 1000);
    k.fidelity_a = static_cast<std::uint32_t>(line.fidelity_a * 100'000 * (1 + 1e-12));
    k.fidelity_b = static_cast<std::uint32_t>(line.fidelity_b * 100'000 * (1 + 1e-12));
    k.stray =
        line.stray > 0 ? static_cast<std::int32_t>(1000 * math::log(line.stray) / 2.302585092994045684 + 1e6) + 1 : 0;
    k.kinds = static_cast<std::uint32_t>(kind_at(head)) << 16 | kind_at(tail);
    k.station = way.station;
    k.fidelity = min_fidelity;
    return k;
  }
  [[nodiscard]] key key_of(const walk_part& p, double min_fidelity) const {
    key k;
    k.centibels = of_trunk;
    k.nanoseconds = p.trunk;
    k.kinds = element_id{p.from} == trunks_[p.trunk].a ? 0 : 1;
    k.fidelity = min_fidelity;
    return k;
  }
  [[nodiscard]] static route::site site_of(const link::hardware& h) {
    return {h.gates, h.gate_time, h.bell_measurement_success};
  }
  /// A light path between the nodes of these names.
  [[nodiscard]] route::edge edge_of(const key& k, const link::hardware& a, const link::hardware& b, node_id name_a,
                                    node_id name_b) const {
    const double through = math::pow(10, -static_cast<double>(k.centibels) / 1000);
    const duration arm = duration::picoseconds(static_cast<std::int64_t>(k.nanoseconds) * 1000);
    const double stray = k.stray > 0 ? math::pow(10, (k.stray - 1e6) / 1000) : 0;
    const link::lit_path line{through, through, arm, arm, k.fidelity_a / 1e5, k.fidelity_b / 1e5, stray};
    using herald = std::remove_cvref_t<decltype(model_.herald())>;
    const link::budget seen =
        route::budget_for<herald>(line, line.seen_through(half::a, a, ebit::herald::photons_per_attempt<herald>),
                                  line.seen_through(half::b, b, ebit::herald::photons_per_attempt<herald>));
    return {name_a, name_b, seen, least(a.memories, b.memories)};
  }
  [[nodiscard]] light_forecast evaluate(const route::network_map& map, const route::walk& way,
                                        double fidelity) const {
    const route::evaluation found = model_.evaluate(map, way, {way.nodes.front(), way.nodes.back(), 1, fidelity});
    // A lease ends, so the tail waits for the head's word on every pair: its half is older by that.
    duration word;
    for (const path_id link : way.links) word += map.along(link).budget.delay;
    const route::edge& last = map.along(way.links.back());
    const bool is_at_b = last.b == way.nodes.back();
    const bell_diagonal pair = found.expected.state().aged(
        route::decay_over(last.budget, is_at_b ? duration::zero() : word, is_at_b ? word : duration::zero()));
    light_forecast out{found.expected.rate(), pair.fidelity(bell_index::phi_plus), shortage::none};
    if (!found.feasible) out.why = found.why == refusal::memory ? shortage::communication_qubit : shortage::fidelity;
    return out;
  }
  [[nodiscard]] light_forecast work_out(const key& k, const link::hardware& a, const link::hardware& b) const {
    const route::network_map map{{site_of(a), site_of(b)}, {edge_of(k, a, b, node_id{0}, node_id{1})}};
    return evaluate(map, {{node_id{0}, node_id{1}}, {path_id{0}}}, k.fidelity);
  }
  [[nodiscard]] light_forecast work_out(std::span<const walk_part> parts, const std::vector<key>& keys) const {
    std::vector<route::site> sites{site_of(hardware_of(parts.front().from))};
    std::vector<route::edge> edges;
    route::walk way{{node_id{0}}, {}};
    const auto go_on = [&](route::edge e, const route::site& there) {
      const auto here = static_cast<std::uint32_t>(edges.size());
      way.links.push_back(path_id{here});
      way.nodes.push_back(node_id{here + 1});
      edges.push_back(std::move(e));
      sites.push_back(there);
    };
    for (std::size_t i = 0; i < parts.size(); ++i) {
      const walk_part& p = parts[i];
      const node_id here = way.nodes.back();
      if (p.is_light()) {
        const link::hardware &a = hardware_of(p.from, keys[i].station), &b = hardware_of(p.to, keys[i].station);
        go_on(edge_of(keys[i], a, b, here, node_id{here.value() + 1}), site_of(b));
        continue;
      }
      const trunk_run& t = trunks_[p.trunk];
      const bool ascends = element_id{p.from} == t.a;
      node_id at{p.from};
      for (std::uint32_t k = 0; k < t.links; ++k) {
        const path_id link{t.first.value() + (ascends ? k : t.links - 1U - k)};
        route::edge e = map_->along(link);
        const node_id next = e.other(at), begin = way.nodes.back(), end{begin.value() + 1};
        const bool forward = e.a == at;
        e.a = forward ? begin : end;
        e.b = forward ? end : begin;
        route::site there = map_->at(next);
        there.equipment = route::site::no_equipment;
        go_on(std::move(e), there);
        at = next;
      }
    }
    return evaluate(route::network_map{std::move(sites), std::move(edges)}, way, keys.front().fidelity);
  }

  Model model_{};
  std::vector<link::hardware> kinds_{link::hardware{}};
  std::vector<std::uint16_t> kind_of_;
  std::vector<trunk_run> trunks_;
  shared_constant<route::network_map> map_;
  std::size_t kinds_per_station_ = 1;
  std::vector<cell> known_ = std::vector<cell>(cells);
  std::vector<walk_cell> walks_;
};

/// Whether a request is taken, and if not what it lacks.
struct ruling {
  shortage why = shortage::none;
  double value = 0;    ///< of the shortage, in its own unit; where it is taken, pairs per second
  duration wait;       ///< forecast until its first light path
  duration pair_time;  ///< forecast per pair, once there is light
};

/// What stands before a request in its way, as far as times are concerned.
struct prospect {
  duration wait_head;      ///< until a port of the head is free for it
  duration wait_tail;      ///< and one of the other end
  duration wait_analyser;  ///< until the pools have worked off what waits
  duration set_up;         ///< from the decision to the first attempt
  double slowdown = 1;     ///< measured time per pair over the forecast
};

/// Judges a request by the forecast of the best light path for it and by what waits already. It is taken only if the
/// forecast says that all its pairs will be there in time, which includes the wait for others before it.
[[nodiscard]] inline ruling judge(const wire::ask& wanted, const light_forecast& best, std::uint32_t memories,
                                  const prospect& ahead) {
  ruling r;
  if (best.why != shortage::none) {
    r.why = best.why;
    r.value = best.why == shortage::fidelity ? best.fidelity : memories;
    return r;
  }
  if (!(best.rate > 0)) {
    r.why = shortage::time;
    r.value = 1e300;
    return r;
  }
  if ((wanted.flags & wire::ask::atomic) != 0 && wanted.pairs > memories) {
    r.why = shortage::communication_qubit;
    r.value = memories;
    return r;
  }
  r.pair_time = duration::seconds(ahead.slowdown / best.rate);
  r.wait = greatest(ahead.wait_head, ahead.wait_tail, ahead.wait_analyser);
  const duration whole = r.wait + ahead.set_up + r.pair_time * wanted.pairs;
  if (whole > wanted.time_left) {
    r.why = shortage::time;
    r.value = whole.seconds();
    return r;
  }
  r.value = 1 / r.pair_time.seconds();
  return r;
}

}  // namespace ebit::orchestrate
