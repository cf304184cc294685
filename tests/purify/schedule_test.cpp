// SPDX-License-Identifier: Apache-2.0
#include <ebit/purify/schedule.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include <ebit/purify/code_step.hpp>
#include <ebit/purify/codes.hpp>
#include <ebit/purify/pumping.hpp>

#include <quantum/referee.hpp>
#include <support/catch.hpp>

using namespace ebit;
using purify::schedule;
using purify::schedule_outcome;
using purify::two_to_one;

namespace {

constexpr std::uint64_t seed = 20260106;
random_stream fresh(std::uint64_t entity) { return {seed, random_purpose::user, entity}; }
constexpr two_to_one deutsch = two_to_one::by_dejmps();
constexpr two_to_one bennett = two_to_one::by_bbpssw();

/// A random tree of steps of all kinds.
schedule any_schedule(random_stream& stream, int depth) {
  const std::uint64_t kind = depth == 0 ? 0 : sample::below(stream, 5);
  const auto below = [&] { return any_schedule(stream, depth - 1); };
  switch (kind) {
    case 0: return {};
    case 1: {
      const distil_recipe recipe{referee::any_rotation(stream), referee::any_rotation(stream)};
      const schedule keep = below(), spent = below();
      return schedule::of(two_to_one{recipe, false}, keep, spent);
    }
    case 2: {
      const schedule keep = below(), spent = below();
      return schedule::of(bennett, keep, spent);
    }
    case 3: {
      const schedule keep = below(), first = below(), second = below();
      return schedule::of(purify::double_selection{}, keep, first, second);
    }
    default: {
      const schedule left = below(), right = below();
      return schedule::of(purify::connection{2, 0.7}, left, right);
    }
  }
}

/// One try at making a pair: how many raw pairs it took until it worked, restarting what failed.
std::uint64_t raw_pairs_of_a_try(std::span<const schedule::element> elements, const bell_diagonal& raw,
                                 random_stream& stream) {
  // Walks the tree from its root, the last element; `made` are the states that a branch is known to make.
  struct walker {
    std::span<const schedule::element> all;
    const bell_diagonal& raw;
    random_stream& stream;
    std::uint64_t spent = 0;

    bell_diagonal make(std::size_t& at) {
      const std::size_t here = at;
      return std::visit(
          [&](const auto& step) -> bell_diagonal {
            if constexpr (requires { step.inputs(); }) {
              for (;;) {
                at = here;
                std::vector<bell_diagonal> states(step.inputs());
                for (std::size_t i = step.inputs(); i-- > 0;) {
                  --at;
                  states[i] = make(at);
                }
                const auto kept = step.kept(states, {});
                if (sample::bernoulli(stream, kept.probability)) return kept.state;
              }
            } else {
              ++spent;
              return raw;
            }
          },
          all[here]);
    }
  };
  walker w{elements, raw, stream};
  std::size_t at = elements.size() - 1;
  (void)w.make(at);
  return w.spent;
}

/// A block code for two pairs: keeps both if their bits agree; each by itself is what the other is.
struct repetition {
  [[nodiscard]] static std::size_t inputs() { return 3; }
  [[nodiscard]] static std::size_t outputs() { return 2; }
  [[nodiscard]] static branch<bell_diagonal> kept(std::span<const bell_diagonal> pairs, const gate_noise&) {
    return {pairs[0], 0.5};
  }
  friend bool operator==(repetition, repetition) = default;
};

}  // namespace

TEST_CASE("schedule: a raw pair costs itself", "[purify]") {
  const schedule_outcome out = schedule{}.evaluate(bell_diagonal::werner(0.7));
  CHECK((out.state == bell_diagonal::werner(0.7) && out.success == 1 && out.expected_pairs == 1 && out.pairs == 1));
  CHECK((out.depth == 0 && out.memory == 1));
}

