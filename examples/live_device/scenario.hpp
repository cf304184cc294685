// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <string>
#include <utility>
#include <vector>

#include <ebit/adapt/posix_socket.hpp>
#include <ebit/link/presets.hpp>
#include <ebit/node/profile.hpp>
#include <ebit/purify/dejmps.hpp>
#include <ebit/route/link_model.hpp>
#include <ebit/sim/builders.hpp>
#include <ebit/sim/topology.hpp>

/// What all processes of a run know alike.
namespace live {

/// The stacks to choose from. Either runs on the same devices.
struct plain_stack : ebit::default_profile {};
struct distilling_stack : ebit::default_profile {
  using purify = ebit::purify::dejmps;
};

struct scenario {
  ebit::adapt::socket_address address;
  std::string state_file;  ///< where the device counts incarnations
  std::string log_file;    ///< where deliveries are written; empty: nowhere
  std::uint32_t nodes = 3;
  double kilometres = 10;      ///< of each link
  std::uint16_t memories = 8;  ///< per port
  std::uint32_t slow_down = 200;
  std::uint64_t seed = 1;
  bool distils = false;
  bool retransmits = true;  ///< needed where processes come and go
  bool talks = true;        ///< each process prints what it did in the end
  std::uint32_t pairs = 1'000'000'000;
  std::string key_file;         ///< the secret that all nodes share; empty: messages travel as they are
  std::uint64_t run = 0;        ///< tells apart runs under one secret that count incarnations from 0 again
  std::uint32_t tampering = 0;  ///< of so many packets the device changes a copy of one, or repeats it; 0: none

  [[nodiscard]] ebit::sim::topology network() const {
    return ebit::sim::chain(nodes, ebit::link::fibre{.length = ebit::kilometres(kilometres)});
  }
  [[nodiscard]] ebit::link::hardware hardware() const {
    ebit::link::hardware h = ebit::link::default_hardware();
    h.memories = memories;
    return h;
  }
  [[nodiscard]] ebit::route::network_map map() const {
    const ebit::sim::topology net = network();
    const ebit::link::hardware h = hardware();
    std::vector<ebit::route::edge> edges;
    for (const auto& e : net.links())
      edges.push_back({e.a, e.b, ebit::route::budget_for<ebit::default_profile::herald>(e.line, h, h), h.memories});
    return {std::vector<ebit::route::site>(net.size(), {h.gates, h.gate_time, h.bell_measurement_success}),
            std::move(edges)};
  }
  [[nodiscard]] ebit::node_id head() const { return ebit::node_id{0}; }
  [[nodiscard]] ebit::node_id tail() const { return ebit::node_id{nodes - 1}; }

  template <class Profile>
  [[nodiscard]] ebit::options<Profile> stack() const {
    ebit::options<Profile> o{.seed = seed};
    o.route.patience = ebit::duration::never();
    // Time for the operating system to let each of the processes run; on the nodes' own, slower clocks.
    if (retransmits) o.link.retransmit_after = ebit::duration::seconds(0.05 / slow_down);
    return o;
  }
};

}  // namespace live
