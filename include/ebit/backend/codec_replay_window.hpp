// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace ebit::backend {

/// Which of a sender's counters have been seen: the greatest so far and `Bits` below it, in a ring of words, so that
/// the window moves without shifting (RFC 6479). What lies below the window counts as seen, since nobody can tell.
template <std::size_t Bits = 1024>
class replay_window {
 public:
  static_assert(Bits > 0 && Bits % 64 == 0);

  enum class verdict : std::uint8_t { fresh, seen, too_old };

  [[nodiscard]] constexpr verdict look(std::uint64_t counter) const noexcept {
    if (!any_ || counter > greatest_) return verdict::fresh;
    if (greatest_ - counter >= Bits) return verdict::too_old;
    return (words_[word_of(counter)] >> counter % 64 & 1) != 0 ? verdict::seen : verdict::fresh;
  }

  /// Marks a counter as seen. One below the window changes nothing.
  constexpr void take(std::uint64_t counter) noexcept {
    if (!any_) {
      any_ = true;
      greatest_ = counter;
    } else if (counter > greatest_) {
      // The words between the old and the new greatest held counters that are now below the window.
      const std::uint64_t steps = counter / 64 - greatest_ / 64;
      if (steps >= words)
        words_ = {};
      else
        for (std::uint64_t step = 1; step <= steps; ++step) words_[(greatest_ / 64 + step) % words] = 0;
      greatest_ = counter;
    } else if (greatest_ - counter >= Bits) {
      return;
    }
    words_[word_of(counter)] |= std::uint64_t{1} << counter % 64;
  }

 private:
  /// One more than the window needs, since the greatest counter lies anywhere in its word.
  static constexpr std::size_t words = Bits / 64 + 1;

  [[nodiscard]] static constexpr std::size_t word_of(std::uint64_t counter) noexcept { return counter / 64 % words; }

  std::array<std::uint64_t, words> words_{};
  std::uint64_t greatest_ = 0;
  bool any_ = false;
};

}  // namespace ebit::backend
