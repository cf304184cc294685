// expect: lifecycle_device
// expect: deinitialise
// SPDX-License-Identifier: Apache-2.0
#include <ebit/backend/device_operations.hpp>

struct always_on {
  [[nodiscard]] ebit::local_time now() const { return {}; }
  bool poll(const auto&) { return false; }
  void wait(ebit::local_time) {}
  void perform(const ebit::command::initialise&) {}
  void perform(const ebit::command::recover&) {}
  [[nodiscard]] ebit::link::device_phase phase() const { return ebit::link::device_phase::ready; }
};

void run(always_on& device) {
  (void)ebit::backend::bring_up(device, ebit::operation_id{1});  // error here
}
