// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <ebit/analyze/constant_service.hpp>
#include <ebit/analyze/erlang.hpp>
#include <ebit/core/assert.hpp>
#include <ebit/core/extremes.hpp>
#include <ebit/core/math.hpp>
#include <ebit/core/result.hpp>
#include <ebit/quantum/noise.hpp>

namespace ebit::analyze {

/// How a waiting time was found, and so what may be concluded from it.
enum class standing : std::uint8_t {
  exact,          ///< the model's value
  approximation,  ///< usually close, on either side
  upper_bound,    ///< no less than the model's value, proven
  lower_bound,    ///< no more than the model's value, proven
};
[[nodiscard]] constexpr std::string_view name_of(standing s) {
  constexpr std::string_view names[] = {"exact", "approximation", "upper bound", "lower bound"};
  return names[static_cast<std::size_t>(s)];
}

/// A mean waiting time or a probability to wait, and where the formula is from.
struct queue_figure {
  double value = 0;  ///< s, or a probability
  standing is = standing::exact;
  std::string_view source;

  friend constexpr bool operator==(const queue_figure&, const queue_figure&) = default;
};

/// What is known of the distribution of a time.
enum class time_law : std::uint8_t { exponential, constant, general };

/// A random time: its mean in seconds and its squared coefficient of variation, variance / mean².
struct random_time {
  time_law law = time_law::exponential;
  double mean = 1;
  double variation = 1;

  [[nodiscard]] static constexpr random_time exponential(double mean) { return {time_law::exponential, mean, 1}; }
  [[nodiscard]] static constexpr random_time constant(double mean) { return {time_law::constant, mean, 0}; }
  [[nodiscard]] static constexpr random_time general(double mean, double variation) {
    return {time_law::general, mean, variation};
  }
  [[nodiscard]] constexpr double second_moment() const { return mean * mean * (1 + variation); }

  friend constexpr bool operator==(const random_time&, const random_time&) = default;
};

/// Mean and variation of times that are measured one by one.
class measured_times {
 public:
  /// Welford's recursion (Technometrics 4, 419 (1962)).
  constexpr void add(double seconds) {
    ++count_;
    const double step = seconds - mean_;
    mean_ += step / static_cast<double>(count_);
    squares_ += step * (seconds - mean_);
  }
  [[nodiscard]] constexpr std::uint64_t count() const { return count_; }
  /// As the time of a queue; of at least two times.
  [[nodiscard]] constexpr random_time time() const {
    EBIT_ASSERT(count_ > 1 && mean_ > 0, "measured_times: too few, or all of them zero");
    return random_time::general(mean_, squares_ / static_cast<double>(count_ - 1) / (mean_ * mean_));
  }

 private:
  std::uint64_t count_ = 0;
  double mean_ = 0;
  double squares_ = 0;
};

/// Customers who come one at a time to a pool of equal servers, wait in the order of arrival for as long as it takes,
/// and are served without interruption; times between arrivals are independent and alike, and so are times of service
/// (GI/GI/c in Kendall's notation). Waiting times are of those in line alone, on average over all customers, those
/// who need not wait included, in the steady state.
struct queue {
  std::uint32_t servers = 1;
  random_time between_arrivals = random_time::exponential(1);
  random_time service = random_time::exponential(0.5);

  /// Poissonian arrivals at a mean rate per second.
  [[nodiscard]] static constexpr queue poissonian(std::uint32_t servers, double per_second,
                                                  const random_time& service) {
    return {servers, random_time::exponential(1 / per_second), service};
  }

  /// Work that comes per second, in servers, ...
  [[nodiscard]] constexpr double load() const { return service.mean / between_arrivals.mean; }
  /// ... and in units of all that they can do: the fraction of the time that a server is busy.
  [[nodiscard]] constexpr double utilisation() const { return load() / static_cast<double>(servers); }

  /// The mean waiting time where there is a formula: M/M/c, M/G/1, M/D/c and D/D/c.
  [[nodiscard]] constexpr std::optional<queue_figure> exact() const {
    const double rho = utilisation(), c = static_cast<double>(servers);
    if (between_arrivals.law == time_law::constant && service.law == time_law::constant)
      return queue_figure{0, standing::exact, "D/D/c: nobody waits"};
    if (between_arrivals.law != time_law::exponential) return std::nullopt;
    if (service.law == time_law::exponential)
      return queue_figure{erlang_c(servers, load()) * service.mean / (c * (1 - rho)), standing::exact,
                          "M/M/c: Erlang 1917"};
    if (servers == 1)
      return queue_figure{service.second_moment() / (2 * between_arrivals.mean * (1 - rho)), standing::exact,
                          "M/G/1: Pollaczek 1930, Khinchine 1932"};
    if (service.law == time_law::constant)
      return queue_figure{wait_for_constant_service(servers, load()) * service.mean, standing::exact,
                          "M/D/c: Crommelin 1932"};
    return std::nullopt;
  }

