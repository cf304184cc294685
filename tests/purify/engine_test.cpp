// SPDX-License-Identifier: Apache-2.0
#include "../support/catch.hpp"

#include <array>
#include <vector>

#include <ebit/purify/bbpssw.hpp>
#include <ebit/purify/dejmps.hpp>
#include <ebit/quantum/bell_diagonal.hpp>

#include "../quantum/referee.hpp"
#include "../support/chain_bench.hpp"

using namespace ebit_test;

namespace {

struct by_dejmps : default_profile {
  using purify = ebit::purify::dejmps;
};
struct by_bbpssw : default_profile {
  using purify = ebit::purify::bbpssw;
};

/// A node whose downstream link distils once. Two pairs are announced, and the device is asked for its half.
template <class Profile>
node_bench<Profile> distilling(bell_index first, bell_index second, std::uint64_t cycle, std::uint8_t rounds = 1) {
  node_bench<Profile> b{3, 1};
  b.install(3, rounds);
  b.start(3);
  const action::attempt down = b.batch(side::downstream);
  b.herald(down, cycle, first, 0);
  CHECK(b.device.template all<action::distil>().empty());
  b.herald(down, cycle + 1, second, 1);
  return b;
}

/// The other end's word about its half of the distillation of slot 5 into slot 4.
template <class Profile>
wire::distilled result_of(const node_bench<Profile>& b, bool bit) {
  const segment& keep = b.node.table()[4];
  const action::attempt down = b.batch(side::downstream);
  return {.keep_sequence = keep.local.sequence,
          .sacrifice_sequence = keep.local.sequence + down.modes + 1U,
          .keep_epoch = down.epoch,
          .sacrifice_epoch = down.epoch,
          .facing = static_cast<std::uint8_t>(side::downstream),
          .bit = bit};
}

/// All frames, both bits of either end: what is kept is what the pure states keep, and the frame names the state.
template <class Profile>
void check_all_frames(std::uint64_t cycle) {
  for (std::uint8_t frames = 0; frames < 16; ++frames) {
    const auto first = static_cast<bell_index>(frames & 3), second = static_cast<bell_index>(frames >> 2);
    for (std::uint8_t bits = 0; bits < 4; ++bits) {
      for (const bool peer_first : {false, true}) {
        INFO("frames " << int{frames} << ", bits " << int{bits} << ", cycle " << cycle
                       << ", the peer's word first: " << peer_first);
        const bool own = (bits & 1) != 0, theirs = (bits & 2) != 0;
        node_bench<Profile> b = distilling<Profile>(first, second, cycle);
        const auto asked = b.device.template all<action::distil>();
        REQUIRE(asked.size() == 1);
        CHECK((asked[0].keep == slot_id{4} && asked[0].sacrifice == slot_id{5} && asked[0].end == half::a));
        const wire::distilled word = result_of(b, theirs);
        b.device.clear();
        if (peer_first) b.hear(2, word);
        b.tell(event::measured{asked[0].operation, own});
        const auto told = only<wire::distilled>(b.device);
        CHECK(told.bit == own);
        CHECK((told.keep_sequence == word.keep_sequence && told.sacrifice_sequence == word.sacrifice_sequence));
        if (!peer_first) b.hear(2, word);

        const bell_diagonal keep = bell_diagonal::pure(first), sacrifice = bell_diagonal::pure(second);
        const auto truth = bell_diagonal::distil_branch(keep, sacrifice, asked[0].recipe, own != theirs);
        const auto referee = referee::distil(density_matrix<2>::from(keep), density_matrix<2>::from(sacrifice),
                                             asked[0].recipe, own, theirs);
        CHECK(referee.trace() == ebit_test::approx(truth.probability / 2).margin(1e-12));
        const segment& row = b.node.table()[4];
        // Perfect pairs have only one parity; the other one can only come from errors, and is not to be kept.
        if (truth.probability > 0.5) {
          CHECK(row.held_by == owner::swap);
          CHECK(row.rounds == 1);
          CHECK(truth.state.fidelity(row.frame.index()) == ebit_test::approx(1));
          CHECK(referee.normalised().fidelity(row.frame.index()) == ebit_test::approx(1));
          CHECK(b.counts().consumed == 1);
        } else {
          CHECK(row.held_by == owner::nobody);
          CHECK((b.counts().consumed == 1 && b.counts().discarded == 1));
        }
      }
    }
  }
}

}  // namespace

