// SPDX-License-Identifier: Apache-2.0
#include <ebit/purify/optimistic.hpp>

#include <array>

#include <ebit/ebit.hpp>

#include "../support/catch.hpp"
#include "../support/forecast_bounds.hpp"
#include "../support/node_bench.hpp"

using namespace ebit_test;

namespace {

struct in_good_faith : default_profile {
  using purify = ebit::purify::optimistic<>;
};
struct patient : default_profile {
  using purify = ebit::purify::dejmps;
};

/// A middle node that has distilled a pair on its downstream link and joined it with an upstream one before the other
/// ends' read-outs have come. Three slots a side.
struct joined_undecided {
  node_bench<in_good_faith> b{3, 1};
  action::distil up, down;
  std::array<std::uint32_t, 2> epochs{};

  joined_undecided() {
    b.install(3, 1, 0, 50_ms);
    b.start(3);
    for (const side s : {side::upstream, side::downstream}) {
      const action::attempt batch = b.batch(s);
      epochs[static_cast<std::size_t>(s)] = batch.epoch;
      b.herald(batch, 1, bell_index::phi_plus, 0);
      b.herald(batch, 1, bell_index::phi_plus, 1);
    }
    const auto asked = b.device.all<action::distil>();
    REQUIRE(asked.size() == 2);
    up = asked[0];
    down = asked[1];
    b.device.clear();
    b.tell(event::measured{up.operation, 0});
    b.tell(event::measured{down.operation, 0});
    const auto joined = b.device.all<action::bell_measure>();
    REQUIRE(joined.size() == 1);
    b.tell(event::measured{joined[0].operation, 2});
  }
  /// The other end's read-out of the pair kept on one side.
  void hear(side facing, bool bit) {
    const std::uint32_t epoch = epochs[static_cast<std::size_t>(facing)];
    b.hear(facing == side::upstream ? 0 : 2, wire::distilled{.keep_sequence = 3,
                                                             .sacrifice_sequence = 4,
                                                             .keep_epoch = epoch,
                                                             .sacrifice_epoch = epoch,
                                                             .facing = static_cast<std::uint8_t>(facing),
                                                             .bit = bit});
  }
};

}  // namespace

TEST_CASE("optimistic: the far ends hear of a join once both sides are decided, in either order", "[purify]") {
  for (const bool upstream_first : {false, true}) {
    joined_undecided n;
    CHECK(n.b.counts().consumed == 4);  // memories are free already
    CHECK(n.b.device.sent<wire::swapped>().empty());
    n.hear(upstream_first ? side::upstream : side::downstream, false);
    n.hear(upstream_first ? side::upstream : side::downstream, false);  // a copy
    CHECK(n.b.device.sent<wire::swapped>().empty());
    n.hear(upstream_first ? side::downstream : side::upstream, false);
    const auto told = n.b.device.sent<wire::swapped>();
    REQUIRE(told.size() == 2);
    CHECK((told[0].to == node_id{0} && told[1].to == node_id{2}));
    CHECK(told[0].unpack<wire::swapped>().frame == 2);
    CHECK(n.b.device.sent<wire::expired>().empty());
  }
}

TEST_CASE("optimistic: where a distillation has failed both far ends lose their pairs and hear of no join",
          "[purify]") {
  for (const side failing : {side::upstream, side::downstream}) {
    joined_undecided n;
    n.hear(failing, true);
    n.hear(opposite(failing), false);
    CHECK(n.b.device.sent<wire::swapped>().empty());
    const auto lost = n.b.device.sent<wire::expired>();
    REQUIRE(lost.size() == 2);
    CHECK((lost[0].to == node_id{0} && lost[1].to == node_id{2}));
  }
}

TEST_CASE("optimistic: what is not decided in time is given up at the cut-off", "[purify]") {
  joined_undecided n;
  n.hear(side::upstream, false);
  CHECK_FALSE(n.b.node.next_deadline().is_never());
  n.b.device.advance(60_ms);
  n.b.run();
  CHECK(n.b.device.sent<wire::expired>().size() == 2);
  n.hear(side::downstream, false);  // too late
  CHECK(n.b.device.sent<wire::swapped>().empty());
}

TEST_CASE("optimistic: pairs are as good as foretold, younger than those of a patient stack, and none is orphaned",
          "[purify]") {
  const auto run = [](auto profile) {
    const sim::topology net = sim::chain(5, link::fibre{.length = 20_km});
    sim::network_options<decltype(profile)> o{.seed = 11};
    o.hardware.memories = 4;
    o.hardware.visibility = 0.9;
    o.hardware.memory = {.t1 = 10_s, .t2 = 60_ms};
    sim::network<decltype(profile)> sim{net, o};
    const auto r = sim.request({.from = net.node(0), .to = net.node(4), .pairs = 1500});
    sim.run();
    CHECK(r->delivered() == 1500);
    CHECK(sim.truth().ledger().orphaned == 0);
    CHECK(sim.truth().ledger().disagreements == 0);
    check_within_forecast(*r, 0.1);
    return std::pair{r->fidelity(), r->record().fidelity_error()};
  };
  const auto [blind, blind_error] = run(in_good_faith{});
  const auto [patiently, patient_error] = run(patient{});
  INFO("seed 11: " << blind << " +- " << blind_error << " against " << patiently << " +- " << patient_error);
  CHECK(blind > patiently + 3 * (blind_error + patient_error));
}

TEST_CASE("optimistic: refuses to work between the ends, where nothing is joined any more", "[purify]") {
  const purify::optimistic<> wrong{.rounds = 1, .at = purify::where::end_to_end};
  REQUIRE_FALSE(wrong.validate());
  CHECK(wrong.validate().error().what == "optimistic.at");
  CHECK(purify::optimistic<>{.rounds = 2}.validate());
}
