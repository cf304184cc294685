// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include <ebit/orchestrate/edge_colouring.hpp>
#include <ebit/orchestrate/fabric.hpp>
#include <ebit/orchestrate/light_path.hpp>

/// Light paths for many pairs of endpoints at once, set from nothing: what a fabric can do when it may move everything.
/// Each function is the constructive half of a theorem and says when it holds. Pairs are of endpoints of one port, each
/// in at most one pair.
namespace ebit::orchestrate {

struct endpoint_pair {
  element_id a;
  element_id b;

  friend constexpr bool operator==(endpoint_pair, endpoint_pair) = default;
};

namespace detail {

/// The `which`th fibre between two devices.
[[nodiscard]] inline span_id between(const fabric& in, element_id x, element_id y, std::size_t which = 0) {
  for (const socket& s : in.sockets(x))
    if (s.peer == y && which-- == 0) return s.along;
  return span_id::none();
}

[[nodiscard]] inline std::vector<element_id> of_tier(const fabric& in, std::uint8_t tier) {
  std::vector<element_id> all;
  for (const element_id e : in.switches())
    if (in.at(e).tier == tier) all.push_back(e);
  return all;
}

/// For each element its number in a list; none if it is not in it.
[[nodiscard]] inline std::vector<std::uint32_t> numbers_in(const fabric& in, const std::vector<element_id>& list) {
  std::vector<std::uint32_t> number(in.elements().size(), ~std::uint32_t{0});
  for (std::uint32_t i = 0; i < list.size(); ++i) number[list[i].value()] = i;
  return number;
}

/// Appends fibres through these devices in turn, the first fibre between each two, but `lane` where there are several.
[[nodiscard]] inline std::vector<span_id> way_through(const fabric& in, std::span<const element_id> devices,
                                                      std::size_t lane) {
  std::vector<span_id> way;
  for (std::size_t i = 0; i + 1 < devices.size(); ++i) {
    span_id s = between(in, devices[i], devices[i + 1], lane);
    if (!s.valid()) s = between(in, devices[i], devices[i + 1]);
    way.push_back(s);
  }
  return way;
}

/// Counts the analysers of each pool as they are given away.
class pool_use {
 public:
  explicit pool_use(const fabric& in) : in_{in}, next_(in.elements().size()) {}
  [[nodiscard]] element_id take(element_id at_switch) {
    const std::span<const element_id> pool = in_.pool(at_switch);
    std::uint32_t& next = next_[at_switch.value()];
    return next < pool.size() ? pool[next++] : element_id::none();
  }

 private:
  const fabric& in_;
  std::vector<std::uint32_t> next_;
};

/// The light path whose arms go through these switches, the last one of both being where its analyser is.
[[nodiscard]] inline std::optional<light_path> lay_through(const fabric& in, endpoint_pair pair,
                                                           std::vector<element_id> through_a, std::size_t lane_a,
                                                           std::vector<element_id> through_b, std::size_t lane_b,
                                                           element_id analyser) {
  if (!analyser.valid()) return std::nullopt;
  through_a.insert(through_a.begin(), pair.a);
  through_b.insert(through_b.begin(), pair.b);
  std::vector<span_id> a = way_through(in, through_a, lane_a), b = way_through(in, through_b, lane_b);
  a.push_back(in.span_at(analyser, 0));
  b.push_back(in.span_at(analyser, 1));
  return lay(in, pair.a, a, pair.b, b);
}

[[nodiscard]] inline element_id switch_of(const fabric& in, element_id endpoint) {
  return in.onward(endpoint).empty() ? element_id::none() : in.onward(endpoint).front().peer;
}

}  // namespace detail

/// In a fabric from `clos`, with m ≥ n and n even (Slepian and Duguid): the pairs take the analysers in turn, each arm
/// is an edge between its first and its last switch, no switch has more than n of them, and colours are switches in
/// the middle. None if there are more pairs than analysers, or too few switches in the middle for what is wanted.
[[nodiscard]] inline std::optional<std::vector<light_path>> rearrange_clos(const fabric& in,
                                                                           const std::vector<endpoint_pair>& pairs) {
  const std::vector<element_id> first = detail::of_tier(in, 1), middle = detail::of_tier(in, 2);
  const std::vector<element_id> last = detail::of_tier(in, 3);
  const std::vector<std::uint32_t> number_of_first = detail::numbers_in(in, first);
  std::vector<std::pair<element_id, std::uint32_t>> seats;  // analysers and the number of their switch
  for (std::uint32_t i = 0; i < last.size(); ++i)
    for (const element_id x : in.pool(last[i])) seats.push_back({x, i});
  if (pairs.size() > seats.size()) return std::nullopt;
  std::vector<left_to_right> edges;
  for (std::size_t i = 0; i < pairs.size(); ++i)
    for (const element_id e : {pairs[i].a, pairs[i].b})
      edges.push_back({number_of_first[detail::switch_of(in, e).value()], seats[i].second});
  const auto colours =
      colour_edges(edges, static_cast<std::uint32_t>(first.size()), static_cast<std::uint32_t>(last.size()),
                   static_cast<std::uint32_t>(middle.size()));
  if (!colours) return std::nullopt;
  std::vector<light_path> laid;
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    const auto through = [&](std::size_t edge) {
      return std::vector<element_id>{first[edges[edge].first], middle[(*colours)[edge]], last[edges[edge].second]};
    };
    auto path = detail::lay_through(in, pairs[i], through(2 * i), 0, through(2 * i + 1), 0, seats[i].first);
    if (!path) return std::nullopt;
    laid.push_back(std::move(*path));
  }
  return laid;
}

