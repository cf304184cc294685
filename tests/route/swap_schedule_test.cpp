// SPDX-License-Identifier: Apache-2.0
#include "../support/catch.hpp"

#include <vector>

#include <ebit/route/swap_schedule.hpp>
#include <ebit/swap/as_soon_as_possible.hpp>
#include <ebit/swap/nested.hpp>
#include <ebit/swap/sequential.hpp>

using namespace ebit;
using namespace ebit::literals;

namespace {

/// Links that herald 10k + 1 µs upstream and 10k + 2 µs downstream, and delay messages by 100 (k + 1) µs; a Bell measurement
/// takes n µs at node n.
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
  // Node 1 as above; node 2 has link 1 at 12 and link 2 at 21, measures 2, and is 300 from the head and from the tail.
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
