// SPDX-License-Identifier: Apache-2.0
#include "../support/catch.hpp"

#include <vector>

#include <ebit/link/segments.hpp>

using namespace ebit;
using namespace ebit::literals;

namespace {

bool balanced(const segments& t) {
  const conservation& c = t.counts();
  return c.acquired == c.delivered + c.consumed + c.discarded + t.held();
}

}  // namespace

TEST_CASE("link.segments: halves are conserved, whatever becomes of them") {
  segments t{node_id{1}, 6};
  for (std::uint32_t s = 0; s < 5; ++s) t.acquire(s);
  CHECK((t.held() == 5 && t.counts().acquired == 5 && balanced(t)));
  t.transfer(0, owner::link, owner::purify);
  t.transfer(0, owner::purify, owner::swap);
  t.release(0, segments::fate_of_half::consumed);
  t.release(1, segments::fate_of_half::discarded);
  t.transfer(2, owner::link, owner::route);
  t.transfer(2, owner::route, owner::app);
  t.release(2, segments::fate_of_half::delivered);
  const conservation& c = t.counts();
  CHECK((c.consumed == 1 && c.discarded == 1 && c.delivered == 1 && t.held() == 2 && balanced(t)));
  t.acquire(0);
  CHECK((t.held() == 3 && balanced(t)));
}

TEST_CASE("link.segments: a new half starts afresh, but its slot goes on counting operations") {
  segments t{node_id{1}, 2};
  segment& row = t.acquire(0);
  row.frame = pauli_frame{bell_index::psi_minus};
  row.rounds = 3;
  row.lost = true;
  const operation_id first = t.begin_operation(0);
  CHECK(t.slot_of(first) == 0);
  t.release(0, segments::fate_of_half::consumed);
  const segment& fresh = t.acquire(0);
  CHECK((fresh.frame == pauli_frame{} && fresh.rounds == 0 && !fresh.lost && fresh.held_by == owner::link));
  const operation_id second = t.begin_operation(0);
  CHECK(second != first);
  CHECK(t.slot_of(first) == t.size());
  CHECK(t.slot_of(second) == 0);
  CHECK(t.slot_of(operation_id{2U << 8 | 1U}) == t.size());
  CHECK(t.slot_of(operation_id::none()) == t.size());
}

TEST_CASE("link.segments: work is done in the order of layers, and of time within one") {
  segments t{node_id{1}, 8};
  t.push(layer::route, 1);
  t.push(layer::swap, 2);
  t.push(layer::purify, 3);
  t.push(layer::swap, 4);
  t.push(layer::purify, 5);
  std::vector<std::uint32_t> order;
  for (segments::work_item item; t.pop(item);) {
    order.push_back(item.slot);
    if (item.slot == 2) t.push(layer::purify, 6);  // what work sets off goes back to the lower layer first
  }
  CHECK(order == std::vector<std::uint32_t>{3, 5, 2, 6, 4, 1});
}

TEST_CASE("link.segments: the deadline told is never later than the earliest there is") {
  segments t{node_id{1}, 4};
  CHECK(t.next_deadline().is_never());
  t.acquire(0), t.acquire(1);
  t.set_deadline(0, local_time{50_us});
  t.set_deadline(1, local_time{20_us});
  CHECK(t.next_deadline() == local_time{20_us});
  t.release(1, segments::fate_of_half::consumed);
  CHECK(t.next_deadline() <= local_time{50_us});
  t.recompute_deadline();
  CHECK(t.next_deadline() == local_time{50_us});
  t.watch(local_time{30_us});
  CHECK(t.next_deadline() == local_time{30_us});
  t.release(0, segments::fate_of_half::consumed);
  t.recompute_deadline();
  CHECK(t.next_deadline().is_never());
}

TEST_CASE("link.segments: a half is found by the name its peer gives it, as long as it is held") {
  segments t{node_id{1}, 8};
  const std::uint16_t index = t.circuits.open(circuit_id{4});
  circuit& c = t.circuits[index];
  circuit::hop& hop = c.link(side::downstream);
  hop.width = 3, hop.first_slot = 2, hop.epoch = 11;
  segment& row = t.acquire(3);  // mode 1
  row.local = {path_id{0}, 11, 7};
  CHECK(t.find_half(c, side::downstream, 11, 7) == 3);
  CHECK(t.find_half(c, side::downstream, 11, 4) == t.size());  // same slot, another cycle
  CHECK(t.find_half(c, side::downstream, 10, 7) == t.size());
  CHECK(t.find_half(c, side::upstream, 11, 7) == t.size());
  t.release(3, segments::fate_of_half::discarded);
  CHECK(t.find_half(c, side::downstream, 11, 7) == t.size());
}

TEST_CASE("link.segments: circuits are found while they live, and their places are used again") {
  circuit_table table;
  const std::uint16_t a = table.open(circuit_id{4}), b = table.open(circuit_id{5});
  CHECK((a != b && table.find(circuit_id{4}) == a && table.find(circuit_id{5}) == b));
  table[a].state = circuit::phase::vacant;
  CHECK(table.find(circuit_id{4}) == circuit_table::none);
  CHECK(table.find(circuit_id{5}) == b);
  CHECK(table.open(circuit_id{6}) == a);
  CHECK((table.find(circuit_id{6}) == a && table.size() == 2));
}

TEST_CASE("link.segments: the ring of fates forgets the oldest first") {
  fate_ring ring;
  ring.reset(3);
  CHECK(ring.find(1, 1) == nullptr);
  for (std::uint64_t s = 1; s <= 4; ++s) {
    fate f;
    f.epoch = 1, f.sequence = s, f.what = s % 2 == 0 ? fate::kind::swapped : fate::kind::discarded;
    ring.record(f);
  }
  CHECK(ring.find(1, 1) == nullptr);
  REQUIRE(ring.find(1, 2) != nullptr);
  CHECK(ring.find(1, 2)->what == fate::kind::swapped);
  CHECK(ring.find(1, 4)->sequence == 4);
  CHECK(ring.find(2, 4) == nullptr);
  ring.reset(1);
  CHECK(ring.find(1, 4) == nullptr);
}
