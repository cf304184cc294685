// SPDX-License-Identifier: Apache-2.0
#include "../support/catch.hpp"

#include <algorithm>
#include <vector>

#include <ebit/core/random.hpp>
#include <ebit/core/samplers.hpp>
#include <ebit/route/swap_schedule.hpp>
#include <ebit/swap/as_soon_as_possible.hpp>
#include <ebit/swap/given_order.hpp>
#include <ebit/swap/nested.hpp>
#include <ebit/swap/sequential.hpp>

using namespace ebit;
using namespace ebit::literals;

namespace {

/// Links that herald 10k + 1 µs upstream and 10k + 2 µs downstream, and delay messages by 100 (k + 1) µs; a Bell
/// measurement takes n µs at node n.
route::schedule_input chain_of(std::size_t links) {
  route::schedule_input in;
  for (std::size_t k = 0; k < links; ++k) {
    const auto i = static_cast<std::int64_t>(k);
    in.links.push_back({1_us * (10 * i + 1), 1_us * (10 * i + 2), 100_us * (i + 1)});
  }
  for (std::size_t n = 0; n <= links; ++n) in.gate_times.push_back(1_us * static_cast<std::int64_t>(n));
  return in;
}

struct stubborn {
  static constexpr bool waits_for_spans = true;
  duration cutoff = duration::never();
  [[nodiscard]] static bool may_swap(swap::place at, swap::spans) { return at.position == 1; }
};

using times = std::vector<duration>;

/// When an end of nodes `from` to `to` knows that they are joined, per link of the chain; below zero if it does not
/// depend on that link. From the last node to join downwards, as the order is meant.
times known_at(std::size_t at, std::size_t from, std::size_t to, const route::schedule_input& in,
               const std::vector<std::size_t>& rank) {
  times out(in.links.size(), duration::picoseconds(-1));
  if (to == from + 1) {
    out[from] = at == from ? in.links[from].news_upstream : in.links[from].news_downstream;
    return out;
  }
  std::size_t last = from + 1;
  for (std::size_t n = from + 1; n < to; ++n)
    if (rank[n] > rank[last]) last = n;
  duration way = in.gate_times[last];
  for (std::size_t k = std::min(at, last); k < std::max(at, last); ++k) way += in.links[k].delay;
  const times left = known_at(last, from, last, in, rank), right = known_at(last, last, to, in, rank);
  for (std::size_t k = 0; k < out.size(); ++k) {
    if (left[k] >= duration::zero()) out[k] = left[k] + way;
    if (right[k] >= duration::zero()) out[k] = right[k] + way;
  }
  // The end's own half may have been joined later than the news from beyond: then that is what it waits for.
  const times own = at == from ? known_at(at, from, last, in, rank) : known_at(at, last, to, in, rank);
  for (std::size_t k = 0; k < out.size(); ++k) out[k] = std::max(out[k], own[k]);
  return out;
}

}  // namespace

TEST_CASE("route.swap_schedule: a single link is news at its ends") {
  const auto out = route::swap_offsets(swap::as_soon_as_possible{}, chain_of(1));
  CHECK(out.head == times{1_us});
  CHECK(out.tail == times{2_us});
}

TEST_CASE("route.swap_schedule: two links join when both are there, and either end hears after its link's delay") {
  // Node 1 hears of link 0 at 2 and of link 1 at 11, measures 1, and is 100 from the head, 200 from the tail.
  for (const auto& out :
       {route::swap_offsets(swap::as_soon_as_possible{}, chain_of(2)),
        route::swap_offsets(swap::sequential{}, chain_of(2)), route::swap_offsets(swap::nested{}, chain_of(2))}) {
    CHECK(out.head == times{103_us, 112_us});
    CHECK(out.tail == times{203_us, 212_us});
  }
}

TEST_CASE("route.swap_schedule: as soon as possible nobody waits for news of others") {
  // Node 1 as above; node 2 has link 1 at 12 and link 2 at 21, measures 2, and is 300 from the head and from the
  // tail.
  const auto out = route::swap_offsets(swap::as_soon_as_possible{}, chain_of(3));
  CHECK(out.head == times{103_us, 314_us, 323_us});
  CHECK(out.tail == times{503_us, 512_us, 323_us});
}

TEST_CASE("route.swap_schedule: in sequence the word goes down the chain") {
  // Node 1 joins and tells node 2, 200 away, at 203 (link 0) and 212 (link 1); node 2 then measures 2.
  const auto out = route::swap_offsets(swap::sequential{}, chain_of(3));
  CHECK(out.head == times{505_us, 514_us, 323_us});
  CHECK(out.tail == times{505_us, 514_us, 323_us});
}

TEST_CASE("route.swap_schedule: nested, the middle waits for both sides") {
  // Node 1 joins links 0, 1 and tells node 2, 200 away; node 3 has links 2, 3 at 22, 31, measures 3 and is 300 away.
  const auto out = route::swap_offsets(swap::nested{}, chain_of(4));
  // Node 2 measures 2 after 203, 212, 325, 334; the head is 300 away, the tail 700.
  CHECK(out.head == times{505_us, 514_us, 627_us, 636_us});
  CHECK(out.tail == times{905_us, 914_us, 1027_us, 1036_us});
}

TEST_CASE("route.swap_schedule: a policy that never lets a chain join ends at never") {
  const auto out = route::swap_offsets(stubborn{}, chain_of(3));
  CHECK(out.head == times(3, duration::never()));
  CHECK(out.tail == times(3, duration::never()));
}

TEST_CASE("route.swap_schedule: any given order, against a recursion from the last node to join downwards") {
  constexpr std::uint64_t seed = 20260110;
  random_stream stream{seed, random_purpose::user, 1};
  CAPTURE(seed);
  for (int run = 0; run < 200; ++run) {
    const std::size_t links = 2 + sample::below(stream, 11);
    route::schedule_input in;
    const auto some = [&stream] { return 1_us * static_cast<std::int64_t>(sample::below(stream, 1000)); };
    for (std::size_t k = 0; k < links; ++k) {
      const duration up = some(), down = some();
      in.links.push_back({up, down, some()});
    }
    for (std::size_t n = 0; n <= links; ++n) in.gate_times.push_back(some());
    std::vector<std::uint16_t> order;
    for (std::size_t n = 1; n < links; ++n) {
      const auto place = static_cast<std::ptrdiff_t>(sample::below(stream, order.size() + 1));
      order.insert(order.begin() + place, static_cast<std::uint16_t>(n));
    }
    std::vector<std::size_t> rank(links + 1);
    for (std::size_t i = 0; i < order.size(); ++i) rank[order[i]] = i;
    const auto policy = swap::given_order::joining(order);
    REQUIRE(policy);
    const auto out = route::swap_offsets(*policy, in);
    CHECK(out.head == known_at(0, 0, links, in, rank));
    CHECK(out.tail == known_at(links, 0, links, in, rank));
  }
}

TEST_CASE("route.swap_schedule: circuits longer than a given order goes never join") {
  const auto out = route::swap_offsets(swap::given_order{}, chain_of(65));
  CHECK(out.head.front().is_never());
  CHECK_FALSE(route::swap_offsets(swap::given_order{}, chain_of(64)).head.front().is_never());
}
