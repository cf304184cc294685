// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>

#include <ebit/core/result.hpp>
#include <ebit/route/cheapest_path.hpp>
#include <ebit/route/concepts.hpp>
#include <ebit/route/engine_watch.hpp>
#include <ebit/route/hysteresis.hpp>
#include <ebit/route/link_state.hpp>
#include <ebit/route/link_watch.hpp>
#include <ebit/route/measured_metrics.hpp>

namespace ebit::route {

/// Routing that adapts: walks are chosen as `Inner` does, but on the links as they are known to be by now. Every node
/// watches its own links (whether they are up, how many pairs they give, how good these are) and tells all others of
/// what has changed (`link_state`); a head whose walk is lost or has become worse than another one goes that way
/// instead.
///
/// What it costs: two messages for each link and each change of it, and as much memory in each node as there are ends
/// of links. A node of another policy takes no part and counts the messages as ignored.
template <route_policy Inner = cheapest_path>
struct link_state_routing {
  using watch = link_watch;

  [[no_unique_address]] Inner inner{};
  link_state_options advertise{.tell_yield = 0.2F};  ///< how nodes tell each other, and what is news
  bool measured = true;                              ///< rates and fidelities count; if not, only which links are up
  /// How what was seen is weighed against the forecast. Chance moves a yield by 1/(2 √prior_pairs) at most (one
  /// standard deviation): far less than what is news.
  belief_options belief{.prior_pairs = 100};
  hysteresis_options change{.margin = 0.2,
                            .hold = duration::seconds(5)};  ///< when another walk is worth a new circuit
  duration look_every = duration::seconds(1);               ///< between two looks at what is in use
  /// So often in a row requests go another way because tests show poor pairs; then they are refused. 0: at once.
  std::uint32_t most_moves = 3;

  template <class... InUse>
  [[nodiscard]] answer choose(const network_map& map, const demand& d, const circuit_forecaster auto& model,
                              const InUse&... in_use) const
    requires requires { inner.choose(map, d, model, in_use...); }
  {
    return inner.choose(map, d, model, in_use...);
  }

  [[nodiscard]] status validate() const {
    if constexpr (requires { inner.validate(); })
      if (auto ok = inner.validate(); !ok) return ok;
    const auto text = [](double x) { return ebit::detail::number_text(x); };
    const auto time = [](duration x) { return ebit::detail::duration_text(x); };
    const link_state_options& a = advertise;
    const std::string at = "route.policy.advertise.";
    if (a.retransmit_after <= duration::zero() || a.retransmit_after.is_never())
      return config_error{at + "retransmit_after", time(a.retransmit_after), "more than 0 s, and an end"};
    if (a.refresh_after <= duration::zero() || !(a.refresh_after < a.longest_age))
      return config_error{at + "refresh_after", time(a.refresh_after), "more than 0 s, less than longest_age"};
    if (a.least_interval < duration::zero() || a.least_interval.is_never())
      return config_error{at + "least_interval", time(a.least_interval), "0 s or more, and an end"};
    if (!(a.tell_yield >= 0)) return config_error{at + "tell_yield", text(double{a.tell_yield}), "0 or more"};
    if (!(a.tell_purity >= 0)) return config_error{at + "tell_purity", text(double{a.tell_purity}), "0 or more"};
    if (a.silence_after <= duration::zero())
      return config_error{at + "silence_after", time(a.silence_after), "more than 0 s"};
    if (belief.memory <= duration::zero())
      return config_error{"route.policy.belief.memory", time(belief.memory), "more than 0 s"};
    if (!(belief.prior_pairs >= 0))
      return config_error{"route.policy.belief.prior_pairs", text(belief.prior_pairs), "0 or more"};
    if (!(belief.prior_tests >= 0))
      return config_error{"route.policy.belief.prior_tests", text(belief.prior_tests), "0 or more"};
    if (!(change.margin >= 0)) return config_error{"route.policy.change.margin", text(change.margin), "0 or more"};
    if (change.hold < duration::zero())
      return config_error{"route.policy.change.hold", time(change.hold), "0 s or more"};
    if (look_every <= duration::zero() || look_every.is_never())
      return config_error{"route.policy.look_every", time(look_every), "more than 0 s, and an end"};
    return success{};
  }

  [[nodiscard]] link_watch make_watch(node_id self, std::uint32_t slots, std::uint32_t incarnation) const {
    return {self, slots, incarnation, {advertise, belief, look_every, measured}};
  }

  friend bool operator==(const link_state_routing&, const link_state_routing&) = default;
};
static_assert(route_policy<link_state_routing<>> && watches_links<link_state_routing<>>);

}  // namespace ebit::route
