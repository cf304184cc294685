// SPDX-License-Identifier: Apache-2.0
#include <cstdint>
#include <cstdio>
#include <map>
#include <string>
#include <tuple>
#include <vector>

#include "../golden/golden_reader.hpp"
#include "../support/catch.hpp"
#include "profiles.hpp"

using namespace ebit;
using namespace ebit_test;

namespace {

constexpr std::size_t nodes = 9;
constexpr std::uint32_t pairs_per_run = 300;
constexpr std::uint64_t first_seed = 9'001, runs_per_row = 5;

struct nested_deutsch : deutsch {
  using swap = ebit::swap::nested;
};

/// What each end has handed over, by name.
struct handovers : sim::open_tap {
  using sim::open_tap::on_action;
  using name = std::tuple<std::uint32_t, std::uint32_t, std::uint64_t>;
  struct half {
    int times = 0;
    pauli_frame frame;
  };
  std::map<name, std::map<std::uint32_t, half>> of;

  [[nodiscard]] static name key(const pair_id& id) { return {id.path.value(), id.epoch, id.sequence}; }
  template <class Perform>
  bool on_action(node_id at, action::deliver& a, Perform&&) {
    half& h = of[key(a.name)][at.value()];
    ++h.times;
    h.frame = a.frame;
    return true;
  }
};

/// Sums over the runs of one row.
struct figures {
  std::uint64_t delivered = 0, time_ps = 0, orphaned = 0, messages = 0, repeated = 0;

