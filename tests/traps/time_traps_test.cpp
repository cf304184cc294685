// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include <ebit/analyze/absorbing_chain.hpp>
#include <ebit/analyze/key_rate.hpp>
#include <ebit/analyze/nested_chain.hpp>
#include <ebit/analyze/rates.hpp>
#include <ebit/analyze/slotted_chain.hpp>
#include <ebit/analyze/waiting_time.hpp>
#include <ebit/core/random.hpp>
#include <ebit/core/samplers.hpp>

#include <support/catch.hpp>

// Each of these shows by number a reading of the literature that is easily taken and wrong, or another one than ours.

using namespace ebit;
using namespace ebit::analyze;
using ebit_test::approx;

TEST_CASE("trap T5: key rates in bits, and means that say what they do with what is missing", "[traps]") {
  // Two segments, p = 0.01, q = 0.5, a cut-off of 64 attempts, 3000 times: the published 0.0012975790943441814 (Li,
  // Coopmans and Elkouss 2021, code) has the entropy in nats, which is 64 % more than there is.
  const auto pair = delivery_of({.01, .5, .98, 300, {{joining::swap, 64}}}, 2999);
  REQUIRE(pair);
  const double restarted = pair->restarted_mean(3000);
  CHECK(pair->key_rate_in_nats(restarted) == approx(0.0012975790943441814).epsilon(1e-7));
  const double bits = bb84_key_fraction(bell_diagonal::werner(pair->mean_fidelity())) / restarted;
  CHECK(pair->key_rate(restarted) == approx(bits).epsilon(1e-12));
  CHECK(bits == approx(0.00078851).epsilon(1e-4));
  // At a fidelity of 0.8 there is no key, but in nats there seems to be.
  const werner_delivery poor = werner_delivery::link(1, (4 * 0.8 - 1) / 3, 2);
  CHECK(poor.key_rate() == 0);
  CHECK(poor.key_rate_in_nats(1) > 0.2);

  // Three means of one truncated distribution: of the mass that is there; with what is missing restarted; and the
  // mean itself, which Wald's identity gives.
  const auto cut = delivery_of({.01, .5, .98, 300, {{joining::swap, 50}}}, 2999);
  const double exact = cutoff_pair(.01, .5, 50).mean;
  CHECK(exact == approx(449.97222939).epsilon(1e-10));
  CHECK(cut->restarted_mean(3000) == approx(449.9872323).epsilon(1e-9));
  CHECK(cut->mean_attempts() == approx(446.7787762).epsilon(1e-9));
  CHECK(cut->time().mean().lower < exact);
}

TEST_CASE("trap T7: the mean of the later of two is not the larger mean", "[traps]") {
  // Four segments, p = 0.01, q = 0.5: composing mean times as Caleffi 2017 does gives less than half.
  const double p = 0.01, q = 0.5;
  const double composed =
      maximum_of_means(maximum_of_means(1 / p, 1 / p) / q, maximum_of_means(1 / p, 1 / p) / q) / q;
  CHECK(composed == approx(400));
  CHECK(nested_chain(p, q, 2).mean == approx(864.8820944).epsilon(1e-9));
  CHECK(mean_of_maximum(2, p) / maximum_of_means(1 / p, 1 / p) == approx(1.4974874).epsilon(1e-7));
  // The usual correction by 3/2 per level overshoots instead.
  CHECK(std::pow(1.5 / q, 2) / p == approx(900));
  // Caleffi's rate is kept under his name; a route of equal hops needs exactly the larger of its halves there.
  const caleffi_model model;
  const std::vector<length> one{kilometres(20)}, two{kilometres(20), kilometres(20)};
  const double swaps = (model.atomic.seconds() + 20e3 / (2 * model.light.base())) / model.atomic_bsm;
  CHECK(model.route_time(two) == approx(model.route_time(one) / model.atomic_bsm + swaps).epsilon(1e-12));
}

