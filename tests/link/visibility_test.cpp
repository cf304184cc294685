// SPDX-License-Identifier: Apache-2.0
#include <cmath>

#include <ebit/link/visibility.hpp>

#include "../support/catch.hpp"

using namespace ebit;
using ebit_test::approx;

TEST_CASE("link: visibility of decaying photons", "[link]") {
  CHECK(link::visibility_of_decays(0) == 1);
  CHECK(link::visibility_of_decays(0.5, 1) == approx(std::exp(-0.5) / 2).epsilon(1e-14));
  CHECK(link::visibility_of_decays(-0.5, -1) == link::visibility_of_decays(0.5, 1));
  CHECK(link::visibility_of_dephased_decays(0.5) == approx(0.5));
  CHECK(link::window_acceptance(1e-9) == approx(1e-9).epsilon(1e-8));
}

TEST_CASE("link: visibility averaged over jitter", "[link]") {
  CHECK(link::visibility_of_decays_with_jitter(0) == 1);
  // Numerical average of exp(−|t|) over a Gaussian.
  for (const double sigma : {0.1, 1.0, 4.0, 9.5, 12.0}) {
    double sum = 0;
    const double step = sigma < 1 ? sigma / 400 : 1.0 / 400;
    for (double t = step / 2; t < 40; t += step) sum += 2 * step * std::exp(-t - t * t / (2 * sigma * sigma));
    sum /= sigma * std::sqrt(2 * std::acos(-1.0));
    CHECK(link::visibility_of_decays_with_jitter(sigma) == approx(sum).epsilon(2e-6));
  }
  CHECK(link::visibility_of_decays_with_jitter(10 - 1e-12) ==
        approx(link::visibility_of_decays_with_jitter(10)).epsilon(1e-11));
  CHECK(link::visibility_of_decays_with_jitter(1e6) == approx(std::sqrt(2 / std::acos(-1.0)) * 1e-6).epsilon(1e-11));
  CHECK(link::visibility_of_pulses_with_jitter(std::sqrt(2.0)) == approx(1 / std::sqrt(2.0)));
}

TEST_CASE("link: coincidences behind a beam splitter", "[link]") {
  CHECK(link::coincidence_probability(0.5, 1) == 0);
  CHECK(link::coincidence_probability(0.5, 0) == approx(0.5));
  CHECK(link::coincidence_probability(0, 1) == 1);
  CHECK(link::coincidence_probability(0.3, 0.8) == approx(link::coincidence_probability(0.7, 0.8)).epsilon(1e-15));
}
