// expect: optical_switch_device
// SPDX-License-Identifier: Apache-2.0
#include <ebit/backend/device_operations.hpp>
#include <ebit/sim/simulated_analyser_pool.hpp>

void run(ebit::sim::simulated_analyser_pool& pool) {  // an analyser is not a switch
  (void)ebit::backend::join_ports(pool, ebit::operation_id{1}, ebit::port_id{0}, ebit::port_id{1});  // error here
}
