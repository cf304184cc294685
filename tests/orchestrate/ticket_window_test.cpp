// SPDX-License-Identifier: Apache-2.0
#include "../support/catch.hpp"

#include <cstdint>

#include <ebit/orchestrate/ticket_window.hpp>

using namespace ebit;
using orchestrate::ticket_window;

TEST_CASE("orchestrate.ticket_window: a ticket is news once, in any order, and those before a survey's never") {
  ticket_window w;
  CHECK(w.state(1) == route::heard::news);
  CHECK(w.hear(2) == route::heard::news);
  CHECK(w.hear(1) == route::heard::news);
  CHECK(w.hear(1) == route::heard::known);
  CHECK(w.hear(2) == route::heard::known);
  CHECK(w.hear(1'000'000) == route::heard::early);
  CHECK(w.state(3) == route::heard::news);

  w.settle_before(1'000'000);
  CHECK(w.state(999'999) == route::heard::known);
  CHECK(w.hear(1'000'000) == route::heard::news);
  CHECK(w.hear(1'000'000) == route::heard::known);
  CHECK(w.hear(5) == route::heard::known);
  w.settle_before(0);
  CHECK(w.state(1) == route::heard::news);
}
