// SPDX-License-Identifier: Apache-2.0
#include "../support/catch.hpp"

#include <algorithm>
#include <cstdint>
#include <set>
#include <vector>

#include <ebit/core/shared_constant.hpp>
#include <ebit/route/connections.hpp>

using namespace ebit;
using namespace ebit::literals;

namespace {

constexpr node_id here{0};

[[nodiscard]] event::request ask(std::uint32_t id, std::uint32_t pairs = 5) {
  event::request e;
  e.id = request_id{id};
  e.peer = node_id{9};
  e.pairs = pairs;
  return e;
}
[[nodiscard]] route::queued_request entry_of(const event::request& e, node_id by = here) {
  return route::queued_request::of(e, by, local_time{});
}
/// The decision for a circuit that is forecast to give this fidelity.
[[nodiscard]] route::answer promising(double fidelity) {
  route::answer a;
  a.circuit.feasible = true;
  a.circuit.expected = forecast{
      100, 100, bell_diagonal::werner(fidelity), bell_diagonal::werner(fidelity), {}, forecast::certainty::bounded};
  return a;
}
[[nodiscard]] shared_constant<route::network_map> line(std::uint32_t hops) {
  link::budget each;
  each.delay = 10_us;
  std::vector<route::edge> edges;
  for (std::uint32_t k = 0; k < hops; ++k) edges.push_back({node_id{k}, node_id{k + 1}, each, 4});
  return shared_constant<route::network_map>{
      route::network_map{std::vector<route::site>(hops + 1), std::move(edges)}};
}

}  // namespace

TEST_CASE("route.connections: one serves the requests of its queue, whatever its circuit is called") {
  route::connections all;
  for (const std::uint32_t n : {1U, 2U, 3U}) {
    route::connection& k = all.add(node_id{n}, promising(0.9), false);
    k.circuit = circuit_id{10 + n};
    k.queue.add(entry_of(ask(n)));
  }
  CHECK(all.find(request_id{2}, here)->peer == node_id{2});
  CHECK(all.find(request_id{2}, node_id{5}) == nullptr);  // another node's request of the same number
  CHECK(all.find(request_id{4}, here) == nullptr);
  CHECK(all.served_by(circuit_id{13})->peer == node_id{3});
  CHECK(all.served_by(circuit_id{14}) == nullptr);
  all.remove(*all.served_by(circuit_id{12}));
  CHECK((all.find(request_id{2}, here) == nullptr && all.served_by(circuit_id{12}) == nullptr));
  CHECK((all.find(request_id{1}, here)->peer == node_id{1} && all.find(request_id{3}, here)->peer == node_id{3}));
}

TEST_CASE(
    "route.connections: a request shares one that goes there, is good enough, measures if it has to and has room") {
  route::connections all;
  all.add(node_id{9}, promising(0.9), false);  // its own request's alone
  CHECK(all.shared_with(node_id{9}, 0.5, false) == nullptr);
  route::connection& k = all.add(node_id{9}, promising(0.9), true);
  CHECK(all.shared_with(node_id{9}, 0.9, false) != nullptr);
  CHECK(all.shared_with(node_id{9}, 0.9 + 1e-9, false) == nullptr);
  CHECK(all.shared_with(node_id{8}, 0.5, false) == nullptr);
  CHECK(all.shared_with(node_id{9}, 0.5, true) == nullptr);
  k.measures = true;
  CHECK(all.shared_with(node_id{9}, 0.5, true) == &k);
  for (std::uint32_t i = 0; !k.queue.full(); ++i) k.queue.add(entry_of(ask(i)));
  CHECK(all.shared_with(node_id{9}, 0.5, false) == nullptr);
  k.queue.remove(1);
  CHECK(all.shared_with(node_id{9}, 0.5, false) == &k);
}

