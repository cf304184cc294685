// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <vector>

#include <ebit/analyze/nested_chain.hpp>
#include <ebit/analyze/waiting_time.hpp>
#include <ebit/core/random.hpp>
#include <ebit/core/samplers.hpp>

#include "../support/catch.hpp"
#include "nested_enumeration.hpp"

using namespace ebit::analyze;
using ebit_test::approx;

namespace {

constexpr double never = std::numeric_limits<double>::infinity();
constexpr nesting_level swapping{joining::swap, std::nullopt}, distilling{joining::distil, std::nullopt};

std::vector<nesting_level> levels_of(std::vector<joining> kinds, std::optional<std::uint64_t> cutoff) {
  std::vector<nesting_level> out;
  for (const joining how : kinds) out.push_back({how, cutoff});
  return out;
}

/// The largest difference of the first `count` values.
double worst(const std::vector<double>& a, const std::vector<double>& b, std::size_t count) {
  double out = 0;
  for (std::size_t i = 0; i < count; ++i) out = std::max(out, std::abs(a[i] - b[i]));
  return out;
}

/// One delivery, played: attempts by geometric draws, restarts and all.
struct played {
  std::uint64_t attempts = 0;
  double werner = 0;
};
played play(const nested_protocol& chain, std::size_t level, ebit::random_stream& draw) {
  if (level == 0) return {ebit::sample::geometric(draw, chain.link_success), chain.link_werner};
  const nesting_level& at = chain.levels[level - 1];
  for (std::uint64_t before = 0;;) {
    played a = play(chain, level - 1, draw);
    played b = play(chain, level - 1, draw);
    if (b.attempts < a.attempts) std::swap(a, b);
    const std::uint64_t waits = b.attempts - a.attempts;
    if (at.cutoff && waits > *at.cutoff) {
      before += a.attempts + *at.cutoff;
      continue;
    }
    before += b.attempts;
    a.werner *= std::exp(-static_cast<double>(waits) / chain.coherence);
    const double both = a.werner * b.werner, works = at.how == joining::swap ? chain.swap_success : (1 + both) / 2;
    if (!ebit::sample::bernoulli(draw, works)) continue;
    return {before, at.how == joining::swap ? both : (a.werner + b.werner + 4 * both) / (6 * works)};
  }
}

}  // namespace

TEST_CASE("analyze: nested Werner chains, published values", "[analyze]") {
  // The tutorial of the code of Li, Coopmans and Elkouss 2021 (github.com/BoxiLi/repeater-cut-off-optimization)
  // prints these. It transforms cyclically, so that a little of what is missing comes back at the start: its digits
  // end where ours go on, after about 1e-15 divided by nothing where nothing is missing, up to 6e-5 where 0.6 % is.
  struct row {
    nested_protocol protocol;
    std::size_t times;
    double mean, fidelity, tolerance;
  };
  using enum joining;
  const std::vector<row> rows{
      {{.01, .5, .8, 1500, levels_of({swap}, {})}, 3000, 299.49795473146975, 0.7001416234013129, 1e-12},
      {{.01, .5, .8, 1500, levels_of({distil}, {})}, 3000, 187.16387187812782, 0.8672694353330785, 1e-12},
      {{.01, .5, .98, 300, levels_of({swap}, {})}, 3000, 299.49795473146975, 0.7909066449296419, 1e-12},
      {{.01, .5, .98, 300, levels_of({swap}, 50)}, 3000, 449.987210586406, 0.9176504794686844, 1e-7},
      {{.01, .5, 1, 8000, levels_of({swap, swap, swap}, 800)}, 15000, 3072.4120380656077, 0, 6e-5},
      {{.01, .5, .98, 3000, levels_of({swap, distil, distil, swap}, 800)}, 15000, 2536.6808962710084, 0, 1e-5},
  };
  for (const row& r : rows) {
    const auto out = delivery_of(r.protocol, r.times - 1);
    REQUIRE(out);
    CHECK(out->restarted_mean(static_cast<double>(r.times)) == approx(r.mean).epsilon(r.tolerance));
    if (r.fidelity > 0) CHECK(out->mean_fidelity() == approx(r.fidelity).epsilon(r.tolerance));
  }
  CHECK(delivery_of(rows[0].protocol, 2999)->covered() == approx(0.9999879933142144).epsilon(1e-13));
  // Key rates with the entropy in nats, at the cut-offs found best there.
  const auto in_nats = [](const nested_protocol& chain, std::size_t times) {
    const auto out = delivery_of(chain, times - 1);
    return out->key_rate_in_nats(out->restarted_mean(static_cast<double>(times)));
  };
  CHECK(in_nats({.01, .5, .98, 300, levels_of({swap}, 64)}, 3000) == approx(0.0012975790943441814).epsilon(1e-7));
  const nested_protocol eight{.01, .5, .98, 4000, levels_of({swap, swap, swap}, {})};
  CHECK(in_nats(eight.with_cutoffs({176, 327, 559}), 30000) == approx(3.27432266099328e-05).epsilon(1e-5));
  CHECK(in_nats(eight.with_cutoffs({176, 324, 526}), 30000) == approx(3.2695528789585244e-05).epsilon(1e-5));
  CHECK(in_nats(eight.with_cutoffs({371, 371, 371}), 30000) == approx(2.9509223399818665e-05).epsilon(1e-5));
  // Brand, Coopmans and Elkouss 2020: eight segments, p = 0.1, q = 0.9, here without truncation to 100.
  const nested_protocol brand{.1, .9, 1, never, levels_of({swap, swap, swap}, {})};
  CHECK(delivery_of(brand, 5000)->mean_attempts() == approx(37.36564366).epsilon(1e-9));
}

