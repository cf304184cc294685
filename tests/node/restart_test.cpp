// SPDX-License-Identifier: Apache-2.0
#include "../support/catch.hpp"

#include <algorithm>
#include <cstdint>
#include <set>
#include <vector>

#include "../support/node_bench.hpp"

using namespace ebit_test;

namespace {

constexpr std::uint8_t down = static_cast<std::uint8_t>(side::downstream);

[[nodiscard]] options<default_profile> narrow() {
  options<default_profile> o;
  o.route.width = 1;
  return o;
}
[[nodiscard]] event::request wanting(std::uint32_t id, std::uint32_t peer, std::uint32_t pairs = 5) {
  return {.id = request_id{id}, .peer = node_id{peer}, .pairs = pairs};
}
/// The head of a circuit to node 2, in use.
struct head_bench : node_bench<> {
  action::attempt made;
  explicit head_bench(std::uint32_t pairs, std::uint32_t incarnation = 0) : node_bench<>{2, 0, narrow()} {
    if (incarnation > 0) live_again(incarnation);
    tell(wanting(3, 2, pairs));
    begin();
  }
  void live_again(std::uint32_t incarnation) {
    node = ebit::node<>{{node_id{0}, {4}, chain_map(2), incarnation}, narrow()};
    device.clear();
    tell(event::path_up{port_id{0}, path_id{0}, node_id{1}, link_delay, link_delay / 2, link_delay / 2});
  }
  [[nodiscard]] std::size_t installs() const { return device.sent<wire::install>().size(); }
  /// Answers the last `install`.
  void begin() {
    circuit = device.sent<wire::install>().back().circuit;
    hear(1, wire::ready{1});
    hear(2, wire::ready{2});
    made = device.all<action::attempt>().back();
  }
  void deliver(std::uint64_t cycle) {
    herald(made, cycle);
    wire::swapped m;
    m.half_sequence = cycle;
    m.half_epoch = made.epoch;
    m.peer_path = path_id{1};
    m.peer = node_id{2};
    m.from = 1, m.to = 2;
    m.facing = down;
    hear(1, m);
    tell(event::done{device.all<action::deliver>().back().operation});
  }
  /// Waits until it asks for another circuit, at most a minute.
  [[nodiscard]] bool asks_again() {
    const std::size_t before = installs();
    while (installs() == before && !node.next_deadline().is_never() && device.now() < local_time{60_s}) {
      device.wait(node.next_deadline());
      run();
    }
    return installs() > before;
  }
};

}  // namespace

TEST_CASE("node.restart: the head opens another circuit for what is left, under names that were never used") {
  head_bench b{5};
  std::set<std::uint32_t> circuits{b.circuit.value()}, epochs{b.made.epoch};
  for (std::uint64_t life = 1; life <= 4; ++life) {
    b.deliver(life);
    const action::attempt old = b.made;
    const std::size_t before = b.installs();
    b.hear(1, wire::broken{down, {}});
    b.hear(2, wire::broken{down, {}});  // from another node, too
    CHECK(b.device.sent<wire::torn_down>().size() == 2 * life);
    CHECK(b.device.all<action::stop>().back().operation == old.operation);
    CHECK(b.installs() == before);  // its batch still runs
    b.tell(event::failed{old.operation, failure::stopped});
    REQUIRE((b.installs() > before || b.asks_again()));
    CHECK(b.device.sent<wire::install>().back().unpack<wire::install>().pairs == 5 - life);
    b.begin();
    CHECK(circuits.insert(b.circuit.value()).second);
    CHECK(epochs.insert(b.made.epoch).second);
    b.herald(old, 77);  // was under way
    CHECK(b.node.table().held() == 0);
  }
  b.deliver(9);
  CHECK(b.device.all<action::deliver>().size() == 5);
  CHECK(b.device.all<action::report>().back().outcome == request_outcome::delivered);
}

