// expect: has_no_misspelt_purify
// expect: purification_policy
// SPDX-License-Identifier: Apache-2.0
#include <ebit/ebit.hpp>

struct stack : ebit::default_profile {
  using purification_policy = ebit::purify::dejmps;
};
using wrong = ebit::sim::network<stack>;  // error here
