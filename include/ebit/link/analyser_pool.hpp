// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <ebit/core/assert.hpp>
#include <ebit/core/result.hpp>
#include <ebit/core/time.hpp>
#include <ebit/link/bell_state_analyser.hpp>
#include <ebit/link/device_lifecycle.hpp>

namespace ebit::link {

/// Analysers of one kind that share their users: finite servers. Each serves one user at a time.
struct analyser_pool {
  bell_state_analyser each{};
  std::uint16_t analysers = 1;  ///< 1 or more
  lifecycle_times times{};      ///< of all of them together: cooling of detectors, locking

  [[nodiscard]] status validate() const {
    if (analysers == 0) return config_error{"analyser_pool.analysers", "0", "1 to 65535"};
    if (auto ok = times.validate(); !ok) return ok;
    return each.validate();
  }
  friend constexpr bool operator==(const analyser_pool&, const analyser_pool&) = default;
};

/// Why nobody is served.
enum class pool_obstacle : std::uint8_t {
  no_such_analyser,
  in_use,      ///< the one that was asked for
  setting_up,  ///< after its last user
  at_fault,
  all_in_use,  ///< of those that are not at fault; some may be setting up
  all_at_fault
};

/// A refused user.
struct pool_refusal {
  static constexpr std::uint16_t none = 0xffff;

  pool_obstacle why = pool_obstacle::all_in_use;
  std::uint16_t analyser = none;  ///< the one that was asked for, if one was

  /// For example: analyser 3 is in use.
  [[nodiscard]] std::string message() const {
    const std::string named = "analyser " + std::to_string(analyser);
    switch (why) {
      case pool_obstacle::no_such_analyser: return "there is no " + named;
      case pool_obstacle::in_use: return named + " is in use";
      case pool_obstacle::setting_up: return named + " is being set up";
      case pool_obstacle::at_fault: return named + " is at fault";
      case pool_obstacle::all_in_use: return "all analysers are in use";
      case pool_obstacle::all_at_fault: return "all analysers are at fault";
    }
    return "unknown";
  }
  friend bool operator==(const pool_refusal&, const pool_refusal&) = default;
};

/// Who uses which analyser of a pool, and how busy it has been, as a value. A user is a number of the caller's (a
/// lease). Whatever it is told comes in order of time. `Time` is the clock of whoever keeps it.
template <class Time>
class basic_analyser_pool_state {
 public:
  using outcome = result<std::uint16_t, pool_refusal>;
  using user_id = std::uint32_t;

  explicit basic_analyser_pool_state(const analyser_pool& model, Time since = Time{})
      : set_up_{model.each.set_up}, servers_(model.analysers), told_{since} {
    EBIT_ASSERT(model.validate().has_value(), "an analyser pool out of range");
  }

  [[nodiscard]] std::uint16_t analysers() const { return static_cast<std::uint16_t>(servers_.size()); }

  /// Takes the first analyser that is free from `at` on; the answer is which.
  outcome occupy(user_id user, Time at) {
    account(at);
    bool any_whole = false;
    for (std::uint16_t i = 0; i < analysers(); ++i) {
      any_whole = any_whole || !servers_[i].broken;
      if (obstacle_of(servers_[i], at)) continue;
      return taken(i, user);
    }
    ++refused_;
    return pool_refusal{any_whole ? pool_obstacle::all_in_use : pool_obstacle::all_at_fault};
  }
  /// Takes that analyser.
  outcome occupy(std::uint16_t analyser, user_id user, Time at) {
    account(at);
    const auto why =
        analyser < analysers() ? obstacle_of(servers_[analyser], at) : std::optional{pool_obstacle::no_such_analyser};
    if (!why) return taken(analyser, user);
    ++refused_;
    return pool_refusal{*why, analyser};
  }
  /// It is in use no longer and sets itself up for the next user. The answer is whose it was, if anybody's.
  std::optional<user_id> release(std::uint16_t analyser, Time at) {
    EBIT_ASSERT(analyser < analysers(), "a pool has no such analyser");
    account(at);
    server& s = servers_[analyser];
    if (!s.used) return std::nullopt;
    s.used = false;
    s.free_from = at + set_up_;
    return s.user;
  }
  /// It breaks. The answer is who loses it, if anybody.
  std::optional<user_id> fail(std::uint16_t analyser, Time at) {
    const std::optional<user_id> loser = release(analyser, at);
    if (loser) ++interrupted_;
    servers_[analyser].broken = true;
    return loser;
  }
  /// It is mended, and sets itself up.
  void repair(std::uint16_t analyser, Time at) {
    EBIT_ASSERT(analyser < analysers(), "a pool has no such analyser");
    account(at);
    server& s = servers_[analyser];
    if (!s.broken) return;
    s.broken = false;
    s.free_from = at + set_up_;
  }

