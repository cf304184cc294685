// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <string>
#include <vector>

#include <ebit/core/time.hpp>
#include <ebit/testing/conformance_rules.hpp>

namespace ebit::testing {

/// What the suite found out. A rule is violated if it was broken at least once, kept if it was looked at and never
/// broken, and skipped if nothing happened that it speaks of: a skipped rule has not been checked.
class conformance_report {
 public:
  struct violation {
    conformance_rule rule = conformance_rule::limits_valid;
    char end = 'a';           ///< at which of the two devices first
    local_time when;          ///< on the clock of that device
    std::string seen;         ///< what happened the first time
    std::uint64_t times = 1;  ///< how often
  };
  struct skip {
    conformance_rule rule = conformance_rule::limits_valid;
    std::string why;
  };

  std::vector<violation> violations;
  std::vector<skip> skipped;
  std::vector<conformance_rule> kept;

  [[nodiscard]] bool passed() const { return violations.empty(); }
  [[nodiscard]] const violation* find(conformance_rule rule) const {
    for (const violation& v : violations)
      if (v.rule == rule) return &v;
    return nullptr;
  }
  [[nodiscard]] bool violates(conformance_rule rule) const { return find(rule) != nullptr; }
  [[nodiscard]] bool skips(conformance_rule rule) const {
    for (const skip& s : skipped)
      if (s.rule == rule) return true;
    return false;
  }
  /// One line per rule, the broken ones first.
  [[nodiscard]] std::string text() const {
    std::string out;
    for (const violation& v : violations) {
      char where[64];
      std::snprintf(where, sizeof where, " at %c, %.12f s", v.end, v.when.since_epoch().seconds());
      out.append("VIOLATED ").append(id_of(v.rule)).append(": ").append(text_of(v.rule)).append("\n         seen: ");
      out.append(v.seen).append(where);
      if (v.times > 1) out.append(", and ").append(std::to_string(v.times - 1)).append(" times more");
      out += "\n";
    }
    for (const skip& s : skipped)
      out.append("skipped  ").append(id_of(s.rule)).append(": ").append(s.why).append("\n");
    for (const conformance_rule rule : kept)
      out.append("kept     ").append(id_of(rule)).append(": ").append(text_of(rule)).append("\n");
    return out;
  }

  // What fills a report.

  /// `rule` was looked at and holds, or does not, and then `seen()` says what happened.
  template <class Seen>
  void check(conformance_rule rule, bool holds, char end, local_time when, const Seen& seen) {
    ++looked_[static_cast<std::size_t>(rule)];
    if (holds) return;
    for (violation& v : violations)
      if (v.rule == rule) return static_cast<void>(++v.times);
    violations.push_back({rule, end, when, std::string{seen()}, 1});
  }
  /// Why `rule` may not be looked at; does not matter if it was in the end.
  /// The first reason given counts.
  void skip_because(conformance_rule rule, const char* why) {
    const char*& reason = why_[static_cast<std::size_t>(rule)];
    if (reason == nullptr) reason = why;
  }
  /// Sorts all rules into kept, violated and skipped.
  void conclude() {
    skipped.clear();
    kept.clear();
    for (std::size_t i = 0; i < detail::conformance_rule_count; ++i) {
      const auto rule = static_cast<conformance_rule>(i);
      if (looked_[i] == 0)
        skipped.push_back({rule, why_[i] != nullptr ? why_[i] : "nothing happened that it speaks of"});
      else if (!violates(rule))
        kept.push_back(rule);
    }
  }

 private:
  std::array<std::uint64_t, detail::conformance_rule_count> looked_{};
  std::array<const char*, detail::conformance_rule_count> why_{};
};

}  // namespace ebit::testing
