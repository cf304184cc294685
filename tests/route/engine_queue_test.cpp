// SPDX-License-Identifier: Apache-2.0
#include "../support/catch.hpp"

#include <cmath>
#include <cstdint>
#include <vector>

#include "../support/pair_bench.hpp"

using namespace ebit_test;

namespace {

[[nodiscard]] options<default_profile> sharing(std::uint8_t width = 1) {
  options<default_profile> o;
  o.route.width = width;
  o.route.service.shared = true;
  return o;
}
/// Of an application at `by`, for the other one.
[[nodiscard]] event::request wants(std::uint32_t by, std::uint32_t id, std::uint32_t pairs,
                                   request_kind kind = request_kind::keep) {
  event::request e;
  e.id = request_id{id};
  e.peer = node_id{1 - by};
  e.pairs = pairs;
  e.kind = kind;
  return e;
}

}  // namespace

TEST_CASE("route.engine_queue: a tail counts what came before the answer to its question") {
  pair_bench b{sharing()};
  b.ask(0, wants(0, 1, 1));
  b.holds = [](const message& m) { return m.holds<wire::enqueue>() && m.from == node_id{0}; };
  b.ask(1, wants(1, 2, 3));
  REQUIRE(b.held.size() == 1);
  wire::enqueue copy = b.held[0].unpack<wire::enqueue>();
  copy.ticket = 0;
  b.nodes[1].tell(event::received{message::pack(node_id{0}, node_id{1}, b.held[0].circuit, copy), link_delay});
  b.pairs(3);  // one for the first request, two that are counted to the copy
  b.release();
  b.path(false);
  b.path(true);
  b.pass(10_s);
  int more = 0;
  while (more < 10 && b.pair()) ++more;
  CHECK(more == 1);
  CHECK(b.served(1) == std::vector<std::uint32_t>{1, 2, 2, 2});
}

TEST_CASE("route.engine_queue: once all nodes are ready the tail is not told again of its own requests") {
  node_bench<> head{1, 0, sharing()};
  head.tell(wants(0, 1, 5));
  head.circuit = head.device.sent<wire::install>().at(0).circuit;
  wire::enqueue asked;
  asked.time_left = duration::never();
  asked.request = request_id{50};
  asked.asked_by = node_id{1};
  asked.ticket = 1;
  asked.pairs = 1;
  head.hear(1, asked);
  CHECK(only<wire::enqueue>(head.device).request == request_id{50});
  head.device.clear();
  head.hear(1, wire::ready{1});
  CHECK(only<wire::enqueue>(head.device).request == request_id{1});
}

TEST_CASE("route.engine_queue: a request may come while a great many halves wait for another one") {
  pair_bench b{sharing(80), 80};
  event::request whole = wants(0, 1, 72);
  whole.atomic = true;
  b.ask(0, whole);
  for (std::uint16_t mode = 0; mode < 70; ++mode) REQUIRE(b.pair(mode));
  CHECK(b.served(0).empty());
  b.ask(0, wants(0, 2, 1));
  CHECK(b.served(0) == std::vector<std::uint32_t>{2});
  CHECK(b.agree());
}

TEST_CASE("route.engine_queue: of a state that the tail's application prepares the tail gets the outcome") {
  for (const std::uint32_t by : {0U, 1U}) {
    pair_bench b{sharing()};
    b.ask(0, wants(0, 1, 1, request_kind::measure_directly));
    b.ask(by, wants(by, 2, 2, request_kind::prepare_state));
    b.pairs(3);
    INFO("asked for at " << by);
    for (const std::uint32_t at : {0U, 1U}) {
      REQUIRE(b.served(at) == std::vector<std::uint32_t>{1, 2, 2});
      const auto got = b.asked<action::deliver>(at);
      CHECK((got[1].is_measured == (at == by) && got[2].is_measured == (at == by)));
    }
    CHECK(b.agree());
    CHECK((b.said(by, 2).back().outcome == request_outcome::delivered && b.said(by, 2).back().value == 2));
  }
}

