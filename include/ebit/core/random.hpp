// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include <ebit/config.hpp>

namespace ebit {

/// What a draw is for. Part of every stream's key: the numbers are fixed for ever and only appended to.
enum class random_purpose : std::uint32_t {
  herald = 0,
  outcome = 1,
  noise = 2,
  twirl = 3,
  topology = 4,
  demand = 5,
  fault = 6,
  user = 7,
};

namespace detail {

/// A bijection of 64-bit words that spreads every input bit (the output function of splitmix64: Steele, Lea, Flood,
/// OOPSLA 2014, with the constants of Stafford's variant 13).
[[nodiscard]] constexpr std::uint64_t avalanche(std::uint64_t x) {
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9U;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebU;
  return x ^ (x >> 31);
}

}  // namespace detail

/// One well-spread word from two. Not symmetric; for either argument fixed it is a bijection of the other.
[[nodiscard]] constexpr std::uint64_t mix(std::uint64_t a, std::uint64_t b) {
  return detail::avalanche(detail::avalanche(a + 0x9e3779b97f4a7c15U) + b);
}

/// A key for an entity made from its stable name, the same in every run and on every machine (FNV-1a, then spread).
[[nodiscard]] constexpr std::uint64_t stable_hash(std::string_view name) {
  std::uint64_t hash = 0xcbf29ce484222325U;
  for (const char c : name) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3U;
  return detail::avalanche(hash);
}

/// The bijection philox4x32 with ten rounds (Salmon, Moraes, Dror, Shaw, SC 2011): four random words per counter.
[[nodiscard]] constexpr std::array<std::uint32_t, 4> philox4x32(std::array<std::uint32_t, 4> counter,
                                                                std::array<std::uint32_t, 2> key) {
  std::uint32_t c0 = counter[0], c1 = counter[1], c2 = counter[2], c3 = counter[3];
  std::uint32_t k0 = key[0], k1 = key[1];
  for (int round = 0; round < 10; ++round) {
    const std::uint64_t even = std::uint64_t{0xd2511f53U} * c0;
    const std::uint64_t odd = std::uint64_t{0xcd9e8d57U} * c2;
    c0 = static_cast<std::uint32_t>(odd >> 32) ^ c1 ^ k0;
    c1 = static_cast<std::uint32_t>(odd);
    c2 = static_cast<std::uint32_t>(even >> 32) ^ c3 ^ k1;
    c3 = static_cast<std::uint32_t>(even);
    k0 += 0x9e3779b9U;
    k1 += 0xbb67ae85U;
  }
  return {c0, c1, c2, c3};
}

/// A counter-based source of random words. The key is (seed, purpose, entity), the counter (epoch, attempt, draw):
/// any draw of any stream can be named and repeated, and streams do not know of one another, so a new entity changes
/// no draw of an old one. A value of 48 bytes: copying it forks it, and equal streams go on alike.
class random_stream {
 public:
  random_stream() = default;
  /// `entity` is a stable name's hash (`stable_hash`) or a number that does not depend on how many others there are.
  constexpr random_stream(std::uint64_t seed, random_purpose purpose, std::uint64_t entity)
      : key_{mix(mix(seed, static_cast<std::uint64_t>(purpose)), entity)} {}

  /// Goes to the first draw of this epoch and attempt.
  constexpr void at(std::uint32_t epoch, std::uint64_t attempt) {
    epoch_ = epoch;
    attempt_ = attempt;
    drawn_ = 0;
  }

  /// Goes to draw `word` of the present epoch and attempt; `word` is a multiple of 4, the size of a block.
  constexpr void skip_to(std::uint64_t word) { drawn_ = word & ~std::uint64_t{3}; }

  [[nodiscard]] constexpr std::uint32_t epoch() const { return epoch_; }
  [[nodiscard]] constexpr std::uint64_t attempt() const { return attempt_; }
  /// How many 32-bit words were drawn since `at` or construction.
  [[nodiscard]] constexpr std::uint64_t drawn() const { return drawn_; }

  constexpr std::uint32_t next_u32() {
    const auto word = static_cast<std::size_t>(drawn_ & 3);
    if (word == 0) refill();
    ++drawn_;
    return block_[word];
  }
  constexpr std::uint64_t next_u64() {
    const std::uint64_t low = next_u32();
    const std::uint64_t high = next_u32();
    return high << 32 | low;
  }

  /// Equal when all further draws are equal; what is left in the cache follows from the position and is not compared.
  friend constexpr bool operator==(const random_stream& a, const random_stream& b) {
    return a.key_ == b.key_ && a.attempt_ == b.attempt_ && a.epoch_ == b.epoch_ && a.drawn_ == b.drawn_;
  }

 private:
  constexpr void refill() {
    const std::uint64_t block = drawn_ >> 2;
    // The counter has 32 bits for the block; a stream that outlives them (2^34 words) goes on under a fresh key.
    const std::uint64_t lap = block >> 32;
    const std::uint64_t key = lap == 0 ? key_ : mix(key_, lap);
    block_ = philox4x32({static_cast<std::uint32_t>(block), static_cast<std::uint32_t>(attempt_),
                         static_cast<std::uint32_t>(attempt_ >> 32), epoch_},
                        {static_cast<std::uint32_t>(key), static_cast<std::uint32_t>(key >> 32)});
  }

  std::uint64_t key_ = 0;
  std::uint64_t attempt_ = 0;
  std::uint64_t drawn_ = 0;
  std::uint32_t epoch_ = 0;
  std::array<std::uint32_t, 4> block_{};
};

}  // namespace ebit
