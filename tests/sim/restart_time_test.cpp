// SPDX-License-Identifier: Apache-2.0
#include <cstdint>
#include <utility>

#include "../support/catch.hpp"
#include "diary.hpp"

using namespace ebit;
using namespace ebit_test;
using kind = scheduled_fault::kind;

namespace {

constexpr duration margin = 100_us;

/// A node of a chain in use crashes for `down`, and the link before it is dark from then on for `dark`, so that the
/// head finds out and tries again and again. The time from when both are over until the next pair is there at both
/// ends.
[[nodiscard]] duration recovery(std::size_t nodes, std::uint32_t crashed, duration down, duration dark,
                                std::uint64_t seed) {
  const duration at = 5_ms;
  sim::network_options<at_once> o;
  o.link.retransmit_after = margin;
  auto sim = chain_under<at_once>(
      {{.what = kind::crash, .at = at, .lasts = down, .node = node_id{crashed}},
       {.what = kind::link_down, .at = at + 1_us, .lasts = dark, .path = path_id{crashed == 0 ? 0 : crashed - 1}}},
      seed, nodes, 100'000, o);
  const sim::request_record& r = sim.requests()[0];
  const world_time well{at + 1_us + (down > dark ? down : dark)};
  run(sim, well);
  const std::size_t before = r.deliveries.size();
  REQUIRE(before > 0);
  while (r.deliveries.size() == before && sim.next_time() < well + 10_s) sim.step();
  return sim.now() - well;
}

}  // namespace

TEST_CASE("sim.restart_time: a few round trips after a node is there again pairs are delivered again") {
  std::uint64_t seed = 0;
  for (const auto& [nodes, crashed] : {std::pair{3U, 1U}, {3U, 2U}, {4U, 1U}, {4U, 2U}, {2U, 1U}, {3U, 0U}}) {
    const duration round_trip = 200_us * static_cast<std::int64_t>(nodes - 1) + margin;
    double sum = 0;
    int runs = 0;
    for (const duration down : {300_us, 2_ms, 11_ms, 50_ms, 300_ms}) {
      // The head asks for a circuit while the node is away, or at about the time when it greets.
      for (const duration dark : {100_us, 1_ms, down - 190_us, down - 90_us, down + 10_us, down + 110_us}) {
        const duration took = recovery(nodes, crashed, down, dark, ++seed);
        const double trips = static_cast<double>(took.picoseconds()) / static_cast<double>(round_trip.picoseconds());
        INFO(nodes << " nodes, node " << crashed << " down for " << down.picoseconds() / 1'000'000 << " us, dark for "
                   << dark.picoseconds() / 1'000'000 << " us: " << trips << " round trips");
        CHECK(trips < 12);
        sum += trips;
        ++runs;
      }
    }
    INFO(nodes << " nodes, node " << crashed << ": " << sum / runs << " round trips on average");
    CHECK(sum / runs < 4);
  }
}
