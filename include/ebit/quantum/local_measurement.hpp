// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>

#include <ebit/core/assert.hpp>
#include <ebit/core/bell.hpp>
#include <ebit/core/random.hpp>
#include <ebit/core/samplers.hpp>
#include <ebit/core/time.hpp>
#include <ebit/quantum/concepts.hpp>
#include <ebit/quantum/local_distillation.hpp>
#include <ebit/quantum/noise.hpp>
#include <ebit/quantum/operations.hpp>

/// A pair is measured by two local acts at two times, with whatever may happen to the other half between them. What
/// happens at one end commutes with everything at the other, so the state is never projected: the pair goes on as if
/// the half had not been read, only that this half ages no further, and every later draw is conditioned on what was
/// read. The first bit is drawn from its marginal, which depends on its own half alone; the second, the outcome of a
/// swap of the other half and the bit of a distillation begun before are drawn given that bit. So the joint
/// distribution is that of the projected states, whichever end is first, also for representations that could not
/// hold a projected one.
///
/// Bits are those of the qubits, `true` for the eigenvalue −1; a report may differ from them by a read-out error, of
/// which the state does not know.
namespace ebit {

/// What one end has read of its half, if it has.
struct local_reading {
  bool done = false;
  basis in = basis::z;
  bool bit = false;

  friend constexpr bool operator==(const local_reading&, const local_reading&) = default;
};

/// What the two ends of one pair have read so far.
struct readings {
  local_reading a{};
  local_reading b{};

  [[nodiscard]] constexpr const local_reading& at(half end) const { return end == half::a ? a : b; }
  [[nodiscard]] constexpr local_reading& at(half end) { return end == half::a ? a : b; }
  [[nodiscard]] constexpr bool any() const { return a.done || b.done; }

