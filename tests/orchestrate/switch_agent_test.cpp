// SPDX-License-Identifier: Apache-2.0
#include <ebit/orchestrate/switch_agent.hpp>

#include <vector>

#include <support/catch.hpp>

using namespace ebit;
using namespace ebit::orchestrate;

namespace {

struct bench {
  switch_agent agent{node_id{5}, {.ports = 8, .controllers = {node_id{9}, node_id{10}}}};
  random_stream draw{1, random_purpose::user, 1};
  local_time now;
  std::vector<action::any> done;

  template <class Event>
  void tell(const Event& e) {
    context ctx{now, draw};
    agent.handle(e, ctx, [this](const auto& a) { done.emplace_back(a); });
  }
  void wait_until(local_time t) {
    now = t;
    context ctx{now, draw};
    agent.expire(ctx, [this](const auto& a) { done.emplace_back(a); });
  }
  void plan(std::uint32_t number, std::uint16_t in, std::uint16_t out, duration starts_in, std::uint16_t term = 1,
            duration flight = {}) {
    wire::switch_plan p;
    p.starts_in = starts_in;
    p.number = number;
    p.term = term;
    p.count = 1;
    p.joins[0] = {in, out};
    tell(event::received{message::pack(node_id{9}, node_id{5}, circuit_id::none(), p), flight});
  }
  template <class Action>
  [[nodiscard]] std::vector<Action> of() const {
    std::vector<Action> all;
    for (const action::any& a : done)
      if (const auto* one = std::get_if<Action>(&a)) all.push_back(*one);
    return all;
  }
  [[nodiscard]] std::vector<wire::plan_result> results() const {
    std::vector<wire::plan_result> all;
    for (const action::send& s : of<action::send>())
      if (s.content.holds<wire::plan_result>()) all.push_back(s.content.unpack<wire::plan_result>());
    return all;
  }
};

}  // namespace

TEST_CASE("switch_agent: joins at the time of execution, less the flight, and says so when the device has") {
  bench b;
  b.plan(1, 0, 4, 10_us, 1, 3_us);
  REQUIRE(b.done.empty());
  REQUIRE(b.agent.next_deadline() == local_time{7_us});
  b.wait_until(local_time{7_us});
  const auto joined = b.of<action::connect>();
  REQUIRE(joined.size() == 1);
  REQUIRE(joined[0].at == local_time{7_us});
  REQUIRE((joined[0].in == port_id{0} && joined[0].out == port_id{4}));
  REQUIRE(b.results().empty());
  b.tell(event::done{joined[0].operation});
  REQUIRE(b.results().size() == 1);
  REQUIRE(b.results()[0].outcome == wire::plan_result::done);
  REQUIRE(b.agent.pending() == 0);
}

TEST_CASE("switch_agent: parts what is joined otherwise, and leaves what stands") {
  bench b;
  b.plan(1, 0, 4, {});
  b.tell(event::done{b.of<action::connect>()[0].operation});
  b.done.clear();
  b.plan(2, 0, 4, {});
  REQUIRE(b.of<action::connect>().empty());
  REQUIRE(b.results()[0].outcome == wire::plan_result::done);
  b.plan(3, 1, 4, {});
  REQUIRE(b.of<action::clear>().size() == 1);
  REQUIRE(b.of<action::connect>().size() == 1);
  REQUIRE(b.agent.partner(0) == wire::switch_plan::nothing);
  REQUIRE(b.agent.partner(4) == 1);
}

TEST_CASE("switch_agent: of two plans for a port the later one holds, whichever comes first") {
  bench b;
  b.plan(2, 0, 5, 1_us);
  b.plan(1, 0, 4, 1_us);  // overtaken
  REQUIRE(b.results().size() == 1);
  REQUIRE(b.results()[0].outcome == wire::plan_result::superseded);
  b.plan(3, 5, 6, 2_us);  // calls off what is not done yet
  REQUIRE(b.results().size() == 2);
  REQUIRE(b.results()[1].number == 2);
  b.wait_until(local_time{5_us});
  REQUIRE(b.of<action::connect>().size() == 1);
  REQUIRE(b.agent.partner(5) == 6);
}

TEST_CASE("switch_agent: a copy of a plan is nothing new") {
  bench b;
  b.plan(1, 0, 4, 5_us);
  b.plan(1, 0, 4, 5_us);
  b.wait_until(local_time{5_us});
  REQUIRE(b.of<action::connect>().size() == 1);
}

TEST_CASE("switch_agent: obeys no lesser term than the greatest it has heard of") {
  bench b;
  b.tell(event::received{message::pack(node_id{10}, node_id{5}, circuit_id::none(), wire::took_over{4}), {}});
  b.plan(9, 0, 4, {}, 3);
  REQUIRE(b.of<action::connect>().empty());
  REQUIRE(b.of<action::send>().back().content.holds<wire::deposed>());
  REQUIRE(b.of<action::send>().back().content.unpack<wire::deposed>().term == 4);
  b.plan(1, 0, 4, {}, 4);
  REQUIRE(b.of<action::connect>().size() == 1);
}

