// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include <ebit/core/assert.hpp>
#include <ebit/core/ids.hpp>
#include <ebit/orchestrate/fabric.hpp>
#include <ebit/orchestrate/light_path.hpp>

namespace ebit::orchestrate {

/// Who holds a light path for a while.
using lease_id = strong_id<struct lease_tag>;

/// What is believed of a device, a port or a fibre. What is degraded may still be used; a cost may shun it.
enum class health : std::uint8_t { good, degraded, failed };

/// What is believed of a fabric at one time: which lease uses which fibre and analyser, and what is broken. A value:
/// copied to plan ahead, compared to check. It holds no pointer; every call names the fabric it was made for.
class fabric_state {
 public:
  fabric_state() = default;
  /// All free and in good health.
  explicit fabric_state(const fabric& of);

  /// Free and neither broken nor at a broken port or device.
  [[nodiscard]] bool is_usable(span_id s) const { return blocked_[s.value()] == 0; }
  [[nodiscard]] bool is_usable(element_id e) const { return health_of(e) != health::failed; }
  /// Whether an analyser is free, works and can be reached at both inputs.
  [[nodiscard]] bool is_free(const fabric& in, element_id analyser) const;
  /// How many analysers of a switch's pool are free and work.
  [[nodiscard]] std::uint32_t free_in_pool(element_id at_switch) const { return free_in_pool_[at_switch.value()]; }
  /// How many analysers of a kind, one of `fabric::analyser_models`, are free and work.
  [[nodiscard]] std::uint32_t free_of_kind(std::size_t kind) const { return free_of_kind_[kind]; }

  [[nodiscard]] lease_id user(span_id s) const { return span_user_[s.value()]; }
  /// Of an analyser.
  [[nodiscard]] lease_id user(const fabric& in, element_id analyser) const;
  /// The leases whose light passes or ends at this element, each once, ascending.
  [[nodiscard]] std::vector<lease_id> users(const fabric& in, element_id e) const;
  [[nodiscard]] health health_of(element_id e) const { return element_health_[e.value()]; }
  [[nodiscard]] health health_of(span_id s) const { return span_health_[s.value()]; }
  /// Of a port; one with no fibre in it is good.
  [[nodiscard]] health health_of(const fabric& in, element_id e, std::uint16_t port) const;

  /// Whether all a light path needs is free and works.
  [[nodiscard]] bool fits(const light_path& path) const;
  /// Takes everything the path needs, or nothing: false if something of it is in use or broken.
  [[nodiscard]] bool reserve(const fabric& in, const light_path& path, lease_id lease);
  /// Gives everything back that `reserve` took for this lease.
  void release(const fabric& in, const light_path& path, lease_id lease);

  /// Says how an element, a fibre or a port is. Leases on it stay: whoever holds them gives them back.
  void mark(const fabric& in, element_id e, health how);
  void mark(const fabric& in, span_id s, health how);
  void mark(const fabric& in, element_id e, std::uint16_t port, health how);

  [[nodiscard]] std::uint32_t spans_in_use() const { return spans_in_use_; }
  [[nodiscard]] std::uint32_t analysers_in_use() const { return analysers_in_use_; }

  friend bool operator==(const fabric_state&, const fabric_state&) = default;

 private:
  /// Why a span cannot be used.
  enum reason : std::uint8_t { in_use = 1, broken = 2, port_a = 4, port_b = 8, element_a = 16, element_b = 32 };

  void block(const fabric& in, span_id s, reason why, bool is_blocked);

