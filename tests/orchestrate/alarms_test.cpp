// SPDX-License-Identifier: Apache-2.0
#include "../support/catch.hpp"

#include <cstdint>
#include <map>

#include <ebit/core/random.hpp>
#include <ebit/core/samplers.hpp>
#include <ebit/orchestrate/alarms.hpp>

using namespace ebit;
using orchestrate::alarms;

TEST_CASE("orchestrate.alarms: wake in the order of time, those of one time in the order in which they were set") {
  alarms clock;
  std::multimap<local_time, std::uint32_t> truth;  // equal keys stay in the order of insertion
  random_stream stream{1, random_purpose::user, 1};
  const auto below = [&stream](std::uint64_t n) { return static_cast<std::uint32_t>(sample::below(stream, n)); };
  CHECK(clock.next().is_never());
  clock.set(local_time::never(), 7);
  CHECK(clock.next().is_never());
  std::uint32_t key = 0, woken = 0;
  for (std::uint32_t step = 0; step < 2'000; ++step) {
    const local_time now = local_time{} + duration::picoseconds(step);
    for (std::uint32_t n = below(4); n > 0; --n) {
      const local_time at = now + duration::picoseconds(below(20));
      clock.set(at, ++key);
      truth.insert({at, key});
    }
    for (std::uint32_t found = 0; clock.due(now, found); ++woken) {
      REQUIRE(!truth.empty());
      CHECK(truth.begin()->first <= now);
      CHECK(truth.begin()->second == found);
      truth.erase(truth.begin());
    }
    CHECK((truth.empty() || truth.begin()->first > now));
    CHECK(clock.next() == (truth.empty() ? local_time::never() : truth.begin()->first));
  }
  CHECK(woken > 2'000);
  clock.set(local_time{}, 1);
  clock.clear();
  CHECK(clock.next().is_never());
}
