// SPDX-License-Identifier: Apache-2.0
#include "../support/catch.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <type_traits>
#include <utility>
#include <vector>

#include <ebit/core/random.hpp>
#include <ebit/core/samplers.hpp>
#include <ebit/link/outbox.hpp>

using namespace ebit;
using namespace ebit::literals;

namespace {

constexpr node_id self{4};
constexpr circuit_id of{7};
constexpr link_options assured{.retransmit_after = 5_us};

[[nodiscard]] constexpr local_time at(duration t) { return local_time{t}; }

/// What an outbox sends again.
struct sent_again {
  std::vector<message> copies;
  void operator()(const action::send& a) { copies.push_back(a.content); }
};
constexpr auto all_circuits_live = [](circuit_id) { return true; };

[[nodiscard]] message ready_of(std::uint16_t position, node_id to = node_id{0}) {
  return message::pack(self, to, of, wire::ready{position});
}
/// When copies of one message that nobody acknowledges are sent, if it was written at 0.
[[nodiscard]] std::vector<duration> times_of_copies(const link_options& how, duration round_trip) {
  outbox box{how, 4};
  box.keep(ready_of(1), round_trip, at(0_us));
  std::vector<duration> times;
  while (box.size() > 0) {
    const local_time due = box.next_deadline();
    sent_again out;
    box.expire(due, out, all_circuits_live);
    if (!out.copies.empty()) times.push_back(due.since_epoch());
  }
  return times;
}

/// A message of every type whose times count from its sending, `waited` after it was written.
[[nodiscard]] std::vector<message> timed(random_stream& draw, duration waited) {
  const std::uint64_t a = draw.next_u64(), b = draw.next_u64();
  const auto small = static_cast<std::uint16_t>(a >> 48);
  const duration time = 1_ms * static_cast<std::int64_t>(b % 1000 + 10);
  const wire::link_started started{.epoch = static_cast<std::uint32_t>(a),
                                   .modes = small,
                                   .period = 1_us,
                                   .spacing = {},
                                   .starts_in = time - waited};
  wire::swapped joined;
  joined.half_sequence = a, joined.peer_sequence = b, joined.from = small;
  joined.age = time + waited;
  const wire::enqueue asked{
      .time_left = time - waited, .purpose = small, .request = request_id{static_cast<std::uint32_t>(b)}};
  return {message::pack(self, node_id{1}, of, started), message::pack(self, node_id{1}, of, wire::go{time - waited}),
          message::pack(self, node_id{1}, of, joined), message::pack(self, node_id{1}, of, asked)};
}

}  // namespace

TEST_CASE(
    "link.outbox: a message is sent again after its round trip and margin, then twice as long, up to eightfold") {
  const auto times = times_of_copies(assured, 20_us);
  REQUIRE(times.size() == outbox::most_copies - 1U);  // it was sent once before
  std::vector<duration> waits{times[0]};
  for (std::size_t i = 1; i < times.size(); ++i) waits.push_back(times[i] - times[i - 1]);
  CHECK((waits[0] == 25_us && waits[1] == 50_us && waits[2] == 100_us));
  for (std::size_t i = 3; i < waits.size(); ++i) CHECK(waits[i] == 200_us);
}

TEST_CASE("link.outbox: within its patience a dozen copies have been sent, and their answers are there") {
  for (const duration round_trip : {0_us, 20_us, 3_ms}) {
    const duration patience = outbox{assured, 1}.patience(round_trip);
    std::size_t answered = 0;
    for (const duration t : times_of_copies(assured, round_trip)) answered += t + round_trip <= patience ? 1U : 0U;
    CHECK(answered >= 15);
    CHECK(answered < outbox::most_copies);
  }
}

TEST_CASE("link.outbox: what nobody acknowledges is given up and counted; an early expire changes nothing") {
  outbox box{assured, 4};
  CHECK(box.next_deadline().is_never());
  box.keep(ready_of(1), 20_us, at(1_us));
  CHECK(box.next_deadline() == at(26_us));
  sent_again out;
  box.expire(at(26_us) - 1_ps, out, all_circuits_live);
  CHECK((out.copies.empty() && box.next_deadline() == at(26_us)));
  while (!box.next_deadline().is_never()) box.expire(box.next_deadline(), out, all_circuits_live);
  CHECK((box.size() == 0 && box.given_up() == 1 && box.repeated() == outbox::most_copies - 1U));
  for (const message& copy : out.copies) CHECK(copy == ready_of(1));
}

