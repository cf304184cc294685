// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include <ebit/core/assert.hpp>
#include <ebit/core/bell.hpp>
#include <ebit/core/ids.hpp>
#include <ebit/core/random.hpp>
#include <ebit/core/samplers.hpp>
#include <ebit/core/time.hpp>
#include <ebit/quantum/bell_diagonal.hpp>
#include <ebit/quantum/concepts.hpp>
#include <ebit/quantum/local_measurement.hpp>
#include <ebit/quantum/noise.hpp>
#include <ebit/sim/delivered_pair.hpp>

namespace ebit::sim {

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
    undecided_.reserve(slots_.size());
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
  /// What reading the half in `slot` has given; `measured` is false of one that holds a qubit, or nothing.
  [[nodiscard]] delivered_end reading(std::uint32_t slot) const {
    const place& p = slots_[slot];
    return p.pair == nothing ? delivered_end{} : pairs_[p.pair].seen(p.end);
  }
  /// The state of what `slot` holds, aged up to `now` at both ends (a copy: looking changes nothing); of a half that
  /// was measured, as it was then.
  [[nodiscard]] State look(std::uint32_t slot, world_time now, random_stream stream) const {
    pair copy = pairs_[slots_[slot].pair];
    renew(copy, stream);
    for (std::size_t end = 0; end < 2; ++end) age(copy, end, now, stream);
    return copy.state;
  }

  /// A heralded pair comes into being; each half ages from its own emission. One of the slots may be `nothing`: that
  /// end broke down before it heard of the pair.
  void create(const State& state, std::uint32_t slot_a, world_time born_a, std::uint32_t slot_b, world_time born_b) {
    EBIT_ASSERT((slot_a == nothing || !holds(slot_a)) && (slot_b == nothing || !holds(slot_b)),
                "a pair was heralded into a slot that holds one");
    std::uint32_t index = 0;
    if (vacant_.empty()) {
      index = static_cast<std::uint32_t>(pairs_.size());
      pairs_.emplace_back();
      undecided_.emplace_back();
    } else {
      index = vacant_.back();
      vacant_.pop_back();
    }
    pair& p = pairs_[index];
    p = pair{};
    p.state = state;
    p.slot = {slot_a, slot_b};
    p.aged = {born_a, born_b};
    for (std::uint32_t end = 0; end < 2; ++end) {
      if (p.slot[end] == nothing)
        ++ledger_.crashed;
      else
        slots_[p.slot[end]] = {index, end};
    }
    ++ledger_.created;
  }

  /// The half in `slot` is given up or was lost.
  void drop(std::uint32_t slot) {
    const place at = slots_[slot];
    if (at.pair == nothing) return;
    slots_[slot] = {};
    pair& p = pairs_[at.pair];
    if (p.owed[at.end] != nothing) separate(pairs_[p.owed[at.end]]);
    p.slot[at.end] = nothing;
    if (p.taken[1 - at.end]) {
      ++ledger_.orphaned;
      recycle(at.pair);
    } else if (p.slot[1 - at.end] == nothing) {
      recycle(at.pair);
    }
  }

  /// The same, with the node that held it.
  void lose(std::uint32_t slot) {
    if (holds(slot)) ++ledger_.crashed;
    drop(slot);
  }

  /// A Bell measurement of the qubits in two slots of one node: reported bits (x, z).
  [[nodiscard]] bell_index bell_measure(std::uint32_t left, std::uint32_t right, world_time now,
                                        const gate_noise& noise, random_stream& stream);

  /// One end's half of a distillation, as half `as` of the recipe; returns its read-out bit. The first end's is drawn
  /// from its marginal, the second's is conditioned on it. What happens at one end commutes with everything at the
  /// other, ageing included, so that all of it is worked out when the second end acts, exactly
  /// (`quantum/local_distillation.hpp`), with the noise given to the first. If the first end swaps its kept half or
  /// has it taken before that, the second end's bit is drawn then and told when it acts: exact, but for what its two
  /// halves age in between, which comes after the step for the kept one and is left out for the other.
  [[nodiscard]] bool distil(std::uint32_t keep, std::uint32_t sacrifice, const distil_recipe& recipe, half as,
                            world_time now, const gate_noise& noise, random_stream& stream);

  /// Reads the half in `slot` in a Pauli basis; returns the reported bit, which is wrong with probability
  /// `noise.read_out`. The slot then holds a measured half, which ages no further and can be taken or dropped;
  /// whatever happens to the other half is drawn given the true bit, exactly (`quantum/local_measurement.hpp`).
  [[nodiscard]] bool measure(std::uint32_t slot, basis in, world_time now, const gate_noise& noise,
                             random_stream& stream);

  /// The half in `from` goes to the slot `to`, which holds nothing, and suffers white noise with probability `noise`.
  void move(std::uint32_t from, std::uint32_t to, world_time now, double noise, random_stream& stream);

