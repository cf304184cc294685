// SPDX-License-Identifier: Apache-2.0
//
// A node on a device of your own. `testing::simulated_device` stands for it here: put your type in its place. First the
// conformance suite judges the device; then two nodes are driven on two of them, and each end counts what it got.
#include <cstdio>
#include <ebit/backend/drive.hpp>
#include <ebit/ebit.hpp>
#include <ebit/testing/conformance.hpp>
#include <ebit/testing/simulated_pair.hpp>
using namespace ebit::literals;
using my_device = ebit::testing::simulated_device;
using stack = ebit::default_profile;

// What the application gets passes through the device: this one counts it.
struct counting : my_device {
  explicit counting(my_device d) : my_device{std::move(d)} {}
  using my_device::perform;
  void perform(const ebit::action::deliver& pair) {
    my_device::perform(pair);
    ++delivered;
  }
  unsigned delivered = 0;
};

int main() {
  const auto judged = ebit::testing::conformance{[] { return my_device::make_pair({.ports = 2}); }}.run();
  std::puts(judged.text().c_str());
  if (!judged.passed()) return 1;

  // What every node knows of the network: two sites and the link between them, as its forecasts see it.
  ebit::link::hardware lab = ebit::link::default_hardware();
  lab.memories = 4;
  const ebit::route::site site{lab.gates, lab.gate_time, lab.bell_measurement_success};
  const auto link = ebit::route::budget_for<stack::herald>(ebit::link::fibre{.length = 2_km}, lab, lab);
  const ebit::shared_constant<ebit::route::network_map> map{ebit::route::network_map{
      {site, site}, {ebit::route::edge{ebit::node_id{0}, ebit::node_id{1}, link, lab.memories}}}};

  auto [left, right] = my_device::make_pair();
  counting at_alice{left}, at_bob{right};
  ebit::basic_node<stack> alice{{ebit::node_id{0}, {lab.memories}, map}, {.seed = 7}};
  ebit::basic_node<stack> bob{{ebit::node_id{1}, {lab.memories}, map}, {.seed = 7}};
  ebit::random_stream alices{7, ebit::random_purpose::user, 0}, bobs{7, ebit::random_purpose::user, 1};

  ebit::context now{at_alice.now(), alices};
  alice.handle(
      ebit::event::request{.id = ebit::request_id{0}, .peer = ebit::node_id{1}, .pairs = 20, .min_fidelity = 0.8},
      now, ebit::backend::sink<counting>{at_alice});
  // On two devices with processes of their own each node has a loop: `drive_until(node, device, random, until)`. These
  // two share a simulated clock, which stands still while either has something to be told.
  while (at_bob.delivered < 20 && at_alice.now().since_epoch() < 1_s) {
    ebit::backend::drive(alice, at_alice, alices);
    ebit::backend::drive(bob, at_bob, bobs);
    at_alice.wait(at_alice.now() + 1_ms);
  }
  std::printf("%u pairs at one end, %u at the other\n", at_alice.delivered, at_bob.delivered);
  return at_alice.delivered == 20 && at_bob.delivered == 20 ? 0 : 1;
}