TEST_CASE("link.outbox: an acknowledgement ends one message, by its tag and from whom it went to") {
  outbox box{assured, 8};
  box.keep(ready_of(1, node_id{0}), 20_us, at(0_us));
  box.keep(ready_of(2, node_id{0}), 30_us, at(0_us));
  box.keep(ready_of(3, node_id{5}), 40_us, at(0_us));
  box.acknowledge(node_id{5}, wire::tag_of(ready_of(1, node_id{0})));  // another node's word
  box.acknowledge(node_id{0}, wire::tag_of(ready_of(4, node_id{0})));  // of nothing that is kept
  CHECK(box.size() == 3);
  box.acknowledge(node_id{0}, wire::tag_of(ready_of(1, node_id{0})));
  box.acknowledge(node_id{0}, wire::tag_of(ready_of(1, node_id{0})));  // doubled on its way
  CHECK(box.size() == 2);
  sent_again out;
  box.expire(at(45_us), out, all_circuits_live);
  REQUIRE(out.copies.size() == 2);
  CHECK(((out.copies[0] == ready_of(2, node_id{0})) != (out.copies[1] == ready_of(2, node_id{0}))));
  box.acknowledge(node_id{0}, wire::tag_of(ready_of(2, node_id{0})));
  box.acknowledge(node_id{5}, wire::tag_of(ready_of(3, node_id{5})));
  CHECK((box.size() == 0 && box.given_up() == 0 && box.repeated() == 2));
  // The same was said twice: the answer is to both.
  for (int i = 0; i < 3; ++i) box.keep(ready_of(i == 1 ? 7 : 6), 20_us, at(0_us));
  box.acknowledge(node_id{0}, wire::tag_of(ready_of(6)));
  CHECK(box.size() == 1);
}

TEST_CASE("link.outbox: copies have the tag of the original whatever they waited, other content has another") {
  random_stream draw{511, random_purpose::user, 1};
  std::vector<std::uint32_t> tags;
  for (int i = 0; i < 500; ++i) {
    INFO("seed 511, case " << i);
    const random_stream before = draw;
    const std::vector<message> first = timed(draw, 0_us);
    for (const duration waited : {1_ps, 7_us, 9_ms}) {
      random_stream again = before;
      const std::vector<message> later = timed(again, waited);
      for (std::size_t k = 0; k < first.size(); ++k) {
        message copy = first[k];
        wire::delay(copy, waited);
        CHECK(copy == later[k]);  // as if it had been written then
        CHECK(wire::tag_of(copy) == wire::tag_of(first[k]));
      }
    }
    for (const message& m : first) {
      if (!m.holds<wire::go>()) tags.push_back(wire::tag_of(m));  // a `go` says nothing but its time
      message other = m;
      other.circuit = circuit_id{8};
      CHECK(wire::tag_of(other) != wire::tag_of(m));
      other = m;
      std::swap(other.from, other.to);
      CHECK(wire::tag_of(other) != wire::tag_of(m));
    }
    message any = message::pack(self, node_id{1}, of, wire::delivered{.half_sequence = draw.next_u64()});
    const std::uint32_t tag = wire::tag_of(any);
    any.body[static_cast<std::size_t>(sample::below(draw, any.size))] ^= std::byte{1};
    CHECK(wire::tag_of(any) != tag);
  }
  std::sort(tags.begin(), tags.end());
  CHECK(std::adjacent_find(tags.begin(), tags.end()) == tags.end());
}

TEST_CASE("link.outbox: copies say how much time has passed, and no more time is left than none") {
  outbox box{assured, 4};
  box.keep(message::pack(self, node_id{1}, of, wire::go{100_us}), 20_us, at(0_us));
  wire::swapped joined;
  joined.age = 3_us;
  box.keep(message::pack(self, node_id{1}, of, joined), 20_us, at(0_us));
  box.keep(message::pack(self, node_id{1}, of, wire::enqueue{.time_left = 30_us}), 20_us, at(0_us));
  box.keep(message::pack(self, node_id{1}, of, wire::enqueue{.time_left = duration::never(), .ticket = 1}), 20_us,
           at(0_us));
  const auto copies_at = [&box](duration t) {
    sent_again out;
    box.expire(at(t), out, all_circuits_live);
    REQUIRE(out.copies.size() == 4);
    duration starts, age, left, for_ever;
    for (const message& m : out.copies) {
      if (m.holds<wire::go>()) starts = m.unpack<wire::go>().starts_in;
      if (m.holds<wire::swapped>()) age = m.unpack<wire::swapped>().age;
      if (!m.holds<wire::enqueue>()) continue;
      const auto body = m.unpack<wire::enqueue>();
      (body.ticket == 1 ? for_ever : left) = body.time_left;
    }
    return std::vector<duration>{starts, age, left, for_ever};
  };
  CHECK(copies_at(25_us) == std::vector<duration>{75_us, 28_us, 5_us, duration::never()});
  CHECK(copies_at(175_us) ==
        std::vector<duration>{-75_us, 178_us, 0_us, duration::never()});  // of both waits at once
}

