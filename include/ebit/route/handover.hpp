// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <ebit/backend/actions.hpp>
#include <ebit/link/expiry.hpp>
#include <ebit/link/outbox.hpp>
#include <ebit/link/segments.hpp>
#include <ebit/link/wire.hpp>
#include <ebit/route/recent_deliveries.hpp>

namespace ebit::route {

/// A head's reading of a test pair.
struct test_reading {
  circuit_id circuit;  ///< none: it was something else
  pair_id name;
  basis in = basis::z;
  bool bit = false;           ///< XOR what the frame predicts of the two
  double expected = 0;        ///< the forecast of the fidelity
  double least_fidelity = 0;  ///< what the requests on the circuit need
  double read_out_flip = 0;   ///< probability that read-out errors alone spoil a test
};

/// The last step of a pair: from the ends of its circuit to the applications. The head decides what becomes of it and
/// tells the tail. A tail that has heard of every swap itself need not wait for that word, unless the channel loses
/// messages or the word says more than it knows; the last `width` pairs of a request wait for it always, so that both
/// ends deliver the same ones. A half whose other end turns out to be gone is revoked.
class handover {
 public:
  handover() = default;
  explicit handover(const link_options& how) : assured_{how.assured()} {}

  [[nodiscard]] bool tail_waits(const circuit& c) const { return assured_ || c.word_decides; }

  /// A whole segment at the tail: delivered, if it need not wait for the head's word.
  template <class Sink>
  void at_tail(segments& table, circuit& c, std::uint32_t slot, Sink& sink) {
    if (c.delivered >= c.wanted || tail_waits(c)) return;
    if (c.head_speaks() && c.delivered + c.plan.width >= c.wanted) return;
    segment& row = table[slot];
    row.request = c.request;
    row.asked_by = c.head;
    row.purpose = c.purpose;
    deliver(table, c, slot, !c.head_speaks(), sink);
  }

  /// The head gives a whole segment to a request and tells the tail.
  template <class Sink>
  void bind(segments& table, circuit& c, std::uint32_t slot, request_id request, node_id asked_by,
            std::uint16_t purpose, std::uint8_t does, context& ctx, Sink& sink) {
    segment& row = table[slot];
    row.request = request;
    row.asked_by = asked_by;
    row.purpose = purpose;
    row.does = does;
    if (c.head_speaks() || tail_waits(c)) {
      const wire::delivered word{.half_sequence = row.remote.sequence,
                                 .name_sequence = row.local.sequence,
                                 .half_epoch = row.remote.epoch,
                                 .name_epoch = row.local.epoch,
                                 .name_path = row.local.path,
                                 .request = request,
                                 .purpose = purpose,
                                 .frame = row.frame.bits(),
                                 .does = does,
                                 .asked_by = asked_by,
                                 .estimate = c.estimate,
                                 .alarms = c.alarms};
      sink(action::send{message::pack(table.self(), c.tail, c.id, word)});
    }
    if (!wire::is_measured_at(true, wire::disposal_of(does)))
      deliver(table, c, slot, true, sink);
    else
      measure(table, slot, ctx, sink);
  }

  /// The head's word at the tail: an order, whichever layer works on the half.
  template <class Sink>
  verdict heard(segments& table, circuit& c, const wire::delivered& m, context& ctx, Sink& sink) {
    const std::uint32_t slot = table.find_half(c, side::upstream, m.half_epoch, m.half_sequence);
    if (slot == table.size() || table[slot].held_by == owner::app) {
      heard(table, c.id, c.head, m, sink);
      return verdict::settled;
    }
    segment& row = table[slot];
    if (row.held_by == owner::route && row.state != segment::phase::resting) return verdict::settled;  // a copy
    if (row.state == segment::phase::operating) return verdict::early;
    const pauli_frame frame{static_cast<bell_index>(m.frame & 3)};
    const bool knows = row.held_by == owner::route;
    const bool distils = c.plan.end_rounds > 0 || (c.hops == 1 && c.plan.link_rounds > 0);
    const bool distilled = row.held_by == owner::purify && row.state == segment::phase::awaiting_result;
    // What it knows contradicts the word, or it has had no part in what the head says was done.
    if (knows ? row.frame != frame || row.peer != c.head : distils && !distilled) {
      say_lost(table, c.id, c.head, m, sink);
      settle(table, c, slot, segments::fate_of_half::discarded, sink);
      return verdict::settled;
    }
    row.frame = frame;
    row.peer = c.head;
    row.reach = 0;
    row.remote = pair_id{m.name_path, m.name_epoch, m.name_sequence};
    row.request = m.request;
    row.asked_by = m.asked_by;
    row.purpose = m.purpose;
    row.does = m.does;
    const bool waited = row.held_by == owner::purify;
    segments::hand_over(row, row.held_by, owner::route);
    if (waited) table.reconsider(c.link(side::upstream));
    if (!wire::is_measured_at(false, wire::disposal_of(m.does)))
      deliver(table, c, slot, true, sink);
    else
      measure(table, slot, ctx, sink);
    return verdict::settled;
  }
  /// The same where the half is no longer held: delivered, or given up, which the head has to know.
  template <class Sink>
  void heard(const segments& table, circuit_id id, node_id head, const wire::delivered& m, Sink& sink) {
    recent_delivery* known = recent_.find(id, m.half_epoch, m.half_sequence);
    if (known != nullptr) {
      known->confirmed = true;
      return;
    }
    if (is_being_read(table, id, m)) return;  // a copy: it is delivered yet
    say_lost(table, id, head, m, sink);
  }

  /// Words for which there was no half to deliver, or another one than the head's.
  [[nodiscard]] std::uint32_t unmet() const { return unmet_; }
  /// A request of the tail has come anew: pairs it lost before are in what it asks for.
  void ask_again(request_id request, node_id asked_by) { recent_.ask_again(request, asked_by); }

