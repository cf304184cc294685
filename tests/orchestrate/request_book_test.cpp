// SPDX-License-Identifier: Apache-2.0
#include <ebit/orchestrate/request_book.hpp>

#include <cstdint>
#include <vector>

#include <support/catch.hpp>

using namespace ebit;
using namespace ebit::orchestrate;

namespace {

[[nodiscard]] standing_request wish(std::uint32_t head, std::uint32_t peer, std::uint32_t ticket,
                                    std::uint8_t priority = 0) {
  standing_request r;
  r.head = head;
  r.peer = peer;
  r.ticket = ticket;
  r.priority = priority;
  r.cost = 10_us;
  return r;
}

}  // namespace

TEST_CASE("orchestrate.request_book: who is passed over too often has the next port held for him") {
  const tenants shares{{}, 3};
  request_book book{3, 10, 2};
  const std::uint32_t first = book.add(wish(0, 1, 1, 7)), other = book.add(wish(0, 2, 1));
  book.wait(first);
  book.wait(other);
  const auto one_is_busy = [](std::uint32_t e) { return e == 1 ? 0U : 1U; };
  for (int i = 0; i < 2; ++i) {
    const auto found = book.offer(0, shares, {}, one_is_busy);
    REQUIRE((found.size() == 1 && found[0] == other && book.held_for(0) == request_book::none));
  }
  REQUIRE(book.offer(0, shares, {}, one_is_busy, false).size() == 1);  // does not count
  REQUIRE(book.held_for(0) == request_book::none);
  REQUIRE(book.offer(0, shares, {}, one_is_busy).size() == 1);
  CHECK(book.held_for(0) == first);
  CHECK((book.open_to(other, 0, 1) == 0 && book.open_to(first, 0, 1) == 1 && book.open_to(other, 0, 2) == 1));
  CHECK((book.open_to(other, 1, 1) == 1 && book.goes_before(first, other, shares)));
  book.drop_holds(1);  // it is out of order
  CHECK(book.held_for(0) == request_book::none);
  for (int i = 0; i < 3; ++i) (void)book.offer(0, shares, {}, one_is_busy);
  CHECK(book.held_for(0) == first);
  book.leave(first);
  CHECK((book.held_for(0) == request_book::none && book[first].passed == 0));
}

TEST_CASE("orchestrate.request_book: what is stuck is tried in turn, unless it has left meanwhile") {
  request_book book{4, 10, 8};
  std::vector<std::uint32_t> slots;
  for (std::uint32_t i = 0; i < 4; ++i) {
    slots.push_back(book.add(wish(0, 1 + i % 3, i + 1)));
    book.wait(slots.back());
    book.stick(slots.back());
    book.stick(slots.back());  // once
  }
  book.leave(slots[1], standing_request::phase::running);
  book.erase(slots[2]);
  const std::uint32_t again = book.add(wish(1, 2, 1));
  CHECK(again == slots[2]);  // its slot is another's now
  CHECK(book.next_stuck() == slots[0]);
  CHECK(!book[slots[0]].is_stuck);
  CHECK(book.next_stuck() == slots[3]);
  CHECK((book.next_stuck() == request_book::none && !book.has_stuck()));
}
