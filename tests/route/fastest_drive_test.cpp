// SPDX-License-Identifier: Apache-2.0
#include "../support/catch.hpp"

#include <cmath>

#include <ebit/route/fastest_drive.hpp>

using namespace ebit;

TEST_CASE("route.fastest_drive: peaks anywhere, at either end, and cliffs, to a hundredth of their neighbourhood") {
  for (const double top : {0.6, 0.9, 0.9999})
    for (int i = 0; i <= 50; ++i) {
      const double share = i / 50.0, peak = top - (top - 0.5) * share * share;  // more of them near the top
      const auto away = [&](double f) { return std::abs(f - peak) / (top - 0.5); };
      const double smooth = route::fastest_drive(top, [&](double f) { return 1 / (0.01 + away(f)); });
      const double cliff = route::fastest_drive(top, [&](double f) { return f < peak ? f - 1 : 1 + top - f; });
      CAPTURE(top, peak);
      CHECK(away(smooth) < 0.002);
      CHECK(away(cliff) < 0.002);
      CHECK(cliff >= peak);
      CHECK((smooth >= 0.5 && smooth <= top));
    }
}
