// SPDX-License-Identifier: Apache-2.0
#include <ebit/herald/double_click.hpp>
#include <ebit/herald/single_click.hpp>

#include <cmath>
#include <limits>

#include <quantum/referee.hpp>
#include <support/catch.hpp>

using namespace ebit;
using herald::interference;

namespace {

constexpr std::uint64_t seed = 20240507;
random_stream fresh(std::uint64_t entity) { return {seed, random_purpose::user, entity}; }

double fidelity(const herald::attempt_model& m) { return m.state.fidelity(bell_index::psi_plus); }

interference any_light(random_stream& stream) {
  interference light;
  light.efficiency_a = sample::uniform(stream);
  light.efficiency_b = sample::uniform(stream);
  light.visibility = herald::hom_visibility{sample::uniform(stream)};
  light.dark_probability = 0.1 * sample::uniform(stream) * sample::uniform(stream);
  light.number_resolving = referee::any_bit(stream);
  light.phase_noise = sample::uniform(stream);
  light.phase = 6 * sample::uniform(stream) - 3;
  light.coherence = sample::uniform(stream);
  return light;
}

/// Single click by counting photons: arrivals are enumerated, the two-photon term splits into bunched and separated.
struct counted {
  double p[2][2] = {};  // by spin a, spin b
};
counted count_single_click(const interference& light, double alpha_a, double alpha_b) {
  const double d = light.dark_probability, v = light.visibility.value();
  // Probability that exactly one detector fires (counts once) when n photons sit in the first detector and m in the
  // second.
  const auto heralds = [&](int n, int m) {
    const double first = light.number_resolving ? (n == 0 ? d : n == 1 ? 1 - d : 0) : (n > 0 ? 1 : d);
    const double second_silent = m > 0 ? 0 : 1 - d;
    const double second = light.number_resolving ? (m == 0 ? d : m == 1 ? 1 - d : 0) : (m > 0 ? 1 : d);
    const double first_silent = n > 0 ? 0 : 1 - d;
    return first * second_silent + second * first_silent;
  };
  counted out;
  for (int a = 0; a < 2; ++a)
    for (int b = 0; b < 2; ++b) {
      const double x = a * light.efficiency_a, y = b * light.efficiency_b;
      const double bunch = (1 + v) / 2;  // probability that two photons leave together
      const double herald = (1 - x) * (1 - y) * heralds(0, 0) + (x * (1 - y) + y * (1 - x)) * heralds(1, 0) +
                            x * y * (bunch * heralds(2, 0) + (1 - bunch) * heralds(1, 1));
      out.p[a][b] = (a ? alpha_a : 1 - alpha_a) * (b ? alpha_b : 1 - alpha_b) * herald;
    }
  return out;
}

}  // namespace

TEST_CASE("interference: values are checked and named", "[herald]") {
  CHECK(interference{}.validate());
  const auto checked = interference{.efficiency_b = 1.01}.validate();
  REQUIRE_FALSE(checked);
  CHECK(checked.error().what == "interference.efficiency_b");
  CHECK_FALSE(interference{.visibility = -0.1}.validate());
  CHECK_FALSE(interference{.dark_probability = std::numeric_limits<double>::quiet_NaN()}.validate());
  CHECK_FALSE(interference{.phase_noise = -1}.validate());
  CHECK_FALSE(interference{.phase = std::numeric_limits<double>::infinity()}.validate());
  CHECK_FALSE(interference{.coherence = 2}.validate());
  CHECK_FALSE(herald::single_click{.bright_state = 1}.validate());
  CHECK(herald::single_click{.bright_state = 0.05}.validate());
  CHECK(herald::hom_visibility{0.81}.overlap().value() == 0.9);
  CHECK(std::abs(herald::hom_visibility{herald::mode_overlap{0.9}}.value() - 0.81) < 1e-15);
}

