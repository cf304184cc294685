// SPDX-License-Identifier: Apache-2.0
#include <ebit/quantum/adaptive_state.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <type_traits>

#include <support/calibration.hpp>
#include <support/catch.hpp>
#include "dense_pair.hpp"

using namespace ebit;
using namespace ebit::literals;
using referee::dense;

namespace {

constexpr std::uint64_t seed = 20240605;
random_stream fresh(std::uint64_t entity) { return {seed, random_purpose::user, entity}; }

static_assert(ensemble_state<adaptive_state> && std::is_trivially_copyable_v<adaptive_state>);
static_assert(adaptive_state{}.fidelity(bell_index::phi_plus) == 1);
static_assert(ensemble_state<two_qubit_state> && std::is_trivially_copyable_v<two_qubit_state>);

constexpr auto diagonal = representation::bell_diagonal, x = representation::x_state,
               general = representation::two_qubit_state;
const memory_noise relaxing{.t1 = 1_s, .t2 = 1_s}, dephasing{.t2 = 1_s};

/// The same history of four pairs, once adaptive and once on density matrices.
struct history {
  std::array<adaptive_state, 4> fast{};
  std::array<referee::pair, 4> slow{};
  double worst = 0;
  ebit_test::calibration outcomes;
  int generals = 0;

  void renew(std::size_t i, random_stream& stream) {
    switch (sample::below(stream, 3)) {
      case 0: fast[i] = adaptive_state::from(referee::any_bell_diagonal(stream)); break;
      case 1: fast[i] = adaptive_state::from(referee::any_x_state(stream)); break;
      default: fast[i] = adaptive_state{referee::any_two_qubit_state(stream)}; break;
    }
    slow[i] = dense(fast[i]);
  }
  void compare(std::size_t i) {
    worst = std::max(worst, referee::distance(dense(fast[i]), slow[i]));
    generals += fast[i].kind() == general;
  }
  void step(random_stream& stream) {
    const std::size_t i = sample::below(stream, 4), j = (i + 1 + sample::below(stream, 3)) % 4;
    const half which = referee::any_bit(stream) ? half::a : half::b;
    const std::size_t qubit = which == half::a ? 0 : 1;
    const gate_noise noise = referee::any_gate_noise(stream);
    switch (sample::below(stream, 8)) {
      case 0:
      case 1: {
        const memory_noise memory = referee::any_memory_noise(stream);
        const duration elapsed = referee::any_time(stream) / 10;
        fast[i].age(which, elapsed, memory, stream);
        slow[i].age(elapsed, memory, qubit);
        break;
      }
      case 2: {
        const double angle = 8 * sample::uniform(stream) - 4;
        fast[i] = fast[i].phased(which, angle);
        slow[i].apply(gates::phase(angle), qubit);
        break;
      }
      case 3: {
        const double p = 0.2 * sample::uniform(stream);
        fast[i] = fast[i].whitened(which, p);
        slow[i].white_noise(p, qubit);
        break;
      }
      case 4: {
        const pauli_frame frame{referee::any_label(stream)};
        fast[i].correct(frame);
        slow[i].correct(frame, 1);
        fast[j] = exchanged(fast[j]);
        slow[j] = referee::exchanged(slow[j]);
        break;
      }
      case 5: {
        const auto out = adaptive_state::swap(fast[i], fast[j], noise, stream);
        const auto all = referee::swap(slow[i], slow[j], out.outcome, noise);
        outcomes.add(out.outcome == bell_index::phi_plus,
                     referee::swap(slow[i], slow[j], bell_index::phi_plus, noise).trace());
        fast[i] = out.state;
        slow[i] = all.normalised();
        renew(j, stream);
        break;
      }
      default: {
        const distil_recipe recipe{referee::any_rotation(stream), referee::any_rotation(stream)};
        const half other = which == half::a ? half::b : half::a;
        const bool first = distil_first(fast[i], fast[j], recipe, which, noise, stream);
        const auto kept = distil_second(fast[i], fast[j], recipe, which, first, noise, stream);
        const auto given = [&](bool bit) {
          return other == half::b ? referee::distil(slow[i], slow[j], recipe, first, bit, noise)
                                  : referee::distil(slow[i], slow[j], recipe, bit, first, noise);
        };
        const double set = given(true).trace();
        outcomes.add(kept.bit, set / (set + given(false).trace()));
        fast[i] = kept.state;
        slow[i] = given(kept.bit).normalised();
        renew(j, stream);
        break;
      }
    }
    compare(i);
    compare(j);
  }
};

}  // namespace

