// SPDX-License-Identifier: Apache-2.0
#include "../support/catch.hpp"

#include <vector>

#include <ebit/quantum/bell_diagonal.hpp>
#include <ebit/swap/nested.hpp>
#include <ebit/swap/sequential.hpp>

#include "../support/chain_bench.hpp"

using namespace ebit_test;

namespace {

struct in_sequence : default_profile {
  using swap = ebit::swap::sequential;
};
struct in_order_of_two : default_profile {
  using swap = ebit::swap::nested;
};

/// Link k of the pattern is announced as this Bell state: all four occur.
bell_index announced(std::uint16_t link) { return static_cast<bell_index>((link * 3 + 1) & 3); }

/// The Bell label that joining the pure pairs with these outcomes leaves, one swap after the other.
bell_index composed(std::uint16_t links, std::uint32_t outcomes) {
  bell_diagonal pair = bell_diagonal::pure(announced(0));
  for (std::uint16_t k = 1; k < links; ++k) {
    const auto outcome = static_cast<bell_index>(outcomes >> (2 * (k - 1)) & 3);
    pair = bell_diagonal::swap_branch(pair, bell_diagonal::pure(announced(k)), outcome).state;
  }
  CHECK(pair.fidelity(pair.likeliest()) == ebit_test::approx(1));
  return pair.likeliest();
}

/// Every middle node answers its first Bell measurement with its two bits of `outcomes`, as soon as it is asked,
/// nodes in the given direction.
template <class Profile>
void check_pattern(std::uint16_t links, std::uint32_t outcomes, bool upwards) {
  chain_bench<Profile> chain{links};
  chain.request(1, 0.5);
  for (std::uint16_t k = 0; k < links; ++k) chain.herald(k, 10U + k, announced(k));
  for (int round = 0; round < links; ++round) {
    for (std::uint16_t i = 1; i < links; ++i) {
      const std::uint16_t n = upwards ? i : static_cast<std::uint16_t>(links - i);
      const auto asked = chain.template asked<action::bell_measure>(n);
      if (asked.empty()) continue;
      chain.nodes[n].tell(
          event::measured{asked[0].operation, static_cast<std::uint8_t>(outcomes >> (2 * (n - 1)) & 3)});
    }
    chain.carry();
  }
  const auto head = chain.template asked<action::deliver>(0), tail = chain.template asked<action::deliver>(links);
  REQUIRE(head.size() == 1);
  REQUIRE(tail.size() == 1);
  CHECK(head[0].frame == pauli_frame{composed(links, outcomes)});
  CHECK(tail[0].frame == head[0].frame);
  CHECK(tail[0].name == head[0].name);
  CHECK((head[0].peer == node_id{links} && tail[0].peer == node_id{0}));
  const action::attempt first = chain.nodes[0].batch(side::downstream);
  CHECK(head[0].name == pair_id{path_id{0}, first.epoch, 10U * first.modes});
}

/// A node of a circuit of three links that has joined its two halves: sequences 5 and 9.
node_bench<> joined() {
  node_bench<> b{3, 1};
  b.install();
  b.start();
  b.herald(b.batch(side::upstream), 5);
  b.herald(b.batch(side::downstream), 9);
  b.tell(event::measured{b.device.all<action::bell_measure>().at(0).operation, 0});
  return b;
}

}  // namespace

TEST_CASE("swap.engine: both ends find the frame of every pattern of outcomes, one to four swaps") {
  for (std::uint16_t swaps = 1; swaps <= 4; ++swaps)
    for (std::uint32_t outcomes = 0; outcomes < 1U << (2 * swaps); ++outcomes) {
      INFO("swaps " << swaps << ", outcomes " << outcomes);
      check_pattern<default_profile>(static_cast<std::uint16_t>(swaps + 1), outcomes, outcomes % 2 == 0);
    }
}

TEST_CASE("swap.engine: the frame does not depend on the order of swaps") {
  for (std::uint32_t outcomes = 0; outcomes < 64; outcomes += 3) {
    check_pattern<in_sequence>(4, outcomes, true);
    check_pattern<in_sequence>(4, outcomes, false);
    check_pattern<in_order_of_two>(4, outcomes, true);
    check_pattern<in_order_of_two>(4, outcomes, false);
  }
}

