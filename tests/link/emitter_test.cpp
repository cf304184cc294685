// SPDX-License-Identifier: Apache-2.0
#include <cmath>
#include <limits>
#include <string>

#include <ebit/core/random.hpp>
#include <ebit/core/samplers.hpp>
#include <ebit/link/budget.hpp>
#include <ebit/link/detector.hpp>
#include <ebit/link/emitter.hpp>

#include "../support/catch.hpp"

using namespace ebit;
using namespace ebit::literals;
using ebit_test::approx;

namespace {

constexpr double pi = 3.14159265358979323846;

/// The mean of Γ(Γ+2γ)/((Γ+2γ)² + Δ²) over Δ ~ N(0, 2 (2πσ)²), by the trapezium rule over ten deviations, which
/// converges exponentially.
double averaged(double lifetime, double dephasing, double hertz_rms) {
  const double spread = std::sqrt(2.0) * 2 * pi * hertz_rms, g = 1 / lifetime, wide = g + 2 * dephasing;
  double sum = 0, weight = 0;
  constexpr int steps = 400'000;
  for (int i = -steps; i <= steps; ++i) {
    const double z = 10.0 * i / steps, w = std::exp(-z * z / 2), delta = spread * z;
    sum += w * g * wide / (wide * wide + delta * delta);
    weight += w;
  }
  return sum / weight;
}

}  // namespace

TEST_CASE("link/emitter: efficiencies multiply to those of nitrogen-vacancy centres", "[link]") {
  // Zero-phonon fraction 0.03 (0.46 in a cavity), conversion 0.3, detector 0.8; collection is what 3.5e-4 leaves.
  const link::emitter nv{.zero_phonon_fraction = 0.03, .collection = 3.5e-4 / (0.03 * 0.8)};
  CHECK(nv.validate());
  CHECK(nv.emission_efficiency() == approx(4.375e-4).epsilon(1e-12));
  const link::hardware node = link::nv_experiment_detector().installed_in(nv.installed_in({}));
  CHECK(node.validate());
  const link::budget b = link::budget_of(link::ideal{}, node, node);
  CHECK(b.efficiency_a == approx(3.5e-4).epsilon(1e-12));
  CHECK(b.dark_probability == approx(5e-7).epsilon(1e-6));
  // Success probabilities of Dahlberg et al. (2019) at a bright-state population of 0.1, less two dark counts of
  // 5e-7: 7.016e-5 bare, 2.163e-5 converted, 1.101e-3 in a cavity, 3.313e-4 with both.
  const auto light = [](double p) { return p - 1e-6; };
  CHECK(2 * 0.1 * b.efficiency_a == approx(light(7.016e-5)).epsilon(0.02));
  link::emitter other = nv;
  other.conversion = 0.3;
  CHECK(other.emission_efficiency() / nv.emission_efficiency() ==
        approx(light(2.163e-5) / light(7.016e-5)).epsilon(0.01));
  other.zero_phonon_fraction = 0.46;
  CHECK(other.emission_efficiency() / nv.emission_efficiency() ==
        approx(light(3.313e-4) / light(7.016e-5)).epsilon(0.05));
  const link::emitter parts{
      .emission_probability = 0.9, .zero_phonon_fraction = 0.8, .collection = 0.7, .conversion = 0.6, .filter = 0.5};
  CHECK(parts.emission_efficiency() == approx(0.1512).epsilon(1e-14));
}

TEST_CASE("link/emitter: visibility under dephasing and diffusion is the average over the lines", "[link]") {
  constexpr std::uint64_t seed = 5501;
  random_stream stream{seed, random_purpose::user, 1};
  CAPTURE(seed);
  for (int i = 0; i < 8; ++i) {
    const double ns = 1 + 20 * sample::uniform(stream), dephasing = 1e8 * sample::uniform(stream);
    const double hertz_rms = 1e8 * sample::uniform(stream) * sample::uniform(stream) + 1e5;
    const double match = sample::uniform(stream);
    const link::emitter e{.lifetime = duration::seconds(ns * 1e-9),
                          .pure_dephasing = hertz(dephasing),
                          .spectral_diffusion = hertz(hertz_rms),
                          .mode_match = match};
    const double v = e.visibility();
    CHECK(v == approx(match * averaged(e.lifetime.seconds(), dephasing, hertz_rms)).epsilon(1e-9));
    CHECK((v >= 0 && v <= match));
  }
  const link::emitter still{.lifetime = 12_ns, .pure_dephasing = hertz(1e7)};
  CHECK(still.visibility() == approx(1 / (1 + 2 * 0.12)).epsilon(1e-14));
  link::emitter barely = still;
  barely.spectral_diffusion = hertz(1e-3);  // the limit joins on
  CHECK(barely.visibility() == approx(still.visibility()).epsilon(1e-12));
  CHECK(link::emitter{}.visibility() == 1);
  CHECK(still.within(12_ns) == approx(1 - std::exp(-1.0)).epsilon(1e-14));
  CHECK(link::emitter{}.within(1_ns) == 1);
}

TEST_CASE("link/emitter: sets its own members of the hardware and no others", "[link]") {
  const link::emitter e{.collection = 0.25,
                        .lifetime = 6480_ps,
                        .double_excitation = 0.04,
                        .phase_noise = 0.26,
                        .pure_dephasing = hertz(1e6),
                        .mode_match = 0.9};
  link::hardware before;
  before.detector_efficiency = 0.7;
  before.emission_fidelity = 0.98;
  before.timing_jitter = 3_ps;
  before.memories = 5;
  const link::hardware h = e.installed_in(before);
  CHECK((h.emission_efficiency == 0.25 && h.double_excitation == 0.04 && h.phase_noise == 0.26));
  CHECK((h.visibility == e.visibility() && h.photon_lifetime == 6480_ps));
  CHECK((h.detector_efficiency == 0.7 && h.emission_fidelity == 0.98 && h.timing_jitter == 3_ps && h.memories == 5));
}

TEST_CASE("link/emitter: values out of range are named", "[link]") {
  const auto refused = [](const link::emitter& e) {
    const auto ok = e.validate();
    return ok ? std::string{} : ok.error().what;
  };
  constexpr double nan = std::numeric_limits<double>::quiet_NaN();
  CHECK(refused({}).empty());
  for (const double bad : {-0.1, 1.1, nan}) {
    CHECK(refused({.emission_probability = bad}) == "emitter.emission_probability");
    CHECK(refused({.zero_phonon_fraction = bad}) == "emitter.zero_phonon_fraction");
    CHECK(refused({.collection = bad}) == "emitter.collection");
    CHECK(refused({.conversion = bad}) == "emitter.conversion");
    CHECK(refused({.filter = bad}) == "emitter.filter");
    CHECK(refused({.double_excitation = bad}) == "emitter.double_excitation");
    CHECK(refused({.mode_match = bad}) == "emitter.mode_match");
  }
  CHECK(refused({.lifetime = -1_ps}) == "emitter.lifetime");
  CHECK(refused({.lifetime = duration::never()}) == "emitter.lifetime");
  CHECK(refused({.pure_dephasing = hertz(1)}) == "emitter.lifetime");
  for (const double bad : {-1.0, nan}) {
    CHECK(refused({.phase_noise = bad}) == "emitter.phase_noise");
    CHECK(refused({.lifetime = 1_ns, .pure_dephasing = hertz(bad)}) == "emitter.pure_dephasing");
    CHECK(refused({.lifetime = 1_ns, .spectral_diffusion = hertz(bad)}) == "emitter.spectral_diffusion");
  }
}
