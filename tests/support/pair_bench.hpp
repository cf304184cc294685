// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <variant>
#include <vector>

#include "node_bench.hpp"

namespace ebit_test {

/// Two nodes joined by one link, on devices that do at once what they are asked for; messages are carried at once and
/// in order, unless `holds` says otherwise. The test says when the link gives a pair.
struct pair_bench {
  std::array<node_bench<>, 2> nodes;
  std::array<std::size_t, 2> seen{};
  std::vector<message> held;
  bool (*holds)(const message&) = nullptr;  ///< which messages are kept in `held` instead
  bool answers_measurements = true;
  std::uint64_t cycle = 0;

  explicit pair_bench(const options<default_profile>& stack, std::uint32_t slots = 4)
      : nodes{node_bench<>{1, 0, stack, slots}, node_bench<>{1, 1, stack, slots}} {}

  /// Both nodes know of the start what there is to know, and nothing is under way.
  void settle() {
    for (bool any = true; any;) {
      any = false;
      for (std::size_t n = 0; n < 2; ++n) {
        for (; seen[n] < nodes[n].device.performed().size(); ++seen[n]) {
          any = true;
          const action::any next = nodes[n].device.performed()[seen[n]];
          if (const auto* s = std::get_if<action::send>(&next); s != nullptr)
            carry(s->content);
          else if (const auto* d = std::get_if<action::deliver>(&next); d != nullptr)
            nodes[n].tell(event::done{d->operation});
          else if (const auto* stop = std::get_if<action::stop>(&next); stop != nullptr)
            nodes[n].tell(event::done{stop->operation});
          else if (const auto* m = std::get_if<action::measure>(&next); m != nullptr && answers_measurements)
            read(n, *m);
        }
      }
    }
  }
  void read(std::size_t n, const action::measure& m) {
    nodes[n].tell(event::measured{m.operation, 1});
    nodes[n].tell(event::done{m.operation});
  }
  void carry(const message& m) {
    if (holds != nullptr && holds(m))
      held.push_back(m);
    else
      nodes[m.to.value()].tell(event::received{m, link_delay});
  }
  void release() {
    holds = nullptr;
    for (const message& m : std::exchange(held, {})) carry(m);
    settle();
  }
  void ask(std::size_t n, const event::request& e) {
    nodes[n].tell(e);
    settle();
  }
  /// The attempts that run at a node now.
  [[nodiscard]] std::vector<action::attempt> batches(std::size_t n) const {
    std::vector<action::attempt> running;
    for (const action::any& a : nodes[n].device.performed()) {
      if (const auto* begun = std::get_if<action::attempt>(&a); begun != nullptr) running.push_back(*begun);
      if (const auto* s = std::get_if<action::stop>(&a); s != nullptr)
        std::erase_if(running, [s](const action::attempt& b) { return b.operation == s->operation; });
    }
    return running;
  }
  /// Both ends hear of a pair of the first circuit that they both attempt; false if there is none.
  bool pair(std::uint16_t mode = 0) {
    const auto there = batches(1);
    for (const action::attempt& a : batches(0)) {
      for (const action::attempt& b : there) {
        if (a.epoch != b.epoch || a.circuit != b.circuit) continue;
        ++cycle;
        nodes[0].herald(a, cycle, bell_index::phi_plus, mode);
        nodes[1].herald(b, cycle, bell_index::phi_plus, mode);
        settle();
        return true;
      }
    }
    return false;
  }
  void pairs(int count) {
    for (int i = 0; i < count; ++i) EBIT_ASSERT(pair(), "the link does not run");
  }
  void pass(duration span) {
    for (node_bench<>& b : nodes) {
      b.device.advance(span);
      b.run();
    }
    settle();
  }
  void path(bool up) {
    for (node_bench<>& b : nodes) {
      const node_id peer{1 - b.node.id().value()};
      if (up)
        b.tell(event::path_up{port_id{0}, path_id{0}, peer, link_delay, link_delay / 2, link_delay / 2});
      else
        b.tell(event::path_down{port_id{0}, path_id{0}});
    }
    settle();
  }
  template <class Action>
  [[nodiscard]] std::vector<Action> asked(std::size_t n) const {
    return nodes[n].device.template all<Action>();
  }
  /// For which requests node `n` delivered, in order.
  [[nodiscard]] std::vector<std::uint32_t> served(std::size_t n) const {
    std::vector<std::uint32_t> out;
    for (const action::deliver& d : asked<action::deliver>(n)) out.push_back(d.request.value());
    return out;
  }
  /// What node `n` said of a request, in order.
  [[nodiscard]] std::vector<action::report> said(std::size_t n, std::uint32_t request) const {
    std::vector<action::report> out;
    for (const action::report& r : asked<action::report>(n))
      if (r.request == request_id{request}) out.push_back(r);
    return out;
  }
  /// Whether both ends delivered the same pairs to the same requests with the same purposes, in the same order.
  [[nodiscard]] bool agree() const {
    const auto a = asked<action::deliver>(0), b = asked<action::deliver>(1);
    if (a.size() != b.size()) return false;
    for (std::size_t i = 0; i < a.size(); ++i) {
      if (a[i].name != b[i].name || a[i].request != b[i].request || a[i].purpose != b[i].purpose) return false;
      if (a[i].frame != b[i].frame || a[i].measured_in != b[i].measured_in) return false;
    }
    return true;
  }
};

}  // namespace ebit_test