  [[nodiscard]] std::optional<user_id> user(std::uint16_t analyser) const {
    EBIT_ASSERT(analyser < analysers(), "a pool has no such analyser");
    return servers_[analyser].used ? std::optional{servers_[analyser].user} : std::nullopt;
  }
  [[nodiscard]] bool broken(std::uint16_t analyser) const {
    EBIT_ASSERT(analyser < analysers(), "a pool has no such analyser");
    return servers_[analyser].broken;
  }
  /// How many are in use now.
  [[nodiscard]] std::uint16_t in_use() const {
    std::uint16_t count = 0;
    for (const server& s : servers_) count = static_cast<std::uint16_t>(count + (s.used ? 1 : 0));
    return count;
  }
  /// How many could be taken at `at`.
  [[nodiscard]] std::uint16_t free(Time at) const {
    std::uint16_t count = 0;
    for (const server& s : servers_) count = static_cast<std::uint16_t>(count + (obstacle_of(s, at) ? 0 : 1));
    return count;
  }

  // Accounts, from the beginning to `at`, which is not before what it was last told.

  /// Seconds in use, of all analysers together.
  [[nodiscard]] double busy_time(Time at) const { return busy_ + since_told(at) * in_use(); }
  /// Seconds not at fault, of all analysers together.
  [[nodiscard]] double whole_time(Time at) const { return whole_ + since_told(at) * whole(); }
  /// The share of the time they were not at fault in which they were in use; 0 if there was none.
  [[nodiscard]] double utilisation(Time at) const {
    const double of = whole_time(at);
    return of > 0 ? busy_time(at) / of : 0;
  }
  [[nodiscard]] std::uint64_t served() const { return served_; }
  [[nodiscard]] std::uint64_t refused() const { return refused_; }
  [[nodiscard]] std::uint64_t interrupted() const { return interrupted_; }

  friend bool operator==(const basic_analyser_pool_state&, const basic_analyser_pool_state&) = default;

 private:
  struct server {
    user_id user = 0;
    bool used = false;
    bool broken = false;
    Time free_from{};
    friend bool operator==(const server&, const server&) = default;
  };

  [[nodiscard]] std::optional<pool_obstacle> obstacle_of(const server& s, Time at) const {
    if (s.broken) return pool_obstacle::at_fault;
    if (s.used) return pool_obstacle::in_use;
    if (at < s.free_from) return pool_obstacle::setting_up;
    return std::nullopt;
  }
  outcome taken(std::uint16_t i, user_id user) {
    servers_[i].user = user;
    servers_[i].used = true;
    ++served_;
    return i;
  }
  [[nodiscard]] std::uint16_t whole() const {
    std::uint16_t count = 0;
    for (const server& s : servers_) count = static_cast<std::uint16_t>(count + (s.broken ? 0 : 1));
    return count;
  }
  [[nodiscard]] double since_told(Time at) const {
    EBIT_ASSERT(at >= told_, "a pool is told, or asked, about a time before what it was last told");
    return (at - told_).seconds();
  }
  void account(Time at) {
    const double span = since_told(at);
    busy_ += span * in_use();
    whole_ += span * whole();
    told_ = at;
  }

  duration set_up_;
  std::vector<server> servers_;
  Time told_;
  double busy_ = 0;
  double whole_ = 0;
  std::uint64_t served_ = 0;
  std::uint64_t refused_ = 0;
  std::uint64_t interrupted_ = 0;
};

/// What is true of a pool.
using analyser_pool_state = basic_analyser_pool_state<world_time>;

}  // namespace ebit::link
