// SPDX-License-Identifier: Apache-2.0
#include <cmath>
#include <limits>
#include <set>
#include <string>

#include <ebit/analyze/transducer_capacity.hpp>
#include <ebit/herald/double_click.hpp>
#include <ebit/herald/single_click.hpp>
#include <ebit/herald/two_mode_squeezed.hpp>
#include <ebit/link/budget.hpp>
#include <ebit/link/fibre.hpp>
#include <ebit/link/thermal.hpp>
#include <ebit/link/transducer.hpp>
#include <ebit/link/transducer_presets.hpp>
#include <ebit/purify/bbpssw.hpp>
#include <ebit/purify/dejmps.hpp>
#include <ebit/route/link_model.hpp>

#include <support/catch.hpp>

using namespace ebit;
using namespace ebit::literals;
using ebit_test::approx;
using link::transducer;

namespace {

/// The light that two such transducers send to a station between them.
herald::interference light_of(const transducer& device, ebit::length distance = 0_m) {
  REQUIRE(device.validate());
  const link::hardware node = device.installed_in({});
  REQUIRE(node.validate());
  return route::interference_of(link::budget_of(link::fibre{.length = distance}, node, node));
}
double best_of_one_click(const transducer& device) { return herald::single_click{}.best_fidelity(light_of(device)); }
double two_clicks(const transducer& device) { return herald::double_click{}.best_fidelity(light_of(device)); }

constexpr double low = 1e-7;  // an efficiency at which only first orders matter

}  // namespace

TEST_CASE("transducer: efficiency and noise from cooperativities", "[link]") {
  CHECK(link::cooperative_efficiency(0, 3) == 0);
  CHECK(link::cooperative_efficiency(2, 5) == link::cooperative_efficiency(5, 2));
  CHECK(link::cooperative_efficiency(1e9, 1e9) == approx(1));
  for (const double c : {0.1, 1.0, 20.0}) {
    // Matched impedance: the other cooperativity is one larger, and none other does better.
    const double best = link::cooperative_efficiency(c, 1 + c);
    CHECK(best == approx(c / (1 + c)).epsilon(1e-14));
    for (double other = 0.01; other < 100; other *= 1.3) CHECK(link::cooperative_efficiency(c, other) <= best);
  }
  CHECK(link::cooperative_noise(0.4, 8) == approx(0.05));
}

TEST_CASE("transducer: what it installs", "[link]") {
  const transducer red{.efficiency = 0.2,
                       .added_noise = 0.3,
                       .thermal_occupancy = link::thermal_occupancy(hertz(5e9), 0.05),
                       .bandwidth = hertz(1e6),
                       .repetition_rate = hertz(50e3),
                       .duty_cycle = 0.25};
  link::hardware before;
  before.detector_efficiency = 0.8;
  before.dark_counts = hertz(10);
  before.visibility = 0.9;
  const link::hardware h = red.installed_in(before);
  CHECK(h.emission_efficiency == 0.2);
  CHECK(h.added_noise == 0.3);
  CHECK(h.thermal_occupancy == 0);
  CHECK(h.attempt_time == 20_us);
  CHECK(h.duty_cycle == 0.25);
  CHECK(h.photon_lifetime.seconds() == approx(159.155e-9).epsilon(1e-5));
  CHECK(h.detector_efficiency == 0.8);
  CHECK(h.visibility == 0.9);
  CHECK(h.dark_counts == hertz(10));
  // Each detector sees half of the noise of both ends: N η.
  const auto budget = link::budget_of(link::fibre{.length = 10_km}, h, h);
  const double eta = 0.2 * 0.8 * std::pow(10, -0.1), dark = 1 - std::exp(-10 * 100e-9);
  CHECK(budget.efficiency_a == approx(eta).epsilon(1e-12));
  CHECK(budget.dark_probability == approx(dark + 0.3 * eta - dark * 0.3 * eta).epsilon(1e-12));
  CHECK(budget.attempt_time == 80_us);
  transducer blue = red;
  blue.pumped = link::pump::blue;
  CHECK(blue.installed_in(before).added_noise == 0);
  CHECK(blue.installed_in(before).thermal_occupancy == red.thermal_occupancy);
  CHECK(light_of(blue).thermal_b == red.thermal_occupancy);
  transducer shared = red;
  shared.added_noise_of = link::noise_of::whole_link;
  CHECK(shared.installed_in(before).added_noise == 0.15);
}

