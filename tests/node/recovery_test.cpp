// SPDX-License-Identifier: Apache-2.0
#include "../support/catch.hpp"

#include <algorithm>
#include <cstdint>
#include <set>
#include <vector>

#include "../support/node_bench.hpp"

using namespace ebit_test;

namespace {

constexpr std::uint8_t up = static_cast<std::uint8_t>(side::upstream);
constexpr std::uint8_t down = static_cast<std::uint8_t>(side::downstream);

[[nodiscard]] options<default_profile> assured() {
  options<default_profile> o;
  o.route.width = 1;
  o.link.retransmit_after = 5_us;
  return o;
}
[[nodiscard]] options<default_profile> narrow() {
  options<default_profile> o;
  o.route.width = 1;
  return o;
}
[[nodiscard]] event::request wanting(std::uint32_t id, std::uint32_t peer, std::uint32_t pairs = 5) {
  return {.id = request_id{id}, .peer = node_id{peer}, .pairs = pairs};
}
/// The node between two links, with the circuit 7 through it in use and one of its own to node 2.
struct middle_bench : node_bench<> {
  circuit_id own;
  explicit middle_bench(const options<default_profile>& stack = narrow()) : node_bench<>{2, 1, stack} {
    install();
    start();
    tell(wanting(9, 2));
    own = device.sent<wire::install>().at(0).circuit;
    device.clear();
  }
  [[nodiscard]] bool lives(circuit_id id) const {
    const std::uint16_t i = node.table().circuits.find(id);
    return i != circuit_table::none && node.table().circuits[i].state != circuit::phase::closing;
  }
  /// To whom it was said that circuit 7 is broken, and from which side of theirs.
  [[nodiscard]] std::multiset<std::pair<std::uint32_t, std::uint8_t>> told_broken() const {
    std::multiset<std::pair<std::uint32_t, std::uint8_t>> out;
    for (const message& m : device.sent<wire::broken>())
      if (m.circuit == circuit) out.insert({m.to.value(), m.unpack<wire::broken>().facing});
    return out;
  }
};
}  // namespace

TEST_CASE("node.recovery: each message is acknowledged whenever it comes, but dealt with once") {
  node_bench<> b{2, 1, assured()};
  const auto tags = [&b] {
    std::vector<std::uint32_t> out;
    for (const message& m : b.device.sent<wire::acknowledged>()) {
      CHECK(m.to == node_id{0});
      out.push_back(m.unpack<wire::acknowledged>().tag);
    }
    return out;
  };
  b.install();
  REQUIRE(tags().size() == 1);
  CHECK(only<wire::ready>(b.device).position == 1);
  b.install();
  b.install();
  CHECK(tags() == std::vector<std::uint32_t>(3, tags()[0]));
  CHECK(b.device.sent<wire::ready>().size() == 1);
  b.device.clear();
  b.hear(0, wire::go{20_us});
  b.hear(0, wire::go{-80_us});  // sent again 100 µs later
  CHECK((tags().size() == 2 && tags()[0] == tags()[1]));
  CHECK(b.device.all<action::attempt>().size() == 1);
  b.device.clear();
  b.hear(0, wire::acknowledged{});  // an acknowledgement is not acknowledged
  CHECK(b.device.performed().empty());
  CHECK(node_bench<>{2, 1}.device.sent<wire::acknowledged>().empty());
}

TEST_CASE("node.recovery: what is not acknowledged is sent again until it is") {
  node_bench<> b{2, 1, assured()};
  b.install();
  const message said = b.device.sent<wire::ready>().at(0);
  CHECK(b.node.unacknowledged().size() == 1);
  for (int i = 0; i < 3; ++i) {
    b.device.wait(b.node.next_deadline());
    b.run();
  }
  const auto copies = b.device.sent<wire::ready>();
  REQUIRE(copies.size() == 4);
  for (const message& m : copies) CHECK(m == said);
  const wire::acknowledged word{wire::tag_of(said)};
  b.hear(2, word);  // another node's
  b.hear(0, wire::acknowledged{word.tag + 1});
  CHECK(b.node.unacknowledged().size() == 1);
  b.hear(0, word);
  CHECK(b.node.unacknowledged().size() == 0);
  b.hear(0, word);
}