TEST_CASE("trap T8: the alternating sum for the mean of a maximum loses all digits", "[traps]") {
  const auto alternating = [](unsigned n, double p) {
    double sum = 0, binomial = 1, miss = 1;
    for (unsigned i = 1; i <= n; ++i) {
      binomial *= static_cast<double>(n - i + 1) / i;
      miss *= 1 - p;
      sum += (i % 2 == 1 ? 1 : -1) * binomial / (1 - miss);
    }
    return sum;
  };
  // By sums of positive terms alone: E_n = (1 + Σ_{k<n} Binomial(n, k) p^(n−k) (1−p)^k E_k) / (1 − (1−p)^n).
  const auto by_recursion = [](unsigned n, double p) {
    std::vector<double> mean(n + 1, 0.0);
    for (unsigned m = 1; m <= n; ++m) {
      double weight = std::pow(p, m), sum = 1;
      for (unsigned left = 1; left < m; ++left) {
        weight *= static_cast<double>(m - left + 1) / left * (1 - p) / p;
        sum += weight * mean[left];
      }
      mean[m] = sum / -std::expm1(m * std::log1p(-p));
    }
    return mean[n];
  };
  const double p = 0.1;
  CHECK(alternating(5, p) == approx(mean_of_maximum(5, p)).epsilon(1e-12));
  for (const unsigned n : {60U, 100U}) {
    const double ours = mean_of_maximum(n, p);
    CHECK(ours == approx(by_recursion(n, p)).epsilon(1e-12));
    CHECK(std::abs(alternating(n, p) - ours) > 0.01 * ours);
  }
}

namespace {

/// What a slot of the chain of Iñesta et al. 2023 may be taken to be.
struct slot_rules {
  bool underneath = true;      ///< segments under a longer link make pairs too
  bool all_or_nothing = true;  ///< swaps that join neighbours succeed together or lose all their links
};

/// The mean of played deliveries of five nodes under swap-asap, and its standard error.
std::pair<double, double> played_slots(double p, double ps, int cutoff, slot_rules rules, random_stream& draw) {
  constexpr int runs = 30'000, nodes = 5;
  struct held {
    int left, right, age;
  };
  double sum = 0, squares = 0;
  for (int run = 0; run < runs; ++run) {
    std::vector<held> links;  // in order, from left to right where they do not overlap
    int slot = 0;
    for (bool done = false; !done;) {
      ++slot;
      for (int left = 0; left + 1 < nodes; ++left) {
        const bool busy = std::any_of(links.begin(), links.end(), [&](const held& l) {
          return l.left == left || l.right == left + 1 || (!rules.underneath && l.left < left + 1 && left < l.right);
        });
        if (!busy && sample::bernoulli(draw, p)) links.push_back({left, left + 1, 0});
      }
      // Groups of links that meet at nodes become one link or none.
      std::vector<held> after;
      for (const held& start : links) {
        const auto ends_here = [&](int node) {
          return std::find_if(links.begin(), links.end(), [&](const held& l) { return l.right == node; });
        };
        if (ends_here(start.left) != links.end()) continue;  // not the first of its group
        held joined = start;
        bool lost = false;
        for (;;) {
          const auto next =
              std::find_if(links.begin(), links.end(), [&](const held& l) { return l.left == joined.right; });
          if (next == links.end()) break;
          const bool works = sample::bernoulli(draw, ps);
          const bool had = !lost;
          if (rules.all_or_nothing) {
            lost = lost || !works;
            joined = {joined.left, next->right, std::max(joined.age, next->age)};
          } else if (works && had) {
            joined = {joined.left, next->right, std::max(joined.age, next->age)};
          } else if (had) {
            joined = *next;  // the swap took both; the next one finds only one link and none happens
            lost = true;
          } else {
            joined = *next;
            lost = false;
          }
        }
        if (!lost) after.push_back(joined);
      }
      links.clear();
      for (const held& l : after) {
        if (l.left == 0 && l.right == nodes - 1) done = true;
        if (l.age < cutoff) links.push_back({l.left, l.right, l.age + 1});
      }
    }
    sum += slot;
    squares += static_cast<double>(slot) * slot;
  }
  const double mean = sum / runs;
  return {mean, std::sqrt((squares / runs - mean * mean) / runs)};
}

/// The exact mean if segments under a longer link rest.
double slots_without_underneath(const slotted_chain& chain) {
  analyze::detail::chain_states states;
  struct step {
    std::size_t from, to;
    double probability;
  };
  std::vector<step> steps;
  std::vector<double> exits;
  for (std::size_t from = 0; from < states.size(); ++from) {
    exits.push_back(0);
    chain_links start = states[from];
    // A segment under a link is kept from generating by a link of its own, taken away again afterwards.
    std::vector<std::size_t> covered;
    for (std::size_t left = 0; left < chain.nodes; ++left)
      for (std::size_t node = left; node < start.right_end[left] && start.right_end[left] > left + 1; ++node)
        if (!states[from].starts_at(node) && !states[from].ends_at(node + 1)) covered.push_back(node);
    for (const std::size_t node : covered) start.right_end[node] = static_cast<std::uint8_t>(node + 1);
    for (auto [made, p_made] : analyze::detail::generated(chain, start)) {
      for (const std::size_t node : covered) made.right_end[node] = 0;
      for (const auto& [left, p_left] : analyze::detail::swapped(chain, made, swap_at_once{}(chain, made))) {
        if (analyze::detail::delivered(chain, left))
          exits[from] += p_made * p_left;
        else
          steps.push_back({from, states.index_of(analyze::detail::grown_older(chain, left)), p_made * p_left});
      }
    }
  }
  absorbing_chain markov{states.size()};
  for (const step& s : steps) markov.add(s.from, s.to, s.probability);
  for (std::size_t from = 0; from < exits.size(); ++from) markov.add_exit(from, exits[from]);
  return markov.expected_steps()[0];
}

}  // namespace

