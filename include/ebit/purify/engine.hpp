// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <utility>

#include <ebit/backend/actions.hpp>
#include <ebit/backend/events.hpp>
#include <ebit/link/expiry.hpp>
#include <ebit/link/segments.hpp>
#include <ebit/link/wire.hpp>
#include <ebit/purify/concepts.hpp>
#include <ebit/quantum/operations.hpp>

namespace ebit {

/// The distillation protocol, for segments of any length. On a link both ends see pairs in the same order and act at
/// once; on longer segments the upstream end picks two pairs, acts, and names them to the other end, which acts on
/// that word. Either way each end reads its half of the sacrifice, tells the other its bit, and keeps the pair if the
/// parity is the one the Pauli frames predict.
template <class Policy>
class purify_engine {
 public:
  purify_engine() = default;
  explicit purify_engine(const Policy& policy) : policy_{policy} {}

  /// A row has been given to this layer.
  template <class Sink>
  void work(segments& table, std::uint32_t slot, context& ctx, Sink& sink) {
    segment& row = table[slot];
    if (row.held_by != owner::purify || row.state != segment::phase::resting) return;
    const circuit& c = table.circuits[row.circuit];
    const bool whole = is_whole(c, row);
    if constexpr (purify::never_distils<Policy>) {
      table.transfer(slot, owner::purify, whole ? owner::route : owner::swap);
      return;
    }
    const bool single_hop = span(c, row) == 1;
    const std::uint8_t wanted = whole && !single_hop ? c.plan.end_rounds : rounds_on_link(c, whole);
    if (row.rounds >= wanted) {
      table.transfer(slot, owner::purify, whole ? owner::route : owner::swap);
      if (row.rounds > 0) resume(table, c.link(row.facing));
      return;
    }
    if (!single_hop && row.facing == side::upstream) return;  // the other end leads
    const std::uint32_t mate = find_mate(table, c, slot);
    if (mate == table.size()) return;
    // The pair that has come further is kept; of equals the earlier attempt, whichever herald was heard first.
    const segment& other = table[mate];
    const bool keeps_other =
        other.rounds != row.rounds ? other.rounds > row.rounds : other.local.sequence < row.local.sequence;
    start(table, keeps_other ? mate : slot, keeps_other ? slot : mate, !single_hop, ctx, sink);
  }

  template <class Sink>
  void measured(segments& table, std::uint32_t slot, std::uint8_t bits, context& ctx, Sink& sink) {
    segment& row = table[slot];
    if (row.lost) {
      release(table, row.partner, segments::fate_of_half::consumed, sink);
      discard(table, slot, sink);
      return;
    }
    row.own_bit = (bits & 1) != 0;
    const segment& sacrifice = table[row.partner];
    const circuit& c = table.circuits[row.circuit];
    const wire::distilled result{.keep_sequence = row.remote.sequence,
                                 .sacrifice_sequence = sacrifice.remote.sequence,
                                 .keep_epoch = row.remote.epoch,
                                 .sacrifice_epoch = sacrifice.remote.epoch,
                                 .facing = static_cast<std::uint8_t>(opposite(row.facing)),
                                 .bit = row.own_bit,
                                 .leads = row.leads};
    sink(action::send{message::pack(table.self(), row.peer, c.id, result)});
    row.state = segment::phase::awaiting_result;
    release(table, row.partner, segments::fate_of_half::consumed, sink);
    if (row.peer_bit_known) decide(table, slot, ctx, sink);
  }

  /// The device could not carry out this end's half: neither qubit is of any use.
  template <class Sink>
  void failed(segments& table, std::uint32_t slot, Sink& sink) {
    expire(table, table[slot], sink);
    release(table, table[slot].partner, segments::fate_of_half::consumed, sink);
    discard(table, slot, sink);
  }

