// SPDX-License-Identifier: Apache-2.0
#include "session.hpp"

namespace ebit_test {
namespace {
struct profile : ebit::default_profile {
  using swap = any_order;
  using route = any_path;
};
}  // namespace

outcome run_plain(const scenario& s, const limits& l, bug* planted) {
  return session<profile, ebit::bell_diagonal>{s, l, {}, planted}.run();
}

}  // namespace ebit_test
