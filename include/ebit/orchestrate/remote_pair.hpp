// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <ebit/core/extremes.hpp>
#include <ebit/core/result.hpp>
#include <ebit/core/time.hpp>
#include <ebit/herald/double_click.hpp>
#include <ebit/herald/single_click.hpp>
#include <ebit/herald/two_mode_squeezed.hpp>
#include <ebit/link/budget.hpp>
#include <ebit/link/hardware.hpp>
#include <ebit/link/lit_path.hpp>
#include <ebit/link/transducer.hpp>
#include <ebit/purify/epl.hpp>
#include <ebit/purify/none.hpp>
#include <ebit/quantum/noise.hpp>
#include <ebit/route/circuit_model.hpp>
#include <ebit/swap/as_soon_as_possible.hpp>

namespace ebit::orchestrate {

/// How two quantum computers with a transducer each come to share a pair.
enum class pair_scheme : std::uint8_t {
  one_click,      ///< red pumps, one photon heralds (`herald::single_click`)
  one_click_epl,  ///< two such pairs, distilled against extreme photon loss (`purify::epl`)
  two_clicks,     ///< red pumps, two photons herald (`herald::double_click`)
  squeezed,       ///< blue pumps, one photon heralds (`herald::two_mode_squeezed`)
};
inline constexpr std::array pair_schemes{pair_scheme::one_click, pair_scheme::one_click_epl, pair_scheme::two_clicks,
                                         pair_scheme::squeezed};
[[nodiscard]] constexpr std::string_view name_of(pair_scheme s) {
  constexpr std::string_view names[] = {"one_click", "one_click_epl", "two_clicks", "squeezed"};
  return names[static_cast<std::size_t>(s)];
}

/// Two ends alike, each a transducer and what stands behind it, and the light path between them. Of `node` the
/// transducer replaces what `transducer::installed_in` sets.
struct pair_design {
  link::transducer device{};
  link::hardware node{};
  link::lit_path path{};

  /// One end's hardware under a scheme. With the squeezing pump the noise of a transducer is in the microwave mode that
  /// it squeezes, and comes with its pairs; else a thermal occupancy is no part of the scheme. Distillation has at
  /// least the two memories it needs.
  [[nodiscard]] link::hardware end(pair_scheme scheme) const {
    link::transducer pumped = device;
    pumped.pumped = scheme == pair_scheme::squeezed ? link::pump::blue : link::pump::red;
    if (scheme == pair_scheme::squeezed) pumped.thermal_occupancy += pumped.own_noise();
    link::hardware h = pumped.installed_in(node);
    if (scheme == pair_scheme::one_click_epl) h.memories = greatest(h.memories, std::uint16_t{2});
    return h;
  }
  [[nodiscard]] status validate(pair_scheme scheme) const {
    if (static_cast<std::size_t>(scheme) >= pair_schemes.size())
      return config_error{"pair_scheme", std::to_string(static_cast<unsigned>(scheme)), "one of the schemes"};
    if (auto ok = device.validate(); !ok) return ok;
    if (auto ok = node.validate(); !ok) return ok;
    if (auto ok = path.validate(); !ok) return ok;
    return end(scheme).validate();
  }
};

/// What a design gives, by the circuit's forecast (`route::circuit_model`): ageing in memories, gates and light's way
/// included.
struct pair_figures {
  double fidelity = 0;          ///< with the Bell state that is announced, on average at least
  double fidelity_upper = 0;    ///< the same at most: nobody waits for the other pair of a distillation
  double pairs_per_second = 0;  ///< at least
  std::uint16_t memories = 0;   ///< slots per end that are used

  friend constexpr bool operator==(const pair_figures&, const pair_figures&) = default;
};

namespace detail {

/// One scheme on one design, for asking several times.
template <class Herald, class Purify>
class pair_model {
 public:
  pair_model(const pair_design& d, const link::hardware& node) : memories_{node.memories} {
    const link::hardware a = d.path.seen_through(half::a, node), b = d.path.seen_through(half::b, node);
    const route::site here{
        .gates = node.gates, .gate_time = node.gate_time, .bell_measurement_success = node.bell_measurement_success};
    map_ = route::network_map{{here, here},
                              {{node_id{0}, node_id{1}, route::budget_for<Herald>(d.path, a, b), node.memories}}};
  }

