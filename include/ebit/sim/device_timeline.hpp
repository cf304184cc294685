// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <variant>
#include <vector>

#include <ebit/backend/events.hpp>
#include <ebit/core/extremes.hpp>
#include <ebit/core/time.hpp>

namespace ebit::sim {

/// The clock of a simulated device, and what lies ahead of it: events that it will tell and things that will happen
/// in it, in order of time, at equal times in the order in which they were entered. `Happening` is the device's own.
template <class Happening>
class device_timeline {
 public:
  [[nodiscard]] local_time now() const { return now_; }

  /// When the first thing that lies ahead comes; never if nothing does.
  [[nodiscard]] local_time next() const {
    const std::size_t first = earliest();
    return first == ahead_.size() ? local_time::never() : ahead_[first].at;
  }

  /// The event is told at `at`, or now if that lies in the past.
  void tell(local_time at, const event::any& what) { enter(at, what); }
  void tell(const event::any& what) { enter(now_, what); }
  /// It happens at `at`, or now.
  void plan(local_time at, const Happening& what) { enter(at, what); }

  /// Lets everything happen that is due, each at its time, up to the first event to be told, which goes to `handler`;
  /// says whether there was one. `happen` is called with a happening and its time.
  template <class Happen, class Handler>
  bool poll(Happen&& happen, Handler&& handler) {
    for (;;) {
      const std::size_t first = earliest();
      if (first == ahead_.size() || ahead_[first].at > now_) return false;
      const entry due = ahead_[first];
      ahead_.erase(ahead_.begin() + static_cast<std::ptrdiff_t>(first));
      if (const auto* inside = std::get_if<Happening>(&due.what); inside != nullptr) {
        happen(*inside, due.at);
      } else {
        std::visit(handler, std::get<event::any>(due.what));
        return true;
      }
    }
  }
  /// Moves the clock to what comes next, at most to `until`.
  void wait(local_time until) {
    const std::size_t first = earliest();
    const local_time next = first == ahead_.size() ? until : least(until, ahead_[first].at);
    if (next > now_) now_ = next;
  }

  friend bool operator==(const device_timeline&, const device_timeline&) = default;

 private:
  struct entry {
    local_time at;
    std::variant<event::any, Happening> what;
    friend bool operator==(const entry&, const entry&) = default;
  };

  template <class What>
  void enter(local_time at, const What& what) {
    if (at.is_never()) return;
    ahead_.push_back({greatest(at, now_), what});
  }
  [[nodiscard]] std::size_t earliest() const {
    std::size_t first = 0;
    for (std::size_t i = 1; i < ahead_.size(); ++i)
      if (ahead_[i].at < ahead_[first].at) first = i;
    return first;
  }

  local_time now_;
  std::vector<entry> ahead_;
};

}  // namespace ebit::sim
