// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include <ebit/core/assert.hpp>
#include <ebit/core/bell.hpp>
#include <ebit/core/ids.hpp>
#include <ebit/core/random.hpp>
#include <ebit/core/time.hpp>
#include <ebit/quantum/bell_diagonal.hpp>
#include <ebit/quantum/concepts.hpp>
#include <ebit/quantum/local_distillation.hpp>
#include <ebit/quantum/noise.hpp>

namespace ebit::sim {

/// A pair both of whose ends have been delivered, with the truth about it.
struct delivered_pair {
  std::uint32_t request = 0;
  world_time first;   ///< when the first end was delivered
  world_time second;  ///< and the second
  double fidelity = 0;
  bool consistent = true;  ///< both ends gave the pair the same name and the same frame
};

/// What happened to halves that were not delivered in pairs; all zero but `discarded` in a run without faults.
struct world_ledger {
  std::uint64_t created = 0;
  std::uint64_t delivered = 0;         ///< pairs
  std::uint64_t orphaned = 0;          ///< halves delivered whose partner was not
  std::uint64_t disagreements = 0;     ///< pairs whose two deliveries differ in name or frame
  std::uint64_t mismatched = 0;        ///< distillations whose two ends did not choose the same pairs or recipe
  std::uint64_t empty_operations = 0;  ///< operations on slots that held nothing
};

/// The truth: every pair's quantum state, of which nodes see nothing but measurement results. States age lazily, half
/// by half, up to the time at which something happens to that half: by the Pauli twirl of the memory channel where
/// the representation knows only that, else by the channel itself.
template <pair_state State>
class world {
  static_assert((State::exact.pauli_ageing || State::exact.amplitude_damping) && State::exact.swap &&
                    State::exact.distil,
                "the world needs a state that represents ageing, swapping and distillation exactly");

 public:
  static constexpr std::uint32_t nothing = ~std::uint32_t{0};

  world() = default;
  explicit world(std::vector<memory_noise> memory_of_slot)
      : memory_{std::move(memory_of_slot)}, slots_(memory_.size()) {
    pairs_.reserve(slots_.size());  // every pair has a half in some slot
    vacant_.reserve(slots_.size());
  }

  [[nodiscard]] const world_ledger& ledger() const { return ledger_; }
  /// Pairs of which somebody holds a half, and the most there were at once.
  [[nodiscard]] std::size_t records() const { return pairs_.size() - vacant_.size(); }
  [[nodiscard]] std::size_t capacity() const { return pairs_.size(); }
  [[nodiscard]] bool holds(std::uint32_t slot) const { return slots_[slot].pair != nothing; }
  /// The slot with the other half of what `slot` holds, or `nothing`.
  [[nodiscard]] std::uint32_t partner(std::uint32_t slot) const {
    const place& p = slots_[slot];
    return p.pair == nothing ? nothing : pairs_[p.pair].slot[1 - p.end];
  }
  /// The state of what `slot` holds, aged up to `now` at both ends (a copy: looking changes nothing).
  [[nodiscard]] State look(std::uint32_t slot, world_time now, random_stream stream) const {
    pair copy = pairs_[slots_[slot].pair];
    renew(copy, stream);
    for (std::size_t end = 0; end < 2; ++end) age(copy, end, now, stream);
    return copy.state;
  }

  /// A heralded pair comes into being; each half ages from its own emission.
  void create(const State& state, std::uint32_t slot_a, world_time born_a, std::uint32_t slot_b, world_time born_b) {
    EBIT_ASSERT(!holds(slot_a) && !holds(slot_b), "a pair was heralded into a slot that holds one");
    std::uint32_t index = 0;
    if (vacant_.empty()) {
      index = static_cast<std::uint32_t>(pairs_.size());
      pairs_.emplace_back();
    } else {
      index = vacant_.back();
      vacant_.pop_back();
    }
    pair& p = pairs_[index];
    p = pair{};
    p.state = state;
    p.slot = {slot_a, slot_b};
    p.aged = {born_a, born_b};
    slots_[slot_a] = {index, 0};
    slots_[slot_b] = {index, 1};
    ++ledger_.created;
  }

  /// The half in `slot` is given up or was lost.
  void drop(std::uint32_t slot) {
    const place at = slots_[slot];
    if (at.pair == nothing) return;
    slots_[slot] = {};
    pair& p = pairs_[at.pair];
    p.slot[at.end] = nothing;
    if (p.taken[1 - at.end]) {
      ++ledger_.orphaned;
      recycle(at.pair);
    } else if (p.slot[1 - at.end] == nothing) {
      recycle(at.pair);
    }
  }