TEST_CASE("node.recovery: word that a neighbour has started again breaks what leads over it and nothing else, once") {
  for (const bool is_assured : {false, true}) {
    middle_bench b{is_assured ? assured() : narrow()};
    b.circuit = circuit_id::none();
    const auto hello = [&b](std::uint32_t from, std::uint32_t path, std::uint32_t incarnation) {
      b.tell(event::received{
          message::pack(node_id{from}, node_id{1}, circuit_id::none(), wire::hello{path_id{path}, incarnation}),
          link_delay});
    };
    hello(0, 1, 3);  // not the one at the other end of that path
    hello(2, 0, 3);
    hello(0, 9, 3);  // no path
    hello(0, 0, 0);  // the life this node knows
    b.circuit = circuit_id{7};
    CHECK((b.lives(b.circuit) && b.told_broken().empty()));
    hello(0, 0, 3);
    CHECK((!b.lives(b.circuit) && b.lives(b.own)));
    // The other neighbour, the head, and the one that has started again if it takes part without knowing.
    using said = std::multiset<std::pair<std::uint32_t, std::uint8_t>>;
    CHECK(b.told_broken() == said{{0, down}, {0, down}, {2, up}});
    CHECK(b.device.all<action::stop>().size() == 2);
    b.install();  // a copy that is late
    CHECK_FALSE(b.lives(b.circuit));

    // A new circuit over the same path is none of the old word's business.
    b.circuit = circuit_id{11};
    b.install();
    CHECK(b.lives(b.circuit));
    hello(0, 0, 3);
    hello(0, 0, 2);
    CHECK((b.lives(b.circuit) && b.told_broken().empty()));
    hello(0, 0, 0x80000003U);  // half the numbers away: older
    CHECK(b.lives(b.circuit));
    hello(0, 0, 4);
    CHECK_FALSE(b.lives(b.circuit));
  }
}

TEST_CASE("node.recovery: a path that is lost, a device at fault or a batch that ends breaks what leads over it") {
  using said = std::multiset<std::pair<std::uint32_t, std::uint8_t>>;
  const auto after = [](auto what) {
    middle_bench b;
    what(b);
    CHECK_FALSE(b.lives(b.circuit));
    CHECK(b.lives(b.own));
    return b.told_broken();
  };
  CHECK(after([](middle_bench& b) {
          b.tell(event::path_down{port_id{0}, path_id{5}});  // that one was not there
          CHECK(b.lives(b.circuit));
          b.tell(event::path_down{port_id{0}, path_id{0}});
        }) == said{{0, down}, {2, up}});
  CHECK(after([](middle_bench& b) {
          b.tell(event::device_state{port_id{0}, event::health::degraded});
          CHECK(b.lives(b.circuit));
          b.tell(event::device_state{port_id{0}, event::health::fault});
        }) == said{{0, down}, {2, up}});
  CHECK(after([](middle_bench& b) {
          b.tell(event::path_up{port_id{0}, path_id{8}, node_id{0}, link_delay, 5_us, 5_us});  // another one
        }) == said{{0, down}, {2, up}});
}

TEST_CASE("node.recovery: word of a break goes on away from it, and to the head") {
  using said = std::multiset<std::pair<std::uint32_t, std::uint8_t>>;
  middle_bench from_above, from_below;
  from_above.hear(0, wire::broken{up, {}});
  CHECK(from_above.told_broken() == said{{0, down}, {2, up}});
  from_below.hear(2, wire::broken{down, {}});
  CHECK(from_below.told_broken() == said{{0, down}, {0, down}});  // the neighbour is the head
  for (middle_bench* b : {&from_above, &from_below}) {
    CHECK((!b->lives(b->circuit) && b->lives(b->own)));
    b->device.clear();
    b->hear(0, wire::broken{up, {}});
    b->hear(2, wire::broken{down, {}});
    CHECK(b->device.performed().empty());
  }
}

