// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

#include <ebit/core/assert.hpp>
#include <ebit/core/bell.hpp>
#include <ebit/core/random.hpp>
#include <ebit/core/time.hpp>
#include <ebit/quantum/bell_arithmetic.hpp>
#include <ebit/quantum/bell_diagonal.hpp>
#include <ebit/quantum/lane_errors.hpp>
#include <ebit/quantum/noise.hpp>
#include <ebit/quantum/operations.hpp>
#include <ebit/quantum/sampled_bell.hpp>

namespace ebit {

/// One bit for each of 64 · Words lanes: what was read in every trajectory, or which trajectories are meant.
template <std::size_t Words>
class lane_bits {
 public:
  static constexpr std::size_t lanes = 64 * Words;

  constexpr lane_bits() = default;
  constexpr explicit lane_bits(bool every) { words.fill(every ? ~std::uint64_t{0} : 0); }

  [[nodiscard]] constexpr bool operator[](std::size_t lane) const {
    EBIT_ASSERT(lane < lanes, "lane_bits: no such lane");
    return (words[lane / 64] >> lane % 64 & 1U) != 0;
  }
  constexpr void set(std::size_t lane, bool value) {
    EBIT_ASSERT(lane < lanes, "lane_bits: no such lane");
    const std::uint64_t bit = std::uint64_t{1} << lane % 64;
    words[lane / 64] = value ? words[lane / 64] | bit : words[lane / 64] & ~bit;
  }
  /// In how many lanes the bit is 1.
  [[nodiscard]] constexpr std::size_t count() const {
    std::size_t n = 0;
    for (const std::uint64_t w : words) n += static_cast<std::size_t>(std::popcount(w));
    return n;
  }

  constexpr lane_bits& operator^=(const lane_bits& o) {
    for (std::size_t i = 0; i < Words; ++i) words[i] ^= o.words[i];
    return *this;
  }
  constexpr lane_bits& operator&=(const lane_bits& o) {
    for (std::size_t i = 0; i < Words; ++i) words[i] &= o.words[i];
    return *this;
  }
  constexpr lane_bits& operator|=(const lane_bits& o) {
    for (std::size_t i = 0; i < Words; ++i) words[i] |= o.words[i];
    return *this;
  }
  friend constexpr lane_bits operator^(lane_bits a, const lane_bits& b) { return a ^= b; }
  friend constexpr lane_bits operator&(lane_bits a, const lane_bits& b) { return a &= b; }
  friend constexpr lane_bits operator|(lane_bits a, const lane_bits& b) { return a |= b; }
  [[nodiscard]] constexpr lane_bits operator~() const {
    return *this ^ lane_bits { true };
  }

  friend constexpr bool operator==(const lane_bits&, const lane_bits&) = default;

  /// Bit i of word w belongs to lane 64 w + i.
  std::array<std::uint64_t, Words> words{};
};

/// A Pauli frame, or the label of a Bell state, in every lane.
template <std::size_t Words>
struct lane_frames {
  lane_bits<Words> x, z;

  [[nodiscard]] constexpr pauli_frame operator[](std::size_t lane) const { return {x[lane], z[lane]}; }
  constexpr lane_frames& operator^=(const lane_frames& o) {
    x ^= o.x;
    z ^= o.z;
    return *this;
  }
  constexpr lane_frames& operator^=(pauli_frame every) {
    if (every.x()) x = ~x;
    if (every.z()) z = ~z;
    return *this;
  }
  friend constexpr lane_frames operator^(lane_frames a, const lane_frames& b) { return a ^= b; }
  friend constexpr bool operator==(const lane_frames&, const lane_frames&) = default;
};

/// 64 · Words independent trajectories of a Bell-diagonal pair, each in two bits: `sampled_bell` side by side, with
/// the same maps and statistics. An operation is a few logical operations on words; errors are drawn only where they
/// happen, with their exact probabilities (to better than 2^−100). One 64-bit word of the stream is used per call, as
/// the key of all its draws. Same stream, same bits, on every compiler.
template <std::size_t Words>
  requires(Words == 1 || Words == 2 || Words == 4 || Words == 8)
class basic_sampled_bell_block {
 public:
  static constexpr std::size_t lanes = 64 * Words;
  using bits = lane_bits<Words>;
  using frames = lane_frames<Words>;

