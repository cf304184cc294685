// SPDX-License-Identifier: Apache-2.0
#include "../support/catch.hpp"

#include <ebit/purify/dejmps.hpp>

#include "../support/node_bench.hpp"

using namespace ebit_test;

namespace {

struct distilling : default_profile {
  using purify = ebit::purify::dejmps;
};

struct novelty {
  static constexpr std::uint8_t type = 0x80;
  std::uint32_t word = 1;
};

/// The middle node of two links, both of them heralded and the Bell measurement asked for.
node_bench<> joining(bell_index up, bell_index down) {
  node_bench<> b{2, 1};
  b.install();
  b.start();
  b.herald(b.batch(side::upstream), 5, up);
  b.herald(b.batch(side::downstream), 9, down);
  return b;
}

}  // namespace

TEST_CASE("node: an installed node answers ready and attempts on both sides when told to") {
  node_bench<> b{2, 1};
  b.install(2);
  CHECK(only<wire::ready>(b.device).position == 1);
  CHECK(b.device.all<action::attempt>().empty());
  b.start(2);
  const action::attempt up = b.batch(side::upstream), down = b.batch(side::downstream);
  CHECK((up.modes == 2 && down.modes == 2));
  CHECK((up.epoch == 40 && up.circuit == b.circuit && down.circuit == b.circuit));
  CHECK(up.operation != down.operation);
  CHECK(up.first_slot == slot_id{0});
  CHECK(down.first_slot == slot_id{4});
  CHECK(only<wire::link_started>(b.device).epoch == down.epoch);
}

TEST_CASE("node: a herald becomes a row that names pair, peer and frame") {
  node_bench<> b{2, 1};
  b.install();
  b.start();
  const action::attempt up = b.batch(side::upstream);
  b.herald(up, 12, bell_index::psi_minus);
  const segment& row = b.node.table()[0];
  CHECK(row.held_by == owner::swap);
  CHECK(row.facing == side::upstream);
  CHECK(row.local == pair_id{path_id{0}, 40, 12});
  CHECK(row.remote == row.local);
  CHECK(row.frame == pauli_frame{bell_index::psi_minus});
  CHECK((row.peer == node_id{0} && row.reach == 0));
  CHECK(b.counts().acquired == 1);
  CHECK(b.node.table().held() == 1);
  CHECK(b.device.all<action::bell_measure>().empty());
}

TEST_CASE("node: two heralds at a node between the ends make one Bell measurement") {
  const node_bench<> b = joining(bell_index::phi_plus, bell_index::phi_plus);
  const auto asked = b.device.all<action::bell_measure>();
  REQUIRE(asked.size() == 1);
  CHECK(asked[0].upstream == slot_id{0});
  CHECK(asked[0].downstream == slot_id{4});
  CHECK(std::holds_alternative<action::bell_measure>(b.device.performed().back()));
}

TEST_CASE("node: a read-out tells both far ends of their new peer and the frame to add") {
  for (std::uint8_t frames = 0; frames < 16; ++frames) {
    for (std::uint8_t bits = 0; bits < 4; ++bits) {
      const auto up = static_cast<bell_index>(frames & 3), down = static_cast<bell_index>(frames >> 2);
      node_bench<> b = joining(up, down);
      const operation_id asked = b.device.all<action::bell_measure>().at(0).operation;
      const std::uint32_t down_epoch = b.node.table()[4].local.epoch;
      b.device.clear();
      b.tell(event::measured{asked, bits});
      const auto news = b.device.sent<wire::swapped>();
      REQUIRE(news.size() == 2);
      const auto to_head = news[0].unpack<wire::swapped>(), to_tail = news[1].unpack<wire::swapped>();
      CHECK((news[0].to == node_id{0} && news[1].to == node_id{2}));
      // Each end's own half already carries its link's frame; what it lacks is the other link's and the outcome.
      CHECK(to_head.frame == (pauli_frame{down} ^ pauli_frame{static_cast<bell_index>(bits)}).bits());
      CHECK(to_tail.frame == (pauli_frame{up} ^ pauli_frame{static_cast<bell_index>(bits)}).bits());
      CHECK((to_head.peer == node_id{2} && to_head.half_sequence == 5 && to_head.peer_sequence == 9));
      CHECK((to_tail.peer == node_id{0} && to_tail.half_sequence == 9 && to_tail.peer_sequence == 5));
      CHECK((to_head.half_epoch == 40 && to_head.peer_epoch == down_epoch));
      CHECK((to_head.from == 1 && to_head.to == 2 && to_tail.from == 1 && to_tail.to == 0));
      CHECK(b.device.all<action::free>().size() == 2);
      CHECK(b.node.table().held() == 0);
      CHECK(b.counts().consumed == 2);
    }
  }
}

