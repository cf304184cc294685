// SPDX-License-Identifier: Apache-2.0
#include "../support/catch.hpp"

#include <set>

#include "../support/chain_bench.hpp"

using namespace ebit_test;

namespace {

/// A node with one port, whose paths to the station the test chooses, and one circuit on it.
struct end_of_link {
  segments table;
  link_engine link;
  testing::manual_device device;
  random_stream random;
  std::uint16_t index = 0;

  end_of_link(std::uint32_t self, std::uint32_t peer, side facing, duration here, duration there,
              std::uint16_t width = 2)
      : table{node_id{self}, 8},
        link{{port{.path = {}, .peer = {}, .delay = {}, .station_here = {}, .station_there = {}, .slots = 8}}} {
    backend::sink out{device};
    link.handle(table, event::path_up{port_id{0}, path_id{3}, node_id{peer}, here + there, here, there}, out);
    index = add(facing, width);
  }
  std::uint16_t add(side facing, std::uint16_t width) {
    const std::uint16_t at = table.circuits.open(circuit_id{7U + table.circuits.size()});
    circuit& c = table.circuits[at];
    c.hops = 1;
    c.position = facing == side::downstream ? 0 : 1;
    c.plan.width = static_cast<std::uint8_t>(width);
    link.reserve(table, c, facing, 0, link.find_run(table, 0, width));
    return at;
  }
  wire::link_started open(std::uint16_t at, local_time start, duration period = 100_us) {
    device.clear();
    context ctx{device.now(), random};
    backend::sink out{device};
    link.open(table, at, start, {.period = period, .spacing = 2_us, .bright_upstream = 0.1, .bright_downstream = 0.2},
              ctx, out);
    return only<wire::link_started>(device);
  }
  void hear(const wire::link_started& m, duration flight) {
    device.clear();
    context ctx{device.now(), random};
    backend::sink out{device};
    link.handle(table, index, m, flight, ctx, out);
  }
  [[nodiscard]] std::vector<action::attempt> attempts() const { return device.all<action::attempt>(); }
};

}  // namespace

TEST_CASE("herald.engine: epochs of the two directions of a path are disjoint, and none comes twice") {
  end_of_link a{4, 9, side::downstream, 5_us, 5_us, 1}, b{9, 4, side::downstream, 5_us, 5_us, 1};
  std::set<std::uint32_t> seen;
  for (int i = 0; i < 20; ++i) {
    CHECK(seen.insert(a.open(a.index, local_time{1_ms}).epoch).second);
    CHECK(seen.insert(b.open(b.index, local_time{1_ms}).epoch).second);
    a.table.circuits[a.index].link(side::downstream).open = false;
    b.table.circuits[b.index].link(side::downstream).open = false;
  }
}

TEST_CASE("herald.engine: both ends start the same batch, each with its own drive") {
  end_of_link up{0, 1, side::downstream, 5_us, 5_us}, down{1, 0, side::upstream, 5_us, 5_us};
  up.device.advance(3_s);  // clocks have nothing to do with each other
  const wire::link_started m = up.open(up.index, up.device.now() + 40_us);
  CHECK(m.starts_in == 40_us);
  down.device.advance(10_us);
  down.hear(m, 10_us);
  REQUIRE((up.attempts().size() == 1 && down.attempts().size() == 1));
  const action::attempt first = up.attempts()[0], second = down.attempts()[0];
  CHECK(first.at == up.device.now() + 40_us);
  CHECK(second.at == local_time{40_us});  // sent at 0 on the clock of the receiver
  CHECK((first.epoch == second.epoch && first.period == second.period && first.spacing == second.spacing));
  CHECK((first.modes == 2 && second.modes == 2 && first.path == path_id{3} && second.path == path_id{3}));
  CHECK((first.first_cycle == 0 && second.first_cycle == 0));
  CHECK((first.bright_state == 0.1 && second.bright_state == 0.2));
}

TEST_CASE("herald.engine: the end nearer to the station waits, so that photons meet") {
  end_of_link near_end{0, 1, side::downstream, 3_us, 11_us}, far_end{1, 0, side::upstream, 11_us, 3_us};
  const wire::link_started m = near_end.open(near_end.index, local_time{50_us});
  far_end.device.advance(14_us);
  far_end.hear(m, 14_us);
  const local_time emitted = near_end.attempts().at(0).at, emitted_far = far_end.attempts().at(0).at;
  CHECK(emitted == local_time{58_us});
  CHECK(emitted_far == local_time{50_us});
  CHECK(emitted + 3_us == emitted_far + 11_us);  // both clocks show the same here
}