TEST_CASE("route.engine_queue: for a pair of which the tail had no half left when the word came it asks anew") {
  pair_bench b{sharing()};
  b.ask(0, wants(0, 1, 1));
  b.ask(1, wants(1, 2, 2));
  b.ask(0, wants(0, 3, 4));
  b.pairs(2);
  b.holds = [](const message& m) { return m.holds<wire::delivered>(); };
  const action::attempt there = b.batches(1).at(0);
  b.pairs(1);
  REQUIRE(b.held.size() == 1);
  const wire::expired lost{b.cycle * there.modes, there.epoch, static_cast<std::uint8_t>(side::upstream), {}};
  b.nodes[1].tell(event::received{message::pack(node_id{0}, node_id{1}, there.circuit, lost), link_delay});
  CHECK(b.said(1, 2).size() == 1);
  b.release();
  CHECK(b.asked<action::revoke>(0).size() == 1);
  b.pass(1_us);
  CHECK(b.nodes[1].device.sent<wire::enqueue>().size() == 2);  // while the circuit goes on for others
  int more = 0;
  while (more < 10 && b.pair()) ++more;
  CHECK(more == 5);
  CHECK(b.served(1) == std::vector<std::uint32_t>{1, 2, 3, 3, 3, 3, 2});
  CHECK(b.said(1, 2).back().outcome == request_outcome::delivered);
  CHECK(b.nodes[0].node.table().held() + b.nodes[1].node.table().held() == 0);
}

TEST_CASE("route.engine_queue: a tail whose circuit ends reports of a request when its last read-out is over") {
  for (const bool good : {true, false}) {
    INFO("good " << good);
    pair_bench b{sharing()};
    b.ask(0, wants(0, 1, 1, request_kind::measure_directly));
    b.ask(1, wants(1, 2, 1, request_kind::measure_directly));
    b.pairs(1);
    b.answers_measurements = false;
    b.pairs(1);
    REQUIRE(b.asked<action::measure>(1).size() == 2);
    b.path(false);
    CHECK(b.said(1, 2).size() == 1);  // accepted, and no more is known
    b.answers_measurements = true;
    if (good)
      b.read(1, b.asked<action::measure>(1)[1]);
    else
      b.nodes[1].tell(event::failed{b.asked<action::measure>(1)[1].operation, failure::fault});
    b.read(0, b.asked<action::measure>(0)[1]);
    b.settle();
    CHECK((b.said(1, 2).back().outcome == request_outcome::delivered) == good);
    b.path(true);
    b.pass(10_s);
    int more = 0;
    while (more < 5 && b.pair()) ++more;
    CHECK(more == (good ? 0 : 1));
    CHECK(b.served(1) == std::vector<std::uint32_t>{1, 2});
    CHECK(b.said(1, 2).back().outcome == request_outcome::delivered);
  }
}

TEST_CASE("route.engine_queue: that tests show worse pairs the applications of both ends hear, once for each alarm") {
  auto o = sharing();
  o.route.service.test_interval = 2;
  pair_bench b{o};
  b.ask(0, wants(0, 1, 400));
  b.ask(1, wants(1, 2, 400));
  b.ask(1, wants(1, 3, 400));
  const auto drifts = [&b](std::uint32_t by, std::uint32_t id) {
    std::vector<double> out;
    for (const action::report& r : b.said(by, id))
      if (r.outcome == request_outcome::drifted) out.push_back(r.value);
    return out;
  };
  // Both ends read 1 whatever the basis, which is wrong of a third of the pairs: a fidelity of 1/2.
  b.pairs(1);
  const double forecast = b.asked<action::deliver>(0).at(0).estimated_fidelity;
  CHECK((forecast > 0.9 && drifts(0, 1).empty()));
  b.pairs(300);
  const std::vector<double> at_head = drifts(0, 1), at_tail = drifts(1, 2);
  REQUIRE((!at_head.empty() && at_head.size() == at_tail.size()));
  CHECK((drifts(1, 3) == at_tail && drifts(1, 1).empty() && drifts(0, 2).empty()));
  for (std::size_t i = 0; i < at_head.size(); ++i) CHECK(std::abs(at_head[i] - at_tail[i]) < 1e-4);
  for (const double value : at_head) CHECK(value < forecast);
  const double here = b.asked<action::deliver>(0).back().estimated_fidelity;
  CHECK(std::abs(here - 0.5) < 0.3);
  CHECK(std::abs(b.asked<action::deliver>(1).back().estimated_fidelity - here) < 1e-4);
  CHECK(b.agree());
}
