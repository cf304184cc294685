// SPDX-License-Identifier: Apache-2.0
// Everything at once: messages lost, doubled and overtaking each other, devices that break and are mended, endpoints
// and controllers that die and start again, many requests.
#include <ebit/orchestrate/controller.hpp>

#include <ebit/core/samplers.hpp>
#include <ebit/orchestrate/fabric_builders.hpp>

#include <support/catch.hpp>
#include <support/control_invariants.hpp>
#include <support/control_plane.hpp>

using namespace ebit;
using namespace ebit::orchestrate;
using ebit_test::control_channel;
using ebit_test::control_plane;

namespace {

struct storm {
  std::uint64_t seed = 1;
  std::uint16_t ports = 1;
  std::uint32_t controllers = 1;
  bool loses = false;
  int faults = 0;
  int requests = 200;
  int restarts = 0;
  int deaths = 0;  ///< of controllers
};

[[nodiscard]] fabric tree_of(std::uint16_t ports) {
  fabric_options o;
  o.ports = ports;
  o.switches.front().insertion_loss = decibels(1);
  o.switches.front().reconfiguration_time = 20_us;
  return fat_tree(4, o);
}

void pass(const storm& s) {
  CAPTURE(s.seed, s.ports, s.controllers, s.loses, s.faults);
  controller_options how;
  how.sharing.tenants = {{.weight = 1}, {.weight = 3}};
  how.longest_lease = 400_us;
  control_channel channel;
  if (s.loses) {
    how.link.retransmit_after = 5_us;
    channel = {2_us, 3_us, 0.1, 0.1};
  }
  control_plane<adaptive> plane{s.seed, tree_of(s.ports), how, channel, {}, s.controllers};
  ebit_test::watch(plane, s.controllers);
  plane.exponential = true;
  random_stream draw{s.seed, random_purpose::demand, 1};
  const auto below = [&](std::uint64_t n) { return static_cast<std::uint32_t>(sample::below(draw, n)); };
  const duration length = 4_ms;
  const auto some_time = [&] { return local_time{length / 1000 * std::int64_t{below(1000)}}; };
  for (int i = 0; i < s.requests; ++i) {
    const local_time when = some_time();
    const std::uint32_t from = below(plane.endpoints()), to = below(plane.endpoints()), pairs = 1 + below(12);
    wire::ask words;
    words.time_left = below(4) == 0 ? 2_ms : duration::never();
    words.tenant = static_cast<std::uint16_t>(below(2));
    words.priority = static_cast<std::uint8_t>(below(8));
    words.flags = below(8) == 0 ? wire::ask::stock : std::uint8_t{0};
    const bool cancels = below(10) == 0;
    plane.at(when, [&plane, from, to, pairs, words] {
      if (plane.is_there(from)) plane.ask(from, to, pairs, words);
    });
    if (cancels)
      plane.at(when + 200_us, [&plane, from] {
        if (plane.is_there(from) && !plane.qnu(from).wishes().empty())
          plane.cancel(from, plane.qnu(from).wishes().size() - 1);
      });
  }
  const fabric& f = plane.network();
  for (int i = 0; i < s.faults; ++i) {
    const local_time when = some_time();
    const duration lasts = 100_us * std::int64_t{1 + below(10)};
    switch (below(3)) {
      case 0: {
        const std::uint32_t e = f.switches()[below(f.switches().size())].value();
        plane.at(when, [&plane, e] { plane.break_switch(e); });
        plane.at(when + lasts, [&plane, e] { plane.mend_switch(e); });
        break;
      }
      case 1: {
        const span_id fibre{below(f.spans().size())};
        plane.at(when, [&plane, fibre] { plane.cut(fibre); });
        plane.at(when + lasts, [&plane, fibre] { plane.cut(fibre, false); });
        break;
      }
      default: {
        const std::uint32_t e = f.analysers()[below(f.analysers().size())].value();
        const auto how_bad = below(2) == 0 ? event::health::fault : event::health::degraded;
        plane.at(when, [&plane, e, how_bad] { plane.element_is(e, how_bad); });
        plane.at(when + lasts, [&plane, e] { plane.element_is(e, event::health::ready); });
      }
    }
  }
  for (int i = 0; i < s.restarts; ++i) {
    const std::uint32_t e = (static_cast<std::uint32_t>(i) * 3 + 1) % plane.endpoints();
    const local_time when = some_time();
    plane.at(when, [&plane, e] { plane.kill_qnu(e); });
    plane.at(when + 300_us, [&plane, e] { plane.start_qnu(e, 1); });
  }
  for (int i = 0; i < s.deaths; ++i) {
    const local_time when = local_time{1_ms + 2_ms * std::int64_t{i}};
    const std::uint32_t c = static_cast<std::uint32_t>(i) % s.controllers;
    plane.at(when, [&plane, c] { plane.kill_controller(c); });
    plane.at(when + 1500_us, [&plane, c, i] { plane.start_controller(c, static_cast<std::uint16_t>(i + 1)); });
  }
  plane.run(length + (s.controllers > 1 ? 60_ms : 400_ms));
  ebit_test::expect_idle(plane);
}

}  // namespace

TEST_CASE("controller in a storm: requests alone") {
  for (std::uint64_t seed = 1; seed <= 5; ++seed)
    for (const std::uint16_t ports : {std::uint16_t{1}, std::uint16_t{2}}) pass({.seed = seed, .ports = ports});
}
TEST_CASE("controller in a storm: messages lost, doubled and reordered") {
  for (std::uint64_t seed = 1; seed <= 5; ++seed) pass({.seed = seed, .ports = 2, .loses = true});
}
TEST_CASE("controller in a storm: faults") {
  for (std::uint64_t seed = 1; seed <= 10; ++seed)
    for (const std::uint16_t ports : {std::uint16_t{1}, std::uint16_t{2}})
      pass({.seed = seed, .ports = ports, .faults = 12});
}
TEST_CASE("controller in a storm: faults and lost messages") {
  for (std::uint64_t seed = 1; seed <= 10; ++seed) pass({.seed = seed, .ports = 2, .loses = true, .faults = 12});
}
TEST_CASE("controller in a storm: endpoints that start again") {
  for (std::uint64_t seed = 1; seed <= 5; ++seed)
    pass({.seed = seed, .ports = 2, .loses = seed % 2 == 0, .faults = 4, .restarts = 4});
}
TEST_CASE("controller in a storm: controllers that die") {
  for (std::uint64_t seed = 1; seed <= 5; ++seed)
    pass({.seed = seed, .ports = 2, .controllers = 2, .loses = seed % 2 == 0, .faults = 4, .deaths = 2});
}
