// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <span>
#include <utility>
#include <vector>

#include <ebit/analyze/fourier.hpp>
#include <ebit/core/assert.hpp>
#include <ebit/core/math.hpp>

namespace ebit::analyze::detail {

/// Products and quotients of real sequences through the fast Fourier transform, for transforms up to the power of two
/// given at the start. Rounding is about 1e-16 of the product of the two Euclidean norms, the same bits everywhere.
class convolver {
 public:
  explicit convolver(std::size_t max_length) : transform_{max_length} {}

  /// The cyclic product of the given length, a power of two: out[k] = Σ a[i] b[j] over i + j ≡ k. Longer inputs are
  /// cut.
  [[nodiscard]] std::vector<double> cyclic(std::span<const double> a, std::span<const double> b,
                                           std::size_t length) const {
    require(length);
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
    transform_.forward(z);
    for (complex_value& value : z) value = value * value;
    transform_.backward(z);
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

  /// The first `count` coefficients of b(x)/a(x) and of c(x)/a(x), a[0] ≠ 0. Needs a length of bit_ceil(count). Half
  /// of 1/a is enough: the second half of a quotient follows from what the first one leaves (Karp and Markstein).
  [[nodiscard]] std::pair<std::vector<double>, std::vector<double>> quotients(std::span<const double> b,
                                                                              std::span<const double> c,
                                                                              std::span<const double> a,
                                                                              std::size_t count) const {
    const std::size_t length = std::bit_ceil(std::max<std::size_t>(count, 64)), half = length / 2;
    require(length);
    const std::vector<double> inverse = reciprocal(a, half);
    // Both numerators travel as one complex sequence, of equal norms.
    const double norm_b = norm(b), norm_c = norm(c);
    const double scale_b = norm_b > 0 ? norm_b : 1, scale_c = norm_c > 0 ? norm_c : 1;
    const auto numerator = [&](std::size_t i) {
      return complex_value{i < b.size() ? b[i] / scale_b : 0.0, i < c.size() ? c[i] / scale_c : 0.0};
    };
    std::vector<complex_value> ta(length), tg(length), z(length);
    for (std::size_t i = 0; i < std::min(a.size(), length); ++i) ta[i].re = a[i];
    for (std::size_t i = 0; i < half; ++i) ta[i].im = inverse[i];
    transform_.forward(ta);
    fourier::separate(ta, tg);
    const auto multiply = [&](const std::vector<complex_value>& by) {
      transform_.forward(z);
      for (std::size_t i = 0; i < length; ++i) z[i] = z[i] * by[i];
      transform_.backward(z);
      for (complex_value& value : z)
        value = {value.re / static_cast<double>(length), value.im / static_cast<double>(length)};
    };
    for (std::size_t i = 0; i < half; ++i) z[i] = numerator(i);
    multiply(tg);
    std::vector<complex_value> out(z.begin(), z.begin() + static_cast<std::ptrdiff_t>(half));
    std::fill(z.begin() + static_cast<std::ptrdiff_t>(half), z.end(), complex_value{});
    multiply(ta);  // what wraps round falls on the first half, which is known
    for (std::size_t i = 0; i < half; ++i) z[i] = numerator(half + i) - z[half + i];
    std::fill(z.begin() + static_cast<std::ptrdiff_t>(half), z.end(), complex_value{});
    multiply(tg);
    out.insert(out.end(), z.begin(), z.begin() + static_cast<std::ptrdiff_t>(half));
    std::pair<std::vector<double>, std::vector<double>> both{std::vector<double>(count), std::vector<double>(count)};
    for (std::size_t i = 0; i < count; ++i) {
      both.first[i] = out[i].re * scale_b;
      both.second[i] = out[i].im * scale_c;
    }
    return both;
  }

 private:
  void require(std::size_t length) const {
    EBIT_ASSERT(std::has_single_bit(length) && length <= transform_.max_length(), "convolver: no such length");
  }
  [[nodiscard]] static double norm(std::span<const double> values) {
    double sum = 0;
    for (const double v : values) sum += v * v;
    return math::sqrt(sum);
  }

  fourier transform_;
};

}  // namespace ebit::analyze::detail
