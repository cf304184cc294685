// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include <ebit/core/random.hpp>
#include <ebit/orchestrate/path_search_terms.hpp>

namespace ebit::orchestrate::detail {

/// Light paths that no other can beat, whatever is in use: those that lose no more than the data sheets say that the
/// two ends lose at least, by the table of distances. Where many ways are equal, most of which are free, a few draws
/// find one; it need not be compared with the others. Each draw goes from switch to switch nearer to where it leads,
/// by the first such fibre that is free, from a place on that is drawn by a hash of the two ends. Of the first
/// `compared` that it finds, the one with the least load is taken. It gives up after `draws`.
class direct_ways {
 public:
  static constexpr std::uint32_t compared = 4;
  static constexpr std::uint32_t draws = 16;

  /// From one of these fibres of an endpoint to one of those of another. Whether there is such a way; see `arm`.
  template <sheet_cost Cost>
  [[nodiscard]] bool find(const search_view<Cost>& v, const std::array<std::span<const socket>, 2>& ends,
                          std::uint64_t pair);
  /// The fibres of an arm, from the endpoint to the analyser.
  [[nodiscard]] const std::vector<span_id>& arm(std::size_t side) const { return best_.arms[side]; }
  /// Whether what was found could not be bettered either if all the ends' fibres were free.
  [[nodiscard]] bool is_least_of_all() const { return is_least_of_all_; }

 private:
  /// Light that has come to a switch along a fibre.
  struct step {
    span_id along;
    element_id at;
    std::uint16_t in = 0;
  };
  struct way {
    std::array<std::vector<span_id>, 2> arms{};
    element_id meets;                   // the switch whose pool
    std::array<std::uint16_t, 2> in{};  // ports of that switch
    double load = unreachable;
  };
  /// Sums of the table's numbers are this exact.
  [[nodiscard]] static double slack(double sum) { return sum * 2e-7; }

  template <class Cost>
  [[nodiscard]] double least(const search_view<Cost>& v, const socket& a, const socket& b) const;
  template <class Cost>
  [[nodiscard]] bool draw(const search_view<Cost>& v, const socket& a, const socket& b);
  template <class Cost>
  [[nodiscard]] bool draw_walk(const search_view<Cost>& v, const socket& a, const socket& b);
  template <class Cost>
  [[nodiscard]] bool draw_meeting(const search_view<Cost>& v, const socket& a, const socket& b);
  template <class Cost>
  [[nodiscard]] bool go(const search_view<Cost>& v, const socket& from, element_id to, std::vector<step>& steps,
                        std::span<const step> other);
  template <class Cost>
  [[nodiscard]] bool connect_analyser(const search_view<Cost>& v);
  template <class Cost>
  [[nodiscard]] static bool is_sound(const search_view<Cost>& v, element_id e) {
    return !(v.cost.impairment(v.in, e) > 0);
  }
  /// Some place in a list of so many.
  [[nodiscard]] std::size_t some(std::size_t count) {
    drawn_ = drawn_ * 6364136223846793005U + 1442695040888963407U;
    return static_cast<std::size_t>(((drawn_ >> 32U) * count) >> 32U);
  }
  void note(std::span<const step> first, std::span<const step> second, element_id meets,
            const std::array<std::uint16_t, 2>& in, double load);

