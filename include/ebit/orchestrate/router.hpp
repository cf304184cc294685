// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <concepts>
#include <cstdint>
#include <optional>
#include <utility>

#include <ebit/core/random.hpp>
#include <ebit/core/result.hpp>
#include <ebit/orchestrate/fabric.hpp>
#include <ebit/orchestrate/fabric_state.hpp>
#include <ebit/orchestrate/light_path.hpp>
#include <ebit/orchestrate/light_path_cost.hpp>
#include <ebit/orchestrate/measurements.hpp>
#include <ebit/orchestrate/path_finder.hpp>

namespace ebit::orchestrate {

/// What a router may look at, and the working memory of its searches.
struct routing {
  const fabric& in;
  const fabric_state& built;  ///< as it was handed over: all free and sound
  const fabric_state& state;  ///< as it is believed to be now
  const measurements& seen;
  const least_loss& losses;  ///< of the data sheets
  path_finder& finder;
};

/// A policy that decides which light path two endpoints get, by a pure decision on the fabric, what is believed of it
/// and what was measured. `route` gives a path that is free and works now, or none. `cost` is what the policy makes
/// of a path that stands; `moves(now, other)` whether a lease on one of cost `now` is worth moving to one of cost
/// `other`.
template <class Policy>
concept router = std::semiregular<Policy> &&
                 requires(const Policy& policy, routing with, terminal t, const light_path& way, double cost) {
                   { policy.route(with, t, t) } -> std::same_as<std::optional<light_path>>;
                   { policy.cost(with, way) } -> std::same_as<double>;
                   { policy.moves(cost, cost) } -> std::same_as<bool>;
                 };

/// Sums a cost over a light path.
template <light_path_cost Cost>
[[nodiscard]] double cost_of(const fabric& in, const light_path& way, const Cost& cost) {
  double sum = cost.analyser(in, way.analyser);
  for (const arm* side : {&way.a, &way.b}) {
    for (const span_id s : side->spans) sum += cost.span(in, s);
    for (const crossing& c : side->crossings) sum += cost.crossing(in, c.at, c.in, c.out);
  }
  return sum;
}

/// What light loses by the data sheets, dB. Of ways that lose alike each pair of endpoints prefers another, by a draw
/// that never changes: so equal ways are used alike (as equal-cost multipath routing does by a hash of the flow). Ways
/// whose costs differ by less than 10⁻⁵ dB count as equal: the search takes the first of them that it comes by.
struct loss_cost {
  const least_loss& losses;
  std::uint64_t pair = 0;

  [[nodiscard]] double span(const fabric& in, span_id s) const { return losses.span(in, s) + preference(s.value()); }
  [[nodiscard]] double crossing(const fabric& in, element_id e, std::uint16_t from, std::uint16_t to) const {
    return losses.crossing(in, e, from, to);
  }
  [[nodiscard]] double analyser(const fabric& in, element_id e) const {
    return losses.analyser(in, e) + preference(~e.value());
  }
  [[nodiscard]] static constexpr double tolerance() { return 1e-5; }
  [[nodiscard]] double least_meeting() const { return losses.least_meeting(); }
  [[nodiscard]] double least_step() const { return losses.least_step(); }
  [[nodiscard]] double remaining(const fabric& in, element_id e) const { return losses.remaining(in, e); }
  [[nodiscard]] double spread(const fabric& in, element_id e) const { return losses.spread(in, e); }
  [[nodiscard]] const least_loss& sheet() const { return losses; }
  [[nodiscard]] static constexpr double impairment(const fabric&, span_id) { return 0; }
  [[nodiscard]] static constexpr double impairment(const fabric&, element_id) { return 0; }
  [[nodiscard]] static constexpr double load(const fabric&, element_id) { return 0; }
  [[nodiscard]] static constexpr double pool_load(const fabric&, element_id) { return 0; }

