// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include <ebit/ebit.hpp>

#include "../support/catch.hpp"

namespace ebit_test {

using namespace ebit;

/// Knows the specification (docs/protocol.md) as far as it says which messages are sent, on a chain with one circuit
/// and devices that need no time, and fails for any call of any node that sends more, less or something else.
class auditor : public sim::open_tap {
 public:
  /// Why messages are sent.
  struct causes {
    std::uint64_t told_swaps = 0;       ///< Bell measurements of which both far ends are told
    std::uint64_t followed = 0;         ///< news of a half that was joined onward meanwhile
    std::uint64_t read_rounds = 0;      ///< read-outs of halves of distillations
    std::uint64_t silent_rounds = 0;    ///< those that the other end does not need
    std::uint64_t given_up = 0;         ///< halves given up at a node's own decision
    std::uint64_t late = 0;             ///< news of halves that had been given up
    std::uint64_t followed_losses = 0;  ///< losses of a half that was joined onward meanwhile
    std::uint64_t lost_swaps = 0;       ///< undecided swaps that came to nothing
    std::uint64_t tests = 0;            ///< test pairs read at the tail
  };
  causes cause;
  std::map<int, std::uint64_t> sent;

  auditor() = default;
  auditor(bool acknowledges, bool one_way, bool checks_calls = true)
      : acknowledges_{acknowledges}, one_way_{one_way}, checks_{checks_calls} {}

  void on_call(node_id at, const context&, bool expires) {
    end();
    call_ = {};
    call_.at = at.value();
    call_.tells_of_frees = expires;
    call_.open = true;
  }
  /// Holds what the last call has sent against what it was to send.
  void end();

  using sim::open_tap::on_action;
  using sim::open_tap::on_event;

  bool on_event(node_id at, event::request& e) {
    if (!checks_) return true;
    pairs_of_[e.id.value()] = e.pairs;
    call_.is_request = true;
    if (!circuit_.known) {
      circuit_.known = true;
      circuit_.head = at.value();
      call_.opens = true;
    }
    return true;
  }
  bool on_event(node_id at, event::heralded& e);
  bool on_event(node_id at, event::measured& e);
  bool on_event(node_id at, event::received& e);

  template <class Perform>
  bool on_action(node_id, action::send& a, Perform&&) {
    const message& m = a.content;
    ++sent[m.type];
    ++call_.sent[m.type];
    if (m.holds<wire::install>()) learn(m.unpack<wire::install>());
    return true;
  }
  template <class Perform>
  bool on_action(node_id at, action::attempt& a, Perform&&) {
    if (!checks_) return true;
    batches_[{at.value(), a.operation.value()}] = {a.path.value(), a.epoch};
    return true;
  }
  template <class Perform>
  bool on_action(node_id at, action::stop&, Perform&&) {
    call_.stops = true;
    closed_.insert(at.value());
    return true;
  }
  template <class Perform>
  bool on_action(node_id at, action::free& a, Perform&&) {
    if (!checks_) return true;
    const auto held = halves_.find({at.value(), a.slot.value()});
    if (held == halves_.end()) return true;
    ++call_.frees;
    if (joined_.count(held->second) == 0 && handed_.count(held->second) == 0) gone_.insert(held->second);
    halves_.erase(held);
    return true;
  }
  template <class Perform>
  bool on_action(node_id at, action::bell_measure& a, Perform&&) {
    if (!checks_) return true;
    operations_[{at.value(), a.operation.value()}] = {
        what::swap, {halves_.at({at.value(), a.upstream.value()}), halves_.at({at.value(), a.downstream.value()})}};
    return true;
  }
  template <class Perform>
  bool on_action(node_id at, action::distil& a, Perform&&) {
    if (!checks_) return true;
    const half_name keep = halves_.at({at.value(), a.keep.value()});
    const std::uint16_t p = circuit_.position.at(at.value());
    // Where only the downstream end decides: on every link but the last.
    const bool one_way = one_way_ && (a.end == half::a ? p + 1 : p) != circuit_.hops;
    operations_[{at.value(), a.operation.value()}] = {
        what::round, {keep, keep}, one_way && a.end == half::a, one_way && a.end == half::b};
    return true;
  }
  template <class Perform>
  bool on_action(node_id at, action::measure& a, Perform&&) {
    if (!checks_) return true;
    const bool is_test = call_.announces_test && at.value() != circuit_.head;
    operations_[{at.value(), a.operation.value()}] = {is_test ? what::test : what::reading, {}};
    call_.binds += at.value() == circuit_.head ? 1U : 0U;
    return true;
  }
  template <class Perform>
  bool on_action(node_id at, action::deliver& a, Perform&&) {
    if (!checks_) return true;
    handed_.insert(halves_.at({at.value(), a.slot.value()}));
    if (at.value() != circuit_.head) return true;
    call_.binds += a.is_measured ? 0 : 1;
    call_.completes += ++handed_over_[a.request.value()] == pairs_of_.at(a.request.value()) ? 1U : 0U;
    return true;
  }
  template <class Perform>
  bool on_action(node_id, action::revoke&, Perform&&) {
    FAIL_CHECK("a half is revoked");
    return true;
  }

