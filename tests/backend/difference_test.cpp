// SPDX-License-Identifier: Apache-2.0

#include "../support/catch.hpp"

#include <ebit/backend/difference.hpp>
#include <ebit/backend/recorded.hpp>

using namespace ebit;

TEST_CASE("backend.difference: the fields in which two actions differ, with both values") {
  const action::report wanted{.request = request_id{3}, .why = refusal::too_slow, .hop = 1, .value = 0.5};
  action::report got = wanted;
  CHECK(backend::difference_of(wanted, got).empty());
  got.why = refusal::memory;
  got.hop = 2;
  got.value = 8;
  CHECK(backend::difference_of(wanted, got) == "why 8 (expected 7), hop 2 (expected 1), value 8 (expected 0.5)");
  CHECK(backend::difference_of(wanted, action::free{slot_id{1}}).empty());
  const backend::divergence found{4, local_time{}, backend::recording::entry{local_time{}, action::any{wanted}}, got};
  CHECK(found.text().ends_with(
      "action::report with other values: why 8 (expected 7), hop 2 (expected 1), value 8 (expected 0.5)"));

  // Of a message the fields of its body, by the names of its type.
  const auto hello = [](std::uint32_t incarnation, node_id to) {
    return action::send{message::pack(node_id{0}, to, circuit_id::none(), wire::hello{path_id::none(), incarnation})};
  };
  CHECK(backend::difference_of(hello(1, node_id{1}), hello(2, node_id{2})) ==
        "to 2 (expected 1), incarnation 2 (expected 1)");
  action::stop early{.operation = operation_id{1}, .at = local_time{duration::picoseconds(5)}};
  action::stop late = early;
  late.at = local_time::never();
  CHECK(backend::difference_of(early, late) == "at never (expected 5 ps)");
}
