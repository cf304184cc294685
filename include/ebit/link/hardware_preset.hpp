// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include <ebit/link/hardware.hpp>

namespace ebit::link {

/// How many photons herald a pair; which of the herald policies suits the hardware.
enum class click_scheme {
  single_click,
  double_click,
  none,  ///< the photon itself is caught: `herald::pitch_and_catch`; never of the sets in `presets()`
};

/// A published set of hardware values. The texts together name every value that is not the default, each under how it
/// is known.
struct hardware_preset {
  std::string_view name;
  std::string_view source;
  std::string_view confidence;    ///< of the set as a whole
  std::string_view published{};   ///< values in the source itself
  std::string_view reproduced{};  ///< measured results that follow here from values that were not chosen for it
  std::string_view fitted{};  ///< values we chose so that the models here meet a result: no evidence for the models
  std::string_view from_memory{};  ///< recalled, not looked up: plausible, but not to be cited from here
  std::string_view assumed{};      ///< stated by us, so that a set is complete
  click_scheme scheme = click_scheme::double_click;
  hardware value{};
};

}  // namespace ebit::link
