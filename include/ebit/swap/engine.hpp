// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <type_traits>

#include <ebit/backend/actions.hpp>
#include <ebit/backend/events.hpp>
#include <ebit/link/expiry.hpp>
#include <ebit/link/segments.hpp>
#include <ebit/link/wire.hpp>
#include <ebit/swap/concepts.hpp>
#include <ebit/swap/undecided_swaps.hpp>

namespace ebit {

/// The swapping protocol of a circuit. A node that has joined two segments tells both far ends how far their pair
/// reaches now, with the Pauli frame to add. A message that finds its half already joined onward follows it; one that
/// finds the half discarded turns into an `expired` to the other end. Messages are direct and take the time light
/// needs.
///
/// `Undecided`: whether the purification policy lets pairs be joined before their distillation is decided.
template <class Policy, bool Undecided = false>
class swap_engine {
 public:
  swap_engine() = default;
  explicit swap_engine(const Policy& policy) : policy_{policy} {}

  [[nodiscard]] const Policy& policy() const { return policy_; }

  /// A row has been given to this layer or knows more than before.
  template <class Sink>
  EBIT_ALWAYS_INLINE void work(segments& table, std::uint32_t slot, context& ctx, Sink& sink) {
    segment& row = table[slot];
    if (row.held_by != owner::swap || row.state != segment::phase::resting) return;
    attend(table, table.circuits[row.circuit], row, slot, ctx, sink);
  }
  /// The same for a row that is known to rest here. True if another layer has it now.
  template <class Sink>
  EBIT_ALWAYS_INLINE bool attend(segments& table, const circuit& c, segment& row, std::uint32_t slot, context& ctx,
                                 Sink& sink) {
    if constexpr (Undecided)
      if (row.undecided && !has_room(table)) return false;
    const circuit::hop& across = c.link(opposite(row.facing));
    if (across.width == 0) {  // an end of the circuit
      if (span(c, row) != c.hops) return false;
      row.rounds = 0;
      table.transfer(slot, owner::swap, owner::purify);
      return true;
    }
    segment* const mate = find_mate(table, c, across, row);
    if (mate == nullptr) return false;
    const bool is_first = row.facing == side::upstream;
    const std::uint32_t other = table.slot_of(*mate);
    const std::uint32_t up = is_first ? slot : other;
    const std::uint32_t down = is_first ? other : slot;
    segment& first = is_first ? row : *mate;
    row.state = mate->state = segment::phase::operating;
    first.partner = down;
    sink(action::bell_measure{segments::begin_operation(first, up), ctx.now, slot_id{up}, slot_id{down}});
    return false;
  }

  template <class Sink>
  void measured(segments& table, std::uint32_t up, std::uint8_t bits, context& ctx, Sink& sink) {
    segment& first = table[up];
    const std::uint32_t down = first.partner;
    segment& second = table[down];
    if (first.lost || second.lost) [[unlikely]] {
      failed(table, up, failure::inconclusive, sink);
      return;
    }
    circuit& c = table.circuits[first.circuit];
    if (!remember(table, c, first, second, bits)) [[likely]] {
      tell(table.self(), c, first, second, bits, ctx, sink);
      tell(table.self(), c, second, first, bits, ctx, sink);
    }
    settle(table, c, first, up, fate_onward(first, second), segments::fate_of_half::consumed, sink);
    settle(table, c, second, down, fate_onward(second, first), segments::fate_of_half::consumed, sink);
  }

  /// The Bell measurement gave no verdict: both segments are gone. If the device could not even begin, both are as
  /// they were.
  template <class Sink>
  void failed(segments& table, std::uint32_t up, failure why, Sink& sink) {
    const std::uint32_t down = table[up].partner;
    for (const std::uint32_t slot : {up, down}) {
      if (why == failure::unavailable) {
        table[slot].state = segment::phase::resting;
        table[slot].begun = false;
        if (table[slot].lost)
          discard(table, slot, sink);
        else
          table.push(layer::swap, slot);
        continue;
      }
      if (!table[slot].lost) ebit::expire(table, table[slot], sink);
      settle(table, table.circuits[table[slot].circuit], table[slot], slot,
             fate_of(table[slot], fate::kind::discarded), segments::fate_of_half::consumed, sink);
    }
  }

  /// Gives up a resting half and tells the other end.
  template <class Sink>
  void discard(segments& table, std::uint32_t slot, Sink& sink) {
    ebit::expire(table, table[slot], sink);
    settle(table, table.circuits[table[slot].circuit], table[slot], slot, fate_of(table[slot], fate::kind::discarded),
           segments::fate_of_half::discarded, sink);
  }

