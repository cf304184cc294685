// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <ebit/core/result.hpp>
#include <ebit/link/bell_state_analyser.hpp>
#include <ebit/link/lit_path.hpp>
#include <ebit/link/optical_switch_presets.hpp>
#include <ebit/orchestrate/fabric_builders.hpp>
#include <ebit/orchestrate/fabric_state.hpp>
#include <ebit/orchestrate/path_finder.hpp>
#include <ebit/sim/text.hpp>

/// The light between two ends: along a fibre, or through the fabric of a data centre.
namespace transducers {

inline constexpr std::array<std::string_view, 3> fabric_names{"star", "clos", "fat-tree"};

struct way {
  std::string name;
  ebit::link::lit_path path;
  double metres = 0;    ///< of fibre from end to end
  double decibels = 0;  ///< from end to end
  std::uint32_t switches = 0;
  /// Its detectors replace those of the ends' hardware.
  std::optional<ebit::link::bell_state_analyser> analyser{};

  [[nodiscard]] ebit::link::hardware seen_by(const ebit::link::hardware& h) const {
    return analyser ? analyser->installed_in(h) : h;
  }
};

/// Analysers of a data centre: those of examples/data_centre.
[[nodiscard]] inline ebit::link::bell_state_analyser nanowire_analyser() {
  ebit::link::bell_state_analyser station;
  station.eye = ebit::link::superconducting_nanowire();
  return station;
}

/// In the idle fabric of so many QPUs, from the first of them to the one that even the best light path loses most to.
[[nodiscard]] inline ebit::result<way> worst_way(std::string_view name, std::uint32_t qpus,
                                                 const ebit::link::optical_switch& optics) {
  namespace net = ebit::orchestrate;
  net::fabric_options parts;
  parts.switches = {optics};
  parts.analyser = nanowire_analyser();
  const net::fabric in = name == "star"   ? net::star(qpus, parts)
                         : name == "clos" ? net::clos_for(qpus, parts)
                                          : net::fat_tree_for(qpus, parts);
  if (const ebit::status ok = in.validate(); !ok) return ok.error();
  const net::fabric_state idle{in};
  const net::least_loss cost{in};
  net::path_finder finder;
  std::optional<net::light_path> worst;
  const auto loss_of = [](const net::light_path& p) { return std::max(p.a.total, p.b.total); };
  for (const auto to : in.endpoints().subspan(1)) {
    auto found = finder.find(in, idle, {in.endpoints().front()}, {to}, cost);
    if (found && (!worst || loss_of(*worst) < loss_of(*found))) worst = std::move(found);
  }
  if (!worst)
    return ebit::config_error{"--fabric", ebit::sim::detail::quoted(name), "one with a light path between two QPUs"};
  way w{std::string{name}, worst->balanced()};
  for (const net::arm* side : {&worst->a, &worst->b}) {
    for (const net::span_id s : side->spans) w.metres += in.along(s).length.base();
    w.switches += static_cast<std::uint32_t>(side->crossings.size());
  }
  w.decibels = 2 * loss_of(*worst).base();  // balanced
  w.analyser = in.model_of_analyser(worst->analyser);
  return w;
}

}  // namespace transducers
