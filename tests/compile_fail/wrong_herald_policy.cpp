// expect: herald_policy
// expect: profile
// SPDX-License-Identifier: Apache-2.0
#include <ebit/ebit.hpp>

struct hopeful {  // no best_fidelity
  [[nodiscard]] static ebit::herald::attempt_model model(const ebit::herald::interference&,
                                                         const ebit::herald::setting&) {
    return {};
  }
  [[nodiscard]] static std::optional<ebit::herald::setting> choose(const ebit::herald::interference&, double) {
    return {};
  }
};
struct stack : ebit::default_profile {
  using herald = hopeful;
};
using wrong = ebit::sim::network<stack>;  // error here
