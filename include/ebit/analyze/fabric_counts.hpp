// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include <ebit/core/assert.hpp>

namespace ebit::analyze {

/// How large a classical fabric is: what a data centre built after it needs.
struct fabric_counts {
  std::uint64_t hosts = 0;
  std::uint64_t switches = 0;
  std::uint64_t longest = 0;  ///< links between two hosts at most; of a Clos network its stages

  friend constexpr bool operator==(const fabric_counts&, const fabric_counts&) = default;
};

/// Three tiers of k-port switches, k even: k³/4 hosts, 5k²/4 switches (Al-Fares, Loukissas and Vahdat, SIGCOMM 2008).
[[nodiscard]] constexpr fabric_counts fat_tree(std::uint64_t k) {
  EBIT_ASSERT(k >= 2 && k % 2 == 0 && k <= 1'000'000, "fat_tree: the number of ports is not even, from 2 to 1e6");
  return {k * k * k / 4, 5 * k * k / 4, 6};
}

/// Hosts with k + 1 ports that forward, and n-port switches in k + 1 levels: n^(k+1) hosts, (k+1)·n^k switches (Guo
/// et al., SIGCOMM 2009).
[[nodiscard]] constexpr fabric_counts bcube(std::uint64_t n, std::uint64_t k) {
  EBIT_ASSERT(n >= 2 && n <= 1024 && k <= 5, "bcube: ports from 2 to 1024, levels 0 to 5");
  std::uint64_t power = 1;
  for (std::uint64_t i = 0; i < k; ++i) power *= n;
  return {power * n, (k + 1) * power, 2 * (k + 1)};
}

/// Groups of a routers, each with p hosts and h links to other groups, all groups joined to each other: ah + 1
/// groups; shortest routes go local, global, local (Kim, Dally, Scott and Abts, ISCA 2008).
[[nodiscard]] constexpr fabric_counts dragonfly(std::uint64_t p, std::uint64_t a, std::uint64_t h) {
  EBIT_ASSERT(p >= 1 && a >= 1 && h >= 1 && p <= 10'000 && a <= 10'000 && h <= 10'000,
              "dragonfly: numbers from 1 to 10000");
  const std::uint64_t groups = a * h + 1;
  return {p * a * groups, a * groups, 5};
}

/// Three stages: r switches n × m, m switches r × r, r switches m × n. Strictly non-blocking if m ≥ 2n − 1,
/// rearrangeably if m ≥ n (Clos 1953; Slepian and Duguid).
struct clos_network {
  std::uint64_t n = 1;  ///< ports of each outer switch
  std::uint64_t r = 1;  ///< outer switches per side
  std::uint64_t m = 1;  ///< switches in the middle

  [[nodiscard]] constexpr bool strictly_non_blocking() const { return m >= 2 * n - 1; }
  [[nodiscard]] constexpr bool rearrangeable() const { return m >= n; }
  [[nodiscard]] constexpr std::uint64_t crosspoints() const { return 2 * r * n * m + m * r * r; }
  [[nodiscard]] constexpr fabric_counts counts() const { return {n * r, 2 * r + m, 3}; }
};

}  // namespace ebit::analyze
