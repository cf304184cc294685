// SPDX-License-Identifier: Apache-2.0
#include "../support/catch.hpp"

#include <cstdint>
#include <vector>

#include "../support/end_bench.hpp"

using namespace ebit_test;

TEST_CASE("route.handover: the head's word says half, name, frame, request, purpose and who asked") {
  end_bench b = end_bench::head(wanting(2));
  b.begin(5, 0, bell_index::psi_plus);
  b.device.clear();
  b.track(5, 0, bell_index::phi_minus);
  REQUIRE(b.handed().size() == 1);
  const action::deliver mine = b.handed()[0];
  const wire::delivered word = only<wire::delivered>(b.device);
  CHECK(b.device.sent<wire::delivered>()[0].to == node_id{2});
  CHECK((word.half_sequence == 1005 && word.half_epoch == far_epoch));
  CHECK(pair_id{word.name_path, word.name_epoch, word.name_sequence} == mine.name);
  CHECK(mine.name == pair_id{path_id{0}, b.made.epoch, 5});
  CHECK((word.frame == mine.frame.bits() && mine.frame == pauli_frame{bell_index::psi_minus}));
  CHECK((word.request == request_id{3} && word.purpose == 0x1234 && word.asked_by == node_id{0}));
  CHECK((mine.request == request_id{3} && mine.purpose == 0x1234 && mine.peer == node_id{2}));
  CHECK((wire::disposal_of(word.does) == wire::disposal::keep && !mine.is_measured));
  for (const message& m : end_bench::head(wanting(1)).device.sent<wire::install>())
    CHECK((m.unpack<wire::install>().purpose == 0x1234 && m.unpack<wire::install>().request == request_id{3}));
}

TEST_CASE("route.handover: on a trusted channel the tail delivers what it has heard whole, but for the last ones") {
  end_bench b = end_bench::tail(4, 2);
  for (const std::uint64_t cycle : {1U, 2U, 3U}) {
    b.pair(cycle, 0);
    for (const action::deliver& d : b.handed()) b.tell(event::done{d.operation});
  }
  // Two of the four may be others than the head delivers: it has two slots.
  REQUIRE(b.handed().size() == 2);
  CHECK((b.handed()[0].name == pair_id{path_id{0}, far_epoch, 1002} && b.handed()[0].request == request_id{3}));
  CHECK((b.handed()[0].purpose == 0x1234 && b.handed()[0].peer == node_id{0}));
  b.hear(0, b.word(1));  // what it knows of already
  CHECK(b.handed().size() == 2);
  b.hear(0, b.word(3));
  REQUIRE(b.handed().size() == 3);
  CHECK(b.handed()[2].name.sequence == 1006);
  CHECK(b.device.sent<wire::expired>().empty());
  CHECK(b.is_balanced());
}

TEST_CASE("route.handover: where messages may be lost, or the head said so, the tail waits for every word") {
  for (const bool assured : {false, true}) {
    end_bench b = end_bench::tail(100, 2, assured ? 0 : wire::install::word_decides, assured);
    b.pair(1, 0);
    b.pair(1, 1);
    CHECK(b.handed().empty());
    b.hear(0, b.word(1, 1));
    REQUIRE(b.handed().size() == 1);
    CHECK(b.handed()[0].name.sequence == 1003);
    b.tell(event::done{b.handed()[0].operation});
    b.hear(0, b.word(1, 1));  // again, after the application took it
    CHECK((b.handed().size() == 1 && b.device.sent<wire::expired>().empty()));
  }
}

TEST_CASE("route.handover: the word is enough where the tail's own tracking was lost") {
  end_bench b = end_bench::tail(100, 1);
  b.begin(9, 0, bell_index::psi_minus);
  b.hear(0, b.word(9, 0, bell_index::psi_plus));
  REQUIRE(b.handed().size() == 1);
  CHECK(b.handed()[0].frame == pauli_frame{bell_index::psi_plus});  // the head's, who knows of every swap
  CHECK((b.handed()[0].name == pair_id{path_id{0}, far_epoch, 1009} && b.handed()[0].peer == node_id{0}));
  b.track(9);  // late
  CHECK((b.handed().size() == 1 && b.device.sent<wire::expired>().empty()));
}