TEST_CASE("swap.engine: sequential and nested nodes wait for their turn") {
  chain_bench<in_sequence> line{3};
  line.request(1, 0.5);
  for (std::uint16_t k = 0; k < 3; ++k) line.herald(k, 1);
  CHECK(line.asked<action::bell_measure>(2).empty());
  line.nodes[1].tell(event::measured{line.asked<action::bell_measure>(1).at(0).operation, 0});
  CHECK(line.asked<action::bell_measure>(2).empty());  // the news are on their way
  line.carry();
  CHECK(line.asked<action::bell_measure>(2).size() == 1);

  chain_bench<in_order_of_two> tree{4};
  tree.request(1, 0.5);
  for (std::uint16_t k = 0; k < 4; ++k) tree.herald(k, 1);
  CHECK((tree.asked<action::bell_measure>(1).size() == 1 && tree.asked<action::bell_measure>(3).size() == 1));
  CHECK(tree.asked<action::bell_measure>(2).empty());
  tree.nodes[1].tell(event::measured{tree.asked<action::bell_measure>(1).at(0).operation, 0});
  tree.carry();
  CHECK(tree.asked<action::bell_measure>(2).empty());
  tree.nodes[3].tell(event::measured{tree.asked<action::bell_measure>(3).at(0).operation, 0});
  tree.carry();
  CHECK(tree.asked<action::bell_measure>(2).size() == 1);
}

TEST_CASE("swap.engine: the oldest half on the other side is joined first") {
  node_bench<> b{2, 1};
  b.install(3);
  b.start(3);
  const action::attempt up = b.batch(side::upstream), down = b.batch(side::downstream);
  b.device.advance(100_us);
  const auto herald = [&](std::uint16_t mode, duration age) {
    b.tell(event::heralded{up.operation, slot_id{up.first_slot.value() + mode}, mode, bell_index::phi_plus,
                           b.device.now() - age});
  };
  herald(0, 10_us);
  herald(1, 30_us);
  herald(2, 20_us);
  b.device.clear();
  b.herald(down, 1);
  const auto asked = b.device.all<action::bell_measure>();
  REQUIRE(asked.size() == 1);
  CHECK(asked[0].upstream == slot_id{1});
}

TEST_CASE("swap.engine: news about a half that was joined follow it") {
  node_bench<> b = joined();
  const std::uint32_t down_epoch = b.batch(side::downstream).epoch;
  b.device.clear();
  // Node 2 has joined our pair 9 with its pair 4 to node 3: the news are for whoever has the other end now, node 0.
  b.hear(2,
         wire::swapped{.half_sequence = 9,
                       .peer_sequence = 4,
                       .age = 7_us,
                       .half_epoch = down_epoch,
                       .peer_epoch = 2,
                       .peer_path = path_id{2},
                       .peer = node_id{3},
                       .from = 2,
                       .to = 3,
                       .facing = static_cast<std::uint8_t>(side::downstream),
                       .frame = 3},
         10_us);
  const auto sent = b.device.sent<wire::swapped>();
  REQUIRE(sent.size() == 1);
  const auto forwarded = sent[0].unpack<wire::swapped>();
  CHECK(sent[0].to == node_id{0});
  CHECK((forwarded.half_sequence == 5 && forwarded.half_epoch == 40));
  CHECK((forwarded.peer_sequence == 4 && forwarded.peer == node_id{3} && forwarded.from == 2 && forwarded.to == 3));
  CHECK(forwarded.frame == 3);
  CHECK(forwarded.age == 17_us);  // it aged on the way here
}

TEST_CASE("swap.engine: expiry follows a joined half too") {
  node_bench<> b = joined();
  const std::uint32_t down_epoch = b.batch(side::downstream).epoch;
  b.device.clear();
  b.hear(2, wire::expired{9, down_epoch, static_cast<std::uint8_t>(side::downstream), {}});
  const auto sent = b.device.sent<wire::expired>();
  REQUIRE(sent.size() == 1);
  CHECK(sent[0].to == node_id{0});
  CHECK(sent[0].unpack<wire::expired>().half_sequence == 5);
}

TEST_CASE("swap.engine: news that meet a discarded half turn into an expiry for the other end") {
  node_bench<> b{3, 1};
  b.install(1, 0, 0, 50_us);
  b.start();
  const action::attempt down = b.batch(side::downstream);
  b.herald(down, 9);
  b.device.advance(51_us);
  b.run();
  REQUIRE(b.counts().discarded == 1);
  b.device.clear();
  b.hear(2, wire::swapped{.half_sequence = 9,
                          .peer_sequence = 4,
                          .age = 7_us,
                          .half_epoch = down.epoch,
                          .peer_epoch = 2,
                          .peer_path = path_id{2},
                          .peer = node_id{3},
                          .from = 2,
                          .to = 3,
                          .facing = static_cast<std::uint8_t>(side::downstream),
                          .frame = 0});
  const auto sent = b.device.sent<wire::expired>();
  REQUIRE(sent.size() == 1);
  CHECK(sent[0].to == node_id{3});
  const auto lost = sent[0].unpack<wire::expired>();
  CHECK(
      (lost.half_sequence == 4 && lost.half_epoch == 2 && lost.facing == static_cast<std::uint8_t>(side::upstream)));
}

