// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <utility>
#include <vector>

#include <ebit/ebit.hpp>
#include <ebit/sim/edge_list.hpp>

#include "measure.hpp"

/// Links, chains and networks. Common to all: links of 20 km with 0.2 dB/km, the station in the middle, light at 2e8
/// m/s, emission 1, detectors 0.9, no dark counts, no decoherence, two-photon heralds: success 0.161 per attempt of
/// 100 us. A pair counts when both ends hold it; it is consumed at once.
namespace versus {

using namespace ebit::literals;

struct nested : ebit::default_profile {
  using swap = ebit::swap::nested;
};
/// With one round of BBPSSW on every link.
struct purified : nested {
  using purify = ebit::purify::bbpssw;
};
struct by_hops : ebit::default_profile {
  using route = ebit::route::fewest_hops;
};

[[nodiscard]] inline ebit::link::fibre common_fibre() { return {.length = 20_km}; }
[[nodiscard]] inline ebit::link::hardware common_hardware(std::uint32_t memories) {
  ebit::link::hardware h;
  h.detector_efficiency = 0.9;
  h.memories = static_cast<std::uint16_t>(memories);
  return h;
}

template <class T>
[[nodiscard]] T or_exit(ebit::result<T> r) {
  if (r) return std::move(*r);
  const ebit::config_error& e = r.error();
  std::fprintf(stderr, "versus: %s: %s is given, %s is allowed %s\n", e.what.c_str(), e.given.c_str(),
               e.allowed.c_str(), e.where.c_str());
  std::exit(2);
}

/// `nodes` in a line, one request between the ends for `pairs` pairs, from building the network to the last delivery.
template <class Profile>
void run_chain(report& out, const std::string& name, std::uint32_t nodes, const ebit::link::hardware& hardware,
               std::uint32_t pairs, int repeats, const char* others) {
  double events = 0, simulated = 0;
  const double cpu = best_seconds(repeats, [&] {
    const ebit::sim::topology net = ebit::sim::chain(nodes, common_fibre());
    ebit::sim::network<Profile> sim{net, {.seed = 1, .hardware = hardware}};
    const auto r = or_exit(sim.request({.from = net.node(0), .to = net.node(nodes - 1), .pairs = pairs}));
    sim.run();
    if (r.delivered() != pairs) {
      std::fprintf(stderr, "versus: %s delivered %zu of %u pairs\n", name.c_str(), r.delivered(), pairs);
      std::exit(1);
    }
    events = static_cast<double>(sim.events());
    simulated = sim.now().since_epoch().seconds();
  });
  out.add(name, "pairs_per_cpu_s", pairs / cpu, others);
  out.add(name, "events_per_pair", events / pairs);
  out.add(name, "pairs_per_simulated_s", pairs / simulated);
}

/// A network and who wants pairs with whom.
struct scenario {
  ebit::sim::topology net;
  std::vector<ebit::sim::node_pair> requests;
};

/// N / 5 disjoint pairs of nodes that can reach each other.
[[nodiscard]] inline std::vector<ebit::sim::node_pair> disjoint_pairs(const ebit::sim::topology& net) {
  ebit::random_stream draw{1, ebit::random_purpose::demand, net.size()};
  std::vector<ebit::sim::node_pair> pairs;
  for (std::vector<ebit::node_id> nodes : net.components()) {
    for (std::size_t i = nodes.size(); i > 1; --i) std::swap(nodes[i - 1], nodes[ebit::sample::below(draw, i)]);
    for (std::size_t i = 0; i + 1 < nodes.size() && pairs.size() < net.size() / 5; i += 2)
      pairs.push_back({nodes[i], nodes[i + 1]});
  }
  return pairs;
}

/// The graph `kind`_`nodes` from files in `folder`, if one is given, else from our own builders with the same links.
[[nodiscard]] inline scenario load(const std::string& kind, std::uint32_t nodes, const std::string& folder) {
  scenario s;
  if (!folder.empty()) {
    const std::string number = std::to_string(nodes);
    s.net = or_exit(ebit::sim::read_edge_list(folder + "/" + kind + "_" + number + ".txt", common_fibre()));
    s.requests = or_exit(ebit::sim::read_requests(folder + "/requests_" + number + ".txt", s.net));
    return s;
  }
  if (kind == "grid") {
    std::uint32_t side = 1;
    while ((side + 1) * (side + 1) <= nodes) ++side;
    s.net = ebit::sim::grid(side, side, common_fibre());
  } else {
    const ebit::sim::topology drawn = ebit::sim::waxman(nodes, {.alpha = 0.2, .beta = 0.2}, 1);
    for (std::size_t i = 0; i < drawn.size(); ++i) s.net.add_node();
    for (const auto& link : drawn.links()) s.net.add_link(link.a, link.b, common_fibre());
  }
  s.requests = disjoint_pairs(s.net);
  return s;
}

/// All requests active from the start, by fewest hops, with two memories per link side and request, for a simulated
/// second.
inline void run_network(report& out, const std::string& name, const scenario& s, const char* others,
                        const char* routing) {
  using network = ebit::sim::network<by_hops>;
  constexpr std::uint32_t unending = 100'000'000;
  constexpr std::uint8_t width = 2;
  std::vector<std::uint32_t> load(s.net.links().size(), 0);
  const network planner{
      s.net, {.route = {.width = width, .patience = ebit::duration::never()}, .hardware = common_hardware(width)}};
  const double start = cpu_seconds();
  for (const auto& r : s.requests)
    for (const ebit::path_id link : planner.plan({.from = r.from, .to = r.to, .pairs = unending}).path.links)
      ++load[link.value()];
  const double planned = cpu_seconds();
  const std::uint32_t memories = width * *std::max_element(load.begin(), load.end());
  network sim{s.net,
              {.seed = 1,
               .route = {.width = width, .patience = ebit::duration::never()},
               .hardware = common_hardware(memories)}};
  std::vector<ebit::sim::request_handle> handles;
  for (const auto& r : s.requests)
    handles.push_back(or_exit(sim.request({.from = r.from, .to = r.to, .pairs = unending})));
  const double built = cpu_seconds();
  sim.run_for(1_s);
  const double cpu = cpu_seconds() - built;
  double pairs = 0, refused = 0;
  for (const auto& h : handles) {
    pairs += static_cast<double>(h.delivered());
    refused += h.refused() ? 1 : 0;
  }
  out.add(name, "cpu_s_per_simulated_s", cpu, others);
  out.add(name, "routing_cpu_s", planned - start, routing);
  out.add(name, "pairs_per_cpu_s", pairs / cpu);
  out.add(name, "events_per_pair", pairs > 0 ? static_cast<double>(sim.events()) / pairs : 0);
  out.add(name, "refused_requests", refused);
}

}  // namespace versus
