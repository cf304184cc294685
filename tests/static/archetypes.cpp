// SPDX-License-Identifier: Apache-2.0 Every engine, the node and the simulator with the smallest type of each
// concept: they use nothing that it does not promise.
#include <ebit/backend/drive.hpp>
#include <ebit/backend/faulty.hpp>
#include <ebit/backend/from_gates.hpp>
#include <ebit/backend/traced.hpp>
#include <ebit/ebit.hpp>
#include <ebit/fwd.hpp>
#include <ebit/node/node.hpp>
#include <ebit/quantum/sampled_bell.hpp>
#include <ebit/quantum/werner.hpp>
#include <ebit/sim/network.hpp>
#include <ebit/testing/archetypes.hpp>
#include <ebit/testing/manual_device.hpp>

namespace smallest = ebit::testing::archetype;
using namespace ebit;

static_assert(profile<smallest::profile>);

template class ebit::purify_engine<smallest::purify_policy>;
template class ebit::swap_engine<smallest::swap_policy>;
template class ebit::route_engine<smallest::route_policy, model_of<smallest::profile>>;
template class ebit::route::circuit_model<smallest::herald_policy, smallest::purify_policy, smallest::swap_policy>;
template class ebit::basic_node<smallest::profile>;
template class ebit::sim::network<smallest::profile>;
template class ebit::sim::network<smallest::profile, smallest::perfect_pair>;

namespace {

/// Every member template of the node, with a sink that knows nothing of actions.
[[maybe_unused]] void every_event(basic_node<smallest::profile>& node, context& ctx) {
  const smallest::sink out;
  node.handle(event::heralded{}, ctx, out);
  node.handle(event::done{}, ctx, out);
  node.handle(event::failed{}, ctx, out);
  node.handle(event::measured{}, ctx, out);
  node.handle(event::erased{}, ctx, out);
  node.handle(event::calibration_needed{}, ctx, out);
  node.handle(event::received{}, ctx, out);
  node.handle(event::request{}, ctx, out);
  node.handle(event::path_up{}, ctx, out);
  node.handle(event::path_down{}, ctx, out);
  node.handle(event::device_state{}, ctx, out);
  node.expire(ctx, out);
}

[[maybe_unused]] void every_driver(basic_node<smallest::profile>& node, random_stream& random) {
  smallest::device device;
  backend::drive(node, device, random);
  backend::traced<smallest::device> traced{device};
  backend::drive(node, traced, random);
  backend::faulty<smallest::device> faulty{device, {}, 1};
  backend::drive(node, faulty, random);
  backend::traced<backend::faulty<smallest::device>> both{faulty};
  backend::drive(node, both, random);
  testing::manual_device manual;
  backend::drive_until(node, manual, random, local_time{});
}

[[maybe_unused]] double budget_and_route(const smallest::line& line) {
  const link::budget b = link::budget_of(line, {}, {});
  const route::answer found = smallest::route_policy{}.choose({}, {}, route::generous_model{});
  return b.efficiency_a + static_cast<double>(found.path.hops());
}

}  // namespace
