// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include <ebit/orchestrate/known_switches.hpp>
#include <ebit/orchestrate/path_search_terms.hpp>
#include <ebit/orchestrate/search_aim.hpp>

namespace ebit::orchestrate::detail {

/// Dijkstra's algorithm (1959) from both ends at once. Where every switch joins any two ports, light can follow any
/// walk through switches from one end to the other, and a free analyser at any switch on it makes a light path; such
/// a walk is found where the two searches touch, so they stop when what is left is too long for one. Where switches
/// have two faces, or the inputs of an analyser are at different switches, arms that meet need not make such a walk:
/// the searches go on until each is past all places where it could meet the other.
class path_search {
 public:
  /// Forgets everything but its memory.
  void begin(const fabric& in) {
    arrivals_.clear();
    for (auto& heap : heaps_) heap.clear();
    if (places_.size() < in.elements().size() * 4) places_.resize(in.elements().size() * 4);
    known_.begin(in);
    if (++stamp_ == 0) {
      std::fill(places_.begin(), places_.end(), place{});
      stamp_ = 1;
    }
    given_ = {no_arrival, no_arrival};
    aim_ = {};
    nearest_ = {unreachable, unreachable};
    has_touched_ = false;
    best_ = {};
    conflicts_.clear();
  }

  /// The arms lead from these fibres of the ends (`search_aim`).
  template <class Cost>
  void aim(const search_view<Cost>& v, const std::array<std::span<const socket>, 2>& ends) {
    aim_.take(v, ends);
  }
  /// An arm begins at an endpoint, with the fibre in this port or, with `any`, with any of its fibres.
  template <class Cost>
  void begin_at(const search_view<Cost>& v, std::size_t side, element_id endpoint, std::uint16_t port, bool any) {
    most_fibres_[side] = aim_.leads() ? v.limits.most_fibres : v.most_fibres(side);
    for (const socket& s : v.in.sockets(endpoint)) {
      if ((!any && s.port != port) || !v.is_usable(s.along) || v.limits.forbids(side, s.along)) continue;
      const double cost = v.cost.span(v.in, s.along);
      if (!(cost >= 0 && cost < unreachable)) continue;
      arrive(v, side, {.cost = cost, .along = s.along, .at = s.peer, .in = s.peer_port});
    }
  }

  /// What is given of an arm brings light to `at` along a fibre, at this cost.
  template <class Cost>
  void begin_with(const search_view<Cost>& v, std::size_t side, double cost, span_id along, element_id at) {
    most_fibres_[side] = v.most_fibres(side);
    given_[side] = static_cast<std::uint32_t>(arrivals_.size());
    if (!v.limits.expands[side]) nearest_[side] = cost;
    arrive(v, side, {.cost = cost, .along = along, .at = at, .in = v.in.along(along).port_at(at)});
  }

  /// The cheapest way to join the arms; its cost is infinite if there is none.
  template <class Cost>
  [[nodiscard]] light_meeting run(const search_view<Cost>& v) {
    const double least = v.least_meeting_now(), step = v.least_step();
    const bool walks = v.seeks_walks(), aims = aim_.leads();
    least_ = least;
    std::size_t last = 1;
    for (;;) {
      const double a = top(0), b = top(1), near_a = near(0), near_b = near(1);
      const double left = (aims                      ? (a < b ? b : a) + v.least_stop() - least
                           : walks                   ? a + b + step
                           : a + near_b < b + near_a ? a + near_b
                                                     : b + near_a) +
                          least;
      if (!(left < unreachable) || left > v.limits.most * rounding || is_as_good(v, left)) return best_;
      std::size_t side = 1 - last;  // analysers are found soonest if the sides take turns
      if (aims)
        side = 0;
      else if (walks)  // and walks if of equal costs one side goes first
        side = b * rounding < a ? 1 : 0;
      else if (best_.cost < unreachable)
        side = a + near_b < b + near_a ? 0 : 1;  // what else there may be
      if (heaps_[side].empty()) side = 1 - side;
      last = side;
      std::pop_heap(heaps_[side].begin(), heaps_[side].end());
      const std::uint32_t index = heaps_[side].back().arrival;
      heaps_[side].pop_back();
      expand(v, side, index);
    }
  }

