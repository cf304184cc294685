// SPDX-License-Identifier: Apache-2.0
#include <ebit/swap/linear_optics.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <map>
#include <utility>
#include <vector>

#include <ebit/core/random.hpp>
#include <ebit/core/samplers.hpp>
#include <ebit/quantum/bell_diagonal.hpp>

#include <support/catch.hpp>

using namespace ebit;
using swap::linear_optics;

namespace {

constexpr std::uint64_t seed = 20260108;
random_stream fresh(std::uint64_t entity) { return {seed, random_purpose::user, entity}; }

constexpr std::size_t modes = 8;
using numbers = std::array<std::uint8_t, modes>;
using polynomial = std::map<numbers, double>;  // of creation operators; all amplitudes here are real

polynomial operator*(const polynomial& a, const polynomial& b) {
  polynomial out;
  for (const auto& [m, x] : a)
    for (const auto& [n, y] : b) {
      numbers sum = m;
      for (std::size_t i = 0; i < modes; ++i) sum[i] = static_cast<std::uint8_t>(sum[i] + n[i]);
      out[sum] += x * y;
    }
  return out;
}
polynomial operator+(polynomial a, const polynomial& b) {
  for (const auto& [n, y] : b) a[n] += y;
  return a;
}
polynomial operator*(double k, polynomial a) {
  for (auto& [n, x] : a) x *= k;
  return a;
}
polynomial creates(std::size_t mode) {
  numbers n{};
  n[mode] = 1;
  return {{n, 1.0}};
}
/// The amplitude of a number state: (a†)^n|0⟩ = √n! |n⟩.
double amplitude_of(const polynomial& state, const numbers& n) {
  const auto found = state.find(n);
  if (found == state.end()) return 0;
  double norm = 1;
  for (const std::uint8_t k : n) norm *= std::tgamma(k + 1.0);
  return found->second * std::sqrt(norm);
}

const double root_half = std::sqrt(0.5);

/// Detectors cH, cV, dH, dV are modes 0 to 3 for what the photons have in common and 4 to 7 for the orthogonal rest.
polynomial photon(bool from_b, bool vertical, double visibility) {
  const std::size_t s = vertical ? 1 : 0;
  const auto leaves = [&](std::size_t rest) {
    return root_half * creates(s + rest) + (from_b ? -root_half : root_half) * creates(2 + s + rest);
  };
  if (!from_b) return leaves(0);
  return std::sqrt(visibility) * leaves(0) + std::sqrt(1 - visibility) * leaves(4);
}

/// The probability that a detector on which `photons` fall reports one count (or any, if it cannot resolve them), or
/// none.
double reports(const linear_optics& o, int photons, bool click) {
  const double e = o.detector_efficiency, d = o.dark_probability;
  const double none = (1 - d) * std::pow(1 - e, photons);
  if (!click) return none;
  if (!o.number_resolving) return 1 - none;
  return (photons > 0 ? (1 - d) * photons * e * std::pow(1 - e, photons - 1) : 0) + d * std::pow(1 - e, photons);
}

using matrix = std::array<std::array<double, 4>, 4>;

/// The operator on two polarisation qubits of everything that is reported as Ψ+ (`phase` false) or Ψ−.
matrix reported(const linear_optics& o, bool phase) {
  std::array<polynomial, 4> out;  // of HH, HV, VH, VV
  for (std::size_t i = 0; i < 4; ++i)
    out[i] = photon(false, (i & 2) != 0, o.visibility) * photon(true, (i & 1) != 0, o.visibility);
  std::map<numbers, bool> seen;
  for (const polynomial& p : out)
    for (const auto& [n, x] : p) seen[n] = true;
  const std::array<std::pair<int, int>, 2> patterns = phase ? std::array<std::pair<int, int>, 2>{{{0, 3}, {1, 2}}}
                                                            : std::array<std::pair<int, int>, 2>{{{0, 1}, {2, 3}}};
  matrix element{};
  for (const auto& [n, unused] : seen) {
    double probability = 0;
    for (const auto& [first, second] : patterns) {
      double p = 1;
      for (int detector = 0; detector < 4; ++detector) {
        const auto at = static_cast<std::size_t>(detector);
        p *= reports(o, n[at] + n[at + 4], detector == first || detector == second);
      }
      probability += p;
    }
    for (std::size_t i = 0; i < 4; ++i)
      for (std::size_t j = 0; j < 4; ++j)
        element[i][j] += probability * amplitude_of(out[i], n) * amplitude_of(out[j], n);
  }
  return element;
}

/// ⟨Bell state|operator|Bell state⟩ in the order Φ+, Φ−, Ψ+, Ψ−.
double between(const matrix& m, std::size_t left, std::size_t right) {
  const double r = root_half;
  const std::array<std::array<double, 4>, 4> bell{{{r, 0, 0, r}, {r, 0, 0, -r}, {0, r, r, 0}, {0, r, -r, 0}}};
  double sum = 0;
  for (std::size_t i = 0; i < 4; ++i)
    for (std::size_t j = 0; j < 4; ++j) sum += bell[left][i] * m[i][j] * bell[right][j];
  return sum;
}

linear_optics any_optics(random_stream& stream) {
  linear_optics o;
  o.detector_efficiency = sample::uniform(stream);
  o.visibility = sample::below(stream, 4) == 0 ? 1 : sample::uniform(stream);
  o.dark_probability = sample::below(stream, 3) == 0 ? 0 : sample::uniform(stream) * sample::uniform(stream);
  o.number_resolving = sample::below(stream, 2) == 0;
  return o;
}

}  // namespace

