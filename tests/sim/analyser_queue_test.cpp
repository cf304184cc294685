// SPDX-License-Identifier: Apache-2.0
#include <cmath>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include <ebit/analyze/analyser_leases.hpp>
#include <ebit/orchestrate/fabric_builders.hpp>
#include <ebit/sim/data_centre.hpp>
#include <ebit/sim/demand.hpp>

#include <support/catch.hpp>

using namespace ebit;
using namespace ebit::literals;

namespace {

struct plain : default_profile {};

/// What a controller hears and says of light paths, and when: how long requests wait, how long analysers are lent.
struct line_watch : sim::open_tap {
  struct lent {
    world_time from;
    int ends = 0;
  };
  node_id controller;
  world_time now;
  std::map<std::uint32_t, world_time> asked;  ///< by request
  std::map<std::uint32_t, lent> open;         ///< by light path
  std::vector<double> waits;                  ///< s, in the order of the grants
  std::vector<double> leases;                 ///< s

  using sim::open_tap::on_event;
  bool on_event(node_id at, event::received& e) {
    if (at != controller) return true;
    if (e.content.holds<wire::ask>()) asked[e.content.unpack<wire::ask>().request.value()] = now;
    if (e.content.holds<wire::released>()) {
      const auto found = open.find(e.content.unpack<wire::released>().path.value());
      if (found != open.end() && ++found->second.ends == 2) {
        leases.push_back((now - found->second.from).seconds());
        open.erase(found);
      }
    }
    return true;
  }
  using sim::open_tap::on_action;
  template <class Perform>
  bool on_action(node_id at, action::send& a, Perform&&) {
    if (at != controller || !a.content.holds<wire::grant>()) return true;
    const auto g = a.content.unpack<wire::grant>();
    if ((g.role & wire::grant::roles) != wire::grant::head) return true;
    open[g.path.value()] = {now, 0};
    waits.push_back((now - asked.at(g.request.value())).seconds());
    return true;
  }
};
using centre_type = sim::data_centre<plain, orchestrate::adaptive, bell_diagonal, sim::no_trace, line_watch>;

/// Runs requests at `per_second`, so many light paths long.
line_watch run(const orchestrate::fabric& layout, double per_second, std::size_t paths, std::uint64_t seed) {
  centre_type::options_type o;
  o.seed = seed;
  o.hardware.emission_efficiency = 0.2;
  o.hardware.memories = 2;
  o.hardware.memory = {};
  o.hardware.dark_counts = {};
  o.hardware.attempt_time = 1_us;
  line_watch eyes;
  eyes.controller = node_id{static_cast<std::uint32_t>(layout.elements().size())};
  centre_type centre{layout, o, {}, eyes};
  REQUIRE(centre.validate());
  sim::demand_stream demand{{.requests_per_second = per_second, .pairs = 4, .min_fidelity = 0.5, .seed = seed},
                            static_cast<std::uint32_t>(layout.endpoints().size())};
  const auto advance = [&](world_time end) {
    while (centre.next_time() <= end) {
      centre.tap().now = centre.next_time();
      centre.step();
    }
    centre.run_until(end);
  };
  while (centre.tap().leases.size() < paths) {
    const sim::timed_request next = demand.next();
    advance(world_time{next.at});
    REQUIRE(centre.request(next.wanted));
  }
  return centre.tap();
}

struct seen {
  double wait = 0, error = 0, busy = 0;
  analyze::queue model;
};

/// Several runs in which analysers are to be lent 85 % of the time; what is empty at the start is left out.
seen observe(const orchestrate::fabric& layout) {
  const auto analysers = static_cast<std::uint32_t>(layout.analysers().size());
  double each = 0;
  const line_watch idle = run(layout, 200, 100, 99);
  for (const double l : idle.leases) each += l / static_cast<double>(idle.leases.size());
  const double per_second = 0.85 * analysers / each;
  constexpr int runs = 8;
  constexpr std::size_t length = 4000, start = 400;
  double sum = 0, squares = 0;
  analyze::measured_times lent;
  for (int i = 0; i < runs; ++i) {
    const line_watch all = run(layout, per_second, length, static_cast<std::uint64_t>(i + 1));
    double mean = 0;
    for (std::size_t k = start; k < all.waits.size(); ++k)
      mean += all.waits[k] / static_cast<double>(all.waits.size() - start);
    for (const double l : all.leases) lent.add(l);
    sum += mean / runs;
    squares += mean * mean / runs;
  }
  seen s;
  s.wait = sum;
  s.error = std::sqrt((squares - sum * sum) / (runs - 1));
  s.busy = per_second * lent.time().mean / analysers;
  s.model = analyze::pool_of(analysers, per_second, lent.time());
  return s;
}

}  // namespace

TEST_CASE("sim.analyser_queue: who waits for an analyser waits as long as queueing theory says") {
  orchestrate::fabric_options parts;
  link::optical_switch moving;
  moving.insertion_loss = decibels(0.5);
  moving.reconfiguration_time = 1_us;
  parts.switches = {moving};
  parts.ports = 4;  // as many as there are analysers: nobody ever waits for a port
  parts.analysers = {4};
  const seen one = observe(orchestrate::star(16, parts));
  parts.ports = 2;
  parts.analysers = {0, 0, 1};
  const std::vector<orchestrate::fabric> others{orchestrate::fat_tree_for(32, parts),
                                                orchestrate::clos_for(32, parts)};
  const auto hold = [](const seen& s, bool is_exact) {
    INFO(s.model.servers << " analysers, lent " << s.busy << "; " << s.wait << " s +- " << s.error << ", bounds "
                         << s.model.lower_bound().value << " to " << s.model.upper_bound().value << ", estimate "
                         << s.model.estimate().value);
    CHECK(s.busy > 0.7);
    CHECK(s.wait > 10 * s.error);
    CHECK(s.wait >= s.model.lower_bound().value - 3 * s.error);
    CHECK(s.wait <= s.model.upper_bound().value + 3 * s.error);
    if (is_exact) CHECK(std::abs(s.wait - s.model.estimate().value) < 0.1 * s.model.estimate().value + 3 * s.error);
  };
  hold(one, true);
  // Here ports are waited for too, and not every analyser is as near: longer than one ideal pool, within its bound.
  for (const orchestrate::fabric& layout : others) {
    INFO(layout.name());
    hold(observe(layout), false);
  }
}