  /// Adds the fibres of an arm, from where it begins or from what is given of it, up to the analyser.
  void append_arm(const light_meeting& m, std::size_t side, const fabric& in, std::vector<span_id>& to) const {
    const std::size_t first = to.size();
    const bool ends_early = m.at != no_arrival && m.side == side;
    append_chain(ends_early ? m.at : m.arrivals[side], to);
    if (given_[side] != no_arrival) to.pop_back();  // the last fibre of what is given
    std::reverse(to.begin() + static_cast<std::ptrdiff_t>(first), to.end());
    if (m.at == no_arrival) return;
    if (!ends_early)  // then on, backwards along the other arm's way, to the switch of the analyser
      for (std::uint32_t i = m.arrivals[m.side]; i != m.at; i = arrivals_[i].parent) to.push_back(arrivals_[i].along);
    const std::uint16_t input = side == 0 ? m.input_a : static_cast<std::uint16_t>(1 - m.input_a);
    to.push_back(in.span_at(m.analyser, input));
  }

  [[nodiscard]] const light_arrival& arrival(std::uint32_t index) const { return arrivals_[index]; }
  /// The fibres from where an arm begins, or from what is given of it, to this arrival.
  void append_way(std::uint32_t index, std::vector<span_id>& to) const {
    const std::size_t first = to.size();
    append_chain(index, to);
    std::reverse(to.begin() + static_cast<std::ptrdiff_t>(first), to.end());
  }
  /// A search for walks has found none, but arms that meet off all walks may make a light path: both came to one
  /// place, and to go to a switch and back takes no more than two fibres beyond those of the shortest walk.
  template <class Cost>
  [[nodiscard]] bool may_meet_off_walks(const search_view<Cost>& v) const {
    return has_touched_ && (!v.limits.limits_fibres() || aim_.fewest_fibres(v) + 2 <= v.limits.most_fibres);
  }
  /// Meetings that came to nothing because both arms would use the same fibre; not in order, and not all.
  [[nodiscard]] std::span<const light_meeting> conflicts() const { return conflicts_; }

 private:
  struct place {
    std::uint32_t stamp = 0;
    std::uint32_t first = no_arrival;  // of the list of those that were let in
    span_id best_along;                // by which the cheapest came
    double best = unreachable;
    double second = unreachable;  // of those that came by other fibres than the cheapest
  };
  struct entry {
    double cost;  // with what remains at least
    double pool;
    std::uint32_t arrival;
    [[nodiscard]] bool operator<(const entry& o) const {  // a heap keeps the largest on top
      if (cost != o.cost) return cost > o.cost;
      if (pool != o.pool) return pool > o.pool;
      return arrival > o.arrival;
    }
  };
  static constexpr std::size_t most_conflicts = 8;

  [[nodiscard]] double top(std::size_t side) const {
    return heaps_[side].empty() ? unreachable : heaps_[side].front().cost;
  }
  /// What was found is no dearer than this, or so little that it makes no difference.
  template <class Cost>
  [[nodiscard]] bool is_as_good(const search_view<Cost>& v, double cost) const {
    return cost * rounding + v.tolerance() >= best_.cost;
  }
  /// No less than this costs an arm up to where there are analysers.
  [[nodiscard]] double near(std::size_t side) const {
    const double a = top(side);
    return a < nearest_[side] ? a : nearest_[side];
  }
  [[nodiscard]] place& place_of(element_id e, std::size_t face, std::size_t side) {
    place& p = places_[(std::size_t{e.value()} * 2 + face) * 2 + side];
    if (p.stamp != stamp_) {
      p = place{};
      p.stamp = stamp_;
    }
    return p;
  }

  /// Lets light in at a switch or an analyser if it may be of use, and looks whether the other arm was there.
  template <class Cost>
  void arrive(const search_view<Cost>& v, std::size_t side, const light_arrival& a, bool may_go_on = true) {
    if (a.fibres > most_fibres_[side]) return;
    const bool at_analyser = v.in.at(a.at).kind == element_kind::analyser;
    const double to_go = aim_.limits() && !at_analyser ? aim_.left(v, side, a) : 0;
    if (!(to_go < unreachable)) return;
    const std::size_t face = v.face(a.at, a.in);
    place& here = place_of(a.at, face, side);
    // Of use is one that is cheaper than those before, or that passed a cheaper analyser; and a second one that comes
    // by another fibre, for the case that the arms would both come by the same, or that it is the way onward.
    const double allowed = at_analyser ? 0 : v.spread(a.at);
    bool goes_on = true;
    const bool is_second = a.cost < here.second && a.along != here.best_along;
    if (!(a.cost < here.second) && allowed == 0 && !(a.pool < unreachable)) return;  // two came cheaper
    for (std::uint32_t i = here.first; i != no_arrival; i = arrivals_[i].next) {
      const light_arrival& o = arrivals_[i];
      if (a.cost >= o.cost + allowed && a.cost + a.pool >= o.cost + o.pool + allowed) goes_on = false;
    }
    if (!goes_on && !is_second) return;
    const auto index = static_cast<std::uint32_t>(arrivals_.size());
    arrivals_.push_back(a);
    arrivals_.back().next = here.first;
    if (!goes_on) arrivals_.back().only = here.best_along;
    here.first = index;
    if (a.cost < here.best) {
      if (a.along != here.best_along) here.second = here.best;
      here.best = a.cost;
      here.best_along = a.along;
    } else if (is_second) {
      here.second = a.cost;
    }
    if (at_analyser)
      nearest_[side] = 0;
    else if (a.cost < nearest_[side] && !v.in.to_analysers(a.at).empty())
      nearest_[side] = a.cost;
    if (!at_analyser && may_go_on && v.limits.expands[side] && (goes_on || !v.seeks_walks())) {
      const double ahead = v.seeks_walks() ? to_go : known_.at(v, a.at).ahead;
      heaps_[side].push_back({a.cost + ahead, a.pool, index});
      std::push_heap(heaps_[side].begin(), heaps_[side].end());
    }
    for (std::size_t f = 0; f < (v.in.is_one_sided() ? 1U : 2U); ++f) {
      if (at_analyser && f == face) continue;  // both arms at one input
      for (std::uint32_t i = place_of(a.at, f, 1 - side).first; i != no_arrival; i = arrivals_[i].next) {
        has_touched_ = true;
        if (!(arrivals_[i].cost + a.cost < best_.cost)) continue;
        const std::array<std::uint32_t, 2> both = side == 0 ? std::array{index, i} : std::array{i, index};
        if (at_analyser)
          meet_at_analyser(v, both);
        else
          meet_at_switch(v, both);
      }
    }
  }

