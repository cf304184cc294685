// SPDX-License-Identifier: Apache-2.0
#include "../support/catch.hpp"

#include <algorithm>
#include <cstdint>
#include <vector>

#include "../support/pair_bench.hpp"

using namespace ebit_test;

namespace {

using outcome = request_outcome;
using numbers = std::vector<std::uint32_t>;

[[nodiscard]] options<default_profile> sharing(route::service_order order = route::first_come_first_served{},
                                               std::uint8_t width = 1) {
  options<default_profile> o;
  o.route.width = width;
  o.route.service.shared = true;
  o.route.service.order = order;
  return o;
}
/// Of an application at `by`, for the other one.
[[nodiscard]] event::request wants(std::uint32_t by, std::uint32_t id, std::uint32_t pairs) {
  event::request e;
  e.id = request_id{id};
  e.peer = node_id{1 - by};
  e.pairs = pairs;
  e.min_fidelity = 0.5;
  e.purpose = static_cast<std::uint16_t>(id * 100);
  return e;
}
[[nodiscard]] std::size_t installs(const pair_bench& b) {
  return b.nodes[0].device.sent<wire::install>().size() + b.nodes[1].device.sent<wire::install>().size();
}
[[nodiscard]] bool ended(const pair_bench& b, std::size_t n, std::uint32_t request, outcome how, double value) {
  const auto said = b.said(n, request);
  return !said.empty() && said.back().outcome == how && said.back().value == value;
}
[[nodiscard]] bool is_balanced(const pair_bench& b) {
  return std::all_of(b.nodes.begin(), b.nodes.end(), [](const node_bench<>& one) {
    const conservation c = one.counts();
    return c.acquired == c.delivered + c.consumed + c.discarded + one.node.table().held();
  });
}
/// A head whose circuit to node 1 is in use; the test speaks for the tail.
[[nodiscard]] node_bench<> lone_head(std::uint32_t pairs = 100) {
  node_bench<> b{1, 0, sharing()};
  b.tell(wants(0, 1, pairs));
  b.circuit = b.device.sent<wire::install>().at(0).circuit;
  b.hear(1, wire::ready{1});
  b.device.clear();
  return b;
}
[[nodiscard]] wire::enqueue question(std::uint32_t id, std::uint32_t ticket) {
  wire::enqueue m;
  m.time_left = duration::never();
  m.request = request_id{id};
  m.asked_by = node_id{1};
  m.ticket = ticket;
  m.pairs = 1;
  return m;
}

}  // namespace

TEST_CASE("route.shared_circuit: requests of both ends are served by one circuit, in the order of their entry") {
  pair_bench b{sharing()};
  b.ask(0, wants(0, 1, 2));
  for (int i = 0; i < 2; ++i) b.ask(1, wants(1, 2, 3));  // what is asked already is not asked again
  b.ask(0, wants(0, 3, 1));
  CHECK(installs(b) == 1);
  for (const auto& [at, id] : {std::pair{0U, 1U}, {1U, 2U}, {0U, 3U}}) {
    REQUIRE(b.said(at, id).size() == 1);
    CHECK(b.said(at, id)[0].outcome == outcome::accepted);
  }
  b.pairs(6);
  CHECK(b.served(0) == numbers{1, 1, 2, 2, 2, 3});
  CHECK(b.agree());
  for (const action::deliver& d : b.asked<action::deliver>(1)) CHECK(d.purpose == d.request.value() * 100);
  CHECK((ended(b, 0, 1, outcome::delivered, 2) && ended(b, 1, 2, outcome::delivered, 3)));
  CHECK(ended(b, 0, 3, outcome::delivered, 1));
  // Each end speaks of its own applications' requests alone.
  CHECK((b.said(0, 2).empty() && b.said(1, 1).empty() && b.said(1, 3).empty()));
  CHECK((!b.pair() && is_balanced(b) && b.nodes[0].node.table().held() == 0));  // and then it is torn down
}

TEST_CASE("route.shared_circuit: the order of service is the head's policy") {
  const auto order_of = [](route::service_order order) {
    pair_bench b{sharing(order)};
    event::request first = wants(0, 1, 6), second = wants(1, 2, 6), third = wants(0, 3, 2);
    first.weight = 1, second.weight = 3;
    first.priority = second.priority = 1, third.priority = 6;
    b.ask(0, first);
    b.ask(1, second);
    b.pairs(1);
    b.ask(0, third);
    b.pairs(7);
    CHECK(b.agree());
    return b.served(0);
  };
  CHECK(order_of(route::first_come_first_served{}) == numbers{1, 1, 1, 1, 1, 1, 2, 2});
  CHECK(order_of(route::strict_priority{}) == numbers{1, 3, 3, 1, 1, 1, 1, 1});
  const numbers fair = order_of(route::weighted_fair{});
  const auto count = [&fair](std::uint32_t id) { return std::count(fair.begin(), fair.end(), id); };
  CHECK((count(2) >= 4 && count(1) <= 2 && count(3) >= 1));
}

