// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include <ebit/backend/codec_messages.hpp>
#include <ebit/backend/codec_sealing.hpp>
#include <ebit/core/result.hpp>

namespace ebit::backend {

/// A message out of a packet, or why there is none.
struct opened_message {
  message content;
  seal_fault error = seal_fault::none;
  codec::fault why = codec::fault::none;  ///< of `bad_content`
  node_id from;                           ///< as the packet says; authentic if `holds`, `greet` or `greeting`
  bool greet = false;                     ///< answer with `greet(from)`: the sender does not know this session
  bool greeting = false;                  ///< nothing but a greeting: no content, no fault

  /// Whether there is a message.
  [[nodiscard]] explicit operator bool() const noexcept { return error == seal_fault::none && !greeting; }
};

/// The messages of one node as packets that nobody but the two nodes of each can make, read, change or repeat: with a
/// key for every pair of nodes, after `sealed_link`. The cipher is the user's (`ebit/adapt/libsodium.hpp` has one);
/// with `no_cipher` a packet is the message's bytes and nothing is checked but those.
///
/// To use it, greet every peer once and again until it has answered; greet whom `open` says. What is sealed before
/// gives `unintroduced`, what a peer's restart makes void is lost: both as if the channel had lost it.
template <seal_policy Cipher = no_cipher>
class authenticated {
 public:
  using link_type = sealed_link<Cipher>;
  using key_type = typename link_type::key_type;
  /// No packet is longer.
  static constexpr std::size_t largest_packet = link_type::overhead + codec::largest_message;

  /// `session` is the node's incarnation: greater after every restart; a session used twice gives away the keys.
  authenticated(node_id self, std::uint32_t session, const Cipher& how = {})
      : cipher_{how}, self_{self}, session_{session} {}

  /// Enters the key that this node has in common with `peer`. Allocates; nothing else does.
  [[nodiscard]] status add(node_id peer, const key_type& key) {
    if (!peer.valid() || peer == self_)
      return config_error{"authenticated.add.peer", std::to_string(peer.value()), "another node"};
    if (session_ == link_type::no_session)
      return config_error{"authenticated.session", std::to_string(session_), "0 to 4294967294"};
    const std::size_t place = place_of(peer);
    if (place < links_.size() && links_[place].peer() == peer)
      return config_error{"authenticated.add.peer", std::to_string(peer.value()), "a node that has no key yet"};
    links_.insert(links_.begin() + static_cast<std::ptrdiff_t>(place),
                  link_type{self_, peer, session_, key, cipher_});
    return success{};
  }

  /// Seals a message for the node it is addressed to. `bad_content`: it cannot be encoded.
  [[nodiscard]] sealed seal(const message& m, std::span<std::byte> out) noexcept {
    link_type* const link = find(m.to);
    if (link == nullptr) return {0, seal_fault::unknown_peer};
    if (m.from != self_) return {0, seal_fault::wrong_link};
    std::array<std::byte, codec::largest_message> plain;
    const std::size_t size = codec::encode(m, plain);
    if (size == 0) return {0, seal_fault::bad_content};
    return link->seal(std::span{plain}.first(size), out);
  }
  [[nodiscard]] sealed greet(node_id peer, std::span<std::byte> out) noexcept {
    link_type* const link = find(peer);
    return link == nullptr ? sealed{0, seal_fault::unknown_peer} : link->greet(out);
  }
  /// Whether messages to `peer` can be sealed: its session is known.
  [[nodiscard]] bool introduced(node_id peer) const noexcept {
    const std::size_t place = place_of(peer);
    return place < links_.size() && links_[place].peer() == peer && links_[place].introduced();
  }

  /// Opens a packet. A message in it that says it is from another node than its sealer, or to another than this one,
  /// is of the `wrong_link`.
  [[nodiscard]] opened_message open(std::span<const std::byte> packet) noexcept {
    opened_message read;
    const auto failed = [&read](seal_fault why) {
      read.error = why;
      return read;
    };
    if (packet.size() < link_type::overhead) return failed(seal_fault::truncated);
    read.from = node_id{codec::detail::load<std::uint32_t>(packet.data() + 1)};
    link_type* const link = find(read.from);
    if (link == nullptr) return failed(seal_fault::unknown_peer);
    std::array<std::byte, codec::largest_message> plain;
    const opened inner = link->open(packet, plain);
    read.greet = inner.greet;
    if (inner.error != seal_fault::none) return failed(inner.error);
    if (inner.size == 0) {
      read.greeting = true;
      return read;
    }
    const auto decoded = codec::decode_message(std::span<const std::byte>{plain}.first(inner.size));
    read.why = decoded.error;
    if (!decoded) return failed(seal_fault::bad_content);
    if (decoded.value.from != read.from || decoded.value.to != self_) return failed(seal_fault::wrong_link);
    read.content = decoded.value;
    return read;
  }

 private:
  /// Of the first link whose peer is not below `peer`.
  [[nodiscard]] std::size_t place_of(node_id peer) const noexcept {
    std::size_t first = 0, last = links_.size();
    while (first < last) {
      const std::size_t middle = first + (last - first) / 2;
      if (links_[middle].peer() < peer)
        first = middle + 1;
      else
        last = middle;
    }
    return first;
  }
  [[nodiscard]] link_type* find(node_id peer) noexcept {
    const std::size_t place = place_of(peer);
    return place < links_.size() && links_[place].peer() == peer ? &links_[place] : nullptr;
  }

  [[no_unique_address]] Cipher cipher_;
  node_id self_;
  std::uint32_t session_;
  std::vector<link_type> links_;  ///< by peer
};

/// The wire is trusted: messages are encoded and decoded; there are no keys, all nodes know each other and a greeting
/// takes no bytes.
template <>
class authenticated<no_cipher> {
 public:
  using key_type = std::array<std::byte, 0>;
  static constexpr std::size_t largest_packet = codec::largest_message;

  explicit authenticated(node_id self, std::uint32_t = 0, no_cipher = {}) : self_{self} {}

  [[nodiscard]] sealed seal(const message& m, std::span<std::byte> out) noexcept {
    const std::size_t needed = codec::encoded_size(m);
    if (needed == 0) return {0, seal_fault::bad_content};
    if (out.size() < needed) return {0, seal_fault::no_room};
    const std::size_t size = codec::encode(m, out);
    return {size, size == 0 ? seal_fault::bad_content : seal_fault::none};
  }
  [[nodiscard]] status add(node_id, const key_type&) { return success{}; }
  [[nodiscard]] sealed greet(node_id, std::span<std::byte>) noexcept { return {}; }
  [[nodiscard]] bool introduced(node_id) const noexcept { return true; }
  [[nodiscard]] opened_message open(std::span<const std::byte> packet) noexcept {
    opened_message read;
    const auto decoded = codec::decode_message(packet);
    read.why = decoded.error;
    if (!decoded)
      read.error = seal_fault::bad_content;
    else if (decoded.value.to != self_)
      read.error = seal_fault::wrong_link;
    else
      read.content = decoded.value;
    read.from = decoded.value.from;
    return read;
  }

 private:
  node_id self_;
};

}  // namespace ebit::backend
