// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "../support/catch.hpp"
#include "apart.hpp"
#include "bug.hpp"
#include "planted.hpp"

namespace ebit_test {

/// Puts each bug into the scenarios from seed 0 on until an invariant breaks; how many were caught within 1,000 seeds.
/// `broken`: the rule that breaks in the scenario of a seed, if one does.
inline std::size_t caught_quickly(const std::vector<planted_bug>& bugs,
                                  const std::function<std::string(std::uint64_t, bug*)>& broken) {
  std::printf("%-46s %6s  %s\n", "one node", "seeds", "caught by");
  std::size_t quickly = 0;
  std::set<std::uint64_t> bad;
  for (const planted_bug& p : bugs) {
    std::string caught;
    std::uint64_t seed = 0;
    for (; caught.empty() && seed < p.within; ++seed) {
      caught = apart([&] { return broken(seed, p.plant(seed).get()); });
      if (caught.empty()) continue;
      // It is the bug that was caught: without it the scenario passes.
      const std::string without = apart([&] { return broken(seed, nullptr); });
      if (without.empty()) continue;
      if (bad.insert(seed).second) FAIL_CHECK("seed " << seed << " breaks without a bug: " << without);
      caught.clear();
    }
    std::printf("%-46s %6llu  %s\n", p.name, static_cast<unsigned long long>(seed),
                caught.empty() ? "nothing" : caught.substr(0, 110).c_str());
    if (caught.empty()) {
      FAIL_CHECK("'" << p.name << "' is not caught within " << p.within << " seeds");
      continue;
    }
    if (seed <= 1'000) ++quickly;
    CHECK(caught.find(p.by) == 0);
  }
  return quickly;
}

}  // namespace ebit_test
