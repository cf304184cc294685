// SPDX-License-Identifier: Apache-2.0
// One protocol on every representation: over the maps that two of them share exactly, nothing tells them apart.
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <vector>

#include <ebit/quantum/local_distillation.hpp>

#include <support/catch.hpp>
#include <support/chi_square.hpp>
#include "dense_pair.hpp"

using namespace ebit;
using namespace ebit::literals;

namespace {

constexpr std::uint64_t seed = 20240606;

/// A – R – B. Each link distils two pairs, R swaps; a second pair of A and B comes from two raw ones; A and B distil
/// the two, A at `act_a`, B at `act_b`, and measure.
struct protocol {
  memory_noise end{.t2 = 900_ms}, middle{.t2 = 400_ms};
  gate_noise gates{.two_qubit = 0.03, .one_qubit = 0.02, .read_out = 0.01, .bell_phase = 0.04};
  distil_recipe link{}, ends{};
  duration wait = 20_ms, act_a = 30_ms, act_b = 55_ms, at_last = 70_ms;
};
const distil_recipe turning{bell_permutation::half_x_rotation(), bell_permutation::half_x_rotation()};
const distil_recipe mixed{bell_permutation::element(4), bell_permutation::element(5)};
const distil_recipe about_z{bell_permutation::element(1), {}};

/// How the raw pairs are, and how a representation comes to hold them.
const std::array<bell_diagonal, 3> diagonal_raw{bell_diagonal{0.86, 0.05, 0.06, 0.03},
                                                bell_diagonal{0.04, 0.06, 0.8, 0.1},
                                                bell_diagonal{0.01, 0.05, 0.02, 0.92}};
const std::array<x_state, 3> single_click_raw{
    x_state::from_elements({.p01 = 0.47, .p10 = 0.45, .p11 = 0.08, .re_01_10 = 0.41, .im_01_10 = 0.05}),
    x_state::from_elements({.p00 = 0.01, .p01 = 0.46, .p10 = 0.48, .p11 = 0.05, .re_01_10 = 0.43}),
    x_state::from_elements({.p01 = 0.44, .p10 = 0.46, .p11 = 0.1, .re_00_11 = 0, .re_01_10 = 0.4, .im_01_10 = -0.1})};

/// One way it can go: how likely, and the fidelities of the pair at the end.
struct leaf {
  double probability = 1;
  std::array<double, 4> fidelity{};
};

template <class State>
State idle(const State& state, const protocol& p, bool from_a, duration elapsed) {
  // One half is at an end, the other in the middle.
  return state.aged(half::a, elapsed, from_a ? p.end : p.middle).aged(half::b, elapsed, from_a ? p.middle : p.end);
}

/// All 128 ways in a fixed order: parities of both links, outcomes of both swaps, parity of the ends.
template <class State>
std::vector<leaf> branches(const std::array<State, 3>& raw, const protocol& p) {
  std::vector<leaf> out;
  const auto corrected = [](branch<State> joined, bell_index outcome) {
    joined.state.correct(pauli_frame{outcome});
    return joined;
  };
  for (unsigned way = 0; way < 128; ++way) {
    const bool left_parity = (way & 1) != 0, right_parity = (way & 2) != 0, ends_parity = (way & 4) != 0;
    const bell_index first{static_cast<std::uint8_t>(way >> 3 & 3)}, second{static_cast<std::uint8_t>(way >> 5)};
    const auto left = State::distil_branch(idle(raw[0], p, true, p.wait), raw[1], p.link, left_parity, p.gates);
    const auto right = State::distil_branch(raw[0], idle(raw[2], p, false, p.wait), p.link, right_parity, p.gates);
    const auto one =
        corrected(State::swap_branch(idle(left.state, p, true, p.wait), right.state, first, p.gates), first);
    const auto two = corrected(State::swap_branch(raw[1], idle(raw[2], p, false, p.wait), second, p.gates), second);
    const auto ready = [&](const State& s) { return s.aged(half::a, p.act_a, p.end).aged(half::b, p.act_b, p.end); };
    const auto kept = State::distil_branch(ready(one.state), ready(two.state), p.ends, ends_parity, p.gates);
    const State last = kept.state.aged(half::a, p.at_last - p.act_a, p.end).aged(half::b, p.at_last - p.act_b, p.end);
    leaf& end = out.emplace_back();
    for (const auto& step : {left, right, one, two, kept}) end.probability *= step.probability;
    for (std::uint8_t label = 0; label < 4; ++label) end.fidelity[label] = last.fidelity(bell_index{label});
  }
  return out;
}
double distance(const std::vector<leaf>& a, const std::vector<leaf>& b) {
  double worst = a.size() == b.size() ? 0 : 1;
  for (std::size_t i = 0; i < a.size() && i < b.size(); ++i) {
    worst = std::max(worst, std::abs(a[i].probability - b[i].probability));
    for (std::size_t k = 0; k < 4; ++k)
      worst = std::max(worst, std::abs(a[i].probability * a[i].fidelity[k] - b[i].probability * b[i].fidelity[k]));
  }
  return worst;
}
double total(const std::vector<leaf>& leaves) {
  double sum = 0;
  for (const leaf& l : leaves) sum += l.probability;
  return sum;
}

/// Held by `State`, from whatever can be its source.
template <class State, class Raw>
std::array<State, 3> held(const std::array<Raw, 3>& raw) {
  if constexpr (std::same_as<State, referee::dense_pair>)
    return {State{referee::dense(raw[0])}, State{referee::dense(raw[1])}, State{referee::dense(raw[2])}};
  else
    return {State{raw[0]}, State{raw[1]}, State{raw[2]}};
}
template <class Raw>
std::array<adaptive_state, 3> promoted(const std::array<Raw, 3>& raw) {
  auto out = held<adaptive_state>(raw);
  for (adaptive_state& s : out) s = s.promoted(representation::two_qubit_state);
  return out;
}

/// Goes one way by chance, told by its number; and whether the two ends' bits differed in a last measurement along
/// `axis`.
template <class State>
std::pair<unsigned, bool> run(const std::array<bell_diagonal, 3>& raw, const protocol& p, basis axis,
                              random_stream& stream) {
  const auto fresh = [&](std::size_t i) { return State::from(raw[i], stream); };
  const auto wait = [&](State s, bool from_a) {
    s.age(half::a, p.wait, from_a ? p.end : p.middle, stream);
    s.age(half::b, p.wait, from_a ? p.middle : p.end, stream);
    return s;
  };
  const State kept_left = wait(fresh(0), true), kept_right = fresh(0);
  const auto left = State::distil(kept_left, fresh(1), p.link, p.gates, stream);
  const auto right = State::distil(kept_right, wait(fresh(2), false), p.link, p.gates, stream);
  auto one = State::swap(wait(left.state, true), right.state, p.gates, stream);
  const State near_a = fresh(1);
  auto two = State::swap(near_a, wait(fresh(2), false), p.gates, stream);
  one.state.correct(pauli_frame{one.outcome});
  two.state.correct(pauli_frame{two.outcome});
  for (State* s : {&one.state, &two.state}) s->age(half::a, p.act_a, p.end, stream);
  const bool bit = distil_first(one.state, two.state, p.ends, half::a, p.gates, stream);
  for (State* s : {&one.state, &two.state}) s->age(half::b, p.act_b, p.end, stream);
  auto kept = distil_second(one.state, two.state, p.ends, half::a, bit, p.gates, stream);
  kept.state.age(half::a, p.at_last - p.act_a, p.end, stream);
  kept.state.age(half::b, p.at_last - p.act_b, p.end, stream);
  const measured_bits last = kept.state.measure(axis, axis, p.gates.read_out, stream);
  const unsigned way = (left.first != left.second ? 1U : 0U) | (right.first != right.second ? 2U : 0U) |
                       (bit != kept.bit ? 4U : 0U) | static_cast<unsigned>(one.outcome) << 3 |
                       static_cast<unsigned>(two.outcome) << 5;
  return {way, last.a != last.b};
}

/// A Bell-diagonal state that is twirled around its label after every operation; the label is what the operation
/// makes of the labels.
struct twirled_pair {
  bell_diagonal state;
  bell_index label = bell_index::phi_plus;

