// SPDX-License-Identifier: Apache-2.0
#include "../support/catch.hpp"
#include "../support/random_maps.hpp"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <vector>

#include <ebit/core/random.hpp>
#include <ebit/core/samplers.hpp>
#include <ebit/route/max_flow.hpp>

using namespace ebit;

namespace {

struct arc {
  std::uint32_t from, to;
  double capacity, back;
};

/// The least capacity of any set of places that holds the source and not the sink, by trying all sets.
double least_cut(std::uint32_t places, const std::vector<arc>& arcs, std::uint32_t source, std::uint32_t sink) {
  double best = 1e300;
  for (std::uint32_t set = 0; set < 1U << places; ++set) {
    if ((set >> source & 1U) == 0 || (set >> sink & 1U) != 0) continue;
    double sum = 0;
    for (const arc& a : arcs) {
      const bool from = (set >> a.from & 1U) != 0, to = (set >> a.to & 1U) != 0;
      if (from && !to) sum += a.capacity;
      if (to && !from) sum += a.back;
    }
    best = std::min(best, sum);
  }
  return best;
}

/// Net flow out of every place, and that no arc carries more than it can.
template <class Amount>
std::vector<double> checked_balance(const route::flow_network<Amount>& net, const std::vector<arc>& arcs) {
  std::vector<double> out(net.places(), 0);
  for (std::uint32_t i = 0; i < arcs.size(); ++i) {
    const auto f = static_cast<double>(net.flow(i));
    CHECK(f <= arcs[i].capacity + 1e-9);
    CHECK(-f <= arcs[i].back + 1e-9);
    CHECK(static_cast<double>(net.spare(i)) == ebit_test::approx(arcs[i].capacity - f).margin(1e-9));
    CHECK(static_cast<double>(net.spare_back(i)) == ebit_test::approx(arcs[i].back + f).margin(1e-9));
    out[arcs[i].from] += f;
    out[arcs[i].to] -= f;
  }
  return out;
}

template <class Amount, class Draw>
void compare_with_cuts(std::uint64_t salt, Draw capacity) {
  int positive = 0;
  for (std::uint64_t seed = 1; seed <= 300; ++seed) {
    random_stream draw{seed, random_purpose::topology, salt};
    const auto places = static_cast<std::uint32_t>(2 + sample::below(draw, 6));
    const auto count = sample::below(draw, 4 * places);
    std::vector<arc> arcs;
    for (std::uint64_t i = 0; i < count; ++i) {
      arc a{};
      a.from = static_cast<std::uint32_t>(sample::below(draw, places));
      a.to = static_cast<std::uint32_t>(sample::below(draw, places));
      a.capacity = capacity(draw);
      if (sample::bernoulli(draw, 0.3)) a.back = capacity(draw);
      arcs.push_back(a);
    }
    const auto build = [&] {
      route::flow_network<Amount> net{places};
      for (const arc& a : arcs)
        net.add_arc(a.from, a.to, static_cast<Amount>(a.capacity), static_cast<Amount>(a.back));
      return net;
    };
    CAPTURE(seed, places, count);
    auto net = build();
    const auto value = static_cast<double>(net.push(0, places - 1));
    REQUIRE(value == ebit_test::approx(least_cut(places, arcs, 0, places - 1)).margin(1e-9));
    const auto balance = checked_balance(net, arcs);
    for (std::uint32_t p = 0; p < places; ++p)
      CHECK(balance[p] == ebit_test::approx(p == 0 ? value : p + 1 == places ? -value : 0.0).margin(1e-9));
    // The cut that is reported has that capacity.
    const std::vector<bool> near = net.source_side(0);
    double across = 0;
    for (const arc& a : arcs) {
      if (near[a.from] && !near[a.to]) across += a.capacity;
      if (near[a.to] && !near[a.from]) across += a.back;
    }
    CHECK((near[0] && !near[places - 1]));
    CHECK(across == ebit_test::approx(value).margin(1e-9));
    // In two goes it is as much, and then there is no more.
    auto halves = build();
    const Amount half = halves.push(0, places - 1, static_cast<Amount>(value / 2));
    CHECK(static_cast<double>(half) <= value / 2 + 1e-9);
    const Amount rest = halves.push(0, places - 1);
    CHECK(static_cast<double>(half + rest) == ebit_test::approx(value).margin(1e-9));
    CHECK(static_cast<double>(halves.push(0, places - 1)) == ebit_test::approx(0).margin(1e-9));
    positive += value > 0 ? 1 : 0;
  }
  CHECK(positive > 100);
}

}  // namespace

TEST_CASE("route.max_flow: as much as the least of all cuts, with whole capacities") {
  compare_with_cuts<std::int64_t>(1,
                                  [](random_stream& draw) { return static_cast<double>(sample::below(draw, 12)); });
  compare_with_cuts<std::int32_t>(2, [](random_stream& draw) { return static_cast<double>(sample::below(draw, 2)); });
}

