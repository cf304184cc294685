// expect: this purification policy needs pair states with coherence
// SPDX-License-Identifier: Apache-2.0
#include <ebit/ebit.hpp>
#include <ebit/purify/epl.hpp>

struct stack : ebit::default_profile {
  using herald = ebit::herald::single_click;
  using purify = ebit::purify::epl;
};
int main() {
  const ebit::sim::network<stack> wrong{ebit::sim::chain(2, {})};  // error here
}
