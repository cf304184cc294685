// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include <ebit/core/result.hpp>

namespace ebit::purify {

/// What a search may build schedules of, and how hard it looks.
struct schedule_options {
  std::uint32_t max_pairs = 16;  ///< raw pairs if nothing fails, 1 to 1024
  /// Schedules that are remembered for every number of raw pairs, 1 to 10⁷. As long as there are no more of them, and
  /// no more than `triples` where three are put together, nothing is left out.
  std::uint32_t width = 64;
  std::uint32_t triples = 4;     ///< 1 to 10⁷; double selection tries this many of every number of raw pairs
  bool any_rotation = true;      ///< two to one by any local rotations; else by those of DEJMPS
  bool twirling = true;          ///< BBPSSW as well
  bool doubly_selecting = true;  ///< double selection as well

  [[nodiscard]] status validate() const {
    for (const auto& [what, value, most] :
         {named{"schedule_options.max_pairs", max_pairs, 1024}, named{"schedule_options.width", width, 10'000'000},
          named{"schedule_options.triples", triples, 10'000'000}})
      if (value < 1 || value > most) return config_error{what, std::to_string(value), "1 to " + std::to_string(most)};
    return success{};
  }

 private:
  struct named {
    const char* what;
    std::uint32_t value, most;
  };
};

}  // namespace ebit::purify
