// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include <ebit/core/result.hpp>
#include <ebit/core/time.hpp>
#include <ebit/quantum/noise.hpp>

namespace ebit::link {

/// The qubits of a node to which halves of pairs are moved from where they were made, to be kept there until they are
/// wanted. None by default.
struct pair_buffer {
  std::uint16_t qubits = 0;
  memory_noise memory{};  ///< of one of them
  duration move_time{};   ///< from a communication qubit to one of them; 0 or more
  double move_noise = 0;  ///< probability of white noise on a half that is moved; 0 to 1

  [[nodiscard]] status validate() const {
    if (auto ok = memory.validate(); !ok) return ok;
    if (move_time < duration::zero() || move_time.is_never())
      return config_error{"pair_buffer.move_time", ebit::detail::duration_text(move_time), "0 s or more, and an end"};
    return ebit::detail::check_probability("pair_buffer.move_noise", move_noise);
  }
  friend constexpr bool operator==(const pair_buffer&, const pair_buffer&) = default;
};

}  // namespace ebit::link
