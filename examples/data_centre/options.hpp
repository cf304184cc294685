// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <iterator>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include <ebit/core/result.hpp>
#include <ebit/core/time.hpp>
#include <ebit/link/clock_profiles.hpp>
#include <ebit/sim/text.hpp>

#include "data_centre/presets.hpp"
#include "support/whole_number.hpp"

/// The command line.
namespace centre {

struct options {
  enum class action : std::uint8_t { run, help, list_fabrics, list_hardware };

  action what = action::run;
  std::string fabric = "fat-tree";
  std::optional<std::uint32_t> qpus;
  std::uint16_t ports = 1;
  std::uint16_t sites = 1;                 ///< data centres alike
  std::optional<double> trunk_km;          ///< from one to the next
  std::optional<std::uint16_t> repeaters;  ///< on each trunk
  std::optional<std::uint32_t> analysers;
  std::string switch_name;  ///< empty: that of the equipment
  std::string demand = "uniform";
  std::optional<double> requests_per_second;
  std::optional<std::uint32_t> pairs;
  std::optional<double> min_fidelity;
  std::optional<ebit::duration> time_limit;
  std::uint16_t tenants = 1;
  std::optional<double> seconds;
  std::string faults_file;
  equipment hardware;
  std::uint16_t buffers = 0;  ///< qubits of each QPU for pairs that nobody has asked for yet
  bool is_static = false;
  std::uint8_t controllers = 1;
  std::optional<ebit::link::clock_profile> clock;  ///< none: photons always come in time
  std::optional<double> photon;                    ///< MHz
  std::uint64_t seed = 1;
  std::string csv_file, trace_file, svg_file;

  [[nodiscard]] bool makes_demand() const {
    return demand == "uniform" || demand == "hotspot" || demand == "permutation";
  }
};

/// The name of a file that goes with another one: "a/out.csv" and "faults" give "a/out.faults.csv".
[[nodiscard]] inline std::string beside(const std::string& name, const char* what) {
  if (name.empty()) return name;
  std::filesystem::path file{name};
  const std::string extension = file.extension().string();
  return file.replace_extension(std::string{"."} + what + extension).string();
}

class option_parser {
 public:
  static constexpr std::int64_t most_sites = 16, most_repeaters = 64;

  option_parser(int argc, const char* const* argv) : arguments_{argv + (argc > 0 ? 1 : 0), argv + argc} {}

  [[nodiscard]] ebit::result<options> run() {
    std::string hardware = "emitter_target";
    for (std::size_t i = 0; i < arguments_.size(); ++i) {
      const std::string_view name = arguments_[i];
      if (name == "--help" || name == "-h") return with(options::action::help);
      if (!known(name)) return ebit::config_error{"option", ebit::sim::detail::quoted(name), "one that --help lists"};
      if (++i == arguments_.size()) return ebit::config_error{std::string{name}, "nothing", "a value after it"};
      const std::string_view value = arguments_[i];
      if (name == "--fabric" && value == "list") return with(options::action::list_fabrics);
      if (name == "--hardware" && value == "list") return with(options::action::list_hardware);
      if (name == "--hardware")
        hardware = value;
      else if (const ebit::status taken = take(name, value); !taken)
        return taken.error();
    }
    auto found = find_equipment(hardware);
    if (!found) return found.error();
    o_.hardware = *found;
    if (!o_.switch_name.empty()) {
      const auto optics = ebit::link::find_optical_switch_preset(o_.switch_name);
      if (!optics) return ebit::config_error{"--switch", optics.error().given, optics.error().allowed};
      o_.hardware.optics = *optics;
    }
    if (o_.photon && !o_.clock)
      return ebit::config_error{"--photon", "without --clock", "with the clocks that bring photons together"};
    for (const auto& [name, given] :
         {std::pair{"--trunk-km", o_.trunk_km.has_value()}, {"--repeaters", o_.repeaters.has_value()}})
      if (given && o_.sites == 1)
        return ebit::config_error{name, "without --sites", "with 2 or more sites, which trunks join"};
    if (const ebit::status ok = check_files(); !ok) return ok.error();
    return o_;
  }

 private:
  [[nodiscard]] static bool known(std::string_view name) {
    for (const std::string_view k :
         {"--fabric", "--qpus",         "--ports",    "--analysers", "--switch",  "--demand", "--rate",
          "--pairs",  "--min-fidelity", "--deadline", "--tenants",   "--seconds", "--faults", "--hardware",
          "--router", "--controllers",  "--seed",     "--csv",       "--trace",   "--svg",    "--clock",
          "--photon", "--sites",        "--trunk-km", "--repeaters", "--stock"})
      if (k == name) return true;
    return false;
  }
  [[nodiscard]] ebit::result<options> with(options::action a) {
    o_.what = a;
    return o_;
  }

