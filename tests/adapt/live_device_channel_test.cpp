// SPDX-License-Identifier: Apache-2.0
#include "../support/catch.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
#include <type_traits>
#include <utility>
#include <vector>

#include <ebit/core/random.hpp>

#include "live_support.hpp"

using namespace ebit;
using namespace ebit::literals;
using backend::seal_fault;
using ebit_test::note_taker;

namespace {

/// Does what a cipher does, without being secret.
struct toy_cipher {
  static constexpr std::size_t key_bytes = 16;
  static constexpr std::size_t overhead = 8;
  using key = std::array<std::byte, key_bytes>;
  using nonce = std::span<const std::byte, backend::nonce_bytes>;
  using bytes = std::span<const std::byte>;

  static std::uint64_t digest(std::uint64_t sum, bytes all) noexcept {
    for (const std::byte b : all) sum = mix(sum, std::to_integer<std::uint64_t>(b));
    return mix(sum, all.size());
  }
  void seal(const key& k, nonce n, bytes associated, bytes plain, std::span<std::byte> out) const noexcept {
    if (!plain.empty()) std::memcpy(out.data(), plain.data(), plain.size());
    codec::detail::store(out.data() + plain.size(), digest(digest(digest(digest(1, k), n), associated), plain));
  }
  bool open(const key& k, nonce n, bytes associated, bytes packet, std::span<std::byte> out) const noexcept {
    if (!out.empty()) std::memcpy(out.data(), packet.data(), out.size());
    return codec::detail::load<std::uint64_t>(packet.data() + out.size()) ==
           digest(digest(digest(digest(1, k), n), associated), out);
  }
};
static_assert(backend::cipher<toy_cipher>);

using client = adapt::live_device<adapt::no_application, adapt::live_offers, toy_cipher>;
using keys = adapt::live_keys<toy_cipher>;

[[nodiscard]] keys key_with(std::uint32_t peer, std::uint8_t number = 1) {
  keys all;
  all.of.push_back({node_id{peer}, {std::byte{number}}});
  return all;
}
[[nodiscard]] message letter(std::uint32_t from, std::uint32_t to, std::uint8_t number) {
  message m;
  m.type = 0x80;
  m.size = 1;
  m.from = node_id{from};
  m.to = node_id{to};
  m.body[0] = std::byte{number};
  return m;
}

/// Two nodes on a device that passes packets on.
struct two_nodes {
  adapt::socket_address address = ebit_test::fresh_address();
  std::optional<note_taker> device = note_taker::start(address);
  std::array<std::optional<client>, 2> nodes;
  std::array<std::vector<event::received>, 2> heard;

  [[nodiscard]] adapt::live_options wanted(std::uint32_t n) const {
    return {.address = address, .node = node_id{n}, .slots_per_port = {3, 3}, .patience = std::chrono::seconds{20}};
  }
  void start(std::uint32_t n, keys with) {
    auto made = ebit_test::connect<client>(*device, wanted(n), adapt::no_application{}, std::move(with));
    REQUIRE(made);
    nodes[n].emplace(std::move(*made));
  }
  void run(int rounds = 40) {
    for (int i = 0; i < rounds; ++i) {
      for (std::size_t n = 0; n < 2; ++n) {
        if (!nodes[n]) continue;
        while (nodes[n]->poll([&](const auto& e) {
          if constexpr (std::is_same_v<std::decay_t<decltype(e)>, event::received>) heard[n].push_back(e);
        })) {
        }
      }
      device->host.serve(*device, device->host.now() + 1_ms);
    }
  }
  /// Without a device.
  void run_alone() {
    for (int i = 0; i < 40; ++i)
      for (auto& n : nodes) n->poll([](const auto&) {});
  }
  void say(std::uint32_t from, std::uint8_t number) {
    nodes[from]->perform(action::send{letter(from, 1 - from, number)});
  }
  [[nodiscard]] const adapt::packet_counts& counts(std::size_t n) const { return nodes[n]->packets(); }
  [[nodiscard]] std::uint64_t refused(std::size_t n) const { return counts(n).suspect(); }
};

}  // namespace

TEST_CASE("adapt.live_channel: messages of two nodes come through sealed, the first ones as of when they were said") {
  two_nodes t;
  t.start(0, key_with(1));
  t.say(0, 1);  // to one who is not there yet
  const local_time said = t.nodes[0]->now();
  t.run();
  CHECK(t.device->notes.empty());  // the device never sees a message
  t.start(1, key_with(0));
  for (int i = 0; i < 50 && t.heard[1].empty(); ++i) t.run();
  REQUIRE(t.heard[1].size() == 1);
  CHECK(t.heard[1][0].content == letter(0, 1, 1));
  const world_time began = t.device->host.global(node_id{0}, said);
  CHECK(t.device->host.global(node_id{1}, t.nodes[1]->now()) - began >= t.heard[1][0].flight);
  CHECK(t.heard[1][0].flight > 30_ms);  // it has waited for its receiver
  t.say(0, 2);
  t.say(1, 3);
  t.run();
  REQUIRE((t.heard[1].size() == 2 && t.heard[0].size() == 1));
  CHECK((t.heard[1][1].content == letter(0, 1, 2) && t.heard[0][0].content == letter(1, 0, 3)));
  CHECK((t.refused(0) == 0 && t.refused(1) == 0 && t.counts(1).opened == 2));
  // To somebody of whom there is no key nothing is said.
  t.nodes[0]->perform(action::send{letter(0, 5, 4)});
  CHECK(t.counts(0).unsent == 1);
}

