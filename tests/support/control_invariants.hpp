// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <set>
#include <vector>

#include <support/catch.hpp>
#include <support/control_plane.hpp>

namespace ebit_test {

/// What must hold of a controller at any time: no fibre, analyser or port is lent twice, the state says what the leases
/// say, and accounts and book agree.
template <class Controller>
void check_controller(const Controller& c) {
  using namespace ebit::orchestrate;
  const auto holds = [](bool what) {
    if (!what) FAIL("an invariant of the controller is broken");
  };
  const fabric& f = c.network();
  std::set<std::uint32_t> spans, analysers;
  std::vector<std::uint32_t> charged(c.shares().size(), 0);
  std::uint32_t holding = 0;
  for (std::uint32_t s = 0; s < c.leases().slots(); ++s) {
    if (!c.leases().is_used(s)) continue;
    const lease& l = c.leases()[s];
    holds(c.leases().find(l.path) == s);
    if (l.is_charged) ++charged[l.tenant];
    if (!l.holds) continue;
    ++holding;
    holds(analysers.insert(l.way.analyser.value()).second);
    for (const arm* side : {&l.way.a, &l.way.b})
      for (const span_id span : side->spans) {
        holds(spans.insert(span.value()).second);
        holds(c.state().user(span) == lease_table::mark(s));
      }
    holds(l.way.a.endpoint.value() == l.head);
    holds(l.way.b.endpoint.value() == l.tail);
  }
  holds(c.state().spans_in_use() == spans.size());
  holds(c.state().analysers_in_use() == holding);
  std::size_t standing = 0;
  for (std::uint32_t e = 0; e < f.endpoints().size(); ++e) standing += c.requests().of(e).size();
  holds(standing == c.requests().size());
  std::size_t entered = 0;
  for (std::uint16_t t = 0; t < c.shares().size(); ++t) {
    entered += c.shares().waiting(t);
    holds(c.shares().leases(t) == charged[t]);
  }
  holds(entered == standing);
}

/// Checks every controller after every event, and that nobody gets more pairs than he asked for.
template <class Plane>
void watch(Plane& plane, std::uint32_t controllers = 1, std::uint32_t every = 1) {
  plane.check = [&plane, controllers, every, n = 0U]() mutable {
    if (++n % every != 0) return;
    for (std::uint32_t c = 0; c < controllers; ++c)
      if (plane.controller(c)) check_controller(*plane.controller(c));
    for (std::uint32_t e = 0; e < plane.endpoints(); ++e) {
      if (!plane.is_there(e)) continue;
      std::set<std::uint16_t> lit;
      for (const dummy_qnu::held& h : plane.qnu(e).leases())
        if (h.is_lit && !lit.insert(h.port).second) FAIL("two light paths at one port");
      for (const dummy_qnu::wish& w : plane.qnu(e).wishes())
        if (w.delivered > w.pairs) FAIL("more pairs than were asked for");
    }
  };
}

/// Nothing is held, kept, or on its way.
template <class Plane>
void expect_idle(Plane& plane) {
  const auto* c = plane.in_office();
  REQUIRE(c != nullptr);
  CHECK(c->leases().size() == 0);
  CHECK(c->requests().size() == 0);
  CHECK(c->state().spans_in_use() == 0);
  CHECK(c->state().analysers_in_use() == 0);
  CHECK(c->unacknowledged().size() == 0);
  for (std::uint32_t e = 0; e < plane.endpoints(); ++e) {
    if (!plane.is_there(e)) continue;
    CHECK(plane.qnu(e).leases().empty());
    CHECK(plane.qnu(e).unacknowledged().size() == 0);
    for (const dummy_qnu::wish& w : plane.qnu(e).wishes()) CHECK_FALSE(w.is_open);
  }
  for (const auto s : plane.network().switches()) CHECK(plane.agent(s.value()).pending() == 0);
}

}  // namespace ebit_test
