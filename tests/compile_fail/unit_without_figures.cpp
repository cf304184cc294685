// expect: networking_unit_device
// expect: installable
// SPDX-License-Identifier: Apache-2.0
#include <ebit/backend/device_operations.hpp>
#include <ebit/testing/device_archetypes.hpp>

struct black_box : ebit::testing::archetype::networking_unit_device {  // says nothing that a link could count on
  struct figures {};
  [[nodiscard]] figures model() const { return {}; }
};

void run(black_box& unit) {
  (void)ebit::backend::relock(unit, ebit::operation_id{1});  // error here
}
