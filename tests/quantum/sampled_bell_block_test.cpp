// SPDX-License-Identifier: Apache-2.0
#include <ebit/quantum/sampled_bell_block.hpp>

#include <cmath>
#include <type_traits>

#include <ebit/purify/dejmps.hpp>

#include <support/catch.hpp>
#include "referee.hpp"
#include "tally.hpp"

using namespace ebit;
using ebit_test::confident;
using ebit_test::tally;

namespace {

constexpr std::uint64_t seed = 20240522;
random_stream fresh(std::uint64_t entity) { return {seed, random_purpose::user, entity}; }

using block = sampled_bell_block;
static_assert(std::is_trivially_copyable_v<block> && sizeof(block) == 128 && block::lanes == 512);

constexpr bell_index labels[] = {bell_index::phi_plus, bell_index::phi_minus, bell_index::psi_plus,
                                 bell_index::psi_minus};
/// Ideal; rare errors, drawn by hits; frequent errors, drawn by bits; all there is.
constexpr gate_noise noises[] = {{},
                                 {.two_qubit = 0.01, .one_qubit = 0.003, .read_out = 0.02, .bell_phase = 0.007},
                                 {.two_qubit = 0.3, .one_qubit = 0.2, .read_out = 0.15, .bell_phase = 0.1},
                                 {.two_qubit = 0, .one_qubit = 1, .read_out = 1, .bell_phase = 1},
                                 {.two_qubit = 1, .one_qubit = 0.1, .read_out = 0.001}};

void add_labels(tally& seen, const block& state, const bell_diagonal& expected) {
  for (std::size_t i = 0; i < 4; ++i) seen.add(i, state.count(labels[i]), expected.probabilities()[i]);
}
block::bits where(const block::bits& bits, bool value) { return value ? bits : ~bits; }

}  // namespace

TEST_CASE("sampled_bell_block: draws, ages, whitens and flips with their probabilities", "[quantum]") {
  auto stream = fresh(3);
  CAPTURE(seed);
  for (int run = 0; run < 60; ++run) {
    // Nearly pure, so that errors are drawn by hits; or any state, by bits.
    const bell_diagonal any = referee::any_bell_diagonal(stream);
    const double blur = std::ldexp(sample::uniform(stream), -2 * (run % 8));
    const auto& p = any.probabilities();
    const bell_diagonal state =
        bell_diagonal{1 - blur + blur * p[0], blur * p[1], blur * p[2], blur * p[3]}.corrected(
            pauli_frame{referee::any_label(stream)});
    const memory_noise memory = referee::any_memory_noise(stream);
    const duration elapsed = referee::any_time(stream) * (run % 2 == 0 ? 1 : 0) + duration::seconds(1e-6 * run * run);
    const double q = std::ldexp(sample::uniform(stream), -(run % 12));
    tally drawn, aged, whitened, flipped;
    for (int i = 0; i < 60; ++i) {
      const block one = block::from(state, stream);
      add_labels(drawn, one, state);
      block old = one, white = one;
      old.age(half::a, elapsed, memory, stream);
      add_labels(aged, old, state.aged(half::a, elapsed, memory));
      white.whiten(q, stream);
      add_labels(whitened, white, state.whitened(q));
      block::bits read;
      block::flip(read, q, stream);
      flipped.add(0, read.count(), q);
      flipped.add(1, block::lanes - read.count(), 1 - q);
    }
    CAPTURE(run, q);
    CHECK(drawn.deviation() < confident);
    CHECK(aged.deviation() < confident);
    CHECK(whitened.deviation() < confident);
    CHECK(flipped.deviation() < confident);
  }
  block::bits read;
  block::flip(read, 0, stream);
  CHECK(read == block::bits{});
  block::flip(read, 1, stream);
  CHECK(read == block::bits{true});
}

TEST_CASE("sampled_bell_block: swaps any two labels with the joint probabilities of bell_diagonal", "[quantum]") {
  auto stream = fresh(4);
  CAPTURE(seed);
  for (const gate_noise& noise : noises)
    for (const bell_index a : labels)
      for (const bell_index b : labels) {
        tally seen;
        for (int i = 0; i < 40; ++i) {
          const auto joined = block::swap(block{a}, block{b}, noise, stream);
          for (std::size_t m = 0; m < 4; ++m) {
            const auto expected =
                bell_diagonal::swap_branch(bell_diagonal::pure(a), bell_diagonal::pure(b), labels[m], noise);
            const auto reported = block{joined.outcome}.in(labels[m]);
            for (std::size_t l = 0; l < 4; ++l)
              seen.add(4 * m + l, joined.state.count(labels[l], reported),
                       expected.probability * expected.state.probabilities()[l]);
          }
        }
        CAPTURE(noise.two_qubit, a, b);
        CHECK(seen.deviation() < confident);
      }
}

