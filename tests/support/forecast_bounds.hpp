// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <ebit/sim/request.hpp>

#include "catch.hpp"

namespace ebit_test {

/// What was delivered lies between the bounds that were foretold: fidelity to three standard errors, the rate to the
/// relative `slack` that chance may take.
inline void check_within_forecast(const ebit::sim::request_handle& r, double slack) {
  const ebit::forecast& f = r.forecast();
  INFO("rate " << r.rate() << " in [" << f.rate() << ", " << f.rate_upper() << "], fidelity " << r.fidelity()
               << " +- " << r.fidelity_error() << " in [" << f.fidelity() << ", " << f.fidelity_upper() << "]");
  CHECK(r.rate() > f.rate() * (1 - slack));
  CHECK(r.rate() < f.rate_upper() * (1 + slack));
  CHECK(r.fidelity() > f.fidelity() - 3 * r.fidelity_error() - 1e-12);
  CHECK(r.fidelity() < f.fidelity_upper() + 3 * r.fidelity_error() + 1e-12);
}

}  // namespace ebit_test
