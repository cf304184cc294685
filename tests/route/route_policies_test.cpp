// SPDX-License-Identifier: Apache-2.0
#include "../support/catch.hpp"

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <span>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include <ebit/core/random.hpp>
#include <ebit/core/samplers.hpp>
#include <ebit/herald/single_click.hpp>
#include <ebit/purify/dejmps.hpp>
#include <ebit/route/best_of_k.hpp>
#include <ebit/route/cheapest_path.hpp>
#include <ebit/route/circuit_model.hpp>
#include <ebit/route/fewest_hops.hpp>
#include <ebit/route/local_scoring.hpp>
#include <ebit/route/measured_metrics.hpp>
#include <ebit/route/measured_model.hpp>
#include <ebit/route/multipath.hpp>
#include <ebit/route/purification_aware.hpp>
#include <ebit/route/q_cast.hpp>
#include <ebit/sim/network.hpp>
#include <ebit/swap/as_soon_as_possible.hpp>

using namespace ebit;
using namespace ebit::literals;

namespace {

/// Whichever is chosen at run time, so that one network serves them all.
struct any_route {
  std::variant<route::fewest_hops, route::cheapest_path, route::best_of_k, route::q_cast, route::local_scoring,
               route::multipath, route::purification_aware>
      policy{};

  [[nodiscard]] route::answer choose(const route::network_map& map, const route::demand& d,
                                     const route::circuit_forecaster auto& model,
                                     std::span<const route::walk_in_use> in_use = {}) const {
    return std::visit(
        [&](const auto& p) {
          if constexpr (requires { p.choose(map, d, model, in_use); })
            return p.choose(map, d, model, in_use);
          else
            return p.choose(map, d, model);
        },
        policy);
  }
  /// Those that do not split put the request whole.
  [[nodiscard]] std::vector<route::share> split(const route::network_map& map, const route::demand& d,
                                                const route::circuit_forecaster auto& model) const {
    return std::visit(
        [&](const auto& p) {
          if constexpr (requires { p.split(map, d, model); })
            return p.split(map, d, model);
          else
            return std::vector<route::share>{};
        },
        policy);
  }
};

struct mixed_profile : default_profile {
  using herald = ebit::herald::single_click;
  using purify = ebit::purify::dejmps;
  using route = any_route;
};

/// A grid of 4 × 4 nodes with fibres of 2 to 40 km.
sim::topology uneven_grid() {
  sim::topology net;
  random_stream draw{11, random_purpose::topology, 61};
  for (int i = 0; i < 16; ++i) net.add_node();
  const auto join = [&](std::size_t a, std::size_t b) {
    net.add_link(net.node(a), net.node(b), {.length = kilometres(2 + 38 * sample::uniform(draw))});
  };
  for (std::size_t n = 0; n < 16; ++n) {
    if (n % 4 < 3) join(n, n + 1);
    if (n < 12) join(n, n + 4);
  }
  return net;
}

struct outcome {
  double seconds = 0;   ///< until the last pair
  double fidelity = 1;  ///< the lowest of the requests'
  double forecast = 0;  ///< pairs per second, of the first part of the first request
  std::size_t parts = 0;
  std::size_t refused = 0;
};

template <class Policy>
outcome run_with(const sim::topology& net, const Policy& policy, double min_fidelity) {
  link::hardware h = link::default_hardware();
  h.memories = 6;
  h.emission_fidelity = 0.99;
  sim::network<mixed_profile> sim{
      net, {.seed = 3, .purify = {.rounds = 0}, .route = {.policy = any_route{policy}}, .hardware = h}};
  std::vector<sim::request_handle> all;
  const std::size_t asked[][2] = {{0, 15}, {3, 12}};
  for (const auto& [from, to] : asked) {
    const auto parts =
        sim.request_parts({.from = net.node(from), .to = net.node(to), .pairs = 200, .min_fidelity = min_fidelity});
    REQUIRE(parts);
    all.insert(all.end(), parts->begin(), parts->end());
  }
  sim.run();
  outcome out;
  out.parts = all.size();
  std::size_t pairs = 0;
  for (const sim::request_handle& r : all) {
    if (r.refused()) {
      ++out.refused;
      continue;
    }
    pairs += r.delivered();
    CHECK(r.fidelity() > min_fidelity - 4 * r.fidelity_error());
    out.fidelity = std::min(out.fidelity, r.fidelity());
    out.seconds = std::max(out.seconds, (r.record().at_head.back() - world_time{}).seconds());
  }
  REQUIRE(pairs == 400 - 200 * out.refused);
  out.forecast = all.front().forecast().rate();
  return out;
}

}  // namespace

