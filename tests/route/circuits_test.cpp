// SPDX-License-Identifier: Apache-2.0
#include "../support/catch.hpp"

#include <vector>

#include <ebit/purify/dejmps.hpp>

#include "../support/chain_bench.hpp"

using namespace ebit_test;

namespace {

wire::install install_body(std::uint8_t width, std::uint32_t request = 3) {
  return {.cutoff = duration::never(),
          .link_fidelity = 0.9F,
          .estimate = 0.9F,
          .upstream = path_id{0},
          .downstream = path_id{1},
          .tail = node_id{2},
          .request = request_id{request},
          .pairs = 5,
          .position = 1,
          .hops = 2,
          .width = width};
}

/// The head's report about its request.
std::vector<action::report> reports(const chain_bench<>& chain) { return chain.asked<action::report>(0); }

/// Everything that is held or reserved at a node.
bool idle(const node_bench<>& b) {
  for (std::uint32_t s = 0; s < b.node.table().size(); ++s)
    if (b.node.table().is_reserved(s) || b.node.table()[s].held_by != owner::nobody) return false;
  for (std::uint16_t i = 0; i < b.node.table().circuits.size(); ++i)
    if (b.node.table().circuits.alive(i)) return false;
  return true;
}

}  // namespace

TEST_CASE("route.circuits: a request installs, starts every link once, delivers and gives everything back") {
  chain_bench<> chain{3};
  chain.request(2, 0.5);
  REQUIRE(reports(chain).size() == 1);
  CHECK(reports(chain)[0].outcome == request_outcome::accepted);
  CHECK(reports(chain)[0].hops == 3);
  for (std::size_t n = 0; n <= 3; ++n) CHECK(chain.asked<action::attempt>(n).size() == (n == 0 || n == 3 ? 1U : 2U));
  // All links start at one instant. Messages that say they flew for 10 µs and came at once mean that the receiver's
  // clock is 10 µs behind the sender's.
  const local_time start = chain.nodes[0].batch(side::downstream).at;
  for (std::uint16_t k = 0; k < 3; ++k) {
    const action::attempt up = chain.nodes[k].batch(side::downstream),
                          down = chain.nodes[k + 1U].batch(side::upstream);
    CHECK((up.at == (k == 0 ? start : start - link_delay) && down.at == up.at - link_delay));
    CHECK((up.epoch == down.epoch && up.circuit == down.circuit && up.modes == down.modes));
  }
  for (const std::uint64_t cycle : {1U, 2U}) {
    for (std::uint16_t k = 0; k < 3; ++k)
      chain.herald(k, cycle, bell_index::psi_plus, static_cast<std::uint16_t>(cycle));
    for (std::uint16_t n : {std::uint16_t{1}, std::uint16_t{2}})
      chain.nodes[n].tell(event::measured{chain.asked<action::bell_measure>(n).back().operation, 0});
    chain.carry();
  }
  REQUIRE(reports(chain).size() == 2);
  CHECK(reports(chain)[1].outcome == request_outcome::delivered);
  const auto head = chain.asked<action::deliver>(0), tail = chain.asked<action::deliver>(3);
  REQUIRE((head.size() == 2 && tail.size() == 2));
  for (std::size_t i = 0; i < 2; ++i) CHECK((head[i].name == tail[i].name && head[i].frame == tail[i].frame));
  // The word that the circuit is done stops every batch; the slots come back when the batches and the application are
  // done.
  for (std::size_t n = 0; n <= 3; ++n) {
    node_bench<>& b = chain.nodes[n];
    b.device.advance(1_us);
    b.run();
    CHECK(b.device.all<action::stop>().size() == b.device.all<action::attempt>().size());
    CHECK_FALSE(idle(b));
    for (const action::deliver& d : b.device.all<action::deliver>()) b.tell(event::done{d.operation});
    for (const action::stop& s : b.device.all<action::stop>()) b.tell(event::done{s.operation});
    CHECK(idle(b));
    CHECK(b.counts().acquired == b.counts().delivered + b.counts().consumed + b.counts().discarded);
  }
}

