// SPDX-License-Identifier: Apache-2.0
#include "../support/catch.hpp"

#include <array>
#include <cstdlib>
#include <vector>

#include <ebit/quantum/adaptive_state.hpp>
#include <ebit/quantum/sampled_bell.hpp>
#include <ebit/sim/world.hpp>

using namespace ebit;

namespace {

constexpr pair_id name{path_id{0}, 0, 0};

/// Two pairs between slots 0, 1 at one node and 2, 3 at another, the first with the second.
template <class State>
void create_two(sim::world<State>& world) {
  const State perfect = [] {
    random_stream unused;
    return State::from(bell_diagonal::pure(bell_index::phi_plus), unused);
  }();
  world.create(perfect, 0, {}, 2, {});
  world.create(perfect, 1, {}, 3, {});
}

}  // namespace

TEST_CASE("sim.world: a pair whose distillation is not completed is white noise, its partner too and apart from it") {
  random_stream stream{5, random_purpose::user, 1};
  std::array<int, 16> seen{};
  constexpr int runs = 4000;
  for (int i = 0; i < runs; ++i) {
    sim::world<sampled_bell> world{std::vector<memory_noise>(4)};
    create_two(world);
    stream.at(0, static_cast<std::uint64_t>(i));
    static_cast<void>(world.distil(0, 1, {}, half::a, {}, {}, stream));
    // The other end keeps what was to be spent: it chose the other way round.
    static_cast<void>(world.distil(3, 2, {}, half::b, {}, {}, stream));
    world.drop(3);
    sim::world<sampled_bell> other{std::vector<memory_noise>(4)};
    create_two(other);
    static_cast<void>(other.distil(0, 1, {}, half::a, {}, {}, stream));
    sim::delivered_pair first;
    CHECK_FALSE(other.take(0, 0, name, {}, {}, stream, first));
    REQUIRE(other.take(2, 0, name, {}, {}, stream, first));
    CHECK(other.ledger().mismatched == 1);
    seen[first.fidelity > 0.5 ? 0 : 1] += 1;
  }
  // A quarter of white noise is the wanted state: 1000 ± 27.
  CHECK(std::abs(seen[0] - runs / 4) < 5 * 27);
}

TEST_CASE("sim.world: records of pairs come back however a distillation ends") {
  random_stream stream{6, random_purpose::user, 2};
  sim::world<adaptive_state> world{std::vector<memory_noise>(4)};
  const auto records = [&world] { return world.records(); };
  for (int i = 0; i < 100; ++i) {
    stream.at(0, static_cast<std::uint64_t>(i));
    create_two(world);
    switch (i % 5) {
      case 0:  // completed
        static_cast<void>(world.distil(0, 1, {}, half::a, {}, {}, stream));
        static_cast<void>(world.distil(2, 3, {}, half::b, {}, {}, stream));
        break;
      case 1:  // the far half of the sacrifice is gone before the first act
        world.drop(3);
        static_cast<void>(world.distil(0, 1, {}, half::a, {}, {}, stream));
        break;
      case 2:  // it goes after the first act
        static_cast<void>(world.distil(0, 1, {}, half::a, {}, {}, stream));
        world.drop(3);
        break;
      case 3:  // the kept half goes after the first act
        static_cast<void>(world.distil(0, 1, {}, half::a, {}, {}, stream));
        world.drop(0);
        world.drop(2);
        break;
      default:  // the second end follows another recipe
        static_cast<void>(world.distil(0, 1, {}, half::a, {}, {}, stream));
        static_cast<void>(world.distil(2, 3, {bell_permutation::half_x_rotation(), {}}, half::b, {}, {}, stream));
        break;
    }
    for (std::uint32_t slot = 0; slot < 4; ++slot) world.drop(slot);
    CHECK(records() == 0);
  }
  CHECK(world.capacity() == 2);
}