  /// The read-out of a bound half: its delivery, or a test.
  template <class Sink>
  void measured(segments& table, circuit& c, std::uint32_t slot, bool bit, Sink& sink) {
    segment& row = table[slot];
    row.own_bit = bit;
    row.begun = false;
    row.state = segment::phase::resting;
    if (wire::disposal_of(row.does) != wire::disposal::test) {
      deliver(table, c, slot, true, sink);
      return;
    }
    if (c.position != 0) {
      const wire::tested result{.name_sequence = row.remote.sequence,
                                .name_epoch = row.remote.epoch,
                                .name_path = row.remote.path,
                                .bit = static_cast<std::uint8_t>(bit)};
      sink(action::send{message::pack(table.self(), c.head, c.id, result)});
    }
    settle(table, c, slot, segments::fate_of_half::consumed, sink);
  }

  [[nodiscard]] bool has_delivered(circuit_id id, std::uint32_t epoch, std::uint64_t sequence) {
    return recent_.find(id, epoch, sequence) != nullptr;
  }
  /// The other end of a half that was delivered here is gone. What is taken back now, or null.
  template <class Sink>
  const recent_delivery* lost(circuit_id id, std::uint32_t epoch, std::uint64_t sequence, Sink& sink) {
    recent_delivery* d = recent_.find(id, epoch, sequence);
    if (d == nullptr || d->revoked) return nullptr;
    revoke(*d, sink);
    return d;
  }
  /// The circuit ends: a tail waits for what the head may still have said of its deliveries, then takes the others
  /// back.
  void doubt(segments& table, const circuit& c, const context& ctx) {
    recent_.doubt(c.id, ctx.now + c.length * 16 + duration::picoseconds(1'000'000'000));
    table.watch(recent_.next_deadline());
  }
  template <class Sink>
  void expire(segments& table, context& ctx, Sink& sink) {
    recent_.expire(ctx.now, [&](recent_delivery& d) { revoke(d, sink); });
    table.watch(recent_.next_deadline());
  }

  /// Gives up a half that rests and tells the other end.
  template <class Sink>
  static void give_up(segments& table, std::uint32_t slot, Sink& sink) {
    ebit::expire(table, table[slot], sink);
    settle(table, table.circuits[table[slot].circuit], slot, segments::fate_of_half::discarded, sink);
  }
  /// The half leaves the table for another reason than delivery.
  template <class Sink>
  static void settle(segments& table, circuit& c, std::uint32_t slot, segments::fate_of_half how, Sink& sink) {
    segment& row = table[slot];
    fate gone;
    gone.sequence = row.local.sequence;
    gone.epoch = row.local.epoch;
    c.link(row.facing).fates.record(gone);
    table.release(row, how);
    sink(action::free{slot_id{slot}});
  }

 private:
  /// Whether the half of a circuit that is closing here is on its way to its application.
  [[nodiscard]] static bool is_being_read(const segments& table, circuit_id id, const wire::delivered& m) {
    const std::uint16_t index = table.circuits.find(id);
    if (index == circuit_table::none) return false;
    const std::uint32_t slot = table.find_half(table.circuits[index], side::upstream, m.half_epoch, m.half_sequence);
    return slot != table.size() && table[slot].held_by == owner::route && !table[slot].lost &&
           table[slot].state == segment::phase::operating;
  }
  template <class Sink>
  void say_lost(const segments& table, circuit_id id, node_id head, const wire::delivered& m, Sink& sink) {
    ++unmet_;
    const wire::expired lost{m.name_sequence, m.name_epoch, static_cast<std::uint8_t>(side::downstream), {}};
    sink(action::send{message::pack(table.self(), head, id, lost)});
  }
  template <class Sink>
  static void revoke(recent_delivery& d, Sink& sink) {
    d.revoked = true;
    sink(action::revoke{d.request, d.circuit, d.name});
  }
  template <class Sink>
  static void measure(segments& table, std::uint32_t slot, context& ctx, Sink& sink) {
    const basis in = wire::basis_of(table[slot].does);
    sink(action::measure{table.begin_operation(slot), ctx.now, slot_id{slot}, in});
  }
  template <class Sink>
  void deliver(segments& table, circuit& c, std::uint32_t slot, bool confirmed, Sink& sink) {
    ++c.delivered;
    table.transfer(slot, owner::route, owner::app);
    segment& row = table[slot];
    row.deadline = local_time::never();
    const pair_id name = row.facing == side::downstream ? row.local : row.remote;
    fate taken;
    taken.sequence = row.local.sequence;
    taken.epoch = row.local.epoch;
    taken.what = fate::kind::settled;
    c.link(row.facing).fates.record(taken);
    recent_.record({c.id, row.request, row.asked_by, name, row.local.sequence, row.local.epoch, confirmed, false,
                    false, local_time::never()});
    if (c.head_delivered != 0 && c.delivered >= c.head_delivered) {
      c.close_at = row.born;  // in the past: at once
      table.watch(c.close_at);
    }
    sink(action::deliver{.operation = table.begin_operation(slot),
                         .slot = slot_id{slot},
                         .request = row.request,
                         .circuit = c.id,
                         .peer = row.peer,
                         .name = name,
                         .frame = row.frame,
                         .born = row.born,
                         .estimated_fidelity = c.estimate,
                         .purpose = row.purpose,
                         .is_measured = wire::is_measured_at(c.position == 0, wire::disposal_of(row.does)),
                         .measured_in = wire::basis_of(row.does),
                         .bit = row.own_bit});
  }

  recent_deliveries recent_;
  bool assured_ = false;
  std::uint32_t unmet_ = 0;
};

}  // namespace ebit::route