namespace detail {

/// Colours for those of the edges that join two different nodes (the others have none), no two alike at a node: with
/// `has_lanes` at the left end of one and the left end of another, or both right; else at any ends, and then only if
/// the nodes have two sides.
[[nodiscard]] inline std::optional<std::vector<std::uint32_t>> colour_apart(const std::vector<left_to_right>& edges,
                                                                            std::uint32_t nodes, bool has_lanes,
                                                                            std::uint32_t colours) {
  std::vector<left_to_right> apart;
  for (const left_to_right& e : edges)
    if (e.first != e.second) apart.push_back(e);
  if (!has_lanes) {
    const auto side = two_sides(apart, nodes);
    if (!side) return std::nullopt;
    for (left_to_right& e : apart)
      if ((*side)[e.first]) std::swap(e.first, e.second);
  }
  const auto found = colour_edges(apart, nodes, nodes, colours);
  if (!found) return std::nullopt;
  std::vector<std::uint32_t> all(edges.size(), ~std::uint32_t{0});
  for (std::size_t i = 0, next = 0; i < edges.size(); ++i)
    if (edges[i].first != edges[i].second) all[i] = (*found)[next++];
  return all;
}

}  // namespace detail

/// In a fabric from `fat_tree` with the pools that it has by itself. With two fibres per cable, always: arm a keeps to
/// the first of them and arm b to the second, so that colours for the edges from a's edge switch to b's are aggregation
/// switches, and then, for each of these, colours for the edges from pod to pod are core switches; no node has more
/// than k/2 edges (König). With one fibre per cable, if the edge switches have two sides such that every pair is
/// between them, and likewise the pods: as when one half of the machine is to be joined with the other. Else none is
/// returned, also where there may be a way.
[[nodiscard]] inline std::optional<std::vector<light_path>> rearrange_fat_tree(
    const fabric& in, const std::vector<endpoint_pair>& pairs) {
  const std::vector<element_id> edge = detail::of_tier(in, 1), middle = detail::of_tier(in, 2);
  const std::vector<element_id> core = detail::of_tier(in, 3);
  std::uint32_t half = 1;
  while (2 * half * half < edge.size()) ++half;
  if (2 * half * half != edge.size() || middle.size() != edge.size() || core.size() != std::size_t{half} * half)
    return std::nullopt;
  const bool has_lanes = detail::between(in, edge[0], middle[0], 1).valid();
  const std::vector<std::uint32_t> number_of_edge = detail::numbers_in(in, edge);
  std::vector<left_to_right> ends;
  for (const endpoint_pair& p : pairs)
    ends.push_back(
        {number_of_edge[detail::switch_of(in, p.a).value()], number_of_edge[detail::switch_of(in, p.b).value()]});
  const auto up = detail::colour_apart(ends, static_cast<std::uint32_t>(edge.size()), has_lanes, half);
  if (!up) return std::nullopt;
  std::vector<std::uint32_t> across(pairs.size());
  for (std::uint32_t c = 0; c < half; ++c) {
    std::vector<left_to_right> pods;
    std::vector<std::size_t> which;
    for (std::size_t i = 0; i < pairs.size(); ++i) {
      if ((*up)[i] != c) continue;
      pods.push_back({ends[i].first / half, ends[i].second / half});
      which.push_back(i);
    }
    const auto found = detail::colour_apart(pods, 2 * half, has_lanes, half);
    if (!found) return std::nullopt;
    for (std::size_t i = 0; i < which.size(); ++i) across[which[i]] = (*found)[i];
  }
  detail::pool_use pools{in};
  std::vector<light_path> laid;
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    const auto [a, b] = ends[i];
    std::vector<element_id> through_a{edge[a]}, through_b{edge[b]};
    if (a != b) {
      through_a.push_back(middle[a / half * half + (*up)[i]]);
      through_b.push_back(middle[b / half * half + (*up)[i]]);
    }
    if (a / half != b / half)
      for (auto* through : {&through_a, &through_b}) through->push_back(core[(*up)[i] * half + across[i]]);
    const element_id analyser = pools.take(through_a.back());
    auto path = detail::lay_through(in, pairs[i], std::move(through_a), 0, std::move(through_b), 1, analyser);
    if (!path) return std::nullopt;
    laid.push_back(std::move(*path));
  }
  return laid;
}

