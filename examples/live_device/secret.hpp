// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <string>

#include <ebit/adapt/live_device_channel.hpp>
#include <ebit/core/result.hpp>

#ifdef LIVE_DEVICE_SEALS
#include <ebit/adapt/libsodium.hpp>
#endif

#include "live_device/scenario.hpp"

/// The secret that nodes share, and the keys they make of it. Without libsodium there is none.
namespace live {

[[nodiscard]] inline ebit::config_error unreadable(const std::string& key_file) {
  return {"--key: " + key_file + ": " + std::strerror(errno), "", "a file that can be read"};
}

#ifdef LIVE_DEVICE_SEALS

using cipher = ebit::adapt::xchacha20_poly1305;

/// Out of a file of 64 hexadecimal digits.
[[nodiscard]] inline ebit::result<cipher::key> secret_of(const std::string& name) {
  std::FILE* file = std::fopen(name.c_str(), "rb");
  if (file == nullptr) return unreadable(name);
  char text[2 * cipher::key_bytes + 3] = {};
  std::size_t size = std::fread(text, 1, sizeof text, file);
  std::fclose(file);
  while (size > 0 && (text[size - 1] == '\n' || text[size - 1] == '\r')) --size;
  const auto digit = [](char c) {
    return c >= '0' && c <= '9'   ? c - '0'
           : c >= 'a' && c <= 'f' ? c - 'a' + 10
           : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                  : -1;
  };
  cipher::key key{};
  bool good = size == 2 * key.size();
  for (std::size_t i = 0; good && i < size; ++i) {
    const int value = digit(text[i]);
    good = value >= 0;
    key[i / 2] =
        static_cast<std::byte>(static_cast<unsigned>(key[i / 2]) << 4 | (static_cast<unsigned>(value) & 15U));
  }
  if (!good) return ebit::config_error{"--key: " + name, "something else", "64 hexadecimal digits"};
  return key;
}

/// A number that no other run has had.
[[nodiscard]] inline std::uint64_t fresh_run() {
  const cipher prepared;
  std::uint64_t number = 0;
  randombytes_buf(&number, sizeof number);
  return number;
}

[[nodiscard]] inline ebit::result<ebit::adapt::live_keys<cipher>> keys_of(const scenario& s, ebit::node_id self) {
  const auto secret = secret_of(s.key_file);
  if (!secret) return secret.error();
  ebit::adapt::live_keys<cipher> keys;
  for (std::uint32_t n = 0; n < s.nodes; ++n)
    if (const ebit::node_id peer{n}; peer != self)
      keys.of.push_back({peer, ebit::adapt::pair_key(*secret, s.run, self, peer)});
  return keys;
}

#else

using cipher = ebit::backend::no_cipher;

[[nodiscard]] inline ebit::status secret_of(const std::string& name) {
  std::FILE* const file = std::fopen(name.c_str(), "rb");
  if (file == nullptr) return unreadable(name);
  std::fclose(file);
  return ebit::config_error{
      "--key", name,
      "nothing: this program was built without libsodium. CMake builds with it where it finds it; by hand, add "
      "-DLIVE_DEVICE_SEALS and -lsodium"};
}
[[nodiscard]] inline std::uint64_t fresh_run() { return 0; }
[[nodiscard]] inline ebit::result<ebit::adapt::live_keys<cipher>> keys_of(const scenario& s, ebit::node_id) {
  return secret_of(s.key_file).error();
}

#endif

}  // namespace live