TEST_CASE("route.handover: a word that contradicts what the tail knows costs the pair at both ends") {
  end_bench tail = end_bench::tail(1, 1);
  tail.pair(5);
  tail.hear(0, tail.word(5, 0, bell_index::psi_plus));
  CHECK(tail.handed().empty());
  CHECK((tail.node.table().held() == 0 && tail.counts().discarded == 1));
  const wire::expired lost = only<wire::expired>(tail.device);
  CHECK((lost.half_sequence == 1005 && lost.half_epoch == far_epoch));
  CHECK(lost.facing == static_cast<std::uint8_t>(side::downstream));

  end_bench head = end_bench::head(wanting(2));
  head.pair(5);
  const action::deliver mine = head.handed().at(0);
  head.hear(2, wire::expired{5, head.made.epoch, static_cast<std::uint8_t>(side::downstream), {}});
  const auto revoked = head.device.all<action::revoke>();
  REQUIRE(revoked.size() == 1);
  CHECK((revoked[0].name == mine.name && revoked[0].request == mine.request && revoked[0].circuit == head.circuit));
}

TEST_CASE("route.handover: of a half that was given up the head learns, revokes once and serves another") {
  end_bench tail = end_bench::tail(100, 1, 0, false, 50_us);
  tail.begin(5);
  tail.device.advance(5_ms);
  tail.run();
  REQUIRE(tail.node.table().held() == 0);
  tail.device.clear();
  tail.hear(0, tail.word(5));
  CHECK(tail.handed().empty());
  CHECK(only<wire::expired>(tail.device).half_sequence == 1005);
  CHECK(tail.device.sent<wire::expired>()[0].to == node_id{0});

  end_bench head = end_bench::head(wanting(2));
  const auto deliver = [&head](std::uint64_t cycle) {
    head.pair(cycle);
    head.tell(event::done{head.handed().back().operation});
  };
  deliver(5);
  const wire::expired lost{5, head.made.epoch, static_cast<std::uint8_t>(side::downstream), {}};
  for (int i = 0; i < 3; ++i) head.hear(2, lost);
  CHECK(head.device.all<action::revoke>().size() == 1);
  deliver(6);
  CHECK(head.reports().size() == 1);  // accepted; one of two is there
  deliver(7);
  REQUIRE(head.reports().size() == 2);
  CHECK((head.reports()[1].outcome == request_outcome::delivered && head.reports()[1].value == 2));
  CHECK(head.handed().size() == 3);
  // Word of the circuit's end counts what both ends have.
  CHECK(head.device.sent<wire::torn_down>()[0].unpack<wire::torn_down>().delivered == 2);
  // It may come after the end of all.
  head.tell(event::done{head.made.operation});
  head.hear(2, wire::expired{7, head.made.epoch, static_cast<std::uint8_t>(side::downstream), {}});
  CHECK(head.device.all<action::revoke>().size() == 2);
}

TEST_CASE("route.handover: an application that cannot take its half costs the other end's, too") {
  end_bench b = end_bench::head(wanting(2));
  b.pair(5);
  const operation_id taken = b.handed().at(0).operation;
  b.device.clear();
  b.tell(event::failed{taken, failure::fault});
  CHECK(only<wire::expired>(b.device).half_sequence == 1005);
  CHECK(b.device.all<action::revoke>().size() == 1);
  CHECK((b.counts().discarded == 1 && b.counts().delivered == 0 && b.is_balanced()));
}

TEST_CASE("route.handover: what is asked for as a whole is handed over at one instant, or not at all") {
  event::request e = wanting(3);
  e.atomic = true;
  end_bench b = end_bench::head(e, 3);
  b.pair(1, 0);
  b.pair(1, 1);
  CHECK(b.handed().empty());
  CHECK(b.device.sent<wire::delivered>().empty());
  b.hear(2, wire::expired{3, b.made.epoch, static_cast<std::uint8_t>(side::downstream), {}});  // of 1, 0
  b.pair(1, 2);
  CHECK(b.handed().empty());  // one is missing again
  b.pair(2, 0);
  REQUIRE(b.handed().size() == 3);
  CHECK(b.device.sent<wire::delivered>().size() == 3);
  CHECK((b.reports().size() == 2 && b.reports()[1].outcome == request_outcome::delivered));

  end_bench too_many{2, 0, stack_of(2)};
  too_many.tell(e);
  REQUIRE(too_many.reports().size() == 1);
  CHECK((too_many.reports()[0].outcome == request_outcome::refused && too_many.reports()[0].why == refusal::memory));
  CHECK(too_many.reports()[0].value == 2);
}

