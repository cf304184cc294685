// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include "centre_scenario.hpp"

namespace ebit_test {

class bug;

/// What the run of a data centre came to.
struct centre_outcome {
  std::uint64_t from_stock = 0;
  std::uint64_t taken_back = 0;
  std::uint64_t events = 0;
  std::uint64_t pairs = 0;
  std::uint64_t walks = 0;
  std::string broken{};  ///< empty, or the broken rule and what happened

  /// The name of the broken rule.
  [[nodiscard]] std::string rule() const { return broken.substr(0, broken.find(':')); }
  friend bool operator==(const centre_outcome&, const centre_outcome&) = default;
};

/// Runs a data centre, looking after every event at the node it touched and at the end at everything. With a `bug`
/// nodes misbehave as that says.
[[nodiscard]] centre_outcome run(const centre_scenario& s, bug* planted = nullptr);

// One stack each, in files of their own.
[[nodiscard]] centre_outcome run_plain(const centre_scenario& s, bug* planted);
[[nodiscard]] centre_outcome run_stocked(const centre_scenario& s, bug* planted);
[[nodiscard]] centre_outcome run_one_photon(const centre_scenario& s, bug* planted);

/// The smallest scenario found in which the same rule is broken, after so many tries at most.
[[nodiscard]] centre_scenario shrunk(centre_scenario s, const std::string& rule, int tries = 400);

}  // namespace ebit_test
