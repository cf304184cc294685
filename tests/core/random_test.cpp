// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <cstdint>
#include <set>
#include <string_view>
#include <type_traits>
#include <vector>

#include <ebit/core/random.hpp>

#include "../support/catch.hpp"

namespace {

using ebit::random_purpose;
using ebit::random_stream;
using words = std::array<std::uint32_t, 4>;

constexpr std::uint64_t seed = 7;

std::vector<std::uint64_t> first_draws(random_stream stream, int count) {
  std::vector<std::uint64_t> drawn;
  for (int i = 0; i < count; ++i) drawn.push_back(stream.next_u64());
  return drawn;
}

/// The largest deviation, in standard deviations, of any of the 64 bits from being set half of the time.
template <class Word>
double worst_bit(int count, Word word) {
  std::array<int, 64> set{};
  for (int i = 0; i < count; ++i) {
    const std::uint64_t w = word(static_cast<std::uint64_t>(i));
    for (std::size_t bit = 0; bit < 64; ++bit) set[bit] += static_cast<int>(w >> bit & 1);
  }
  double worst = 0;
  for (const int s : set) {
    const double excess = s - 0.5 * count;
    worst = std::max(worst, excess * excess / (0.25 * count));
  }
  return worst;  // squared: five standard deviations are 25, and 64 bits exceed 30 in one run of 4·10^5
}

}  // namespace

