// SPDX-License-Identifier: Apache-2.0
#include "../support/catch.hpp"

#include <cstdint>

#include <ebit/purify/dejmps.hpp>

#include "../support/node_bench.hpp"

using namespace ebit_test;

namespace {

struct distilling : default_profile {
  using purify = ebit::purify::dejmps;
};
/// The tail of a single link that distils once, with two slots.
struct distilling_bench : node_bench<distilling> {
  action::attempt made;
  explicit distilling_bench(std::uint32_t pairs) : node_bench<distilling>{1, 1} {
    install(2, 1, 0, duration::never(), pairs);
    start(2);
    made = batch(side::upstream);
  }
  /// Two pairs come, and this end begins to distil them.
  action::distil begin(std::uint64_t cycle) {
    herald(made, cycle, bell_index::phi_plus, 0);
    herald(made, cycle, bell_index::phi_plus, 1);
    return device.all<action::distil>().back();
  }
  /// Both ends have read the same: the pair is good.
  void finish(const action::distil& running, std::uint64_t cycle) {
    tell(event::measured{running.operation, 0});
    tell(event::done{running.operation});
    wire::distilled m;
    m.keep_sequence = m.own_sequence = 2 * cycle;
    m.sacrifice_sequence = 2 * cycle + 1;
    m.keep_epoch = m.own_epoch = m.sacrifice_epoch = made.epoch;
    m.facing = static_cast<std::uint8_t>(side::upstream);
    hear(0, m);
  }
  void say(std::uint64_t cycle) {
    wire::delivered m;
    m.half_sequence = m.name_sequence = 2 * cycle;
    m.half_epoch = m.name_epoch = made.epoch;
    m.name_path = path_id{0};
    m.request = request_id{3};
    m.frame = node.table()[0].frame.bits();
    m.asked_by = node_id{0};
    hear(0, m);
  }
};

}  // namespace

TEST_CASE(
    "route.distilled_handover: a link's two ends may decide in another order, so the last pairs wait for the word") {
  distilling_bench b{3};
  b.finish(b.begin(1), 1);
  REQUIRE(b.device.all<action::deliver>().size() == 1);
  b.tell(event::done{b.device.all<action::deliver>()[0].operation});
  b.finish(b.begin(2), 2);
  CHECK(b.device.all<action::deliver>().size() == 1);  // the head may have three others
  b.say(2);
  REQUIRE(b.device.all<action::deliver>().size() == 2);
  CHECK(b.device.all<action::deliver>()[1].name == pair_id{path_id{0}, b.made.epoch, 4});
  b.hear(0, wire::torn_down{2});
  CHECK(b.device.all<action::revoke>().empty());  // the word on the first may be under way
  for (int i = 0; i < 10 && !b.node.next_deadline().is_never(); ++i) {
    b.device.wait(b.node.next_deadline());
    b.run();
  }
  REQUIRE(b.device.all<action::revoke>().size() == 1);
  CHECK(b.device.all<action::revoke>()[0].name.sequence == 2);
  for (const std::uint8_t rounds : {std::uint8_t{0}, std::uint8_t{1}}) {
    circuit c;
    c.hops = 1;
    c.plan.link_rounds = rounds;
    CHECK(c.head_speaks() == (rounds > 0));
  }
}

TEST_CASE("route.distilled_handover: a word that waits for an operation is answered when the circuit ends first") {
  distilling_bench b{1};
  const action::distil running = b.begin(1);
  b.hear(0, wire::torn_down{1});
  b.say(1);
  CHECK((b.device.sent<wire::expired>().empty() && b.device.all<action::stop>().empty()));
  b.device.wait(b.node.next_deadline());
  b.run();
  CHECK(b.device.all<action::stop>().size() == 1);
  REQUIRE(b.device.sent<wire::expired>().size() == 1);  // nothing else may come that would remind it of the word
  CHECK(b.device.sent<wire::expired>()[0].unpack<wire::expired>().half_sequence == 2);
  CHECK(b.device.sent<wire::expired>()[0].to == node_id{0});
  b.tell(event::measured{running.operation, 0});
  b.tell(event::done{running.operation});
  CHECK((b.node.table().held() == 0 && b.device.all<action::deliver>().empty()));
}
