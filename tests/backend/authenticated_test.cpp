// SPDX-License-Identifier: Apache-2.0

#include <array>
#include <cstddef>
#include <cstdint>
#include <set>
#include <span>

#include <backend/authenticated_scenarios.hpp>
#include <ebit/core/random.hpp>
#include <ebit/link/wire.hpp>
#include <support/catch.hpp>

namespace {

using namespace ebit;
using namespace ebit::backend;

/// Does what a cipher does, without being secret: whoever knows the mechanism can break it. Shows that the mechanism
/// needs no more than the concept says.
struct toy_cipher {
  static constexpr std::size_t key_bytes = 16;
  static constexpr std::size_t overhead = 8;
  using key = std::array<std::byte, key_bytes>;
  using nonce = std::span<const std::byte, nonce_bytes>;
  using bytes = std::span<const std::byte>;

  static std::uint64_t digest(std::uint64_t sum, bytes all) noexcept {
    for (const std::byte b : all) sum = mix(sum, std::to_integer<std::uint64_t>(b));
    return mix(sum, all.size());
  }
  static std::byte pad(std::uint64_t stream, std::size_t i) noexcept {
    return static_cast<std::byte>(mix(stream, i));
  }

  void seal(const key& k, nonce n, bytes associated, bytes plain, std::span<std::byte> out) const noexcept {
    const std::uint64_t stream = digest(digest(1, k), n);
    for (std::size_t i = 0; i < plain.size(); ++i) out[i] = plain[i] ^ pad(stream, i);
    codec::detail::store(out.data() + plain.size(), digest(digest(mix(stream, 2), associated), plain));
  }
  bool open(const key& k, nonce n, bytes associated, bytes packet, std::span<std::byte> out) const noexcept {
    const std::uint64_t stream = digest(digest(1, k), n);
    for (std::size_t i = 0; i < out.size(); ++i) out[i] = packet[i] ^ pad(stream, i);
    return codec::detail::load<std::uint64_t>(packet.data() + out.size()) ==
           digest(digest(mix(stream, 2), associated), out);
  }
};
static_assert(cipher<toy_cipher> && seal_policy<no_cipher> && !cipher<no_cipher> && !seal_policy<int>);

using node = authenticated<toy_cipher>;
using buffer = std::array<std::byte, 256>;

message hello(node_id from, node_id to, std::uint32_t number) {
  return message::pack(from, to, circuit_id{3}, wire::hello{path_id{number}, number});
}

std::span<const std::byte> cut(const buffer& out, sealed s) { return std::span<const std::byte>{out}.first(s.size); }

}  // namespace

TEST_CASE("backend/authenticated: a packet is taken once, in any order within the window") {
  ebit_test::check_replay_and_order<toy_cipher>();
}
TEST_CASE("backend/authenticated: nothing is taken that was forged, cut or meant for others") {
  ebit_test::check_forgery<toy_cipher>();
}
TEST_CASE("backend/authenticated: a restart on either side makes void what was sealed before") {
  ebit_test::check_restarts<toy_cipher>();
}
TEST_CASE("backend/authenticated: a session ends when its counters are used up") {
  ebit_test::check_exhaustion<toy_cipher>();
}

