// SPDX-License-Identifier: Apache-2.0
#include <cmath>
#include <cstdint>
#include <limits>

#include <ebit/analyze/dephasing.hpp>
#include <ebit/analyze/waiting_time.hpp>

#include "../support/catch.hpp"

using namespace ebit::analyze;
using ebit_test::approx;

TEST_CASE("analyze: dephasing of two segments has a closed form", "[analyze]") {
  for (const double p : {0.9, 0.1, 1e-6}) {
    for (const double tau : {1.0, 50.0, 1e7}) {
      const double x = (1 - p) * std::exp(-1 / tau);
      const dephasing_chain chain = dephasing_swap_asap(2, p, tau);
      CHECK(chain.mean_coherence == approx(p / (2 - p) * (1 + 2 * x / (1 - x))).epsilon(1e-10));
      CHECK(chain.mean_storage == approx(2 * (1 - p) / (p * (2 - p))).epsilon(1e-12));
    }
  }
}

TEST_CASE("analyze: neighbouring segments are stored as one link", "[analyze]") {
  // Three segments, p = 1/2: 52/21 link-slots, by the sets {outer}, {middle}, {two neighbours} and {both outer}.
  CHECK(dephasing_swap_asap(3, 0.5, 10).mean_storage == approx(52.0 / 21).epsilon(1e-13));
}

TEST_CASE("analyze: dephasing leaves the times alone", "[analyze]") {
  for (const std::uint32_t n : {1U, 3U, 10U})
    CHECK(dephasing_swap_asap(n, 0.15, 20).mean_slots == approx(mean_of_maximum(n, 0.15)).epsilon(1e-12));
  const dephasing_chain perfect = dephasing_swap_asap(6, 0.1, std::numeric_limits<double>::infinity());
  CHECK(perfect.mean_coherence == approx(1).epsilon(1e-13));
  CHECK(perfect.fidelity() == approx(1).epsilon(1e-13));
  CHECK(dephasing_swap_asap(5, 1, 3).mean_coherence == 1);
  // Weak dephasing: the coherence falls by the mean storage over τ.
  const dephasing_chain weak = dephasing_swap_asap(4, 0.2, 1e7);
  CHECK((1 - weak.mean_coherence) * 1e7 == approx(weak.mean_storage).epsilon(1e-4));
}
