// SPDX-License-Identifier: Apache-2.0
#include "../support/catch.hpp"

#include <cstdint>

#include "../support/end_bench.hpp"

using namespace ebit_test;

TEST_CASE("route.measured_handover: measured pairs are read before they are delivered, in one basis at both ends") {
  for (std::uint64_t cycle = 1; cycle < 20; ++cycle) {
    end_bench head = end_bench::head(wanting(5, request_kind::measure_directly));
    head.pair(cycle);
    CHECK(head.handed().empty());
    const wire::delivered word = only<wire::delivered>(head.device);
    CHECK(wire::disposal_of(word.does) == wire::disposal::measure);
    const action::measure here = head.reading();
    CHECK(here.in == wire::basis_of(word.does));
    CHECK(here.in == link::test_rounds::basis_for({path_id{0}, head.made.epoch, cycle}, basis_choice::xyz));
    head.read(here, cycle % 2 == 0);
    REQUIRE(head.handed().size() == 1);
    const action::deliver mine = head.handed()[0];
    CHECK((mine.is_measured && mine.measured_in == here.in && mine.bit == (cycle % 2 == 0)));
    CHECK((mine.request == request_id{3} && mine.purpose == 0x1234));

    end_bench tail = end_bench::tail(5, 1, wire::install::word_decides | wire::install::measures);
    tail.pair(cycle);
    CHECK((tail.device.all<action::measure>().empty() && tail.handed().empty()));
    wire::delivered told = tail.word(cycle);
    told.does = word.does;
    tail.hear(0, told);
    tail.hear(0, told);  // a copy while it is being read
    CHECK(tail.handed().empty());
    CHECK(tail.device.all<action::measure>().size() == 1);
    CHECK(tail.reading().in == here.in);
    tail.read(tail.reading(), true);
    REQUIRE(tail.handed().size() == 1);
    CHECK((tail.handed()[0].is_measured && tail.handed()[0].measured_in == here.in && tail.handed()[0].bit));
    CHECK(tail.device.sent<wire::expired>().empty());
    CHECK((head.is_balanced() && tail.is_balanced()));
  }
}

TEST_CASE("route.measured_handover: a prepared state is read at the head and kept at the tail") {
  end_bench head = end_bench::head(wanting(5, request_kind::prepare_state));
  head.pair(4);
  const wire::delivered word = only<wire::delivered>(head.device);
  CHECK(wire::disposal_of(word.does) == wire::disposal::prepare);
  head.read(head.reading(), true);
  REQUIRE(head.handed().size() == 1);
  CHECK((head.handed()[0].is_measured && head.handed()[0].bit));

  end_bench tail = end_bench::tail(5, 1, wire::install::word_decides);
  tail.pair(4);
  wire::delivered told = tail.word(4);
  told.does = word.does;
  tail.hear(0, told);
  REQUIRE(tail.handed().size() == 1);
  CHECK(tail.device.all<action::measure>().empty());
  CHECK((!tail.handed()[0].is_measured && tail.handed()[0].measured_in == head.handed()[0].measured_in));
}

TEST_CASE("route.measured_handover: a read-out that fails is no delivery, and another pair takes its place") {
  end_bench head = end_bench::head(wanting(1, request_kind::measure_directly));
  head.pair(4);
  const operation_id first = head.reading().operation;
  head.device.clear();
  head.tell(event::failed{first, failure::fault});
  CHECK(only<wire::expired>(head.device).half_sequence == 1004);
  CHECK((head.handed().empty() && head.counts().consumed == 1 && head.device.all<action::free>().size() == 1));
  head.device.clear();
  head.pair(5);
  head.read(head.reading(), true);
  CHECK((head.handed().size() == 1 && head.reports().size() == 1));
  CHECK((head.reports()[0].outcome == request_outcome::delivered && head.is_balanced()));

  // At the tail: the head has to take its own back.
  end_bench tail = end_bench::tail(5, 1, wire::install::word_decides);
  tail.pair(4);
  wire::delivered told = tail.word(4);
  told.does = wire::disposal_byte(wire::disposal::measure, basis::z);
  tail.hear(0, told);
  tail.tell(event::failed{tail.reading().operation, failure::fault});
  CHECK(tail.handed().empty());
  CHECK(only<wire::expired>(tail.device).half_sequence == 1004);
  CHECK((tail.counts().consumed == 1 && tail.is_balanced()));
}

TEST_CASE(
    "route.measured_handover: of a half that is being read the other end's loss is known when the read-out ends") {
  end_bench head = end_bench::head(wanting(1, request_kind::measure_directly));
  head.pair(4);
  const action::measure running = head.reading();
  head.device.clear();
  head.hear(2, wire::expired{4, head.made.epoch, static_cast<std::uint8_t>(side::downstream), {}});
  CHECK((head.device.performed().empty() && head.node.table().held() == 1));
  head.read(running, true);
  CHECK((head.handed().empty() && head.node.table().held() == 0 && head.device.sent<wire::expired>().empty()));
  head.pair(5);
  head.read(head.reading(), true);
  CHECK((head.handed().size() == 1 && head.reports().back().outcome == request_outcome::delivered));
}
