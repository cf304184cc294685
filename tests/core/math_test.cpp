// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>

#include <ebit/core/math.hpp>
#include <ebit/core/random.hpp>

#include "../support/catch.hpp"

namespace {

namespace math = ebit::math;

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double nan_value = std::numeric_limits<double>::quiet_NaN();
constexpr std::uint64_t seed = 20'240'611;

/// How many doubles lie between a and b; 0 also for two NaNs.
std::uint64_t distance(double a, double b) {
  if (a != a && b != b) return 0;
  const auto place = [](double x) {
    const auto bits = std::bit_cast<std::int64_t>(x);
    return bits < 0 ? std::numeric_limits<std::int64_t>::min() - bits : bits;
  };
  const std::int64_t pa = place(a), pb = place(b);
  return pa > pb ? static_cast<std::uint64_t>(pa) - static_cast<std::uint64_t>(pb)
                 : static_cast<std::uint64_t>(pb) - static_cast<std::uint64_t>(pa);
}

/// Points made without any library function, so that they are the same everywhere.
class points {
 public:
  explicit points(std::uint64_t entity) : stream_{seed, ebit::random_purpose::user, entity} {}
  double uniform(double low, double high) {
    const double u = static_cast<double>(stream_.next_u64() >> 11) * 0x1p-53;
    const double span = (high - low) * u;
    return low + span;
  }
  /// Any sign and mantissa, exponent uniform in [low, high].
  double wide(int low, int high) {
    const std::uint64_t word = stream_.next_u64();
    const auto exponent =
        static_cast<std::uint64_t>(low + 1023) + (word >> 52) % static_cast<std::uint64_t>(high - low + 1);
    const std::uint64_t sign = std::uint64_t{stream_.next_u32() & 1U} << 63;
    return std::bit_cast<double>(sign | exponent << 52 | (word & 0xfffffffffffffU));
  }

 private:
  ebit::random_stream stream_;
};

template <class Ours, class Theirs, class Point>
std::uint64_t worst(Ours ours, Theirs theirs, Point point, int count = 20'000) {
  std::uint64_t most = 0;
  for (int i = 0; i < count; ++i) {
    const double x = point();
    const std::uint64_t d = distance(ours(x), theirs(x));
    if (d > most) {
      most = d;
      UNSCOPED_INFO("seed " << seed << ": " << d << " ulp at " << x);
    }
  }
  return most;
}

#define EBIT_TEST_AGAINST_LIBRARY(function, ulps, ...)                                               \
  CHECK(worst([](double x) { return math::function(x); }, [](double x) { return std::function(x); }, \
              [&] { return __VA_ARGS__; }) <= (ulps))

}  // namespace

TEST_CASE("core.math: exponentials agree with the C library to two units in the last place") {
  points p{1};
  EBIT_TEST_AGAINST_LIBRARY(exp, 2, p.uniform(-745, 709.7));
  EBIT_TEST_AGAINST_LIBRARY(exp, 2, p.uniform(-2, 2));
  EBIT_TEST_AGAINST_LIBRARY(exp, 2, p.wide(-1022, 8));
  EBIT_TEST_AGAINST_LIBRARY(expm1, 2, p.uniform(-45, 709.7));
  EBIT_TEST_AGAINST_LIBRARY(expm1, 2, p.uniform(-1.5, 1.5));
  EBIT_TEST_AGAINST_LIBRARY(expm1, 2, p.wide(-1022, 5));
}

