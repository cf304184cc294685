// SPDX-License-Identifier: Apache-2.0
#include "../support/catch.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <map>
#include <vector>

#include <ebit/core/samplers.hpp>
#include <ebit/route/scheduler.hpp>

using namespace ebit;
using route::queued_request;
using route::request_queue;

namespace {

queued_request ask(std::uint32_t request, std::uint32_t pairs, std::uint8_t weight = 1, std::uint8_t priority = 0) {
  queued_request entry;
  entry.request = request_id{request};
  entry.asked_by = node_id{1};
  entry.pairs = pairs;
  entry.weight = weight;
  entry.priority = priority;
  return entry;
}

/// The number of the request that gets the next pair; 0 if none does. Requests that are served leave.
template <class Policy, class May = route::any_request>
std::uint32_t next(const Policy& policy, request_queue& queue, May may = {}) {
  const std::size_t i = policy.pick(queue, may);
  if (i == queue.size()) return 0;
  const std::uint32_t number = queue[i].number;
  policy.serve(queue, i);
  if (!queue[i].wants_more()) queue.remove(number);
  return number;
}

template <class Policy>
std::vector<std::uint32_t> order_of(const Policy& policy, request_queue queue) {
  std::vector<std::uint32_t> order;
  while (const std::uint32_t n = next(policy, queue)) order.push_back(n);
  return order;
}

using order = std::vector<std::uint32_t>;

}  // namespace

TEST_CASE("route.scheduler: orders of first come, strict priority, weights and classes, worked out by hand") {
  request_queue queue;
  queue.add(ask(1, 2, 1, 0));
  queue.add(ask(2, 3, 2, 5));
  queue.add(ask(3, 1, 1, 7));
  queue.add(ask(4, 2, 2, 5));
  CHECK(order_of(route::first_come_first_served{}, queue) == order{1, 1, 2, 2, 2, 3, 4, 4});
  CHECK(order_of(route::strict_priority{}, queue) == order{3, 2, 2, 2, 4, 4, 1, 1});
  // Finishes 1, 2 | ½, 1, 1½ | 1 | ½, 1.
  CHECK(order_of(route::weighted_fair{}, queue) == order{2, 4, 1, 2, 3, 4, 2, 1});
  CHECK(order_of(route::weighted_fair{.strict_from = 7}, queue) == order{3, 2, 4, 1, 2, 4, 2, 1});
  // Classes 0: 1, 2 | 5: ½, 1, 1½, 2, 2½ | 7 strict.
  CHECK(order_of(route::weighted_classes{.weights = {1, 1, 1, 1, 1, 2, 1, 0}}, queue) ==
        order{3, 2, 1, 2, 2, 1, 4, 4});
  // An interrupted service goes on first under all of them, and nobody is served while it cannot be.
  queue[0].consecutive = queue[3].consecutive = true;
  queue[3].served = 1;
  for (const std::uint32_t first :
       {order_of(route::first_come_first_served{}, queue)[0], order_of(route::strict_priority{}, queue)[0],
        order_of(route::weighted_fair{}, queue)[0], order_of(route::weighted_classes{}, queue)[0]})
    CHECK(first == 4);
  CHECK(route::weighted_fair{}.pick(queue, [](const queued_request& e) { return e.number != 4; }) == queue.size());
  queue[3].served = 0;
  CHECK(order_of(route::weighted_fair{}, queue) == order{2, 4, 4, 1, 1, 2, 3, 2});
  CHECK(next(route::strict_priority{}, queue, [](const queued_request& e) { return e.priority < 6; }) == 2);
}

TEST_CASE("route.scheduler: published shares of network, keep and measure requests") {
  // Dahlberg et al. 2019: network layer strictly first; keep and measure as 10 : 1 or as 2 : 1.
  for (const std::uint32_t keep : {10U, 2U}) {
    const auto run = [&](const auto& policy, std::size_t keepers, auto weight_of) {
      request_queue queue;
      for (std::uint32_t i = 0; i < keepers; ++i) queue.add(ask(i + 1, 1'000'000, weight_of(keep), 1));
      queue.add(ask(50, 1'000'000, 1, 0));
      std::array<std::uint64_t, 3> got{};  // by priority: measure, keep, network
      for (std::uint32_t pair = 0; pair < 11'000; ++pair) {
        // A network request of three pairs is served before anything else, whenever it comes.
        if (pair % 1'000 == 500) {
          queue.add(ask(100 + pair, 3, 1, 7));
          for (int i = 0; i < 3; ++i) {
            const std::size_t index = policy.pick(queue);
            REQUIRE(queue[index].priority == 7);
            const std::uint32_t number = queue[index].number;
            policy.serve(queue, index);
            if (i == 2) queue.remove(number);
          }
          got[2] += 3;
        }
        const std::size_t i = policy.pick(queue);
        policy.serve(queue, i);
        ++got[queue[i].priority];
      }
      CHECK(got[2] == 33);
      const std::uint64_t due = 11'000 / (keep + 1);
      CHECK(got[0] >= due - 1);
      CHECK(got[0] <= due + 1);
    };
    const auto own = [](std::uint32_t w) { return static_cast<std::uint8_t>(w); };
    run(route::weighted_fair{.strict_from = 7}, 1, own);
    // As classes the shares stay the same with four requests in one of them, whatever their own weights.
    const route::weighted_classes classes{.weights = {1, static_cast<std::uint8_t>(keep), 1, 1, 1, 1, 1, 0}};
    run(classes, 1, own);
    run(classes, 4, [](std::uint32_t) { return std::uint8_t{3}; });
  }
}