TEST_CASE("transducer: heat limits how often it shoots", "[link]") {
  transducer device{.bandwidth = hertz(10e6),
                    .repetition_rate = hertz(1e6),
                    .pump_power = 1e-3,
                    .absorbed = 0.5,
                    .pump_time = 100_ns,
                    .cooling_power = 10e-6};
  CHECK(device.heat_per_shot() == approx(50e-12));
  CHECK(device.running_fraction() == approx(0.2));
  CHECK(device.mean_shot_rate() == approx(200e3));
  CHECK(device.heat_per_shot() * device.mean_shot_rate() == approx(device.cooling_power));
  CHECK(device.throughput().base() == approx(2e6));
  device.duty_cycle = 0.1;  // less than heat would allow
  CHECK(device.running_fraction() == 0.1);
  device.duty_cycle = 0.3;
  CHECK(device.running_fraction() == approx(0.2));
  device.pump_power = 1e-6;  // a microwatt does not matter to a stage that carries off ten
  CHECK(device.running_fraction() == 0.3);
  device.pump_time = duration::zero();  // continuous
  CHECK(device.heat_per_shot() == approx(0.5e-12));
  device.bandwidth = hertz(1e5);  // wave packets of 10 us
  CHECK(device.shot_time() == 10_us);
}

TEST_CASE("transducer: direct conversion is a thermal-loss channel", "[link]") {
  const transducer device{.efficiency = 0.8, .added_noise = 0.5};
  CHECK(device.environment_occupancy() == approx(2));
  CHECK_FALSE(device.entanglement_breaking());
  CHECK(transducer{.efficiency = 0.3, .added_noise = 1}.entanglement_breaking());
  CHECK_FALSE(transducer{.added_noise = 1, .added_noise_of = link::noise_of::whole_link}.entanglement_breaking());
  for (const double n : {0.0, 0.3, 0.99, 1.0, 3.0}) {
    const transducer t{.efficiency = 0.7, .added_noise = n, .bandwidth = 1_MHz, .duty_cycle = 0.5};
    const auto channel = analyze::channel_of(t);
    CHECK(channel.added_noise() == approx(n).margin(1e-15));
    CHECK(channel.entanglement_breaking() == t.entanglement_breaking());
    CHECK(analyze::ebit_rate_bound(t).base() == approx(0.5e6 * channel.two_way_upper_bound()));
    CHECK(analyze::qubit_rate_achievable(t) <= analyze::ebit_rate_bound(t));
    if (t.entanglement_breaking()) CHECK(analyze::ebit_rate_bound(t).base() == 0);
  }
  // Half a pair converted: loss alone; then noise on top, with G = 1 + ν and ν = ηN.
  CHECK(transducer{.efficiency = 0.6}.pair_fidelity() == approx(std::pow(1 + std::sqrt(0.6), 2) / 4).epsilon(1e-14));
  const double nu = 0.6 * 0.5, gain = 1 + nu, kept = 0.6 / gain;
  CHECK(transducer{.efficiency = 0.6, .added_noise = 0.5}.pair_fidelity() ==
        approx((1 + (kept - kept * nu + 2 * std::sqrt(0.6)) / (gain * gain)) / 4).epsilon(1e-14));
  // One way without help: nothing up to an efficiency of one half.
  CHECK(analyze::qubit_rate_achievable({.efficiency = 0.5}).base() == 0);
  CHECK(analyze::qubit_rate_achievable({.efficiency = 0.6}).base() == approx(1e6 * std::log2(1.5)));
  // At low efficiency only throughput and noise matter.
  for (const double n : {0.01, 0.5, 0.9}) {
    const transducer weak{.efficiency = 1e-6, .added_noise = n};
    CHECK(analyze::ebit_rate_bound(weak).base() ==
          approx((1 - n + n * std::log(n)) / std::log(2) * weak.throughput().base()).epsilon(1e-4));
  }
}

