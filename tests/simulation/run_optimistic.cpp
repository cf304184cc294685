// SPDX-License-Identifier: Apache-2.0
#include <ebit/purify/optimistic.hpp>

#include "session.hpp"

namespace ebit_test {
namespace {
struct profile : ebit::default_profile {
  using purify = ebit::purify::optimistic<>;
  using swap = any_order;
  using route = any_path;
};
}  // namespace

outcome run_optimistic(const scenario& s, const limits& l, bug* planted) {
  ebit::sim::network_options<profile> o;
  o.purify.rounds = static_cast<std::uint8_t>(s.rounds);
  return session<profile, ebit::bell_diagonal>{s, l, o, planted}.run();
}

}  // namespace ebit_test
