// expect: operator+
// SPDX-License-Identifier: Apache-2.0
#include <ebit/core/time.hpp>
#include <ebit/core/units.hpp>
using namespace ebit::literals;

const auto wrong = 20_km + 3_us;  // error here
