// SPDX-License-Identifier: Apache-2.0
#include <cmath>
#include <cstdint>
#include <string>

#include <ebit/herald/double_click.hpp>
#include <ebit/link/bell_state_analyser.hpp>
#include <ebit/link/budget.hpp>
#include <ebit/link/lit_path.hpp>
#include <ebit/route/link_model.hpp>
#include <ebit/swap/linear_optics.hpp>

#include <support/catch.hpp>

using namespace ebit;
using namespace ebit::literals;
using ebit_test::approx;
using link::bell_state_analyser;
using link::dead_time_kind;

TEST_CASE("bell-state analyser: what linear optics can name", "[link]") {
  CHECK(bell_state_analyser{}.validate());
  CHECK(bell_state_analyser{}.most_success() == 0.5);
  CHECK_FALSE(bell_state_analyser{.success = 0.51}.validate());
  CHECK(bell_state_analyser{.success = 0.25}.validate());
  CHECK(bell_state_analyser{.success = 0.25}.relative_success() == 0.5);
  // The same limit as a Bell measurement of photons has.
  for (const unsigned ancillas : {0U, 2U, 6U, 14U, 30U}) {
    const bell_state_analyser helped{.ancilla_photons = static_cast<std::uint16_t>(ancillas)};
    CHECK(helped.most_success() ==
          approx(swap::linear_optics{.number_resolving = true, .ancilla_photons = ancillas}.success_probability()));
  }
  CHECK(bell_state_analyser{.ancilla_photons = 2, .success = 0.75}.validate());
}

TEST_CASE("bell-state analyser: it heralds falsely as often as the herald model says", "[link]") {
  const bell_state_analyser a{.eye = {.efficiency = 0.9, .dark_counts = hertz(1e5), .window = 10_ns}};
  const double d = a.eye.dark_probability();
  CHECK(d == approx(9.995001666e-4));
  const herald::interference dark{.efficiency_a = 0, .efficiency_b = 0, .dark_probability = d};
  CHECK(a.false_heralds(hertz(1e6)).base() == approx(1e6 * herald::double_click{}.model(dark).success_probability));
}

TEST_CASE("bell-state analyser: saturation of detectors that are blind for a while", "[link]") {
  bell_state_analyser a{.eye = {.efficiency = 0.8, .dead_time = 50_ns}, .detectors = 4};
  // Two photons of ten arrive at each detector in five dead times on average: 2e6 wanted of 1e7.
  CHECK(a.clicks_wanted(hertz(1e7)).base() == approx(2e6));
  CHECK(a.clicks_reported(hertz(1e7)).base() == approx(2e6 / 1.1));
  CHECK(a.awake(hertz(1e7)) == approx(1 / 1.1));
  double before = 0;
  for (double r = 1e3; r < 1e12; r *= 3) {
    const double now = a.clicks_reported(hertz(r)).base();
    CHECK(now > before);
    CHECK(now < 1 / 50e-9);
    before = now;
  }
  CHECK(before > 0.99 / 50e-9);

  a.blinded = dead_time_kind::paralysable;
  CHECK(a.clicks_reported(hertz(1e7)).base() == approx(2e6 * std::exp(-0.1)));
  // Largest where one click is wanted per dead time, at 1/e of one per dead time.
  const double peak = 4 / 0.8 / 50e-9;
  CHECK(a.clicks_reported(hertz(peak)).base() == approx(std::exp(-1.0) / 50e-9));
  CHECK(a.clicks_reported(hertz(peak * 1.01)).base() < a.clicks_reported(hertz(peak)).base());
  CHECK(a.clicks_reported(hertz(peak * 0.99)).base() < a.clicks_reported(hertz(peak)).base());
  CHECK(a.clicks_reported(hertz(1e11)).base() < 1e-300);

  CHECK(bell_state_analyser{}.awake(hertz(1e9)) == 1);
  CHECK(bell_state_analyser{}.awake(hertz(0)) == 1);
}

