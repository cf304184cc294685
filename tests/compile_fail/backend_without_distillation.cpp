// expect: serves
// expect: distils
// SPDX-License-Identifier: Apache-2.0
#include <ebit/backend/drive.hpp>
#include <ebit/ebit.hpp>
#include <ebit/testing/archetypes.hpp>

struct simple_device : ebit::testing::archetype::device {
  static constexpr ebit::backend::capabilities capabilities{.heralds = true,
                                                            .bell_measures = true,
                                                            .messages = true,
                                                            .delivers = true,
                                                            .emits = ebit::backend::emission::every_slot,
                                                            .interacts_within_port = true,
                                                            .interacts_across_ports = true};
};
struct stack : ebit::default_profile {
  using purify = ebit::purify::dejmps;
};

void run(ebit::node<stack>& node, simple_device& device, ebit::random_stream& random) {
  ebit::backend::drive(node, device, random);  // error here
}
