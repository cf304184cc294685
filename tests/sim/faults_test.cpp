// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <utility>
#include <vector>

#include "../support/catch.hpp"
#include "diary.hpp"

using namespace ebit;
using namespace ebit_test;
using kind = scheduled_fault::kind;

TEST_CASE("sim.faults: a crash takes all that the node holds and does; it starts again and remembers nothing") {
  const node_id middle{1};
  std::uint64_t lost = 0, left_at_ends = 0;
  for (const std::uint64_t seed : {11U, 12U, 13U, 14U, 15U, 16U}) {
    INFO("seed " << seed);
    auto sim = chain_under({{.what = kind::crash, .at = 3_ms, .lasts = 2_ms, .node = middle}}, seed);
    const world_time down{3_ms}, again{5_ms};
    run(sim, down - 1_ps);
    std::uint32_t held = 0;
    REQUIRE(sim.is_up(middle));
    while (sim.is_up(middle)) {
      held = held_by(sim, middle);
      sim.tap().now = sim.next_time();
      sim.step();
    }
    lost += held;
    sim.tap().forget(middle);
    CHECK((sim.now() == down && sim.last_node() == middle));
    CHECK(sim.truth().ledger().crashed == held);
    CHECK(held_by(sim, middle) == 0);
    CHECK(sim.node(middle).table().held() == 0);
    left_at_ends += sim.truth().records();
    run(sim, again - 1_ps, [&] { CHECK(held_by(sim, middle) == 0); });
    CHECK_FALSE(sim.is_up(middle));
    run(sim, again + 5_ms);
    CHECK(sim.is_up(middle));
    CHECK(sim.tap().wrong == "");
    // It hears nothing and does nothing from the crash on until it is told of its two paths.
    std::vector<event::any> first;
    for (const diary::told& t : sim.tap().events)
      if (t.at == middle && t.when >= down) {
        CHECK(t.when >= again);
        first.push_back(t.what);
      }
    for (const diary::done& d : sim.tap().actions)
      if (d.at == middle && d.when >= down) CHECK(d.when >= again);
    REQUIRE(first.size() >= 2);
    for (std::uint32_t i = 0; i < 2; ++i) {
      const auto* up = std::get_if<event::path_up>(&first[i]);
      REQUIRE(up != nullptr);
      CHECK((up->path == path_id{i} && up->port == port_id{i} && up->peer == node_id{2 * i}));
      CHECK((up->delay == sim.map().edges()[i].budget.delay && up->station_here == up->delay / 2));
    }
  }
  CHECK(lost > 0);
  CHECK(left_at_ends > 0);  // partners stay where they are
}

TEST_CASE("sim.faults: a node that starts again says so, every time under a number of its own") {
  const node_id end{2};
  auto sim = chain_under({{.what = kind::crash, .at = 3_ms, .lasts = 1_ms, .node = end},
                          {.what = kind::crash, .at = 6_ms, .lasts = 1_ms, .node = end},
                          {.what = kind::crash, .at = 6_ms, .lasts = 2_ms, .node = end}},
                         21);
  run(sim, world_time{7500_us});
  CHECK_FALSE(sim.is_up(end));  // two crashes at once are over with the later one
  run(sim, world_time{10_ms});
  // Once on its path, and once without a path to every node that it can reach.
  struct greeting {
    node_id to;
    path_id path;
    auto operator<=>(const greeting&) const = default;
  };
  const std::vector<greeting> wanted{
      {node_id{0}, path_id::none()}, {node_id{1}, path_id{1}}, {node_id{1}, path_id::none()}};
  std::map<std::uint32_t, std::vector<greeting>> said;
  for (const auto& [when, sent] : sim.tap().asked_by<action::send>(end)) {
    if (!sent.content.holds<wire::hello>()) continue;
    const auto word = sent.content.unpack<wire::hello>();
    said[word.incarnation].push_back({sent.content.to, word.path});
    CHECK(when == world_time{word.incarnation == 1 ? 4_ms : 8_ms});  // as soon as it is there
  }
  REQUIRE(said.size() == 2);
  for (auto& [incarnation, greetings] : said) {
    INFO("life " << incarnation);
    CHECK((incarnation == 1 || incarnation == 2));
    std::sort(greetings.begin(), greetings.end());
    CHECK(greetings == wanted);
  }
}

