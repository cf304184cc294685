// SPDX-License-Identifier: Apache-2.0
#include <ebit/swap/undecided_swaps.hpp>

#include "../support/catch.hpp"

using namespace ebit;

namespace {

swap::undecided_swap of(circuit_id circuit, std::uint16_t index, std::uint64_t sequence) {
  swap::undecided_swap s;
  s.circuit = circuit;
  for (std::size_t i = 0; i < 2; ++i) {
    s.joined[i].circuit = index;
    s.joined[i].undecided = true;
    s.joined[i].local = {path_id{0}, 5, sequence + i};
  }
  s.deadline = local_time{duration::picoseconds(static_cast<std::int64_t>(1'000 - sequence))};
  return s;
}
wire::distilled about(std::uint64_t sequence, side facing) {
  return {.keep_sequence = sequence, .keep_epoch = 5, .facing = static_cast<std::uint8_t>(facing)};
}

}  // namespace

TEST_CASE("undecided_swaps: finds the join by circuit, side and name, while that side is undecided", "[swap]") {
  swap::undecided_swaps all;
  all.add(of(circuit_id{1}, 0, 10), 4);
  all.add(of(circuit_id{2}, 1, 20), 4);
  CHECK(all.find(0, about(10, side::upstream)) == 0);
  CHECK(all.find(0, about(11, side::downstream)) == 0);
  CHECK(all.find(1, about(20, side::upstream)) == 1);
  CHECK(all.find(1, about(10, side::upstream)) == all.size());    // another circuit
  CHECK(all.find(0, about(10, side::downstream)) == all.size());  // the other side
  CHECK_FALSE(all[0].is_decided());
  all[0].joined[0].undecided = false;
  CHECK(all.find(0, about(10, side::upstream)) == all.size());
  all[0].joined[1].undecided = false;
  CHECK(all[0].is_decided());
  CHECK(all.next_deadline() == local_time{duration::picoseconds(980)});
  all.remove(1);
  CHECK(all.next_deadline() == local_time{duration::picoseconds(990)});
}

TEST_CASE("undecided_swaps: those of circuits that have ended, or of ones that took their place, are forgotten",
          "[swap]") {
  circuit_table circuits;
  for (const std::uint32_t id : {1U, 2U, 3U}) circuits[circuits.open(circuit_id{id})].state = circuit::phase::active;
  circuits[1].state = circuit::phase::closing;
  circuits[2].id = circuit_id{9};
  swap::undecided_swaps all;
  for (std::uint16_t i = 0; i < 3; ++i) all.add(of(circuit_id{i + 1U}, i, 10U * i), 4);
  all.prune(circuits);
  REQUIRE(all.size() == 1);
  CHECK(all[0].circuit == circuit_id{1});
}
