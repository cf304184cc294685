// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <utility>
#include <vector>

#include "single_failure.hpp"

using namespace single_failure;

namespace {

std::vector<scene> all_kinds(const history& calm) {
  const orchestrate::fabric& layout = calm.centre.layout();
  // Of each tier the switch that most light paths cross when it fails; a path over the core; and a port between tiers
  // that is used often afterwards.
  std::map<element_id, int> crossed, joined_later;
  std::map<std::pair<element_id, std::uint16_t>, int> used_later;
  const lease* over_core = nullptr;
  std::ptrdiff_t most_left = 0;  // to be delivered by it after the fault
  for (const auto& [path, l] : calm.lent) {
    const bool is_live = calm.live_at_fault.count(path) != 0;
    const bool is_later = path > calm.newest_at_fault;
    const sim::request_record& r = calm.centre.requests()[l.request.value()];
    const auto left =
        std::count_if(r.at_head.begin(), r.at_head.end(), [](world_time t) { return t > world_time{at}; });
    if (is_live && left > most_left && l.way.a.crossings.size() == 3) {
      most_left = left;
      over_core = &l;
    }
    for (const orchestrate::arm* side : {&l.way.a, &l.way.b})
      for (const orchestrate::crossing& c : side->crossings) {
        if (is_live) ++crossed[c.at];
        if (!is_later || layout.at(c.at).tier != 2) continue;
        ++joined_later[c.at];
        for (const std::uint16_t p : {c.in, c.out})
          if (layout.at(layout.along(layout.span_at(c.at, p)).other(c.at)).kind ==
              orchestrate::element_kind::optical_switch)
            ++used_later[{c.at, p}];
      }
  }
  REQUIRE((over_core != nullptr && !used_later.empty()));
  const auto most = [](const auto& of) {
    return std::max_element(of.begin(), of.end(), [](const auto& x, const auto& y) { return x.second < y.second; })
        ->first;
  };
  const auto busiest = [&](std::uint8_t tier) {
    std::map<element_id, int> here;
    for (const auto& [e, n] : crossed)
      if (layout.at(e).tier == tier) here[e] = n;
    return most(here);
  };
  const auto device = [](const char* name, element_id e, duration lasts = for_good) {
    scene s{.name = name, .failed = {.element = e}};
    s.o.broken = {{.at = at, .lasts = lasts, .element = e}};
    return s;
  };
  const auto away = [](const char* name, element_id e, duration lasts) {
    scene s{.name = name, .failed = {.element = e}};
    s.o.faults.schedule = {{.at = at, .lasts = lasts, .node = node_id{e.value()}}};
    return s;
  };
  const orchestrate::controller_options& c = how().control;
  // What both ends may be busy with when they could go on, in waves before theirs.
  const duration turns = c.longest_lease * 2;
  std::vector<scene> all;

  all.push_back(device("edge switch", busiest(1), 2_ms));
  all.back().back = 2_ms;
  all.back().extra = turns;
  all.push_back(device("aggregation switch", busiest(2)));
  all.push_back(device("core switch", busiest(3)));
  all.push_back(device("analyser", over_core->way.analyser));
  all.push_back({.name = "fibre between switches", .failed = {.fibre = over_core->way.a.spans[1]}});
  all.back().o.broken = {{.what = fault::kind::fibre, .at = at, .lasts = for_good, .fibre = all.back().failed.fibre}};

  // A switch that senses its positions says at once which port sticks, so that what it holds is led another way. Else
  // nobody is told: what stands goes on, and what a later path did not give is held against its parts when its lease
  // has ended.
  const orchestrate::crossing& in_use = over_core->way.a.crossings[1];
  const auto [holder, port] = most(used_later);
  all.push_back({.name = "port that is sensed to stick", .failed = {.element = in_use.at, .port = in_use.in}});
  all.push_back({.name = "port that sticks unnoticed",
                 .failed = {.element = holder, .port = port},
                 .hits_what_stands = false,
                 .extra = c.longest_lease * 3,
                 .senses_position = false});
  for (scene& s : all)
    if (s.failed.port)
      s.o.broken = {{.what = fault::kind::sticking_port,
                     .at = at,
                     .lasts = for_good,
                     .element = s.failed.element,
                     .port = *s.failed.port}};

  const element_id head{over_core->head}, tail{over_core->tail};
  all.push_back(device("networking unit", head, 1_ms));
  all.back().back = 1_ms;
  all.back().extra = turns;
  all.push_back(device("networking unit, for good", tail));
  all.back().is_lost = true;
  for (const auto& [name, e] : {std::pair{"agent of the asking endpoint", head}, {"agent of the other one", tail}}) {
    all.push_back(away(name, e, 200_us));
    all.back().back = 200_us;
    all.back().extra = turns;
  }
  all.push_back(away("agent of a switch", most(joined_later), 600_us));
  all.back().hits_what_stands = false;
  all.back().extra = c.plan_patience;
  return all;
}

}  // namespace

