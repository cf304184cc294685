// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include <ebit/orchestrate/fabric.hpp>
#include <ebit/orchestrate/light_path.hpp>

/// Enumerations of everything light can do in a small fabric: what searches and proofs are measured by.
namespace ebit::orchestrate {

/// All arms from an endpoint that pass no switch twice and have at most so many fibres, in the order of their fibres'
/// numbers.
[[nodiscard]] inline std::vector<arm> all_arms(const fabric& in, element_id endpoint, std::size_t most = 1U << 20U) {
  std::vector<arm> all;
  struct visit {
    element_id at;
    std::uint16_t entered;
    std::size_t next;  // of the fibres that end at `at`
  };
  std::vector<visit> stack{{endpoint, 0, 0}};
  std::vector<span_id> way;
  std::vector<bool> is_passed(in.elements().size());
  while (!stack.empty()) {
    visit& here = stack.back();
    const std::span<const span_id> fibres = in.incident(here.at);
    if (here.next == fibres.size()) {
      is_passed[here.at.value()] = false;
      stack.pop_back();
      if (!way.empty()) way.pop_back();
      continue;
    }
    const span_id s = fibres[here.next++];
    const span& fibre = in.along(s);
    const element_id there = fibre.other(here.at);
    if (in.at(there).kind == element_kind::endpoint || is_passed[there.value()] || way.size() >= most) continue;
    if (!way.empty() && !in.joins(here.at, here.entered, fibre.port_at(here.at))) continue;
    way.push_back(s);
    if (in.at(there).kind == element_kind::analyser) {
      all.push_back(*lay_arm(in, endpoint, way));
      way.pop_back();
      continue;
    }
    is_passed[there.value()] = true;
    stack.push_back({there, fibre.port_at(there), 0});
  }
  return all;
}

/// All light paths of one of these arms and one of those.
[[nodiscard]] inline std::vector<light_path> all_light_paths(const fabric& in, const std::vector<arm>& of_a,
                                                             const std::vector<arm>& of_b) {
  std::vector<light_path> all;
  const auto is_in = [](const arm& x, span_id s) {
    return std::find(x.spans.begin(), x.spans.end(), s) != x.spans.end();
  };
  for (const arm& a : of_a) {
    const element_id analyser = in.analyser_at(a.spans.back());
    for (const arm& b : of_b) {
      if (b.input == a.input || in.analyser_at(b.spans.back()) != analyser) continue;
      if (std::none_of(b.spans.begin(), b.spans.end(), [&](span_id s) { return is_in(a, s); }))
        all.push_back({a, b, analyser});
    }
  }
  return all;
}

}  // namespace ebit::orchestrate
