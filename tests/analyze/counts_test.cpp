// SPDX-License-Identifier: Apache-2.0
#include "../support/catch.hpp"

#include <algorithm>
#include <cstdint>
#include <set>
#include <utility>
#include <vector>

#include <ebit/analyze/fabric_counts.hpp>
#include <ebit/analyze/partition_counts.hpp>

using namespace ebit;

TEST_CASE("analyze.partition_counts: equal the gates of the circuits, one by one") {
  for (std::uint64_t n = 1; n <= 24; ++n) {
    for (std::uint64_t k = 1; k <= n; ++k) {
      const analyze::contiguous_parts of{n, k};
      std::vector<std::uint64_t> part;
      for (std::uint64_t i = 0; i < k; ++i) part.insert(part.end(), of.size(i), i);
      REQUIRE(part.size() == n);
      CHECK(of.size(0) - of.size(k - 1) <= 1);
      std::uint64_t gates = 0, remote = 0, chain = 0;
      // A cat state spans a qubit, the one nearer the front or the one nearer the back of each gate, and a part.
      std::set<std::pair<std::uint64_t, std::uint64_t>> front, back;
      for (std::uint64_t i = 0; i < n; ++i) {
        for (std::uint64_t j = i + 1; j < n; ++j) {
          ++gates;
          if (part[i] == part[j]) continue;
          ++remote;
          front.insert({i, part[j]});
          back.insert({j, part[i]});
        }
        if (i > 0 && part[i] != part[i - 1]) ++chain;
      }
      CHECK(of.fourier_gates() == gates);
      CHECK(of.remote_fourier_gates() == remote);
      CHECK(of.remote_fourier_cnots() == 2 * remote);
      CHECK(of.fourier_pairs() == std::min(front.size(), back.size()));
      CHECK(of.remote_chain_cnots() == chain);
      if (n % k == 0) CHECK(2 * of.fourier_pairs() == n * (k - 1));
    }
  }
  CHECK(analyze::contiguous_parts{100, 10}.remote_fourier_gates() == 4500);
  CHECK(analyze::contiguous_parts{100, 10}.fourier_pairs() == 450);
  CHECK(analyze::contiguous_parts{300, 30}.fourier_pairs() == 4350);
}

TEST_CASE("analyze.fabric_counts: ports add up") {
  for (std::uint64_t k = 2; k <= 64; k += 2) {
    const analyze::fabric_counts c = analyze::fat_tree(k);
    // Each host takes a port, each host's share of the two upper tiers two link ends each: 5 ends in all.
    CHECK(c.switches * k == 5 * c.hosts);
  }
  for (std::uint64_t n = 2; n <= 16; ++n)
    for (std::uint64_t k = 0; k <= 3; ++k) {
      const analyze::fabric_counts c = analyze::bcube(n, k);
      CHECK(c.hosts * (k + 1) == c.switches * n);
    }
  // Every two groups share one link, and every router's global ports are used.
  const analyze::fabric_counts d = analyze::dragonfly(4, 8, 4);
  CHECK(d.switches * 4 == 33 * 32);
  CHECK(d.hosts == 1056);
  const analyze::clos_network clos{4, 4, 7};
  CHECK(clos.strictly_non_blocking());
  CHECK_FALSE(analyze::clos_network{4, 4, 6}.strictly_non_blocking());
  CHECK(analyze::clos_network{4, 4, 4}.rearrangeable());
  CHECK_FALSE(analyze::clos_network{4, 4, 3}.rearrangeable());
  CHECK(clos.crosspoints() == 336);
}
