// SPDX-License-Identifier: Apache-2.0
#include "../support/catch.hpp"

#include <cmath>

#include <ebit/ebit.hpp>
#include <ebit/link/any_of.hpp>
#include <ebit/link/microwave_line.hpp>

#include "../simulation/profiles.hpp"

using namespace ebit;
using namespace ebit_test;

namespace {

using fibre_or_microwave = link::any_of<link::fibre, link::microwave_line>;
struct mixed : default_profile {
  using link = fibre_or_microwave;
};

}  // namespace

TEST_CASE("simulation: links of several kinds run in one network, each by its own loss and delay") {
  const link::fibre fibre{.length = 4_km, .loss_per_length = decibels_per_kilometre(1)};
  const link::microwave_line cable{.length = 4_km, .loss_per_length = decibels_per_kilometre(1)};
  REQUIRE(cable.arm_delay(half::a) == fibre.arm_delay(half::a));
  REQUIRE(cable.arm_transmittance(half::b) == fibre.arm_transmittance(half::b));

  sim::basic_topology<fibre_or_microwave> net;
  const node_id a = net.add_node("a"), b = net.add_node("b"), c = net.add_node("c");
  net.add_link(a, b, fibre);
  net.add_link(b, c, cable);
  sim::topology alike;
  for (const char* name : {"a", "b", "c"}) alike.add_node(name);
  alike.add_link(a, b, fibre);
  alike.add_link(b, c, fibre);

  sim::network<mixed> sim{net, with<mixed>(noisy_hardware(2), 3)};
  sim::network<at_once> same{alike, with<at_once>(noisy_hardware(2), 3)};
  const auto r = sim.request({a, c, 200, 0});
  const auto s = same.request({a, c, 200, 0});
  sim.run();
  same.run();
  REQUIRE(r->delivered() == 200);
  CHECK(r->fidelity() == s->fidelity());
  CHECK(r->rate() == s->rate());
  CHECK(net.links()[1].line.get_if<link::microwave_line>() != nullptr);
  CHECK(net.links()[1].line.get_if<link::fibre>() == nullptr);

  net.add_link(a, c, link::microwave_line{.length = 20_km});
  const auto refused = sim::network<mixed>{net}.validate();
  REQUIRE(!refused);
  CHECK(refused.error().what == "link 2 a - c: microwave_line.length");
}

TEST_CASE("simulation: nodes may have hardware of their own") {
  const sim::topology net = chain_of(3);
  auto o = with<at_once>(noisy_hardware(4), 5);
  const auto mean_fidelity = [&net](const auto& options) {
    sim::network<at_once> sim{net, options};
    const auto r = sim.request({net.node(0), net.node(2), 400, 0});
    REQUIRE(r);
    sim.run();
    REQUIRE(r->delivered() == 400);
    CHECK(r->fidelity() >= r->forecast().fidelity() - 3 * r->fidelity_error());
    return r->fidelity();
  };
  const double before = mean_fidelity(o);
  link::hardware worse = o.hardware;
  worse.gates.two_qubit = 0.3;
  o.exceptions = {{net.node(1), worse}};
  CHECK(mean_fidelity(o) < before - 0.1);
  // At an end nothing is joined, so its gates do not matter; fewer memories there make fewer modes of that link.
  o.exceptions = {{net.node(2), worse}};
  CHECK(std::abs(mean_fidelity(o) - before) < 1e-12);
  worse.memories = 1;
  o.exceptions = {{net.node(2), worse}};
  sim::network<at_once> sim{net, o};
  CHECK(sim.map().edges()[0].slots == 4);
  CHECK(sim.map().edges()[1].slots == 1);

  auto refusal_of = [&net, o](std::vector<sim::node_hardware> wrong) mutable {
    o.exceptions = std::move(wrong);
    const auto checked = sim::network<at_once>{net, o}.validate();
    REQUIRE(!checked);
    return checked.error();
  };
  CHECK(refusal_of({{node_id{3}, worse}}).what == "exceptions[0].node");
  CHECK(refusal_of({{node_id{1}, worse}, {node_id{1}, worse}}).what == "exceptions[1].node");
  worse.visibility = 1.2;
  CHECK(refusal_of({{node_id{1}, worse}}).what == "exceptions[0]: hardware.visibility");
}
