// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

#include <ebit/core/math.hpp>
#include <ebit/core/random.hpp>

/// Errors of many trajectories at once, one bit per trajectory ("lane"). Probabilities are 128-bit fractions: each
/// lane's error has the probability that the double says, to better than 2^−100, independently of all other lanes.
namespace ebit::detail {

using fraction = math::detail::uint128;

/// p in units of 2^−128, rounded down; 0 ≤ p < 1. Exact for p that is 0 or at least 2^−76.
[[nodiscard]] constexpr fraction fraction_of(double p) {
  const auto bits = std::bit_cast<std::uint64_t>(p);
  const int exponent = static_cast<int>(bits >> 52) - 1075 + 128;  // of the last bit of the mantissa
  const fraction mantissa = (bits & 0xfffffffffffffU) | std::uint64_t{1} << 52;
  if (p <= 0 || exponent <= -53) return 0;
  return exponent >= 0 ? mantissa << exponent : mantissa >> -exponent;
}

/// Random words in bulk: four blocks of philox4x32 side by side under a key drawn from a stream, every word used. The
/// words are those of philox4x32 for the counters 0, 1, 2, ... , two per block.
class bulk_words {
 public:
  constexpr explicit bulk_words(random_stream& stream) : key_{stream.next_u64()} {}

  constexpr std::uint64_t next() {
    if (used_ == words_.size()) refill();
    return words_[used_++];
  }

 private:
  static constexpr std::size_t blocks = 4;

  constexpr void refill() {
    std::uint32_t c0[blocks], c1[blocks] = {}, c2[blocks] = {}, c3[blocks] = {};
    for (std::size_t i = 0; i < blocks; ++i) c0[i] = block_ + static_cast<std::uint32_t>(i);
    auto k0 = static_cast<std::uint32_t>(key_), k1 = static_cast<std::uint32_t>(key_ >> 32);
    for (int round = 0; round < 10; ++round) {
      for (std::size_t i = 0; i < blocks; ++i) {
        const std::uint64_t even = std::uint64_t{0xd2511f53U} * c0[i], odd = std::uint64_t{0xcd9e8d57U} * c2[i];
        c0[i] = static_cast<std::uint32_t>(odd >> 32) ^ c1[i] ^ k0;
        c1[i] = static_cast<std::uint32_t>(odd);
        c2[i] = static_cast<std::uint32_t>(even >> 32) ^ c3[i] ^ k1;
        c3[i] = static_cast<std::uint32_t>(even);
      }
      k0 += 0x9e3779b9U;
      k1 += 0xbb67ae85U;
    }
    for (std::size_t i = 0; i < blocks; ++i) {
      words_[2 * i] = std::uint64_t{c1[i]} << 32 | c0[i];
      words_[2 * i + 1] = std::uint64_t{c3[i]} << 32 | c2[i];
    }
    block_ += blocks;
    used_ = 0;
  }

  std::uint64_t key_;
  std::uint32_t block_ = 0;
  std::size_t used_ = 2 * blocks;
  std::array<std::uint64_t, 2 * blocks> words_{};
};

/// How many of `Lanes` lanes are hit when each is with probability 2^−k: P(at most n) of the binomial distribution
/// in units of 2^−128, wrong by less than 2^−100 (the rounding of P(0) goes through all).
template <std::size_t Lanes>
struct hit_counts {
  static constexpr unsigned fewest_halvings = 5, most_halvings = 16;
  static_assert(Lanes <= 512, "P(0) would be too small to start from");
  static constexpr std::size_t entries = Lanes < 128 ? Lanes + 1 : 64 + Lanes / 8;  // beyond, < 2^−128 is left
  using table = std::array<fraction, entries>;

  [[nodiscard]] static constexpr std::array<table, most_halvings + 1 - fewest_halvings> make() {
    std::array<table, most_halvings + 1 - fewest_halvings> all{};
    for (unsigned k = fewest_halvings; k <= most_halvings; ++k) {
      fraction p = ~fraction{0};
      for (std::size_t lane = 0; lane < Lanes; ++lane) p -= p >> k;  // none is hit
      fraction sum = p;
      for (std::size_t n = 0; n < entries; ++n) {
        all[k - fewest_halvings][n] = sum;
        const fraction divisor = (n + 1) * ((fraction{1} << k) - 1);
        p = p / divisor * (Lanes - n) + p % divisor * (Lanes - n) / divisor;
        sum = p < ~sum ? sum + p : ~fraction{0};  // by rounding it would pass 1
      }
      all[k - fewest_halvings][entries - 1] = ~fraction{0};
    }
    return all;
  }
  static constexpr std::array<table, most_halvings + 1 - fewest_halvings> at_most = make();

