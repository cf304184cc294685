// SPDX-License-Identifier: Apache-2.0
#include "../support/catch.hpp"

#include <array>
#include <cmath>
#include <cstdint>
#include <vector>

#include <ebit/ebit.hpp>

#include "../simulation/profiles.hpp"
#include "../support/density_pair.hpp"

using namespace ebit;
using namespace ebit_test;

namespace {

constexpr std::uint64_t seed = 20241123;

#ifdef EBIT_SOAK
constexpr std::uint32_t pairs_compared = 170'000, pairs_counted = 1'000'000;
#else
constexpr std::uint32_t pairs_compared = 1'000, pairs_counted = 20'000;
#endif

/// Memories and gates bad enough for every channel to leave its mark on every pair.
[[nodiscard]] link::hardware bad_hardware(std::uint16_t slots) {
  link::hardware h = noisy_hardware(slots);
  h.memory = {20_ms, 15_ms};
  h.gates = {.two_qubit = 0.02, .one_qubit = 0.01, .read_out = 0.015};
  return h;
}

/// The deliveries of one request from end to end of a chain; both ends agree about every one.
template <class Profile, class State>
[[nodiscard]] std::vector<sim::delivered_pair> delivered(const sim::network_options<Profile>& o, std::size_t nodes,
                                                         ebit::length each, std::uint32_t pairs,
                                                         request_kind kind = request_kind::keep) {
  const sim::topology net = chain_of(nodes, each);
  sim::network<Profile, State> sim{net, o};
  const auto r = sim.request({.from = net.node(0), .to = net.node(nodes - 1), .pairs = pairs, .kind = kind});
  REQUIRE(r);
  sim.run();
  const sim::world_ledger& ledger = sim.truth().ledger();
  CHECK(ledger.delivered == pairs);
  CHECK(ledger.disagreements + ledger.mismatched + ledger.orphaned + ledger.empty_operations == 0);
  REQUIRE(r->delivered() == pairs);
  return r->record().deliveries;
}

/// Runs the same seed on the fast representation and on the density matrices.
template <class Profile, class Fast, class Slow>
void compare(sim::network_options<Profile> o, std::size_t nodes, ebit::length each,
             std::uint32_t pairs = pairs_compared) {
  o.seed = seed + nodes;
  const auto fast = delivered<Profile, Fast>(o, nodes, each, pairs);
  const auto slow = delivered<Profile, Slow>(o, nodes, each, pairs);
  double worst = 0, mean = 0;
  for (std::size_t i = 0; i < pairs; ++i) {
    if (fast[i].first != slow[i].first || fast[i].second != slow[i].second) FAIL("the runs part at pair " << i);
    if (!fast[i].consistent || !slow[i].consistent) FAIL("the ends of pair " << i << " differ in name or frame");
    worst = std::max(worst, std::abs(fast[i].fidelity - slow[i].fidelity));
    mean += fast[i].fidelity / pairs;
  }
  INFO("seed " << o.seed << ", " << nodes << " nodes: mean fidelity " << mean);
  CHECK(worst < 1e-9);
  // A frame forgotten or wrong would make it 1/3 of what is missing.
  CHECK((mean > 0.5 && mean < 0.99));
}

}  // namespace

TEST_CASE("simulation: every delivered pair is worth what density matrices say, and its frame is the right one") {
  const auto options = []<class Profile>(Profile, std::uint16_t memories) {
    sim::network_options<Profile> o;
    o.hardware = bad_hardware(memories);
    return o;
  };
  SECTION("swapping, twirled") {
    compare<at_once, bell_diagonal, twirled_density_pair>(options(at_once{}, 3), 5, 10_km);
  }
  SECTION("swapping, damped") { compare<at_once, adaptive_state, density_pair>(options(at_once{}, 3), 5, 10_km); }
  SECTION("DEJMPS on links, twirled") {
    auto o = options(deutsch{}, 3);
    o.purify.rounds = 2;
    compare<deutsch, bell_diagonal, twirled_density_pair>(o, 3, 2_km);
  }
  SECTION("DEJMPS end to end, damped") {
    auto o = options(deutsch{}, 3);
    o.purify.at = purify::where::end_to_end;
    compare<deutsch, adaptive_state, density_pair>(o, 3, 2_km);
  }
  SECTION("BBPSSW, twirled") {
    compare<bennett, bell_diagonal, twirled_density_pair>(options(bennett{}, 3), 3, 2_km);
  }
  SECTION("EPL of drifting pairs, damped") {
    auto o = options(extreme_loss{}, 4);
    o.herald.bright_state = 0.2;
    o.hardware.phase_noise = 0.4;
    o.hardware.phase_correlation = 1_ms;
    compare<extreme_loss, x_state, density_pair>(o, 2, 2_km);
  }
}

