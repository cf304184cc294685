// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace ebit::link {

/// A stretch of time with light, its end not included.
template <class Time>
struct light_span {
  Time from{};
  Time until{};

  [[nodiscard]] constexpr bool empty() const { return !(from < until); }
  [[nodiscard]] constexpr bool covers(Time t) const { return t >= from && t < until; }
  friend constexpr bool operator==(const light_span&, const light_span&) = default;
};

/// To which other ports of a switch one port passes light, and when: what was, is and by all that is known will be.
template <class Time>
class switch_beams {
 public:
  /// Light to `partner` from `from` on, until told otherwise. Light that would end just then goes on.
  void begin(std::uint16_t partner, Time from) {
    for (beam& b : beams_)
      if (b.partner == partner && b.light.until == from) return void(b.light.until = Time::never());
    beams_.push_back({partner, {from, Time::never()}});
  }
  /// No light to `partner` from `at` on.
  void end_with(std::uint16_t partner, Time at) {
    for (std::size_t i = 0; i < beams_.size(); ++i)
      if (beams_[i].partner == partner && end(i, at)) --i;
  }
  /// No light at all from `at` on.
  void end(Time at) {
    for (std::size_t i = 0; i < beams_.size(); ++i)
      if (end(i, at)) --i;
  }
  /// No light that would begin after `at`; `dropped` is called with each partner of such light.
  template <class Dropped>
  void drop_later(Time at, Dropped&& dropped) {
    for (std::size_t i = beams_.size(); i-- > 0;) {
      if (!(beams_[i].light.from > at)) continue;
      dropped(beams_[i].partner);
      erase(i);
    }
  }
  /// The same of one partner.
  void drop_later_with(std::uint16_t partner, Time at) {
    for (std::size_t i = beams_.size(); i-- > 0;)
      if (beams_[i].partner == partner && beams_[i].light.from > at) erase(i);
  }
  /// Forgets what ended at `before` or earlier.
  void forget(Time before) {
    for (std::size_t i = beams_.size(); i-- > 0;)
      if (beams_[i].light.until <= before) erase(i);
  }

  [[nodiscard]] bool reaches(std::uint16_t partner, Time t) const {
    for (const beam& b : beams_)
      if (b.partner == partner && b.light.covers(t)) return true;
    return false;
  }
  /// The port that light goes to at `t`.
  [[nodiscard]] std::optional<std::uint16_t> partner_at(Time t) const {
    for (const beam& b : beams_)
      if (b.light.covers(t)) return b.partner;
    return std::nullopt;
  }
  /// The first light to `partner` that ends after `t`; empty if there is none.
  [[nodiscard]] light_span<Time> after(std::uint16_t partner, Time t) const {
    light_span<Time> first{Time::never(), Time::never()};
    for (const beam& b : beams_)
      if (b.partner == partner && b.light.until > t && b.light.from < first.from) first = b.light;
    return first;
  }
  /// How many stretches it remembers or foresees.
  [[nodiscard]] std::size_t size() const { return beams_.size(); }

  friend bool operator==(const switch_beams&, const switch_beams&) = default;

 private:
  struct beam {
    std::uint16_t partner = 0;
    light_span<Time> light;
    friend bool operator==(const beam&, const beam&) = default;
  };

  /// Whether nothing was left of it.
  bool end(std::size_t i, Time at) {
    if (beams_[i].light.until > at) beams_[i].light.until = at;
    if (!beams_[i].light.empty()) return false;
    erase(i);
    return true;
  }
  void erase(std::size_t i) { beams_.erase(beams_.begin() + static_cast<std::ptrdiff_t>(i)); }

  std::vector<beam> beams_;
};

}  // namespace ebit::link
