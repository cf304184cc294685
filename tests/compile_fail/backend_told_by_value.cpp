// expect: event_source
// SPDX-License-Identifier: Apache-2.0
#include <ebit/backend/drive.hpp>
#include <ebit/ebit.hpp>
#include <ebit/testing/archetypes.hpp>

struct counting_device : ebit::testing::archetype::device {
  int poll(const auto&) { return 0; }  // has to say whether there was an event, not how many
};

void run(ebit::node<>& node, counting_device& device, ebit::random_stream& random) {
  ebit::backend::drive(node, device, random);  // error here
}
