// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "../quantum/dense_pair.hpp"

namespace ebit_test {

/// A pair whose every operation is carried out gate by gate on density matrices: what it is worth is beyond doubt.
/// It draws as `x_state`, `two_qubit_state` and `adaptive_state` do, so that a network of these goes the same way.
using density_pair = referee::dense_pair;

/// The same for what `bell_diagonal` is exact for: pairs that are twirled at birth, memories whose channel is twirled.
/// It draws as `bell_diagonal` does.
class twirled_density_pair {
 public:
  static constexpr ebit::exactness exact = ebit::bell_diagonal::exact;

  twirled_density_pair() : twirled_density_pair{ebit::bell_diagonal{}} {}
  explicit twirled_density_pair(const ebit::bell_diagonal& state) : rho_{referee::pair::from(state)} {}
  static twirled_density_pair from(const ebit::bell_diagonal& state, ebit::random_stream&) {
    return twirled_density_pair{state};
  }

  double fidelity(ebit::bell_index label) const { return rho_.fidelity(label); }
  void correct(ebit::pauli_frame frame) { rho_.correct(frame, 1); }
  void age(ebit::half which, ebit::duration elapsed, const ebit::memory_noise& memory, ebit::random_stream&) {
    rho_ = referee::aged_twirled(rho_, elapsed, memory, which == ebit::half::a ? 0 : 1);
  }
  static ebit::swapped<twirled_density_pair> swap(const twirled_density_pair& l, const twirled_density_pair& r,
                                                  const ebit::gate_noise& noise, ebit::random_stream& stream) {
    const auto outcome = static_cast<ebit::bell_index>(stream.next_u32() & 3U);
    const referee::pair joined = referee::swap(l.rho_, r.rho_, outcome, noise);
    EBIT_ASSERT(std::abs(joined.trace() - 0.25) < 1e-12, "an outcome is not as likely as it was drawn");
    return {twirled_density_pair{joined.normalised()}, outcome};
  }
  static ebit::distilled<twirled_density_pair> distil(const twirled_density_pair& k, const twirled_density_pair& s,
                                                      const ebit::distil_recipe& recipe,
                                                      const ebit::gate_noise& noise, ebit::random_stream& stream) {
    const referee::pair odd = referee::distil_parity(k.rho_, s.rho_, recipe, true, noise);
    const bool parity = ebit::sample::bernoulli(stream, ebit::detail::rounded_probability(odd.trace()));
    const bool first = (stream.next_u32() & 1U) != 0;
    const referee::pair kept = parity ? odd : referee::distil_parity(k.rho_, s.rho_, recipe, false, noise);
    return {twirled_density_pair{kept.normalised()}, first, first != parity};
  }
  ebit::measured_bits measure(ebit::basis at_a, ebit::basis at_b, double read_out,
                              ebit::random_stream& stream) const {
    return referee::dense_pair{rho_}.measure(at_a, at_b, read_out, stream);
  }

  friend bool operator==(const twirled_density_pair& a, const twirled_density_pair& b) {
    return referee::distance(a.rho_, b.rho_) == 0;
  }

 private:
  explicit twirled_density_pair(const referee::pair& state) : rho_{state} {}

  referee::pair rho_;
};
static_assert(ebit::pair_state<twirled_density_pair>);

}  // namespace ebit_test
