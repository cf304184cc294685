// SPDX-License-Identifier: Apache-2.0
#include "../support/catch.hpp"
#include "../support/random_maps.hpp"

#include <vector>

#include <ebit/route/slots_left.hpp>

using namespace ebit;

TEST_CASE("route.slots_left: what circuits hold is not there, and never less than nothing") {
  const route::network_map map = ebit_test::map_of(3, {{0, 1, 5}, {1, 2, 2}});
  const route::walk both{{node_id{0}, node_id{1}, node_id{2}}, {path_id{0}, path_id{1}}};
  const route::walk first{{node_id{1}, node_id{0}}, {path_id{0}}};
  const std::vector<route::walk_in_use> none, some{{&both, 2}, {&first, 1}}, more{{&both, 2}, {&both, 4}};
  CHECK(route::slots_left(map, path_id{0}, none) == 5);
  CHECK(route::slots_left(map, path_id{0}, some) == 2);
  CHECK(route::slots_left(map, path_id{1}, some) == 0);
  CHECK(route::slots_left(map, path_id{0}, more) == 0);
}