TEST_CASE(
    "route.shared_circuit: a service that nothing may interrupt is not, and what comes as a whole comes whole") {
  pair_bench b{sharing(route::strict_priority{}, 4)};
  event::request first = wants(0, 1, 3), second = wants(1, 2, 2), whole = wants(0, 3, 3);
  first.consecutive = true;
  second.priority = 5;
  whole.priority = 7;
  whole.atomic = true;
  b.ask(0, first);
  b.pairs(1);
  b.ask(1, second);
  b.ask(0, whole);
  b.pairs(1);
  b.pairs(1);
  CHECK(b.served(0) == numbers{1, 1, 1});
  // The greatest priority is served once its pairs are there at the same time; what is there meanwhile the next has.
  b.pairs(2);
  CHECK(b.served(0) == numbers{1, 1, 1, 2, 2});
  CHECK(b.pair(0));
  CHECK(b.pair(1));
  CHECK(b.served(0).size() == 5);
  CHECK(b.pair(2));
  CHECK(b.served(0) == numbers{1, 1, 1, 2, 2, 3, 3, 3});
  CHECK((b.agree() && is_balanced(b)));
}

TEST_CASE("route.shared_circuit: what the head does not enter the tail's application learns with the reason") {
  node_bench<> head = lone_head();
  const auto answer = [&head](wire::enqueue m) {
    head.device.clear();
    head.hear(1, m);
    if (!head.device.sent<wire::enqueue>().empty()) return refusal::none;
    return static_cast<refusal>(only<wire::not_enqueued>(head.device).why);
  };
  CHECK(answer(question(50, 1)) == refusal::none);
  const wire::enqueue numbered = only<wire::enqueue>(head.device);
  CHECK((numbered.number == 2 && numbered.ticket == 1 && numbered.request == request_id{50}));
  head.device.clear();
  head.hear(1, question(50, 1));  // again
  CHECK(head.device.performed().empty());
  wire::enqueue m = question(51, 2);
  m.kind = static_cast<std::uint8_t>(request_kind::measure_directly);
  CHECK(answer(m) == refusal::unsupported);
  m = question(52, 3);
  m.min_fidelity = 1.0;
  CHECK(answer(m) ==
        (head.node.answer_to(request_id{1})->circuit.expected.fidelity() >= 1 ? refusal::none : refusal::fidelity));
  m = question(53, 4);
  m.flags = wire::enqueue::atomic;
  m.pairs = 2;
  CHECK(answer(m) == refusal::memory);
  std::uint32_t entered = 0, ticket = 5;
  while (answer(question(60 + ticket, ticket)) == refusal::none) ++entered, ++ticket;
  CHECK(entered >= 29);
  CHECK(static_cast<refusal>(only<wire::not_enqueued>(head.device).why) == refusal::queue_full);
  m = question(99, ticket + 1);
  m.asked_by = node_id{0};  // not the tail's to ask
  head.device.clear();
  head.hear(1, m);
  CHECK(head.device.performed().empty());
}

TEST_CASE("route.shared_circuit: an application at the tail is told why its request is not entered") {
  for (const refusal why : {refusal::queue_full, refusal::fidelity, refusal::unsupported, refusal::none}) {
    pair_bench b{sharing()};
    b.ask(0, wants(0, 1, 100));
    b.holds = [](const message& m) { return m.holds<wire::enqueue>(); };
    b.ask(1, wants(1, 2, 1));
    REQUIRE(b.held.size() == 1);
    const auto asked = b.held[0].unpack<wire::enqueue>();
    const wire::not_enqueued no{asked.request, asked.ticket, static_cast<std::uint8_t>(why), {}};
    for (int i = 0; i < 2; ++i)
      b.nodes[1].tell(event::received{message::pack(node_id{0}, node_id{1}, b.held[0].circuit, no), link_delay});
    REQUIRE(b.said(1, 2).size() == 1);
    CHECK(b.said(1, 2)[0].why == why);
    CHECK(b.said(1, 2)[0].outcome == (why == refusal::none ? outcome::expired : outcome::refused));
  }
}

TEST_CASE("route.shared_circuit: a question that comes too late is answered, and the next is not mistaken for it") {
  node_bench<> head = lone_head();
  wire::enqueue late = question(50, 1);
  late.time_left = 0_us;
  head.hear(1, late);
  CHECK(only<wire::not_enqueued>(head.device).why == 0);
  for (std::uint32_t ticket = 2; ticket < 100; ++ticket) {
    head.device.clear();
    head.hear(1, question(ticket, ticket));
    CHECK(head.device.performed().size() == 1);
  }
}

