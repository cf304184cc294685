// SPDX-License-Identifier: Apache-2.0
#include "../support/catch.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include <ebit/core/samplers.hpp>
#include <ebit/route/link_state_routing.hpp>
#include <ebit/sim/network.hpp>

using namespace ebit;
using namespace ebit::literals;
using kind = scheduled_fault::kind;

namespace {

struct adaptive : default_profile {
  using route = ebit::route::link_state_routing<>;
};

/// Counts what is said of links; loses and doubles any messages, sends an old one again and spoils tests, as told.
struct meddler : sim::open_tap {
  std::uint64_t said = 0, receipts = 0;
  double bad = 0;                      ///< of messages to be lost; half as many come twice
  bool spoils_tests = false;           ///< every third one fails
  node_id of{};                        ///< keep the first that this node says of itself ...
  std::vector<message> kept, replays;  ///< ... and what is to be sent besides the next messages, one with each
  random_stream draw{5, random_purpose::user, 1};

  using open_tap::on_action;
  using open_tap::on_event;
  template <class Perform>
  bool on_action(node_id, action::send& a, Perform&& perform) {
    if (a.content.holds<wire::advertisement>()) ++said;
    if (a.content.holds<wire::advertised>()) ++receipts;
    if (of.valid() && a.content.from == of && a.content.holds<wire::advertisement>() && kept.size() < 8 &&
        a.content.unpack<wire::advertisement>().origin == of)
      kept.push_back(a.content);
    if (!replays.empty()) {
      perform(action::send{replays.back()});
      replays.pop_back();
    }
    if (!(bad > 0)) return true;
    if (sample::bernoulli(draw, bad / 2)) perform(a);
    return !sample::bernoulli(draw, bad);
  }
  bool on_event(node_id, event::received& e) {
    if (!spoils_tests || !e.content.holds<wire::tested>()) return true;
    wire::tested body = e.content.unpack<wire::tested>();
    if (sample::bernoulli(draw, 0.34)) body.bit ^= 1U;
    e.content = message::pack(e.content.from, e.content.to, e.content.circuit, body);
    return true;
  }
};
static_assert(sim::tap<meddler>);

using network = sim::network<adaptive, bell_diagonal, sim::no_trace, meddler>;
using options_type = sim::network_options<adaptive>;

/// Two lines of six nodes, 0 to 5 and 6 to 11, with a rung between each two; the upper line is the shorter one.
sim::topology ladder() {
  sim::topology net;
  for (int i = 0; i < 12; ++i) net.add_node();
  for (std::size_t i = 0; i < 5; ++i) net.add_link(net.node(i), net.node(i + 1), {.length = 20_km});
  for (std::size_t i = 6; i < 11; ++i) net.add_link(net.node(i), net.node(i + 1), {.length = 22_km});
  for (std::size_t i = 0; i < 6; ++i) net.add_link(net.node(i), net.node(i + 6), {.length = 21_km});
  return net;
}
constexpr path_id middle{2};  // from node 2 to 3

options_type calm() {
  options_type o{.seed = 3};
  o.hardware.memories = 2;
  o.hardware.emission_efficiency *= 0.4;
  o.route.policy.look_every = 250_ms;
  o.route.policy.belief.memory = 5_s;
  o.route.policy.change.hold = 500_ms;
  o.route.policy.advertise.tell_yield = 0.3F;
  o.route.policy.change.margin = 0.1;
  return o;
}
network make(const options_type& o) { return network{ladder(), o}; }

/// How long the last of all nodes waits for word that is passed on at once, wherever it begins.
duration across(const route::network_map& map) {
  sim::classical_network ways{map};
  duration most = duration::zero();
  for (std::uint32_t a = 0; a < map.nodes(); ++a)
    for (std::uint32_t b = 0; b < map.nodes(); ++b) most = std::max(most, ways.delay(node_id{a}, node_id{b}));
  return most;
}

bool uses(const network& sim, request_id id, path_id link) {
  const route::answer* now = sim.node(node_id{1}).answer_to(id);
  REQUIRE(now != nullptr);
  return std::find(now->path.links.begin(), now->path.links.end(), link) != now->path.links.end();
}
const route::link_state& heard(const network& sim, std::uint32_t n) { return sim.node(node_id{n}).links().state(); }

double delivered_between(const sim::request_record& r, world_time from, world_time to) {
  return static_cast<double>(
      std::count_if(r.at_head.begin(), r.at_head.end(), [&](world_time t) { return t >= from && t < to; }));
}

constexpr request_id first{0};

}  // namespace