TEST_CASE("swap.linear_optics: success and errors are those of two photons on a beam splitter", "[swap]") {
  auto stream = fresh(1);
  double worst = 0;
  for (int i = 0; i < 400; ++i) {
    const linear_optics o = any_optics(stream);
    REQUIRE(o.validate());
    const auto fast = o.measured();
    double success = 0;
    std::array<double, 4> errors{};
    for (const bool phase : {false, true}) {
      const matrix m = reported(o, phase);
      const std::size_t label = phase ? 3 : 2;
      for (std::size_t truth = 0; truth < 4; ++truth) {
        success += between(m, truth, truth) / 4;
        errors[truth ^ label] += between(m, truth, truth) / 4;
        // It is a noisy Bell measurement and nothing else: no coherence between Bell states is left.
        for (std::size_t other = 0; other < truth; ++other)
          worst = std::max(worst, std::abs(between(m, truth, other)));
      }
    }
    worst = std::max(worst, std::abs(fast.success - success));
    for (std::size_t k = 0; k < 4; ++k) worst = std::max(worst, std::abs(fast.errors[k] - errors[k] / success));
  }
  CAPTURE(seed);
  CHECK(worst < 1e-10);
}

TEST_CASE("swap.linear_optics: as gate noise it does to a swap what the photons do", "[swap]") {
  auto stream = fresh(2);
  int exact = 0, averaged = 0;
  for (int i = 0; i < 2000; ++i) {
    const linear_optics o = any_optics(stream);
    const gate_noise noise = o.noise();
    CAPTURE(seed, i, o.visibility, o.dark_probability, o.number_resolving);
    REQUIRE(noise.validate());
    // Two perfect pairs joined with that noise show its errors.
    const auto shown = bell_diagonal::joined({}, {}, noise).probabilities();
    const auto errors = o.measured().errors;
    CHECK(std::abs(shown[0] - errors[0]) < 1e-12);
    for (std::size_t k = 1; k < 4; ++k)
      CHECK(std::abs(shown[k] - (o.exact() ? errors[k] : (1 - errors[0]) / 3)) < 1e-12);
    if (o.number_resolving) CHECK(o.exact());
    ++(o.exact() ? exact : averaged);
  }
  CHECK(exact > 500);
  CHECK(averaged > 100);
}

TEST_CASE("swap.linear_optics: limits", "[swap]") {
  CHECK(linear_optics{}.success_probability() == 0.5);
  CHECK((linear_optics{}.noise() == gate_noise{}));
  const linear_optics lossy{.detector_efficiency = 0.8, .visibility = 0.9};
  CHECK(std::abs(lossy.success_probability() - 0.32) < 1e-15);
  CHECK(std::abs(lossy.noise().bell_phase - 0.05) < 1e-15);
  CHECK(lossy.noise().two_qubit == 0);
  // Nothing seen but dark counts: a Bell state at random.
  const linear_optics blind{.detector_efficiency = 0, .dark_probability = 0.01};
  CHECK(std::abs(blind.success_probability() - 4 * 1e-4 * 0.99 * 0.99) < 1e-15);
  for (const double e : blind.measured().errors) CHECK(std::abs(e - 0.25) < 1e-15);
  CHECK(blind.noise().two_qubit == 1);
  CHECK((linear_optics{.detector_efficiency = 0}.success_probability() == 0));
  CHECK((linear_optics{.detector_efficiency = 0}.noise() == gate_noise{}));
}

