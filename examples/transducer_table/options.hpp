// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <ebit/core/result.hpp>
#include <ebit/link/clock_profiles.hpp>
#include <ebit/link/fibre.hpp>
#include <ebit/link/lit_path.hpp>
#include <ebit/link/optical_switch_presets.hpp>
#include <ebit/link/presets.hpp>
#include <ebit/link/transducer_presets.hpp>
#include <ebit/orchestrate/remote_pair_limits.hpp>
#include <ebit/sim/text.hpp>

#include "support/whole_number.hpp"
#include "transducer_table/ways.hpp"

/// The command line.
namespace transducers {

struct options {
  bool help = false;
  std::vector<ebit::link::transducer_preset> devices = ebit::link::transducer_presets();
  std::string hardware;  ///< what stands behind every transducer; empty: what its study goes with
  ebit::link::clock_profile clock = ebit::link::clock_profiles().front();
  ebit::link::fibre fibre{.length = ebit::metres(100), .connectors = ebit::decibels(4)};
  std::vector<std::string> fabrics;  ///< of `fabric_names`; none: the fibre alone
  std::uint32_t qpus = 512;
  ebit::link::optical_switch_preset optics = ebit::link::optical_switch_presets().front();
  ebit::orchestrate::limits_question question{};
  std::string csv_file, markdown_file;

  /// Through every fabric that was asked for; else along the fibre, the analyser in its middle.
  [[nodiscard]] ebit::result<std::vector<way>> ways() const {
    using ebit::half;
    std::vector<way> all;
    for (const std::string& name : fabrics) {
      auto found = worst_way(name, qpus, optics.value);
      if (!found) return found.error();
      all.push_back(std::move(*found));
    }
    if (all.empty())
      all.push_back({"fibre",
                     {.transmittance_a = fibre.arm_transmittance(half::a),
                      .transmittance_b = fibre.arm_transmittance(half::b),
                      .arm_a = fibre.arm_delay(half::a),
                      .arm_b = fibre.arm_delay(half::b)},
                     fibre.length.base(),
                     fibre.total_loss().base()});
    return all;
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
    if (auto ok = check_ways(); !ok) return ok.error();
    if (auto ok = o_.question.validate(); !ok) return ok.error();
    return o_;
  }

 private:
  [[nodiscard]] static bool known(std::string_view name) {
    for (const std::string_view n : {"--device", "--hardware", "--clock", "--length", "--loss", "--fabric", "--qpus",
                                     "--switch", "--fidelity", "--factor", "--csv", "--markdown"})
      if (name == n) return true;
    return false;
  }
  /// What is said of a fibre is not said of a fabric, and the other way round.
  [[nodiscard]] ebit::status check_ways() const {
    const bool has_fabric = !o_.fabrics.empty();
    for (const std::string_view name : said_) {
      const bool of_fibre = name == "--length" || name == "--loss",
                 of_fabric = name == "--qpus" || name == "--switch";
      if (has_fabric && of_fibre)
        return ebit::config_error{std::string{name}, "with --fabric", "none: the fabric has its own fibres"};
      if (!has_fabric && of_fabric) return ebit::config_error{std::string{name}, "without --fabric", "with a fabric"};
    }
    if (!o_.csv_file.empty() && o_.csv_file == o_.markdown_file)
      return ebit::config_error{"--markdown", ebit::sim::detail::quoted(o_.markdown_file),
                                "a file other than that of --csv"};
    return ebit::success{};
  }

  [[nodiscard]] ebit::status read(std::string_view name, std::string_view value) {
    said_.push_back(name);
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
    } else if (name == "--fabric") {
      if (std::find(fabric_names.begin(), fabric_names.end(), value) == fabric_names.end())
        return ebit::config_error{"--fabric", ebit::sim::detail::quoted(value), "star, clos or fat-tree"};
      o_.fabrics.emplace_back(value);
    } else if (name == "--qpus") {
      return support::whole_number(name, value, 2, 1024, o_.qpus);
    } else if (name == "--switch") {
      const auto found = ebit::link::find_optical_switch_preset(value);
      if (!found) return ebit::config_error{"--switch", found.error().given, found.error().allowed};
      o_.optics = *found;
    } else if (name == "--csv" || name == "--markdown") {
      if (value.empty()) return ebit::config_error{std::string{name}, "\"\"", "a name"};
      (name == "--csv" ? o_.csv_file : o_.markdown_file) = value;
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

  std::vector<std::string_view> arguments_, said_;
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
      "  --fabric NAME     instead of that fibre the light path through a data centre between the first QPU and that "
      "to "
      "which it loses most: star, clos or fat-tree; once for each\n"
      "  --qpus N          in the data centre, 2 to 1024 (512)\n"
      "  --switch NAME     in the data centre, each with as many ports as its place needs (%s)\n"
      "  --fidelity F      of the pairs whose rate is given; if not said 0.99 of the best\n"
      "  --factor K        by which a parameter is improved to see whether it limits (2)\n"
      "  --csv FILE        every figure, with those of every improvement\n"
      "  --markdown FILE   the table, for a document\n\n"
      "devices:\n",
      std::string{options{}.optics.name}.c_str());
  for (const auto& d : ebit::link::transducer_presets())
    std::printf("  %-24s %s\n", std::string{d.name}.c_str(), std::string{d.source}.c_str());
  std::printf("\nparameters:\n");
  for (const auto& p : ebit::orchestrate::pair_parameters())
    std::printf("  %-24s %s\n", std::string{p.name}.c_str(), std::string{p.how}.c_str());
}

}  // namespace transducers
