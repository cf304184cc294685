// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <optional>

#include <ebit/analyze/key_rate.hpp>
#include <ebit/herald/aim.hpp>
#include <ebit/herald/single_click.hpp>

#include <quantum/referee.hpp>
#include <support/catch.hpp>

using namespace ebit;
using ebit_test::approx;
using herald::interference;

namespace {

constexpr std::uint64_t seed = 1992'0084;

double fidelity(const herald::attempt_model& m) { return m.state.fidelity(bell_index::psi_plus); }

interference any_light(random_stream& s) {
  interference light;
  light.efficiency_a = std::exp(-9 * sample::uniform(s));
  light.efficiency_b = light.efficiency_a * (0.2 + 0.8 * sample::uniform(s));
  light.visibility = 0.4 + 0.6 * sample::uniform(s);
  light.dark_probability = light.efficiency_b * 0.003 * sample::uniform(s);
  light.number_resolving = referee::any_bit(s);
  light.phase_noise = 0.4 * sample::uniform(s);
  return light;
}

/// Another policy with a continuous drive: the population is the square of its knob.
struct squared {
  herald::single_click inner{};
  [[nodiscard]] herald::attempt_model model(const interference& light, const herald::setting& drive) const {
    const double a = drive.bright_state_a * drive.bright_state_a, b = drive.bright_state_b * drive.bright_state_b;
    return inner.model(light, a, b);
  }
};

}  // namespace

TEST_CASE("herald.aim: the key of a heralded pair is that of its errors, counted in both bases") {
  random_stream s{seed, random_purpose::user, 1};
  INFO("seed " << seed);
  int with_key = 0;
  for (int i = 0; i < 300; ++i) {
    const double a = 0.2 * sample::uniform(s), b = a * (0.5 + sample::uniform(s));
    const auto m = herald::single_click{}.model(any_light(s), a, b);
    const x_elements e = m.state.elements();
    // Psi+ expected: Z bits differ, X bits agree.
    const double z = e.p00 + e.p11, x = 0.5 - e.re_01_10 - e.re_00_11;
    const auto h = [](double q) { return q <= 0 || q >= 1 ? 0 : -q * std::log2(q) - (1 - q) * std::log2(1 - q); };
    CHECK(herald::key_balance(m.state) == approx(1 - h(x) - h(z)).epsilon(1e-10).margin(1e-12));
    CHECK(herald::key_per_attempt(m) ==
          approx(m.success_probability * std::max(0.0, 1 - h(x) - h(z))).epsilon(1e-10).margin(1e-15));
    with_key += 1 - h(x) - h(z) > 0 ? 1 : 0;
  }
  CHECK(with_key > 20);
  CHECK(with_key < 280);
  CHECK(herald::key_balance(x_state{bell_diagonal::pure(bell_index::psi_plus)}) == 1);
}

TEST_CASE("herald.aim: the most secret bits of a dense grid, among settings that are good enough") {
  random_stream s{seed, random_purpose::user, 2};
  INFO("seed " << seed);
  const herald::single_click policy{.bright_state = 0, .aim = herald::aim::key_rate}, plain;
  int with_key = 0, without = 0, refused = 0, bound = 0;
  for (int i = 0; i < 240; ++i) {
    const interference light = any_light(s);
    const double part = sample::uniform(s);
    const double wanted = i % 3 == 0 ? policy.best_fidelity(light) * (0.95 + 0.05 * part) : 0.5 + 0.4 * part;
    CAPTURE(i, wanted, light.efficiency_a, light.efficiency_b, light.dark_probability, light.visibility.value());
    const auto chosen = policy.choose(light, wanted);
    CHECK(policy.best_fidelity(light) == plain.best_fidelity(light));
    REQUIRE(chosen.has_value() == plain.choose(light, wanted).has_value());
    if (!chosen) {
      ++refused;
      continue;
    }
    const auto m = policy.model(light, *chosen);
    CHECK(fidelity(m) >= wanted);
    const double key = herald::key_per_attempt(m);
    double best = 0;
    for (double alpha = 1; alpha > 1e-8; alpha *= 0.99) {
      const auto other = policy.model(light, alpha * light.efficiency_b / light.efficiency_a, alpha);
      if (fidelity(other) >= wanted) best = std::max(best, herald::key_per_attempt(other));
    }
    CHECK(key >= best * (1 - 1e-9));
    CHECK(key <= best * (1 + 1e-2));  // nor better than the grid is coarse
    if (best > 0) {
      ++with_key;
      bound += fidelity(m) < wanted + 1e-6 ? 1 : 0;
    } else {
      ++without;
      const auto fastest = plain.choose(light, wanted);
      CHECK(m.success_probability == approx(policy.model(light, *fastest).success_probability).epsilon(1e-6));
    }
  }
  CHECK(with_key > 40);
  CHECK(without > 10);
  CHECK(refused > 10);
  CHECK(bound > 3);              // the wanted fidelity decides
  CHECK(bound < with_key - 10);  // and does not
}

TEST_CASE("herald.aim: a higher aim costs pairs and gains key; equal arms are best driven alike") {
  const interference light{.efficiency_a = 1e-3, .efficiency_b = 1e-3, .visibility = 0.98, .dark_probability = 1e-7};
  const herald::single_click fast, secret{.bright_state = 0, .aim = herald::aim::key_rate};
  const auto f = fast.model(light, *fast.choose(light, 0.5)), k = secret.model(light, *secret.choose(light, 0.5));
  CHECK(f.success_probability > 2 * k.success_probability);
  CHECK(herald::key_per_attempt(k) > 0);
  CHECK(herald::key_per_attempt(f) == 0);
  double best = 0;
  for (double a = 0.2; a > 1e-4; a *= 0.97)
    for (double b = 0.2; b > 1e-4; b *= 0.97)
      best = std::max(best, herald::key_per_attempt(secret.model(light, a, b)));
  CHECK(herald::key_per_attempt(k) >= best);
}

TEST_CASE("herald.aim: the search serves any policy driven along a line") {
  const interference light{.efficiency_a = 0.02, .efficiency_b = 0.02, .visibility = 0.95, .dark_probability = 1e-6};
  const auto alike = [](double q) { return herald::setting{q, q}; };
  const auto by_root = herald::most_key(squared{}, light, 0.8, alike);
  const auto direct = herald::most_key(herald::single_click{}, light, 0.8, alike);
  REQUIRE(by_root);
  REQUIRE(direct);
  CHECK(by_root->bright_state_a * by_root->bright_state_a == approx(direct->bright_state_a).epsilon(1e-5));
  CHECK_FALSE(herald::most_key(squared{}, light, 0.999, alike));
}

TEST_CASE("herald.aim: it is checked, and leaves a fixed setting alone") {
  const herald::single_click wrong{.bright_state = 0, .aim = static_cast<herald::aim>(7)};
  CHECK(wrong.validate().error().message() == "single_click.aim: given 7, allowed fidelity or key_rate");
  const herald::single_click fixed{.bright_state = 0.05, .aim = herald::aim::key_rate};
  CHECK(fixed.validate());
  CHECK(*fixed.choose({.efficiency_a = 1e-3, .efficiency_b = 1e-3}, 0.9) == herald::setting{0.05, 0.05});
}
