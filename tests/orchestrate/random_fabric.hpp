// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include <ebit/core/random.hpp>
#include <ebit/core/samplers.hpp>
#include <ebit/orchestrate/fabric_assembly.hpp>

namespace orchestrate_test {

struct recipe {
  std::uint32_t endpoints = 4;
  std::uint32_t switches = 4;
  std::uint32_t cables = 6;
  std::uint32_t pools = 3;    ///< analysers with both inputs at one switch
  std::uint32_t between = 0;  ///< analysers between two switches, or a switch and an endpoint
  bool two_sided = false;     ///< each other switch
  bool same_lengths = false;
};

/// Some fabric: devices joined at random, not all of them reachable.
inline ebit::orchestrate::fabric random_fabric(const recipe& of, std::uint64_t seed) {
  using namespace ebit;
  using namespace ebit::orchestrate;
  random_stream stream{seed, random_purpose::topology, 7};
  const auto below = [&stream](std::uint64_t n) { return static_cast<std::uint32_t>(sample::below(stream, n)); };
  const auto some_length = [&] { return of.same_lengths ? metres(10) : metres(1 + below(3000)); };
  fabric_options options;
  options.switches = {{.insertion_loss = decibels(0.5)}, {.insertion_loss = decibels(of.same_lengths ? 0.5 : 1.5)}};
  if (of.two_sided) options.switches[1].kind = link::switch_kind::two_sided;
  fabric_assembly made{"random", options};
  std::vector<element_id> switches;
  for (std::uint32_t i = 0; i < of.endpoints; ++i) made.add_endpoint(0, "q" + std::to_string(i));
  for (std::uint32_t i = 0; i < of.switches; ++i)
    switches.push_back(made.add_switch(static_cast<std::uint8_t>(1 + i % 2), i, "s" + std::to_string(i)));
  const auto side = [&] { return below(2) == 0 ? face::front : face::back; };
  const auto some_switch = [&] { return switches[below(switches.size())]; };
  for (std::uint32_t i = 0; i < of.endpoints; ++i) {
    const std::uint32_t ports = 1 + below(2);
    for (std::uint32_t p = 0; p < ports; ++p) {
      const face at = side();
      const element_id to = some_switch();
      made.connect(element_id{i}, face::front, to, at, some_length());
    }
  }
  for (std::uint32_t i = 0; i < of.cables; ++i) {
    const element_id a = some_switch(), b = some_switch();
    if (a == b) continue;
    const face at_a = side(), at_b = side();
    made.connect(a, at_a, b, at_b, some_length());
  }
  for (std::uint32_t i = 0; i < of.pools; ++i) {
    const element_id at = some_switch();
    const element_id x = made.add_analyser(1, 0, "x" + std::to_string(i));
    made.connect(at, side(), x, face::front, metres(1), 2);
  }
  for (std::uint32_t i = 0; i < of.between; ++i) {
    const element_id x = made.add_analyser(1, 0, "y" + std::to_string(i));
    for (int input = 0; input < 2; ++input) {
      const bool direct = below(4) == 0;
      const element_id at = direct ? element_id{below(of.endpoints)} : some_switch();
      const face f = side();
      made.connect(at, f, x, face::front, some_length());
    }
  }
  return std::move(made).build();
}

}  // namespace orchestrate_test
