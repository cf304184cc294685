// expect: physical_link
// expect: profile
// SPDX-License-Identifier: Apache-2.0
#include <ebit/ebit.hpp>

struct wire {};
struct stack : ebit::default_profile {
  using link = wire;
};
using wrong = ebit::sim::network<stack>;  // error here
