// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <vector>

#include <ebit/herald/station.hpp>

/// A source of photon pairs in the middle and a Bell measurement at either end, photon by photon in Fock space.
namespace midpoint_referee {

using namespace ebit;

inline double choose(int n, int k) {
  double c = 1;
  for (int i = 1; i <= k; ++i) c *= static_cast<double>(n - k + i) / i;
  return c;
}

/// One rail at one end by photon counting: its beam splitter, two detectors and everything that gets lost before.
struct rail {
  double x, y, visibility, dark;
  bool counting;

  /// Amplitudes after the balanced beam splitter of n photons in one port and s (0 or 1) in the other, by photons in
  /// the two outputs of the temporal mode of the n, then of the mode orthogonal to it.
  struct output {
    int c, d, c_other, d_other;
    double amplitude;
  };
  [[nodiscard]] std::vector<output> split(int n, int s) const {
    std::vector<output> out;
    const double root = std::sqrt(0.5);
    const auto one_mode = [&](int photons) {  // (c† + d†)^n / √(2^n n!) on the vacuum
      std::vector<double> by_c;
      for (int c = 0; c <= photons; ++c) by_c.push_back(std::pow(root, photons) * std::sqrt(choose(photons, c)));
      return by_c;
    };
    const auto plain = one_mode(n);
    if (s == 0) {
      for (int c = 0; c <= n; ++c) out.push_back({c, n - c, 0, 0, plain[static_cast<std::size_t>(c)]});
      return out;
    }
    std::vector<double> joined(static_cast<std::size_t>(n) + 2, 0.0);
    for (int c = 0; c <= n; ++c) {  // times (c† − d†)/√2
      const double a = plain[static_cast<std::size_t>(c)] * root * std::sqrt(visibility);
      joined[static_cast<std::size_t>(c) + 1] += a * std::sqrt(c + 1.0);
      joined[static_cast<std::size_t>(c)] -= a * std::sqrt(n - c + 1.0);
      const double b = plain[static_cast<std::size_t>(c)] * root * std::sqrt(1 - visibility);
      out.push_back({c, n - c, 1, 0, b});
      out.push_back({c, n - c, 0, 1, -b});
    }
    for (int c = 0; c <= n + 1; ++c) out.push_back({c, n + 1 - c, 0, 0, joined[static_cast<std::size_t>(c)]});
    return out;
  }
  [[nodiscard]] double clicks(int photons) const {  // once, if it counts
    if (photons == 0) return dark;
    return !counting ? 1 : photons == 1 ? 1 - dark : 0;
  }
  [[nodiscard]] double silent(int photons) const { return photons == 0 ? 1 - dark : 0; }

