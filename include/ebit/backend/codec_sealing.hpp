// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>

#include <ebit/backend/codec_bytes.hpp>
#include <ebit/backend/codec_replay_window.hpp>
#include <ebit/core/assert.hpp>
#include <ebit/core/ids.hpp>

namespace ebit::backend {

/// Every packet under one key has another nonce: from, to, session of the sender, session of the receiver (4 bytes
/// each), counter (8).
inline constexpr std::size_t nonce_bytes = 24;

/// Authenticated encryption with associated data (RFC 5116) under nonces of 24 bytes. `seal` fills `out`, which is
/// `overhead` bytes longer than `plain`; `open` is its inverse and false if a single bit of what it is given is
/// another than the sealer's. Spans do not overlap. One whose nonces are shorter derives a key from what does not
/// fit.
template <class Cipher>
concept cipher =
    std::copyable<Cipher> &&
    requires(const Cipher& c, const std::array<std::byte, Cipher::key_bytes>& key,
             std::span<const std::byte, nonce_bytes> nonce, std::span<const std::byte> in, std::span<std::byte> out) {
      { Cipher::overhead } -> std::convertible_to<std::size_t>;
      { c.seal(key, nonce, in, in, out) } noexcept -> std::same_as<void>;
      { c.open(key, nonce, in, in, out) } noexcept -> std::same_as<bool>;
    };

/// In place of a cipher: the wire is trusted, bytes travel as they are and nothing is added to them.
struct no_cipher {
  friend bool operator==(no_cipher, no_cipher) = default;
};

template <class Policy>
concept seal_policy = std::same_as<Policy, no_cipher> || cipher<Policy>;

/// Why a packet was not sealed or not accepted.
enum class seal_fault : std::uint8_t {
  none,
  no_room,        ///< the span to be written is too short
  exhausted,      ///< the session has used up its counters; only a new session or key can go on
  unintroduced,   ///< sealing: the peer's session is not known yet; opening: mine was not known to the sender
  truncated,      ///< too short to be sealed
  bad_version,    ///< of another version of the byte form
  unknown_peer,   ///< there is no key for this pair of nodes
  wrong_link,     ///< from or to another node than this link joins
  old_session,    ///< from before the sender's last restart
  other_session,  ///< meant for another session of this node
  replayed,       ///< seen before
  too_old,        ///< below the window, where nobody can tell whether it was seen
  forged,         ///< not sealed with this link's key, or changed since
  bad_content     ///< authentic, but no message
};

[[nodiscard]] constexpr std::string_view name_of(seal_fault f) {
  constexpr std::string_view names[] = {"none",        "no room",      "exhausted",  "unintroduced", "truncated",
                                        "bad version", "unknown peer", "wrong link", "old session",  "other session",
                                        "replayed",    "too old",      "forged",     "bad content"};
  const auto i = static_cast<std::size_t>(f);
  return i < std::size(names) ? names[i] : "no fault of this version";
}

struct sealed {
  std::size_t size = 0;  ///< bytes written; 0 on a fault
  seal_fault error = seal_fault::none;
};

struct opened {
  std::size_t size = 0;  ///< bytes of content written; 0 for a greeting
  seal_fault error = seal_fault::none;
  bool greet = false;  ///< the packet is authentic, but its sender does not know this session: it should be greeted
};

/// One end of a link: seals what goes to the peer and opens what comes from it.
///
/// A packet is version (1), nonce (24), then what the cipher makes of the content, with the first 25 bytes
/// associated. Both ends of a link have the same key; nonces tell the directions apart. A session is a node's
/// incarnation: greater after every restart, never used twice, so no nonce is either. A packet names the session of
/// its receiver too, and a receiver takes content only for its own: so a node that has restarted, and remembers
/// nothing, cannot be made to take a packet from before. The price is a round of greetings (packets without content)
/// before the first content and after each restart.
template <cipher Cipher, std::size_t Window = 1024>
class sealed_link {
 public:
  using key_type = std::array<std::byte, Cipher::key_bytes>;
  static constexpr std::size_t header = 1 + nonce_bytes;
  /// Bytes that a packet is longer than its content.
  static constexpr std::size_t overhead = header + Cipher::overhead;
  static constexpr std::uint32_t no_session = ~std::uint32_t{0};