  struct swapped {
    basic_sampled_bell_block state;
    frames outcome;  ///< as reported
  };
  struct distilled {
    basic_sampled_bell_block state;
    bits first, second;  ///< reported at half a and half b; lanes of equal reports are `~(first ^ second)`
  };
  struct measured {
    bits a, b;
  };

  /// Φ+ in every lane.
  constexpr basic_sampled_bell_block() = default;
  constexpr explicit basic_sampled_bell_block(bell_index every) { label_ ^= pauli_frame{every}; }
  constexpr explicit basic_sampled_bell_block(const frames& labels) : label_{labels} {}
  /// Draws every lane's label.
  [[nodiscard]] static constexpr basic_sampled_bell_block from(const bell_diagonal& state, random_stream& stream) {
    const bell_index likeliest = state.likeliest();
    source words{stream};
    basic_sampled_bell_block out{likeliest};
    // The likeliest label takes what rounding leaves over.
    out.label_ ^= errors(state.corrected(pauli_frame{likeliest}).probabilities(), words);
    return out;
  }

  [[nodiscard]] constexpr const frames& labels() const { return label_; }
  [[nodiscard]] constexpr sampled_bell operator[](std::size_t lane) const {
    return sampled_bell{label_[lane].index()};
  }
  constexpr void set(std::size_t lane, bell_index label) {
    label_.x.set(lane, pauli_frame{label}.x());
    label_.z.set(lane, pauli_frame{label}.z());
  }
  /// Which lanes hold `label`.
  [[nodiscard]] constexpr bits in(bell_index label) const {
    const pauli_frame f{label};
    return (f.x() ? label_.x : ~label_.x) & (f.z() ? label_.z : ~label_.z);
  }
  [[nodiscard]] constexpr std::size_t count(bell_index label) const { return in(label).count(); }
  /// The same among some lanes, such as those that distillation kept.
  [[nodiscard]] constexpr std::size_t count(bell_index label, const bits& among) const {
    return (in(label)&among).count();
  }
  /// The share of the lanes that hold `label`.
  [[nodiscard]] constexpr double fidelity(bell_index label) const {
    return static_cast<double>(count(label)) / static_cast<double>(lanes);
  }
  /// `taken` where `where`, else `other`: post-selection keeps old lanes, or starts them anew.
  [[nodiscard]] static constexpr basic_sampled_bell_block select(const bits& where,
                                                                 const basic_sampled_bell_block& taken,
                                                                 const basic_sampled_bell_block& other) {
    return basic_sampled_bell_block{frames{(taken.label_.x & where) | (other.label_.x & ~where),
                                           (taken.label_.z & where) | (other.label_.z & ~where)}};
  }

  constexpr void correct(pauli_frame every) { label_ ^= every; }
  constexpr void correct(const frames& lane_by_lane) { label_ ^= lane_by_lane; }
  /// A bilateral rotation without noise: linear in the two bits.
  constexpr void rotate(bell_permutation rotation) {
    const pauli_frame of_x = rotation(pauli_frame{true, false}), of_z = rotation(pauli_frame{false, true});
    const bits none;
    label_ = {(of_x.x() ? label_.x : none) ^ (of_z.x() ? label_.z : none),
              (of_x.z() ? label_.x : none) ^ (of_z.z() ? label_.z : none)};
  }
  /// White noise with probability `p` on either half.
  constexpr void whiten(double p, random_stream& stream) {
    source words{stream};
    whiten(p, words);
  }
  /// Flips each lane's bit with probability `p`, as an imperfect read-out does.
  static constexpr void flip(bits& read, double p, random_stream& stream) {
    source words{stream};
    flip(read, p, words);
  }
  /// One half idle in a memory: draws the Pauli error of the twirled channel.
  void age(half, duration elapsed, const memory_noise& memory, random_stream& stream) {
    source words{stream};
    label_ ^= errors(detail::pauli_errors(memory.over(elapsed)), words);
  }

  [[nodiscard]] static constexpr swapped swap(const basic_sampled_bell_block& left,
                                              const basic_sampled_bell_block& right, const gate_noise& noise,
                                              random_stream& stream) {
    source words{stream};
    frames outcome{any(words), any(words)};
    basic_sampled_bell_block joined{left.label_ ^ right.label_ ^ outcome};
    joined.whiten(noise.two_qubit, words);
    flip(outcome.x, noise.read_out, words);
    flip(outcome.z, noise.read_out, words);
    flip(outcome.z, noise.one_qubit / 2, words);  // the Hadamard before the read-out of left.b
    flip(outcome.z, noise.bell_phase, words);
    return {joined, outcome};
  }

