// SPDX-License-Identifier: Apache-2.0
#include <cmath>

#include <ebit/purify/codes.hpp>

#include "bell_columns.hpp"

using namespace ebit;
using golden::check;
using golden::row;

TEST_CASE("golden: code_distillation.csv", "[golden]") {
  constexpr double tolerance = 1e-10;
  golden::for_each_row("code_distillation.csv", [](const row& at) {
    const auto code = purify::codes::named(at.text("code"));
    if (!code) FAIL(at.where() << ": " << code.error().message());
    CHECK(code->inputs() == static_cast<std::size_t>(at.integer("n")));
    CHECK(code->outputs() == static_cast<std::size_t>(at.integer("k")));
    const bell_diagonal pair = golden::read_bell(at, "c_");
    const auto kept = code->apply(pair);
    const auto corrected = code->apply(pair, {}, purify::syndrome_use::correct);
    check(at, "P_pass", kept.probability, tolerance);
    check(at, "F_detect", kept.fidelity(), tolerance);
    check(at, "F_correct", corrected.fidelity(), tolerance);
    CHECK(std::abs(corrected.probability - 1) < 1e-12);
  });
}
