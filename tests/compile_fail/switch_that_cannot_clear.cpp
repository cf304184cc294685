// expect: optical_switch_device
// expect: clear
// SPDX-License-Identifier: Apache-2.0
#include <ebit/backend/device_operations.hpp>
#include <ebit/testing/device_archetypes.hpp>

struct patch_panel : ebit::testing::archetype::lifecycle_device {  // joins ports for ever
  static constexpr ebit::backend::capabilities capabilities{.switches = true};
  using ebit::testing::archetype::lifecycle_device::perform;
  void perform(const ebit::action::connect&) {}
  [[nodiscard]] ebit::link::optical_switch model() const { return {}; }
};

void run(patch_panel& device) {
  (void)ebit::backend::join_ports(device, ebit::operation_id{1}, ebit::port_id{0}, ebit::port_id{1});  // error here
}
