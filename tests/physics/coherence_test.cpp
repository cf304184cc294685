// SPDX-License-Identifier: Apache-2.0
#include "../support/catch.hpp"

#include <cmath>
#include <optional>

#include <ebit/ebit.hpp>
#include <ebit/quantum/adaptive_state.hpp>

#include "../simulation/profiles.hpp"

using namespace ebit;
using namespace ebit_test;

namespace {

struct by_parity : one_photon {
  using purify = ebit::purify::dejmps;
};

/// Every attempt gives a perfect Ψ+ whose halves then age until the news has come.
struct at_certain : default_profile {
  using herald = ebit::herald::certain;
};
/// The same from a source between the ends.
struct certain_source : herald::certain {
  static constexpr bool source_in_the_middle = true;
};
struct from_the_middle : default_profile {
  using herald = certain_source;
};

[[nodiscard]] link::hardware dim_emitters(double phase_noise, duration correlation) {
  link::hardware h = quiet_hardware(6);
  h.emission_efficiency = 0.05;
  h.phase_noise = phase_noise;
  h.phase_correlation = correlation;
  return h;
}

/// Pairs of `Profile` between the ends of a chain, and what was foretold.
template <class Profile, class State>
[[nodiscard]] sim::request_record served(const link::hardware& h, const sim::topology& net, std::uint32_t pairs,
                                         double wanted) {
  sim::network<Profile, State> sim{net, with<Profile>(h, 11)};
  const auto r = sim.request({net.node(0), net.node(net.size() - 1), pairs, wanted});
  REQUIRE(r);
  sim.run();
  CHECK(sim.truth().ledger().disagreements == 0);
  CHECK(sim.truth().ledger().mismatched == 0);
  return r->record();
}

}  // namespace

TEST_CASE("simulation: extreme photon loss distillation cancels the part of the phase that two pairs share") {
  const double sigma = 0.6;
  for (const duration correlation : {duration::zero(), 100_us, 10_ms, duration::never()}) {
    const link::hardware h = dim_emitters(sigma, correlation);
    const sim::request_record r = served<extreme_loss, x_state>(h, chain_of(2, 2_km), 4000, 0.7);
    REQUIRE(r.deliveries.size() == 4000);
    const forecast& f = r.expected();
    INFO("correlation " << correlation.seconds() << " s: " << r.fidelity() << " +- " << r.fidelity_error() << " in ["
                        << f.fidelity() << ", " << f.fidelity_upper() << "]; rate " << r.rate() << " in [" << f.rate()
                        << ", " << f.rate_upper() << "]");
    CHECK(r.fidelity() > f.fidelity() - 3 * r.fidelity_error() - 1e-12);
    CHECK(r.fidelity() < f.fidelity_upper() + 3 * r.fidelity_error() + 1e-12);
    CHECK(r.rate() > f.rate());
    CHECK(r.rate() < f.rate_upper() * (1 + 3 / std::sqrt(4000.0)));
    // Without memory noise nothing else is left but detectors' darkness, of which there is none here.
    if (correlation.is_never()) CHECK(std::abs(r.fidelity() - 1) < 1e-9);
    // Phases that have nothing in common: the mean of (1 + cos Δφ)/2 over two Gaussians.
    if (correlation == duration::zero()) {
      const double expected = (1 + std::exp(-sigma * sigma)) / 2;
      CHECK(std::abs(r.fidelity() - expected) < 3 * r.fidelity_error());
    }
  }
}

TEST_CASE("simulation: what extreme photon loss distillation gains, a parity of twirled pairs does not") {
  const link::hardware h = dim_emitters(0, duration::zero());
  const sim::topology net = chain_of(3, 2_km);
  const sim::request_record coherent = served<extreme_loss, x_state>(h, net, 500, 0.9);
  REQUIRE(coherent.deliveries.size() == 500);
  CHECK(coherent.fidelity() > 0.999);
  // The fastest drive is asked for what one round of DEJMPS can still reach; it has to be dimmer, so it is slower.
  const sim::request_record twirled = served<by_parity, bell_diagonal>(h, net, 500, 0.9);
  REQUIRE(twirled.deliveries.size() == 500);
  CHECK(twirled.fidelity() < 0.97);
}

TEST_CASE("simulation: promoted states and Bell-diagonal ones agree pair by pair where both are exact") {
  link::hardware h = noisy_hardware(4);
  h.memory = {duration::never(), 20_ms};
  const sim::topology net = chain_of(5);
  const sim::request_record plain = served<at_once, bell_diagonal>(h, net, 300, 0);
  const sim::request_record promoted = served<at_once, adaptive_state>(h, net, 300, 0);
  const sim::request_record correlators = served<at_once, x_state>(h, net, 300, 0);
  REQUIRE(plain.deliveries.size() == 300);
  REQUIRE(promoted.deliveries.size() == 300);
  REQUIRE(correlators.deliveries.size() == 300);
  for (std::size_t i = 0; i < 300; ++i) {
    CHECK(promoted.deliveries[i].second == plain.deliveries[i].second);
    CHECK(std::abs(promoted.deliveries[i].fidelity - plain.deliveries[i].fidelity) < 1e-12);
    CHECK(std::abs(correlators.deliveries[i].fidelity - plain.deliveries[i].fidelity) < 1e-12);
  }
}