TEST_CASE("analyze: nested Werner chains agree with visiting every pair of times", "[analyze]") {
  constexpr std::size_t size = 300;
  constexpr std::uint64_t seed = 41;
  ebit::random_stream draw{seed, ebit::random_purpose::user, 1};
  for (int run = 0; run < 12; ++run) {
    INFO("seed " << seed << ", run " << run);
    const double p = 0.05 + 0.4 * ebit::sample::uniform(draw), q = 0.3 + 0.7 * ebit::sample::uniform(draw);
    const double w0 = ebit::sample::uniform(draw), coherence = 1 + 99 * ebit::sample::uniform(draw);
    const std::uint64_t depth = 1 + ebit::sample::below(draw, 3);
    nested_protocol chain{p, q, w0, run % 4 == 0 ? never : coherence, {}};
    ebit_test::enumerated by_hand = ebit_test::enumerated_link(p, w0, size);
    for (std::uint64_t level = 0; level < depth; ++level) {
      nesting_level at{ebit::sample::bernoulli(draw, 0.5) ? joining::distil : joining::swap, std::nullopt};
      if (ebit::sample::bernoulli(draw, 0.6)) at.cutoff = ebit::sample::below(draw, 40);
      chain.levels.push_back(at);
      by_hand =
          ebit_test::enumerated_joining(by_hand, by_hand, at.how == joining::distil, at.cutoff, q, chain.coherence);
    }
    const auto out = delivery_of(chain, size - 1);
    REQUIRE(out);
    double sum = 0;
    for (std::size_t t = 0; t < size; ++t) sum += by_hand.mass[t];
    CHECK(worst(out->time().values(), by_hand.mass, size) < 1e-15);
    CHECK(worst(out->weighted(), by_hand.weighted, size) < 1e-15);
    CHECK(std::abs(out->covered() - sum) < 1e-13);
  }
}

TEST_CASE("analyze: unlike pairs can be joined", "[analyze]") {
  constexpr std::size_t size = 400;
  const werner_delivery slow = werner_delivery::link(0.1, 0.9, size - 1),
                        fast = werner_delivery::link(0.6, 0.7, size - 1);
  const auto slow_too = ebit_test::enumerated_link(0.1, 0.9, size),
             fast_too = ebit_test::enumerated_link(0.6, 0.7, size);
  for (const nesting_level& level :
       {swapping, distilling, nesting_level{joining::distil, 7}, nesting_level{joining::swap, 0}}) {
    const werner_delivery ab = joined(slow, fast, level, 0.6, 20), ba = joined(fast, slow, level, 0.6, 20);
    const auto by_hand =
        ebit_test::enumerated_joining(slow_too, fast_too, level.how == joining::distil, level.cutoff, 0.6, 20);
    CHECK(worst(ab.time().values(), by_hand.mass, size) < 1e-15);
    CHECK(worst(ab.weighted(), by_hand.weighted, size) < 1e-15);
    CHECK(worst(ab.weighted(), ba.weighted(), size) < 1e-16);
  }
  // A pair that may be there from the start.
  std::vector<double> early(size), early_weighted(size);
  for (const std::size_t t : {0U, 1U, 9U}) early[t] = 0.25 + (t == 9 ? 0.25 : 0), early_weighted[t] = 0.8 * early[t];
  const werner_delivery ready{distribution::from_values(early), early_weighted};
  for (const nesting_level& level : {swapping, nesting_level{joining::distil, 4}, nesting_level{joining::swap, 2}}) {
    const werner_delivery out = joined(ready, fast, level, 0.6, 20);
    const auto by_hand = ebit_test::enumerated_joining({early, early_weighted}, fast_too,
                                                       level.how == joining::distil, level.cutoff, 0.6, 20);
    CHECK(worst(out.time().values(), by_hand.mass, size) < 1e-15);
    CHECK(worst(out.weighted(), by_hand.weighted, size) < 1e-15);
  }
}