TEST_CASE("sampled_bell_block: distils any two labels by any recipe with the joint probabilities of bell_diagonal",
          "[quantum]") {
  auto stream = fresh(5);
  CAPTURE(seed);
  for (const gate_noise& noise : noises)
    for (std::uint32_t k = 0; k < 36; ++k)
      for (const bell_index a : labels)
        for (const bell_index b : labels) {
          const distil_recipe recipe{bell_permutation::element(k / 6), bell_permutation::element(k % 6)};
          tally seen;
          for (int i = 0; i < 8; ++i) {
            const auto kept = block::distil(block{a}, block{b}, recipe, noise, stream);
            for (std::size_t read = 0; read < 4; ++read) {
              const bool first = read / 2 != 0, second = read % 2 != 0;
              const auto expected = bell_diagonal::distil_branch(bell_diagonal::pure(a), bell_diagonal::pure(b),
                                                                 recipe, first != second, noise);
              const auto reported = where(kept.first, first) & where(kept.second, second);
              for (std::size_t l = 0; l < 4; ++l)
                seen.add(4 * read + l, kept.state.count(labels[l], reported),
                         expected.probability / 2 * expected.state.probabilities()[l]);
            }
          }
          CAPTURE(noise.two_qubit, k, a, b);
          CHECK(seen.deviation() < confident);
        }
}

TEST_CASE("sampled_bell_block: reads in any two bases", "[quantum]") {
  auto stream = fresh(6);
  CAPTURE(seed);
  for (const bell_index label : labels)
    for (const basis at_a : {basis::x, basis::y, basis::z})
      for (const basis at_b : {basis::x, basis::y, basis::z})
        for (const double read_out : {0.0, 0.01, 0.2}) {
          const bell_diagonal pure = bell_diagonal::pure(label);
          const double correlator = at_a != at_b       ? 0
                                    : at_a == basis::x ? pure.xx()
                                    : at_a == basis::y ? pure.yy()
                                                       : pure.zz();
          const double agree = (1 + (1 - 2 * read_out) * (1 - 2 * read_out) * correlator) / 2;
          tally seen;
          for (int i = 0; i < 40; ++i) {
            const auto read = block{label}.measure(at_a, at_b, read_out, stream);
            for (std::size_t bits = 0; bits < 4; ++bits)
              seen.add(bits, (where(read.a, bits / 2 != 0) & where(read.b, bits % 2 != 0)).count(),
                       (bits == 0 || bits == 3 ? agree : 1 - agree) / 2);
          }
          CHECK(seen.deviation() < confident);
        }
}

TEST_CASE("sampled_bell_block: chains of swaps end as bell_diagonal says", "[quantum]") {
  auto stream = fresh(7);
  CAPTURE(seed);
  const memory_noise memory{.t1 = duration::seconds(3), .t2 = duration::seconds(1)};
  for (const int pairs : {2, 3, 9, 64})
    for (const gate_noise& noise : {noises[1], gate_noise{.two_qubit = 1e-4, .read_out = 2e-4}, noises[0]})
      for (const double fidelity : {0.999, 0.98, 0.8}) {
        const bell_diagonal created = bell_diagonal::werner(fidelity, bell_index::psi_plus);
        const duration wait = duration::seconds(2e-3);
        bell_diagonal expected = created;
        for (int i = 1; i < pairs; ++i)
          expected = bell_diagonal::joined(expected, created, noise).aged(half::a, wait, memory);
        tally seen;
        for (int shot = 0; shot < 60; ++shot) {
          block state = block::from(created, stream);
          block::frames outcomes;
          for (int i = 1; i < pairs; ++i) {
            const auto joined = block::swap(state, block::from(created, stream), noise, stream);
            state = joined.state;
            outcomes ^= joined.outcome;
            state.age(half::a, wait, memory, stream);
          }
          state.correct(outcomes);
          add_labels(seen, state, expected);
        }
        CAPTURE(pairs, fidelity, noise.two_qubit);
        CHECK(seen.deviation() < confident);
      }
}

