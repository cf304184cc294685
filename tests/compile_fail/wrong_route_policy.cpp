// expect: route_policy
// expect: profile
// SPDX-License-Identifier: Apache-2.0
#include <ebit/ebit.hpp>

struct lost {  // gives a walk, but not what it promises
  [[nodiscard]] static ebit::route::walk choose(const ebit::route::network_map&, const ebit::route::demand&,
                                                const ebit::route::circuit_forecaster auto&) {
    return {};
  }
};
struct stack : ebit::default_profile {
  using route = lost;
};
using wrong = ebit::sim::network<stack>;  // error here
