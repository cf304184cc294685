// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include <ebit/orchestrate/fabric.hpp>
#include <ebit/orchestrate/fabric_state.hpp>
#include <ebit/orchestrate/light_path_cost.hpp>

/// The words in which `path_search` speaks with `path_finder`.
namespace ebit::orchestrate::detail {

inline constexpr double unreachable = std::numeric_limits<double>::infinity();
/// Sums of the same costs in another order differ by less than this factor.
inline constexpr double rounding = 1 + 1e-12;
inline constexpr double no_cost = -1;
inline constexpr std::uint32_t no_arrival = ~std::uint32_t{0};

/// Light that comes to a switch (or an analyser) along a fibre, at what cost.
struct light_arrival {
  double cost = 0;
  double pool = unreachable;  ///< the least `value_of_pool` of the switches it came through
  std::uint32_t parent = no_arrival;
  std::uint32_t next = no_arrival;  ///< another one at the same place, from the same side
  span_id along;
  element_id at;
  std::uint16_t in = 0;      ///< port of `at`
  std::uint16_t fibres = 1;  ///< of that arm so far
  /// Of one that is dearer than another there: that one's fibre, the only one by which this goes on. Else none.
  span_id only{};
};

/// Two arrivals that make a light path, and where on their way the photons meet.
struct light_meeting {
  double cost = unreachable;
  std::array<std::uint32_t, 2> arrivals{no_arrival, no_arrival};  ///< of arm a and of arm b, at one place
  std::uint32_t at = no_arrival;  ///< the arrival whose switch has the analyser; none: they came to it themselves
  std::size_t side = 0;           ///< the arm of `at`
  element_id analyser;
  std::uint16_t input_a = 0;  ///< of the analyser, for arm a
};

/// What limits a search: which arms are given already, and what they may not do.
struct search_limits {
  static constexpr std::uint32_t any_number = ~std::uint32_t{0};

  std::array<bool, 2> expands{true, true};  ///< false: that arm is complete as given
  /// Fibres that may not be the first after what is given of that arm.
  std::array<std::span<const span_id>, 2> not_next{};
  std::array<bool, 2> not_here{};  ///< that arm may not end in the pool of the switch where what is given of it ends
  double most = unreachable;       ///< no light path that costs more
  std::uint32_t most_fibres = any_number;  ///< of both arms together
  bool no_walks = false;                          ///< look for analysers, not for walks (`search_view::seeks_walks`)

  /// Neither arm is complete: they may meet anywhere.
  [[nodiscard]] bool is_open() const { return expands[0] && expands[1]; }
  [[nodiscard]] bool limits_fibres() const { return most_fibres != any_number; }
  [[nodiscard]] bool forbids(std::size_t side, span_id s) const {
    return std::find(not_next[side].begin(), not_next[side].end(), s) != not_next[side].end();
  }
};

/// A set of fibres that is emptied in one step.
class span_marks {
 public:
  void clear(std::size_t spans) {
    if (marks_.size() < spans) marks_.resize(spans, 0);
    is_empty_ = true;
    if (++stamp_ != 0) return;
    std::fill(marks_.begin(), marks_.end(), 0U);
    stamp_ = 1;
  }
  void add(span_id s) {
    marks_[s.value()] = stamp_;
    is_empty_ = false;
  }
  [[nodiscard]] bool has(span_id s) const { return !is_empty_ && marks_[s.value()] == stamp_; }

 private:
  std::vector<std::uint32_t> marks_;
  std::uint32_t stamp_ = 0;
  bool is_empty_ = true;
};

/// A cost of which `direct_ways` can be found, and whose searches have their aim in sight: see `light_path_cost`.
template <class Cost>
concept sheet_cost = requires(const Cost& cost, const fabric& in, span_id s, element_id e) {
  { cost.sheet() } -> std::same_as<const least_loss&>;
  { cost.impairment(in, s) } -> std::convertible_to<double>;
  { cost.impairment(in, e) } -> std::convertible_to<double>;
  { cost.load(in, e) } -> std::convertible_to<double>;
  { cost.pool_load(in, e) } -> std::convertible_to<double>;
};

/// What a search looks at.
template <light_path_cost Cost>
struct search_view {
  const fabric& in;
  const fabric_state& state;
  const Cost& cost;
  const search_limits& limits;
  const span_marks& banned;