  way best_;
  std::array<std::vector<step>, 2> steps_;
  std::uint64_t drawn_ = 0;
  bool is_least_of_all_ = false;
};

/// What a light path from the one fibre to the other costs at least.
template <class Cost>
double direct_ways::least(const search_view<Cost>& v, const socket& a, const socket& b) const {
  const least_loss& sheet = v.cost.sheet();
  const switch_distances& table = sheet.distances();
  double sum = static_cast<double>(v.cost.impairment(v.in, a.along)) + sheet.span(v.in, a.along) +
               static_cast<double>(v.cost.impairment(v.in, b.along)) + sheet.span(v.in, b.along) +
               static_cast<double>(v.cost.impairment(v.in, a.peer)) +
               static_cast<double>(v.cost.impairment(v.in, b.peer));
  if (v.in.has_analysers_at_first())
    sum += static_cast<double>(table.to(b.peer)[table.column(a.peer)]) + sheet.crossing(b.peer) + sheet.least_stop();
  else
    sum += sheet.remaining(v.in, a.peer) + sheet.remaining(v.in, b.peer) + sheet.least_meeting();
  return sum;
}

template <sheet_cost Cost>
bool direct_ways::find(const search_view<Cost>& v, const std::array<std::span<const socket>, 2>& ends,
                       std::uint64_t pair) {
  if (!v.cost.sheet().distances().is_there()) return false;
  double least_free = unreachable, least_of_all = unreachable;
  for (const socket& a : ends[0])
    for (const socket& b : ends[1]) {
      const double here = least(v, a, b);
      if (here < least_of_all) least_of_all = here;
      if (here < least_free && v.is_usable(a.along) && v.is_usable(b.along)) least_free = here;
    }
  if (!(least_free < unreachable) || least_free > v.limits.most) return false;
  const double enough = least_free + slack(least_free);
  is_least_of_all_ = least_free <= least_of_all + slack(least_of_all);
  best_.load = unreachable;
  std::uint32_t found = 0;
  for (std::uint32_t i = 0; i < draws && found < compared && best_.load > 0; ++i) {
    drawn_ = mix(pair, i);
    const std::size_t first_a = some(ends[0].size()), first_b = some(ends[1].size());
    const auto draw_here = [&] {
      for (std::size_t k = 0; k < ends[0].size(); ++k)
        for (std::size_t l = 0; l < ends[1].size(); ++l) {
          const socket& a = ends[0][(first_a + k) % ends[0].size()];
          const socket& b = ends[1][(first_b + l) % ends[1].size()];
          if (!v.is_usable(a.along) || !v.is_usable(b.along) || least(v, a, b) > enough) continue;
          return draw(v, a, b);
        }
      return false;
    };
    if (draw_here()) ++found;
  }
  return found > 0 && connect_analyser(v);
}

template <class Cost>
bool direct_ways::draw(const search_view<Cost>& v, const socket& a, const socket& b) {
  return v.in.has_analysers_at_first() ? draw_walk(v, a, b) : draw_meeting(v, a, b);
}

/// From a switch nearer and nearer to another.
template <class Cost>
bool direct_ways::go(const search_view<Cost>& v, const socket& from, element_id to, std::vector<step>& steps,
                     std::span<const step> other) {
  const least_loss& sheet = v.cost.sheet();
  const switch_distances& table = sheet.distances();
  const std::span<const float> left = table.to(to);
  const bool is_one_sided = v.in.is_one_sided();
  steps.clear();
  steps.push_back({from.along, from.peer, from.peer_port});
  for (element_id e = from.peer; e != to;) {
    const std::span<const socket> onward = v.in.onward(e);
    const double here = static_cast<double>(left[table.column(e)]);
    const double enough = here + slack(here) - sheet.crossing(e);
    const std::size_t first = some(onward.size()), before = steps.size();
    for (std::size_t i = 0, at = first; i < onward.size(); ++i, ++at) {
      if (at == onward.size()) at = 0;
      const socket& s = onward[at];
      if (static_cast<double>(left[table.column(s.peer)]) + sheet.span(v.in, s.along) > enough) continue;
      if (!v.is_usable(s.along) || v.cost.impairment(v.in, s.along) > 0) continue;
      if (s.peer != to && !is_sound(v, s.peer)) continue;
      if (!is_one_sided && !v.in.joins(e, steps.back().in, s.port)) continue;
      if (std::any_of(other.begin(), other.end(), [&](const step& o) { return o.along == s.along; })) continue;
      steps.push_back({s.along, s.peer, s.peer_port});
      break;
    }
    if (steps.size() == before) return false;
    e = steps.back().at;
  }
  return true;
}

/// A walk from switch to switch, and the pool on it that is used least.
template <class Cost>
bool direct_ways::draw_walk(const search_view<Cost>& v, const socket& a, const socket& b) {
  std::vector<step>& walk = steps_[0];
  if (!go(v, a, b.peer, walk, {})) return false;
  const least_loss& sheet = v.cost.sheet();
  const double enough = sheet.least_stop() * (1 + 1e-9);
  double passed = 0, least_load = unreachable;
  std::size_t chosen = 0;
  // Light that is to meet before it must come through the last switch, too.
  const bool may_pass_last = v.joins(b.peer, b.peer_port, walk.back().in);
  const std::size_t first = some(walk.size());
  for (std::size_t i = 0; i < walk.size(); ++i) {
    const std::size_t k = (first + i) % walk.size();
    const element_id e = walk[k].at;
    const double load = static_cast<double>(v.cost.load(v.in, e));
    passed += load;
    if (v.state.free_in_pool(e) == 0 || sheet.meeting(e) - sheet.crossing(e) > enough) continue;
    if (walk.size() > 1 && !is_sound(v, e)) continue;  // crossed once more
    if (k + 1 < walk.size() && !may_pass_last) continue;
    const double here = load + static_cast<double>(v.cost.pool_load(v.in, e));
    if (here < least_load) least_load = here, chosen = k;
  }
  if (!(least_load < unreachable)) return false;
  if (!(passed + least_load < best_.load)) return true;
  const std::uint16_t out =
      chosen + 1 < walk.size() ? v.in.along(walk[chosen + 1].along).port_at(walk[chosen].at) : b.peer_port;
  // The other arm comes along the rest of the walk, backwards.
  std::vector<step>& back = steps_[1];
  back.clear();
  back.push_back({b.along, b.peer, b.peer_port});
  for (std::size_t k = walk.size() - 1; k > chosen; --k) back.push_back({walk[k].along, walk[k - 1].at, 0});
  note(std::span{walk}.first(chosen + 1), back, walk[chosen].at, {walk[chosen].in, out}, passed + least_load);
  return true;
}

/// A switch with analysers that is as near as any to both, and a way there from either.
template <class Cost>
bool direct_ways::draw_meeting(const search_view<Cost>& v, const socket& a, const socket& b) {
  const least_loss& sheet = v.cost.sheet();
  const switch_distances& table = sheet.distances();
  const double near_a = sheet.remaining(v.in, a.peer), near_b = sheet.remaining(v.in, b.peer);
  const double enough = sheet.least_meeting() * (1 + 1e-9);
  const std::span<const element_id> pools = table.targets();
  const std::size_t first = some(pools.size());
  for (std::size_t i = 0; i < pools.size(); ++i) {
    const element_id e = pools[first + i < pools.size() ? first + i : first + i - pools.size()];
    if (v.state.free_in_pool(e) == 0 || sheet.meeting(e) > enough) continue;
    const std::span<const float> to = table.to(e);
    if (static_cast<double>(to[table.column(a.peer)]) > near_a + slack(near_a) ||
        static_cast<double>(to[table.column(b.peer)]) > near_b + slack(near_b))
      continue;
    if (!(e == a.peer && e == b.peer) && !is_sound(v, e)) continue;  // crossed by both
    if (!go(v, a, e, steps_[0], {}) || !go(v, b, e, steps_[1], steps_[0])) return false;
    double load = static_cast<double>(v.cost.pool_load(v.in, e));
    for (const auto& steps : steps_)
      for (const step& s : steps) load += static_cast<double>(v.cost.load(v.in, s.at));
    if (load < best_.load) note(steps_[0], steps_[1], e, {steps_[0].back().in, steps_[1].back().in}, load);
    return true;
  }
  return false;
}

inline void direct_ways::note(std::span<const step> first, std::span<const step> second, element_id meets,
                              const std::array<std::uint16_t, 2>& in, double load) {
  best_.meets = meets;
  best_.in = in;
  best_.load = load;
  for (auto& spans : best_.arms) spans.clear();
  for (const step& s : first) best_.arms[0].push_back(s.along);
  for (const step& s : second) best_.arms[1].push_back(s.along);
}

/// The first analyser of the pool that is free and as good as any, from some place on.
template <class Cost>
bool direct_ways::connect_analyser(const search_view<Cost>& v) {
  const least_loss& sheet = v.cost.sheet();
  const std::span<const element_id> pool = v.in.pool(best_.meets);
  const double enough = sheet.meeting(best_.meets) * (1 + 1e-9) - 2 * sheet.crossing(best_.meets);
  const std::size_t first = some(pool.size());
  for (std::size_t i = 0; i < pool.size(); ++i) {
    const element_id x = pool[first + i < pool.size() ? first + i : first + i - pool.size()];
    if (!v.is_free(x) || !is_sound(v, x)) continue;
    const std::span<const socket> inputs = v.in.sockets(x);
    if (sheet.span(v.in, inputs[0].along) + sheet.span(v.in, inputs[1].along) > enough) continue;
    if (v.cost.impairment(v.in, inputs[0].along) > 0 || v.cost.impairment(v.in, inputs[1].along) > 0) continue;
    for (const std::size_t k : {0U, 1U}) {
      if (!v.joins(best_.meets, best_.in[0], inputs[k].peer_port) ||
          !v.joins(best_.meets, best_.in[1], inputs[1 - k].peer_port))
        continue;
      best_.arms[0].push_back(inputs[k].along);
      best_.arms[1].push_back(inputs[1 - k].along);
      return true;
    }
  }
  return false;
}

}  // namespace ebit::orchestrate::detail