  friend constexpr bool operator==(const readings&, const readings&) = default;
};

[[nodiscard]] constexpr half other_half(half end) { return end == half::a ? half::b : half::a; }

namespace detail {

template <class State>
inline constexpr bool white_halves = !State::exact.amplitude_damping && !State::exact.phase;

[[nodiscard]] constexpr double sign_of(bool bit) { return bit ? -1 : 1; }
[[nodiscard]] constexpr double at_least_zero(double weight) { return weight > 0 ? weight : 0; }

}  // namespace detail

/// The expectation value of one half in a basis, −1 to 1; 0 for states whose halves are white.
template <pair_state State>
[[nodiscard]] constexpr double mean([[maybe_unused]] const State& pair, [[maybe_unused]] half end,
                                    [[maybe_unused]] basis in) {
  if constexpr (tells_means<State>) {
    return pair.mean(end, in);
  } else {
    static_assert(detail::white_halves<State>, "a state whose single bits are not uniform needs mean and correlator");
    return 0;
  }
}

/// The expectation value of the product of both ends' eigenvalues.
template <pair_state State>
[[nodiscard]] constexpr double correlator(const State& pair, basis at_a, basis at_b) {
  if constexpr (tells_means<State>) {
    return pair.correlator(at_a, at_b);
  } else {
    static_assert(detail::white_halves<State>, "a state whose single bits are not uniform needs mean and correlator");
    if (at_a != at_b) return 0;
    double sum = 0;
    for (const bell_index label :
         {bell_index::phi_plus, bell_index::phi_minus, bell_index::psi_plus, bell_index::psi_minus})
      sum += detail::sign_of(predicted_parity(pauli_frame{label}, at_a)) * pair.fidelity(label);
    return sum;
  }
}

/// How probable these readings are together; 1 if there are none.
template <pair_state State>
[[nodiscard]] constexpr double chance(const State& pair, const readings& read) {
  double p = 1;
  if (read.a.done) p += detail::sign_of(read.a.bit) * mean(pair, half::a, read.a.in);
  if (read.b.done) p += detail::sign_of(read.b.bit) * mean(pair, half::b, read.b.in);
  if (read.a.done && read.b.done)
    p += detail::sign_of(read.a.bit != read.b.bit) * correlator(pair, read.a.in, read.b.in);
  return detail::at_least_zero(p) / ((read.a.done ? 2 : 1) * (read.b.done ? 2 : 1));
}

/// The chance that `end` reads `bit`, given what the other end has read. With `bit` the one that is expected this is
/// the fidelity of the half at `end` with that eigenstate: what remote state preparation is about. What was read must
/// be possible, and nothing at `end`.
template <pair_state State>
[[nodiscard]] constexpr double chance_of(const State& pair, half end, basis in, bool bit, const readings& before) {
  EBIT_ASSERT(!before.at(end).done, "this half has been read before");
  readings with = before;
  with.at(end) = {true, in, bit};
  readings without = with;
  without.at(end).bit = !bit;
  const double yes = chance(pair, with), no = chance(pair, without);
  EBIT_ASSERT(yes + no > 0, "this pair cannot have given what was read of it");
  return yes / (yes + no);
}

/// One end reads its half: the bit, drawn given what the other end has read. A fair coin if that is nothing and the
/// halves are white.
template <pair_state State>
[[nodiscard]] bool measure_half(const State& pair, half end, basis in, const readings& before,
                                random_stream& stream) {
  return sample::bernoulli(stream, detail::rounded_probability(chance_of(pair, end, in, true, before)));
}

/// A Bell measurement of left.b and right.a whose far halves may have been read before: `far.a` is what was read of
/// left.a, `far.b` of right.b. The joined pair is not projected either. Draws as `State::swap` does if nothing was
/// read.
template <pair_state State>
[[nodiscard]] swapped<State> swap_given(const State& left, const State& right, const readings& far,
                                        const gate_noise& noise, random_stream& stream) {
  if (!far.any()) return State::swap(left, right, noise, stream);
  if constexpr (tells_means<State>) {
    std::array<branch<State>, 4> way;
    std::array<double, 4> weight{};
    for (std::size_t m = 0; m < 4; ++m) {
      way[m] = State::swap_branch(left, right, static_cast<bell_index>(m), noise);
      weight[m] = way[m].probability > 0 ? way[m].probability * chance(way[m].state, far) : 0;
    }
    const double clear = weight[0] + weight[1], set = weight[2] + weight[3];
    EBIT_ASSERT(clear + set > 0, "these pairs cannot have given what was read of them");
    const bool x = sample::bernoulli(stream, detail::rounded_probability(set / (clear + set)));
    const bool z = sample::bernoulli(stream, detail::rounded_probability(x ? weight[3] / set : weight[1] / clear));
    const pauli_frame outcome{x, z};
    return {way[outcome.bits()].state, outcome.index()};
  } else {
    static_assert(detail::white_halves<State>, "a state whose single bits are not uniform needs mean and correlator");
    swapped<State> out = State::swap(left, right, noise, stream);
    if (!far.a.done || !far.b.done || far.a.in != far.b.in) return out;
    // Outcome m and joined pair ρ are as likely as m ^ f and ρ with f applied, for every frame f: of two such that
    // differ in the parity read at the far ends, one is taken as it explains that parity.
    if (sample::bernoulli(stream, detail::rounded_probability(2 * chance(out.state, far)))) return out;
    const pauli_frame flip = far.a.in == basis::z ? pauli_frame{true, false} : pauli_frame{false, true};
    out.state.correct(flip);
    out.outcome = (pauli_frame{out.outcome} ^ flip).index();
    return out;
  }
}

/// How one end, which has done its act of a distillation, has read its kept half before the other end's act: so much
/// later, out of this memory.
struct early_reading {
  local_reading read{};
  duration waited{};
  memory_noise memory{};
};

/// The end that has acted first reads its kept half, too, before the other acts: `read.bit` is for this function to
/// draw, from the marginal given the bit of its act. The pairs as for `distil_second`, but only `end` need be aged.
template <pair_state State>
[[nodiscard]] bool measure_kept_first(const State& keep, const State& sacrifice, const distil_recipe& recipe,
                                      half end, bool first_bit, const early_reading& how, const gate_noise& noise,
                                      random_stream& stream) {
  double p = 0.5;
  if constexpr (tells_means<State>) {
    double set = 0, all = 0;
    for (const bool second : {false, true}) {
      const branch<State> out = end == half::a
                                    ? State::distil_outcome(keep, sacrifice, recipe, first_bit, second, noise)
                                    : State::distil_outcome(keep, sacrifice, recipe, second, first_bit, noise);
      if (!(out.probability > 0)) continue;
      all += out.probability;
      set += out.probability * chance_of(out.state.aged(end, how.waited, how.memory), end, how.read.in, true, {});
    }
    EBIT_ASSERT(all > 0, "these pairs cannot have given the first bit");
    p = set / all;
  } else {
    static_assert(detail::white_halves<State>, "a state whose single bits are not uniform needs mean and correlator");
  }
  return sample::bernoulli(stream, detail::rounded_probability(p));
}

/// `distil_second` after that: conditioned on both bits of the first end, whose half of the result is aged up to its
/// reading.
template <pair_state State>
[[nodiscard]] local_distilled<State> distil_second_given(const State& keep, const State& sacrifice,
                                                         const distil_recipe& recipe, half first_end, bool first_bit,
                                                         const early_reading& how, const gate_noise& noise,
                                                         random_stream& stream) {
  if constexpr (tells_means<State>) {
    readings read;
    read.at(first_end) = how.read;
    std::array<branch<State>, 2> way;
    for (const bool second : {false, true}) {
      branch<State>& out = way[second ? 1 : 0];
      out = first_end == half::a ? State::distil_outcome(keep, sacrifice, recipe, first_bit, second, noise)
                                 : State::distil_outcome(keep, sacrifice, recipe, second, first_bit, noise);
      if (!(out.probability > 0)) continue;
      out.state = out.state.aged(first_end, how.waited, how.memory);
      out.probability *= chance(out.state, read);
    }
    const double either = way[0].probability + way[1].probability;
    EBIT_ASSERT(either > 0, "these pairs cannot have given the first bits");
    const bool bit = sample::bernoulli(stream, detail::rounded_probability(way[1].probability / either));
    return {way[bit ? 1 : 0].state, bit};
  } else {
    // A single reading of a white half tells nothing.
    auto out = distil_second(keep, sacrifice, recipe, first_end, first_bit, noise, stream);
    out.state.age(first_end, how.waited, how.memory, stream);
    return out;
  }
}

}  // namespace ebit