TEST_CASE("sampled_bell_block: post-selected rounds of DEJMPS end as bell_diagonal says", "[quantum]") {
  auto stream = fresh(8);
  CAPTURE(seed);
  const distil_recipe recipe = purify::dejmps{}.recipe({}, {});
  for (const gate_noise& noise : noises) {
    const bell_diagonal created{0.8, 0.1, 0.07, 0.03};
    const auto once = bell_diagonal::distil_branch(created, created, recipe, false, noise);
    const auto twice = bell_diagonal::distil_branch(once.state, once.state, recipe, false, noise);
    tally seen, kept;
    for (int i = 0; i < 400; ++i) {
      block::bits good{true};
      const auto round = [&](const block& a, const block& b) {
        const auto out = block::distil(a, b, recipe, noise, stream);
        good &= ~(out.first ^ out.second);
        return out.state;
      };
      const auto raw = [&] { return block::from(created, stream); };
      const block a = round(raw(), raw()), b = round(raw(), raw());
      const block end = round(a, b);
      for (std::size_t l = 0; l < 4; ++l) seen.add(l, end.count(labels[l], good), twice.state.probabilities()[l]);
      const double p = once.probability * once.probability * twice.probability;
      kept.add(0, good.count(), p);
      kept.add(1, (~good).count(), 1 - p);
    }
    CAPTURE(noise.two_qubit);
    CHECK(seen.deviation() < confident);
    CHECK(kept.deviation() < confident);
  }
}

TEST_CASE("sampled_bell_block: without noise every lane follows its labels", "[quantum]") {
  auto stream = fresh(10);
  block a, b;
  for (std::size_t lane = 0; lane < block::lanes; ++lane) {
    a.set(lane, labels[lane % 4]);
    b.set(lane, labels[lane / 4 % 4]);
  }
  const auto joined = block::swap(a, b, {}, stream);
  CHECK(joined.state.labels() == (a.labels() ^ b.labels() ^ joined.outcome));
  for (std::uint32_t k = 0; k < 36; ++k) {
    const distil_recipe recipe{bell_permutation::element(k / 6), bell_permutation::element(k % 6)};
    const auto kept = block::distil(a, b, recipe, {}, stream);
    block rotated = a;
    rotated.rotate(recipe.keep);
    bool right = true;
    for (std::size_t lane = 0; lane < block::lanes; ++lane) {
      const auto expected =
          bell_diagonal::distil_branch(bell_diagonal::pure(a[lane].label()), bell_diagonal::pure(b[lane].label()),
                                       recipe, kept.first[lane] != kept.second[lane]);
      right = right && expected.probability == 1 && expected.state.fidelity(kept.state[lane].label()) == 1 &&
              rotated[lane].label() == recipe.keep(a[lane].label());
    }
    CHECK(right);
  }
  const block::bits some = a.in(bell_index::psi_plus) | b.in(bell_index::phi_minus);
  const block chosen = block::select(some, a, b);
  for (std::size_t lane = 0; lane < block::lanes; ++lane) CHECK(chosen[lane] == (some[lane] ? a : b)[lane]);
  CHECK(a.fidelity(bell_index::psi_minus) == 0.25);
}

TEST_CASE("sampled_bell_block: the same stream gives the same bits, and every call takes one word of it",
          "[quantum]") {
  auto stream = random_stream{7, random_purpose::noise, 3};
  block state = block::from(bell_diagonal{0.9, 0.05, 0.03, 0.02}, stream);
  state = block::swap(state, block::from(bell_diagonal::werner(0.99), stream), noises[1], stream).state;
  state = block::distil(state, block{}, {bell_permutation::element(3), {}}, noises[2], stream).state;
  state.age(half::a, duration::seconds(5e-3), {.t1 = duration::seconds(1), .t2 = duration::seconds(1)}, stream);
  CHECK(stream.drawn() == 2 * 5);
  std::uint64_t hash = 0;
  for (const std::uint64_t w : state.labels().x.words) hash = mix(hash, w);
  for (const std::uint64_t w : state.labels().z.words) hash = mix(hash, w);
  CHECK(hash == 0xa75ebfdc24e285f8U);
}

TEST_CASE("sampled_bell_block: blocks of other sizes", "[quantum]") {
  auto stream = fresh(11);
  CAPTURE(seed);
  tally seen;
  const bell_diagonal created{0.97, 0.015, 0.01, 0.005};
  const bell_diagonal expected = bell_diagonal::joined(created, created, noises[1]);
  for (int i = 0; i < 4000; ++i) {
    using small = basic_sampled_bell_block<1>;
    auto joined = small::swap(small::from(created, stream), small::from(created, stream), noises[1], stream);
    joined.state.correct(joined.outcome);
    for (std::size_t l = 0; l < 4; ++l) seen.add(l, joined.state.count(labels[l]), expected.probabilities()[l]);
  }
  CHECK(seen.deviation() < confident);
}
