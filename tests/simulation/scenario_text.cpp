// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <cstddef>
#include <string_view>

#include "scenario.hpp"
#include "scenario_words.hpp"

namespace ebit_test {
namespace {

using ebit::config_error;

constexpr std::array<std::string_view, 7> stacks{"plain", "dejmps",     "bbpssw", "pumping",
                                                 "epl",   "optimistic", "one_way"};
constexpr std::array<std::string_view, 3> orders{"at_once", "nested", "sequential"};
constexpr std::array<std::string_view, 6> faults{"crash",         "link_down",   "clock_step",
                                                 "device_faults", "slow_device", "erasure"};

struct number {
  std::string_view name;
  std::uint32_t scenario::* field;
  std::uint32_t least, most;
};
constexpr std::array<number, 17> numbers{{{"rounds", &scenario::rounds, 0, 9},
                                          {"at_ends", &scenario::at_ends, 0, 1},
                                          {"nodes", &scenario::nodes, 2, 64},
                                          {"memories", &scenario::memories, 1, 64},
                                          {"width", &scenario::width, 0, 64},
                                          {"shared", &scenario::shared, 0, 1},
                                          {"service", &scenario::service, 0, 3},
                                          {"tests", &scenario::tests, 0, 60'000},
                                          {"noisy", &scenario::noisy, 0, 1},
                                          {"gate_time", &scenario::gate_time, 0, 1'000'000},
                                          {"swap_failures", &scenario::swap_failures, 0, 900},
                                          {"cutoff", &scenario::cutoff, 0, 1'000'000'000},
                                          {"retransmit", &scenario::retransmit, 0, 1'000'000'000},
                                          {"coded", &scenario::coded, 0, 1},
                                          {"loss", &scenario::loss, 0, 1'000},
                                          {"duplication", &scenario::duplication, 0, 1'000},
                                          {"jitter", &scenario::jitter, 0, 1'000'000'000}}};

[[nodiscard]] config_error wrong(std::string_view word, const std::string& allowed) {
  return {"scenario", "'" + std::string{word} + "'", allowed};
}

[[nodiscard]] ebit::status read_word(std::string_view word, scenario& s) {
  const std::size_t equals = word.find('=');
  const std::string_view key = word.substr(0, equals);
  const std::string_view value = equals == std::string_view::npos ? "" : word.substr(equals + 1);
  if (key == "seed") return read(value, s.seed) ? ebit::status{ebit::success{}} : wrong(word, "seed=<number>");
  if (key == "stack") {
    const std::size_t i = index_of(stacks, value);
    if (i == stacks.size()) return wrong(word, "stack=<one of " + list_of(stacks) + ">");
    s.kind = static_cast<scenario::stack>(i);
    return ebit::success{};
  }
  if (key == "order") {
    const std::size_t i = index_of(orders, value);
    if (i == orders.size()) return wrong(word, "order=<one of " + list_of(orders) + ">");
    s.joins = static_cast<scenario::order>(i);
    return ebit::success{};
  }
  if (key == "line") {
    std::array<std::int64_t, 4> v{};
    if (!read_all(value, v)) return wrong(word, "line=<a>:<b>:<metres>:<station, per mille from a>");
    s.lines.push_back({whole(v[0]), whole(v[1]), whole(v[2]), whole(v[3])});
    return ebit::success{};
  }
  if (key == "ask") {
    std::array<std::int64_t, 12> v{};
    if (!read_all(value, v))
      return wrong(word,
                   "ask=<from>:<to>:<pairs>:<at>:<kind>:<bases>:<priority>:<weight>:<purpose>:<atomic>:"
                   "<consecutive>:<limit>");
    s.demands.push_back({whole(v[0]), whole(v[1]), whole(v[2]), whole(v[3]), whole(v[4]), whole(v[5]), whole(v[6]),
                         whole(v[7]), whole(v[8]), whole(v[9]), whole(v[10]), whole(v[11])});
    return ebit::success{};
  }
  if (const std::size_t i = index_of(faults, key); i < faults.size()) {
    std::array<std::int64_t, 7> v{};
    if (!read_all(value, v))
      return wrong(word, std::string{key} + "=<at>:<lasts>:<node>:<path>:<step>:<probability, per mille>:<factor>");
    s.faults.push_back({static_cast<scenario::fault::kind>(i), whole(v[0]), whole(v[1]), whole(v[2]), whole(v[3]),
                        static_cast<std::int32_t>(v[4]), whole(v[5]), whole(v[6])});
    return ebit::success{};
  }
  for (const number& n : numbers) {
    if (n.name != key) continue;
    if (read(value, s.*n.field) && s.*n.field >= n.least && s.*n.field <= n.most) return ebit::success{};
    return wrong(word, std::string{key} + "=<" + std::to_string(n.least) + " to " + std::to_string(n.most) + ">");
  }
  std::string names = "seed=, stack=, order=, line=, ask=";
  for (const std::string_view fault : faults) names.append(", ").append(fault).append("=");
  for (const number& n : numbers) names.append(", ").append(n.name).append("=");
  return wrong(word, "a word that begins with one of " + names);
}

}  // namespace

std::string text_of(const scenario& s) {
  std::string text = "seed=" + std::to_string(s.seed);
  text.append(" stack=").append(stacks[static_cast<std::size_t>(s.kind)]);
  text.append(" order=").append(orders[static_cast<std::size_t>(s.joins)]);
  for (const number& n : numbers)
    if (s.*n.field != 0) text.append(" ").append(n.name).append("=").append(std::to_string(s.*n.field));
  for (const scenario::line& l : s.lines) text += " line=" + colons({l.a, l.b, l.metres, l.station});
  for (const scenario::demand& d : s.demands)
    text += " ask=" + colons({d.from, d.to, d.pairs, d.at, d.kind, d.bases, d.priority, d.weight, d.purpose, d.atomic,
                              d.consecutive, d.limit});
  for (const scenario::fault& f : s.faults)
    text.append(" ")
        .append(faults[static_cast<std::size_t>(f.what)])
        .append("=")
        .append(colons({f.at, f.lasts, f.node, f.path, f.step, f.probability, f.factor}));
  return text;
}

ebit::status check(const scenario& s) {
  const auto node = [&](std::uint32_t n) { return n < s.nodes; };
  const std::string nodes = "nodes 0 to " + std::to_string(s.nodes - 1);
  for (const scenario::line& l : s.lines) {
    if (!node(l.a) || !node(l.b) || l.a == l.b)
      return wrong("line=" + colons({l.a, l.b, l.metres, l.station}), "two different ones of " + nodes);
    if (l.metres < 1 || l.metres > 1'000'000 || l.station > 1'000)
      return wrong("line=" + colons({l.a, l.b, l.metres, l.station}), "1 to 1000000 metres, station 0 to 1000");
  }
  for (const scenario::demand& d : s.demands) {
    const bool in_range = node(d.from) && node(d.to) && d.from != d.to && d.pairs > 0 && d.kind < 3 && d.bases < 3 &&
                          d.priority < 8 && d.weight > 0 && d.weight < 256 && d.purpose < 65'536 && d.atomic < 2 &&
                          d.consecutive < 2;
    if (!in_range)
      return wrong("ask=" + colons({d.from, d.to, d.pairs, d.at, d.kind, d.bases, d.priority, d.weight, d.purpose,
                                    d.atomic, d.consecutive, d.limit}),
                   "two different ones of " + nodes +
                       ", 1 pair or more, kind and bases 0 to 2, priority 0 to 7, weight "
                       "1 to 255, purpose 0 to 65535, atomic and consecutive 0 or 1");
  }
  for (const scenario::fault& f : s.faults) {
    const bool is_there = f.what == scenario::fault::kind::link_down ? f.path < s.lines.size() : node(f.node);
    if (!is_there || f.probability > 1'000 || f.factor < 1)
      return wrong(faults[static_cast<std::size_t>(f.what)],
                   nodes + ", a line that is there, probability 0 to 1000, factor 1 or more");
  }
  for (std::size_t i = 0; i < s.faults.size(); ++i)
    if (coincides(s.faults, i))
      return wrong(faults[static_cast<std::size_t>(s.faults[i].what)],
                   "no beginning or end at which another fault begins or ends");
  return ebit::success{};
}

ebit::result<scenario> scenario_from(const std::string& text) {
  scenario s;
  const ebit::status read = read_words(text, [&s](std::string_view word) { return read_word(word, s); });
  if (!read) return read.error();
  if (const ebit::status ok = check(s); !ok) return ok.error();
  return s;
}

}  // namespace ebit_test