TEST_CASE("node.recovery: a batch that fails breaks its circuit, one that was told to stop does not") {
  node_bench<> b{2, 1, narrow()};
  b.install();
  b.start();
  const action::attempt above = b.batch(side::upstream), below = b.batch(side::downstream);
  b.herald(above, 1);
  b.device.clear();
  b.tell(event::failed{below.operation, failure::mismatch});
  std::multiset<std::uint32_t> told;
  for (const message& m : b.device.sent<wire::broken>()) told.insert(m.to.value());
  CHECK(told == std::multiset<std::uint32_t>{0, 0});  // upstream neighbour and head; the other end has lost it, too
  const auto stops = b.device.all<action::stop>();
  REQUIRE(stops.size() == 1);
  CHECK(stops[0].operation == above.operation);
  CHECK(b.node.table().held() == 0);
  b.device.clear();
  b.tell(event::failed{above.operation, failure::stopped});
  CHECK(b.device.performed().empty());
  for (std::uint32_t s = 0; s < b.node.table().size(); ++s) CHECK_FALSE(b.node.table().is_reserved(s));
}

TEST_CASE("node.recovery: who counts on a circuit that is not known here is told so") {
  node_bench<> b{2, 1, assured()};
  b.device.clear();
  b.hear(0, wire::go{10_us});
  b.hear(0, wire::link_started{.epoch = 4, .period = 1_us, .spacing = {}, .starts_in = {}});
  CHECK(b.device.sent<wire::broken>().size() == 2);
  b.device.clear();
  b.hear(2, wire::ready{2});  // reserved for a circuit that ended before, or of a life before
  CHECK(only<wire::broken>(b.device).facing == up);
  CHECK(b.node.ignored_messages() == 3);
  // Of a circuit that it has opened in its present life all have been told that it is over.
  node_bench<> head{2, 0};
  head.tell(event::request{.id = request_id{3}, .peer = node_id{2}});
  head.circuit = head.node.circuit_of(request_id{3});
  head.hear(1, wire::refused{.hop = 0, .unsupported = 1, .full = node_id{1}});
  head.device.clear();
  head.hear(2, wire::ready{2});
  CHECK(head.device.performed().empty());
  head.circuit = circuit_id{head.circuit.value() + 1};  // of a life before
  head.hear(2, wire::ready{2});
  CHECK(only<wire::broken>(head.device).facing == up);
}

TEST_CASE("node.recovery: slots are not reserved for ever for a head that is gone") {
  node_bench<> b{2, 1, assured()};
  b.install();
  const auto reserved = [&b] { return b.node.table().is_reserved(0) && b.node.table().is_reserved(4); };
  CHECK(reserved());
  const local_time installed = b.device.now();
  while (!b.node.next_deadline().is_never() && reserved()) {
    b.device.wait(b.node.next_deadline());
    b.run();
  }
  CHECK_FALSE(reserved());
  // The head may wait for an answer that was lost.
  CHECK(b.device.sent<wire::broken>().at(0).unpack<wire::broken>().facing == down);
  CHECK((b.device.now() > installed + 500_us && b.device.now() < installed + 100_ms));
  // One that is used stays.
  node_bench<> used{2, 1, assured()};
  used.install();
  used.start();
  used.device.advance(1_s);
  used.run();
  CHECK(used.node.table().is_reserved(0));
}

