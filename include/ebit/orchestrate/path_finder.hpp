// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include <ebit/orchestrate/direct_ways.hpp>
#include <ebit/orchestrate/fabric.hpp>
#include <ebit/orchestrate/fabric_state.hpp>
#include <ebit/orchestrate/light_path.hpp>
#include <ebit/orchestrate/light_path_cost.hpp>
#include <ebit/orchestrate/path_search.hpp>

namespace ebit::orchestrate {

/// Where a light path begins: an endpoint and one of its ports, or any that is free.
struct terminal {
  static constexpr std::uint16_t any_port = 0xFFFF;
  element_id endpoint;
  std::uint16_t port = any_port;

  friend constexpr bool operator==(terminal, terminal) = default;
};

/// The sockets of an endpoint by which an arm may leave it to a switch.
[[nodiscard]] inline std::span<const socket> sockets_of(const fabric& in, terminal t) {
  const std::span<const socket> all = in.onward(t.endpoint);
  if (t.port == terminal::any_port) return all;
  for (std::size_t i = 0; i < all.size(); ++i)
    if (all[i].port == t.port) return all.subspan(i, 1);
  return {};
}

/// Finds light paths through what is free and works. Between searches it keeps its memory, but nothing else: a search
/// allocates nothing but its result, and its result depends on its arguments alone.
///
/// A light path costs what the elements of its arms cost. The one that is found is the cheapest, but for rare cases in
/// which the cheapest ways of both photons want the same fibre wherever they could meet: then one of them goes round,
/// and to go round otherwise may have been cheaper. Of searches in random fabrics where any two ports of a switch can
/// be joined none of 10^4 missed the cheapest path; where they cannot, two in 10^3 did, and none missed every path.
class path_finder {
 public:
  /// The cheapest light path between two endpoints; none if there is none that costs at most `most`.
  template <light_path_cost Cost>
  [[nodiscard]] std::optional<light_path> find(const fabric& in, const fabric_state& state, terminal from,
                                               terminal to, const Cost& cost, double most = detail::unreachable) {
    taken_.clear();
    return search(in, state, from, to, cost, {.most = most});
  }
  /// The same if some draws find one of which it is known that none loses less by the data sheets (`direct_ways`);
  /// else none, though there may be one.
  template <light_path_cost Cost>
  [[nodiscard]] std::optional<light_path> find_direct(const fabric& in, const fabric_state& state, terminal from,
                                                      terminal to, const Cost& cost) {
    taken_.clear();
    ban_taken(in);
    const detail::search_limits none;
    if (!draw(detail::search_view<Cost>{in, state, cost, none, banned_}, {from, to})) return std::nullopt;
    return lay(in, from.endpoint, found_[0], to.endpoint, found_[1]);
  }
  /// The cheapest of no more than so many fibres.
  template <light_path_cost Cost>
  [[nodiscard]] std::optional<light_path> find_short(const fabric& in, const fabric_state& state, terminal from,
                                                     terminal to, const Cost& cost, std::size_t most_fibres) {
    taken_.clear();
    return search(in, state, from, to, cost, {.most_fibres = static_cast<std::uint32_t>(most_fibres)}, false);
  }

  /// Up to `k` light paths that can be lit at the same time: each the cheapest that shares no fibre and no analyser
  /// with those before it. Endpoints with one port have one such path.
  template <light_path_cost Cost>
  [[nodiscard]] std::vector<light_path> find_disjoint(const fabric& in, const fabric_state& state, terminal from,
                                                      terminal to, std::size_t k, const Cost& cost,
                                                      double most = detail::unreachable) {
    taken_.clear();
    std::vector<light_path> all;
    while (all.size() < k) {
      std::optional<light_path> next = search(in, state, from, to, cost, {.most = most});
      if (!next) break;
      for (const arm* each : {&next->a, &next->b})
        taken_.insert(taken_.end(), each->spans.begin(), each->spans.end());
      all.push_back(std::move(*next));
    }
    return all;
  }

  /// What the light path that was found last costs.
  [[nodiscard]] double last_cost() const { return last_cost_; }
  /// It is known that no light path between those ends would lose less by the data sheets, if all were free and sound.
  [[nodiscard]] bool last_is_direct() const { return last_is_direct_; }

 private:
  template <class Cost>
  [[nodiscard]] std::optional<light_path> search(const fabric& in, const fabric_state& state, terminal from,
                                                 terminal to, const Cost& cost, detail::search_limits limits,
                                                 bool draws = true);
  template <class Cost>
  void search_around(const fabric& in, const fabric_state& state, const std::array<terminal, 2>& ends,
                     const Cost& cost, const detail::search_limits& within);

  template <class Cost>
  [[nodiscard]] bool draw(const detail::search_view<Cost>& v, const std::array<terminal, 2>& ends);

  void ban_taken(const fabric& in) {
    banned_.clear(in.spans().size());
    for (const span_id s : taken_) banned_.add(s);
  }