namespace {

/// Has the ends read their halves at the moment at which they deliver them, in a basis that the pair's name decides.
struct reading_tap : sim::open_tap {
  bool at_head = true, at_tail = true;
  node_id head;
  std::array<std::uint64_t, 3> readings{};  // by basis
  std::uint64_t reports = 0, ones = 0;

  using sim::open_tap::on_action;
  using sim::open_tap::on_event;
  [[nodiscard]] static basis basis_of(const pair_id& name) {
    return static_cast<basis>(mix(name.sequence, name.path.value()) % 3);
  }
  template <class Perform>
  bool on_action(node_id at, action::deliver& wanted, Perform&& perform) {
    if (at == head ? at_head : at_tail) {
      const basis in = basis_of(wanted.name);
      ++readings[static_cast<std::size_t>(in)];
      perform(action::measure{operation_id{~std::uint32_t{0} - 1}, {}, wanted.slot, in});
    }
    return true;
  }
  bool on_event(node_id, event::measured& told) {
    if (told.operation != operation_id{~std::uint32_t{0} - 1}) return true;
    ++reports;
    ones += told.bits;
    return false;
  }
  bool on_event(node_id, event::done& told) const { return told.operation != operation_id{~std::uint32_t{0} - 1}; }
};

template <class State>
[[nodiscard]] std::vector<sim::delivered_pair> read_pairs(const sim::network_options<at_once>& o, bool at_head,
                                                          bool at_tail, std::uint32_t pairs) {
  const sim::topology net = chain_of(3, 10_km);
  reading_tap tap;
  tap.at_head = at_head;
  tap.at_tail = at_tail;
  tap.head = net.node(0);
  sim::network<at_once, State, sim::no_trace, reading_tap> sim{net, o, {}, tap};
  const auto r = sim.request({.from = net.node(0), .to = net.node(2), .pairs = pairs});
  REQUIRE(r);
  sim.run();
  CHECK(sim.truth().ledger().empty_operations == 0);
  CHECK(sim.truth().ledger().delivered == pairs);
  // What was read is what was asked for, and what the nodes were told.
  std::array<std::uint64_t, 3> readings{};
  std::uint64_t reports = 0, ones = 0;
  for (const sim::delivered_pair& pair : r->record().deliveries)
    for (const sim::delivered_end& end : pair.ends) {
      if (!end.measured) continue;
      ++readings[static_cast<std::size_t>(end.in)];
      ++reports;
      ones += end.bit ? 1U : 0U;
    }
  CHECK(reports == pairs * ((at_head ? 1U : 0U) + (at_tail ? 1U : 0U)));
  CHECK(readings == sim.tap().readings);
  CHECK(reports == sim.tap().reports);
  CHECK(ones == sim.tap().ones);
  return r->record().deliveries;
}

}  // namespace

