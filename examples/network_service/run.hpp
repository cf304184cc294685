// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <cstdio>
#include <optional>
#include <utility>
#include <vector>

#include <ebit/ebit.hpp>
#include <ebit/sim/lineage_trace.hpp>

#include "network_service/options.hpp"
#include "support/progress.hpp"

/// The requests served by a simulated network of the chosen stack.
namespace service {

/// One request, what became of it and what the stack's models had said.
struct outcome {
  ebit::sim::request_record record;
  ebit::route::answer planned;
};

struct outcomes {
  std::vector<outcome> requests;
  ebit::route::network_map map;
  ebit::sim::lineage_trace trace;
  ebit::world_time end;  ///< last delivery
  std::uint64_t events = 0;
};

template <ebit::profile Stack>
[[nodiscard]] ebit::result<outcomes> run_stack(const ebit::sim::topology& net, const options& o,
                                               const std::vector<ebit::sim::request_parameters>& requests) {
  ebit::sim::network_options<Stack> values{.seed = o.seed,
                                           .herald = {.scheme = o.hardware.scheme},
                                           .route = {.policy = {}, .width = o.width, .patience = o.patience},
                                           .hardware = o.hardware.value};
  values.swap.cutoff = o.cutoff;
  if constexpr (requires { values.purify.rounds = o.profile.rounds; })
    values.purify = {.rounds = o.profile.rounds, .at = o.profile.at};
  const bool traced = !o.trace_file.empty() || !o.lineage_file.empty();
  using trace = ebit::sim::lineage_trace;
  ebit::sim::network<Stack, ebit::bell_diagonal, trace> sim{net, values, traced ? trace{} : trace{0}};
  if (const ebit::status& valid = sim.validate(); !valid) return valid.error();
  for (const ebit::sim::request_parameters& wanted : requests)
    if (const auto asked = sim.request(wanted); !asked) return asked.error();

  {
    support::progress shown;
    for (std::uint64_t n = 1; sim.step(); ++n) {
      if (n % 4096 != 0 || !shown.due()) continue;
      std::size_t finished = 0, pairs = 0;
      for (const ebit::sim::request_record& r : sim.requests()) {
        finished += r.finished ? 1 : 0;
        pairs += r.deliveries.size();
      }
      char text[160];
      std::snprintf(text, sizeof text, "%zu of %zu requests, %zu pairs, %.3g s simulated", finished,
                    sim.requests().size(), pairs, sim.now().since_epoch().seconds());
      shown.show(text);
    }
  }

  outcomes out;
  out.map = sim.map();
  out.trace = sim.trace();
  out.events = sim.events();
  for (const ebit::sim::request_record& r : sim.requests()) {
    out.requests.push_back({r, r.refused() ? sim.plan(r.asked) : r.planned});
    for (const ebit::sim::delivered_pair& d : r.deliveries) out.end = std::max(out.end, d.second);
  }
  return out;
}

[[nodiscard]] inline ebit::result<outcomes> run(const ebit::sim::topology& net, const options& o,
                                                const std::vector<ebit::sim::request_parameters>& requests) {
  using stack = profile_choice::stack;
  switch (o.profile.type) {
    case stack::plain: return run_stack<plain_stack>(net, o, requests);
    case stack::distilled: return run_stack<distilled_stack>(net, o, requests);
    case stack::nested: return run_stack<nested_stack>(net, o, requests);
    case stack::sequential: return run_stack<sequential_stack>(net, o, requests);
    case stack::fewest_hops: return run_stack<fewest_hops_stack>(net, o, requests);
  }
  return ebit::config_error{"--profile", "none", "one that --profile list prints"};
}

}  // namespace service
