// expect: purify_policy
// expect: profile
// SPDX-License-Identifier: Apache-2.0
#include <ebit/ebit.hpp>

struct forgetful {  // the recipe has to be a distil_recipe
  std::uint8_t rounds = 1;
  ebit::purify::where at = ebit::purify::where::link;
  [[nodiscard]] static int recipe(const ebit::pair_id&, const ebit::pair_id&) { return 0; }
};
struct stack : ebit::default_profile {
  using purify = forgetful;
};
using wrong = ebit::sim::network<stack>;  // error here