TEST_CASE("sim.faults: what was heralded with a node that broke down is told to the other end alone") {
  std::uint64_t late = 0;
  for (std::uint64_t seed = 31; seed < 51; ++seed) {
    INFO("seed " << seed);
    const world_time down{3_ms};
    auto sim = chain_under({{.what = kind::crash, .at = 3_ms, .lasts = 1_us, .node = node_id{1}}}, seed, 2);
    run(sim, down);
    const sim::world_ledger before = sim.truth().ledger();
    const std::size_t records = sim.truth().records();
    std::size_t heralds = sim.tap().told_to<event::heralded>(node_id{0}).size();
    // A photon is 50 µs on its way to the station, and so is the news of it.
    while (sim.next_time() <= down + 90_us) {
      sim.tap().now = sim.next_time();
      sim.step();
      if (sim.last_node() != node_id{0}) continue;
      const std::size_t more = sim.tap().told_to<event::heralded>(node_id{0}).size() - heralds;
      heralds += more;
      late += more;
    }
    const std::uint64_t born = sim.truth().ledger().created - before.created;
    CHECK(sim.truth().ledger().crashed - before.crashed == born);
    CHECK(sim.truth().records() <= records + born);
    CHECK(sim.tap().told_to<event::heralded>(node_id{1}).size() ==
          static_cast<std::size_t>(
              std::count_if(sim.tap().events.begin(), sim.tap().events.end(), [&](const diary::told& t) {
                return t.at == node_id{1} && t.when < down && std::holds_alternative<event::heralded>(t.what);
              })));
  }
  CHECK(late > 0);
}

TEST_CASE("sim.faults: a link that is down heralds what has met, ends its batches and comes back") {
  std::size_t told_late = 0;
  for (std::uint64_t seed = 61; seed < 81; ++seed) {
    INFO("seed " << seed);
    const world_time down{3_ms}, up{4_ms};
    auto sim = chain_under({{.what = kind::link_down, .at = 3_ms, .lasts = 1_ms, .path = path_id{0}}}, seed, 2);
    run(sim, down - 1_ps);
    const std::array open{sim.tap().asked_by<action::attempt>(node_id{0}).size(),
                          sim.tap().asked_by<action::attempt>(node_id{1}).size()};
    REQUIRE((open[0] == 1 && open[1] == 1));
    run(sim, world_time{20_ms});
    CHECK(sim.tap().wrong == "");
    for (const node_id n : {node_id{0}, node_id{1}}) {
      const link::budget& b = sim.map().edges()[0].budget;
      const duration to_station = n == node_id{0} ? b.station_a : b.station_b;
      const auto downs = sim.tap().told_to<event::path_down>(n);
      REQUIRE(downs.size() == 1);
      CHECK(downs[0].first == down);
      const auto ups = sim.tap().told_to<event::path_up>(n);
      REQUIRE(ups.size() == 2);
      CHECK(ups[1].first == up);
      const operation_id batch = sim.tap().asked_by<action::attempt>(n)[0].second.operation;
      const auto failures = sim.tap().told_to<event::failed>(n);
      const auto ended = std::count_if(failures.begin(), failures.end(), [&](const auto& f) {
        return f.second == event::failed{batch, failure::fault} && f.first == down + to_station;
      });
      CHECK(ended == 1);
      // News of photons that met at the last moment is under way for `to_station`; then nothing comes until it is up.
      for (const auto& [when, herald] : sim.tap().told_to<event::heralded>(n)) {
        if (when > down && when <= down + to_station) ++told_late;
        CHECK_FALSE((when > down + to_station && when < up + to_station * 2));
      }
    }
  }
  CHECK(told_late > 0);
}