TEST_CASE("analyze: nested Werner chains agree with playing them", "[analyze]") {
  using enum joining;
  const std::vector<nested_protocol> chains{
      {.2, .5, .95, 30, {{swap, 6}, {swap, 12}, {swap, 25}}},
      {.3, .8, .9, 50, {{distil, 4}, {swap, std::nullopt}, {distil, 20}}},
      {.5, .7, .98, 15, {{swap, std::nullopt}, {distil, std::nullopt}}},
  };
  constexpr std::uint64_t seed = 77;
  constexpr int runs = 40'000;
  for (std::size_t c = 0; c < chains.size(); ++c) {
    ebit::random_stream draw{seed, ebit::random_purpose::user, c};
    double t1 = 0, t2 = 0, w1 = 0, w2 = 0;
    int early = 0;
    const auto exact = delivery_of(chains[c], 8000);
    const std::size_t median = *exact->time().quantile(0.5);
    for (int run = 0; run < runs; ++run) {
      const played one = play(chains[c], chains[c].levels.size(), draw);
      const double t = static_cast<double>(one.attempts);
      t1 += t, t2 += t * t, w1 += one.werner, w2 += one.werner * one.werner;
      early += one.attempts <= median ? 1 : 0;
    }
    const double n = runs, mean_t = t1 / n, mean_w = w1 / n;
    const double spread_t = std::sqrt((t2 / n - mean_t * mean_t) / n),
                 spread_w = std::sqrt((w2 / n - mean_w * mean_w) / n);
    INFO("seed " << seed << ", chain " << c << ": played " << mean_t << " ± " << spread_t << ", w " << mean_w << " ± "
                 << spread_w);
    // Four standard errors: each of nine comparisons fails by chance once in 16,000, and the seed is fixed.
    CHECK(std::abs(exact->mean_attempts() - mean_t) < 4 * spread_t);
    CHECK(std::abs(exact->mean_werner() - mean_w) < 4 * spread_w);
    CHECK(std::abs(exact->time().cumulative(median) - early / n) < 4 * 0.5 / std::sqrt(n));
    CHECK(exact->time().missing() < 1e-12);
    CHECK(spread_t < 0.01 * mean_t);
  }
}