TEST_CASE("swap.linear_optics: one Bell pair of ancilla photons makes 3/4, counted over all output patterns",
          "[swap]") {
  // Grice 2011 with N = 2: the qubits are photons 0 and 1, a Bell pair is 2 and 3; two layers of balanced beam
  // splitters.
  // Mode 2k + s: port k, polarisation s.
  const auto leaves = [](std::size_t from, bool vertical) {
    polynomial sum;
    for (std::size_t to = 0; to < 4; ++to) {
      const bool odd = ((from & to & 1) != 0) != ((from & to & 2) != 0);
      sum = sum + (odd ? -0.5 : 0.5) * creates(2 * to + (vertical ? 1 : 0));
    }
    return sum;
  };
  const auto pair = [&](std::size_t first, std::size_t second, std::size_t label) {
    const bool x = (label & 2) != 0, z = (label & 1) != 0;
    return root_half * (leaves(first, false) * leaves(second, x)) +
           (z ? -root_half : root_half) * (leaves(first, true) * leaves(second, !x));
  };
  std::array<polynomial, 4> out;
  std::map<numbers, std::array<double, 4>> patterns;
  for (std::size_t label = 0; label < 4; ++label) {
    out[label] = pair(0, 1, label) * pair(2, 3, 0);
    for (const auto& [n, x] : out[label]) patterns[n][label] = std::pow(amplitude_of(out[label], n), 2);
  }
  double success = 0, total = 0;
  for (const auto& [n, p] : patterns) {
    const auto possible = std::count_if(p.begin(), p.end(), [](double q) { return q > 1e-12; });
    for (const double q : p) {
      total += q / 4;
      if (possible == 1) success += q / 4;
    }
  }
  CHECK(std::abs(total - 1) < 1e-12);
  CHECK(std::abs(success - 0.75) < 1e-12);
  const linear_optics boosted{.number_resolving = true, .ancilla_photons = 2};
  CHECK(std::abs(boosted.success_probability() - success) < 1e-12);
  CHECK((boosted.noise() == gate_noise{}));
  const linear_optics lossy{.detector_efficiency = 0.9, .number_resolving = true, .ancilla_photons = 6};
  CHECK(std::abs(lossy.success_probability() - 0.875 * std::pow(0.9, 8)) < 1e-12);
}

TEST_CASE("swap.linear_optics: sets the success and two members of the gates, and no others", "[swap]") {
  link::hardware before;
  before.gates = {.two_qubit = 0.3, .one_qubit = 0.1, .read_out = 0.2, .bell_phase = 0.4};
  before.visibility = 0.7;
  const linear_optics o{
      .detector_efficiency = 0.5, .visibility = 0.9, .dark_probability = 1e-3, .number_resolving = true};
  link::hardware after = o.installed_in(before);
  CHECK(after.bell_measurement_success == o.success_probability());
  CHECK((after.gates.two_qubit == o.noise().two_qubit && after.gates.bell_phase == o.noise().bell_phase));
  CHECK((after.gates.one_qubit == 0.1 && after.gates.read_out == 0.2 && after.visibility == 0.7));
  CHECK(after.validate());
}

TEST_CASE("swap.linear_optics: refusals name the value and its range", "[swap]") {
  const auto refused = [](const linear_optics& o, const std::string& what, const std::string& allowed) {
    const status s = o.validate();
    REQUIRE(!s);
    CHECK(s.error().what == "linear_optics." + what);
    CHECK(s.error().allowed == allowed);
  };
  refused({.detector_efficiency = 1.1}, "detector_efficiency", "0 to 1");
  refused({.detector_efficiency = std::nan("")}, "detector_efficiency", "0 to 1");
  refused({.visibility = -0.1}, "visibility", "0 to 1");
  refused({.dark_probability = 2}, "dark_probability", "0 to 1");
  for (const std::uint32_t n : {1U, 3U, 4U, 62U, 4294967294U})
    refused({.number_resolving = true, .ancilla_photons = n}, "ancilla_photons", "0, 2, 6, 14 or 30");
  refused({.visibility = 0.9, .number_resolving = true, .ancilla_photons = 2}, "visibility",
          "1 with ancilla photons");
  refused({.dark_probability = 0.1, .number_resolving = true, .ancilla_photons = 2}, "dark_probability",
          "0 with ancilla photons");
  refused({.ancilla_photons = 2}, "number_resolving", "true with ancilla photons");
}