TEST_CASE("sim.faults: when a clock jumps, what its node waits for is due by its new time") {
  for (const duration step : {7_ms, -7_ms, 300_us, -300_us}) {
    INFO("step " << step.seconds() << " s, seed 91");
    const node_id middle{1};
    const auto net = chain_of(3);
    auto sim = chain_under({{.what = kind::clock_step, .at = 4_ms, .node = middle, .step = step}}, 91);
    const duration before = duration::picoseconds(static_cast<std::int64_t>(net.stable_key(middle) % 1'000'000'000));
    bool waited = false;
    run(sim, world_time{60_ms}, [&] {
      if (sim.next_time() == sim.now()) return;
      const local_time shown{sim.now().since_epoch() + before + (sim.now() >= world_time{4_ms} ? step : 0_ps)};
      const local_time due = sim.node(middle).next_deadline();
      waited = waited || !due.is_never();
      if (!(due > shown)) FAIL("a deadline has passed and the node was not told");
      // Nothing is waited for longer than the circuit's deadlines are far away: the clock went back by 7 ms at most.
      if (!due.is_never() && due - shown > 60_ms) FAIL("a deadline is too far away");
    });
    CHECK(waited);
    CHECK(sim.tap().wrong == "");
    // A half born after the jump bears a time of the new clock.
    for (const auto& [when, herald] : sim.tap().told_to<event::heralded>(middle)) {
      const duration ahead = when >= world_time{4_ms} ? before + step : before;
      CHECK(herald.born + 100_us >= local_time{when.since_epoch() + ahead});
      CHECK(herald.born < local_time{when.since_epoch() + ahead});
    }
  }
}

TEST_CASE("sim.faults: operations that a device fails lose their qubits; others do not fail") {
  const node_id middle{1};
  std::size_t failed_in_all = 0, begun_in_all = 0;
  for (const double probability : {1.0, 0.3}) {
    INFO("seed 101, probability " << probability);
    auto sim = chain_under(
        {{.what = kind::device_faults, .at = 5_ms, .lasts = 20_ms, .node = middle, .probability = probability}}, 101);
    std::size_t seen = 0;
    std::map<operation_id, std::pair<world_time, action::bell_measure>> begun;
    run(sim, world_time{40_ms}, [&] {
      for (; seen < sim.tap().events.size(); ++seen) {
        const diary::told& t = sim.tap().events[seen];
        if (t.at != middle) continue;
        for (const auto& [when, a] : sim.tap().asked_by<action::bell_measure>(middle)) begun[a.operation] = {when, a};
        if (const auto* failed = std::get_if<event::failed>(&t.what);
            failed != nullptr && begun.contains(failed->operation)) {
          const auto& [when, a] = begun[failed->operation];
          CHECK(failed->why == failure::fault);
          CHECK((when >= world_time{5_ms} && when < world_time{25_ms}));
          CHECK_FALSE(sim.truth().holds(sim.first_slot(middle) + a.upstream.value()));
          CHECK_FALSE(sim.truth().holds(sim.first_slot(middle) + a.downstream.value()));
        }
      }
    });
    std::size_t in_window = 0, failures = 0;
    for (const auto& [when, a] : sim.tap().asked_by<action::bell_measure>(middle))
      in_window += when >= world_time{5_ms} && when < world_time{25_ms} ? 1U : 0U;
    for (const auto& [when, e] : sim.tap().told_to<event::failed>(middle))
      failures += begun.contains(e.operation) ? 1U : 0U;
    REQUIRE(in_window > 5);
    const double n = static_cast<double>(in_window);
    CHECK(std::abs(static_cast<double>(failures) - n * probability) <=
          4 * std::sqrt(n * probability * (1 - probability)));
    failed_in_all += failures;
    begun_in_all += in_window;
    CHECK(sim.truth().ledger().empty_operations == 0);
  }
  CHECK((failed_in_all > 0 && failed_in_all < begun_in_all));
}

TEST_CASE("sim.faults: the operations of a slow device take longer") {
  const node_id middle{1};
  auto sim = chain_under({{.what = kind::slow_device, .at = 5_ms, .lasts = 10_ms, .node = middle, .factor = 7},
                          {.what = kind::slow_device, .at = 10_ms, .lasts = 5_ms, .node = middle, .factor = 2}},
                         111);
  run(sim, world_time{25_ms});
  std::array<std::size_t, 3> count{};
  const auto answers = sim.tap().told_to<event::measured>(middle);
  for (const auto& [when, a] : sim.tap().asked_by<action::bell_measure>(middle)) {
    const bool once = when >= world_time{5_ms} && when < world_time{15_ms};
    const bool twice = once && when >= world_time{10_ms};
    const duration takes = twice ? 42_us : once ? 21_us : 3_us;
    if (when + takes > world_time{25_ms}) continue;
    ++count[twice ? 2 : once ? 1 : 0];
    CHECK(std::any_of(answers.begin(), answers.end(), [&, began = when, op = a.operation](const auto& m) {
      return m.second.operation == op && m.first == began + takes;
    }));
  }
  CHECK((count[0] > 0 && count[1] > 0 && count[2] > 0));
}

TEST_CASE("sim.faults: an erasure takes one qubit that the node holds, and tells it") {
  const node_id middle{1};
  std::size_t erased = 0;
  for (std::uint64_t seed = 121; seed < 141; ++seed) {
    INFO("seed " << seed);
    auto sim = chain_under({{.what = kind::erasure, .at = 6_ms, .node = middle}}, seed);
    run(sim, world_time{6_ms} - 1_ps);
    const segments table = sim.node(middle).table();
    std::size_t known = 0;
    for (std::uint32_t s = 0; s < table.size(); ++s) known += table[s].held_by != owner::nobody ? 1U : 0U;
    run(sim, world_time{12_ms});
    CHECK(sim.tap().wrong == "");
    CHECK(sim.truth().ledger().empty_operations == 0);
    const auto told = sim.tap().told_to<event::erased>(middle);
    REQUIRE(told.size() == (known == 0 ? 0 : 1));
    if (told.empty()) continue;
    ++erased;
    CHECK(told[0].first == world_time{6_ms});
    CHECK(table[told[0].second.slot.value()].held_by != owner::nobody);
  }
  CHECK(erased > 0);
}
