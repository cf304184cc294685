// SPDX-License-Identifier: Apache-2.0
#include "session.hpp"

namespace ebit_test {
namespace {
struct profile : ebit::default_profile {
  using herald = ebit::herald::single_click;
  using purify = ebit::purify::epl;
  using swap = any_order;
  using route = any_path;
};
}  // namespace

outcome run_epl(const scenario& s, const limits& l, bug* planted) {
  ebit::sim::network_options<profile> o;
  o.herald.bright_state = 0.3;
  o.purify.rounds = static_cast<std::uint8_t>(s.rounds);
  return session<profile, ebit::x_state>{s, l, o, planted}.run();
}

}  // namespace ebit_test
