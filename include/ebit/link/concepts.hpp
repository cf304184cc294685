// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <concepts>

#include <ebit/core/result.hpp>
#include <ebit/core/time.hpp>
#include <ebit/quantum/operations.hpp>

namespace ebit::link {

/// A link policy: what joins two nodes and their heralding station. `arm_transmittance` and `arm_delay` belong to the
/// part between one end and the station.
template <class Link>
concept physical_link = std::copyable<Link> && requires(const Link& line, half end) {
  { line.arm_transmittance(end) } -> std::same_as<double>;
  { line.arm_delay(end) } -> std::same_as<duration>;
  { line.delay() } -> std::same_as<duration>;
  { line.validate() } -> std::same_as<status>;
};

/// Whether the heralding models describe a line: one that they do not says so by a member `heralds()`.
template <physical_link Link>
[[nodiscard]] status heralds(const Link& line) {
  if constexpr (requires { line.heralds(); })
    return line.heralds();
  else
    return success{};
}

/// The smallest physical link: no loss, no length.
struct ideal {
  [[nodiscard]] static double arm_transmittance(half) { return 1; }
  [[nodiscard]] static duration arm_delay(half) { return duration::zero(); }
  [[nodiscard]] static duration delay() { return duration::zero(); }
  [[nodiscard]] static status validate() { return success{}; }
};
static_assert(physical_link<ideal>);

}  // namespace ebit::link
