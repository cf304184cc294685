// SPDX-License-Identifier: Apache-2.0
// Near misses: types that almost model a policy concept do not.
#include <ebit/concepts.hpp>
#include <ebit/node/profile.hpp>
#include <ebit/purify/bbpssw.hpp>
#include <ebit/purify/dejmps.hpp>
#include <ebit/route/fewest_hops.hpp>
#include <ebit/swap/nested.hpp>
#include <ebit/swap/sequential.hpp>
#include <ebit/testing/archetypes.hpp>

using namespace ebit;
namespace smallest = ebit::testing::archetype;

namespace {

static_assert(purify::purify_policy<purify::bbpssw> && purify::purify_policy<purify::dejmps>);
static_assert(swap::swap_policy<swap::nested> && swap::swap_policy<swap::sequential>);

struct without_delay {
  [[nodiscard]] double arm_transmittance(half) const { return 1; }
  [[nodiscard]] duration arm_delay(half) const { return {}; }
  [[nodiscard]] status validate() const { return success{}; }
};
static_assert(!link::physical_link<without_delay>);

struct in_seconds : smallest::line {
  [[nodiscard]] double delay() const { return 0; }
};
static_assert(!link::physical_link<in_seconds>);

struct always_sure : smallest::herald_policy {  // has to be able to say that it cannot
  [[nodiscard]] herald::setting choose(const herald::interference&, double) const { return {}; }
};
static_assert(!herald::herald_policy<always_sure>);

struct learns : smallest::herald_policy {  // decisions may not change the policy
  [[nodiscard]] double best_fidelity(const herald::interference&) { return 1; }
};
static_assert(!herald::herald_policy<learns>);

struct one_sided {
  std::uint8_t rounds = 1;
  purify::where at = purify::where::link;
  [[nodiscard]] distil_recipe recipe(const pair_id&) const { return {}; }
};
static_assert(!purify::purify_policy<one_sided>);

struct nowhere {
  std::uint8_t rounds = 1;
  [[nodiscard]] distil_recipe recipe(const pair_id&, const pair_id&) const { return {}; }
};
static_assert(!purify::purify_policy<nowhere>);

struct maybe : smallest::swap_policy {
  [[nodiscard]] double may_swap(swap::place, swap::spans) const { return 0.5; }
};
static_assert(!swap::swap_policy<maybe>);

struct cutoff_in_seconds : smallest::swap_policy {
  double cutoff = 1;
};
static_assert(!swap::swap_policy<cutoff_in_seconds>);

struct walks_only {
  [[nodiscard]] route::walk choose(const route::network_map&, const route::demand&,
                                   const route::circuit_forecaster auto&) const {
    return {};
  }
};
static_assert(!route::route_policy<walks_only>);

struct knows_one_model {  // has to take any model
  [[nodiscard]] route::answer choose(const route::network_map&, const route::demand&, const int&) const { return {}; }
};
static_assert(!route::route_policy<knows_one_model>);

// Profiles.
struct no_base {
  using link = smallest::line;
  using herald = smallest::herald_policy;
  using purify = smallest::purify_policy;
  using swap = smallest::swap_policy;
  using route = smallest::route_policy;
};
struct incomplete {
  using link = smallest::line;
};
struct misspelt : default_profile {
  using hearld = ebit::herald::double_click;
};
struct with_its_own_names : default_profile {  // names that cannot be meant for a layer
  using memory = int;
  struct application {};
};
static_assert(profile<default_profile> && profile<no_base> && profile<with_its_own_names>);
static_assert(!profile<incomplete> && !profile<misspelt> && !profile<int>);

}  // namespace