TEST_CASE("node.recovery: what others want is not kept for ever for a head that is gone while its circuit is used") {
  for (const bool is_there : {true, false}) {
    node_bench<> b{2, 1, assured()};
    const auto acknowledge = [&b](const message& m) {
      const wire::acknowledged a{wire::tag_of(m)};
      b.tell(event::received{message::pack(m.to, node_id{1}, circuit_id::none(), a), link_delay});
    };
    const auto asked = [&b] {
      std::vector<message> out;
      for (const message& m : b.device.sent<wire::ready>())
        if (m.circuit == circuit_id{7}) out.push_back(m);
      return out;
    };
    const auto wants = [&b](std::uint32_t id) {
      b.circuit = circuit_id{id};
      b.device.clear();
      b.install();
      bool is_refused = false;
      for (const message& m : b.device.sent<wire::refused>()) is_refused |= m.circuit == b.circuit;
      CHECK(is_refused);
    };
    const auto lives = [&b] {
      const std::uint16_t i = b.node.table().circuits.find(circuit_id{7});
      return i != circuit_table::none && b.node.table().circuits[i].state != circuit::phase::closing;
    };
    b.install(4);
    b.start(4);
    const action::attempt above = b.batch(side::upstream), below = b.batch(side::downstream);
    REQUIRE(asked().size() == 1);
    for (const message& m : {asked()[0], b.device.sent<wire::link_started>().at(0)}) acknowledge(m);
    wants(9);
    CHECK(asked().empty());  // it has just been spoken to
    b.device.advance(4_ms);
    wants(10);
    const std::vector<message> question = asked();
    REQUIRE(question.size() == 1);
    CHECK(question[0].to == node_id{0});
    wants(11);
    CHECK(asked().empty());
    if (is_there) acknowledge(question[0]);
    while (!b.node.next_deadline().is_never() && b.device.now() < local_time{1_s} && lives()) {
      b.device.wait(b.node.next_deadline());
      b.run();
    }
    CHECK(lives() == is_there);
    if (is_there) continue;
    std::multiset<std::uint32_t> told;
    for (const message& m : b.device.sent<wire::broken>())
      if (m.circuit == circuit_id{7}) told.insert(m.to.value());
    CHECK(told == std::multiset<std::uint32_t>{0, 0, 2});  // the upstream neighbour is the head
    for (const action::attempt& a : {above, below}) b.tell(event::failed{a.operation, failure::stopped});
    CHECK(b.device.sent<wire::available>().size() == 1);
    b.circuit = circuit_id{12};
    b.device.clear();
    b.install();
    CHECK(b.device.sent<wire::ready>().size() == 1);
  }
}

