// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "../support/catch.hpp"
#include "../support/sanitized.hpp"
#include "centre_run.hpp"
#include "centre_scenario.hpp"
#include "last_words.hpp"

using namespace ebit_test;

namespace {

[[nodiscard]] std::uint64_t number_of(const char* variable, std::uint64_t otherwise) {
  const char* text = std::getenv(variable);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

}  // namespace

TEST_CASE("simulation: data centres with faulty devices keep every invariant") {
#ifdef EBIT_SOAK
  const std::uint64_t seeds = number_of("EBIT_SEEDS", 5'000);
#else
  const std::uint64_t seeds = number_of("EBIT_SEEDS", ebit_test::sanitized ? 60 : 500);
#endif
  const std::uint64_t first = number_of("EBIT_FIRST_SEED", 1);
  const bool goes_on = number_of("EBIT_GO_ON", 0) != 0;  // beyond the first that fails
  std::uint64_t events = 0, pairs = 0, walks = 0, from_stock = 0, taken_back = 0, failed = 0;
  for (std::uint64_t seed = first; seed < first + seeds; ++seed) {
    const centre_scenario s = centre_scenario_of(seed);
    const last_words words{command_of(s)};
    const centre_outcome o = run(s);
    events += o.events;
    pairs += o.pairs;
    from_stock += o.from_stock;
    taken_back += o.taken_back;
    walks += o.walks;
    if (o.broken.empty()) continue;
    ++failed;
    FAIL_CHECK("seed " << seed << ": " << o.broken << "\n" << command_of(s));
    if (goes_on) continue;
    std::printf("The same rule breaks in\n%s\n", command_of(shrunk(s, o.rule())).c_str());  // to be copied
    return;
  }
  WARN(seeds << " data centres, " << events << " events, " << pairs << " pairs, " << walks << " walks, " << from_stock
             << " from stock and " << taken_back << " of them taken back, " << failed << " failed");
  CHECK((seeds < 100 || (pairs > seeds && walks > seeds && from_stock > seeds)));
}

TEST_CASE("simulation: replay one data centre") {
  const char* text = std::getenv("EBIT_CENTRE");
  // Without one, what a seed gives is replayed from its text.
  const ebit::result<centre_scenario> s =
      centre_scenario_from(text != nullptr ? text : text_of(centre_scenario_of(1)));
  if (!s) FAIL("EBIT_CENTRE: " << s.error().message());
  const centre_outcome o = run(*s);
  std::printf("%llu events, %llu pairs\n", static_cast<unsigned long long>(o.events),
              static_cast<unsigned long long>(o.pairs));
  if (!o.broken.empty()) FAIL(o.broken);
}

TEST_CASE("simulation: a drawn data centre whose messages travel as bytes does the same, event by event") {
  for (std::uint64_t seed = 1; seed <= 6; ++seed) {
    CAPTURE(seed);
    centre_scenario s = centre_scenario_of(seed);
    s.runs = centre_scenario::stack::stocked;
    s.coded = 0;
    const centre_outcome plainly = run(s);
    s.coded = 1;
    CHECK(run(s) == plainly);
    CHECK(plainly.events > 500);
  }
}

TEST_CASE("simulation: all that can befall a data centre is drawn, and its text reads back") {
  std::array<int, 11> faults{};
  std::array<int, 5> fabrics{};
  int clocks = 0, strays = 0, sites = 0, blind = 0, mixed = 0, cold = 0, start_up = 0;
  for (std::uint64_t seed = 0; seed < 1'000; ++seed) {
    const centre_scenario s = centre_scenario_of(seed);
    for (const centre_scenario::fault& f : s.faults) ++faults.at(static_cast<std::size_t>(f.what));
    ++fabrics.at(static_cast<std::size_t>(s.kind));
    clocks += s.keeps_clocks() ? 1 : 0;
    strays += s.crosstalk != 0 ? 1 : 0;
    sites += s.sites.empty() ? 0 : 1;
    blind += s.blind != 0 ? 1 : 0;
    mixed += s.layout().analyser_models().size() > 1 ? 1 : 0;
    cold += s.cold != 0 ? 1 : 0;
    start_up += s.initialising + s.locking != 0 ? 1 : 0;
    INFO(text_of(s));
    const ebit::result<centre_scenario> back = centre_scenario_from(text_of(s));
    REQUIRE(back);
    CHECK(*back == s);
  }
  for (const int drawn : faults) CHECK(drawn > 100);
  for (const int drawn : fabrics) CHECK(drawn > 100);
  for (const int drawn : {clocks, strays, sites, blind, mixed, cold, start_up}) CHECK(drawn > 200);
  const auto error = [](const std::string& text) {
    const ebit::result<centre_scenario> s = centre_scenario_from(text);
    return s ? std::string{"none"} : s.error().message();
  };
  CHECK(error("sed=1").find("given 'sed=1'") != std::string::npos);
  CHECK(error("memories=0").find("memories=<1 to 16>") != std::string::npos);
  CHECK(error("fabric=ring").find("star, clos") != std::string::npos);
  CHECK(error("drift=1:2:4:0:0:0:1").find("0 to 3") != std::string::npos);
  CHECK(error("device=1:2:4000:0:0:0:1").find("given 'device=1:2:4000:0:0:0:1'") != std::string::npos);
}
