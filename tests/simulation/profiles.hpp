// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <ebit/ebit.hpp>
#include <ebit/purify/epl.hpp>
#include <ebit/purify/pumping.hpp>

namespace ebit_test {

using namespace ebit::literals;

struct at_once : ebit::default_profile {};
struct doubling : ebit::default_profile {
  using swap = ebit::swap::nested;
};
struct one_by_one : ebit::default_profile {
  using swap = ebit::swap::sequential;
};
struct deutsch : ebit::default_profile {
  using purify = ebit::purify::dejmps;
};
struct bennett : ebit::default_profile {
  using purify = ebit::purify::bbpssw;
};
struct pumped : ebit::default_profile {
  using purify = ebit::purify::pumping<>;
};
struct one_photon : ebit::default_profile {
  using herald = ebit::herald::single_click;
};
struct extreme_loss : one_photon {
  using purify = ebit::purify::epl;
};

/// Perfect but for the photons that get lost: detectors of 0.9.
[[nodiscard]] inline ebit::link::hardware quiet_hardware(std::uint16_t memories) {
  ebit::link::hardware h;
  h.detector_efficiency = 0.9;
  h.memories = memories;
  return h;
}
/// Everything imperfect, nothing hopeless.
[[nodiscard]] inline ebit::link::hardware noisy_hardware(std::uint16_t memories) {
  ebit::link::hardware h = quiet_hardware(memories);
  h.visibility = 0.95;
  h.memory = {.t1 = 1_s, .t2 = 500_ms};
  h.gates = {.two_qubit = 0.005, .one_qubit = 0, .read_out = 0.002};
  h.gate_time = 3_us;
  h.dark_counts = 10_Hz;
  return h;
}

template <class Profile>
[[nodiscard]] ebit::sim::network_options<Profile> with(const ebit::link::hardware& h, std::uint64_t seed) {
  ebit::sim::network_options<Profile> o;
  o.hardware = h;
  o.seed = seed;
  return o;
}

[[nodiscard]] inline ebit::sim::topology chain_of(std::size_t nodes, ebit::length each = 20_km) {
  return ebit::sim::chain(nodes, ebit::link::fibre{.length = each});
}

}  // namespace ebit_test
