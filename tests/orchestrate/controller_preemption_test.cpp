// SPDX-License-Identifier: Apache-2.0
#include <ebit/orchestrate/controller_preemption.hpp>

#include <string>

#include <ebit/orchestrate/fabric_assembly.hpp>

#include <support/catch.hpp>
#include <support/control_invariants.hpp>
#include <support/control_plane.hpp>

using namespace ebit;
using namespace ebit::orchestrate;
using ebit_test::control_plane;

namespace {

/// Two switches that nothing joins, each with four endpoints and one analyser.
[[nodiscard]] fabric two_hubs() {
  fabric_options o;
  o.switches.front().insertion_loss = decibels(1);
  o.switches.front().reconfiguration_time = 20_us;
  fabric_assembly made{"two hubs", o};
  for (std::uint32_t i = 0; i < 8; ++i) made.add_endpoint(i / 4, "q" + std::to_string(i));
  for (std::uint32_t hub = 0; hub < 2; ++hub) {
    const element_id e = made.add_switch(1, hub, "hub" + std::to_string(hub));
    for (std::uint32_t i = 0; i < 4; ++i)
      made.connect(element_id{4 * hub + i}, face::front, e, face::front, metres(10));
    made.add_pool(e, 1);
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
