// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <span>
#include <vector>

#include <ebit/core/assert.hpp>
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
};

/// Products of real sequences through the fast Fourier transform, for lengths up to the power of two given at the
/// start. Rounding is about 1e-16 of the product of the two Euclidean norms, the same bits everywhere.
class convolver {
 public:
  explicit convolver(std::size_t max_length) : roots_(std::bit_ceil(std::max<std::size_t>(max_length, 2))) {
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
      if (j % fine == 0) {
        const double angle = step * static_cast<double>(j);
        high = {math::cos(angle), -math::sin(angle)};
      }
      roots_[half + j] = high * low[j % fine];
    }
    for (std::size_t level = half / 2; level > 0; level /= 2)
      for (std::size_t j = 0; j < level; ++j) roots_[level + j] = roots_[2 * level + 2 * j];
  }

  /// The cyclic product of the given length, a power of two: out[k] = Σ a[i] b[j] over i + j ≡ k. Longer inputs are
  /// cut.
  [[nodiscard]] std::vector<double> cyclic(std::span<const double> a, std::span<const double> b,
                                           std::size_t length) const {
    EBIT_ASSERT(std::has_single_bit(length) && length <= roots_.size(), "convolver: no such length");
    a = a.first(std::min(a.size(), length));
    b = b.first(std::min(b.size(), length));
    // Twice the imaginary part of (a + ib)² is the product: one transform for two real inputs. Equal norms keep the
    // rounding of the larger from drowning the smaller.
    const double norm_a = norm(a), norm_b = norm(b);
    std::vector<double> out(length, 0.0);
    if (norm_a == 0 || norm_b == 0) return out;
    std::vector<complex_value> z(length);
    for (std::size_t i = 0; i < a.size(); ++i) z[i].re = a[i] / norm_a;
    for (std::size_t i = 0; i < b.size(); ++i) z[i].im = b[i] / norm_b;
    forward(z);
    for (complex_value& value : z) value = value * value;
    backward(z);
    const double scale = norm_a * norm_b / (2 * static_cast<double>(length));
    for (std::size_t i = 0; i < length; ++i) out[i] = z[i].im * scale;
    return out;
  }

  /// The first `count` coefficients of a(x) b(x).
  [[nodiscard]] std::vector<double> product(std::span<const double> a, std::span<const double> b,
                                            std::size_t count) const {
    a = a.first(std::min(a.size(), count));
    b = b.first(std::min(b.size(), count));
    std::vector<double> out;
    if (std::min(a.size(), b.size()) <= 32) {
      out.assign(count, 0.0);
      for (std::size_t i = 0; i < a.size(); ++i)
        for (std::size_t j = 0; j < b.size() && i + j < count; ++j) out[i + j] += a[i] * b[j];
      return out;
    }
    out = cyclic(a, b, std::bit_ceil(a.size() + b.size() - 1));
    out.resize(count, 0.0);
    return out;
  }

  /// The first `count` coefficients of 1/a(x), a[0] ≠ 0, by Newton's iteration. Needs a length of bit_ceil(count).
  [[nodiscard]] std::vector<double> reciprocal(std::span<const double> a, std::size_t count) const {
    EBIT_ASSERT(!a.empty() && a[0] != 0, "convolver: the constant term is zero");
    std::vector<double> g(std::min<std::size_t>(count, 32), 0.0);
    for (std::size_t k = 0; k < g.size(); ++k) {
      double rest = k == 0 ? 1.0 : 0.0;
      for (std::size_t j = 1; j <= k && j < a.size(); ++j) rest -= a[j] * g[k - j];
      g[k] = rest / a[0];
    }
    while (g.size() < count) {
      const std::size_t known = g.size(), length = 2 * known;
      // a g = 1 + x^known e + …: what wraps round falls on the known part and is thrown away.
      std::vector<double> e = cyclic(a, g, length);
      e.erase(e.begin(), e.begin() + static_cast<std::ptrdiff_t>(known));
      const std::vector<double> correction = cyclic(e, g, length);
      g.resize(length);
      for (std::size_t i = 0; i < known; ++i) g[known + i] = -correction[i];
    }
    g.resize(count);
    return g;
  }

 private:
  [[nodiscard]] static double norm(std::span<const double> values) {
    double sum = 0;
    for (const double v : values) sum += v * v;
    return math::sqrt(sum);
  }

  // Decimation in frequency leaves bit-reversed order, decimation in time takes it: no reordering in between. Halves
  // are finished one after the other, which keeps them in the cache.
  void forward(std::span<complex_value> z) const {
    const std::size_t half = z.size() / 2;
    if (half == 0) return;
    for (std::size_t j = 0; j < half; ++j) {
      const complex_value u = z[j], v = z[j + half];
      z[j] = u + v;
      z[j + half] = (u - v) * roots_[half + j];
    }
    forward(z.first(half));
    forward(z.last(half));
  }
  void backward(std::span<complex_value> z) const {
    const std::size_t half = z.size() / 2;
    if (half == 0) return;
    backward(z.first(half));
    backward(z.last(half));
    for (std::size_t j = 0; j < half; ++j) {
      const complex_value root = roots_[half + j];
      const complex_value u = z[j], v = z[j + half] * complex_value{root.re, -root.im};
      z[j] = u + v;
      z[j + half] = u - v;
    }
  }

  std::vector<complex_value> roots_;  // the 2h-th roots of unity at [h, 2h)
};

}  // namespace ebit::analyze::detail