  std::vector<lease_id> span_user_;
  std::vector<std::uint8_t> blocked_;  // per span: the reasons; usable if there is none
  std::vector<health> span_health_;
  std::vector<health> port_health_;  // per span: of the port at a, then of the one at b
  std::vector<health> element_health_;
  std::vector<std::uint32_t> free_in_pool_;
  std::vector<std::uint32_t> free_of_kind_;
  std::uint32_t spans_in_use_ = 0;
  std::uint32_t analysers_in_use_ = 0;
};

inline fabric_state::fabric_state(const fabric& of)
    : span_user_(of.spans().size()),
      blocked_(of.spans().size(), 0),
      span_health_(of.spans().size(), health::good),
      port_health_(of.spans().size() * 2, health::good),
      element_health_(of.elements().size(), health::good),
      free_in_pool_(of.elements().size(), 0),
      free_of_kind_(of.analyser_models().size(), 0) {
  for (const element_id e : of.switches()) free_in_pool_[e.value()] = static_cast<std::uint32_t>(of.pool(e).size());
  for (const element_id x : of.analysers()) ++free_of_kind_[of.at(x).model];
}

inline bool fabric_state::is_free(const fabric& in, element_id analyser) const {
  for (const span_id s : in.incident(analyser))
    if (!is_usable(s)) return false;
  return is_usable(analyser);
}

inline lease_id fabric_state::user(const fabric& in, element_id analyser) const {
  const std::span<const span_id> inputs = in.incident(analyser);
  return inputs.empty() ? lease_id::none() : user(inputs.front());
}

inline std::vector<lease_id> fabric_state::users(const fabric& in, element_id e) const {
  std::vector<lease_id> all;
  for (const span_id s : in.incident(e))
    if (user(s).valid()) all.push_back(user(s));
  std::sort(all.begin(), all.end());
  all.erase(std::unique(all.begin(), all.end()), all.end());
  return all;
}

inline health fabric_state::health_of(const fabric& in, element_id e, std::uint16_t port) const {
  const span_id s = in.span_at(e, port);
  return s.valid() ? port_health_[2 * s.value() + (in.along(s).a == e ? 0U : 1U)] : health::good;
}

inline bool fabric_state::fits(const light_path& path) const {
  for (const arm* each : {&path.a, &path.b})
    for (const span_id s : each->spans)
      if (!is_usable(s)) return false;
  return true;
}

inline bool fabric_state::reserve(const fabric& in, const light_path& path, lease_id lease) {
  EBIT_ASSERT(lease.valid(), "fabric_state: a lease needs a number");
  if (!fits(path)) return false;
  for (const arm* each : {&path.a, &path.b})
    for (const span_id s : each->spans) {
      span_user_[s.value()] = lease;
      block(in, s, in_use, true);
      ++spans_in_use_;
    }
  ++analysers_in_use_;
  return true;
}

inline void fabric_state::release(const fabric& in, const light_path& path, lease_id lease) {
  if (user(path.a.spans.back()) == lease) --analysers_in_use_;
  for (const arm* each : {&path.a, &path.b})
    for (const span_id s : each->spans) {
      if (user(s) != lease) continue;
      span_user_[s.value()] = lease_id::none();
      block(in, s, in_use, false);
      --spans_in_use_;
    }
}

inline void fabric_state::mark(const fabric& in, element_id e, health how) {
  for (const span_id s : in.incident(e))
    block(in, s, in.along(s).a == e ? element_a : element_b, how == health::failed);
  element_health_[e.value()] = how;
}

inline void fabric_state::mark(const fabric& in, span_id s, health how) {
  block(in, s, broken, how == health::failed);
  span_health_[s.value()] = how;
}

inline void fabric_state::mark(const fabric& in, element_id e, std::uint16_t port, health how) {
  const span_id s = in.span_at(e, port);
  if (!s.valid()) return;
  const bool is_a = in.along(s).a == e;
  block(in, s, is_a ? port_a : port_b, how == health::failed);
  port_health_[2 * s.value() + (is_a ? 0U : 1U)] = how;
}

inline void fabric_state::block(const fabric& in, span_id s, reason why, bool is_blocked) {
  const element_id analyser = in.analyser_at(s);
  const auto is_free_now = [&] {
    for (const span_id input : in.incident(analyser))
      if (!is_usable(input)) return 0U;
    return 1U;
  };
  const std::uint32_t before = analyser.valid() ? is_free_now() : 0;
  const unsigned others = blocked_[s.value()] & ~static_cast<unsigned>(why);
  blocked_[s.value()] = static_cast<std::uint8_t>(is_blocked ? others | why : others);
  if (!analyser.valid()) return;
  const std::uint32_t more = is_free_now() - before;  // one less: modulo 2^32
  free_of_kind_[in.at(analyser).model] += more;
  if (const element_id at_switch = in.pool_of(analyser); at_switch.valid()) free_in_pool_[at_switch.value()] += more;
}

}  // namespace ebit::orchestrate