TEST_CASE("adapt.live_channel: what is forged, changed, repeated or not sealed is refused and counted") {
  two_nodes t;
  t.start(0, key_with(1));
  t.start(1, key_with(0));
  t.say(0, 1);
  for (int i = 0; i < 50 && t.heard[1].empty(); ++i) t.run();
  REQUIRE(t.heard[1].size() == 1);
  t.device->packets.clear();
  t.say(0, 2);
  t.run();
  REQUIRE((t.heard[1].size() == 2 && t.device->packets.size() == 1));
  const std::vector<std::byte> packet = t.device->packets.front();
  const auto attack = [&](std::span<const std::byte> bytes) {
    t.device->host.pass_on(node_id{1}, bytes, 1_us);
    t.run(5);
  };
  const auto all_refused = [&] {
    std::uint64_t all = 0;
    for (const std::uint64_t n : t.counts(1).refused) all += n;
    return all;
  };
  const std::uint64_t before = all_refused();  // when they did not know each other
  attack(packet);
  CHECK(t.counts(1).of(seal_fault::replayed) == 1);
  // Any bit that is changed.
  for (std::size_t bit = 0; bit < 8 * packet.size(); ++bit) {
    auto changed = packet;
    changed[bit / 8] ^= std::byte{1} << (bit % 8);
    t.device->host.pass_on(node_id{1}, changed, 1_us);
  }
  t.run();
  CHECK(all_refused() == before + 1 + 8 * packet.size());
  CHECK(t.counts(1).of(seal_fault::forged) > 8 * 8);
  attack({});
  CHECK(t.counts(1).of(seal_fault::truncated) == 1);
  // One that the device makes itself.
  t.device->host.tell(node_id{1}, event::received{letter(0, 1, 9), 1_us});
  t.run();
  CHECK(t.counts(1).unsealed == 1);
  CHECK(t.heard[1].size() == 2);
  CHECK(t.nodes[1]->connected());
  // All the while the two go on.
  t.say(0, 3);
  t.run();
  CHECK((t.heard[1].size() == 3 && t.heard[1].back().content == letter(0, 1, 3)));
}

TEST_CASE("adapt.live_channel: a node with another key is not heard, and hears nothing") {
  two_nodes t;
  t.start(0, key_with(1));
  t.start(1, key_with(0, 2));
  t.say(0, 1);
  t.say(1, 2);
  t.run(100);
  CHECK((t.heard[0].empty() && t.heard[1].empty()));
  CHECK((t.counts(0).of(seal_fault::forged) > 0 && t.counts(1).of(seal_fault::forged) > 0));
}

TEST_CASE(
    "adapt.live_channel: after a restart of either node or the device they find together, and nothing comes twice") {
  two_nodes t;
  t.start(0, key_with(1));
  t.start(1, key_with(0));
  t.say(0, 1);
  for (int i = 0; i < 50 && t.heard[1].empty(); ++i) t.run();
  REQUIRE(t.heard[1].size() == 1);
  const std::vector<std::vector<std::byte>> old = t.device->packets;
  for (const std::uint32_t who : {1U, 0U}) {
    INFO("node " << who << " starts again");
    t.nodes[who].reset();
    t.run(5);
    t.start(who, key_with(1 - who));  // under its next incarnation
    for (const auto& p : old) t.device->host.pass_on(node_id{1}, p, 1_us);
    const std::size_t before = t.heard[1].size();
    t.run();
    CHECK(t.heard[1].size() == before);
    for (std::uint8_t i = 0; i < 50 && t.heard[1].size() == before; ++i) {
      t.say(0, 7);  // those sealed for the life before are lost
      t.run();
    }
    CHECK((t.heard[1].size() > before && t.heard[1].back().content == letter(0, 1, 7)));
  }
  const std::uint32_t next = t.device->next_incarnation;
  t.device.reset();
  t.say(0, 8);  // lost with the device
  t.run_alone();
  t.device = note_taker::start(t.address, 1, 2);
  REQUIRE(t.device);
  t.device->next_incarnation = next;
  const std::size_t before = t.heard[1].size();
  for (int i = 0; i < 200 && !(t.nodes[0]->connected() && t.nodes[1]->connected()); ++i) t.run();
  for (const auto& p : old) t.device->host.pass_on(node_id{1}, p, 1_us);
  t.run();
  CHECK(t.heard[1].size() == before);
  t.say(0, 9);
  for (int i = 0; i < 50 && t.heard[1].size() == before; ++i) t.run();
  CHECK((t.heard[1].size() == before + 1 && t.heard[1].back().content == letter(0, 1, 9)));
  CHECK((t.nodes[0]->device_restarts() == 1 && t.nodes[0]->connections() == 2));
}
