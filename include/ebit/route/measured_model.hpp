// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include <ebit/core/extremes.hpp>
#include <ebit/core/math.hpp>
#include <ebit/route/best_of.hpp>
#include <ebit/route/concepts.hpp>
#include <ebit/route/hysteresis.hpp>
#include <ebit/route/measured_metrics.hpp>

namespace ebit::route {

/// Where in the map the link `e` is, a reference to one of its links; `none` for a copy.
[[nodiscard]] inline path_id path_of(const network_map& map, const edge& e) {
  for (const std::uint32_t index : map.incident(e.a))
    if (&map.along(path_id{index}) == &e) return path_id{index};
  return path_id::none();
}

/// The link with its pairs' noise as measured: a purity below 1 is white noise on them as they are heralded.
[[nodiscard]] inline edge purified(edge e, double purity) {
  e.budget.emission_error_a = greatest(0.0, 1 - (1 - e.budget.emission_error_a) * purity);
  return e;
}

/// A circuit's model for links as they are and not as their budgets say: with it any route policy goes by what was
/// measured. A purity below 1 is white noise on the pairs as they are heralded, so that distillation and swapping get
/// to work on it; one above 1 takes such noise away as far as the budget has any. A yield other than 1 thins photons
/// and dark counts alike, which changes how often there is a herald but not what it heralds; above 1 as far as
/// efficiencies stay below 1.
template <circuit_forecaster Model, condition_source Source>
class measured_model {
 public:
  /// Both have to outlive this.
  measured_model(const Model& model, const Source& source, local_time now)
      : model_{&model}, source_{&source}, now_{now} {}

  [[nodiscard]] double link_seconds(const network_map& map, const edge& e, double fidelity) const {
    const path_id link = path_of(map, e);
    const link_condition c = link.valid() ? source_->condition(link, now_) : link_condition{};
    if (c == link_condition{}) return model_->link_seconds(map, e, fidelity);
    return c.yield > 0 ? model_->link_seconds(map, purified(e, c.purity), fidelity) / c.yield : 1e300;
  }

  /// Evaluates a map of the walk alone, in which links are as measured. A link that yields nothing is closed. What the
  /// model asks for besides, as the rounds of distillation, is handed on.
  template <class... Further>
  [[nodiscard]] evaluation evaluate(const network_map& map, const walk& w, const demand& d,
                                    const Further&... further) const
    requires requires(const Model& model) { model.evaluate(map, w, d, further...); }
  {
    std::vector<site> sites;
    std::vector<edge> links;
    walk same;
    bool as_forecast = true;
    for (std::size_t i = 0; i < w.nodes.size(); ++i) {
      sites.push_back(map.at(w.nodes[i]));
      same.nodes.emplace_back(static_cast<std::uint32_t>(i));
    }
    for (std::size_t i = 0; i < w.hops(); ++i) {
      const link_condition c = source_->condition(w.links[i], now_);
      edge e = map.along(w.links[i]);
      if (!(c.yield > 0 && c.purity > 0)) return closed(i);
      if (c != link_condition{}) {
        as_forecast = false;
        if (c.purity != 1) e = purified(e, c.purity);
        if (c.yield != 1) e = thinned(map, e, c.yield, greatest(0.5, d.min_fidelity));
      }
      const bool ahead = e.a == w.nodes[i];
      e.a = same.nodes[ahead ? i : i + 1];
      e.b = same.nodes[ahead ? i + 1 : i];
      links.push_back(std::move(e));
      same.links.emplace_back(static_cast<std::uint32_t>(i));
    }
    if (as_forecast) return model_->evaluate(map, w, d, further...);
    return model_->evaluate(network_map{std::move(sites), std::move(links)}, same,
                            demand{same.nodes.front(), same.nodes.back(), d.pairs, d.min_fidelity}, further...);
  }

 private:
  [[nodiscard]] static evaluation closed(std::size_t hop) {
    evaluation e;
    e.why = refusal::too_slow;
    e.hop = static_cast<std::uint16_t>(hop);
    return e;
  }
  [[nodiscard]] static edge with_light(edge e, double share) {
    share = least(share, 1 / greatest(e.budget.efficiency_a, e.budget.efficiency_b, 1e-300));
    e.budget.efficiency_a *= share;
    e.budget.efficiency_b *= share;
    e.budget.dark_probability = least(1.0, e.budget.dark_probability * share);
    return e;
  }
  /// The share of light with which the link, driven to that fidelity, heralds `yield` times as often. How often is
  /// nearly a power of the light, the first where one photon heralds, the second where two do; the model tells which
  /// (secants in logarithms).
  [[nodiscard]] edge thinned(const network_map& map, const edge& e, double yield, double fidelity) const {
    const auto ratio = [&](double share) { return model_->link_seconds(map, with_light(e, share), fidelity); };
    const double here = ratio(1);
    if (!(here > 0 && here < 1e299)) return with_light(e, yield);
    const double wanted = math::log(yield);
    double x = 0, y = 0, power = 1;
    for (int i = 0; i < 4; ++i) {
      const double next = x + (wanted - y) / power;
      const double seconds = ratio(math::exp(next));
      if (!(seconds < 1e299)) break;
      const double reached = math::log(here / seconds), step = next - x;
      if ((reached - y) * step > 0) power = (reached - y) / step;
      x = next;
      y = reached;
      if (step > -1e-6 && step < 1e-6) break;
    }
    return with_light(e, math::exp(x));
  }

  const Model* model_;
  const Source* source_;
  local_time now_;
};

/// Looks again for the walk of a circuit that is in use: the policy's new choice if the time has come to change to
/// it, else nothing. At once if the present walk is no longer feasible and the other is; else when `state` says so,
/// by the rate. `others`: the walks of other circuits, for a policy that regards them.
template <route_policy Policy, class... InUse>
[[nodiscard]] std::optional<answer> reconsider(const Policy& policy, const network_map& map, const demand& d,
                                               const circuit_forecaster auto& model, const walk& in_use,
                                               hysteresis& state, const hysteresis_options& how, local_time now,
                                               const InUse&... others) {
  answer other = policy.choose(map, d, model, others...);
  const evaluation present = model.evaluate(map, in_use, d);
  if (!other.circuit.feasible || other.path == in_use) {
    state.restart();
    return std::nullopt;
  }
  if (present.feasible) {
    const double gain = other.circuit.expected.rate() / present.expected.rate();
    if (!state.is_due(gain, now, how)) return std::nullopt;
  }
  state.restart();
  return other;
}

}  // namespace ebit::route
