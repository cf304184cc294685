// SPDX-License-Identifier: Apache-2.0
// The workloads that other simulators of quantum networks were measured on, run on ebit. Compiled like any program:
//   g++ -std=c++20 -O2 -Iinclude bench/versus/versus.cpp -o versus
//   ./versus [--csv] [--graphs FOLDER] [--repeats N] [workload ...]
// Prints a table, or with --csv rows `workload,metric,value`. Figures in the column `others` are CPU figures of one
// core of a 2.5 GHz Cascade Lake, the best of several runs.

#include <charconv>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include "kernels.hpp"
#include "measure.hpp"
#include "networks.hpp"

namespace {

using namespace versus;

struct settings {
  bool csv = false;
  int repeats = 3;
  std::string graphs;
  std::vector<std::string> names;
};

struct workload {
  const char* name;
  void (*run)(report& out, const workload& w, const settings& s);
  const char* others;
  const char* more = "";

  /// The number at the end of the name.
  [[nodiscard]] std::uint32_t number() const {
    const std::string_view text = name;
    std::uint32_t n = 0;
    std::from_chars(text.data() + text.rfind('_') + 1, text.data() + text.size(), n);
    return n;
  }
  /// The name up to the number.
  [[nodiscard]] std::string kind() const { return std::string{name}.substr(0, std::string_view{name}.rfind('_')); }
};

constexpr std::uint32_t link_pairs_per_run = 640'000;

void link(report& out, const workload& w, const settings& s) {
  run_chain<nested>(out, w.name, 2, common_hardware(w.number()), link_pairs_per_run, s.repeats, w.others);
}
void chain(report& out, const workload& w, const settings& s) {
  run_chain<nested>(out, w.name, w.number(), common_hardware(10), link_pairs_per_run / (w.number() - 1), s.repeats,
                    w.others);
}
void chain_purified(report& out, const workload& w, const settings& s) {
  ebit::link::hardware h = common_hardware(10);
  // Both ends' emission together leaves white noise 2/15 on the pair: fidelity 0.9.
  h.emission_fidelity = (3 * ebit::math::sqrt(13.0 / 15) + 1) / 4;
  run_chain<purified>(out, w.name, w.number(), h, link_pairs_per_run / 2 / (w.number() - 1), s.repeats, w.others);
}
void graph(report& out, const workload& w, const settings& s) {
  run_network(out, w.name, load(w.kind(), w.number(), s.graphs), w.others, w.more);
}
void hold(report& out, const workload& w, const settings& s) {
  run_hold(out, w.name, w.number(), s.repeats, w.others);
}
void purification(report& out, const workload&, const settings& s) {
  run_purification<ebit::werner>(out, "werner_us", s.repeats, "SimQN 2.98");
  run_purification<ebit::bell_diagonal>(out, "bell_diagonal_us", s.repeats, "SimQN 6.3, SeQUeNCe 236, qpp 240");
  run_purification_batch(out, s.repeats);
}
void swapping(report& out, const workload&, const settings& s) {
  run_swap<ebit::werner>(out, "werner_us", s.repeats, "SimQN 1.69");
  run_swap<ebit::bell_diagonal>(out, "bell_diagonal_us", s.repeats, "SimQN 6.9, SeQUeNCe 187, qpp 653");
  run_swap_batch(out, s.repeats);
}
void waiting(report& out, const workload& w, const settings& s) {
  unsigned levels = 0;
  while ((2U << levels) <= w.number()) ++levels;
  run_waiting(out, w.name, levels, s.repeats, w.others);
}
void sampled(report& out, const workload& w, const settings& s) {
  run_sampled_chains(out, w.name, w.number(), s.repeats, w.others);
}

constexpr workload workloads[] = {
    {"link_1", link, "QuISP 13.1 k, SimQN 2,170, SeQUeNCe 402"},
    {"link_10", link, "QuISP 13.9 k, SimQN 1,650, SeQUeNCe 378"},
    {"link_100", link, "QuISP 17.9 k, SeQUeNCe 341 (50 memories)"},
    {"chain_3", chain, "QuISP 5,920, SimQN 3,250, SeQUeNCe 103"},
    {"chain_5", chain, "QuISP 2,290, SimQN 1,760, SeQUeNCe 41"},
    {"chain_9", chain, "SimQN 904, QuISP 685, SeQUeNCe 18"},
    {"chain_17", chain, "SimQN 419, QuISP 220, SeQUeNCe 7.7"},
    {"chain_33", chain, "SimQN 157, QuISP 56, SeQUeNCe 2.5"},
    {"chain_65", chain, "SimQN 92, QuISP 15.5, SeQUeNCe 0.80; goal >= 5,000"},
    {"chain_purified_3", chain_purified, "SeQUeNCe 41"},
    {"chain_purified_5", chain_purified, "SeQUeNCe 20"},
    {"chain_purified_9", chain_purified, "SeQUeNCe 8.1"},
    {"chain_purified_17", chain_purified, "SeQUeNCe 3.6"},
    {"chain_purified_33", chain_purified, "SeQUeNCe 1.2"},
    {"chain_purified_65", chain_purified, "SeQUeNCe 0.43"},
    {"grid_25", graph, "SeQUeNCe 38", "SeQUeNCe 0.026"},
    {"grid_100", graph, "SeQUeNCe 287", "SeQUeNCe 1.6"},
    {"grid_400", graph, "SeQUeNCe 2,392, SimQN 12 to 37", "SeQUeNCe 86"},
    {"waxman_25", graph, ""},
    {"waxman_100", graph, ""},
    {"waxman_400", graph, "", "SeQUeNCe 262"},
    {"hold_1", hold, "OMNeT++ 72, SeQUeNCe 3,060"},
    {"hold_1000", hold, "OMNeT++ 259, ns-3 300, SeQUeNCe 4,830"},
    {"hold_100000", hold, "OMNeT++ 892, SeQUeNCe 14,500"},
    {"hold_1000000", hold, "OMNeT++ 1,950, SeQUeNCe 20,000"},
    {"purification_round", purification, ""},
    {"swap", swapping, ""},
    {"waiting_8", waiting, "Li et al. 0.014, with fidelity, to 3,000 attempts"},
    {"waiting_64", waiting, "Li et al. 1.3, with fidelity, to 100,000 attempts"},
    {"sampled_2", sampled, "Stim 68 in bulk"},
    {"sampled_64", sampled, "Stim 193 in bulk, 137,000 with a fresh tableau"},
};

[[nodiscard]] int usage(const char* problem, const char* argument) {
  std::fprintf(stderr,
               "versus: %s '%s'\nusage: versus [--csv] [--graphs FOLDER] [--repeats N] [workload ...]\nworkloads:",
               problem, argument);
  for (const workload& w : workloads) std::fprintf(stderr, " %s", w.name);
  std::fprintf(stderr, "\n");
  return 2;
}

}  // namespace

