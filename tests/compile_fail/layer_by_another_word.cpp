// expect: has_no_misspelt_route
// expect: routing
// SPDX-License-Identifier: Apache-2.0
#include <ebit/ebit.hpp>

struct stack : ebit::default_profile {
  using purify = ebit::purify::dejmps;
  using routing = ebit::route::fewest_hops;
};
using wrong = ebit::sim::network<stack>;  // error here
