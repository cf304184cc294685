// SPDX-License-Identifier: Apache-2.0
#include "../support/catch.hpp"
#include "../support/random_maps.hpp"

#include <cstdint>
#include <map>
#include <vector>

#include <ebit/core/random.hpp>
#include <ebit/core/samplers.hpp>
#include <ebit/herald/double_click.hpp>
#include <ebit/herald/single_click.hpp>
#include <ebit/purify/dejmps.hpp>
#include <ebit/route/cheapest_path.hpp>
#include <ebit/route/circuit_model.hpp>
#include <ebit/route/measured_model.hpp>
#include <ebit/swap/as_soon_as_possible.hpp>

using namespace ebit;
using namespace ebit::literals;

namespace {

template <class Herald>
using model_with = route::circuit_model<Herald, purify::dejmps, swap::as_soon_as_possible>;

/// Conditions as they are written down here.
struct known {
  std::map<std::uint32_t, route::link_condition> links{};
  [[nodiscard]] route::link_condition condition(path_id link, local_time) const {
    const auto found = links.find(link.value());
    return found == links.end() ? route::link_condition{} : found->second;
  }
};
static_assert(route::condition_source<known>);

route::edge fibre_link(std::uint32_t a, std::uint32_t b, double km, std::uint16_t slots = 2) {
  route::edge e{node_id{a}, node_id{b}, {}, slots};
  e.budget.delay = duration::seconds(km * 5e-6);
  e.budget.station_a = e.budget.station_b = e.budget.delay / 2;
  e.budget.efficiency_a = e.budget.efficiency_b = 0.4 * math::pow(10, -0.01 * km);
  e.budget.dark_probability = 1e-6;
  e.budget.visibility = 0.95;
  e.budget.attempt_time = 1_us;
  e.budget.memory_a.t2 = e.budget.memory_b.t2 = 1_s;
  return e;
}

/// 0–1–2, and 0–3–2 a little longer.
route::network_map diamond() {
  return {std::vector<route::site>(4),
          {fibre_link(0, 1, 20), fibre_link(2, 1, 20), fibre_link(0, 3, 22), fibre_link(3, 2, 22)}};
}

template <class Herald>
void check_one_link(double exactness) {
  const route::network_map map{std::vector<route::site>(2), {fibre_link(0, 1, 30)}};
  const model_with<Herald> m{{}, {.rounds = 0}, {}, {}};
  const route::walk w{{node_id{1}, node_id{0}}, {path_id{0}}};
  const route::demand d{node_id{1}, node_id{0}, 1, 0.8};
  const forecast plain = m.evaluate(map, w, d).expected;
  for (const double yield : {0.02, 0.3, 0.9, 1.4}) {
    const known as_measured{{{0, {yield, 1}}}};
    const route::measured_model measured{m, as_measured, local_time{}};
    CAPTURE(yield);
    const route::evaluation e = measured.evaluate(map, w, d);
    REQUIRE(e.feasible);
    CHECK(e.expected.rate() == ebit_test::approx(plain.rate() * yield).epsilon(exactness));
    CHECK(e.expected.fidelity() == ebit_test::approx(plain.fidelity()).margin(0.002));
    CHECK(measured.link_seconds(map, map.along(path_id{0}), 0.8) ==
          ebit_test::approx(m.link_seconds(map, map.along(path_id{0}), 0.8) / yield).epsilon(1e-12));
  }
}

}  // namespace

TEST_CASE("route.measured_model: as forecast where nothing else was seen, to the last bit") {
  const known nothing;
  const model_with<herald::single_click> m{{}, {.rounds = 1}, {}, {}};
  const route::measured_model measured{m, nothing, local_time{}};
  static_assert(route::circuit_forecaster<decltype(measured)>);
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    random_stream draw{seed, random_purpose::topology, 5};
    const route::network_map map = ebit_test::random_fibre_map(draw, 6, 0.35);
    const route::demand d{node_id{0}, node_id{5}, 1, 0.7};
    const auto a = route::cheapest_path::choose(map, d, m), b = route::cheapest_path::choose(map, d, measured);
    CHECK(a.path == b.path);
    CHECK(a.circuit.expected.rate() == b.circuit.expected.rate());
    CHECK(a.circuit.expected.fidelity() == b.circuit.expected.fidelity());
    // A condition of 1 that is not quite 1 goes another way through the model, to the same end.
    known slightly;
    for (std::uint32_t i = 0; i < map.edges().size(); ++i) slightly.links[i] = {1, 1 - 1e-15};
    const route::measured_model near{m, slightly, local_time{}};
    if (a.path.links.empty()) continue;
    const auto c = near.evaluate(map, a.path, d);
    CHECK(c.feasible == a.circuit.feasible);
    CHECK(c.hop == a.circuit.hop);
    CHECK(c.expected.rate() == ebit_test::approx(a.circuit.expected.rate()).epsilon(1e-9));
  }
}