TEST_CASE("route.shared_circuit: what the tail asked of a circuit that is refused after all it asks for anew") {
  node_bench<> head{2, 0, sharing()};
  event::request mine = wants(0, 1, 5);
  mine.peer = node_id{2};
  head.tell(mine);
  head.circuit = head.device.sent<wire::install>().at(0).circuit;
  head.hear(2, wire::ready{2});
  wire::enqueue asked = question(50, 1);
  asked.asked_by = node_id{2};
  head.hear(2, asked);
  CHECK(only<wire::enqueue>(head.device).request == request_id{50});
  head.hear(1, wire::refused{0, 0, node_id{1}});
  head.device.clear();
  head.device.wait(head.node.next_deadline());
  head.run();
  REQUIRE(head.device.sent<wire::install>().size() == 2);
  head.circuit = head.device.sent<wire::install>()[0].circuit;
  head.hear(1, wire::ready{1});
  head.hear(2, wire::ready{2});
  CHECK(only<wire::enqueue>(head.device).request == request_id{1});  // and nothing of the tail's
  head.device.clear();
  head.hear(2, asked);  // under the first ticket of its new queue
  CHECK(only<wire::enqueue>(head.device).number == 2);
}

TEST_CASE("route.shared_circuit: when one request's time is up the others go on") {
  pair_bench b{sharing()};
  event::request brief = wants(1, 2, 5);
  brief.time_limit = 5_ms;
  b.ask(0, wants(0, 1, 2));
  b.ask(1, brief);
  b.ask(1, wants(1, 3, 2));
  b.pairs(3);
  CHECK(b.served(1) == numbers{1, 1, 2});
  b.pass(6_ms);
  CHECK(ended(b, 1, 2, outcome::expired, 1));
  b.pairs(2);
  CHECK(b.served(1) == numbers{1, 1, 2, 3, 3});
  CHECK((ended(b, 1, 3, outcome::delivered, 2) && b.agree() && is_balanced(b)));
}

TEST_CASE("route.shared_circuit: when the circuit breaks, what either end still wants is served by another") {
  pair_bench b{sharing()};
  b.ask(0, wants(0, 1, 3));
  b.ask(1, wants(1, 2, 3));
  b.pairs(4);
  CHECK(b.served(1) == numbers{1, 1, 1, 2});
  b.path(false);
  CHECK_FALSE(b.pair());
  b.path(true);
  b.pass(10_s);  // who has found no room tries again
  for (int i = 0; i < 2; ++i) REQUIRE(b.pair());
  CHECK(b.served(1) == numbers{1, 1, 1, 2, 2, 2});
  CHECK((ended(b, 1, 2, outcome::delivered, 2) || ended(b, 1, 2, outcome::delivered, 3)));
  CHECK((b.agree() && is_balanced(b)));
}

TEST_CASE("route.shared_circuit: on a circuit that follows another both ends number their words afresh") {
  pair_bench b{sharing(route::strict_priority{})};
  b.ask(0, wants(0, 1, 1000));
  const auto serve_one = [&b](std::uint32_t by, std::uint32_t id) {
    event::request e = wants(by, id, 1);
    e.priority = 5;
    b.ask(by, e);
    REQUIRE(b.pair());
    REQUIRE(b.said(by, id).size() == 2);
    CHECK((b.said(by, id)[0].outcome == outcome::accepted && ended(b, by, id, outcome::delivered, 1)));
  };
  for (std::uint32_t life = 0; life < 4; ++life) {
    INFO("circuit " << life);
    for (std::uint32_t i = 0; i < 40; ++i) serve_one(0, 1000 * life + 100 + i);
    serve_one(1, 1000 * life + 200);
    serve_one(1, 1000 * life + 201);
    b.path(false);
    b.path(true);
    b.pass(20_s);
  }
  CHECK((b.agree() && installs(b) >= 5));
}

TEST_CASE("route.shared_circuit: pairs that are measured for the tail's application are counted") {
  pair_bench b{sharing()};
  event::request first = wants(0, 1, 2), second = wants(1, 2, 5);
  first.kind = second.kind = request_kind::measure_directly;
  b.ask(0, first);
  b.ask(1, second);
  CHECK(installs(b) == 1);
  b.pairs(5);
  CHECK(b.served(1) == numbers{1, 1, 2, 2, 2});
  CHECK(b.agree());
  b.path(false);
  b.path(true);
  b.pass(10_s);
  int more = 0;
  while (more < 10 && b.pair()) ++more;
  CHECK(more == 2);
  CHECK(b.served(1) == numbers{1, 1, 2, 2, 2, 2, 2});
  CHECK(b.said(1, 2).back().outcome == outcome::delivered);
}