TEST_CASE("single click: populations are those of counted photons", "[herald]") {
  auto stream = fresh(1);
  double worst = 0;
  for (int i = 0; i < 2000; ++i) {
    const interference light = any_light(stream);
    const double a = sample::uniform(stream), b = sample::uniform(stream);
    const auto model = herald::single_click{}.model(light, a, b);
    const counted n = count_single_click(light, a, b);
    const double p = n.p[0][0] + n.p[0][1] + n.p[1][0] + n.p[1][1];
    const x_elements e = model.state.elements();
    worst =
        std::max({worst, std::abs(model.success_probability - p), std::abs(e.p00 * p - n.p[0][0]),
                  std::abs(e.p01 * p - n.p[0][1]), std::abs(e.p10 * p - n.p[1][0]), std::abs(e.p11 * p - n.p[1][1])});
    CHECK(p <= 1);
    CHECK(e.re_01_10 * e.re_01_10 + e.im_01_10 * e.im_01_10 <= e.p01 * e.p10 + 1e-12);
  }
  CAPTURE(seed);
  CHECK(worst < 1e-12);
}

TEST_CASE("single click: limits of low efficiency", "[herald]") {
  const interference light{.efficiency_a = 1e-6, .efficiency_b = 1e-6};
  const auto model = herald::single_click{}.model(light, 0.1, 0.1);
  CHECK(std::abs(model.success_probability / (2 * 0.1 * 1e-6) - 1) < 1e-5);
  CHECK(std::abs(fidelity(model) - 0.9) < 1e-5);
  interference blurred = light;
  blurred.visibility = 0.81;
  CHECK(std::abs(fidelity(herald::single_click{}.model(blurred, 0.1, 0.1)) - 0.9 * 0.95) < 1e-5);
  blurred.visibility = 1;
  blurred.phase_noise = 0.3;
  CHECK(std::abs(fidelity(herald::single_click{}.model(blurred, 0.1, 0.1)) - 0.9 * (1 + std::exp(-0.045)) / 2) <
        1e-5);
  blurred.phase_noise = 0;
  blurred.phase = 0.4;
  const auto turned = herald::single_click{}.model(blurred, 0.1, 0.1);
  CHECK(std::abs(fidelity(turned) - 0.9 * (1 + std::cos(0.4)) / 2) < 1e-5);
  // The photon of arm a carries the phase, so turning spin a back undoes it.
  CHECK(std::abs(turned.state.phased(half::a, -0.4).fidelity(bell_index::psi_plus) - fidelity(model)) < 1e-12);
  const auto nothing = herald::single_click{}.model({.efficiency_a = 0, .efficiency_b = 0}, 0.1, 0.1);
  CHECK(nothing.success_probability == 0);
  CHECK(nothing.state.fidelity(bell_index::psi_plus) == 0.25);
}

TEST_CASE("single click: exchanging the arms exchanges the ends", "[herald]") {
  auto stream = fresh(2);
  for (int i = 0; i < 500; ++i) {
    const interference light = any_light(stream);
    interference mirrored = light;
    mirrored.efficiency_a = light.efficiency_b;
    mirrored.efficiency_b = light.efficiency_a;
    mirrored.phase = -light.phase;
    const double a = sample::uniform(stream), b = sample::uniform(stream);
    const auto one = herald::single_click{}.model(light, a, b), other = herald::single_click{}.model(mirrored, b, a);
    CHECK(std::abs(one.success_probability - other.success_probability) < 1e-14);
    const x_elements e = one.state.elements(), f = other.state.elements();
    CHECK(std::abs(e.p01 - f.p10) + std::abs(e.re_01_10 - f.re_01_10) + std::abs(e.im_01_10 + f.im_01_10) < 1e-12);
  }
}