TEST_CASE("switch_agent: obeys no term that its controller had in an earlier life: plans are counted anew") {
  bench b;
  b.plan(7, 0, 4, {});
  const auto send = [&b](wire::switch_plan p) {
    b.tell(event::received{message::pack(node_id{9}, node_id{5}, circuit_id::none(), p), {}});
  };
  wire::switch_plan anew{.starts_in = {}, .number = 9, .term = 1, .count = 1, .life = 1, .joins = {{{0, 5}}}};
  send(anew);
  b.tell(event::received{message::pack(node_id{9}, node_id{5}, circuit_id::none(), wire::took_over{1, 0, 1}), {}});
  REQUIRE(b.agent.partner(0) == 4);
  const auto sent = b.of<action::send>();
  REQUIRE(sent.size() >= 2);
  for (const std::size_t i : {sent.size() - 2, sent.size() - 1}) {
    REQUIRE(sent[i].content.holds<wire::deposed>());
    REQUIRE((sent[i].content.unpack<wire::deposed>().term == 1 && sent[i].content.unpack<wire::deposed>().life == 0));
  }
  anew.term = 2;
  anew.number = 1;
  send(anew);
  REQUIRE(b.agent.partner(0) == 5);
  // What the life before sent under that term, if it had it too, is late.
  b.done.clear();
  send({.starts_in = {}, .number = 2, .term = 2, .count = 1, .life = 0, .joins = {{{0, 6}}}});
  REQUIRE((b.agent.partner(0) == 5 && b.done.empty()));
}

TEST_CASE("switch_agent: a failure names the port") {
  bench b;
  b.plan(1, 3, 4, {});
  b.tell(event::failed{b.of<action::connect>()[0].operation, failure::fault});
  REQUIRE(b.results()[0].outcome == wire::plan_result::failed);
  REQUIRE(b.results()[0].port == 3);
  REQUIRE(b.agent.partner(3) == wire::switch_plan::nothing);
  b.plan(2, 3, 99, {});
  REQUIRE(b.results()[1].outcome == wire::plan_result::failed);
}

TEST_CASE("switch_agent: news of health goes to every controller, in order, and a fault takes the joins") {
  bench b;
  b.plan(1, 0, 4, {});
  b.done.clear();
  b.tell(event::device_state{port_id::none(), event::health::fault});
  b.tell(event::path_down{port_id{2}, path_id::none()});
  const auto sent = b.of<action::send>();
  REQUIRE(sent.size() == 4);
  REQUIRE(sent[0].content.to == node_id{9});
  REQUIRE(sent[1].content.to == node_id{10});
  const auto whole = sent[0].content.unpack<wire::health_news>(), fibre = sent[2].content.unpack<wire::health_news>();
  REQUIRE(whole.port == wire::health_news::whole);
  // Whoever misses this word learns from the next that nothing is joined. The agent itself has not started again.
  REQUIRE((whole.faults == 1 && fibre.faults == 1 && whole.incarnation == 0 && fibre.incarnation == 0));
  REQUIRE(fibre.port == 2);
  REQUIRE(fibre.dark == 1);
  REQUIRE(fibre.number > whole.number);
  REQUIRE(b.agent.partner(0) == wire::switch_plan::nothing);
}

TEST_CASE("switch_agent: a controller that takes office is told once what does not work, and of nothing else") {
  bench b;
  b.tell(event::device_state{port_id{2}, event::health::fault});
  b.tell(event::device_state{port_id{3}, event::health::fault});
  b.tell(event::path_down{port_id{3}, path_id::none()});
  b.tell(event::device_state{port_id::none(), event::health::degraded});
  b.tell(event::device_state{port_id{2}, event::health::ready});
  b.done.clear();
  const auto take_office = [&b](std::uint16_t term) {
    b.tell(event::received{message::pack(node_id{10}, node_id{5}, circuit_id::none(), wire::took_over{term}), 1_us});
  };
  take_office(2);
  take_office(2);
  std::vector<wire::health_news> told;
  for (const action::send& s : b.of<action::send>())
    if (s.content.holds<wire::health_news>()) {
      CHECK(s.content.to == node_id{10});
      told.push_back(s.content.unpack<wire::health_news>());
    }
  REQUIRE(told.size() == 3);
  CHECK((told[0].port == 3 && told[0].state == 2 && told[0].dark == 0));
  CHECK((told[1].port == 3 && told[1].state == 2 && told[1].dark == 1));
  CHECK((told[2].port == wire::health_news::whole && told[2].state == 1));
  CHECK((told[0].number > 5 && told[1].number > told[0].number && told[2].number > told[1].number));
}

TEST_CASE("switch_agent: one that started again parts what is joined only where it is joined otherwise") {
  bench b;
  b.agent = switch_agent{node_id{5}, {.ports = 8, .controllers = {node_id{9}}, .incarnation = 1}};
  b.plan(1, 0, 4, {});
  REQUIRE((b.of<action::clear>().empty() && b.of<action::connect>().size() == 1));  // it may stand
  b.tell(event::failed{b.of<action::connect>()[0].operation, failure::unavailable});
  REQUIRE(b.results().empty());
  REQUIRE((b.of<action::clear>().size() == 2 && b.of<action::connect>().size() == 2));
  b.tell(event::done{b.of<action::connect>()[1].operation});
  REQUIRE(b.results()[0].outcome == wire::plan_result::done);
  b.plan(2, 1, 5, {});
  b.tell(event::failed{b.of<action::connect>()[2].operation, failure::fault});
  b.tell(event::failed{b.of<action::connect>()[3].operation, failure::fault});  // once more, and no further
  REQUIRE((b.of<action::connect>().size() == 4 && b.results()[1].outcome == wire::plan_result::failed));
  // What it has joined itself it knows.
  b.plan(3, 0, 6, {});
  REQUIRE((b.of<action::clear>().size() == 5 && b.of<action::connect>().size() == 5));
}
