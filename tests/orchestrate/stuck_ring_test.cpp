// SPDX-License-Identifier: Apache-2.0
#include "../support/catch.hpp"

#include <cstdint>
#include <deque>

#include <ebit/core/random.hpp>
#include <ebit/core/samplers.hpp>
#include <ebit/orchestrate/stuck_ring.hpp>

using namespace ebit;
using orchestrate::stuck_ring;

TEST_CASE("orchestrate.stuck_ring: first in, first out, also while it is seldom empty") {
  stuck_ring ring;
  std::deque<stuck_ring::item> truth;
  random_stream stream{1, random_purpose::user, 1};
  std::uint64_t number = 0;
  for (int step = 0; step < 40'000; ++step) {
    const bool grows = (step / 5'000) % 2 == 0;
    if (sample::below(stream, 10) < (grows ? 7U : 3U)) {
      const stuck_ring::item added{static_cast<std::uint32_t>(sample::below(stream, 9)), ++number};
      ring.add(added);
      truth.push_back(added);
    } else if (!truth.empty()) {
      CHECK(ring.take() == truth.front());
      truth.pop_front();
    }
    REQUIRE(ring.empty() == truth.empty());
  }
}