  /// A Bell measurement of the qubits in two slots of one node: reported bits (x, z).
  [[nodiscard]] bell_index bell_measure(std::uint32_t left, std::uint32_t right, world_time now,
                                        const gate_noise& noise, random_stream& stream) {
    const place l = slots_[left], r = slots_[right];
    if (l.pair == nothing || r.pair == nothing || l.pair == r.pair) {
      ++ledger_.empty_operations;
      drop(left);
      drop(right);
      return static_cast<bell_index>(stream.next_u32() & 3U);
    }
    pair& a = pairs_[l.pair];
    pair& b = pairs_[r.pair];
    spoil(a, stream);
    spoil(b, stream);
    age(a, l.end, now, stream);
    age(b, r.end, now, stream);
    // The measured halves are b of the left operand and a of the right one; end l of the result is what `b` brings.
    const auto joined = State::swap(facing(a.state, l.end == 1), facing(b.state, r.end == 0), noise, stream);
    a.state = facing(joined.state, l.end == 1);
    // The far half of `b` takes the place of the measured half of `a`.
    const std::size_t far = 1 - r.end;
    a.slot[l.end] = b.slot[far];
    a.aged[l.end] = b.aged[far];
    a.taken[l.end] = b.taken[far];
    a.report[l.end] = b.report[far];
    if (b.slot[far] != nothing) slots_[b.slot[far]] = {l.pair, l.end};
    slots_[left] = slots_[right] = {};
    recycle(r.pair);
    const bool kept = a.slot[0] != nothing || a.slot[1] != nothing;
    if (!kept && !a.taken[0] && !a.taken[1]) recycle(l.pair);
    return joined.outcome;
  }

  /// One end's half of a distillation, as half `as` of the recipe; returns its read-out bit. The first end's is drawn
  /// from its marginal, the second's is conditioned on it. What happens at one end commutes with everything at the
  /// other, ageing included, so that all of it is worked out when the second end acts, exactly
  /// (`quantum/local_distillation.hpp`).
  [[nodiscard]] bool distil(std::uint32_t keep, std::uint32_t sacrifice, const distil_recipe& recipe, half as,
                            world_time now, const gate_noise& noise, random_stream& stream) {
    const place k = slots_[keep], s = slots_[sacrifice];
    if (k.pair == nothing || s.pair == nothing || k.pair == s.pair) {
      ++ledger_.empty_operations;
      drop(sacrifice);
      return (stream.next_u32() & 1U) != 0;
    }
    pair& kept = pairs_[k.pair];
    pair& spent = pairs_[s.pair];
    renew(kept, stream);
    renew(spent, stream);
    age(kept, k.end, now, stream);
    age(spent, s.end, now, stream);
    // Both pairs with this end as half `as`.
    const std::size_t here = as == half::a ? 0 : 1;
    const bool second = kept.pending && kept.pending_with == s.pair && kept.pending_keeps && spent.pending &&
                        kept.pending_end != k.end;
    if (!second) {
      spoil(kept, stream);
      spoil(spent, stream);
      const bool bit = distil_first(facing(kept.state, k.end == here), facing(spent.state, s.end == here), recipe, as,
                                    noise, stream);
      kept.pending = spent.pending = true;
      kept.pending_with = s.pair;
      spent.pending_with = k.pair;
      kept.pending_end = spent.pending_end = k.end;
      kept.pending_keeps = true;
      spent.pending_keeps = false;
      kept.pending_bit = bit;
      kept.pending_recipe = recipe;
      slots_[sacrifice] = {};
      spent.slot[s.end] = nothing;
      if (spent.slot[1 - s.end] == nothing) {  // there is nobody to act second
        if (spent.taken[1 - s.end]) ++ledger_.orphaned;
        separate(kept);
        recycle(s.pair);
      }
      return bit;
    }
    if (!(kept.pending_recipe == recipe)) {  // the two halves of different circuits: nothing is left of either pair
      ++ledger_.mismatched;
      separate(kept);
      slots_[sacrifice] = {};
      recycle(s.pair);
      return (stream.next_u32() & 1U) != 0;
    }
    const auto out = distil_second(facing(kept.state, k.end == here), facing(spent.state, s.end == here), recipe,
                                   as == half::a ? half::b : half::a, kept.pending_bit, noise, stream);
    kept.state = facing(out.state, k.end == here);
    kept.pending = false;
    slots_[sacrifice] = {};
    recycle(s.pair);
    return out.bit;
  }

