// SPDX-License-Identifier: Apache-2.0
#include <concepts>
#include <type_traits>

#include <ebit/core/ids.hpp>

#include "../support/catch.hpp"

TEST_CASE("core.ids: ids of different kinds do not convert") {
  static_assert(!std::is_convertible_v<ebit::node_id, ebit::port_id>);
  static_assert(!std::is_constructible_v<ebit::node_id, ebit::port_id>);
  static_assert(!std::is_convertible_v<ebit::node_id, ebit::node_id::value_type>);
  static_assert(!std::is_convertible_v<ebit::node_id::value_type, ebit::node_id>);
  static_assert(!std::equality_comparable_with<ebit::node_id, ebit::slot_id>);
  static_assert(std::is_trivially_copyable_v<ebit::node_id> && sizeof(ebit::node_id) == 4);
}

TEST_CASE("core.ids: a default id names nothing") {
  static_assert(ebit::node_id{} == ebit::node_id::none());
  static_assert(!ebit::node_id::none().valid());
  static_assert(ebit::node_id{0}.valid() && ebit::node_id{0} != ebit::node_id::none());
  static_assert(ebit::path_id{3}.value() == 3);
  static_assert(!ebit::pair_id{}.path.valid());
}

TEST_CASE("core.ids: ids are ordered by their number, nothing last") {
  CHECK(ebit::slot_id{1} < ebit::slot_id{2});
  CHECK(ebit::slot_id{2} < ebit::slot_id::none());
}

TEST_CASE("core.ids: pairs are ordered by path, then epoch, then sequence") {
  const ebit::pair_id pair{ebit::path_id{1}, 2, 3};
  CHECK(pair == ebit::pair_id{ebit::path_id{1}, 2, 3});
  CHECK(pair != ebit::pair_id{ebit::path_id{1}, 2, 4});
  CHECK(pair < ebit::pair_id{ebit::path_id{1}, 2, 4});
  CHECK(pair < ebit::pair_id{ebit::path_id{1}, 3, 0});
  CHECK(pair < ebit::pair_id{ebit::path_id{2}, 0, 0});
  CHECK(pair > ebit::pair_id{ebit::path_id{1}, 1, 9});
}