TEST_CASE("bell-state analyser: a link's budget and herald know what blinds it and what it names", "[link]") {
  for (const dead_time_kind kind : {dead_time_kind::not_paralysable, dead_time_kind::paralysable}) {
    const bell_state_analyser a{
        .eye = {.efficiency = 0.8, .dark_counts = hertz(1e6), .dead_time = 50_ns, .window = 10_ns},
        .blinded = kind,
        .insertion_loss = decibels(1),
        .success = 0.2};
    link::hardware sender;
    sender.emission_efficiency = 0.5;
    const link::hardware h = a.installed_in(sender);
    CHECK(h.validate());
    const link::lit_path line{0.1, 0.2, 10_us, 10_us};
    const link::budget b = link::budget_of(line, h, h);
    // Dark counts alone: of photons that come in step none is nearer to another than the dead time.
    CHECK(b.efficiency_a == approx(0.5 * 0.1 * a.efficiency() * a.awake(hertz(0))));
    CHECK(b.efficiency_b == approx(0.5 * 0.2 * a.efficiency() * a.awake(hertz(0))));
    CHECK(b.dark_probability == approx(-std::expm1(-a.clicks_reported(hertz(0)).base() * 1e-8)));
    // Light of others as well, two of whose photons reach each detector for each one that an end sends.
    link::lit_path astray = line;
    astray.stray = 2;
    const link::budget s = link::budget_of(astray, astray.seen_through(half::a, h), astray.seen_through(half::b, h));
    const rate others = hertz(2 * 0.5 / 1e-6 * 4);  // before they are shared out among four detectors
    CHECK(s.efficiency_a == approx(0.5 * 0.1 * a.efficiency() * a.awake(others)));
    CHECK(s.dark_probability == approx(-std::expm1(-a.clicks_reported(others).base() * 1e-8)));
    CHECK(s.efficiency_a < 0.98 * b.efficiency_a);
    // Every herald by two photons is named as often as a pair of photons is.
    const herald::double_click policy;
    CHECK(route::model_of(policy, b, {}).success_probability ==
          approx(0.4 * policy.model(route::light_for(policy, b)).success_probability));
  }
}

TEST_CASE("bell-state analyser: what it names of photons that come at random", "[link]") {
  const bell_state_analyser ideal;
  // As the herald model without dark counts: half of the pairs.
  const herald::interference light{.efficiency_a = 0.3, .efficiency_b = 0.2};
  CHECK(ideal.named(hertz(1e6), 0.3, 0.2).base() ==
        approx(1e6 * herald::double_click{}.model(light).success_probability));
  const bell_state_analyser lossy{.eye = {.efficiency = 0.5}, .insertion_loss = 3.0102999566_dB};
  CHECK(lossy.efficiency() == approx(0.25));
  CHECK(lossy.named(hertz(1e6), 1, 1).base() == approx(1e6 / 32));
  const bell_state_analyser slow{.eye = {.dead_time = 1_us}};
  CHECK(slow.named(hertz(1e6), 1, 1).base() == approx(1e6 / 2 / (1.5 * 1.5)));
  CHECK(slow.shortest_period() == 1_us);
  CHECK(ideal.shortest_period() == 100_ns);
}

TEST_CASE("bell-state analyser: what it installs", "[link]") {
  const bell_state_analyser a{.eye = link::superconducting_nanowire(), .insertion_loss = 1_dB, .mode_match = 0.98};
  link::hardware h;
  h.visibility = 0.9;
  h.attempt_time = 1_ns;
  const link::hardware seen = a.installed_in(h);
  CHECK(seen.detector_efficiency == approx(0.9 * 0.79432823));
  CHECK(seen.visibility == approx(0.882));
  CHECK(seen.attempt_time == 20_ns);
  CHECK(seen.dark_counts == hertz(1));
  CHECK(seen.detection_window == 10_ns);
}

TEST_CASE("bell-state analyser: values out of range are refused by name", "[link]") {
  const auto refused = [](const bell_state_analyser& a) {
    const auto ok = a.validate();
    REQUIRE_FALSE(ok);
    return ok.error().what;
  };
  CHECK(refused({.eye = {.efficiency = 2}}) == "detector.efficiency");
  CHECK(refused({.blinded = static_cast<dead_time_kind>(2)}) == "bell_state_analyser.blinded");
  CHECK(refused({.detectors = 3}) == "bell_state_analyser.detectors");
  CHECK(refused({.insertion_loss = -1.0 * 1_dB}) == "bell_state_analyser.insertion_loss");
  CHECK(refused({.mode_match = 1.1}) == "bell_state_analyser.mode_match");
  CHECK(refused({.ancilla_photons = 4}) == "bell_state_analyser.ancilla_photons");
  CHECK(refused({.ancilla_photons = 62}) == "bell_state_analyser.ancilla_photons");
  CHECK(refused({.success = 0}) == "bell_state_analyser.success");
  CHECK(refused({.set_up = -1_ps}) == "bell_state_analyser.set_up");
}
