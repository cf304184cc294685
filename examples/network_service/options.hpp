// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include <ebit/core/result.hpp>
#include <ebit/link/presets.hpp>

#include "network_service/hardware_options.hpp"
#include "network_service/stacks.hpp"
#include "support/whole_number.hpp"

/// The command line.
namespace service {

/// `--from A --to B` or `--all-pairs K`, with what was asked for it.
struct request_group {
  std::string from{};
  std::string to{};
  std::uint32_t random = 0;  ///< above 0: as many random pairs of nodes
  std::optional<std::uint32_t> pairs{};
  std::optional<double> min_fidelity{};
};

/// `--cut A --and B`: the fibres between them, from a time on for a while.
struct cut_fibre {
  std::string from{};
  std::string to{};
  ebit::duration at = ebit::duration::zero();
  ebit::duration lasts = ebit::duration::seconds(3600);
};

struct options {
  enum class action : std::uint8_t { serve, help, list_hardware, list_profiles };

  action what = action::serve;
  std::string network_file;
  std::vector<request_group> groups;
  std::vector<cut_fibre> cuts;
  std::uint32_t pairs = 100;
  double min_fidelity = 0.8;
  std::string csv_file;
  std::string trace_file;
  std::string lineage_file;
  std::uint64_t seed = 1;
  ebit::link::hardware_preset hardware;
  profile_choice profile = profile_choices[0];
  std::string changed;  ///< the single values given, as text
  ebit::duration cutoff = ebit::duration::never();
  ebit::duration patience = ebit::duration::seconds(3600);
  std::uint8_t width = 0;
};

class option_parser {
 public:
  option_parser(int argc, const char* const* argv) : arguments_{argv + (argc > 0 ? 1 : 0), argv + argc} {}

  [[nodiscard]] ebit::result<options> run() {
    std::string hardware = "today";
    std::vector<std::pair<const hardware_option*, std::string_view>> changes;
    for (; at_ < arguments_.size(); ++at_) {
      const std::string_view name = arguments_[at_];
      if (name == "--help" || name == "-h") return with(options::action::help);
      if (!name.starts_with("--")) {
        if (name.empty() || !o_.network_file.empty())
          return ebit::config_error{"argument", ebit::sim::detail::quoted(name),
                                    "one GML file, and options (see --help)"};
        o_.network_file = name;
        continue;
      }
      const hardware_option* change = find_hardware_option(name);
      if (change == nullptr && !known(name))
        return ebit::config_error{"option", ebit::sim::detail::quoted(name), "one that --help lists"};
      if (++at_ == arguments_.size()) return ebit::config_error{std::string{name}, "nothing", "a value after it"};
      const std::string_view value = arguments_[at_];
      if (change != nullptr) {
        changes.emplace_back(change, value);
      } else if (name == "--hardware") {
        if (value == "list") return with(options::action::list_hardware);
        hardware = value;
      } else if (name == "--profile" && value == "list") {
        return with(options::action::list_profiles);
      } else if (const ebit::status taken = take(name, value); !taken) {
        return taken.error();
      }
    }
    auto preset = ebit::link::find_preset(hardware);
    if (!preset) return ebit::config_error{"--hardware", preset.error().given, preset.error().allowed};
    o_.hardware = *preset;
    for (const auto& [option, value] : changes) {
      if (const ebit::status set = apply(*option, value, o_.hardware.value); !set) return set.error();
      o_.changed.append(o_.changed.empty() ? "" : " ").append(option->name).append(" ").append(value);
    }
    if (const ebit::status valid = o_.hardware.value.validate(); !valid) return valid.error();
    return complete();
  }

 private:
  [[nodiscard]] static bool same_file(const std::string& a, const std::string& b) {
    if (a.empty() || b.empty()) return false;
    std::error_code absent;
    return a == b || std::filesystem::equivalent(a, b, absent);
  }
  [[nodiscard]] static bool known(std::string_view name) {
    for (const std::string_view k :
         {"--from", "--to", "--pairs", "--min-fidelity", "--all-pairs", "--csv", "--trace", "--lineage", "--seed",
          "--hardware", "--profile", "--cutoff", "--patience", "--width", "--cut", "--and", "--at", "--lasts"})
      if (k == name) return true;
    return false;
  }

  [[nodiscard]] ebit::result<options> with(options::action a) {
    o_.what = a;
    return o_;
  }