TEST_CASE("sim.world: a kept half may be swapped or taken before the other end has acted, which changes nothing") {
  const bell_diagonal noisy{0.85, 0.06, 0.05, 0.04};
  const distil_recipe recipe{bell_permutation::half_x_rotation(), bell_permutation::half_x_rotation()};
  const gate_noise noise{.two_qubit = 0.01, .one_qubit = 0, .read_out = 0.02};
  enum class order { acts_first, swap_first, both_swap_first, taken_first };
  // The best fidelity there is, by whether the bits are equal, and how often they are.
  struct seen {
    std::array<double, 2> fidelity{};
    int equal = 0;
  };
  const auto run = [&](order o, bool turned, std::uint64_t draw) {
    random_stream stream{8, random_purpose::user, draw};
    sim::world<bell_diagonal> world{std::vector<memory_noise>(8)};
    seen all;
    for (std::uint64_t i = 0; i < 400; ++i) {
      stream.at(0, i);
      for (std::uint32_t slot : {0U, 1U})  // between 0, 1 here and 2, 3 there
        turned ? world.create(noisy, slot + 2, {}, slot, {}) : world.create(noisy, slot, {}, slot + 2, {});
      world.create(bell_diagonal::pure(bell_index::phi_plus), 4, {}, 5, {});
      world.create(bell_diagonal::pure(bell_index::phi_plus), 6, {}, 7, {});
      const bool first = world.distil(2, 3, recipe, half::b, {}, noise, stream);
      bool second = false;
      const auto act = [&] { second = world.distil(0, 1, recipe, half::a, {}, noise, stream); };
      sim::delivered_pair given;
      if (o == order::acts_first) act();
      if (o == order::taken_first) {
        CHECK_FALSE(world.take(2, 0, name, {}, {}, stream, given));
        act();
      } else {
        static_cast<void>(world.bell_measure(2, 4, {}, {}, stream));
        if (o == order::both_swap_first) static_cast<void>(world.bell_measure(6, 5, {}, {}, stream));
        if (o != order::acts_first) act();
      }
      double best = 0;
      for (const bell_index b :
           {bell_index::phi_plus, bell_index::phi_minus, bell_index::psi_plus, bell_index::psi_minus})
        best = std::max(best, world.look(0, {}, stream).fidelity(b));
      all.fidelity[first == second ? 1 : 0] = best;
      all.equal += first == second ? 1 : 0;
      for (std::uint32_t slot = 0; slot < 8; ++slot) world.drop(slot);
      if (o == order::taken_first) CHECK(world.ledger().orphaned == i + 1);
      REQUIRE(world.records() == 0);
    }
    CHECK(world.ledger().mismatched == 0);
    return all;
  };
  const seen usual = run(order::acts_first, false, 1);
  CHECK(usual.fidelity[1] > 0.88);
  for (const bool turned : {false, true})
    for (const order o : {order::swap_first, order::both_swap_first, order::taken_first}) {
      const seen early = run(o, turned, 2);
      for (const std::size_t bits : {0U, 1U}) CHECK(std::abs(early.fidelity[bits] - usual.fidelity[bits]) < 1e-12);
      CHECK(std::abs(early.equal - usual.equal) < 5 * 12);  // of 400, each ± 7
    }
}

TEST_CASE("sim.world: an end that does not do what was foreseen of it spoils the pair, whoever has it by then") {
  random_stream stream{9, random_purpose::user, 1};
  sim::world<bell_diagonal> world{std::vector<memory_noise>(6)};
  for (std::uint64_t way = 0; way < 60; ++way) {
    stream.at(0, way);
    create_two(world);
    world.create(bell_diagonal::pure(bell_index::phi_plus), 4, {}, 5, {});
    static_cast<void>(world.distil(2, 3, {}, half::b, {}, {}, stream));
    static_cast<void>(world.bell_measure(2, 4, {}, {}, stream));
    CHECK(world.partner(0) == 5);
    const std::uint64_t before = world.ledger().mismatched;
    sim::delivered_pair given;
    switch (way % 6) {
      case 0: world.drop(1); break;
      case 1:
        static_cast<void>(world.distil(0, 1, {bell_permutation::half_x_rotation(), {}}, half::a, {}, {}, stream));
        break;
      case 2: static_cast<void>(world.distil(1, 0, {}, half::a, {}, {}, stream)); break;
      case 3: static_cast<void>(world.measure(1, basis::z, {}, {}, stream)); break;
      case 4: CHECK_FALSE(world.take(0, 0, name, {}, {}, stream, given)); break;
      default: world.drop(0);
    }
    CHECK(world.ledger().mismatched == before + (way % 6 == 0 || way % 6 == 5 ? 0 : 1));
    if (world.holds(5)) CHECK(std::abs(world.look(5, {}, stream).fidelity(bell_index::phi_plus) - 0.25) < 1e-12);
    for (std::uint32_t slot = 0; slot < 6; ++slot) world.drop(slot);
    CHECK(world.records() == 0);
  }
}

