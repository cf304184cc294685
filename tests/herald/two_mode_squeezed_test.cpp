// SPDX-License-Identifier: Apache-2.0
#include <ebit/herald/single_click.hpp>
#include <ebit/herald/two_mode_squeezed.hpp>

#include <array>
#include <cmath>
#include <limits>
#include <map>

#include <quantum/referee.hpp>
#include <support/catch.hpp>

using namespace ebit;
using ebit_test::approx;
using herald::interference;
using herald::setting;
using herald::two_mode_squeezed;

namespace {

constexpr std::uint64_t seed = 20240611;
random_stream fresh(std::uint64_t entity) { return {seed, random_purpose::user, entity}; }

interference any_light(random_stream& stream) {
  interference light;
  light.efficiency_a = sample::uniform(stream);
  light.efficiency_b = sample::uniform(stream);
  light.visibility = sample::uniform(stream);
  light.dark_probability = 0.2 * sample::uniform(stream) * sample::uniform(stream);
  light.number_resolving = referee::any_bit(stream);
  light.coherence = sample::uniform(stream);
  light.phase = 6 * sample::uniform(stream) - 3;
  light.thermal_a = 0.5 * sample::uniform(stream);
  light.thermal_b = 0.5 * sample::uniform(stream);
  return light;
}
setting any_drive(random_stream& stream) {
  const double a = 0.3 * sample::uniform(stream), b = 0.3 * sample::uniform(stream);
  return {a, b};
}

double fidelity(const herald::attempt_model& m) { return m.state.fidelity(bell_index::psi_plus); }

/// Photons through loss and beam splitter by multiplying out creation operators: modes behind the beam splitter for
/// the part of wave packet b that overlaps with a (0, 1) and for the rest of it (2, 3), and the light lost from a
/// and b.
using occupation = std::array<int, 6>;
using fock_state = std::map<occupation, double>;

double factorial(int n) { return std::tgamma(n + 1.0); }

fock_state sent(int from_a, int from_b, const interference& light) {
  const double x = light.efficiency_a, y = light.efficiency_b, overlap = std::sqrt(light.visibility.value());
  const double rest = std::sqrt(1 - light.visibility.value()), ra = std::sqrt(x / 2), rb = std::sqrt(y / 2);
  const double a[6] = {ra, ra, 0, 0, std::sqrt(1 - x), 0};
  const double b[6] = {overlap * rb, -overlap * rb, rest * rb, -rest * rb, 0, std::sqrt(1 - y)};
  fock_state state{{occupation{}, 1}};
  for (int i = 0; i < from_a + from_b; ++i) {
    const double* amplitudes = i < from_a ? a : b;
    fock_state more;
    for (const auto& [where, coefficient] : state)
      for (std::size_t mode = 0; mode < 6; ++mode) {
        occupation next = where;
        ++next[mode];
        more[next] += coefficient * amplitudes[mode];
      }
    state = more;
  }
  for (auto& [where, coefficient] : state) {
    double norm = 1 / (factorial(from_a) * factorial(from_b));
    for (const int n : where) norm *= factorial(n);
    coefficient *= std::sqrt(norm);
  }
  return state;
}

/// ⟨bra| exactly one detector, the named one, fires |ket⟩.
double clicks(const fock_state& bra, const fock_state& ket, bool second, const interference& light) {
  const double d = light.dark_probability;
  double sum = 0;
  for (const auto& [where, coefficient] : bra) {
    const auto other = ket.find(where);
    if (other == ket.end()) continue;
    const int one = where[0] + where[2], two = where[1] + where[3];
    const int fires = second ? two : one, silent = second ? one : two;
    const double fired = light.number_resolving ? (fires == 0 ? d : fires == 1 ? 1 - d : 0) : (fires > 0 ? 1 : d);
    sum += coefficient * other->second * fired * (silent > 0 ? 0 : 1 - d);
  }
  return sum;
}

/// Matrix elements of the heralded microwave modes, unnormalised, number by number.
struct counted {
  double probability = 0;
  double quanta[3][3] = {};  // 0, 1, more
  double coherence = 0;
};
counted count(const interference& light, const setting& drive, int pairs, int thermal) {
  const auto weight = [](double n, int k) { return std::pow(n / (1 + n), k) / (1 + n); };
  const auto amplitude = [](double p, int k, int m) {
    return std::sqrt(std::pow(1 - p, k + 1) * factorial(k + m) / (factorial(k) * factorial(m)) * std::pow(p, m));
  };
  const double p = drive.bright_state_a, q = drive.bright_state_b;
  counted out;
  std::map<std::array<int, 2>, fock_state> light_of;
  for (int m = 0; m <= pairs; ++m)
    for (int l = 0; l <= pairs; ++l) light_of[{m, l}] = sent(m, l, light);
  for (int m = 0; m <= pairs; ++m)
    for (int l = 0; l <= pairs; ++l) {
      const fock_state& s = light_of[{m, l}];
      const double herald = clicks(s, s, false, light) + clicks(s, s, true, light);
      for (int k = 0; k <= thermal; ++k)
        for (int j = 0; j <= thermal; ++j) {
          const double w = weight(light.thermal_a, k) * weight(light.thermal_b, j) *
                           std::pow(amplitude(p, k, m) * amplitude(q, j, l), 2) * herald;
          out.probability += w;
          out.quanta[std::min(k + m, 2)][std::min(j + l, 2)] += w;
        }
    }
  const fock_state &from_a = light_of[{1, 0}], &from_b = light_of[{0, 1}];
  out.coherence = weight(light.thermal_a, 0) * weight(light.thermal_b, 0) * amplitude(p, 0, 1) * amplitude(q, 0, 0) *
                  amplitude(p, 0, 0) * amplitude(q, 0, 1) *
                  (clicks(from_b, from_a, false, light) - clicks(from_b, from_a, true, light));
  return out;
}

}  // namespace

