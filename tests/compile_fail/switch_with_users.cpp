// expect: analyser_pool_device
// SPDX-License-Identifier: Apache-2.0
#include <ebit/backend/device_operations.hpp>
#include <ebit/sim/simulated_switch.hpp>

void run(ebit::sim::simulated_switch& device) {  // a switch has no analysers to give away
  (void)ebit::backend::occupy_analyser(device, ebit::operation_id{1}, ebit::port_id{0}, 7);  // error here
}
