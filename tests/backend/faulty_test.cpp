// SPDX-License-Identifier: Apache-2.0
#include "../support/catch.hpp"

#include <string>
#include <type_traits>
#include <vector>

#include <ebit/backend/faulty.hpp>
#include <ebit/link/wire.hpp>
#include <ebit/testing/manual_device.hpp>

using namespace ebit;

namespace {

struct arrival {
  local_time when;
  std::uint16_t number = 0;
  duration flight;
  friend bool operator==(const arrival&, const arrival&) = default;
};

using device_type = backend::faulty<testing::manual_device>;

/// `count` messages, one a microsecond, each 10 µs on its way, and one other event; what arrives of them within a
/// second.
std::vector<arrival> through(device_type& device, std::uint16_t count) {
  for (std::uint16_t i = 0; i < count; ++i)
    device.inner().push(local_time{1_us * i},
                        event::received{message::pack(node_id{0}, node_id{1}, circuit_id{0}, wire::ready{i}), 10_us});
  device.inner().push(local_time{5_us}, event::done{operation_id{1}});
  std::vector<arrival> seen;
  int others = 0;
  while (device.now() < local_time{1_s}) {
    while (device.poll([&](const auto& e) {
      if constexpr (std::is_same_v<std::remove_cvref_t<decltype(e)>, event::received>)
        seen.push_back({device.now(), e.content.template unpack<wire::ready>().position, e.flight});
      else
        ++others;
    })) {
    }
    device.wait(local_time{1_s});
  }
  CHECK(others == 1);
  return seen;
}

}  // namespace

TEST_CASE("backend.faulty: without faults every message passes as it is") {
  device_type device{testing::manual_device{}, {}, 1};
  const auto seen = through(device, 50);
  REQUIRE(seen.size() == 50);
  for (std::uint16_t i = 0; i < 50; ++i) CHECK(seen[i] == arrival{local_time{1_us * i}, i, 10_us});
  CHECK((device.lost() == 0 && device.doubled() == 0));
}

TEST_CASE("backend.faulty: loses and doubles at the planned rates") {
  constexpr std::uint16_t sent = 4000;
  device_type lossy{testing::manual_device{}, {.loss = 0.25, .jitter = {}}, 2};
  const std::size_t arrived = through(lossy, sent).size();
  CHECK(arrived == sent - lossy.lost());
  CHECK(static_cast<double>(lossy.lost()) == ebit_test::approx(1000).margin(4 * 27.4));
  CHECK(lossy.doubled() == 0);
  device_type stuttering{testing::manual_device{}, {.duplication = 0.5, .jitter = {}}, 3};
  const std::size_t copies = through(stuttering, sent).size();
  CHECK(copies == sent + stuttering.doubled());
  CHECK(static_cast<double>(stuttering.doubled()) == ebit_test::approx(2000).margin(4 * 31.6));
  device_type dead{testing::manual_device{}, {.loss = 1, .jitter = {}}, 4};
  CHECK(through(dead, 20).empty());
  CHECK(dead.lost() == 20);
}

TEST_CASE("backend.faulty: late messages overtake each other, and their flight says how late they are") {
  device_type device{testing::manual_device{}, {.jitter = 20_us}, 5};
  const auto seen = through(device, 500);
  REQUIRE(seen.size() == 500);
  bool overtaken = false;
  for (std::size_t i = 0; i < seen.size(); ++i) {
    const duration late = seen[i].when - local_time{1_us * seen[i].number};
    CHECK((late >= duration::zero() && late <= 20_us));
    CHECK(seen[i].flight == 10_us + late);
    if (i > 0) CHECK(seen[i].when >= seen[i - 1].when);
    overtaken = overtaken || (i > 0 && seen[i].number < seen[i - 1].number);
  }
  CHECK(overtaken);
}

TEST_CASE("backend.faulty: the same seed and entity make the same faults, others do not") {
  const fault_plan plan{.loss = 0.2, .duplication = 0.2, .jitter = 30_us};
  device_type first{testing::manual_device{}, plan, 6, 1}, same{testing::manual_device{}, plan, 6, 1},
      other_seed{testing::manual_device{}, plan, 7, 1}, other_entity{testing::manual_device{}, plan, 6, 2};
  const auto seen = through(first, 300);
  CHECK(seen == through(same, 300));
  CHECK_FALSE(seen == through(other_seed, 300));
  CHECK_FALSE(seen == through(other_entity, 300));
}

