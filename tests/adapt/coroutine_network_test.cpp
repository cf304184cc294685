// SPDX-License-Identifier: Apache-2.0
#include <ebit/adapt/coroutine.hpp>
#include <ebit/ebit.hpp>

#include <cstdint>
#include <string>
#include <vector>

#include "../support/catch.hpp"

using namespace ebit;
using namespace ebit::adapt;

namespace {

scripted_network<> chain_network(std::size_t nodes, std::uint64_t seed) {
  return scripted_network<>{sim::chain(nodes, link::fibre{.length = 20_km}), {.seed = seed}};
}

/// What happened in a run, in order.
using diary = std::vector<std::string>;

std::string at(world_time when) { return std::to_string(when.since_epoch().picoseconds()); }
std::string text(const held_half& half) {
  return std::to_string(half.name.path.value()) + "/" + std::to_string(half.name.epoch) + "/" +
         std::to_string(half.name.sequence) + " frame " + std::to_string(half.frame.bits());
}

template <class Network>
task<> keep_asking(scenario<Network>& script, std::string name, party<Network> from, party<Network> to, diary& told) {
  for (int i = 0; i < 5; ++i) {
    const auto pair = co_await from.entangle(to);
    told.push_back(name + " " + at(script.now()) + " " + text(*pair));
    co_await script.sleep(10_us);
  }
}

}  // namespace

TEST_CASE("adapt/coroutine: two applications are told of the same pairs, which are what the network's record says") {
  auto net = chain_network(4, 3);
  scenario script{net};
  auto alice = script.at(node_id{0}), bob = script.at(node_id{3});
  std::vector<held_half> hers, his;
  script.spawn([&]() -> task<> {
    const auto pair = co_await alice.entangle(bob, {.min_fidelity = 0.9});
    hers.push_back(*pair);
    CHECK(pair->delivered == script.now());
    const auto batch = co_await alice.entangle(bob, {.pairs = 20, .purpose = 7});
    hers.insert(hers.end(), batch->begin(), batch->end());
  });
  script.spawn([&]() -> task<> {
    const held_half first = co_await bob.accept(alice);
    his.push_back(first);
    CHECK(first.delivered == script.now());
    for (int i = 0; i < 20; ++i) {
      const held_half next = co_await bob.accept(alice, 7);
      his.push_back(next);
    }
  });
  CHECK(script.running() == 2);
  CHECK(script.run() == 0);
  REQUIRE(hers.size() == 21);
  REQUIRE(his.size() == 21);
  CHECK(hers.front().request != hers.back().request);
  for (const held_half& half : hers) {
    INFO(text(half));
    CHECK(half.peer == bob.node());
    CHECK_FALSE(alice.is_revoked(half));
    std::size_t matches = 0;
    for (const held_half& other : his)
      if (other.name == half.name && other.frame == half.frame && other.peer == alice.node() &&
          other.purpose == half.purpose && other.request == half.request)
        ++matches;
    CHECK(matches == 1);
  }
  for (const request_id id : {hers.front().request, hers.back().request}) {
    const sim::request_record& truth = net.requests()[id.value()];
    CHECK(truth.deliveries.size() == truth.asked.pairs);
    for (const sim::delivered_pair& pair : truth.deliveries) {
      CHECK(pair.consistent);
      CHECK(pair.fidelity > 0.9);
    }
  }
  CHECK(net.requests()[hers.front().request.value()].at_head.front() == hers.front().delivered);
}

TEST_CASE("adapt/coroutine: scripts that compete for links are all served, and again in the same way") {
  const auto run = [](std::uint64_t seed) {
    auto net = chain_network(5, seed);
    scenario script{net};
    diary told;
    const auto node = [&](std::uint32_t n) { return script.at(node_id{n}); };
    script.spawn(keep_asking(script, "long", node(0), node(4), told));
    script.spawn(keep_asking(script, "across", node(3), node(1), told));
    script.spawn(keep_asking(script, "short", node(1), node(2), told));
    CHECK(script.run() == 0);
    CHECK(told.size() == 15);
    told.push_back(at(script.now()) + " " + std::to_string(net.events()));
    return told;
  };
  const diary first = run(11);
  CHECK(run(11) == first);
  CHECK(run(12) != first);
}

