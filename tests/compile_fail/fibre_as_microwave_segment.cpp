// expect: microwave_segment_device
// SPDX-License-Identifier: Apache-2.0
#include <ebit/backend/device_operations.hpp>
#include <ebit/link/fibre.hpp>
#include <ebit/testing/device_archetypes.hpp>

struct fibre_line : ebit::testing::archetype::microwave_segment_device {
  [[nodiscard]] ebit::link::fibre model() const { return {}; }
};

void run(fibre_line& device) {
  (void)ebit::backend::send_qubit(device, ebit::operation_id{1}, ebit::slot_id{0}, ebit::port_id{1});  // error here
}
