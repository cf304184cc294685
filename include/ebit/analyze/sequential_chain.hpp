// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include <ebit/analyze/distribution.hpp>
#include <ebit/analyze/nested_chain.hpp>
#include <ebit/analyze/power_series.hpp>
#include <ebit/core/math.hpp>
#include <ebit/core/result.hpp>

namespace ebit::analyze {

/// A chain of equal segments built hop by hop from one end, as packets travel: a segment is attempted only when the
/// pair from the start has arrived at it, which ages meanwhile; then the two are swapped. A swap that fails loses
/// both, and all begins afresh. Communication costs no time.
struct sequential_protocol {
  std::uint32_t segments = 2;                                  ///< 1 to 10000
  double link_success = 1;                                     ///< per attempt, in (0, 1]
  double swap_success = 1;                                     ///< in (0, 1]
  double link_werner = 1;                                      ///< of a new link, in [0, 1]
  double coherence = std::numeric_limits<double>::infinity();  ///< of the waiting pair, in attempts, above 0

  [[nodiscard]] status validate() const {
    const auto probability = [](double p) { return p > 0 && p <= 1; };
    if (segments < 1 || segments > 10'000)
      return config_error{"sequential_protocol.segments", std::to_string(segments), "1 to 10000"};
    if (!probability(link_success))
      return config_error{"sequential_protocol.link_success", std::to_string(link_success), "more than 0, up to 1"};
    if (!probability(swap_success))
      return config_error{"sequential_protocol.swap_success", std::to_string(swap_success), "more than 0, up to 1"};
    if (!(link_werner >= 0 && link_werner <= 1))
      return config_error{"sequential_protocol.link_werner", std::to_string(link_werner), "0 to 1"};
    if (!(coherence > 0))
      return config_error{"sequential_protocol.coherence", std::to_string(coherence) + " attempts",
                          "more than 0 attempts, or infinite"};
    return success{};
  }
};

/// The exact delivery of a sequential protocol, represented up to `last` attempts (1 to 2^26). Without failing swaps
/// the mean time is segments/p and the mean Werner parameter w^segments (pλ/(1 − (1−p)λ))^(segments−1), λ =
/// exp(−1/coherence).
[[nodiscard]] inline result<werner_delivery> delivery_of(const sequential_protocol& protocol, std::size_t last) {
  if (auto checked = protocol.validate(); !checked) return checked.error();
  constexpr std::size_t most = std::size_t{1} << 26;
  if (last < 1 || last > most)
    return config_error{"delivery_of: last", std::to_string(last) + " attempts", "1 to 67108864 attempts"};
  const double p = protocol.link_success, q = protocol.swap_success, w = protocol.link_werner;
  const double kept = math::exp(-1 / protocol.coherence);
  // One more link, whose time is geometric; what waits for it keeps the factor `left` per attempt.
  const auto wait = [p](std::vector<double>& values, double left, double factor) {
    double before = 0, sum = 0;
    for (double& v : values) {
      sum = left * ((1 - p) * sum + p * before);
      before = v;
      v = factor * sum;
    }
  };
  const werner_delivery first = werner_delivery::link(p, w, last);
  std::vector<double> success = first.time().values(), werner = first.weighted(), on(last + 1, 0.0);
  for (std::uint32_t hop = 1; hop < protocol.segments; ++hop) {
    wait(success, 1, 1);
    wait(werner, kept, w);
    for (std::size_t t = 0; t <= last; ++t) {
      on[t] -= (1 - q) * success[t];
      success[t] *= q;
      werner[t] *= q;
    }
  }
  on[0] += 1;
  if (q < 1 && protocol.segments > 1) {
    const detail::convolver series{std::max<std::size_t>(64, std::bit_ceil(last + 1))};
    std::tie(success, werner) = series.quotients(success, werner, on, last + 1);
    for (std::size_t t = 0; t <= last; ++t) {  // a transform's rounding
      success[t] = std::max(0.0, success[t]);
      werner[t] = std::clamp(werner[t], 0.0, success[t]);
    }
  }
  // Sums of geometric times, repeated until success, are new better than used if all rounds are of one kind.
  const bool nbu = q == 1 || protocol.segments <= 2;
  return werner_delivery{distribution::from_values(std::move(success), nbu), std::move(werner)};
}

}  // namespace ebit::analyze
