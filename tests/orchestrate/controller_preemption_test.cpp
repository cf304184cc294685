// SPDX-License-Identifier: Apache-2.0
#include <ebit/orchestrate/controller_preemption.hpp>

#include <numeric>
#include <string>

#include <ebit/orchestrate/fabric_assembly.hpp>

#include <support/catch.hpp>
#include <support/control_invariants.hpp>
#include <support/control_plane.hpp>

using namespace ebit;
using namespace ebit::orchestrate;
using ebit_test::control_plane;

namespace {

/// Two switches that nothing joins, each with four endpoints. 3 and 4 have two ports each: a trunk may lead from one
/// to the other.
[[nodiscard]] fabric two_hubs(std::uint32_t analysers = 1) {
  fabric_options o;
  o.switches.front().insertion_loss = decibels(1);
  o.switches.front().reconfiguration_time = 20_us;
  fabric_assembly made{"two hubs", o};
  for (std::uint32_t i = 0; i < 8; ++i) made.add_endpoint(i / 4, "q" + std::to_string(i));
  for (std::uint32_t hub = 0; hub < 2; ++hub) {
    const element_id e = made.add_switch(1, hub, "hub" + std::to_string(hub));
    for (std::uint32_t i = 0; i < 4; ++i) {
      const std::uint32_t at = 4 * hub + i;
      made.connect(element_id{at}, face::front, e, face::front, metres(10), at == 3 || at == 4 ? 2 : 1);
    }
    made.add_pool(e, analysers);
  }
  return std::move(made).build();
}
constexpr wire::ask plain{.time_left = duration::never()};
constexpr wire::ask for_stock{.time_left = duration::never(), .flags = wire::ask::stock};

}  // namespace

TEST_CASE("controller: stock gives way only where that helps") {
  controller_options how;
  how.longest_lease = 50_ms;
  control_plane<adaptive> plane{1, two_hubs(), how, {}};
  REQUIRE(plane.network().validate().has_value());
  ebit_test::watch(plane);
  const auto preempted = [&] {
    return plane.in_office()->counts().ended[static_cast<std::size_t>(ending::preempted)];
  };
  plane.ask(4, 5, 2000, for_stock);
  plane.ask(0, 1, 500);
  plane.run(1_ms);
  plane.ask(2, 3, 1);  // waits for the analyser that 0 and 1 use; what is elsewhere is of no use to it
  plane.run(2_ms);
  CHECK(plane.qnu(2).wishes()[0].delivered == 0);
  CHECK(preempted() == 0);
  CHECK(plane.qnu(4).leases().size() == 1);
  plane.run(10_ms);
  CHECK(plane.qnu(2).wishes()[0].delivered == 1);
  CHECK(preempted() == 0);
  // Where it is in the way it goes, and it alone.
  plane.ask(0, 1, 2000, for_stock);
  plane.run(1_ms);
  REQUIRE(plane.qnu(0).leases().size() == 1);
  plane.ask(2, 3, 1);
  plane.run(1_ms);
  CHECK(plane.qnu(2).wishes()[1].delivered == 1);
  CHECK(preempted() == 1);
  CHECK(plane.qnu(4).leases().size() == 1);
  plane.run(200_ms);
  ebit_test::expect_idle(plane);
}

TEST_CASE("controller: where all that was for stock has been ended already, nothing is looked for without it") {
  controller_options how;
  how.longest_lease = 50_ms;
  control_plane<adaptive> plane{1, two_hubs(), how, {}};
  ebit_test::watch(plane);
  plane.ask(0, 1, 2000, for_stock);
  plane.run(1_ms);
  REQUIRE(plane.qnu(0).leases().size() == 1);
  const auto* c = plane.in_office();
  const auto until_blocked = [&] {
    const auto blocked = [&] {
      return std::accumulate(c->counts().blocked.begin(), c->counts().blocked.end(), 0ULL);
    };
    for (const auto before = blocked(); blocked() == before;) plane.run(10_ns);
    return c->counts().searches;
  };
  plane.ask(2, 3, 1);
  plane.run(100_ns);  // behind it
  plane.ask(3, 2, 1);
  const std::uint64_t first = until_blocked();
  CHECK(until_blocked() == first + 1);
  REQUIRE(plane.qnu(0).leases().size() == 1);  // it is still to be released
  plane.run(200_ms);
  CHECK((plane.qnu(2).wishes()[0].delivered == 1 && plane.qnu(3).wishes()[0].delivered == 1));
  CHECK(c->counts().ended[static_cast<std::size_t>(ending::preempted)] == 1);
  ebit_test::expect_idle(plane);
}

TEST_CASE("controller: a walk for stock gives way to a request that needs its trunk, any other walk does not") {
  const bool is_for_stock = GENERATE(true, false);
  controller_options how;
  how.longest_lease = 50_ms;
  how.trunks = {{element_id{3}, element_id{4}, path_id{0}, 1, 1_us}};
  control_plane<adaptive> plane{1, two_hubs(3), how, {}};
  ebit_test::watch(plane);
  plane.ask(0, 7, 1000, is_for_stock ? for_stock : plain);
  plane.ask(2, 1, 1000, for_stock);  // in nobody's way
  plane.run(1_ms);
  const auto* c = plane.in_office();
  REQUIRE((c->counts().walks == 1 && c->counts().leases == 3));
  const auto& parts = c->walks()[0].parts;
  REQUIRE((parts.size() == 3 && parts[1].trunk == 0));
  // Ports, fibres and analysers are free for it: the trunk alone is not.
  plane.ask(6, 3, 1);
  plane.run(2_ms);
  const bool is_served = plane.qnu(6).wishes()[0].delivered == 1;
  CHECK(is_served == is_for_stock);
  CHECK(c->counts().ended[static_cast<std::size_t>(ending::preempted)] == (is_for_stock ? 2 : 0));
  CHECK(plane.qnu(2).leases().size() == 1);
  plane.run(300_ms);
  CHECK(plane.qnu(6).wishes()[0].delivered == 1);
  ebit_test::expect_idle(plane);
}