TEST_CASE("transducer: fidelity of one and two clicks against added noise", "[link]") {
  // Low efficiency, n noise photons per transducer: max over a of a(1−a)(1+n)/(a+n) = (1+n)(√(1+n) − √n)², and
  // (1/2+n+n²)/(1/2+4n+4n²).
  for (const double n : {1e-4, 5e-4, 0.01, 0.1, 0.25, 0.5, 1.0}) {
    const transducer device{.efficiency = low, .added_noise = n};
    const double root = std::sqrt(1 + n) - std::sqrt(n);
    CHECK(best_of_one_click(device) == approx((1 + n) * root * root).epsilon(1e-5));
    CHECK(two_clicks(device) == approx((0.5 + n + n * n) / (0.5 + 4 * n + 4 * n * n)).epsilon(1e-5));
  }
  const auto each = [](double n) { return transducer{.efficiency = low, .added_noise = n}; };
  CHECK(best_of_one_click(each(0.5)) == approx(0.402).margin(5e-4));
  CHECK(two_clicks(each(0.5)) == approx(0.357).margin(5e-4));
  CHECK(best_of_one_click(each(5e-4)) == approx(0.957).margin(5e-4));
  CHECK(two_clicks(each(5e-4)) == approx(0.997).margin(5e-5));
  // Both schemes reach 1/2 at the same noise, (√2 − 1)/2 = 0.207 per transducer.
  const double threshold = (std::sqrt(2.0) - 1) / 2;
  CHECK(best_of_one_click(each(threshold)) == approx(0.5).epsilon(1e-5));
  CHECK(two_clicks(each(threshold)) == approx(0.5).epsilon(1e-5));
}

TEST_CASE("transducer: half a noise photon per link is at the threshold", "[link]") {
  // Dirnegger et al. 2025: today's 0.5 added photons are at the threshold of a pair fidelity of 1/2, undistilled.
  // The convention under which that holds here: the 0.5 photons are those of the link, so that either transducer
  // adds a quarter and every detector sees N η/2. (If each adds 0.5, the fidelities are 0.402 and 0.357 and the
  // threshold lies at 0.207.) Nothing is fitted: the two readings of "added noise" are what there is to choose from.
  const transducer today = link::find_transducer_preset("link_today_2025")->value;
  CHECK(today.added_noise == 0.5);
  CHECK(today.own_noise() == 0.25);
  CHECK(light_of(today).dark_probability == approx(0.25 * today.efficiency).epsilon(1e-12));
  for (const double fidelity : {best_of_one_click(today), two_clicks(today)}) {
    CHECK(fidelity > 0.45);
    CHECK(fidelity < 0.55);
  }
  CHECK(best_of_one_click(today) == approx(0.4775).margin(2e-4));
  CHECK(two_clicks(today) == approx(0.4643).margin(2e-4));
}

TEST_CASE("transducer: three orders of magnitude give 0.997 at a megahertz", "[link]") {
  const transducer now = link::find_transducer_preset("link_today_2025")->value;
  const transducer device = link::find_transducer_preset("link_target_2025")->value;
  CHECK(now.added_noise / device.added_noise == approx(1000));
  CHECK(device.efficiency / now.efficiency == approx(1000));
  CHECK(device.repetition_rate / now.repetition_rate == approx(1000));
  // 10 MHz of shots, efficiency 0.5, two clicks: 1/8 of them herald.
  const auto pair = herald::double_click{}.model(light_of(device));
  const double pairs_per_second = pair.success_probability * device.mean_shot_rate();
  CHECK(pair.state.fidelity(bell_index::psi_plus) > 0.997);
  CHECK(pairs_per_second > 1e6);
  CHECK(pairs_per_second == approx(1.25e6).epsilon(0.01));
  // Also one second of today's: a few heralds, and no entanglement in them.
  CHECK(herald::double_click{}.model(light_of(now)).success_probability * now.mean_shot_rate() < 0.01);
}

TEST_CASE("transducer: extreme-photon-loss distillation does best on pairs of one click", "[link]") {
  // Both bits of the sacrificed pair set (Campbell and Benjamin 2008), against recurrence that keeps equal bits: on
  // Werner states (BBPSSW), with the rotation of DEJMPS, and with the best of the six rotations for these very
  // states. The box: up to the noise at which pairs are still entangled, any bright state, an optical phase that is
  // unknown but the same for both pairs.
  int points = 0;
  for (const double noise : {0.0, 5e-4, 5e-3, 0.02, 0.05, 0.1, 0.2})
    for (const double efficiency : {1e-4, 0.01, 0.1})
      for (const double alpha : {0.02, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5})
        for (const double phase : {0.0, 0.3}) {
          herald::interference light = light_of({.efficiency = efficiency, .added_noise = noise});
          light.phase = phase;
          const x_state raw = herald::single_click{}.model(light, alpha, alpha).state;
          const auto epl = x_state::distil_outcome(raw, raw, {}, true, true);
          const double fidelity = epl.state.fidelity(bell_index::psi_plus);
          const bell_diagonal pair = raw.twirled().corrected(pauli_frame{bell_index::psi_plus});
          const bell_index wanted = bell_index::phi_plus;
          CAPTURE(noise, efficiency, alpha, phase, raw.fidelity(bell_index::psi_plus));
          CHECK(fidelity > purify::bbpssw{}.apply(pair, pair).state.fidelity(wanted));
          CHECK(fidelity > purify::dejmps{}.apply(pair, pair).state.fidelity(wanted));
          for (std::uint32_t k = 0; k < 6; ++k) {
            const bell_permutation rotation = bell_permutation::element(k);
            const auto kept = bell_diagonal::distil_branch(pair, pair, {rotation, rotation}, false);
            CHECK(fidelity >= kept.state.fidelity(wanted) - 1e-12);
          }
          if (alpha > noise) CHECK(fidelity >= raw.fidelity(bell_index::psi_plus));
          ++points;
        }
  CHECK(points == 294);
  // At low efficiency two distilled one-click pairs are as good as a two-click pair, whatever the bright state.
  for (const double n : {5e-4, 0.1}) {
    const transducer device{.efficiency = low, .added_noise = n};
    const x_state raw = herald::single_click{}.model(light_of(device), 0.13, 0.13).state;
    CHECK(x_state::distil_outcome(raw, raw, {}, true, true).state.fidelity(bell_index::psi_plus) ==
          approx(two_clicks(device)).epsilon(1e-5));
  }
}

