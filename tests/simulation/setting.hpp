// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include <ebit/ebit.hpp>

#include "books.hpp"
#include "bug.hpp"
#include "profiles.hpp"
#include "scenario.hpp"

// A scenario in the terms of the simulator.
namespace ebit_test {

[[nodiscard]] inline ebit::sim::topology map_of(const scenario& s) {
  ebit::sim::topology net;
  for (std::uint32_t i = 0; i < s.nodes; ++i) net.add_node();
  for (const scenario::line& l : s.lines)
    net.add_link(net.node(l.a), net.node(l.b),
                 ebit::link::fibre{.length = ebit::metres(l.metres), .station_position = l.station / 1000.0});
  return net;
}

/// `stack`: the policy values that are not the same for all stacks. `planted` sits in every node.
template <class State, class Profile>
[[nodiscard]] ebit::sim::network_options<Profile> options_of(const scenario& s,
                                                             const ebit::sim::network_options<Profile>& stack,
                                                             bug* planted) {
  ebit::sim::network_options<Profile> o = stack;
  o.seed = s.seed;
  const auto memories = static_cast<std::uint16_t>(s.memories);
  o.hardware = s.noisy != 0 ? noisy_hardware(memories) : quiet_hardware(memories);
  o.hardware.gate_time = microseconds(s.gate_time);
  o.hardware.bell_measurement_success = 1 - s.swap_failures / 1000.0;
  o.swap.joins = s.joins;
  o.route.policy.planted = planted;
  // What the network itself would set.
  if constexpr (State::exact.amplitude_damping) o.route.twirled = false;
  if (s.cutoff != 0) o.swap.cutoff = microseconds(s.cutoff);
  o.route.width = static_cast<std::uint8_t>(s.width);
  o.faults.loss = s.loss / 1000.0;
  o.faults.duplication = s.duplication / 1000.0;
  o.faults.jitter = microseconds(s.jitter);
  o.route.service.shared = s.shared != 0;
  o.route.service.test_interval = static_cast<std::uint16_t>(s.tests);
  switch (s.service) {
    case 0: o.route.service.order.template emplace<0>(); break;
    case 1: o.route.service.order.template emplace<1>(); break;
    case 2: o.route.service.order.template emplace<2>(); break;
    default: o.route.service.order.template emplace<3>(); break;
  }
  if (s.retransmit != 0) o.link.retransmit_after = microseconds(s.retransmit);
  o.coded = s.coded != 0;
  for (const scenario::fault& f : s.faults) {
    using kind = scenario::fault::kind;
    ebit::scheduled_fault& e = o.faults.schedule.emplace_back();
    e.what = static_cast<ebit::scheduled_fault::kind>(f.what);
    e.at = instant_of(f);
    e.lasts = microseconds(f.lasts);
    if (f.what == kind::link_down)
      e.path = ebit::path_id{f.path};
    else
      e.node = ebit::node_id{f.node};
    e.step = microseconds(f.step);
    e.probability = f.probability / 1000.0;
    e.factor = f.factor;
  }
  return o;
}

}  // namespace ebit_test