  /// `most`: how many packets a session may seal, if the cipher's limit is below 2^64 − 1.
  sealed_link(node_id self, node_id peer, std::uint32_t session, const key_type& key, const Cipher& how = {},
              std::uint64_t most = ~std::uint64_t{0})
      : cipher_{how}, key_{key}, self_{self}, peer_{peer}, session_{session}, most_{most} {
    EBIT_ASSERT(session != no_session, "this number says that a session is not known");
  }

  [[nodiscard]] node_id peer() const noexcept { return peer_; }
  /// Whether the peer's session is known, so that content can be sealed.
  [[nodiscard]] bool introduced() const noexcept { return peer_session_ != no_session; }

  /// Seals content for the peer.
  [[nodiscard]] sealed seal(std::span<const std::byte> content, std::span<std::byte> out) noexcept {
    if (!introduced()) return {0, seal_fault::unintroduced};
    return write(content, out);
  }
  /// Seals a packet without content, which tells the peer this node's session.
  [[nodiscard]] sealed greet(std::span<std::byte> out) noexcept { return write({}, out); }

  /// Opens a packet into `content`. Nothing is changed by a packet that is not authentic.
  [[nodiscard]] opened open(std::span<const std::byte> packet, std::span<std::byte> content) noexcept {
    if (packet.size() < overhead) return {0, seal_fault::truncated};
    const std::byte* const at = packet.data();
    if (codec::detail::load<std::uint8_t>(at) != codec::version) return {0, seal_fault::bad_version};
    if (node_id{codec::detail::load<std::uint32_t>(at + 1)} != peer_ ||
        node_id{codec::detail::load<std::uint32_t>(at + 5)} != self_)
      return {0, seal_fault::wrong_link};
    const auto session = codec::detail::load<std::uint32_t>(at + 9);
    const auto meant_for = codec::detail::load<std::uint32_t>(at + 13);
    const auto counter = codec::detail::load<std::uint64_t>(at + 17);
    if (session == no_session) return {0, seal_fault::forged};
    if (introduced() && session < peer_session_) return {0, seal_fault::old_session};
    const bool renewed = session != peer_session_;
    if (meant_for == session_ && !renewed) {
      using verdict = typename replay_window<Window>::verdict;
      const verdict v = seen_.look(counter);
      if (v == verdict::seen) return {0, seal_fault::replayed};
      if (v == verdict::too_old) return {0, seal_fault::too_old};
    }
    const std::size_t size = packet.size() - overhead;
    if (content.size() < size) return {0, seal_fault::no_room};
    if (!cipher_.open(key_, packet.template subspan<1, nonce_bytes>(), packet.first(header), packet.subspan(header),
                      content.first(size)))
      return {0, seal_fault::forged};
    if (renewed) {
      peer_session_ = session;
      seen_ = {};
    }
    if (meant_for == no_session) return {0, seal_fault::unintroduced, true};
    if (meant_for != session_) return {0, seal_fault::other_session, true};
    seen_.take(counter);
    return {size, seal_fault::none};
  }

 private:
  [[nodiscard]] sealed write(std::span<const std::byte> content, std::span<std::byte> out) noexcept {
    if (counter_ >= most_) return {0, seal_fault::exhausted};
    if (out.size() < overhead || out.size() - overhead < content.size()) return {0, seal_fault::no_room};
    std::byte* const at = out.data();
    codec::detail::store(at, codec::version);
    codec::detail::store(at + 1, self_.value());
    codec::detail::store(at + 5, peer_.value());
    codec::detail::store(at + 9, session_);
    codec::detail::store(at + 13, peer_session_);
    codec::detail::store(at + 17, counter_);
    const std::span<const std::byte> head = out.first(header);
    cipher_.seal(key_, head.template subspan<1, nonce_bytes>(), head, content,
                 out.subspan(header, content.size() + Cipher::overhead));
    ++counter_;
    return {overhead + content.size(), seal_fault::none};
  }

  [[no_unique_address]] Cipher cipher_;
  key_type key_;
  node_id self_;
  node_id peer_;
  std::uint32_t session_;
  std::uint32_t peer_session_ = no_session;
  std::uint64_t counter_ = 0;
  std::uint64_t most_;
  replay_window<Window> seen_;
};

}  // namespace ebit::backend