TEST_CASE("two-mode squeezed: photon by photon", "[herald]") {
  auto stream = fresh(1);
  double worst = 0;
  for (int i = 0; i < 60; ++i) {
    const interference light = any_light(stream);
    const setting drive = any_drive(stream);
    const double one = sample::uniform(stream);
    const two_mode_squeezed policy{.leaked_as_one = one, .cut = {.pairs = 3, .thermal = 2}};
    const auto model = policy.model(light, drive);
    const counted n = count(light, drive, 3, 2);
    const double p = n.probability;
    // A qubit reads 0, 1, or (more quanta) 1 with probability `one`.
    double read[2][2] = {};
    const auto reads = [one](int quanta, int bit) {
      if (quanta < 2) return quanta == bit ? 1.0 : 0.0;
      return bit == 1 ? one : 1 - one;
    };
    for (int a = 0; a < 3; ++a)
      for (int b = 0; b < 3; ++b)
        for (int r = 0; r < 2; ++r)
          for (int s = 0; s < 2; ++s) read[r][s] += n.quanta[a][b] * reads(a, r) * reads(b, s);
    const x_elements e = model.state.elements();
    const double c = n.coherence * light.coherence;
    const double in_modes = ((n.quanta[0][1] + n.quanta[1][0]) / 2 + c * std::cos(light.phase)) / p;
    double leaked = 0;
    for (int a = 0; a < 3; ++a) leaked += n.quanta[a][2] + (a < 2 ? n.quanta[2][a] : 0);
    worst = std::max({worst, std::abs(model.success_probability - p), std::abs(e.p00 * p - read[0][0]),
                      std::abs(e.p01 * p - read[0][1]), std::abs(e.p10 * p - read[1][0]),
                      std::abs(e.p11 * p - read[1][1]), std::abs(e.re_01_10 * p - c * std::cos(light.phase)),
                      std::abs(e.im_01_10 * p + c * std::sin(light.phase)),
                      std::abs(policy.fidelity_in_modes(light, drive) - in_modes),
                      std::abs(policy.leakage(light, drive) - leaked / p)});
    CHECK(policy.fidelity_in_modes(light, drive) <= fidelity(model) + 1e-14);
  }
  CAPTURE(seed);
  CHECK(worst < 1e-12);
}

