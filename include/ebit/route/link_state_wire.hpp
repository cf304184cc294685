// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>

#include <ebit/backend/message.hpp>
#include <ebit/core/ids.hpp>
#include <ebit/core/random.hpp>
#include <ebit/core/time.hpp>

/// Message types 0x50 and 0x51: how nodes tell each other of the state of links.
namespace ebit::wire {

/// What node `origin` says of its end of a link, or of itself if `link` is none. Passed on from neighbour to
/// neighbour.
struct advertisement {
  static constexpr std::uint8_t type = 0x50;
  static constexpr std::uint8_t is_up = 1;
  static constexpr std::uint8_t is_withdrawn = 2;  ///< the origin has nothing more to say of this link

  duration age;  ///< since the origin said it, when this copy was sent
  node_id origin;
  path_id link;
  node_id peer;                   ///< at the other end of the link
  std::uint32_t incarnation = 0;  ///< of the origin; greater after every restart
  std::uint32_t sequence = 0;     ///< of what the origin said in that incarnation
  float yield = 1;                ///< pairs per pair forecast
  float purity = 1;               ///< Werner parameter per that forecast
  std::uint16_t free_slots = 0;   ///< memories that are free for the link at the origin, or at all
  std::uint8_t hops = 0;          ///< of the receiver from the origin, where that limits how far it goes
  std::uint8_t flags = is_up;
  std::uint32_t life = 0;  ///< incarnation of the node that passes it on
  std::uint32_t reserved = 0;

  friend bool operator==(const advertisement&, const advertisement&) = default;
};
static_assert(sizeof(advertisement) == 48);

/// These advertisements have arrived, each named by what it is about and a tag of its version.
struct advertised {
  static constexpr std::uint8_t type = 0x51;
  struct receipt {
    node_id origin;
    path_id link;
    std::uint32_t tag = 0;
    friend bool operator==(const receipt&, const receipt&) = default;
  };
  static constexpr std::size_t most = 3;
  std::array<receipt, most> receipts{};  ///< those with a valid origin
  std::uint32_t life = 0;                ///< incarnation of the node that gives them
};
static_assert(sizeof(advertised) == 40);

/// Tells the versions of one advertisement apart of which copies may be under way to one neighbour.
[[nodiscard]] inline std::uint32_t tag_of(const advertisement& m) {
  const std::uint64_t version = std::uint64_t{m.incarnation} << 32 | m.sequence;
  const std::uint64_t sum = mix(version, m.hops);
  return static_cast<std::uint32_t>(sum ^ sum >> 32);
}

}  // namespace ebit::wire
