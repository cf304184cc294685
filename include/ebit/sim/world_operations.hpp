// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <ebit/sim/world.hpp>

// What operations on slots do to the pairs of the world.
namespace ebit::sim {

template <pair_state State>
void world<State>::foresee(std::uint32_t kept, std::size_t end, world_time now, random_stream& stream) {
  pair& p = pairs_[kept];
  const begun first = p.pending;
  if (!first.on || !first.keeps || first.end != end || first.read_since) return;
  pair& spent = pairs_[first.with];
  const std::size_t other = 1 - end, spent_other = 1 - spent.pending.end;
  if (p.slot[other] == nothing && !p.taken[other]) return separate(p);  // there is nobody to act second
  if (p.taken[other] || p.read_at(other).done || spent.read_at(spent_other).done) return;
  age(p, other, now, stream);
  age(spent, spent_other, now, stream);
  const std::size_t second = first.as == half::a ? 1 : 0;
  const auto out = distil_second(facing(p.state, other == second), facing(spent.state, spent_other == second),
                                 first.recipe, first.as, first.bit, undecided_[kept].noise, stream);
  p.state = facing(out.state, other == second);
  p.pending.on = false;
  p.owed[other] = first.with;
  spent.pending.foreseen = true;
  spent.pending.bit = out.bit;
  spent.pending.recipe = first.recipe;
}

template <pair_state State>
bell_index world<State>::bell_measure(std::uint32_t left, std::uint32_t right, world_time now,
                                      const gate_noise& noise, random_stream& stream) {
  const place l = slots_[left], r = slots_[right];
  if (!holds_qubit(left) || !holds_qubit(right) || l.pair == r.pair) {
    ++ledger_.empty_operations;
    drop(left);
    drop(right);
    return static_cast<bell_index>(stream.next_u32() & 3U);
  }
  pair& a = pairs_[l.pair];
  pair& b = pairs_[r.pair];
  abandon(a, l.end);
  abandon(b, r.end);
  foresee(l.pair, l.end, now, stream);
  foresee(r.pair, r.end, now, stream);
  spoil(a, stream);
  spoil(b, stream);
  age(a, l.end, now, stream);
  age(b, r.end, now, stream);
  // The measured halves are b of the left operand and a of the right one; end l of the result is what `b` brings.
  const std::size_t near = 1 - l.end, far = 1 - r.end;
  const auto joined = swap_given(facing(a.state, l.end == 1), facing(b.state, r.end == 0),
                                 {a.read_at(near), b.read_at(far)}, noise, stream);
  a.state = facing(joined.state, l.end == 1);
  // The far half of `b` takes the place of the measured half of `a`.
  a.slot[l.end] = b.slot[far];
  a.aged[l.end] = b.aged[far];
  a.taken[l.end] = b.taken[far];
  a.report[l.end] = b.report[far];
  a.read.at(half_of(l.end)) = b.read_at(far);
  a.misread[l.end] = b.misread[far];
  a.owed[l.end] = std::exchange(b.owed[far], nothing);
  if (a.owed[l.end] != nothing) pairs_[a.owed[l.end]].pending.with = l.pair;
  if (b.slot[far] != nothing) slots_[b.slot[far]] = {l.pair, l.end};
  slots_[left] = slots_[right] = {};
  recycle(r.pair);
  const bool kept = a.slot[0] != nothing || a.slot[1] != nothing;
  if (!kept && !a.taken[0] && !a.taken[1]) recycle(l.pair);
  return joined.outcome;
}

template <pair_state State>
bool world<State>::distil(std::uint32_t keep, std::uint32_t sacrifice, const distil_recipe& recipe, half as,
                          world_time now, const gate_noise& noise, random_stream& stream) {
  const place k = slots_[keep], s = slots_[sacrifice];
  if (!holds_qubit(keep) || !holds_qubit(sacrifice) || k.pair == s.pair) {
    ++ledger_.empty_operations;
    drop(sacrifice);
    return (stream.next_u32() & 1U) != 0;
  }
  pair& kept = pairs_[k.pair];
  pair& spent = pairs_[s.pair];
  if (spent.pending.on && spent.pending.foreseen && kept.owed[k.end] == s.pair && spent.pending.recipe == recipe) {
    kept.owed[k.end] = nothing;
    const bool bit = spent.pending.bit;
    spent.pending.on = false;
    slots_[sacrifice] = {};
    recycle(s.pair);
    return bit;
  }
  abandon(kept, k.end);
  abandon(spent, s.end);
  renew(kept, stream);
  renew(spent, stream);
  age(kept, k.end, now, stream);
  age(spent, s.end, now, stream);
  // Both pairs with this end as half `as`.
  const std::size_t here = as == half::a ? 0 : 1;
  const begun first = kept.pending;
  const bool second = first.on && first.with == s.pair && first.keeps && spent.pending.on && first.end != k.end;
  if (!second) {
    spoil(kept, stream);
    spoil(spent, stream);
    const bool bit = distil_first(facing(kept.state, k.end == here), facing(spent.state, s.end == here), recipe, as,
                                  noise, stream);
    kept.pending = {true, true, bit, as, s.pair, k.end, false, recipe};
    undecided_[k.pair].noise = noise;
    spent.pending = {.on = true, .as = as, .with = k.pair, .end = s.end};
    slots_[sacrifice] = {};
    spent.slot[s.end] = nothing;
    if (spent.slot[1 - s.end] == nothing) {  // there is nobody to act second
      if (spent.taken[1 - s.end]) ++ledger_.orphaned;
      separate(kept);
      recycle(s.pair);
    }
    return bit;
  }
  if (!(first.recipe == recipe)) {  // the two halves of different circuits: nothing is left of either pair
    ++ledger_.mismatched;
    separate(kept);
    slots_[sacrifice] = {};
    recycle(s.pair);
    return (stream.next_u32() & 1U) != 0;
  }
  const State k_state = facing(kept.state, k.end == here), s_state = facing(spent.state, s.end == here);
  const undecided& more = undecided_[k.pair];  // the second act has to explain what the first was drawn with
  const auto out =
      first.read_since
          ? distil_second_given(k_state, s_state, recipe, other_half(as), first.bit, more.early, more.noise, stream)
          : distil_second(k_state, s_state, recipe, other_half(as), first.bit, more.noise, stream);
  kept.state = facing(out.state, k.end == here);
  kept.pending.on = false;
  slots_[sacrifice] = {};
  recycle(s.pair);
  return out.bit;
}

template <pair_state State>
bool world<State>::measure(std::uint32_t slot, basis in, world_time now, const gate_noise& noise,
                           random_stream& stream) {
  if (!holds_qubit(slot)) {
    ++ledger_.empty_operations;
    return (stream.next_u32() & 1U) != 0;
  }
  const place at = slots_[slot];
  pair& p = pairs_[at.pair];
  local_reading& read = p.read.at(half_of(at.end));
  const begun& first = p.pending;
  if (first.on && first.keeps && first.end == at.end) {
    // The other end has not yet acted, nor need it have: this end's bits are its own.
    const std::size_t here = first.as == half::a ? 0 : 1;
    const pair& spent = pairs_[first.with];
    undecided& more = undecided_[at.pair];
    more.early = {{true, in, false}, now - p.aged[at.end], memory_[slot]};
    more.early.read.bit =
        measure_kept_first(facing(p.state, at.end == here), facing(spent.state, spent.pending.end == here),
                           first.recipe, first.as, first.bit, more.early, more.noise, stream);
    p.pending.read_since = true;
    read = more.early.read;
  } else {
    abandon(p, at.end);
    spoil(p, stream);
    age(p, at.end, now, stream);
    read = {true, in, measure_half(p.state, half_of(at.end), in, p.read, stream)};
  }
  p.misread[at.end] = sample::bernoulli(stream, noise.read_out);
  return p.seen(at.end).bit;
}

template <pair_state State>
void world<State>::move(std::uint32_t from, std::uint32_t to, world_time now, double noise, random_stream& stream) {
  const place at = slots_[from];
  if (at.pair == nothing || holds(to)) {
    ++ledger_.empty_operations;
    return;
  }
  pair& p = pairs_[at.pair];
  if (!p.read_at(at.end).done) {
    abandon(p, at.end);
    foresee(at.pair, at.end, now, stream);
    spoil(p, stream);
    age(p, at.end, now, stream);
    if (noise > 0) whiten(p, at.end, noise, stream);
  }
  p.slot[at.end] = to;
  p.aged[at.end] = now;
  slots_[to] = at;
  slots_[from] = {};
}

template <pair_state State>
void world<State>::whiten(pair& p, std::size_t end, double noise, random_stream& stream) {
  if constexpr (requires { p.state.whitened(half_of(end), noise); })
    p.state = p.state.whitened(half_of(end), noise);
  else if constexpr (requires { p.state.whitened(noise); })
    p.state = p.state.whitened(noise);
  else if (sample::bernoulli(stream, noise))
    p.state.correct(pauli_frame{static_cast<bell_index>(stream.next_u32() & 3U)});
}

template <pair_state State>
bool world<State>::take(std::uint32_t slot, std::uint32_t request, const pair_id& name, pauli_frame frame,
                        world_time now, random_stream& stream, delivered_pair& complete) {
  const place at = slots_[slot];
  if (at.pair == nothing) {
    ++ledger_.empty_operations;
    return false;
  }
  pair& p = pairs_[at.pair];
  abandon(p, at.end);
  if (!p.read_at(at.end).done) {  // a bit can be had before the other end completes a distillation
    foresee(at.pair, at.end, now, stream);
    spoil(p, stream);
  }
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
  complete = described(p, at.end, request);
  ++ledger_.delivered;
  if (!complete.consistent) ++ledger_.disagreements;
  recycle(at.pair);
  return true;
}

template <pair_state State>
delivered_pair world<State>::described(const pair& p, std::size_t last, std::uint32_t request) {
  const std::size_t other = 1 - last;
  const pauli_frame frame = p.report[last].frame;
  delivered_pair out;
  out.request = request;
  out.first = p.report[other].when;
  out.second = p.report[last].when;
  out.consistent = p.report[0].name == p.report[1].name && p.report[0].frame == p.report[1].frame;
  out.ends = {p.seen(other), p.seen(last)};
  if (out.ends[0].measured != out.ends[1].measured) {
    const std::size_t read = out.ends[0].measured ? other : last;
    const delivered_end seen = p.seen(read);
    const bool expected = seen.bit != predicted_parity(frame, seen.in);
    out.fidelity = chance_of(p.state, half_of(1 - read), seen.in, expected, p.read);
  } else {
    out.fidelity = p.state.fidelity(frame.index());
    if (out.comparable())
      out.as_predicted = (out.ends[0].bit != out.ends[1].bit) == predicted_parity(frame, out.ends[0].in);
  }
  return out;
}

}  // namespace ebit::sim
