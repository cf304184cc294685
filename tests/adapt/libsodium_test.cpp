// SPDX-License-Identifier: Apache-2.0

#include <support/catch.hpp>

#if __has_include(<sodium.h>)

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <set>
#include <span>
#include <string_view>

#include <backend/authenticated_scenarios.hpp>
#include <ebit/adapt/libsodium.hpp>

namespace {

using cipher = ebit::adapt::xchacha20_poly1305;

template <std::size_t Size>
std::array<std::byte, Size> counted_from(unsigned first) {
  std::array<std::byte, Size> bytes;
  for (std::size_t i = 0; i < Size; ++i) bytes[i] = static_cast<std::byte>(first + i);
  return bytes;
}

}  // namespace

TEST_CASE("adapt/libsodium: the published vector") {
  // draft-irtf-cfrg-xchacha-03, A.3.1
  const auto key = counted_from<32>(0x80);
  const auto nonce = counted_from<24>(0x40);
  std::array<std::byte, 12> associated{std::byte{0x50}, std::byte{0x51}, std::byte{0x52}, std::byte{0x53}};
  std::ranges::copy(counted_from<8>(0xc0), associated.begin() + 4);
  const std::string_view text =
      "Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the future, sunscreen would "
      "be "
      "it.";
  const auto plain = std::as_bytes(std::span{text.data(), text.size()});
  std::array<std::byte, 256> sealed{}, opened{};
  const auto packet = std::span{sealed}.first(plain.size() + cipher::overhead);
  cipher{}.seal(key, nonce, associated, plain, packet);
  const std::array<unsigned, 4> begins{0xbd, 0x6d, 0x17, 0x9d};
  for (std::size_t i = 0; i < 4; ++i) CHECK(std::to_integer<unsigned>(packet[i]) == begins[i]);
  const std::array<unsigned, 16> tag{0xc0, 0x87, 0x59, 0x24, 0xc1, 0xc7, 0x98, 0x79,
                                     0x47, 0xde, 0xaf, 0xd8, 0x78, 0x0a, 0xcf, 0x49};
  for (std::size_t i = 0; i < 16; ++i) CHECK(std::to_integer<unsigned>(packet[plain.size() + i]) == tag[i]);
  const auto out = std::span{opened}.first(plain.size());
  REQUIRE(cipher{}.open(key, nonce, associated, packet, out));
  CHECK(std::ranges::equal(out, plain));
}

TEST_CASE("adapt/libsodium: packets are taken once and never when forged, cut or from before a restart") {
  ebit_test::check_replay_and_order<cipher>();
  ebit_test::check_forgery<cipher>();
  ebit_test::check_restarts<cipher>();
  ebit_test::check_exhaustion<cipher>();
}

TEST_CASE("adapt/libsodium: of a shared secret two nodes make one key, and others another") {
  using ebit::node_id;
  const auto secret = counted_from<32>(0), other = counted_from<32>(1);
  std::set<cipher::key> keys;
  for (std::uint32_t a = 0; a < 5; ++a)
    for (std::uint32_t b = 0; b < a; ++b)
      for (const std::uint64_t run : {0U, 1U})
        for (const auto& of : {secret, other}) {
          const auto key = ebit::adapt::pair_key(of, run, node_id{a}, node_id{b});
          CHECK(key == ebit::adapt::pair_key(of, run, node_id{b}, node_id{a}));
          CHECK(keys.insert(key).second);
        }
  CHECK(keys.size() == 40);
}

#else

#include <cstdio>

TEST_CASE("adapt/libsodium: packets are taken once and never when forged, cut or from before a restart") {
  std::printf("EBIT_SKIPPED: libsodium is not installed\n");
}

#endif
