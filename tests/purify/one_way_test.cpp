// SPDX-License-Identifier: Apache-2.0
#include <ebit/purify/one_way.hpp>

#include <ebit/ebit.hpp>

#include "../support/catch.hpp"
#include "../support/forecast_bounds.hpp"
#include "../support/node_bench.hpp"

using namespace ebit_test;

namespace {

struct told_once : default_profile {
  using purify = ebit::purify::one_way<>;
};
struct told_twice : default_profile {
  using purify = ebit::purify::dejmps;
};

/// Two pairs on one side of a node between the ends are being distilled; the node's own bit is 0.
node_bench<told_once> distilling(side facing, std::uint16_t hops = 3) {
  node_bench<told_once> b{hops, 1};
  b.install(3, 1);
  b.start(3);
  const action::attempt batch = b.batch(facing);
  b.herald(batch, 1, bell_index::phi_plus, 0);
  b.herald(batch, 1, bell_index::phi_plus, 1);
  const auto asked = b.device.all<action::distil>();
  REQUIRE(asked.size() == 1);
  b.tell(event::measured{asked[0].operation, 0});
  return b;
}
wire::distilled word(const node_bench<told_once>& b, side facing, bool bit) {
  const action::attempt batch = b.batch(facing);
  return {.keep_sequence = 3,
          .sacrifice_sequence = 4,
          .keep_epoch = batch.epoch,
          .sacrifice_epoch = batch.epoch,
          .facing = static_cast<std::uint8_t>(facing),
          .bit = bit};
}

}  // namespace

TEST_CASE("one_way: the upstream end tells its read-out and goes on, and loses the pair when it is told so",
          "[purify]") {
  node_bench<told_once> b = distilling(side::downstream);
  CHECK(b.device.sent<wire::distilled>().size() == 1);
  CHECK(b.node.table()[4].held_by == owner::swap);
  CHECK(b.node.table()[4].rounds == 1);
  const action::attempt down = b.batch(side::downstream);
  b.hear(2, wire::expired{3, down.epoch, static_cast<std::uint8_t>(side::downstream), {}});
  CHECK(b.node.table().held() == 0);
}

TEST_CASE("one_way: the downstream end says nothing but that a pair has failed", "[purify]") {
  for (const bool differs : {false, true}) {
    node_bench<told_once> b = distilling(side::upstream);
    CHECK(b.device.sent<wire::distilled>().empty());
    CHECK(b.node.table()[0].held_by == owner::purify);
    b.hear(0, word(b, side::upstream, differs));
    CHECK(b.node.table().held() == (differs ? 0U : 1U));
    CHECK(b.device.sent<wire::expired>().size() == (differs ? 1U : 0U));
    CHECK(b.device.sent<wire::distilled>().empty());
  }
}

TEST_CASE("one_way: on the link to the tail both ends tell each other", "[purify]") {
  node_bench<told_once> b = distilling(side::downstream, 2);
  CHECK(b.device.sent<wire::distilled>().size() == 1);
  CHECK(b.node.table()[4].held_by == owner::purify);
  b.hear(2, word(b, side::downstream, false));
  CHECK(b.node.table()[4].held_by == owner::swap);
}

TEST_CASE("one_way: fewer messages than with two, and what is delivered is within the forecast", "[purify]") {
  const auto run = [](auto profile) {
    const sim::topology net = sim::chain(5, link::fibre{.length = 20_km});
    sim::network_options<decltype(profile)> o{.seed = 12};
    o.hardware.memories = 4;
    o.hardware.visibility = 0.95;
    o.hardware.memory = {.t1 = 10_s, .t2 = 500_ms};
    sim::network<decltype(profile)> sim{net, o};
    const auto r = sim.request({.from = net.node(0), .to = net.node(4), .pairs = 1500});
    sim.run();
    CHECK(r->delivered() == 1500);
    CHECK(sim.truth().ledger().orphaned == 0);
    CHECK(sim.truth().ledger().disagreements == 0);
    check_within_forecast(*r, 0.1);
    return static_cast<double>(sim.messages()) / 1500;
  };
  const double once = run(told_once{}), twice = run(told_twice{});
  INFO("seed 12: " << once << " against " << twice << " messages per pair");
  CHECK(once < 0.9 * twice);
}

TEST_CASE("one_way: one round, on links", "[purify]") {
  CHECK(purify::one_way<>{}.validate());
  CHECK(purify::one_way<>{.rounds = 2}.validate().error().what == "one_way.rounds");
  CHECK(purify::one_way<>{.at = purify::where::end_to_end}.validate().error().what == "one_way.at");
}
