// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include <ebit/orchestrate/fabric.hpp>

namespace ebit::orchestrate {

/// Which endpoints can be joined by a light path at all, and by way of which others if not: what light cannot do by
/// itself takes endpoints in between that hold both halves and swap. So in a BCube, whose switches do not lead to each
/// other, and from data centre to data centre, over trunks.
class stopovers {
 public:
  /// `trunks`: endpoints that are joined otherwise.
  explicit stopovers(const fabric& in, const std::vector<std::pair<element_id, element_id>>& trunks = {});

  /// The fewest endpoints from one to the other, both included, each two neighbours joined by a light path or a trunk.
  /// Empty if there is no such way, or they are the same.
  [[nodiscard]] std::vector<element_id> between(element_id from, element_id to) const;
  static constexpr std::uint32_t light = ~std::uint32_t{0};
  /// One endpoint of a walk, and how it is reached from the one before.
  struct stop {
    element_id at;
    std::uint32_t trunk = light;  ///< its number; `light`: over a light path
    std::uint32_t place = 0;      ///< where the two meet: a part of the fabric, or the trunk
  };
  /// The same, over such endpoints in between as `may_pass(element_id)` allows and such places where two meet as
  /// `may_use(place, trunk)` does; without `from`.
  template <class MayPass, class MayUse>
  [[nodiscard]] std::vector<stop> way(element_id from, element_id to, const MayPass& may_pass,
                                      const MayUse& may_use) const;
  /// Whether both have a fibre into the same part of the fabric, one with an analyser.
  [[nodiscard]] bool can_meet(element_id a, element_id b) const;

 private:
  [[nodiscard]] std::uint32_t trunk_at(std::uint32_t place) const {
    const std::uint32_t first = static_cast<std::uint32_t>(there_.size()) - trunks_;
    return place < first ? light : place - first;
  }

  // Endpoints and the places where they meet: parts of the fabric that hang together without endpoints, and trunks.
  std::vector<std::vector<std::uint32_t>> places_;                  // per endpoint
  std::vector<std::pair<bool, std::vector<std::uint32_t>>> there_;  // per place: light paths, and its endpoints
  std::uint32_t trunks_ = 0;                                        // the last places
};

inline stopovers::stopovers(const fabric& in, const std::vector<std::pair<element_id, element_id>>& trunks) {
  constexpr std::uint32_t none = ~std::uint32_t{0};
  std::vector<std::uint32_t> part(in.elements().size(), none);
  std::vector<bool> has_analyser;
  std::vector<element_id> queue;
  for (std::uint32_t first = 0; first < part.size(); ++first) {
    if (part[first] != none || in.at(element_id{first}).kind == element_kind::endpoint) continue;
    const auto number = static_cast<std::uint32_t>(has_analyser.size());
    has_analyser.push_back(false);
    part[first] = number;
    queue.assign(1, element_id{first});
    for (std::size_t i = 0; i < queue.size(); ++i) {
      if (in.at(queue[i]).kind == element_kind::analyser) has_analyser.back() = true;
      for (const socket& s : in.sockets(queue[i])) {
        if (part[s.peer.value()] != none || in.at(s.peer).kind == element_kind::endpoint) continue;
        part[s.peer.value()] = number;
        queue.push_back(s.peer);
      }
    }
  }
  places_.resize(in.endpoints().size());
  for (const bool can : has_analyser) there_.push_back({can, {}});
  for (const element_id e : in.endpoints())
    for (const socket& s : in.sockets(e)) {
      const std::uint32_t at = part[s.peer.value()];
      std::vector<std::uint32_t>& mine = places_[e.value()];
      bool is_known = !there_[at].first;
      for (const std::uint32_t p : mine) is_known = is_known || p == at;
      if (is_known) continue;
      mine.push_back(at);
      there_[at].second.push_back(e.value());
    }
  trunks_ = static_cast<std::uint32_t>(trunks.size());
  for (const auto& [a, b] : trunks) {
    for (const element_id e : {a, b}) places_[e.value()].push_back(static_cast<std::uint32_t>(there_.size()));
    there_.push_back({false, {a.value(), b.value()}});
  }
}

inline bool stopovers::can_meet(element_id a, element_id b) const {
  if (a == b) return false;
  for (const std::uint32_t p : places_[a.value()])
    for (const std::uint32_t q : places_[b.value()])
      if (p == q && there_[p].first) return true;
  return false;
}

inline std::vector<element_id> stopovers::between(element_id from, element_id to) const {
  std::vector<element_id> all;
  for (const stop& s :
       way(from, to, [](element_id) { return true; }, [](std::uint32_t, std::uint32_t) { return true; })) {
    if (all.empty()) all.push_back(from);
    all.push_back(s.at);
  }
  return all;
}

template <class MayPass, class MayUse>
std::vector<stopovers::stop> stopovers::way(element_id from, element_id to, const MayPass& may_pass,
                                            const MayUse& may_use) const {
  constexpr std::uint32_t none = ~std::uint32_t{0};
  std::vector<std::uint32_t> before(places_.size(), none), over(places_.size(), none);
  std::vector<bool> is_done(there_.size());
  std::vector<std::uint32_t> queue{from.value()};
  before[from.value()] = from.value();
  for (std::size_t i = 0; i < queue.size() && before[to.value()] == none; ++i)
    for (const std::uint32_t p : places_[queue[i]]) {
      if (is_done[p]) continue;
      is_done[p] = true;
      if (!may_use(p, trunk_at(p))) continue;
      for (const std::uint32_t e : there_[p].second) {
        if (before[e] != none || (e != to.value() && !may_pass(element_id{e}))) continue;
        before[e] = queue[i];
        over[e] = p;
        queue.push_back(e);
      }
    }
  std::vector<stop> found;
  if (from == to || before[to.value()] == none) return found;
  for (std::uint32_t e = to.value(); e != from.value(); e = before[e])
    found.insert(found.begin(), {element_id{e}, trunk_at(over[e]), over[e]});
  return found;
}

}  // namespace ebit::orchestrate
