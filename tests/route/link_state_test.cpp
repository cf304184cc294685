// SPDX-License-Identifier: Apache-2.0
#include "../support/catch.hpp"
#include "../support/link_state_network.hpp"
#include "../support/random_maps.hpp"

#include <algorithm>
#include <cstdint>
#include <map>
#include <vector>

#include <ebit/core/random.hpp>
#include <ebit/core/samplers.hpp>
#include <ebit/route/advertised_links.hpp>
#include <ebit/route/link_state.hpp>

using namespace ebit;
using namespace ebit::literals;
using ebit_test::link_state_network;

namespace {

struct joint {
  std::uint32_t a, b;
};

/// A tree and some more, so that all are joined.
std::vector<joint> random_joints(random_stream& draw, std::uint32_t nodes, std::uint32_t more) {
  std::vector<joint> all;
  for (std::uint32_t n = 1; n < nodes; ++n) all.push_back({static_cast<std::uint32_t>(sample::below(draw, n)), n});
  for (std::uint32_t i = 0; i < more; ++i) {
    const auto a = static_cast<std::uint32_t>(sample::below(draw, nodes));
    const auto b = static_cast<std::uint32_t>(sample::below(draw, nodes));
    const bool known = std::any_of(all.begin(), all.end(),
                                   [&](const joint& j) { return (j.a == a && j.b == b) || (j.a == b && j.b == a); });
    if (a != b && !known) all.push_back({a, b});
  }
  return all;
}

route::end_state random_state(random_stream& draw) {
  route::end_state s;
  s.yield = static_cast<float>(sample::below(draw, 8)) * 0.25F;
  s.purity = 1 - static_cast<float>(sample::below(draw, 4)) * 0.05F;
  s.free_slots = static_cast<std::uint16_t>(sample::below(draw, 9));
  s.up = sample::bernoulli(draw, 0.8);
  return s;
}

/// What a node holds of another: link → entry.
std::map<std::uint32_t, const route::link_state_entry*> held(const route::link_state_database& db,
                                                             std::uint32_t origin, bool withdrawn_too) {
  std::map<std::uint32_t, const route::link_state_entry*> all;
  for (std::uint32_t p = db.first_of(node_id{origin}); p != db.none; p = db.at(p).next_of_origin)
    if (withdrawn_too || !db.at(p).withdrawn) all[db.at(p).link.value()] = &db.at(p);
  return all;
}

/// All nodes that hear each other hold the same, and exactly what its origins hold of themselves. Where things get
/// too old meanwhile, what is withdrawn may be forgotten by some before others.
void check_agreement(const link_state_network& net, std::uint8_t radius = 0, bool withdrawn_too = true) {
  for (std::uint32_t m = 0; m < net.nodes(); ++m) {
    const std::vector<std::uint32_t> hops = net.hops_to(m);
    const auto said = held(net.at(m).database(), m, withdrawn_too);
    for (std::uint32_t n = 0; n < net.nodes(); ++n) {
      if (hops[n] == ~std::uint32_t{0} || (radius != 0 && hops[n] > radius)) continue;
      const auto known = held(net.at(n).database(), m, withdrawn_too);
      CAPTURE(n, m);
      REQUIRE(known.size() == said.size());
      bool same = radius != 0 || !withdrawn_too || net.at(n).database().digest() == net.at(m).database().digest();
      for (const auto& [link, e] : said) {
        const auto k = known.find(link);
        REQUIRE(k != known.end());
        const route::link_state_entry& there = *k->second;
        same = same && there.sequence == e->sequence && there.incarnation == net.at(m).incarnation();
        same = same && there.state == e->state && there.withdrawn == e->withdrawn && there.peer == e->peer;
        same = same && (radius == 0 || there.hops == hops[n]);
        const bool readable = net.at(n).of(node_id{m}, path_id{link}) != nullptr;
        same = same && readable != e->withdrawn;
      }
      REQUIRE(same);
    }
  }
}

/// A network that has been told of each joint as a link, from either end.
link_state_network begin(std::uint64_t seed, std::uint32_t nodes, const std::vector<joint>& joints,
                         const route::link_state_options& how, link_state_network::channel fares) {
  link_state_network net{seed, nodes, how};
  net.how_messages_fare = fares;
  for (const joint& j : joints) net.join(j.a, j.b);
  for (std::uint32_t n = 0; n < nodes; ++n) net.start(n);
  for (std::uint32_t i = 0; i < joints.size(); ++i) {
    net.report(joints[i].a, i, joints[i].b, {.free_slots = 4});
    net.report(joints[i].b, i, joints[i].a, {.free_slots = 4});
  }
  return net;
}

}  // namespace