  explicit twirled_pair(const bell_diagonal& from) : twirled_pair{from, from.likeliest()} {}
  twirled_pair() = default;
  twirled_pair(const bell_diagonal& from, bell_index around) : state{from.twirled(around)}, label{around} {}
  double fidelity(bell_index of) const { return state.fidelity(of); }
  void correct(pauli_frame frame) { *this = {state.corrected(frame), (pauli_frame{label} ^ frame).index()}; }
  twirled_pair aged(half which, duration elapsed, const memory_noise& memory) const {
    return {state.aged(which, elapsed, memory), label};
  }
  static branch<twirled_pair> swap_branch(const twirled_pair& l, const twirled_pair& r, bell_index m,
                                          const gate_noise& noise) {
    const auto out = bell_diagonal::swap_branch(l.state, r.state, m, noise);
    return {{out.state, (pauli_frame{l.label} ^ pauli_frame{r.label} ^ pauli_frame{m}).index()}, out.probability};
  }
  static branch<twirled_pair> distil_branch(const twirled_pair& k, const twirled_pair& s, const distil_recipe& recipe,
                                            bool parity, const gate_noise& noise) {
    const auto out = bell_diagonal::distil_branch(k.state, s.state, recipe, parity, noise);
    const pauli_frame kept = recipe.keep(pauli_frame{k.label}), read = recipe.sacrifice(pauli_frame{s.label});
    return {{out.state, pauli_frame{kept.x(), kept.z() != read.z()}.index()}, out.probability};
  }
};

}  // namespace