  /// `was_delivered(epoch, sequence)`: whether this node has handed that half over, however long ago.
  template <class Sink, class WasDelivered>
  verdict handle(segments& table, circuit& c, wire::swapped m, duration flight, context& ctx, Sink& sink,
                 WasDelivered&& was_delivered) {
    const side facing = static_cast<side>(m.facing & 1);
    if (facing == side::downstream ? m.to <= m.from || m.to > c.hops : m.to >= m.from) return verdict::settled;
    if (!m.peer.valid()) return verdict::settled;
    m.age += flight;
    const std::uint32_t slot = table.find_half(c, facing, m.half_epoch, m.half_sequence);
    if (slot == table.size()) {
      const fate* known = c.link(facing).fates.find(m.half_epoch, m.half_sequence);
      if (known != nullptr && known->what == fate::kind::swapped) {
        m.half_epoch = known->onward_epoch;
        m.half_sequence = known->onward_sequence;
        sink(action::send{message::pack(table.self(), known->onward, c.id, m)});
      } else if (known == nullptr ? !was_delivered(m.half_epoch, m.half_sequence)
                                  : known->what == fate::kind::discarded) {
        const wire::expired lost{m.peer_sequence, m.peer_epoch, static_cast<std::uint8_t>(opposite(facing)), {}};
        sink(action::send{message::pack(table.self(), m.peer, c.id, lost)});
      }
      return verdict::settled;
    }
    segment& row = table[slot];
    if (row.reach != m.from) {
      const bool known = facing == side::downstream ? m.from < row.reach : m.from > row.reach;
      return known ? verdict::settled : verdict::early;
    }
    row.reach = m.to;
    row.peer = m.peer;
    row.remote = pair_id{m.peer_path, m.peer_epoch, m.peer_sequence};
    row.frame ^= pauli_frame{static_cast<bell_index>(m.frame & 3)};
    if (const local_time born = ctx.now - m.age; born < row.born) {
      row.born = born;
      table.set_deadline(slot, c.deadline(born));
      if (row.deadline <= ctx.now && row.state == segment::phase::resting) {  // older than it was taken for
        const bool waited = row.held_by == owner::purify;
        discard(table, slot, sink);
        if (waited) table.reconsider(c.link(facing));
        return verdict::settled;
      }
    }
    if (row.held_by == owner::swap && row.state == segment::phase::resting) table.push(layer::swap, slot);
    return verdict::settled;
  }

  /// The other end's read-out of a pair that was joined onward undecided; false if it is of another one. `keeps(row,
  /// bit)`: whether with that read-out the pair is kept.
  template <class Sink, class Keeps>
  bool decide(segments& table, const circuit& c, std::uint16_t index, const wire::distilled& m, Keeps&& keeps,
              context& ctx, Sink& sink) {
    const std::size_t i = undecided_.find(index, m);
    if (i == undecided_.size()) return false;
    if (undecided_[i].circuit != c.id) return false;
    undecided_swap& s = undecided_[i];
    segment& row = s.joined[m.facing & 1U];
    if (m.round != row.rounds) return true;
    if (segments::tag(m.sacrifice_epoch, m.sacrifice_sequence) != row.spent || !keeps(row, m.bit != 0)) {
      lose(table, i, sink);
      return true;
    }
    row.undecided = false;
    if (!s.is_decided()) return true;
    tell(table.self(), c, s.joined[0], s.joined[1], s.bits, ctx, sink);
    tell(table.self(), c, s.joined[1], s.joined[0], s.bits, ctx, sink);
    undecided_.remove(i);
    return true;
  }
  /// Gives up Bell measurements that were not decided in time.
  template <class Sink>
  void expire(segments& table, const context& ctx, Sink& sink) {
    undecided_.prune(table.circuits);
    for (std::size_t i = undecided_.size(); i-- > 0;)
      if (undecided_[i].deadline <= ctx.now) lose(table, i, sink);
    table.watch(undecided_.next_deadline());
  }

  /// True if the half had been delivered already: the application has to be told.
  template <class Sink>
  [[nodiscard]] bool handle(segments& table, circuit& c, wire::expired m, Sink& sink) {
    const side facing = static_cast<side>(m.facing & 1);
    const std::uint32_t slot = table.find_half(c, facing, m.half_epoch, m.half_sequence);
    if (slot == table.size()) {
      const fate* known = c.link(facing).fates.find(m.half_epoch, m.half_sequence);
      if (known == nullptr || known->what != fate::kind::swapped) return true;
      m.half_epoch = known->onward_epoch;
      m.half_sequence = known->onward_sequence;
      sink(action::send{message::pack(table.self(), known->onward, c.id, m)});
      return false;
    }
    segment& row = table[slot];
    if (row.held_by == owner::app) return true;
    if (row.state == segment::phase::operating) {
      row.lost = true;
      return false;
    }
    const bool waited = row.held_by == owner::purify;
    settle(table, c, row, slot, fate_of(row, fate::kind::discarded), segments::fate_of_half::discarded, sink);
    if (waited) table.reconsider(c.link(facing));
    return false;
  }

