// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include <ebit/core/assert.hpp>

namespace ebit::analyze {

// Erlang's two formulas (Elektroteknikeren 13 (1917)). `load` is the work that comes per second of time, arrivals ×
// mean service, in servers ("erlang"); 0 or more. Exact, to about a unit in the last place per server.

/// The probability that all servers are busy where whoever finds them so goes away, of Poissonian arrivals and any
/// service times: a^c/c! / Σ_{k≤c} a^k/k!, by the recursion B_c = a B_{c−1}/(c + a B_{c−1}).
[[nodiscard]] constexpr double erlang_b(std::uint32_t servers, double load) {
  EBIT_ASSERT(load >= 0, "erlang_b: a load is negative");
  double blocked = 1;
  for (std::uint32_t c = 1; c <= servers; ++c) {
    const double reach = load * blocked;
    blocked = reach / (static_cast<double>(c) + reach);
  }
  return blocked;
}

/// The probability to have to wait, of Poissonian arrivals and exponential service, in the order of arrival and with
/// room for all: B/(1 − (a/c)(1 − B)). The load is less than the number of servers.
[[nodiscard]] constexpr double erlang_c(std::uint32_t servers, double load) {
  EBIT_ASSERT(servers > 0 && load >= 0 && load < servers, "erlang_c: servers and a load below their number");
  const double blocked = erlang_b(servers, load);
  return blocked / (1 - load / static_cast<double>(servers) * (1 - blocked));
}

/// The fewest servers that turn away no more than that share, above 0, of what comes.
[[nodiscard]] constexpr std::uint32_t servers_for(double load, double blocked) {
  EBIT_ASSERT(load >= 0 && load <= 1e6 && blocked > 0 && blocked <= 1, "servers_for: no such load or share");
  double at = 1;
  std::uint32_t c = 0;
  while (at > blocked) {
    ++c;
    const double reach = load * at;
    at = reach / (static_cast<double>(c) + reach);
  }
  return c;
}

}  // namespace ebit::analyze