TEST_CASE("adaptive_state: any history of any operations is that of the density matrix", "[quantum]") {
  auto stream = fresh(1);
  double worst = 0;
  ebit_test::calibration outcomes;
  int generals = 0;
  for (int run = 0; run < 400; ++run) {
    history h;
    h.outcomes = outcomes;
    for (std::size_t i = 0; i < 4; ++i) h.renew(i, stream);
    for (int step = 0; step < 25; ++step) h.step(stream);
    worst = std::max(worst, h.worst);
    outcomes = h.outcomes;
    generals += h.generals;
  }
  CAPTURE(seed);
  CHECK(worst < 1e-12);
  CHECK(outcomes.worst() < 5);
  CHECK(generals > 1000);
}

TEST_CASE("adaptive_state: a Pauli-only history never promotes and is bell_diagonal to the bit", "[quantum]") {
  auto stream = fresh(2);
  for (int run = 0; run < 200; ++run) {
    bell_diagonal plain[2];
    adaptive_state fast[2];
    for (int i = 0; i < 2; ++i) fast[i] = adaptive_state{plain[i] = referee::any_bell_diagonal(stream)};
    for (int step = 0; step < 20; ++step) {
      const std::size_t i = sample::below(stream, 2);
      const gate_noise noise = referee::any_gate_noise(stream);
      switch (sample::below(stream, 5)) {
        case 0: {
          const memory_noise memory{.t2 = referee::any_time(stream)};
          const duration elapsed = referee::any_time(stream);
          fast[i].age(half::a, elapsed, memory, stream);
          plain[i] = plain[i].aged(half::a, elapsed, memory);
          break;
        }
        case 1: {
          const pauli_frame frame{referee::any_label(stream)};
          fast[i].correct(frame);
          plain[i].correct(frame);
          break;
        }
        case 2: {
          const double p = sample::uniform(stream);
          fast[i] = fast[i].whitened(half::b, p).phased(half::b, 0);
          plain[i] = plain[i].whitened(p);
          break;
        }
        case 3: {
          const auto out = adaptive_state::swap(fast[i], fast[1 - i], noise, stream);
          plain[i] = bell_diagonal::swap_branch(plain[i], plain[1 - i], out.outcome, noise).state;
          fast[i] = out.state;
          break;
        }
        default: {
          const distil_recipe recipe{referee::any_rotation(stream), referee::any_rotation(stream)};
          const auto out = adaptive_state::distil(fast[i], fast[1 - i], recipe, noise, stream);
          plain[i] =
              bell_diagonal::distil_branch(plain[i], plain[1 - i], recipe, out.first != out.second, noise).state;
          fast[i] = out.state;
          break;
        }
      }
      REQUIRE(fast[i].kind() == diagonal);
      REQUIRE(fast[i] == adaptive_state{plain[i]});
    }
  }
}

