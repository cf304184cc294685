// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include <ebit/backend/authenticated.hpp>
#include <ebit/core/random.hpp>

#include <support/catch.hpp>

// What an attacker can do to packets, for every cipher alike. The attacker sees all packets, keeps them, changes them
// and sends them whenever it likes.
namespace ebit_test {

using ebit::node_id;
using ebit::backend::opened;
using ebit::backend::seal_fault;
using packet = std::vector<std::byte>;

template <class Cipher>
using key_of = std::array<std::byte, Cipher::key_bytes>;

template <class Cipher>
[[nodiscard]] key_of<Cipher> some_key(std::uint8_t number) {
  key_of<Cipher> key;
  for (std::size_t i = 0; i < key.size(); ++i) key[i] = static_cast<std::byte>(number * 37 + i);
  return key;
}

/// The two ends of a link, which can restart.
template <class Cipher>
struct two_ends {
  using end = ebit::backend::sealed_link<Cipher>;

  static constexpr node_id alice_id{7}, bob_id{9};
  end alice{alice_id, bob_id, 0, some_key<Cipher>(1)};
  end bob{bob_id, alice_id, 0, some_key<Cipher>(1)};

  [[nodiscard]] static packet made(std::size_t size, const std::array<std::byte, 512>& bytes) {
    return packet(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(size));
  }
  [[nodiscard]] static packet seal(end& from, std::uint64_t content) {
    std::array<std::byte, 512> out{};
    std::array<std::byte, 8> plain;
    ebit::codec::detail::store(plain.data(), content);
    const auto s = from.seal(plain, out);
    REQUIRE(s.error == seal_fault::none);
    REQUIRE(s.size == end::overhead + plain.size());
    return made(s.size, out);
  }
  [[nodiscard]] static packet greet(end& from) {
    std::array<std::byte, 512> out{};
    return made(from.greet(out).size, out);
  }
  /// Opens; content that comes out must be what was sealed.
  [[nodiscard]] static opened open(end& to, const packet& p, std::uint64_t content = 0) {
    std::array<std::byte, 512> out{};
    const opened o = to.open(p, out);
    if (o.error == seal_fault::none && o.size != 0) {
      REQUIRE(o.size == 8);
      REQUIRE(ebit::codec::detail::load<std::uint64_t>(out.data()) == content);
    }
    return o;
  }
  void introduce() {
    REQUIRE(open(bob, greet(alice)).greet);
    const opened answer = open(alice, greet(bob));
    REQUIRE(answer.error == seal_fault::none);
    REQUIRE_FALSE(answer.greet);
    REQUIRE(alice.introduced());
    REQUIRE(bob.introduced());
  }
};

template <class Cipher>
void check_replay_and_order() {
  two_ends<Cipher> link;
  std::array<std::byte, 512> out{};
  CHECK(link.alice.seal({}, out).error == seal_fault::unintroduced);
  link.introduce();

  // In any order within the window every packet is taken once.
  std::vector<packet> sent;
  for (std::uint64_t i = 0; i < 3000; ++i) sent.push_back(link.seal(link.alice, i));
  ebit::random_stream draw{4'011, ebit::random_purpose::user, 0};
  for (std::size_t block = 0; block < 3000; block += 500)
    for (std::size_t i = block + 499; i > block; --i) {
      const std::size_t j = block + draw.next_u32() % (i - block + 1);
      if (i != j) sent[i].swap(sent[j]);
    }
  std::size_t taken = 0;
  for (const packet& p : sent) {
    const opened o = link.bob.open(p, out);
    taken += o.error == seal_fault::none;
    REQUIRE(two_ends<Cipher>::open(link.bob, p).error == seal_fault::replayed);
  }
  CHECK(taken == 3000);
  // Later, each is seen or too old to tell, and none is taken.
  std::size_t old = 0;
  for (const packet& p : sent) {
    const seal_fault error = two_ends<Cipher>::open(link.bob, p).error;
    REQUIRE((error == seal_fault::replayed || error == seal_fault::too_old));
    old += error == seal_fault::too_old;
  }
  CHECK(old == 3000 - 1024);

  // One that stays behind by more than the window is lost, one at its edge is not.
  const packet late = link.seal(link.alice, 1), edge = link.seal(link.alice, 2);
  for (std::uint64_t i = 0; i < 1023; ++i) REQUIRE(link.open(link.bob, link.seal(link.alice, i), i).size == 8);
  CHECK(link.open(link.bob, late, 1).error == seal_fault::too_old);
  CHECK(link.open(link.bob, edge, 2).error == seal_fault::none);
  // A packet is not taken by the one that made it.
  CHECK(link.open(link.alice, edge, 2).error == seal_fault::wrong_link);
}

template <class Cipher>
void check_forgery() {
  using ends = two_ends<Cipher>;
  ends link;
  link.introduce();
  const packet good = link.seal(link.alice, 5);
  // Whatever bit is turned over, whatever is cut off or added: not taken, and the real one still is.
  for (std::size_t bit = 0; bit < 8 * good.size(); ++bit) {
    packet bad = good;
    bad[bit / 8] ^= static_cast<std::byte>(1U << bit % 8);
    CAPTURE(bit);
    const opened o = link.open(link.bob, bad, 5);
    REQUIRE(o.error != seal_fault::none);
    REQUIRE_FALSE(o.greet);
    const seal_fault expected = bit < 8    ? seal_fault::bad_version
                                : bit < 72 ? seal_fault::wrong_link
                                           : seal_fault::forged;
    REQUIRE(o.error == expected);
  }
  for (std::size_t size = 0; size < good.size(); ++size) {
    packet bad = good;
    bad.resize(size);
    REQUIRE(link.open(link.bob, bad, 5).error ==
            (size < ends::end::overhead ? seal_fault::truncated : seal_fault::forged));
  }
  packet longer = good;
  longer.push_back(std::byte{0});
  CHECK(link.open(link.bob, longer, 5).error == seal_fault::forged);
  std::array<std::byte, 7> little{};
  CHECK(link.bob.open(good, little).error == seal_fault::no_room);
  CHECK(link.open(link.bob, good, 5).error == seal_fault::none);

  // Content is not there to be read, and two packets of one content have nothing in common behind their heads.
  const packet same = link.seal(link.alice, 5);
  CHECK_FALSE(std::equal(good.begin() + ends::end::header, good.end(), same.begin() + ends::end::header));

  // Another key.
  typename ends::end stranger{ends::alice_id, ends::bob_id, 0, some_key<Cipher>(2)};
  CHECK(link.open(link.bob, link.greet(stranger)).error == seal_fault::forged);
  // The key of another link, were it given away, does not speak for this one: another sender, another receiver.
  typename ends::end carol{node_id{8}, ends::bob_id, 0, some_key<Cipher>(1)};
  CHECK(link.open(link.bob, link.greet(carol)).error == seal_fault::wrong_link);
  typename ends::end to_carol{ends::alice_id, node_id{8}, 0, some_key<Cipher>(1)};
  CHECK(link.open(link.bob, link.greet(to_carol)).error == seal_fault::wrong_link);
}

template <class Cipher>
void check_restarts() {
  using ends = two_ends<Cipher>;
  ends link;
  std::vector<packet> seen_by_attacker;
  const auto keep = [&](packet p) {
    seen_by_attacker.push_back(p);
    return p;
  };
  const auto talk = [&] {
    for (std::uint64_t i = 0; i < 20; ++i) {
      REQUIRE(link.open(link.bob, keep(link.seal(link.alice, i)), i).size == 8);
      REQUIRE(link.open(link.alice, keep(link.seal(link.bob, i)), i).size == 8);
    }
  };
  link.introduce();
  talk();
  // Bob restarts and remembers nothing. What was sealed for him before is not taken, though its seal is good.
  link.bob = typename ends::end{ends::bob_id, ends::alice_id, 1, some_key<Cipher>(1)};
  for (const packet& p : seen_by_attacker) {
    const seal_fault error = link.open(link.bob, p).error;
    REQUIRE((error == seal_fault::other_session || error == seal_fault::wrong_link));
  }
  // Alice does not know yet, is told so, and they go on.
  REQUIRE(link.open(link.bob, keep(link.seal(link.alice, 1)), 1).greet);
  REQUIRE(link.open(link.alice, keep(link.greet(link.bob))).error == seal_fault::none);
  talk();
  // What Bob sealed before his restart is not taken either.
  std::size_t old = 0;
  for (const packet& p : seen_by_attacker) {
    const seal_fault error = link.open(link.alice, p).error;
    REQUIRE((error == seal_fault::replayed || error == seal_fault::wrong_link || error == seal_fault::old_session));
    old += error == seal_fault::old_session;
  }
  CHECK(old == 20);

  // Both restart, and Alice hears the attacker first: she takes nothing, but believes Bob to be in an old session,
  // until he says otherwise.
  link.alice = typename ends::end{ends::alice_id, ends::bob_id, 1, some_key<Cipher>(1)};
  link.bob = typename ends::end{ends::bob_id, ends::alice_id, 2, some_key<Cipher>(1)};
  for (const packet& p : seen_by_attacker) REQUIRE(link.open(link.alice, p).error != seal_fault::none);
  const opened misled = link.open(link.bob, keep(link.seal(link.alice, 3)), 3);
  REQUIRE(misled.error == seal_fault::other_session);
  REQUIRE(misled.greet);
  REQUIRE(link.open(link.alice, keep(link.greet(link.bob))).error == seal_fault::none);
  talk();
  for (const packet& p : seen_by_attacker) {
    REQUIRE(link.open(link.alice, p).error != seal_fault::none);
    REQUIRE(link.open(link.bob, p).error != seal_fault::none);
  }

  // No two packets of all these sessions had one nonce.
  std::vector<packet> nonces;
  for (const packet& p : seen_by_attacker) nonces.emplace_back(p.begin() + 1, p.begin() + ends::end::header);
  std::sort(nonces.begin(), nonces.end());
  CHECK(std::adjacent_find(nonces.begin(), nonces.end()) == nonces.end());
}

template <class Cipher>
void check_exhaustion() {
  using ends = two_ends<Cipher>;
  ends link;
  link.alice = typename ends::end{ends::alice_id, ends::bob_id, 0, some_key<Cipher>(1), Cipher{}, 5};
  link.introduce();  // takes one
  std::array<std::byte, 512> out{};
  for (std::uint64_t i = 0; i < 4; ++i) REQUIRE(link.open(link.bob, link.seal(link.alice, i), i).size == 8);
  for (int i = 0; i < 3; ++i) {
    const auto s = link.alice.seal(std::span<const std::byte>{out}.first(8), std::span{out}.subspan(8));
    CHECK(s.error == seal_fault::exhausted);
    CHECK(s.size == 0);
    CHECK(link.alice.greet(out).error == seal_fault::exhausted);
  }
  // A new session goes on; one that has no room uses up no counter.
  link.alice = typename ends::end{ends::alice_id, ends::bob_id, 1, some_key<Cipher>(1), Cipher{}, 2};
  REQUIRE(link.open(link.alice, link.greet(link.bob)).greet);
  CHECK(link.alice.seal({}, std::span{out}.first(ends::end::overhead - 1)).error == seal_fault::no_room);
  CHECK(link.alice.greet(std::span{out}.first(0)).error == seal_fault::no_room);
  CHECK(link.open(link.bob, link.greet(link.alice)).error == seal_fault::none);
}

}  // namespace ebit_test
