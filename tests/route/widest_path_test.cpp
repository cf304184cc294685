// SPDX-License-Identifier: Apache-2.0
#include "../support/catch.hpp"
#include "../support/random_maps.hpp"

#include <algorithm>
#include <limits>
#include <vector>

#include <ebit/core/random.hpp>
#include <ebit/route/widest_path.hpp>

using namespace ebit;

TEST_CASE("route.widest_path: the widest of all walks, and the first of those, on random graphs") {
  int joined = 0, ties = 0;
  for (std::uint64_t seed = 1; seed <= 500; ++seed) {
    random_stream draw{seed, random_purpose::topology, 4};
    const auto nodes = static_cast<std::uint32_t>(2 + sample::below(draw, 6));
    const double density = 0.1 + 0.5 * sample::uniform(draw);
    const route::network_map map = ebit_test::random_map(draw, nodes, density, 5);
    const node_id from{0}, to{nodes - 1};
    // Wider in one direction than in the other, and some links closed.
    const auto width = [](const route::edge& e, node_id leaving) {
      if (e.slots == 1) return std::numeric_limits<double>::quiet_NaN();
      return e.slots == 2 ? -1.0 : e.slots + (leaving == e.a ? 0.0 : 1.0);
    };
    route::wide_walk best;
    ebit_test::for_each_walk(map, from, to, [&](const route::walk& w) {
      double narrowest = 1e300;
      for (std::size_t i = 0; i < w.hops(); ++i) {
        const double here = width(map.along(w.links[i]), w.nodes[i]);
        narrowest = here > 0 ? std::min(narrowest, here) : 0;
        if (narrowest == 0) return;
      }
      const auto before = [&] {
        if (narrowest != best.width) return narrowest > best.width;
        ++ties;
        if (w.hops() != best.path.hops()) return w.hops() < best.path.hops();
        return w.nodes != best.path.nodes ? w.nodes < best.path.nodes : w.links < best.path.links;
      };
      if (best.path.links.empty() || before()) best = {w, narrowest};
    });
    CAPTURE(seed, nodes);
    REQUIRE(route::widest_path(map, from, to, width) == best);
    joined += best.width > 0 ? 1 : 0;
  }
  CHECK(joined > 200);
  CHECK(ties > 200);
}

TEST_CASE("route.widest_path: a detour if it is wider, none if it is not") {
  const route::network_map map = ebit_test::map_of(4, {{0, 1, 5}, {1, 2, 5}, {2, 3, 6}, {0, 3, 4}});
  const auto width = [](const route::edge& e, node_id) { return static_cast<double>(e.slots); };
  const auto wide = route::widest_path(map, node_id{0}, node_id{3}, width);
  CHECK(wide.width == 5);
  CHECK(wide.path.hops() == 3);
  const auto equal = route::widest_path(map, node_id{0}, node_id{3}, [](const route::edge&, node_id) { return 1.0; });
  CHECK(equal.path.links == std::vector{path_id{3}});
  CHECK(route::widest_path(map, node_id{2}, node_id{2}, width) == route::wide_walk{});
  CHECK(route::widest_path(ebit_test::map_of(3, {{0, 1}}), node_id{0}, node_id{2}, width) == route::wide_walk{});
}
