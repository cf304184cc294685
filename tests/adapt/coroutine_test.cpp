// SPDX-License-Identifier: Apache-2.0
#include <ebit/adapt/coroutine.hpp>
#include <ebit/ebit.hpp>

#include <algorithm>
#include <cstdint>
#include <stdexcept>
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

/// Counts those that are alive.
class counted {
 public:
  explicit counted(int& alive) : alive_{&alive} { ++*alive_; }
  counted(const counted& other) : alive_{other.alive_} { ++*alive_; }
  counted& operator=(const counted&) = delete;
  ~counted() { --*alive_; }

 private:
  int* alive_;
};

/// How deep the stack is here.
[[gnu::noinline]] std::uintptr_t stack_depth() {
  return reinterpret_cast<std::uintptr_t>(__builtin_frame_address(0));
}

}  // namespace

TEST_CASE("adapt/coroutine: sleepers wake in order of time, then as they lay down, after the network's events") {
  auto net = chain_network(2, 1);
  scenario script{net};
  diary told;
  const auto nap = [&](std::string name, duration span) -> task<> {
    co_await script.sleep(span);
    told.push_back(name + " " + at(script.now()));
  };
  script.spawn(nap("c", 30_ns));
  script.spawn(nap("a", 10_ns));
  script.spawn(nap("b1", 20_ns));
  script.spawn(nap("b2", 20_ns));
  script.spawn(nap("past", 0_ns - 5_ns));
  script.spawn([&]() -> task<> {
    co_await script.sleep(10_ns);
    co_await script.sleep_until(world_time{20_ns});
    told.push_back("b3 " + at(script.now()));
    const auto [one, two] = co_await both(script.sleep(15_ns), script.sleep(5_ns));
    CHECK(one == two);
    told.push_back("both " + at(script.now()));
  });
  script.spawn(nap("never", duration::never()));
  CHECK(script.run_until(world_time{25_ns}) == 3);
  CHECK(net.now() == world_time{25_ns});
  CHECK(told.size() == 5);
  CHECK(script.run() == 1);  // it sleeps for ever
  CHECK(told == diary{"past 0", "a 10000", "b1 20000", "b2 20000", "b3 20000", "c 30000", "both 35000"});
}

TEST_CASE("adapt/coroutine: several things are awaited at once, and their values come in the order of asking") {
  auto net = chain_network(4, 9);
  scenario script{net};
  std::size_t seen = 0;
  const auto twice = [&](int x) -> task<int> {
    co_await script.sleep(duration::picoseconds(1000 - x));
    co_return 2 * x;
  };
  script.spawn([&]() -> task<> {
    const auto node = [&](std::uint32_t n) { return script.at(node_id{n}); };
    const auto [near, far, value, waited] = co_await all(
        node(0).entangle(node(1)), node(3).entangle(node(0), {.pairs = 3}), twice(21), script.sleep(1_ns));
    CHECK(near->peer == node_id{1});
    CHECK(far->size() == 3);
    CHECK(far->front().peer == node_id{0});
    CHECK(value == 42);
    CHECK(waited == nothing{});
    std::vector<task<int>> many;
    for (int i = 0; i < 100; ++i) many.push_back(twice(i));
    const std::vector<int> values = co_await all(std::move(many));
    for (const int v : values) CHECK(v == 2 * static_cast<int>(seen++));
    const std::vector<int> none = co_await all(std::vector<task<int>>{});
    CHECK(none.empty());
  });
  CHECK(script.run() == 0);
  CHECK(seen == 100);
}

