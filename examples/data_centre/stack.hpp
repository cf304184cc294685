// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include <ebit/herald/single_click.hpp>
#include <ebit/node/profile.hpp>
#include <ebit/orchestrate/router.hpp>
#include <ebit/orchestrate/stock_policy.hpp>

/// The stacks at the endpoints and the routers at the controllers that can be chosen among.
namespace centre {

struct two_clicks : ebit::default_profile {};
struct one_click : ebit::default_profile {
  using herald = ebit::herald::single_click;
};

/// One of the library's two routers, known only at run time.
struct chosen_router {
  bool is_static = false;
  ebit::orchestrate::adaptive moving{};
  ebit::orchestrate::static_shortest fixed{};

  [[nodiscard]] std::optional<ebit::orchestrate::light_path> route(const ebit::orchestrate::routing& with,
                                                                   ebit::orchestrate::terminal from,
                                                                   ebit::orchestrate::terminal to) const {
    return is_static ? fixed.route(with, from, to) : moving.route(with, from, to);
  }
  [[nodiscard]] double cost(const ebit::orchestrate::routing& with, const ebit::orchestrate::light_path& way) const {
    return is_static ? fixed.cost(with, way) : moving.cost(with, way);
  }
  [[nodiscard]] bool moves(double now, double other) const {
    return is_static ? fixed.moves(now, other) : moving.moves(now, other);
  }
};
static_assert(ebit::orchestrate::router<chosen_router>);

/// Pairs in stock or none, known only at run time.
struct chosen_stock {
  static constexpr bool keeps = true;
  bool is_on = false;
  ebit::orchestrate::recent_partners partners{};

  void note(const ebit::orchestrate::stock_demand& d, ebit::local_time now) {
    if (is_on) partners.note(d, now);
  }
  [[nodiscard]] ebit::orchestrate::stock_wishes wishes(ebit::local_time now) const {
    return is_on ? partners.wishes(now) : ebit::orchestrate::stock_wishes{};
  }
  [[nodiscard]] ebit::status validate() const { return partners.validate(); }
};
static_assert(ebit::orchestrate::stock_policy<chosen_stock>);

}  // namespace centre
