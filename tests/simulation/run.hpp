// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include "scenario.hpp"
#include "watch.hpp"

namespace ebit_test {

class bug;

/// How long a scenario is run.
struct limits {
  std::uint64_t at_least = 0;       ///< events; the demands are made again until there were so many
  std::uint64_t at_most = 400'000;  ///< events
  std::uint32_t seconds = 20;       ///< of world time after the last fault or demand by which all must be settled
  /// Of one seed in so many every node is run again, alone; 0: of none. An odd number meets `coded` ones as well.
  std::uint32_t alone = 7;
};

/// What a run came to.
struct outcome {
  std::string broken{};  ///< empty, or the broken rule, the event and what happened
  std::uint64_t events = 0;
  std::uint64_t messages = 0;
  std::uint64_t asked = 0;
  std::uint64_t served = 0;
  std::uint64_t refused = 0;
  std::uint64_t expired = 0;
  std::uint64_t pairs = 0;  ///< delivered at both ends
  std::uint64_t lives = 0;  ///< of nodes that were run again alone, and what they were told
  std::uint64_t told = 0;
  bool cut_short = false;  ///< it was stopped by `limits::at_most`
  watch::fate fates{};

  /// The name of the broken rule.
  [[nodiscard]] std::string rule() const { return broken.substr(0, broken.find(':')); }
  outcome& operator+=(const outcome& o) {
    events += o.events, messages += o.messages, asked += o.asked, served += o.served, refused += o.refused;
    expired += o.expired, pairs += o.pairs, lives += o.lives, told += o.told;
    fates.pairs += o.fates.pairs, fates.revoked += o.fates.revoked;
    fates.crashed += o.fates.crashed, fates.orphans += o.fates.orphans;
    return *this;
  }
};

/// Runs a scenario, looking after every event at the node it touched, and at everything after every 1,000th and at
/// the end; then, of one seed in `limits::alone`, runs every node once more, alone. With a `bug` nodes misbehave as
/// that says.
[[nodiscard]] outcome run(const scenario& s, const limits& l = {}, bug* planted = nullptr);

// One stack each, in files of their own.
[[nodiscard]] outcome run_plain(const scenario& s, const limits& l, bug* planted);
[[nodiscard]] outcome run_dejmps(const scenario& s, const limits& l, bug* planted);
[[nodiscard]] outcome run_bbpssw(const scenario& s, const limits& l, bug* planted);
[[nodiscard]] outcome run_pumping(const scenario& s, const limits& l, bug* planted);
[[nodiscard]] outcome run_epl(const scenario& s, const limits& l, bug* planted);
[[nodiscard]] outcome run_optimistic(const scenario& s, const limits& l, bug* planted);
[[nodiscard]] outcome run_one_way(const scenario& s, const limits& l, bug* planted);

}  // namespace ebit_test
