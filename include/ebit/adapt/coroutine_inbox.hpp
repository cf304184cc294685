// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include <ebit/backend/actions.hpp>
#include <ebit/core/bell.hpp>
#include <ebit/core/ids.hpp>
#include <ebit/core/result.hpp>
#include <ebit/core/time.hpp>
#include <ebit/sim/request.hpp>
#include <ebit/sim/tap.hpp>

namespace ebit::adapt {

/// What the applications of a simulated network are told by their nodes, in order: hand it to the network as its tap,
/// `sim::network<Profile, State, sim::no_trace, adapt::inbox>`. It changes nothing.
class inbox : public sim::open_tap {
 public:
  struct notice {
    node_id at;
    std::variant<action::deliver, action::revoke, action::report> what;
  };

  using sim::open_tap::on_action;
  template <class Perform>
  bool on_action(node_id at, action::deliver& told, Perform&&) {
    notices_.push_back({at, told});
    return true;
  }
  template <class Perform>
  bool on_action(node_id at, action::revoke& told, Perform&&) {
    notices_.push_back({at, told});
    return true;
  }
  template <class Perform>
  bool on_action(node_id at, action::report& told, Perform&&) {
    notices_.push_back({at, told});
    return true;
  }

  [[nodiscard]] bool empty() const { return notices_.empty(); }
  /// Exchanges what has come for an empty list, whose memory is used from then on.
  void take(std::vector<notice>& into) {
    into.clear();
    notices_.swap(into);
  }

 private:
  std::vector<notice> notices_;
};
static_assert(sim::tap<inbox>);

/// The half of a pair that an application holds, with all that its node told about it. What the pair really is, only
/// the network's record of `request` knows.
struct held_half {
  pair_id name;                   ///< alike at both ends
  pauli_frame frame;              ///< what the pair still needs to be Φ+
  double estimated_fidelity = 0;  ///< by the node's forecast, or by its tests once there are enough
  node_id peer;                   ///< where the other half is
  request_id request;
  std::uint16_t purpose = 0;
  world_time delivered;  ///< when the application was told
  local_time born;       ///< when the half was emitted, on its node's clock
  bool is_measured =
      false;  ///< then there is no qubit, but `bit`, read in `measured_in` and not corrected by `frame`
  basis measured_in = basis::z;
  bool bit = false;

  friend bool operator==(const held_half&, const held_half&) = default;
};

/// Why an application did not get what it asked for.
class unmet {
 public:
  /// The node said so; `halves` are those that came before.
  unmet(const action::report& told, std::vector<held_half> halves, std::uint32_t asked)
      : outcome_{told.outcome},
        why_{told.why},
        hop_{told.hop},
        value_{told.value},
        asked_{asked},
        halves_{std::move(halves)} {}
  /// The request was out of range and never came to the node.
  explicit unmet(const config_error& wrong)
      : outcome_{request_outcome::refused}, why_{refusal::invalid}, wrong_{wrong.message()} {}

  [[nodiscard]] request_outcome outcome() const { return outcome_; }
  [[nodiscard]] bool refused() const { return outcome_ == request_outcome::refused; }
  [[nodiscard]] bool expired() const { return outcome_ == request_outcome::expired; }
  /// Of a refusal: its reason, the hop at fault and what could be had, where the reason names them.
  [[nodiscard]] refusal why() const { return why_; }
  [[nodiscard]] std::uint16_t hop() const { return hop_; }
  [[nodiscard]] double value() const { return value_; }
  /// What was delivered all the same.
  [[nodiscard]] const std::vector<held_half>& halves() const { return halves_; }

  /// One line.
  [[nodiscard]] std::string message() const {
    if (!wrong_.empty()) return wrong_;
    if (refused()) return "refused: " + std::string{sim::describe(why_)};
    const std::string count = std::to_string(halves_.size()) + " of " + std::to_string(asked_) + " pairs";
    return expired() ? "expired with " + count : "over with " + count + ", the others were taken back";
  }

 private:
  request_outcome outcome_;
  refusal why_;
  std::uint16_t hop_ = 0;
  double value_ = 0;
  std::uint32_t asked_ = 0;
  std::vector<held_half> halves_;
  std::string wrong_;
};

}  // namespace ebit::adapt
