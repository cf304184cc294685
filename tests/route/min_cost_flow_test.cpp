// SPDX-License-Identifier: Apache-2.0
#include "../support/catch.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include <ebit/core/random.hpp>
#include <ebit/core/samplers.hpp>
#include <ebit/route/min_cost_flow.hpp>

using namespace ebit;

namespace {

struct arc {
  std::uint32_t from, to;
  int capacity;
  double cost;
};

/// The least cost of a flow of each size, by trying all.
std::vector<double> by_trying(std::uint32_t places, const std::vector<arc>& arcs) {
  std::vector<double> best;
  std::vector<int> flow(arcs.size(), 0);
  for (;;) {
    std::vector<int> out(places, 0);
    double cost = 0;
    for (std::size_t i = 0; i < arcs.size(); ++i) {
      out[arcs[i].from] += flow[i];
      out[arcs[i].to] -= flow[i];
      cost += flow[i] * arcs[i].cost;
    }
    const bool conserved = std::all_of(out.begin() + 1, out.end() - 1, [](int o) { return o == 0; });
    if (conserved && out.front() >= 0) {
      const auto size = static_cast<std::size_t>(out.front());
      if (best.size() <= size) best.resize(size + 1, 1e300);
      best[size] = std::min(best[size], cost);
    }
    std::size_t i = 0;
    while (i < arcs.size() && flow[i] == arcs[i].capacity) flow[i++] = 0;
    if (i == arcs.size()) return best;
    ++flow[i];
  }
}

}  // namespace

TEST_CASE("route.min_cost_flow: the cheapest of every size, in whole numbers and in real ones") {
  int several = 0, sizes = 0;
  for (std::uint64_t seed = 1; seed <= 2'000; ++seed) {
    random_stream draw{seed, random_purpose::topology, 22};
    const auto places = static_cast<std::uint32_t>(2 + sample::below(draw, 4));
    const auto count = 8 + sample::below(draw, 5);
    std::vector<arc> arcs;
    for (std::uint64_t i = 0; i < count; ++i) {
      arc a{};
      a.from = static_cast<std::uint32_t>(sample::below(draw, places - 1));
      a.to = static_cast<std::uint32_t>(1 + sample::below(draw, places - 1));
      a.capacity = i < 2 ? 2 : 1;
      a.cost = static_cast<double>(sample::below(draw, 20));
      arcs.push_back(a);
    }
    const std::vector<double> best = by_trying(places, arcs);
    route::min_cost_flow<int> whole{places};
    route::min_cost_flow<double> real{places};
    for (const arc& a : arcs) {
      whole.add_arc(a.from, a.to, a.capacity, a.cost);
      real.add_arc(a.from, a.to, 0.25 * a.capacity, a.cost);
    }
    const auto cost_of = [&](const auto& net) {
      double sum = 0;
      for (std::uint32_t i = 0; i < arcs.size(); ++i) sum += static_cast<double>(net.flow(i)) * arcs[i].cost;
      return sum;
    };
    CAPTURE(seed, places, count);
    for (std::size_t size = 1; size < best.size(); ++size) {
      REQUIRE(whole.augment(0, places - 1, 1) == 1);
      CHECK(cost_of(whole) == best[size]);
      ++sizes;
    }
    CHECK(whole.augment(0, places - 1, 1) == 0);
    double sent = 0;
    for (double more = 1; more > 0; sent += more) more = real.augment(0, places - 1, 100);
    CHECK(sent == 0.25 * static_cast<double>(best.size() - 1));
    CHECK(cost_of(real) == 0.25 * best.back());
    several += best.size() > 2 ? 1 : 0;
  }
  CHECK(several > 50);
  CHECK(sizes > 200);
}