int main(int count, char** arguments) {
  settings s;
  for (int i = 1; i < count; ++i) {
    const std::string_view a = arguments[i];
    if (a == "--csv") {
      s.csv = true;
    } else if (a == "--graphs" && i + 1 < count) {
      s.graphs = arguments[++i];
    } else if (a == "--repeats" && i + 1 < count) {
      const std::string_view text = arguments[++i];
      const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), s.repeats);
      if (error != std::errc{} || end != text.data() + text.size() || s.repeats < 1 || s.repeats > 1000)
        return usage("--repeats wants 1 to 1000, not", arguments[i]);
    } else {
      bool known = false;
      for (const workload& w : workloads) known = known || a == w.name;
      if (!known) return usage("unknown workload or option", arguments[i]);
      s.names.emplace_back(a);
    }
  }
  report out{s.csv};
  for (const workload& w : workloads) {
    bool wanted = s.names.empty();
    for (const std::string& name : s.names) wanted = wanted || name == w.name;
    if (wanted) w.run(out, w, s);
  }
  const double short_chain = out.value("chain_9", "pairs_per_cpu_s"),
               long_chain = out.value("chain_65", "pairs_per_cpu_s");
  if (short_chain > 0 && long_chain > 0)
    out.add("chain_9_to_65", "growth_of_cost_per_pair", short_chain / long_chain,
            "QuISP 44, SeQUeNCe 23; goal <= 10");
}
