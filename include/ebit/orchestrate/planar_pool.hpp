// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include <ebit/orchestrate/fabric_assembly.hpp>
#include <ebit/orchestrate/fabric_builders.hpp>

namespace ebit::orchestrate {

/// The switches of a planar pool of n inputs: n(n − 2)/4.
[[nodiscard]] constexpr std::uint64_t planar_pool_switches(std::uint64_t n) { return n * (n - 2) / 4; }

/// The number of the first switch of a stage of a planar pool of n inputs; stage s has n − 2 − 2s of them.
[[nodiscard]] constexpr std::uint64_t planar_pool_stage(std::uint64_t n, std::uint64_t s) { return s * (n - 1 - s); }

/// A chip of 2×2 switches in front of n/2 analysers, without crossings, that lets any inputs be paired (the triangular
/// design of Koyama et al., arXiv:2405.09860): n(n − 2)/4 switches, no fewer than any planar one needs. Stage 1 is a
/// chain of n − 2 switches over wires n − 1 down to 2 and 1 that brings the partner of wire 0 next to it; the other
/// n − 2 wires go on in the same manner. Every pairing can be set at once, though to add a pair may move others: see
/// `route_planar_pool`. n even, 2 to 2048. Ports of an endpoint are wires of their own, one after the other. The
/// options' first switch, which must be a 2×2 element, is installed everywhere; lengths of tier 2 are those of the
/// waveguides.
[[nodiscard]] inline fabric planar_pool(std::uint32_t endpoints, fabric_options options = {}) {
  const std::uint64_t n = std::uint64_t{endpoints} * options.ports;
  if (endpoints < 2 || n % 2 != 0 || n > 2048)
    return fabric{config_error{"planar_pool: number of endpoints' ports", std::to_string(n), "even, 2 to 2048"}};
  if (options.switches.empty() || options.switches.front().kind != link::switch_kind::two_by_two)
    return fabric{config_error{"planar_pool: kind of switch", "other", "2x2"}};
  options.endpoints = endpoints;
  fabric_assembly made =
      detail::with_endpoints("planar_pool", "planar pool", options, endpoints, [](std::uint32_t) { return 0U; });
  struct wire_end {
    element_id at;
    face side;
    std::uint8_t tier;
  };
  std::vector<wire_end> wires;
  for (std::uint32_t i = 0; i < endpoints; ++i)
    for (std::uint32_t p = 0; p < options.ports; ++p) wires.push_back({element_id{i}, face::front, 0});
  const auto join = [&](std::size_t w, element_id e, std::uint8_t tier) {
    made.connect(wires[w].at, wires[w].side, e, face::front, made.length_to(wires[w].tier == 0 ? 1 : tier));
  };
  const auto count = static_cast<std::uint32_t>(n);
  for (std::uint32_t first = 0; first < count; first += 2) {
    for (std::uint32_t upper = count - 1; upper > first + 1; --upper) {
      const element_id e =
          made.add_switch(1, first / 2, "s" + std::to_string(first / 2) + "." + std::to_string(upper));
      for (const std::uint32_t w : {upper - 1, upper}) {
        join(w, e, 2);
        wires[w] = {e, face::back, 1};
      }
    }
    const element_id x = made.add_analyser(1, first / 2, "x" + std::to_string(first / 2));
    for (const std::uint32_t w : {first, first + 1})
      made.connect(wires[w].at, wires[w].side, x, face::front,
                   wires[w].tier == 0 ? made.length_to(1) : made.options().to_analyser);
  }
  return std::move(made).build();
}

}  // namespace ebit::orchestrate
