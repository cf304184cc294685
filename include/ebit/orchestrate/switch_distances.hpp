// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <utility>
#include <vector>

#include <ebit/orchestrate/fabric.hpp>

namespace ebit::orchestrate {

/// What light that has come to one switch costs at least until it has come to another, on an idle and sound fabric: a
/// table of four bytes for each switch and each switch that searches lead to. These are the switches that endpoints
/// are at, where each of those has analysers, else all with analysers: of n endpoints the table takes of the order of
/// n (Clos), n^1.33 (fat tree) or n^1.5 (Q-Fly) entries, at 1,024 a tenth of what routing keeps. A fabric for which it
/// would take more than 16 MiB has none.
class switch_distances {
 public:
  static constexpr std::size_t most_entries = std::size_t{1} << 22U;

  switch_distances() = default;
  /// `span_cost`: of each fibre, above 0; `crossing_cost`: of each element, the least of crossing it, 0 or more.
  switch_distances(const fabric& of, const std::vector<double>& span_cost, const std::vector<double>& crossing_cost);

  [[nodiscard]] bool is_there() const { return !targets_.empty(); }
  /// The switches that it knows the distances to, ascending.
  [[nodiscard]] std::span<const element_id> targets() const { return targets_; }
  /// The distances to a target, from each switch at its `column`.
  [[nodiscard]] std::span<const float> to(element_id target) const {
    return std::span<const float>{entries_}.subspan(std::size_t{row_[target.value()]} * columns_, columns_);
  }
  [[nodiscard]] std::uint32_t column(element_id at_switch) const { return column_[at_switch.value()]; }

 private:
  static constexpr std::uint32_t none = ~std::uint32_t{0};

  std::vector<element_id> targets_;
  std::vector<std::uint32_t> row_, column_;  // per element
  std::vector<float> entries_;
  std::size_t columns_ = 0;
};

/// Dijkstra's algorithm from each target.
inline switch_distances::switch_distances(const fabric& of, const std::vector<double>& span_cost,
                                          const std::vector<double>& crossing_cost) {
  row_.assign(of.elements().size(), none);
  column_.assign(of.elements().size(), none);
  for (const element_id e : of.switches()) column_[e.value()] = static_cast<std::uint32_t>(columns_++);
  for (const element_id e : of.switches()) {
    const bool is_first = std::any_of(of.sockets(e).begin(), of.sockets(e).end(),
                                      [&](const socket& s) { return of.at(s.peer).kind == element_kind::endpoint; });
    if (of.has_analysers_at_first() ? !is_first : of.to_analysers(e).empty()) continue;
    row_[e.value()] = static_cast<std::uint32_t>(targets_.size());
    targets_.push_back(e);
  }
  if (targets_.size() * columns_ > most_entries) targets_.clear();
  entries_.reserve(targets_.size() * columns_);
  using entry = std::pair<double, element_id>;
  const auto is_later = [](const entry& x, const entry& y) { return x > y; };
  std::vector<entry> heap;
  std::vector<double> far(columns_);
  for (const element_id target : targets_) {
    std::fill(far.begin(), far.end(), std::numeric_limits<double>::infinity());
    far[column(target)] = 0;
    heap.push_back({0, target});
    while (!heap.empty()) {
      std::pop_heap(heap.begin(), heap.end(), is_later);
      const auto [here, e] = heap.back();
      heap.pop_back();
      if (here > far[column(e)]) continue;
      for (const socket& s : of.onward(e)) {
        const double there = here + span_cost[s.along.value()] + crossing_cost[s.peer.value()];
        double& known = far[column(s.peer)];
        if (!(there < known)) continue;
        known = there;
        heap.push_back({there, s.peer});
        std::push_heap(heap.begin(), heap.end(), is_later);
      }
    }
    for (const double d : far) entries_.push_back(static_cast<float>(d));
  }
}

}  // namespace ebit::orchestrate
