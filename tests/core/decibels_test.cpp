// SPDX-License-Identifier: Apache-2.0
#include <limits>

#include <ebit/core/decibels.hpp>

#include "../support/catch.hpp"

using ebit::loss_of_share;
using ebit_test::approx;

TEST_CASE("core.decibels: the loss of a share, and the share that passes it") {
  CHECK(loss_of_share(1) == ebit::decibels(0));
  CHECK(loss_of_share(0.5).base() == approx(3.010299956639812).epsilon(1e-15));
  CHECK(loss_of_share(1e-3).base() == approx(30).epsilon(1e-15));
  CHECK(loss_of_share(0).base() == std::numeric_limits<double>::infinity());
  for (const double share : {1e-12, 0.01, 0.3, 0.999})
    CHECK(ebit::math::pow(10.0, -loss_of_share(share).base() / 10) == approx(share).epsilon(1e-14));
}
