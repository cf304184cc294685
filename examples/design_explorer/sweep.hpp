// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <cstdio>
#include <optional>
#include <string>
#include <vector>

#include <ebit/core/math.hpp>
#include <ebit/core/result.hpp>

#include "design_explorer/parameters.hpp"
#include "design_explorer/schemes.hpp"
#include "support/progress.hpp"

/// The sweep itself.
namespace explorer {

struct axis {
  parameter what = parameters[0];
  double from = 0;
  double to = 0;
  std::size_t steps = 0;
  bool logarithmic = false;

  [[nodiscard]] double at(std::size_t i) const {
    const double share = steps < 2 ? 0 : static_cast<double>(i) / static_cast<double>(steps - 1);
    if (i + 1 == steps && steps > 1) return to;
    if (!logarithmic) return from + (to - from) * share;
    return from * ebit::math::exp(ebit::math::log(to / from) * share);
  }
};

enum class figure : std::uint8_t { rate, fidelity, key };
[[nodiscard]] inline std::string_view name_of(figure f) {
  return f == figure::rate ? "pairs per second" : f == figure::fidelity ? "fidelity" : "secret bits per second";
}

struct point {
  double x = 0;
  double y = 0;
  std::array<figures, scheme_count> of{};

  [[nodiscard]] double value(std::size_t s, figure f) const {
    return f == figure::rate ? of[s].pairs_per_s : f == figure::fidelity ? of[s].best_fidelity : of[s].key_per_s;
  }
  /// The scheme with most of the figure; `scheme_count` if none has any (for a fidelity: more than one half).
  [[nodiscard]] std::size_t winner(figure f) const {
    std::size_t best = scheme_count;
    double most = f == figure::fidelity ? 0.5 : 0;
    for (std::size_t s = 0; s < scheme_count; ++s)
      if (value(s, f) > most) most = value(s, f), best = s;
    return best;
  }
};

struct sweep_result {
  axis x;
  std::optional<axis> y;
  std::vector<point> points;  ///< row by row of y
};

[[nodiscard]] inline ebit::result<sweep_result> sweep(const design& base, const axis& x, const std::optional<axis>& y,
                                                      double min_fidelity) {
  sweep_result out{x, y, {}};
  const std::size_t rows = y ? y->steps : 1;
  support::progress shown;
  for (std::size_t j = 0; j < rows; ++j) {
    for (std::size_t i = 0; i < x.steps; ++i) {
      point p;
      design d = base;
      p.x = x.at(i);
      x.what.set(d, p.x);
      if (y) {
        p.y = y->at(j);
        y->what.set(d, p.y);
      }
      for (std::size_t s = 0; s < scheme_count; ++s) {
        const auto f = schemes[s].forecast(d, min_fidelity);
        if (!f) return f.error();
        p.of[s] = *f;
      }
      out.points.push_back(p);
      if (!shown.due()) continue;
      const std::string text =
          std::to_string(out.points.size()) + " of " + std::to_string(rows * x.steps) + " designs";
      shown.show(text.c_str());
    }
  }
  return out;
}

}  // namespace explorer