 private:
  using undecided_swap = swap::undecided_swap;

  /// Of a join whose pairs are not both decided nobody is told yet.
  bool remember([[maybe_unused]] segments& table, [[maybe_unused]] const circuit& c,
                [[maybe_unused]] const segment& first, [[maybe_unused]] const segment& second,
                [[maybe_unused]] std::uint8_t bits) {
    if constexpr (Undecided) {
      if (!first.undecided && !second.undecided) return false;
      const local_time due = first.deadline < second.deadline ? first.deadline : second.deadline;
      undecided_.add({c.id, {first, second}, bits, due}, table.size());
      table.watch(due);
      return true;
    }
    return false;
  }
  /// Whether one more can be remembered: as many as there are slots.
  [[nodiscard]] bool has_room(const segments& table)
    requires Undecided
  {
    if (undecided_.size() < table.size()) return true;
    undecided_.prune(table.circuits);
    return undecided_.size() < table.size();
  }
  template <class Sink>
  void lose(const segments& table, std::size_t i, Sink& sink) {
    for (const segment& row : undecided_[i].joined) ebit::expire(table, row, sink);
    undecided_.remove(i);
  }
  /// The half on the other side that the policy allows to join with; of several the oldest, of equals the first in
  /// line.
  [[nodiscard]] segment* find_mate(segments& table, const circuit& c, const circuit::hop& across,
                                   const segment& row) {
    const swap::place here{c.position, c.hops};
    const bool up = row.facing == side::upstream;
    const std::uint16_t mine = span(c, row);
    segment* best = nullptr;
    local_time oldest = local_time::never();
    for (segment& other : table.rows(across)) {
      if (other.held_by != owner::swap || other.state != segment::phase::resting || other.born >= oldest) continue;
      if constexpr (Undecided)
        if (other.undecided && !has_room(table)) continue;
      const std::uint16_t there = span(c, other);
      if (!policy_.may_swap(here, up ? swap::spans{mine, there} : swap::spans{there, mine})) continue;
      best = &other;
      oldest = other.born;
    }
    return best;
  }

  /// Tells the holder of the other half of `near` that its pair now ends where that of `far` does.
  template <class Sink>
  static void tell(node_id self, const circuit& c, const segment& near, const segment& far, std::uint8_t bits,
                   context& ctx, Sink& sink) {
    const pauli_frame added = far.frame ^ pauli_frame { static_cast<bell_index>(bits & 3) };
    const local_time oldest = near.born < far.born ? near.born : far.born;
    const wire::swapped news{.half_sequence = near.remote.sequence,
                             .peer_sequence = far.remote.sequence,
                             .age = ctx.now - oldest,
                             .half_epoch = near.remote.epoch,
                             .peer_epoch = far.remote.epoch,
                             .peer_path = far.remote.path,
                             .peer = far.peer,
                             .from = c.position,
                             .to = far.reach,
                             .facing = static_cast<std::uint8_t>(opposite(near.facing)),
                             .frame = added.bits()};
    sink(action::send{message::pack(self, near.peer, c.id, news)});
  }

  [[nodiscard]] static fate fate_of(const segment& row, fate::kind what) {
    return {.sequence = row.local.sequence, .epoch = row.local.epoch, .onward = {}, .what = what};
  }
  [[nodiscard]] static fate fate_onward(const segment& row, const segment& beyond) {
    return {row.local.sequence, beyond.remote.sequence, row.local.epoch, beyond.remote.epoch,
            beyond.peer,        fate::kind::swapped};
  }

  template <class Sink>
  static void settle(segments& table, circuit& c, segment& row, std::uint32_t slot, const fate& f,
                     segments::fate_of_half how, Sink& sink) {
    c.link(row.facing).fates.record(f);
    table.release(row, how);
    sink(action::free{slot_id{slot}});
  }

  [[no_unique_address]] Policy policy_{};
  struct nothing {};
  [[no_unique_address]] std::conditional_t<Undecided, swap::undecided_swaps, nothing> undecided_;
};

}  // namespace ebit
