// expect: swap_policy
// expect: profile
// SPDX-License-Identifier: Apache-2.0
#include <ebit/ebit.hpp>

struct undecided {  // does not say how long halves are kept
  static constexpr bool waits_for_spans = false;
  [[nodiscard]] static bool may_swap(ebit::swap::place, ebit::swap::spans) { return true; }
};
struct stack : ebit::default_profile {
  using swap = undecided;
};
using wrong = ebit::sim::network<stack>;  // error here