  // Approximations; all three are exact for M/M/c.

  /// The wait of M/M/c times (c_a² + c_s²)/2. Also exact for M/G/1.
  [[nodiscard]] constexpr queue_figure allen_cunneen() const {
    return {with_exponential_times() * (between_arrivals.variation + service.variation) / 2, standing::approximation,
            "GI/G/c: Allen and Cunneen (Allen 1978)"};
  }
  /// The wait of M/M/c times (1 + c_s²)/2, for Poissonian arrivals. Also exact for M/G/1.
  [[nodiscard]] constexpr queue_figure lee_longton() const {
    EBIT_ASSERT(between_arrivals.law == time_law::exponential, "lee_longton: arrivals are not Poissonian");
    return {with_exponential_times() * (1 + service.variation) / 2, standing::approximation,
            "M/G/c: Lee and Longton, Oper. Res. Quart. 10, 56 (1959)"};
  }
  /// c_s² times the wait of M/M/c and 1 − c_s² times that of M/D/c, for Poissonian arrivals; for c_s² ≤ 1 the best of
  /// the three. Also exact for M/D/c and M/G/1.
  [[nodiscard]] constexpr queue_figure between_laws() const {
    EBIT_ASSERT(between_arrivals.law == time_law::exponential, "between_laws: arrivals are not Poissonian");
    const double constant = wait_for_constant_service(servers, load()) * service.mean;
    const double mixed = service.variation * with_exponential_times() + (1 - service.variation) * constant;
    return {greatest(mixed, 0.0), standing::approximation, "M/G/c: Page, Queueing Theory in OR (1972)"};
  }
  /// The best that is known without a proof: exact if possible, else `between_laws` or `allen_cunneen`.
  [[nodiscard]] constexpr queue_figure estimate() const {
    if (const auto known = exact()) return *known;
    if (between_arrivals.law == time_law::exponential && service.variation <= 1) return between_laws();
    return allen_cunneen();
  }

  // Bounds of GI/GI/c: whatever the laws of the two times, if only mean and variation are what they are.

  /// λ(σ_a² + σ_s²/c + E[S]²(c − 1)/c²)/(2(1 − ρ)): from the balance of the squares of what each server still has to
  /// do (Kingman, Biometrika 49, 315 (1962); J. R. Stat. Soc. B 32, 102 (1970)).
  [[nodiscard]] constexpr queue_figure kingman() const {
    const double c = static_cast<double>(servers), a = between_arrivals.mean, s = service.mean;
    const double spread = a * a * between_arrivals.variation + s * s * (service.variation / c + (c - 1) / (c * c));
    return {spread / (2 * a * (1 - utilisation())), standing::upper_bound,
            servers == 1 ? "GI/GI/1: Kingman 1962" : "GI/GI/c: Kingman 1970"};
  }
  /// To deal customers to servers in turn is no better than to let the first free server take the next (Wolff, J.
  /// Appl. Prob. 14, 884 (1977)); dealt out, each server is alone with every c-th customer, whose wait is at most
  /// that of Daley (Z. Wahrscheinlichkeitstheorie 41, 139 (1977)), (ρ(2−ρ) c_a² + ρ² c_s²) E[A]/(2(1−ρ)), c_a²
  /// being down to a c-th.
  [[nodiscard]] constexpr queue_figure dealt_out() const {
    const double c = static_cast<double>(servers), rho = utilisation();
    const double spread = rho * (2 - rho) * between_arrivals.variation / c + rho * rho * service.variation;
    return {spread * c * between_arrivals.mean / (2 * (1 - rho)), standing::upper_bound,
            servers == 1 ? "GI/GI/1: Daley 1977" : "GI/GI/c: Wolff 1977 with Daley 1977"};
  }
  /// Poissonian arrivals sent to servers at random, each then an M/G/1, for the same reason.
  [[nodiscard]] constexpr queue_figure thinned() const {
    EBIT_ASSERT(between_arrivals.law == time_law::exponential, "thinned: arrivals are not Poissonian");
    const double c = static_cast<double>(servers);
    return {service.second_moment() / (2 * c * between_arrivals.mean * (1 - utilisation())), standing::upper_bound,
            "M/G/c: Wolff 1977 with Pollaczek and Khinchine"};
  }
  /// The least upper bound of these; the exact value is not asked.
  [[nodiscard]] constexpr queue_figure upper_bound() const {
    queue_figure best = kingman();
    if (const queue_figure other = dealt_out(); other.value < best.value) best = other;
    if (between_arrivals.law == time_law::exponential)
      if (const queue_figure other = thinned(); other.value < best.value) best = other;
    return best;
  }
  /// There is never less work left than with a single server c times as fast (Brumelle, Oper. Res. 19, 1402 (1971)):
  /// W ≥ W₁ − E[S²](c − 1)/(2 c E[S]), where W₁ is that server's wait, of Poissonian arrivals by Pollaczek and
  /// Khinchine, else no less than (ρ² c_s² − ρ(2 − ρ)) E[A]/(2(1 − ρ)) (Marshall, Oper. Res. 16, 651 (1968)). Not
  /// below 0.
  [[nodiscard]] constexpr queue_figure lower_bound() const {
    const double c = static_cast<double>(servers), rho = utilisation(), a = between_arrivals.mean;
    const bool poissonian = between_arrivals.law == time_law::exponential;
    const double fast = poissonian ? service.second_moment() / (c * c) / (2 * a * (1 - rho))
                                   : (rho * rho * service.variation - rho * (2 - rho)) * a / (2 * (1 - rho));
    const double wait = greatest(fast, 0.0) - service.second_moment() * (c - 1) / (2 * c * service.mean);
    return {greatest(wait, 0.0), standing::lower_bound,
            poissonian ? "M/G/c: Brumelle 1971" : "GI/GI/c: Brumelle 1971 with Marshall 1968"};
  }