TEST_CASE("simulation: distillation of promoted pairs keeps to the forecast of the twirled ones") {
  // Amplitude damping biases single bits, so both acts of a distillation are drawn from and conditioned on what each
  // end sees.
  link::hardware h = quiet_hardware(4);
  h.visibility = 0.8;
  h.memory = {50_ms, 30_ms};
  h.gates = {.two_qubit = 0.01, .read_out = 0.01};
  const sim::topology net = chain_of(3);
  const sim::request_record twirled = served<deutsch, bell_diagonal>(h, net, 4000, 0);
  const sim::request_record damped = served<deutsch, adaptive_state>(h, net, 4000, 0);
  REQUIRE(twirled.deliveries.size() == 4000);
  REQUIRE(damped.deliveries.size() == 4000);
  // A wait of a few hundred microseconds: twirling changes the second order in t / T1 only.
  const double error = std::sqrt(std::pow(twirled.fidelity_error(), 2) + std::pow(damped.fidelity_error(), 2));
  INFO(twirled.fidelity() << " and " << damped.fidelity() << " +- " << error);
  CHECK(std::abs(twirled.fidelity() - damped.fidelity()) < 3 * error + 1e-4);
  CHECK(std::abs(twirled.rate() / damped.rate() - 1) < 0.05);
}

TEST_CASE("simulation: amplitude damping is followed exactly from birth to delivery") {
  link::hardware h = quiet_hardware(1);
  h.memory = {400_us, 300_us};
  const sim::topology net = sim::chain(2, link::fibre{.length = 20_km, .station_position = 0.25});
  const duration near = net.links()[0].line.arm_delay(half::a), far = net.links()[0].line.arm_delay(half::b);
  const auto expected = [&](duration at_a, duration at_b) {
    return x_state{bell_diagonal::pure(bell_index::psi_plus)}
        .aged(half::a, at_a, h.memory)
        .aged(half::b, at_b, h.memory)
        .fidelity(bell_index::psi_plus);
  };
  const double met = served<at_certain, x_state>(h, net, 20, 0).fidelity();
  CHECK(std::abs(met - expected(near * 2, far * 2)) < 1e-12);
  // Not what the twirled channels give, and the promoted state says the same as the one that was an X state all
  // along.
  const double twirled = served<at_certain, bell_diagonal>(h, net, 20, 0).fidelity();
  CHECK(std::abs(met - twirled) > 1e-3);
  CHECK(std::abs(served<at_certain, adaptive_state>(h, net, 20, 0).fidelity() - met) < 1e-12);
  // From the middle each end waits for the news of the other's catch.
  const double sent = served<from_the_middle, x_state>(h, net, 20, 0).fidelity();
  CHECK(std::abs(sent - expected(far * 2, near * 2)) < 1e-12);
  CHECK(std::abs(sent - met) < 1e-12);  // what one gains the other loses: the same pair of exponents
}

TEST_CASE("simulation: a Bell measurement of damped halves has the outcomes and states of the exact map") {
  link::hardware h = quiet_hardware(1);
  h.memory = {400_us, 300_us};
  h.gates = {.two_qubit = 0.02, .one_qubit = 0.01, .read_out = 0.03};
  const sim::topology net = sim::chain(3, link::fibre{.length = 20_km, .station_position = 0.25});
  const sim::request_record r = served<at_certain, x_state>(h, net, 3000, 0);
  REQUIRE(r.deliveries.size() == 3000);
  // Photons of both links leave their far ends, b, at one instant 0, and the near ones follow to meet them. The
  // middle hears of the first link at 2 far, which is when it measures, and both ends hear of that near + far later.
  const duration near = net.links()[0].line.arm_delay(half::a), far = net.links()[0].line.arm_delay(half::b);
  const x_state perfect{bell_diagonal::pure(bell_index::psi_plus)};
  const x_state left = perfect.aged(half::a, near * 2 + far * 2, h.memory).aged(half::b, far * 2, h.memory);
  const x_state right = perfect.aged(half::a, near + far, h.memory).aged(half::b, near + far * 3, h.memory);
  double mean = 0;
  for (const bell_index m :
       {bell_index::phi_plus, bell_index::phi_minus, bell_index::psi_plus, bell_index::psi_minus}) {
    const branch<x_state> b = x_state::swap_branch(left, right, m, h.gates);
    mean += b.probability * b.state.fidelity(m);  // Ψ+ and Ψ+ joined: the frame is the outcome
  }
  INFO(r.fidelity() << " +- " << r.fidelity_error() << ", expected " << mean);
  CHECK(std::abs(r.fidelity() - mean) < 3 * r.fidelity_error() + 1e-12);
  CHECK(r.fidelity_error() > 0);
}