TEST_CASE("route.handover: what is not there by its time limit is not delivered, and the circuit ends") {
  event::request e = wanting(3);
  e.time_limit = 10_ms;
  end_bench b = end_bench::head(e);
  const local_time asked = b.device.now();
  CHECK(b.node.next_deadline() <= asked + 10_ms);
  b.pair(1);
  b.tell(event::done{b.handed().at(0).operation});
  b.begin(2);
  b.device.advance(asked + 10_ms - b.device.now());
  b.run();
  REQUIRE(b.reports().size() == 2);
  CHECK((b.reports()[1].outcome == request_outcome::expired && b.reports()[1].value == 1));
  CHECK(b.device.sent<wire::torn_down>().at(0).unpack<wire::torn_down>().delivered == 1);
  CHECK((b.node.table().held() == 0 && b.device.all<action::stop>().size() == 1));
  b.track(2);
  CHECK(b.handed().size() == 1);
  b.tell(event::done{b.made.operation});
  CHECK(b.node.next_deadline().is_never());
  // The tail alone could not know: it waits for the head's word.
  const auto flags = b.device.sent<wire::install>().at(0).unpack<wire::install>().flags;
  CHECK((flags & wire::install::word_decides) != 0);
}

TEST_CASE("route.handover: after the end of the circuit the tail waits for the words that are still under way") {
  end_bench b = end_bench::tail(2, 2, wire::install::word_decides);
  b.pair(1, 0);
  b.pair(1, 1);
  b.hear(0, wire::torn_down{1});
  CHECK((b.node.table().held() == 2 && b.device.all<action::stop>().empty()));
  b.hear(0, b.word(1, 1));
  REQUIRE(b.handed().size() == 1);
  CHECK(b.device.all<action::stop>().size() == 1);
  CHECK((b.node.table().held() == 1 && b.counts().discarded == 1));  // the other is nobody's

  end_bench silent = end_bench::tail(2, 2, wire::install::word_decides);
  silent.pair(1, 0);
  silent.hear(0, wire::torn_down{1});
  const local_time due = silent.node.next_deadline();
  REQUIRE_FALSE(due.is_never());
  silent.device.wait(due);
  silent.run();
  CHECK((silent.node.table().held() == 0 && silent.counts().discarded == 1));
}

TEST_CASE("route.handover: deliveries of the tail's own that the head never confirms are taken back") {
  end_bench b = end_bench::tail(100, 1);
  b.pair(1);
  b.tell(event::done{b.handed().at(0).operation});
  b.pair(2);
  b.tell(event::done{b.handed().at(1).operation});
  b.hear(0, b.word(1));
  b.hear(1, wire::broken{static_cast<std::uint8_t>(side::upstream), {}});
  CHECK(b.device.all<action::revoke>().empty());  // the head's words may be under way
  for (int i = 0; i < 10 && !b.node.next_deadline().is_never(); ++i) {
    b.device.wait(b.node.next_deadline());
    b.run();
  }
  const auto revoked = b.device.all<action::revoke>();
  REQUIRE(revoked.size() == 1);
  CHECK(revoked[0].name.sequence == 1002);
  CHECK(b.device.now() < local_time{50_ms});
}

TEST_CASE(
    "route.handover: a copy of the word on a half that is being read changes nothing, even when the circuit ends") {
  end_bench b = end_bench::tail(1, 1, wire::install::word_decides);
  b.pair(1);
  wire::delivered word = b.word(1);
  word.does = wire::disposal_byte(wire::disposal::measure, basis::z);
  b.hear(0, word);
  const action::measure running = b.reading();
  b.hear(0, word);
  b.hear(0, wire::torn_down{1});
  b.device.wait(b.node.next_deadline());
  b.run();
  CHECK(b.device.all<action::stop>().size() == 1);
  b.hear(0, word);
  CHECK(b.device.sent<wire::expired>().empty());
  b.read(running, true);
  REQUIRE(b.handed().size() == 1);
  CHECK((b.handed()[0].is_measured && b.handed()[0].bit && b.device.all<action::measure>().size() == 1));
  b.hear(0, word);
  CHECK((b.device.sent<wire::expired>().empty() && b.is_balanced()));
}