  /// The application takes the half in `slot`; it ages no further. True when that completes the pair, described in
  /// `complete`.
  [[nodiscard]] bool take(std::uint32_t slot, std::uint32_t request, const pair_id& name, pauli_frame frame,
                          world_time now, random_stream& stream, delivered_pair& complete) {
    const place at = slots_[slot];
    if (at.pair == nothing) {
      ++ledger_.empty_operations;
      return false;
    }
    pair& p = pairs_[at.pair];
    spoil(p, stream);
    age(p, at.end, now, stream);
    slots_[slot] = {};
    p.slot[at.end] = nothing;
    p.taken[at.end] = true;
    p.report[at.end] = {name, frame, now};
    const std::size_t other = 1 - at.end;
    if (!p.taken[other]) {
      if (p.slot[other] == nothing) {
        ++ledger_.orphaned;
        recycle(at.pair);
      }
      return false;
    }
    const bool same = p.report[0].name == p.report[1].name && p.report[0].frame == p.report[1].frame;
    complete = {request, p.report[other].when, now, p.state.fidelity(frame.index()), same};
    ++ledger_.delivered;
    if (!same) ++ledger_.disagreements;
    recycle(at.pair);
    return true;
  }

 private:
  struct place {
    std::uint32_t pair = nothing;
    std::uint32_t end = 0;
  };
  struct delivery {
    pair_id name;
    pauli_frame frame;
    world_time when;
  };
  struct pair {
    State state{};
    std::array<std::uint32_t, 2> slot{nothing, nothing};
    std::array<world_time, 2> aged{};
    std::array<bool, 2> taken{false, false};
    std::array<delivery, 2> report{};
    bool spoiled = false;        ///< nothing is left of it: white noise, drawn when it is looked at
    bool pending = false;        ///< one end has done its half of a distillation
    bool pending_keeps = false;  ///< this is the pair that was kept
    bool pending_bit = false;
    std::uint32_t pending_with = nothing;
    std::size_t pending_end = 0;
    distil_recipe pending_recipe{};
  };

  /// The state as it is, or with its halves exchanged; Bell-diagonal ones do not change by that.
  [[nodiscard]] static State facing(const State& state, bool as_it_is) { return as_it_is ? state : exchanged(state); }

  void age(pair& p, std::size_t end, world_time now, random_stream& stream) const {
    if (p.slot[end] == nothing) return;
    const memory_noise& memory = memory_[p.slot[end]];
    if (!memory.t1.is_never() || !memory.t2.is_never())
      p.state.age(end == 0 ? half::a : half::b, now - p.aged[end], memory, stream);
    p.aged[end] = now;
  }

  /// A pair whose distillation was begun at one end and will not be completed at the other has lost its partner's
  /// qubit: of the two, nothing is left to use.
  void spoil(pair& p, random_stream& stream) {
    if (p.pending) {
      ++ledger_.mismatched;
      separate(p);
    }
    renew(p, stream);
  }
  static void renew(pair& p, random_stream& stream) {
    if (!p.spoiled) return;
    p.spoiled = false;
    p.state = State::from(bell_diagonal::white(), stream);
  }
  void separate(pair& p) {
    p.pending = false;
    p.spoiled = true;
    pair& other = pairs_[p.pending_with];
    if (!other.pending) return;
    other.pending = false;
    other.spoiled = true;
  }

  /// Gives the record of a pair back, and that of its partner in a distillation if nobody holds a half of it.
  void recycle(std::uint32_t index) {
    pair& p = pairs_[index];
    vacant_.push_back(index);
    if (!p.pending) return;
    const std::uint32_t with = p.pending_with;
    const bool waits = pairs_[with].pending;
    separate(p);
    if (waits && !in_use(pairs_[with])) vacant_.push_back(with);
  }
  [[nodiscard]] static bool in_use(const pair& p) {
    return p.slot[0] != nothing || p.slot[1] != nothing || p.taken[0] || p.taken[1];
  }

  std::vector<memory_noise> memory_;
  std::vector<place> slots_;
  std::vector<pair> pairs_;
  std::vector<std::uint32_t> vacant_;
  world_ledger ledger_;
};

}  // namespace ebit::sim
