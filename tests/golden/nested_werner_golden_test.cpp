// SPDX-License-Identifier: Apache-2.0
#include <charconv>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <ebit/analyze/nested_chain.hpp>

#include "golden_reader.hpp"

using namespace ebit;
using golden::check;
using golden::row;

namespace {

constexpr double relative = 1e-6;
// The rounding of a mass near one that is missing nothing.
constexpr double rounding = 1e-11;
// Published values are held to what their cyclic transforms let back in of the missing mass (up to 5.4e-5 in the
// tutorial's mean of 3072.41 attempts, whose missing mass is 0.6 %).
constexpr double published = 1e-4;

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

std::vector<std::string_view> parts(std::string_view text, char separator) {
  std::vector<std::string_view> out;
  for (;;) {
    const std::size_t at = text.find(separator);
    out.push_back(trimmed(text.substr(0, at)));
    if (at == std::string_view::npos) return out;
    text.remove_prefix(at + 1);
  }
}

/// None, or a whole number of attempts.
std::optional<std::uint64_t> read_cutoff(const row& at, std::string_view text) {
  if (text == "None") return std::nullopt;
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || !(value >= 0) || value != std::floor(value))
    FAIL(at.where() << ": column cutoff: neither None nor a whole number: '" << std::string{text} << "'");
  if (value > 1e15) return std::nullopt;
  return static_cast<std::uint64_t>(value);
}

std::vector<analyze::nesting_level> read_levels(const row& at) {
  std::vector<analyze::nesting_level> levels;
  for (const std::string_view kind : parts(at.text("protocol"), '-')) {
    if (kind != "0" && kind != "1")
      FAIL(at.where() << ": column protocol: levels are 0 or 1: '" << at.text("protocol") << "'");
    levels.push_back({kind == "0" ? analyze::joining::swap : analyze::joining::distil, std::nullopt});
  }
  std::string_view cutoffs = trimmed(at.text("cutoff"));
  if (cutoffs.empty() || cutoffs.front() != '[') {
    for (auto& level : levels) level.cutoff = read_cutoff(at, cutoffs);
    return levels;
  }
  if (cutoffs.back() != ']') FAIL(at.where() << ": column cutoff: no ] at the end");
  cutoffs = cutoffs.substr(1, cutoffs.size() - 2);
  const std::vector<std::string_view> each = parts(cutoffs, ';');
  if (each.size() != levels.size())
    FAIL(at.where() << ": column cutoff: " << each.size() << " values for " << levels.size() << " levels");
  for (std::size_t i = 0; i < levels.size(); ++i) levels[i].cutoff = read_cutoff(at, each[i]);
  return levels;
}

/// What is represented one attempt less far.
analyze::werner_delivery without_last(const analyze::werner_delivery& pair) {
  std::vector<double> values = pair.time().values(), weighted = pair.weighted();
  values.pop_back();
  weighted.pop_back();
  return {analyze::distribution::from_values(std::move(values)), std::move(weighted)};
}

/// As `check`, for columns that may say nan: not given.
void check_given(const row& at, std::string_view column, double computed, double tolerance, double absolute = 0) {
  if (!std::isnan(at[column])) check(at, column, computed, absolute, tolerance);
}

}  // namespace

TEST_CASE("golden: nested_werner.csv", "[golden]") {
  // "Up to N_trunc" may count the attempt N_trunc itself or not: the missing mass tells, and all rows must agree.
  std::optional<bool> counts_last;
  golden::for_each_row("nested_werner.csv", [&](const row& at) {
    const double swap_success = at["p_swap"];  // need not be given if nothing is swapped
    const bool swaps = at.text("protocol").find('0') != std::string::npos;
    const analyze::nested_protocol protocol{.link_success = at["p_gen"],
                                            .swap_success = !swaps && std::isnan(swap_success) ? 1 : swap_success,
                                            .link_werner = at["w0"],
                                            .coherence = at["t_coh"],
                                            .levels = read_levels(at)};
    const auto truncation = static_cast<std::size_t>(at.integer("N_trunc"));
    const auto with = analyze::delivery_of(protocol, truncation);
    if (!with) FAIL(at.where() << ": " << with.error().message());
    const analyze::werner_delivery without = without_last(*with);
    const double missing = at["missing_mass"], beyond = with->time().missing(), from = without.time().missing();
    if (from - beyond > 10 * (rounding + relative * from)) {
      const bool here = std::abs(missing - beyond) < std::abs(missing - from);
      if (counts_last && *counts_last != here)
        FAIL_CHECK(at.where() << ": counts the last attempt unlike rows before");
      counts_last = here;
    }
    const analyze::werner_delivery& out = counts_last.value_or(false) ? *with : without;
    check_given(at, "missing_mass", out.time().missing(), relative, rounding);
    check_given(at, "E_T", out.mean_attempts(), relative);
    check_given(at, "F_mean", out.mean_fidelity(), relative);
    check_given(at, "key_rate", out.key_rate(), relative);
    const double restarted = out.restarted_mean(static_cast<double>(truncation));
    check_given(at, "E_T_pubconv", restarted, relative);
    check_given(at, "key_rate_pubconv_nat", out.key_rate_in_nats(restarted), relative);
    check_given(at, "pub_T", restarted, published);
    check_given(at, "pub_F", out.mean_fidelity(), published);
    check_given(at, "pub_key_rate", out.key_rate_in_nats(restarted), published);
  });
}
