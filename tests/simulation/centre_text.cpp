// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <cstddef>
#include <string_view>

#include "centre_scenario.hpp"
#include "scenario_words.hpp"

namespace ebit_test {
namespace {

using ebit::config_error;
using fault = centre_scenario::fault;

constexpr std::array<std::string_view, 5> fabrics{"star", "clos", "q_fly", "bcube", "fat_tree"};
constexpr std::array<std::string_view, 3> stacks{"plain", "stocked", "one_photon"};
constexpr std::array<std::string_view, 11> faults{"crash",  "clock_step", "device_faults", "slow_device",
                                                  "erasure", "device",    "fibre",         "sticking_port",
                                                  "drift",   "shutdown",  "degraded"};

[[nodiscard]] config_error wrong(std::string_view word, const std::string& allowed) {
  return {"data centre scenario", "'" + std::string{word} + "'", allowed};
}

[[nodiscard]] ebit::status read_word(std::string_view word, centre_scenario& s) {
  const std::size_t equals = word.find('=');
  const std::string_view key = word.substr(0, equals);
  const std::string_view value = equals == std::string_view::npos ? "" : word.substr(equals + 1);
  if (key == "seed") return read(value, s.seed) ? ebit::status{ebit::success{}} : wrong(word, "seed=<number>");
  if (key == "fabric") {
    const std::size_t i = index_of(fabrics, value);
    if (i == fabrics.size()) return wrong(word, "fabric=<one of " + list_of(fabrics) + ">");
    s.kind = static_cast<centre_scenario::fabric>(i);
    return ebit::success{};
  }
  if (key == "stack") {
    const std::size_t i = index_of(stacks, value);
    if (i == stacks.size()) return wrong(word, "stack=<one of " + list_of(stacks) + ">");
    s.runs = static_cast<centre_scenario::stack>(i);
    return ebit::success{};
  }
  if (key == "site") {
    std::array<std::int64_t, 4> v{};
    if (!read_all(value, v) || v[0] < 0 || v[0] >= 5 || v[1] < 3 || v[1] > 64 || v[2] < 1 || v[2] > 100 || v[3] < 0 ||
        v[3] > 8)
      return wrong(word, "site=<fabric, 0 to 4>:<endpoints, 3 to 64>:<kilometres, 1 to 100>:<repeaters, 0 to 8>");
    s.sites.push_back({whole(v[0]), whole(v[1]), whole(v[2]), whole(v[3])});
    return ebit::success{};
  }
  if (const std::size_t i = index_of(faults, key); i < faults.size()) {
    std::array<std::int64_t, 7> v{};
    if (!read_all(value, v))
      return wrong(word, std::string{key} + "=<at>:<lasts>:<where>:<port>:<step>:<probability, per mille>:<factor>");
    s.faults.push_back({static_cast<fault::kind>(i), whole(v[0]), whole(v[1]), whole(v[2]), whole(v[3]),
                        static_cast<std::int32_t>(v[4]), whole(v[5]), whole(v[6])});
    return ebit::success{};
  }
  for (const centre_number& n : centre_numbers()) {
    if (n.name != key) continue;
    if (read(value, s.*n.field) && s.*n.field >= n.least && s.*n.field <= n.most) return ebit::success{};
    return wrong(word, std::string{key} + "=<" + std::to_string(n.least) + " to " + std::to_string(n.most) + ">");
  }
  std::string names = "seed=, fabric=, stack=, site=";
  for (const std::string_view name : faults) names.append(", ").append(name).append("=");
  for (const centre_number& n : centre_numbers()) names.append(", ").append(n.name).append("=");
  return wrong(word, "a word that begins with one of " + names);
}

[[nodiscard]] std::string word_of(const fault& f) {
  return std::string{faults[static_cast<std::size_t>(f.what)]} + "=" +
         colons({f.at, f.lasts, f.where, f.port, f.step, f.probability, f.factor});
}

}  // namespace

const std::vector<centre_number>& centre_numbers() {
  using s = centre_scenario;
  static const std::vector<centre_number> all{{"endpoints", &s::endpoints, 4, 512},
                                              {"ports", &s::ports, 1, 4},
                                              {"moves", &s::moves, 1, 10'000'000},
                                              {"homing", &s::homing, 0, 1'000'000},
                                              {"blind", &s::blind, 0, 1},
                                              {"crosstalk", &s::crosstalk, 0, 1'000},
                                              {"mixed", &s::mixed, 0, 1},
                                              {"clock_jitter", &s::clock_jitter, 0, 10'000},
                                              {"clock_residual", &s::clock_residual, 0, 30'000},
                                              {"clock_offset", &s::clock_offset, 0, 5'000},
                                              {"clock_drift", &s::clock_drift, 0, 10'000},
                                              {"known_signs", &s::known_signs, 0, 1},
                                              {"memories", &s::memories, 1, 16},
                                              {"gate_time", &s::gate_time, 0, 1'000'000},
                                              {"initialising", &s::initialising, 0, 100'000},
                                              {"locking", &s::locking, 0, 100'000},
                                              {"deinitialising", &s::deinitialising, 0, 100'000},
                                              {"degraded_loss", &s::degraded_loss, 0, 999},
                                              {"degraded_noise", &s::degraded_noise, 0, 1'000},
                                              {"cold", &s::cold, 0, 1},
                                              {"controllers", &s::controllers, 1, 8},
                                              {"pattern", &s::pattern, 0, 2},
                                              {"per_second", &s::per_second, 500, 1'000'000},
                                              {"pairs", &s::pairs, 1, 1'000},
                                              {"tenants", &s::tenants, 1, 8},
                                              {"buffer", &s::buffer, 0, 64},
                                              {"partners", &s::partners, 1, 8},
                                              {"kept", &s::kept, 1, 8},
                                              {"half_life", &s::half_life, 100, 1'000'000},
                                              {"longest", &s::longest, 500, 1'000'000},
                                              {"patience", &s::patience, 1'000, 1'000'000},
                                              {"rest", &s::rest, 100, 1'000'000},
                                              {"coherence", &s::coherence, 5'000, 1'000'000},
                                              {"move_time", &s::move_time, 0, 1'000},
                                              {"move_noise", &s::move_noise, 0, 100},
                                              {"retransmit", &s::retransmit, 0, 1'000},
                                              {"coded", &s::coded, 0, 1},
                                              {"loss", &s::loss, 0, 1'000},
                                              {"duplication", &s::duplication, 0, 1'000},
                                              {"jitter", &s::jitter, 0, 100'000}};
  return all;
}

std::string text_of(const centre_scenario& s) {
  std::string text = "seed=" + std::to_string(s.seed);
  text.append(" stack=").append(stacks[static_cast<std::size_t>(s.runs)]);
  text.append(" fabric=").append(fabrics[static_cast<std::size_t>(s.kind)]);
  const centre_scenario usual;
  for (const centre_number& n : centre_numbers())
    if (s.*n.field != usual.*n.field) text.append(" ").append(n.name).append("=").append(std::to_string(s.*n.field));
  for (const centre_scenario::site& one : s.sites)
    text += " site=" + colons({one.kind, one.endpoints, one.kilometres, one.repeaters});
  for (const fault& f : s.faults) text += " " + word_of(f);
  return text;
}

ebit::status check(const centre_scenario& s) {
  if (s.sites.size() == 1) return wrong("site", "none or several");
  const ebit::orchestrate::fabric in = s.layout();
  if (const ebit::status ok = in.validate(); !ok) return ok;
  const auto elements = static_cast<std::uint32_t>(in.elements().size());
  for (const fault& f : s.faults) {
    const bool is_port = f.what == fault::kind::sticking_port;
    const bool is_dim = f.what == fault::kind::degraded && f.port == 1;
    const std::size_t among = f.what == fault::kind::fibre || is_dim ? in.spans().size()
                              : f.is_of_unit()                       ? in.endpoints().size()
                              : f.is_of_fabric()                     ? elements
                                                                     : elements + s.controllers + s.repeaters();
    const ebit::orchestrate::element_id at{f.where};
    if (f.where >= among || (is_port && (!in.knows(at) || f.port >= in.at(at).ports ||
                                         in.at(at).kind != ebit::orchestrate::element_kind::optical_switch)))
      return wrong(word_of(f), "0 to " + std::to_string(among - 1) + ", of which a port sticks a switch");
    if (f.what == fault::kind::degraded &&
        (f.port > 1 || f.step < 0 || f.step > 1 || f.factor > 100 ||
         (!is_dim && in.at(at).kind == ebit::orchestrate::element_kind::endpoint)))
      return wrong(word_of(f), "a switch, an analyser, or port 1 and a fibre; step 0 or 1, factor 1 to 100");
    if (f.probability > 1'000 || f.factor < 1 || (f.is_window() && f.lasts == 0))
      return wrong(word_of(f), "probability 0 to 1000, factor 1 or more, lasts 1 or more where it is no moment");
  }
  return ebit::success{};
}

ebit::result<centre_scenario> centre_scenario_from(const std::string& text) {
  centre_scenario s;
  const ebit::status read = read_words(text, [&s](std::string_view word) { return read_word(word, s); });
  if (!read) return read.error();
  if (const ebit::status ok = check(s); !ok) return ok.error();
  return s;
}

std::string command_of(const centre_scenario& s) {
  return "EBIT_CENTRE='" + text_of(s) + "' ebit_test_simulation \"simulation: replay one data centre\"";
}

}  // namespace ebit_test