TEST_CASE("route.link_state: all know the same when it is quiet, whatever befell messages and nodes") {
  std::uint64_t repeated = 0, restarts = 0, cuts = 0;
#ifdef EBIT_SOAK
  constexpr std::uint64_t seeds = 5'000;
#else
  constexpr std::uint64_t seeds = 80;
#endif
  for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
    CAPTURE(seed);
    random_stream draw{seed, random_purpose::topology, 6};
    const auto nodes = static_cast<std::uint32_t>(2 + sample::below(draw, 11));
    const std::vector<joint> joints = random_joints(draw, nodes, nodes);
    route::link_state_options how;
    if (seed % 4 == 0) how.radius = static_cast<std::uint8_t>(1 + sample::below(draw, 3));
    const bool hurried = seed % 5 == 0;
    if (hurried) how.refresh_after = 4_s, how.longest_age = 10_s;
    const link_state_network::channel bad{.lost = 0.3, .doubled = 0.2, .delay = 1_ms, .jitter = 30_ms};
    auto net = begin(seed, nodes, joints, how, bad);
    for (int step = 0; step < 200; ++step) {
      const auto i = static_cast<std::uint32_t>(sample::below(draw, joints.size()));
      const bool turned = sample::bernoulli(draw, 0.5);
      const std::uint32_t a = turned ? joints[i].b : joints[i].a, b = turned ? joints[i].a : joints[i].b;
      switch (sample::below(draw, 12)) {
        case 0:
          ++restarts;
          net.restart(a, sample::bernoulli(draw, 0.7));  // some of its links it never speaks of again
          break;
        case 1: net.withdraw(a, i); break;
        case 2:
          if (how.radius != 0) break;  // where hops grow, what lies beyond the radius stays until it is old
          ++cuts;
          if (sample::bernoulli(draw, 0.5))
            net.cut(a, b);
          else
            net.part(a, b);
          break;
        case 3: net.heal(); break;
        default: net.report(a, i, b, random_state(draw));
      }
      const double pause = 0.2 * sample::uniform(draw);
      net.run(net.now() + duration::seconds(pause));
    }
    const bool stays_apart = seed % 3 == 0;
    if (!stays_apart) net.heal();
    if (hurried) net.how_messages_fare = {.delay = 1_ms};  // or there is always something under way
    REQUIRE(net.settle(net.now() + 120_s));
    check_agreement(net, how.radius, !hurried);
    for (std::uint32_t n = 0; n < nodes; ++n) repeated += net.at(n).repeated();
    if (!stays_apart) continue;
    // And when they meet again.
    net.heal();
    REQUIRE(net.settle(net.now() + 120_s));
    check_agreement(net, how.radius, !hurried);
  }
  CHECK(repeated > 10'000);
  CHECK(restarts > 500);
  CHECK(cuts > 300);
}

TEST_CASE("route.link_state: news is everywhere after the light time, and crosses no joint more than twice") {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    CAPTURE(seed);
    random_stream draw{seed, random_purpose::topology, 7};
    constexpr std::uint32_t nodes = 40;
    const std::vector<joint> joints = random_joints(draw, nodes, 40);
    auto net = begin(seed, nodes, joints, {}, {.delay = 2_ms});
    REQUIRE(net.settle(10_s));
    check_agreement(net);
    for (std::uint32_t n = 0; n < nodes; ++n) CHECK(net.at(n).repeated() == 0);
    net.run(net.now() + 1_s);
    const std::uint64_t before = net.messages();
    const std::uint32_t origin = joints[0].a;
    const std::vector<std::uint32_t> hops = net.hops_to(origin);
    const duration began = net.now();
    net.report(origin, 0, joints[0].b, {.free_slots = 4, .up = false});
    for (std::uint32_t h = 0; h < nodes; ++h) {
      net.run(began + 2_ms * h);
      for (std::uint32_t n = 0; n < nodes; ++n) {
        const route::end_state* s = net.at(n).of(node_id{origin}, path_id{0});
        REQUIRE(s != nullptr);
        CHECK(s->up == (hops[n] > h));
      }
    }
    REQUIRE(net.settle(net.now() + 1_s));
    // Advertisements, and at most as many receipts.
    CHECK(net.messages() - before <= 2 * (2 * joints.size() - (nodes - 1)));
    check_agreement(net);
  }
}