TEST_CASE("core.math: logarithms agree with the C library to two units in the last place") {
  points p{2};
  EBIT_TEST_AGAINST_LIBRARY(log, 2, std::fabs(p.wide(-1022, 1023)));
  EBIT_TEST_AGAINST_LIBRARY(log, 2, p.uniform(0.5, 2));
  EBIT_TEST_AGAINST_LIBRARY(log, 2, 1.0 + p.wide(-52, -2));
  EBIT_TEST_AGAINST_LIBRARY(log, 2, std::fabs(p.wide(-1022, -1000)) * 0x1p-30);
  EBIT_TEST_AGAINST_LIBRARY(log1p, 2, p.uniform(-1, 3));
  EBIT_TEST_AGAINST_LIBRARY(log1p, 2, p.wide(-1022, -1));
  EBIT_TEST_AGAINST_LIBRARY(log1p, 2, std::fabs(p.wide(-10, 1023)));
  EBIT_TEST_AGAINST_LIBRARY(log2, 2, std::fabs(p.wide(-1022, 1023)));
  EBIT_TEST_AGAINST_LIBRARY(log2, 2, p.uniform(0.5, 2));
}

TEST_CASE("core.math: trigonometric functions agree with the C library to two units in the last place") {
  points p{3};
  EBIT_TEST_AGAINST_LIBRARY(sin, 2, p.uniform(-10, 10));
  EBIT_TEST_AGAINST_LIBRARY(sin, 2, p.uniform(-1e6, 1e6));
  EBIT_TEST_AGAINST_LIBRARY(sin, 2, p.wide(-1022, 1023));
  EBIT_TEST_AGAINST_LIBRARY(cos, 2, p.uniform(-10, 10));
  EBIT_TEST_AGAINST_LIBRARY(cos, 2, p.uniform(-1e6, 1e6));
  EBIT_TEST_AGAINST_LIBRARY(cos, 2, p.wide(-1022, 1023));
  EBIT_TEST_AGAINST_LIBRARY(tan, 2, p.uniform(-10, 10));
  EBIT_TEST_AGAINST_LIBRARY(tan, 2, p.wide(-1022, 1023));
}

TEST_CASE("core.math: sin and cos keep their digits next to multiples of a quarter turn") {
  points p{4};
  const auto multiple = [&] { return std::trunc(p.uniform(1, 1e6)) * 1.5707963267948966; };
  EBIT_TEST_AGAINST_LIBRARY(sin, 1, multiple());
  EBIT_TEST_AGAINST_LIBRARY(cos, 1, multiple());
  EBIT_TEST_AGAINST_LIBRARY(tan, 1, multiple());
  // The double nearest to a multiple of π/2 among all: 2^−61 away (Kahan; Muller, Elementary Functions, ch. 11).
  CHECK(math::cos(6381956970095103.0 * 0x1p797) == -0x1.14ae72e6ba22fp-61);
  // The nearest among small ones, where a reduction in three parts loses bits (values from 300-bit arithmetic).
  CHECK(math::sin(0x1.65a1dd290660fp+17) == 0x1.049c6e4971285p-51);
  CHECK(math::cos(0x1.93c05c9ed3cbcp+18) == -0x1.065d73720c4f9p-52);
  CHECK(math::cos(0x1.4fb46d48435dbp+19) == -0x1.1160e63a39247p-50);
}

TEST_CASE("core.math: inverse trigonometric functions agree with the C library to two units in the last place") {
  points p{5};
  EBIT_TEST_AGAINST_LIBRARY(asin, 2, p.uniform(-1, 1));
  EBIT_TEST_AGAINST_LIBRARY(asin, 2, p.wide(-1022, -1));
  EBIT_TEST_AGAINST_LIBRARY(acos, 2, p.uniform(-1, 1));
  EBIT_TEST_AGAINST_LIBRARY(acos, 2, 1.0 - std::fabs(p.wide(-53, -2)));
  EBIT_TEST_AGAINST_LIBRARY(acos, 2, std::fabs(p.wide(-53, -2)) - 1.0);
  EBIT_TEST_AGAINST_LIBRARY(atan, 2, p.uniform(-3, 3));
  EBIT_TEST_AGAINST_LIBRARY(atan, 2, p.wide(-1022, 1023));
  points q{6};
  const auto against_atan2 = [&](int span) {
    const double x = q.wide(-span, span);
    CHECK(worst([x](double y) { return math::atan2(y, x); }, [x](double y) { return std::atan2(y, x); },
                [&] { return q.wide(-span, span); }, 50) <= 2);
  };
  for (int i = 0; i < 200; ++i) against_atan2(3);
  for (int i = 0; i < 200; ++i) against_atan2(1000);
}

