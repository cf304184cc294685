// SPDX-License-Identifier: Apache-2.0
#include "../support/catch.hpp"

#include <ebit/ebit.hpp>

using namespace ebit;
namespace {

struct avoiding {  // keeps away from one node, whatever it costs
  node_id closed;
  [[nodiscard]] route::answer choose(const route::network_map& map, const route::demand& d,
                                     const route::circuit_forecaster auto& model) const {
    route::answer out;
    out.path = route::shortest_path(map, d.from, d.to, [&](const route::edge& e) {
      return e.a == closed || e.b == closed ? -1.0 : e.budget.delay.seconds();
    });
    if (out.path.links.empty())
      out.circuit.why = refusal::unreachable;
    else
      out.circuit = model.evaluate(map, out.path, d);
    return out;
  }
};
struct stack : default_profile {
  using route = avoiding;
};

}  // namespace

TEST_CASE("plugins: a custom route policy chooses the walk") {
  const auto ring = sim::ring(5, {.length = 5_km});
  sim::network<stack> sim{ring, {.seed = 2, .route = {.policy = {node_id{1}}}}};
  const auto around = sim.request({.from = node_id{0}, .to = node_id{2}, .pairs = 20, .min_fidelity = 0.5});
  const auto shut = sim.request({.from = node_id{0}, .to = node_id{1}, .pairs = 1, .min_fidelity = 0.5});
  sim.run();
  CHECK(around->delivered() == 20);
  CHECK(around->record().hops == 3);
  CHECK(shut->record().why == refusal::unreachable);
}