TEST_CASE("purify.engine: DEJMPS keeps and discards by parity and frames, and the kept frame is the state's") {
  check_all_frames<by_dejmps>(6);
}

TEST_CASE("purify.engine: BBPSSW does so for every rotation that its twirl draws") {
  for (std::uint64_t cycle = 0; cycle < 8; ++cycle) check_all_frames<by_bbpssw>(10 * cycle);
}

TEST_CASE("purify.engine: both ends of a link choose the same pairs and the same recipe") {
  for (std::uint64_t cycle = 0; cycle < 20; ++cycle) {
    chain_bench<by_bbpssw> chain{1, {.purify = {.rounds = 1}}};
    chain.request(1, 0.5);
    const action::attempt batch = chain.nodes[0].batch(side::downstream);
    REQUIRE(batch.modes == 4);
    // At the two ends the two heralds come in different orders, as they may at equal times.
    chain.nodes[0].herald(batch, cycle, bell_index::psi_plus, 2);
    chain.nodes[0].herald(batch, cycle, bell_index::psi_minus, 1);
    const action::attempt there = chain.nodes[1].batch(side::upstream);
    chain.nodes[1].herald(there, cycle, bell_index::psi_minus, 1);
    chain.nodes[1].herald(there, cycle, bell_index::psi_plus, 2);
    const auto head = chain.asked<action::distil>(0), tail = chain.asked<action::distil>(1);
    REQUIRE((head.size() == 1 && tail.size() == 1));
    CHECK(
        (head[0].recipe == tail[0].recipe && head[0].keep == tail[0].keep && head[0].sacrifice == tail[0].sacrifice));
    CHECK((head[0].end == half::a && tail[0].end == half::b));
  }
}

TEST_CASE("purify.engine: a second round takes two pairs of the first; results that come twice count once") {
  for (const bool copies : {false, true}) {
    INFO("copies: " << copies);
    node_bench<by_dejmps> b = distilling<by_dejmps>(bell_index::phi_plus, bell_index::phi_plus, 0, 2);
    const action::attempt down = b.batch(side::downstream);
    std::vector<wire::distilled> heard;
    const auto hear_all_again = [&] {
      for (const wire::distilled& word : heard)
        if (copies) b.hear(2, word);
    };
    const auto finish = [&](const action::distil& asked) {
      const segment& keep = b.node.table()[asked.keep.value()];
      const segment& spent = b.node.table()[asked.sacrifice.value()];
      const wire::distilled word{.keep_sequence = keep.local.sequence,
                                 .sacrifice_sequence = spent.local.sequence,
                                 .keep_epoch = keep.local.epoch,
                                 .sacrifice_epoch = spent.local.epoch,
                                 .facing = static_cast<std::uint8_t>(side::downstream),
                                 .bit = 0,
                                 .round = keep.rounds};
      b.device.clear();
      hear_all_again();
      b.tell(event::measured{asked.operation, 0});
      hear_all_again();
      b.hear(2, word);
      heard.push_back(word);
    };
    finish(b.device.all<action::distil>().at(0));
    CHECK(b.node.table()[4].held_by == owner::purify);
    CHECK(b.node.table()[4].rounds == 1);
    hear_all_again();
    b.herald(down, 7, bell_index::phi_plus, 1);
    CHECK(b.device.all<action::distil>().empty());  // one round more than the new pair: not alike
    b.herald(down, 7, bell_index::phi_plus, 2);
    const auto again = b.device.all<action::distil>();
    REQUIRE(again.size() == 1);
    CHECK((again[0].keep == slot_id{5} && again[0].sacrifice == slot_id{6}));
    finish(again[0]);
    const auto last = b.device.all<action::distil>();
    REQUIRE(last.size() == 1);
    CHECK((last[0].keep == slot_id{4} && last[0].sacrifice == slot_id{5}));
    finish(last[0]);
    CHECK(b.node.table()[4].rounds == 2);
    CHECK(b.node.table()[4].held_by == owner::swap);
  }
}