  template <class Sink>
  verdict handle(segments& table, const circuit& c, node_id from, const wire::distilled& m, context& ctx,
                 Sink& sink) {
    const side facing = static_cast<side>(m.facing & 1);
    const std::uint32_t keep = table.find_half(c, facing, m.keep_epoch, m.keep_sequence);
    if (keep == table.size()) {
      give_up_spent(table, c, facing, tag(m.sacrifice_epoch, m.sacrifice_sequence), sink);
      // Gone here although the peer keeps it: the ends chose different pairs, or this end gave it up.
      const fate* known = c.link(facing).fates.find(m.keep_epoch, m.keep_sequence);
      if (known != nullptr && known->what == fate::kind::discarded && m.leads == 0) {
        const wire::expired lost{m.keep_sequence, m.keep_epoch, static_cast<std::uint8_t>(opposite(facing)), {}};
        sink(action::send{message::pack(table.self(), from, c.id, lost)});
      }
      return verdict::settled;
    }
    segment& row = table[keep];
    const std::uint32_t named = tag(m.sacrifice_epoch, m.sacrifice_sequence);
    if (named == row.spent_before || (named == row.spent && row.state == segment::phase::resting))
      return verdict::settled;  // a copy of what was acted on already
    if (m.leads != 0 && facing == side::upstream) {
      if (named == row.spent) return verdict::settled;
      const std::uint32_t sacrifice = table.find_half(c, facing, m.sacrifice_epoch, m.sacrifice_sequence);
      if (sacrifice == table.size()) {
        if (row.state == segment::phase::resting) {
          expire(table, row, sink);
          discard(table, keep, sink);
        }
        return verdict::settled;
      }
      if (!can_follow(c, row) || !can_follow(c, table[sacrifice])) return verdict::early;
      hear(row, m.bit != 0, named);
      start(table, keep, sacrifice, false, ctx, sink);
      return verdict::settled;
    }
    hear(row, m.bit != 0, named);
    if (row.state == segment::phase::awaiting_result) decide(table, keep, ctx, sink);
    return verdict::settled;
  }

  /// Gives up a row of this layer, for instance at its deadline.
  template <class Sink>
  static void discard(segments& table, std::uint32_t slot, Sink& sink) {
    release(table, slot, segments::fate_of_half::discarded, sink);
  }

 private:
  /// A short stand-in for a pair's identity, never 0.
  [[nodiscard]] static std::uint32_t tag(std::uint32_t epoch, std::uint64_t sequence) {
    return static_cast<std::uint32_t>(mix(epoch, sequence)) | 1U;
  }
  /// The peer has read out its half of a pair that this end still holds: nothing is left of it.
  template <class Sink>
  static void give_up_spent(segments& table, const circuit& c, side facing, std::uint32_t named, Sink& sink) {
    const circuit::hop& hop = c.link(facing);
    for (std::uint32_t s = hop.first_slot; s < hop.first_slot + hop.width; ++s) {
      segment& row = table[s];
      if (row.held_by != owner::purify || tag(row.local.epoch, row.local.sequence) != named) continue;
      if (row.state == segment::phase::operating)
        row.lost = true;
      else
        discard(table, s, sink);
    }
  }
  static void hear(segment& row, bool bit, std::uint32_t named) {
    row.peer_bit = bit;
    row.peer_bit_known = true;
    row.peer_spent = named;
  }
  [[nodiscard]] static bool is_whole(const circuit& c, const segment& row) { return span(c, row) == c.hops; }
  [[nodiscard]] static std::uint8_t rounds_on_link(const circuit& c, bool whole) {
    return static_cast<std::uint8_t>(c.plan.link_rounds + (whole ? c.plan.end_rounds : 0));
  }
  [[nodiscard]] static bool can_follow(const circuit& c, const segment& row) {
    return row.state == segment::phase::resting && row.held_by == owner::purify && is_whole(c, row);
  }

  /// The row this one is to be distilled with: same circuit, side, span and number of rounds; of several the first by
  /// identity, which both ends of a link see alike.
  [[nodiscard]] static std::uint32_t find_mate(const segments& table, const circuit& c, std::uint32_t slot) {
    if constexpr (purify::pumps<Policy>) return find_pumped(table, c, slot);
    const segment& row = table[slot];
    const circuit::hop& hop = c.link(row.facing);
    std::uint32_t best = table.size();
    for (std::uint32_t s = hop.first_slot; s < hop.first_slot + hop.width; ++s) {
      const segment& other = table[s];
      if (s == slot || other.held_by != owner::purify || other.state != segment::phase::resting) continue;
      if (other.rounds != row.rounds || other.reach != row.reach || other.circuit != row.circuit) continue;
      if (best == table.size() || other.local.sequence < table[best].local.sequence) best = s;
    }
    return best;
  }

