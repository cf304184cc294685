// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdio>
#include <string>
#include <string_view>
#include <vector>

#include <ebit/core/result.hpp>
#include <ebit/link/clock_profiles.hpp>
#include <ebit/link/fibre.hpp>
#include <ebit/link/lit_path.hpp>
#include <ebit/link/presets.hpp>
#include <ebit/link/transducer_presets.hpp>
#include <ebit/orchestrate/remote_pair_limits.hpp>
#include <ebit/sim/text.hpp>

/// The command line.
namespace transducers {

struct options {
  bool help = false;
  std::vector<ebit::link::transducer_preset> devices = ebit::link::transducer_presets();
  std::string hardware;  ///< what stands behind every transducer; empty: what its study goes with
  ebit::link::clock_profile clock = ebit::link::clock_profiles().front();
  ebit::link::fibre fibre{.length = ebit::metres(100), .connectors = ebit::decibels(4)};
  ebit::orchestrate::limits_question question{};
  std::string csv_file;

  /// Between the two ends, the analyser in the middle.
  [[nodiscard]] ebit::link::lit_path path() const {
    using ebit::half;
    return {.transmittance_a = fibre.arm_transmittance(half::a),
            .transmittance_b = fibre.arm_transmittance(half::b),
            .arm_a = fibre.arm_delay(half::a),
            .arm_b = fibre.arm_delay(half::b)};
  }
  /// What stands behind a transducer, its clock included.
  [[nodiscard]] ebit::link::hardware behind(std::string_view device) const {
    const std::string_view own = device == "link_target_2025" ? "transducer_target_2025" : "transducer_today_2025";
    const auto found = ebit::link::find_preset(hardware.empty() ? own : std::string_view{hardware});
    return clock.value.installed_in(found->value);
  }
};

class option_parser {
 public:
  option_parser(int argc, const char* const* argv) : arguments_{argv + (argc > 0 ? 1 : 0), argv + argc} {}

  [[nodiscard]] ebit::result<options> run() {
    bool chosen = false;
    for (std::size_t i = 0; i < arguments_.size(); ++i) {
      const std::string_view name = arguments_[i];
      if (name == "--help" || name == "-h") {
        o_.help = true;
        return o_;
      }
      if (!known(name)) return ebit::config_error{"option", ebit::sim::detail::quoted(name), "one that --help lists"};
      if (i + 1 == arguments_.size()) return ebit::config_error{std::string{name}, "nothing", "a value after it"};
      if (name == "--device" && !chosen) o_.devices.clear();
      chosen = chosen || name == "--device";
      if (auto done = read(name, arguments_[++i]); !done) return done.error();
    }
    if (auto ok = o_.fibre.validate(); !ok) return ok.error();
    if (auto ok = o_.question.validate(); !ok) return ok.error();
    return o_;
  }

 private:
  [[nodiscard]] static bool known(std::string_view name) {
    for (const std::string_view n :
         {"--device", "--hardware", "--clock", "--length", "--loss", "--fidelity", "--factor", "--csv"})
      if (name == n) return true;
    return false;
  }

  [[nodiscard]] ebit::status read(std::string_view name, std::string_view value) {
    if (name == "--device") {
      const auto found = ebit::link::find_transducer_preset(value);
      if (!found) return found.error();
      o_.devices.push_back(*found);
    } else if (name == "--hardware") {
      if (const auto found = ebit::link::find_preset(value); !found) return found.error();
      o_.hardware = value;
    } else if (name == "--clock") {
      const auto found = ebit::link::find_clock_profile(value);
      if (!found) return found.error();
      o_.clock = *found;
    } else if (name == "--csv") {
      o_.csv_file = value;
    } else {
      const auto number = ebit::sim::detail::parse_real(value);
      if (!number) return ebit::config_error{std::string{name}, ebit::sim::detail::quoted(value), "a number"};
      if (name == "--length") o_.fibre.length = ebit::metres(*number);
      if (name == "--loss") o_.fibre.connectors = ebit::decibels(*number);
      if (name == "--fidelity") o_.question.fidelity = *number;
      if (name == "--factor") o_.question.factor = *number;
    }
    return ebit::success{};
  }

  std::vector<std::string_view> arguments_;
  options o_;
};

inline void print_help() {
  std::printf(
      "usage: transducer_table [option]...\n"
      "Pairs between two quantum computers with a microwave-optical transducer each: fidelity and rate of every "
      "device and scheme, and the parameter that limits each.\n\n"
      "  --device NAME     a published transducer; once for each, all if not said\n"
      "  --hardware NAME   what stands behind it; if not said transducer_today_2025, and transducer_target_2025 "
      "behind "
      "link_target_2025\n"
      "  --clock NAME      how the ends keep time: ideal (if not said), stabilised_optical, white_rabbit, "
      "gps_disciplined\n"
      "  --length METRES   of the fibre between the ends, an analyser in its middle (100)\n"
      "  --loss DB         of switches and connectors from end to end, besides 0.2 dB/km (4)\n"
      "  --fidelity F      of the pairs whose rate is given; if not said 0.99 of the best\n"
      "  --factor K        by which a parameter is improved to see whether it limits (2)\n"
      "  --csv FILE        every figure, with those of every improvement\n\n"
      "devices:\n");
  for (const auto& d : ebit::link::transducer_presets())
    std::printf("  %-24s %s\n", std::string{d.name}.c_str(), std::string{d.source}.c_str());
  std::printf("\nparameters:\n");
  for (const auto& p : ebit::orchestrate::pair_parameters())
    std::printf("  %-24s %s\n", std::string{p.name}.c_str(), std::string{p.how}.c_str());
}

}  // namespace transducers