TEST_CASE("purify.engine: between the ends of a circuit the head leads and the tail follows") {
  for (std::uint8_t pattern = 0; pattern < 16; ++pattern) {
    INFO("pattern " << int{pattern});
    chain_bench<by_dejmps> chain{2, {.purify = {.rounds = 1, .at = purify::where::end_to_end}}};
    chain.request(1, 0.5);
    for (std::uint16_t mode = 0; mode < 2; ++mode) {
      chain.herald(0, 3, static_cast<bell_index>(pattern & 3), mode);
      chain.herald(1, 5, static_cast<bell_index>(pattern >> 2 ^ mode), mode);
    }
    for (const action::bell_measure& asked : chain.asked<action::bell_measure>(1))
      chain.nodes[1].tell(
          event::measured{asked.operation, static_cast<std::uint8_t>((pattern + asked.upstream.value()) & 3)});
    CHECK(chain.asked<action::distil>(0).empty());
    chain.carry();
    const auto head = chain.asked<action::distil>(0);
    REQUIRE(head.size() == 1);
    CHECK(chain.asked<action::distil>(2).empty());  // until the head has acted
    const std::array<pauli_frame, 2> before{[&] {
      // Both ends know both frames now; the tail has not touched them yet.
      const auto& table = chain.nodes[2].node.table();
      return std::array{table[head[0].keep.value()].frame, table[head[0].sacrifice.value()].frame};
    }()};
    chain.nodes[0].tell(event::measured{head[0].operation, 1});
    chain.carry();
    const auto tail = chain.asked<action::distil>(2);
    REQUIRE(tail.size() == 1);
    CHECK(tail[0].recipe == head[0].recipe);
    const bell_diagonal keep = bell_diagonal::pure(before[0].index()), spent = bell_diagonal::pure(before[1].index());
    const bool equal = bell_diagonal::distil_branch(keep, spent, head[0].recipe, false).probability > 0.5;
    chain.nodes[2].tell(event::measured{tail[0].operation, static_cast<std::uint8_t>(equal ? 1 : 0)});
    chain.carry();
    const auto here = chain.asked<action::deliver>(0), there = chain.asked<action::deliver>(2);
    REQUIRE((here.size() == 1 && there.size() == 1));
    CHECK((here[0].frame == there[0].frame && here[0].name == there[0].name));
    const auto truth = bell_diagonal::distil_branch(keep, spent, head[0].recipe, !equal);
    CHECK(truth.state.fidelity(here[0].frame.index()) == ebit_test::approx(1));
  }
}

TEST_CASE("purify.engine: a device that cannot do its half costs the pair, and the other end is told") {
  node_bench<by_dejmps> b = distilling<by_dejmps>(bell_index::phi_plus, bell_index::phi_plus, 4);
  const auto asked = b.device.all<action::distil>().at(0);
  b.device.clear();
  b.tell(event::failed{asked.operation, failure::fault});
  CHECK(b.node.table().held() == 0);
  CHECK(b.device.sent<wire::expired>().size() == 2);  // of the kept pair and of the sacrificed one
  CHECK(b.device.all<action::free>().size() == 2);
}

TEST_CASE("purify.engine: without rounds pairs go straight on") {
  node_bench<> b{3, 1};
  b.install(3);
  b.start(3);
  b.herald(b.batch(side::downstream), 0, bell_index::phi_plus, 0);
  b.herald(b.batch(side::downstream), 0, bell_index::phi_plus, 1);
  CHECK(b.device.all<action::distil>().empty());
  CHECK((b.node.table()[4].held_by == owner::swap && b.node.table()[5].held_by == owner::swap));
}
