// SPDX-License-Identifier: Apache-2.0
#include <type_traits>

#include <ebit/core/units.hpp>

#include "../support/catch.hpp"

namespace {

using namespace ebit::literals;
using ebit_test::approx;

template <class A, class B>
concept addable = requires(A a, B b) { a + b; };
template <class A, class B>
concept multipliable = requires(A a, B b) { a* b; };

}  // namespace

TEST_CASE("core.units: literals and makers agree on the base unit") {
  CHECK(20_km == ebit::kilometres(20));
  CHECK(20_km == 20'000_m);
  CHECK(0.5_km == 500_m);
  CHECK(1.5_m == ebit::metres(1.5));
  CHECK((20_km).base() == 20'000);
  CHECK(ebit::in_kilometres(2500_m) == 2.5);
  CHECK(3_dB == ebit::decibels(3));
  CHECK(0.2_dB == ebit::decibels(0.2));
  CHECK((0.2_dB_per_km).base() == 0.2);
  CHECK(1_MHz == ebit::hertz(1e6));
  CHECK(1.5_kHz == 1500_Hz);
  CHECK(0.5_MHz == 500_kHz);
  CHECK(2.5_Hz == ebit::hertz(2.5));
}

TEST_CASE("core.units: quantities add, scale and compare among themselves") {
  CHECK(1_km + 500_m == 1.5_km);
  CHECK(1_km - 1500_m == -500_m);
  CHECK(2 * 3_km == 3_km * 2);
  CHECK(3_km / 2 == 1.5_km);
  CHECK(3_km / 2_km == 1.5);
  CHECK(1_km < 1001_m);
  ebit::length l;
  CHECK(l.base() == 0);
  l += 2_km;
  CHECK(l == 2_km);
}

TEST_CASE("core.units: products that mean something") {
  CHECK((0.2_dB_per_km * 50_km).base() == approx(10).epsilon(1e-15));
  CHECK(0.2_dB_per_km * 50_km == 50_km * 0.2_dB_per_km);
  CHECK(200_m / ebit::metres_per_second(2e8) == 1_us);
  CHECK(20_km / ebit::metres_per_second(2e8) == 100_us);
  CHECK(ebit::period(1_MHz) == 1_us);
  CHECK(ebit::period(3_Hz) == ebit::duration::picoseconds(333'333'333'333));
}

TEST_CASE("core.units: dimensions do not mix") {
  static_assert(!addable<ebit::length, ebit::loss> && !addable<ebit::length, double> &&
                addable<ebit::loss, ebit::loss>);
  static_assert(!multipliable<ebit::length, ebit::length> && multipliable<ebit::attenuation, ebit::length>);
  static_assert(!std::is_convertible_v<double, ebit::length> && !std::is_constructible_v<ebit::length, double>);
  static_assert(!std::is_convertible_v<ebit::length, double>);
  static_assert(!std::is_convertible_v<ebit::rate, ebit::speed>);
  static_assert(sizeof(ebit::length) == sizeof(double) && std::is_trivially_copyable_v<ebit::length>);
  SUCCEED();
}