  template <class Cost>
  void expand(const search_view<Cost>& v, std::size_t side, std::uint32_t index) {
    const light_arrival from = arrivals_[index];
    const double allowed = v.spread(from.at);
    const std::uint32_t newest = from.only.valid() ? index : place_of(from.at, v.face(from.at, from.in), side).first;
    for (std::uint32_t i = newest; i != index; i = arrivals_[i].next) {  // those that came since
      const light_arrival& o = arrivals_[i];
      if (from.cost > o.cost + allowed && from.cost + from.pool >= o.cost + o.pool + allowed) return;
    }
    // Where arms meet at analysers, one is of no use that with the other's least and a meeting's costs too much.
    const bool is_bounded = !v.seeks_walks();
    const double rest = near(1 - side) + least_, least_step = v.least_step();
    const auto is_vain = [&](double cost) {
      return is_bounded && (is_as_good(v, cost + rest) || cost + rest > v.limits.most * rounding);
    };
    const link::optical_switch& model = v.in.model_of_switch(from.at);
    const bool is_given = index == given_[side], is_one_sided = v.in.is_one_sided();
    const bool is_pooled = v.in.are_analysers_pooled();
    const double across = known_.at(v, from.at).across;
    const auto go = [&](const socket& s, double pool) {
      if (s.along == from.along || (from.only.valid() && s.along != from.only) || !v.is_usable(s.along) ||
          (!is_one_sided && !model.joins(from.in, s.port)))
        return;
      if (is_given && v.limits.forbids(side, s.along)) return;
      const double step =
          (across >= 0 ? across : static_cast<double>(v.cost.crossing(v.in, from.at, from.in, s.port))) +
          static_cast<double>(v.cost.span(v.in, s.along));
      if (!(step >= 0 && step < unreachable)) return;
      const double cost = from.cost + step;
      arrive(
          v, side,
          {cost, pool, index, no_arrival, s.along, s.peer, s.peer_port, static_cast<std::uint16_t>(from.fibres + 1)},
          !is_pooled || !is_bounded || !is_vain(cost + least_step + known_.at(v, s.peer).surcharge));
    };
    const double least_after = from.cost + least_step + (is_bounded ? known_.at(v, from.at).surcharge : 0);
    if (!is_vain(least_after)) {
      const double value = known_.value(v, from.at, from.in);
      const double pool = value < from.pool ? value : from.pool;
      for (const socket& s : v.in.onward(from.at))
        if (!is_bounded || !is_vain(least_after + known_.at(v, s.peer).ahead)) go(s, pool);
    }
    if (is_pooled) return;
    for (const socket& s : v.in.to_analysers(from.at))
      if (!v.in.pool_of(s.peer).valid()) go(s, unreachable);
  }

  template <class Cost>
  void meet_at_analyser(const search_view<Cost>& v, const std::array<std::uint32_t, 2>& both) {
    const light_arrival& a = arrivals_[both[0]];
    const double cost = a.cost + arrivals_[both[1]].cost + static_cast<double>(v.cost.analyser(v.in, a.at));
    take(v, {.cost = cost, .arrivals = both, .analyser = a.at, .input_a = a.in});
  }

