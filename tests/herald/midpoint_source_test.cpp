// SPDX-License-Identifier: Apache-2.0
#include <ebit/ebit.hpp>
#include <ebit/herald/midpoint_source.hpp>
#include <ebit/link/pair_source.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include <herald/midpoint_referee.hpp>
#include <quantum/referee.hpp>
#include <support/catch.hpp>
#include <support/forecast_bounds.hpp>

using namespace ebit;
using namespace ebit::literals;
using ebit_test::approx;
using herald::interference;
using herald::midpoint_source;

namespace {

constexpr std::uint64_t seed = 20250614;

interference any_light(random_stream& stream) {
  interference light;
  light.efficiency_a = sample::uniform(stream);
  light.efficiency_b = sample::uniform(stream);
  light.visibility = herald::hom_visibility{sample::uniform(stream)};
  light.dark_probability = 0.1 * sample::uniform(stream) * sample::uniform(stream);
  light.number_resolving = referee::any_bit(stream);
  return light;
}

struct in_the_middle : default_profile {
  using herald = midpoint_source;
};

}  // namespace

TEST_CASE("midpoint source: the closed form is the sum over all photon numbers, element by element", "[herald]") {
  random_stream stream{seed, random_purpose::user, 1};
  CAPTURE(seed);
  double worst = 0;
  for (int i = 0; i < 60; ++i) {
    interference light = any_light(stream);
    if (i % 7 == 0) light.dark_probability = 0;
    if (i % 11 == 0) light.efficiency_a = 1;
    const double own = i % 5 == 0 ? 1 : sample::uniform(stream);
    // Beyond seven pairs per squeezer λ^8 ≤ 1e-13 is left; fifteen for the bright ones.
    const bool bright = i % 12 == 5;
    const double l = bright ? 0.13 : 0.023 * sample::uniform(stream);
    const double pairs = 2 * l / (1 - l);
    const auto exact = midpoint_referee::counted(light, own, pairs, bright ? 15 : 8);
    const auto model = midpoint_source{.memory_efficiency = own}.model(light, pairs);
    const double p = model.success_probability;
    const auto state = referee::pair::from(model.state);
    for (std::size_t r = 0; r < 4; ++r)
      for (std::size_t c = 0; c < 4; ++c) worst = std::max(worst, std::abs(p * state(r, c).re - exact[r][c]));
  }
  CHECK(worst < 1e-12);
}

TEST_CASE("midpoint source: rate and fidelity of weak sources and long arms", "[herald]") {
  // p = p_pair η_a η_b latch², without the cancellation that the sums over photon numbers would suffer from.
  const midpoint_source policy{.memory_efficiency = 0.6};
  for (const bool counting : {false, true}) {
    const interference far{
        .efficiency_a = 1e-7, .efficiency_b = 3e-6, .visibility = 0.9, .number_resolving = counting};
    const auto m = policy.model(far, 1e-6);
    CHECK(m.success_probability ==
          approx(1e-6 * 1e-7 * 3e-6 * policy.latch_probability() * policy.latch_probability()).epsilon(1e-5));
    // A photon of visibility V joins a Bell measurement of bell_phase (1 − V)/2 at either end.
    CHECK(m.state.fidelity(bell_index::psi_plus) == approx((1 + 0.81) / 2).epsilon(1e-5));
  }
  const auto none = policy.model({}, 0.0);
  CHECK(none.success_probability == 0);
  CHECK(none.state.fidelity(bell_index::psi_plus) == 0.25);
  // False patterns of nothing but dark counts carry nothing.
  const auto dark = midpoint_source{.memory_efficiency = 0}.model({.dark_probability = 0.01}, 0.0);
  CHECK(dark.success_probability == approx(std::pow(2 * 0.01 * 0.99, 4)).epsilon(1e-12));
  CHECK(dark.state.fidelity(bell_index::psi_plus) == approx(0.25));
}

