// SPDX-License-Identifier: Apache-2.0
#include "../support/catch.hpp"

#include <string>

#include <ebit/backend/traced.hpp>
#include <ebit/testing/manual_device.hpp>

#include "../support/node_bench.hpp"

using namespace ebit;
using ebit_test::node_bench;

namespace {

struct lines {
  std::string text;
  template <class T>
  void operator()(local_time when, const T& entry) {
    text += backend::line_of(when, entry) + "\n";
  }
};

}  // namespace

TEST_CASE("backend.traced: records every event and action with the time and changes nothing") {
  node_bench<> plain{2, 1};
  node_bench<> watched{2, 1};
  backend::traced<testing::manual_device> device{testing::manual_device{{4, 4}}};
  const auto ask = event::calibration_needed{port_id{0}};
  plain.tell(ask);
  device.inner().advance(3_us);
  device.inner().push(ask);
  device.inner().push(event::done{operation_id{1}});
  CHECK(backend::drive(watched.node, device, watched.random) == 2);
  CHECK(device.inner().performed().size() == plain.device.performed().size());
  const auto& entries = device.record().entries;
  REQUIRE(entries.size() == 3);
  for (const auto& e : entries) CHECK(e.when == local_time{3_us});
  CHECK(std::get<event::any>(entries[0].what) == event::any{ask});
  CHECK(std::get<action::any>(entries[1].what) == device.inner().performed()[0]);
  CHECK(std::get<event::any>(entries[2].what) == event::any{event::done{operation_id{1}}});
}

TEST_CASE("backend.traced: prints a line per entry") {
  backend::traced<testing::manual_device, lines> device{testing::manual_device{}};
  device.inner().advance(duration::seconds(1.5));
  device.perform(action::free{slot_id{4}});
  device.inner().push(event::heralded{operation_id{9}, slot_id{2}, 77, bell_index::psi_plus, {}});
  CHECK(device.poll([](const auto&) {}));
  CHECK_FALSE(device.poll([](const auto&) {}));
  device.perform(action::send{message::pack(node_id{1}, node_id{2}, circuit_id{3}, wire::ready{})});
  CHECK(device.record().text ==
        "1.500000000000 action::free slot=4\n"
        "1.500000000000 event::heralded operation=9 slot=2 sequence=77\n"
        "1.500000000000 action::send type=65 from=1 to=2\n");
}

TEST_CASE("backend.traced: wrappers offer what they wrap") {
  using twice = backend::traced<backend::traced<testing::manual_device>, lines>;
  STATIC_REQUIRE(twice::capabilities == testing::manual_device::capabilities);
  twice device{backend::traced<testing::manual_device>{testing::manual_device{{1, 2}}}};
  CHECK(device.limits().slots_per_port == std::vector<std::uint32_t>{1, 2});
  device.wait(local_time{4_us});
  CHECK(device.now() == local_time{4_us});
  device.perform(action::free{slot_id{1}});
  CHECK(device.inner().record().entries.size() == 1);
  CHECK(device.inner().inner().performed().size() == 1);
}