 private:
  /// Up to 10⁻⁶ dB.
  [[nodiscard]] double preference(std::uint32_t part) const {
    return static_cast<double>(mix(pair, part) >> 40) * (1e-6 / 16'777'216);
  }
};

/// Each pair of endpoints has one way, that of the least loss on the fabric as it was built. If something on it is in
/// use the request waits; if something is broken it waits for the repair. What other routers are measured against.
struct static_shortest {
  [[nodiscard]] std::optional<light_path> route(const routing& with, terminal from, terminal to) const {
    const loss_cost least{with.losses, mix(from.endpoint.value(), to.endpoint.value())};
    std::optional<light_path> way = with.finder.find(with.in, with.built, from, to, least);
    if (way && !with.state.fits(*way)) way.reset();
    return way;
  }
  [[nodiscard]] double cost(const routing& with, const light_path& way) const {
    return cost_of(with.in, way, loss_cost{with.losses});
  }
  [[nodiscard]] static bool moves(double, double) { return false; }

  friend constexpr bool operator==(const static_shortest&, const static_shortest&) = default;
};

/// Of the ways that are free and sound the one that loses least, where a decibel that was measured counts like one of
/// the data sheet, and parts that are degraded or busy are shunned: at a switch that all its light paths cross a path
/// costs `crowding` more than at an idle one, and so at an empty pool. Where ways of the least loss there can be are
/// free and sound, the one that is crowded least among a few of them, drawn by a hash of the two ends, is as good as
/// any. A lease moves if that saves more than `hysteresis`.
struct adaptive {
  double crowding = 0.5;    ///< dB
  double degraded = 3;      ///< dB, for each part of a way that is degraded
  double hysteresis = 1.5;  ///< dB
  /// While a smaller share of all fibres is in use, light may go round what is busy; else it waits for the direct way,
  /// as a detour blocks more than it serves (trunk reservation: Gibbens, Kelly and Key 1988); 0 to 1.
  double detours_below = 0.1;
  double detours_round_faults_below = 0.12;  ///< the same where the direct way is broken

  [[nodiscard]] status validate() const {
    for (const auto& [what, value] :
         {std::pair{"adaptive.crowding", crowding}, std::pair{"adaptive.degraded", degraded},
          std::pair{"adaptive.hysteresis", hysteresis}})
      if (!(value >= 0 && value <= 1000)) return config_error{what, ebit::detail::number_text(value), "0 to 1000 dB"};
    for (const auto& [what, value] : {std::pair{"adaptive.detours_below", detours_below},
                                      std::pair{"adaptive.detours_round_faults_below", detours_round_faults_below}})
      if (!(value >= 0 && value <= 1)) return config_error{what, ebit::detail::number_text(value), "0 to 1"};
    return success{};
  }

  struct cost_function {
    const routing& with;
    const adaptive& how;
    loss_cost data_sheet;

    [[nodiscard]] double span(const fabric& in, span_id s) const {
      return data_sheet.span(in, s) + impairment(in, s);
    }
    [[nodiscard]] double crossing(const fabric& in, element_id e, std::uint16_t from, std::uint16_t to) const {
      return data_sheet.crossing(in, e, from, to) + surcharge(in, e);
    }
    [[nodiscard]] double analyser(const fabric& in, element_id e) const {
      return data_sheet.analyser(in, e) + impairment(in, e) + pool_load(in, in.pool_of(e));
    }
    [[nodiscard]] double surcharge(const fabric& in, element_id e) const { return impairment(in, e) + load(in, e); }
    [[nodiscard]] double meeting_surcharge(const fabric& in, element_id e) const {
      return 2 * surcharge(in, e) + pool_load(in, e);
    }
    [[nodiscard]] const least_loss& sheet() const { return data_sheet.sheet(); }
    [[nodiscard]] double impairment(const fabric&, span_id s) const {
      return with.seen.excess(s) + penalty(with.state.health_of(s));
    }
    [[nodiscard]] double impairment(const fabric&, element_id e) const {
      return with.seen.excess(e) + penalty(with.state.health_of(e));
    }
    [[nodiscard]] double load(const fabric& in, element_id e) const {
      return how.crowding * (2.0 * with.seen.busy(e) / in.at(e).ports);
    }
    /// Of the pool of a switch, or of none.
    [[nodiscard]] double pool_load(const fabric& in, element_id pool) const {
      return how.crowding * scarcity(in, pool);
    }
    [[nodiscard]] static constexpr double tolerance() { return loss_cost::tolerance(); }
    [[nodiscard]] double least_meeting() const { return data_sheet.least_meeting(); }
    [[nodiscard]] double least_step() const { return data_sheet.least_step(); }
    [[nodiscard]] double remaining(const fabric& in, element_id e) const { return data_sheet.remaining(in, e); }
    [[nodiscard]] double spread(const fabric& in, element_id e) const { return data_sheet.spread(in, e); }