TEST_CASE("midpoint source: bounds and symmetry", "[herald]") {
  random_stream stream{seed, random_purpose::user, 2};
  CAPTURE(seed);
  for (int i = 0; i < 500; ++i) {
    interference light = any_light(stream);
    light.coherence = sample::uniform(stream);
    light.phase_noise = 1;
    const midpoint_source policy{.memory_efficiency = sample::uniform(stream)};
    const double pairs = std::exp(14 * sample::uniform(stream) - 8);
    const auto m = policy.model(light, pairs);
    CHECK((m.success_probability >= 0 && m.success_probability <= 1));
    const x_elements e = m.state.elements();
    CHECK((e.p00 >= -1e-12 && e.p01 >= -1e-12 && std::abs(e.re_01_10) <= e.p01 + 1e-12));
    interference mirrored = light;
    std::swap(mirrored.efficiency_a, mirrored.efficiency_b);
    CHECK(policy.model(mirrored, pairs).success_probability == approx(m.success_probability).epsilon(1e-11));
    interference whole = light;
    whole.coherence = 1;
    whole.phase_noise = 0;
    CHECK(policy.model(whole, pairs).state.elements().re_01_10 * light.coherence ==
          approx(e.re_01_10).epsilon(1e-12));
  }
}

TEST_CASE("midpoint source: chooses the fastest setting that is good enough", "[herald]") {
  random_stream stream{seed, random_purpose::user, 3};
  CAPTURE(seed);
  int chosen = 0, refused = 0;
  for (int i = 0; i < 150; ++i) {
    interference light = any_light(stream);
    light.efficiency_a = std::exp(-6 * sample::uniform(stream));
    light.efficiency_b = light.efficiency_a * (0.2 + 0.8 * sample::uniform(stream));
    light.visibility = 0.7 + 0.3 * sample::uniform(stream);
    light.dark_probability = i % 3 == 0 ? 0 : 1e-3 * sample::uniform(stream) * light.efficiency_b;
    const midpoint_source policy{.memory_efficiency = 0.5 + 0.5 * sample::uniform(stream)};
    const double wanted = 0.4 + 0.6 * sample::uniform(stream), best = policy.best_fidelity(light);
    const auto found = policy.choose(light, wanted);
    CAPTURE(i, wanted, best);
    REQUIRE(found.has_value() == (best >= wanted));
    ++(found ? chosen : refused);
    const double rate = found ? policy.model(light, *found).success_probability : 0;
    if (found) CHECK(policy.model(light, *found).state.fidelity(bell_index::psi_plus) >= wanted);
    for (double mu = 900; mu > 1e-8; mu *= 0.93) {
      const auto other = policy.model(light, mu);
      const double f = other.state.fidelity(bell_index::psi_plus);
      CHECK(f <= best + 1e-9);
      if (found && f >= wanted) CHECK(other.success_probability <= rate * (1 + 1e-7));
    }
  }
  CHECK(chosen > 20);
  CHECK(refused > 20);
  const interference light{.efficiency_a = 0.1, .efficiency_b = 0.1};
  const midpoint_source fixed{.mean_pairs = 0.01};
  const double f = fixed.best_fidelity(light);
  CHECK(*fixed.choose(light, f) == herald::setting{0.01, 0.01});
  CHECK_FALSE(fixed.choose(light, f + 1e-6));
}

TEST_CASE("midpoint source: values out of range are named", "[herald]") {
  constexpr double nan = std::numeric_limits<double>::quiet_NaN();
  CHECK(midpoint_source{}.validate());
  for (const double bad : {-0.1, 1.1, nan})
    CHECK(midpoint_source{.memory_efficiency = bad}.validate().error().what == "midpoint_source.memory_efficiency");
  for (const double bad : {-0.1, 1001.0, nan})
    CHECK(midpoint_source{.mean_pairs = bad}.validate().error().what == "midpoint_source.mean_pairs");
  static_assert(herald::source_in_the_middle<midpoint_source>);
}

TEST_CASE("midpoint source: the simulator delivers what is forecast", "[herald]") {
  link::hardware h = link::pair_source{.repetition = 1_MHz, .coupling = 0.8, .state_fidelity = 0.99}.installed_in({});
  h.detector_efficiency = 0.9;
  h.dark_counts = 100_Hz;
  h.visibility = 0.98;
  h.memory = {.t1 = 1_s, .t2 = 200_ms};
  h.memories = 2;
  for (const double position : {0.5, 0.3}) {
    const link::fibre line{.length = 20_km, .station_position = position};
    sim::network<in_the_middle> sim{sim::chain(2, line),
                                    {.seed = 41, .herald = {.memory_efficiency = 0.9}, .hardware = h}};
    constexpr int pairs = 4000;
    const auto r = sim.request({.from = node_id{0}, .to = node_id{1}, .pairs = pairs, .min_fidelity = 0.85});
    sim.run();
    REQUIRE(r->delivered() == pairs);
    ebit_test::check_within_forecast(*r, 3 / std::sqrt(pairs));
    CHECK(r->fidelity() >= 0.85 - 1e-9);
  }
}
