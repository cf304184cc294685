// SPDX-License-Identifier: Apache-2.0
#include "../support/catch.hpp"

#include <span>
#include <string>
#include <variant>
#include <vector>

#include <ebit/backend/drive.hpp>
#include <ebit/backend/recorded.hpp>
#include <ebit/backend/recording_bytes.hpp>
#include <ebit/backend/recording_tap.hpp>
#include <ebit/purify/dejmps.hpp>
#include <ebit/sim/network.hpp>
#include <ebit/testing/conformance.hpp>
#include <ebit/testing/manual_device.hpp>
#include <ebit/testing/simulated_pair.hpp>

using namespace ebit;
using namespace ebit::literals;

namespace {

struct with_dejmps : default_profile {
  using purify = ebit::purify::dejmps;
};
using recorded_network = sim::network<with_dejmps, bell_diagonal, sim::no_trace, backend::recording_tap>;
static_assert(sim::tap<backend::recording_tap>);

constexpr std::uint32_t size = 4;

sim::network_options<with_dejmps> stack(std::uint64_t seed) {
  sim::network_options<with_dejmps> o;
  o.seed = seed;
  o.purify.rounds = 1;
  o.hardware.memories = 3;
  o.swap.cutoff = 5_ms;
  return o;
}

recorded_network run(std::uint64_t seed) {
  const auto net = sim::chain(size, link::fibre{.length = 5_km});
  recorded_network sim{net, stack(seed)};
  REQUIRE(sim.validate().has_value());
  auto r = sim.request({.from = net.node(0), .to = net.node(size - 1), .pairs = 25, .min_fidelity = 0.5});
  REQUIRE(r.has_value());
  sim.run();
  REQUIRE(r->delivered() == 25);
  return sim;
}

/// The node as it was at the start.
basic_node<with_dejmps> fresh(const recorded_network& sim, std::uint32_t n, const options<with_dejmps>& o,
                              std::uint32_t incarnation = 0) {
  const node_id id{n};
  const auto slots = std::vector<std::uint32_t>(sim.map().incident(id).size(), 3);
  return {node_config{id, slots, shared_constant<route::network_map>{sim.map()}, incarnation}, o};
}

bool same_row(const segment& a, const segment& b) {
  return a.held_by == b.held_by && a.state == b.state && a.operation == b.operation && a.frame == b.frame &&
         a.circuit == b.circuit && a.reach == b.reach && a.local == b.local && a.remote == b.remote &&
         a.born == b.born && a.deadline == b.deadline && a.request == b.request && a.spent == b.spent;
}

/// Alike in all that can be seen, and in what they do next.
void check_same(basic_node<with_dejmps> a, basic_node<with_dejmps> b, local_time now, node_id peer) {
  const conservation &one = a.table().counts(), &other = b.table().counts();
  CHECK((one.acquired == other.acquired && one.delivered == other.delivered && one.consumed == other.consumed &&
         one.discarded == other.discarded));
  REQUIRE(a.table().size() == b.table().size());
  for (std::uint32_t slot = 0; slot < a.table().size(); ++slot) CHECK(same_row(a.table()[slot], b.table()[slot]));
  CHECK(a.next_deadline() == b.next_deadline());
  CHECK(a.ignored_messages() == b.ignored_messages());
  backend::recording next_of_a, next_of_b;
  const auto ask = [&](basic_node<with_dejmps>& node, backend::recording& does) {
    random_stream random;
    context ctx{now, random};
    node.handle(event::request{.id = request_id{77}, .peer = peer, .pairs = 3, .min_fidelity = 0.5}, ctx,
                [&](const auto& wanted) { does(now, wanted); });
  };
  ask(a, next_of_a);
  ask(b, next_of_b);
  CHECK_FALSE(next_of_a.entries.empty());
  CHECK(next_of_a == next_of_b);
}

}  // namespace

TEST_CASE("backend.recorded: every node of a simulated run, run again alone, does the same") {
  for (const std::uint64_t seed : {1U, 2U}) {
    INFO("seed " << seed);
    const auto sim = run(seed);
    std::size_t distillations = 0, swaps = 0, deadlines = 0;
    for (std::uint32_t n = 0; n < size; ++n) {
      INFO("node " << n);
      const backend::recording& told = sim.tap().of(node_id{n});
      for (const auto& e : told.entries) {
        const auto* const a = std::get_if<action::any>(&e.what);
        if (a != nullptr && std::holds_alternative<action::distil>(*a)) ++distillations;
        if (a != nullptr && std::holds_alternative<action::bell_measure>(*a)) ++swaps;
        if (std::holds_alternative<backend::recording::deadline>(e.what)) ++deadlines;
      }
      auto node = fresh(sim, n, stack(seed).stack());
      const auto diverged = backend::replay(node, told);
      INFO((diverged ? diverged->text() : std::string{}));
      CHECK_FALSE(diverged.has_value());
      check_same(node, sim.node(node_id{n}), told.entries.back().when, node_id{n == 0 ? size - 1 : 0});
    }
    CHECK(distillations > 100);
    CHECK(swaps > 40);
    CHECK(deadlines > 0);
  }
}

