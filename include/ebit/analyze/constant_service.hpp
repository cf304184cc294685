// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include <ebit/core/assert.hpp>
#include <ebit/core/math.hpp>

namespace ebit::analyze {

/// The mean time waited, in service times, for one of `servers` with Poissonian arrivals, constant service and the
/// order of arrival: exact. The number present satisfies N' = max(N − c, 0) + Poisson(a) from one service time to the
/// next (Crommelin, P.O.E.E. Journal 25, 41 (1932)), hence its mean is a/(2(c − a)) + a/2 − (c − 1)/2 + Σ 1/(1 − z_k)
/// over the roots z_k ≠ 1 of z^c = e^(a(z − 1)) in the unit disc, z_k = e^(2πik/c) e^(ρ(z_k − 1)), and waiting follows
/// by Little's law. `load` < servers; off by no more than about 1e-12 service times. Time proportional to `servers`.
[[nodiscard]] constexpr double wait_for_constant_service(std::uint32_t servers, double load) {
  EBIT_ASSERT(servers > 0 && load >= 0 && load < servers, "constant service: servers and a load below their number");
  if (load == 0) return 0;
  const double c = static_cast<double>(servers), rho = load / c;
  // Σ 1/(1 − z_k) − (c − 1)/2 = Σ Re(1/(1 − z_k) − 1/2); conjugate roots in pairs.
  double sum = 0;
  for (std::uint32_t k = 1; k <= servers / 2; ++k) {
    const double turn = 2 * math::detail::pi.hi * static_cast<double>(k) / c;
    // Newton's steps on z − w e^(ρ(z − 1)) from the root for ρ → 0, then the map itself, which contracts.
    double re = 0, im = 0;
    for (int i = 0; i < 200; ++i) {
      const double size = math::exp(rho * (re - 1)), angle = turn + rho * im;
      const double to_re = size * math::cos(angle), to_im = size * math::sin(angle);
      const double off_re = re - to_re, off_im = im - to_im;
      // z' = z − (z − g)/(1 − ρ g)
      const double d_re = 1 - rho * to_re, d_im = -rho * to_im, norm = d_re * d_re + d_im * d_im;
      const double step_re = (off_re * d_re + off_im * d_im) / norm, step_im = (off_im * d_re - off_re * d_im) / norm;
      re -= step_re;
      im -= step_im;
      if (step_re * step_re + step_im * step_im < 1e-32) break;
    }
    const double x = 1 - re, norm = x * x + im * im;
    const double term = x / norm - 0.5;
    sum += 2 * k == servers ? term : 2 * term;
  }
  const double present = load / (2 * (c - load)) + load / 2 + sum;
  const double wait = (present - load) / load;
  return wait > 0 ? wait : 0;
}

}  // namespace ebit::analyze
