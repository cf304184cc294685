// SPDX-License-Identifier: Apache-2.0
#include "../support/catch.hpp"

#include <cstdint>

#include <ebit/orchestrate/fabric_builders.hpp>
#include <ebit/orchestrate/join_table.hpp>

using namespace ebit;
using namespace ebit::literals;
using namespace ebit::orchestrate;

TEST_CASE("orchestrate.join_table: a join stands until either port is joined otherwise, or nothing is known of it") {
  const fabric in = fat_tree(4);
  join_table joins{in};
  const element_id here = in.switches()[0], there = in.switches()[1];
  const local_time early = local_time{} + 1_ms, late = local_time{} + 2_ms;
  CHECK(!joins.stands(here, 0, 1));
  joins.order(here, 0, 1, early);
  joins.order(here, 2, 3, early);
  joins.order(there, 0, 1, late);
  CHECK(joins.stands(here, 0, 1));
  CHECK(joins.stands(here, 1, 0));
  CHECK(!joins.stands(here, 0, 2));
  CHECK(joins.settled_at(here, 1) == early);
  CHECK(joins.settled_at(there, 1) == late);

  joins.order(here, 1, 2, late);  // parts 0 and 3, whose partners are gone
  CHECK(joins.stands(here, 2, 1));
  CHECK(!joins.stands(here, 0, 1));
  CHECK(!joins.stands(here, 2, 3));
  CHECK(!joins.stands(here, 3, 2));
  CHECK(joins.settled_at(here, 2) == late);
  CHECK(joins.settled_at(here, 0) == early);  // a port that was parted moves no later than it did
  CHECK(joins.stands(there, 0, 1));

  joins.forget(here, 1);
  CHECK(!joins.stands(here, 1, 2));
  joins.order(here, 0, 3, late);
  joins.forget(here);
  CHECK(!joins.stands(here, 0, 3));
  CHECK(joins.stands(there, 0, 1));
  joins.forget();
  CHECK(!joins.stands(there, 0, 1));
}