TEST_CASE("node: messages of unknown types or other circuits are counted and ignored") {
  node_bench<> b{2, 1};
  b.install();
  b.device.clear();
  b.hear(0, novelty{});
  CHECK(b.node.ignored_messages() == 1);
  message short_one = message::pack(node_id{0}, node_id{1}, b.circuit, wire::go{1_us});
  short_one.size = 4;
  b.tell(event::received{short_one, 1_us});
  CHECK(b.node.ignored_messages() == 2);
  message newer = message::pack(node_id{0}, node_id{1}, b.circuit, wire::go{1_us});
  newer.version = message::current_version + 1;
  b.tell(event::received{newer, 1_us});
  CHECK(b.node.ignored_messages() == 3);
  b.tell(event::received{message::pack(node_id{0}, node_id{1}, circuit_id{99}, wire::go{1_us}), 1_us});
  CHECK(b.node.ignored_messages() == 4);
  CHECK(b.device.performed().size() == 1);  // who counts on a circuit that is not known here has to know
  CHECK(only<wire::broken>(b.device).facing == static_cast<std::uint8_t>(side::downstream));
}

TEST_CASE("node: an early expire changes nothing, and a late one gives the half up") {
  node_bench<> b{2, 1};
  b.install(1, 0, 0, 50_us);
  b.start();
  b.device.advance(30_us);
  b.herald(b.batch(side::upstream), 0);
  const local_time due = b.node.next_deadline();
  CHECK(due == b.device.now() + 50_us);
  b.device.clear();
  context early{b.device.now() + 49_us, b.random};
  for (int i = 0; i < 3; ++i) b.node.expire(early, backend::sink{b.device});
  CHECK(b.device.performed().empty());
  CHECK(b.node.next_deadline() == due);
  CHECK(b.node.table().held() == 1);
  b.device.advance(50_us);
  b.run();
  CHECK(b.node.table().held() == 0);
  CHECK(b.counts().discarded == 1);
  CHECK(only<wire::expired>(b.device).half_sequence == 0);
  CHECK(b.device.all<action::free>().size() == 1);
}

TEST_CASE("node: a copy goes on exactly as the original") {
  node_bench<> original = joining(bell_index::psi_plus, bell_index::phi_minus);
  node_bench<> copy = original;
  for (node_bench<>* b : {&original, &copy}) {
    const operation_id asked = b->device.all<action::bell_measure>().at(0).operation;
    b->tell(event::measured{asked, 3});
    b->tell(event::done{asked});
    b->herald(b->batch(side::upstream), 20);
    b->hear(0, wire::torn_down{4});
  }
  CHECK(original.device.performed() == copy.device.performed());
  CHECK(original.node.next_deadline() == copy.node.next_deadline());
  CHECK(original.device.performed().size() > 5);
}

TEST_CASE("node: changing a copy leaves the original alone") {
  const node_bench<> original = joining(bell_index::phi_plus, bell_index::phi_plus);
  node_bench<> copy = original;
  copy.tell(event::measured{copy.device.all<action::bell_measure>().at(0).operation, 0});
  CHECK(copy.node.table().held() == 0);
  CHECK(original.node.table().held() == 2);
}

