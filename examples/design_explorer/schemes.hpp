// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>
#include <type_traits>

#include <ebit/ebit.hpp>
#include <ebit/herald/two_mode_squeezed.hpp>
#include <ebit/purify/epl.hpp>
#include <ebit/quantum/adaptive_state.hpp>
#include <ebit/quantum/key_fraction.hpp>

#include "design_explorer/parameters.hpp"

/// The ways to make pairs that are compared: stacks of the library, each asked for its forecast.
namespace explorer {

/// What a scheme gives for one design. Zero rate: it cannot.
struct figures {
  double pairs_per_s = 0;    ///< at the wanted fidelity, at least
  double fidelity = 0;       ///< of those pairs, at least; 0 if there are none
  double best_fidelity = 0;  ///< of any drive of the scheme, at least
  double key_per_s = 0;      ///< secret bits (BBM92) per second, of the drive that gives most
  bool exact = false;        ///< the rate is not a lower bound but the value
};

namespace stacks {

struct one_click : ebit::default_profile {
  using herald = ebit::herald::single_click;
};
struct one_click_epl : one_click {
  using purify = ebit::purify::epl;
};
struct one_click_dejmps : one_click {
  using purify = ebit::purify::dejmps;
};
struct two_clicks : ebit::default_profile {};
struct two_clicks_dejmps : ebit::default_profile {
  using purify = ebit::purify::dejmps;
};
struct squeezed : ebit::default_profile {
  using herald = ebit::herald::two_mode_squeezed;
};

}  // namespace stacks

/// What a squeezing transducer adds is in the microwave mode that it squeezes: its noise photons come with its pairs.
template <class Stack>
[[nodiscard]] ebit::link::hardware as_driven(ebit::link::hardware node) {
  if constexpr (std::is_same_v<typename Stack::herald, ebit::herald::two_mode_squeezed>) {
    node.thermal_occupancy += node.added_noise;
    node.added_noise = 0;
  }
  return node;
}

/// Both figures from one kind of question: what does the network say to a request for pairs of a fidelity?
template <class Stack, class State = ebit::bell_diagonal>
[[nodiscard]] ebit::result<figures> forecast_of(const design& d, double min_fidelity) {
  const auto net = ebit::sim::chain(d.links + 1, d.line);
  ebit::sim::network_options<Stack> values;
  values.hardware = as_driven<Stack>(d.node);
  const ebit::sim::network<Stack, State> sim{net, values};
  if (const ebit::status& valid = sim.validate(); !valid) return valid.error();
  const auto ask = [&](double fidelity) { return sim.plan({net.node(0), net.node(d.links), 1, fidelity}).circuit; };
  figures out;
  const ebit::route::evaluation wanted = ask(min_fidelity);
  if (wanted.feasible) {
    out.fidelity = wanted.expected.fidelity();
    out.pairs_per_s = wanted.expected.rate();
    out.exact = wanted.expected.rate_certainty() == ebit::forecast::certainty::exact;
  }
  out.best_fidelity = ask(1).expected.fidelity();
  // Better pairs are fewer: the most key lies between.
  for (const double fidelity : {0.75, 0.8, 0.84, 0.87, 0.9, 0.92, 0.94, 0.96, 0.975, 0.99}) {
    const ebit::route::evaluation e = ask(fidelity);
    if (!e.feasible) break;
    const double key = e.expected.rate() * ebit::bb84_key_fraction(e.expected.state());
    if (key > out.key_per_s) out.key_per_s = key;
  }
  return out;
}

struct scheme {
  std::string_view name;
  std::string_view colour;  ///< of its region in a plot (Okabe and Ito 2008: told apart by everybody)
  ebit::result<figures> (*forecast)(const design& d, double min_fidelity);
  std::string_view meaning;
};

inline constexpr scheme schemes[] = {
    {"single_click", "#E69F00", &forecast_of<stacks::one_click>, "one photon heralds (Cabrillo 1999)"},
    {"single_click_epl", "#009E73", &forecast_of<stacks::one_click_epl, ebit::adaptive_state>,
     "two such pairs, extreme photon loss distillation (Campbell and Benjamin 2008)"},
    {"single_click_dejmps", "#D55E00", &forecast_of<stacks::one_click_dejmps>,
     "two such pairs, DEJMPS (Deutsch et al. 1996)"},
    {"double_click", "#0072B2", &forecast_of<stacks::two_clicks>, "two photons herald (Barrett and Kok 2005)"},
    {"double_click_dejmps", "#56B4E9", &forecast_of<stacks::two_clicks_dejmps>, "two such pairs, DEJMPS"},
    {"two_mode_squeezed", "#CC79A7", &forecast_of<stacks::squeezed>,
     "one photon from two squeezing transducers (after Duan, Lukin, Cirac and Zoller 2001)"},
};
inline constexpr std::size_t scheme_count = sizeof schemes / sizeof schemes[0];

}  // namespace explorer
