// SPDX-License-Identifier: Apache-2.0
#include <cmath>
#include <cstddef>
#include <limits>
#include <vector>

#include <ebit/link/flying_qubit.hpp>
#include <ebit/link/microwave_line.hpp>
#include <ebit/link/transducer.hpp>

#include <quantum/referee.hpp>
#include <support/catch.hpp>

using namespace ebit;
using ebit_test::approx;
using link::carrier;
using link::encoding;
using link::port;
using link::stationary_qubit;

namespace {

constexpr std::uint64_t seed = 20250922;
random_stream fresh(std::uint64_t entity) { return {seed, random_purpose::user, entity}; }

/// A mode as a real density matrix in photon numbers; `shift` k keeps the elements ⟨n|ρ|n+k⟩ alone, which thermal
/// loss does not mix with others.
constexpr int size = 26;
struct mode {
  std::vector<double> element = std::vector<double>(size, 0.0);
  int shift = 0;
};

double choose(int n, int k) { return std::tgamma(n + 1.0) / (std::tgamma(k + 1.0) * std::tgamma(n - k + 1.0)); }

/// ⟨m, n+e−m| U |n, e⟩ of a beam splitter of transmittance η: n photons of the mode meet e of the environment.
double splits(int n, int e, int m, double eta) {
  const double t = std::sqrt(eta), r = std::sqrt(1 - eta);
  double sum = 0;
  for (int i = 0; i <= n; ++i) {  // i of the mode's photons stay, m − i come from the environment
    const int j = m - i;
    if (j < 0 || j > e) continue;
    sum += choose(n, i) * choose(e, j) * std::pow(t, i) * std::pow(-r, n - i) * std::pow(r, j) * std::pow(t, e - j);
  }
  return sum * std::sqrt(std::tgamma(m + 1.0) * std::tgamma(n + e - m + 1.0) /
                         (std::tgamma(n + 1.0) * std::tgamma(e + 1.0)));
}

/// Meets a thermal environment of n̄ photons on a beam splitter, photon by photon.
mode thermal_loss(const mode& in, double eta, double occupancy) {
  mode out;
  out.shift = in.shift;
  for (int e = 0; e < size; ++e) {
    const double weight = std::pow(occupancy / (1 + occupancy), e) / (1 + occupancy);
    if (weight < 1e-18) break;
    for (int n = 0; n + in.shift < size; ++n) {
      const double x = in.element[static_cast<std::size_t>(n)];
      if (x == 0) continue;
      // The environment ends with the same number in bra and ket.
      for (int m = 0; m <= n + e && m + in.shift < size; ++m)
        out.element[static_cast<std::size_t>(m)] +=
            weight * x * splits(n, e, m, eta) * splits(n + in.shift, e, m + in.shift, eta);
    }
  }
  return out;
}

/// The pair fidelity of Φ+ with its half b in photon numbers 0 and 1 through these parts, more photons read as |0⟩.
double by_photons(const std::vector<std::pair<double, double>>& parts, double coherence) {
  mode zero, one, between;
  zero.element[0] = 1;
  one.element[1] = 1;
  between.element[0] = 1;
  between.shift = 1;
  for (const auto& [eta, added] : parts) {
    const double occupancy = eta * added / (1 - eta);
    zero = thermal_loss(zero, eta, occupancy);
    one = thermal_loss(one, eta, occupancy);
    between = thermal_loss(between, eta, occupancy);
  }
  return (1 - zero.element[1] + one.element[1] + 2 * coherence * between.element[0]) / 4;
}

}  // namespace

TEST_CASE("flying qubit: a round trip is the analytic channel", "[link]") {
  auto stream = fresh(1);
  double worst = 0;
  for (int i = 0; i < 12; ++i) {
    const double eta1 = 0.3 + 0.6 * sample::uniform(stream), eta2 = 0.3 + 0.6 * sample::uniform(stream);
    const double line = 0.5 + 0.4 * sample::uniform(stream);
    const double n1 = 0.03 * sample::uniform(stream), n2 = 0.03 * sample::uniform(stream);
    const double flip = 0.2 * sample::uniform(stream);
    const port<carrier::optical> sender{.efficiency = eta1, .added_noise = n1, .phase_flip = flip};
    const port<carrier::optical> receiver{.efficiency = eta2, .added_noise = n2};
    const auto caught = receiver.absorb(link::passed(sender.emit({}), line));
    const double fidelity = caught.pair.fidelity(bell_index::phi_plus);
    worst = std::max(worst, std::abs(fidelity - by_photons({{eta1, n1}, {line, 0}, {eta2, n2}}, 1 - 2 * flip)));
    // Closed form: η and ν add up along the way; G = 1 + ν.
    const double eta = eta1 * line * eta2, nu = (n1 * eta1 * line + n2) * eta2, gain = 1 + nu;
    const double one = (eta / gain + (1 - eta / gain) * nu) / (gain * gain);
    const double closed = (1 - nu / (gain * gain) + one + 2 * (1 - 2 * flip) * std::sqrt(eta) / (gain * gain)) / 4;
    CHECK(std::abs(fidelity - closed) < 1e-12);
    CHECK(caught.present == 1);
  }
  CAPTURE(seed);
  CHECK(worst < 1e-12);
}

