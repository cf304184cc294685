// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "data_centre/queues.hpp"
#include "data_centre/service.hpp"

/// What kept the data centre from giving more.
namespace centre {

struct limit {
  std::array<double, lacks> waiting{};  ///< requests that waited for each, on average over time
  std::string verdict;

  [[nodiscard]] double all() const {
    double sum = 0;
    for (const double w : waiting) sum += w;
    return sum;
  }
};

/// The endpoint whose ports are used most, and how much.
[[nodiscard]] inline std::pair<ebit::orchestrate::element_id, double> busiest_endpoint(const scene& s,
                                                                                       const outcome& out) {
  std::pair<ebit::orchestrate::element_id, double> most{s.layout.endpoints().front(), 0};
  for (const auto e : s.layout.endpoints())
    if (const double used = out.use.ports_of(e) / s.layout.at(e).ports; used > most.second) most = {e, used};
  return most;
}

/// How much of the time all ports of endpoints were lent, on average.
[[nodiscard]] inline double ports_in_use(const scene& s, const outcome& out) {
  double used = 0, all = 0;
  for (const auto e : s.layout.endpoints()) {
    used += out.use.ports_of(e);
    all += s.layout.at(e).ports;
  }
  return used / all;
}

[[nodiscard]] inline limit limit_of(const scene& s, const outcome& out, const service_figures& f,
                                    const analyser_line& line) {
  limit found;
  for (const sample& each : out.use.all())
    for (std::size_t i = 0; i < lacks; ++i) found.waiting[i] += each.waiting[i];
  for (double& w : found.waiting) w /= static_cast<double>(std::max<std::size_t>(1, out.use.all().size()));

  const double all = found.all();
  const auto worst =
      static_cast<std::size_t>(std::max_element(found.waiting.begin(), found.waiting.end()) - found.waiting.begin());
  // Where all analysers are lent all the time, ports are lacking for as long as these hold them up.
  const bool is_held_up =
      static_cast<lack>(worst) == lack::port && line.busy > 0.95 && ports_in_use(s, out) < 0.95;
  const double making = f.making.mean(), set_up = f.set_up.mean(), whole = f.waiting.mean() + set_up + making;
  const auto refused_for = [&f](ebit::refusal why) { return f.refused[static_cast<std::size_t>(why)]; };
  const std::size_t apart = refused_for(ebit::refusal::unreachable), joined = f.decided() - apart;
  const double served =
      joined == 0 ? 0 : static_cast<double>(f.count(standing::served)) / static_cast<double>(joined);
  const char* const next_line = "\n           ";
  if (f.decided() == 0) {
    found.verdict = "the run was too short: no request came to an end";
  } else if (refused_for(ebit::refusal::fidelity) * 2 > f.decided()) {
    found.verdict = "fidelity: light paths do not give what is asked for, so most requests are refused";
  } else if (apart * 2 > f.decided()) {
    found.verdict = "the fabric: no light path joins most of the pairs that ask";
  } else if (served > 0.99 && f.making.count() == 0) {
    found.verdict = "demand: all was in stock before it was asked for";
  } else if (served > 0.99 && f.waiting.mean() < 0.25 * whole) {
    found.verdict = "demand: nearly all was served at once; a request spends " + percent(making / whole) +
                    " of its time on attempts" + next_line + "and " + percent(set_up / whole) +
                    " on setting the light path up";
  } else if (all > 0) {
    const std::string share = percent(found.waiting[worst] / all);
    if (is_held_up)
      found.verdict = "analysers: they were lent " + percent(line.busy) + " of the time;" + next_line + share +
                      " of those that waited lacked a port, which others held for want of more of them";
    else
      found.verdict =
          std::string{name_of(static_cast<lack>(worst))} + ": " + share + " of those that waited lacked that";
    if (static_cast<lack>(worst) == lack::port && !is_held_up) {
      const auto most = busiest_endpoint(s, out);
      found.verdict += std::string{";"} + next_line + "the busiest endpoint (" + s.layout.at(most.first).label +
                       ") was lent " + percent(most.second) + " of the time";
    }
    if (static_cast<lack>(worst) == lack::analyser)
      found.verdict += "; analysers were lent " + percent(line.busy) + " of the time";
    if (const std::size_t late = refused_for(ebit::refusal::too_slow); late * 2 > f.decided())
      found.verdict +=
          std::string{next_line} + "most requests are refused since those that wait would make them late";
    if (whole > 0)
      found.verdict += std::string{next_line} + "a request served spent " + percent(f.waiting.mean() / whole) +
                       " of its time waiting, " + percent(making / whole) + " making pairs";
  } else {
    found.verdict = "deadlines: requests that the forecast says would be late are refused";
  }
  return found;
}

}  // namespace centre
