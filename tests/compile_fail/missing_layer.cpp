// expect: profile
// expect: swap
// SPDX-License-Identifier: Apache-2.0
#include <ebit/ebit.hpp>

struct stack {
  using link = ebit::link::fibre;
  using herald = ebit::herald::double_click;
  using purify = ebit::purify::none;
  using route = ebit::route::fewest_hops;
};
using wrong = ebit::sim::network<stack>;  // error here