TEST_CASE("flying qubit: sampled measurements agree with the channel", "[link]") {
  const port<carrier::optical> sender{.efficiency = 0.7, .added_noise = 0.1, .phase_flip = 0.02};
  const port<carrier::optical> receiver{.efficiency = 0.8, .added_noise = 0.05};
  const x_state pair = receiver.absorb(sender.emit({})).pair;
  auto stream = fresh(2);
  constexpr int shots = 40'000;
  double sum = 0;
  for (const basis axis : {basis::x, basis::y, basis::z}) {
    int equal = 0;
    for (int i = 0; i < shots; ++i) {
      const measured_bits bits = pair.measure(axis, axis, 0, stream);
      equal += bits.a == bits.b;
    }
    const double correlator = 2.0 * equal / shots - 1;
    sum += axis == basis::y ? -correlator : correlator;
  }
  CAPTURE(seed);
  // Three correlators, each with a standard error of at most 1/√shots.
  CHECK(std::abs((1 + sum) / 4 - pair.fidelity(bell_index::phi_plus)) < 3 * std::sqrt(3.0 / shots) / 4);
}

TEST_CASE("flying qubit: loss is vacuum in one mode and an erasure in two", "[link]") {
  const port<carrier::microwave> perfect;
  const stationary_qubit pair;
  CHECK(perfect.absorb(perfect.emit(pair)).pair.fidelity(bell_index::phi_plus) == approx(1).epsilon(1e-14));
  const port<carrier::microwave> lossy{.efficiency = 0.3};
  const auto damped = perfect.absorb(lossy.emit(pair, encoding::fock));
  CHECK(damped.present == 1);
  CHECK(damped.pair.fidelity(bell_index::phi_plus) ==
        approx(link::pitch_and_catch_pair_fidelity(0.3)).epsilon(1e-14));
  for (const encoding code : {encoding::polarisation, encoding::time_bin, encoding::frequency_bin, encoding::path}) {
    const auto kept = perfect.absorb(lossy.emit(pair, code));
    CHECK(kept.present == approx(0.3).epsilon(1e-14));
    CHECK(kept.pair.fidelity(bell_index::phi_plus) == approx(1).epsilon(1e-14));
    // Twice the way: erasures multiply.
    CHECK(lossy.absorb(lossy.emit(pair, code)).present == approx(0.09).epsilon(1e-14));
  }
  // Noise in two modes: bit flips where the noise photon is taken for the signal, and lost coherence.
  const port<carrier::microwave> warm{.efficiency = 0.5, .added_noise = 0.2};
  const link::photon_map m{{.transmittance = 0.5, .noise = 0.1}};
  const auto flipped = perfect.absorb(warm.emit(pair, encoding::time_bin));
  const double accepted = m.one_to_one * m.zero_to_zero + m.one_to_zero * m.zero_to_one;
  CHECK(flipped.present == approx(accepted).epsilon(1e-14));
  CHECK(flipped.pair.fidelity(bell_index::phi_plus) ==
        approx((m.one_to_one * m.zero_to_zero + m.coherence * m.coherence) / (2 * accepted)).epsilon(1e-14));
  // Nothing arrives.
  const port<carrier::microwave> dark{.efficiency = 0};
  CHECK(perfect.absorb(dark.emit(pair, encoding::path)).present == 0);
}

TEST_CASE("flying qubit: the map of photon numbers is a channel", "[link]") {
  auto stream = fresh(3);
  for (int i = 0; i < 1000; ++i) {
    const double eta = sample::uniform(stream), noise = 5 * sample::uniform(stream) * sample::uniform(stream);
    const link::photon_map m{{.transmittance = eta, .noise = noise}};
    CHECK(m.zero_to_zero + m.zero_to_one <= 1);
    CHECK(m.one_to_zero + m.one_to_one <= 1);
    // Any half of any pair stays a state (x_state checks it), whatever more photons are read as.
    const double one = sample::uniform(stream);
    stationary_qubit q{.pair = referee::any_x_state(stream), .which = referee::any_bit(stream) ? half::a : half::b};
    const port<carrier::optical> device{.efficiency = eta, .added_noise = noise / eta, .leaked_as_one = one};
    const auto code = referee::any_bit(stream) ? encoding::fock : encoding::path;
    const auto out = device.absorb(port<carrier::optical>{}.emit(q, code));
    CHECK_NOTHROW(x_state{out.pair.correlators()});
    // The other half is not touched.
    const bool at_a = q.which == half::a;
    const double before = at_a ? q.pair.correlators().iz : q.pair.correlators().zi;
    const double after = at_a ? out.pair.correlators().iz : out.pair.correlators().zi;
    CHECK(std::abs(before - after) < 1e-12);
  }
  // One added photon and more leaves no entanglement: the pair's fidelity is at most 1/2.
  for (const double eta : {0.1, 0.5, 0.9, 1.0}) {
    const link::transducer device{.efficiency = eta, .added_noise = 1};
    CHECK(device.entanglement_breaking());
    for (const double one : {0.0, 1.0}) {
      auto photon = device.as_port().emit({});
      CHECK(photon.suffered.entanglement_breaking());
      CHECK(link::absorbed(photon, one).pair.fidelity(bell_index::phi_plus) <= 0.5);
    }
  }
}

TEST_CASE("flying qubit: ports name what is wrong with them", "[link]") {
  constexpr double nan = std::numeric_limits<double>::quiet_NaN();
  using microwave = port<carrier::microwave>;
  const auto wrong = [](const microwave& p) { return p.validate().error().what; };
  CHECK(microwave{}.validate());
  for (const double x : {-0.1, 1.1, nan}) CHECK(wrong({.efficiency = x}) == "port.efficiency");
  for (const double x : {-0.1, 2e6, nan}) CHECK(wrong({.added_noise = x}) == "port.added_noise");
  for (const double x : {-0.1, 0.6, nan}) CHECK(wrong({.phase_flip = x}) == "port.phase_flip");
  for (const double x : {-0.1, 1.1, nan}) CHECK(wrong({.leaked_as_one = x}) == "port.leaked_as_one");
}