TEST_CASE("node.restart: circuits that break before they are ready are opened anew at once only for the first time") {
  head_bench b{5};
  for (int ready = 0; ready < 2; ++ready) {
    std::size_t before = b.installs();
    b.hear(1, wire::broken{down, {}});
    b.tell(event::failed{b.made.operation, failure::stopped});
    CHECK(b.installs() == before + 2);  // two nodes
    duration waited{};
    for (int i = 0; i < 3; ++i) {
      b.circuit = b.device.sent<wire::install>().back().circuit;
      before = b.installs();
      const local_time broke = b.device.now();
      b.hear(1, wire::broken{down, {}});
      CHECK(b.installs() == before);
      REQUIRE(b.asks_again());
      CHECK(b.device.now() - broke > waited);
      waited = b.device.now() - broke;
    }
    b.begin();
  }
}

TEST_CASE("node.restart: what broke because a node has started again is opened anew as soon as that node is ready") {
  // Breaks before it is ready, for the second time: waits for the clock.
  const auto waiting = [] {
    head_bench b{5};
    for (int i = 0; i < 2; ++i) {
      b.circuit = b.device.sent<wire::install>().back().circuit;
      b.hear(1, wire::broken{down, {}});
      if (i == 0) b.tell(event::failed{b.made.operation, failure::stopped});
    }
    return b;
  };
  const auto greet = [](head_bench& b, std::uint32_t from, path_id path, std::uint32_t incarnation = 1) {
    const wire::hello word{path, incarnation};
    b.tell(event::received{message::pack(node_id{from}, node_id{0}, circuit_id::none(), word), link_delay});
  };
  head_bench b = waiting();
  const std::size_t before = b.installs();
  const circuit_id broke = b.circuit;
  b.circuit = circuit_id::none();
  b.hear(1, wire::available{});
  b.circuit = circuit_id{broke.value() - 1};  // the one before
  b.hear(1, wire::available{});
  CHECK(b.installs() == before);
  b.circuit = broke;
  b.hear(1, wire::available{});
  CHECK(b.installs() == before + 2);
  b.hear(1, wire::available{});
  CHECK(b.installs() == before + 2);
  // The other order of the two words.
  b.circuit = b.device.sent<wire::install>().back().circuit;
  b.hear(2, wire::available{});
  CHECK(b.installs() == before + 2);
  b.hear(2, wire::broken{down, {}});
  CHECK(b.installs() == before + 4);
  // Whoever has started again on the way says so itself, neighbour or not.
  for (const std::uint32_t from : {1U, 2U, 7U}) {
    head_bench far = waiting();
    const std::size_t had = far.installs();
    greet(far, from, path_id::none());
    CHECK(far.installs() == had + (from == 7 ? 0 : 2));
  }
  head_bench near = waiting();
  const std::size_t had = near.installs();
  greet(near, 1, path_id{0});
  CHECK(near.installs() == had + 2);
  near.circuit = near.device.sent<wire::install>().back().circuit;
  greet(near, 1, path_id{0});  // known by now
  CHECK(near.installs() == had + 2);
  greet(near, 1, path_id{0}, 2);  // breaks what has not begun
  CHECK(near.device.sent<wire::broken>().back().to == node_id{1});
  CHECK(near.installs() == had + 4);
}

TEST_CASE("node.restart: while the path is down a request waits for it, not for the clock") {
  head_bench b{5};
  b.tell(event::path_down{port_id{0}, path_id{0}});
  b.tell(event::failed{b.made.operation, failure::fault});
  const std::size_t before = b.installs();
  CHECK_FALSE(b.asks_again());
  CHECK(b.node.next_deadline().is_never());
  b.tell(event::path_up{port_id{0}, path_id{0}, node_id{1}, link_delay, 5_us, 5_us});
  CHECK(b.installs() == before + 2);
}

