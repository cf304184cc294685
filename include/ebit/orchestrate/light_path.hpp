// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include <ebit/core/bell.hpp>
#include <ebit/core/math.hpp>
#include <ebit/link/lit_path.hpp>
#include <ebit/orchestrate/fabric.hpp>

namespace ebit::orchestrate {

/// Light's way through one switch.
struct crossing {
  element_id at;
  std::uint16_t in = 0;
  std::uint16_t out = 0;
  duration after;  ///< light gets there so long after it left its endpoint

  friend constexpr bool operator==(const crossing&, const crossing&) = default;
};

/// Light's way from a port of an endpoint to an input of an analyser: fibres with a switch between each two.
struct arm {
  element_id endpoint;
  std::uint16_t port = 0;             ///< of the endpoint
  std::uint16_t input = 0;            ///< of the analyser, 0 or 1
  std::vector<span_id> spans{};       ///< from the endpoint on
  std::vector<crossing> crossings{};  ///< one fewer
  loss total{};                       ///< spans[0] + crossings[0] + spans[1] + …, added in this order
  duration delay{};                   ///< of all fibres, from the endpoint to the analyser
  double fidelity = 1;  ///< of a perfect pair, one half of which came this way: white noise of each switch
  /// Of each photon that other paths have in each switch on the way, as many as a switch can pass besides, so many
  /// reach each detector of the analyser by this arm, before it is attenuated.
  double stray = 0;

  /// When light that leaves the endpoint at 0 s is at the i-th switch on its way.
  [[nodiscard]] duration delay_to(std::size_t i) const { return crossings[i].after; }

  friend bool operator==(const arm&, const arm&) = default;
};

/// A way for one photon from each of two endpoints to meet at an analyser. The arms share no fibre.
struct light_path {
  arm a;
  arm b;
  element_id analyser;
  std::uint16_t station = 0;  ///< its model, of those of the fabric

  [[nodiscard]] const arm& of(half end) const { return end == half::a ? a : b; }
  /// The delay line put into this arm, so that photons sent at the same instant arrive together.
  [[nodiscard]] duration added_delay(half end) const {
    const duration longest = a.delay < b.delay ? b.delay : a.delay;
    return longest - of(end).delay;
  }
  /// The attenuator put into this arm, so that the analyser cannot tell from the brightness where a photon came from.
  [[nodiscard]] loss added_loss(half end) const {
    const loss most = a.total < b.total ? b.total : a.total;
    return most - of(end).total;
  }
  /// `arm::stray` of both arms, attenuated as they are.
  [[nodiscard]] double stray() const {
    double sum = 0;
    for (const half each : {half::a, half::b})
      if (of(each).stray > 0) sum += of(each).stray * math::pow(10.0, -added_loss(each).base() / 10);
    return sum;
  }
  /// The two arms with their delay line and attenuator, which themselves lose nothing else: both as long and as lossy
  /// as the worse one.
  [[nodiscard]] link::lit_path balanced() const;

  friend bool operator==(const light_path&, const light_path&) = default;
};

/// The arm from an endpoint along these fibres to an analyser; none if they do not follow each other, lead through
/// anything but switches, ask a switch for what it cannot join, or do not end at an analyser.
[[nodiscard]] std::optional<arm> lay_arm(const fabric& in, element_id endpoint, std::span<const span_id> along);
/// Two arms that meet: none unless either can be laid, both end at the same analyser, they begin at different
/// endpoints and no fibre is in both.
[[nodiscard]] std::optional<light_path> lay(const fabric& in, element_id from, std::span<const span_id> along_a,
                                            element_id to, std::span<const span_id> along_b);

inline link::lit_path light_path::balanced() const {
  const loss most = a.total < b.total ? b.total : a.total;
  const duration each = a.delay < b.delay ? b.delay : a.delay;
  const double passes = math::pow(10.0, -most.base() / 10);
  return {.transmittance_a = passes,
          .transmittance_b = passes,
          .arm_a = each,
          .arm_b = each,
          .fidelity_a = a.fidelity,
          .fidelity_b = b.fidelity,
          .stray = stray(),
          .station = station};
}

inline std::optional<arm> lay_arm(const fabric& in, element_id endpoint, std::span<const span_id> along) {
  if (!in.knows(endpoint) || in.at(endpoint).kind != element_kind::endpoint) return std::nullopt;
  arm laid{.endpoint = endpoint};
  element_id here = endpoint;
  std::uint16_t entered = 0;  // the port of `here` by which light came
  for (const span_id s : along) {
    if (!in.knows(s)) return std::nullopt;
    const span& fibre = in.along(s);
    if (fibre.a != here && fibre.b != here) return std::nullopt;
    const std::uint16_t out = fibre.port_at(here);
    if (laid.spans.empty()) {
      laid.port = out;
    } else {
      if (in.at(here).kind != element_kind::optical_switch || !in.joins(here, entered, out)) return std::nullopt;
      laid.crossings.push_back({here, entered, out, laid.delay});
      const link::optical_switch& model = in.model_of_switch(here);
      const double others = model.ports > 2 ? (model.ports - 2) / 2 : 0;
      if (model.crosstalk.base() < 300) laid.stray += model.leakage() * others;
      if (laid.stray > 0) laid.stray *= math::pow(10.0, -in.loss_of(here, entered, out).base() / 10);
      laid.total += in.loss_of(here, entered, out);
      laid.fidelity = model.pair_fidelity(laid.fidelity);
    }
    laid.spans.push_back(s);
    if (laid.stray > 0) laid.stray *= math::pow(10.0, -in.loss_of(s).base() / 10);
    laid.total += in.loss_of(s);
    laid.delay += in.delay_of(s);
    here = fibre.other(here);
    entered = fibre.port_at(here);
  }
  if (in.at(here).kind != element_kind::analyser) return std::nullopt;
  laid.input = entered;
  const link::bell_state_analyser& station = in.model_of_analyser(here);
  laid.stray /= station.detectors;
  return laid;
}

inline std::optional<light_path> lay(const fabric& in, element_id from, std::span<const span_id> along_a,
                                     element_id to, std::span<const span_id> along_b) {
  if (from == to) return std::nullopt;
  for (std::size_t i = 0; i < along_a.size(); ++i) {
    for (std::size_t k = 0; k < i; ++k)
      if (along_a[i] == along_a[k]) return std::nullopt;
    for (const span_id s : along_b)
      if (along_a[i] == s) return std::nullopt;
  }
  for (std::size_t i = 0; i < along_b.size(); ++i)
    for (std::size_t k = 0; k < i; ++k)
      if (along_b[i] == along_b[k]) return std::nullopt;
  std::optional<arm> a = lay_arm(in, from, along_a);
  std::optional<arm> b = lay_arm(in, to, along_b);
  if (!a || !b) return std::nullopt;
  const element_id analyser = in.analyser_at(a->spans.back());
  if (analyser != in.analyser_at(b->spans.back())) return std::nullopt;
  return light_path{std::move(*a), std::move(*b), analyser, in.at(analyser).model};
}

}  // namespace ebit::orchestrate