TEST_CASE("adaptive_state: promotes what an operation needs and no more", "[quantum]") {
  auto stream = fresh(3);
  const auto turn = bell_permutation::half_x_rotation(), keeps_z = bell_permutation::element(1);
  const adaptive_state fresh_pair = adaptive_state::from(bell_diagonal::werner(0.9));
  const adaptive_state relaxed = fresh_pair.aged(half::a, 100_ms, relaxing);
  CHECK(fresh_pair.kind() == diagonal);
  CHECK(fresh_pair.aged(half::a, 100_ms, dephasing).kind() == diagonal);
  CHECK(fresh_pair.aged(half::a, duration::zero(), relaxing).kind() == diagonal);
  CHECK(relaxed.kind() == x);
  CHECK(fresh_pair.phased(half::b, 0.1).kind() == x);
  CHECK(relaxed.aged(half::b, 1_s, relaxing).phased(half::b, 1).kind() == x);

  const auto swapped_kind = [&](const adaptive_state& l, const adaptive_state& r) {
    return adaptive_state::swap(l, r, {}, stream).state.kind();
  };
  CHECK(swapped_kind(fresh_pair, fresh_pair) == diagonal);
  CHECK(swapped_kind(fresh_pair, relaxed) == x);
  CHECK(swapped_kind(relaxed, fresh_pair) == x);
  const auto kept_kind = [&](const adaptive_state& k, const adaptive_state& s, const distil_recipe& recipe) {
    return adaptive_state::distil(k, s, recipe, {}, stream).state.kind();
  };
  CHECK(kept_kind(fresh_pair, fresh_pair, {turn, turn}) == diagonal);
  CHECK(kept_kind(relaxed, relaxed, {}) == x);
  CHECK(kept_kind(relaxed, relaxed, {keeps_z, keeps_z}) == x);
  CHECK(kept_kind(fresh_pair, relaxed, {turn, keeps_z}) == x);  // a Bell-diagonal pair takes any rotation
  CHECK(kept_kind(relaxed, fresh_pair, {turn, {}}) == general);
  CHECK(kept_kind(fresh_pair, relaxed, {{}, turn}) == general);

  const adaptive_state promoted = fresh_pair.promoted(general);
  CHECK(promoted.kind() == general);
  CHECK(swapped_kind(promoted, relaxed) == general);
  CHECK(promoted.promoted(x) == promoted);
  CHECK(fresh_pair.promoted(x).kind() == x);
  CHECK(adaptive_state{relaxed.twirled()}.kind() == diagonal);
  CHECK(referee::distance(dense(fresh_pair.promoted(x)), dense(promoted)) < 1e-15);
}

TEST_CASE("adaptive_state: a heralded pair that is Bell-diagonal is held so", "[quantum]") {
  const bell_diagonal four{0.1, 0.2, 0.3, 0.4};
  CHECK(adaptive_state::from(x_state{four}).kind() == diagonal);
  CHECK(referee::distance(dense(adaptive_state::from(x_state{four})), dense(four)) < 1e-15);
  // Populations whose sum and difference round.
  const x_state rounded = x_state::from_elements({.p00 = 0.1, .p01 = 0.4, .p10 = 0.4, .p11 = 0.1, .re_01_10 = 0.3});
  CHECK(adaptive_state::from(rounded).kind() == diagonal);
  const x_state single_click = x_state::from_elements({.p01 = 0.475, .p10 = 0.475, .p11 = 0.05, .re_01_10 = 0.45});
  CHECK(adaptive_state::from(single_click).kind() == x);
  CHECK(adaptive_state::from(x_state{four}.phased(half::a, 1e-9)).kind() == x);
}

TEST_CASE("adaptive_state: measured bits have the statistics of the density matrix in every representation",
          "[quantum]") {
  auto stream = fresh(4);
  ebit_test::calibration bits[3][4];
  for (int i = 0; i < 9000; ++i) {
    const auto kind = static_cast<representation>(i % 3);
    const adaptive_state s = kind == diagonal ? adaptive_state{referee::any_bell_diagonal(stream)}
                             : kind == x      ? adaptive_state{referee::any_x_state(stream)}
                                              : adaptive_state{referee::any_two_qubit_state(stream)};
    const auto at_a = static_cast<basis>(sample::below(stream, 3)),
               at_b = static_cast<basis>(sample::below(stream, 3));
    const double read_out = 0.3 * sample::uniform(stream);
    const measured_bits out = s.measure(at_a, at_b, read_out, stream);
    for (unsigned b = 0; b < 4; ++b) {
      const bool first = (b & 2) != 0, second = (b & 1) != 0;
      bits[i % 3][b].add(out == measured_bits{first, second},
                         referee::chance(dense(s), at_a, at_b, first, second, read_out));
    }
  }
  CAPTURE(seed);
  for (const auto& of_kind : bits)
    for (const auto& pair_of_bits : of_kind) CHECK(pair_of_bits.worst() < 5);
}