TEST_CASE(
    "route.link_state_routing: a circuit over a link that is cut goes another way as soon as word can be there") {
  options_type o = calm();
  o.faults.schedule = {{.what = kind::link_down, .at = 2_s, .lasts = 4_s, .path = middle}};
  auto sim = make(o);
  REQUIRE(sim.request({.from = node_id{1}, .to = node_id{4}, .pairs = 100'000, .min_fidelity = 0.7}));
  const sim::request_record& r = sim.requests()[0];
  sim.run_until(world_time{2_s} - 1_ps);
  REQUIRE(uses(sim, first, middle));
  const std::size_t before = r.at_head.size();
  REQUIRE(before > 20);
  // Both ends know at once; from there word goes from neighbour to neighbour.
  const duration word = across(sim.map());
  sim.run_until(world_time{2_s} + word);
  for (std::uint32_t n = 0; n < 12; ++n) {
    const route::end_state* there = heard(sim, n).of(node_id{2}, middle);
    REQUIRE(there != nullptr);
    CHECK(!there->up);
  }
  CHECK(!uses(sim, first, middle));
  // The new circuit takes two round trips along at most six links, then pairs come as they are forecast to.
  const duration length = link::fibre{.length = 22_km}.delay() * 6;
  CHECK(sim.node(node_id{1}).answer_to(first)->path.hops() <= 6);
  const double rate = sim.node(node_id{1}).answer_to(first)->circuit.expected.rate();
  const world_time begins = world_time{2_s} + word + length * 4;
  sim.run_until(world_time{6_s});
  CHECK(delivered_between(r, begins, world_time{6_s}) > 0.8 * rate * (6_s - begins.since_epoch()).seconds());
  // Once the link is mended the better way is taken again, after the hold time.
  sim.run_until(world_time{6_s} + o.route.policy.change.hold + o.route.policy.look_every * 3 + word + 100_ms);
  CHECK(uses(sim, first, middle));
  sim.run_until(world_time{9_s});
  CHECK(delivered_between(r, world_time{8_s}, world_time{9_s}) > 0.4 * static_cast<double>(before));
}

TEST_CASE("route.link_state_routing: rates are measured as they are, and a link that has become worse is left") {
  options_type o = calm();
  o.route.policy.belief.prior_pairs = 30;
  o.faults.schedule = {{.what = kind::link_dimmed, .at = 10_s, .lasts = 100_s, .path = middle, .probability = 0.9}};
  auto sim = make(o);
  REQUIRE(sim.request({.from = node_id{1}, .to = node_id{4}, .pairs = 100'000, .min_fidelity = 0.7}));
  sim.run_until(world_time{10_s});
  REQUIRE(uses(sim, first, middle));
  REQUIRE(sim.node(node_id{1}).answer_to(first)->path.hops() == 3);
  const local_time ten = local_time{10_s};
  for (std::uint32_t link = 1; link <= 3; ++link) {
    double seen = 0;
    for (const std::uint32_t end : {link, link + 1}) {
      const double yield = sim.node(node_id{end}).links().measured().condition(path_id{link}, ten).yield;
      CAPTURE(link, end, yield);
      CHECK((yield > 0.8 && yield < 1.2));
      seen += yield != 1 ? 1 : 0;
    }
    CHECK(seen > 0);
  }
  const std::uint32_t circuits = sim.node(node_id{1}).circuit_of(first).value();
  // What is believed of the link falls as its memory of better times does.
  sim.run_until(world_time{20_s});
  CHECK(!uses(sim, first, middle));
  CHECK(heard(sim, 1).of(node_id{2}, middle)->yield < 0.8F);
  CHECK(sim.node(node_id{1}).circuit_of(first).value() != circuits);
}

TEST_CASE("route.link_state_routing: what stays within the band is no news, and nobody goes another way for it") {
  options_type o = calm();
  for (int i = 0; i < 20; ++i)
    o.faults.schedule.push_back(
        {.what = kind::link_dimmed, .at = 2_s + 500_ms * i, .lasts = 250_ms, .path = middle, .probability = 0.15});
  auto sim = make(o);
  REQUIRE(sim.request({.from = node_id{1}, .to = node_id{4}, .pairs = 100'000, .min_fidelity = 0.7}));
  sim.run_until(world_time{1_s});
  const circuit_id circuit = sim.node(node_id{1}).circuit_of(first);
  const std::uint64_t said = sim.tap().said;
  REQUIRE(circuit.valid());
  sim.run_until(world_time{13_s});
  CHECK(sim.node(node_id{1}).circuit_of(first) == circuit);
  CHECK(sim.tap().said == said);
}

TEST_CASE("route.link_state_routing: pairs that tests show to be poor are made on another walk") {
  options_type o = calm();
  o.route.service.test_interval = 4;
  o.route.policy.belief = {.memory = 60_s, .prior_pairs = 100, .prior_tests = 20};
  auto sim = make(o);
  REQUIRE(sim.request({.from = node_id{1}, .to = node_id{4}, .pairs = 100'000, .min_fidelity = 0.7}));
  sim.run_until(world_time{3_s});
  REQUIRE(uses(sim, first, middle));
  for (int i = 0; i < 300; ++i) {
    sim.tap().spoils_tests = uses(sim, first, middle);
    sim.run_for(100_ms);
    if (sim.requests()[0].finished) break;
  }
  REQUIRE(!sim.requests()[0].finished);
  CHECK(!uses(sim, first, middle));
}

TEST_CASE("route.link_state_routing: a request that gets poor pairs wherever it goes is refused") {
  options_type o = calm();
  o.route.service.test_interval = 4;
  // What was seen is soon forgotten, and counts for little: each walk that was left looks well again.
  o.route.policy.belief = {.memory = 1_s, .prior_pairs = 100, .prior_tests = 1e5};
  o.route.policy.change.hold = 500_s;
  o.route.policy.most_moves = 2;
  auto sim = make(o);
  REQUIRE(sim.request({.from = node_id{1}, .to = node_id{4}, .pairs = 100'000, .min_fidelity = 0.7}));
  sim.run_until(world_time{1_s});
  sim.tap().spoils_tests = true;
  std::vector<std::vector<path_id>> walks;
  while (!sim.requests()[0].finished && sim.now() < world_time{200_s}) {
    const std::vector<path_id>& links = sim.node(node_id{1}).answer_to(first)->path.links;
    if (walks.empty() || walks.back() != links) walks.push_back(links);
    sim.run_for(50_ms);
  }
  CHECK((sim.requests()[0].refused() && sim.requests()[0].why == refusal::fidelity));
  CHECK(walks.size() == 3);

  // Where pairs are good for as long as it takes to say so, it may go on as often as it likes.
  o.route.policy.belief.memory = 60_s;
  auto now_and_then = make(o);
  REQUIRE(now_and_then.request({.from = node_id{1}, .to = node_id{4}, .pairs = 100'000, .min_fidelity = 0.7}));
  std::uint32_t moves = 0;
  for (circuit_id last; now_and_then.now() < world_time{120_s};) {
    now_and_then.run_for(12_s);
    now_and_then.tap().spoils_tests = true;
    last = now_and_then.node(node_id{1}).circuit_of(first);
    for (int i = 0; i < 200 && now_and_then.node(node_id{1}).circuit_of(first) == last; ++i)
      now_and_then.run_for(50_ms);
    now_and_then.tap().spoils_tests = false;
    REQUIRE(!now_and_then.requests()[0].finished);
    moves += now_and_then.node(node_id{1}).circuit_of(first) != last ? 1U : 0U;
  }
  CHECK(moves > 3);
}

TEST_CASE("route.link_state_routing: whatever befalls messages and nodes, all know the same once that is over") {
  for (const std::uint64_t seed : {1U, 2U, 3U}) {
    CAPTURE(seed);
    options_type o = calm();
    o.seed = seed;
    o.coded = seed % 2 == 1;
    o.link.retransmit_after = 20_ms;
    o.faults.jitter = 20_ms;
    o.faults.schedule = {{.what = kind::crash, .at = 1_s, .lasts = 700_ms, .node = node_id{8}},
                         {.what = kind::crash, .at = 2_s, .lasts = 300_ms, .node = node_id{1}},
                         {.what = kind::crash, .at = 3_s, .lasts = 6_s, .node = node_id{8}},
                         {.what = kind::link_down, .at = 1500_ms, .lasts = 1_s, .path = middle},
                         {.what = kind::link_down, .at = 2500_ms, .lasts = 100_s, .path = path_id{5}}};
    auto sim = make(o);
    sim.tap().of = node_id{8};
    sim.tap().bad = 0.2;
    sim.tap().draw = random_stream{seed, random_purpose::user, 1};
    REQUIRE(sim.request({.from = node_id{1}, .to = node_id{4}, .pairs = 50, .min_fidelity = 0.7}));
    sim.run_until(world_time{10_s});
    REQUIRE(!sim.tap().kept.empty());
    REQUIRE(sim.tap().kept.front().unpack<wire::advertisement>().incarnation == 0);
    sim.tap().bad = 0;
    sim.tap().replays = sim.tap().kept;  // word of a life before comes late
    REQUIRE(sim.request({.from = node_id{7}, .to = node_id{10}, .pairs = 5, .min_fidelity = 0.7}));
    sim.run_until(world_time{80_s});
    CHECK(sim.tap().replays.empty());
    const std::uint32_t lives[12] = {0, 1, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0};
    for (std::uint32_t n = 0; n < 12; ++n) {
      const route::link_state_database& db = heard(sim, n).database();
      CAPTURE(n);
      CHECK(heard(sim, n).is_quiet());
      CHECK(db.digest() == heard(sim, 0).database().digest());
      CHECK(db.size() == 12 + 2 * sim.map().edges().size());
      for (std::uint32_t m = 0; m < 12; ++m) {
        std::uint32_t incarnation = 0;
        REQUIRE(db.incarnation_of(node_id{m}, incarnation));
        CHECK(incarnation == lives[m]);
      }
      CHECK(!heard(sim, n).of(node_id{6}, path_id{5})->up);
      CHECK(heard(sim, n).of(node_id{2}, middle)->up);
    }
    CHECK((sim.requests()[0].finished && sim.requests()[1].finished));
  }
}

TEST_CASE("route.link_state_routing: where nothing happens nothing is said after the start") {
  const options_type o = calm();
  auto sim = make(o);
  sim.run_until(world_time{1_s});
  const std::size_t links = sim.map().edges().size(), entries = 12 + 2 * links;
  // Each reaches all others, and goes over a link once in each direction at most.
  CHECK(sim.tap().said >= entries * 11);
  CHECK(sim.tap().said <= entries * 2 * links);
  CHECK(sim.tap().receipts <= sim.tap().said);
  for (std::uint32_t n = 0; n < 12; ++n) {
    CHECK(heard(sim, n).repeated() == 0);
    CHECK(heard(sim, n).is_quiet());
  }
  const std::uint64_t said = sim.tap().said;
  sim.run_until(world_time{o.route.policy.advertise.refresh_after - 1_s});
  CHECK(sim.tap().said == said);
  // Then all is said once more, so that none is forgotten.
  sim.run_until(world_time{o.route.policy.advertise.refresh_after + 10_s});
  CHECK(sim.tap().said <= said + entries * 2 * links);
  CHECK(heard(sim, 0).database().size() == entries);

  options_type wrong = o;
  wrong.route.policy.advertise.refresh_after = 7'200_s;
  CHECK(make(wrong).validate().error().message() ==
        "route.policy.advertise.refresh_after: given 7200 s, allowed more than 0 s, less than longest_age");
}