TEST_CASE("route.circuits: a node without room refuses, and says when it has room again") {
  node_bench<> b{2, 1};
  const auto hear = [&](std::uint32_t circuit, std::uint32_t head, auto body) {
    b.circuit = circuit_id{circuit};
    b.device.clear();
    b.hear(head, body);
  };
  hear(7, 0, install_body(3));
  CHECK(only<wire::ready>(b.device).position == 1);
  hear(2U << 12 | 8, 2, install_body(2, 9));
  CHECK(only<wire::refused>(b.device).full == node_id{1});
  CHECK(only<wire::refused>(b.device).hop == 0);
  CHECK(b.device.sent<wire::refused>()[0].to == node_id{2});
  hear(9, 0, install_body(1));  // this one fits
  CHECK(b.device.sent<wire::ready>().size() == 1);
  hear(7, 0, install_body(3));  // doubled on its way: nothing is reserved twice
  CHECK(b.device.performed().empty());
  hear(7, 0, wire::torn_down{0});
  const auto room = b.device.sent<wire::available>();
  REQUIRE(room.size() == 1);
  CHECK((room[0].to == node_id{2} && room[0].circuit == circuit_id{2U << 12 | 8}));
  hear(9, 0, wire::torn_down{0});
  CHECK(b.device.sent<wire::available>().empty());  // nobody waits any more
  CHECK(idle(b));
}

TEST_CASE("route.circuits: the slot that is short is on the named hop") {
  node_bench<> b{2, 1};
  b.tell(event::request{.id = request_id{4}, .peer = node_id{2}});  // its circuit begins here
  b.device.clear();
  b.circuit = circuit_id{8};
  b.hear(0, install_body(2));
  CHECK(only<wire::refused>(b.device).hop == 1);
}

TEST_CASE("route.circuits: a refused head gives everything back and asks again when there is room") {
  node_bench<> head{2, 0};
  head.tell(event::request{request_id{3}, node_id{2}, 5, 0.5});
  const auto asked = head.device.sent<wire::install>();
  REQUIRE(asked.size() == 2);
  CHECK((asked[0].to == node_id{1} && asked[1].to == node_id{2}));
  head.circuit = asked[0].circuit;
  CHECK(head.node.circuit_of(request_id{3}) == head.circuit);
  head.device.clear();
  head.hear(1, wire::refused{0, 0, node_id{1}});
  CHECK(head.device.sent<wire::torn_down>().size() == 2);
  CHECK(head.device.all<action::report>().empty());  // it waits, it is not refused
  CHECK(idle(head));
  head.device.clear();
  head.hear(1, wire::ready{1});  // too late
  head.hear(1, wire::available{});
  for (int i = 0; i < 100 && head.device.sent<wire::install>().empty(); ++i) {
    head.device.wait(head.node.next_deadline());
    head.run();
  }
  const auto again = head.device.sent<wire::install>();
  REQUIRE(again.size() == 2);
  CHECK(again[0].circuit != asked[0].circuit);
  CHECK(head.device.now() < local_time{100_ms});
  CHECK(head.device.all<action::attempt>().empty());
}

TEST_CASE("route.circuits: when the word that there is room is lost, the clock makes the head ask again") {
  node_bench<> head{2, 0};
  head.tell(event::request{request_id{3}, node_id{2}, 5, 0.5});
  head.circuit = head.device.sent<wire::install>().at(0).circuit;
  head.hear(1, wire::refused{0, 0, node_id{1}});
  head.device.clear();
  const local_time due = head.node.next_deadline();
  REQUIRE_FALSE(due.is_never());
  head.device.wait(due);
  head.run();
  CHECK(head.device.sent<wire::install>().size() == 2);
}

TEST_CASE("route.circuits: a second request for the same slots waits for the first") {
  node_bench<> head{1, 0};
  head.tell(event::request{request_id{3}, node_id{1}, 1, 0.5});
  const auto first = head.device.sent<wire::install>();
  REQUIRE(first.size() == 1);
  head.device.clear();
  head.tell(event::request{request_id{4}, node_id{1}, 1, 0.5});
  CHECK(head.device.all<action::report>().at(0).outcome == request_outcome::accepted);
  CHECK(head.device.sent<wire::install>().empty());
  head.circuit = first[0].circuit;
  head.hear(1, wire::ready{1});
  head.herald(head.batch(side::downstream), 4, bell_index::psi_plus);
  for (const action::deliver& d : head.device.all<action::deliver>()) head.tell(event::done{d.operation});
  CHECK(head.device.sent<wire::install>().empty());
  for (const action::stop& s : head.device.all<action::stop>()) head.tell(event::done{s.operation});
  const auto second = head.device.sent<wire::install>();
  REQUIRE(second.size() == 1);
  CHECK(second[0].unpack<wire::install>().request == request_id{4});
}

