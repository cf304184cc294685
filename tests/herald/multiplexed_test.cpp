// SPDX-License-Identifier: Apache-2.0
#include <cmath>
#include <limits>

#include <ebit/analyze/rates.hpp>
#include <ebit/ebit.hpp>
#include <ebit/herald/double_click.hpp>
#include <ebit/herald/multiplexed.hpp>
#include <ebit/herald/single_click.hpp>
#include <ebit/link/budget.hpp>
#include <ebit/link/fibre.hpp>

#include <support/catch.hpp>

using namespace ebit;
using namespace ebit::literals;
using ebit_test::approx;
using herald::interference;
using herald::multiplexed;

static_assert(herald::herald_policy<multiplexed<herald::single_click>>);
static_assert(herald::herald_policy<multiplexed<herald::double_click>>);
static_assert(herald::herald_policy<multiplexed<multiplexed<herald::certain>>>);

namespace {

struct from_the_middle : herald::certain {
  static constexpr bool source_in_the_middle = true;
};
static_assert(multiplexed<from_the_middle>::source_in_the_middle);
static_assert(herald::source_in_the_middle<multiplexed<from_the_middle>>);
static_assert(!herald::source_in_the_middle<multiplexed<herald::double_click>>);

struct in_ten_bins : default_profile {
  using herald = multiplexed<ebit::herald::double_click>;
};

}  // namespace

TEST_CASE("herald.multiplexed: a round succeeds if any mode does, with the pair of one mode") {
  const interference light{.efficiency_a = 0.2, .efficiency_b = 0.3, .visibility = 0.9, .dark_probability = 1e-4};
  const herald::double_click one;
  const multiplexed<herald::double_click> many{.time_bins = 3, .spectral_modes = 2, .spatial_modes = 2};
  REQUIRE(many.validate());
  CHECK(many.modes() == 12);
  const auto single = one.model(light), round = many.model(light, {});
  double none = 1;
  for (int mode = 0; mode < 12; ++mode) none *= 1 - single.success_probability;
  CHECK(round.success_probability == approx(1 - none).epsilon(1e-13));
  CHECK(round.success_probability == analyze::multiplexed_round{single.success_probability, 12}.success());
  CHECK(round.state == single.state);
  CHECK(many.best_fidelity(light) == one.best_fidelity(light));
  CHECK(multiplexed<herald::double_click>{}.model(light, {}).success_probability ==
        approx(single.success_probability).epsilon(1e-15));
}

TEST_CASE("herald.multiplexed: certain modes, hopeless ones and very many") {
  const multiplexed<herald::certain> sure{.time_bins = 1'000'000};
  CHECK(sure.model({}, {}).success_probability == 1);
  const multiplexed<herald::double_click> many{
      .time_bins = 1'000'000, .spectral_modes = 1'000'000, .spatial_modes = 1'000'000};
  CHECK(many.modes() == 1e18);
  CHECK(many.model({.efficiency_a = 0, .efficiency_b = 0}, {}).success_probability == 0);
  const auto rare = many.model({.efficiency_a = 1e-10, .efficiency_b = 1e-10}, {});
  CHECK(rare.success_probability == approx(-std::expm1(-0.5e-2)).epsilon(1e-9));
}

TEST_CASE("herald.multiplexed: a switch takes its share of both arms") {
  const interference light{.efficiency_a = 0.2, .efficiency_b = 0.1};
  multiplexed<herald::single_click> m;
  m.spatial_modes = 8;
  m.switch_efficiency = 0.5;
  const auto direct = m.policy.model({.efficiency_a = 0.1, .efficiency_b = 0.05}, 0.1, 0.2);
  const auto round = m.model(light, {0.1, 0.2});
  CHECK(round.state == direct.state);
  CHECK(round.success_probability == approx(1 - std::pow(1 - direct.success_probability, 8)).epsilon(1e-12));
  const auto drive = m.choose(light, 0.9);
  REQUIRE(drive);
  CHECK(*drive == *m.policy.choose({.efficiency_a = 0.1, .efficiency_b = 0.05}, 0.9));
  CHECK(m.model(light, *drive).state.fidelity(bell_index::psi_plus) >= 0.9);
  CHECK_FALSE(m.choose({.efficiency_a = 0.2, .efficiency_b = 0.1, .visibility = 0.9}, 0.98));
}

TEST_CASE("herald.multiplexed: time bins lengthen an attempt and are free while light is on its way") {
  multiplexed<herald::double_click> m;
  m.time_bins = 11;
  m.bin_spacing = 2_us;
  link::hardware h;
  h.attempt_time = 5_us;
  const link::hardware worn = m.installed_in(h);
  CHECK(worn.attempt_time == 25_us);
  const link::fibre near{.length = 1_km}, far{.length = 20_km};
  CHECK(link::budget_of(near, worn, worn).period(1) == 25_us);
  CHECK(link::budget_of(far, worn, worn).period(1) == link::budget_of(far, h, h).period(1));
  CHECK(multiplexed<herald::double_click>{}.installed_in(h).attempt_time == 5_us);
}

TEST_CASE("herald.multiplexed: the simulator delivers as often as rounds succeed") {
  multiplexed<herald::double_click> m;
  m.time_bins = 10;
  link::hardware h = link::default_hardware();
  h.emission_efficiency = 0.1;
  h.memories = 1;
  const link::fibre line{.length = 20_km};
  sim::network<in_ten_bins> sim{sim::chain(2, line), {.seed = 7, .herald = m, .hardware = h}};
  constexpr double pairs = 2000;
  const auto r = sim.request({.from = node_id{0}, .to = node_id{1}, .pairs = 2000, .min_fidelity = 0.9});
  REQUIRE(r);
  sim.run();
  REQUIRE(r->delivered() == 2000);
  const link::budget b = link::budget_of(line, h, h);
  const double p = m.model(route::interference_of(b), {}).success_probability;
  CHECK(r->rate() == approx(p / b.period(1).seconds()).epsilon(5 / std::sqrt(pairs)));
}

TEST_CASE("herald.multiplexed: what is out of range is named") {
  multiplexed<herald::single_click> m;
  CHECK(m.validate());
  m.time_bins = 0;
  CHECK(m.validate().error().message() == "multiplexed.time_bins: given 0, allowed 1 to 1000000");
  m = {};
  m.spectral_modes = 1'000'001;
  CHECK(m.validate().error().what == "multiplexed.spectral_modes");
  m = {};
  m.spatial_modes = 0;
  CHECK(m.validate().error().what == "multiplexed.spatial_modes");
  m = {};
  m.switch_efficiency = std::numeric_limits<double>::quiet_NaN();
  CHECK(m.validate().error().what == "multiplexed.switch_efficiency");
  m = {};
  m.bin_spacing = duration::picoseconds(-1);
  CHECK(m.validate().error().what == "multiplexed.bin_spacing");
  m = {};
  m.policy.bright_state = 2;
  CHECK(m.validate().error().what == "single_click.bright_state");
}
