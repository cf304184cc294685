// expect: pair_source_device
// expect: stop_emission
// SPDX-License-Identifier: Apache-2.0
#include <ebit/backend/device_operations.hpp>
#include <ebit/testing/device_archetypes.hpp>

struct lamp : ebit::testing::archetype::lifecycle_device {
  using ebit::testing::archetype::lifecycle_device::perform;
  void perform(const ebit::command::start_emission&) {}
  [[nodiscard]] ebit::link::pair_source model() const { return {}; }
};

void run(lamp& device) {
  (void)ebit::backend::start_emission(device, ebit::operation_id{1}, 7);  // error here
}
