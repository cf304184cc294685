// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstring>
#include <span>
#include <vector>

#include <ebit/core/assert.hpp>
#include <ebit/core/bell.hpp>
#include <ebit/core/time.hpp>
#include <ebit/quantum/bell_arithmetic.hpp>
#include <ebit/quantum/bell_diagonal.hpp>
#include <ebit/quantum/noise.hpp>
#include <ebit/quantum/operations.hpp>

namespace ebit {

namespace detail {

// As many doubles as a register of the target holds. Each is computed as alone by IEEE 754, so with the same bits.
#if defined(__GNUC__) && defined(__AVX512F__)
typedef double lanes __attribute__((vector_size(64)));
#elif defined(__GNUC__) && defined(__AVX__)
typedef double lanes __attribute__((vector_size(32)));
#elif defined(__GNUC__)
typedef double lanes __attribute__((vector_size(16)));
#else
using lanes = double;
#endif

}  // namespace detail

/// Many Bell-diagonal pairs, operated on together: for fleets of like pairs, sweeps and optimisation. Every operation
/// gives what `bell_diagonal` gives pair by pair, to the last bit (unless the compiler fuses multiplications and
/// additions; see core/math.hpp), in about half the time.
///
/// The probabilities of eight pairs lie together as four rows of eight, one group after the other, not in four long
/// arrays: an operation so runs through memory in one stream per operand, needs no rest loop for sizes that are no
/// multiple of eight, and may overwrite an operand.
class bell_batch {
 public:
  static constexpr std::size_t group_size = 8;

  bell_batch() = default;
  /// `size` pairs in the same state.
  explicit bell_batch(std::size_t size, const bell_diagonal& every = {})
      : groups_((size + group_size - 1) / group_size), size_{size} {
    for (std::size_t i = 0; i < groups_.size() * group_size; ++i) put(i, every);
  }
  explicit bell_batch(std::span<const bell_diagonal> states) : bell_batch(states.size()) {
    for (std::size_t i = 0; i < size_; ++i) put(i, states[i]);
  }

  [[nodiscard]] std::size_t size() const { return size_; }
  [[nodiscard]] bool empty() const { return size_ == 0; }

  [[nodiscard]] bell_diagonal operator[](std::size_t i) const {
    EBIT_ASSERT(i < size_, "bell_batch: no such pair");
    const auto& p = groups_[i / group_size].p;
    const std::size_t j = i % group_size;
    return bell_diagonal::unchecked(p[0][j], p[1][j], p[2][j], p[3][j]);
  }
  [[nodiscard]] double fidelity(std::size_t i, bell_index label) const {
    EBIT_ASSERT(i < size_, "bell_batch: no such pair");
    return groups_[i / group_size].p[static_cast<std::size_t>(label)][i % group_size];
  }
  void set(std::size_t i, const bell_diagonal& state) {
    EBIT_ASSERT(i < size_, "bell_batch: no such pair");
    put(i, state);
  }
  [[nodiscard]] std::vector<bell_diagonal> states() const {
    std::vector<bell_diagonal> all(size_);
    for (std::size_t i = 0; i < size_; ++i) all[i] = (*this)[i];
    return all;
  }

  /// The Pauli `frame` applied to one half of every pair.
  void correct(pauli_frame frame) {
    for (group& g : groups_) {
      const group before = g;
      for (std::size_t i = 0; i < 4; ++i) g.p[i] = before.p[i ^ frame.bits()];
    }
  }
  /// A bilateral rotation of every pair, without noise.
  void rotate(bell_permutation rotation) {
    for (group& g : groups_) {
      const group before = g;
      for (std::size_t i = 0; i < 4; ++i) g.p[bell_diagonal::image(rotation, i)] = before.p[i];
    }
  }
  /// White noise with probability `p` on either half of every pair.
  void whiten(double p) {
    const double keep = 1 - p, add = p / 4;
    for (group& g : groups_)
      lane_by_lane([&](std::size_t j) {
        const weights q = load(g, natural, j);
        store(g, j, {keep * q[0] + add, keep * q[1] + add, keep * q[2] + add, keep * q[3] + add});
      });
  }
  /// One half of every pair idle in a memory, all for the same time.
  void age(memory_decay decay) {
    const detail::bell_weights<double> errors = detail::pauli_errors(decay);
    for (group& g : groups_)
      lane_by_lane([&](std::size_t j) { store(g, j, detail::convolved(load(g, natural, j), errors)); });
  }
  void age(half, duration elapsed, const memory_noise& memory) { age(memory.over(elapsed)); }
  /// The same with a decay of its own for every pair.
  void age(std::span<const memory_decay> decays) {
    EBIT_ASSERT(decays.size() == size_, "bell_batch: not one decay per pair");
    for (std::size_t i = 0; i < size_; ++i) put(i, (*this)[i].aged(decays[i]));
  }

  /// Becomes `left` and `right` swapped pair by pair, as by `bell_diagonal::joined`. All three have one size; this
  /// may be `left` or `right`.
  void join(const bell_batch& left, const bell_batch& right, const gate_noise& noise = {}) {
    check_sizes(left, right);
    const detail::swap_coefficients c{noise};
    if (c.ideal) {
      merge(left, natural, right, natural, convolve, [](const weights& q, std::size_t, std::size_t) { return q; });
    } else {
      merge(left, natural, right, natural, convolve,
            [c](const weights& q, std::size_t, std::size_t) { return detail::with_swap_noise(q, c); });
    }
  }

