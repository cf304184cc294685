// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include <ebit/adapt/live_device_wire.hpp>
#include <ebit/backend/authenticated.hpp>
#include <ebit/core/extremes.hpp>

namespace ebit::adapt {

/// The keys that a node has in common with others, and the cipher to use them with.
template <backend::seal_policy Cipher>
struct live_keys {
  struct entry {
    node_id peer;
    typename backend::authenticated<Cipher>::key_type key{};
  };
  Cipher cipher{};
  std::vector<entry> of{};
};

/// How the packets of a node fared.
struct packet_counts {
  std::uint64_t opened = 0;  ///< messages that were in them
  std::array<std::uint64_t, static_cast<std::size_t>(backend::seal_fault::bad_content) + 1> refused{};  ///< by fault
  std::uint64_t unsealed = 0;  ///< messages that came as they are, and were refused
  std::uint64_t unsent = 0;    ///< messages to nodes of which no key is known, or too many before a greeting came

  [[nodiscard]] std::uint64_t of(backend::seal_fault f) const { return refused[static_cast<std::size_t>(f)]; }
  /// All that were refused, but for those that a restart explains: of or for another life of a node.
  [[nodiscard]] std::uint64_t suspect() const {
    std::uint64_t sum = unsealed;
    for (const std::uint64_t n : refused) sum += n;
    using enum backend::seal_fault;
    return sum - of(none) - of(unintroduced) - of(old_session) - of(other_session);
  }
};

/// The messages of one node as packets that only the node they are for can read. Whoever carries them, the device
/// among others, can lose and delay them and nothing else. The session is the node's incarnation, so that a killed
/// node takes nothing from before; it must never be given out twice under one key.
///
/// Peers are greeted until they have answered. What is to be said to one before is held, and sent as of when it was
/// said; what a peer's restart makes void is lost, as if the channel had lost it.
template <backend::seal_policy Cipher>
class sealed_channel {
 public:
  using steady = std::chrono::steady_clock;
  static constexpr bool seals = true;
  /// Messages that wait for greetings.
  static constexpr std::size_t most_held = 1024;

  sealed_channel(node_id self, live_keys<Cipher> keys) : self_{self}, keys_{std::move(keys)} {}

  /// The device is reached, and the node's incarnation known; it stays the same from the first time on.
  [[nodiscard]] status begin(std::uint32_t session) {
    greet_at_ = steady::now();
    pause_ = first_pause;
    if (ends_) return success{};
    ends_.emplace(self_, session, keys_.cipher);
    for (const auto& k : keys_.of)
      if (auto ok = ends_->add(k.peer, k.key); !ok) return ok;
    return success{};
  }
  /// The device is lost, and what waits with it.
  void end() {
    held_.clear();
    greet_at_ = steady::time_point::max();
  }

  /// When somebody is to be greeted again.
  [[nodiscard]] steady::time_point next() const { return greet_at_; }
  void greet_due(local_time now, live::outbox& out) {
    if (steady::now() < greet_at_) return;
    greet_at_ = steady::time_point::max();
    for (const auto& k : keys_.of) {
      if (ends_->introduced(k.peer)) continue;
      greet(k.peer, now, out);
      greet_at_ = steady::now() + pause_;
    }
    pause_ = least(pause_ * 2, longest_pause);
  }

  void send(local_time now, const message& m, live::outbox& out) {
    if (ends_->introduced(m.to))
      seal(now, m, out);
    else if (has_key(m.to) && held_.size() < most_held)
      held_.push_back({now, m});
    else
      ++counts_.unsent;
  }
  /// The message in a packet, if there is one and it is what its sender wrote for this node.
  [[nodiscard]] std::optional<message> receive(std::span<const std::byte> packet, local_time now, live::outbox& out) {
    const backend::opened_message read = ends_->open(packet);
    if (read.greet) greet(read.from, now, out);
    if (read.greet || read.greeting || read) release(read.from, out);
    if (read.error != backend::seal_fault::none) ++counts_.refused[static_cast<std::size_t>(read.error)];
    if (!read) return std::nullopt;
    ++counts_.opened;
    return read.content;
  }
  void refuse_unsealed() { ++counts_.unsealed; }
  [[nodiscard]] const packet_counts& counts() const { return counts_; }

 private:
  static constexpr std::chrono::milliseconds first_pause{10}, longest_pause{500};
  /// The node that a packet is for comes before it.
  static constexpr std::size_t label = 4;
  using labelled = std::array<std::byte, label + backend::authenticated<Cipher>::largest_packet>;

  struct held_message {
    local_time said;
    message what;
  };

  [[nodiscard]] bool has_key(node_id peer) const {
    for (const auto& k : keys_.of)
      if (k.peer == peer) return true;
    return false;
  }
  static void write(labelled& bytes, node_id to, std::size_t size, local_time now, live::outbox& out) {
    codec::detail::store(bytes.data(), to.value());
    out.add(now, live::control::packet, std::span{bytes}.first(label + size));
  }
  void seal(local_time now, const message& m, live::outbox& out) {
    labelled bytes;
    const backend::sealed s = ends_->seal(m, std::span{bytes}.subspan(label));
    if (s.error == backend::seal_fault::none)
      write(bytes, m.to, s.size, now, out);
    else
      ++counts_.unsent;
  }
  void greet(node_id peer, local_time now, live::outbox& out) {
    labelled bytes;
    const backend::sealed s = ends_->greet(peer, std::span{bytes}.subspan(label));
    if (s.error == backend::seal_fault::none) write(bytes, peer, s.size, now, out);
  }
  /// What waited for a peer can go.
  void release(node_id peer, live::outbox& out) {
    if (held_.empty() || !ends_->introduced(peer)) return;
    std::size_t kept = 0;
    for (const held_message& h : held_) {
      if (h.what.to == peer)
        seal(h.said, h.what, out);
      else
        held_[kept++] = h;
    }
    held_.resize(kept);
  }

  node_id self_;
  live_keys<Cipher> keys_;
  std::optional<backend::authenticated<Cipher>> ends_;
  std::vector<held_message> held_;
  packet_counts counts_;
  steady::time_point greet_at_ = steady::time_point::max();
  std::chrono::milliseconds pause_ = first_pause;
};

/// Whoever carries messages is trusted: they travel as they are.
template <>
class sealed_channel<backend::no_cipher> {
 public:
  static constexpr bool seals = false;
  sealed_channel(node_id, const live_keys<backend::no_cipher>&) {}
};

}  // namespace ebit::adapt