TEST_CASE("node: the answer to an operation that is over is ignored") {
  node_bench<> b = joining(bell_index::phi_plus, bell_index::phi_plus);
  const operation_id asked = b.device.all<action::bell_measure>().at(0).operation;
  b.tell(event::measured{asked, 2});
  b.tell(event::done{asked});
  b.device.clear();
  b.tell(event::measured{asked, 1});
  b.tell(event::failed{asked, failure::fault});
  b.tell(event::done{asked});
  b.tell(event::measured{operation_id{0xffffU << 8}, 1});  // of a slot that does not exist
  CHECK(b.device.performed().empty());
  CHECK(b.counts().consumed == 2);
}

TEST_CASE("node: a late answer does not end a newer operation on the same slot") {
  node_bench<> b = joining(bell_index::phi_plus, bell_index::phi_plus);
  const action::attempt up = b.batch(side::upstream), down = b.batch(side::downstream);
  const operation_id first = b.device.all<action::bell_measure>().at(0).operation;
  b.tell(event::measured{first, 0});
  b.device.clear();
  b.herald(up, 50);
  b.herald(down, 50);
  const auto second = b.device.all<action::bell_measure>();
  REQUIRE(second.size() == 1);
  CHECK(second[0].operation != first);
  b.device.clear();
  b.tell(event::measured{first, 3});
  b.tell(event::done{first});
  b.tell(event::failed{first, failure::inconclusive});
  CHECK(b.device.performed().empty());
  b.tell(event::measured{second[0].operation, 0});
  CHECK(b.device.sent<wire::swapped>().size() == 2);
}

TEST_CASE("node: a herald of no known batch is freed at once") {
  node_bench<> b = joining(bell_index::phi_plus, bell_index::phi_plus);
  b.device.clear();
  b.tell(event::heralded{operation_id{0xffffffffU}, slot_id{2}, 0, bell_index::phi_plus, b.device.now()});
  b.tell(event::heralded{operation_id{0x80000000U}, slot_id{2}, 0, bell_index::phi_plus, b.device.now()});
  CHECK(b.device.all<action::free>().size() == 2);
  CHECK(b.counts().acquired == 2);
}

TEST_CASE("node: a failed Bell measurement gives both segments up and says so") {
  node_bench<> b = joining(bell_index::phi_plus, bell_index::phi_plus);
  const operation_id asked = b.device.all<action::bell_measure>().at(0).operation;
  b.device.clear();
  b.tell(event::failed{asked, failure::inconclusive});
  const auto lost = b.device.sent<wire::expired>();
  REQUIRE(lost.size() == 2);
  CHECK((lost[0].to == node_id{0} && lost[1].to == node_id{2}));
  CHECK(b.node.table().held() == 0);
  CHECK(b.device.all<action::free>().size() == 2);
}

TEST_CASE("node: an erased qubit is given up at once, or when its operation ends") {
  node_bench<> b{2, 1};
  b.install();
  b.start();
  const action::attempt up = b.batch(side::upstream), down = b.batch(side::downstream);
  b.herald(up, 1);
  b.device.clear();
  b.tell(event::erased{slot_id{0}});
  CHECK(only<wire::expired>(b.device).half_sequence == 1);
  CHECK(b.counts().discarded == 1);
  b.tell(event::erased{slot_id{0}});    // holds nothing now
  b.tell(event::erased{slot_id{900}});  // is no slot
  CHECK(b.counts().discarded == 1);

  b.herald(up, 2);
  b.herald(down, 2);
  const operation_id asked = b.device.all<action::bell_measure>().at(0).operation;
  b.device.clear();
  b.tell(event::erased{slot_id{4}});
  // The other end is told at once; the half itself goes when its operation ends, and its partner with it.
  CHECK(only<wire::expired>(b.device).facing == static_cast<std::uint8_t>(side::upstream));
  CHECK(b.node.table().held() == 2);
  b.device.clear();
  b.tell(event::measured{asked, 0});
  CHECK(b.device.sent<wire::swapped>().empty());
  CHECK(only<wire::expired>(b.device).facing == static_cast<std::uint8_t>(side::downstream));
  CHECK(b.node.table().held() == 0);
}

