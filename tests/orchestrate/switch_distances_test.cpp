// SPDX-License-Identifier: Apache-2.0
#include "../support/catch.hpp"

#include <cstdint>
#include <limits>
#include <vector>

#include <ebit/orchestrate/fabric_builders.hpp>
#include <ebit/orchestrate/light_path_cost.hpp>
#include <ebit/orchestrate/switch_distances.hpp>

#include "random_fabric.hpp"

using namespace ebit;
using namespace ebit::orchestrate;

TEST_CASE("orchestrate.switch_distances: what the shortest walks cost, fibre by fibre") {
  constexpr double infinite = std::numeric_limits<double>::infinity();
  int compared = 0, apart = 0;
  for (std::uint64_t seed = 0; seed < 40; ++seed) {
    const fabric in = orchestrate_test::random_fabric({.endpoints = 5, .switches = 7, .cables = 9, .pools = 4}, seed);
    const least_loss cost{in};
    const switch_distances& table = cost.distances();
    REQUIRE(table.is_there());
    for (const element_id target : table.targets()) {
      // Bellman and Ford: all fibres, as often as there are switches.
      std::vector<double> far(in.elements().size(), infinite);
      far[target.value()] = 0;
      for (std::size_t i = 0; i < in.switches().size(); ++i)
        for (std::uint32_t k = 0; k < in.spans().size(); ++k) {
          const span& s = in.along(span_id{k});
          for (const element_id e : {s.a, s.b}) {
            const element_id next = s.other(e);
            if (in.at(e).kind != element_kind::optical_switch || in.at(next).kind != element_kind::optical_switch)
              continue;
            const double here = far[next.value()] + cost.span(in, span_id{k}) + cost.crossing(e);
            if (here < far[e.value()]) far[e.value()] = here;
          }
        }
      for (const element_id e : in.switches()) {
        const auto said = static_cast<double>(table.to(target)[table.column(e)]);
        if (far[e.value()] < infinite) {
          ++compared;
          CHECK(said == Approx(far[e.value()]).epsilon(1e-7));
        } else {
          ++apart;
          CHECK(said == infinite);
        }
      }
    }
  }
  CHECK(compared > 500);
  CHECK(apart > 20);
}

TEST_CASE("orchestrate.switch_distances: to the switches that searches lead to, if that is no more than 16 MiB") {
  const fabric tree = fat_tree(4), net = clos({4, 4, 7});
  CHECK(least_loss{tree}.distances().targets().size() == 8);  // where endpoints are
  CHECK(least_loss{net}.distances().targets().size() == 4);   // where analysers are
  fabric_options depends;
  depends.switches = {{.kind = link::switch_kind::two_sided, .loss_per_crossing = decibels(0.1)}};
  CHECK_FALSE(least_loss{clos({4, 4, 7}, depends)}.distances().is_there());
  const std::vector<double> none;
  fabric_options one;
  one.analysers = {1};
  const fabric large = fat_tree(52, one);  // 1,352 switches with endpoints of 3,380
  CHECK_FALSE(switch_distances{large, none, none}.is_there());
}
