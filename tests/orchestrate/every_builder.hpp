// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include <ebit/orchestrate/fabric_builders.hpp>
#include <ebit/orchestrate/fabric_builders_direct.hpp>
#include <ebit/orchestrate/planar_pool.hpp>

#include "random_fabric.hpp"

namespace orchestrate_test {

/// Switches of this kind that lose, leak and spoil something, tiers apart; fibres with connectors.
inline ebit::orchestrate::fabric_options imperfect(ebit::link::switch_kind kind) {
  using namespace ebit;
  orchestrate::fabric_options o;
  o.switches = {{.kind = kind,
                 .ports = 4,
                 .insertion_loss = decibels(0.7),
                 .loss_per_crossing = decibels(0.013),
                 .crosstalk = decibels(47),
                 .reconfiguration_time = duration::picoseconds(3'000'001),
                 .homing_time = duration::picoseconds(1'234'567'890'123),
                 .fidelity = 0.993,
                 .senses_position = false,
                 .power = 0.1},
                {.kind = kind, .ports = 4, .insertion_loss = decibels(1.0 / 3), .fidelity = 0.97}};
  o.analyser.eye = link::superconducting_nanowire();
  o.analyser.insertion_loss = decibels(0.21);
  o.lengths = {metres(7.3), metres(41), metres(260.7)};
  o.connectors = decibels(0.3);
  o.loss_per_length = decibels_per_kilometre(0.17);
  o.group_velocity = metres_per_second(204'190'000);
  return o;
}

/// One fabric from each builder, and some that none of them makes.
inline std::vector<std::pair<std::string, ebit::orchestrate::fabric>> every_builder() {
  using namespace ebit::orchestrate;
  using ebit::link::switch_kind;
  const fabric_options any = imperfect(switch_kind::any_to_any);
  fabric_options two_ports = any;
  two_ports.ports = 2;
  two_ports.fibres_per_cable = 2;
  std::vector<std::pair<std::string, fabric>> all;
  all.emplace_back("star", star(9, any));
  all.emplace_back("star with two ports", star(6, two_ports));
  all.emplace_back("clos", clos_for(12, any));
  all.emplace_back("two-sided clos", clos_for(12, imperfect(switch_kind::two_sided)));
  all.emplace_back("fat tree", fat_tree_for(14, any));
  all.emplace_back("fat tree with two ports", fat_tree_for(12, two_ports));
  all.emplace_back("bcube", bcube_for(9, 1, any));
  all.emplace_back("bcube of three levels", bcube(2, 2, any));
  all.emplace_back("q-fly", q_fly_for(20, any));
  all.emplace_back("planar pool", planar_pool(8, imperfect(switch_kind::two_by_two)));
  for (std::uint64_t seed = 0; seed < 4; ++seed)
    all.emplace_back(
        "random " + std::to_string(seed),
        random_fabric(
            {.endpoints = 6, .switches = 5, .cables = 9, .pools = 3, .between = 2, .two_sided = seed % 2 == 1},
            seed));
  return all;
}

}  // namespace orchestrate_test
