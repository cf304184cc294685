// expect: has_no_misspelt_swap
// expect: swap_order
// SPDX-License-Identifier: Apache-2.0
#include <ebit/ebit.hpp>

struct stack : ebit::default_profile {
  using swap_order = ebit::swap::nested;
};
using wrong = ebit::sim::network<stack>;  // error here