  /// The probability to wait longer than that, s ≥ 0: exact for M/M/c; for M/D/c at most e^(−θt), θ being the
  /// positive root of θ E[S] = c ln(1 + θ E[A]) (Loynes 1962, Kingman 1964: customers dealt out in turn, which for
  /// constant service changes nothing). Nothing for other laws.
  [[nodiscard]] constexpr std::optional<queue_figure> longer_than(double seconds) const {
    EBIT_ASSERT(seconds >= 0, "longer_than: a time is negative");
    const double c = static_cast<double>(servers);
    if (between_arrivals.law != time_law::exponential) return std::nullopt;
    if (service.law == time_law::exponential) {
      const double free = c / service.mean - 1 / between_arrivals.mean;
      return queue_figure{erlang_c(servers, load()) * math::exp(-free * seconds), standing::exact,
                          "M/M/c: Erlang 1917"};
    }
    if (service.law != time_law::constant) return std::nullopt;
    // In units x = θ E[A]: a x = c ln(1 + x).
    const double a = load();
    double low = 0, high = 1;
    while (a * high < c * math::log1p(high)) high *= 2;
    for (int i = 0; i < 200; ++i) {
      const double middle = low + (high - low) / 2;
      (a * middle < c * math::log1p(middle) ? low : high) = middle;
    }
    return queue_figure{math::exp(-low / between_arrivals.mean * seconds), standing::upper_bound,
                        "M/D/c: Kingman 1964"};
  }

  [[nodiscard]] status validate() const {
    if (servers == 0 || servers > 1'000'000)
      return config_error{"queue.servers", std::to_string(servers), "1 to 1000000"};
    if (auto ok = check("queue.between_arrivals", between_arrivals); !ok) return ok;
    if (auto ok = check("queue.service", service); !ok) return ok;
    if (utilisation() < 1) return success{};
    return config_error{"queue.utilisation", ebit::detail::number_text(utilisation()),
                        "below 1, else the line grows"};
  }

  friend constexpr bool operator==(const queue&, const queue&) = default;

 private:
  [[nodiscard]] constexpr double with_exponential_times() const {
    return erlang_c(servers, load()) * service.mean / (static_cast<double>(servers) * (1 - utilisation()));
  }
  [[nodiscard]] static status check(const char* what, const random_time& t) {
    if (!(t.mean > 0 && t.mean <= 1e18))
      return config_error{std::string{what} + ".mean", ebit::detail::number_text(t.mean) + " s",
                          "above 0 s, to 1e18 s"};
    const bool fits = t.law == time_law::exponential ? t.variation == 1
                      : t.law == time_law::constant  ? t.variation == 0
                                                     : t.variation >= 0 && t.variation <= 1e12;
    if (fits) return success{};
    return config_error{std::string{what} + ".variation", ebit::detail::number_text(t.variation),
                        "1 if exponential, 0 if constant, else 0 to 1e12"};
  }
};

}  // namespace ebit::analyze
