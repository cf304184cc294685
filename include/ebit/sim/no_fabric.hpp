// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <ebit/node/node.hpp>

namespace ebit::sim {

/// A network whose paths are there from the start: every node is a stack and nothing switches.
struct no_fabric {
  static constexpr bool switches = false;
  template <profile Profile>
  using node = basic_node<Profile>;

  template <profile Profile>
  [[nodiscard]] static basic_node<Profile> make_node(const node_config& config, const options<Profile>& stack) {
    return {config, stack};
  }
};

}  // namespace ebit::sim
