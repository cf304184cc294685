// SPDX-License-Identifier: Apache-2.0
#include "../support/catch.hpp"
#include "../support/random_maps.hpp"

#include <string>
#include <vector>

#include <ebit/herald/single_click.hpp>
#include <ebit/purify/none.hpp>
#include <ebit/route/circuit_model.hpp>
#include <ebit/route/measured_model.hpp>
#include <ebit/route/q_cast.hpp>
#include <ebit/swap/as_soon_as_possible.hpp>

using namespace ebit;
using namespace ebit::literals;

namespace {

using model = route::circuit_model<herald::single_click, purify::none, swap::as_soon_as_possible>;

/// 0–1–2 with one slot per link, 0–3–4–2 with four.
route::network_map narrow_or_wide() {
  const route::network_map plain = ebit_test::map_of(5, {{0, 1, 1}, {1, 2, 1}, {0, 3, 4}, {3, 4, 4}, {4, 2, 4}});
  std::vector<route::edge> edges = plain.edges();
  for (route::edge& e : edges) {
    e.budget.delay = 100_us;
    e.budget.station_a = e.budget.station_b = 50_us;
    e.budget.efficiency_a = e.budget.efficiency_b = 0.2;
    e.budget.attempt_time = 1_us;
  }
  return {std::vector<route::site>(5), std::move(edges)};
}

struct only_below {
  std::uint32_t first_bad;
  [[nodiscard]] route::link_condition condition(path_id link, local_time) const {
    return {link.value() < first_bad ? 1.0 : 0.02, 1.0};
  }
};

}  // namespace

TEST_CASE("route.q_cast: a wide walk before a narrow one, unless it is in use or does badly") {
  const model m;
  const route::network_map map = narrow_or_wide();
  const route::demand d{node_id{0}, node_id{2}, 100, 0.7};
  const route::answer wide = route::q_cast{}.choose(map, d, m);
  REQUIRE(wide.circuit.feasible);
  CHECK(wide.path.hops() == 3);
  CHECK(wide.circuit.expected.rate() == m.evaluate(map, wide.path, d).expected.rate());
  const std::vector<route::walk_in_use> busy{{&wide.path, 4}};
  const route::answer narrow = route::q_cast{}.choose(map, d, m, busy);
  REQUIRE(narrow.circuit.feasible);
  CHECK(narrow.path.hops() == 2);
  const std::vector<route::walk_in_use> all_busy{{&wide.path, 4}, {&narrow.path, 1}};
  CHECK(route::q_cast{}.choose(map, d, m, all_busy).path == wide.path);  // queues for the best
  const only_below measured{2};
  const route::measured_model<model, only_below> as_measured{m, measured, local_time{}};
  CHECK(route::q_cast{}.choose(map, d, as_measured).path.hops() == 2);
  CHECK(route::q_cast{.most_width = 1}.choose(map, d, m).path.hops() == 2);
  CHECK(route::q_cast{.most_hops = 2}.choose(map, d, m).path.hops() == 2);
}

TEST_CASE("route.q_cast: options out of range are told") {
  CHECK(route::q_cast{}.validate());
  const auto no = route::q_cast{.most_width = 0}.validate();
  REQUIRE_FALSE(no);
  CHECK(no.error().what == "q_cast.most_width");
  CHECK_FALSE(route::q_cast{.most_hops = 0}.validate());
  CHECK_FALSE(route::q_cast{.round = -1_us}.validate());
}
