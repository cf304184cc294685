// expect: qpu_endpoint_device
// expect: gates
// SPDX-License-Identifier: Apache-2.0
#include <ebit/backend/device_operations.hpp>
#include <ebit/testing/device_archetypes.hpp>

struct sensor : ebit::testing::archetype::qpu_endpoint_device {  // can be read, and nothing else
  static constexpr ebit::backend::capabilities capabilities{.measures = true};
};

void run(sensor& device) {
  (void)ebit::backend::apply_gate(device, ebit::operation_id{1}, ebit::action::gate_kind::h, {}, ebit::slot_id{0});
  (void)ebit::backend::read_qubit(device, ebit::operation_id{1}, ebit::slot_id{0}, ebit::basis::z);  // error here
}