TEST_CASE("adapt/coroutine: a network's copy goes on under scripts of its own as the network does") {
  auto net = chain_network(3, 21);
  const auto continue_on = [](scripted_network<>& on) {
    scenario script{on};
    diary told;
    script.spawn(keep_asking(script, "copy", script.at(node_id{0}), script.at(node_id{2}), told));
    CHECK(script.run() == 0);
    return told;
  };
  continue_on(net);
  auto copy = net.fork();
  const diary original = continue_on(net);
  CHECK(original.size() == 5);
  CHECK(continue_on(copy) == original);
}

TEST_CASE("adapt/coroutine: who does not get what was asked for learns why") {
  auto net = chain_network(3, 5);
  scenario script{net};
  auto alice = script.at(node_id{0}), bob = script.at(node_id{2}), nobody = script.at(node_id{9});
  diary told;
  script.spawn([&]() -> task<> {
    const auto too_good = co_await alice.entangle(bob, {.min_fidelity = 0.99999});
    REQUIRE_FALSE(too_good);
    CHECK(too_good.error().refused());
    CHECK(too_good.error().why() == refusal::fidelity);
    CHECK(too_good.error().value() > 0.9);
    told.push_back(too_good.error().message());
    const auto alone = co_await alice.entangle(alice);
    told.push_back(alone ? "" : alone.error().message());
    const auto nowhere = co_await alice.entangle(nobody, {.pairs = 3});
    told.push_back(nowhere ? "" : nowhere.error().message());
    const auto none = co_await alice.entangle(bob, {.pairs = 0});
    told.push_back(none ? "" : none.error().message());
  });
  CHECK(script.run() == 0);
  CHECK(told == diary{"refused: even the best drive of the links falls short of the fidelity",
                      "request.to: given node 0, allowed a node other than `from`",
                      "request.to: given node 9, allowed node 0 to 2", "request.pairs: given 0, allowed 1 or more"});
}

TEST_CASE("adapt/coroutine: a request that expires comes back with what was delivered") {
  auto net = chain_network(3, 6);
  scenario script{net};
  auto alice = script.at(node_id{0}), bob = script.at(node_id{2});
  script.spawn([&]() -> task<> {
    const auto batch = co_await alice.entangle(bob, {.pairs = 100'000, .time_limit = 20_ms});
    REQUIRE_FALSE(batch);
    CHECK(batch.error().expired());
    CHECK(batch.error().halves().size() > 10);
    const std::string count = std::to_string(batch.error().halves().size());
    CHECK(batch.error().message() == "expired with " + count + " of 100000 pairs");
    CHECK(script.now() >= world_time{20_ms});
    CHECK(script.now() < world_time{30_ms});
  });
  CHECK(script.run() == 0);
}

TEST_CASE("adapt/coroutine: what a node takes back is known, and is not counted as had") {
  auto net = chain_network(3, 8);
  scenario script{net};
  auto alice = script.at(node_id{0}), bob = script.at(node_id{2});
  const auto take_back = [&](party<scripted_network<>> from, const held_half& half) {
    action::revoke taken{half.request, circuit_id{}, half.name};
    net.tap().on_action(from.node(), taken, [](const auto&) {});
  };
  bool heard = false;
  script.spawn([&]() -> task<> {
    const auto pair = co_await alice.entangle(bob);
    co_await script.sleep(1_ms);  // the other half has come, and bob does not take it
    take_back(alice, *pair);
    take_back(bob, *pair);
    co_await script.sleep(1_ms);
    const auto next = co_await alice.entangle(bob);
    CHECK(alice.is_revoked(*pair));
    CHECK(bob.is_revoked(*pair));
    CHECK_FALSE(alice.is_revoked(*next));
    const held_half accepted = co_await bob.accept(alice);
    CHECK(accepted.name == next->name);
    // One that is taken back while the others are waited for: the node says that all is done, but not all is there.
    const auto batch = co_await alice.entangle(bob, {.pairs = 50, .purpose = 1});
    REQUIRE_FALSE(batch);
    CHECK(batch.error().halves().size() == 49);
    CHECK(batch.error().message() == "over with 49 of 50 pairs, the others were taken back");
    heard = true;
  });
  script.spawn([&]() -> task<> {
    const held_half first = co_await bob.accept(alice, 1);
    take_back(alice, first);
  });
  CHECK(script.run() == 0);
  CHECK(heard);
}
