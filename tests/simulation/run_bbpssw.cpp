// SPDX-License-Identifier: Apache-2.0
#include "session.hpp"

namespace ebit_test {
namespace {
struct profile : ebit::default_profile {
  using purify = ebit::purify::bbpssw;
  using swap = any_order;
  using route = any_path;
};
}  // namespace

outcome run_bbpssw(const scenario& s, const limits& l, bug* planted) {
  ebit::sim::network_options<profile> o;
  o.purify.rounds = static_cast<std::uint8_t>(s.rounds);
  o.purify.at = s.at_ends != 0 ? ebit::purify::where::end_to_end : ebit::purify::where::link;
  return session<profile, ebit::bell_diagonal>{s, l, o, planted}.run();
}

}  // namespace ebit_test
