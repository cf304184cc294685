// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include <ebit/route/link_model.hpp>

#include "network_service/run.hpp"

/// Why a request was refused, in words.
namespace service {

[[nodiscard]] constexpr const char* reason_text(ebit::refusal why) {
  switch (why) {
    case ebit::refusal::none: return "none";
    case ebit::refusal::same_node: return "same node";
    case ebit::refusal::unknown_node: return "unknown node";
    case ebit::refusal::unreachable: return "unreachable";
    case ebit::refusal::never_joins: return "swap policy never joins";
    case ebit::refusal::fidelity: return "fidelity";
    case ebit::refusal::waiting: return "waiting";
    case ebit::refusal::too_slow: return "too slow";
    case ebit::refusal::memory: return "memory";
    case ebit::refusal::invalid: return "invalid";
    default: return "other";
  }
}

/// One word for the table's last column in files: "delivered", or what was refused and at which hop.
[[nodiscard]] inline std::string status_text(const outcome& o) {
  const ebit::sim::request_record& r = o.record;
  if (!r.refused()) return r.finished && r.deliveries.size() >= r.asked.pairs ? "delivered" : "unfinished";
  std::string text = std::string{"refused: "} + reason_text(r.why);
  if (o.planned.path.hops() > 0)
    text += " at hop " + std::to_string(r.hop + 1) + " of " + std::to_string(o.planned.path.hops());
  return text;
}

/// A time in the unit in which it reads best.
[[nodiscard]] inline std::string time_text(double seconds) {
  char text[40];
  const auto with = [&](double value, const char* unit) {
    std::snprintf(text, sizeof text, "%.3g %s", value, unit);
    return std::string{text};
  };
  if (!(seconds < 1e12)) return "for ever";
  if (seconds >= 86400) return with(seconds / 86400, "days");
  if (seconds >= 7200) return with(seconds / 3600, "h");
  if (seconds >= 1 || seconds <= 0) return with(seconds, "s");
  if (seconds >= 1e-3) return with(seconds * 1e3, "ms");
  return seconds >= 1e-6 ? with(seconds * 1e6, "us") : with(seconds * 1e9, "ns");
}

[[nodiscard]] inline std::string rounded(double value, int digits = 4) {
  char text[40];
  std::snprintf(text, sizeof text, "%.*g", digits, value);
  return text;
}

/// "hop 3 of 7, Utrecht to Amersfoort, 22.4 km and 112 dB: alone at best fidelity 0.71, 0.0031 pairs/s there".
[[nodiscard]] inline std::string hop_text(const ebit::sim::topology& net, const outcomes& all,
                                          const fitting_click& herald, const outcome& o) {
  const ebit::route::walk& path = o.planned.path;
  const std::size_t hop = o.record.hop;
  if (hop >= path.hops()) return "";
  const ebit::sim::topology::edge& link = net.links()[path.links[hop].value()];
  const ebit::route::edge& known = all.map.along(path.links[hop]);
  std::string text = "hop " + std::to_string(hop + 1) + " of " + std::to_string(path.hops()) + ", " +
                     net.describe(path.nodes[hop]) + " to " + net.describe(path.nodes[hop + 1]) + ", " +
                     rounded(ebit::in_kilometres(link.line.length)) + " km and " +
                     rounded(link.line.total_loss().base(), 3) + " dB";
  const double best = ebit::route::best_fidelity(herald, known.budget);
  if (const auto drive = ebit::route::drive_for(herald, known.budget, best)) {
    const double p = ebit::route::model_of(herald, known.budget, *drive).success_probability;
    const double rate = p * known.slots / known.budget.period(known.slots).seconds();
    text += ": alone fidelity " + rounded(best, 3) + " at best, " + rounded(rate, 3) + " pairs/s then";
  }
  return text;
}

/// The whole explanation, without a full stop.
[[nodiscard]] inline std::string refusal_text(const ebit::sim::topology& net, const outcomes& all,
                                              const fitting_click& herald, const outcome& o) {
  const ebit::sim::request_record& r = o.record;
  const ebit::forecast& could = o.planned.circuit.expected;
  const std::string hop = hop_text(net, all, herald, o);
  const std::string fidelities = "at most " + rounded(could.fidelity(), 3) + " can be promised, " +
                                 rounded(r.asked.min_fidelity, 3) + " was asked";
  switch (r.why) {
    case ebit::refusal::fidelity: return "fidelity: " + fidelities + "; weakest is " + hop;
    case ebit::refusal::waiting:
      return "fidelity lost by waiting: " + fidelities + " (" + rounded(could.fidelity_upper(), 3) +
             " if nobody waited); slowest is " + hop;
    case ebit::refusal::too_slow:
      return "too slow: " + rounded(could.rate(), 3) + " pairs/s can be promised, so " +
             std::to_string(r.asked.pairs) + " pairs take " +
             time_text(could.rate() > 0 ? r.asked.pairs / could.rate() : 1e300) + "; slowest is " + hop;
    case ebit::refusal::memory: return "memory: the stack needs more memories per port than there are at " + hop;
    default: return reason_text(r.why);
  }
}

}  // namespace service