  [[nodiscard]] static constexpr std::size_t draw(unsigned k, bulk_words& words) {
    const table& t = at_most[k - fewest_halvings];
    const std::uint64_t high = words.next();
    std::size_t n = 0;
    while (static_cast<std::uint64_t>(t[n] >> 64) < high) ++n;
    if (static_cast<std::uint64_t>(t[n] >> 64) == high) [[unlikely]] {
      const fraction all = static_cast<fraction>(high) << 64 | words.next();
      while (n + 1 < entries && t[n] <= all) ++n;
    }
    return n;
  }
};

/// For every lane a number of its own in [0, 1), compared with `N` thresholds that do not decrease: bit i of word w
/// of plane n says whether lane 64 w + i is below threshold n.
template <std::size_t Words, std::size_t N>
class lane_draws {
 public:
  using planes = std::array<std::array<std::uint64_t, Words>, N>;

  [[nodiscard]] static constexpr planes below(const std::array<fraction, N>& thresholds, bulk_words& words) {
    planes out{};
    const fraction largest = thresholds[N - 1];
    if (largest == 0) return out;
    const unsigned halvings = leading_zeros(largest);
    if (halvings < hit_counts<64 * Words>::fewest_halvings)
      by_bits(thresholds, words, out);
    else
      by_hits(thresholds, halvings, words, out);
    return out;
  }

 private:
  [[nodiscard]] static constexpr unsigned leading_zeros(fraction f) {
    const auto high = static_cast<std::uint64_t>(f >> 64);
    return static_cast<unsigned>(high != 0 ? std::countl_zero(high)
                                           : 64 + std::countl_zero(static_cast<std::uint64_t>(f)));
  }

  /// The lanes' numbers bit by bit from the highest, until all lanes of a word are decided: seven words or so.
  static constexpr void by_bits(const std::array<fraction, N>& thresholds, bulk_words& words, planes& out) {
    for (std::size_t w = 0; w < Words; ++w) {
      std::array<fraction, N> rest = thresholds;
      std::array<std::uint64_t, N> open;
      open.fill(~std::uint64_t{0});
      std::uint64_t any = 1;
      for (int bit = 0; any != 0 && bit < 128; ++bit) {
        const std::uint64_t number = words.next();
        any = 0;
        for (std::size_t n = 0; n < N; ++n) {
          const std::uint64_t one = std::uint64_t{0} - static_cast<std::uint64_t>(rest[n] >> 127);
          out[n][w] |= open[n] & one & ~number;
          rest[n] <<= 1;
          open[n] &= rest[n] != 0 ? ~(number ^ one) : 0;  // equal so far, with bits to come
          any |= open[n];
        }
      }
    }
  }

  /// For rare errors: which lanes are below 2^−k, the next power above the largest threshold (how many from the
  /// binomial distribution, then which at random), and only for those the rest of the number.
  static constexpr void by_hits(const std::array<fraction, N>& thresholds, unsigned halvings, bulk_words& words,
                                planes& out) {
    using counts = hit_counts<64 * Words>;
    constexpr int index_bits = std::bit_width(64 * Words) - 1, spare_bits = 64 - index_bits;
    const unsigned k = halvings < counts::most_halvings ? halvings : counts::most_halvings;
    std::array<fraction, N> scaled = thresholds;
    for (fraction& f : scaled) f <<= k;
    std::array<std::uint64_t, Words> hit{};
    for (std::size_t left = counts::draw(k, words); left > 0;) {
      const std::uint64_t word = words.next();
      const auto lane = static_cast<std::size_t>(word >> spare_bits);
      const std::uint64_t bit = std::uint64_t{1} << (lane % 64);
      if ((hit[lane / 64] & bit) != 0) continue;
      hit[lane / 64] |= bit;
      --left;
      fraction number = static_cast<fraction>(word << index_bits) << 64;
      bool tie = false;
      for (const fraction& f : scaled) tie = tie || (f ^ number) >> (128 - spare_bits) == 0;
      if (tie) [[unlikely]] {
        const fraction high = words.next();
        number |= (high << 64 | words.next()) >> spare_bits;
      }
      for (std::size_t n = 0; n < N; ++n) out[n][lane / 64] |= number < scaled[n] ? bit : 0;
    }
  }
};

}  // namespace ebit::detail
