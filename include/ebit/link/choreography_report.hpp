// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdio>
#include <string>
#include <string_view>

#include <ebit/link/choreography.hpp>
#include <ebit/link/synchronisation.hpp>
#include <ebit/link/timing_budget.hpp>

namespace ebit::link {

namespace detail {

/// Seconds in the unit that suits them, three digits: "12.5 ps".
[[nodiscard]] inline std::string time_text(double seconds) {
  struct unit {
    double size;
    const char* name;
  };
  const double magnitude = seconds < 0 ? -seconds : seconds;
  unit best{1e-15, "fs"};
  for (const unit u : {unit{1e-12, "ps"}, unit{1e-9, "ns"}, unit{1e-6, "us"}, unit{1e-3, "ms"}, unit{1, "s"}})
    if (magnitude >= u.size * 0.9995) best = u;
  char text[40];
  std::snprintf(text, sizeof text, "%.3g %s", seconds / best.size, best.name);
  return seconds == 0 ? "0 s" : text;
}

[[nodiscard]] inline std::string visibility_text(double v) {
  char text[40];
  std::snprintf(text, sizeof text, v < 1e-3 ? "%.1e" : v > 0.99 ? "%.5f" : "%.4f", v);
  return text;
}

[[nodiscard]] inline std::string padded(std::string text, std::size_t to) {
  if (text.size() < to) text.append(to - text.size(), ' ');
  return text;
}

[[nodiscard]] inline std::string error_text(const timing_error& e) {
  std::string text;
  const auto add = [&text](const char* what, double value, const char* unit) {
    if (value == 0) return;
    text.append(text.empty() ? "" : ", ").append(what).append(time_text(value)).append(unit);
  };
  add("", e.offset, "");
  add("0 to ", e.swing, "");
  add("", e.jitter, " rms");
  return text.empty() ? "0 s" : text;
}

}  // namespace detail

/// The timing budget line by line, its sums, and what they leave. Lines that are zero are left out.
[[nodiscard]] inline std::string describe(const timing_budget& budget) {
  using detail::padded, detail::time_text, detail::error_text, detail::visibility_text;
  std::string text;
  for (const timing_line& l : budget.lines) {
    const bool waits = l.place == timing_place::fabric;
    if (l.error == timing_error{} && !waits) continue;
    text += padded(std::string{name_of(l.place)}, 9) + padded(std::string{name_of(l.source)}, 19) +
            (waits ? time_text(l.guard.seconds()) + " waited" : error_text(l.error)) + '\n';
  }
  text += padded("sum", 9) + padded("a against b", 19) + error_text(budget.apart) + '\n';
  text += padded("sum", 9) + padded("a in its window", 19) + error_text(budget.late_a) + '\n';
  text += padded("sum", 9) + padded("b in its window", 19) + error_text(budget.late_b) + '\n';
  text += "visibility " + visibility_text(budget.visibility) + ", clicks within the window " +
          visibility_text(budget.acceptance_a) + " and " + visibility_text(budget.acceptance_b) +
          ", in a neighbour's " + visibility_text(budget.spill) + '\n';
  text += "modes need " + time_text(budget.separation_needed.seconds()) + ", have " +
          time_text(budget.separation.seconds()) + (budget.separated() ? "\n" : ": too close\n");
  return text;
}

/// What synchronisation a choreography needs for that visibility, in words: whether what it has is enough, how good
/// clocks have to be, what limits it, and what constant mismatches would cost these photons.
[[nodiscard]] inline std::string describe_synchronisation(const choreography& plan, double wanted) {
  using detail::time_text, detail::visibility_text;
  const synchronisation_need need = synchronisation_for(plan, wanted);
  char text[160];
  std::snprintf(text, sizeof text, "photons of %.4g MHz (%s of %s): ", plan.photon.bandwidth().base() / 1e6,
                plan.photon.form == wave_form::pulse ? "pulses" : "decays", time_text(plan.photon.width).c_str());
  std::string out = text;
  const char* comma = "";
  for (const double late : {1e-9, 1e-10, 1e-11}) {
    out.append(comma) += time_text(late) + " apart leaves a visibility of " +
                         visibility_text(plan.photon.visibility({.offset = late}));
    comma = ", ";
  }
  const bool sub_nanosecond = plan.photon.visibility({.offset = 1e-9}) >= wanted;
  out += "\nwanted " + visibility_text(wanted) + ": " + (sub_nanosecond ? "1 ns is enough" : "1 ns is not enough") +
         ", at most " + time_text(need.mismatch_allowed) + " apart";
  out += "\nnow " + visibility_text(need.visibility) + (need.met() ? ": enough" : ": not enough");
  if (need.limiting)
    out += ", limited by " + std::string{name_of(need.limiting->source)} + " of " +
           std::string{name_of(need.limiting->place)} + " (" + detail::error_text(need.limiting->error) +
           "; without it " + visibility_text(need.without_it) + ")";
  out += "\nclocks: " + time_text(need.clocks_now) + " rms now, ";
  if (need.clocks_allowed == 0)
    out += "and perfect ones would not be enough";
  else
    out += time_text(need.clocks_allowed) + " rms of one against the other allowed";
  if (need.synchronised_every == duration::zero())
    out += "; no more frequent synchronisation helps";
  else if (!need.synchronised_every.is_never())
    out += "; synchronised every " + time_text(need.synchronised_every.seconds()) + " or more often";
  out += need.enough.empty() ? "; none of the known profiles does" : "; enough: " + std::string{need.enough};
  return out + '\n';
}

}  // namespace ebit::link