TEST_CASE("herald.engine: a late announcement joins on the same grid at the next cycle") {
  for (const duration late : {1_ps, 30_us, 99_us, 100_us, 101_us, 12345_us}) {
    end_of_link up{0, 1, side::downstream, 2_us, 6_us}, down{1, 0, side::upstream, 6_us, 2_us};
    const wire::link_started m = up.open(up.index, local_time{40_us});
    const duration flight = 40_us + late;
    down.device.advance(flight);
    down.hear(m, flight);
    const action::attempt joined = down.attempts().at(0), first = up.attempts().at(0);
    INFO("late by " << late.picoseconds() << " ps");
    CHECK(joined.at > down.device.now());
    CHECK(joined.at <= down.device.now() + 100_us);
    CHECK(joined.at == local_time{40_us} + 100_us * static_cast<std::int64_t>(joined.first_cycle));
    CHECK(first.at == local_time{44_us});
  }
}

TEST_CASE("herald.engine: an announcement that fits no circuit as it stands is ignored") {
  end_of_link up{0, 1, side::downstream, 5_us, 5_us}, down{1, 0, side::upstream, 5_us, 5_us};
  wire::link_started m = up.open(up.index, local_time{40_us});
  m.modes = 3;
  down.hear(m, 10_us);
  CHECK(down.attempts().empty());
  m.modes = 2;
  m.period = duration::zero();
  down.hear(m, 10_us);
  CHECK(down.attempts().empty());
  m.period = 100_us;
  down.hear(m, 10_us);
  CHECK(down.attempts().size() == 1);
  down.hear(m, 10_us);  // doubled on its way
  CHECK(down.attempts().empty());
}

TEST_CASE("herald.engine: heralds of a batch that is over, or was never, are freed") {
  end_of_link up{0, 1, side::downstream, 5_us, 5_us};
  up.open(up.index, local_time{40_us});
  const operation_id batch = up.attempts().at(0).operation;
  backend::sink out{up.device};
  CHECK(link_engine::is_batch(batch));
  CHECK(up.link.handle(up.table, event::heralded{batch, slot_id{1}, 5, bell_index::psi_plus, {}}, out));
  CHECK(up.table[1].local == pair_id{path_id{3}, up.table.circuits[0].link(side::downstream).epoch, 5});
  CHECK(up.link.finished(up.table, batch).circuit == up.index);
  CHECK(up.link.finished(up.table, batch).circuit == circuit_table::none);
  up.device.clear();
  CHECK_FALSE(up.link.handle(up.table, event::heralded{batch, slot_id{0}, 6, bell_index::psi_plus, {}}, out));
  CHECK(up.device.all<action::free>() == std::vector<action::free>{{slot_id{0}}});
}

TEST_CASE("herald.engine: where a single link broke, a late herald is answered for") {
  for (const bool is_broken : {false, true}) {
    end_of_link up{0, 1, side::downstream, 5_us, 5_us};
    up.open(up.index, local_time{40_us});
    circuit& c = up.table.circuits[up.index];
    c.state = circuit::phase::closing;
    c.is_broken = is_broken;
    const operation_id batch = up.attempts().at(0).operation;
    up.device.clear();
    backend::sink out{up.device};
    CHECK_FALSE(up.link.handle(up.table, event::heralded{batch, slot_id{1}, 5, bell_index::psi_plus, {}}, out));
    CHECK(up.device.all<action::free>() == std::vector<action::free>{{slot_id{1}}});
    const auto said = up.device.sent<wire::expired>();
    REQUIRE(said.size() == (is_broken ? 1U : 0U));
    if (!is_broken) continue;
    const auto word = said[0].unpack<wire::expired>();
    CHECK((said[0].to == node_id{1} && said[0].circuit == c.id && word.half_sequence == 5));
    CHECK((word.half_epoch == c.link(side::downstream).epoch && word.facing == 0));
  }
}

TEST_CASE("herald.engine: slots are given out in runs and come back when nothing uses them") {
  end_of_link up{0, 1, side::downstream, 5_us, 5_us, 3};
  CHECK(up.link.find_run(up.table, 0, 5) == 3);
  CHECK(up.link.find_run(up.table, 0, 6) == up.table.size());
  const std::uint16_t other = up.add(side::downstream, 4);
  CHECK(up.link.find_run(up.table, 0, 2) == up.table.size());
  CHECK(up.link.find_run(up.table, 0, 1) == 7);
  up.open(up.index, local_time{40_us});
  const operation_id batch = up.attempts().at(0).operation;
  CHECK_FALSE(link_engine::release(up.table, up.index));  // attempts are being made
  backend::sink out{up.device};
  CHECK(up.link.handle(up.table, event::heralded{batch, slot_id{1}, 5, bell_index::psi_plus, {}}, out));
  CHECK(up.link.finished(up.table, batch).circuit == up.index);
  CHECK_FALSE(link_engine::release(up.table, up.index));  // a half is held
  up.table.release(1, segments::fate_of_half::discarded);
  CHECK(link_engine::release(up.table, up.index));
  CHECK(up.link.find_run(up.table, 0, 3) == 0);
  CHECK(link_engine::release(up.table, other));
  CHECK(up.link.find_run(up.table, 0, 8) == 0);
}