TEST_CASE("route.measured_model: the yield scales the rate, one photon heralding or two") {
  check_one_link<herald::single_click>(0.02);  // a little of the light comes twice
  check_one_link<herald::double_click>(1e-3);
}

TEST_CASE("route.measured_model: the purity is white noise on what is heralded") {
  const route::network_map map{std::vector<route::site>(2), {fibre_link(0, 1, 30)}};
  const model_with<herald::double_click> m{{}, {.rounds = 0}, {}, {}};
  const route::walk w{{node_id{0}, node_id{1}}, {path_id{0}}};
  const route::demand d{node_id{0}, node_id{1}, 1, 0};
  const forecast plain = m.evaluate(map, w, d).expected;
  for (const double purity : {0.2, 0.9, 0.99}) {
    const known as_measured{{{0, {1, purity}}}};
    const forecast f = route::measured_model{m, as_measured, local_time{}}.evaluate(map, w, d).expected;
    CHECK(f.fidelity() == ebit_test::approx(purity * plain.fidelity() + (1 - purity) / 4).epsilon(1e-12));
    CHECK(f.rate() == ebit_test::approx(plain.rate()).epsilon(1e-9));
  }
  // What was white in the budget can turn out to be less, but not below nothing.
  std::vector<route::edge> noisy = map.edges();
  noisy[0].budget.emission_error_a = 0.1;
  const route::network_map worse{std::vector<route::site>(2), noisy};
  const known better{{{0, {1, 1.5}}}};
  CHECK(route::measured_model{m, better, local_time{}}.evaluate(worse, w, d).expected.fidelity() ==
        ebit_test::approx(plain.fidelity()).epsilon(1e-12));
}

TEST_CASE("route.measured_model: a link that gives nothing is not chosen") {
  const route::network_map map = diamond();
  const model_with<herald::single_click> m{{}, {.rounds = 0}, {}, {}};
  const route::demand d{node_id{0}, node_id{2}, 1, 0.6};
  CHECK(route::cheapest_path::choose(map, d, m).path.links == std::vector{path_id{0}, path_id{1}});
  const known dead{{{1, {0, 1}}}};
  const route::measured_model measured{m, dead, local_time{}};
  CHECK(route::cheapest_path::choose(map, d, measured).path.links == std::vector{path_id{2}, path_id{3}});
  const auto e =
      measured.evaluate(map, route::walk{{node_id{0}, node_id{1}, node_id{2}}, {path_id{0}, path_id{1}}}, d);
  CHECK_FALSE(e.feasible);
  CHECK(e.hop == 1);
  CHECK(e.why == refusal::too_slow);
  CHECK_FALSE(route::path_of(map, fibre_link(0, 1, 20)).valid());
}

TEST_CASE("route.reconsider: a circuit leaves a walk that has become worse, in time, and stays where it is good") {
  const route::network_map map = diamond();
  const model_with<herald::single_click> m{{}, {.rounds = 0}, {}, {}};
  const route::demand d{node_id{0}, node_id{2}, 1, 0.6};
  const route::hysteresis_options how{.margin = 0.15, .hold = 3_s};
  route::measured_metrics seen{{.memory = 10_s}};
  route::hysteresis state;
  route::walk in_use = route::cheapest_path::choose(map, d, m).path;
  REQUIRE(in_use.links == std::vector{path_id{0}, path_id{1}});
  const auto look = [&](double s) {
    const local_time now{duration::seconds(s)};
    const route::measured_model measured{m, seen, now};
    const auto other = route::reconsider(route::cheapest_path{}, map, d, measured, in_use, state, how, now);
    if (other) in_use = other->path;
    return other.has_value();
  };
  CHECK_FALSE(look(0));
  seen.heralded(path_id{1}, 92, 100,
                local_time{1_s});  // slightly worse: the other may now be better, but not by much
  CHECK_FALSE(look(1));
  CHECK_FALSE(look(20));
  seen.heralded(path_id{1}, 300, 1'000, local_time{21_s});
  CHECK_FALSE(look(21));
  CHECK_FALSE(look(23));
  CHECK(look(24));
  CHECK(in_use.links == std::vector{path_id{2}, path_id{3}});
  CHECK_FALSE(look(25));
  // At once where the present one cannot serve any more.
  seen.tested(path_id{3}, 10'000, 4'000, 0.9, local_time{26_s});
  CHECK(look(26));
  CHECK(in_use.links == std::vector{path_id{0}, path_id{1}});
  // Nowhere to go: it stays.
  seen.tested(path_id{0}, 10'000, 5'000, 0.9, local_time{26_s});
  CHECK_FALSE(look(27));
}
