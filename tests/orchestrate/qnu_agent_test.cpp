// SPDX-License-Identifier: Apache-2.0
#include <cmath>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <type_traits>
#include <variant>
#include <vector>

#include <ebit/link/fidelity_estimate.hpp>
#include <ebit/orchestrate/qnu_agent.hpp>

#include <support/catch.hpp>

using namespace ebit;
using namespace ebit::literals;
using orchestrate::ending;
using orchestrate::qnu_lease;

namespace {

/// An agent with a stack that does nothing by itself.
struct bench {
  orchestrate::qnu_agent agent{{.self = node_id{1}, .ports = 2, .controllers = {node_id{9}, node_id{10}}}, {}};
  random_stream random;
  local_time now{duration::zero()};
  std::vector<action::any> done;
  std::vector<event::any> told;
  std::vector<route::made_walk> walks;
  std::set<request_id> in_stack;
  std::map<path_id, link::fidelity_estimate> tested;
  bool in_use = false;

  void act(const action::any& a) { done.push_back(a); }
  auto sink() {
    return [this](const auto& a) { done.emplace_back(a); };
  }
  struct teller {
    bench* of;
    void operator()(const route::made_walk& w) const { of->walks.push_back(w); }
    template <class Event>
    void operator()(const Event& e) const {
      of->told.emplace_back(e);
      if constexpr (std::is_same_v<Event, event::request>) of->in_stack.insert(e.id);
    }
    void cancel(request_id id) const {
      if (of->in_stack.erase(id) != 0) of->agent.note(action::report{id, request_outcome::expired});
    }
    link::fidelity_estimate tested(path_id path) const {
      const auto known = of->tested.find(path);
      return known != of->tested.end() ? known->second : link::fidelity_estimate{};
    }
  };
  teller tell() { return {this}; }
  void settle() {
    context ctx{now, random};
    auto out = sink();
    agent.settle([this](std::uint32_t) { return in_use; }, ctx, tell(), out);
  }
  template <class Body>
  void hear(const Body& body, duration flight = 1_us, node_id from = node_id{9}) {
    context ctx{now, random};
    auto out = sink();
    agent.handle(event::received{message::pack(from, node_id{1}, circuit_id::none(), body), flight}, ctx, tell(),
                 out);
    settle();
  }
  void ask(std::uint32_t id, std::uint32_t pairs, duration limit = duration::never(),
           orchestrate::qnu_agent::from_stock there = {}) {
    context ctx{now, random};
    auto out = sink();
    agent.handle(event::request{.id = request_id{id}, .peer = node_id{2}, .pairs = pairs, .time_limit = limit}, ctx,
                 out, [&](const orchestrate::qnu_request&) { return there; });
    settle();
  }
  /// Of claims on stock.
  void answer(std::uint32_t id, std::uint32_t closed, std::int32_t pairs) {
    context ctx{now, random};
    auto out = sink();
    agent.settle_claims(request_id{id}, closed, pairs, ctx, out);
    settle();
  }
  void revoke(std::uint32_t id, std::uint32_t path) {
    action::revoke r;
    r.request = request_id{id};
    r.circuit = circuit_id{1U << 12};
    r.name.path = path_id{path};
    agent.note(r);
    settle();
  }
  void run_until(local_time when) {
    while (agent.next_deadline() <= when) {
      now = std::max(now, agent.next_deadline());
      context ctx{now, random};
      auto out = sink();
      agent.expire(ctx, tell(), out);
      settle();
    }
    now = when;
  }
  template <class Body>
  std::vector<Body> sent(node_id to = node_id{9}) const {
    std::vector<Body> found;
    for (const action::any& a : done)
      if (const auto* s = std::get_if<action::send>(&a);
          s != nullptr && s->content.holds<Body>() && s->content.to == to)
        found.push_back(s->content.unpack<Body>());
    return found;
  }
  template <class Event>
  std::vector<Event> heard() const {
    std::vector<Event> found;
    for (const event::any& e : told)
      if (const auto* it = std::get_if<Event>(&e)) found.push_back(*it);
    return found;
  }
  std::vector<action::report> reports() const {
    std::vector<action::report> found;
    for (const action::any& a : done)
      if (const auto* r = std::get_if<action::report>(&a)) found.push_back(*r);
    return found;
  }
};

wire::grant granted(std::uint32_t path, bool head, std::uint16_t pairs = 5, duration starts_in = 10_us,
                    duration lease = 1_ms) {
  wire::grant g;
  g.starts_in = starts_in;
  g.path = path_id{path};
  g.peer = node_id{2};
  g.request = request_id{7};
  g.station = 250'000;
  g.pairs = pairs;
  g.lease = lease;
  g.transmittance = 0.5;
  g.fidelity_here = g.fidelity_there = 1.0;
  g.role = head ? wire::grant::head : wire::grant::tail;
  return g;
}
void deliver(bench& b, std::uint32_t path, int count) {
  action::deliver d;
  d.request = request_id{7};
  d.peer = node_id{2};
  d.name.path = path_id{path};
  d.circuit = circuit_id{1U << 12};  // opened here
  for (int i = 0; i < count; ++i) b.agent.note(d);
}
void report(bench& b, request_outcome how, refusal why = refusal::none) {
  b.in_stack.erase(request_id{7});
  b.agent.note(action::report{request_id{7}, how, why, 0, 1, 0});
}
/// The whole of a lease that is for so many pairs, granted by a controller in its term.
void serve(bench& b, std::uint32_t path, std::uint16_t pairs, std::uint16_t term = 0, node_id by = node_id{9}) {
  wire::grant g = granted(path, true, pairs);
  g.term = term;
  b.hear(g, 1_us, by);
  b.run_until(b.now + 20_us);
  deliver(b, path, pairs);
  report(b, request_outcome::delivered);
  b.settle();
}

}  // namespace

