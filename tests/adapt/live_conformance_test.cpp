// SPDX-License-Identifier: Apache-2.0
#include "../support/catch.hpp"

#include <atomic>
#include <optional>
#include <string>
#include <thread>
#include <utility>

#include <ebit/testing/conformance.hpp>

#include "../../examples/live_device/hardware.hpp"
#include "live_support.hpp"

using namespace ebit;

TEST_CASE("adapt.live_device: two backends on one emulated device keep the contract") {
  // What the conformance suite finds over the socket, with the clocks of nodes and device apart.
  live::scenario s;
  s.address = ebit_test::fresh_address();
  s.state_file = s.address.path + ".state";
  s.nodes = 2;
  s.kilometres = 1;
  s.memories = 3;
  s.slow_down = 20;
  std::atomic<bool> over = false;
  std::atomic<bool> listens = false;
  std::thread other{[&] {
    auto lives = live::incarnations::open(s.state_file, s.nodes);
    live::delivery_log log;
    auto host = adapt::live_host::listen(
        {.address = s.address, .session = 5, .slow_down = s.slow_down, .offers = live::hardware::offers});
    listens = true;
    if (!lives || !host) return;
    live::hardware device{*host, s, *lives, log, 5};
    while (!over) host->serve(device, least(device.next_time(), host->now() + duration::seconds(0.05 / s.slow_down)));
  }};
  while (!listens) std::this_thread::yield();
  {
    const auto connect = [&s](std::uint32_t node) {
      return adapt::live_device<>::connect({.address = s.address,
                                            .node = node_id{node},
                                            .slots_per_port = {s.memories},
                                            .clock_start = duration::seconds(node),
                                            .patience = std::chrono::seconds{20}});
    };
    auto a = connect(0);
    auto b = connect(1);
    CHECK((a && b));
    if (a && b) {
      // Actions take real time to come to the device: batches begin that much ahead.
      testing::conformance_plan plan;
      plan.budget = duration::seconds(3.0 / s.slow_down);
      plan.pairs = 40;
      plan.lead = duration::seconds(0.2 / s.slow_down);
      // One link joins them.
      plan.excused = {testing::conformance_rule::pair_swapped_across};
      const auto report = testing::check_conformance(*a, *b, plan);
      INFO(report.text());
      CHECK(report.passed());
      // They run in real time: by how much a busy machine is late is not theirs to answer for.
      const auto* const late = report.find_skip(testing::conformance_rule::limits_time);
      const std::string why = "the device's clock runs by itself, and plan.promptness is not given";
      CHECK((late != nullptr && late->why == why));
    }
  }
  over = true;
  other.join();
  ::unlink(s.state_file.c_str());
}
