// SPDX-License-Identifier: Apache-2.0
#include "../support/catch.hpp"

#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include <ebit/core/random.hpp>
#include <ebit/core/samplers.hpp>
#include <ebit/orchestrate/fabric_builders.hpp>
#include <ebit/orchestrate/fabric_builders_direct.hpp>
#include <ebit/orchestrate/router.hpp>

// That none of them is dearer than another way, or is none, is in path_finder_test.cpp and router_test.cpp.

using namespace ebit;
using namespace ebit::orchestrate;

namespace {

struct tally {
  std::uint32_t asked = 0, direct = 0;
  std::uint32_t most_busy = 0;  // light paths that cross one switch of the highest tier
  double mean_busy = 0;
};

/// A third of the endpoints gets light paths, between pairs drawn at random.
tally serve(const fabric& in) {
  REQUIRE(in.validate());
  tally t;
  const fabric_state built{in};
  fabric_state now{in};
  measurements seen{in, {}};
  const least_loss losses{in};
  path_finder finder;
  const routing with{in, built, now, seen, losses, finder};
  const std::size_t count = in.endpoints().size();
  std::vector<bool> is_used(count);
  random_stream stream{3, random_purpose::user, 1};
  while (t.asked < count / 6) {
    const auto a = static_cast<std::uint32_t>(sample::below(stream, count));
    const auto b = static_cast<std::uint32_t>(sample::below(stream, count));
    if (a == b || is_used[a] || is_used[b]) continue;
    is_used[a] = is_used[b] = true;
    const auto way = adaptive{}.route(with, {element_id{a}}, {element_id{b}});
    ++t.asked;
    t.direct += finder.last_is_direct();
    if (!way || !now.reserve(in, *way, lease_id{t.asked})) continue;
    seen.occupy(*way);
  }
  const std::uint8_t top = in.at(in.switches().back()).tier;
  double switches = 0;
  for (const element_id e : in.switches()) {
    if (in.at(e).tier != top) continue;
    t.most_busy = seen.busy(e) > t.most_busy ? seen.busy(e) : t.most_busy;
    t.mean_busy += seen.busy(e);
    switches += 1;
  }
  t.mean_busy /= switches;
  return t;
}

}  // namespace

TEST_CASE("orchestrate.direct_ways: where many ways are equal nearly all are drawn, and load is spread") {
  const tally tree = serve(fat_tree_for(256)), net = serve(clos_for(256));
  for (const tally& t : {tree, net}) {
    INFO(t.direct << " of " << t.asked << " drawn; " << t.most_busy << " at one switch, " << t.mean_busy
                  << " on average");
    CHECK(t.direct > 0.98 * t.asked);
    CHECK(t.most_busy < 2.5 * t.mean_busy + 2);
  }
  CHECK(serve(star(256)).direct == 42);
}
