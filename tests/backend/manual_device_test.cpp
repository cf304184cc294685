// SPDX-License-Identifier: Apache-2.0
#include "../support/catch.hpp"

#include <vector>

#include <ebit/link/wire.hpp>
#include <ebit/testing/manual_device.hpp>

using namespace ebit;

namespace {

struct keeps {
  std::vector<event::any>* seen;
  void operator()(const auto& e) const { seen->push_back(e); }
};

}  // namespace

TEST_CASE("backend.manual_device: events come when they are due, first pushed first") {
  testing::manual_device device{{2}};
  std::vector<event::any> seen;
  device.push(local_time{5_us}, event::done{operation_id{3}});
  device.push(event::done{operation_id{1}});
  device.push(event::done{operation_id{2}});
  CHECK(device.poll(keeps{&seen}));
  CHECK(device.poll(keeps{&seen}));
  CHECK_FALSE(device.poll(keeps{&seen}));
  device.advance(4_us);
  CHECK_FALSE(device.poll(keeps{&seen}));
  device.wait(local_time{9_us});
  CHECK(device.now() == local_time{5_us});
  CHECK(device.poll(keeps{&seen}));
  CHECK(seen == std::vector<event::any>{event::done{operation_id{1}}, event::done{operation_id{2}},
                                        event::done{operation_id{3}}});
  device.wait(local_time{9_us});
  CHECK(device.now() == local_time{9_us});
  device.wait(local_time{1_us});  // clocks do not go back
  CHECK(device.now() == local_time{9_us});
}

TEST_CASE("backend.manual_device: actions are kept in order and found by type and by message") {
  testing::manual_device device;
  device.perform(action::free{slot_id{4}});
  device.perform(action::send{message::pack(node_id{0}, node_id{1}, circuit_id{2}, wire::ready{5})});
  device.perform(action::free{slot_id{6}});
  CHECK(device.performed().size() == 3);
  CHECK(device.all<action::free>() == std::vector<action::free>{{slot_id{4}}, {slot_id{6}}});
  REQUIRE(device.sent<wire::ready>().size() == 1);
  CHECK(device.sent<wire::ready>()[0].unpack<wire::ready>().position == 5);
  CHECK(device.sent<wire::go>().empty());
  device.clear();
  CHECK(device.performed().empty());
}

TEST_CASE("backend.limits: what is out of range is named, with the range") {
  backend::limits l;
  CHECK(l.validate().error().what == "limits.slots_per_port");
  l.slots_per_port = {2, 0};
  CHECK(l.validate().error().what == "limits.slots_per_port[1]");
  l.slots_per_port = {2, 3};
  CHECK(l.validate());
  l.gate_time = duration::never();
  CHECK(l.validate().error().what == "limits.gate_time");
  l.gate_time = -1_us;
  CHECK(l.validate().error().given == "-1000000 ps");
}

TEST_CASE("backend.limits: a node has to fit its device") {
  const backend::limits l{.slots_per_port = {2, 3}, .shortest_period = 1_us, .gate_time = {}, .operation_time = {}};
  CHECK(l.check({2, 3}, 2));
  CHECK(l.check({1}, 0));
  CHECK(l.check({3, 3}, 0).error().what == "node_config.slots_per_port[0]");
  CHECK(l.check({3, 3}, 0).error().allowed == "0 to 2");
  CHECK(l.check({1, 1, 1}, 0).error().what == "node_config.slots_per_port");
  CHECK(l.check({2, 3}, 3).error().what == "purify.rounds");
  CHECK(l.check({2, 3}, 3).error().allowed == "0 to 2 with 3 slots");
}
