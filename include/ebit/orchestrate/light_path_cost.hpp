// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <utility>
#include <vector>

#include <ebit/core/decibels.hpp>
#include <ebit/orchestrate/fabric.hpp>
#include <ebit/orchestrate/switch_distances.hpp>

namespace ebit::orchestrate {

/// What using a fibre, crossing a switch and using an analyser cost. Costs add up; each is 0 or more (a fibre's above
/// 0) and the same in both directions; an infinite one (or NaN) closes that way. Optional members make searches
/// faster, or exact:
/// - `double least_meeting() const`: no more than what an analyser and the two fibres and crossings that lead to it
///   from switches ever cost together; else 0.
/// - `double least_step() const`: no more than what a crossing and the fibre after it ever cost together; else 0.
/// - `double remaining(const fabric&, element_id) const`: no more than what light that is at that switch costs up to
///   the next one with analysers (0 there), and for no two neighbours does it differ by more than a crossing and the
///   fibre between them cost together; else 0.
/// - `double spread(const fabric&, element_id) const`: by how much the costs of crossing that switch differ at most;
///   else 0, which takes all its crossings to cost the same.
/// - `double surcharge(const fabric&, element_id) const`: no more than what any crossing of that switch costs above
///   what `least_step` and `remaining` take it to cost; else 0. With it those can stay as they were when the fabric was
///   new.
/// - `double meeting_surcharge(const fabric&, element_id) const`: no more than what an analyser of that switch's pool
///   costs above `least_meeting`, together with the fibres and crossings that lead to it; else 0.
/// - `double tolerance() const`: a way that costs so much more than the cheapest is as good; else 0, and the cheapest
///   is found. Where many ways cost nearly the same, searches end at the first of those.
/// - all of `const least_loss& sheet() const`, `double impairment(const fabric&, span_id or element_id) const`,
///   `double load(const fabric&, element_id) const` and `double pool_load(const fabric&, element_id) const`: a fibre, a
///   crossing and an analyser cost what that sheet says and, besides, their impairment (0 or more; exactly 0 of parts
///   that are as the sheet says), each crossing its switch's load and each analyser the `pool_load` of its switch (0 or
///   more), and no part more than a `tolerance` above that. Then a way without impairment that loses no more than any
///   by the sheet is as good as the cheapest, whatever its load: load only chooses among a few of those
///   (`direct_ways`). Where there is none, the cheapest is found.
template <class Cost>
concept light_path_cost = requires(const Cost& cost, const fabric& in, span_id s, element_id e, std::uint16_t port) {
  { cost.span(in, s) } -> std::convertible_to<double>;
  { cost.crossing(in, e, port, port) } -> std::convertible_to<double>;
  { cost.analyser(in, e) } -> std::convertible_to<double>;
};

/// Counts fibres, switches and analysers: every one costs 1.
struct fewest_elements {
  [[nodiscard]] static constexpr double span(const fabric&, span_id) { return 1; }
  [[nodiscard]] static constexpr double crossing(const fabric&, element_id, std::uint16_t, std::uint16_t) {
    return 1;
  }
  [[nodiscard]] static constexpr double analyser(const fabric&, element_id) { return 1; }
  /// An analyser, its two fibres, and the switch crossed to either.
  [[nodiscard]] static constexpr double least_meeting() { return 5; }
  [[nodiscard]] static constexpr double least_step() { return 2; }
};
static_assert(light_path_cost<fewest_elements>);

/// The loss of both arms together in decibels, and a little for each fibre, so that of equal losses fewer fibres win.
/// Where analysers are of several kinds, one that heralds less than the best costs what that is in decibels: its optics
/// and detectors are passed by two photons, and it names so many of them. It is computed once for a fabric and belongs
/// to that one.
class least_loss {
 public:
  /// `per_span`: the little, above 0 dB.
  explicit least_loss(const fabric& of, loss per_span = decibels(1e-3));

