// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <utility>

#include <ebit/backend/actions.hpp>
#include <ebit/backend/events.hpp>
#include <ebit/link/expiry.hpp>
#include <ebit/link/segments.hpp>
#include <ebit/link/wire.hpp>
#include <ebit/purify/concepts.hpp>
#include <ebit/purify/mates.hpp>
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
    const std::uint32_t mate = purify::find_mate<Policy>(table, c, slot);
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
    const segment& sacrifice = table[row.partner];
    if (row.lost || sacrifice.lost) {
      failed(table, slot, sink);
      return;
    }
    row.begun = false;
    row.own_bit = (bits & 1) != 0;
    const circuit& c = table.circuits[row.circuit];
    const wire::distilled result{.keep_sequence = row.remote.sequence,
                                 .sacrifice_sequence = sacrifice.remote.sequence,
                                 .own_sequence = row.local.sequence,
                                 .keep_epoch = row.remote.epoch,
                                 .sacrifice_epoch = sacrifice.remote.epoch,
                                 .own_epoch = row.local.epoch,
                                 .facing = static_cast<std::uint8_t>(opposite(row.facing)),
                                 .bit = row.own_bit,
                                 .leads = row.leads,
                                 .round = row.rounds};
    const bool one_way = is_one_way(c, row);
    if (!one_way || row.facing == side::downstream)
      sink(action::send{message::pack(table.self(), row.peer, c.id, result)});
    row.state = segment::phase::awaiting_result;
    release(table, row.partner, segments::fate_of_half::consumed, sink);
    if (one_way && row.facing == side::downstream) {
      go_on(table, slot, ctx, sink);
    } else if (row.peer_bit_known) {
      decide(table, slot, ctx, sink);
    } else if (goes_undecided(c, row)) {
      row.undecided = true;
      table.transfer(slot, owner::purify, owner::swap);
      resume(table, c.link(row.facing));
    }
  }

  /// The device could not carry out this end's half: neither pair is of any use.
  template <class Sink>
  void failed(segments& table, std::uint32_t slot, Sink& sink) {
    for (const std::uint32_t s : {slot, table[slot].partner})
      if (!table[s].lost) expire(table, table[s], sink);
    release(table, table[slot].partner, segments::fate_of_half::consumed, sink);
    discard(table, slot, sink);
  }

  /// The other end's read-out: purify/engine_messages.hpp.
  template <class Sink>
  verdict handle(segments& table, const circuit& c, node_id from, const wire::distilled& m, context& ctx, Sink& sink);

  /// Gives up a row of this layer on which nothing is running, for instance at its deadline, and tells the other end.
  template <class Sink>
  static void give_up(segments& table, std::uint32_t slot, Sink& sink) {
    expire(table, table[slot], sink);
    discard(table, slot, sink);
  }

 private:
  template <class Sink>
  static void discard(segments& table, std::uint32_t slot, Sink& sink) {
    release(table, slot, segments::fate_of_half::discarded, sink);
  }
  /// The peer keeps a pair that is not here: the ends chose different ones, or this end gave it up.
  template <class Sink>
  static void say_gone(segments& table, const circuit& c, node_id from, const wire::distilled& m, Sink& sink);
  /// Nothing is left of the pair `named`, since the ends have done different things with it: what this end holds of
  /// it or has put it into is given up, and the other end is told.
  template <class Sink>
  static void give_up(segments& table, const circuit& c, side facing, std::uint32_t named, std::uint8_t round,
                      Sink& sink);
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

  template <class Sink>
  void start(segments& table, std::uint32_t keep, std::uint32_t sacrifice, bool leads, context& ctx, Sink& sink) {
    segment& row = table[keep];
    segment& spent = table[sacrifice];
    spent.state = segment::phase::operating;
    row.partner = sacrifice;
    row.leads = leads;
    row.spent_before = std::exchange(row.spent, segments::tag(spent.local.epoch, spent.local.sequence));
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
      give_up(table, table.circuits[row.circuit], row.facing, row.peer_spent, row.rounds, sink);
      expire(table, row, sink);
      discard(table, slot, sink);
      return;
    }
    const bool kept = purify::keeps_pair<Policy>(row.own_bit, row.peer_bit, row.parity);
    if (!kept) {
      // Where only one end decides the other has to be told.
      if (is_one_way(table.circuits[row.circuit], row)) expire(table, row, sink);
      discard(table, slot, sink);
      return;
    }
    go_on(table, slot, ctx, sink);
  }
  /// The round has been passed, as far as this end is to know.
  template <class Sink>
  void go_on(segments& table, std::uint32_t slot, context& ctx, Sink& sink) {
    segment& row = table[slot];
    row.state = segment::phase::resting;
    ++row.rounds;
    work(table, slot, ctx, sink);
  }
  /// Only the downstream end decides, but on the link to the tail: its other end may be the head's last word. Such
  /// policies distil on links alone, though a row awaiting a read-out may have been joined onward meanwhile.
  [[nodiscard]] static bool is_one_way([[maybe_unused]] const circuit& c, [[maybe_unused]] const segment& row) {
    if constexpr (!purify::is_one_way<Policy>)
      return false;
    else
      return (row.facing == side::downstream ? c.position + 1 : c.position) != c.hops;
  }
  [[nodiscard]] static bool goes_undecided([[maybe_unused]] const circuit& c, [[maybe_unused]] const segment& row) {
    if constexpr (!purify::is_optimistic<Policy>)
      return false;
    else
      return !c.at_end() && span(c, row) == 1 && row.rounds + 1 >= c.plan.link_rounds;
  }
  /// The other end's read-out of an undecided pair that has not been joined onward yet.
  template <class Sink>
  static void settle(segments& table, const circuit& c, std::uint32_t slot, const wire::distilled& m, Sink& sink);

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

#include <ebit/purify/engine_messages.hpp>