TEST_CASE("adapt/coroutine: a scenario destroyed mid-way ends its scripts and leaves the network usable") {
  auto net = chain_network(3, 13);
  int alive = 0;
  bool over = false;
  {
    scenario script{net};
    auto alice = script.at(node_id{0}), bob = script.at(node_id{2});
    script.spawn([&, held = counted{alive}]() -> task<> {
      const counted local{alive};
      const auto batch = co_await alice.entangle(bob, {.pairs = 1'000});
      over = batch.has_value();
    });
    script.spawn([&]() -> task<> {
      const counted local{alive};
      const auto part = [&](counted) -> task<int> {
        const counted deep{alive};
        co_await all(alice.entangle(bob), script.sleep(1_s), bob.accept(alice, 99));
        co_return 1;
      };
      co_await both(part(counted{alive}), part(counted{alive}));
      over = true;
    });
    script.spawn([&, held = counted{alive}]() -> task<> {
      const counted never_begun{alive};
      co_await script.sleep(1_s);
    });
    CHECK(script.run_for(1_ms) == 3);
    CHECK(alive > 6);
    script.spawn([&, held = counted{alive}]() -> task<> { co_return; });  // destroyed before it begins
  }
  CHECK(alive == 0);
  CHECK_FALSE(over);
  scenario next{net};
  next.spawn([&]() -> task<> {
    const auto pair = co_await next.at(node_id{2}).entangle(next.at(node_id{0}));
    over = pair.has_value();
  });
  CHECK(next.run() == 0);
  CHECK(over);
}

TEST_CASE("adapt/coroutine: an exception leaves run(), and the other scripts go on when it is called again") {
  auto net = chain_network(2, 1);
  scenario script{net};
  int alive = 0;
  diary told;
  const auto part = [&]() -> task<int> {
    const counted local{alive};
    co_await script.sleep(1_ns);
    throw std::runtime_error{"part"};
  };
  script.spawn([&]() -> task<> {
    const counted local{alive};
    try {
      co_await part();
    } catch (const std::runtime_error& e) {
      told.emplace_back(e.what());
    }
    co_await both(script.sleep(1_ns), part());
  });
  script.spawn([&]() -> task<> {
    co_await script.sleep(5_ns);
    told.emplace_back("other");
  });
  CHECK_THROWS_WITH(script.run(), "part");
  CHECK(alive == 0);
  CHECK(script.running() == 1);
  CHECK(told == diary{"part"});
  CHECK(script.run() == 0);
  CHECK(told == diary{"part", "other"});
}

TEST_CASE("adapt/coroutine: ten thousand awaits of every kind leave the stack as it was") {
  auto net = chain_network(2, 17);
  scenario script{net};
  auto alice = script.at(node_id{0}), bob = script.at(node_id{1});
  std::uintptr_t lowest = UINTPTR_MAX, highest = 0;
  const auto mark = [&] {
    const std::uintptr_t depth = stack_depth();
    lowest = std::min(lowest, depth);
    highest = std::max(highest, depth);
  };
  const auto at_once = [&](int x) -> task<int> {
    mark();
    co_return x;
  };
  int sum = 0;
  script.spawn([&]() -> task<> {
    for (int i = 0; i < 10'000; ++i) {
      co_await script.sleep(duration::zero());
      mark();
      const auto refused = co_await alice.entangle(alice);
      mark();
      const int one = co_await at_once(1);
      mark();
      sum += refused ? 0 : one;
    }
    for (int i = 0; i < 1'000; ++i) {
      const auto pair = co_await alice.entangle(bob);
      const held_half half = co_await bob.accept(alice);
      mark();
      sum += half.name == pair->name ? 1 : 0;
    }
  });
  // A script that spawns its successor, and one that awaits itself over and over.
  int generations = 0;
  const auto next = [&](const auto& self) -> task<> {
    mark();
    if (++generations < 10'000) script.spawn(self(self));
    co_return;
  };
  script.spawn(next(next));
  const auto nested = [&](const auto& self, int depth) -> task<int> {
    mark();
    const int below = depth == 0 ? 0 : co_await self(self, depth - 1);
    mark();
    co_return below + 1;
  };
  script.spawn([&]() -> task<> { sum += co_await nested(nested, 1'000); });
  CHECK(script.run() == 0);
  CHECK(sum == 10'000 + 1'000 + 1'001);
  CHECK(generations == 10'000);
  CHECK(highest - lowest < 4'096);
}