  /// Becomes what is kept of `keep` when the reports of all pairs have the given parity, as by
  /// `bell_diagonal::distil_branch`, and writes how probable that is. All have one size; this may be an operand.
  void distil(const bell_batch& keep, const bell_batch& sacrifice, const distil_recipe& recipe, bool parity,
              const gate_noise& noise, std::span<double> probabilities) {
    check_sizes(keep, sacrifice);
    EBIT_ASSERT(probabilities.size() == size_, "bell_batch: not one probability per pair");
    const detail::distil_coefficients c{noise, parity, bell_diagonal::whitening(recipe.keep, noise),
                                        bell_diagonal::whitening(recipe.sacrifice, noise)};
    const rows k = rotated(recipe.keep, 0), s = rotated(recipe.sacrifice, c.flipped ? 2 : 0);
    const auto normalise = [probabilities](const weights& q, std::size_t first, std::size_t j) {
      const detail::weighed<detail::lanes> kept = detail::normalised(q);
      const std::size_t place = first + j;
      if (place + width <= probabilities.size())
        std::memcpy(&probabilities[place], &kept.weight, sizeof kept.weight);
      else if (place < probabilities.size())
        std::memcpy(&probabilities[place], &kept.weight, (probabilities.size() - place) * sizeof(double));
      return kept.share;
    };
    if (c.ideal)
      merge(
          keep, k, sacrifice, s, [](const weights& a, const weights& b) { return detail::ideally_distilled(a, b); },
          normalise);
    else
      merge(
          keep, k, sacrifice, s,
          [c](const weights& a, const weights& b) { return detail::noisily_distilled(a, b, c); }, normalise);
  }

  friend bool operator==(const bell_batch&, const bell_batch&) = default;

 private:
  static constexpr std::size_t width = sizeof(detail::lanes) / sizeof(double);
  using weights = detail::bell_weights<detail::lanes>;
  /// Which row to take for each label.
  using rows = std::array<std::size_t, 4>;
  static constexpr rows natural{0, 1, 2, 3};

  struct alignas(64) group {
    std::array<std::array<double, group_size>, 4> p;
    friend bool operator==(const group&, const group&) = default;
  };

  [[nodiscard]] static rows rotated(bell_permutation rotation, std::size_t flip) {
    rows from{};
    for (std::size_t i = 0; i < 4; ++i) from[bell_diagonal::image(rotation, i) ^ flip] = i;
    return from;
  }
  // Row by row without loops, which g++ would not unroll at -O2.
  [[nodiscard]] EBIT_ALWAYS_INLINE static detail::lanes load(const std::array<double, group_size>& row,
                                                             std::size_t j) {
    detail::lanes x;
    std::memcpy(&x, &row[j], sizeof x);
    return x;
  }
  [[nodiscard]] EBIT_ALWAYS_INLINE static weights load(const group& g, const rows& from, std::size_t j) {
    return {load(g.p[from[0]], j), load(g.p[from[1]], j), load(g.p[from[2]], j), load(g.p[from[3]], j)};
  }
  EBIT_ALWAYS_INLINE static void store(group& g, std::size_t j, const weights& q) {
    std::memcpy(&g.p[0][j], &q[0], sizeof q[0]);
    std::memcpy(&g.p[1][j], &q[1], sizeof q[1]);
    std::memcpy(&g.p[2][j], &q[2], sizeof q[2]);
    std::memcpy(&g.p[3][j], &q[3], sizeof q[3]);
  }
  template <class Function>
  EBIT_ALWAYS_INLINE static void lane_by_lane(Function&& f) {
    for (std::size_t j = 0; j < group_size; j += width) f(j);
  }
  [[nodiscard]] EBIT_ALWAYS_INLINE static weights convolve(const weights& p, const weights& q) {
    return detail::convolved(p, q);
  }

  /// Each group in two passes: `finish` of a pair's part then does not wait for the long chain of `combine`, which a
  /// processor's window for reordering cannot hold twice.
  template <class Combine, class Finish>
  void merge(const bell_batch& a, const rows& from_a, const bell_batch& b, const rows& from_b, Combine&& combine,
             Finish&& finish) {
    const rows of_a = from_a, of_b = from_b;
    for (std::size_t i = 0; i < groups_.size(); ++i) {
      group between;
      lane_by_lane([&](std::size_t j) {
        store(between, j, combine(load(a.groups_[i], of_a, j), load(b.groups_[i], of_b, j)));
      });
      lane_by_lane(
          [&](std::size_t j) { store(groups_[i], j, finish(load(between, natural, j), i * group_size, j)); });
    }
  }

  void put(std::size_t i, const bell_diagonal& state) {
    for (std::size_t row = 0; row < 4; ++row) groups_[i / group_size].p[row][i % group_size] = state.p_[row];
  }
  void check_sizes(const bell_batch& a, const bell_batch& b) const {
    EBIT_ASSERT(a.size_ == size_ && b.size_ == size_, "bell_batch: the batches differ in size");
  }

  std::vector<group> groups_;
  std::size_t size_ = 0;
};

}  // namespace ebit