TEST_CASE(
    "route.scheduler: no two requests are further apart than self-clocked fair queueing allows, and none starves") {
  // |m/u − n/w| ≤ 1/u + 1/w over any time in which both wait, as integers: |m w − n u| ≤ u + w.
  std::uint64_t compared = 0;
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    random_stream r{seed, random_purpose::user, 1};
    request_queue queue;
    queue.clock().now = seed % 2 == 0 ? ~std::uint64_t{0} - (std::uint64_t{1} << 33) : 0;  // and across the wrap
    std::uint32_t asked = 0;
    struct pair_of_requests {
      std::int64_t most = 0, least = 0, now = 0;  // of m w − n u since both wait
    };
    std::map<std::pair<std::uint32_t, std::uint32_t>, pair_of_requests> lags;
    struct wait {
      std::uint64_t others = 0, at_most = 0;  // pairs of others since its own last one
    };
    std::map<std::uint32_t, wait> waits;
    const auto may_go_before = [](const queued_request& rival, const queued_request& e) {
      return rival.number == e.number ? 0U : rival.weight / e.weight + 2U;
    };
    const auto starts_to_wait = [&](const queued_request& e) {
      waits[e.number] = {};
      for (const queued_request& rival : queue) waits[e.number].at_most += may_go_before(rival, e);
    };
    const auto join = [&] {
      const auto weight =
          static_cast<std::uint8_t>(sample::below(r, 3) == 0 ? 1 + sample::below(r, 255) : 1 + sample::below(r, 5));
      const queued_request* e =
          queue.add(ask(++asked, static_cast<std::uint32_t>(1 + sample::below(r, 3'000)), weight));
      if (e == nullptr) return;
      for (const queued_request& other : queue) {
        if (other.number != e->number) lags[{other.number, e->number}] = {};
        waits[other.number].at_most += may_go_before(*e, other);
      }
      starts_to_wait(*e);
    };
    join();
    for (int pair = 0; pair < 6'000; ++pair) {
      if (sample::below(r, 60) == 0 || queue.empty()) join();
      const std::size_t i = route::weighted_fair{}.pick(queue);
      REQUIRE(i < queue.size());
      const queued_request chosen = queue[i];
      for (const queued_request& other : queue) {
        if (other.number == chosen.number) continue;
        const bool first = chosen.number < other.number;
        pair_of_requests& lag =
            lags.at({std::min(chosen.number, other.number), std::max(chosen.number, other.number)});
        lag.now += first ? other.weight : -std::int64_t{other.weight};
        lag.most = std::max(lag.most, lag.now);
        lag.least = std::min(lag.least, lag.now);
        // Over any part of the time: the greatest difference of two of its values.
        if (lag.most - lag.least > chosen.weight + other.weight) FAIL("seed " << seed << ", pair " << pair);
        ++compared;
      }
      for (const queued_request& other : queue) {
        if (other.number == chosen.number) continue;
        wait& w = waits.at(other.number);
        if (++w.others > w.at_most) FAIL("starved: seed " << seed << ", pair " << pair);
      }
      starts_to_wait(chosen);
      route::weighted_fair{}.serve(queue, i);
      if (!queue[i].wants_more()) queue.remove(chosen.number);
    }
  }
  CHECK(compared > 500'000);
}

TEST_CASE("route.scheduler: a class that was idle neither gains nor loses by it, and a pair taken back is owed") {
  const route::weighted_classes classes{.weights = {1, 1, 1, 1, 1, 1, 1, 1}};
  request_queue queue;
  queue.add(ask(1, 1'000, 1, 0));
  queue.add(ask(2, 10, 1, 1));
  for (int i = 0; i < 520; ++i) REQUIRE(next(classes, queue) != 0);  // the second has left long ago
  REQUIRE(queue.size() == 1);
  queue.add(ask(3, 1'000, 1, 1));
  std::array<int, 4> got{};
  for (int i = 0; i < 100; ++i) ++got[next(classes, queue)];
  CHECK((got[1] >= 49 && got[1] <= 51 && got[3] >= 49 && got[3] <= 51));

  request_queue fair;
  fair.add(ask(1, 100));
  fair.add(ask(2, 100));
  for (int i = 0; i < 20; ++i) (void)next(route::weighted_fair{}, fair);
  REQUIRE((fair[0].served == 10 && fair[1].served == 10));
  fair[0].served -= 4;
  for (int i = 0; i < 4; ++i) CHECK(next(route::weighted_fair{}, fair) == 1);
  // A service without interruption sets no one's clock: who comes after it shares as if it had not been.
  queued_request burst = ask(3, 50);
  burst.consecutive = true;
  fair.add(burst);
  std::uint32_t n = 0;
  while (fair.find(3) != nullptr) n = next(route::weighted_fair{}, fair);
  CHECK(n == 3);
  fair.add(ask(4, 100));
  std::array<int, 5> shares{};
  for (int i = 0; i < 60; ++i) ++shares[next(route::weighted_fair{}, fair)];
  CHECK((shares[1] >= 19 && shares[2] >= 19 && shares[4] >= 19));
}
