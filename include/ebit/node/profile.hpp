// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include <ebit/herald/concepts.hpp>
#include <ebit/herald/double_click.hpp>
#include <ebit/link/concepts.hpp>
#include <ebit/link/fibre.hpp>
#include <ebit/link/outbox.hpp>
#include <ebit/node/layer_names.hpp>
#include <ebit/purify/concepts.hpp>
#include <ebit/purify/none.hpp>
#include <ebit/route/cheapest_path.hpp>
#include <ebit/route/circuit_model.hpp>
#include <ebit/route/concepts.hpp>
#include <ebit/route/connections.hpp>
#include <ebit/swap/as_soon_as_possible.hpp>
#include <ebit/swap/concepts.hpp>

namespace ebit {

/// One policy type per layer. Derive from it and name the ones that differ.
struct default_profile {
  using link = ebit::link::fibre;
  using herald = ebit::herald::double_click;
  using purify = ebit::purify::none;
  using swap = ebit::swap::as_soon_as_possible;
  using route = ebit::route::cheapest_path;
};

/// The requirements on a profile, one concept per layer, so that an error names the layer and the concept that
/// failed; and no member whose name looks like a layer's and is not.
template <class P>
concept profile = names_only_layers<P> && link::physical_link<typename P::link> &&
                  herald::herald_policy<typename P::herald> && purify::purify_policy<typename P::purify> &&
                  swap::swap_policy<typename P::swap> && route::route_policy<typename P::route>;

/// How routes become circuits, and the route policy's own value.
template <class Policy>
struct route_options {
  [[no_unique_address]] Policy policy{};
  std::uint8_t width = 0;       ///< slots per link of each circuit; 0: all that the shortest link has
  duration patience = 3'600_s;  ///< a request that the forecast says takes longer is refused
  bool twirled = true;          ///< memories suffer Pauli noise only; see `route::circuit_options`
  route::service_options service{};
};

/// The values of a profile's policies.
template <profile Profile>
struct options {
  std::uint64_t seed = 1;
  link_options link{};
  [[no_unique_address]] typename Profile::herald herald{};
  [[no_unique_address]] typename Profile::purify purify{};
  [[no_unique_address]] typename Profile::swap swap{};
  route_options<typename Profile::route> route{};
};

template <profile Profile>
using model_of = route::circuit_model<typename Profile::herald, typename Profile::purify, typename Profile::swap>;

template <profile Profile>
[[nodiscard]] model_of<Profile> make_model(const options<Profile>& o) {
  return {
      o.herald, o.purify, o.swap, {.width = o.route.width, .patience = o.route.patience, .twirled = o.route.twirled}};
}

namespace detail {

/// The name of a type as the compiler spells it, without its qualification.
template <class T>
[[nodiscard]] constexpr std::string_view type_name() {
  std::string_view text = __PRETTY_FUNCTION__;
  const std::size_t begin = text.find("T = ") + 4;
  std::size_t end = text.find_first_of(";]", begin);
  text = text.substr(begin, end - begin);
  std::size_t angle = text.find('<');
  const std::size_t colon = text.substr(0, angle).rfind("::");
  return colon == std::string_view::npos ? text : text.substr(colon + 2);
}

}  // namespace detail

/// The stack in words, one line per layer.
template <profile Profile>
[[nodiscard]] std::string describe() {
  std::string text;
  const auto line = [&](const char* layer, std::string_view policy) {
    text.append(layer).append(policy).append("\n");
  };
  line("route   ", detail::type_name<typename Profile::route>());
  line("swap    ", detail::type_name<typename Profile::swap>());
  line("purify  ", detail::type_name<typename Profile::purify>());
  line("herald  ", detail::type_name<typename Profile::herald>());
  line("link    ", detail::type_name<typename Profile::link>());
  return text;
}

}  // namespace ebit