TEST_CASE("two-mode squeezed: the closed form is the limit of large Fock spaces", "[herald]") {
  auto stream = fresh(2);
  double worst = 0;
  for (int i = 0; i < 300; ++i) {
    const interference light = any_light(stream);
    const setting drive = any_drive(stream);
    const double one = sample::uniform(stream);
    const auto exact = two_mode_squeezed{.leaked_as_one = one}.model(light, drive);
    const herald::fock_cut most{.pairs = 60, .thermal = 50}, few{.pairs = 2, .thermal = 1};
    const auto large = two_mode_squeezed{.leaked_as_one = one, .cut = most}.model(light, drive);
    const auto small = two_mode_squeezed{.leaked_as_one = one, .cut = few}.model(light, drive);
    worst = std::max(worst, std::abs(exact.success_probability / large.success_probability - 1));
    const x_correlators c = exact.state.correlators(), d = large.state.correlators();
    for (const double gap : {c.xx - d.xx, c.yy - d.yy, c.xy - d.xy, c.zz - d.zz, c.zi - d.zi, c.iz - d.iz})
      worst = std::max(worst, std::abs(gap));
    CHECK(small.success_probability < large.success_probability);
    CHECK(exact.success_probability <= 1);
  }
  CAPTURE(seed);
  CHECK(worst < 1e-9);
}

TEST_CASE("two-mode squeezed: limits", "[herald]") {
  // Low efficiency: F = [(1−p)/(1+n)]³, rate 2ηp(1+n)/(1−p).
  for (const double p : {1e-3, 0.05, 0.3})
    for (const double n : {0.0, 0.1, 1.0}) {
      const interference light{.efficiency_a = 1e-9, .efficiency_b = 1e-9, .thermal_a = n, .thermal_b = n};
      const two_mode_squeezed policy;
      CHECK(policy.fidelity_in_modes(light, {p, p}) == approx(std::pow((1 - p) / (1 + n), 3)).epsilon(1e-7));
      CHECK(policy.model(light, {p, p}).success_probability == approx(2e-9 * p * (1 + n) / (1 - p)).epsilon(1e-7));
    }
  // Perfect photon counting of a perfect link: whatever p, one photon seen is one quantum, and F = 1.
  const interference perfect{.number_resolving = true};
  CHECK(two_mode_squeezed{}.fidelity_in_modes(perfect, {0.4, 0.4}) == approx(1).epsilon(1e-14));
  CHECK(two_mode_squeezed{}.leakage(perfect, {0.4, 0.4}) < 1e-14);
  // Few pairs: the squeezers are spins that are bright with probability p.
  const interference light{
      .efficiency_a = 0.3, .efficiency_b = 0.2, .visibility = 0.9, .dark_probability = 1e-3, .phase = 0.4};
  const setting few{1e-5, 2e-5};
  const auto squeezed = two_mode_squeezed{}.model(light, few), spins = herald::single_click{}.model(light, few);
  CHECK(squeezed.success_probability == approx(spins.success_probability).epsilon(1e-4));
  CHECK(squeezed.state.correlators().xx == approx(spins.state.correlators().xx).epsilon(1e-4));
  CHECK(squeezed.state.correlators().xy == approx(spins.state.correlators().xy).epsilon(1e-4));
  // No pairs and no dark counts: no heralds, and white noise stands for the state.
  const auto never = two_mode_squeezed{}.model({}, {0, 0});
  CHECK(never.success_probability == 0);
  CHECK(fidelity(never) == 0.25);
  // A mode with two quanta counts as |1⟩ or |0⟩ as asked.
  const interference dim{.efficiency_a = 1e-6, .efficiency_b = 1e-6};
  const two_mode_squeezed emptied{.leaked_as_one = 0}, threshold{.leaked_as_one = 1};
  CHECK(emptied.model(dim, {0.1, 0.1}).state.elements().p11 < threshold.model(dim, {0.1, 0.1}).state.elements().p11);
  CHECK(fidelity(emptied.model(dim, {0.1, 0.1})) < fidelity(threshold.model(dim, {0.1, 0.1})));
  CHECK(emptied.fidelity_in_modes(dim, {0.1, 0.1}) == threshold.fidelity_in_modes(dim, {0.1, 0.1}));
}

