// SPDX-License-Identifier: Apache-2.0
#pragma once

// Serves Catch2 version 2 (Debian 12) and version 3 alike: tests include this and name `approx` and `within_abs`.
#if __has_include(<catch2/catch_all.hpp>)
#include <catch2/catch_all.hpp>
#else
#include <catch2/catch.hpp>
#endif

namespace ebit_test {

#if __has_include(<catch2/catch_all.hpp>)
using approx = Catch::Approx;
[[nodiscard]] inline auto within_abs(double target, double margin) {
  return Catch::Matchers::WithinAbs(target, margin);
}
#else
using approx = Catch::Detail::Approx;
[[nodiscard]] inline auto within_abs(double target, double margin) { return Catch::WithinAbs(target, margin); }
#endif

}  // namespace ebit_test