TEST_CASE("same protocol: Pauli noise and every recipe give the same on all ensembles", "[quantum]") {
  for (const distil_recipe& link : {turning, mixed, about_z})
    for (const distil_recipe& ends : {distil_recipe{}, turning, mixed}) {
      const protocol p{.link = link, .ends = ends};
      const auto truth = branches(held<referee::dense_pair>(diagonal_raw), p);
      CHECK(std::abs(total(truth) - 1) < 1e-12);
      CHECK(distance(branches(diagonal_raw, p), truth) < 1e-12);
      CHECK(distance(branches(held<two_qubit_state>(diagonal_raw), p), truth) < 1e-12);
      CHECK(distance(branches(held<adaptive_state>(diagonal_raw), p), truth) < 1e-12);
      CHECK(distance(branches(promoted(diagonal_raw), p), truth) < 1e-12);
    }
}

TEST_CASE("same protocol: X states too, while rotations keep the Z axis", "[quantum]") {
  const protocol p{.link = about_z, .ends = {}};
  CHECK(distance(branches(held<x_state>(diagonal_raw), p), branches(diagonal_raw, p)) < 1e-12);
}

TEST_CASE("same protocol: single-click pairs in memories that relax, on all that hold them", "[quantum]") {
  protocol p{.link = about_z};
  p.end.t1 = 600_ms;
  p.middle.t1 = 250_ms;
  const auto truth = branches(held<referee::dense_pair>(single_click_raw), p);
  CHECK(std::abs(total(truth) - 1) < 1e-12);
  CHECK(distance(branches(single_click_raw, p), truth) < 1e-12);
  CHECK(distance(branches(held<two_qubit_state>(single_click_raw), p), truth) < 1e-12);
  CHECK(distance(branches(held<adaptive_state>(single_click_raw), p), truth) < 1e-12);
  p.link = turning;
  p.ends = mixed;
  const auto turned = branches(held<referee::dense_pair>(single_click_raw), p);
  CHECK(distance(branches(held<adaptive_state>(single_click_raw), p), turned) < 1e-12);
  CHECK(distance(branches(promoted(single_click_raw), p), turned) < 1e-12);
  // The Pauli twirl of the same pairs is another state: what distinguishes them is seen here.
  const std::array<bell_diagonal, 3> twirled{single_click_raw[0].twirled(), single_click_raw[1].twirled(),
                                             single_click_raw[2].twirled()};
  CHECK(distance(branches(twirled, p), turned) > 1e-5);
}

TEMPLATE_TEST_CASE("same protocol: run by chance, it goes each way as often as the branches say", "[quantum]",
                   sampled_bell, bell_diagonal, two_qubit_state, adaptive_state, referee::dense_pair) {
  constexpr unsigned runs = std::same_as<TestType, referee::dense_pair> ? 3000 : 60000;
  const protocol p{.link = turning, .ends = mixed};
  const auto expected = branches(diagonal_raw, p);
  random_stream stream{seed, random_purpose::user, 1};
  CAPTURE(seed);
  for (const basis axis : {basis::x, basis::y, basis::z}) {
    std::array<unsigned, 256> seen{};
    for (unsigned i = 0; i < runs; ++i) {
      const auto [way, differ] = run<TestType>(diagonal_raw, p, axis, stream);
      ++seen[2 * way + (differ ? 1 : 0)];
    }
    std::array<double, 256> chances{};
    for (unsigned cell = 0; cell < 256; ++cell) {
      const leaf& l = expected[cell / 2];
      const auto& f = l.fidelity;
      const double correlator = axis == basis::x   ? f[0] - f[1] + f[2] - f[3]
                                : axis == basis::y ? f[1] + f[2] - f[0] - f[3]
                                                   : f[0] + f[1] - f[2] - f[3];
      const double see = 1 - 2 * p.gates.read_out, sign = cell % 2 == 1 ? -1 : 1;
      chances[cell] = l.probability * (1 + sign * see * see * correlator) / 2;
    }
    ebit_test::chi_square sum;
    sum.add(seen, chances, runs);
    REQUIRE(sum.degrees() > 100);
    CHECK(sum.excess() < 5);
  }
}

TEST_CASE("same protocol: a werner state is bell_diagonal, twirled after every operation", "[quantum]") {
  // Memories that age like white noise: their twirl is the same at every instant and at the end.
  for (const distil_recipe& link : {distil_recipe{}, turning, mixed}) {
    const protocol p{.end = {900_ms, 900_ms}, .middle = {400_ms, 400_ms}, .link = link, .ends = turning};
    std::array<werner, 3> werners;
    for (std::size_t i = 0; i < 3; ++i) werners[i] = werner::from(diagonal_raw[i]);
    CHECK(distance(branches(werners, p), branches(held<twirled_pair>(diagonal_raw), p)) < 1e-12);
    // Without the twirls it is another protocol.
    CHECK(distance(branches(werners, p), branches(diagonal_raw, p)) > 1e-4);
  }
}