  /// The two arms touch at a switch: the photons may meet in its pool, or, if light can pass through it from one to
  /// the other, in that of any switch on either's way.
  template <class Cost>
  void meet_at_switch(const search_view<Cost>& v, const std::array<std::uint32_t, 2>& both) {
    const light_arrival a = arrivals_[both[0]], b = arrivals_[both[1]];
    if ((a.cost + b.cost + v.least_meeting()) * rounding >= best_.cost) return;
    const auto may_end = [&](std::size_t side, std::uint32_t index) {
      return !(v.limits.not_here[side] && index == given_[side]);
    };
    if (may_end(0, both[0]) && may_end(1, both[1])) {
      const pool_choice here = known_.choice(v, a.at, a.in, b.in);
      take(v, {a.cost + b.cost + here.cost, both, both[0], 0, here.analyser, here.input_a});
    }
    if (!v.limits.is_open() || !((a.pool < b.pool ? a.pool : b.pool) < unreachable)) return;
    const double through = a.cost + b.cost + v.crossing(a.at, a.in, b.in);
    if (!(through < unreachable)) return;
    for (const std::size_t side : {0U, 1U}) {
      // The other arm goes on along this one's way: that must be allowed where it ends as it was given.
      const std::size_t other = 1 - side;
      if (both[other] == given_[other] && v.limits.forbids(other, arrivals_[both[side]].along)) continue;
      for (std::uint32_t child = both[side], i = arrivals_[child].parent; i != no_arrival;
           child = i, i = arrivals_[i].parent) {
        const light_arrival& q = arrivals_[i];
        if (v.state.free_in_pool(q.at) == 0 || !may_end(side, i)) continue;
        const std::uint16_t out = v.in.along(arrivals_[child].along).port_at(q.at);
        const pool_choice there = side == 0 ? known_.choice(v, q.at, q.in, out) : known_.choice(v, q.at, out, q.in);
        const double cost = through - v.crossing(q.at, q.in, out) + there.cost;
        take(v, {cost, both, i, side, there.analyser, there.input_a});
      }
    }
  }

  template <class Cost>
  void take(const search_view<Cost>& v, const light_meeting& m) {
    if (!(m.cost < best_.cost) || m.cost > v.limits.most || fibres(m) > v.limits.most_fibres) return;
    const std::uint32_t shared = shared_fibres(v.in, m.arrivals);
    if (shared == 0) {
      best_ = m;
      return;
    }
    // If they share no more than the fibre by which both come, the cheapest that come there by others are known, too.
    const bool is_last = shared == 1 && arrivals_[m.arrivals[0]].along == arrivals_[m.arrivals[1]].along &&
                         (m.at == no_arrival || m.at == m.arrivals[m.side]);
    if (!is_last && conflicts_.size() < most_conflicts) conflicts_.push_back(m);
  }

  /// Of both arms, from where they begin or from what is given of them, up to the analyser.
  [[nodiscard]] std::uint32_t fibres(const light_meeting& m) const {
    const std::uint32_t to_analyser = m.at == no_arrival ? 0 : 2;
    return std::uint32_t{arrivals_[m.arrivals[0]].fibres} + arrivals_[m.arrivals[1]].fibres + to_analyser;
  }

  /// How many fibres the arms would use twice.
  [[nodiscard]] std::uint32_t shared_fibres(const fabric& in, const std::array<std::uint32_t, 2>& both) {
    marks_.clear(in.spans().size());
    std::uint32_t shared = 0;
    for (const std::uint32_t last : both)
      for (std::uint32_t i = last; i != no_arrival; i = arrivals_[i].parent) {
        if (marks_.has(arrivals_[i].along)) ++shared;
        marks_.add(arrivals_[i].along);
      }
    return shared;
  }

  /// Backwards from an arrival.
  void append_chain(std::uint32_t index, std::vector<span_id>& to) const {
    for (; index != no_arrival; index = arrivals_[index].parent) to.push_back(arrivals_[index].along);
  }

  std::vector<light_arrival> arrivals_;
  std::array<std::vector<entry>, 2> heaps_;
  std::vector<place> places_;  // per element, face (or input) and side
  known_switches known_;
  span_marks marks_;
  std::uint32_t stamp_ = 0;
  std::array<std::uint32_t, 2> given_{no_arrival, no_arrival};
  std::array<std::uint32_t, 2> most_fibres_{};  // of an arm
  search_aim aim_;
  std::array<double, 2> nearest_{unreachable, unreachable};  // of the arrivals where there are analysers
  double least_ = 0;                                         // that a meeting costs
  bool has_touched_ = false;
  light_meeting best_;
  std::vector<light_meeting> conflicts_;
};

}  // namespace ebit::orchestrate::detail
