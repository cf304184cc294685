// expect: has_no_misspelt_purify
// expect: purfy
// expect: profile
// SPDX-License-Identifier: Apache-2.0
#include <ebit/ebit.hpp>

struct stack : ebit::default_profile {
  using purfy = ebit::purify::dejmps;
};
using wrong = ebit::sim::network<stack>;  // error here
