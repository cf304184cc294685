// SPDX-License-Identifier: Apache-2.0
#include <ebit/purify/pumping.hpp>

#include <cmath>
#include <limits>

#include <ebit/ebit.hpp>
#include <ebit/purify/bbpssw.hpp>
#include <ebit/quantum/werner.hpp>

#include <quantum/referee.hpp>
#include <support/catch.hpp>

using namespace ebit;

namespace {

constexpr std::uint64_t seed = 20260103;
random_stream fresh(std::uint64_t entity) { return {seed, random_purpose::user, entity}; }
pair_id id(std::uint64_t sequence) { return {path_id{3}, 1, sequence}; }

/// Never keeps anything.
struct hopeless {
  std::uint8_t rounds = 1;
  [[nodiscard]] static branch<bell_diagonal> apply(const bell_diagonal&, const bell_diagonal&, const gate_noise&) {
    return {};
  }
};

struct pumped_links : default_profile {
  using purify = ebit::purify::pumping<>;
};

using purify::pumping;
static_assert(purify::purify_policy<pumping<purify::bbpssw>> && purify::pumps<pumping<>> &&
              !purify::pumps<purify::dejmps>);
static_assert(sizeof(pumping<>) == sizeof(purify::dejmps));

}  // namespace

TEST_CASE("pumping: each round is its step's, on a fresh pair", "[purify]") {
  auto stream = fresh(1);
  double worst = 0;
  for (int i = 0; i < 200; ++i) {
    const bell_diagonal raw = referee::any_bell_diagonal(stream);
    const gate_noise noise = referee::any_gate_noise(stream);
    const auto rounds = static_cast<std::uint8_t>(sample::below(stream, 5));
    const pumping<> policy{.rounds = rounds};
    referee::pair kept = referee::pair::from(raw);
    double pairs = 1, last = 1;
    for (int r = 0; r < rounds; ++r) {
      const auto next =
          referee::distil_parity(kept, referee::pair::from(raw), policy.recipe(id(1), id(2)), false, noise);
      last = next.trace();
      if (!(last > 1e-9)) break;
      pairs = (pairs + 1) / last;
      kept = next.normalised();
    }
    if (!(last > 1e-9)) continue;
    const auto out = purify::after_rounds(policy, raw, noise);
    worst = std::max(worst, referee::distance(referee::pair::from(out.state), kept));
    CHECK(std::abs(out.last_probability - last) < 1e-11);
    CHECK(std::abs(out.expected_pairs - pairs) < 1e-9 * pairs);
  }
  CAPTURE(seed);
  CHECK(worst < 1e-9);
}

TEST_CASE("pumping: recipes are those of its step at both ends", "[purify]") {
  for (std::uint64_t i = 0; i < 50; ++i) {
    CHECK(pumping<>{}.recipe(id(i), id(i + 1)) == purify::dejmps{}.recipe(id(i), id(i + 1)));
    CHECK(pumping<purify::bbpssw>{}.recipe(id(i), id(7)) == purify::bbpssw{}.recipe(id(i), id(7)));
  }
}

TEST_CASE("pumping: has a limit below one where recurrence has none, and takes fewer pairs at once", "[purify]") {
  const bell_diagonal raw = bell_diagonal::werner(0.8);
  const auto pumped = purify::after_rounds(pumping<>{.rounds = 200}, raw);
  CHECK(std::abs(pumped.state.fidelity(bell_index::phi_plus) - 0.9023) < 1e-4);
  const auto recurred = purify::after_rounds(purify::dejmps{.rounds = 8}, raw);
  CHECK(recurred.state.fidelity(bell_index::phi_plus) > 0.9999);
  CHECK(recurred.expected_pairs > 256);
  const auto one = purify::after_rounds(pumping<>{.rounds = 1}, raw);
  CHECK(one.state == purify::after_rounds(purify::dejmps{.rounds = 1}, raw).state);
  CHECK(one.expected_pairs == 2 / one.last_probability);
  CHECK(purify::after_rounds(pumping<>{.rounds = 0}, raw).state == raw);
  // What cannot succeed costs without end.
  CHECK(purify::after_rounds(hopeless{}, raw).expected_pairs == std::numeric_limits<double>::infinity());
}

TEST_CASE("pumping: two slots per link are enough for any number of rounds in a network", "[purify]") {
  link::hardware h;
  h.visibility = 0.8;
  h.memories = 2;
  const double q = (1 - h.visibility) / 2;  // a phase error, which DEJMPS sees in the first round
  for (std::uint8_t rounds = 1; rounds <= 4; ++rounds) {
    const pumping<> policy{.rounds = rounds};
    sim::network<pumped_links> sim{sim::chain(2, {.length = kilometres(5)}),
                                   {.seed = 9, .purify = policy, .hardware = h}};
    const auto r = sim.request({.from = node_id{0}, .to = node_id{1}, .pairs = 300, .min_fidelity = 0.5});
    REQUIRE(r);
    sim.run();
    CAPTURE(int{rounds});
    CHECK(r->delivered() == 300);
    CHECK(sim.truth().ledger().mismatched == 0);
    const auto expected = purify::after_rounds(policy, bell_diagonal{1 - q, q, 0, 0});
    CHECK(std::abs(r->fidelity() - expected.state.fidelity(bell_index::phi_plus)) < 1e-9);
  }
}
