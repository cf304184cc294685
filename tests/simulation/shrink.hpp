// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "run.hpp"
#include "scenario.hpp"

namespace ebit_test {

/// A smaller scenario that breaks the same rule: faults, demands and nodes are left out, numbers made smaller, as
/// long as `fails` still says so. It is asked at most `tries` times.
[[nodiscard]] scenario shrunk(scenario s, const std::function<bool(const scenario&)>& fails, int tries = 2'000);

/// Shrinks by running; what is broken is compared by the rule's name.
[[nodiscard]] scenario shrunk(const scenario& s, const std::string& rule, const limits& l);

/// What to type to see it again.
[[nodiscard]] std::string command_of(const scenario& s);

}  // namespace ebit_test
