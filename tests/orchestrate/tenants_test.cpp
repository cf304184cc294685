// SPDX-License-Identifier: Apache-2.0
#include <ebit/orchestrate/tenants.hpp>

#include <support/catch.hpp>

using namespace ebit;
using namespace ebit::orchestrate;

TEST_CASE("tenants: those that want all the while get time in proportion to their weights") {
  tenants t{{.tenants = {{.weight = 1}, {.weight = 3}, {.weight = 6}}}, 8};
  for (std::uint16_t i = 0; i < 3; ++i) t.enters(i);
  for (int n = 0; n < 1000; ++n) {
    std::uint16_t next = 0;
    for (std::uint16_t i = 1; i < 3; ++i)
      if (tenants::goes_before(t.finish_of(i, 10_us), t.finish_of(next, 10_us))) next = i;
    t.starts(next, 10_us, local_time{});
    t.ends(next, 10_us, next == 2 ? 20_us : 10_us, local_time{});  // its leases take longer than reckoned
  }
  const double whole = (t.used(0) + t.used(1) + t.used(2)).seconds();
  REQUIRE_THAT(t.used(0).seconds() / whole, Catch::Matchers::WithinAbs(0.1, 0.01));
  REQUIRE_THAT(t.used(1).seconds() / whole, Catch::Matchers::WithinAbs(0.3, 0.01));
  REQUIRE_THAT(t.used(2).seconds() / whole, Catch::Matchers::WithinAbs(0.6, 0.01));
}

TEST_CASE("tenants: whoever comes back after a pause has no credit for it") {
  tenants t{{.tenants = {{}, {}}}, 2};
  t.enters(0);
  for (int n = 0; n < 100; ++n) {
    t.starts(0, 10_us, local_time{});
    t.ends(0, 10_us, 10_us, local_time{});
  }
  t.enters(1);
  int in_a_row = 0;
  while (!tenants::goes_before(t.finish_of(0, 10_us), t.finish_of(1, 10_us)) && in_a_row < 50) {
    t.starts(1, 10_us, local_time{});
    t.ends(1, 10_us, 10_us, local_time{});
    ++in_a_row;
  }
  REQUIRE(in_a_row <= 2);
}

TEST_CASE("tenants: a share is enforced, and says when it allows more") {
  tenants t{{.tenants = {{.most_share = 0.25}}, .burst = 100_us}, 4};  // one port's worth of four
  t.enters(0);
  REQUIRE(t.may_start(0, local_time{}));
  t.starts(0, 300_us, local_time{});  // the burst and 200 us more
  REQUIRE_FALSE(t.may_start(0, local_time{}));
  const local_time when = t.may_start_at(0, local_time{});
  REQUIRE(when >= local_time{200_us});
  REQUIRE(when <= local_time{200_us + 1_ns});
  REQUIRE(t.may_start(0, when + 1_ns));
}

TEST_CASE("tenants: under strict isolation nobody takes what the others leave") {
  tenants open{{.tenants = {{}, {}}}, 2}, strict{{.tenants = {{}, {}}, .strict = true, .burst = 10_us}, 2};
  for (tenants* t : {&open, &strict}) {
    t->enters(0);
    local_time now;
    for (int n = 0; n < 1000; ++n, now += 10_us)
      if (t->may_start(0, now)) {
        t->starts(0, 20_us, now);
        t->ends(0, 20_us, 20_us, now);
      }
  }
  REQUIRE(open.used(0) == 20_ms);
  REQUIRE_THAT(strict.used(0).seconds(), Catch::Matchers::WithinRel(10e-3, 0.01));
}

TEST_CASE("tenants: quotas on requests and leases; a tenancy out of range is refused") {
  tenants t{{.tenants = {{.most_waiting = 1, .most_leases = 1}}}, 2};
  REQUIRE(t.may_wait(0));
  t.enters(0);
  REQUIRE_FALSE(t.may_wait(0));
  t.starts(0, 1_us, local_time{});
  REQUIRE_FALSE(t.may_start(0, local_time{}));
  REQUIRE((t.may_hold(0, 0) && !t.may_hold(0, 1)));
  REQUIRE(t.may_start_at(0, local_time{}).is_never());
  t.ends(0, 1_us, 1_us, local_time{});
  t.leaves(0);
  REQUIRE((t.may_start(0, local_time{}) && t.may_wait(0)));
  REQUIRE_FALSE(tenancy{.tenants = {}}.validate().has_value());
  REQUIRE_FALSE(tenancy{.tenants = {{.weight = 0}}}.validate().has_value());
  REQUIRE_FALSE(tenancy{.tenants = {{.most_share = 0}}}.validate().has_value());
  REQUIRE_FALSE(tenancy{.tenants = {{}}, .burst = {}}.validate().has_value());
}

TEST_CASE("orchestrate.tenants: stock leaves a tenant room for what he asks for") {
  tenancy how;
  how.tenants = {{.most_waiting = 4, .most_leases = 2, .most_share = 0.5}};
  how.burst = 1_ms;
  tenants t{how, 2};
  CHECK((t.may_stock_wait(0) && t.may_start_stock(0, local_time{})));
  t.enters(0);
  t.enters(0);
  CHECK((!t.may_stock_wait(0) && t.may_wait(0)));
  t.starts(0, 1_us, local_time{});
  CHECK((!t.may_start_stock(0, local_time{}) && t.may_start(0, local_time{})));
  t.ends(0, 1_us, 600_us, local_time{});  // more than half of what his share allows at once
  CHECK((!t.may_start_stock(0, local_time{}) && t.may_start(0, local_time{})));
}