TEST_CASE("link.outbox: once its circuit is closed only what the others still need goes on") {
  const auto kept_after_close = [](const message& m) {
    outbox box{assured, 1};
    box.keep(m, 20_us, at(0_us));
    sent_again out;
    box.expire(at(25_us), out, [](circuit_id id) { return id != of; });
    CHECK(box.given_up() == 0);  // it is of no use, that is no failure
    CHECK(box.size() == out.copies.size());
    return !out.copies.empty();
  };
  const auto to = [](auto body, circuit_id circuit = of) { return message::pack(self, node_id{1}, circuit, body); };
  for (const message& m :
       {to(wire::torn_down{}), to(wire::broken{}), to(wire::expired{}), to(wire::delivered{}), to(wire::tested{}),
        to(wire::dequeued{}), to(wire::available{}), to(wire::refused{}), to(wire::not_enqueued{})})
    CHECK(kept_after_close(m));
  for (const message& m : {to(wire::install{}), to(wire::ready{}), to(wire::go{}), to(wire::link_started{}),
                           to(wire::swapped{}), to(wire::distilled{}), to(wire::enqueue{})})
    CHECK_FALSE(kept_after_close(m));
  CHECK(kept_after_close(to(wire::ready{}, circuit_id{8})));
  CHECK(kept_after_close(to(wire::hello{}, circuit_id::none())));  // of no circuit
}

TEST_CASE("link.outbox: a message for which there is no room is counted, and a copy of the box has the same room") {
  outbox box{assured, 2};
  for (std::uint16_t i = 0; i < 2; ++i) box.keep(ready_of(i), 20_us, at(0_us));
  outbox copy = box;
  CHECK((copy.capacity() == 2 && copy.size() == 2 && copy.next_deadline() == box.next_deadline()));
  for (outbox* full : {&box, &copy}) {
    full->keep(ready_of(9), 1_us, at(0_us));
    CHECK((full->size() == 2 && full->given_up() == 1 && full->next_deadline() == at(25_us)));
    full->acknowledge(node_id{0}, wire::tag_of(ready_of(1)));
    full->keep(ready_of(9), 1_us, at(0_us));
    CHECK((full->size() == 2 && full->given_up() == 1 && full->next_deadline() == at(6_us)));
  }
  copy.acknowledge(node_id{0}, wire::tag_of(ready_of(0)));
  CHECK((box.size() == 2 && copy.size() == 1));
}

TEST_CASE("link.outbox: where the channel is trusted nothing is kept") {
  const link_options trusted;
  CHECK_FALSE(trusted.assured());
  CHECK((outbox{trusted, 100}.capacity() == 0 && !outbox{trusted, 100}.assures() && !outbox{}.assures()));
  segments table{self, 2};
  for (const bool is_assured : {false, true}) {
    outbox box{is_assured ? assured : trusted, 8};
    sent_again out;
    const auto pass = [&out](const auto& wanted) {
      if constexpr (std::is_same_v<std::decay_t<decltype(wanted)>, action::send>) out(wanted);
    };
    table.reaches(30_us);
    random_stream unused;
    const context ctx{at(3_us), unused};
    const assuring_sink sink{pass, box, table, ctx};
    sink(action::send{ready_of(1)});
    sink(action::send{message::pack(self, node_id{1}, of, wire::acknowledged{})});  // never acknowledged itself
    for (const int type : {0x50, 0x51, 0x5f}) {                                     // said again by its own protocol
      message m = ready_of(2);
      m.type = static_cast<std::uint8_t>(type);
      sink(action::send{m});
    }
    sink(action::free{slot_id{0}});
    CHECK(out.copies.size() == 5);
    CHECK(box.size() == (is_assured ? 1U : 0U));
    // The circuit is not known here: the way may be as long as any this node has heard of.
    CHECK(table.next_deadline() == (is_assured ? at(3_us + 60_us + 5_us) : local_time::never()));
  }
}

TEST_CASE("link.inbox: what was noted is known until something else takes its place, and 0 is never known") {
  inbox box{assured};
  CHECK_FALSE(box.has_seen(0));
  CHECK_FALSE(inbox{link_options{}}.has_seen(0));
  random_stream draw{512, random_purpose::user, 1};
  std::vector<std::uint32_t> noted;
  for (int i = 0; i < 400; ++i) {
    const std::uint32_t tag = draw.next_u32() | 1U;
    CHECK_FALSE(box.has_seen(tag));
    box.note(tag);
    CHECK(box.has_seen(tag));
    noted.push_back(tag);
  }
  std::size_t known = 0;
  for (const std::uint32_t tag : noted) known += box.has_seen(tag) ? 1U : 0U;
  CHECK(known > 350);  // seed 512; 400 tags in 2,048 places
  inbox copy = box;
  copy.note(noted.back() ^ 0x80000000U);  // the same place
  CHECK((box.has_seen(noted.back()) && !copy.has_seen(noted.back())));
}
