// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>

#include <ebit/sim/data_centre.hpp>
#include <ebit/sim/demand.hpp>

#include "centre_checks.hpp"
#include "centre_run.hpp"
#include "centre_settings.hpp"
#include "centre_watch.hpp"

namespace ebit_test {

template <class Profile, class Stock>
centre_outcome run_with(const centre_scenario& s, bug* planted) {
  using namespace ebit;
  using centre_type =
      sim::data_centre<Profile, orchestrate::adaptive, bell_diagonal, sim::no_trace, centre_tap, Stock>;
  const auto o = options_of<typename centre_type::options_type>(s);
  centre_watch watch{s.coded != 0, s.memories};
  const auto joined = s.joined();
  const orchestrate::fabric layout = s.layout();
  centre_type centre =
      joined ? centre_type{*joined, o, {}, {&watch, planted}} : centre_type{layout, o, {}, {&watch, planted}};
  centre_outcome result;
  const auto fail = [&](const std::string& what) {
    if (result.broken.empty() && !what.empty()) result.broken = what;
  };
  if (const status& ok = centre.validate(); !ok) {
    fail("scenario: " + ok.error().message());
    return result;
  }
  sim::demand_options wanted;
  wanted.pattern = static_cast<sim::demand_pattern>(s.pattern);
  wanted.requests_per_second = s.per_second;
  wanted.pairs = s.pairs;
  wanted.time_limit = us(5'000);
  wanted.tenants = static_cast<std::uint16_t>(s.tenants);
  wanted.seed = s.seed;
  sim::demand_stream demand{wanted, static_cast<std::uint32_t>(layout.endpoints().size())};
  sim::timed_request next = demand.next();
  const duration troubled = us(s.troubled);
  centre_checks checks{s, centre};
  const world_time end{us(std::max<std::int64_t>(s.troubled, last_of(s))) + longest_operation(s) + us(60'000)};
  std::uint64_t at_once = 0;
  while (result.broken.empty()) {
    // Where nobody repeats anything nothing may be due until the next request.
    if (next.at <= troubled && next.at <= centre.next_time().since_epoch()) {
      centre.run_until(world_time{next.at});
      if (!centre.request(next.wanted)) fail("requests: one was not taken");
      next = demand.next();
      continue;
    }
    if (centre.next_time() > end) break;
    const world_time before = centre.now();
    fail(checks.before_step());
    centre.step();
    at_once = centre.now() == before ? at_once + 1 : 0;
    if (at_once > 100'000) fail("progress: time stands still at node " + std::to_string(centre.last_node().value()));
    fail(watch.wrong());
    fail(checks.after_step(watch));
  }
  result.events = centre.events();
  result.walks = centre.controller().counts().walks;
  for (const sim::request_record& r : centre.requests()) result.pairs += r.deliveries.size();
  if constexpr (Stock::keeps)
    for (std::uint32_t n = 0; n < layout.endpoints().size(); ++n) {
      result.from_stock += centre.endpoint(node_id{n}).stock().handed_out();
      result.taken_back += centre.endpoint(node_id{n}).stock().taken_back();
    }
  if (result.broken.empty()) fail(checks.at_end());
  return result;
}

}  // namespace ebit_test