   private:
    [[nodiscard]] double penalty(health h) const { return h == health::degraded ? how.degraded : 0; }
    /// Of the pool of a switch, or of none.
    [[nodiscard]] double scarcity(const fabric& in, element_id pool) const {
      if (!pool.valid()) return 0;
      return 1 - static_cast<double>(with.state.free_in_pool(pool)) / static_cast<double>(in.pool(pool).size());
    }
  };

  [[nodiscard]] std::optional<light_path> route(const routing& with, terminal from, terminal to) const {
    const cost_function least{with, *this, {with.losses, mix(from.endpoint.value(), to.endpoint.value())}};
    const double used = in_use(with);
    if (used >= detours_below && used >= detours_round_faults_below) {
      if (auto direct = with.finder.find_direct(with.in, with.state, from, to, least)) return direct;
      const std::optional<light_path> shortest = with.finder.find(with.in, with.built, from, to, least.data_sheet);
      if (!shortest) return std::nullopt;
      return with.finder.find_short(with.in, with.state, from, to, least, fibres(*shortest));
    }
    std::optional<light_path> way = with.finder.find(with.in, with.state, from, to, least);
    if (!way || with.finder.last_is_direct() || used < detours_below) return way;
    const std::uint64_t fewest =
        std::uint64_t{with.losses.fewest_fibres(from.endpoint)} + with.losses.fewest_fibres(to.endpoint);
    if (fibres(*way) <= fewest) return way;  // no other is shorter
    const std::optional<light_path> shortest = with.finder.find(with.in, with.built, from, to, least.data_sheet);
    if (!shortest || fibres(*way) <= fibres(*shortest)) return way;
    if (used >= detours_round_faults_below || is_sound(with.state, *shortest)) way.reset();
    return way;
  }
  [[nodiscard]] double cost(const routing& with, const light_path& way) const {
    return cost_of(with.in, way, cost_function{with, *this, {with.losses}});
  }
  [[nodiscard]] bool moves(double now, double other) const { return other + hysteresis < now; }

  friend constexpr bool operator==(const adaptive&, const adaptive&) = default;

 private:
  [[nodiscard]] static double in_use(const routing& with) {
    return with.state.spans_in_use() / static_cast<double>(with.in.spans().size());
  }
  [[nodiscard]] static std::size_t fibres(const light_path& way) { return way.a.spans.size() + way.b.spans.size(); }
  [[nodiscard]] static bool is_sound(const fabric_state& state, const light_path& way) {
    if (!state.is_usable(way.analyser)) return false;
    for (const arm* each : {&way.a, &way.b}) {
      for (const span_id s : each->spans)
        if (state.health_of(s) == health::failed) return false;
      for (const crossing& c : each->crossings)
        if (!state.is_usable(c.at)) return false;
    }
    return true;
  }
};

static_assert(router<static_shortest> && router<adaptive>);

}  // namespace ebit::orchestrate