TEST_CASE("single click: chooses the fastest setting that is good enough", "[herald]") {
  auto stream = fresh(3);
  const herald::single_click policy;
  int chosen = 0, refused = 0;
  for (int i = 0; i < 200; ++i) {
    interference light;
    light.efficiency_a = std::exp(-12 * sample::uniform(stream));
    light.efficiency_b = light.efficiency_a * (0.2 + 0.8 * sample::uniform(stream));
    light.visibility = 0.6 + 0.4 * sample::uniform(stream);
    light.dark_probability = light.efficiency_b * 0.01 * sample::uniform(stream);
    light.number_resolving = referee::any_bit(stream);
    const double wanted = 0.5 + 0.5 * sample::uniform(stream);
    const double best = policy.best_fidelity(light);
    const auto setting = policy.choose(light, wanted);
    CAPTURE(seed, i, wanted, best);
    REQUIRE(setting.has_value() == (best >= wanted));
    if (setting) {
      ++chosen;
      CHECK(std::abs(setting->bright_state_a * light.efficiency_a - setting->bright_state_b * light.efficiency_b) <
            1e-12 * light.efficiency_a);
    } else {
      ++refused;
    }
    // No population on a fine grid is better than the best, or both good enough and faster.
    const double rate = setting ? policy.model(light, *setting).success_probability : 0;
    if (setting) CHECK(fidelity(policy.model(light, *setting)) >= wanted);
    for (double alpha = 1; alpha > 1e-6; alpha *= 0.97) {
      const auto other = policy.model(light, alpha * light.efficiency_b / light.efficiency_a, alpha);
      CHECK(fidelity(other) <= best + 1e-12);
      if (setting && fidelity(other) >= wanted) CHECK(other.success_probability <= rate * (1 + 1e-9));
    }
  }
  CHECK(chosen > 20);
  CHECK(refused > 20);
}

TEST_CASE("single click: a fixed bright state is used or refused, never changed", "[herald]") {
  const interference light{.efficiency_a = 1e-3, .efficiency_b = 1e-3};
  const herald::single_click fixed{.bright_state = 0.05};
  REQUIRE(fixed.choose(light, 0.9));
  CHECK(*fixed.choose(light, 0.9) == herald::setting{0.05, 0.05});
  CHECK_FALSE(fixed.choose(light, 0.96));
  CHECK(std::abs(fixed.best_fidelity(light) - 0.95) < 1e-3);
  const auto uneven = fixed.choose({.efficiency_a = 4e-3, .efficiency_b = 1e-3}, 0.9);
  REQUIRE(uneven);
  CHECK(*uneven == herald::setting{0.0125, 0.05});
}

TEST_CASE("double click: limits, bounds and symmetry", "[herald]") {
  const herald::double_click policy;
  const auto low = policy.model({.efficiency_a = 1e-3, .efficiency_b = 1e-3, .visibility = 0.9});
  CHECK(std::abs(low.success_probability / 5e-7 - 1) < 1e-12);
  CHECK(std::abs(fidelity(low) - 0.95) < 1e-12);
  auto stream = fresh(4);
  for (int i = 0; i < 1000; ++i) {
    const interference light = any_light(stream);
    interference mirrored = light;
    mirrored.efficiency_a = light.efficiency_b;
    mirrored.efficiency_b = light.efficiency_a;
    const auto one = policy.model(light), other = policy.model(mirrored);
    CHECK(std::abs(one.success_probability - other.success_probability) < 1e-14);
    CHECK(one.success_probability <= 1);
    CHECK(std::abs(fidelity(one) - fidelity(other)) < 1e-12);
    interference still = light;
    still.phase_noise = still.phase = 0;
    CHECK(policy.model(still) == one);  // the optical phase cancels
    // Lost coherence turns Ψ+ into Ψ− and nothing else.
    still.coherence = 1;
    const bell_diagonal full = policy.model(still).state.twirled(), lost = one.state.twirled();
    CHECK(std::abs(lost.fidelity(bell_index::phi_plus) - full.fidelity(bell_index::phi_plus)) < 1e-12);
    const double flip = (1 - light.coherence) / 2;
    CHECK(std::abs(lost.fidelity(bell_index::psi_plus) - (1 - flip) * full.fidelity(bell_index::psi_plus) -
                   flip * full.fidelity(bell_index::psi_minus)) < 1e-12);
  }
  CHECK(policy.choose({.visibility = 0.9}, 0.95 - 1e-12));
  CHECK_FALSE(policy.choose({.visibility = 0.9}, 0.96));
}

TEST_CASE("single click: a rate of the literature", "[herald]") {
  // Humphreys et al. 2018: 5.5 µs attempts, conversion-free arms of 3.5e-4, α = 0.3: 39 entangled pairs per second.
  const interference light{.efficiency_a = 3.5e-4, .efficiency_b = 3.5e-4};
  const double rate = herald::single_click{}.model(light, 0.3, 0.3).success_probability / 5.5e-6;
  CHECK(rate > 37);
  CHECK(rate < 41);
}
