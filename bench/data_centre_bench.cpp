// SPDX-License-Identifier: Apache-2.0
// A data centre of 512 processors under on-demand load, as a user runs one: the scene of examples/data_centre with its
// defaults. Every QNU makes 10^6 attempts/s; any two processors ask for pairs at random. Each run is a process of its
// own, so its time is that of one core and its memory its own. The last two runs have so few analysers, and no more
// asked than keeps these busy for about 85 % of the time, that analysers are waited for and the line does not grow.
// Prints a table with the goals; ends with 1 if one of them is missed.
//
//   ebit_bench_data_centre                         512 QPUs, 1 s of simulated time: the table in docs/data_centre.md
//   ebit_bench_data_centre --qpus N --seconds S    a shorter run, to which no goal applies

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <string>
#include <vector>

#include "data_centre/numbers.hpp"
#include "data_centre/options.hpp"
#include "data_centre/queues.hpp"
#include "data_centre/scene.hpp"
#include "data_centre/service.hpp"

namespace {

constexpr const char* full_qpus = "512";
constexpr const char* full_seconds = "1";

constexpr double most_cpu_seconds = 60;
constexpr double most_megabytes = 2000;
constexpr double least_pairs_per_second = 1e5;
constexpr double least_busy = 0.70;

struct workload {
  const char* name;
  std::vector<const char*> arguments;
};

/// What was measured, beside its goal.
class row {
 public:
  explicit row(const char* name) { std::printf("| %s |", name); }
  void add(const std::string& text, bool is_met) {
    std::printf(" %s%s |", text.c_str(), is_met ? "" : " (missed)");
    all_met_ = all_met_ && is_met;
  }
  [[nodiscard]] bool end() {
    std::printf("\n");
    std::fflush(stdout);
    return all_met_;
  }

 private:
  bool all_met_ = true;
};

/// In a process of its own.
ebit::result<bool> measure(const workload& w, const char* qpus, const char* seconds) {
  std::vector<const char*> arguments{"data_centre", "--qpus", qpus, "--seconds", seconds};
  arguments.insert(arguments.end(), w.arguments.begin(), w.arguments.end());
  const auto chosen = centre::option_parser{static_cast<int>(arguments.size()), arguments.data()}.run();
  if (!chosen) return chosen.error();
  const auto scene = centre::set_scene(*chosen);
  if (!scene) return scene.error();
  const auto done = centre::run_two_clicks(*scene);
  if (!done) return done.error();
  rusage spent{};
  getrusage(RUSAGE_SELF, &spent);
  const auto seconds_of = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) * 1e-6;
  };
  const double cpu = seconds_of(spent.ru_utime) + seconds_of(spent.ru_stime);
  const double megabytes = static_cast<double>(spent.ru_maxrss) / 1e3;  // kB

  const centre::service_figures served = centre::figures_of(*scene, *done, centre::times_of(*done));
  const centre::analyser_line line = centre::line_of(*scene, *done);
  const double pairs = static_cast<double>(served.pairs) / scene->span.seconds();
  row out{w.name};
  out.add(centre::rounded(cpu, 3) + " s", cpu < most_cpu_seconds);
  out.add(centre::rounded(megabytes, 3) + " MB", megabytes < most_megabytes);
  out.add(centre::rounded(pairs, 6), pairs >= least_pairs_per_second);
  out.add(std::to_string(scene->layout.analysers().size()), true);
  out.add(centre::percent(line.busy), line.busy > least_busy);
  out.add(centre::time_text(line.waiting), true);
  if (line.is_known) {
    const double most = line.model.upper_bound().value;
    out.add(centre::time_text(line.model.estimate().value), true);
    out.add(centre::time_text(most), line.waiting <= most);
  } else {
    out.add("-", false);
    out.add("-", false);
  }
  return out.end();
}

}  // namespace

int main(int argc, char** argv) {
  std::string qpus = full_qpus, seconds = full_seconds;
  for (int i = 1; i < argc; i += 2) {
    const std::string name = argv[i];
    if ((name != "--qpus" && name != "--seconds") || i + 1 == argc) {
      std::fprintf(stderr, "%s: only --qpus N and --seconds S\n", argv[0]);
      return 2;
    }
    (name == "--qpus" ? qpus : seconds) = argv[i + 1];
  }
  const bool is_full = qpus == full_qpus && seconds == full_seconds;
  std::printf("%s QPUs, %s s of simulated time\n\n", qpus.c_str(), seconds.c_str());
  std::printf(
      "| fabric | CPU time | peak memory | pairs per simulated second | analysers | of the time lent | wait for one "
      "| "
      "estimate | bound |\n"
      "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |\n");
  std::printf("| *goal* | *< %g s* | *< %g MB* | *≥ %g* | | *> %s* | *≤ the bound* | | |\n", most_cpu_seconds,
              most_megabytes, least_pairs_per_second, centre::percent(least_busy).c_str());
  std::fflush(stdout);
  const workload all[] = {
      {"fat tree", {"--fabric", "fat-tree"}},
      {"Clos", {"--fabric", "clos"}},
      {"fat tree, few analysers",
       {"--fabric", "fat-tree", "--analysers", "64", "--rate", "18900", "--deadline", "never"}},
      {"Clos, few analysers", {"--fabric", "clos", "--analysers", "64", "--rate", "24600", "--deadline", "never"}},
  };
  bool all_met = true;
  for (const workload& w : all) {
    const pid_t child = fork();
    if (child == 0) {
      const ebit::result<bool> met = measure(w, qpus.c_str(), seconds.c_str());
      if (!met) std::fprintf(stderr, "%s: %s\n", w.name, met.error().message().c_str());
      std::fflush(stdout);
      _exit(!met ? 2 : *met ? 0 : 1);
    }
    int how = 0;
    if (child < 0 || waitpid(child, &how, 0) != child || !WIFEXITED(how) || WEXITSTATUS(how) > 1) return 2;
    all_met = all_met && WEXITSTATUS(how) == 0;
  }
  return is_full && !all_met ? 1 : 0;
}