TEST_CASE("node.restart: a port is used when it has a path and its device works, in whatever order that is told") {
  const auto is_used = [](auto... events) {
    node_bench<> b{1, 0, narrow()};
    b.tell(event::path_down{port_id{0}, path_id{0}});
    b.device.clear();
    (b.tell(events), ...);
    b.tell(wanting(3, 1));
    return !b.device.sent<wire::install>().empty();
  };
  const event::path_up connect{port_id{0}, path_id{0}, node_id{1}, link_delay, 5_us, 5_us};
  const event::path_down cut{port_id{0}, path_id{0}};
  const event::device_state fault{port_id{0}, event::health::fault}, ready{port_id{0}, event::health::ready};
  const event::device_state slow{port_id{0}, event::health::degraded}, nowhere{port_id{7}, event::health::fault};
  const event::device_state leaving{port_id{0}, event::health::leaving};
  CHECK_FALSE(is_used());
  CHECK(is_used(connect));
  CHECK_FALSE(is_used(ready));
  CHECK_FALSE(is_used(fault, connect));
  CHECK(is_used(fault, connect, ready));
  CHECK(is_used(fault, ready, connect));
  CHECK_FALSE(is_used(connect, fault));
  CHECK_FALSE(is_used(connect, fault, cut, ready));
  CHECK(is_used(connect, slow, nowhere));
  CHECK_FALSE(is_used(connect, cut, slow));
  CHECK_FALSE(is_used(connect, leaving));
  CHECK_FALSE(is_used(leaving, connect));
  CHECK_FALSE(is_used(connect, leaving, fault));
  CHECK(is_used(connect, leaving, ready));
  CHECK(is_used(leaving, slow, connect));
  // What waits begins when the last of the two is told.
  node_bench<> b{1, 0, narrow()};
  b.tell(fault);
  b.tell(wanting(3, 1));
  CHECK(b.device.sent<wire::install>().empty());
  b.tell(ready);
  CHECK(b.device.sent<wire::install>().size() == 1);
}

TEST_CASE("node.restart: at a port that is leaving what runs goes on, and nothing new begins until it is ready again") {
  const event::device_state leaving{port_id{1}, event::health::leaving}, ready{port_id{1}, event::health::ready};
  node_bench<> b{2, 1, narrow()};
  const auto lives = [&b](circuit_id id) {
    const std::uint16_t i = b.node.table().circuits.find(id);
    return i != circuit_table::none && b.node.table().circuits[i].state != circuit::phase::closing;
  };
  b.install();
  b.start();
  b.tell(wanting(9, 2));
  const circuit_id own = b.device.sent<wire::install>().at(0).circuit, begun{12}, half_begun{13};
  b.circuit = half_begun;  // its attempts are to begin towards the other neighbour only
  b.install();
  b.hear(0, wire::link_started{.epoch = 41, .modes = 1, .period = 10_us, .spacing = 1_us, .starts_in = 20_us});
  REQUIRE((lives(circuit_id{7}) && lives(own) && lives(half_begun)));
  b.device.clear();
  b.tell(leaving);
  CHECK((lives(circuit_id{7}) && !lives(own) && !lives(half_begun)));
  CHECK(b.device.all<action::stop>().size() == 1);
  CHECK(b.device.sent<wire::broken>().at(0).circuit == half_begun);
  // Others did not know yet.
  b.device.clear();
  b.circuit = own;
  b.hear(2, wire::ready{1});
  b.circuit = begun;
  b.install();
  CHECK(b.device.sent<wire::refused>().size() == 1);
  CHECK((b.device.all<action::attempt>().empty() && b.device.sent<wire::install>().empty()));
  CHECK(b.device.sent<wire::available>().empty());
  b.device.clear();
  b.tell(ready);
  CHECK(b.device.sent<wire::available>().size() == 1);
  CHECK(b.device.sent<wire::install>().size() == 1);
  CHECK(lives(circuit_id{7}));
}