TEST_CASE("route.link_state: what has not changed enough is not said, bad news at once, the rest in its time") {
  const std::vector<joint> joints{{0, 1}};
  auto net = begin(1, 2, joints, {.least_interval = 1_s}, {.delay = 1_ms});
  REQUIRE(net.settle(5_s));
  net.run(5_s);
  const auto known = [&] { return *net.at(1).of(node_id{0}, path_id{0}); };
  const auto sent = [&] { return net.at(0).sent(); };
  std::uint64_t before = sent();
  net.report(0, 0, 1, {.yield = 0.95F, .purity = 0.995F, .free_slots = 3});
  CHECK(sent() == before);
  net.report(0, 0, 1, {.yield = 0.85F, .free_slots = 4});
  CHECK(sent() == before + 1);
  net.report(0, 0, 1, {.yield = 0.5F, .free_slots = 4});  // too soon
  net.run(5'500_ms);
  CHECK(known().yield == 0.85F);
  net.report(0, 0, 1, {.yield = 0.4F, .free_slots = 4});
  net.run(6'100_ms);
  CHECK(known().yield == 0.4F);  // the last of them, after the interval
  net.report(0, 0, 1, {.yield = 0.4F, .free_slots = 4, .up = false});
  net.run(6'110_ms);
  CHECK_FALSE(known().up);
  net.report(0, 0, 1, {.yield = 0.4F, .free_slots = 4});
  net.run(6'900_ms);
  CHECK_FALSE(known().up);
  net.run(7'200_ms);
  CHECK(known().up);
  // A change that is taken back in time is none.
  before = sent();
  net.run(10_s);
  net.report(0, 0, 1, {.yield = 0.4F, .free_slots = 4, .up = false});
  net.report(0, 0, 1, {.yield = 0.4F, .free_slots = 4});
  net.report(0, 0, 1, {.yield = 0.4F, .free_slots = 4, .up = false});
  CHECK(net.at(0).is_quiet() == false);
  net.run(12_s);
  CHECK(sent() <= before + 3);
  CHECK_FALSE(known().up);
  CHECK(net.at(0).changes() > 0);
}

TEST_CASE("route.link_state: what nobody says any more is forgotten, what is said again is not") {
  const std::vector<joint> joints{{0, 1}, {1, 2}, {2, 0}, {2, 3}};
  const route::link_state_options how{.refresh_after = 10_s, .longest_age = 25_s};
  auto net = begin(3, 4, joints, how, {.delay = 1_ms});
  REQUIRE(net.settle(3_s));
  CHECK(net.at(0).database().size() == 4 + 8);
  net.withdraw(1, 1);
  REQUIRE(net.settle(4_s));
  CHECK(net.at(3).of(node_id{1}, path_id{1}) == nullptr);
  CHECK(net.at(3).database().size() == 12);  // known as withdrawn
  for (std::uint32_t b : {0U, 1U, 2U}) net.cut(3, b);
  net.run(33_s);
  // Node 3 has been alone for long: of the others it knows nothing any more, and they nothing of it.
  CHECK(net.at(3).database().size() == 2);
  for (std::uint32_t n = 0; n < 3; ++n) {
    CHECK(net.at(n).database().size() == 4 + 8 - 1 - 2);
    CHECK(net.at(n).of(node_id{3}, path_id{3}) == nullptr);
    CHECK(net.at(n).of(node_id{2}, path_id{3}) != nullptr);
  }
  CHECK(net.at(2).is_silent(node_id{3}));
  net.heal();
  REQUIRE(net.settle(60_s));
  check_agreement(net);
  CHECK(net.at(0).of(node_id{3}, path_id{3}) != nullptr);
  const std::uint64_t changes = net.at(0).changes();
  net.run(500_s);
  REQUIRE(net.settle(501_s));
  check_agreement(net);
  CHECK(net.at(0).changes() == changes);  // to be told the same again changes nothing
}

TEST_CASE("route.link_state: a node that starts again under an old incarnation takes a newer one") {
  const std::vector<joint> joints{{0, 1}, {1, 2}};
  auto net = begin(4, 3, joints, {}, {.delay = 1_ms});
  for (int i = 0; i < 5; ++i) {
    net.report(0, 0, 1, {.yield = 0.5F * static_cast<float>(i % 2 + 1), .free_slots = 4});
    net.run(net.now() + 1_s);
  }
  net.restart(0, false);
  REQUIRE(net.settle(net.now() + 5_s));
  CHECK(net.at(0).incarnation() == 1);
  check_agreement(net);
  CHECK(net.at(2).of(node_id{0}, path_id{0}) == nullptr);  // it has not said anything of it in this life
  CHECK(net.at(2).of(node_id{0}, path_id::none()) != nullptr);
  CHECK(net.at(0).database().size() == net.at(2).database().size());
}

TEST_CASE("route.link_state: a receipt from before a restart counts for nothing") {
  // Node 1 has told node 2 of itself, which starts again; its receipt overtakes nothing, but is overtaken.
  std::vector<message> sent;
  const auto sink = [&](const action::send& s) { sent.push_back(s.content); };
  route::link_state one{node_id{1}, 0}, two{node_id{2}, 0};
  one.start(4, local_time{}, sink);
  two.start(4, local_time{}, sink);
  one.neighbour_up(node_id{2}, 2_ms, local_time{}, sink);
  two.neighbour_up(node_id{1}, 2_ms, local_time{}, sink);
  REQUIRE(sent.size() == 2);
  const message of_one = sent[0], of_two = sent[1];
  sent.clear();
  (void)two.handle(of_one, 1_ms, local_time{1_ms}, sink);
  (void)one.handle(of_two, 1_ms, local_time{1_ms}, sink);
  two.expire(local_time{20_ms}, sink);
  const message late = sent.back();  // the receipt
  REQUIRE(late.type == wire::advertised::type);
  route::link_state again{node_id{2}, 1};
  again.start(4, local_time{30_ms}, sink);
  again.neighbour_up(node_id{1}, 2_ms, local_time{30_ms}, sink);
  (void)one.handle(sent.back(), 1_ms, local_time{31_ms}, sink);
  one.expire(local_time{45_ms}, sink);  // its own receipt
  CHECK_FALSE(one.is_quiet());
  (void)one.handle(late, 30_ms, local_time{50_ms}, sink);
  CHECK_FALSE(one.is_quiet());
  // When messages get through, nothing is owed any more.
  for (int round = 1; round <= 4; ++round) {
    const local_time now{100_ms * round};
    sent.clear();
    one.expire(now, sink);
    again.expire(now, sink);
    for (const message& m : std::vector<message>{sent})
      (void)(m.to == node_id{1} ? one : again).handle(m, 1_ms, now, sink);
  }
  CHECK(again.is_quiet());
  CHECK(one.is_quiet());
}

TEST_CASE("route.advertised_links: of two ends the worse counts, of none the forecast") {
  const route::network_map map = ebit_test::map_of(3, {{0, 1, 6}, {1, 2, 6}});
  route::link_state heard{node_id{1}, 0};
  const route::advertised_links links{heard, map};
  const auto sink = [](const action::send&) {};
  CHECK(links.condition(path_id{0}, local_time{}) == route::link_condition{});
  CHECK(links.free_slots(path_id{0}) == 6);
  heard.start(8, local_time{}, sink);
  heard.neighbour_up(node_id{0}, 1_ms, local_time{}, sink);
  heard.report(path_id{0}, node_id{0}, {.yield = 0.5F, .purity = 0.75F, .free_slots = 3}, local_time{}, sink);
  CHECK(links.condition(path_id{0}, local_time{}) == route::link_condition{0.5, 0.75});
  CHECK(links.free_slots(path_id{0}) == 3);
  wire::advertisement m;
  m.origin = node_id{0};
  m.link = path_id{0};
  m.peer = node_id{1};
  m.yield = 0.75F;
  m.purity = 0.5F;
  m.free_slots = 9;
  const auto hear = [&] {
    ++m.sequence;
    REQUIRE(heard.handle(message::pack(node_id{0}, node_id{1}, circuit_id::none(), m), 1_ms, local_time{1_s}, sink));
  };
  hear();
  CHECK(links.condition(path_id{0}, local_time{}) == route::link_condition{0.5, 0.5});
  CHECK(links.free_slots(path_id{0}) == 3);
  CHECK(links.is_up(path_id{0}));
  m.flags = 0;
  hear();
  CHECK_FALSE(links.is_up(path_id{0}));
  CHECK(links.condition(path_id{0}, local_time{}).yield == 0);
  m.flags = m.is_withdrawn;  // it has nothing to say of it any more
  hear();
  CHECK(links.is_up(path_id{0}));
  CHECK(links.condition(path_id{1}, local_time{}) == route::link_condition{});
}

TEST_CASE("route.link_state: messages of others are left alone, strangers are not heard") {
  route::link_state engine{node_id{1}, 0};
  int sent = 0;
  const auto sink = [&](const action::send&) { ++sent; };
  engine.start(4, local_time{}, sink);
  CHECK(sent == 0);
  CHECK_FALSE(engine.handle(message{}, 1_ms, local_time{}, sink));
  wire::advertisement m;
  m.origin = node_id{2};
  m.sequence = 1;
  CHECK(engine.handle(message::pack(node_id{2}, node_id{1}, circuit_id::none(), m), 1_ms, local_time{}, sink));
  CHECK(engine.of(node_id{2}, path_id::none()) == nullptr);
  engine.neighbour_up(node_id{2}, 2_ms, local_time{}, sink);
  CHECK(sent == 1);
  CHECK(engine.handle(message::pack(node_id{2}, node_id{1}, circuit_id::none(), m), 1_ms, local_time{}, sink));
  CHECK(engine.of(node_id{2}, path_id::none()) != nullptr);
  // A value: a copy goes on by itself.
  route::link_state copy = engine;
  copy.neighbour_down(node_id{2});
  copy.expire(local_time{1_s}, sink);
  CHECK(sent == 1);
  engine.expire(local_time{1_s}, sink);
  CHECK(sent == 3);  // its receipt and another copy of what this node says of itself
}
