// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>

#include <ebit/core/assert.hpp>
#include <ebit/core/bell.hpp>
#include <ebit/herald/concepts.hpp>
#include <ebit/herald/drive_search.hpp>
#include <ebit/herald/station.hpp>
#include <ebit/quantum/key_fraction.hpp>
#include <ebit/quantum/x_state.hpp>

namespace ebit::herald {

/// What a policy whose drive is continuous sets it for, among the drives that have at least the wanted fidelity.
enum class aim : std::uint8_t {
  fidelity,  ///< as many pairs as possible
  key_rate,  ///< as many secret bits as possible: the rate of pairs × their key fraction (BBM92)
};

/// The key fraction, before its cut at zero, of pairs as they are heralded, Ψ+ expected: BBM92 with error correction
/// at the Shannon limit.
[[nodiscard]] constexpr double key_balance(const x_state& heralded) {
  return bb84_balance(errors_of(heralded.twirled().corrected(pauli_frame{bell_index::psi_plus})));
}
/// Secret bits per attempt.
[[nodiscard]] constexpr double key_per_attempt(const attempt_model& attempt) {
  const double balance = key_balance(attempt.state);
  return balance > 0 ? attempt.success_probability * balance : 0;
}

namespace detail {

/// Where `value(u)` is largest between `low` and `high`: the best of a grid, then golden sections around it.
template <class Value>
[[nodiscard]] constexpr double peak_within(const Value& value, double low, double high) {
  constexpr int points = 200;
  constexpr double golden = 0.61803398874989484820;
  const double step = (high - low) / points;
  double at = low, best = value(low);
  for (int i = 1; i <= points; ++i) {
    const double u = i < points ? low + step * i : high, v = value(u);
    if (v > best) at = u, best = v;
  }
  double first = at - step > low ? at - step : low, last = at + step < high ? at + step : high;
  for (int i = 0; i < 50; ++i) {
    const double u = last - golden * (last - first), w = first + golden * (last - first);
    if (value(u) < value(w)) {
      first = u;
    } else {
      last = w;
    }
  }
  const double found = first + (last - first) / 2;
  return value(found) > best ? found : at;
}

}  // namespace detail

/// The drive of the most secret bits per attempt among those of at least the wanted fidelity with Ψ+, for a policy
/// driven along a line: `drive_at(q)` is the setting for a probability q in (0, 1), such as the population at the
/// weaker arm with the arms balanced. If none of them gives a key the fastest of them; nothing if none has the
/// fidelity. Along the line, fidelity and key fraction are taken to rise to one peak each and to fall after it, as
/// they do between dark counts and double emission.
template <class Policy, class Line>
[[nodiscard]] constexpr std::optional<setting> most_key(const Policy& policy, const interference& light,
                                                        double wanted_fidelity, const Line& drive_at) {
  EBIT_ASSERT(wanted_fidelity >= 0 && wanted_fidelity <= 1, "most_key: a fidelity is between 0 and 1");
  using search = detail::drive_search;
  const auto drive = [&](double u) { return drive_at(search::probability(u)); };
  const auto attempt = [&](double u) { return policy.model(light, drive(u)); };
  const auto fidelity = [&](double u) { return attempt(u).state.fidelity(bell_index::psi_plus); };
  const auto balance = [&](double u) { return key_balance(attempt(u).state); };
  const auto rate = [&](double u) { return attempt(u).success_probability; };
  const auto key = [&](double u) { return key_per_attempt(attempt(u)); };

  const double best = search::peak(fidelity);
  if (fidelity(best) < wanted_fidelity) return std::nullopt;
  double low = search::edge(fidelity, wanted_fidelity, best, search::lowest);
  double high = search::edge(fidelity, wanted_fidelity, best, search::highest);
  const double cleanest = search::peak(balance);
  if (balance(cleanest) > 0) {
    const double first = search::edge(balance, 0.0, cleanest, search::lowest);
    const double last = search::edge(balance, 0.0, cleanest, search::highest);
    low = low > first ? low : first;
    high = high < last ? high : last;
    if (low <= high) {
      const double found = detail::peak_within(key, low, high);
      if (key(found) > 0) return drive(found);
    }
  }
  const auto fastest = search::fastest(fidelity, rate, wanted_fidelity);
  return fastest ? std::optional<setting>{drive(*fastest)} : std::nullopt;
}

}  // namespace ebit::herald