TEST_CASE("backend/authenticated: the replay window agrees with a set of all counters") {
  using window = replay_window<128>;
  random_stream draw{4'012, random_purpose::user, 0};
  for (int run = 0; run < 200; ++run) {
    CAPTURE(run);
    window w;
    std::set<std::uint64_t> seen;
    std::uint64_t greatest = run % 2 == 0 ? 0 : ~std::uint64_t{0} - 20'000;
    for (int i = 0; i < 400; ++i) {
      const std::uint64_t step = draw.next_u32() % (i % 50 == 0 ? 1000 : 8);
      const bool back = !seen.empty() && draw.next_u32() % 2 == 0;
      const std::uint64_t below = draw.next_u32() % 200;
      const std::uint64_t counter = back ? greatest - (below < greatest ? below : greatest) : greatest + step;
      const bool too_old = !seen.empty() && counter + 128 <= greatest;
      const window::verdict expected = too_old                   ? window::verdict::too_old
                                       : seen.count(counter) > 0 ? window::verdict::seen
                                                                 : window::verdict::fresh;
      REQUIRE(w.look(counter) == expected);
      w.take(counter);
      if (!too_old) seen.insert(counter);
      if (counter > greatest) greatest = counter;
    }
  }
  // The last counter there is.
  window w;
  w.take(~std::uint64_t{0});
  CHECK(w.look(~std::uint64_t{0}) == window::verdict::seen);
  CHECK(w.look(~std::uint64_t{0} - 127) == window::verdict::fresh);
  CHECK(w.look(~std::uint64_t{0} - 128) == window::verdict::too_old);
}

TEST_CASE("backend/authenticated: messages of one node to many, each under its own key") {
  const node_id hub{1};
  node center{hub, 0};
  buffer out{};
  CHECK(center.seal(hello(hub, node_id{2}, 1), out).error == seal_fault::unknown_peer);
  for (const std::uint32_t i : {5U, 2U, 9U, 4U}) {
    const node_id peer{i};
    REQUIRE(center.add(peer, ebit_test::some_key<toy_cipher>(static_cast<std::uint8_t>(i))));
    CHECK_FALSE(center.add(peer, {}));
    node other{peer, 0};
    REQUIRE(other.add(hub, ebit_test::some_key<toy_cipher>(static_cast<std::uint8_t>(i))));

    CHECK_FALSE(center.introduced(peer));
    CHECK(center.seal(hello(hub, peer, i), out).error == seal_fault::unintroduced);
    opened_message o = other.open(cut(out, center.greet(peer, out)));
    CHECK(o.greet);
    CHECK(o.from == hub);
    CHECK_FALSE(o);
    o = center.open(cut(out, other.greet(hub, out)));
    CHECK(o.greeting);
    CHECK_FALSE(o);
    CHECK(center.introduced(peer));

    const message m = hello(hub, peer, i);
    const sealed s = center.seal(m, out);
    CHECK(s.size == codec::encoded_size(m) + node::link_type::overhead);
    CHECK(s.size <= node::largest_packet);
    o = other.open(cut(out, s));
    REQUIRE(o);
    CHECK(o.content == m);
    CHECK(o.from == hub);
    CHECK(other.open(cut(out, s)).error == seal_fault::replayed);
    CHECK(center.open(cut(out, other.seal(hello(peer, hub, 7), out))).content == hello(peer, hub, 7));

    // Nobody speaks in another's name: neither when sealing nor, with a key of its own, past it.
    CHECK(other.seal(hello(node_id{77}, hub, 1), out).error == seal_fault::wrong_link);
    sealed_link<toy_cipher> liar{peer, hub, 1, ebit_test::some_key<toy_cipher>(static_cast<std::uint8_t>(i))};
    buffer greeting{}, plain{};
    REQUIRE(liar.open(cut(greeting, center.greet(peer, greeting)), plain).greet);
    const std::size_t size = codec::encode(hello(node_id{77}, hub, 1), plain);
    o = center.open(cut(out, liar.seal(std::span{plain}.first(size), out)));
    CHECK(o.error == seal_fault::wrong_link);
    o = center.open(cut(out, liar.seal(std::span{plain}.first(size - 1), out)));
    CHECK(o.error == seal_fault::bad_content);
    CHECK(o.why == codec::fault::truncated);
    CHECK(center.open(std::span{out}.first(10)).error == seal_fault::truncated);
  }
  message unsayable = hello(hub, node_id{2}, 1);
  unsayable.size = 3;
  CHECK(center.seal(unsayable, out).error == seal_fault::bad_content);
  CHECK(center.greet(node_id{3}, out).error == seal_fault::unknown_peer);
  CHECK_FALSE(center.add(hub, {}));
  CHECK_FALSE(center.add(node_id::none(), {}));
  node unborn{hub, ~0U};
  CHECK(unborn.add(node_id{2}, {}).error().what == "authenticated.session");
}

TEST_CASE("backend/authenticated: without a cipher a packet is the message's bytes") {
  authenticated<no_cipher> alice{node_id{1}}, bob{node_id{2}};
  static_assert(sizeof alice == sizeof(node_id));
  static_assert(authenticated<no_cipher>::largest_packet == codec::largest_message);
  const message m = hello(node_id{1}, node_id{2}, 5);
  buffer out{}, plain{};
  const sealed s = alice.seal(m, out);
  REQUIRE(s.size == codec::encode(m, plain));
  CHECK(out == plain);
  CHECK(bob.open(cut(out, s)).content == m);
  CHECK(alice.open(cut(out, s)).error == seal_fault::wrong_link);
  CHECK(bob.open(cut(out, {5, seal_fault::none})).why == codec::fault::truncated);
  CHECK(alice.seal(m, std::span{out}.first(5)).error == seal_fault::no_room);
  CHECK(alice.introduced(node_id{2}));
  CHECK(alice.greet(node_id{2}, out).size == 0);
}
