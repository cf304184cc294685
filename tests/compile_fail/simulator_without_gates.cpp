// expect: gates
// expect: the simulated device does not offer what this profile needs
// SPDX-License-Identifier: Apache-2.0
#include <ebit/ebit.hpp>

struct by_gates : ebit::swap::as_soon_as_possible {
  static constexpr ebit::backend::capabilities needs{.gates = true};
};
struct stack : ebit::default_profile {
  using swap = by_gates;
};
int main() {
  const ebit::sim::network<stack> wrong{ebit::sim::chain(3, {})};  // error here
}
