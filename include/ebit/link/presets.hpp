// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <ebit/core/result.hpp>
#include <ebit/link/hardware.hpp>
#include <ebit/link/hardware_preset.hpp>
#include <ebit/link/presets_atoms.hpp>
#include <ebit/link/presets_colour_centres.hpp>
#include <ebit/link/presets_ions.hpp>
#include <ebit/link/presets_superconducting.hpp>

/// Named sets of hardware values. Every value says how far it can be trusted: a set is quoted as published only where
/// its source was seen; numbers quoted from memory and those that we assume are marked as such.
namespace ebit::link {

/// All sets: experiments, sets of other simulations, targets.
[[nodiscard]] inline std::vector<hardware_preset> presets() {
  return {detail::delft_nv_2018(),        detail::oxford_ion_2020(),
          detail::innsbruck_ion_2023(),   detail::innsbruck_array_2024(),
          detail::oxford_ion_2025(),      detail::munich_atom_2022(),
          detail::boston_siv_2024(),      detail::transducer_today_2025(),
          detail::netsquid_nv_lab_2019(), detail::netsquid_nv_lab_cavity_2019(),
          detail::netsquid_nv_ql2020(),   detail::netsquid_nv_ql2020_plain(),
          detail::cavity_atom_target(),   detail::transducer_target_2025()};
}

/// What `today` and `target` stand for.
struct preset_alias {
  std::string_view name;
  std::string_view stands_for;
};
inline constexpr preset_alias preset_aliases[] = {{"today", "munich_atom_2022"}, {"target", "cavity_atom_target"}};

/// The set of that name or alias; the error lists the names there are.
[[nodiscard]] inline result<hardware_preset> find_preset(std::string_view name) {
  std::string_view wanted = name;
  std::string known;
  for (const preset_alias& alias : preset_aliases) {
    if (alias.name == name) wanted = alias.stands_for;
    known.append(alias.name).append(", ");
  }
  for (const hardware_preset& p : presets())
    if (p.name == wanted) return p;
  for (const hardware_preset& p : presets()) known.append(p.name).append(", ");
  known.resize(known.size() - 2);
  return config_error{"hardware", '"' + std::string{name.substr(0, 60)} + '"', known};
}

/// What stands at every node of a simulated network unless it is told otherwise: `target`, with which paths of many
/// hops work. No experiment of today has all of its values.
[[nodiscard]] inline hardware default_hardware() { return detail::cavity_atom_target().value; }

}  // namespace ebit::link
