// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <string>
#include <string_view>

#include <ebit/core/result.hpp>
#include <ebit/link/clock.hpp>

namespace ebit::link {

/// A way to keep a node's clock, and how far each value can be trusted; the texts together name every value.
struct clock_profile {
  std::string_view name;
  std::string_view source;
  std::string_view published{};    ///< read in the source
  std::string_view from_memory{};  ///< recalled, not looked up: plausible, but not to be cited from here
  std::string_view assumed{};      ///< stated by us, so that a profile is complete
  clock value{};
};

/// All profiles, the best first.
[[nodiscard]] inline std::array<clock_profile, 4> clock_profiles() {
  return {{
      {.name = "ideal", .source = "none", .assumed = "no error of any kind", .value = {}},
      {.name = "stabilised_optical",
       .source = "stabilised optical transfer over 53 km, DC-QNet, Appl. Phys. Lett. 125 (2024)",
       .published = "time deviation below 1 ps over 53 km",
       .assumed = "residual 1 ps (the bound taken as the value), locked continuously: no drift, offset calibrated",
       .value = {.residual = 1e-12}},
      {.name = "white_rabbit",
       .source = "White Rabbit over 128 km, DC-QNet, Appl. Phys. Lett. 125 (2024); 300 km, arXiv:2511.23254",
       .published = "time deviation 10 ps over 128 km; accuracy below 1 ns",
       .assumed =
           "residual 10 ps (the time deviation), offset 0.1 ns as the calibrated rest of an accuracy below 1 ns, "
           "drift 1e-12 of a local oscillator steered every 1 s",
       .value = {.offset = 1e-10, .drift = 1e-12, .residual = 1e-11, .synchronised_every = duration::seconds(1)}},
      {.name = "gps_disciplined",
       .source = "a quartz oscillator disciplined by satellite",
       .from_memory = "residual 15 ns rms against satellite time, drift 1e-11 within the loop's 100 s",
       .assumed = "offset 10 ns of the antenna's uncalibrated delay, jitter 0.1 ns",
       .value = {.offset = 1e-8,
                 .drift = 1e-11,
                 .jitter = 1e-10,
                 .residual = 1.5e-8,
                 .synchronised_every = duration::seconds(100)}},
  }};
}

/// The profile of that name; the error lists the names there are.
[[nodiscard]] inline result<clock_profile> find_clock_profile(std::string_view name) {
  std::string known;
  for (const clock_profile& p : clock_profiles()) {
    if (p.name == name) return p;
    known.append(known.empty() ? "" : ", ").append(p.name);
  }
  return config_error{"clock", '"' + std::string{name.substr(0, 60)} + '"', known};
}

}  // namespace ebit::link
