// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdio>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <ebit/core/result.hpp>
#include <ebit/link/presets.hpp>
#include <ebit/sim/text.hpp>

#include "design_explorer/parameters.hpp"
#include "design_explorer/sweep.hpp"

/// The command line.
namespace explorer {

struct options {
  bool help = false;
  std::string scenario = "data_centre";
  std::string hardware;  ///< a preset's name; empty: the scenario's own
  design base;
  axis x;
  std::optional<axis> y;
  figure what = figure::key;
  double min_fidelity = 0.9;
  std::string csv_file;
  std::string svg_file;
};

class option_parser {
 public:
  option_parser(int argc, const char* const* argv) : arguments_{argv + (argc > 0 ? 1 : 0), argv + argc} {}

  [[nodiscard]] ebit::result<options> run() {
    for (std::size_t i = 0; i < arguments_.size(); ++i) {
      const std::string_view name = arguments_[i];
      if (name == "--help" || name == "-h") {
        o_.help = true;
        return o_;
      }
      if (i + 1 == arguments_.size()) {
        if (!known(name)) return unknown(name);
        return ebit::config_error{std::string{name}, "nothing", "a value after it"};
      }
      if (!known(name)) return unknown(name);
      given_.emplace_back(name, arguments_[++i]);
    }
    if (auto done = read_scenario(); !done) return done.error();
    for (const auto& [name, value] : given_)
      if (auto done = read(name, value); !done) return done.error();
    if (o_.y && o_.y->what.name == o_.x.what.name)
      return ebit::config_error{"--y", std::string{o_.y->what.name}, "another parameter than --x"};
    return o_;
  }

 private:
  using argument = std::pair<std::string_view, std::string_view>;

  [[nodiscard]] static bool known(std::string_view name) {
    for (const std::string_view n :
         {"--scenario", "--hardware", "--x", "--y", "--set", "--figure", "--min-fidelity", "--csv", "--svg"})
      if (name == n) return true;
    return false;
  }
  [[nodiscard]] static ebit::config_error unknown(std::string_view name) {
    return {"option", ebit::sim::detail::quoted(name), "one that --help lists"};
  }

  /// The scenario comes first wherever it stands, since everything else changes it.
  [[nodiscard]] ebit::status read_scenario() {
    for (const auto& [name, value] : given_)
      if (name == "--scenario") o_.scenario = value;
    ebit::link::hardware& h = o_.base.node;
    if (o_.scenario == "data_centre") {
      // Two quantum computers with transducers, 100 m apart: what is worth improving, noise or efficiency?
      h = ebit::link::hardware{};
      h.detector_efficiency = 0.9;
      h.dark_counts = ebit::hertz(10);
      h.detection_window = ebit::duration::seconds(1e-6);
      h.visibility = 0.98;
      h.phase_noise = 0.15;
      h.phase_correlation = ebit::duration::seconds(10e-3);
      h.attempt_time = ebit::duration::seconds(1e-6);
      h.emission_efficiency = 0.1;
      h.memory = {ebit::duration::seconds(1e-3), ebit::duration::seconds(1e-3)};
      h.gates = {.two_qubit = 0.002, .one_qubit = 2e-4, .read_out = 0.005};
      h.gate_time = ebit::duration::seconds(1e-6);
      h.memories = 2;
      o_.base.line.length = ebit::metres(100);
      o_.x = {*find_parameter("added_noise"), 1e-4, 1, 24, true};
      o_.y = axis{*find_parameter("efficiency"), 1e-3, 1, 16, true};
    } else if (o_.scenario == "chain") {
      // Repeaters between two cities: how far apart, and how well do they couple to the fibre?
      h = ebit::link::default_hardware();
      h.phase_noise = 0.2;
      h.phase_correlation = ebit::duration::seconds(1e-3);
      o_.base.links = 4;
      o_.base.line.loss_per_length = h.fibre_attenuation;
      o_.x = {*find_parameter("length"), 2, 100, 24, true};
      o_.y = axis{*find_parameter("efficiency"), 0.01, 1, 16, true};
    } else {
      return ebit::config_error{"--scenario", ebit::sim::detail::quoted(o_.scenario), "data_centre, chain"};
    }
    return ebit::success{};
  }

