// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include <ebit/quantum/bell_diagonal.hpp>
#include <ebit/quantum/noise.hpp>

#include "golden_reader.hpp"

namespace golden {

inline constexpr const char* bell_names[] = {"phip", "phim", "psip", "psim"};

/// Four columns `<prefix>phip` … as a state; printed digits may miss a total of one by some 1e-12, which is shared
/// out.
inline ebit::bell_diagonal read_bell(const row& at, const std::string& prefix) {
  double p[4], sum = 0;
  for (int i = 0; i < 4; ++i) sum += p[i] = at[prefix + bell_names[i]];
  if (!(sum > 1 - 1e-9 && sum < 1 + 1e-9)) FAIL(at.where() << ": " << prefix << "* do not add up to 1");
  return {p[0] / sum, p[1] / sum, p[2] / sum, p[3] / sum};
}

/// Compares the four Bell fidelities of any kind of state.
template <class State>
void check_bell(const row& at, const std::string& prefix, const State& state, double absolute, double relative = 0) {
  for (std::uint8_t i = 0; i < 4; ++i)
    check(at, prefix + bell_names[i], state.fidelity(ebit::bell_index{i}), absolute, relative);
}

inline ebit::gate_noise read_noise(const row& at) { return {.two_qubit = at["pg"], .read_out = at["eps"]}; }

}  // namespace golden