TEST_CASE("orchestrate.qnu_agent: a request is served over a path that is granted, and the path given back") {
  bench b;
  b.ask(7, 5);
  REQUIRE(b.sent<wire::ask>().size() == 1);
  CHECK((b.sent<wire::ask>()[0].pairs == 5 && b.sent<wire::ask>()[0].ticket == 1));
  b.hear(granted(100, true));
  // The word was under way for 1 µs: the light comes 9 µs from now.
  CHECK(b.agent.next_deadline() == local_time{9_us});
  b.run_until(local_time{20_us});
  REQUIRE(b.heard<event::path_up>().size() == 1);
  const event::path_up up = b.heard<event::path_up>()[0];
  CHECK((up.path == path_id{100} && up.peer == node_id{2} && up.station_here == 250_ns && up.delay == 500_ns));
  CHECK((up.transmittance_here > 0.4999 && up.transmittance_here < 0.5001));
  REQUIRE(b.heard<event::request>().size() == 1);
  CHECK((b.heard<event::request>()[0].pairs == 5 && b.heard<event::request>()[0].id == request_id{7}));
  // All is cleared away when the lease ends.
  CHECK(b.heard<event::request>()[0].time_limit < 1_ms);
  b.in_use = true;
  b.settle();
  deliver(b, 100, 5);
  report(b, request_outcome::delivered);
  b.settle();
  CHECK(b.sent<wire::released>().empty());  // the circuit is still being torn down
  b.in_use = false;
  b.settle();
  REQUIRE(b.sent<wire::released>().size() == 1);
  CHECK((b.sent<wire::released>()[0].delivered == 5 && b.sent<wire::released>()[0].path == path_id{100}));
  REQUIRE(b.heard<event::path_down>().size() == 1);
  REQUIRE(b.reports().size() == 1);
  CHECK(b.reports()[0].outcome == request_outcome::delivered);
  CHECK((b.agent.leases().empty() && b.agent.requests().empty()));
}