TEST_CASE("core.math: error functions agree with the C library to three units in the last place") {
  points p{7};
  EBIT_TEST_AGAINST_LIBRARY(erf, 2, p.uniform(-6.2, 6.2));
  EBIT_TEST_AGAINST_LIBRARY(erf, 2, p.wide(-1022, 0));
  EBIT_TEST_AGAINST_LIBRARY(erfc, 3, p.uniform(-6.2, 6.2));
  EBIT_TEST_AGAINST_LIBRARY(erfc, 3, p.uniform(0.4, 28));
  EBIT_TEST_AGAINST_LIBRARY(erfc, 3, p.wide(-1022, 0));
}

TEST_CASE("core.math: powers agree with the C library to two units in the last place") {
  points p{8};
  const auto against_pow = [&](double y, int span) {
    CHECK(worst([y](double x) { return math::pow(x, y); }, [y](double x) { return std::pow(x, y); },
                [&] { return std::fabs(p.wide(-span, span)); }, 50) <= 2);
  };
  for (int i = 0; i < 200; ++i) against_pow(p.uniform(-2, 2), 500);
  for (int i = 0; i < 200; ++i) against_pow(p.uniform(-300, 300), 2);
  for (int i = 0; i < 200; ++i) {
    const double x = 1.0 - p.uniform(0, 1e-5);
    CHECK(distance(math::pow(x, 1e7), std::pow(x, 1e7)) <= 2);
  }
  for (int base = 2; base < 40; ++base) {
    double exact = 1;
    for (int n = 0; exact < 0x1p53; ++n, exact *= base) CHECK(math::pow(base, n) == exact);
  }
}

TEST_CASE("core.math: roots are correctly rounded, at run time and during translation") {
  static_assert(math::sqrt(2.0) == 0x1.6a09e667f3bcdp+0);
  static_assert(math::sqrt(144.0) == 12.0);
  static_assert(math::sqrt(0x1p-1074) == 0x1p-537);
  points p{9};
  for (int i = 0; i < 20'000; ++i) {
    const double x = std::fabs(p.wide(-1022, 1023));
    REQUIRE(math::sqrt(x) == std::sqrt(x));
    REQUIRE(math::detail::constant_sqrt(x) == std::sqrt(x));
    const double tiny = x * 0x1p-1050;
    if (tiny > 0 && x < 1) REQUIRE(math::detail::constant_sqrt(tiny) == std::sqrt(tiny));
  }
}

TEST_CASE("core.math: special values follow the C standard") {
  const std::array<double, 26> values{0.0,       -0.0,       1.0,       -1.0,     0.5,       -0.5,      2.0,
                                      -2.0,      3.0,        -3.0,      1e3,      -1e3,      1e300,     -1e300,
                                      0x1p-1074, -0x1p-1074, 0x1p-1022, infinity, -infinity, nan_value, 4.5,
                                      -4.5,      0x1p53,     -0x1.8p52, 1e18,     -1e-30};
  const auto same = [](double a, double b) {
    return (a != a && b != b) || (distance(a, b) <= 1 && std::signbit(a) == std::signbit(b));
  };
  for (const double x : values) {
    INFO("x = " << x);
    CHECK(same(math::exp(x), std::exp(x)));
    CHECK(same(math::expm1(x), std::expm1(x)));
    CHECK(same(math::log(x), std::log(x)));
    CHECK(same(math::log1p(x), std::log1p(x)));
    CHECK(same(math::log2(x), std::log2(x)));
    CHECK(same(math::sqrt(x), std::sqrt(x)));
    CHECK(same(math::sin(x), std::sin(x)));
    CHECK(same(math::cos(x), std::cos(x)));
    CHECK(same(math::tan(x), std::tan(x)));
    CHECK(same(math::asin(x), std::asin(x)));
    CHECK(same(math::acos(x), std::acos(x)));
    CHECK(same(math::atan(x), std::atan(x)));
    CHECK(same(math::erf(x), std::erf(x)));
    CHECK(same(math::erfc(x), std::erfc(x)));
    for (const double y : values) {
      INFO("y = " << y);
      CHECK(same(math::pow(x, y), std::pow(x, y)));
      CHECK(same(math::atan2(x, y), std::atan2(x, y)));
    }
  }
}

