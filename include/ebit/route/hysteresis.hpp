// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <ebit/core/time.hpp>

namespace ebit::route {

/// When something better is worth a change.
struct hysteresis_options {
  double margin = 0.1;                   ///< by this part better, 0 or more
  duration hold = duration::seconds(1);  ///< and so for as long, without a break

  friend bool operator==(const hysteresis_options&, const hysteresis_options&) = default;
};

/// Keeps a choice from flapping: what is in use is only left for something that has been better by a margin for a
/// while. Which of the others is better does not matter, so that two of them cannot keep each other out. Changes are
/// at least a hold time apart.
class hysteresis {
 public:
  /// At `now` the best alternative is worth `gain` times what is in use (∞ if that is worth nothing). Whether to
  /// change to it now; the caller then does. Between two looks the gain counts as that of the earlier one.
  bool is_due(double gain, local_time now, const hysteresis_options& how) {
    if (!(gain > 1 + how.margin)) {
      better_since_ = local_time::never();
      return false;
    }
    if (better_since_.is_never()) better_since_ = now;
    if (now - better_since_ < how.hold) return false;
    better_since_ = local_time::never();
    return true;
  }
  /// Since when there is something better, or `never`.
  [[nodiscard]] local_time better_since() const { return better_since_; }
  /// Something else was chosen, for whatever reason.
  void restart() { better_since_ = local_time::never(); }

  friend bool operator==(const hysteresis&, const hysteresis&) = default;

 private:
  local_time better_since_ = local_time::never();
};

}  // namespace ebit::route
