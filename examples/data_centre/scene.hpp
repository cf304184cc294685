// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <string>
#include <utility>

#include <ebit/sim/demand_file.hpp>
#include <ebit/sim/fabric_fault_file.hpp>

#include "data_centre/fabrics.hpp"
#include "data_centre/run.hpp"
#include "data_centre/sites.hpp"

/// From the command line, and the files it names, to what is to be run.
namespace centre {

[[nodiscard]] inline ebit::result<scene> set_scene(const options& o) {
  scene s;
  s.chosen = o;
  auto built = build_fabric(o);
  if (!built) return built.error();
  s.layout = std::move(*built);
  if (o.sites > 1) {
    auto joined = join_sites(o, s.layout);
    if (!joined) return joined.error();
    s.layout = joined->inside();
    s.askers = askers_of(*joined);
    s.joined = std::move(*joined);
  } else {
    for (const ebit::orchestrate::element_id e : s.layout.endpoints()) s.askers.push_back(ebit::node_id{e.value()});
  }
  const auto endpoints = static_cast<std::uint32_t>(s.layout.endpoints().size());
  const auto askers = static_cast<std::uint32_t>(s.askers.size());
  const equipment& e = o.hardware;
  if (o.makes_demand()) {
    s.demand.pattern = o.demand == "uniform"   ? ebit::sim::demand_pattern::uniform
                       : o.demand == "hotspot" ? ebit::sim::demand_pattern::hotspot
                                               : ebit::sim::demand_pattern::permutation;
    s.demand.requests_per_second = o.requests_per_second.value_or(e.requests_per_qpu * askers);
    s.demand.pairs = o.pairs.value_or(e.pairs);
    s.demand.min_fidelity = o.min_fidelity.value_or(s.joined ? between_sites : e.min_fidelity);
    s.demand.time_limit = o.time_limit.value_or(e.time_limit);
    s.demand.hot_endpoints = std::max(1U, askers / 32);
    s.demand.tenants = o.tenants;
    s.demand.seed = o.seed;
    if (const ebit::status ok = s.demand.validate(askers); !ok) return ok.error();
  } else {
    for (const auto& [name, given] : {std::pair{"--rate", o.requests_per_second.has_value()},
                                      {"--pairs", o.pairs.has_value()},
                                      {"--min-fidelity", o.min_fidelity.has_value()},
                                      {"--deadline", o.time_limit.has_value()},
                                      {"--tenants", o.tenants != 1}})
      if (given) return ebit::config_error{name, "with a demand from a file", "none: the file says it"};
    auto read = ebit::sim::read_demand(o.demand, endpoints);
    if (!read) {
      ebit::config_error why = read.error();
      if (why.given.empty()) why.allowed = "a file, uniform, hotspot or permutation";
      return why;
    }
    s.script = std::move(*read);
  }
  s.span = ebit::duration::seconds(o.seconds.value_or(e.seconds));
  if (!o.faults_file.empty()) {
    auto faults = ebit::sim::read_fabric_faults(o.faults_file, s.layout, o.controllers);
    if (!faults) return faults.error();
    s.faults = std::move(*faults);
  }
  return s;
}

}  // namespace centre
