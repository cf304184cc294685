// SPDX-License-Identifier: Apache-2.0
#include "../support/catch.hpp"
#include "../support/random_maps.hpp"

#include <ebit/herald/single_click.hpp>
#include <ebit/purify/dejmps.hpp>
#include <ebit/route/best_of_k.hpp>
#include <ebit/route/cheapest_path.hpp>
#include <ebit/route/circuit_model.hpp>
#include <ebit/swap/as_soon_as_possible.hpp>

using namespace ebit;

namespace {

using model = route::circuit_model<herald::single_click, purify::dejmps, swap::as_soon_as_possible>;

}  // namespace

TEST_CASE("route.best_of_k: with more walks never worse, with all of them the best there is") {
  const model m{{}, {.rounds = 0}, {}, {}};
  int feasible = 0, grew = 0, beats_cheapest = 0;
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    random_stream draw{seed, random_purpose::topology, 3};
    const route::network_map map = ebit_test::random_fibre_map(draw, 6, 0.25);
    const route::demand d{node_id{0}, node_id{5}, 1, 0.55 + 0.35 * sample::uniform(draw)};
    route::answer best;
    ebit_test::for_each_walk(map, d.from, d.to, [&](const route::walk& w) {
      route::evaluation e = m.evaluate(map, w, d);
      if (best.path.links.empty() || route::is_better(e, best.circuit)) best = {w, std::move(e)};
    });
    CAPTURE(seed, d.min_fidelity);
    const route::answer one = route::best_of_k{.walks = 1}.choose(map, d, m);
    const route::answer four = route::best_of_k{.walks = 4}.choose(map, d, m);
    const route::answer all = route::best_of_k{.walks = 2'000}.choose(map, d, m);
    const route::answer cheapest = route::cheapest_path::choose(map, d, m);
    REQUIRE(all.path.links.empty() == best.path.links.empty());
    if (best.path.links.empty()) {
      CHECK(all.circuit.why == refusal::unreachable);
      continue;
    }
    CHECK(ebit_test::is_simple_walk(map, all.path, d.from, d.to));
    CHECK_FALSE(route::is_better(best.circuit, all.circuit));
    CHECK_FALSE(route::is_better(cheapest.circuit, all.circuit));
    CHECK_FALSE(route::is_better(four.circuit, all.circuit));
    CHECK_FALSE(route::is_better(one.circuit, four.circuit));
    feasible += best.circuit.feasible ? 1 : 0;
    grew += route::is_better(four.circuit, one.circuit) ? 1 : 0;
    beats_cheapest += route::is_better(all.circuit, cheapest.circuit) ? 1 : 0;
  }
  CHECK(feasible > 10);
  CHECK(grew > 0);
  CHECK(beats_cheapest > 0);
}