  [[nodiscard]] double span(const fabric&, span_id s) const { return span_[s.value()]; }
  [[nodiscard]] double crossing(const fabric& in, element_id e, std::uint16_t from, std::uint16_t to) const {
    const double same = crossing_[e.value()];
    return same >= 0 ? same : in.loss_of(e, from, to).base();
  }
  [[nodiscard]] double analyser(const fabric& in, element_id e) const { return analyser_[in.at(e).model]; }
  /// The same for one kind of analysers: all others are closed.
  [[nodiscard]] least_loss by(std::size_t kind) const {
    least_loss one = *this;
    for (std::size_t i = 0; i < one.analyser_.size(); ++i)
      if (i != kind) one.analyser_[i] = std::numeric_limits<double>::infinity();
    return one;
  }
  [[nodiscard]] double least_meeting() const { return least_meeting_; }
  [[nodiscard]] double least_step() const { return least_step_; }
  [[nodiscard]] double remaining(const fabric&, element_id e) const { return remaining_[e.value()]; }
  /// No light goes from that device to an analyser over fewer fibres; not a cost.
  [[nodiscard]] std::uint32_t fewest_fibres(element_id e) const { return fewest_fibres_[e.value()]; }
  [[nodiscard]] double spread(const fabric& in, element_id e) const {
    return crossing_[e.value()] >= 0 ? 0 : spread_[in.at(e).model];
  }
  /// What crossing that switch costs whatever the ports; negative if it depends on them.
  [[nodiscard]] double crossing(element_id e) const { return crossing_[e.value()]; }
  /// What an analyser of that switch's pool costs at least with the two fibres and crossings that lead to it from
  /// there; infinite if it has none.
  [[nodiscard]] double meeting(element_id at_switch) const { return meeting_[at_switch.value()]; }
  /// The same without one of the crossings, at whatever switch that is least: what a meeting adds to a walk.
  [[nodiscard]] double least_stop() const { return least_stop_; }
  /// Light that a walk between switches costs so much passes no fewer fibres on it.
  [[nodiscard]] std::uint32_t fewest_steps(double far) const {
    const double steps = far / most_step_ - 1e-3;  // the table is not exact
    return steps > 0 ? static_cast<std::uint32_t>(steps) + 1 : 0;
  }
  /// Empty where crossings differ by port, or analysers by kind.
  [[nodiscard]] const switch_distances& distances() const { return distances_; }

 private:
  void find_remaining(const fabric& of, const std::vector<double>& least_of_model);
  void count_fibres(const fabric& of);
  void find_meetings(const fabric& of);