  [[nodiscard]] bool is_usable(span_id s) const { return state.is_usable(s) && !banned.has(s); }
  [[nodiscard]] bool is_free(element_id analyser) const {
    for (const span_id s : in.incident(analyser))
      if (!is_usable(s)) return false;
    return true;
  }
  [[nodiscard]] double least_meeting() const {
    if constexpr (requires { cost.least_meeting(); })
      return cost.least_meeting();
    else
      return 0;
  }
  [[nodiscard]] double least_step() const {
    if constexpr (requires { cost.least_step(); })
      return cost.least_step();
    else
      return 0;
  }
  /// What an analyser adds to a walk at least.
  [[nodiscard]] double least_stop() const {
    if constexpr (sheet_cost<Cost>)
      return cost.sheet().least_stop();
    else
      return 0;
  }
  /// What an analyser of that switch's pool and its two fibres cost at least now, if that is known; else negative.
  [[nodiscard]] double least_in_pool(element_id e) const {
    if constexpr (sheet_cost<Cost>) {
      const least_loss& sheet = cost.sheet();
      if (sheet.distances().is_there())
        return sheet.meeting(e) - 2 * sheet.crossing(e) + static_cast<double>(cost.pool_load(in, e));
    }
    return no_cost;
  }
  [[nodiscard]] double tolerance() const {
    if constexpr (requires { cost.tolerance(); })
      return cost.tolerance();
    else
      return 0;
  }
  /// Whether a search looks for a walk between the ends and an analyser on it, which is fast where there are analysers
  /// all along the way; else for an analyser that both arms come to, which finds those that are off all walks, too.
  [[nodiscard]] bool seeks_walks() const {
    return in.is_one_sided() && in.has_analysers_at_first() && limits.is_open() && !limits.no_walks;
  }
  /// No arm of a light path of `limits.most_fibres` need be longer up to where it meets the other: where they make a
  /// walk, with an analyser on it that takes two more, they meet in its middle.
  [[nodiscard]] std::uint32_t most_fibres(std::size_t side) const {
    if (!seeks_walks() || limits.most_fibres < 4) return limits.most_fibres;
    return (limits.most_fibres - 1 - static_cast<std::uint32_t>(side)) / 2;
  }
  [[nodiscard]] double remaining(element_id e) const {
    if constexpr (requires { cost.remaining(in, e); })
      return seeks_walks() ? 0 : cost.remaining(in, e);
    else
      return 0;
  }
  [[nodiscard]] double spread(element_id e) const {
    if constexpr (requires { cost.spread(in, e); })
      return cost.spread(in, e);
    else
      return 0;
  }
  /// What every crossing of a switch that joins any ports costs, if that is known to be the same; else negative.
  [[nodiscard]] double uniform_crossing(element_id e) const {
    if constexpr (requires { cost.spread(in, e); }) {
      if (in.at(e).ports > 1 && !(cost.spread(in, e) > 0)) {
        const link::optical_switch& model = in.model_of_switch(e);
        const bool is_any = model.kind == link::switch_kind::any_to_any;
        return static_cast<double>(cost.crossing(in, e, 0, is_any ? std::uint16_t{1} : model.left_ports()));
      }
    }
    return no_cost;
  }
  [[nodiscard]] double surcharge(element_id e) const {
    if constexpr (requires { cost.surcharge(in, e); })
      return cost.surcharge(in, e);
    else
      return 0;
  }
  /// What light that is at that switch still costs at least up to one with analysers.
  [[nodiscard]] double ahead(element_id e) const {
    if (seeks_walks()) return 0;
    return in.to_analysers(e).empty() ? remaining(e) + surcharge(e) : 0;
  }
  /// `least_meeting` of the pools in which something is free; infinite if there is no such.
  [[nodiscard]] double least_meeting_now() const {
    if constexpr (requires { cost.meeting_surcharge(in, element_id{}); }) {
      if (!seeks_walks() && in.are_analysers_pooled()) {
        double least = unreachable;
        for (const element_id e : in.switches()) {
          if (state.free_in_pool(e) == 0) continue;
          const double here = cost.meeting_surcharge(in, e);
          if (here < least) least = here;
        }
        return least_meeting() + least;
      }
    }
    return least_meeting();
  }
  /// Which labels an arrival competes with: of a switch those at the same face, of an analyser those at the same
  /// input.
  [[nodiscard]] std::size_t face(element_id e, std::uint16_t port) const {
    if (in.is_one_sided()) return 0;
    if (in.at(e).kind == element_kind::analyser) return port;
    const link::optical_switch& model = in.model_of_switch(e);
    return model.kind != link::switch_kind::any_to_any && port >= model.left_ports() ? 1 : 0;
  }
  [[nodiscard]] bool joins(element_id e, std::uint16_t from, std::uint16_t to) const {
    return in.is_one_sided() ? from != to : in.joins(e, from, to);
  }
  /// Into a port of a switch and out of another; unreachable if it cannot join them.
  [[nodiscard]] double crossing(element_id e, std::uint16_t from, std::uint16_t to) const {
    return joins(e, from, to) ? static_cast<double>(cost.crossing(in, e, from, to)) : unreachable;
  }
};

/// Of the free analysers in the pool of a switch, the one where photons that come by these two ports meet cheapest.
struct pool_choice {
  double cost = unreachable;
  element_id analyser;
  std::uint16_t input_a = 0;
};

template <class Cost>
[[nodiscard]] pool_choice choose_in_pool(const search_view<Cost>& v, element_id e, std::uint16_t port_a,
                                         std::uint16_t port_b) {
  pool_choice chosen;
  if (v.state.free_in_pool(e) == 0) return chosen;
  const double least = v.least_meeting(), enough = v.least_in_pool(e) + v.tolerance();
  for (const element_id x : v.in.pool(e)) {
    if (!v.is_free(x)) continue;
    const std::span<const socket> inputs = v.in.sockets(x);
    const double both = static_cast<double>(v.cost.span(v.in, inputs[0].along)) +
                        static_cast<double>(v.cost.span(v.in, inputs[1].along)) +
                        static_cast<double>(v.cost.analyser(v.in, x));
    for (const std::size_t i : {0U, 1U}) {
      const double sum =
          both + v.crossing(e, port_a, inputs[i].peer_port) + v.crossing(e, port_b, inputs[1 - i].peer_port);
      if (sum < chosen.cost) chosen = {sum, x, inputs[i].port};
    }
    if (chosen.cost <= least * rounding || (chosen.analyser == x && both <= enough)) break;  // no better one
  }
  return chosen;
}

/// What it costs that the photons meet in the pool of a switch that light comes to by this port, on top of a walk
/// through the switch, if all crossings of it cost the same.
template <class Cost>
[[nodiscard]] double value_of_pool(const search_view<Cost>& v, element_id e, std::uint16_t port) {
  double least = unreachable;
  if (v.state.free_in_pool(e) == 0) return least;
  const double enough = v.least_in_pool(e) + v.tolerance();
  for (const element_id x : v.in.pool(e)) {
    if (!v.is_free(x)) continue;
    const std::span<const socket> inputs = v.in.sockets(x);
    const double across = v.crossing(e, port, inputs[0].peer_port);
    double both = static_cast<double>(v.cost.analyser(v.in, x));
    for (const socket& input : inputs) both += static_cast<double>(v.cost.span(v.in, input.along));
    if (both + across < least) least = both + across;
    if (least + across <= v.least_meeting() * rounding || (both <= enough && across < unreachable)) break;
  }
  return least;
}

/// What an arm along these fibres costs; `at` becomes where it leads to.
template <class Cost>
[[nodiscard]] double cost_of_way(const fabric& in, element_id& at, std::span<const span_id> way, const Cost& cost) {
  double sum = 0;
  std::uint16_t entered = 0;
  for (std::size_t i = 0; i < way.size(); ++i) {
    const span& fibre = in.along(way[i]);
    if (i > 0) sum += static_cast<double>(cost.crossing(in, at, entered, fibre.port_at(at)));
    sum += static_cast<double>(cost.span(in, way[i]));
    at = fibre.other(at);
    entered = fibre.port_at(at);
  }
  return sum;
}

}  // namespace ebit::orchestrate::detail