  /// When pumping: one pair of a side is kept and takes up the others, the first by identity first. A new one is
  /// begun only when there is none, so that both ends pick the same pairs however their news of the rounds differ in
  /// time.
  [[nodiscard]] static std::uint32_t find_pumped(const segments& table, const circuit& c, std::uint32_t slot) {
    const circuit::hop& hop = c.link(table[slot].facing);
    std::uint32_t pumped = table.size(), first = table.size(), second = table.size();
    for (std::uint32_t s = hop.first_slot; s < hop.first_slot + hop.width; ++s) {
      const segment& row = table[s];
      if (row.held_by != owner::purify || row.circuit != table[slot].circuit || row.reach != table[slot].reach)
        continue;
      if (row.rounds > 0 || row.state != segment::phase::resting) {
        if (row.state != segment::phase::resting) return table.size();
        pumped = s;
      } else if (first == table.size() || row.local.sequence < table[first].local.sequence) {
        second = first;
        first = s;
      } else if (second == table.size() || row.local.sequence < table[second].local.sequence) {
        second = s;
      }
    }
    if (pumped != table.size()) return slot == pumped ? first : slot == first ? pumped : table.size();
    return slot == first ? second : slot == second ? first : table.size();
  }

  template <class Sink>
  void start(segments& table, std::uint32_t keep, std::uint32_t sacrifice, bool leads, context& ctx, Sink& sink) {
    segment& row = table[keep];
    segment& spent = table[sacrifice];
    spent.state = segment::phase::operating;
    row.partner = sacrifice;
    row.leads = leads;
    row.spent_before = std::exchange(row.spent, tag(spent.local.epoch, spent.local.sequence));
    const auto [kept, parity] = frames_after(recipe(row, spent), row.frame, spent.frame);
    row.frame = kept;
    row.parity = parity;
    if (spent.born < row.born) row.born = spent.born;
    sink(action::distil{table.begin_operation(keep), ctx.now, slot_id{keep}, slot_id{sacrifice}, recipe(row, spent),
                        row.facing == side::downstream ? half::a : half::b});
  }

  [[nodiscard]] distil_recipe recipe(const segment& keep, const segment& sacrifice) const {
    return policy_.recipe(name(keep), name(sacrifice));
  }
  /// A segment is named by its upstream-most link pair.
  [[nodiscard]] static const pair_id& name(const segment& row) {
    return row.facing == side::downstream ? row.local : row.remote;
  }

  struct propagated {
    pauli_frame kept;
    bool parity = false;
  };
  /// Frames through the recipe: the rotations act on them as on Bell labels, the bilateral CNOT maps x₂ += x₁, z₁ +=
  /// z₂.
  [[nodiscard]] static propagated frames_after(const distil_recipe& r, pauli_frame keep, pauli_frame sacrifice) {
    const pauli_frame k = r.keep(keep);
    const pauli_frame s = r.sacrifice(sacrifice);
    return {pauli_frame{k.x(), k.z() != s.z()}, k.x() != s.x()};
  }

  template <class Sink>
  void decide(segments& table, std::uint32_t slot, context& ctx, Sink& sink) {
    segment& row = table[slot];
    row.peer_bit_known = false;
    if (row.peer_spent != row.spent) {  // the ends chose different pairs: neither is what it seems
      give_up_spent(table, table.circuits[row.circuit], row.facing, row.peer_spent, sink);
      expire(table, row, sink);
      discard(table, slot, sink);
      return;
    }
    const bool kept = purify::keep_rule_of<Policy> == purify::keep_rule::parity
                          ? (row.own_bit != row.peer_bit) == row.parity
                          : row.own_bit && row.peer_bit && !row.parity;
    if (!kept) {
      discard(table, slot, sink);
      return;
    }
    row.state = segment::phase::resting;
    ++row.rounds;
    work(table, slot, ctx, sink);
  }

  /// When pumping, pairs wait in line for the one that is being pumped: it is gone, so the line moves up.
  static void resume([[maybe_unused]] segments& table, [[maybe_unused]] const circuit::hop& hop) {
    if constexpr (purify::pumps<Policy>) table.reconsider(hop);
  }

  template <class Sink>
  static void release(segments& table, std::uint32_t slot, segments::fate_of_half how, Sink& sink) {
    const segment& row = table[slot];
    fate gone;
    gone.sequence = row.local.sequence;
    gone.epoch = row.local.epoch;
    circuit::hop& hop = table.circuits[row.circuit].link(row.facing);
    hop.fates.record(gone);
    table.release(slot, how);
    sink(action::free{slot_id{slot}});
    if (how == segments::fate_of_half::discarded) resume(table, hop);
  }

  [[no_unique_address]] Policy policy_{};
};

}  // namespace ebit