TEST_CASE("node: the head delivers a single link's pair and tears down when it has enough") {
  node_bench<> b{1, 0};
  b.tell(event::request{request_id{3}, node_id{1}, 2, 0.8});
  const auto accepted = b.device.all<action::report>();
  REQUIRE(accepted.size() == 1);
  CHECK(accepted[0].outcome == request_outcome::accepted);
  const auto ask = b.device.sent<wire::install>();
  REQUIRE(ask.size() == 1);
  b.circuit = ask[0].circuit;
  b.hear(1, wire::ready{1});
  const action::attempt batch = b.batch(side::downstream);
  b.device.clear();
  for (const std::uint64_t cycle : {3U, 4U}) {
    b.herald(batch, cycle, bell_index::psi_plus);
    const auto handed = b.device.all<action::deliver>();
    REQUIRE(handed.size() == 1);
    CHECK(handed[0].name == pair_id{path_id{0}, batch.epoch, cycle * batch.modes});
    CHECK(handed[0].frame == pauli_frame{bell_index::psi_plus});
    CHECK(handed[0].peer == node_id{1});
    CHECK(b.device.all<action::free>().empty());
    b.device.clear();
    if (cycle == 3) {
      b.tell(event::done{handed[0].operation});
      CHECK(b.device.all<action::free>().size() == 1);
      b.device.clear();
    }
  }
  CHECK(b.counts().delivered == 1);  // the application still has the second in its slot
}

TEST_CASE("node: what is asked for wrongly is refused with the reason") {
  node_bench<> b{1, 0};
  const auto reason = [&](node_id to, std::uint32_t pairs, double fidelity) {
    b.device.clear();
    b.tell(event::request{request_id{1}, to, pairs, fidelity});
    const auto said = b.device.all<action::report>();
    REQUIRE(said.size() == 1);
    CHECK(said[0].outcome == request_outcome::refused);
    return said[0].why;
  };
  CHECK(reason(node_id{0}, 1, 0.5) == refusal::same_node);
  CHECK(reason(node_id{7}, 1, 0.5) == refusal::unknown_node);
  CHECK(reason(node_id{1}, 0, 0.5) == refusal::invalid);
  CHECK(reason(node_id{1}, 1, 1.5) == refusal::invalid);
}

TEST_CASE("node: a request for calibration goes to the device") {
  node_bench<> b{2, 1};
  b.tell(event::calibration_needed{port_id{1}});
  const auto asked = b.device.all<action::calibrate>();
  REQUIRE(asked.size() == 1);
  CHECK(asked[0].port == port_id{1});
}

TEST_CASE("node: halves are never lost count of") {
  node_bench<distilling> b{2, 1};
  b.install(2, 1);
  b.start(2);
  const action::attempt up = b.batch(side::upstream);
  const auto balanced = [&] {
    const conservation c = b.counts();
    return c.acquired == c.delivered + c.consumed + c.discarded + b.node.table().held();
  };
  b.herald(up, 0, bell_index::phi_plus, 0);
  CHECK(balanced());
  b.herald(up, 1, bell_index::phi_plus, 1);
  CHECK(balanced());
  const auto asked = b.device.all<action::distil>();
  REQUIRE(asked.size() == 1);
  b.tell(event::measured{asked[0].operation, 1});
  CHECK(balanced());
  b.hear(0, wire::torn_down{0});
  CHECK(balanced());
  CHECK(b.node.table().held() == 0);
}