TEST_CASE("trap T9: published slots generate underneath, and connected swaps fail together", "[traps]") {
  // Iñesta, Vardoyan, Scavuzzo and Wehner 2023: five nodes, p = 0.9, swaps of 1/2, cut-off 2: 9.3469042 slots.
  constexpr double p = 0.9, ps = 0.5;
  constexpr int cutoff = 2;
  constexpr std::uint64_t seed = 9;
  const double exact = expected_slots({.nodes = 5, .link_success = p, .swap_success = ps, .cutoff = 2U})->mean_slots;
  CHECK(exact == approx(9.3469042).epsilon(1e-7));
  const auto play = [&](slot_rules rules, std::uint64_t entity) {
    random_stream draw{seed, random_purpose::user, entity};
    return played_slots(p, ps, cutoff, rules, draw);
  };
  const auto [right, spread] = play({}, 1);
  INFO("seed " << seed << ": " << right << " ± " << spread);
  CHECK(std::abs(right - exact) < 4 * spread);
  // Without generation underneath the published digits are missed, from the third on.
  const double idle = slots_without_underneath({.nodes = 5, .link_success = p, .swap_success = ps, .cutoff = 2U});
  INFO("without generation underneath " << idle);
  CHECK(std::abs(idle - exact) > 1e-3);
  const auto [rests, rests_spread] = play({.underneath = false}, 2);
  CHECK(std::abs(rests - idle) < 4 * rests_spread);
  // Without the common failure they are missed by far.
  const auto [apart, apart_spread] = play({.all_or_nothing = false}, 3);
  INFO("with swaps that fail one by one " << apart << " ± " << apart_spread);
  CHECK(apart < exact - 10 * apart_spread);
}

TEST_CASE("trap T10: to swap as soon as possible is slower than to nest if swaps may fail", "[traps]") {
  // Four segments, p = 0.1, q = 0.5, perfect memories.
  const slotted_chain chain{.nodes = 5, .link_success = 0.1, .swap_success = 0.5};
  const double at_once = expected_slots(chain)->mean_slots, nested = nested_chain(0.1, 0.5, 2).mean;
  CHECK(at_once == approx(102.246).epsilon(1e-5));
  CHECK(nested == approx(84.818).epsilon(1e-5));
  // Only uncertain swaps make it so.
  CHECK(expected_slots({.nodes = 5, .link_success = 0.1})->mean_slots ==
        approx(nested_chain(0.1, 1, 2).mean).epsilon(1e-12));
}