  [[nodiscard]] static ebit::status real(std::string_view name, std::string_view text, double low, double high,
                                         std::optional<double>& into) {
    const std::optional<double> value = ebit::sim::detail::parse_real(text);
    if (!value || !(*value >= low && *value <= high))
      return ebit::config_error{std::string{name}, ebit::sim::detail::quoted(text),
                                ebit::detail::number_text(low) + " to " + ebit::detail::number_text(high)};
    into = *value;
    return ebit::success{};
  }
  /// "2.5", in seconds, or "2.5ms", or "never".
  [[nodiscard]] static ebit::status time(std::string_view name, std::string_view text,
                                         std::optional<ebit::duration>& into) {
    if (text == "never") {
      into = ebit::duration::never();
      return ebit::success{};
    }
    struct unit {
      std::string_view name;
      double seconds;
    };
    std::optional<double> value = ebit::sim::detail::parse_real(text);
    for (const unit& u : {unit{"ns", 1e-9}, unit{"us", 1e-6}, unit{"ms", 1e-3}, unit{"s", 1}}) {
      if (value || !text.ends_with(u.name)) continue;
      value = ebit::sim::detail::parse_real(text.substr(0, text.size() - u.name.size()));
      if (value) *value *= u.seconds;
    }
    if (!value || !(*value >= 1e-9 && *value <= 1e5))
      return ebit::config_error{std::string{name}, ebit::sim::detail::quoted(text),
                                "1ns to 1e5 s, in s unless it ends in ns, us or ms, or never"};
    into = ebit::duration::seconds(*value);
    return ebit::success{};
  }
  template <class Value, class Read>
  [[nodiscard]] static ebit::status maybe(std::optional<Value>& into, const Read& read) {
    Value value{};
    if (const ebit::status ok = read(value); !ok) return ok;
    into = value;
    return ebit::success{};
  }

  [[nodiscard]] ebit::status take(std::string_view name, std::string_view value) {
    const auto count = [&](std::optional<std::uint32_t>& into, std::int64_t low, std::int64_t high) {
      return maybe(into, [&](std::uint32_t& n) { return support::whole_number(name, value, low, high, n); });
    };
    if (name == "--qpus") return count(o_.qpus, 2, 1024);
    if (name == "--ports") return support::whole_number(name, value, 1, 64, o_.ports);
    if (name == "--sites") return support::whole_number(name, value, 1, most_sites, o_.sites);
    if (name == "--trunk-km") return real(name, value, 0, 40'000, o_.trunk_km);
    if (name == "--repeaters")
      return maybe(o_.repeaters,
                   [&](std::uint16_t& n) { return support::whole_number(name, value, 0, most_repeaters, n); });
    if (name == "--stock") return support::whole_number(name, value, 1, 1024, o_.buffers);
    if (name == "--analysers") return count(o_.analysers, 1, 1'000'000);
    if (name == "--rate") return real(name, value, 1e-6, 1e9, o_.requests_per_second);
    if (name == "--pairs") return count(o_.pairs, 1, 1'000'000);
    if (name == "--min-fidelity") return real(name, value, 0, 1, o_.min_fidelity);
    if (name == "--deadline") return time(name, value, o_.time_limit);
    if (name == "--tenants") return support::whole_number(name, value, 1, 65'535, o_.tenants);
    if (name == "--seconds") return real(name, value, 1e-6, 1e5, o_.seconds);
    if (name == "--controllers") return support::whole_number(name, value, 1, 8, o_.controllers);
    if (name == "--photon") return real(name, value, 1e-3, 1e6, o_.photon);
    if (name == "--clock") {
      const auto found = ebit::link::find_clock_profile(value);
      if (!found) return ebit::config_error{"--clock", found.error().given, found.error().allowed};
      o_.clock = *found;
      return ebit::success{};
    }
    if (name == "--seed")
      return support::whole_number(name, value, 0, std::numeric_limits<std::int64_t>::max(), o_.seed);
    if (name == "--router") {
      if (value != "adaptive" && value != "static")
        return ebit::config_error{"--router", ebit::sim::detail::quoted(value), "adaptive or static"};
      o_.is_static = value == "static";
      return ebit::success{};
    }
    std::string& into = name == "--fabric"   ? o_.fabric
                        : name == "--switch" ? o_.switch_name
                        : name == "--demand" ? o_.demand
                        : name == "--faults" ? o_.faults_file
                        : name == "--csv"    ? o_.csv_file
                        : name == "--trace"  ? o_.trace_file
                                             : o_.svg_file;
    if (value.empty()) return ebit::config_error{std::string{name}, "\"\"", "a name"};
    into = value;
    return ebit::success{};
  }

  /// An output must not overwrite an input or another output.
  [[nodiscard]] ebit::status check_files() const {
    const auto same = [](const std::string& a, const std::string& b) {
      if (a.empty() || b.empty()) return false;
      std::error_code absent;
      return a == b || std::filesystem::equivalent(a, b, absent);
    };
    const std::string resources = beside(o_.csv_file, "resources"), faults = beside(o_.csv_file, "faults");
    const std::pair<const char*, const std::string*> files[] = {
        {"--fabric", &o_.fabric}, {"--demand", &o_.demand}, {"--faults", &o_.faults_file}, {"--csv", &o_.csv_file},
        {"--csv", &resources},    {"--csv", &faults},       {"--trace", &o_.trace_file},   {"--svg", &o_.svg_file}};
    constexpr std::size_t inputs = 3;
    for (std::size_t i = 0; i < std::size(files); ++i)
      for (std::size_t k = i < inputs ? inputs : i + 1; k < std::size(files); ++k)
        if (same(*files[i].second, *files[k].second))
          return ebit::config_error{files[k].first, ebit::sim::detail::quoted(*files[k].second),
                                    std::string{"a file other than that of "} + files[i].first};
    return ebit::success{};
  }

  std::vector<std::string_view> arguments_;
  options o_;
};

}  // namespace centre
