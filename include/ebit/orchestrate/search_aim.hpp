// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include <ebit/orchestrate/path_search_terms.hpp>

namespace ebit::orchestrate::detail {

/// What a search knows of the way to the other end, where there is a table of distances. Where walks are sought, the
/// search is one from the first end with the other in sight (A*: Hart, Nilsson and Raphael 1968), which looks at little
/// that leads away from it. Where analysers are sought, each arm keeps to where the other can come without both passing
/// more fibres than allowed.
class search_aim {
 public:
  /// The arms lead from these fibres of the ends.
  template <class Cost>
  void take(const search_view<Cost>& v, const std::array<std::span<const socket>, 2>& ends) {
    *this = {};
    if constexpr (sheet_cost<Cost>) {
      if (!v.in.has_analysers_at_first() || !v.cost.sheet().distances().is_there()) return;
      leads_ = v.seeks_walks();
      if (leads_ || v.limits.limits_fibres()) ends_ = ends;
    }
  }
  /// Whether the search is one from the first end.
  [[nodiscard]] bool leads() const { return leads_; }
  /// Whether `left` is known.
  [[nodiscard]] bool limits() const { return !ends_[0].empty(); }

  /// What light that has come to a switch by one arm costs at least up to the other's end; infinite if that takes too
  /// many fibres.
  template <class Cost>
  [[nodiscard]] double left(const search_view<Cost>& v, std::size_t side, const light_arrival& a) const {
    double least = unreachable;
    if constexpr (sheet_cost<Cost>) {
      const least_loss& sheet = v.cost.sheet();
      for (const socket& s : ends_[1 - side]) {
        if (!v.is_usable(s.along)) continue;
        const double far = static_cast<double>(sheet.distances().to(s.peer)[sheet.distances().column(a.at)]);
        if (!(far < unreachable) || a.fibres + sheet.fewest_steps(far) + 3 > v.limits.most_fibres) continue;
        const double here = far * (1 - 2e-7) + sheet.crossing(s.peer) + sheet.span(v.in, s.along);
        if (here < least) least = here;
      }
    }
    return least;
  }
  /// No walk between the ends with an analyser on it takes fewer, as far as that is known.
  template <class Cost>
  [[nodiscard]] std::uint32_t fewest_fibres(const search_view<Cost>& v) const {
    if constexpr (sheet_cost<Cost>) {
      if (limits()) {
        const switch_distances& table = v.cost.sheet().distances();
        double least = unreachable;
        for (const socket& a : ends_[0])
          for (const socket& b : ends_[1]) {
            const double far = static_cast<double>(table.to(b.peer)[table.column(a.peer)]);
            if (far < least) least = far;
          }
        if (least < unreachable) return v.cost.sheet().fewest_steps(least) + 4;
      }
    }
    return 4;
  }

 private:
  std::array<std::span<const socket>, 2> ends_{};  // none: nothing is known
  bool leads_ = false;
};

}  // namespace ebit::orchestrate::detail