  detail::path_search search_;
  detail::direct_ways direct_;
  std::vector<span_id> taken_;  // what the paths found before use
  detail::span_marks banned_;   // that, and a given arm
  std::array<std::vector<span_id>, 2> found_;
  double last_cost_ = 0;
  bool last_is_direct_ = false;
};

template <class Cost>
bool path_finder::draw(const detail::search_view<Cost>& v, const std::array<terminal, 2>& ends) {
  if constexpr (detail::sheet_cost<Cost>) {
    const std::uint64_t pair = mix(ends[0].endpoint.value(), ends[1].endpoint.value());
    if (!direct_.find(v, {sockets_of(v.in, ends[0]), sockets_of(v.in, ends[1])}, pair)) return false;
    last_cost_ = 0;
    double spent = static_cast<double>(v.cost.analyser(v.in, v.in.analyser_at(direct_.arm(0).back())));
    for (const std::size_t side : {0U, 1U}) {
      element_id at = ends[side].endpoint;
      spent += detail::cost_of_way(v.in, at, direct_.arm(side), v.cost);
    }
    if (spent > v.limits.most) return false;
    for (const std::size_t side : {0U, 1U}) found_[side] = direct_.arm(side);
    last_cost_ = spent;
    last_is_direct_ = direct_.is_least_of_all();
    return true;
  } else {
    return false;
  }
}

template <class Cost>
std::optional<light_path> path_finder::search(const fabric& in, const fabric_state& state, terminal from, terminal to,
                                              const Cost& cost, detail::search_limits limits, bool draws) {
  EBIT_ASSERT(in.knows(from.endpoint) && in.knows(to.endpoint), "path_finder: no such endpoint");
  if (from.endpoint == to.endpoint || state.analysers_in_use() == in.analysers().size()) return std::nullopt;
  const std::array<terminal, 2> ends{from, to};
  last_is_direct_ = false;
  ban_taken(in);
  const detail::search_view<Cost> v{in, state, cost, limits, banned_};
  if (draws && draw(v, ends)) return lay(in, from.endpoint, found_[0], to.endpoint, found_[1]);
  const auto run = [&] {
    search_.begin(in);
    search_.aim(v, {sockets_of(in, from), sockets_of(in, to)});
    for (const std::size_t side : {0U, 1U})
      search_.begin_at(v, side, ends[side].endpoint, ends[side].port, ends[side].port == terminal::any_port);
    return search_.run(v);
  };
  detail::light_meeting best = run();
  if (!(best.cost < detail::unreachable) && v.seeks_walks() && search_.may_meet_off_walks(v)) {
    limits.no_walks = true;
    best = run();
  }
  for (auto& spans : found_) spans.clear();
  last_cost_ = best.cost;
  if (best.cost < detail::unreachable)
    for (const std::size_t side : {0U, 1U}) search_.append_arm(best, side, in, found_[side]);
  search_around(in, state, ends, cost, limits);
  if (found_[0].empty()) return std::nullopt;
  return lay(in, from.endpoint, found_[0], to.endpoint, found_[1]);
}

/// Where cheaper arms than those found want the same fibre: one of them keeps its way, the other goes round.
template <class Cost>
void path_finder::search_around(const fabric& in, const fabric_state& state, const std::array<terminal, 2>& ends,
                                const Cost& cost, const detail::search_limits& within) {
  struct attempt {
    std::vector<span_id> way;
    double cost;
    element_id at;
    std::size_t side;
  };
  std::vector<attempt> attempts;
  const detail::search_limits none;
  const double tolerance = detail::search_view<Cost>{in, state, cost, none, banned_}.tolerance();
  for (const detail::light_meeting& m : search_.conflicts()) {
    if (m.cost * detail::rounding + tolerance >= last_cost_) continue;
    for (const std::size_t side : {0U, 1U}) {
      const bool is_at_meeting = m.at == detail::no_arrival || m.at == m.arrivals[m.side];
      if (!is_at_meeting && side != m.side) continue;
      const std::uint32_t index = is_at_meeting ? m.arrivals[side] : m.at;
      attempt a{{}, search_.arrival(index).cost, search_.arrival(index).at, side};
      search_.append_way(index, a.way);
      attempts.push_back(std::move(a));
    }
  }
  std::size_t tried = 0;
  for (const attempt& a : attempts) {
    if (!found_[0].empty() && ++tried > 4) break;  // more of them seldom find what is cheaper yet
    ban_taken(in);
    bool is_way = true;
    for (const span_id s : a.way) {
      is_way = is_way && !banned_.has(s);  // it does not take a fibre twice
      banned_.add(s);
    }
    if (!is_way) continue;
    detail::search_limits limits{.most = within.most < last_cost_ ? within.most : last_cost_};
    if (within.limits_fibres()) {
      const auto given = static_cast<std::uint32_t>(a.way.size());
      if (given >= within.most_fibres) continue;
      limits.most_fibres = within.most_fibres - given + 1;  // what is given counts as one
    }
    limits.expands[a.side] = false;
    const detail::search_view<Cost> v{in, state, cost, limits, banned_};
    search_.begin(in);
    search_.begin_with(v, a.side, a.cost, a.way.back(), a.at);
    const terminal other = ends[1 - a.side];
    search_.begin_at(v, 1 - a.side, other.endpoint, other.port, other.port == terminal::any_port);
    const detail::light_meeting best = search_.run(v);
    if (!(best.cost < last_cost_)) continue;
    last_cost_ = best.cost;
    for (const std::size_t side : {0U, 1U}) {
      found_[side].clear();
      if (side == a.side) found_[side] = a.way;
      search_.append_arm(best, side, in, found_[side]);
    }
  }
}

}  // namespace ebit::orchestrate
