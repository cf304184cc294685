// SPDX-License-Identifier: Apache-2.0
#include "../support/catch.hpp"
#include "../support/random_maps.hpp"

#include <algorithm>
#include <cstdint>
#include <vector>

#include <ebit/analyze/rates.hpp>
#include <ebit/route/q_cast_path.hpp>

using namespace ebit;

namespace {

route::round_resources drawn_resources(random_stream& draw, const route::network_map& map, bool short_of_memory) {
  route::round_resources of = route::round_resources::of(map);
  for (double& p : of.success) p = 0.1 + 0.8 * sample::uniform(draw);
  for (double& q : of.swap) q = 0.9;
  if (short_of_memory)
    for (std::uint32_t& m : of.memories) m = static_cast<std::uint32_t>(sample::below(draw, 7));
  return of;
}

}  // namespace

TEST_CASE("route.best_wide_route: next to always the best of all walks and widths, never more than it gives") {
  int found = 0, best = 0, wide = 0;
  for (std::uint64_t seed = 1; seed <= 300; ++seed) {
    random_stream draw{seed, random_purpose::topology, 12};
    const auto nodes = static_cast<std::uint32_t>(3 + sample::below(draw, 5));
    const route::network_map map = ebit_test::random_map(draw, nodes, 0.4, 4);
    const route::round_resources of = drawn_resources(draw, map, seed % 2 == 0);
    const node_id from{0}, to{nodes - 1};
    double most = 0;
    ebit_test::for_each_walk(map, from, to, [&](const route::walk& w) {
      for (std::uint16_t width = 1; width <= 4; ++width) {
        // Written out, not by the function under test.
        std::vector<double> success;
        bool fits = true;
        for (std::size_t i = 0; i < w.hops(); ++i) {
          success.push_back(of.success[w.links[i].value()]);
          fits = fits && of.slots[w.links[i].value()] >= width &&
                 of.memories[w.nodes[i].value()] >= (i > 0 ? 2U : 1U) * width;
        }
        if (fits && of.memories[to.value()] >= width)
          most = std::max(most, analyze::expected_throughput(success, width, 0.9));
      }
    });
    const route::wide_route r = route::best_wide_route(map, of, from, to, 16, 15);
    CAPTURE(seed, nodes);
    CHECK((r.width > 0) == (most > 0));
    CHECK(r.throughput <= most * (1 + 1e-12));
    if (r.width == 0) continue;
    CHECK(ebit_test::is_simple_walk(map, r.path, from, to));
    CHECK(r.throughput == ebit_test::approx(route::throughput_of(of, r.path, r.width)).epsilon(1e-12));
    CHECK(r.throughput > 0.7 * most);
    ++found;
    best += r.throughput > most * (1 - 1e-12) ? 1 : 0;
    wide += r.width > 1 ? 1 : 0;
  }
  CHECK(found > 150);
  CHECK(wide > 50);
  CHECK(best > found * 97 / 100);
}

TEST_CASE("route.best_wide_route: within the hops and widths it is allowed, and a walk that is taken is gone") {
  const route::network_map map = ebit_test::map_of(4, {{0, 1, 3}, {1, 2, 3}, {2, 3, 3}, {0, 3, 1}});
  route::round_resources of = route::round_resources::of(map);
  of.success = {0.9, 0.9, 0.9, 0.5};
  const auto best = [&](std::uint16_t width, std::size_t hops) {
    return route::best_wide_route(map, of, node_id{0}, node_id{3}, width, hops);
  };
  CHECK(best(16, 15).width == 3);
  CHECK(best(16, 15).path.hops() == 3);
  CHECK(best(16, 2).path.hops() == 1);
  CHECK(best(1, 15).throughput == ebit_test::approx(0.9 * 0.9 * 0.9).epsilon(1e-14));
  of.take(best(16, 15).path, 3);
  CHECK(best(16, 15).throughput == ebit_test::approx(0.5).epsilon(1e-14));
  of.take(best(16, 15).path, 1);
  CHECK(best(16, 15) == route::wide_route{});
  CHECK(route::best_wide_route(map, of, node_id{2}, node_id{2}, 16, 15) == route::wide_route{});
}
