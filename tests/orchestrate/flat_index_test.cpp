// SPDX-License-Identifier: Apache-2.0
#include "../support/catch.hpp"

#include <cstdint>
#include <map>

#include <ebit/core/random.hpp>
#include <ebit/core/samplers.hpp>
#include <ebit/orchestrate/flat_index.hpp>

using namespace ebit;
using orchestrate::flat_index;

TEST_CASE("orchestrate.flat_index: finds what an ordinary map finds, through growth and any order of erasing") {
  flat_index index;
  std::map<std::uint32_t, std::uint32_t> truth;
  random_stream stream{1, random_purpose::user, 1};
  const auto below = [&stream](std::uint64_t n) { return static_cast<std::uint32_t>(sample::below(stream, n)); };
  for (int step = 0; step < 20'000; ++step) {
    // Few keys, so that many are set again, and chains of probes fill and empty.
    const std::uint32_t key = below(step < 10'000 ? 40 : 3'000), value = below(1'000'000);
    if (below(2) == 0) {
      index.set(key, value);
      truth[key] = value;
    } else {
      index.erase(key);
      truth.erase(key);
    }
    if (step % 50 != 0) continue;
    CHECK(index.size() == truth.size());
    for (std::uint32_t k = 0; k < 3'000; k += step < 10'000 ? 1U : 37U) {
      const auto known = truth.find(k);
      if (index.find(k) != (known == truth.end() ? flat_index::none : known->second)) FAIL("key " << k);
    }
  }
  index.clear();
  CHECK(index.size() == 0);
  CHECK(index.find(truth.begin()->first) == flat_index::none);
}
