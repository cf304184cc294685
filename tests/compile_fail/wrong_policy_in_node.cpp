// expect: swap_policy
// SPDX-License-Identifier: Apache-2.0
#include <ebit/node/node.hpp>

struct stack : ebit::default_profile {
  using swap = int;
};
ebit::node<stack> wrong;  // error here