TEMPLATE_TEST_CASE("simulation: bits of measured pairs and qubits prepared by them are what the pairs are worth", "",
                   bell_diagonal, adaptive_state) {
  constexpr std::uint32_t pairs = 6000;
  sim::network_options<at_once> o;
  o.hardware = bad_hardware(3);
  o.hardware.gate_time = 0_us;
  o.seed = seed;
  const auto kept = read_pairs<TestType>(o, false, false, pairs);
  const auto measured = read_pairs<TestType>(o, true, true, pairs);
  const auto prepared = read_pairs<TestType>(o, true, false, pairs);
  std::array<double, 3> wrong{}, tests{};
  double worth = 0, worth_prepared = 0, squares = 0;
  for (std::uint32_t i = 0; i < pairs; ++i) {
    REQUIRE(measured[i].comparable());
    const auto in = static_cast<std::size_t>(measured[i].ends[0].in);
    tests[in] += 1;
    wrong[in] += measured[i].as_predicted ? 0 : 1;
    // Read as they were handed over: the same pairs, at the same instants.
    CHECK(measured[i].second == kept[i].second);
    CHECK(std::abs(measured[i].fidelity - kept[i].fidelity) < 1e-12);
    CHECK(prepared[i].ends[0].measured != prepared[i].ends[1].measured);
    worth += kept[i].fidelity / pairs;
    worth_prepared += prepared[i].fidelity / pairs;
    squares += prepared[i].fidelity * prepared[i].fidelity / pairs;
  }
  const double r = o.hardware.gates.read_out, flips = 2 * r * (1 - r);
  double estimate = 1, variance = 0;
  for (std::size_t in = 0; in < 3; ++in) {
    const double e = wrong[in] / tests[in];
    estimate -= (e - flips) / (1 - 2 * flips) / 2;
    variance += e * (1 - e) / tests[in] / 4 / ((1 - 2 * flips) * (1 - 2 * flips));
  }
  INFO("seed " << seed << ": fidelity " << worth << ", from bits " << estimate << " +- " << std::sqrt(variance));
  CHECK(std::abs(estimate - worth) < 4 * std::sqrt(variance));
  // A reading of one end projects the other in its basis: 1 - (2/3)(1 - F) on average; a misread bit, the opposite.
  const double expected = r + (1 - 2 * r) * (1 + 2 * worth) / 3;
  const double error = std::sqrt((squares - worth_prepared * worth_prepared) / pairs);
  INFO("prepared " << worth_prepared << " +- " << error << ", expected " << expected);
  CHECK(std::abs(worth_prepared - expected) < 4 * error);
}

TEST_CASE("simulation: with perfect devices every pair is the Bell state of its frame, kept or measured") {
  sim::network_options<at_once> o;
  o.hardware = quiet_hardware(6);
  o.seed = seed;
  std::uint32_t wrong = 0;
  for (const sim::delivered_pair& pair : delivered<at_once, bell_diagonal>(o, 4, 5_km, pairs_counted))
    wrong += pair.consistent && std::abs(pair.fidelity - 1) < 1e-9 ? 0U : 1U;
  CHECK(wrong == 0);
  for (const sim::delivered_pair& pair : read_pairs<bell_diagonal>(o, true, true, pairs_counted))
    wrong += pair.consistent && pair.comparable() && pair.as_predicted ? 0U : 1U;
  CHECK(wrong == 0);
  for (const sim::delivered_pair& pair : read_pairs<bell_diagonal>(o, false, true, pairs_counted / 10))
    wrong += pair.consistent && std::abs(pair.fidelity - 1) < 1e-9 ? 0U : 1U;
  CHECK(wrong == 0);
}

TEST_CASE(
    "simulation: requests that measure get the bits and the qubits that the frame predicts, a gate time later") {
  sim::network_options<at_once> o;
  o.hardware = quiet_hardware(4);
  o.hardware.gate_time = 3_us;
  o.seed = seed;
  for (const std::size_t nodes : {2U, 4U}) {
    CAPTURE(nodes);
    const auto kept = delivered<at_once, bell_diagonal>(o, nodes, 10_km, 1000);
    const auto measured = delivered<at_once, bell_diagonal>(o, nodes, 10_km, 1000, request_kind::measure_directly);
    const auto prepared = delivered<at_once, bell_diagonal>(o, nodes, 10_km, 1000, request_kind::prepare_state);
    std::uint32_t wrong = 0;
    for (const sim::delivered_pair& pair : measured)
      wrong += pair.consistent && pair.comparable() && pair.as_predicted ? 0U : 1U;
    for (const sim::delivered_pair& pair : prepared)
      wrong += pair.consistent && pair.ends[0].measured != pair.ends[1].measured && std::abs(pair.fidelity - 1) < 1e-9
                   ? 0U
                   : 1U;
    CHECK(wrong == 0);
    // Of a link both ends hand the first pair over when they hear of it; else the tail waits for words.
    if (nodes == 2) CHECK((measured[0].first - kept[0].first).picoseconds() == o.hardware.gate_time.picoseconds());
  }
}