  [[nodiscard]] ebit::result<options> complete() {
    if (o_.network_file.empty()) return ebit::config_error{"network", "nothing", "a GML file (see --help)"};
    if (o_.groups.empty())
      return ebit::config_error{"requests", "none", "--from A --to B, or --all-pairs K (see --help)"};
    for (const request_group& g : o_.groups)
      if (g.random == 0 && g.to.empty())
        return ebit::config_error{"--to", "nothing for --from " + ebit::sim::detail::quoted(g.from), "a node"};
    for (const cut_fibre& c : o_.cuts)
      if (c.to.empty())
        return ebit::config_error{"--and", "nothing for --cut " + ebit::sim::detail::quoted(c.from), "a node"};
    // An output must not overwrite the input or another output.
    const std::pair<const char*, const std::string*> files[] = {{"FILE.gml", &o_.network_file},
                                                                {"--csv", &o_.csv_file},
                                                                {"--trace", &o_.trace_file},
                                                                {"--lineage", &o_.lineage_file}};
    for (std::size_t i = 0; i < std::size(files); ++i) {
      for (std::size_t k = i + 1; k < std::size(files); ++k) {
        if (!same_file(*files[i].second, *files[k].second)) continue;
        std::string allowed = "a file other than that of ";
        allowed += files[i].first;
        return ebit::config_error{files[k].first, ebit::sim::detail::quoted(*files[k].second), allowed};
      }
    }
    if (o_.profile.cutoff && o_.cutoff.is_never()) o_.cutoff = o_.hardware.value.memory.t2 / 50;
    if (o_.profile.scheme) o_.hardware.scheme = *o_.profile.scheme;
    return o_;
  }

  [[nodiscard]] static ebit::status time(std::string_view name, std::string_view text, ebit::duration& into) {
    const std::optional<double> value = parse_value(text, true);
    if (!value || !(*value > 0 && *value <= 9e6))
      return ebit::config_error{std::string{name}, ebit::sim::detail::quoted(text), "more than 0 s, at most 9e6 s"};
    into = ebit::duration::seconds(*value);
    return ebit::success{};
  }

  [[nodiscard]] ebit::status take(std::string_view name, std::string_view value) {
    if (name == "--from") {
      o_.groups.push_back({.from = std::string{value}});
    } else if (name == "--to") {
      if (o_.groups.empty() || o_.groups.back().random != 0 || !o_.groups.back().to.empty())
        return ebit::config_error{"--to", ebit::sim::detail::quoted(value), "one after each --from"};
      o_.groups.back().to = value;
    } else if (name == "--cut") {
      o_.cuts.push_back({.from = std::string{value}});
    } else if (name == "--and" || name == "--at" || name == "--lasts") {
      if (o_.cuts.empty() || (name == "--and" && !o_.cuts.back().to.empty()))
        return ebit::config_error{std::string{name}, ebit::sim::detail::quoted(value), "one after each --cut"};
      if (name != "--and") return time(name, value, name == "--at" ? o_.cuts.back().at : o_.cuts.back().lasts);
      o_.cuts.back().to = value;
    } else if (name == "--all-pairs") {
      std::uint32_t count = 0;
      if (const ebit::status ok = support::whole_number(name, value, 1, 10'000, count); !ok) return ok;
      o_.groups.push_back({.random = count});
    } else if (name == "--pairs") {
      std::uint32_t count = 0;
      if (const ebit::status ok = support::whole_number(name, value, 1, 1'000'000, count); !ok) return ok;
      if (o_.groups.empty())
        o_.pairs = count;
      else
        o_.groups.back().pairs = count;
    } else if (name == "--min-fidelity") {
      const std::optional<double> f = ebit::sim::detail::parse_real(value);
      if (!f || !(*f >= 0 && *f <= 1))
        return ebit::config_error{"--min-fidelity", ebit::sim::detail::quoted(value), "0 to 1"};
      if (o_.groups.empty())
        o_.min_fidelity = *f;
      else
        o_.groups.back().min_fidelity = *f;
    } else if (name == "--seed") {
      return support::whole_number(name, value, 0, std::int64_t{9'223'372'036'854'775'807}, o_.seed);
    } else if (name == "--width") {
      return support::whole_number(name, value, 0, 255, o_.width);
    } else if (name == "--cutoff") {
      return time(name, value, o_.cutoff);
    } else if (name == "--patience") {
      return time(name, value, o_.patience);
    } else if (name == "--profile") {
      const auto found = find_profile(value);
      if (!found) return found.error();
      o_.profile = *found;
    } else {
      (name == "--csv" ? o_.csv_file : name == "--trace" ? o_.trace_file : o_.lineage_file) = value;
      if (value.empty()) return ebit::config_error{std::string{name}, "\"\"", "the name of a file"};
    }
    return ebit::success{};
  }

  std::vector<std::string_view> arguments_;
  std::size_t at_ = 0;
  options o_;
};

}  // namespace service