TEST_CASE("route policies: side by side on one network with two crossing demands") {
  const sim::topology net = uneven_grid();
  for (const double min_fidelity : {0.6, 0.75, 0.85}) {
    std::vector<std::pair<std::string, outcome>> table;
    const auto add = [&](const char* name, const auto& policy) {
      table.emplace_back(name, run_with(net, policy, min_fidelity));
    };
    add("fewest_hops", route::fewest_hops{});
    add("cheapest_path", route::cheapest_path{});
    add("best_of_k", route::best_of_k{.walks = 16});
    add("q_cast", route::q_cast{});
    add("local_scoring", route::local_scoring{});
    add("multipath", route::multipath{});
    add("purification_aware", route::purification_aware{});
    std::printf("fidelity %.2f asked, 2 x 200 pairs:\n", min_fidelity);
    for (const auto& [name, o] : table)
      std::printf("  %-19s %8.3f s  forecast of the first %7.1f /s  fidelity %.3f  in %zu parts, %zu refused\n",
                  name.c_str(), o.seconds, o.forecast, o.fidelity, o.parts, o.refused);
    const auto of = [&](const char* name) -> const outcome& {
      return std::find_if(table.begin(), table.end(), [&](const auto& t) { return t.first == name; })->second;
    };
    CHECK(of("purification_aware").refused == 0);
    if (min_fidelity > 0.8) {  // out of reach without distillation
      CHECK(of("best_of_k").refused == 2);
      continue;
    }
    CHECK(of("best_of_k").refused == 0);
    CHECK(of("best_of_k").forecast >= of("cheapest_path").forecast);
    CHECK(of("cheapest_path").forecast >= of("fewest_hops").forecast);
    CHECK(of("purification_aware").forecast >= 0.98 * of("cheapest_path").forecast);
    CHECK(of("multipath").parts > 2);
    CHECK(of("multipath").seconds < of("best_of_k").seconds);
  }
}

TEST_CASE("route policies: all go by what was measured") {
  using model = route::circuit_model<herald::single_click, purify::dejmps, swap::as_soon_as_possible>;
  const model m{{}, {.rounds = 0}, {}, {}};
  const sim::network<mixed_profile> sim{uneven_grid()};
  const route::network_map& map = sim.map();
  const route::demand d{node_id{0}, node_id{15}, 10, 0.6};
  // As fewest_hops is blind, it is not here.
  const std::vector<any_route> policies{{route::cheapest_path{}}, {route::best_of_k{}},
                                        {route::q_cast{}},        {route::local_scoring{}},
                                        {route::multipath{}},     {route::purification_aware{}}};
  for (const any_route& policy : policies) {
    CAPTURE(policy.policy.index());
    const route::answer before = policy.choose(map, d, m);
    REQUIRE(before.circuit.feasible);
    route::measured_metrics seen;
    const path_id bad = before.path.links[before.path.hops() / 2];
    seen.heralded(bad, 0, 1e9, local_time{});
    const route::measured_model<model, route::measured_metrics> measured{m, seen, local_time{}};
    const route::answer after = policy.choose(map, d, measured);
    CHECK(after.circuit.feasible);
    CHECK(std::find(after.path.links.begin(), after.path.links.end(), bad) == after.path.links.end());
    const route::measured_metrics nothing;
    const route::measured_model<model, route::measured_metrics> as_forecast{m, nothing, local_time{}};
    CHECK(policy.choose(map, d, as_forecast).path == before.path);
  }
}
