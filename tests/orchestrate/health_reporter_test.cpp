// SPDX-License-Identifier: Apache-2.0
#include <ebit/orchestrate/health_reporter.hpp>

#include <support/catch.hpp>

using namespace ebit;
using namespace ebit::orchestrate;

TEST_CASE("orchestrate.health_reporter: numbers its news, counts faults of the whole, repeats what is out of order") {
  using event::health;
  health_reporter r{node_id{7}, 3};
  const wire::health_news one = r.note(port_id{2}, health::fault, true);
  CHECK((one.element == 7 && one.incarnation == 3 && one.number == 1 && one.port == 2));
  CHECK((one.state == 2 && one.dark == 1 && one.faults == 0));
  r.note(port_id{2}, health::degraded, false);  // the port beside its fibre
  const wire::health_news whole = r.note(port_id::none(), health::fault, false);
  CHECK((whole.port == wire::health_news::whole && whole.faults == 1 && whole.number == 3));
  r.note(port_id::none(), health::ready, false);
  CHECK(r.note(port_id::none(), health::fault, false).faults == 2);
  CHECK(r.note(port_id{2}, health::fault, false).faults == 2);
  r.note(port_id::none(), health::degraded, false);
  std::vector<wire::health_news> again;
  r.repeat([&](const wire::health_news& n) { again.push_back(n); });
  REQUIRE(again.size() == 3);
  CHECK((again[0].port == 2 && again[0].dark == 1 && again[0].number == 8));
  CHECK((again[1].port == 2 && again[1].dark == 0 && again[1].state == 2));
  CHECK((again[2].port == wire::health_news::whole && again[2].state == 1 && again[2].number == 10));
  for (const bool dark : {false, true}) r.note(port_id{2}, health::ready, dark);
  r.note(port_id::none(), health::ready, false);
  r.repeat([](const wire::health_news&) { FAIL("all is well"); });
}