  /// The fastest of the drives that are found for this fidelity and for several between it and the best, or the best.
  /// A drive for less is not always faster: what distillation keeps falls as pairs get worse.
  [[nodiscard]] pair_figures fastest(double wanted) const {
    const pair_figures top = best();
    pair_figures out = top;
    constexpr int steps = 6;
    // Drives are told in single precision: a fidelity is met to a millionth.
    const double enough = least(wanted, top.fidelity) - 1e-6;
    for (int i = 0; i <= steps; ++i) {
      const double asked = greatest(0.0, enough) + (top.fidelity - enough) * i / steps;
      for (const std::uint16_t width : widths()) {
        const pair_figures f = ask(asked, width);
        if (f.fidelity >= enough && f.pairs_per_second > out.pairs_per_second) out = f;
      }
    }
    return out;
  }
  [[nodiscard]] pair_figures best() const {
    pair_figures out;
    for (const std::uint16_t width : widths()) {
      const pair_figures f = ask(1, width);
      if (f.fidelity > out.fidelity) out = f;
    }
    return out;
  }

 private:
  /// Raw pairs are fastest with all memories; distilled ones wait less for each other with fewer.
  [[nodiscard]] std::vector<std::uint16_t> widths() const {
    std::vector<std::uint16_t> out;
    if constexpr (!purify::never_distils<Purify>)
      for (unsigned w = 2; w < memories_ && w < 255; w *= 2) out.push_back(static_cast<std::uint16_t>(w));
    out.push_back(least(memories_, std::uint16_t{255}));
    return out;
  }
  [[nodiscard]] pair_figures ask(double fidelity, std::uint16_t width) const {
    const route::circuit_model<Herald, Purify, swap::as_soon_as_possible> model{
        {}, {}, {}, {.width = static_cast<std::uint8_t>(width)}};
    const route::walk only{{node_id{0}, node_id{1}}, {path_id{0}}};
    const route::evaluation e = model.evaluate(map_, only, {node_id{0}, node_id{1}, 1, fidelity});
    return {e.expected.fidelity(), e.expected.fidelity_upper(), e.expected.rate(), width};
  }

  std::uint16_t memories_;
  route::network_map map_;
};

/// Calls `use` with the model of the scheme.
template <class Use>
[[nodiscard]] result<pair_figures> with_model(const pair_design& d, pair_scheme scheme, const Use& use) {
  if (auto ok = d.validate(scheme); !ok) return ok.error();
  const link::hardware node = d.end(scheme);
  switch (scheme) {
    case pair_scheme::one_click: return use(pair_model<herald::single_click, purify::none>{d, node});
    case pair_scheme::one_click_epl: return use(pair_model<herald::single_click, purify::epl>{d, node});
    case pair_scheme::two_clicks: return use(pair_model<herald::double_click, purify::none>{d, node});
    case pair_scheme::squeezed: break;
  }
  return use(pair_model<herald::two_mode_squeezed, purify::none>{d, node});
}

}  // namespace detail

/// The best pairs a design can make; refused if a value of it is out of range.
[[nodiscard]] inline result<pair_figures> best_pairs(const pair_design& d, pair_scheme scheme) {
  return detail::with_model(d, scheme, [](const auto& model) { return model.best(); });
}
/// The fastest pairs of at least that fidelity, 0 to 1, or, if the scheme cannot reach it, the best there are.
[[nodiscard]] inline result<pair_figures> fastest_pairs(const pair_design& d, pair_scheme scheme, double wanted) {
  if (auto ok = ebit::detail::check_probability("fastest_pairs.wanted", wanted); !ok) return ok.error();
  return detail::with_model(d, scheme, [wanted](const auto& model) { return model.fastest(wanted); });
}

}  // namespace ebit::orchestrate
