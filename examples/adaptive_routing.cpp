// SPDX-License-Identifier: Apache-2.0

// What adaptive routing is worth in a data centre: the same requests and the same faults under the static shortest
// paths and under the adaptive router, and what a planner that knows everything could have served at most.
//
//     adaptive_routing [--qpus N] [--milliseconds T] [--seed S] [--seeds HOW_MANY] [--csv FILE]
//                      [--markdown FILE]

#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include <ebit/core/extremes.hpp>
#include <ebit/sim/data_centre.hpp>

#include "adaptive_routing/planner.hpp"
#include "adaptive_routing/scenarios.hpp"
#include "support/output_file.hpp"
#include "support/progress.hpp"

namespace {

using namespace ebit::literals;

struct plain : ebit::default_profile {};

[[nodiscard]] ebit::link::hardware equipment() {
  ebit::link::hardware h;
  h.emission_efficiency = 0.2;
  h.memories = 2;
  h.memory = {};
  h.dark_counts = {};
  h.attempt_time = 1_us;
  return h;
}

/// By an attempt at every `attempt_time`, over the light path of the least loss, all of it shared alike by the arms:
/// both lose as much as the worse of them.
[[nodiscard]] comparison::pair_times fastest(const ebit::orchestrate::fabric& in) {
  const ebit::orchestrate::least_loss losses{in};
  const ebit::orchestrate::fabric_state built{in};
  return [&in, losses, built, finder = ebit::orchestrate::path_finder{}](std::uint32_t a, std::uint32_t b) mutable {
    using namespace ebit;
    const auto way = finder.find(in, built, {orchestrate::element_id{a}}, {orchestrate::element_id{b}}, losses);
    if (!way) return 1e9;
    link::lit_path line = way->balanced();
    line.transmittance_a = line.transmittance_b = math::pow(10.0, -(way->a.total + way->b.total).base() / 20);
    const link::hardware h = equipment();
    const route::link_model model = route::model_of(plain::herald{}, link::budget_of(line, h, h), {});
    return h.attempt_time.seconds() / model.success_probability;
  };
}

/// Runs the requests under one router; how many pairs were delivered.
template <ebit::orchestrate::router Router>
std::size_t run(const comparison::scenario& s, const std::vector<ebit::sim::timed_request>& requests, ebit::duration span,
           std::uint64_t seed) {
  ebit::sim::data_centre_options<plain, Router> o;
  o.seed = seed;
  o.hardware = equipment();
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
  std::size_t pairs = 0;
  for (const ebit::sim::request_record& r : centre.requests()) pairs += r.deliveries.size();
  return pairs;
}

struct arguments {
  std::uint32_t qpus = 64;
  double milliseconds = 100;
  std::uint64_t seed = 1;
  std::uint32_t seeds = 1;
  std::string csv, markdown;
};

/// What came of one scenario, under all seeds.
struct row {
  std::size_t requests = 0;
  double asked = 0, fixed = 0, best = 0, most = 0;  ///< pairs
  double worst = 1e9;                               ///< least gain under one seed

  [[nodiscard]] static double gain(double from, double to) { return from > 0 ? to / from - 1 : 0; }
  [[nodiscard]] double gain() const { return gain(fixed, best); }
  [[nodiscard]] double regret() const { return most > 0 ? 1 - best / most : 0; }
  [[nodiscard]] bool holds(comparison::condition is) const {
    return is == comparison::condition::quiet ? worst >= -0.01 : worst > 0;
  }
};

void compare(const comparison::scenario& s, const arguments& a, std::uint64_t seed, row& sum) {
  const ebit::duration span = ebit::duration::seconds(a.milliseconds * 1e-3);
  ebit::sim::demand_stream demand{s.demand, a.qpus};
  std::vector<ebit::sim::timed_request> requests;
  for (ebit::sim::timed_request r = demand.next(); r.at < span; r = demand.next()) {
    requests.push_back(r);
    sum.asked += r.wanted.pairs;
  }
  const std::size_t fixed = run<ebit::orchestrate::static_shortest>(s, requests, span, seed);
  const std::size_t best = run<ebit::orchestrate::adaptive>(s, requests, span, seed);
  const auto x = static_cast<double>(fixed), y = static_cast<double>(best);
  sum.requests += requests.size();
  sum.fixed += x;
  sum.best += y;
  sum.most += comparison::planner{s.layout, requests, s.broken, span, fastest(s.layout)}.most_pairs(y);
  sum.worst = ebit::least(sum.worst, row::gain(x, y));
}

[[nodiscard]] int usage(const std::string& what) {
  std::fprintf(stderr, "adaptive_routing: %s\n", what.c_str());
  return 2;
}

/// What is wrong with an option, or nothing.
[[nodiscard]] std::string read(arguments& a, std::string_view name, std::string_view value) {
  const auto whole = ebit::sim::detail::parse_integer(value);
  const auto real = ebit::sim::detail::parse_real(value);
  const auto refuse = [&](const char* allowed) {
    return std::string{name} + ": given " + ebit::sim::detail::quoted(value) + ", allowed " + allowed;
  };
  if (name == "--csv") {
    a.csv = value;
  } else if (name == "--markdown") {
    a.markdown = value;
  } else if (name == "--qpus") {
    if (!whole || *whole < 16 || *whole > 1024) return refuse("16 to 1024");
    a.qpus = static_cast<std::uint32_t>(*whole);
  } else if (name == "--seed") {
    if (!whole || *whole < 0) return refuse("0 or more");
    a.seed = static_cast<std::uint64_t>(*whole);
  } else if (name == "--seeds") {
    if (!whole || *whole < 1 || *whole > 1000) return refuse("1 to 1000");
    a.seeds = static_cast<std::uint32_t>(*whole);
  } else {
    if (!real || !(*real >= 1 && *real <= 1e4)) return refuse("1 to 10000");
    a.milliseconds = *real;
  }
  return {};
}

}  // namespace

