// SPDX-License-Identifier: Apache-2.0
#include "watch.hpp"

#include <algorithm>

#include <ebit/link/outbox.hpp>
#include <ebit/quantum/operations.hpp>

namespace ebit_test {

using namespace ebit;

namespace {

[[nodiscard]] std::string text(const pair_id& p) {
  return "pair " + std::to_string(p.path.value()) + "/" + std::to_string(p.epoch) + "/" + std::to_string(p.sequence);
}
[[nodiscard]] std::string slot_text(std::uint32_t s) { return "slot " + std::to_string(s); }

}  // namespace

watch::watch(surroundings s) : around_{std::move(s)} {
  nodes_.resize(around_.slots.size());
  for (std::size_t n = 0; n < nodes_.size(); ++n) nodes_[n].slots.resize(around_.slots[n]);
}

void watch::report(node n, const char* rule, const std::string& what) {
  if (!broken_.empty()) return;
  broken_ = std::string{rule} + ": node " + std::to_string(n) + ", " + what;
}

void watch::crash(node n) {
  node_book& b = nodes_[n];
  b.crashed = now;
  for (slot_book& s : b.slots) s = {};
  b.circuits.clear();
  b.joined.clear();
  b.older.clear();
  b.here.clear();
  b.operations.clear();
  b.batches.clear();
  for (auto& [name, ends] : deliveries_)
    for (handed& h : ends)
      if (h.at == n) h.forgotten = true;
}

bool watch::begin(node n, operation_id id, slot_id s, const char* does) {
  if (s.value() >= nodes_[n].slots.size()) {
    report(n, "halves", std::string{does} + " a slot it does not have");
    return false;
  }
  slot_book& b = nodes_[n].slots[s.value()];
  const std::string where = std::string{does} + " " + slot_text(s.value()) + " of " + text(b.name);
  switch (b.state) {
    case keeping::empty: report(n, "halves", where + ", which is empty"); return false;
    case keeping::busy: report(n, "halves", where + ", on which an operation runs"); return false;
    case keeping::spent: report(n, "used twice", where + ", whose half was used before"); return false;
    case keeping::measured: report(n, "used twice", where + ", whose half was measured before"); return false;
    case keeping::resting: break;
  }
  if (nodes_[n].operations.contains(id.value())) report(n, "operations", where + " under a number that is in use");
  b.state = keeping::busy;
  b.began = now;
  return true;
}

void watch::act(node n, const action::attempt& a) {
  node_book& b = nodes_[n];
  const std::string what = "attempts on path " + std::to_string(a.path.value()) + " epoch " + std::to_string(a.epoch);
  if (a.path.value() >= around_.paths.size()) return report(n, "batches", what + ": no such path");
  const surroundings::path& p = around_.paths[a.path.value()];
  if (p.node[0] != n && p.node[1] != n) return report(n, "batches", what + ": it does not end here");
  if (b.batches.contains(a.operation.value())) return report(n, "batches", what + " under a number that is in use");
  if (a.first_slot.value() + a.modes > b.slots.size() || a.modes == 0) return report(n, "batches", what + ": slots");
  for (const auto& [id, other] : b.batches)
    if (a.first_slot.value() < other.first + other.modes && other.first < a.first_slot.value() + a.modes)
      return report(n, "batches", what + ": its slots are those of another batch");
  if (a.at < local(n)) report(n, "batches", what + " in the past");
  ++counts_.attempts;
  agreement& known = epochs_[{a.path.value(), a.epoch}];
  const std::uint32_t end = p.node[0] == n ? 1 : 2;
  if (known.ends == 0) known = {a.circuit, a.modes, 0};
  if (known.circuit != a.circuit || known.modes != a.modes)
    report(n, "epochs", what + " for another circuit than the other end's");
  if ((known.ends & end) != 0) report(n, "epochs", what + " a second time");
  known.ends |= end;
  b.batches[a.operation.value()] = {a.path, a.circuit, a.epoch, a.first_slot.value(), a.modes, a.first_cycle,
                                    a.at,   a.period,  false};
}

void watch::act(node n, const action::stop& a) {
  const auto found = nodes_[n].batches.find(a.operation.value());
  if (found == nodes_[n].batches.end()) return report(n, "batches", "stops what does not run");
  found->second.stopped = true;
}

void watch::act(node n, const action::bell_measure& a) {
  if (!begin(n, a.operation, a.upstream, "joins") || !begin(n, a.operation, a.downstream, "joins")) return;
  const slot_book &u = nodes_[n].slots[a.upstream.value()], &d = nodes_[n].slots[a.downstream.value()];
  if (u.circuit != d.circuit) report(n, "circuits", "joins halves of two circuits");
  if (u.name.path == d.name.path) report(n, "halves", "joins halves of one path");
  nodes_[n].operations[a.operation.value()] = {operation::kind::join, a.upstream.value(), a.downstream.value()};
}

void watch::act(node n, const action::distil& a) {
  if (!begin(n, a.operation, a.keep, "distils") || !begin(n, a.operation, a.sacrifice, "distils")) return;
  const slot_book &k = nodes_[n].slots[a.keep.value()], &s = nodes_[n].slots[a.sacrifice.value()];
  if (k.circuit != s.circuit) report(n, "circuits", "distils halves of two circuits");
  if (k.name.path != s.name.path) report(n, "halves", "distils halves of two paths");
  nodes_[n].operations[a.operation.value()] = {operation::kind::distil, a.keep.value(), a.sacrifice.value()};
}

void watch::act(node n, const action::measure& a) {
  if (!begin(n, a.operation, a.slot, "measures")) return;
  nodes_[n].operations[a.operation.value()] = {operation::kind::measure, a.slot.value(), a.slot.value()};
}

void watch::act(node n, const action::free& a) {
  if (a.slot.value() >= nodes_[n].slots.size()) return report(n, "halves", "frees a slot it does not have");
  slot_book& b = nodes_[n].slots[a.slot.value()];
  if (b.state == keeping::busy)
    report(n, "halves", "frees " + slot_text(a.slot.value()) + " while it is operated on");
  if (b.state == keeping::empty) report(n, "halves", "frees " + slot_text(a.slot.value()) + ", which is empty");
  b = {};
}

bool watch::has_ended(node n, circuit_id c) const {
  const auto found = nodes_[n].circuits.find(c);
  return found != nodes_[n].circuits.end() && found->second.ended;
}

void watch::act(node n, const action::deliver& a) {
  if (!a.slot.valid() || a.slot.value() >= nodes_[n].slots.size()) return report(n, "halves", "delivers no slot");
  slot_book& b = nodes_[n].slots[a.slot.value()];
  if (a.is_measured && b.state == keeping::measured)
    b.state = keeping::resting;
  else if (a.is_measured)
    return report(n, "halves", "delivers as measured what was not measured");
  if (!begin(n, a.operation, a.slot, "delivers")) return;
  nodes_[n].operations[a.operation.value()] = {operation::kind::deliver, a.slot.value(), a.slot.value()};
  ++counts_.delivered;
  const std::string what = "delivers " + text(a.name);
  if (a.circuit != b.circuit) return report(n, "circuits", what + " of another circuit than its half's");
  if (a.request.value() >= asked.size()) return report(n, "requests", what + " to no request");
  surroundings::ask& wanted = asked[a.request.value()];
  const bool here_first = wanted.from == n;
  if (!here_first && wanted.to != n) return report(n, "requests", what + " to a request of other nodes");
  if (a.peer.value() != (here_first ? wanted.to : wanted.from))
    return report(n, "requests", what + " of another peer");
  if (a.purpose != wanted.purpose) return report(n, "requests", what + " to another purpose");
  std::vector<handed>& ends = deliveries_[a.name];
  for (const handed& other : ends) {
    if (other.at == n) return report(n, "delivered twice", what + " again");
    const action::deliver& w = other.what;
    const std::string both = what + " to request " + std::to_string(a.request.value()) + ", node " +
                             std::to_string(other.at) + " to request " + std::to_string(w.request.value());
    if (w.request != a.request || w.circuit != a.circuit) return report(n, "requests", both);
    if (w.purpose != a.purpose) return report(n, "requests", both + ": purposes differ");
    if (w.frame != a.frame) return report(n, "frames", both + ": frames differ");
    if (w.is_measured != a.is_measured || !around_.quiet || !a.is_measured) continue;
    if (w.measured_in != a.measured_in) return report(n, "bases", both + ": bases differ");
    const bool y = a.measured_in == basis::y;
    const bool flips = (a.measured_in != basis::x && a.frame.x()) != (a.measured_in != basis::z && a.frame.z());
    if ((w.bit != a.bit) != (flips != y)) return report(n, "frames", both + ": bits do not go with the frame");
  }
  const auto said = words_.find(a.name);
  ends.push_back({n, a, said == words_.end() ? now : said->second.first, false, false});
  if (here_first) ++wanted.given;
}

void watch::act(node n, const action::revoke& a) {
  ++counts_.revoked;
  const auto found = deliveries_.find(a.name);
  if (found != deliveries_.end())
    for (handed& h : found->second)
      if (h.at == n && !h.forgotten) {
        if (h.what.request != a.request || h.what.circuit != a.circuit)
          report(n, "requests", "revokes " + text(a.name) + " of another request than it was delivered to");
        if (h.revoked) report(n, "revoked twice", "revokes " + text(a.name) + " again");
        h.revoked = true;
        if (a.request.value() < asked.size() && asked[a.request.value()].from == n) --asked[a.request.value()].given;
        return;
      }
  report(n, "revoked", "revokes " + text(a.name) + ", which it never delivered");
}

void watch::act(node n, const action::report& a) {
  const std::string what = "reports on request " + std::to_string(a.request.value());
  if (a.request.value() >= asked.size()) return report(n, "requests", what + ", which nobody made");
  const surroundings::ask& wanted = asked[a.request.value()];
  if (wanted.from != n) return report(n, "requests", what + " of another node");
  if (a.outcome == request_outcome::delivered && wanted.given < wanted.pairs)
    report(n, "requests",
           what + " as served with " + std::to_string(wanted.given) + " pairs of " + std::to_string(wanted.pairs));
}

void watch::hear(node n, const event::heralded& e) {
  node_book& b = nodes_[n];
  const auto found = b.batches.find(e.operation.value());
  if (found == b.batches.end()) return report(n, "batches", "hears of a herald of no batch");
  const batch& of = found->second;
  if (e.slot.value() - of.first >= of.modes) return report(n, "batches", "hears of a herald in a slot of no batch");
  slot_book& s = b.slots[e.slot.value()];
  if (s.state != keeping::empty) return report(n, "halves", "hears of a herald in a slot that holds a half");
  if (e.sequence % of.modes != e.slot.value() - of.first) report(n, "batches", "hears of a herald of another mode");
  if (e.sequence / of.modes < of.first_cycle) report(n, "batches", "hears of a herald of a cycle before its first");
  const surroundings::path& p = around_.paths[of.path.value()];
  const duration there = p.station[p.node[0] == n ? 0 : 1];
  if (e.born + there * 2 > local(n)) report(n, "causality", "hears of a herald before light could come back");
  s = {keeping::resting, {of.path, of.epoch, e.sequence}, of.circuit, e.born, false, {}, world_time::never(), false};
  const auto [known, is_new] = heralds_.try_emplace(s.name, e.state);
  if (is_new) return;
  if (known->second != e.state) report(n, "heralds", "hears another Bell state announced than the other end");
  heralds_.erase(known);
}

void watch::hear(node n, const event::measured& e) {
  const auto found = nodes_[n].operations.find(e.operation.value());
  if (found == nodes_[n].operations.end()) return report(n, "operations", "hears a result of no operation");
  // What is read out can be freed as soon as the bits are known.
  node_book& b = nodes_[n];
  const slot_book &first = b.slots[found->second.first], &second = b.slots[found->second.second];
  const bool joins = found->second.what == operation::kind::join;
  if (joins) ++counts_.joined;
  if (joins) b.older[first.name] = b.older[second.name] = first.born < second.born ? first.born : second.born;
  if (found->second.what == operation::kind::distil) ++counts_.distilled;
  if (has_ended(n, first.circuit) || first.doomed || second.doomed)
    ++counts_.late;
  else if (joins)
    b.joined[first.name] = b.joined[second.name] = true;
  for (const std::uint32_t s : {found->second.first, found->second.second})
    if (b.slots[s].state == keeping::busy) b.slots[s].state = keeping::spent;
  if (found->second.what == operation::kind::distil) b.slots[found->second.first].state = keeping::resting;
  if (found->second.what == operation::kind::measure) b.slots[found->second.first].state = keeping::measured;
}

void watch::end(node n, operation_id id, failure why) {
  node_book& b = nodes_[n];
  if (const auto found = b.batches.find(id.value()); found != b.batches.end()) {
    if (!found->second.stopped) ++counts_.ended;
    b.batches.erase(found);
    return;
  }
  const auto found = b.operations.find(id.value());
  if (found == b.operations.end()) return;  // calibrations, and what ended with its node
  const operation o = found->second;
  b.operations.erase(found);
  if (why == failure::none) {
    if (o.what == operation::kind::deliver) b.slots[o.first].state = keeping::spent;
    return;
  }
  ++counts_.failed;
  for (const std::uint32_t s : {o.first, o.second})
    if (b.slots[s].state == keeping::busy)
      b.slots[s].state = why == failure::unavailable ? keeping::resting : keeping::spent;
}

void watch::hear(node n, const event::erased& e) {
  if (e.slot.value() >= nodes_[n].slots.size()) return;
  slot_book& s = nodes_[n].slots[e.slot.value()];
  s.erased = true;
  if (s.state == keeping::resting || s.state == keeping::measured) s.state = keeping::spent;
}

bool watch::is_excused(const handed& h) const {
  const world_time crashed = nodes_[h.what.peer.value()].crashed;
  if (h.forgotten || crashed.is_never()) return h.forgotten;
  const auto said = words_.find(h.what.name);
  const bool in_vain = said != words_.end() && !said->second.heard && said->second.copies >= outbox::most_copies;
  return h.since <= crashed || in_vain;
}

watch::fate watch::fates() const {
  fate f;
  for (const auto& [name, ends] : deliveries_) {
    if (ends.size() == 2 && ends[0].revoked == ends[1].revoked) {
      f.pairs += ends[0].revoked ? 0U : 1U;
      f.revoked += ends[0].revoked ? 2U : 0U;
      continue;
    }
    const handed& h = ends.back().revoked ? ends.front() : ends.back();  // one that is kept, if any
    if (ends.size() == 2) ++f.revoked;
    if (f.example.empty() && !h.revoked && !is_excused(h))
      f.example = "node " + std::to_string(h.at) + " keeps " + text(name) + ", which the other end " +
                  (ends.size() == 2 ? "revoked" : "never delivered");
    if (h.revoked)
      ++f.revoked;
    else if (is_excused(h))
      ++f.crashed;
    else
      ++f.orphans;
  }
  return f;
}

}  // namespace ebit_test
