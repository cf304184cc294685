// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <string>
#include <string_view>
#include <utility>

#include <ebit/core/result.hpp>
#include <ebit/orchestrate/fabric_builders.hpp>
#include <ebit/orchestrate/fabric_builders_direct.hpp>
#include <ebit/orchestrate/planar_pool.hpp>
#include <ebit/sim/fabric_file.hpp>

#include "data_centre/options.hpp"

/// From a name and a number of processors to a fabric.
namespace centre {

struct fabric_choice {
  std::string_view name;
  std::string_view meaning;
};

inline constexpr fabric_choice fabric_choices[] = {
    {"fat-tree", "edge, aggregation and core switches of k ports; analysers at edges and cores"},
    {"clos", "three stages without blocking; analysers at the last"},
    {"bcube", "two levels; every QPU is at a switch of either; others than those at one switch take two light paths"},
    {"qfly", "groups of switches, all joined, and groups joined by one cable (dragonfly)"},
    {"star", "all at one switch"},
    {"planar", "a chip of 2x2 switches without crossings; analysers for half the ports"},
};

/// As many in each of `pools` as make about `wanted` in all; one at least.
[[nodiscard]] inline std::uint16_t in_each_pool(std::uint32_t wanted, std::uint64_t pools) {
  const std::uint64_t each = pools == 0 ? 1 : (wanted + pools / 2) / pools;
  return static_cast<std::uint16_t>(std::clamp<std::uint64_t>(each, 1, 0xffff));
}

[[nodiscard]] inline ebit::result<ebit::orchestrate::fabric> build_fabric(const options& o) {
  namespace net = ebit::orchestrate;
  const auto checked = [](net::fabric made) -> ebit::result<net::fabric> {
    if (const ebit::status ok = made.validate(); !ok) return ok.error();
    return made;
  };
  const bool is_file =
      std::none_of(std::begin(fabric_choices), std::end(fabric_choices), [&](auto& c) { return c.name == o.fabric; });
  if (is_file) {
    if (o.qpus || o.analysers || o.ports != 1 || !o.switch_name.empty())
      return ebit::config_error{o.qpus         ? "--qpus"
                                : o.analysers  ? "--analysers"
                                : o.ports != 1 ? "--ports"
                                               : "--switch",
                                "with a fabric from a file", "none: the file says it"};
    auto read = ebit::sim::read_fabric(o.fabric);
    if (!read) {
      ebit::config_error why = read.error();
      if (!why.given.empty()) return why;  // it is there, and something in it is wrong
      why.allowed = "a file";
      for (const fabric_choice& c : fabric_choices) why.allowed.append(", ").append(c.name);
      why.allowed += " (--fabric list says more)";
      return why;
    }
    return checked(std::move(*read));
  }
  const std::uint32_t qpus = o.qpus.value_or(512);
  const std::uint32_t wanted = o.analysers.value_or(std::max(1U, qpus * o.ports * 3 / 16));
  net::fabric_options parts;
  parts.ports = o.ports;
  parts.analyser = o.hardware.analyser;
  parts.switches = {o.hardware.optics.value};
  parts.loss_per_length = o.hardware.endpoint.value.fibre_attenuation;
  if (o.fabric == "planar") {
    if (o.analysers)
      return ebit::config_error{"--analysers", "with --fabric planar", "none: there is one for two ports"};
    parts.lengths = {ebit::metres(10), ebit::metres(1e-3)};
    parts.to_analyser = ebit::metres(1e-3);
    if (o.switch_name.empty())
      parts.switches = {ebit::link::find_optical_switch_preset("silicon_interferometer_2x2")->value};
    return checked(net::planar_pool(qpus, parts));
  }
  if (o.fabric == "fat-tree") {
    const std::uint64_t k = net::fat_tree_ports_for(qpus, o.ports);
    const std::uint16_t each = in_each_pool(wanted, k * k / 2 + k * k / 4);
    parts.analysers = {each, 0, each};
    if (o.analysers && wanted < k * k / 2 + k * k / 4)  // not one for each of them: only where all can come together
      parts.analysers = {0, 0, in_each_pool(wanted, k * k / 4)};
    return checked(net::fat_tree_for(qpus, parts));
  }
  if (o.fabric == "clos") {
    parts.analysers = {0, 0, in_each_pool(wanted, net::clos_shape_for(qpus, o.ports).r)};
    return checked(net::clos_for(qpus, parts));
  }
  if (o.fabric == "bcube") {
    std::uint64_t n = 2;
    while (n * n < qpus) ++n;
    parts.analysers = {in_each_pool(wanted, 2 * n)};
    return checked(net::bcube_for(qpus, 1, parts));
  }
  if (o.fabric == "qfly") {
    const net::q_fly_shape shape = net::q_fly_shape_for(qpus, o.ports);
    parts.analysers = {in_each_pool(wanted, std::uint64_t{shape.a} * shape.groups)};
    return checked(net::q_fly_for(qpus, parts));
  }
  parts.analysers = {in_each_pool(wanted, 1)};
  return checked(net::star(qpus, parts));
}

inline void print_fabrics() {
  for (const fabric_choice& c : fabric_choices)
    std::printf("%-10s %.*s\n", std::string{c.name}.c_str(), static_cast<int>(c.meaning.size()), c.meaning.data());
  std::printf("%-10s any other, from a text\n", "FILE");
}

}  // namespace centre