  std::vector<double> span_;
  std::vector<double> crossing_;              // per element; negative: it depends on the ports
  std::vector<double> spread_;                // per model of switch
  std::vector<double> analyser_;              // per model of analyser
  std::vector<double> remaining_;             // per element
  std::vector<std::uint32_t> fewest_fibres_;  // per element
  std::vector<double> meeting_;               // per element
  switch_distances distances_;
  double least_meeting_ = 0;
  double least_step_ = 0;
  double most_step_ = 0;  // of a fibre between switches, with the crossing before it
  double least_stop_ = std::numeric_limits<double>::infinity();
};
static_assert(light_path_cost<least_loss>);

inline least_loss::least_loss(const fabric& of, loss per_span) {
  constexpr double infinite = std::numeric_limits<double>::infinity();
  for (std::uint32_t i = 0; i < of.spans().size(); ++i) span_.push_back((of.loss_of(span_id{i}) + per_span).base());
  std::vector<double> least;
  for (const link::optical_switch& model : of.switch_models()) {
    const bool differs = !model.path_losses.empty() ||
                         (model.kind == link::switch_kind::two_sided && model.loss_per_crossing.base() > 0);
    double low = infinite, high = 0;
    // Without a table the shortest path of a crossbar passes 1 element and the longest n + n − 1.
    const auto count = static_cast<std::uint16_t>(model.path_losses.empty() ? 0 : model.ports);
    for (std::uint16_t in = 0; in < count; ++in)
      for (std::uint16_t out = 0; out < count; ++out) {
        if (!model.joins(in, out)) continue;
        const double here = model.insertion_loss_of(in, out).base();
        low = here < low ? here : low;
        high = here > high ? here : high;
      }
    if (count == 0) {
      const auto most = model.kind == link::switch_kind::two_sided ? model.ports - 1 : 1;
      low = (model.insertion_loss + model.loss_per_crossing).base();
      high = (model.insertion_loss + model.loss_per_crossing * static_cast<double>(most)).base();
    }
    least.push_back(low);
    spread_.push_back(differs ? high - low : 0);
  }
  crossing_.assign(of.elements().size(), 0);
  for (const element_id e : of.switches()) {
    const std::uint16_t model = of.at(e).model;
    crossing_[e.value()] = spread_[model] > 0 ? -1 : least[model];
  }
  for (const link::bell_state_analyser& model : of.analyser_models()) {
    const double heralds = model.efficiency() * model.efficiency() * model.success;
    analyser_.push_back(heralds > 0 ? loss_of_share(heralds).base() : infinite);
  }
  const double best = analyser_.empty() ? 0 : *std::min_element(analyser_.begin(), analyser_.end());
  for (double& each : analyser_) each = best < infinite ? each - best : 0;  // else none is better
  if (!span_.empty() && !least.empty())
    least_step_ = *std::min_element(span_.begin(), span_.end()) + *std::min_element(least.begin(), least.end());
  least_meeting_ = of.analysers().empty() ? 0 : infinite;
  for (const element_id x : of.analysers()) {
    double sum = 0;
    for (const socket& input : of.sockets(x)) {
      const element& peer = of.at(input.peer);
      if (peer.kind == element_kind::optical_switch) sum += span_[input.along.value()] + least[peer.model];
    }
    if (sum < least_meeting_) least_meeting_ = sum;
  }
  find_remaining(of, least);
  count_fibres(of);
  find_meetings(of);
}

inline void least_loss::find_meetings(const fabric& of) {
  meeting_.assign(of.elements().size(), std::numeric_limits<double>::infinity());
  for (const element_id e : of.switches()) {
    if (!(crossing_[e.value()] >= 0)) return;  // no distances
    for (const element_id x : of.pool(e)) {
      double sum = 2 * crossing_[e.value()];
      for (const socket& input : of.sockets(x)) sum += span_[input.along.value()];
      meeting_[e.value()] = std::min(meeting_[e.value()], sum);
    }
    least_stop_ = std::min(least_stop_, meeting_[e.value()] - crossing_[e.value()]);
  }
  for (const element_id e : of.switches())
    for (const socket& s : of.onward(e))
      most_step_ = std::max(most_step_, crossing_[e.value()] + span_[s.along.value()]);
  // The table says nothing of what analysers cost: where these are of several kinds, all is searched.
  if (of.are_analysers_pooled() && of.analyser_models().size() < 2)
    distances_ = switch_distances{of, span_, crossing_};
}

/// In breadth, from all analysers at once.
inline void least_loss::count_fibres(const fabric& of) {
  constexpr std::uint32_t unknown = ~std::uint32_t{0};
  fewest_fibres_.assign(of.elements().size(), unknown);
  std::vector<element_id> reached(of.analysers().begin(), of.analysers().end());
  for (const element_id x : reached) fewest_fibres_[x.value()] = 0;
  for (std::size_t i = 0; i < reached.size(); ++i)
    for (const socket& s : of.sockets(reached[i])) {
      if (fewest_fibres_[s.peer.value()] != unknown) continue;
      fewest_fibres_[s.peer.value()] = fewest_fibres_[reached[i].value()] + 1;
      reached.push_back(s.peer);
    }
}

/// Dijkstra's algorithm from all switches with analysers at once.
inline void least_loss::find_remaining(const fabric& of, const std::vector<double>& least_of_model) {
  using entry = std::pair<double, element_id>;
  const auto is_later = [](const entry& x, const entry& y) { return x > y; };
  remaining_.assign(of.elements().size(), std::numeric_limits<double>::infinity());
  std::vector<entry> heap;
  for (const element_id e : of.switches())
    if (!of.to_analysers(e).empty()) {
      remaining_[e.value()] = 0;
      heap.push_back({0, e});
    }
  while (!heap.empty()) {
    std::pop_heap(heap.begin(), heap.end(), is_later);
    const auto [far, e] = heap.back();
    heap.pop_back();
    if (far > remaining_[e.value()]) continue;
    for (const socket& s : of.onward(e)) {
      const double there = far + span_[s.along.value()] + least_of_model[of.at(s.peer).model];
      if (!(there < remaining_[s.peer.value()])) continue;
      remaining_[s.peer.value()] = there;
      heap.push_back({there, s.peer});
      std::push_heap(heap.begin(), heap.end(), is_later);
    }
  }
}

}  // namespace ebit::orchestrate
