// SPDX-License-Identifier: Apache-2.0
#include <cstdint>
#include <cstdio>
#include <memory>
#include <set>
#include <string>

#include "../support/catch.hpp"
#include "apart.hpp"
#include "planted.hpp"
#include "run.hpp"
#include "scenario.hpp"

using namespace ebit_test;

// Each bug is put into one node of the random scenarios from seed 0 on, until an invariant breaks.
TEST_CASE("planted") {
  std::size_t quickly = 0;
  std::set<std::uint64_t> broken;
  std::printf("%-46s %6s  %s\n", "one node", "seeds", "caught by");
  for (const planted_bug& p : planted_bugs()) {
    std::string caught;
    std::uint64_t seed = 0;
    for (; caught.empty() && seed < p.within; ++seed) {
      caught = apart([&] {
        const std::unique_ptr<bug> planted = p.plant(seed);
        return run(scenario_of(seed), {.at_most = 50'000}, planted.get()).broken;
      });
      if (caught.empty()) continue;
      // It is the bug that was caught: without it the scenario passes.
      const std::string without = apart([&] { return run(scenario_of(seed), {.at_most = 50'000}).broken; });
      if (without.empty()) continue;
      if (broken.insert(seed).second) FAIL_CHECK("seed " << seed << " breaks without a bug: " << without);
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
  CHECK(planted_bugs().size() >= 20);
  CHECK(2 * quickly > planted_bugs().size());
}
