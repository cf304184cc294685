// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>

#include <ebit/orchestrate/fabric.hpp>
#include <ebit/orchestrate/light_path_cost.hpp>
#include <ebit/orchestrate/path_finder.hpp>

namespace ebit::orchestrate {

/// What a fabric is built from.
struct fabric_resources {
  std::uint64_t endpoints = 0;
  std::uint64_t transducers = 0;  ///< one per port of an endpoint
  std::uint64_t switches = 0;
  std::uint64_t switch_ports = 0;         ///< installed
  std::uint64_t switch_ports_in_use = 0;  ///< with a fibre in them
  std::uint64_t crosspoints = 0;          ///< pairs of ports that switches can join
  std::uint64_t analysers = 0;
  std::uint64_t detectors = 0;
  std::uint64_t fibres = 0;
  ebit::length fibre{};  ///< of all fibres together
  double power = 0;      ///< W, of all switches

  friend bool operator==(const fabric_resources&, const fabric_resources&) = default;
};

[[nodiscard]] inline fabric_resources resources_of(const fabric& in) {
  fabric_resources sum;
  sum.endpoints = in.endpoints().size();
  sum.switches = in.switches().size();
  sum.analysers = in.analysers().size();
  sum.fibres = in.spans().size();
  for (const span& s : in.spans()) sum.fibre += s.length;
  for (const element_id e : in.endpoints()) sum.transducers += in.at(e).ports;
  for (const element_id x : in.analysers()) sum.detectors += in.model_of_analyser(x).detectors;
  for (const element_id e : in.switches()) {
    const link::optical_switch& model = in.model_of_switch(e);
    const std::uint64_t ports = model.ports, left = model.left_ports();
    sum.switch_ports += ports;
    sum.switch_ports_in_use += in.incident(e).size();
    sum.crosspoints += model.kind == link::switch_kind::any_to_any ? ports * (ports - 1) / 2 : left * (ports - left);
    sum.power += model.power;
  }
  return sum;
}

/// The least, mean and greatest of some numbers.
struct range_of_values {
  double least = std::numeric_limits<double>::infinity();
  double greatest = -std::numeric_limits<double>::infinity();
  double sum = 0;
  std::uint64_t count = 0;

  void add(double value) {
    least = value < least ? value : least;
    greatest = value > greatest ? value : greatest;
    sum += value;
    ++count;
  }
  [[nodiscard]] double mean() const { return count > 0 ? sum / static_cast<double>(count) : 0; }
};

/// The light paths of least loss of an idle fabric.
struct path_figures {
  range_of_values loss_db;        ///< of a balanced arm, that is of the worse one
  range_of_values delay;          ///< s, of a balanced arm
  range_of_values crossings;      ///< of an arm
  range_of_values fidelity;       ///< of a perfect pair that came both arms
  std::uint64_t unreachable = 0;  ///< pairs of endpoints that no light path joins
};

/// Of the pairs (i, k) of endpoints, i < k, every `every`th, counted through: all of them with 1.
[[nodiscard]] inline path_figures figures_of_paths(const fabric& in, std::uint64_t every = 1) {
  EBIT_ASSERT(every > 0, "figures_of_paths: every 0th");
  path_figures all;
  const fabric_state idle{in};
  const least_loss cost{in};
  path_finder finder;
  std::uint64_t number = 0;
  for (const element_id a : in.endpoints())
    for (const element_id b : in.endpoints()) {
      if (!(a < b) || number++ % every != 0) continue;
      const std::optional<light_path> path = finder.find(in, idle, {a}, {b}, cost);
      if (!path) {
        ++all.unreachable;
        continue;
      }
      const loss most = path->a.total < path->b.total ? path->b.total : path->a.total;
      const link::lit_path lit = path->balanced();
      all.loss_db.add(most.base());
      all.delay.add(lit.arm_a.seconds());
      for (const arm* each : {&path->a, &path->b}) all.crossings.add(static_cast<double>(each->crossings.size()));
      // White noise of both arms: 4F − 1 is multiplied.
      all.fidelity.add(((4 * lit.fidelity_a - 1) * (4 * lit.fidelity_b - 1) / 3 + 1) / 4);
    }
  return all;
}

}  // namespace ebit::orchestrate