  [[nodiscard]] static constexpr distilled distil(const basic_sampled_bell_block& keep,
                                                  const basic_sampled_bell_block& sacrifice,
                                                  const distil_recipe& recipe, const gate_noise& noise,
                                                  random_stream& stream) {
    source words{stream};
    basic_sampled_bell_block k = keep, s = sacrifice;
    k.rotate(recipe.keep, noise.one_qubit, words);
    s.rotate(recipe.sacrifice, noise.one_qubit, words);
    randomise(k, s, noise.two_qubit, words);
    randomise(k, s, noise.two_qubit, words);
    bits first = any(words);
    bits second = first ^ k.label_.x ^ s.label_.x;
    flip(first, noise.read_out, words);
    flip(second, noise.read_out, words);
    k.label_.z ^= s.label_.z;
    return {k, first, second};
  }

  /// Reads both halves in every lane; each reported bit is flipped with probability `read_out`.
  [[nodiscard]] constexpr measured measure(basis at_a, basis at_b, double read_out, random_stream& stream) const {
    source words{stream};
    measured read{any(words), {}};
    read.b = at_a != at_b       ? any(words)
             : at_a == basis::x ? read.a ^ label_.z
             : at_a == basis::z ? read.a ^ label_.x
                                : ~(read.a ^ label_.x ^ label_.z);
    flip(read.a, read_out, words);
    flip(read.b, read_out, words);
    return read;
  }

  friend constexpr bool operator==(const basic_sampled_bell_block&, const basic_sampled_bell_block&) = default;

 private:
  using source = detail::bulk_words;

  [[nodiscard]] static constexpr bits any(source& words) {
    bits out;
    for (std::uint64_t& w : out.words) w = words.next();
    return out;
  }
  /// Draws Z, X and XZ with their probabilities (the last three) for every lane; together less than 1.
  [[nodiscard]] static constexpr frames errors(const std::array<double, 4>& p, source& words) {
    const detail::fraction z = detail::fraction_of(p[1]), x = detail::fraction_of(p[2]);
    const detail::fraction both = detail::fraction_of(p[3]);
    const auto below = detail::lane_draws<Words, 3>::below({z, z + x, z + x + both}, words);
    frames out;
    for (std::size_t i = 0; i < Words; ++i) {
      out.x.words[i] = below[2][i] & ~below[0][i];
      out.z.words[i] = below[0][i] | (below[2][i] & ~below[1][i]);
    }
    return out;
  }
  [[nodiscard]] static constexpr bits happens(double p, source& words) {
    EBIT_ASSERT(p >= 0 && p <= 1, "sampled_bell_block: no probability");
    bits out{p >= 1};
    if (p < 1) out.words = detail::lane_draws<Words, 1>::below({detail::fraction_of(p)}, words)[0];
    return out;
  }
  static constexpr void flip(bits& read, double p, source& words) {
    if (p > 0) read ^= happens(p, words);
  }
  constexpr void whiten(double p, source& words) {
    EBIT_ASSERT(p >= 0 && p <= 1, "sampled_bell_block: no probability");
    if (p > 0) label_ ^= errors({1 - 0.75 * p, p / 4, p / 4, p / 4}, words);
  }
  constexpr void rotate(bell_permutation rotation, double one_qubit, source& words) {
    if (rotation == bell_permutation::identity()) return;
    rotate(rotation);
    whiten(one_qubit, words);  // the gate at half a
    whiten(one_qubit, words);  // and at half b
  }
  /// White noise on both pairs at once, with probability `p`.
  static constexpr void randomise(basic_sampled_bell_block& k, basic_sampled_bell_block& s, double p, source& words) {
    if (p <= 0) return;
    const bits hit = happens(p, words);
    for (std::size_t i = 0; i < Words; ++i) {
      if (hit.words[i] == 0) continue;
      for (bits* plane : {&k.label_.x, &k.label_.z, &s.label_.x, &s.label_.z})
        plane->words[i] ^= hit.words[i] & words.next();
    }
  }

  frames label_;
};

/// 512 trajectories in 128 bytes.
using sampled_bell_block = basic_sampled_bell_block<8>;

}  // namespace ebit
