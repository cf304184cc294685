// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <ebit/backend/codec_messages.hpp>
#include <ebit/orchestrate/wire.hpp>
#include <ebit/sim/optical_truth.hpp>
#include <ebit/sim/tap.hpp>

#include "bug.hpp"

namespace ebit_test {

/// Sees what the nodes of a data centre do and hear, after a bug has had its way. What it keeps is its own.
class centre_watch {
 public:
  struct herald {
    ebit::node_id node;
    ebit::slot_id slot;
    ebit::local_time born;
  };
  struct attempt {
    ebit::node_id node;
    ebit::slot_id slot;
  };

  /// `memories`: slots of each port.
  centre_watch(bool coded, std::uint32_t memories) : is_coded_{coded}, memories_{memories} {}

  [[nodiscard]] const std::string& wrong() const { return wrong_; }
  [[nodiscard]] std::vector<herald>& heralds() { return heralds_; }
  [[nodiscard]] std::vector<attempt>& attempts() { return attempts_; }

  /// A node that knows nothing: a name of which nobody knows may be given once more.
  void starts_again(ebit::node_id n) {
    released_.erase(n);
    told_.erase(n);
    for (auto& [path, ends] : granted_) ends.erase(n);
  }
  template <class Action>
  void act(ebit::node_id, const Action&) {}
  void act(ebit::node_id n, const ebit::action::attempt& a) {
    if (const auto gone = released_.find(n); gone != released_.end() && gone->second.count(a.path) != 0)
      say("leases: node " + of(n) + " attempts on path " + of(a.path) + ", which it has released");
    attempts_.push_back({n, a.first_slot});
    using ebit::event::health;
    if (const auto units = told_.find(n); units != told_.end())
      if (const auto how = units->second.find(a.first_slot.value() / memories_);
          how != units->second.end() && (how->second == health::fault || how->second == health::leaving))
        say("units: node " + of(n) + " begins attempts though it was told not to");
  }
  void act(ebit::node_id n, const ebit::action::send& a) {
    using namespace ebit;
    if (is_coded_) {
      std::array<std::byte, codec::largest_message> bytes{};
      const std::size_t size = codec::encode(a.content, bytes);
      if (codec::decode_message({bytes.data(), size}).error != codec::fault::none)
        say("codec: node " + of(n) + " sends what has no byte form");
    }
    if (a.content.holds<wire::released>()) {
      released_[n].insert(a.content.unpack<wire::released>().path);
    } else if (a.content.holds<wire::grant>()) {
      const auto g = a.content.unpack<wire::grant>();
      auto& ends = granted_[g.path];
      ends.try_emplace(a.content.to, g.peer);
      if (ends.size() > 2 || ends[a.content.to] != g.peer)
        say("leases: path " + of(g.path) + " is granted for the second time");
    }
  }
  template <class Event>
  void hear(ebit::node_id, const Event&) {}
  void hear(ebit::node_id n, const ebit::event::heralded& e) { heralds_.push_back({n, e.slot, e.born}); }
  void hear(ebit::node_id n, const ebit::event::device_state& e) { told_[n][e.port.value()] = e.state; }

 private:
  template <class Id>
  [[nodiscard]] static std::string of(Id i) {
    return std::to_string(i.value());
  }
  void say(const std::string& what) {
    if (wrong_.empty()) wrong_ = what;
  }

  bool is_coded_;  ///< every message has to have its byte form
  std::uint32_t memories_;
  std::string wrong_;
  std::vector<herald> heralds_;                                ///< of the last event
  std::vector<attempt> attempts_;                              ///< begun in it
  std::map<ebit::node_id, std::map<std::uint32_t, ebit::event::health>> told_;  ///< of ports, by their devices
  std::map<ebit::node_id, std::set<ebit::path_id>> released_;  ///< by nodes as they live now
  std::map<ebit::path_id, std::map<ebit::node_id, ebit::node_id>> granted_;
};

struct centre_tap {
  static constexpr bool enabled = true;

  centre_watch* watch = nullptr;
  bug* planted = nullptr;

  void on_fresh_node(ebit::node_id n) { watch->starts_again(n); }
  template <class Action, class Perform>
  bool on_action(ebit::node_id n, Action& a, Perform&& perform) {
    if constexpr (requires(bug& b, const bug::further& f) { b.does(n, a, f); })
      if (planted != nullptr && !planted->does(n, a, {perform, perform, perform})) return false;
    watch->act(n, a);
    return true;
  }
  template <class Event>
  bool on_event(ebit::node_id n, Event& e) {
    if constexpr (requires(bug& b) { b.hears(n, e); })
      if (planted != nullptr && !planted->hears(n, e)) return false;
    watch->hear(n, e);
    return true;
  }
};

/// Where light that left an endpoint's port at `at` was seen, by how each switch stood when it came by; none: nowhere.
[[nodiscard]] inline ebit::orchestrate::element_id seen_at(const ebit::sim::optical_truth& truth, std::uint32_t node,
                                                           std::uint16_t out, ebit::world_time at) {
  using ebit::orchestrate::element_id, ebit::orchestrate::element_kind;
  const ebit::orchestrate::fabric& in = truth.layout();
  element_id here{node};
  for (int steps = 0; steps < 64; ++steps) {
    const ebit::orchestrate::span_id s = in.span_at(here, out);
    if (!s.valid()) return element_id::none();
    at = at + in.delay_of(s);
    here = in.along(s).other(here);
    const std::uint16_t port = in.along(s).port_at(here);
    if (in.at(here).kind == element_kind::analyser) return here;
    if (in.at(here).kind != element_kind::optical_switch) return element_id::none();
    std::uint16_t onward = 0;
    while (onward < in.at(here).ports && (onward == port || !truth.at(here.value()).passes(port, onward, at)))
      ++onward;
    if (onward == in.at(here).ports) return element_id::none();
    out = onward;
  }
  return element_id::none();
}

}  // namespace ebit_test