TEST_CASE("sim.any_single_failure: whatever part fails, 256 endpoints go on and none but its own pairs are lost") {
  const orchestrate::fabric layout = tree(true), senseless = tree(false);
  REQUIRE(layout.endpoints().size() == endpoints);
  history calm{layout, how()};
  judge_requests(calm, {.name = "none"}, {});
  judge_rest(calm, {});
  const duration least = first_pair(calm);
  for (const scene& s : all_kinds(calm)) {
    const history h{s.senses_position ? layout : senseless, s.o};
    const outcome seen = recovery(h, s);
    const duration bound = least + s.extra;
    INFO(s.name << ": " << seen.taken << " light paths taken away, " << seen.recovered << " went on after "
                << seen.shortest.seconds() * 1e6 << " to " << seen.longest.seconds() * 1e6 << " us, bound "
                << bound.seconds() * 1e6 << " us");
    judge_requests(h, s, seen);
    judge_rest(h, seen);
    CHECK(seen.taken > 0);
    CHECK((s.is_lost || seen.recovered > 0));
    CHECK(seen.longest <= bound);
  }
}

TEST_CASE("sim.any_single_failure: without its controller a data centre of 256 endpoints goes on under the next") {
  const orchestrate::fabric layout = tree(true);
  scene s{.name = "controller"};
  s.o.controllers = 2;
  const node_id controller{static_cast<std::uint32_t>(layout.elements().size())};
  s.o.faults.schedule = {{.at = at, .lasts = for_good, .node = controller}};
  history h{layout, s.o};
  REQUIRE(!h.centre.controller(0).is_in_office());
  REQUIRE(h.centre.controller(1).is_in_office());
  // What had light keeps it, so no pair is lost; who waited gets light from the next in office.
  judge_requests(h, s, {});
  judge_rest(h, {});
  std::size_t kept = 0;
  world_time again = world_time::never();
  for (const sim::request_record& r : h.centre.requests())
    for (std::size_t i = 0; i < r.at_head.size(); ++i) {
      if (r.at_head[i] > world_time{at} && h.live_at_fault.count(r.names_at_head[i].path) != 0) ++kept;
      if (r.names_at_head[i].path > h.newest_at_fault) again = std::min(again, r.at_head[i]);
    }
  // It is missed for so many heartbeats and one for the rank; then all endpoints answer, one round trip away.
  const orchestrate::controller_options& c = s.o.control;
  const duration bound = c.heartbeat * (c.missed + 1) + c.farthest * 2 + c.guard + first_pair(h);
  const duration took = again - world_time{at};
  INFO(h.live_at_fault.size() << " light paths at the fault gave " << kept
                              << " pairs after it; the next one's first after " << took.seconds() * 1e6
                              << " us, bound " << bound.seconds() * 1e6 << " us");
  CHECK(kept > 0);
  CHECK(took <= bound);
}
