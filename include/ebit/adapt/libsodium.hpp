// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include <sodium.h>

#include <ebit/backend/codec_sealing.hpp>
#include <ebit/core/assert.hpp>
#include <ebit/core/extremes.hpp>
#include <ebit/core/ids.hpp>

/// The cipher of libsodium for `backend::authenticated`; link with `-lsodium`.
namespace ebit::adapt {

/// XChaCha20-Poly1305 (draft-irtf-cfrg-xchacha-03): its nonces of 24 bytes need no derivation of keys.
class xchacha20_poly1305 {
 public:
  static constexpr std::size_t key_bytes = crypto_aead_xchacha20poly1305_ietf_KEYBYTES;
  static constexpr std::size_t overhead = crypto_aead_xchacha20poly1305_ietf_ABYTES;
  static_assert(crypto_aead_xchacha20poly1305_ietf_NPUBBYTES == backend::nonce_bytes);

  using key = std::array<std::byte, key_bytes>;
  using nonce = std::span<const std::byte, backend::nonce_bytes>;

  /// Prepares the library, which may be done more than once and by several threads.
  xchacha20_poly1305() { EBIT_ASSERT(sodium_init() >= 0, "libsodium cannot be used here"); }

  void seal(const key& secret, nonce once, std::span<const std::byte> associated, std::span<const std::byte> plain,
            std::span<std::byte> out) const noexcept {
    EBIT_ASSERT(out.size() == plain.size() + overhead, "sealed content is `overhead` bytes longer");
    crypto_aead_xchacha20poly1305_ietf_encrypt(text(out.data()), nullptr, text(plain.data()), plain.size(),
                                               text(associated.data()), associated.size(), nullptr, text(once.data()),
                                               text(secret.data()));
  }
  [[nodiscard]] bool open(const key& secret, nonce once, std::span<const std::byte> associated,
                          std::span<const std::byte> packet, std::span<std::byte> out) const noexcept {
    EBIT_ASSERT(packet.size() == out.size() + overhead, "sealed content is `overhead` bytes longer");
    return crypto_aead_xchacha20poly1305_ietf_decrypt(text(out.data()), nullptr, nullptr, text(packet.data()),
                                                      packet.size(), text(associated.data()), associated.size(),
                                                      text(once.data()), text(secret.data())) == 0;
  }

 private:
  [[nodiscard]] static unsigned char* text(std::byte* at) noexcept { return reinterpret_cast<unsigned char*>(at); }
  [[nodiscard]] static const unsigned char* text(const std::byte* at) noexcept {
    return reinterpret_cast<const unsigned char*>(at);
  }
};

static_assert(backend::cipher<xchacha20_poly1305>);

/// The key of two nodes, alike for both, out of a secret that all nodes of a network share (BLAKE2b, keyed). Whoever
/// knows the secret can speak for any of them. `run` tells apart runs that count incarnations from 0 again.
[[nodiscard]] inline xchacha20_poly1305::key pair_key(const xchacha20_poly1305::key& secret, std::uint64_t run,
                                                      node_id one, node_id other) {
  std::array<std::byte, 16> of;
  codec::detail::store(of.data(), run);
  codec::detail::store(of.data() + 8, least(one, other).value());
  codec::detail::store(of.data() + 12, greatest(one, other).value());
  xchacha20_poly1305::key made;
  const auto text = [](const std::byte* at) { return reinterpret_cast<const unsigned char*>(at); };
  const int failed = crypto_generichash(reinterpret_cast<unsigned char*>(made.data()), made.size(), text(of.data()),
                                        of.size(), text(secret.data()), secret.size());
  EBIT_ASSERT(failed == 0, "libsodium cannot hash");
  return made;
}

}  // namespace ebit::adapt
