// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <utility>
#include <vector>

#include <ebit/core/extremes.hpp>
#include <ebit/core/time.hpp>
#include <ebit/orchestrate/fabric.hpp>
#include <ebit/sim/demand.hpp>
#include <ebit/sim/fabric_fault.hpp>

namespace comparison {

/// How long a pair of two endpoints takes at least, on the fabric as it was built and left to them alone, s.
using pair_times = std::function<double(std::uint32_t from, std::uint32_t to)>;

/// What nobody can exceed: a planner that knows all requests and all faults in advance, needs no time to switch, and
/// splits its time over any number of partners and ways. A pair takes its time on every fibre of some way between its
/// ends, and at one analyser. The most pairs are those of a largest multicommodity flow, whose commodities are the
/// pairs of endpoints, with their demands d, and whose capacities c are the times that fibres work, and all analysers
/// together. It is bounded from above by duality: for any lengths l of the fibres and of an analyser's place,
///
///     Σ c l + Σ d max(0, 1 − time(a, b) · distance(a, b))
///
/// pairs cannot be exceeded (Ford and Fulkerson 1958). Lengths that make it small are sought by subgradients (Polyak
/// 1969); wherever the search ends, the bound holds.
class planner {
 public:
  planner(const ebit::orchestrate::fabric& in, const std::vector<ebit::sim::timed_request>& requests,
          const std::vector<ebit::sim::fabric_fault>& broken, ebit::duration span, const pair_times& takes);

  /// `served`: what was; a search with that in sight ends sooner.
  [[nodiscard]] double most_pairs(double served);

 private:
  using element_id = ebit::orchestrate::element_id;
  static constexpr double per_fibre = 1e-9;  // added to each length: of equal ways those of fewer fibres
  struct wish {
    std::uint32_t to;
    double pairs;
    double takes;  // s per pair
  };

  [[nodiscard]] double dual(std::vector<double>& load);
  void load_from(std::uint32_t from, std::vector<double>& load, double& unmet);
  [[nodiscard]] std::size_t analysers() const { return in_.spans().size(); }

