// SPDX-License-Identifier: Apache-2.0
#include "../support/catch.hpp"

#include <string>
#include <utility>
#include <vector>

#include <ebit/backend/drive.hpp>
#include <ebit/backend/recorded.hpp>
#include <ebit/backend/recording_tap.hpp>
#include <ebit/purify/dejmps.hpp>
#include <ebit/sim/network.hpp>
#include <ebit/testing/conformance_recording.hpp>
#include <ebit/testing/simulated_pair.hpp>

#include "../support/node_bench.hpp"

using namespace ebit;
using namespace ebit::literals;
using testing::simulated_device;

namespace {

struct with_dejmps : default_profile {
  using purify = ebit::purify::dejmps;
};
using device = backend::recording_device<simulated_device>;
static_assert(backend::serves<device, with_dejmps>);

struct station {
  device hardware;
  basic_node<with_dejmps> node;
  random_stream random;

  station(const simulated_device& d, std::uint32_t n)
      : hardware{d}, node{{node_id{n}, {4}, ebit_test::chain_map(1, 4)}, {.purify = {.rounds = 1}}} {}

  void drive() { backend::drive(node, hardware, random); }
  [[nodiscard]] std::vector<action::deliver> delivered() const {
    std::vector<action::deliver> all;
    for (const auto& e : hardware.record().entries)
      if (const auto* a = std::get_if<action::any>(&e.what); a != nullptr)
        if (const auto* d = std::get_if<action::deliver>(a); d != nullptr) all.push_back(*d);
    return all;
  }
};

}  // namespace

TEST_CASE("testing.simulated_device: two nodes distil and deliver on it, as on any device") {
  auto pair = simulated_device::make_pair({.seed = 3, .success = 0.2, .state = {}, .gates = {}, .station = 5_us});
  station a{pair.a, 0}, b{pair.b, 1};
  a.drive(), b.drive();
  context ctx{a.hardware.now(), a.random};
  const event::request wanted{.id = request_id{0}, .peer = node_id{1}, .pairs = 20, .min_fidelity = 0.5};
  a.hardware.expiring();
  a.node.handle(wanted, ctx, backend::sink{a.hardware});
  for (int step = 0; step < 20'000 && (a.delivered().size() < 20 || b.delivered().size() < 20); ++step) {
    a.drive(), b.drive();
    a.hardware.wait(a.hardware.now() + 100_us);
  }
  REQUIRE(a.delivered().size() == 20);
  REQUIRE(b.delivered().size() == 20);
  for (std::size_t i = 0; i < 20; ++i) {
    CHECK(a.delivered()[i].name == b.delivered()[i].name);
    CHECK(a.delivered()[i].frame == b.delivered()[i].frame);
  }
  const auto report = testing::check_recording(b.hardware.record(), b.hardware.limits(), false, 0_ps);
  INFO(report.text());
  CHECK(report.passed());
}

TEST_CASE("conformance: what nodes of the simulated world are told keeps the contract") {
  using network = sim::network<with_dejmps, bell_diagonal, sim::no_trace, backend::recording_tap>;
  for (const std::uint64_t seed : {1U, 2U, 3U}) {
    INFO("seed " << seed);
    const auto net = sim::chain(3, link::fibre{.length = 5_km});
    sim::network_options<with_dejmps> o;
    o.seed = seed;
    o.purify.rounds = 1;
    o.hardware.memories = 3;
    network sim{net, o};
    REQUIRE(sim.request({.from = net.node(0), .to = net.node(2), .pairs = 15, .min_fidelity = 0.5}).has_value());
    sim.run();
    for (std::uint32_t n = 0; n < 3; ++n) {
      backend::limits limits;
      limits.slots_per_port.assign(n == 1 ? 2 : 1, 3);
      const auto report = testing::check_recording(sim.tap().of(node_id{n}), limits);
      INFO("node " << n << "\n" << report.text());
      CHECK(report.passed());
      for (const auto rule :
           {testing::conformance_rule::operation_ends_once, testing::conformance_rule::herald_sequence,
            testing::conformance_rule::herald_born, testing::conformance_rule::herald_slot_free,
            testing::conformance_rule::stop_done, testing::conformance_rule::message_flight})
        CHECK_FALSE(report.skips(rule));
    }
  }
}

TEST_CASE("conformance: a recording in which an end is missing or told twice is refused") {
  auto pair = simulated_device::make_pair();
  device hardware{pair.a};
  hardware.perform(action::measure{operation_id{5}, {}, slot_id{0}, basis::z});
  while (hardware.poll([](const auto&) {})) {
  }
  backend::recording told = hardware.record();
  CHECK(testing::check_recording(told, hardware.limits()).passed());
  auto twice = told;
  twice.expire(local_time{2_ms});
  twice.entries.push_back(told.entries.back());
  twice(local_time{3_ms}, event::done{operation_id{5}});
  CHECK(testing::check_recording(twice, hardware.limits()).violates(testing::conformance_rule::operation_ends_once));
  told.entries.pop_back();
  CHECK(testing::check_recording(told, hardware.limits()).violates(testing::conformance_rule::operation_ends_once));
  CHECK(testing::check_recording(told, hardware.limits(), false).passed());
}