  [[nodiscard]] ebit::status read(std::string_view name, std::string_view value) {
    if (name == "--hardware") {
      const auto preset = ebit::link::find_preset(value);
      if (!preset) return preset.error();
      o_.hardware = value;
      o_.base.node = preset->value;
      o_.base.line.loss_per_length = preset->value.fibre_attenuation;
    } else if (name == "--x" || name == "--y") {
      if (name == "--y" && value == "none") {
        o_.y.reset();
        return ebit::success{};
      }
      auto read = read_axis(name, value);
      if (!read) return read.error();
      if (name == "--x")
        o_.x = *read;
      else
        o_.y = *read;
    } else if (name == "--set") {
      const std::size_t equals = value.find('=');
      const auto p = find_parameter(value.substr(0, equals));
      if (!p) return p.error();
      const auto v =
          equals == std::string_view::npos ? std::nullopt : ebit::sim::detail::parse_real(value.substr(equals + 1));
      if (!v) return ebit::config_error{"--set", ebit::sim::detail::quoted(value), "name=number"};
      if (auto ok = check(*p, *v); !ok) return ok;
      p->set(o_.base, *v);
    } else if (name == "--figure") {
      if (value == "rate")
        o_.what = figure::rate;
      else if (value == "fidelity")
        o_.what = figure::fidelity;
      else if (value == "key")
        o_.what = figure::key;
      else
        return ebit::config_error{"--figure", ebit::sim::detail::quoted(value), "rate, fidelity, key"};
    } else if (name == "--min-fidelity") {
      const auto v = ebit::sim::detail::parse_real(value);
      if (!(v && *v >= 0 && *v <= 1))
        return ebit::config_error{"--min-fidelity", ebit::sim::detail::quoted(value), "0 to 1"};
      o_.min_fidelity = *v;
    } else if (name == "--csv") {
      o_.csv_file = value;
    } else if (name == "--svg") {
      o_.svg_file = value;
    }
    return ebit::success{};
  }

  /// NAME:FROM:TO[:STEPS]
  [[nodiscard]] static ebit::result<axis> read_axis(std::string_view option, std::string_view value) {
    std::vector<std::string_view> part;
    for (std::string_view rest = value;;) {
      const std::size_t colon = rest.find(':');
      part.push_back(rest.substr(0, colon));
      if (colon == std::string_view::npos) break;
      rest.remove_prefix(colon + 1);
    }
    const auto wrong = [&](const char* allowed) {
      return ebit::config_error{std::string{option}, ebit::sim::detail::quoted(value), allowed};
    };
    if (part.size() < 3 || part.size() > 4) return wrong("NAME:FROM:TO or NAME:FROM:TO:STEPS");
    const auto p = find_parameter(part[0]);
    if (!p) return p.error();
    const auto from = ebit::sim::detail::parse_real(part[1]), to = ebit::sim::detail::parse_real(part[2]);
    const auto steps = part.size() == 4 ? ebit::sim::detail::parse_real(part[3]) : std::optional<double>{16};
    if (!from || !to || !(*from < *to)) return wrong("two numbers, the smaller first");
    if (!(steps && *steps >= 2 && *steps <= 1000 && *steps == static_cast<double>(static_cast<int>(*steps))))
      return wrong("2 to 1000 steps");
    for (const double v : {*from, *to})
      if (auto ok = check(*p, v); !ok) return ok.error();
    axis a{*p, *from, *to, static_cast<std::size_t>(*steps), p->logarithmic && *from > 0};
    if (p->name == "links" || p->name == "memories") {  // every whole number between
      a.steps = static_cast<std::size_t>(*to - *from) + 1;
      if (a.steps > 255) return wrong("at most 255 values");
    }
    return a;
  }

  std::vector<std::string_view> arguments_;
  std::vector<argument> given_;
  options o_;
};

inline void print_help() {
  std::printf(
      "usage: design_explorer [option]...\n"
      "Sweeps one or two parameters of a link or a chain and forecasts rate, fidelity and key rate of every "
      "scheme.\n\n"
      "  --scenario S        data_centre (two computers with transducers; the default) or chain (repeaters)\n"
      "  --hardware H        a published set of hardware values instead of the scenario's\n"
      "  --x NAME:FROM:TO[:STEPS]   what is swept; logarithmically where that is usual\n"
      "  --y NAME:FROM:TO[:STEPS]   a second parameter, or none\n"
      "  --set NAME=VALUE    of the other parameters\n"
      "  --figure F          what makes a scheme win: rate, fidelity or key (the default)\n"
      "  --min-fidelity F    of the pairs whose rate is given; 0.9 if not said\n"
      "  --csv FILE          every figure of every design\n"
      "  --svg FILE          a map of the regions in which each scheme wins, or curves if there is no second "
      "parameter\n\n"
      "parameters:\n");
  for (const parameter& p : parameters)
    std::printf("  %-20s %-8s %s to %s, %s\n", std::string{p.name}.c_str(), std::string{p.unit}.c_str(),
                number(p.low).c_str(), number(p.high).c_str(), std::string{p.meaning}.c_str());
  std::printf("\nschemes:\n");
  for (const scheme& s : schemes)
    std::printf("  %-20s %s\n", std::string{s.name}.c_str(), std::string{s.meaning}.c_str());
}

}  // namespace explorer