  const ebit::orchestrate::fabric& in_;
  std::vector<std::vector<wish>> wanted_;  // of each endpoint, with those after it
  std::vector<double> capacity_;           // s, of each fibre; the last of all analysers together
  std::vector<double> length_;             // 1/s, of the same
  double shortest_ = 1;                    // of `takes`
  // Working memory of a search from one endpoint.
  std::vector<double> far_, ways_, share_;
  std::vector<element_id> order_;
  std::vector<std::pair<double, element_id>> heap_;
};

inline planner::planner(const ebit::orchestrate::fabric& in, const std::vector<ebit::sim::timed_request>& requests,
                        const std::vector<ebit::sim::fabric_fault>& broken, ebit::duration span,
                        const pair_times& takes)
    : in_{in}, wanted_(in.endpoints().size()), capacity_(in.spans().size(), span.seconds()) {
  using kind = ebit::sim::fabric_fault::kind;
  std::map<std::pair<std::uint32_t, std::uint32_t>, double> sums;
  for (const ebit::sim::timed_request& r : requests) {
    const std::uint32_t a = r.wanted.from.value(), b = r.wanted.to.value();
    sums[std::minmax(a, b)] += r.wanted.pairs;
  }
  for (const auto& [ends, pairs] : sums) {
    const double each = takes(ends.first, ends.second);
    wanted_[ends.first].push_back({ends.second, pairs, each});
    shortest_ = ebit::least(shortest_, each);
  }
  capacity_.push_back(static_cast<double>(in.analysers().size()) * span.seconds());
  for (const ebit::sim::fabric_fault& f : broken) {
    const ebit::duration until = ebit::least(f.at + f.lasts, span);
    const double lost = until > f.at ? (until - f.at).seconds() : 0;
    const auto lose = [&](std::size_t of) { capacity_[of] = ebit::greatest(capacity_[of] - lost, 0.0); };
    if (f.what == kind::fibre) lose(f.fibre.value());
    if (f.what != kind::device) continue;
    for (const ebit::orchestrate::span_id s : in.incident(f.element)) lose(s.value());
    if (in.at(f.element).kind == ebit::orchestrate::element_kind::analyser) lose(analysers());
  }
}

inline double planner::most_pairs(double served) {
  // At first all is at the endpoints: the bound is what their ports bear. Then wherever more is asked than goes through.
  length_.assign(capacity_.size(), 0);
  for (const element_id e : in_.endpoints())
    for (const ebit::orchestrate::span_id s : in_.incident(e)) length_[s.value()] = 0.5 / shortest_;
  double least = 0;
  for (const auto& of_one : wanted_)
    for (const wish& w : of_one) least += w.pairs;
  std::vector<double> load, way(capacity_.size());
  double reach = 1;
  int since = 0;
  for (int round = 0; round < 400 && reach > 1e-3; ++round) {
    const double here = dual(load);
    if (here < least * (1 - 1e-4)) since = 0;
    if (here < least) least = here;
    if (++since > 12) since = 0, reach /= 2;
    double square = 0;
    for (std::size_t s = 0; s < way.size(); ++s) {
      way[s] = 0.7 * way[s] + 0.3 * (capacity_[s] - load[s]);
      if (length_[s] > 0 || way[s] < 0) square += way[s] * way[s];
    }
    if (!(square > 0)) break;
    const double step = reach * ebit::greatest(here - served, 1e-3 * here) / square;
    for (std::size_t s = 0; s < way.size(); ++s) length_[s] = ebit::greatest(length_[s] - step * way[s], 0.0);
  }
  return least;
}

/// The bound for these lengths, and how many pairs would go along each fibre by the shortest ways.
inline double planner::dual(std::vector<double>& load) {
  load.assign(capacity_.size(), 0);
  double sum = 0;
  for (std::size_t s = 0; s < capacity_.size(); ++s) sum += capacity_[s] * (length_[s] + per_fibre);  // no less than the sum
  for (std::uint32_t a = 0; a < wanted_.size(); ++a)
    if (!wanted_[a].empty()) load_from(a, load, sum);
  return sum;
}

/// Dijkstra's algorithm; what is wanted is shared among all shortest ways alike (Brandes 2001).
inline void planner::load_from(std::uint32_t from, std::vector<double>& load, double& unmet) {
  using ebit::orchestrate::element_kind;
  constexpr double never = 1e300;
  const std::size_t n = in_.elements().size();
  far_.assign(n, never);
  ways_.assign(n, 0);
  share_.assign(n, 0);
  order_.clear();
  const auto is_later = [](const auto& x, const auto& y) { return x > y; };
  const auto is_same = [](double x, double y) { return x <= y + 1e-12 && y <= x + 1e-12; };
  const auto may_pass = [&](element_id e) {
    return e.value() == from || in_.at(e).kind == element_kind::optical_switch;
  };
  far_[from] = 0;
  heap_ = {{0, element_id{from}}};
  std::vector<bool> is_done(n);
  while (!heap_.empty()) {
    std::pop_heap(heap_.begin(), heap_.end(), is_later);
    const element_id e = heap_.back().second;
    heap_.pop_back();
    if (is_done[e.value()]) continue;
    is_done[e.value()] = true;
    order_.push_back(e);
    if (!may_pass(e)) continue;
    for (const ebit::orchestrate::socket& s : in_.sockets(e)) {
      const double there = far_[e.value()] + length_[s.along.value()] + per_fibre;
      if (in_.at(s.peer).kind == element_kind::analyser || !(there < far_[s.peer.value()] - 1e-12)) continue;
      far_[s.peer.value()] = there;
      heap_.push_back({there, s.peer});
      std::push_heap(heap_.begin(), heap_.end(), is_later);
    }
  }
  const auto is_before = [&](element_id e, const ebit::orchestrate::socket& s) {  // the peer, on a shortest way to e
    return is_done[s.peer.value()] && may_pass(s.peer) && s.peer != e &&
           is_same(far_[s.peer.value()] + length_[s.along.value()] + per_fibre, far_[e.value()]);
  };
  ways_[from] = 1;
  for (const element_id e : order_)
    if (e.value() != from)
      for (const ebit::orchestrate::socket& s : in_.sockets(e))
        if (is_before(e, s)) ways_[e.value()] += ways_[s.peer.value()];
  for (const wish& w : wanted_[from]) {
    if (!is_done[w.to]) continue;  // nothing leads there
    const double cost = w.takes * (far_[w.to] + length_[analysers()]);
    if (cost >= 1) continue;
    unmet += w.pairs * (1 - cost);
    share_[w.to] += w.pairs * w.takes;
    load[analysers()] += w.pairs * w.takes;
  }
  for (std::size_t i = order_.size(); i-- > 1;) {
    const element_id e = order_[i];
    if (!(share_[e.value()] > 0)) continue;
    for (const ebit::orchestrate::socket& s : in_.sockets(e)) {
      if (!is_before(e, s)) continue;
      const double part = share_[e.value()] * ways_[s.peer.value()] / ways_[e.value()];
      load[s.along.value()] += part;
      share_[s.peer.value()] += part;
    }
  }
}

}  // namespace comparison
