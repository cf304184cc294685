// SPDX-License-Identifier: Apache-2.0
#include <cstdint>
#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <string>

#include <ebit/purify/one_way.hpp>
#include <ebit/purify/optimistic.hpp>

#include "../support/catch.hpp"
#include "auditor.hpp"
#include "profiles.hpp"

using namespace ebit;
using namespace ebit_test;

namespace {

struct downstream_decides : default_profile {
  using purify = ebit::purify::one_way<>;
};
struct trusting : default_profile {
  using purify = ebit::purify::optimistic<>;
};

template <class Profile>
using audited = sim::network<Profile, bell_diagonal, sim::no_trace, auditor>;

struct asked {
  bool from_tail = false;
  request_kind kind = request_kind::keep;
  std::uint32_t pairs = 40;
  duration after{};
};

/// Runs requests between the ends of a chain; every call of every node sends what the auditor expects. What was sent
/// in all, by type.
template <class Profile>
std::map<int, std::uint64_t> run(sim::network_options<Profile> o, std::size_t nodes,
                                 const std::vector<asked>& requests = {{}}) {
  o.hardware.memories = 3;
  o.hardware.visibility = 0.9;  // so that some distillations fail
  o.hardware.detector_efficiency = 0.9;
  o.hardware.gate_time = 0_s;
  o.seed = 40 + nodes;
  const sim::topology net = chain_of(nodes);
  audited<Profile> sim{net, o, {}, auditor{o.link.assured(), purify::is_one_way<typename Profile::purify>}};
  INFO(describe<Profile>() << nodes << " nodes");
  std::uint32_t wanted = 0;
  for (const asked& a : requests) {
    const node_id head = net.node(0), tail = net.node(nodes - 1);
    sim.run_for(a.after);
    REQUIRE(sim.request(
        {.from = a.from_tail ? tail : head, .to = a.from_tail ? head : tail, .pairs = a.pairs, .kind = a.kind}));
    wanted += a.pairs;
  }
  sim.run();
  sim.tap().end();
  for (const sim::request_record& r : sim.requests()) CHECK(r.outcome == request_outcome::delivered);
  CHECK(sim.truth().ledger().delivered >= wanted);
  CHECK(sim.truth().ledger().orphaned == 0);

  // The same in sums: what a circuit takes, a swap, a distillation, a pair.
  std::map<int, std::uint64_t> sent = sim.tap().sent;
  const std::uint64_t hops = nodes - 1;
  const auditor::causes& c = sim.tap().cause;
  CHECK(sent[wire::install::type] == hops);
  CHECK(sent[wire::ready::type] == hops);
  CHECK(sent[wire::go::type] == hops - 1);
  CHECK(sent[wire::link_started::type] == hops);
  CHECK(sent[wire::torn_down::type] == hops);
  CHECK(sent[wire::swapped::type] == 2 * c.told_swaps + c.followed);
  CHECK(sent[wire::distilled::type] == c.read_rounds - c.silent_rounds);
  CHECK(sent[wire::expired::type] == c.given_up + c.late + c.followed_losses + 2 * c.lost_swaps);
  CHECK(sent[wire::tested::type] == c.tests);
  for (const int never : {0x0f, 0x42, 0x45, 0x47, 0x4a}) CHECK(sent[never] == 0);
  std::uint64_t others = 0;
  for (const auto& [type, n] : sent) others += type == wire::acknowledged::type ? 0 : n;
  CHECK(sent[wire::acknowledged::type] == (o.link.assured() ? others : 0));
  return sent;
}

template <class Profile>
sim::network_options<Profile> assured(sim::network_options<Profile> o) {
  o.link.retransmit_after = 50_us;
  return o;
}

}  // namespace

TEST_CASE("simulation: without losses only what is specified is sent, whatever the order of swaps") {
  for (std::size_t nodes = 2; nodes <= 9; ++nodes) {
    CAPTURE(nodes);
    const std::uint64_t words = nodes > 2 ? 40 : 0;
    for (const bool acknowledges : {false, true}) {
      const auto how = [acknowledges](auto o) { return acknowledges ? assured(o) : o; };
      const std::uint64_t said = acknowledges ? 40 : words;
      for (auto sent : {run<at_once>(how(sim::network_options<at_once>{}), nodes),
                        run<doubling>(how(sim::network_options<doubling>{}), nodes)}) {
        CHECK(sent[wire::delivered::type] == said);
        for (const int none : {wire::distilled::type, wire::expired::type}) CHECK(sent[none] == 0);
      }
      // With cut-offs short enough to matter.
      auto sent = run<at_once>(how(sim::network_options<at_once>{.swap = {.cutoff = 2500_us}}), nodes);
      CHECK(sent[wire::delivered::type] == said);
      CHECK((sent[wire::expired::type] > 0) == (nodes > 2));
      run<doubling>(how(sim::network_options<doubling>{.swap = {.cutoff = 4_ms}}), nodes);
    }
  }
}

