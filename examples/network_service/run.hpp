// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
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

/// From then on a request was served another way.
struct rerouting {
  ebit::world_time at;
  ebit::route::walk path;
};

/// One request, what became of it and what the stack's models had said.
struct outcome {
  ebit::sim::request_record record;
  ebit::route::answer planned;
  std::vector<rerouting> other_ways{};
};

struct outcomes {
  std::vector<outcome> requests;
  ebit::route::network_map map;
  ebit::sim::lineage_trace trace;
  ebit::world_time end;  ///< last delivery
  std::uint64_t events = 0;
};

/// Looks at what the heads have chosen whenever one of them has done something.
template <class Network>
class way_watch {
 public:
  explicit way_watch(const Network& sim) : by_head_(sim.map().nodes()), seen_(sim.requests().size()) {
    for (std::uint32_t i = 0; i < seen_.size(); ++i) by_head_[sim.requests()[i].asked.from.value()].push_back(i);
  }
  void look(const Network& sim) {
    if (!sim.last_node().valid()) return;
    for (const std::uint32_t i : by_head_[sim.last_node().value()]) {
      const ebit::route::answer* found = sim.node(sim.last_node()).answer_to(ebit::request_id{i});
      if (found == nullptr || found->path.links.empty()) continue;
      std::vector<rerouting>& ways = seen_[i];
      if (ways.empty() || ways.back().path.links != found->path.links) ways.push_back({sim.now(), found->path});
    }
  }
  /// Those after the first.
  [[nodiscard]] std::vector<rerouting> others(std::size_t request) const {
    const std::vector<rerouting>& all = seen_[request];
    return {all.begin() + (all.empty() ? 0 : 1), all.end()};
  }

 private:
  std::vector<std::vector<std::uint32_t>> by_head_;
  std::vector<std::vector<rerouting>> seen_;
};

template <ebit::profile Stack>
[[nodiscard]] ebit::result<outcomes> run_stack(const ebit::sim::topology& net, const options& o,
                                               const std::vector<ebit::sim::request_parameters>& requests,
                                               const std::vector<ebit::scheduled_fault>& faults) {
  ebit::sim::network_options<Stack> values{.seed = o.seed,
                                           .herald = {.scheme = o.hardware.scheme},
                                           .route = {.policy = {}, .width = o.width, .patience = o.patience},
                                           .hardware = o.hardware.value,
                                           .faults = {.schedule = faults}};
  values.swap.cutoff = o.cutoff;
  if constexpr (requires { values.purify.rounds = o.profile.rounds; })
    values.purify = {.rounds = o.profile.rounds, .at = o.profile.at};
  const bool traced = !o.trace_file.empty() || !o.lineage_file.empty();
  using trace = ebit::sim::lineage_trace;
  ebit::sim::network<Stack, ebit::bell_diagonal, trace> sim{net, values, traced ? trace{} : trace{0}};
  if (const ebit::status& valid = sim.validate(); !valid) return valid.error();
  for (const ebit::sim::request_parameters& wanted : requests)
    if (const auto asked = sim.request(wanted); !asked) return asked.error();

  constexpr bool adapts = ebit::route::watches_links<typename Stack::route>;
  way_watch ways{sim};
  {
    support::progress shown;
    const auto is_over = [&] {
      return std::all_of(sim.requests().begin(), sim.requests().end(), [](const auto& r) { return r.finished; });
    };
    for (std::uint64_t n = 1; sim.step(); ++n) {
      if constexpr (adapts) {
        ways.look(sim);
        // Nodes that tell each other of links have something to do for ever.
        if (n % 64 == 0 && is_over()) break;
      }
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

  if constexpr (adapts) sim.run_for(ebit::duration::seconds(1));  // until the last word is at the other end

  outcomes out;
  out.map = sim.map();
  out.trace = sim.trace();
  out.events = sim.events();
  for (std::size_t i = 0; i < sim.requests().size(); ++i) {
    const ebit::sim::request_record& r = sim.requests()[i];
    out.requests.push_back({r, r.refused() ? sim.plan(r.asked) : r.planned, ways.others(i)});
    for (const ebit::sim::delivered_pair& d : r.deliveries) out.end = std::max(out.end, d.second);
  }
  return out;
}

[[nodiscard]] inline ebit::result<outcomes> run(const ebit::sim::topology& net, const options& o,
                                                const std::vector<ebit::sim::request_parameters>& requests,
                                                const std::vector<ebit::scheduled_fault>& faults) {
  using stack = profile_choice::stack;
  switch (o.profile.type) {
    case stack::plain: return run_stack<plain_stack>(net, o, requests, faults);
    case stack::distilled: return run_stack<distilled_stack>(net, o, requests, faults);
    case stack::nested: return run_stack<nested_stack>(net, o, requests, faults);
    case stack::sequential: return run_stack<sequential_stack>(net, o, requests, faults);
    case stack::fewest_hops: return run_stack<fewest_hops_stack>(net, o, requests, faults);
    case stack::link_state: return run_stack<link_state_stack>(net, o, requests, faults);
  }
  return ebit::config_error{"--profile", "none", "one that --profile list prints"};
}

}  // namespace service
