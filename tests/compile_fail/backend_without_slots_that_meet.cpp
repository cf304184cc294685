// expect: reaches_slots
// SPDX-License-Identifier: Apache-2.0
#include <ebit/backend/drive.hpp>
#include <ebit/ebit.hpp>
#include <ebit/testing/archetypes.hpp>

struct split_device : ebit::testing::archetype::device {  // its ports are separate registers
  static constexpr ebit::backend::capabilities capabilities{.heralds = true,
                                                            .bell_measures = true,
                                                            .messages = true,
                                                            .delivers = true,
                                                            .emits = ebit::backend::emission::every_slot};
};

void run(ebit::node<>& node, split_device& device, ebit::random_stream& random) {
  ebit::backend::drive(node, device, random);  // error here
}