TEST_CASE("schedule: recurrence and pumping are the policies' rounds, with their slots and depth", "[purify]") {
  auto stream = fresh(1);
  for (int i = 0; i < 60; ++i) {
    const bell_diagonal raw = bell_diagonal::werner(0.6 + 0.4 * sample::uniform(stream));
    gate_noise noise = referee::any_gate_noise(stream);
    noise.two_qubit *= 0.2;
    const auto rounds = static_cast<std::uint8_t>(sample::below(stream, 5));
    const auto level = schedule::recurrence(deutsch, rounds).evaluate(raw, noise);
    const auto policy = purify::after_rounds(purify::dejmps{.rounds = rounds}, raw, noise);
    CHECK(level.state == policy.state);
    CHECK(std::abs(level.expected_pairs / policy.expected_pairs - 1) < 1e-12);
    CHECK((level.pairs == 1U << rounds && level.depth == rounds && level.memory == rounds + 1U));
    const auto twirled = schedule::recurrence(bennett, rounds).evaluate(raw, noise);
    CHECK(twirled.state == purify::after_rounds(purify::bbpssw{.rounds = rounds}, raw, noise).state);
    const auto pumped = schedule::pumped(deutsch, rounds).evaluate(raw, noise);
    const auto pump = purify::after_rounds(purify::pumping<>{.rounds = rounds}, raw, noise);
    CHECK(pumped.state == pump.state);
    CHECK(std::abs(pumped.expected_pairs / pump.expected_pairs - 1) < 1e-12);
    CHECK((pumped.pairs == rounds + 1U && pumped.depth == rounds && pumped.memory == (rounds > 0 ? 2U : 1U)));
  }
}

TEST_CASE("schedule: what is left agrees with gates on density matrices, the success with their traces", "[purify]") {
  auto stream = fresh(2);
  for (int i = 0; i < 40; ++i) {
    const bell_diagonal raw = referee::any_bell_diagonal(stream);
    const gate_noise noise = referee::any_gate_noise(stream);
    const distil_recipe inner{referee::any_rotation(stream), referee::any_rotation(stream)};
    const distil_recipe outer{referee::any_rotation(stream), referee::any_rotation(stream)};
    const schedule two = schedule::of(two_to_one{inner}, schedule{}, schedule{});
    const auto out = schedule::of(two_to_one{outer}, two, schedule{}).evaluate(raw, noise);
    const referee::pair bare = referee::pair::from(raw);
    const auto first = referee::distil_parity(bare, bare, inner, false, noise);
    const auto both = referee::distil_parity(first, bare, outer, false, noise);
    CHECK(std::abs(out.success - both.trace()) < 1e-12);
    if (both.trace() > 1e-6) CHECK(referee::distance(referee::pair::from(out.state), both.normalised()) < 1e-9);
  }
}

TEST_CASE("schedule: expected raw pairs are the mean of tries that restart what failed", "[purify]") {
  auto stream = fresh(3);
  const bell_diagonal raw = bell_diagonal::werner(0.8);
  int checked = 0;
  for (int i = 0; checked < 12; ++i) {
    const schedule s = any_schedule(stream, 3);
    const auto expected = s.evaluate(raw);
    if (expected.pairs < 3 || expected.expected_pairs > 60) continue;
    ++checked;
    constexpr int runs = 20000;
    double sum = 0, squares = 0;
    for (int r = 0; r < runs; ++r) {
      const auto n = static_cast<double>(raw_pairs_of_a_try(s.elements(), raw, stream));
      sum += n;
      squares += n * n;
    }
    const double mean = sum / runs, error = std::sqrt((squares / runs - mean * mean) / runs);
    CAPTURE(seed, i, mean, error, expected.expected_pairs);
    CHECK(std::abs(mean - expected.expected_pairs) < 4.5 * error + 1e-9);
    CHECK((expected.success > 0 && expected.success <= 1));
    CHECK(expected.memory <= expected.pairs);
  }
}

TEST_CASE("schedule: slots are enough in the best order of branches, and fewer are not", "[purify]") {
  // By trying all orders in which the branches of every step can be made.
  struct by_trial {
    static std::uint32_t slots(std::span<const schedule::element> all, std::size_t& at) {
      const std::size_t here = at;
      return std::visit(
          [&](const auto& step) -> std::uint32_t {
            if constexpr (requires { step.inputs(); }) {
              std::vector<std::uint32_t> needs;
              for (std::size_t i = 0; i < step.inputs(); ++i) {
                --at;
                needs.push_back(slots(all, at));
              }
              std::sort(needs.begin(), needs.end());
              std::uint32_t best = 1000;
              do {
                std::uint32_t held = 0, most = 0;
                for (const std::uint32_t n : needs) most = std::max(most, n + held++);
                best = std::min(best, most);
              } while (std::next_permutation(needs.begin(), needs.end()));
              if constexpr (requires { step.segments; }) return needs.back();
              return best;
            } else {
              return 1;
            }
          },
          all[here]);
    }
  };
  auto stream = fresh(4);
  for (int i = 0; i < 300; ++i) {
    const schedule s = any_schedule(stream, 4);
    std::size_t at = s.elements().size() - 1;
    CHECK(s.evaluate(bell_diagonal::werner(0.9)).memory == by_trial::slots(s.elements(), at));
  }
}

