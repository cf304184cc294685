// SPDX-License-Identifier: Apache-2.0

// What adaptive routing is worth in a data centre: the same requests and the same faults under the static shortest
// paths and under the adaptive router, and what a planner that knows everything could have served at most.
//
//     adaptive_routing [--qpus N] [--milliseconds T] [--seed S] [--csv FILE]

#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include <ebit/sim/data_centre.hpp>

#include "adaptive_routing/planner.hpp"
#include "adaptive_routing/scenarios.hpp"
#include "support/output_file.hpp"
#include "support/progress.hpp"

namespace {

using namespace ebit::literals;

struct plain : ebit::default_profile {};

struct served {
  std::size_t pairs = 0;
  double pair_time = 0;  ///< seconds, by the forecast of an accepted request
};

/// Runs the requests under one router.
template <ebit::orchestrate::router Router>
served run(const comparison::scenario& s, const std::vector<ebit::sim::timed_request>& requests, ebit::duration span,
           std::uint64_t seed) {
  ebit::sim::data_centre_options<plain, Router> o;
  o.seed = seed;
  o.hardware.emission_efficiency = 0.2;
  o.hardware.memories = 2;
  o.hardware.memory = {};
  o.hardware.dark_counts = {};
  o.hardware.attempt_time = 1_us;
  o.broken = s.broken;
  ebit::sim::data_centre<plain, Router> centre{s.layout, o};
  for (const ebit::sim::timed_request& r : requests) {
    centre.run_until(ebit::world_time{r.at});
    if (auto asked = centre.request(r.wanted); !asked) {
      std::fprintf(stderr, "%s\n", asked.error().message().c_str());
      std::exit(1);
    }
  }
  centre.run_until(ebit::world_time{span});
  served out;
  for (const ebit::sim::request_record& r : centre.requests()) {
    out.pairs += r.deliveries.size();
    if (r.planned.circuit.expected.rate_upper() > 0) {
      const double fastest = 1 / r.planned.circuit.expected.rate_upper();
      out.pair_time = out.pair_time == 0 || fastest < out.pair_time ? fastest : out.pair_time;
    }
  }
  return out;
}

struct arguments {
  std::uint32_t qpus = 64;
  double milliseconds = 20;
  std::uint64_t seed = 1;
  std::string csv;
};

[[nodiscard]] int usage(const std::string& what) {
  std::fprintf(stderr, "adaptive_routing: %s\n", what.c_str());
  return 2;
}

}  // namespace

int main(int argc, char** argv) {
  arguments a;
  for (int i = 1; i < argc; ++i) {
    const std::string_view name = argv[i];
    if (name == "--help") {
      std::puts(
          "adaptive_routing [--qpus N] [--milliseconds T] [--seed S] [--csv FILE]\n\n"
          "Compares the static shortest paths with the adaptive router on sixteen scenarios.");
      return 0;
    }
    if (name != "--qpus" && name != "--milliseconds" && name != "--seed" && name != "--csv")
      return usage("option: given " + ebit::sim::detail::quoted(name) + ", allowed one that --help lists");
    if (++i == argc) return usage(std::string{name} + ": given nothing, allowed a value after it");
    const std::string_view value = argv[i];
    const auto whole = ebit::sim::detail::parse_integer(value);
    const auto real = ebit::sim::detail::parse_real(value);
    if (name == "--csv") {
      a.csv = value;
    } else if (name == "--qpus") {
      if (!whole || *whole < 16 || *whole > 1024)
        return usage("--qpus: given " + ebit::sim::detail::quoted(value) + ", allowed 16 to 1024");
      a.qpus = static_cast<std::uint32_t>(*whole);
    } else if (name == "--seed") {
      if (!whole || *whole < 0)
        return usage("--seed: given " + ebit::sim::detail::quoted(value) + ", allowed 0 or more");
      a.seed = static_cast<std::uint64_t>(*whole);
    } else {
      if (!real || !(*real >= 1 && *real <= 1e4))
        return usage("--milliseconds: given " + ebit::sim::detail::quoted(value) + ", allowed 1 to 10000");
      a.milliseconds = *real;
    }
  }
  const ebit::duration span = ebit::duration::seconds(a.milliseconds * 1e-3);
  const auto all = comparison::scenarios(a.qpus, span, a.seed);
  std::string csv = "scenario,condition,requests,asked,static,adaptive,gain,most,regret\n";
  std::printf("%-42s %-10s %8s %8s %8s %8s %8s\n", "scenario", "condition", "asked", "static", "adaptive", "gain",
              "regret");
  bool holds = true;
  support::output_file file;
  if (const ebit::status open = file.open("--csv", a.csv); !open) return usage(open.error().message());
  support::progress progress;
  for (const comparison::scenario& s : all) {
    ebit::sim::demand_stream demand{s.demand, a.qpus};
    std::vector<ebit::sim::timed_request> requests;
    double asked = 0;
    for (ebit::sim::timed_request r = demand.next(); r.at < span; r = demand.next()) {
      requests.push_back(r);
      asked += r.wanted.pairs;
    }
    const served fixed = run<ebit::orchestrate::static_shortest>(s, requests, span, a.seed);
    const served best = run<ebit::orchestrate::adaptive>(s, requests, span, a.seed);
    const double most = comparison::most_pairs(s.layout, requests, span, best.pair_time);
    const auto x = static_cast<double>(fixed.pairs), y = static_cast<double>(best.pairs);
    const double gain = x > 0 ? y / x - 1 : 0, regret = most > 0 ? 1 - y / most : 0;
    holds = holds && (s.is == comparison::condition::quiet ? gain >= -0.01 : gain > 0);
    std::printf("%-42s %-10s %8.0f %8zu %8zu %+7.1f%% %7.1f%%\n", s.name.c_str(), name_of(s.is), asked, fixed.pairs,
                best.pairs, gain * 100, regret * 100);
    char line[256];
    std::snprintf(line, sizeof line, "\"%s\",%s,%zu,%.0f,%zu,%zu,%.4f,%.0f,%.4f\n", s.name.c_str(), name_of(s.is),
                  requests.size(), asked, fixed.pairs, best.pairs, gain, most, regret);
    csv += line;
    if (progress.due()) progress.show(s.name.c_str());
  }
  std::puts(
      "\nasked, static, adaptive: pairs; gain: adaptive over static; regret: short of a planner that knows all\n"
      "requests in advance, needs no time to switch and never blocks.");
  std::printf("adaptive serves more in every congested or faulty scenario and within 1 %% in the quiet ones: %s\n",
              holds ? "yes" : "no");
  if (file) file(csv);
  if (const ebit::status written = file.close(); !written) return usage(written.error().message());
  return holds ? 0 : 1;
}
