// SPDX-License-Identifier: Apache-2.0
#include <cstddef>
#include <cstdint>
#include <vector>

#include <ebit/orchestrate/fabric_builders.hpp>
#include <ebit/sim/data_centre.hpp>

#include <support/catch.hpp>

using namespace ebit;
using namespace ebit::literals;
using link::device_phase;
using orchestrate::element_id;
using fault = sim::fabric_fault;

namespace {

struct plain : default_profile {};

/// Endpoint 0's device does not say that it has broken. How often its attempts began and were broken off, and when its
/// halves were emitted.
struct mute_device : sim::open_tap {
  std::size_t begun = 0, failed = 0;
  std::vector<local_time> born;

  using sim::open_tap::on_action;
  using sim::open_tap::on_event;
  bool on_event(node_id n, event::device_state& e) { return n != node_id{0} || e.state != event::health::fault; }
  bool on_event(node_id n, event::heralded& e) {
    if (n == node_id{0}) born.push_back(e.born);
    return true;
  }
  bool on_event(node_id n, event::failed& e) {
    failed += n == node_id{0} && link_engine::is_batch(e.operation) ? 1U : 0U;
    return true;
  }
  template <class Perform>
  bool on_action(node_id n, action::attempt&, Perform&&) {
    begun += n == node_id{0} ? 1U : 0U;
    return true;
  }
};
using centre_type = sim::data_centre<plain, orchestrate::adaptive, bell_diagonal, sim::no_trace, mute_device>;

centre_type centre_with(const fault& what) {
  centre_type::options_type o;
  o.hardware.emission_efficiency = 0.3;
  o.hardware.memories = 2;
  o.hardware.memory = {};
  o.hardware.dark_counts = {};
  o.hardware.attempt_time = 1_us;
  o.hardware.life = {.initialising = 20_us, .locking = 10_us, .deinitialising = 5_us};
  o.broken = {what};
  centre_type centre{orchestrate::star(4), o};
  REQUIRE(centre.validate());
  REQUIRE(centre.request({.from = node_id{0}, .to = node_id{1}, .pairs = 100'000}));
  return centre;
}

}  // namespace

TEST_CASE("sim.unit_attempts: a unit that has broken does not take its attempts up again by itself") {
  centre_type centre = centre_with({.at = 3_ms, .lasts = 5_us, .element = element_id{0}});
  centre.run_until(world_time{3_ms - 1_ps});
  REQUIRE((centre.phase(node_id{0}) == device_phase::busy && !centre.tap().born.empty()));
  const std::size_t begun = centre.tap().begun, failed = centre.tap().failed;
  centre.run_until(world_time{3_ms + 1_us});
  CHECK(centre.tap().failed > failed);
  bool was_back = false;
  while (centre.now() < world_time{6_ms}) {
    const std::size_t before = centre.tap().born.size();
    centre.step();
    if (centre.tap().born.size() == before) continue;
    const world_time born = centre.when(node_id{0}, centre.tap().born.back());
    CHECK((born < world_time{3_ms} || born >= world_time{3_ms + 35_us}));
    if (born < world_time{3_ms}) continue;
    was_back = true;
    CHECK(centre.phase(node_id{0}) == device_phase::busy);  // it knows of them
  }
  CHECK((was_back && centre.tap().begun > begun));
  CHECK(centre.truth().ledger().orphaned == 0);
}