TEST_CASE("two-mode squeezed: exchanging the arms exchanges the ends", "[herald]") {
  auto stream = fresh(3);
  for (int i = 0; i < 300; ++i) {
    const interference light = any_light(stream);
    interference mirrored = light;
    std::swap(mirrored.efficiency_a, mirrored.efficiency_b);
    std::swap(mirrored.thermal_a, mirrored.thermal_b);
    mirrored.phase = -light.phase;
    const setting drive = any_drive(stream);
    const auto one = two_mode_squeezed{}.model(light, drive);
    const auto other = two_mode_squeezed{}.model(mirrored, {drive.bright_state_b, drive.bright_state_a});
    const x_elements e = one.state.elements(), f = other.state.elements();
    CHECK(std::abs(one.success_probability - other.success_probability) < 1e-14);
    CHECK(std::abs(e.p01 - f.p10) + std::abs(e.re_01_10 - f.re_01_10) + std::abs(e.im_01_10 + f.im_01_10) < 1e-12);
  }
}

TEST_CASE("two-mode squeezed: chooses the fastest pair probability that is good enough", "[herald]") {
  auto stream = fresh(4);
  const two_mode_squeezed policy;
  int chosen = 0, refused = 0;
  for (int i = 0; i < 120; ++i) {
    interference light;
    light.efficiency_a = std::exp(-9 * sample::uniform(stream));
    light.efficiency_b = light.efficiency_a * (0.2 + 0.8 * sample::uniform(stream));
    light.visibility = 0.6 + 0.4 * sample::uniform(stream);
    light.dark_probability = light.efficiency_b * 0.01 * sample::uniform(stream);
    light.number_resolving = referee::any_bit(stream);
    light.thermal_a = light.thermal_b = 0.1 * sample::uniform(stream);
    const double wanted = 0.4 + 0.6 * sample::uniform(stream), best = policy.best_fidelity(light);
    const auto drive = policy.choose(light, wanted);
    CAPTURE(seed, i, wanted, best);
    REQUIRE(drive.has_value() == (best >= wanted));
    drive ? ++chosen : ++refused;
    const double rate = drive ? policy.model(light, *drive).success_probability : 0;
    if (drive) {
      CHECK(fidelity(policy.model(light, *drive)) >= wanted);
      CHECK(std::abs(drive->bright_state_a * light.efficiency_a - drive->bright_state_b * light.efficiency_b) <
            1e-12 * light.efficiency_a);
    }
    // No pair probability on a fine grid is better than the best, or both good enough and faster.
    for (double p = 0.999; p > 1e-6; p *= 0.97) {
      const auto other = policy.model(light, {p * light.efficiency_b / light.efficiency_a, p});
      CHECK(fidelity(other) <= best + 1e-9);
      if (drive && fidelity(other) >= wanted) CHECK(other.success_probability <= rate * (1 + 1e-9));
    }
  }
  CHECK(chosen > 20);
  CHECK(refused > 20);
  // A fixed pair probability is used or refused, never changed.
  const two_mode_squeezed fixed{.pair_probability = 0.05};
  const interference dim{.efficiency_a = 4e-3, .efficiency_b = 1e-3};
  REQUIRE(fixed.choose(dim, 0.8));
  CHECK(*fixed.choose(dim, 0.8) == setting{0.0125, 0.05});
  CHECK_FALSE(fixed.choose(dim, 0.95));
}

TEST_CASE("two-mode squeezed: names what is wrong with it", "[herald]") {
  constexpr double nan = std::numeric_limits<double>::quiet_NaN();
  const auto wrong = [](const two_mode_squeezed& policy) { return policy.validate().error().what; };
  CHECK(two_mode_squeezed{}.validate());
  CHECK(two_mode_squeezed{.pair_probability = 0.1, .leaked_as_one = 1, .cut = {4, 5}}.validate());
  for (const double p : {-0.1, 1.0, nan})
    CHECK(wrong({.pair_probability = p}) == "two_mode_squeezed.pair_probability");
  for (const double p : {-0.1, 1.1, nan}) CHECK(wrong({.leaked_as_one = p}) == "two_mode_squeezed.leaked_as_one");
  CHECK(wrong({.cut = {.pairs = 0, .thermal = 5}}) == "fock_cut.pairs");
  CHECK(wrong({.cut = {.pairs = 4}}) == "fock_cut.thermal");
  CHECK(wrong({.cut = {.thermal = 5}}) == "fock_cut.pairs");
}