TEST_CASE("core.math: results past the range become infinity, denormal or zero") {
  CHECK(math::exp(709.782712893384) == std::exp(709.782712893384));
  CHECK(math::exp(709.7827128933841) == infinity);
  CHECK(math::exp(-745.1332191019411) == 0x1p-1074);
  CHECK(math::exp(-745.1332191019412) == 0.0);
  CHECK(math::expm1(709.7827128933841) == infinity);
  CHECK(math::pow(2.0, 1023.0) == 0x1p1023);
  CHECK(math::pow(2.0, 1024.0) == infinity);
  CHECK(math::pow(2.0, -1074.0) == 0x1p-1074);
  CHECK(math::pow(2.0, -1076.0) == 0.0);
  CHECK(math::log2(0x1p-1074) == -1074.0);
}

TEST_CASE("core.math: inverse functions undo each other") {
  points p{10};
  for (int i = 0; i < 20'000; ++i) {
    const double x = p.uniform(-1.5, 1.5);
    CHECK(math::log(math::exp(x)) == ebit_test::approx(x).epsilon(1e-15).margin(3e-16));
    CHECK(distance(math::log1p(math::expm1(x)), x) <= 8);
    CHECK(math::atan(math::tan(x)) == ebit_test::approx(x).epsilon(1e-15));
    CHECK(math::erf(x) + math::erfc(x) == ebit_test::approx(1).epsilon(3e-16));
    const double s = math::sin(x), c = math::cos(x);
    CHECK(s * s + c * c == ebit_test::approx(1).epsilon(5e-16));
  }
}

TEST_CASE("core.math: functions are usable in constant expressions") {
  static_assert(math::exp(0.0) == 1.0);
  static_assert(math::pow(3.0, 4.0) == 81.0);
  static_assert(math::log2(8.0) == 3.0);
  static_assert(math::atan2(0.0, -1.0) == 0x1.921fb54442d18p+1);
  static_assert(math::sin(1e300) == math::sin(1e300));
  constexpr double folded = math::erfc(1.25) + math::tan(2.5) + math::acos(-0.25) + math::log1p(1e-9);
  volatile double a = 1.25, b = 2.5, c = -0.25, d = 1e-9;
  CHECK(folded == math::erfc(a) + math::tan(b) + math::acos(c) + math::log1p(d));
}

TEST_CASE("core.math: the same bits on every compiler, optimisation level and instruction set") {
  std::uint64_t hash = 0;
  const auto take = [&hash](double x) { hash = ebit::mix(hash, x != x ? 1U : std::bit_cast<std::uint64_t>(x)); };
  points p{11};
  for (int i = 0; i < 20'000; ++i) {
    // Powers of two only between the draw and the function: nothing a compiler might fuse.
    const double any = p.wide(-1022, 1023), middle = p.wide(-20, 9), small = p.wide(-60, -1), size = std::fabs(any);
    take(math::exp(middle));
    take(math::expm1(middle));
    take(math::expm1(small));
    take(math::log(size));
    take(math::log1p(small));
    take(math::log2(size));
    take(math::sqrt(size));
    take(math::pow(std::fabs(middle), small * 0x1p5));
    take(math::sin(any));
    take(math::cos(any));
    take(math::tan(middle));
    take(math::asin(small));
    take(math::acos(small));
    take(math::atan(middle));
    take(math::atan2(middle, small));
    take(math::erf(middle * 0x1p-6));
    take(math::erfc(middle * 0x1p-6));
  }
  CHECK(hash == 0x126052bedf4c2f74U);
}