TEST_CASE("route.circuits: tearing down gives up every half that no operation and no application holds") {
  node_bench<> b{2, 1};
  b.install(2);
  b.start(2);
  const action::attempt up = b.batch(side::upstream), down = b.batch(side::downstream);
  b.herald(up, 1, bell_index::phi_plus, 0);
  b.herald(down, 1, bell_index::phi_plus, 0);
  b.herald(up, 2, bell_index::phi_plus, 1);
  const operation_id running = b.device.all<action::bell_measure>().at(0).operation;
  b.device.clear();
  b.hear(0, wire::torn_down{5});
  CHECK(b.device.all<action::free>().size() == 1);
  CHECK(b.device.all<action::stop>().size() == 2);
  b.tell(event::heralded{up.operation, slot_id{1}, 99, bell_index::phi_plus, b.device.now()});  // was under way
  CHECK(b.device.all<action::free>().size() == 2);
  b.tell(event::done{up.operation});
  b.tell(event::done{down.operation});
  CHECK_FALSE(idle(b));
  b.tell(event::measured{running, 2});
  CHECK(b.device.sent<wire::swapped>().empty());
  CHECK(idle(b));
}

TEST_CASE("route.circuits: an id that has come round is refused, and the head told to take another") {
  node_bench<> b{2, 1};
  b.install();
  b.hear(0, wire::torn_down{});
  REQUIRE(idle(b));
  b.device.clear();
  b.install();
  CHECK(only<wire::refused>(b.device).unsupported == 0);
  CHECK(b.device.sent<wire::available>().size() == 1);
  b.circuit = circuit_id{8};
  b.install();
  CHECK(b.device.sent<wire::ready>().size() == 1);
  // For want of room it is refused but once, and hears of room when there is some.
  b.device.clear();
  b.circuit = circuit_id{9};
  for (int i = 0; i < 2; ++i) b.hear(0, install_body(4));
  CHECK(only<wire::refused>(b.device).full == node_id{1});
  CHECK(b.device.sent<wire::available>().empty());
}

TEST_CASE("route.circuits: a head asks for the next id at once, and leaves out those in use") {
  node_bench<> b{2, 0, [] {
                   options<default_profile> o;
                   o.route.width = 1;
                   return o;
                 }()};
  const auto last = [&b] { return b.device.sent<wire::install>().back().circuit; };
  b.tell(event::request{.id = request_id{1}, .peer = node_id{2}, .pairs = 1'000'000});
  const circuit_id first = b.circuit = last();
  b.hear(1, wire::ready{1});
  b.hear(2, wire::ready{2});
  b.tell(event::request{.id = request_id{2}, .peer = node_id{2}});
  std::uint32_t before = first.value();
  for (int i = 0; i < 4'200; ++i) {
    b.circuit = last();
    REQUIRE(b.circuit != first);
    REQUIRE(b.circuit.value() - before <= 2);
    before = b.circuit.value() == 0xfffU ? ~std::uint32_t{0} : b.circuit.value();
    const local_time asked = b.device.now();
    b.hear(2, wire::refused{.hop = 1, .unsupported = 0, .full = node_id{2}});
    b.hear(2, wire::available{});
    while (last() == b.circuit) {
      b.device.wait(b.node.next_deadline());
      b.run();
    }
    REQUIRE(b.device.now() < asked + 20_ms);
  }
}

TEST_CASE(
    "route.circuits: where a single link that distils breaks, the head is told of halves that it names in vain") {
  struct distilling : default_profile {
    using purify = ebit::purify::dejmps;
  };
  node_bench<distilling> b{1, 1};
  b.install(2, 1);
  b.start(2);
  const action::attempt made = b.batch(side::upstream);
  b.herald(made, 3);
  REQUIRE(b.node.table().held() == 1);
  b.device.clear();
  b.tell(event::path_down{port_id{0}, path_id{0}});
  CHECK(b.node.table().held() == 0);
  CHECK(b.device.sent<wire::expired>().empty());  // the head speaks of every pair it delivers
  wire::delivered word;
  word.half_sequence = word.name_sequence = 6;
  word.half_epoch = word.name_epoch = made.epoch;
  word.name_path = path_id{0};
  word.request = request_id{3};
  word.asked_by = node_id{0};
  b.hear(0, word);
  CHECK(only<wire::expired>(b.device).half_sequence == 6);
}