int main(int argc, char** argv) {
  arguments a;
  for (int i = 1; i < argc; ++i) {
    const std::string_view name = argv[i];
    if (name == "--help") {
      std::puts(
          "adaptive_routing [--qpus N] [--milliseconds T] [--seed S] [--seeds HOW_MANY] [--csv FILE] "
          "[--markdown FILE]\n\n"
          "Compares the static shortest paths with the adaptive router on sixteen scenarios, under the seeds S, "
          "S+1,\n"
          "... The demand, the faults and every draw are the same for both. 64 QPUs, 100 ms and seed 1 if not told.");
      return 0;
    }
    if (name != "--qpus" && name != "--milliseconds" && name != "--seed" && name != "--seeds" && name != "--csv" &&
        name != "--markdown")
      return usage("option: given " + ebit::sim::detail::quoted(name) + ", allowed one that --help lists");
    if (++i == argc) return usage(std::string{name} + ": given nothing, allowed a value after it");
    if (const std::string wrong = read(a, name, argv[i]); !wrong.empty()) return usage(wrong);
  }
  const ebit::duration span = ebit::duration::seconds(a.milliseconds * 1e-3);
  std::string csv = "scenario,condition,requests,asked,static,adaptive,gain,worst,most,regret\n";
  std::printf("%-40s %-10s %8s %8s %8s %8s %8s %8s\n", "scenario", "condition", "asked", "static", "adaptive", "gain",
              "worst", "regret");
  bool holds = true;
  support::output_file file, markdown;
  if (const ebit::status open = file.open("--csv", a.csv); !open) return usage(open.error().message());
  if (const ebit::status open = markdown.open("--markdown", a.markdown); !open) return usage(open.error().message());
  std::string table =
      "| scenario | what is asked, and what breaks | asked | static | adaptive | gain | least | regret |\n"
      "| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: |\n";
  comparison::condition part{};
  support::progress progress;
  const std::size_t count = comparison::scenarios(a.qpus, span, a.seed).size();
  for (std::size_t i = 0; i < count; ++i) {
    row r;
    comparison::scenario s;
    for (std::uint32_t k = 0; k < a.seeds; ++k) {
      s = comparison::scenarios(a.qpus, span, a.seed + k)[i];
      compare(s, a, a.seed + k, r);
      if (progress.due()) progress.show(s.name.c_str());
    }
    holds = holds && r.holds(s.is);
    std::printf("%-40s %-10s %8.0f %8.0f %8.0f %+7.1f%% %+7.1f%% %7.1f%%\n", s.name.c_str(), name_of(s.is), r.asked,
                r.fixed, r.best, r.gain() * 100, r.worst * 100, r.regret() * 100);
    char line[256];
    std::snprintf(line, sizeof line, "\"%s\",%s,%zu,%.0f,%.0f,%.0f,%.4f,%.4f,%.0f,%.4f\n", s.name.c_str(),
                  name_of(s.is), r.requests, r.asked, r.fixed, r.best, r.gain(), r.worst, r.most, r.regret());
    csv += line;
    if (i == 0 || s.is != part) table += std::string{"| **"} + name_of(s.is) + "** | | | | | | | |\n";
    part = s.is;
    std::snprintf(line, sizeof line, " | %.0f | %.0f | %.0f | %+.1f %% | %+.1f %% | %.1f %% |\n", r.asked, r.fixed,
                  r.best, r.gain() * 100, r.worst * 100, r.regret() * 100);
    table += "| " + s.name + " | " + s.what + line;
  }
  std::puts(
      "\nasked, static, adaptive: pairs; gain: adaptive over static; worst: the least gain under one seed; regret:\n"
      "short of a planner that knows all requests and faults in advance, needs no time to switch and may split requests.");
  std::printf("adaptive serves more in every congested or faulty scenario and within 1 %% in the quiet ones: %s\n",
              holds ? "yes" : "no");
  if (file) file(csv);
  if (markdown) markdown(table);
  for (support::output_file* f : {&file, &markdown})
    if (const ebit::status written = f->close(); !written) return usage(written.error().message());
  return holds ? 0 : 1;
}
