// SPDX-License-Identifier: Apache-2.0
#include <cmath>
#include <cstdint>
#include <string>

#include <ebit/analyze/optimal_swapping.hpp>
#include <ebit/analyze/slotted_chain.hpp>

#include "golden_reader.hpp"

using namespace ebit;
using golden::check;
using golden::row;

TEST_CASE("golden: swap_asap.csv", "[golden]") {
  golden::for_each_row("swap_asap.csv", [](const row& at) {
    const int cutoff = at.integer("tcut");
    analyze::slotted_chain chain{
        .nodes = static_cast<std::uint32_t>(at.integer("nodes")), .link_success = at["p"], .swap_success = at["ps"]};
    if (cutoff >= 0) chain.cutoff = static_cast<std::uint32_t>(cutoff);
    const std::string& policy = at.text("policy");
    if (policy != "asap" && policy != "nested") FAIL(at.where() << ": unknown policy " << policy);
    const auto time = policy == "asap" ? analyze::expected_slots(chain)
                                       : analyze::expected_slots(chain, analyze::swap_nested_of_five{});
    if (!time) FAIL(at.where() << ": " << time.error().message());
    check(at, "E_slots", time->mean_slots, 0, 1e-8);
  });
}

TEST_CASE("golden: optimal_policy.csv", "[golden]") {
  golden::for_each_row("optimal_policy.csv", [](const row& at) {
    analyze::slotted_chain chain{
        .nodes = static_cast<std::uint32_t>(at.integer("nodes")), .link_success = at["p"], .swap_success = at["ps"]};
    const int cutoff = at.integer("tcut");
    if (cutoff >= 0) chain.cutoff = static_cast<std::uint32_t>(cutoff);
    const auto at_once = analyze::expected_slots(chain);
    const auto best = analyze::optimal_swapping(chain);
    if (!at_once) FAIL(at.where() << ": " << at_once.error().message());
    if (!best) FAIL(at.where() << ": " << best.error().message());
    check(at, "E_asap", at_once->mean_slots, 0, 1e-6);
    check(at, "E_opt", best->mean_slots, 0, 1e-6);
    const double advantage = (at_once->mean_slots - best->mean_slots) / best->mean_slots * 100;
    check(at, "adv_pct", advantage, 1e-5, 1e-6);
    if (!std::isnan(at["published_adv_pct"])) check(at, "published_adv_pct", advantage, 1e-5);
  });
}
