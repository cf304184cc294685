// SPDX-License-Identifier: Apache-2.0
#include "../support/catch.hpp"

#include <algorithm>
#include <cstdint>
#include <map>
#include <tuple>
#include <type_traits>
#include <vector>

#include <ebit/core/samplers.hpp>
#include <ebit/sim/network.hpp>

using namespace ebit;
using namespace ebit::literals;

namespace {

/// What the two ends handed over, less what they took back.
struct handed {
  static constexpr bool enabled = true;
  using half = std::tuple<circuit_id, pair_id, std::uint32_t, std::uint16_t, bool>;
  std::map<node_id, std::vector<half>> halves;

  template <class Action, class Perform>
  bool on_action(node_id at, Action& wanted, Perform&&) {
    if constexpr (std::is_same_v<Action, action::deliver>)
      halves[at].emplace_back(wanted.circuit, wanted.name, wanted.request.value(), wanted.purpose,
                              wanted.is_measured);
    if constexpr (std::is_same_v<Action, action::revoke>)
      std::erase_if(halves[at],
                    [&](const half& h) { return std::get<0>(h) == wanted.circuit && std::get<1>(h) == wanted.name; });
    return true;
  }
  template <class Event>
  bool on_event(node_id, Event&) {
    return true;
  }
  [[nodiscard]] std::vector<half> sorted(std::uint32_t n) const {
    const auto at = halves.find(node_id{n});
    std::vector<half> out;
    if (at != halves.end()) out = at->second;
    std::sort(out.begin(), out.end());
    return out;
  }
};
using shared_network = sim::network<default_profile, bell_diagonal, sim::no_trace, handed>;

[[nodiscard]] route::service_order order_of(std::uint64_t which) {
  switch (which % 4) {
    case 0: return route::first_come_first_served{};
    case 1: return route::strict_priority{};
    case 2: return route::weighted_fair{};
    default: return route::weighted_classes{};
  }
}

}  // namespace

TEST_CASE("route.shared_network: whatever happens to messages, both ends serve all requests alike and to the end") {
  for (std::uint64_t seed = 591; seed < 603; ++seed) {
    INFO("seed " << seed);
    random_stream draw{seed, random_purpose::user, 1};
    sim::network_options<default_profile> o;
    o.seed = seed;
    o.hardware = {};
    o.hardware.memories = 3;
    o.hardware.gate_time = 3_us;
    o.link.retransmit_after = 30_us;
    o.route.service.shared = true;
    o.route.service.order = order_of(seed);
    o.route.service.test_interval = seed % 3 == 0 ? 5 : 0;
    o.faults = {.loss = 0.2, .duplication = 0.1, .jitter = 60_us};
    shared_network sim{sim::chain(3, link::fibre{.length = 10_km}), o};
    std::vector<sim::request_handle> asked;
    for (int i = 0; i < 24; ++i) {
      const std::uint32_t by = i == 0 || sample::below(draw, 2) == 0 ? 0 : 2;
      sim::request_parameters p{.from = node_id{by}, .to = node_id{2 - by}};
      p.pairs = static_cast<std::uint32_t>(1 + sample::below(draw, 30));
      p.priority = static_cast<std::uint8_t>(sample::below(draw, 8));
      p.weight = static_cast<std::uint8_t>(1 + sample::below(draw, 20));
      p.purpose = static_cast<std::uint16_t>(i);
      p.consecutive = sample::below(draw, 4) == 0;
      if (sample::below(draw, 6) == 0) {
        p.atomic = true;
        p.pairs = static_cast<std::uint32_t>(2 + sample::below(draw, 2));
      }
      if (sample::below(draw, 4) == 0) p.kind = request_kind::measure_directly;
      const bool is_timed = sample::below(draw, 6) == 0;
      if (is_timed) p.time_limit = 1_us * static_cast<std::int64_t>(sample::below(draw, 30'000) + 1);
      asked.push_back(*sim.request(p));
      sim.run_for(1_us * static_cast<std::int64_t>(sample::below(draw, 2'000)));
    }
    sim.run_for(60_s);
    for (const sim::request_handle& r : asked) {
      const sim::request_record& record = r.record();
      INFO("request " << r.id().value() << " of node " << record.asked.from.value());
      CHECK(record.finished);
      const bool is_timed = !record.asked.time_limit.is_never();
      CHECK(
          (record.outcome == request_outcome::delivered || (is_timed && record.outcome == request_outcome::expired)));
      CHECK(record.deliveries.size() <= record.asked.pairs);
      // What was taken back after the end of its request has no successor.
      if (record.outcome == request_outcome::delivered)
        CHECK(record.deliveries.size() + record.revoked.size() >= record.asked.pairs);
      for (const sim::delivered_pair& pair : record.deliveries) CHECK(pair.consistent);
    }
    CHECK(sim.tap().sorted(0) == sim.tap().sorted(2));
    CHECK(sim.next_time().is_never());
    for (std::uint32_t n = 0; n < 3; ++n) CHECK(sim.node(node_id{n}).table().held() == 0);
    CHECK(sim.node(node_id{0}).unacknowledged().given_up() == 0);
  }
}
