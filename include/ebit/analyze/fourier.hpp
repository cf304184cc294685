// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <span>
#include <vector>

#include <ebit/core/math.hpp>

namespace ebit::analyze::detail {

struct complex_value {
  double re = 0;
  double im = 0;

  friend constexpr complex_value operator+(complex_value a, complex_value b) { return {a.re + b.re, a.im + b.im}; }
  friend constexpr complex_value operator-(complex_value a, complex_value b) { return {a.re - b.re, a.im - b.im}; }
  friend constexpr complex_value operator*(complex_value a, complex_value b) {
    return {a.re * b.re - a.im * b.im, a.re * b.im + a.im * b.re};
  }
  [[nodiscard]] constexpr complex_value conjugate() const { return {re, -im}; }
};

/// The fast Fourier transform for lengths up to the power of two given at the start, the same bits everywhere: its
/// roots of unity come from this library's own sine and cosine. One table serves all lengths.
class fourier {
 public:
  explicit fourier(std::size_t max_length) : roots_(std::bit_ceil(std::max<std::size_t>(max_length, 2))) {
    const std::size_t half = roots_.size() / 2;
    // exp(-πi j/half) as a product of two short tables: one rounding more than the sine itself, far fewer sines.
    const std::size_t fine = std::bit_ceil(std::size_t{1} << (std::bit_width(half) / 2));
    const double step = 3.14159265358979323846 / static_cast<double>(half);
    std::vector<complex_value> low(fine);
    for (std::size_t j = 0; j < fine; ++j) {
      const double angle = step * static_cast<double>(j);
      low[j] = {math::cos(angle), -math::sin(angle)};
    }
    complex_value high{1, 0};
    for (std::size_t j = 0; j < half; ++j) {
      if ((j & (fine - 1)) == 0) {
        const double angle = step * static_cast<double>(j);
        high = {math::cos(angle), -math::sin(angle)};
      }
      roots_[half + j] = high * low[j & (fine - 1)];
    }
    for (std::size_t level = half / 2; level > 0; level /= 2)
      for (std::size_t j = 0; j < level; ++j) roots_[level + j] = roots_[2 * level + 2 * j];
  }

  /// The longest transform, a power of two.
  [[nodiscard]] std::size_t max_length() const { return roots_.size(); }

  // Decimation in frequency leaves bit-reversed order, decimation in time takes it: no reordering in between. Two
  // steps are done at once, and quarters are finished one after the other, which keeps them in the cache.

  /// From natural to bit-reversed order; the size is a power of two.
  void forward(std::span<complex_value> z) const {
    if (z.size() < 4) return pair(z);
    const std::size_t quarter = z.size() / 4;
    complex_value *const z0 = z.data(), *const z1 = z0 + quarter, *const z2 = z1 + quarter, *const z3 = z2 + quarter;
    for (std::size_t j = 0; j < quarter; ++j) {
      const complex_value w1 = roots_[2 * quarter + j], w2 = roots_[quarter + j];
      const complex_value s = z0[j] + z2[j], t = z1[j] + z3[j], d = z0[j] - z2[j], e = z1[j] - z3[j];
      z0[j] = s + t;
      z1[j] = (s - t) * w2;
      z2[j] = complex_value{d.re + e.im, d.im - e.re} * w1;
      z3[j] = complex_value{d.re - e.im, d.im + e.re} * (w1 * w2);
    }
    for (std::size_t part = 0; part < 4; ++part) forward(z.subspan(part * quarter, quarter));
  }
  /// From bit-reversed to natural order, times the size.
  void backward(std::span<complex_value> z) const {
    if (z.size() < 4) return pair(z);
    const std::size_t quarter = z.size() / 4;
    for (std::size_t part = 0; part < 4; ++part) backward(z.subspan(part * quarter, quarter));
    complex_value *const z0 = z.data(), *const z1 = z0 + quarter, *const z2 = z1 + quarter, *const z3 = z2 + quarter;
    for (std::size_t j = 0; j < quarter; ++j) {
      const complex_value w1 = roots_[2 * quarter + j], w2 = roots_[quarter + j];
      const complex_value a = z0[j], b = z1[j] * w2.conjugate();
      const complex_value c = z2[j] * w1.conjugate(), d = z3[j] * (w1 * w2).conjugate();
      const complex_value s = a + b, t = c + d, u = a - b, v = c - d;
      z0[j] = s + t;
      z2[j] = s - t;
      z1[j] = {u.re - v.im, u.im + v.re};
      z3[j] = {u.re + v.im, u.im - v.re};
    }
  }

  /// Where the frequency −k stands if k stands at `place` of the bit-reversed order.
  [[nodiscard]] static constexpr std::size_t mirrored(std::size_t place) {
    return place < 2 ? place : 3 * std::bit_floor(place) - 1 - place;
  }
  /// Separates what one transform of a + ib, a and b real, says of both: the transform of a stays in `z`, that of b
  /// goes to `other`.
  static void separate(std::span<complex_value> z, std::span<complex_value> other) {
    for (std::size_t place = 0; place < z.size(); ++place) {
      const std::size_t mirror = mirrored(place);
      if (mirror < place) continue;
      const complex_value plus = z[place], minus = z[mirror];
      z[place] = {(plus.re + minus.re) / 2, (plus.im - minus.im) / 2};
      z[mirror] = z[place].conjugate();
      other[place] = {(plus.im + minus.im) / 2, (minus.re - plus.re) / 2};
      other[mirror] = other[place].conjugate();
    }
  }

 private:
  /// The transform of two values, both ways; one value stays.
  static void pair(std::span<complex_value> z) {
    if (z.size() < 2) return;
    const complex_value u = z[0], v = z[1];
    z[0] = u + v;
    z[1] = u - v;
  }

  std::vector<complex_value> roots_;  // the 2h-th roots of unity at [h, 2h)
};

}  // namespace ebit::analyze::detail
