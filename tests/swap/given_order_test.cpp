// SPDX-License-Identifier: Apache-2.0
#include <ebit/swap/given_order.hpp>

#include <bit>
#include <cmath>
#include <cstdint>
#include <utility>
#include <vector>

#include <ebit/ebit.hpp>
#include <ebit/swap/linear_optics.hpp>

#include <support/catch.hpp>

using namespace ebit;
using namespace ebit::literals;
using swap::given_order;
using swap::place;
using swap::spans;

namespace {

constexpr std::uint64_t seed = 20260109;
random_stream fresh(std::uint64_t entity) { return {seed, random_purpose::user, entity}; }

struct in_given_order : default_profile {
  using swap = ebit::swap::given_order;
};

std::vector<std::uint16_t> any_order(std::uint16_t nodes, random_stream& stream) {
  std::vector<std::uint16_t> order(nodes);
  for (std::uint16_t i = 0; i < nodes; ++i) order[i] = static_cast<std::uint16_t>(i + 1);
  for (std::uint16_t i = nodes; i > 1; --i) std::swap(order[i - 1U], order[sample::below(stream, i)]);
  return order;
}

template <class Policy>
void check_equal_decisions(const given_order& order, const Policy& policy) {
  int joins = 0;
  for (std::uint16_t hops = 2; hops <= 17; ++hops)
    for (std::uint16_t at = 1; at < hops; ++at)
      for (std::uint16_t up = 1; up <= at; ++up)
        for (std::uint16_t down = 1; at + down <= hops; ++down) {
          const place here{at, hops};
          const spans s{up, down};
          CAPTURE(hops, at, up, down);
          CHECK(order.may_swap(here, s) == policy.may_swap(here, s));
          joins += policy.may_swap(here, s);
        }
  CHECK(joins == 136);  // every node of every chain has exactly one moment
}

}  // namespace

TEST_CASE("swap.given_order: sequential and nested are orders", "[swap]") {
  given_order growing, equal, doubling;
  for (std::uint16_t i = 1; i < given_order::max_hops; ++i) {
    growing.ranks[i] = static_cast<std::uint8_t>(i);
    doubling.ranks[i] = static_cast<std::uint8_t>(std::countr_zero(unsigned{i}));
  }
  check_equal_decisions(growing, swap::sequential{});
  check_equal_decisions(equal, swap::sequential{});
  check_equal_decisions(doubling, swap::nested{});
}

TEST_CASE("swap.given_order: every order joins the whole chain, node after node as it says", "[swap]") {
  auto stream = fresh(1);
  CAPTURE(seed);
  for (int run = 0; run < 300; ++run) {
    const auto hops = static_cast<std::uint16_t>(2 + sample::below(stream, 63));
    const auto order = any_order(static_cast<std::uint16_t>(hops - 1), stream);
    const auto policy = given_order::joining(order);
    REQUIRE(policy);
    // Ends of segments; all links are there from the start. No node may join before those that it has to wait for.
    std::vector<std::uint16_t> ends(hops + 1U);
    for (std::uint16_t i = 0; i <= hops; ++i) ends[i] = i;
    for (const std::uint16_t next : order) {
      std::size_t k = 1;
      while (ends[k] != next) ++k;
      const spans now{static_cast<std::uint16_t>(next - ends[k - 1]), static_cast<std::uint16_t>(ends[k + 1] - next)};
      CHECK(policy->may_swap({next, hops}, now));
      // Not with any shorter or longer segments.
      const auto more = static_cast<std::uint16_t>(now.upstream + 1),
                 less = static_cast<std::uint16_t>(now.downstream - 1);
      CHECK_FALSE(policy->may_swap({next, hops}, {more, now.downstream}));
      CHECK_FALSE(policy->may_swap({next, hops}, {now.upstream, less}));
      ends.erase(ends.begin() + static_cast<std::ptrdiff_t>(k));
    }
    CHECK(ends.size() == 2);
  }
}

TEST_CASE("swap.given_order: refusals name the value and its range; longer circuits never join", "[swap]") {
  const auto message = [](std::initializer_list<std::uint16_t> positions) {
    const auto order = given_order::joining(positions);
    return order ? std::string{} : order.error().message();
  };
  CHECK(message({2, 1, 3}).empty());
  CHECK(message({}).empty());
  CHECK(message({1, 4, 3}) == "given_order.positions[1]: given 4, allowed 1 to 3");
  CHECK(message({0, 1}) == "given_order.positions[0]: given 0, allowed 1 to 2");
  CHECK(message({2, 1, 2}) == "given_order.positions[2]: given 2, allowed each position once");
  CHECK_FALSE(given_order::joining(std::vector<std::uint16_t>(64, 1)));
  CHECK(given_order{}.may_swap({63, 64}, {63, 1}));
  CHECK_FALSE(given_order{}.may_swap({63, 65}, {63, 1}));
  CHECK_FALSE(given_order{}.may_swap({1, 65}, {1, 1}));
  // Nodes that the order does not name come last, from the head on.
  const auto two = given_order::joining({2, 1});
  REQUIRE(two);
  CHECK(two->may_swap({3, 5}, {3, 1}));
  CHECK(two->may_swap({4, 5}, {4, 1}));
  CHECK_FALSE(two->may_swap({4, 5}, {1, 1}));
}