TEST_CASE("simulation: without losses only what is specified is sent by distillation of every kind") {
  for (std::size_t nodes = 2; nodes <= 9; ++nodes) {
    for (const std::uint8_t rounds : {std::uint8_t{1}, std::uint8_t{2}}) {
      auto sent = run<deutsch>({.purify = {.rounds = rounds}}, nodes);
      CHECK(sent[wire::expired::type] == 0);
      if (nodes < 6) sent = run<deutsch>({.purify = {.rounds = rounds, .at = purify::where::end_to_end}}, nodes);
      CHECK(sent[wire::expired::type] == 0);
    }
    run<deutsch>(assured<deutsch>({.purify = {.rounds = 1}}), nodes);
    for (auto sent : {run<downstream_decides>({}, nodes), run<trusting>({}, nodes)})
      CHECK((sent[wire::expired::type] > 0) == (nodes > 2));
    run<trusting>(assured<trusting>({}), nodes);
  }
}

TEST_CASE("simulation: without losses only what is specified is sent for requests of every kind") {
  for (const bool acknowledges : {false, true}) {
    for (const std::size_t nodes : {2U, 3U, 6U}) {
      sim::network_options<at_once> o;
      if (acknowledges) o = assured(o);
      for (const request_kind kind : {request_kind::measure_directly, request_kind::prepare_state})
        CHECK(run(o, nodes, {{.kind = kind}})[wire::delivered::type] == 40);
      // Test rounds: one word more each, and the tail's answer.
      o.route.service.test_interval = 4;
      auto sent = run(o, nodes);
      CHECK(sent[wire::tested::type] > 0);
      CHECK(sent[wire::delivered::type] == 40 + sent[wire::tested::type]);
      // A circuit that requests of both its ends share, one of them made when it is already running.
      o.route.service = {.shared = true};
      sent = run(o, nodes, {{}, {}, {.from_tail = true, .after = 5_ms}, {.after = 1_ms}});
      CHECK(sent[wire::delivered::type] == 160);
      CHECK(sent[wire::enqueue::type] == 5);
      CHECK(sent[wire::dequeued::type] == 4);
    }
  }
}

TEST_CASE("simulation: without losses refused circuits cost what is specified") {
  for (const bool acknowledges : {false, true}) {
    auto o = with<at_once>(quiet_hardware(2), 5);
    if (acknowledges) o = assured(o);
    const sim::topology net = chain_of(5);
    CAPTURE(acknowledges);
    audited<at_once> sim{net, o, {}, auditor{acknowledges, false, false}};
    for (int i = 0; i < 3; ++i) {
      REQUIRE(sim.request({.from = net.node(0), .to = net.node(4), .pairs = 5}));
      REQUIRE(sim.request({.from = net.node(4), .to = net.node(0), .pairs = 5}));
    }
    sim.run();
    std::map<int, std::uint64_t> sent = sim.tap().sent;
    CHECK(sim.truth().ledger().delivered == 30);
    // Each of its nodes answers, once, and is told when it is over; of room only who was refused hears.
    const std::uint64_t opened = sent[wire::install::type] / 4;
    CHECK(opened > 6);
    CHECK(sent[wire::install::type] == 4 * opened);
    CHECK(sent[wire::ready::type] + sent[wire::refused::type] == 4 * opened);
    CHECK(sent[wire::torn_down::type] == 4 * opened);
    CHECK(sent[wire::go::type] == 3 * 6);
    CHECK(sent[wire::link_started::type] == 4 * 6);
    CHECK(sent[wire::available::type] > 0);
    CHECK(sent[wire::available::type] <= sent[wire::refused::type]);
    CHECK(sent[wire::delivered::type] == 30);
    for (const int none : {0x0f, 0x20, 0x31, 0x47, 0x48, 0x49, 0x4a, 0x4b}) CHECK(sent[none] == 0);
    std::uint64_t others = 0;
    for (const auto& [type, n] : sent) others += type == wire::acknowledged::type ? 0 : n;
    CHECK(sent[wire::acknowledged::type] == (acknowledges ? others : 0));
  }
}

TEST_CASE("simulation: the specification names every type of message") {
  const auto read = [](const char* file) {
    std::ifstream in{std::string{EBIT_SOURCE_DIR} + file};
    REQUIRE(in);
    std::ostringstream text;
    text << in.rdbuf();
    return text.str();
  };
  const std::string header = read("/include/ebit/link/wire.hpp") + read("/include/ebit/route/link_state_wire.hpp"),
                    text = read("/docs/protocol.md");
  const auto word_at = [](const std::string& in, std::size_t from) {
    return in.substr(from, in.find_first_of(" ;`\n", from) - from);
  };
  const std::string kind = "struct ", number = " {\n  static constexpr std::uint8_t type = ";
  std::set<std::string> numbers;
  for (std::size_t at = header.find(kind); at != std::string::npos; at = header.find(kind, at + 1)) {
    const std::string name = word_at(header, at + kind.size());
    const std::size_t after = at + kind.size() + name.size();
    if (header.compare(after, number.size(), number) != 0) continue;
    const std::string type = word_at(header, after + number.size());
    numbers.insert(type);
    // A row of the table that begins with the number and the name.
    if (text.find("\n| " + type + " | `" + name + "` | ") == std::string::npos)
      FAIL_CHECK("docs/protocol.md has no row for " << name);
  }
  CHECK(numbers.size() >= 20);
  for (std::size_t at = text.find("\n| 0x"); at != std::string::npos; at = text.find("\n| 0x", at + 1)) {
    const std::string type = word_at(text, at + 3);
    if (numbers.count(type) == 0) FAIL_CHECK("docs/protocol.md has a row for " << type << ", which is none");
  }
}
