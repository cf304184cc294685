// SPDX-License-Identifier: Apache-2.0
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include <ebit/orchestrate/fabric_builders.hpp>
#include <ebit/orchestrate/fabric_builders_direct.hpp>
#include <ebit/orchestrate/planar_pool.hpp>
#include <ebit/sim/data_centre.hpp>
#include <ebit/sim/fabric_file.hpp>

#include <support/catch.hpp>

using namespace ebit;
using namespace ebit::literals;

namespace {

struct plain : default_profile {};

/// Switches that lose and spoil something, and analysers that see what is not there.
orchestrate::fabric_options parts(link::switch_kind kind) {
  orchestrate::fabric_options o;
  o.switches = {{.kind = kind,
                 .ports = 4,
                 .insertion_loss = decibels(0.7),
                 .reconfiguration_time = 2_us,
                 .fidelity = 0.995}};
  o.analyser.eye = {.efficiency = 0.9, .dark_counts = hertz(2000), .window = 10_ns};
  o.analyser.mode_match = 0.97;
  return o;
}

/// Two rooms with a switch and an analyser each, unlike in all that can differ, two fibres between them, and one
/// endpoint at both.
const std::string two_rooms =
    "name two-rooms\n"
    "medium loss_db_per_km=0.3 group_velocity_m_per_s=2.04e8\n"
    "switch-model mirrors ports=8 insertion_loss_db=0.6 reconfiguration_us=3 fidelity=0.997\n"
    "switch-model crossbar kind=two-sided ports=10 insertion_loss_db=0.9 loss_per_crossing_db=0.05 "
    "reconfiguration_us=1 fidelity=0.99\n"
    "analyser-model bright efficiency=0.9 dark_counts_hz=2000 window_ns=10 mode_match=0.95\n"
    "analyser-model clean efficiency=0.7 dark_counts_hz=100 window_ns=2 mode_match=0.99\n"
    "endpoint a0\n"
    "endpoint a1\n"
    "endpoint both ports=2\n"
    "endpoint b0 group=1\n"
    "endpoint b1 group=1\n"
    "switch a model=mirrors\n"
    "switch b model=crossbar group=1\n"
    "analyser xa model=bright\n"
    "analyser xb model=clean group=1\n"
    "fibre a=a0:0 b=a:0 length_m=12\n"
    "fibre a=a1:0 b=a:1 length_m=31 loss_db=0.2\n"
    "fibre a=both:0 b=a:2 length_m=80\n"
    "fibre a=both:1 b=b:0 length_m=75\n"
    "fibre a=b0:0 b=b:1 length_m=5\n"
    "fibre a=b1:0 b=b:2 length_m=140\n"
    "fibre a=a:3 b=b:3 length_m=400\n"
    "fibre a=a:4 b=b:4 length_m=420\n"
    "fibre a=a:5 b=xa:0 length_m=1\n"
    "fibre a=a:6 b=xa:1 length_m=1\n"
    "fibre a=b:5 b=xb:0 length_m=1\n"
    "fibre a=b:6 b=xb:1 length_m=1\n";

}  // namespace

TEST_CASE("sim.all_pairs: in every kind of fabric any two endpoints get pairs, as good as is forecast") {
  const auto from_file = sim::parse_fabric(two_rooms, "two-rooms");
  INFO((from_file ? std::string{} : from_file.error().message()));
  REQUIRE(from_file);
  const std::vector<orchestrate::fabric> fabrics{
      orchestrate::clos_for(6, parts(link::switch_kind::any_to_any)),
      orchestrate::clos({4, 2, 7}, parts(link::switch_kind::two_sided)),
      orchestrate::q_fly({1, 2, 1}, parts(link::switch_kind::any_to_any)),
      orchestrate::planar_pool(8, parts(link::switch_kind::two_by_two)), *from_file};
  for (const orchestrate::fabric& layout : fabrics) {
    INFO(layout.name());
    sim::data_centre_options<plain, orchestrate::adaptive> o;
    o.hardware.emission_efficiency = 0.5;
    o.hardware.emission_fidelity = 0.99;
    o.hardware.memories = 2;
    o.hardware.memory = {duration::never(), 2_ms};
    o.hardware.attempt_time = 1_us;
    sim::data_centre<plain> centre{layout, o};
    REQUIRE(centre.validate());
    const auto n = static_cast<std::uint32_t>(layout.endpoints().size());
    constexpr std::uint32_t pairs = 25;
    for (std::uint32_t a = 0; a < n; ++a)
      for (std::uint32_t b = 0; b < n; ++b)
        if (a != b)
          REQUIRE(centre.request({.from = node_id{a}, .to = node_id{b}, .pairs = pairs, .min_fidelity = 0.8}));
    std::map<path_id, double> forecast;  // of each light path that was lent
    for (std::uint64_t counted = 0; centre.next_time() <= world_time{200_ms};) {
      centre.step();
      const std::uint64_t count = centre.controller().counts().leases;
      if (count == counted) continue;
      counted = count;
      const auto& leases = centre.controller().leases();
      for (std::uint32_t slot = 0; slot < leases.slots(); ++slot)
        if (leases.is_used(slot)) forecast.try_emplace(leases[slot].path, leases[slot].fidelity);
    }
    double better = 0;
    for (const sim::request_record& r : centre.requests()) {
      REQUIRE(r.outcome == request_outcome::delivered);
      REQUIRE((r.deliveries.size() == pairs && r.at_head.size() == pairs && r.revoked.empty()));
      double foretold = 0;
      for (const pair_id& name : r.names_at_head) foretold += forecast.at(name.path) / pairs;
      INFO("from " << r.asked.from.value() << " to " << r.asked.to.value() << ": fidelity " << r.fidelity() << " +- "
                   << r.fidelity_error() << ", forecast " << foretold);
      for (const sim::delivered_pair& d : r.deliveries) CHECK(d.consistent);
      CHECK((foretold >= 0.8 && foretold < 0.97));  // so that there is something to foretell
      CHECK(r.fidelity() > foretold - 5 * r.fidelity_error() - 1e-6);
      better += (r.fidelity() - foretold) / static_cast<double>(centre.requests().size());
    }
    CHECK(better < 0.001);
    CHECK(centre.controller().waiting() == 0);
    CHECK((centre.controller().state().spans_in_use() == 0 && centre.controller().state().analysers_in_use() == 0));
    CHECK(centre.truth().ledger().orphaned == 0);
  }
}