TEST_CASE("backend.recorded: a node with one other policy value diverges, and where is named") {
  const auto sim = run(3);
  auto changed = stack(3).stack();
  changed.purify.rounds = 2;
  auto head = fresh(sim, 0, changed);
  const backend::recording& told = sim.tap().of(node_id{0});
  const auto diverged = backend::replay(head, told);
  REQUIRE(diverged.has_value());
  REQUIRE(diverged->expected.has_value());
  CHECK(told.entries[diverged->index] == *diverged->expected);
  CHECK(diverged->when == diverged->expected->when);
  REQUIRE(diverged->came.has_value());
  CHECK(std::get<action::any>(diverged->expected->what) != *diverged->came);
  CHECK(diverged->text().find("entry " + std::to_string(diverged->index) + ": expected ") == 0);
  // What it was told before the divergence, it was told at the head's first steps: the plan is another one.
  CHECK(diverged->index < 10);
}

TEST_CASE("backend.recorded: a recording keeps every entry through bytes, and damaged bytes are refused") {
  const auto sim = run(4);
  const backend::recording& told = sim.tap().of(node_id{1});
  const auto bytes = backend::to_bytes(told);
  REQUIRE(bytes.has_value());
  const auto again = backend::recording_of(*bytes);
  CHECK(again.error == codec::fault::none);
  CHECK(again.used == bytes->size());
  CHECK(again.value == told);
  auto node = fresh(sim, 1, stack(4).stack());
  CHECK_FALSE(backend::replay(node, again.value).has_value());
  const std::span<const std::byte> all{*bytes};
  for (const std::size_t cut : {std::size_t{1}, std::size_t{12}, std::size_t{15}, all.size() - 1}) {
    const auto part = backend::recording_of(all.first(cut));
    CHECK(part.error != codec::fault::none);
    CHECK(part.used <= cut);
  }
  auto other = *bytes;
  other[13] = std::byte{0x66};  // the kind of the second frame
  CHECK(backend::recording_of(other).error == codec::fault::unknown_type);
}

TEST_CASE("backend.recorded: drive plays a recording that drive made") {
  const auto sim = run(5);
  const local_time end{1_s};
  // The node's own run, under `drive`: the simulator's events for it, pushed by hand.
  testing::manual_device device{std::vector<std::uint32_t>{3, 3}};
  for (const auto& e : sim.tap().of(node_id{1}).entries)
    if (const auto* what = std::get_if<event::any>(&e.what))
      std::visit([&](const auto& x) { device.push(e.when, x); }, *what);
  backend::recording_device<testing::manual_device> watched{device};
  random_stream random;
  auto first = fresh(sim, 1, stack(5).stack());
  backend::drive_until(first, watched, random, end);
  auto second = fresh(sim, 1, stack(5).stack());
  backend::recorded played{watched.record()};
  backend::drive_until(second, played, random, end);
  INFO((played.diverged() ? played.diverged()->text() : std::string{}));
  CHECK(played.finished());
  check_same(first, second, end, node_id{0});
  // A node that does nothing where something should come does not hold the clock.
  auto idle = fresh(sim, 2, stack(5).stack());
  backend::recorded unheard{watched.record()};
  backend::drive_until(idle, unheard, random, end);
  CHECK(unheard.diverged().has_value());
  CHECK(unheard.now() == end);
}

TEST_CASE("backend.recorded: the suite for backends plays its own recording of a device") {
  const testing::conformance_plan plan{.budget = 5_ms, .modes = 2, .promptness = 0_ps};
  auto pair = testing::simulated_device::make_pair();
  backend::recording_device<testing::simulated_device> device{pair.a};
  const auto live = testing::check_conformance(device, plan);
  CHECK(live.passed());
  backend::basic_recorded<testing::simulated_device::capabilities> played{device.record(), device.limits()};
  const auto again = testing::check_conformance(played, plan);
  INFO((played.diverged() ? played.diverged()->text() : std::string{}));
  CHECK(played.finished());
  CHECK(again.text() == live.text());
}

TEST_CASE("backend.recorded: each life of a node that breaks down is run again from its start") {
  const auto net = sim::chain(size, link::fibre{.length = 5_km});
  auto o = stack(6);
  o.link.retransmit_after = 1_ms;
  o.faults.loss = 0.02;
  o.faults.schedule.push_back({.what = scheduled_fault::kind::crash, .at = 3_ms, .lasts = 1_ms, .node = node_id{1}});
  recorded_network sim{net, o, {}, backend::recording_tap{{node_id{1}, node_id{3}}}};
  REQUIRE(sim.request({.from = net.node(0), .to = net.node(size - 1), .pairs = 40, .min_fidelity = 0.5}).has_value());
  sim.run_for(20_ms);
  CHECK(sim.tap().lives(node_id{0}) == 0);
  CHECK(sim.tap().lives(node_id{3}) == 1);
  REQUIRE(sim.tap().lives(node_id{1}) == 2);
  for (std::uint32_t life = 0; life < 2; ++life) {
    INFO("life " << life);
    const backend::recording& told = sim.tap().of(node_id{1}, life);
    CHECK(told.entries.size() > 10);
    auto node = fresh(sim, 1, o.stack(), life);
    const auto diverged = backend::replay(node, told);
    INFO((diverged ? diverged->text() : std::string{}));
    CHECK_FALSE(diverged.has_value());
  }
}