TEST_CASE("node.recovery: who has started again is no longer the head of anything") {
  node_bench<> b{2, 1};
  b.install();
  b.circuit = circuit_id{4'096 * 2 + 7};
  b.hear(2, wire::install{.upstream = path_id{1},
                          .downstream = path_id{0},
                          .tail = node_id{0},
                          .request = request_id{3},
                          .pairs = 1,
                          .position = 1,
                          .hops = 2,
                          .width = 1});
  const auto lives = [&b](std::uint32_t id) {
    return b.node.table().circuits.find(circuit_id{id}) != circuit_table::none;
  };
  REQUIRE((lives(7) && lives(4'096 * 2 + 7)));
  b.device.clear();
  const auto hello = [&b](std::uint32_t from) {
    b.tell(event::received{
        message::pack(node_id{from}, node_id{1}, circuit_id::none(), wire::hello{path_id::none(), 1}), link_delay});
  };
  hello(1'000);
  CHECK((lives(7) && lives(4'096 * 2 + 7)));
  hello(2);
  CHECK((lives(7) && !lives(4'096 * 2 + 7)));
  for (const message& m : b.device.sent<wire::broken>()) CHECK(m.circuit == b.circuit);
  CHECK(b.device.sent<wire::broken>().size() == 2);
}

TEST_CASE("node.recovery: until its neighbours know of its restart a node takes part in nothing over them") {
  node_bench<> b{2, 1, assured()};
  b.node = ebit::node<>{{node_id{1}, {4, 4}, chain_map(2), 1}, assured()};
  b.device.clear();
  for (const std::uint32_t p : {0U, 1U})
    b.tell(event::path_up{port_id{p}, path_id{p}, node_id{2 * p}, link_delay, 5_us, 5_us});
  const auto hellos = b.device.sent<wire::hello>();
  const auto acknowledge = [&](std::uint32_t path) {
    for (const message& m : hellos)
      if (m.unpack<wire::hello>().path == path_id{path}) {
        const wire::acknowledged a{wire::tag_of(m)};
        b.tell(event::received{message::pack(m.to, node_id{1}, circuit_id::none(), a), link_delay});
      }
  };
  const auto joins = [&b](std::uint32_t id) {
    b.circuit = circuit_id{id};
    b.device.clear();
    b.install();
    CHECK(b.device.sent<wire::broken>().size() + b.device.sent<wire::ready>().size() == 1);
    return !b.device.sent<wire::ready>().empty();
  };
  // Whose circuits came too early hears when another one is welcome, and that only once.
  const auto called_back = [&b] {
    std::multiset<std::uint32_t> out;
    for (const message& m : b.device.sent<wire::available>()) {
      CHECK(m.to == node_id{0});
      out.insert(m.circuit.value());
    }
    return out;
  };
  CHECK_FALSE(joins(7));
  acknowledge(0);
  CHECK(called_back().empty());
  CHECK_FALSE(joins(8));
  acknowledge(1);
  CHECK(called_back() == std::multiset<std::uint32_t>{7, 8});
  acknowledge(1);
  CHECK(called_back().size() == 2);
  CHECK(joins(9));
}

TEST_CASE("node.recovery: a node that has started again greets no more on a path whose other end knows") {
  const auto restarted = [](const options<default_profile>& stack) {
    node_bench<> b{1, 0, stack};
    b.node = ebit::node<>{{node_id{0}, {4}, chain_map(1), 1}, stack};
    b.device.clear();
    return b;
  };
  const auto greets = [](node_bench<>& b, std::uint32_t path) {
    b.device.clear();
    b.tell(event::path_up{port_id{0}, path_id{path}, node_id{1}, link_delay, 5_us, 5_us});
    std::vector<message> said;
    for (const message& m : b.device.sent<wire::hello>())
      if (m.unpack<wire::hello>().path.valid()) said.push_back(m);
    return said;
  };
  const auto acknowledge = [](node_bench<>& b, const message& m, std::uint32_t tag_off = 0) {
    const wire::acknowledged a{wire::tag_of(m) + tag_off};
    b.tell(event::received{message::pack(m.to, node_id{0}, circuit_id::none(), a), link_delay});
  };
  node_bench<> b = restarted(assured());
  const std::vector<message> first = greets(b, 0);
  REQUIRE(first.size() == 1);
  acknowledge(b, first[0], 1);  // of another life
  CHECK(greets(b, 0).size() == 1);
  acknowledge(b, first[0]);
  b.tell(event::path_down{port_id{0}, path_id{0}});
  CHECK(greets(b, 0).empty());
  CHECK(greets(b, 0).empty());
  // The other end of another path may count on what was made over that one.
  const std::vector<message> other = greets(b, 5);
  REQUIRE(other.size() == 1);
  acknowledge(b, other[0]);
  CHECK(greets(b, 5).empty());
  CHECK(greets(b, 0).size() == 1);
  // Where nothing is acknowledged nobody can know.
  node_bench<> trusting = restarted(narrow());
  for (int i = 0; i < 3; ++i) CHECK(greets(trusting, 0).size() == 1);
}

TEST_CASE("node.recovery: a circuit that a greeting breaks before it has begun may be opened anew at once") {
  for (const bool has_begun : {false, true}) {
    for (const std::uint32_t path : {0U, 1U, 9U}) {  // of the neighbours, and of a head that is none
      node_bench<> b{2, 1, assured()};
      b.install();
      if (has_begun) b.start();
      b.device.clear();
      const std::uint32_t from = path == 9 ? 0 : 2 * path;
      const wire::hello word{path == 9 ? path_id::none() : path_id{path}, 1};
      b.tell(event::received{message::pack(node_id{from}, node_id{1}, circuit_id::none(), word), link_delay});
      const auto called = b.device.sent<wire::available>();
      CHECK(called.size() == (has_begun ? 0 : 1));
      for (const message& m : called) CHECK((m.to == node_id{0} && m.circuit == b.circuit));
      CHECK_FALSE(b.device.sent<wire::broken>().empty());
    }
  }
}