TEST_CASE("route.connections: what is left, what is needed and what is due follow from the queues") {
  route::connections all;
  route::connection& k = all.add(node_id{9}, promising(0.9), true);
  CHECK((k.left() == 0 && k.min_fidelity() == 0));
  event::request e = ask(1, 10);
  e.min_fidelity = 0.7;
  e.time_limit = 40_us;
  k.queue.add(entry_of(e))->served = 4;
  e = ask(2, 7);
  e.min_fidelity = 0.8;
  e.time_limit = 30_us;
  k.queue.add(entry_of(e, node_id{9}))->served = 3;  // what is bound is handed over before long
  CHECK((k.left() == 10 && k.min_fidelity() == 0.8));
  CHECK(all.due(local_time{30_us} - 1_ps) == nullptr);
  REQUIRE(all.due(local_time{30_us}) == &k);
  k.queue.remove(k.queue.expired(local_time{30_us})->number);
  CHECK((k.left() == 6 && k.min_fidelity() == 0.7 && all.due(local_time{30_us}) == nullptr));
}

TEST_CASE("route.connections: finished pairs and what is being distilled share the memories") {
  for (std::uint32_t width = 1; width < 8; ++width) {
    for (std::uint8_t rounds = 0; rounds < 4; ++rounds) {
      circuit_plan plan;
      plan.width = static_cast<std::uint8_t>(width);
      plan.link_rounds = rounds / 2;
      plan.end_rounds = rounds - rounds / 2;
      for (std::uint32_t pairs = 1; pairs < 9; ++pairs)
        CHECK(route::holds_at_once(plan, pairs) == (pairs + rounds <= width));
      CHECK_FALSE(route::holds_at_once(plan, ~std::uint32_t{0}));  // whatever an application asks for
      CHECK_FALSE(route::holds_at_once(plan, ~std::uint32_t{0} - rounds));
    }
  }
}

TEST_CASE("route.connections: who waits is told once, under the name that was refused last") {
  route::waiting_line line;
  line.join({circuit_id{1}, node_id{1}, request_id{1}});
  line.join({circuit_id{2}, node_id{2}, request_id{1}});
  line.join({circuit_id{3}, node_id{1}, request_id{2}});
  line.join({circuit_id{4}, node_id{1}, request_id{1}});
  std::vector<std::uint32_t> named;
  for (const route::waiter& w : line) named.push_back(w.circuit.value());
  CHECK(named == std::vector<std::uint32_t>{4, 2, 3});
  for (std::uint32_t i = 0; i < 100; ++i) line.join({circuit_id{10 + i}, node_id{7}, request_id{i}});
  CHECK(line.end() - line.begin() == 64);  // the others find out by their clocks
  line.clear();
  CHECK(line.begin() == line.end());
}

TEST_CASE("route.connections: heads that refuse each other wait out of ranges that double, each in its own way") {
  const auto map = line(3);
  route::connection k;
  k.found.path.links = {path_id{0}, path_id{1}, path_id{2}};
  k.queue.add(entry_of(ask(1)));
  const duration round = 60_us;  // there and back
  CHECK(route::backoff(*map, here, k) == 0_us);
  std::set<std::int64_t> differ;
  for (std::uint32_t tries = 1; tries < 12; ++tries) {
    k.tries = tries;
    duration longest = 0_us;
    for (std::uint32_t n = 0; n < 400; ++n) {
      const duration wait = route::backoff(*map, node_id{n}, k);
      CHECK(wait.picoseconds() % round.picoseconds() == 0);
      CHECK((wait >= 0_us && wait < round * (std::int64_t{1} << std::min(tries, 8U))));
      CHECK(wait == route::backoff(*map, node_id{n}, k));
      longest = std::max(longest, wait);
      if (tries == 8) differ.insert(wait.picoseconds());
    }
    // Of 400 nodes one waits long.
    CHECK(longest >= round * ((std::int64_t{1} << std::min(tries, 8U)) * 9 / 10 - 1));
  }
  CHECK(differ.size() > 150);  // of 256
}