TEST_CASE("transducer presets: each is complete, valid and says where its values are from", "[link]") {
  std::set<std::string_view> names;
  for (const link::transducer_preset& p : link::transducer_presets()) {
    INFO(p.name);
    CHECK(names.insert(p.name).second);
    CHECK(p.value.validate());
    // Where more than one noise photon leaves the transducer, detectors see nothing else: the node is refused.
    const auto installed = p.value.installed_in({}).validate();
    CHECK(installed.has_value() == (p.value.own_noise() * p.value.efficiency <= 1));
    if (!installed) CHECK(installed.error().what == "hardware.added_noise");
    CHECK_FALSE(p.source.empty());
    CHECK_FALSE(p.confidence.empty());
    CHECK_FALSE(p.published.empty());
    CHECK_FALSE(p.assumed.empty());
    CHECK(link::find_transducer_preset(p.name)->name == p.name);
  }
  const auto none = link::find_transducer_preset("tomorrow");
  REQUIRE_FALSE(none);
  for (const auto name : names) CHECK(none.error().allowed.find(name) != std::string::npos);
  // Published products and limits.
  CHECK(link::find_transducer_preset("membrane_2025")->value.throughput().base() == approx(7000));
  CHECK(link::find_transducer_preset("membrane_2025")->value.entanglement_breaking());
  CHECK(link::find_transducer_preset("ytterbium_2024")->value.entanglement_breaking());
  CHECK_FALSE(link::find_transducer_preset("silicon_quiet_2024")->value.entanglement_breaking());
  CHECK(link::find_transducer_preset("piezo_design_2023")->value.mean_shot_rate() == approx(10e3));
}

TEST_CASE("transducer: names what is wrong with it", "[link]") {
  constexpr double nan = std::numeric_limits<double>::quiet_NaN();
  const auto wrong = [](const transducer& t) { return t.validate().error().what; };
  CHECK(transducer{}.validate());
  for (const double x : {0.0, 1.1, nan}) CHECK(wrong({.efficiency = x}) == "transducer.efficiency");
  for (const double x : {-0.1, 2e6, nan}) CHECK(wrong({.added_noise = x}) == "transducer.added_noise");
  for (const double x : {-0.1, nan}) CHECK(wrong({.thermal_occupancy = x}) == "transducer.thermal_occupancy");
  for (const double x : {0.0, nan}) CHECK(wrong({.bandwidth = hertz(x)}) == "transducer.bandwidth");
  for (const double x : {-1.0, nan}) CHECK(wrong({.repetition_rate = hertz(x)}) == "transducer.repetition_rate");
  for (const double x : {0.0, 1.1, nan}) CHECK(wrong({.duty_cycle = x}) == "transducer.duty_cycle");
  for (const double x : {-1.0, nan}) CHECK(wrong({.pump_power = x}) == "transducer.pump_power");
  for (const double x : {-1.0, 1.1, nan}) CHECK(wrong({.absorbed = x}) == "transducer.absorbed");
  CHECK(wrong({.pump_time = -1_ns}) == "transducer.pump_time");
  for (const double x : {0.0, nan}) CHECK(wrong({.cooling_power = x}) == "transducer.cooling_power");
  CHECK(transducer{.efficiency = 2}.validate().error().message() ==
        "transducer.efficiency: given 2, allowed above 0, up to 1");
}