TEST_CASE("swap.engine: news from behind what is known wait for what was sent before them") {
  // Tail of three links. Node 1's news about (1 → 0) overtake node 2's about (2 → 1).
  node_bench<> b{3, 3};
  b.install(), b.start();
  b.herald(b.batch(side::upstream), 4, bell_index::phi_minus);
  wire::swapped first{.half_sequence = 4,
                      .peer_sequence = 9,
                      .age = 1_us,
                      .half_epoch = 40,
                      .peer_epoch = 2,
                      .peer_path = path_id{1},
                      .peer = node_id{1},
                      .from = 2,
                      .to = 1,
                      .facing = static_cast<std::uint8_t>(side::upstream),
                      .frame = 2};
  wire::swapped second{.half_sequence = 4,
                       .peer_sequence = 5,
                       .age = 1_us,
                       .half_epoch = 40,
                       .peer_epoch = 6,
                       .peer_path = path_id{0},
                       .peer = node_id{0},
                       .from = 1,
                       .to = 0,
                       .facing = static_cast<std::uint8_t>(side::upstream),
                       .frame = 1};
  b.hear(1, second);
  CHECK(b.node.table()[0].reach == 2);
  b.hear(2, first);
  const segment& row = b.node.table()[0];
  CHECK((row.reach == 0 && row.peer == node_id{0} && row.remote == pair_id{path_id{0}, 6, 5}));
  CHECK(row.frame == pauli_frame{static_cast<bell_index>(1 ^ 2 ^ 1)});
  CHECK(row.held_by == owner::app);
}

TEST_CASE("swap.engine: the cut-off runs from birth, and the ends wait for news of nodes that kept to it") {
  node_bench<> middle{2, 1}, tail{2, 2};
  for (node_bench<>* b : {&middle, &tail}) {
    b->device.advance(1_ms);
    b->install(1, 0, 0, 80_us);
    b->start();
    const action::attempt up = b->batch(side::upstream);
    b->tell(event::heralded{up.operation, up.first_slot, 3, bell_index::phi_plus, b->device.now() - 30_us});
  }
  CHECK(middle.node.next_deadline() == middle.device.now() + 50_us);
  // The tail waits as long again as the head, whose word comes in any case.
  CHECK(tail.node.next_deadline() == tail.device.now() - 30_us + (80_us * 2 + link_delay * 2) * 2);
  middle.device.advance(50_us);
  middle.run();
  CHECK(middle.counts().discarded == 1);
  tail.device.advance(60_us);
  tail.run();
  CHECK(tail.counts().discarded == 0);
}

TEST_CASE("swap.engine: joined segments are as old as their oldest qubit") {
  node_bench<> b{2, 1};
  b.install(), b.start();
  const action::attempt up = b.batch(side::upstream), down = b.batch(side::downstream);
  b.device.advance(1_ms);
  b.tell(event::heralded{up.operation, up.first_slot, 3, bell_index::phi_plus, b.device.now() - 30_us});
  b.device.advance(15_us);
  b.tell(event::heralded{down.operation, down.first_slot, 3, bell_index::phi_plus, b.device.now() - 5_us});
  b.device.advance(2_us);
  b.tell(event::measured{b.device.all<action::bell_measure>().at(0).operation, 0});
  for (const message& m : b.device.sent<wire::swapped>()) CHECK(m.unpack<wire::swapped>().age == 47_us);
}

TEST_CASE("swap.engine: what becomes of a half whose operation the device could not even begin") {
  node_bench<> b{2, 1};
  b.install(), b.start();
  b.herald(b.batch(side::upstream), 1);
  b.herald(b.batch(side::downstream), 1);
  const operation_id first = b.device.all<action::bell_measure>().at(0).operation;
  b.device.clear();
  b.tell(event::failed{first, failure::unavailable});
  CHECK(b.node.table().held() == 2);
  REQUIRE(b.device.all<action::bell_measure>().size() == 1);  // asked for again
  CHECK(b.device.all<action::bell_measure>()[0].operation != first);
  CHECK(b.device.sent<wire::expired>().empty());
}