TEST_CASE("schedule: nested purification costs L^(log M / log l + 1) elementary pairs", "[purify]") {
  const schedule purification = schedule::recurrence(deutsch, 2);  // M = 4
  for (unsigned levels = 1; levels <= 3; ++levels)
    for (const std::uint16_t links : {std::uint16_t{2}, std::uint16_t{3}}) {
      const auto out =
          schedule::nested({.segments = links}, purification, levels).evaluate(bell_diagonal::werner(0.97));
      const double length = std::pow(links, levels);
      CHECK(std::abs(static_cast<double>(out.pairs) - std::pow(length, std::log(4.0) / std::log(links) + 1)) < 1e-6);
      CHECK(out.depth == levels * 3);
      CHECK(out.memory == 1 + 2 * levels);
      CHECK(out.expected_pairs > static_cast<double>(out.pairs));
      CHECK(out.fidelity() > 0.97);
    }
  // Joined by hand.
  const bell_diagonal raw = bell_diagonal::werner(0.9);
  const gate_noise noise{.two_qubit = 0.02, .read_out = 0.01};
  const auto joined = schedule::alike(purify::connection{3, 0.5}, schedule{}).evaluate(raw, noise);
  CHECK(joined.state == bell_diagonal::joined(bell_diagonal::joined(raw, raw, noise), raw, noise));
  CHECK((joined.success == 0.25 && joined.expected_pairs == 12 && joined.memory == 1));
}

TEST_CASE("schedule: other steps, also those that make several pairs, need no change of the schedule", "[purify]") {
  using with_code = purify::basic_schedule<two_to_one, repetition>;
  const with_code coded = with_code::alike(repetition{}, with_code{});
  CHECK((coded == with_code::alike(repetition{}, {}) && coded != with_code{}));
  const auto out = with_code::of(deutsch, coded, with_code{}).evaluate(bell_diagonal::werner(0.9));
  const double p = deutsch.kept(std::vector<bell_diagonal>(2, bell_diagonal::werner(0.9)), {}).probability;
  CHECK(std::abs(out.expected_pairs - (3 / (0.5 * 2) + 1) / p) < 1e-12);
  CHECK((out.pairs == 4 && out.memory == 3 && out.depth == 2));
}

TEST_CASE("schedule: block codes are steps, alone and on distilled pairs", "[purify]") {
  using purify::code_step;
  using purify::coded_schedule;
  const bell_diagonal raw = bell_diagonal::werner(0.9);
  const code_step five{purify::codes::five_qubit()};
  const auto alone = coded_schedule::alike(five, coded_schedule{}).evaluate(raw);
  CHECK(std::abs(alone.success - 0.591407407) < 1e-9);
  CHECK(std::abs(alone.fidelity() - 0.998476954) < 1e-9);
  CHECK(std::abs(alone.expected_pairs - 5 / alone.success) < 1e-12);
  CHECK((alone.pairs == 5 && alone.memory == 5 && alone.depth == 1));
  const auto both = coded_schedule::alike(five, coded_schedule::recurrence(deutsch, 1)).evaluate(raw);
  CHECK(both.fidelity() > alone.fidelity());
  CHECK((both.pairs == 10 && both.memory == 6 && both.depth == 2));
  // Two of four pairs are left: each costs half of a block.
  const code_step four{purify::codes::even(4)};
  const auto two = coded_schedule::alike(four, coded_schedule{}).evaluate(raw);
  CHECK(std::abs(two.expected_pairs - 2 / two.success) < 1e-12);
  CHECK(four != code_step{purify::codes::even(4), purify::syndrome_use::detect, 1});
  const status third = code_step{purify::codes::even(4), purify::syndrome_use::detect, 2}.validate();
  REQUIRE(!third);
  CHECK(third.error() == config_error{"code_step.output", "2", "0 to 1"});
}

TEST_CASE("schedule: equal values, substitution, hopeless steps and refusals", "[purify]") {
  const schedule two = schedule::recurrence(deutsch, 1);
  CHECK(two.on(two) == schedule::recurrence(deutsch, 2));
  CHECK(schedule::pumped(deutsch, 2) != schedule::recurrence(deutsch, 2));
  CHECK(schedule::pumped(deutsch, 1) == two);
  const auto never = schedule::alike(purify::connection{2, 0}, schedule{}).evaluate({});
  CHECK((never.success == 0 && never.expected_pairs == std::numeric_limits<double>::infinity()));
  CHECK(purify::connection{}.validate());
  const status none = purify::connection{0}.validate(), odd = purify::connection{2, std::nan("")}.validate();
  REQUIRE((!none && !odd));
  CHECK(none.error() == config_error{"connection.segments", "0", "1 to 65535"});
  CHECK((odd.error().what == "connection.swap_success" && odd.error().allowed == "0 to 1"));
}
