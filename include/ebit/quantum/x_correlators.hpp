// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <ebit/core/random.hpp>
#include <ebit/core/samplers.hpp>
#include <ebit/quantum/noise.hpp>
#include <ebit/quantum/operations.hpp>

namespace ebit {

/// The expectation values that an X state can have besides 1; the default is Φ+. `xy` is ⟨X on half a, Y on half b⟩.
struct x_correlators {
  double xx = 1, yy = -1, xy = 0, yx = 0, zz = 1, zi = 0, iz = 0;

  friend constexpr bool operator==(const x_correlators&, const x_correlators&) = default;
};

/// The matrix elements of an X state in the basis |ab⟩: populations and the two coherences ⟨00|ρ|11⟩ and ⟨01|ρ|10⟩.
struct x_elements {
  double p00 = 0, p01 = 0, p10 = 0, p11 = 0;
  double re_00_11 = 0, im_00_11 = 0;
  double re_01_10 = 0, im_01_10 = 0;
};

namespace detail {

/// Reads both halves of a pair that tells its means, one after the other.
template <class State>
[[nodiscard]] measured_bits read_both(const State& pair, basis at_a, basis at_b, double read_out,
                                      random_stream& stream) {
  const double see = 1 - 2 * read_out, joint = see * see * pair.correlator(at_a, at_b);
  const double mean_a = see * pair.mean(half::a, at_a), mean_b = see * pair.mean(half::b, at_b);
  const bool a = sample::bernoulli(stream, rounded_probability((1 - mean_a) / 2));
  const double given = a ? (mean_b - joint) / (1 - mean_a) : (mean_b + joint) / (1 + mean_a);
  const bool b = sample::bernoulli(stream, rounded_probability((1 - given) / 2));
  return {a, b};
}

/// An outcome of an operation, everything times four and not normalised; `norm` is its probability times four.
struct x_outcome {
  x_correlators c;
  double norm = 0;
};

/// The two pairs of a distillation just before their bilateral CNOT, and what is left (`n`) of an operator that the
/// noise of one CNOT touches. `a` and `b` are the signs of the read bits, shrunk by read-out errors to ±`see`; all as
/// in Heisenberg's picture: Z of the sacrifice becomes ZZ, X of the kept pair XX.
struct x_distillation {
  x_correlators k, s;
  double n = 1, see = 1;

  [[nodiscard]] constexpr double sign(bool bit) const { return bit ? -see : see; }
  /// The bit of one end, which depends on nothing that is at the other.
  [[nodiscard]] constexpr bool draw(half end, random_stream& stream) const {
    const double mean = end == half::a ? n * k.zi * s.zi : n * k.iz * s.iz;
    return sample::bernoulli(stream, rounded_probability((1 - see * mean) / 2));
  }
  [[nodiscard]] constexpr x_outcome outcome(double a, double b) const {
    const double nn = n * n, ab = a * b;
    return {{.xx = nn * (k.xx * s.xx - b * k.xy * s.xy - a * k.yx * s.yx + ab * k.yy * s.yy),
             .yy = nn * (k.yy * s.xx + b * k.yx * s.xy + a * k.xy * s.yx + ab * k.xx * s.yy),
             .xy = nn * (k.xy * s.xx + b * k.xx * s.xy - a * k.yy * s.yx - ab * k.yx * s.yy),
             .yx = nn * (k.yx * s.xx - b * k.yy * s.xy + a * k.xx * s.yx - ab * k.xy * s.yy),
             .zz = nn * (k.zz + a * k.iz * s.zi + b * k.zi * s.iz + ab * s.zz),
             .zi = n * (k.zi + a * s.zi) + nn * (b * k.zz * s.iz + ab * k.iz * s.zz),
             .iz = n * (k.iz + b * s.iz) + nn * (a * k.zz * s.zi + ab * k.zi * s.zz)},
            1 + n * (a * k.zi * s.zi + b * k.iz * s.iz) + nn * ab * k.zz * s.zz};
  }
  /// Both outcomes of one parity: the terms odd in a or b alone cancel; `ab` is the sign of the parity, shrunk.
  [[nodiscard]] constexpr x_outcome parity(double ab) const {
    const double nn = n * n;
    return {{.xx = nn * (k.xx * s.xx + ab * k.yy * s.yy),
             .yy = nn * (k.yy * s.xx + ab * k.xx * s.yy),
             .xy = nn * (k.xy * s.xx - ab * k.yx * s.yy),
             .yx = nn * (k.yx * s.xx - ab * k.xy * s.yy),
             .zz = nn * (k.zz + ab * s.zz),
             .zi = n * k.zi + nn * ab * k.iz * s.zz,
             .iz = n * k.iz + nn * ab * k.zi * s.zz},
            1 + nn * ab * k.zz * s.zz};
  }
};

}  // namespace detail

}  // namespace ebit
