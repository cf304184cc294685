// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "bug.hpp"

namespace ebit_test {

/// A bug put into one node on purpose, to see that an invariant catches it.
struct planted_bug {
  const char* name;      ///< what the node does wrong
  std::uint32_t within;  ///< seeds from 0 on of which one at least has to catch it
  std::unique_ptr<bug> (*plant)(std::uint64_t seed);
  const char* by = "";  ///< the rule that has to catch it; empty: any
};

[[nodiscard]] const std::vector<planted_bug>& planted_bugs();
/// Those of the parts that only a data centre has.
[[nodiscard]] const std::vector<planted_bug>& planted_in_centres();

}  // namespace ebit_test