 private:
  /// Node, path, epoch and sequence: one end of a link pair.
  using half_name = std::tuple<std::uint32_t, std::uint32_t, std::uint32_t, std::uint64_t>;
  using place = std::pair<std::uint32_t, std::uint32_t>;  // node and slot, or node and operation
  enum class what { none, swap, round, reading, test };
  struct operation {
    what kind = what::none;
    std::array<half_name, 2> of{};
    bool tells_only = false;  ///< a round whose other end decides alone
    bool decides = false;     ///< and this is that end
  };
  struct one_call {
    bool open = false, stops = false, opens = false, is_request = false, announces_test = false;
    bool tells_of_frees = false;  ///< nobody has told the node to give up what it gives up now
    std::size_t settles = 0;      ///< an undecided swap, counted from 1
    std::uint32_t at = 0;
    std::uint64_t frees = 0, consumed = 0, binds = 0, completes = 0;
    std::map<int, std::uint64_t> sent, expected;
  };
  struct one_circuit {
    bool known = false, active = false, word_decides = false, distils = false, is_shared = false;
    std::uint32_t head = 0;
    std::uint16_t hops = 0, ready = 0;
    std::map<std::uint32_t, std::uint16_t> position;
    std::map<place, std::uint32_t> paths;  ///< by node position and side
  };

  void learn(const wire::install& m) {
    circuit_.hops = m.hops;
    circuit_.word_decides = (m.flags & wire::install::word_decides) != 0;
    circuit_.distils = m.link_rounds > 0 || m.end_rounds > 0;
    circuit_.is_shared = (m.flags & wire::install::is_shared) != 0;
    circuit_.paths[{m.position, 0}] = m.upstream.value();
    circuit_.paths[{m.position - 1U, 1}] = m.upstream.value();
  }
  void expect(int type, std::uint64_t n = 1) { call_.expected[type] += n; }
  [[nodiscard]] half_name named(std::uint32_t at, std::uint8_t facing, std::uint32_t epoch, std::uint64_t n) const {
    return {at, circuit_.paths.at({circuit_.position.at(at), facing & 1U}), epoch, n};
  }
  [[nodiscard]] bool is_undecided(const half_name& h) const {
    const auto read = read_.find(h), heard = heard_.find(h);
    return read != read_.end() && read->second > (heard == heard_.end() ? 0 : heard->second);
  }
  void hear_of_round(std::uint32_t at, const wire::distilled& m);
  bool hear_of_swap(std::uint32_t at, const wire::swapped& m);

  bool acknowledges_ = false, one_way_ = false, checks_ = true;
  one_call call_;
  one_circuit circuit_;
  std::map<std::uint32_t, std::uint32_t> pairs_of_, handed_over_;
  std::map<place, std::pair<std::uint32_t, std::uint32_t>> batches_;
  std::map<place, half_name> halves_;
  std::map<place, operation> operations_;
  std::set<half_name> joined_, gone_, handed_;
  std::map<half_name, int> read_, heard_;  ///< rounds of a half: read here, and heard of from the other end
  std::map<half_name, int> reach_;         ///< position of the other end, as far as the holder was told
  std::map<std::uint32_t, std::vector<wire::swapped>> early_;
  std::vector<std::array<half_name, 2>> undecided_;
  std::set<std::uint32_t> closed_;
  std::set<place> seen_;  ///< node and content
};

}  // namespace ebit_test

#include "auditor_rules.hpp"