TEST_CASE("node.restart: a node that has started again says so on every path and to all it may have been a head of") {
  std::set<std::uint32_t> circuits, epochs;
  for (std::uint32_t incarnation = 0; incarnation < 6; ++incarnation) {
    head_bench b{100, incarnation};
    const auto hellos = b.device.sent<wire::hello>();
    if (incarnation > 0) {
      REQUIRE(hellos.size() == 3);
      for (const std::size_t i : {1U, 2U}) {
        CHECK(hellos[i].to == node_id{static_cast<std::uint32_t>(3 - i)});
        CHECK_FALSE(hellos[i].unpack<wire::hello>().path.valid());
      }
      CHECK((hellos[0].to == node_id{1} && hellos[0].unpack<wire::hello>().path == path_id{0}));
      CHECK(hellos[0].unpack<wire::hello>().incarnation == incarnation);
    } else {
      CHECK(hellos.empty());
    }
    for (int i = 0; i < 20; ++i) {
      CHECK(circuits.insert(b.circuit.value()).second);
      CHECK(epochs.insert(b.made.epoch).second);
      b.hear(1, wire::broken{down, {}});
      const std::size_t before = b.installs();
      b.tell(event::failed{b.made.operation, failure::stopped});
      REQUIRE((b.installs() > before || b.asks_again()));
      b.begin();
    }
    // The other end of the path draws from another set.
    node_bench<> peer{1, 1, narrow()};
    peer.node = ebit::node<>{{node_id{1}, {4}, chain_map(1), incarnation}, narrow()};
    peer.tell(event::path_up{port_id{0}, path_id{0}, node_id{0}, link_delay, 5_us, 5_us});
    peer.tell(wanting(4, 0));
    peer.circuit = peer.device.sent<wire::install>().at(0).circuit;
    peer.hear(0, wire::ready{1});
    CHECK(epochs.insert(peer.device.all<action::attempt>().at(0).epoch).second);
    CHECK(circuits.insert(peer.circuit.value()).second);
  }
}

TEST_CASE(
    "node.restart: whom a node greets is bounded by the links that its circuits may have led over, and waits for "
    "room") {
  // Two islands of the map, and a node that only a fabric could reach.
  std::vector<route::edge> edges;
  for (std::uint32_t k = 0; k + 1 < 400; ++k)
    if (k != 199) edges.push_back({node_id{k}, node_id{k + 1}, {}, 1});
  const shared_constant<route::network_map> map{route::network_map{std::vector<route::site>(401), std::move(edges)}};
  CHECK(route::reachable(*map, node_id{400}).empty());
  CHECK(route::reachable(*map, node_id{401}).empty());
  CHECK(route::reachable(*map, node_id{250}).size() == 199);
  options<default_profile> o = narrow();
  o.link.retransmit_after = 5_us;
  CHECK(route::linked(*map, node_id{400}).size() == 400);
  CHECK(route::linked(*map, node_id{250}).size() == 399);
  const auto greets = [&](std::uint32_t self, const options<default_profile>& stack, bool is_lit = true) {
    node_bench<> b{1, 0, stack};
    b.node = ebit::node<>{{node_id{self}, {4}, map, 3}, stack};
    b.device.clear();
    if (is_lit)
      b.tell(event::path_up{port_id{0}, path_id{0}, node_id{self ^ 1U}, link_delay, 5_us, 5_us});
    else
      b.tell(event::device_state{port_id{0}, event::health::ready});
    const std::size_t at_once = b.device.sent<wire::hello>().size();
    CHECK(b.node.unacknowledged().given_up() == 0);
    while (!b.node.next_deadline().is_never()) {
      b.device.wait(b.node.next_deadline());
      b.run();
    }
    std::set<std::uint32_t> to;
    for (const message& m : b.device.sent<wire::hello>())
      if (!m.unpack<wire::hello>().path.valid()) to.insert(m.to.value());
    return std::pair{at_once, to.size()};
  };
  CHECK(greets(0, narrow()) == std::pair{std::size_t{200}, std::size_t{199}});
  CHECK(greets(0, o) == std::pair{std::size_t{160}, std::size_t{199}});  // half the room, and the rest later
  // A fabric may have made it the head of circuits over any of those links, and may make it no path for long.
  CHECK(greets(400, o) == std::pair{std::size_t{160}, std::size_t{400}});
  CHECK(greets(400, o, false).second == 400);
}
