// expect: a state whose single bits are not uniform needs mean and correlator
// SPDX-License-Identifier: Apache-2.0
#include <ebit/quantum/local_measurement.hpp>
#include <ebit/testing/archetypes.hpp>

/// Relaxes, so that its halves are not white, but tells of its Bell fidelities only.
struct relaxing_pair : ebit::testing::archetype::perfect_pair {
  static constexpr ebit::exactness exact{.amplitude_damping = true, .swap = true, .distil = true};
  static relaxing_pair from(const ebit::bell_diagonal&, ebit::random_stream&) { return {}; }
  static ebit::swapped<relaxing_pair> swap(const relaxing_pair&, const relaxing_pair&, const ebit::gate_noise&,
                                           ebit::random_stream&) {
    return {};
  }
  static ebit::distilled<relaxing_pair> distil(const relaxing_pair&, const relaxing_pair&, const ebit::distil_recipe&,
                                               const ebit::gate_noise&, ebit::random_stream&) {
    return {};
  }
  friend bool operator==(const relaxing_pair&, const relaxing_pair&) = default;
};
static_assert(ebit::pair_state<relaxing_pair>);

int main() {
  ebit::random_stream stream;
  return ebit::measure_half(relaxing_pair{}, ebit::half::a, ebit::basis::z, {}, stream) ? 1 : 0;  // error here
}