TEST_CASE("core.random: known answers of philox4x32-10") {
  // Random123, kat_vectors (D. E. Shaw Research).
  static_assert(ebit::philox4x32({0, 0, 0, 0}, {0, 0}) == words{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8});
  constexpr std::uint32_t ones = 0xffffffff;
  CHECK(ebit::philox4x32({ones, ones, ones, ones}, {ones, ones}) ==
        words{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd});
  CHECK(ebit::philox4x32({0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, {0xa4093822, 0x299f31d0}) ==
        words{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1});
}

TEST_CASE("core.random: a stream is a small value") {
  static_assert(std::is_trivially_copyable_v<random_stream>);
  static_assert(sizeof(random_stream) == 48);
  random_stream original{seed, random_purpose::outcome, 3};
  original.at(2, 5);
  (void)original.next_u32();
  random_stream fork = original;
  CHECK(fork == original);
  CHECK(first_draws(fork, 10) == first_draws(original, 10));
  (void)fork.next_u32();
  CHECK_FALSE(fork == original);
  (void)original.next_u32();
  CHECK(fork == original);
}

TEST_CASE("core.random: going to an attempt forgets what was drawn before") {
  random_stream direct{seed, random_purpose::herald, 3};
  direct.at(1, 1'000'000'000'000);
  random_stream roundabout{seed, random_purpose::herald, 3};
  for (int i = 0; i < 7; ++i) (void)roundabout.next_u32();
  roundabout.at(9, 9);
  (void)roundabout.next_u64();
  roundabout.at(1, 1'000'000'000'000);
  CHECK(direct == roundabout);
  CHECK(first_draws(direct, 9) == first_draws(roundabout, 9));
  CHECK(direct.epoch() == 1);
  CHECK(direct.attempt() == 1'000'000'000'000);
  CHECK(direct.drawn() == 0);
}

TEST_CASE("core.random: wide draws are two narrow ones, low word first, across blocks too") {
  random_stream narrow{seed, random_purpose::user, 1};
  random_stream wide = narrow;
  CHECK(narrow.next_u32() == wide.next_u32());
  for (int i = 0; i < 10; ++i) {
    const std::uint64_t low = narrow.next_u32();
    const std::uint64_t high = narrow.next_u32();
    CHECK(wide.next_u64() == (high << 32 | low));
  }
  CHECK(narrow == wide);
  CHECK(narrow.drawn() == 21);
}

TEST_CASE("core.random: adding an entity changes no other draw") {
  const auto draws_of = [](const std::vector<std::string_view>& names, std::string_view wanted) {
    std::vector<random_stream> streams;
    std::vector<std::uint64_t> drawn;
    for (const auto name : names) streams.emplace_back(seed, random_purpose::herald, ebit::stable_hash(name));
    for (int i = 0; i < 20; ++i) {
      for (std::size_t k = 0; k < names.size(); ++k) {
        const std::uint64_t word = streams[k].next_u64();
        if (names[k] == wanted) drawn.push_back(word);
      }
    }
    return drawn;
  };
  for (const std::string_view wanted : {"alice-bob", "bob-carol"}) {
    CHECK(draws_of({"alice-bob", "bob-carol"}, wanted) == draws_of({"alice-bob", "alice-dave", "bob-carol"}, wanted));
    CHECK(draws_of({"alice-bob", "bob-carol"}, wanted) == draws_of({"bob-carol", "alice-bob"}, wanted));
  }
}

TEST_CASE("core.random: seed, purpose, entity, epoch, attempt and draw each separate streams") {
  std::set<std::uint64_t> seen;
  std::size_t made = 0;
  for (std::uint64_t s = 0; s < 8; ++s) {
    for (std::uint32_t purpose = 0; purpose < 8; ++purpose) {
      for (std::uint64_t entity = 0; entity < 8; ++entity) {
        for (std::uint32_t epoch = 0; epoch < 4; ++epoch) {
          for (std::uint64_t attempt = 0; attempt < 8; ++attempt) {
            random_stream stream{s, static_cast<random_purpose>(purpose), entity};
            stream.at(epoch, attempt << 31);
            for (int draw = 0; draw < 4; ++draw, ++made) seen.insert(stream.next_u64());
          }
        }
      }
    }
  }
  CHECK(seen.size() == made);
}

TEST_CASE("core.random: every bit is fair along every coordinate of the counter and the key") {
  INFO("seed " << seed);
  constexpr int count = 40'000;
  random_stream one{seed, random_purpose::user, 1};
  CHECK(worst_bit(count, [&](std::uint64_t) { return one.next_u64(); }) < 30);
  CHECK(worst_bit(count, [&](std::uint64_t i) {
          one.at(0, i);
          return one.next_u64();
        }) < 30);
  CHECK(worst_bit(count, [&](std::uint64_t i) {
          one.at(static_cast<std::uint32_t>(i), 0);
          return one.next_u64();
        }) < 30);
  CHECK(worst_bit(count, [](std::uint64_t i) { return random_stream{seed, random_purpose::user, i}.next_u64(); }) <
        30);
  CHECK(worst_bit(count, [](std::uint64_t i) { return random_stream{i, random_purpose::user, 1}.next_u64(); }) < 30);
  // Neighbours differ in half of their bits, each bit independently.
  CHECK(worst_bit(count, [](std::uint64_t i) {
          random_stream here{seed, random_purpose::user, i}, next{seed, random_purpose::user, i + 1};
          return here.next_u64() ^ next.next_u64();
        }) < 30);
}

TEST_CASE("core.random: mixing is one to one in each argument and not symmetric") {
  std::set<std::uint64_t> by_first, by_second;
  for (std::uint64_t i = 0; i < 10'000; ++i) {
    by_first.insert(ebit::mix(i, 5));
    by_second.insert(ebit::mix(5, i));
  }
  CHECK(by_first.size() == 10'000);
  CHECK(by_second.size() == 10'000);
  CHECK(ebit::mix(1, 2) != ebit::mix(2, 1));
  CHECK(ebit::mix(0, 0) != 0);
}

TEST_CASE("core.random: keys and draws are pinned for ever") {
  CHECK(ebit::stable_hash("") == 0xf52a15e9a9b5e89bU);
  CHECK(ebit::stable_hash("alice") == 0xc5d1556d66774a5cU);
  CHECK(ebit::stable_hash("alicf") != ebit::stable_hash("alice"));
  CHECK(ebit::mix(1, 2) == 0x081a5c1377856b73U);
  random_stream stream{1, random_purpose::twirl, ebit::stable_hash("alice")};
  stream.at(3, 0x1'0000'0004);
  CHECK(stream.next_u64() == 0x4d0eec89503442a9U);
}
