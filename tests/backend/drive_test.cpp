// SPDX-License-Identifier: Apache-2.0
#include "../support/catch.hpp"

#include <string>
#include <utility>

#include <ebit/backend/drive.hpp>
#include <ebit/node/profile.hpp>
#include <ebit/testing/archetypes.hpp>
#include <ebit/testing/manual_device.hpp>

#include "../support/node_bench.hpp"

using namespace ebit;
using ebit_test::node_bench;

namespace {

/// Stands for a node: writes down what it is told, and answers every `done` by freeing a slot.
struct diary {
  using profile_type = default_profile;
  std::string text;
  local_time due = local_time::never();
  bool inside = false;

  [[nodiscard]] local_time next_deadline() const { return due; }
  template <class Event, class Sink>
  void handle(const Event&, context& ctx, Sink&& sink) {
    REQUIRE_FALSE(inside);
    inside = true;
    text += "e" + std::to_string(ctx.now.since_epoch().picoseconds() / 1'000'000) + " ";
    sink(action::free{slot_id{1}});
    inside = false;
  }
  template <class Sink>
  void expire(context& ctx, Sink&&) {
    text += "x" + std::to_string(ctx.now.since_epoch().picoseconds() / 1'000'000) + " ";
    due = local_time::never();
  }
};

/// Completes what is asked of it at once, as far as it may: the answer is there at the next poll.
struct instant_device : testing::manual_device {
  template <class Action>
  void perform(const Action& wanted) {
    testing::manual_device::perform(wanted);
    if constexpr (requires { wanted.operation; }) push(event::done{wanted.operation});
  }
};

}  // namespace

TEST_CASE("backend.drive: tells all that is due and expires at deadlines, in time order") {
  diary node;
  testing::manual_device device;
  random_stream random;
  device.push(local_time{2_us}, event::done{});
  device.push(local_time{7_us}, event::done{});
  node.due = local_time{5_us};
  CHECK(backend::drive(node, device, random) == 0);
  CHECK(node.text.empty());
  CHECK(backend::drive_until(node, device, random, local_time{10_us}) == 2);
  CHECK(node.text == "e2 x5 e7 ");
  CHECK(device.now() == local_time{10_us});
  CHECK(device.all<action::free>().size() == 2);
}

TEST_CASE("backend.drive: of a deadline and an event at one time the deadline comes first") {
  diary node;
  testing::manual_device device;
  random_stream random;
  device.push(event::done{});
  node.due = device.now();
  CHECK(backend::drive(node, device, random) == 1);
  CHECK(node.text == "x0 e0 ");
}

TEST_CASE("backend.drive: a completion never comes during the call that asked for it") {
  node_bench<> bench{2, 1};
  bench.install();
  bench.start();
  const action::attempt up = bench.batch(side::upstream), down = bench.batch(side::downstream);
  instant_device device;
  device.push(event::heralded{up.operation, up.first_slot, 0, bell_index::phi_plus, {}});
  device.push(event::heralded{down.operation, down.first_slot, 0, bell_index::phi_plus, {}});
  // Two heralds and the end of the Bell measurement; had that come at once, the node would have been told inside
  // `handle`.
  CHECK(backend::drive(bench.node, device, bench.random) == 3);
  CHECK(device.all<action::bell_measure>().size() == 1);
}

TEST_CASE("backend.drive: a node runs the same under any driver that obeys the contract") {
  node_bench<> by_drive{2, 1}, by_hand{2, 1};
  const auto hello = event::received{message::pack(node_id{0}, node_id{1}, circuit_id{1},
                                                   wire::install{.cutoff = duration::never(),
                                                                 .upstream = path_id{0},
                                                                 .downstream = path_id{1},
                                                                 .tail = node_id{2},
                                                                 .request = request_id{0},
                                                                 .pairs = 1,
                                                                 .position = 1,
                                                                 .hops = 2}),
                                     1_us};
  by_drive.tell(hello);
  context ctx{by_hand.device.now(), by_hand.random};
  by_hand.node.handle(hello, ctx, backend::sink{by_hand.device});
  CHECK(by_drive.device.performed() == by_hand.device.performed());
  CHECK_FALSE(by_drive.device.performed().empty());
}
