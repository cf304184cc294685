// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <string>
#include <utility>
#include <vector>

#include <ebit/core/time.hpp>
#include <ebit/testing/conformance_rules.hpp>

namespace ebit::testing {

/// Why a rule was not looked at.
enum class conformance_skip : std::uint8_t {
  not_claimed,  ///< it is about something that the backend does not claim to offer
  not_asked,    ///< the plan, or the number of devices it was given, leaves it out
  unseen        ///< it should have been looked at, and nothing happened that it speaks of
};

/// What the suite found out. A rule is violated if it was broken at least once, kept if it was looked at and never
/// broken, and else skipped: it has not been checked.
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
    conformance_skip kind = conformance_skip::unseen;
    std::string why;
  };

  std::vector<violation> violations;
  std::vector<skip> skipped;
  std::vector<conformance_rule> kept;

  /// Whether all that the backend claims and the plan asks for was looked at, and no rule was broken: a rule that is
  /// `unseen` counts like a broken one. It says nothing of what is `not_claimed` or `not_asked`, such as how fast
  /// operations are on a device with a clock of its own, if the plan gives no `promptness`, or all that needs a
  /// partner, if there was none; `summary()` counts these.
  [[nodiscard]] bool passed() const { return violations.empty() && skips(conformance_skip::unseen) == 0; }
  [[nodiscard]] const violation* find(conformance_rule rule) const {
    for (const violation& v : violations)
      if (v.rule == rule) return &v;
    return nullptr;
  }
  [[nodiscard]] bool violates(conformance_rule rule) const { return find(rule) != nullptr; }
  [[nodiscard]] const skip* find_skip(conformance_rule rule) const {
    for (const skip& s : skipped)
      if (s.rule == rule) return &s;
    return nullptr;
  }
  [[nodiscard]] bool skips(conformance_rule rule) const { return find_skip(rule) != nullptr; }
  [[nodiscard]] std::size_t skips(conformance_skip kind) const {
    std::size_t n = 0;
    for (const skip& s : skipped) n += s.kind == kind ? 1U : 0U;
    return n;
  }
  /// One line: the verdict and how many rules there are of each kind.
  [[nodiscard]] std::string summary() const {
    const auto number = [](std::size_t n) { return std::to_string(n); };
    std::string out = passed() ? "passed: " : "NOT PASSED: ";
    out.append(number(violations.size())).append(" violated, ").append(number(kept.size())).append(" kept, ");
    out.append(number(skipped.size())).append(" skipped (");
    out.append(number(skips(conformance_skip::unseen))).append(" never came up, ");
    out.append(number(skips(conformance_skip::not_asked))).append(" not asked for by the plan, ");
    return out.append(number(skips(conformance_skip::not_claimed))).append(" not claimed)");
  }
  /// One line per rule, those that do not pass first, and the summary last.
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
    for (const auto& [kind, label] :
         {std::pair{conformance_skip::unseen, "UNSEEN   "}, std::pair{conformance_skip::not_asked, "skipped  "},
          std::pair{conformance_skip::not_claimed, "skipped  "}})
      for (const skip& s : skipped)
        if (s.kind == kind)
          out.append(label).append(id_of(s.rule)).append(": ").append(name_of(kind)).append(s.why).append("\n");
    for (const conformance_rule rule : kept)
      out.append("kept     ").append(id_of(rule)).append(": ").append(text_of(rule)).append("\n");
    return out.append(summary()).append("\n");
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
  /// Why `rule` may not be looked at; does not matter if it was in the end. The first reason given counts.
  void skip_because(conformance_rule rule, conformance_skip kind, const std::string& why) {
    skip& reason = why_[static_cast<std::size_t>(rule)];
    if (reason.why.empty()) reason = {rule, kind, why};
  }
  /// The rules that the plan excuses need not be looked at.
  void excuse(const conformance_rule_set& rules) { excused_ = rules; }
  /// Sorts all rules into kept, violated and skipped.
  void conclude() {
    skipped.clear();
    kept.clear();
    for (std::size_t i = 0; i < detail::conformance_rule_count; ++i) {
      const auto rule = static_cast<conformance_rule>(i);
      if (looked_[i] == 0) {
        skip s{rule, why_[i].kind, why_[i].why.empty() ? "nothing happened that it speaks of" : why_[i].why};
        if (s.kind == conformance_skip::unseen && excused_.contains(rule)) {
          s.kind = conformance_skip::not_asked;
          s.why += ", and the plan excuses it";
        }
        skipped.push_back(s);
      } else if (!violates(rule)) {
        kept.push_back(rule);
      }
    }
  }

 private:
  [[nodiscard]] static const char* name_of(conformance_skip kind) {
    switch (kind) {
      case conformance_skip::not_claimed: return "not claimed: ";
      case conformance_skip::not_asked: return "not asked for: ";
      case conformance_skip::unseen: return "claimed, and never came up: ";
    }
    return "";
  }

  std::array<std::uint64_t, detail::conformance_rule_count> looked_{};
  std::array<skip, detail::conformance_rule_count> why_{};
  conformance_rule_set excused_{};
};

}  // namespace ebit::testing
