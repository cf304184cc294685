// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iterator>
#include <utility>

#include "auditor.hpp"

// What each event calls for.
namespace ebit_test {

inline bool auditor::on_event(node_id at, event::heralded& e) {
  if (!checks_) return true;
  const auto batch = batches_.at({at.value(), e.operation.value()});
  if (closed_.count(at.value()) == 0)
    halves_[{at.value(), e.slot.value()}] = {at.value(), batch.first, batch.second, e.sequence};
  return true;
}

inline bool auditor::on_event(node_id at, event::measured& e) {
  const auto found = operations_.find({at.value(), e.operation.value()});
  if (!checks_ || found == operations_.end()) return true;
  const operation op = found->second;
  operations_.erase(found);
  if (op.kind == what::swap) {
    for (const half_name& h : op.of) joined_.insert(h);
    if (is_undecided(op.of[0]) || is_undecided(op.of[1])) {
      undecided_.push_back(op.of);
    } else {
      ++cause.told_swaps;
      expect(wire::swapped::type, 2);
    }
  } else if (op.kind == what::round) {
    ++cause.read_rounds;
    ++read_[op.of[0]];
    call_.tells_of_frees = op.decides;
    call_.consumed = 1;
    if (op.decides)
      ++cause.silent_rounds;
    else
      expect(wire::distilled::type);
    if (op.tells_only) heard_[op.of[0]] = read_[op.of[0]];
  } else if (op.kind == what::test) {
    ++cause.tests;
    expect(wire::tested::type);
  }
  return true;
}

inline void auditor::hear_of_round(std::uint32_t at, const wire::distilled& m) {
  const half_name keep = named(at, m.facing, m.keep_epoch, m.keep_sequence);
  ++heard_[keep];
  const std::uint16_t p = circuit_.position.at(at);
  call_.tells_of_frees = one_way_ && (m.facing & 1) == 0 && p != circuit_.hops;
  for (std::size_t i = 0; i < undecided_.size(); ++i) {
    const auto [up, down] = undecided_[i];
    if (up != keep && down != keep) continue;
    call_.settles = i + 1;
    if (!is_undecided(up) && !is_undecided(down)) expect(wire::swapped::type, 2);
    return;
  }
}

/// False if it is not its turn yet.
inline bool auditor::hear_of_swap(std::uint32_t at, const wire::swapped& m) {
  const half_name h = named(at, m.facing, m.half_epoch, m.half_sequence);
  if (joined_.count(h) != 0) {
    ++cause.followed;
    expect(wire::swapped::type);
    return true;
  }
  if (gone_.count(h) != 0) {
    ++cause.late;
    expect(wire::expired::type);
    return true;
  }
  const std::uint16_t here = circuit_.position.at(at);
  const int reach = reach_.emplace(h, (m.facing & 1) != 0 ? here + 1 : here - 1).first->second;
  if (m.from != reach) return (m.facing & 1) != 0 ? m.from < reach : m.from > reach;
  reach_[h] = m.to;
  call_.tells_of_frees = true;  // it may be older than it was taken for
  return true;
}

inline bool auditor::on_event(node_id to, event::received& e) {
  const message& m = e.content;
  if (!checks_ || m.holds<wire::acknowledged>()) return true;
  const std::uint32_t at = to.value();
  if (acknowledges_) {
    expect(wire::acknowledged::type);
    if (!seen_.emplace(at, wire::tag_of(m)).second) return true;  // said twice, heard once
  }
  const bool is_head = at == circuit_.head, is_closed = closed_.count(at) != 0;
  if (m.holds<wire::install>()) {
    circuit_.position[at] = m.unpack<wire::install>().position;
    circuit_.position[circuit_.head] = 0;
    expect(wire::ready::type);
  } else if (m.holds<wire::ready>() && ++circuit_.ready == circuit_.hops) {
    circuit_.active = true;
    expect(wire::go::type, circuit_.hops - 1U);
    expect(wire::link_started::type);
    if (circuit_.is_shared) expect(wire::enqueue::type, pairs_of_.size());
  } else if (m.holds<wire::go>()) {
    expect(wire::link_started::type);
  } else if (m.holds<wire::delivered>()) {
    call_.announces_test = wire::disposal_of(m.unpack<wire::delivered>().does) == wire::disposal::test;
  } else if (m.holds<wire::enqueue>() && is_head) {
    expect(wire::enqueue::type);
  } else if (m.holds<wire::swapped>() && !is_closed) {
    early_[at].push_back(m.unpack<wire::swapped>());
  } else if (m.holds<wire::expired>() && !is_closed) {
    const auto body = m.unpack<wire::expired>();
    if (joined_.count(named(at, body.facing, body.half_epoch, body.half_sequence)) != 0) {
      ++cause.followed_losses;
      expect(wire::expired::type);
    }
  } else if (m.holds<wire::distilled>() && !is_closed) {
    hear_of_round(at, m.unpack<wire::distilled>());
  }
  // News of one half form a chain: what comes before its turn waits for it.
  std::vector<wire::swapped>& news = early_[at];
  for (std::size_t i = 0; i < news.size() && !is_closed;) {
    if (hear_of_swap(at, news[i])) {
      news.erase(news.begin() + static_cast<std::ptrdiff_t>(i));
      i = 0;
    } else {
      ++i;
    }
  }
  return true;
}

inline void auditor::end() {
  if (!call_.open || !checks_) return;
  one_call c = std::move(call_);
  call_ = {};
  const auto expect_more = [&c](int type, std::uint64_t n) { c.expected[type] += n; };
  if (c.opens) expect_more(wire::install::type, circuit_.hops);
  // A request that joins a running circuit is told to the other end.
  if (c.is_request && !c.opens && circuit_.active) expect_more(wire::enqueue::type, 1);
  if (c.at == circuit_.head) {
    const bool says = circuit_.hops > 1 || circuit_.distils || circuit_.word_decides || acknowledges_;
    expect_more(wire::delivered::type, says ? c.binds : 0);
    if (circuit_.is_shared) expect_more(wire::dequeued::type, c.completes);
    if (c.stops) expect_more(wire::torn_down::type, circuit_.hops);
  }
  if (c.tells_of_frees && !c.stops && c.frees > c.consumed) {
    cause.given_up += c.frees - c.consumed;
    expect_more(wire::expired::type, c.frees - c.consumed);
  }
  if (c.settles != 0) {
    // Both far ends are told that a swap has worked, or that it has not.
    const bool lost = c.sent[wire::expired::type] == 2;
    if (lost) {
      c.expected[wire::swapped::type] = 0;
      expect_more(wire::expired::type, 2);
      ++cause.lost_swaps;
    } else if (c.expected[wire::swapped::type] == 2) {
      ++cause.told_swaps;
    }
    if (lost || c.expected[wire::swapped::type] == 2)
      undecided_.erase(undecided_.begin() + static_cast<std::ptrdiff_t>(c.settles - 1));
  }
  for (auto* side : {&c.expected, &c.sent})
    for (auto it = side->begin(); it != side->end();) it = it->second == 0 ? side->erase(it) : std::next(it);
  if (c.expected == c.sent) return;
  std::string text = "node " + std::to_string(c.at) + ":";
  for (const auto& [type, n] : c.sent) text += ", sends " + std::to_string(n) + " of " + std::to_string(type);
  for (const auto& [type, n] : c.expected) text += ", expected " + std::to_string(n) + " of " + std::to_string(type);
  FAIL(text);
}

}  // namespace ebit_test