  [[nodiscard]] double per_pair(std::uint64_t n) const {
    return static_cast<double>(n) / static_cast<double>(delivered);
  }
  [[nodiscard]] double rate() const {
    return static_cast<double>(delivered) / (static_cast<double>(time_ps) * 1e-12);
  }
};

template <class Network>
void check_at_rest(const Network& sim) {
  CHECK(sim.next_time().is_never());
  for (std::uint32_t n = 0; n < sim.size(); ++n) {
    const auto& node = sim.node(node_id{n});
    CHECK(node.table().held() == 0);
    for (std::uint16_t i = 0; i < node.table().circuits.size(); ++i) CHECK_FALSE(node.table().circuits.alive(i));
    CHECK(node.unacknowledged().size() == 0);
    CHECK(node.unacknowledged().given_up() == 0);
  }
}

template <class Profile>
void run_once(std::uint8_t rounds, double loss, std::uint64_t seed, figures& sum) {
  INFO("seed " << seed << ", loss " << loss << ", rounds " << int{rounds});
  sim::network_options<Profile> o;
  o.seed = seed;
  o.hardware = quiet_hardware(3);
  o.faults.loss = loss;
  o.link.retransmit_after = 100_us;
  o.purify.rounds = rounds;
  o.swap.cutoff = 5_ms;
  const sim::topology net = chain_of(nodes);
  sim::network<Profile, bell_diagonal, sim::no_trace, handovers> sim{net, o};
  const node_id head = net.node(0), tail = net.node(nodes - 1);
  const auto r = sim.request({.from = head, .to = tail, .pairs = pairs_per_run});
  REQUIRE(r);
  sim.run_for(1'000_s);
  check_at_rest(sim);
  const sim::request_record& record = r->record();
  CHECK(record.finished);
  CHECK(record.outcome == request_outcome::delivered);

  // A confirmed delivery is right: the same name and frame at both ends, once at each, and of the Bell state that
  // the frame says.
  for (const sim::delivered_pair& pair : record.deliveries)
    if (!pair.consistent || pair.fidelity != 1) FAIL("a delivered pair is not what both ends say it is");
  std::map<handovers::name, std::uint32_t> taken_back;
  for (const sim::revoked_half& half : record.revoked)
    if (!taken_back.emplace(handovers::key(half.name), half.at.value()).second) FAIL("a half is revoked twice");
  std::uint64_t both = 0, one = 0;
  for (const auto& [name, halves] : sim.tap().of) {
    for (const auto& [at, half] : halves) {
      if (half.times != 1) FAIL("node " << at << " delivers a half " << half.times << " times");
      if (at != head.value() && at != tail.value()) FAIL("node " << at << " delivers, which is no end");
    }
    const auto revoked = taken_back.find(name);
    if (halves.size() == 2) {
      ++both;
      if (halves.begin()->second.frame != halves.rbegin()->second.frame) FAIL("the ends have different frames");
      if (revoked != taken_back.end()) FAIL("a half is revoked although both ends have the pair");
    } else {
      ++one;
      if (revoked == taken_back.end()) FAIL("a half that the other end has not got was never revoked");
      if (revoked->second != halves.begin()->first) FAIL("a half is revoked where it was not delivered");
    }
  }
  CHECK(taken_back.size() == one);
  CHECK(both == record.deliveries.size());
  CHECK(sim.truth().ledger().orphaned == one);
  CHECK(both + one >= pairs_per_run);
  CHECK(sim.truth().ledger().disagreements + sim.truth().ledger().empty_operations == 0);

  std::uint64_t repeated = 0;
  for (std::uint32_t n = 0; n < nodes; ++n) repeated += sim.node(net.node(n)).unacknowledged().repeated();
  if (loss == 0) {
    CHECK(one == 0);
    CHECK(repeated == 0);
    CHECK(both == pairs_per_run);
    CHECK(sim.truth().ledger().mismatched == 0);
  }
  sum.delivered += both;
  sum.time_ps += static_cast<std::uint64_t>((record.at_head.back() - record.started).picoseconds());
  sum.orphaned += one;
  sum.messages += sim.messages();
  sum.repeated += repeated;
}

using fields = std::vector<std::pair<std::string, std::string>>;

[[nodiscard]] std::string digits(double x) {
  char text[32];
  std::snprintf(text, sizeof text, "%.4f", x);
  return text;
}

template <class Profile>
[[nodiscard]] figures figures_of(std::uint8_t rounds, double loss) {
  figures sum;
  for (std::uint64_t seed = first_seed; seed < first_seed + runs_per_row; ++seed)
    run_once<Profile>(rounds, loss, seed, sum);
  return sum;
}

[[nodiscard]] figures figures_of(const std::string& stack, double loss) {
  if (stack == "as soon as possible") return figures_of<deutsch>(0, loss);
  if (stack == "as soon as possible + dejmps") return figures_of<deutsch>(1, loss);
  if (stack == "nested") return figures_of<nested_deutsch>(0, loss);
  if (stack == "nested + dejmps") return figures_of<nested_deutsch>(1, loss);
  FAIL("no such stack: " << stack);
  return {};
}

}  // namespace

TEST_CASE("simulation: under 0, 1, 10 and 30 % message loss every confirmed delivery on 9 nodes is right") {
  std::map<std::string, double> rate_without_loss;
  std::vector<int> seen;
  golden::for_each_row("chain9_loss.csv", [&](const golden::row& at) {
    const std::string& stack = at.text("stack");
    const int percent = at.integer("loss_percent");
    seen.push_back(percent);
    const figures f = figures_of(stack, percent / 100.0);
    const fields computed = {{"delivered", std::to_string(f.delivered)},
                             {"time_ps", std::to_string(f.time_ps)},
                             {"orphaned", std::to_string(f.orphaned)},
                             {"messages", std::to_string(f.messages)},
                             {"repeated", std::to_string(f.repeated)},
                             {"pairs_per_second", digits(f.rate())},
                             {"orphaned_per_pair", digits(f.per_pair(f.orphaned))},
                             {"messages_per_pair", digits(f.per_pair(f.messages))},
                             {"repeated_per_pair", digits(f.per_pair(f.repeated))}};
    std::string line = std::to_string(percent) + "," + stack;
    bool same = true;
    for (const auto& [column, value] : computed) {
      line += "," + value;
      same &= at.text(column) == value;
    }
    if (!same) {
      std::printf("computed %s\n", line.c_str());  // unwrapped, as the table has it
      FAIL_CHECK(at.where() << ": another protocol than the one that this line is of");
    }
    if (percent == 0) {
      rate_without_loss[stack] = f.rate();
    } else {
      // What a stack can do is slowed down, and never stopped.
      REQUIRE(rate_without_loss.count(stack) == 1);
      const double share = f.rate() / rate_without_loss[stack];
      CHECK(share > (percent >= 30 ? 0.2 : percent >= 10 ? 0.6 : 0.95));
      CHECK(f.per_pair(f.orphaned) < 0.02);
    }
  });
  CHECK(seen == std::vector<int>{0, 1, 10, 30, 0, 1, 10, 30, 0, 1, 10, 30, 0, 1, 10, 30});
}
