// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <string>
#include <thread>
#include <vector>

#include "live_device/options.hpp"
#include "live_device/supervisor.hpp"
#include "support/progress.hpp"

/// The runs that start all processes themselves. Each gives the program's exit code.
namespace live {

inline void print_setting(const scenario& s) {
  std::printf(
      "%u nodes and a device, each a process, over %s; links of %g km, %u memories per port, clocks slowed "
      "down %u times%s\n",
      s.nodes, s.address.local ? "a Unix socket" : "TCP", s.kilometres, s.memories, s.slow_down,
      s.key_file.empty() ? "" : ", messages sealed");
}

inline void print_deliveries(const pair_check& c, double seconds) {
  std::printf("%-28s %10llu  (%.1f per second)\n", "pairs delivered at both ends",
              static_cast<unsigned long long>(c.pairs()), static_cast<double>(c.pairs()) / seconds);
  std::printf("%-28s %10.4f  (worst %.4f)\n", "their true fidelity", c.fidelity(), c.worst());
  const auto row = [](const char* what, std::uint64_t count) {
    std::printf("%-28s %10llu\n", what, static_cast<unsigned long long>(count));
  };
  const half_account halves = c.account();
  row("halves delivered alone", c.lone());
  row("  taken back", halves.taken_back);
  row("  their node killed since", halves.owner_ended);
  row("  others lost in a kill", halves.lost);
  row("  under way at the end", halves.under_way);
  if (c.revoked_of_pairs() != 0) row("pairs that one took back", c.revoked_of_pairs());
  if (c.unseen() != 0) row("pairs cut off with the truth", c.unseen());
}

/// Each half whose other end was not delivered is accounted for, and no more are left open between two starts of a
/// process than the other end has memories to keep their other halves in.
[[nodiscard]] inline bool halves_add_up(const pair_check& c, const scenario& s) {
  const half_account halves = c.account();
  const auto number = [](std::uint64_t n) { return static_cast<unsigned long long>(n); };
  if (halves.total() != c.lone())
    std::printf("WRONG: %llu halves were delivered alone, and of %llu the log says why\n", number(c.lone()),
                number(halves.total()));
  if (halves.most_open > s.memories)
    std::printf("WRONG: an end got %llu halves alone at one time; the other end has room for %u\n",
                number(halves.most_open), unsigned{s.memories});
  return halves.total() == c.lone() && halves.most_open <= s.memories;
}

/// Pairs keep being delivered as long as there are some within this time, however slow the machine.
inline constexpr std::chrono::seconds patience{60};

/// What is wrong, or nothing; then 0.
[[nodiscard]] inline int verdict(const supervisor& all, const scenario& s, bool well) {
  const pair_check& c = all.check();
  if (!s.key_file.empty())
    std::printf("%-28s %10llu  (of the nodes that lived to the end; %llu refused that no restart explains)\n",
                "sealed messages", static_cast<unsigned long long>(c.opened()),
                static_cast<unsigned long long>(c.turned_away()));
  if ((s.tampering != 0) != (c.turned_away() != 0)) {
    std::printf("WRONG: %s\n", s.tampering != 0 ? "no forged packet was refused" : "packets of nobody were refused");
    well = false;
  }
  well = halves_add_up(c, s) && well;
  for (const std::string& what : all.check().complaints()) std::printf("WRONG: %s\n", what.c_str());
  if (all.somebody_died()) std::printf("WRONG: a process ended by itself\n");
  return well && all.check().complaints().empty() && !all.somebody_died() ? 0 : 1;
}

[[nodiscard]] inline ebit::result<int> run_demo(const options& o) {
  scenario s = o.setting;
  const scratch directory;
  if (auto ok = supervisor::complete(s, directory); !ok) return ok.error();
  supervisor all{s};
  if (auto ok = all.start_all(); !ok) return ok.error();
  print_setting(s);
  support::progress progress;
  // The clock runs from the first pair on: until then processes start.
  bool well = all.wait_for_pairs(1, patience);
  const auto start = std::chrono::steady_clock::now();
  const auto seconds = [start] {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  };
  while (well && seconds() < o.seconds && !told_to_stop()) {
    std::this_thread::sleep_for(std::chrono::milliseconds{20});
    well = all.look();
    if (progress.due())
      progress.show((std::to_string(all.check().pairs()) + " pairs, " + std::to_string(static_cast<int>(seconds())) +
                     " of " + std::to_string(static_cast<int>(o.seconds)) + " s")
                        .c_str());
  }
  const double took = seconds();
  well = all.stop_all() && well;
  print_deliveries(all.check(), took);
  for (std::uint32_t who = 0; who <= s.nodes; ++who) {
    const std::string name = who == s.nodes ? "the device" : "node " + std::to_string(who);
    const double time = all.check().seconds(who);
    std::printf("%-28s %10llu  (%.0f per second)\n", ("actions of " + name).c_str(),
                static_cast<unsigned long long>(all.check().actions(who)),
                time > 0 ? static_cast<double>(all.check().actions(who)) / time : 0);
  }
  return verdict(all, s, well);
}

[[nodiscard]] inline ebit::result<int> run_soak(const options& o) {
  scenario s = o.setting;
  const scratch directory;
  if (auto ok = supervisor::complete(s, directory); !ok) return ok.error();
  supervisor all{s};
  if (auto ok = all.start_all(); !ok) return ok.error();
  print_setting(s);
  ebit::random_stream draw{s.seed, ebit::random_purpose::fault, 0};
  std::vector<std::uint32_t> kills(all.size());
  support::progress progress;
  const auto start = std::chrono::steady_clock::now();
  std::uint32_t done = 0;
  double longest = 0;
  bool well = all.wait_for_pairs(3, patience);
  while (well && done < o.kills && !told_to_stop()) {
    const auto pause = [&draw](std::uint64_t most) {
      std::this_thread::sleep_for(std::chrono::milliseconds{ebit::sample::below(draw, most)});
    };
    pause(40);
    // One of them, now and then two, now and then another before all is well again.
    const std::uint64_t strikes = ebit::sample::below(draw, 4) == 0 ? 2 : 1;
    for (std::uint64_t i = 0; i < strikes && done < o.kills; ++i) {
      std::vector<std::size_t> victims{ebit::sample::below(draw, all.size())};
      if (done + 1 < o.kills && ebit::sample::below(draw, 6) == 0) {
        const std::size_t other = ebit::sample::below(draw, all.size());
        if (other != victims.front()) victims.push_back(other);
      }
      for (const std::size_t who : victims) {
        all.kill(who);
        ++kills[who];
        ++done;
      }
      pause(30);
      for (const std::size_t who : victims)
        if (auto ok = all.start(who); !ok) return ok.error();
      if (i + 1 < strikes) pause(100);
    }
    const auto since = std::chrono::steady_clock::now();
    well = all.wait_for_pairs(3, patience);
    longest = std::max(longest, std::chrono::duration<double>(std::chrono::steady_clock::now() - since).count());
    if (progress.due())
      progress.show((std::to_string(done) + " of " + std::to_string(o.kills) + " kills, " +
                     std::to_string(all.check().pairs()) + " pairs")
                        .c_str());
  }
  const double took = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  if (!well && all.check().complaints().empty() && !all.somebody_died())
    std::printf("WRONG: no more pairs after kill %u\n", done);
  well = all.stop_all() && well;
  std::printf("%-28s %10u  (in %.1f s; the device %u times)\n", "kills", done, took, kills.back());
  std::printf("%-28s %10.2f  s\n", "longest time to recover", longest);
  print_deliveries(all.check(), took);
  return verdict(all, s, well);
}

/// Two nodes and the device on one core, with links so fast that the processor is the limit.
[[nodiscard]] inline ebit::result<int> run_throughput(const options& o) {
  scenario s = o.setting;
  const scratch directory;
  if (auto ok = supervisor::complete(s, directory); !ok) return ok.error();
  const bool one_core = keep_to_one_core();
  supervisor all{s};
  if (auto ok = all.start_all(); !ok) return ok.error();
  print_setting(s);
  std::printf("%s\n", one_core ? "all on one core" : "on any core: this system cannot keep processes to one");
  bool well = all.wait_for_pairs(1, patience);
  std::this_thread::sleep_for(std::chrono::milliseconds{static_cast<std::int64_t>(o.seconds * 1000)});
  well = all.stop_all() && well;
  print_deliveries(all.check(), all.check().seconds(s.nodes));
  const double time = all.check().seconds(s.nodes);
  const auto actions = all.check().actions(s.nodes);
  std::printf("%-28s %10llu  (%.0f per second)\n", "actions", static_cast<unsigned long long>(actions),
              time > 0 ? static_cast<double>(actions) / time : 0);
  return verdict(all, s, well);
}

}  // namespace live