TEST_CASE("orchestrate.qnu_agent: the controller hears what test rounds on each path have shown") {
  bench b;
  for (int i = 0; i < 40; ++i) b.tested[path_id{100}].record(basis::z, i % 4 != 0);
  for (int i = 0; i < 70'000; ++i) b.tested[path_id{102}].record(basis::x, true);
  for (const std::uint32_t path : {100U, 101U, 102U}) {
    b.ask(7, 5);
    serve(b, path, 5);
  }
  REQUIRE(b.sent<wire::released>().size() == 3);
  const auto& told = b.sent<wire::released>();
  CHECK(told[0].tests == 40);  // of which one in four fails
  CHECK(std::abs(static_cast<double>(told[0].test_fidelity) - 0.625) < 1e-4);
  CHECK((told[1].tests == 0 && told[1].delivered == 5));
  CHECK((told[2].tests == 65'535 && static_cast<double>(told[2].test_fidelity) == 1));
}

TEST_CASE("orchestrate.qnu_agent: what a lease does not serve waits for the next") {
  bench b;
  b.ask(7, 5);
  b.hear(granted(100, true, 3));
  b.run_until(local_time{20_us});
  CHECK(b.heard<event::request>()[0].pairs == 3);
  deliver(b, 100, 3);
  report(b, request_outcome::delivered);
  b.settle();
  CHECK((b.agent.leases().empty() && b.agent.requests().size() == 1 && b.reports().empty()));
  CHECK(b.sent<wire::released>().back().why == static_cast<std::uint8_t>(ending::lease_over));  // not `served`
  b.hear(granted(101, true, 5));
  b.run_until(local_time{40_us});
  REQUIRE(b.heard<event::request>().size() == 2);
  CHECK(b.heard<event::request>()[1].pairs == 2);
  deliver(b, 101, 1);
  // The lease runs out with one missing.
  b.in_use = true;
  b.run_until(local_time{2_ms});
  CHECK(b.heard<event::path_down>().size() == 2);
  b.in_use = false;
  b.settle();
  REQUIRE(b.sent<wire::released>().size() == 2);
  CHECK((b.sent<wire::released>()[1].delivered == 1 &&
         b.sent<wire::released>()[1].why == static_cast<std::uint8_t>(ending::lease_over)));
  CHECK(b.agent.requests()[0].left() == 1);
}

TEST_CASE("orchestrate.qnu_agent: pairs that are taken back after their light path are asked for anew") {
  bench b;
  b.ask(7, 5);
  serve(b, 100, 3);
  b.revoke(7, 100);  // the controller was told of three, and reckons with two more
  CHECK(b.sent<wire::ask>().size() == 1);
  b.revoke(7, 100);
  serve(b, 101, 2);
  // By its account that is all.
  REQUIRE(b.sent<wire::ask>().size() == 2);
  CHECK((b.sent<wire::ask>()[1].pairs == 2 && b.sent<wire::ask>()[1].ticket == 2));
  CHECK(b.reports().empty());
  serve(b, 102, 1);
  b.hear(wire::took_over{3}, 1_us, node_id{10});
  // Whoever takes over is asked for what is missing then, and told what is held.
  REQUIRE(b.sent<wire::ask>(node_id{10}).size() == 1);
  CHECK((b.sent<wire::ask>(node_id{10})[0].pairs == 1 && b.sent<wire::ask>(node_id{10})[0].ticket == 2));
  b.revoke(7, 102);
  serve(b, 103, 1, 3, node_id{10});
  REQUIRE(b.sent<wire::ask>(node_id{10}).size() == 2);
  CHECK((b.sent<wire::ask>(node_id{10})[1].pairs == 1 && b.sent<wire::ask>(node_id{10})[1].ticket == 3));
  serve(b, 104, 1, 3, node_id{10});
  REQUIRE(b.reports().size() == 1);
  CHECK((b.reports()[0].outcome == request_outcome::delivered && b.reports()[0].value == 5));
  CHECK((b.sent<wire::cancel>().empty() && b.sent<wire::cancel>(node_id{10}).empty()));
}

TEST_CASE("orchestrate.qnu_agent: who takes over is not asked for nothing") {
  bench b;
  b.ask(7, 5);
  b.hear(granted(100, true));
  b.run_until(b.now + 20_us);
  b.in_use = true;
  deliver(b, 100, 5);
  report(b, request_outcome::delivered);
  b.hear(wire::took_over{3}, 1_us, node_id{10});  // the path is still being cleared
  CHECK((b.sent<wire::ask>(node_id{10}).empty() && b.sent<wire::holding>(node_id{10}).size() == 1));
  REQUIRE(b.sent<wire::surveyed>(node_id{10}).size() == 1);
  CHECK(b.sent<wire::surveyed>(node_id{10})[0].asks == 0);
  b.revoke(7, 100);
  b.in_use = false;
  b.settle();
  // Which is not nothing any more.
  REQUIRE(b.sent<wire::ask>(node_id{10}).size() == 1);
  CHECK((b.sent<wire::ask>(node_id{10})[0].pairs == 1 && b.sent<wire::ask>(node_id{10})[0].ticket == 2));
  CHECK(b.reports().empty());
}

TEST_CASE("orchestrate.qnu_agent: what stock takes back is asked for, and may be refused") {
  bench b;
  b.ask(7, 5, duration::never(), {.delivered = 2, .open = 3});
  CHECK(b.sent<wire::ask>().empty());
  b.answer(7, 1, -1);
  b.answer(7, 1, 0);
  b.answer(7, 0, 1);
  CHECK(b.sent<wire::ask>().empty());
  b.answer(7, 1, 0);
  REQUIRE(b.sent<wire::ask>().size() == 1);
  CHECK((b.sent<wire::ask>()[0].pairs == 3 && b.sent<wire::ask>()[0].ticket == 1));
  b.answer(7, 0, -1);  // a pair that was borrowed
  CHECK(b.sent<wire::ask>().size() == 1);
  serve(b, 100, 3);
  REQUIRE(b.sent<wire::ask>().size() == 2);
  CHECK((b.sent<wire::ask>()[1].pairs == 1 && b.sent<wire::ask>()[1].ticket == 2));
  wire::answered no;
  no.request = request_id{7};
  no.ticket = 2;
  no.outcome = static_cast<std::uint8_t>(orchestrate::verdict_on_request::refused);
  no.short_of = static_cast<std::uint8_t>(orchestrate::shortage::quota);
  b.hear(no);
  REQUIRE(b.reports().size() == 1);
  CHECK((b.reports()[0].outcome == request_outcome::refused && b.reports()[0].why == refusal::quota));
  CHECK(b.agent.requests().empty());
}

TEST_CASE(
    "orchestrate.qnu_agent: a request without a light path does not take that of the next one to the same peer") {
  bench b;
  b.ask(7, 5);
  b.ask(8, 5);
  b.hear(granted(100, true));
  b.run_until(local_time{20_us});
  deliver(b, 100, 2);
  b.run_until(local_time{2_ms});  // its lease is over
  CHECK(b.in_stack.empty());
  wire::grant g = granted(101, true);
  g.request = request_id{8};
  b.hear(g);
  b.run_until(b.now + 20_us);
  CHECK(b.in_stack == std::set{request_id{8}});
  // One that goes on over another light path of its own stays there.
  g = granted(102, true, 3, 10_us);
  g.port = 1;
  b.hear(g);
  b.run_until(b.now + 20_us);
  REQUIRE(b.in_stack.count(request_id{7}) == 1);
  g = granted(103, true, 3, 10_us);
  b.hear(g);  // at the port that the other request has
  b.run_until(b.now + 20_us);
  CHECK(b.in_stack == std::set{request_id{7}});
  b.hear(wire::withdraw{.ends_in = 0_us, .path = path_id{102}, .port = 1});
  CHECK(b.in_stack == std::set{request_id{7}});
  // What the stack itself refuses is refused for its reason.
  report(b, request_outcome::refused, refusal::memory);
  b.settle();
  REQUIRE(b.reports().size() == 1);
  CHECK((b.reports()[0].outcome == request_outcome::refused && b.reports()[0].why == refusal::memory));
  CHECK(b.sent<wire::cancel>().size() == 1);
}

TEST_CASE("orchestrate.qnu_agent: the tail holds the path through all circuits, until the head is done") {
  bench b;
  b.hear(granted(100, false));
  b.run_until(local_time{20_us});
  CHECK((b.heard<event::path_up>().size() == 1 && b.heard<event::request>().empty()));
  for (int circuits = 0; circuits < 3; ++circuits) {
    b.in_use = true;
    b.settle();
    b.in_use = false;
    b.settle();
    REQUIRE(b.sent<wire::released>().empty());
    REQUIRE(b.heard<event::path_down>().empty());
  }
  // The head has told the controller, which says so here.
  b.hear(wire::withdraw{.ends_in = 0_us, .path = path_id{100}, .why = static_cast<std::uint8_t>(ending::served)});
  REQUIRE(b.sent<wire::released>().size() == 1);
  CHECK((b.sent<wire::released>()[0].role == wire::grant::tail &&
         b.sent<wire::released>()[0].why == static_cast<std::uint8_t>(ending::served)));
  CHECK(b.heard<event::path_down>().size() == 1);
  // Without word it ends with its lease.
  b.hear(granted(101, false));
  b.run_until(b.now + 2_ms);
  REQUIRE(b.sent<wire::released>().size() == 2);
  CHECK(b.sent<wire::released>()[1].why == static_cast<std::uint8_t>(ending::lease_over));
}

TEST_CASE("orchestrate.qnu_agent: the head's last words get to the tail, where nothing is broken") {
  bench b;
  const bool is_head = GENERATE(false, true);
  b.ask(7, 100);
  b.hear(granted(100, is_head));
  b.run_until(local_time{20_us});
  b.hear(wire::withdraw{.ends_in = 0_us, .path = path_id{100}, .why = static_cast<std::uint8_t>(ending::preempted)});
  CHECK(b.heard<event::path_down>().size() == (is_head ? 1 : 0));
  b.run_until(local_time{21'999_ns});  // four times the light's way
  CHECK(b.sent<wire::released>().size() == (is_head ? 1 : 0));
  b.run_until(local_time{22_us});
  CHECK((b.heard<event::path_down>().size() == 1 && b.sent<wire::released>().size() == 1));
  // One that is replaced on its port: the head stops earlier instead.
  b.hear(granted(101, is_head));
  b.run_until(local_time{40_us});
  b.hear(granted(102, is_head));  // for 49 µs
  b.run_until(local_time{48_us});
  CHECK(b.heard<event::path_down>().size() == (is_head ? 2 : 1));
  b.run_until(local_time{50_us});
  CHECK((b.heard<event::path_down>().size() == 2 && b.heard<event::path_up>().size() == 3));
  // Before its light there are no words.
  b.hear(granted(103, is_head));
  b.hear(wire::withdraw{.ends_in = 0_us, .path = path_id{103}, .why = static_cast<std::uint8_t>(ending::preempted)});
  b.run_until(local_time{80_us});
  CHECK(b.heard<event::path_up>().size() == 3);
}

TEST_CASE("orchestrate.qnu_agent: later orders hold, in whichever order they come") {
  bench b;
  b.hear(wire::withdraw{.ends_in = 5_us, .path = path_id{100}});
  REQUIRE(b.sent<wire::released>().size() == 1);  // of a path that was never granted
  b.hear(granted(100, false));                    // its grant was overtaken
  CHECK(b.agent.leases().empty());
  b.hear(granted(102, false));
  b.hear(granted(101, false));
  REQUIRE(b.agent.leases().size() == 1);
  CHECK(b.agent.leases()[0].path == path_id{102});
  // Ports are served apart.
  wire::grant elsewhere = granted(90, false);
  elsewhere.port = 1;
  b.hear(elsewhere);
  CHECK(b.agent.leases().size() == 2);
  b.hear(wire::withdraw{.ends_in = 0_us, .path = path_id{90}, .port = 1});
  CHECK(b.agent.leases().size() == 1);
  b.run_until(local_time{20_us});
  // The next on the same port replaces it.
  b.hear(granted(103, false, 5, 10_us));
  b.run_until(local_time{40_us});
  REQUIRE(b.heard<event::path_down>().size() == 1);
  CHECK(b.heard<event::path_down>()[0].path == path_id{102});
  REQUIRE(b.heard<event::path_up>().size() == 2);
  CHECK(b.sent<wire::released>().back().why == static_cast<std::uint8_t>(ending::replaced));
  b.hear(wire::withdraw{.ends_in = 1_us, .path = path_id{103}, .why = static_cast<std::uint8_t>(ending::fault)});
  CHECK(b.heard<event::path_down>().size() == 2);
  CHECK(b.sent<wire::released>().back().why == static_cast<std::uint8_t>(ending::fault));
}

TEST_CASE("orchestrate.qnu_agent: a walk is used when all its parts are known, in whichever order they come") {
  bench b;
  b.ask(7, 5);
  wire::leg trunk;
  trunk.walk = path_id{100};
  trunk.path = path_id{3};
  trunk.from = node_id{5};
  trunk.to = node_id{6};
  trunk.delay = 100_us;
  trunk.links = 2;
  trunk.descends = 1;
  trunk.position = 2;
  b.hear(trunk);
  wire::grant g = granted(100, true);
  g.legs = 4;
  b.hear(g);
  wire::leg light;
  light.walk = path_id{100};
  light.path = path_id{101};
  light.from = node_id{2};
  light.to = node_id{5};
  light.delay = 500_ns;
  light.transmittance = 0.25;
  light.fidelity_from = 1;
  light.fidelity_to = 0.9;
  light.position = 1;
  b.hear(light);
  b.hear(light);
  b.run_until(local_time{20_us});
  CHECK((b.heard<event::path_up>().size() == 1 && b.walks.empty() && b.heard<event::request>().empty()));
  light.path = path_id{102};
  light.from = node_id{6};
  light.to = node_id{8};
  light.position = 3;
  b.hear(light);
  REQUIRE(b.walks.size() == 1);
  const route::made_walk& w = b.walks[0];
  CHECK((w.first == path_id{100} && w.onward.size() == 3));
  CHECK((w.onward[0].path == path_id{101} && w.onward[0].run == 0 && w.onward[0].light.arm_b == 250_ns));
  CHECK((w.onward[0].light.fidelity_b > 0.899 && w.onward[0].light.fidelity_b < 0.901));
  CHECK((w.onward[1].path == path_id{3} && w.onward[1].run == 2 && w.onward[1].descends));
  CHECK((w.onward[2].path == path_id{102} && w.onward[2].to == node_id{8}));
  REQUIRE(b.heard<event::request>().size() == 1);
  // Word of the end goes along the whole walk and back.
  CHECK(b.heard<event::request>()[0].time_limit < 1_ms - 400_us);
  b.hear(light);  // again
  CHECK((b.walks.size() == 1 && b.heard<event::request>().size() == 1));
}

TEST_CASE("orchestrate.qnu_agent: a relay's ends are given back with their names, and to a new controller") {
  bench b;
  wire::grant g = granted(100, false);
  g.role = wire::grant::relay_from_head;
  b.hear(g);
  g = granted(101, false);
  g.role = wire::grant::relay_to_tail;
  g.port = 1;
  b.hear(g);
  b.run_until(local_time{20_us});
  CHECK((b.heard<event::path_up>().size() == 2 && b.heard<event::request>().empty()));
  b.hear(wire::took_over{3}, 1_us, node_id{10});
  REQUIRE(b.sent<wire::holding>(node_id{10}).size() == 2);
  CHECK(b.sent<wire::holding>(node_id{10})[0].role == wire::grant::relay_from_head);
  CHECK(b.sent<wire::holding>(node_id{10})[1].role == wire::grant::relay_to_tail);
  b.run_until(local_time{2_ms});
  CHECK((b.sent<wire::released>(node_id{10}).size() == 2 && b.heard<event::path_down>().size() == 2));
}

TEST_CASE("orchestrate.qnu_agent: a withdrawn path takes no request with it") {
  bench b;
  b.ask(7, 5);
  b.hear(granted(100, true));
  b.run_until(local_time{20_us});
  deliver(b, 100, 2);
  b.hear(wire::withdraw{.ends_in = 1_us, .path = path_id{100}, .why = static_cast<std::uint8_t>(ending::fault)});
  CHECK(b.sent<wire::released>()[0].delivered == 2);
  b.hear(granted(101, true));
  b.run_until(local_time{40_us});
  // The stack goes on with what is left of it.
  REQUIRE((b.heard<event::path_up>().size() == 2 && b.heard<event::request>().size() == 2));
  CHECK(b.heard<event::request>()[1].pairs == 3);
  deliver(b, 101, 3);
  report(b, request_outcome::delivered);
  b.settle();
  REQUIRE(b.reports().size() == 1);
  CHECK(b.reports()[0].value == 5);
}

TEST_CASE("orchestrate.qnu_agent: refusals name what is short, time limits hold without a controller") {
  bench b;
  b.ask(7, 5);
  wire::answered no;
  no.request = request_id{7};
  no.ticket = 1;
  no.outcome = static_cast<std::uint8_t>(orchestrate::verdict_on_request::refused);
  no.short_of = static_cast<std::uint8_t>(orchestrate::shortage::analyser);
  no.element = 33;
  b.hear(no);
  REQUIRE(b.reports().size() == 1);
  CHECK((b.reports()[0].outcome == request_outcome::refused && b.reports()[0].why == refusal::analyser &&
         b.reports()[0].element == 33));
  b.ask(8, 5, 50_us);
  b.run_until(local_time{1_ms});
  REQUIRE(b.reports().size() == 2);
  CHECK(b.reports()[1].outcome == request_outcome::expired);
  CHECK(b.sent<wire::cancel>().size() == 1);
  CHECK(b.agent.requests().empty());
}

TEST_CASE("orchestrate.qnu_agent: a controller that takes over learns what is held and wanted") {
  bench b;
  b.ask(7, 5);
  b.hear(granted(100, true));
  b.run_until(local_time{20_us});
  deliver(b, 100, 2);
  b.hear(wire::took_over{3}, 1_us, node_id{10});
  CHECK((b.agent.controller() == node_id{10} && b.agent.term() == 3));
  REQUIRE(b.sent<wire::holding>(node_id{10}).size() == 1);
  CHECK((b.sent<wire::holding>(node_id{10})[0].path == path_id{100} &&
         b.sent<wire::holding>(node_id{10})[0].delivered == 2));
  REQUIRE(b.sent<wire::ask>(node_id{10}).size() == 1);
  CHECK((b.sent<wire::ask>(node_id{10})[0].pairs == 3 && b.sent<wire::ask>(node_id{10})[0].term == 3));
  REQUIRE(b.sent<wire::surveyed>(node_id{10}).size() == 1);
  CHECK((b.sent<wire::surveyed>(node_id{10})[0].leases == 1 && b.sent<wire::surveyed>(node_id{10})[0].asks == 1));
  // The one that was deposed is told so.
  b.hear(granted(200, false));
  CHECK((b.sent<wire::deposed>().size() == 1 && b.agent.leases().size() == 1));
}

TEST_CASE(
    "orchestrate.qnu_agent: a controller that takes over hears what is out of order, and all again if it asks") {
  bench b;
  const auto is = [&b](port_id at, event::health how) {
    context ctx{b.now, b.random};
    auto out = b.sink();
    b.agent.handle(event::device_state{at, how}, ctx, out);
  };
  const auto sees = [&b](port_id at, bool is_light) {
    context ctx{b.now, b.random};
    auto out = b.sink();
    b.agent.sense(at, is_light, ctx, out);
  };
  b.ask(7, 5);
  is(port_id{0}, event::health::fault);
  is(port_id{1}, event::health::leaving);
  is(port_id{0}, event::health::ready);
  for (const bool is_light : {false, true}) sees(port_id{0}, is_light);
  b.done.clear();
  b.hear(wire::took_over{3, 0}, 1_us, node_id{10});
  REQUIRE(b.sent<wire::health_news>(node_id{10}).size() == 1);
  const auto news = b.sent<wire::health_news>(node_id{10})[0];
  CHECK((news.port == 1 && news.state == 3 && news.number == 6 && news.incarnation == 0));
  b.done.clear();
  b.hear(wire::took_over{3, 1}, 1_us, node_id{9});  // of the same term there is one alone
  CHECK(b.done.empty());
  b.hear(wire::took_over{3, 1}, 1_us, node_id{10});  // the answer was lost
  CHECK((b.sent<wire::surveyed>(node_id{10}).size() == 1 && b.sent<wire::ask>(node_id{10}).size() == 1));
  CHECK(b.sent<wire::health_news>(node_id{10}).size() == 1);
}

TEST_CASE("orchestrate.qnu_agent: who asks twice in a term hears the same twice, so that no pair is reckoned twice") {
  bench b;
  b.ask(7, 5);
  b.hear(granted(100, true));
  b.run_until(local_time{20_us});
  deliver(b, 100, 1);
  b.hear(wire::took_over{3, 0}, 1_us, node_id{10});
  deliver(b, 100, 2);
  b.hear(wire::took_over{3, 1}, 1_us, node_id{10});
  const auto held = b.sent<wire::holding>(node_id{10});
  const auto asked = b.sent<wire::ask>(node_id{10});
  REQUIRE((held.size() == 2 && asked.size() == 2));
  CHECK((held[0].delivered == 1 && held[1].delivered == 1 && asked[0].pairs == 4 && asked[1].pairs == 4));
  // In another term it counts anew.
  b.hear(wire::took_over{5, 0}, 1_us, node_id{9});
  CHECK((b.sent<wire::holding>()[0].delivered == 3 && b.sent<wire::ask>().back().pairs == 2));
}

TEST_CASE("orchestrate.qnu_agent: whoever grants under a greater term is in office") {
  bench b;
  wire::grant g = granted(100, false);
  g.term = 4;
  b.hear(g, 1_us, node_id{10});
  CHECK((b.agent.term() == 4 && b.agent.controller() == node_id{10} && b.agent.leases().size() == 1));
  wire::grant old = granted(101, false);
  old.term = 3;
  b.hear(old);
  CHECK((b.agent.leases().size() == 1 && b.sent<wire::deposed>().size() == 1));
  b.hear(wire::took_over{4, 0}, 1_us, node_id{10});  // which came later
  CHECK(b.sent<wire::surveyed>(node_id{10}).size() == 1);
}

TEST_CASE("orchestrate.qnu_agent: a controller that has started again is told which term it had before") {
  bench b;
  constexpr std::uint16_t before = 3;
  wire::grant g = granted(100, false);
  g.term = before;
  b.hear(g);
  REQUIRE(b.agent.leases().size() == 1);
  b.done.clear();
  b.hear(wire::took_over{before, 0, 1});
  CHECK((b.sent<wire::surveyed>().empty() && b.sent<wire::deposed>().size() == 1));
  CHECK((b.sent<wire::deposed>()[0].term == before && b.sent<wire::deposed>()[0].life == 0));
  g.path = path_id{101};
  g.life = 1;
  b.hear(g);
  b.hear(wire::withdraw{.ends_in = 0_us, .path = path_id{100}, .term = before, .why = 1, .life = 1});
  CHECK((b.agent.leases().size() == 1 && b.agent.leases()[0].path == path_id{100}));
  CHECK(b.sent<wire::deposed>().size() == 3);
  b.done.clear();
  b.hear(wire::took_over{before + 1, 0, 1});
  CHECK((b.sent<wire::surveyed>().size() == 1 && b.sent<wire::holding>().size() == 1));
  CHECK(b.sent<wire::deposed>().empty());
  // Late words of the life before are not answered: nobody is there to hear it.
  b.done.clear();
  b.hear(wire::took_over{before + 1, 0, 0});
  CHECK(b.done.empty());
}

TEST_CASE("orchestrate.qnu_agent: a request is called off where a new controller may not have heard of its pairs") {
  for (const bool is_taken_back : {false, true}) {
    bench b;
    b.ask(7, 5);
    b.hear(granted(100, true));
    b.run_until(local_time{20_us});
    deliver(b, 100, 2);
    b.hear(wire::took_over{3}, 1_us, node_id{10});  // the answer comes too late for the survey
    deliver(b, 100, 3);
    b.in_use = true;
    b.hear(wire::withdraw{.ends_in = 0_us, .path = path_id{100}, .term = 3, .why = 6}, 1_us, node_id{10});
    if (is_taken_back) b.revoke(7, 100);
    b.in_use = false;
    b.settle();
    REQUIRE(b.sent<wire::released>(node_id{10}).size() == 1);
    if (is_taken_back) {  // by either account it has more to come
      b.hear(
          [] {
            wire::grant g = granted(101, true, 1);
            g.term = 3;
            return g;
          }(),
          1_us, node_id{10});
      b.run_until(b.now + 20_us);
      deliver(b, 101, 1);
      b.settle();
    }
    report(b, request_outcome::delivered);
    b.settle();
    REQUIRE(b.agent.requests().empty());
    REQUIRE(b.sent<wire::cancel>(node_id{10}).size() == 1);
    CHECK(b.sent<wire::cancel>(node_id{10})[0].ticket == 1);
  }
}

TEST_CASE("orchestrate.qnu_agent: what makes no sense is not obeyed") {
  bench b;
  wire::grant g = granted(100, true);
  g.role = 9;
  b.hear(g);
  g.role = wire::grant::head;
  g.legs = 0;
  b.hear(g);
  CHECK(b.agent.leases().empty());
  g.legs = 2;
  b.hear(g);
  wire::leg stray;
  stray.walk = path_id{100};
  stray.path = path_id{101};
  stray.position = 7;  // beyond the walk's end: it does not stand for the one that is missing
  b.hear(stray);
  REQUIRE(b.agent.leases().size() == 1);
  CHECK(!b.agent.leases()[0].knows_walk());
  b.hear(wire::withdraw{.ends_in = 0_us, .path = path_id{100}, .why = 200});
  CHECK((b.agent.leases().size() == 1 && b.sent<wire::released>().empty()));
}