TEST_CASE("swap.given_order: a chain in a random order delivers what its links give, as fast as forecast", "[swap]") {
  auto stream = fresh(2);
  constexpr double visibility = 0.97, noise = 0.01;
  link::hardware h;
  h.detector_efficiency = 0.9;
  h.visibility = visibility;
  h.gates.two_qubit = noise;
  h.gate_time = 2_us;
  for (int run = 0; run < 3; ++run) {
    const auto order = given_order::joining(any_order(5, stream));
    REQUIRE(order);
    sim::network<in_given_order> sim{sim::chain(7, {.length = 10_km}),
                                     {.seed = 11U + static_cast<std::uint64_t>(run), .swap = *order, .hardware = h}};
    const auto r = sim.request({.from = node_id{0}, .to = node_id{6}, .pairs = 2000, .min_fidelity = 0.5});
    REQUIRE(r);
    sim.run();
    CAPTURE(seed, run);
    CHECK(r->delivered() == 2000);
    CHECK(sim.truth().ledger().disagreements == 0);
    CHECK(sim.truth().ledger().mismatched == 0);
    // Photons that are not quite alike cost six links a phase error each, five Bell measurements are white noise.
    const double white = std::pow(1 - noise, 5);
    const double product = white * (1 + std::pow(visibility, 6)) / 2 + (1 - white) / 4;
    CHECK(std::abs(r->fidelity() - product) < 1e-9);
    CHECK(std::abs(r->forecast().fidelity() - product) < 1e-9);
    // Some 2 % statistical error.
    CHECK(r->rate() > r->forecast().rate() * 0.93);
    CHECK(r->rate() < r->forecast().rate_upper() * 1.07);
  }
}

TEST_CASE("swap.given_order: the order decides how long the first pair takes, and the forecast knows", "[swap]") {
  // In sequence the news run down the chain and all the way back; two by two they run half of it. First pairs of many
  // circuits, one at a time.
  const auto first_pairs = [](std::initializer_list<std::uint16_t> positions) {
    link::hardware h;
    h.detector_efficiency = 0.9;
    sim::network<in_given_order> sim{sim::chain(5, {.length = 20_km}),
                                     {.seed = 5, .swap = *given_order::joining(positions), .hardware = h}};
    double sum = 0, squares = 0;
    constexpr int runs = 400;
    duration forecast;
    for (int i = 0; i < runs; ++i) {
      const auto r = sim.request({.from = node_id{0}, .to = node_id{4}, .pairs = 1, .min_fidelity = 0.5});
      sim.run();
      CHECK(r->forecast().latency_certainty() == ebit::forecast::certainty::exact);
      forecast = r->forecast().mean_latency();
      const double t = (r->record().at_head[0] - r->record().started).seconds();
      sum += t;
      squares += t * t;
    }
    const double mean = sum / runs, error = std::sqrt((squares / runs - mean * mean) / runs);
    CHECK(std::abs(mean - forecast.seconds()) < 4 * error);
    return forecast;
  };
  CHECK(first_pairs({1, 3, 2}) < first_pairs({1, 2, 3}));
}

TEST_CASE("swap.given_order: with linear optics the repeater joins as often and as well as its photons do",
          "[swap]") {
  const swap::linear_optics optics{
      .detector_efficiency = 0.9, .visibility = 0.95, .dark_probability = 0.01, .number_resolving = true};
  link::hardware h;
  h.visibility = 0.97;
  sim::network<in_given_order> sim{sim::chain(3, {.length = 5_km}), {.seed = 6, .hardware = optics.installed_in(h)}};
  const auto r = sim.request({.from = node_id{0}, .to = node_id{2}, .pairs = 3000, .min_fidelity = 0.5});
  REQUIRE(r);
  sim.run();
  CHECK(r->delivered() == 3000);
  // Errors of the measurement on two pairs with phase errors (1 − V)/2 each.
  const double q = (1 - 0.97) / 2, phase = 2 * q * (1 - q);
  const auto errors = optics.measured().errors;
  CHECK(std::abs(r->fidelity() - ((1 - phase) * errors[0] + phase * errors[1])) < 1e-9);
  CHECK(r->rate() > r->forecast().rate() * 0.95);
  CHECK(r->rate() < r->forecast().rate_upper() * 1.05);
}