  /// ⟨k', s'| pattern |k, s⟩: detector `port` clicks and the other does not.
  [[nodiscard]] double element(int k, int s, int k2, int s2, int port) const {
    double sum = 0;
    for (int lost = 0; lost <= std::min(k, k2); ++lost) {
      for (int own = 0; own <= std::min(s, s2); ++own) {
        const auto kept = [](int n, int l, double p) {
          return std::sqrt(choose(n, l) * std::pow(p, n - l) * std::pow(1 - p, l));
        };
        const double amplitude = kept(k, lost, x) * kept(k2, lost, x) * kept(s, own, y) * kept(s2, own, y);
        if (amplitude == 0) continue;
        const auto ket = split(k - lost, s - own), bra = split(k2 - lost, s2 - own);
        for (const output& i : ket)
          for (const output& j : bra) {
            if (i.c != j.c || i.d != j.d || i.c_other != j.c_other || i.d_other != j.d_other) continue;
            const int c = i.c + i.c_other, d = i.d + i.d_other;
            const double p = port == 0 ? clicks(c) * silent(d) : silent(c) * clicks(d);
            sum += amplitude * i.amplitude * j.amplitude * p;
          }
      }
    }
    return sum;
  }
};

/// The whole of one end: photons (k, m) in its two rails and the spin, before and after; both detectors of each rail,
/// and a Z for unlike ones.
struct end_operator {
  int most;
  std::vector<double> values;
  [[nodiscard]] std::size_t index(int k, int m, int s, int k2, int m2, int s2) const {
    const auto side = static_cast<std::size_t>(most) + 1;
    const auto at = [](int i) { return static_cast<std::size_t>(i); };
    return ((((at(k) * side + at(m)) * side + at(k2)) * side + at(m2)) * 2 + at(s)) * 2 + at(s2);
  }
  end_operator(const rail& r, int most_photons) : most{most_photons} {
    const auto side = static_cast<std::size_t>(most) + 1;
    values.assign(side * side * side * side * 4, 0.0);
    std::vector<double> table(side * side * 8);
    const auto at = [&](int k, int s, int k2, int s2, int port) -> double& {
      return table[(((static_cast<std::size_t>(k) * side + static_cast<std::size_t>(k2)) * 2 +
                     static_cast<std::size_t>(s)) *
                        2 +
                    static_cast<std::size_t>(s2)) *
                       2 +
                   static_cast<std::size_t>(port)];
    };
    for (int k = 0; k <= most; ++k)
      for (int k2 = 0; k2 <= most; ++k2)
        for (int bits = 0; bits < 8; ++bits)
          at(k, bits & 1, k2, (bits >> 1) & 1, bits >> 2) = r.element(k, bits & 1, k2, (bits >> 1) & 1, bits >> 2);
    for (int k = 0; k <= most; ++k)
      for (int m = 0; m <= most; ++m)
        for (int k2 = 0; k2 <= most; ++k2)
          for (int m2 = 0; m2 <= most; ++m2)
            for (int s = 0; s < 2; ++s)
              for (int s2 = 0; s2 < 2; ++s2)
                for (int pattern = 0; pattern < 4; ++pattern) {
                  const int first = pattern & 1, second = pattern >> 1;
                  const double sign = first != second && s != s2 ? -1 : 1;
                  // Spin s has its photon in rail s.
                  values[index(k, m, s, k2, m2, s2)] +=
                      sign * at(k, s == 0, k2, s2 == 0, first) * at(m, s == 1, m2, s2 == 1, second) / 2;
                }
  }
};

/// Unnormalised, elements by (spin a, spin b) twice. Both squeezers are coherent superpositions of all pair numbers
/// up to `most`.
inline std::array<std::array<double, 4>, 4> counted(const herald::interference& light, double own, double pairs,
                                                    int most) {
  const end_operator a{
      {light.efficiency_a, own, light.visibility.value(), light.dark_probability, light.number_resolving}, most};
  const end_operator b{
      {light.efficiency_b, own, light.visibility.value(), light.dark_probability, light.number_resolving}, most};
  const double l = pairs / (2 + pairs);
  std::array<std::array<double, 4>, 4> rho{};
  for (int k = 0; k <= most; ++k)
    for (int m = 0; m <= most; ++m)
      for (int k2 = 0; k2 <= most; ++k2)
        for (int m2 = 0; m2 <= most; ++m2) {
          const double weight = (1 - l) * (1 - l) * std::pow(l, (k + m + k2 + m2) / 2.0);
          if (weight < 1e-40) continue;
          for (int bits = 0; bits < 16; ++bits) {
            const int sa = bits & 1, sb = (bits >> 1) & 1, sa2 = (bits >> 2) & 1, sb2 = bits >> 3;
            rho[static_cast<std::size_t>(2 * sa + sb)][static_cast<std::size_t>(2 * sa2 + sb2)] +=
                weight * a.values[a.index(k, m, sa, k2, m2, sa2)] * b.values[b.index(m, k, sb, m2, k2, sb2)];
          }
        }
  return rho;
}

}  // namespace midpoint_referee
