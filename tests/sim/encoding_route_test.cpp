// SPDX-License-Identifier: Apache-2.0
#include "../support/catch.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <utility>

#include <ebit/link/encoding.hpp>
#include <ebit/route/cheapest_path.hpp>
#include <ebit/sim/network.hpp>

using namespace ebit;
using namespace ebit::literals;

namespace {

struct goes_by_forecast : default_profile {
  using route = ebit::route::cheapest_path;
};

/// Counts the halves that each node gets.
struct heralds_of_nodes : sim::open_tap {
  std::array<std::uint64_t, 4> heralds{};

  using sim::open_tap::on_event;
  bool on_event(node_id n, event::heralded&) {
    ++heralds[n.value()];
    return true;
  }
};
using network_type = sim::network<goes_by_forecast, bell_diagonal, sim::no_trace, heralds_of_nodes>;

struct outcome {
  std::uint32_t middle = 0;  ///< the node that the walk goes through
  double forecast = 0;       ///< fidelity, of what was asked
  double fidelity = 0;       ///< in truth
  bool is_refused = false;
};

/// From node 0 to node 3, over node 1 and 10 km of fibre, or over node 2 and 30 km. Node 1 speaks another encoding: it
/// has a converter towards its fibres.
outcome run_with(double converter_fidelity, double min_fidelity) {
  sim::topology net;
  for (int i = 0; i < 4; ++i) net.add_node();
  for (const auto& [middle, km] : {std::pair<std::size_t, double>{1, 5}, {2, 15}})
    for (const std::size_t end : {0U, 3U})
      net.add_link(net.node(end), net.node(middle), {.length = kilometres(km)});
  sim::network_options<goes_by_forecast> how;
  how.seed = 5;
  how.hardware = link::default_hardware();
  const link::converter rewrites{
      .from = link::encoding::polarisation, .to = link::encoding::time_bin, .fidelity = converter_fidelity};
  REQUIRE(rewrites.validate());
  how.exceptions = {{net.node(1), rewrites.installed_in(how.hardware)}};
  network_type sim{net, how};
  const auto made = sim.request({.from = net.node(0), .to = net.node(3), .pairs = 400, .min_fidelity = min_fidelity});
  REQUIRE(made);
  sim.run();
  outcome out;
  out.is_refused = made->refused();
  const auto& heralds = sim.tap().heralds;
  out.middle = heralds[1] > heralds[2] ? 1 : 2;
  if (out.is_refused) return out;
  CHECK((heralds[1] == 0 || heralds[2] == 0));
  CHECK(made->delivered() == 400);
  out.forecast = made->forecast().fidelity();
  out.fidelity = made->fidelity();
  CHECK(out.fidelity > out.forecast - 4 * made->fidelity_error());
  return out;
}

}  // namespace

TEST_CASE("sim.encoding_route: the way chosen changes when a conversion costs more") {
  // Without a cost the short way, over the node of the other encoding, is faster, and good enough.
  const outcome free = run_with(1, 0.93);
  CHECK(free.middle == 1);
  // At the 4 % stated for a switch it still is; where that is too little, light goes round.
  const outcome priced = run_with(0.96, 0.8);
  CHECK(priced.middle == 1);
  CHECK(priced.fidelity < free.fidelity - 0.03);
  const outcome dear = run_with(0.96, 0.93);
  CHECK(dear.middle == 2);
  CHECK_FALSE(dear.is_refused);
  CHECK(dear.fidelity > priced.fidelity);
}
