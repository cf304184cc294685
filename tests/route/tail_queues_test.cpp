// SPDX-License-Identifier: Apache-2.0
#include "../support/catch.hpp"

#include <cstdint>

#include <ebit/core/random.hpp>
#include <ebit/core/samplers.hpp>
#include <ebit/route/tail_queues.hpp>

using namespace ebit;
using namespace ebit::literals;

namespace {

/// Any valid request; its fidelity is a number that two bytes can hold.
[[nodiscard]] route::queued_request any_entry(random_stream& draw) {
  route::queued_request entry;
  entry.number = draw.next_u32();
  entry.request = request_id{draw.next_u32() >> 1};
  entry.asked_by = node_id{draw.next_u32() >> 1};
  entry.pairs = draw.next_u32() | 1U;
  entry.kind = static_cast<request_kind>(sample::below(draw, 3));
  entry.bases = static_cast<basis_choice>(sample::below(draw, 3));
  entry.priority = static_cast<std::uint8_t>(sample::below(draw, 8));
  entry.weight = static_cast<std::uint8_t>(1 + sample::below(draw, 255));
  entry.purpose = static_cast<std::uint16_t>(sample::below(draw, 65'536));
  entry.atomic = sample::below(draw, 2) == 0;
  entry.consecutive = sample::below(draw, 2) == 0;
  entry.min_fidelity = wire::compact_fraction{sample::uniform(draw)};
  return entry;
}

}  // namespace

TEST_CASE("route.tail_queues: what one end writes of a request the other reads") {
  random_stream draw{541, random_purpose::user, 1};
  for (int i = 0; i < 500; ++i) {
    INFO("seed 541, case " << i);
    route::queued_request entry = any_entry(draw);
    const local_time here{3_s}, there{1_s};  // clocks of two nodes
    const auto left = duration::picoseconds(static_cast<std::int64_t>(sample::below(draw, 1'000'000'000)));
    entry.expires = i % 4 == 0 ? local_time::never() : here + left;
    const std::uint32_t ticket = draw.next_u32();
    const wire::enqueue m = route::written(entry, ticket, here);
    CHECK((m.ticket == ticket && m.number == entry.number));
    const route::queued_request copy = route::read(m, there);
    CHECK(copy.valid());
    CHECK(copy.asks_the_same_as(entry));
    CHECK(copy.expires == (i % 4 == 0 ? local_time::never() : there + left));
  }
}

TEST_CASE("route.tail_queues: a message from anywhere is read without trust") {
  random_stream draw{542, random_purpose::user, 1};
  const auto valid = [&draw](auto spoil) {
    wire::enqueue m = route::written(any_entry(draw), 1, local_time{});
    spoil(m);
    return route::read(m, local_time{}).valid();
  };
  CHECK(valid([](wire::enqueue&) {}));
  CHECK_FALSE(valid([](wire::enqueue& m) { m.pairs = 0; }));
  CHECK_FALSE(valid([](wire::enqueue& m) { m.priority = 8; }));
  CHECK_FALSE(valid([](wire::enqueue& m) { m.weight = 0; }));
  CHECK_FALSE(valid([](wire::enqueue& m) { m.kind = 3; }));
  CHECK_FALSE(valid([](wire::enqueue& m) { m.bases = 3; }));
  CHECK_FALSE(valid([](wire::enqueue& m) { m.request = request_id::none(); }));
  CHECK_FALSE(valid([](wire::enqueue& m) { m.asked_by = node_id::none(); }));
}

TEST_CASE("route.tail_queues: what is left of a request is asked for in the same words") {
  random_stream draw{543, random_purpose::user, 1};
  for (int i = 0; i < 100; ++i) {
    INFO("seed 543, case " << i);
    route::queued_request entry = any_entry(draw);
    entry.handed = static_cast<std::uint32_t>(sample::below(draw, entry.pairs));
    entry.served = entry.pairs;  // bound to pairs that are lost
    entry.expires = i % 2 == 0 ? local_time::never() : local_time{70_us};
    event::request again = route::remainder(entry, local_time{50_us});
    CHECK(again.pairs == entry.pairs - entry.handed);
    CHECK(again.time_limit == (i % 2 == 0 ? duration::never() : 20_us));
    again.pairs = entry.pairs;
    route::queued_request anew = route::queued_request::of(again, entry.asked_by, local_time{50_us});
    anew.number = entry.number;
    CHECK(anew.asks_the_same_as(entry));
    CHECK(anew.expires == entry.expires);
  }
}

TEST_CASE("route.tail_queues: a request goes the way of one that leads there, is good enough and can be asked") {
  route::tail_queues all;
  route::tail_queue& q = all.open(circuit_id{1});
  q.head = node_id{4};
  q.estimate = 0.9;
  CHECK(all.to(node_id{4}, 0.9, false) == &q);
  CHECK(all.to(node_id{4}, 0.91, false) == nullptr);
  CHECK(all.to(node_id{5}, 0.5, false) == nullptr);
  CHECK(all.to(node_id{4}, 0.5, true) == nullptr);
  q.measures = true;
  CHECK(all.to(node_id{4}, 0.5, true) == &q);
  while (!q.asked.full()) q.asked.push_back({});
  CHECK(all.to(node_id{4}, 0.5, false) == nullptr);
  all.open(circuit_id{2}).head = node_id{4};
  all.find(circuit_id{2})->estimate = 0.5;
  CHECK(all.to(node_id{4}, 0.5, false)->circuit == circuit_id{2});
  all.remove(*all.find(circuit_id{1}));
  CHECK((all.find(circuit_id{1}) == nullptr && all.find(circuit_id{2}) != nullptr));
}
