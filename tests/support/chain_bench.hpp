// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <vector>

#include "node_bench.hpp"

namespace ebit_test {

/// All nodes of a chain on manual devices, with messages carried at once and in order; the test heralds and answers.
template <class Profile = default_profile>
struct chain_bench {
  std::uint16_t hops;
  std::vector<node_bench<Profile>> nodes;
  std::vector<std::size_t> carried;

  explicit chain_bench(std::uint16_t of_hops, const options<Profile>& stack = {}, std::uint32_t slots = 4)
      : hops{of_hops}, carried(of_hops + 1U, 0) {
    for (std::uint16_t p = 0; p <= hops; ++p) nodes.emplace_back(hops, p, stack, slots);
  }

  /// Delivers what was sent, and what is sent on that, until nobody has anything to say.
  void carry() {
    for (bool any = true; any;) {
      any = false;
      for (std::size_t n = 0; n < nodes.size(); ++n) {
        for (; carried[n] < nodes[n].device.performed().size(); ++carried[n]) {
          const action::any next = nodes[n].device.performed()[carried[n]];
          const action::send* sent = std::get_if<action::send>(&next);
          if (sent == nullptr) continue;
          any = true;
          nodes[sent->content.to.value()].tell(event::received{sent->content, link_delay});
        }
      }
    }
  }
  void request(std::uint32_t pairs, double fidelity) {
    nodes[0].tell(event::request{request_id{3}, node_id{hops}, pairs, fidelity});
    carry();
  }
  /// Both ends of link `k` are told of a pair; the upstream one first.
  void herald(std::uint16_t k, std::uint64_t cycle, bell_index state = bell_index::phi_plus, std::uint16_t mode = 0) {
    nodes[k].herald(nodes[k].batch(side::downstream), cycle, state, mode);
    nodes[k + 1U].herald(nodes[k + 1U].batch(side::upstream), cycle, state, mode);
  }
  template <class Action>
  [[nodiscard]] std::vector<Action> asked(std::size_t n) const {
    return nodes[n].device.template all<Action>();
  }
};

}  // namespace ebit_test