  /// The application takes the half in `slot`, or the bit it gave; it ages no further. True when that completes the
  /// pair, described in `complete`.
  [[nodiscard]] bool take(std::uint32_t slot, std::uint32_t request, const pair_id& name, pauli_frame frame,
                          world_time now, random_stream& stream, delivered_pair& complete);

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
  /// A distillation that one end has begun.
  struct begun {
    bool on = false;
    bool keeps = false;  ///< of the pair that is kept
    bool bit = false;
    half as = half::a;             ///< of the recipe, which the end is that has begun
    std::uint32_t with = nothing;  ///< the other pair
    std::size_t end = 0;           ///< of this pair, which has begun
    bool read_since = false;       ///< the kept half that has begun was measured, see `undecided`
    distil_recipe recipe{};
    bool foreseen = false;  ///< of the pair that is spent: `bit` is what the end that is to act will read
  };
  /// What else there is to say of a pair to be kept, only read where `begun` points to it.
  struct undecided {
    gate_noise noise{};     ///< of the act that was first
    early_reading early{};  ///< of the kept half that has begun
  };
  struct pair {
    State state{};
    std::array<std::uint32_t, 2> slot{nothing, nothing};
    std::array<world_time, 2> aged{};
    std::array<bool, 2> taken{false, false};
    std::array<delivery, 2> report{};
    readings read{};  ///< the true bits; the state is never projected on them
    std::array<bool, 2> misread{false, false};
    bool spoiled = false;  ///< nothing is left of it: white noise, drawn when it is looked at
    begun pending{};
    /// By end, the pair to be spent there, the step with which is in the state already.
    std::array<std::uint32_t, 2> owed{nothing, nothing};

    [[nodiscard]] const local_reading& read_at(std::size_t end) const { return read.at(half_of(end)); }
    [[nodiscard]] delivered_end seen(std::size_t end) const {
      const local_reading& r = read_at(end);
      return {r.done, r.in, r.bit != misread[end]};
    }
  };

  [[nodiscard]] static constexpr half half_of(std::size_t end) { return end == 0 ? half::a : half::b; }
  [[nodiscard]] bool holds_qubit(std::uint32_t slot) const {
    const place& p = slots_[slot];
    return p.pair != nothing && !pairs_[p.pair].read_at(p.end).done;
  }
  /// A pair whose second end, `last`, has just been taken.
  [[nodiscard]] static delivered_pair described(const pair& p, std::size_t last, std::uint32_t request);

  /// The state as it is, or with its halves exchanged; Bell-diagonal ones do not change by that.
  [[nodiscard]] static State facing(const State& state, bool as_it_is) { return as_it_is ? state : exchanged(state); }

  void age(pair& p, std::size_t end, world_time now, random_stream& stream) const {
    if (p.slot[end] == nothing || p.read_at(end).done) return;
    const memory_noise& memory = memory_[p.slot[end]];
    if (!memory.t1.is_never() || !memory.t2.is_never()) p.state.age(half_of(end), now - p.aged[end], memory, stream);
    p.aged[end] = now;
  }

  /// A pair whose distillation was begun at one end and will not be completed at the other has lost its partner's
  /// qubit: of the two, nothing is left to use.
  void spoil(pair& p, random_stream& stream) {
    if (p.pending.on) {
      ++ledger_.mismatched;
      separate(p);
    }
    renew(p, stream);
  }
  static void whiten(pair& p, std::size_t end, double noise, random_stream& stream);
  static void renew(pair& p, random_stream& stream) {
    if (!p.spoiled) return;
    p.spoiled = false;
    p.state = State::from(bell_diagonal::white(), stream);
  }
  void separate(pair& p) {
    p.pending.on = false;
    p.spoiled = true;
    pair& other = pairs_[p.pending.with];
    if (p.pending.foreseen) {
      for (std::uint32_t& spent : other.owed)
        if (spent != nothing && &pairs_[spent] == &p) spent = nothing;
      other.spoiled = true;
      return;
    }
    if (!other.pending.on) return;
    other.pending.on = false;
    other.spoiled = true;
  }

  /// The end that has begun a distillation lets go of its half of the kept pair before the other end has acted.
  void foresee(std::uint32_t kept, std::size_t end, world_time now, random_stream& stream);
  /// That end will not do, or not in the way it was foreseen, what it owes.
  void abandon(pair& p, std::size_t end) {
    if (p.owed[end] == nothing) return;
    ++ledger_.mismatched;
    separate(pairs_[p.owed[end]]);
  }

  /// Gives the record of a pair back, and that of its partner in a distillation if nobody holds a half of it.
  void recycle(std::uint32_t index) {
    pair& p = pairs_[index];
    vacant_.push_back(index);
    for (const std::uint32_t spent : p.owed)
      if (spent != nothing) separate(pairs_[spent]);
    if (!p.pending.on) return;
    const std::uint32_t with = p.pending.with;
    const bool waits = !p.pending.foreseen && pairs_[with].pending.on;
    separate(p);
    if (waits && !in_use(pairs_[with])) vacant_.push_back(with);
  }
  [[nodiscard]] static bool in_use(const pair& p) {
    return p.slot[0] != nothing || p.slot[1] != nothing || p.taken[0] || p.taken[1];
  }

  std::vector<memory_noise> memory_;
  std::vector<place> slots_;
  std::vector<pair> pairs_;
  std::vector<undecided> undecided_;  ///< by the same index
  std::vector<std::uint32_t> vacant_;
  world_ledger ledger_;
};

}  // namespace ebit::sim

#include <ebit/sim/world_operations.hpp>
