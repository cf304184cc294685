// SPDX-License-Identifier: Apache-2.0
#include <ebit/orchestrate/granted_walk.hpp>

#include <support/catch.hpp>

using namespace ebit;
using namespace ebit::orchestrate;

TEST_CASE(
    "orchestrate.granted_walk: a walk has its trunks until its last light path is closed, or they are released") {
  walk_table walks{3};
  CHECK(walks.is_empty());
  constexpr std::uint32_t none = granted_walk::none;
  const std::uint32_t a = walks.open({{0, 1, none, 10}, {1, 2, 0, none}, {2, 3, 2, none}, {3, 4, none, 11}}, 5_us);
  CHECK((!walks.is_free(0) && walks.is_free(1) && !walks.is_free(2)));
  CHECK((walks.user(0) == a && walks.user(1) == walk_table::none && walks.user(2) == a));
  CHECK((walks[a].open == 2 && walks[a].length == 5_us));
  const std::uint32_t b = walks.open({{5, 6, none, 12}, {6, 7, 1, none}}, 1_us);
  CHECK((b != a && walks.user(1) == b));
  walks.close(a, 99);  // not one of its own
  walks.close(a, 10);
  walks.close(a, 10);  // closed already
  CHECK((walks[a].open == 1 && walks[a].parts[0].lease == none && !walks.is_free(0)));
  // What has broken lends its trunks no longer, though its leases are still being closed.
  walks.release_trunks(a);
  CHECK((walks.is_free(0) && walks.is_free(2) && !walks.is_free(1) && !walks.is_empty()));
  const std::uint32_t c = walks.open({{0, 1, none, 13}, {1, 2, 0, none}}, 1_us);
  CHECK((c != a && walks.user(0) == c));
  walks.close(a, 11);  // and takes nothing from who has them now
  CHECK((walks.user(0) == c && !walks.is_empty()));
  CHECK(walks.open({{0, 1, none, 14}}, 1_us) == a);  // its slot is used again
  walks.close(a, 14);
  walks.close(b, 12);
  walks.close(c, 13);
  CHECK(walks.is_empty());
}