TEST_CASE("sim.world: operations on a half that was measured do nothing but count, and records come back") {
  random_stream stream{7, random_purpose::user, 3};
  sim::world<bell_diagonal> world{std::vector<memory_noise>(6)};
  auto expect = [&world, before = std::uint64_t{0}](std::uint64_t more) mutable {
    before += more;
    CHECK(world.ledger().empty_operations == before);
  };
  const auto two_pairs = [&world] {
    for (std::uint32_t slot = 0; slot < 6; ++slot) world.drop(slot);
    CHECK(world.records() == 0);
    create_two(world);
  };
  for (std::uint64_t i = 0; i < 50; ++i) {
    stream.at(0, i);
    two_pairs();
    const bool bit = world.measure(0, basis::x, {}, {}, stream);
    expect(0);
    static_cast<void>(world.measure(0, basis::z, {}, {}, stream));  // read before
    expect(1);
    CHECK(world.reading(0) == sim::delivered_end{true, basis::x, bit});
    static_cast<void>(world.measure(4, basis::z, {}, {}, stream));  // empty
    expect(1);
    static_cast<void>(world.bell_measure(0, 1, {}, {}, stream));
    expect(1);
    CHECK((!world.holds(0) && !world.holds(1)));
    two_pairs();
    static_cast<void>(world.measure(1, basis::x, {}, {}, stream));
    static_cast<void>(world.distil(0, 1, {}, half::a, {}, {}, stream));
    expect(1);
    CHECK((world.holds(0) && !world.holds(1)));
    two_pairs();
    static_cast<void>(world.measure(0, basis::x, {}, {}, stream));
    static_cast<void>(world.distil(0, 1, {}, half::a, {}, {}, stream));
    expect(1);
    // The other end begins what this one cannot complete: its pair is of no use, which shows when it is taken.
    two_pairs();
    static_cast<void>(world.measure(0, basis::x, {}, {}, stream));
    static_cast<void>(world.distil(2, 3, {}, half::b, {}, {}, stream));
    const std::uint64_t mismatched = world.ledger().mismatched;
    sim::delivered_pair pair;
    CHECK_FALSE(world.take(0, 0, name, {}, {}, stream, pair));
    REQUIRE(world.take(2, 0, name, {}, {}, stream, pair));
    CHECK(world.ledger().mismatched == mismatched + 1);
    CHECK(std::abs(pair.fidelity - 0.5) < 1e-12);
    // A test round: both ends read and give up what is left, one after the other.
    two_pairs();
    const bool here = world.measure(0, basis::y, {}, {}, stream);
    world.drop(0);
    CHECK(world.measure(2, basis::y, {}, {}, stream) != here);
    world.drop(2);
    world.lose(1);
    world.lose(1);
    world.lose(3);
    CHECK(world.ledger().crashed == 2 * (i + 1));
    CHECK(world.records() == 0);
  }
  CHECK(world.capacity() == 2);
}

TEST_CASE("sim.world: a half that is moved ages in either memory for as long as it was there, and suffers the move") {
  const auto at = [](double seconds) { return world_time{duration::seconds(seconds)}; };
  const memory_noise made{duration::seconds(1e-3), duration::seconds(5e-4)};
  const memory_noise kept{duration::seconds(2e-2), duration::seconds(1e-2)};
  random_stream stream{7, random_purpose::user, 3};
  const auto run = [&]<class State>(const State& state) {
    // Slots 0 and 1 at one node, of which 1 is its buffer; slot 2 at the other, ideal.
    sim::world<State> world{{made, kept, {}}};
    world.create(state, 0, at(0), 2, at(0));
    world.move(0, 1, at(1e-4), 0.02, stream);
    CHECK((!world.holds(0) && world.holds(1) && world.partner(2) == 1));
    world.move(0, 1, at(1e-4), 0.02, stream);  // there is nothing to move, and no room
    CHECK(world.ledger().empty_operations == 1);
    return world.look(2, at(3e-3), stream);
  };
  const memory_decay before = made.over(duration::seconds(1e-4)), after = kept.over(duration::seconds(2.9e-3));
  const bell_diagonal first{0.9, 0.05, 0.03, 0.02};
  const bell_diagonal expected = first.aged(before).whitened(0.02).aged(after);
  const x_state exact = x_state{first}.aged(half::a, before).whitened(half::a, 0.02).aged(half::a, after);
  for (const bell_index label : {bell_index::phi_plus, bell_index::psi_minus}) {
    CHECK(run(first).fidelity(label) == Approx(expected.fidelity(label)).margin(1e-12));
    CHECK(run(x_state{first}).fidelity(label) == Approx(exact.fidelity(label)).margin(1e-12));
  }
}
