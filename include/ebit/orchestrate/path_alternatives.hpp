// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include <ebit/orchestrate/path_finder.hpp>

namespace ebit::orchestrate {

/// A light path and what it costs.
struct priced_path {
  light_path path;
  double cost = 0;
};

/// Finds the k cheapest light paths between two endpoints (Lawler, Manag. Sci. 18, 401, 1972, after Yen): the others
/// fall into classes by where they first differ from the cheapest, and the cheapest of each class is a search. Two
/// that differ in nothing but which analyser of a pool they use count as one. Ways that come to a switch again to end
/// there are not looked for, nor those that no search for the cheapest ways of both arms finds (`path_finder`). Keeps
/// its memory from call to call, nothing else.
class path_alternatives {
 public:
  /// Up to `k`, the cheapest first, none above `most`.
  template <light_path_cost Cost>
  [[nodiscard]] std::vector<priced_path> find(const fabric& in, const fabric_state& state, terminal from, terminal to,
                                              std::size_t k, const Cost& cost, double most = detail::unreachable);

 private:
  /// All light paths that begin in this way and then do not go on in some others; and the cheapest of them.
  struct family {
    std::array<std::vector<span_id>, 2> given{};  ///< of either arm; without the fibre to an analyser of a pool
    bool a_is_complete = false;                   ///< arm a ends there
    std::vector<span_id> not_next{};              ///< of arm a, or, if it is complete, of arm b
    bool not_here = false;                        ///< arm a does not end there
    std::array<std::vector<span_id>, 2> way{};    ///< of the cheapest, likewise
    priced_path cheapest{};
  };

  template <class Cost>
  [[nodiscard]] bool solve(family& f, const fabric& in, const fabric_state& state,
                           const std::array<terminal, 2>& ends, const Cost& cost, double most);
  /// What follows of the given arms when the cheapest of a family is taken out.
  [[nodiscard]] static std::vector<family> others(const family& f, bool is_pooled);

  detail::path_search search_;
  detail::span_marks banned_;
};

template <class Cost>
bool path_alternatives::solve(family& f, const fabric& in, const fabric_state& state,
                              const std::array<terminal, 2>& ends, const Cost& cost, double most) {
  detail::search_limits limits{.most = most};
  limits.expands[0] = !f.a_is_complete;
  limits.not_next[f.a_is_complete ? 1 : 0] = f.not_next;
  limits.not_here[0] = f.not_here;
  banned_.clear(in.spans().size());
  for (const auto& way : f.given)
    for (const span_id s : way) banned_.add(s);
  const detail::search_view<Cost> v{in, state, cost, limits, banned_};
  search_.begin(in);
  for (const std::size_t side : {0U, 1U}) {
    const terminal& end = ends[side];
    element_id at = end.endpoint;
    const double spent = detail::cost_of_way(in, at, f.given[side], cost);
    if (f.given[side].empty())
      search_.begin_at(v, side, at, end.port, end.port == terminal::any_port);
    else
      search_.begin_with(v, side, spent, f.given[side].back(), at);
  }
  const detail::light_meeting best = search_.run(v);
  if (!(best.cost < detail::unreachable)) return false;
  std::array<std::vector<span_id>, 2> whole = f.given;
  for (const std::size_t side : {0U, 1U}) search_.append_arm(best, side, in, whole[side]);
  std::optional<light_path> path = lay(in, ends[0].endpoint, whole[0], ends[1].endpoint, whole[1]);
  if (!path) return false;
  const bool is_pooled = in.pool_of(path->analyser).valid();
  for (auto& way : whole)
    if (is_pooled) way.pop_back();
  f.way = std::move(whole);
  f.cheapest = {std::move(*path), best.cost};
  return true;
}

inline std::vector<path_alternatives::family> path_alternatives::others(const family& f, bool is_pooled) {
  std::vector<family> all;
  const auto begins = [](const std::vector<span_id>& way, std::size_t count) {
    return std::vector<span_id>(way.begin(), way.begin() + static_cast<std::ptrdiff_t>(count));
  };
  const auto branch_off = [&](std::size_t side, std::size_t first) {
    for (std::size_t i = first; i < f.way[side].size(); ++i) {
      family next;
      next.a_is_complete = side == 1;
      if (side == 1) next.given[0] = f.way[0];
      next.given[side] = begins(f.way[side], i);
      if (i == f.given[side].size() && next.a_is_complete == f.a_is_complete) {
        next.not_next = f.not_next;
        next.not_here = f.not_here;
      }
      next.not_next.push_back(f.way[side][i]);
      all.push_back(std::move(next));
    }
  };
  if (f.a_is_complete) {
    branch_off(1, f.given[1].size());
    return all;
  }
  branch_off(0, f.given[0].size());
  if (is_pooled) {
    family onward;
    onward.given[0] = f.way[0];
    if (f.way[0].size() == f.given[0].size()) onward.not_next = f.not_next;
    onward.not_here = true;
    all.push_back(std::move(onward));
  }
  branch_off(1, 0);
  return all;
}

template <light_path_cost Cost>
std::vector<priced_path> path_alternatives::find(const fabric& in, const fabric_state& state, terminal from,
                                                 terminal to, std::size_t k, const Cost& cost, double most) {
  EBIT_ASSERT(in.knows(from.endpoint) && in.knows(to.endpoint), "path_alternatives: no such endpoint");
  std::vector<priced_path> found;
  if (from.endpoint == to.endpoint || k == 0) return found;
  const std::array<terminal, 2> ends{from, to};
  std::vector<family> open;
  if (family whole; solve(whole, in, state, ends, cost, most)) open.push_back(std::move(whole));
  while (!open.empty()) {
    std::size_t next = 0;  // of equal costs the one that was found first
    for (std::size_t i = 1; i < open.size(); ++i)
      if (open[i].cheapest.cost < open[next].cheapest.cost) next = i;
    family taken = std::move(open[next]);
    open.erase(open.begin() + static_cast<std::ptrdiff_t>(next));
    found.push_back(taken.cheapest);
    if (found.size() == k) break;
    for (family& other : others(taken, in.pool_of(taken.cheapest.path.analyser).valid()))
      if (solve(other, in, state, ends, cost, most)) open.push_back(std::move(other));
  }
  return found;
}

}  // namespace ebit::orchestrate