/// In a fabric from `planar_pool`: stage by stage the partner of the first wire is brought next to it, each switch
/// above that lets it down crossed and all others straight (Koyama et al., arXiv:2405.09860). Endpoints in no pair are
/// taken along as pairs of their own. Always succeeds.
[[nodiscard]] inline std::optional<std::vector<light_path>> rearrange_planar_pool(
    const fabric& in, const std::vector<endpoint_pair>& pairs) {
  const auto count = static_cast<std::uint32_t>(in.endpoints().size());
  std::vector<std::uint32_t> partner(count, count);
  for (const endpoint_pair& p : pairs) {
    partner[p.a.value()] = p.b.value();
    partner[p.b.value()] = p.a.value();
  }
  for (std::uint32_t i = 0, waiting = count; i < count; ++i) {
    if (partner[i] != count) continue;
    if (waiting == count) {
      waiting = i;
      continue;
    }
    partner[i] = waiting;
    partner[waiting] = i;
    waiting = count;
  }
  std::vector<std::uint32_t> wire(count);  // whose light is on it
  for (std::uint32_t i = 0; i < count; ++i) wire[i] = i;
  std::vector<bool> is_crossed(in.elements().size());
  std::size_t next = 0;  // of the switches, in the order of `planar_pool`
  for (std::uint32_t first = 0; first < count; first += 2) {
    bool is_below = false;  // the partner is on one of the wires below
    for (std::uint32_t upper = count - 1; upper > first + 1; --upper) {
      is_below = is_below || wire[upper] == partner[wire[first]];
      if (is_below) {
        is_crossed[in.switches()[next].value()] = true;
        std::swap(wire[upper], wire[upper - 1]);
      }
      ++next;
    }
  }
  const auto follow = [&](element_id endpoint) {
    std::vector<span_id> way{in.incident(endpoint).front()};
    for (element_id at = in.along(way.back()).other(endpoint); in.at(at).kind == element_kind::optical_switch;) {
      const std::uint16_t port = in.along(way.back()).port_at(at);
      const auto out = static_cast<std::uint16_t>(is_crossed[at.value()] ? 3 - port : port + 2);
      way.push_back(in.span_at(at, out));
      at = in.along(way.back()).other(at);
    }
    return way;
  };
  std::vector<light_path> laid;
  for (const endpoint_pair& p : pairs) {
    auto path = lay(in, p.a, follow(p.a), p.b, follow(p.b));
    if (!path) return std::nullopt;
    laid.push_back(std::move(*path));
  }
  return laid;
}

}  // namespace ebit::orchestrate