TEST_CASE("route.max_flow: as much as the least of all cuts, with real capacities of all sizes") {
  compare_with_cuts<double>(3, [](random_stream& draw) {
    const double exponent = -3 + 6 * sample::uniform(draw);
    return math::pow(10, exponent);
  });
}

TEST_CASE("route.max_flow: published examples") {
  // Cormen, Leiserson, Rivest and Stein, figure 26.1: 23.
  route::flow_network<int> clrs{6};
  const int capacities[][3] = {{0, 1, 16}, {0, 2, 13}, {1, 3, 12}, {2, 1, 4}, {3, 2, 9},
                               {2, 4, 14}, {4, 3, 7},  {3, 5, 20}, {4, 5, 4}};
  for (const auto& c : capacities)
    clrs.add_arc(static_cast<std::uint32_t>(c[0]), static_cast<std::uint32_t>(c[1]), c[2]);
  CHECK(clrs.push(0, 5) == 23);
  CHECK(clrs.source_side(0) == std::vector<bool>{true, true, true, false, true, false});

  // Zwick, Theor. Comput. Sci. 148, 165 (1995): with r = (√5 − 1)/2 badly chosen augmentations of this network go on
  // for ever towards a flow that is too small. Here they end, at 2M + 1.
  const double r = (math::sqrt(5.0) - 1) / 2, m = 100;
  route::flow_network<double> zwick{6};  // s 0, t 5, 1 to 4 in between
  zwick.add_arc(2, 1, 1);
  zwick.add_arc(2, 3, 1);
  zwick.add_arc(4, 3, r);
  for (const std::uint32_t v : {1U, 2U, 4U}) zwick.add_arc(0, v, m);
  for (const std::uint32_t v : {1U, 3U, 4U}) zwick.add_arc(v, 5, m);
  CHECK(zwick.push(0, 5) == ebit_test::approx(2 * m + 1).epsilon(1e-14));
}

TEST_CASE("route.max_flow: between nodes of a map, with the links that limit it") {
  // Two triangles joined by links of 3 and 4.
  const route::network_map map =
      ebit_test::map_of(6, {{0, 1, 9}, {1, 2, 9}, {2, 0, 9}, {2, 3, 3}, {4, 1, 4}, {3, 4, 9}, {4, 5, 9}, {5, 3, 9}});
  const auto found = route::max_flow(map, node_id{0}, node_id{5}, [](const route::edge& e) { return int{e.slots}; });
  CHECK(found.value == 7);
  CHECK(found.cut == std::vector{path_id{3}, path_id{4}});
  CHECK(found.near == std::vector<bool>{true, true, true, false, false, false});
  CHECK(found.along[3] == 3);
  CHECK(found.along[4] == -4);  // from its end B to its end A
  const auto closed = route::max_flow(map, node_id{0}, node_id{5}, [](const route::edge& e) {
    return e.slots == 3 ? -1.0 : e.slots == 4 ? std::numeric_limits<double>::quiet_NaN() : 1.0;
  });
  CHECK(closed.value == 0);
  CHECK(closed.cut == std::vector{path_id{3}, path_id{4}});
}

TEST_CASE("route.max_flow: what nothing limits is told as such") {
  route::flow_network<double> real{3};
  route::flow_network<std::int64_t> whole{3};
  for (int i = 0; i < 2; ++i) {
    real.add_arc(0, 1, real.unlimited(), real.unlimited());
    whole.add_arc(0, 1, whole.unlimited(), whole.unlimited());
  }
  const std::uint32_t last = real.add_arc(1, 2, 2.5);
  whole.add_arc(1, 2, 7);
  CHECK(real.push(0, 2) == 2.5);
  CHECK(real.flow(last) == 2.5);
  CHECK(whole.push(0, 2) == 7);
  CHECK(real.push(0, 1) == real.unlimited());
  CHECK(whole.push(0, 1) == whole.unlimited());
  CHECK(whole.add_place() == 3);
  CHECK(whole.push(0, 3) == 0);
  CHECK(whole.push(0, 1, 5) == 5);  // a limit makes it a largest one
  route::flow_network<int> one{2};
  one.add_arc(0, 1, one.unlimited(), 3);
  for (int i = 0; i < 3; ++i) CHECK(one.push(0, 1, one.unlimited() - 1) == one.unlimited() - 1);
  CHECK(one.push(0, 1) == one.unlimited());
}

TEST_CASE("route.max_flow: chains of any length are no deeper for the machine") {
  constexpr std::uint32_t n = 200'000;
  route::flow_network<std::int64_t> chain{n};
  for (std::uint32_t i = 0; i + 1 < n; ++i) chain.add_arc(i, i + 1, 5 + i % 3);
  CHECK(chain.push(0, n - 1) == 5);
}