TEST_CASE("backend.faults: what is wrong with a schedule is told by entry and value") {
  using kind = scheduled_fault::kind;
  const std::vector<scheduled_fault> good{
      {.what = kind::crash, .at = 0_s, .lasts = 1_ms, .node = node_id{2}},
      {.what = kind::link_down, .at = 1_s, .lasts = 1_ps, .path = path_id{1}},
      {.what = kind::clock_step, .at = 1_s, .node = node_id{0}, .step = -5_ms},
      {.what = kind::device_faults, .at = 1_s, .lasts = 1_s, .node = node_id{0}, .probability = 1},
      {.what = kind::slow_device, .at = 1_s, .lasts = 1_s, .node = node_id{0}, .factor = 1e6},
      {.what = kind::erasure, .at = 1_s, .node = node_id{0}},
      {.what = kind::link_dimmed, .at = 1_s, .lasts = 1_s, .path = path_id{0}, .probability = 1}};
  REQUIRE(fault_plan{.schedule = good}.validate(3, 2));
  const auto error = [&](std::size_t entry, auto change) -> std::string {
    fault_plan plan{.schedule = good};
    change(plan.schedule[entry]);
    const status checked = plan.validate(3, 2);
    return checked ? "" : checked.error().message();
  };
  CHECK(error(0, [](auto& f) { f.node = node_id{3}; }) == "fault_plan.schedule[0].node: given 3, allowed 0 to 2");
  CHECK(error(0, [](auto& f) { f.node = node_id{}; }) == "fault_plan.schedule[0].node: given none, allowed 0 to 2");
  CHECK(error(1, [](auto& f) { f.path = path_id{2}; }) == "fault_plan.schedule[1].path: given 2, allowed 0 to 1");
  CHECK(error(1, [](auto& f) { f.node = node_id{0}; }) == "fault_plan.schedule[1].node: given 0, allowed none");
  CHECK(error(0, [](auto& f) { f.at = -1_ps; }) == "fault_plan.schedule[0].at: given -1e-12 s, allowed 0 s or more");
  CHECK(error(0, [](auto& f) { f.lasts = 0_s; }) ==
        "fault_plan.schedule[0].lasts: given 0 s, allowed more than 0 s, and an end");
  CHECK(error(0, [](auto& f) { f.lasts = duration::never(); }) ==
        "fault_plan.schedule[0].lasts: given never, allowed more than 0 s, and an end");
  CHECK(error(5, [](auto& f) { f.lasts = 1_s; }) ==
        "fault_plan.schedule[5].lasts: given 1 s, allowed 0 s: it happens at once");
  CHECK(error(2, [](auto& f) { f.step = 0_s; }) ==
        "fault_plan.schedule[2].step: given 0 s, allowed -1000000 s to 1000000 s, not 0 s");
  CHECK(error(5, [](auto& f) { f.step = 1_s; }) ==
        "fault_plan.schedule[5].step: given 1 s, allowed 0 s: no clock is set");
  CHECK(error(3, [](auto& f) { f.probability = 1.5; }) ==
        "fault_plan.schedule[3].probability: given 1.5, allowed more than 0, up to 1");
  CHECK(error(3, [](auto& f) { f.probability = 0.0 / 0.0; }).find("schedule[3].probability") != std::string::npos);
  CHECK(error(4, [](auto& f) { f.probability = 0.5; }) ==
        "fault_plan.schedule[4].probability: given 0.5, allowed 0: nothing is drawn");
  CHECK(error(4, [](auto& f) { f.factor = 0.5; }) ==
        "fault_plan.schedule[4].factor: given 0.5, allowed more than 1, up to 1000000");
  CHECK(error(6, [](auto& f) { f.path = path_id{2}; }) == "fault_plan.schedule[6].path: given 2, allowed 0 to 1");
  CHECK(error(6, [](auto& f) { f.node = node_id{1}; }) == "fault_plan.schedule[6].node: given 1, allowed none");
  CHECK(error(6, [](auto& f) { f.probability = 0; }) ==
        "fault_plan.schedule[6].probability: given 0, allowed more than 0, up to 1");
  CHECK(error(6, [](auto& f) { f.lasts = 0_s; }) ==
        "fault_plan.schedule[6].lasts: given 0 s, allowed more than 0 s, and an end");
  CHECK(error(6, [](auto& f) { f.step = 1_s; }) ==
        "fault_plan.schedule[6].step: given 1 s, allowed 0 s: no clock is set");
  CHECK(error(0, [](auto& f) { f.factor = 2; }) ==
        "fault_plan.schedule[0].factor: given 2, allowed 1: nothing is slower");
  CHECK(error(0, [](auto& f) { f.what = static_cast<kind>(17); }) ==
        "fault_plan.schedule[0].what: given 17, allowed one of the kinds");
}
