// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <ebit/orchestrate/fabric_builders.hpp>
#include <ebit/orchestrate/fabric_builders_direct.hpp>
#include <ebit/sim/demand.hpp>
#include <ebit/sim/fabric_fault.hpp>

/// What the two routers are compared on.
namespace comparison {

using namespace ebit::literals;

enum class condition : std::uint8_t { quiet, congested, faulty };

[[nodiscard]] constexpr const char* name_of(condition c) {
  switch (c) {
    case condition::quiet: return "quiet";
    case condition::congested: return "congested";
    case condition::faulty: return "faulty";
  }
  return "unknown";
}

struct scenario {
  std::string name;
  std::string what;  ///< is asked, and breaks
  condition is = condition::quiet;
  ebit::orchestrate::fabric layout;
  ebit::sim::demand_options demand;
  std::vector<ebit::sim::fabric_fault> broken{};
};

[[nodiscard]] inline ebit::orchestrate::fabric_options optics() {
  ebit::orchestrate::fabric_options o;
  ebit::link::optical_switch moving;
  moving.insertion_loss = ebit::decibels(0.5);
  moving.reconfiguration_time = 1_us;
  o.switches = {moving};
  return o;
}

/// A device, from a tenth of the span to its end.
[[nodiscard]] inline ebit::sim::fabric_fault down(ebit::orchestrate::element_id e, ebit::duration span) {
  return {.at = span / 10, .lasts = span, .element = e};
}
[[nodiscard]] inline ebit::sim::fabric_fault cut(std::uint32_t fibre, ebit::duration span) {
  return {.what = ebit::sim::fabric_fault::kind::fibre,
          .at = span / 10,
          .lasts = span,
          .fibre = ebit::orchestrate::span_id{fibre}};
}

/// Switches of a tier, counted from the endpoints.
[[nodiscard]] inline std::vector<ebit::orchestrate::element_id> of_tier(const ebit::orchestrate::fabric& in,
                                                                        std::uint8_t tier) {
  std::vector<ebit::orchestrate::element_id> found;
  for (const ebit::orchestrate::element_id e : in.switches())
    if (in.at(e).tier == tier) found.push_back(e);
  return found;
}
/// Fibres between switches.
[[nodiscard]] inline std::vector<std::uint32_t> trunks(const ebit::orchestrate::fabric& in) {
  std::vector<std::uint32_t> found;
  for (std::uint32_t s = 0; s < in.spans().size(); ++s) {
    const ebit::orchestrate::span& f = in.spans()[s];
    const auto is_switch = [&](ebit::orchestrate::element_id e) {
      return in.at(e).kind == ebit::orchestrate::element_kind::optical_switch;
    };
    if (is_switch(f.a) && is_switch(f.b)) found.push_back(s);
  }
  return found;
}

/// Sixteen of them on fabrics of `n` endpoints; requests of the congested ones ask for more than the fabric has.
[[nodiscard]] inline std::vector<scenario> scenarios(std::uint32_t n, ebit::duration span, std::uint64_t seed) {
  namespace fab = ebit::orchestrate;
  using ebit::sim::demand_pattern;
  const fab::fabric tree = fab::fat_tree_for(n, optics()), clos = fab::clos_for(n, optics()),
                    fly = fab::q_fly_for(n, optics()), star = fab::star(n, optics());
  const auto asks = [&](demand_pattern p, double per_endpoint, std::uint32_t hot = 1) {
    return ebit::sim::demand_options{.pattern = p,
                                     .requests_per_second = per_endpoint * n,
                                     .pairs = 10,
                                     .min_fidelity = 0.5,
                                     .hot_endpoints = hot,
                                     .hot_share = 0.4,
                                     .seed = seed};
  };
  const auto light = asks(demand_pattern::uniform, 100), heavy = asks(demand_pattern::uniform, 900),
             turned = asks(demand_pattern::permutation, 900), hot = asks(demand_pattern::hotspot, 500, n / 8),
             middle = asks(demand_pattern::uniform, 400);
  const char* const little = "100 requests/s per QPU";
  const char* const much = "900 requests/s per QPU, any two QPUs";
  const char* const same_one = "900 requests/s per QPU, each QPU always with the same one";
  const auto some = [](const char* what) { return std::string{"400 requests/s per QPU, any two QPUs; "} + what; };
  std::vector<scenario> all;
  all.push_back({"fat tree, little asked", little, condition::quiet, tree, light});
  all.push_back({"Clos, little asked", little, condition::quiet, clos, light});
  all.push_back({"Q-Fly, little asked", little, condition::quiet, fly, light});
  all.push_back({"star, little asked", little, condition::quiet, star, light});
  all.push_back({"fat tree, uniform", much, condition::congested, tree, heavy});
  all.push_back({"Clos, uniform", much, condition::congested, clos, heavy});
  all.push_back({"Q-Fly, uniform", much, condition::congested, fly, heavy});
  all.push_back({"fat tree, permutation", same_one, condition::congested, tree, turned});
  all.push_back({"Clos, permutation", same_one, condition::congested, clos, turned});
  all.push_back({"Q-Fly, permutation", same_one, condition::congested, fly, turned});
  all.push_back({"fat tree, hot spots", "500 requests/s per QPU; 40 % of them go to one QPU in eight",
                 condition::congested, tree, hot});
  const auto cores = of_tier(tree, 3), middles = of_tier(tree, 2);
  all.push_back({"fat tree, a core switch fails",
                 some("a core switch breaks"),
                 condition::faulty,
                 tree,
                 middle,
                 {down(cores.front(), span)}});
  all.push_back({"fat tree, a quarter of the cores fails",
                 some("every fourth core switch breaks"),
                 condition::faulty,
                 tree,
                 middle,
                 {}});
  for (std::size_t i = 0; i < cores.size(); i += 4) all.back().broken.push_back(down(cores[i], span));
  all.push_back({"fat tree, two aggregation switches fail",
                 some("the first and the last aggregation switch break"),
                 condition::faulty,
                 tree,
                 middle,
                 {down(middles.front(), span), down(middles.back(), span)}});
  all.push_back({"Clos, a middle switch fails",
                 some("one of the middle switches breaks"),
                 condition::faulty,
                 clos,
                 middle,
                 {down(of_tier(clos, 2).front(), span)}});
  all.push_back({"Q-Fly, every fifth fibre is cut",
                 some("every fifth of the fibres between switches is cut"),
                 condition::faulty,
                 fly,
                 middle,
                 {}});
  const auto wires = trunks(fly);
  for (std::size_t i = 0; i < wires.size(); i += 5) all.back().broken.push_back(cut(wires[i], span));
  return all;
}

}  // namespace comparison
