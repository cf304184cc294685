// SPDX-License-Identifier: Apache-2.0
#include <bit>
#include <vector>

#include "../support/catch.hpp"
#include "profiles.hpp"

using namespace ebit;
using namespace ebit_test;

namespace {

template <class Network>
[[nodiscard]] std::uint64_t fingerprint(const Network& sim) {
  std::uint64_t hash = sim.events();
  hash = mix(hash, static_cast<std::uint64_t>(sim.now().since_epoch().picoseconds()));
  for (const sim::request_record& r : sim.requests()) {
    for (const sim::delivered_pair& d : r.deliveries) {
      hash = mix(hash, static_cast<std::uint64_t>(d.second.since_epoch().picoseconds()));
      hash = mix(hash, std::bit_cast<std::uint64_t>(d.fidelity));
    }
  }
  return hash;
}

[[nodiscard]] sim::network<deutsch> running(const sim::topology& net, std::uint64_t seed) {
  auto o = with<deutsch>(noisy_hardware(3), seed);
  o.purify.rounds = 1;
  return sim::network<deutsch>{net, o};
}

}  // namespace

TEST_CASE("simulation: the same seed gives the same run, another seed another") {
  const sim::topology net = chain_of(5);
  std::vector<std::uint64_t> prints;
  for (const std::uint64_t seed : {11U, 11U, 12U}) {
    auto sim = running(net, seed);
    static_cast<void>(*sim.request({.from = net.node(0), .to = net.node(4), .pairs = 100}));
    sim.run();
    prints.push_back(fingerprint(sim));
  }
  CHECK(prints[0] == prints[1]);
  CHECK(prints[0] != prints[2]);
}

TEST_CASE("simulation: a snapshot taken anywhere goes on bit for bit, a salted fork does not") {
  const sim::topology net = chain_of(5);
  auto whole = running(net, 5);
  static_cast<void>(*whole.request({.from = net.node(0), .to = net.node(4), .pairs = 100}));
  auto copied = whole;
  for (int cut = 0; cut < 10; ++cut) {
    for (int i = 0; i < 97; ++i) static_cast<void>(copied.step());
    const auto snapshot = copied.fork();
    copied = snapshot;
  }
  auto salted = copied.fork(1);
  whole.run();
  copied.run();
  salted.run();
  CHECK(fingerprint(copied) == fingerprint(whole));
  CHECK(fingerprint(salted) != fingerprint(whole));
  CHECK(salted.requests()[0].deliveries.size() == 100);
}

TEST_CASE("simulation: adding links and nodes elsewhere changes no draw") {
  sim::topology small = chain_of(4);
  sim::topology large = chain_of(4);
  for (int i = 0; i < 3; ++i) large.add_link(large.add_node(), large.node(3), link::fibre{.length = 5_km});
  auto a = running(small, 9);
  auto b = running(large, 9);
  static_cast<void>(*a.request({.from = small.node(0), .to = small.node(3), .pairs = 80}));
  static_cast<void>(*b.request({.from = large.node(0), .to = large.node(3), .pairs = 80}));
  a.run();
  b.run();
  CHECK(fingerprint(a) == fingerprint(b));
}

TEST_CASE("simulation: stopping a run between events changes nothing") {
  const sim::topology net = chain_of(3);
  auto whole = running(net, 21);
  static_cast<void>(*whole.request({.from = net.node(0), .to = net.node(2), .pairs = 50}));
  auto sliced = whole;
  whole.run();
  while (sliced.events() < whole.events()) sliced.run_for(77_us);
  for (std::size_t i = 0; i < 50; ++i) {
    CHECK(sliced.requests()[0].deliveries[i].second == whole.requests()[0].deliveries[i].second);
    CHECK(sliced.requests()[0].deliveries[i].fidelity == whole.requests()[0].deliveries[i].fidelity);
  }
}
