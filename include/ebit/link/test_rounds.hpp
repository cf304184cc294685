// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include <ebit/backend/events.hpp>
#include <ebit/core/bell.hpp>
#include <ebit/core/ids.hpp>
#include <ebit/core/random.hpp>
#include <ebit/quantum/operations.hpp>

/// Which pairs are measured by both ends to learn of the others, and in which bases: pure functions of the pair's
/// name (the test rounds of Dahlberg et al. 2019, arXiv:1903.09778). Who knows the key needs no word to find the same.
///
/// The choices are uniform and independent for different names, whatever pattern the names follow. With the key 0
/// anyone can work them out: that does where devices are honest and merely noisy. If whoever makes the pairs could
/// treat those to be tested better than the others, whoever chooses keeps a secret `key`: on a circuit its head, which
/// names test and basis to the tail once both have their halves (`route::service_options::test_key`). Even so this is a
/// hash, not a cipher, and no match for one who can try keys against the choices that become known.
namespace ebit::link::test_rounds {

namespace detail {

enum class choice : std::uint64_t { tested = 0x7465'7374, basis = 0x6261'7365 };

[[nodiscard]] constexpr std::uint64_t word_of(const pair_id& name, choice of, std::uint64_t key) {
  const std::uint64_t place = std::uint64_t{name.path.value()} << 32 | name.epoch;
  return mix(mix(mix(key, static_cast<std::uint64_t>(of)), place), name.sequence);
}

/// A number below `n`, from the word's upper bits (each of the n as often as the others but for 1 in 2³²).
[[nodiscard]] constexpr std::uint32_t below(std::uint32_t n, std::uint64_t word) {
  return static_cast<std::uint32_t>((word >> 32) * n >> 32);
}

}  // namespace detail

/// Whether the pair is one of the 1 in `interval` to be tested; 0: none is, 1: all are.
[[nodiscard]] constexpr bool is_test(const pair_id& name, std::uint32_t interval, std::uint64_t key = 0) {
  return interval != 0 && detail::below(interval, detail::word_of(name, detail::choice::tested, key)) == 0;
}

/// The basis for both ends, each of the chosen set as likely as the others; independent of `is_test`.
[[nodiscard]] constexpr basis basis_for(const pair_id& name, basis_choice from, std::uint64_t key = 0) {
  const std::uint64_t word = detail::word_of(name, detail::choice::basis, key);
  switch (from) {
    case basis_choice::z: return basis::z;
    case basis_choice::xz: return detail::below(2, word) == 0 ? basis::x : basis::z;
    case basis_choice::xyz: break;
  }
  return static_cast<basis>(detail::below(3, word));
}

/// Whether the bits that both ends read agree with what the pair's frame predicts.
[[nodiscard]] constexpr bool agrees(basis in, pauli_frame frame, bool bit_here, bool bit_there) {
  return (bit_here != bit_there) == predicted_parity(frame, in);
}

}  // namespace ebit::link::test_rounds
