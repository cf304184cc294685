// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include <ebit/route/request_queue.hpp>

namespace ebit::orchestrate {

/// Which requests of an endpoint were heard of, by the tickets 1, 2, 3, … that it gives them: so that a word that
/// comes again, and late, begins nothing anew.
class ticket_window {
 public:
  /// `early`: too far ahead of one that is missing.
  [[nodiscard]] constexpr route::heard state(std::uint32_t ticket) const {
    return ticket <= settled_ ? route::heard::known : after_.state(ticket - settled_);
  }
  constexpr route::heard hear(std::uint32_t ticket) {
    return ticket <= settled_ ? route::heard::known : after_.hear(ticket - settled_);
  }
  /// All tickets before this one were used; nothing is known of it and those after it.
  constexpr void settle_before(std::uint32_t ticket) {
    settled_ = ticket == 0 ? 0 : ticket - 1;
    after_ = {};
  }

 private:
  std::uint32_t settled_ = 0;
  route::numbers_heard after_;
};

}  // namespace ebit::orchestrate
