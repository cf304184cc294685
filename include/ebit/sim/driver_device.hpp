// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include <ebit/backend/actions.hpp>
#include <ebit/backend/capabilities.hpp>
#include <ebit/core/ids.hpp>

namespace ebit::sim {

/// What one node sees of this world: it takes the node's actions. Events come to the node by themselves, so it is
/// not polled.
template <class Driver>
class simulated_device {
 public:
  static constexpr backend::capabilities capabilities =
      backend::capabilities::of_every_stack() | backend::capabilities{.switches = Driver::can_switch};

  simulated_device(Driver& world, std::uint32_t node) : world_{&world}, node_{node} {}

  void perform(const action::attempt& wanted) const { pass(wanted); }
  void perform(const action::stop& wanted) const { pass(wanted); }
  void perform(const action::free& wanted) const { pass(wanted); }
  void perform(const action::bell_measure& wanted) const { pass(wanted); }
  void perform(const action::distil& wanted) const { pass(wanted); }
  void perform(const action::measure& wanted) const { pass(wanted); }
  void perform(const action::move& wanted) const { pass(wanted); }
  void perform(const action::send& wanted) const { pass(wanted); }
  void perform(const action::deliver& wanted) const { pass(wanted); }
  void perform(const action::revoke& wanted) const { pass(wanted); }
  void perform(const action::report& wanted) const { pass(wanted); }
  void perform(const action::calibrate& wanted) const { pass(wanted); }
  void perform(const action::connect& wanted) const
    requires(Driver::can_switch)
  {
    pass(wanted);
  }
  void perform(const action::clear& wanted) const
    requires(Driver::can_switch)
  {
    pass(wanted);
  }
  void operator()(const auto& wanted) const { perform(wanted); }

 private:
  template <class Action>
  void pass(const Action& wanted) const {
    if constexpr (Driver::is_tapped) {
      Action changed = wanted;
      const auto further = [this](const auto& extra) { world_->perform(node_, extra); };
      if (world_->tap_.on_action(node_id{node_}, changed, further)) world_->perform(node_, changed);
    } else {
      world_->perform(node_, wanted);
    }
  }

  Driver* world_;
  std::uint32_t node_;
};

}  // namespace ebit::sim