TEST_CASE("analyze: nested Werner chains with nothing to forget wait as others do", "[analyze]") {
  for (const double q : {0.4, 1.0}) {
    for (unsigned levels = 0; levels <= 3; ++levels) {
      const nested_protocol chain{0.2, q, 1, never, std::vector<nesting_level>(levels, swapping)};
      const auto out = delivery_of(chain, 8000);
      const nested_chain_time other = nested_chain(0.2, q, levels);
      CHECK(out->mean_attempts() == approx(other.mean).epsilon(1e-11));
      CHECK(worst(out->time().values(), other.time.values(), std::min<std::size_t>(300, other.time.last())) < 1e-16);
      CHECK(out->mean_werner() == approx(1).epsilon(1e-13));
      CHECK(out->time().new_better_than_used());
      CHECK(out->time().mean().lower < other.mean * (1 + 1e-11));
      CHECK(out->time().mean().upper > other.mean * (1 - 1e-11));
    }
  }
  // Two segments with a cut-off have a closed form, also of what is left of the Werner parameter.
  const double p = 0.01, q = 0.5, w0 = 0.9, coherence = 80;
  const std::uint64_t cutoff = 50;
  const auto two = delivery_of({p, q, w0, coherence, {{joining::swap, cutoff}}}, 20'000);
  CHECK(two->mean_attempts() == approx(449.97222939).epsilon(1e-10));
  CHECK(two->mean_attempts() == approx(cutoff_pair(p, q, cutoff).mean).epsilon(1e-10));
  const double x = (1 - p) * std::exp(-1 / coherence), y = 1 - p;
  const double left = (1 + 2 * (x - std::pow(x, 51)) / (1 - x)) / (1 + 2 * (y - std::pow(y, 51)) / (1 - y));
  CHECK(two->mean_werner() == approx(w0 * w0 * left).epsilon(1e-11));
  CHECK_FALSE(two->time().new_better_than_used());
}

TEST_CASE("analyze: nested Werner chains, limits", "[analyze]") {
  using enum joining;
  const nested_protocol chain{0.1, 0.5, 0.97, 200, {{swap, 20}, {distil, 40}, {swap, 70}}};
  const auto shorter = delivery_of(chain, 700), longer = delivery_of(chain, 5000);
  // What is represented does not depend on how much is.
  CHECK(worst(shorter->time().values(), longer->time().values(), 701) < 1e-16);
  CHECK(worst(shorter->weighted(), longer->weighted(), 701) < 1e-16);
  CHECK(shorter->covered() == approx(longer->time().cumulative(700)).epsilon(1e-13));
  CHECK(shorter->mean_attempts() < longer->mean_attempts());
  for (std::size_t t = 30; t < 2000; ++t) {
    REQUIRE(*longer->werner_at(t) > 0);
    REQUIRE(*longer->werner_at(t) < 1);
  }
  CHECK_FALSE(longer->werner_at(0).has_value());
  // A cut-off beyond all times is none; one of nothing wants both in the same attempt.
  CHECK(worst(delivery_of(chain.with_cutoffs({900, 900, 900}), 700)->weighted(),
              delivery_of({0.1, 0.5, 0.97, 200, levels_of({swap, distil, swap}, {})}, 700)->weighted(), 701) == 0);
  const auto at_once = delivery_of({0.1, 1, 0.9, 3, {{swap, 0}}}, 20'000);
  CHECK(at_once->mean_attempts() == approx(100).epsilon(1e-11));
  CHECK(at_once->mean_werner() == approx(0.81).epsilon(1e-13));
  // The shorter the cut-off, the better and the later.
  double fidelity = 0, attempts = 1e9;
  for (const std::uint64_t cutoff : {1U, 3U, 10U, 40U}) {
    const auto out = delivery_of({0.2, 0.7, 0.98, 100, {{swap, cutoff}, {swap, 2 * cutoff}}}, 8000);
    if (fidelity > 0) CHECK(out->mean_fidelity() < fidelity);
    CHECK(out->mean_attempts() < attempts);
    fidelity = out->mean_fidelity(), attempts = out->mean_attempts();
  }
  // Certain links, certain swaps: one attempt, the product of all Werner parameters; useless pairs distil to useless.
  const auto certain = delivery_of({1, 1, 0.9, 10, {{swap, {}}, {swap, 3}}}, 10);
  CHECK(certain->time().probability(1) == approx(1));
  CHECK(certain->mean_werner() == approx(std::pow(0.9, 4)).epsilon(1e-14));
  CHECK(certain->key_rate() == 0);
  CHECK(delivery_of({1, 1, 1, 10, {swapping}}, 10)->key_rate() == approx(1));
  for (const double p : {0.03, 0.1, 0.3}) {  // perfect pairs are not better than perfect, whatever is rounded
    const auto perfect = delivery_of({p, 0.9, 1, never, {swapping, distilling, {swap, 30}}}, 5000);
    CHECK(perfect->key_rate() * perfect->mean_attempts() == approx(1).epsilon(1e-9));
  }
  CHECK(delivery_of({0.5, 1, 0, 10, {distilling}}, 100)->mean_werner() < 1e-14);
  CHECK(delivery_of({0.5, 1, 0, 10, {distilling}}, 400)->mean_attempts() == approx(2 * (8.0 / 3)).epsilon(1e-12));
}

TEST_CASE("analyze: nested protocols refuse what they cannot do", "[analyze]") {
  const auto refused = [](const nested_protocol& chain, std::size_t last = 10) {
    const auto out = delivery_of(chain, last);
    return out ? std::string{} : out.error().what;
  };
  const double nan = std::numeric_limits<double>::quiet_NaN();
  for (const double bad : {0.0, -0.1, 1.5, nan}) {
    CHECK(refused({.link_success = bad}) == "nested_protocol.link_success");
    CHECK(refused({.swap_success = bad}) == "nested_protocol.swap_success");
  }
  for (const double bad : {-0.1, 1.5, nan}) CHECK(refused({.link_werner = bad}) == "nested_protocol.link_werner");
  for (const double bad : {0.0, -3.0, nan}) CHECK(refused({.coherence = bad}) == "nested_protocol.coherence");
  CHECK(refused({.levels = std::vector<nesting_level>(41)}) == "nested_protocol.levels");
  CHECK(refused({}, 0) == "delivery_of: last");
  CHECK(refused({}, (std::size_t{1} << 26) + 1) == "delivery_of: last");
  CHECK(refused({}).empty());
  CHECK(delivery_of({.coherence = 0}, 10).error().allowed == "more than 0 attempts, or infinite");
}
