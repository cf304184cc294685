// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

#include <ebit/analyze/fourier.hpp>
#include <ebit/analyze/power_series.hpp>
#include <ebit/core/random.hpp>
#include <ebit/core/samplers.hpp>

#include "../support/catch.hpp"

using ebit::analyze::detail::complex_value;
using ebit::analyze::detail::convolver;
using ebit::analyze::detail::fourier;

namespace {

constexpr std::uint64_t seed = 12;

std::vector<double> any_values(std::size_t count, std::uint64_t entity) {
  ebit::random_stream draw{seed, ebit::random_purpose::user, entity};
  std::vector<double> out(count);
  for (double& v : out) v = 2 * ebit::sample::uniform(draw) - 1;
  return out;
}
std::size_t reversed(std::size_t index, std::size_t size) {
  std::size_t out = 0;
  for (std::size_t bit = 1; bit < size; bit *= 2) out = 2 * out + ((index & bit) != 0 ? 1 : 0);
  return out;
}
double distance(complex_value a, complex_value b) { return std::hypot(a.re - b.re, a.im - b.im); }

}  // namespace

TEST_CASE("analyze: the transform is the sum it stands for, in bit-reversed order", "[analyze]") {
  const fourier transform{512};
  CHECK(transform.max_length() == 512);
  for (std::size_t size = 1; size <= 512; size *= 2) {
    const std::vector<double> re = any_values(size, size), im = any_values(size, size + 1);
    std::vector<complex_value> z(size);
    for (std::size_t j = 0; j < size; ++j) z[j] = {re[j], im[j]};
    const std::vector<complex_value> before = z;
    transform.forward(z);
    double worst = 0, worst_back = 0;
    for (std::size_t k = 0; k < size; ++k) {
      complex_value sum;
      for (std::size_t j = 0; j < size; ++j) {
        const double angle =
            -2 * 3.14159265358979323846 * static_cast<double>(j * k % size) / static_cast<double>(size);
        sum = sum + before[j] * complex_value{std::cos(angle), std::sin(angle)};
      }
      worst = std::max(worst, distance(z[reversed(k, size)], sum));
    }
    transform.backward(z);
    for (std::size_t j = 0; j < size; ++j) {
      const double n = static_cast<double>(size);
      worst_back = std::max(worst_back, distance({z[j].re / n, z[j].im / n}, before[j]));
    }
    CHECK(worst < 1e-15 * static_cast<double>(size));
    CHECK(worst_back < 2e-15);
  }
}

TEST_CASE("analyze: one transform serves two real sequences", "[analyze]") {
  const fourier transform{64};
  for (std::size_t size = 1; size <= 64; size *= 2) {
    const std::vector<double> a = any_values(size, 7), b = any_values(size, 8);
    std::vector<complex_value> both(size), alone_a(size), alone_b(size), other(size);
    for (std::size_t j = 0; j < size; ++j) both[j] = {a[j], b[j]}, alone_a[j] = {a[j], 0}, alone_b[j] = {b[j], 0};
    transform.forward(both);
    transform.forward(alone_a);
    transform.forward(alone_b);
    fourier::separate(both, other);
    double worst = 0;
    for (std::size_t k = 0; k < size; ++k)
      worst = std::max({worst, distance(both[k], alone_a[k]), distance(other[k], alone_b[k])});
    CHECK(worst < 1e-14);
  }
}

TEST_CASE("analyze: quotients of power series times the divisor are what was divided", "[analyze]") {
  const convolver series{2048};
  for (const std::size_t count : {1U, 20U, 64U, 65U, 300U, 1024U}) {
    // Divisors of a repetition: a first coefficient of one, the rest negative and less than it together.
    std::vector<double> divisor = any_values(count, 3), first = any_values(count, 4), second = any_values(40, 5);
    for (std::size_t i = 1; i < count; ++i) divisor[i] = -std::abs(divisor[i]) / static_cast<double>(i * i + 1);
    divisor[0] = 1;
    for (double& v : second) v *= 1e-9;  // a small one is not drowned by a large one
    const auto [a, b] = series.quotients(first, second, divisor, count);
    REQUIRE(a.size() == count);
    REQUIRE(b.size() == count);
    double worst_a = 0, worst_b = 0;
    for (std::size_t k = 0; k < count; ++k) {
      double sum_a = 0, sum_b = 0;
      for (std::size_t i = 0; i <= k; ++i) sum_a += divisor[i] * a[k - i], sum_b += divisor[i] * b[k - i];
      worst_a = std::max(worst_a, std::abs(sum_a - first[k]));
      worst_b = std::max(worst_b, std::abs(sum_b - (k < second.size() ? second[k] : 0.0)));
    }
    CHECK(worst_a < 1e-12);
    CHECK(worst_b < 1e-21);
  }
}
