// SPDX-License-Identifier: Apache-2.0
#include "centre_run.hpp"

#include <algorithm>
#include <set>
#include <type_traits>
#include <utility>

#include <ebit/herald/single_click.hpp>
#include <ebit/sim/data_centre.hpp>
#include <ebit/sim/demand.hpp>

#include "centre_checks.hpp"
#include "centre_watch.hpp"

namespace ebit_test {
namespace {

using namespace ebit;

struct plain : default_profile {};
struct one_photon : default_profile {
  using herald = ebit::herald::single_click;
};

[[nodiscard]] duration us(std::int64_t microseconds) { return duration::picoseconds(microseconds * 1'000'000); }

[[nodiscard]] fault_plan faults_of(const centre_scenario& s) {
  fault_plan plan;
  plan.loss = s.loss / 1000.0;
  plan.duplication = s.duplication / 1000.0;
  plan.jitter = duration::picoseconds(std::int64_t{s.jitter} * 1000);
  for (const centre_scenario::fault& f : s.faults) {
    if (f.is_of_fabric()) continue;
    scheduled_fault x;
    switch (f.what) {
      case centre_scenario::fault::kind::clock_step: x.what = scheduled_fault::kind::clock_step; break;
      case centre_scenario::fault::kind::device_faults: x.what = scheduled_fault::kind::device_faults; break;
      case centre_scenario::fault::kind::slow_device: x.what = scheduled_fault::kind::slow_device; break;
      case centre_scenario::fault::kind::erasure: x.what = scheduled_fault::kind::erasure; break;
      default: x.what = scheduled_fault::kind::crash;
    }
    x.at = us(f.at);
    x.lasts = us(f.lasts);
    x.node = node_id{f.where};
    x.step = us(f.step);
    x.probability = f.probability / 1000.0;
    x.factor = f.factor;
    plan.schedule.push_back(x);
  }
  return plan;
}

[[nodiscard]] std::vector<sim::fabric_fault> broken_of(const centre_scenario& s) {
  std::vector<sim::fabric_fault> all;
  for (const centre_scenario::fault& f : s.faults) {
    if (!f.is_of_fabric()) continue;
    sim::fabric_fault x;
    x.at = us(f.at);
    x.lasts = us(f.lasts);
    if (f.what == centre_scenario::fault::kind::fibre) {
      x.what = sim::fabric_fault::kind::fibre;
      x.fibre = orchestrate::span_id{f.where};
    } else {
      x.element = orchestrate::element_id{f.where};
      if (f.what == centre_scenario::fault::kind::sticking_port) {
        x.what = sim::fabric_fault::kind::sticking_port;
        x.port = static_cast<std::uint16_t>(f.port);
      }
    }
    all.push_back(x);
  }
  return all;
}

[[nodiscard]] sim::fabric_timing clocks_of(const centre_scenario& s) {
  link::clock each;
  each.jitter = s.clock_jitter * 1e-12;
  each.residual = s.clock_residual * 1e-12;
  each.offset = s.clock_offset * 1e-12;
  each.drift = s.clock_drift * 1e-9;
  each.synchronised_every = us(200);
  sim::fabric_timing t;
  t.photon = {link::wave_form::pulse, 2e-8};
  t.endpoints = each;
  each.residual = 0;
  t.stations = each;
  t.signs = s.known_signs != 0 ? link::error_signs::known : link::error_signs::unknown;
  return t;
}

template <class Options>
[[nodiscard]] Options options_of(const centre_scenario& s) {
  Options o;
  o.seed = s.seed;
  if (s.retransmit != 0) o.link.retransmit_after = us(s.retransmit);
  o.hardware.emission_efficiency = 0.3;
  o.hardware.memories = static_cast<std::uint16_t>(s.memories);
  o.hardware.memory = {};
  o.hardware.dark_counts = {};
  o.hardware.attempt_time = us(1);
  o.hardware.buffer.qubits = static_cast<std::uint16_t>(s.buffer);
  o.hardware.buffer.memory = {us(s.coherence) * 2, us(s.coherence)};
  o.hardware.buffer.move_time = us(s.move_time);
  o.hardware.buffer.move_noise = s.move_noise / 1000.0;
  o.phase_lock_time = us(2);
  o.controllers = static_cast<std::uint8_t>(s.controllers);
  o.control.sharing.tenants.assign(s.tenants, {});
  if (s.keeps_clocks()) {
    o.timing = clocks_of(s);
    o.control.guard = us(1);
  }
  o.faults = faults_of(s);
  o.broken = broken_of(s);
  if constexpr (std::remove_cvref_t<decltype(o.stock)>::keeps) {
    o.stock.most = static_cast<std::uint16_t>(s.partners);
    o.stock.pairs = static_cast<std::uint16_t>(s.kept);
    o.stock.half_life = us(s.half_life);
    o.stocking.longest = us(s.longest);
    o.stocking.patience = us(s.patience);
    o.stocking.rest = us(s.rest);
  }
  o.coded = s.coded != 0;
  o.repeater = o.hardware;
  return o;
}

template <class Profile, class Stock>
centre_outcome run_with(const centre_scenario& s, bug* planted) {
  using centre_type =
      sim::data_centre<Profile, orchestrate::adaptive, bell_diagonal, sim::no_trace, centre_tap, Stock>;
  const auto o = options_of<typename centre_type::options_type>(s);
  centre_watch watch{s.coded != 0};
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
  const world_time end{us(std::max<std::int64_t>(s.troubled, last_of(s))) + us(60'000)};
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
    fail(checks.after_step(watch.heralds()));
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

}  // namespace

centre_outcome run(const centre_scenario& s, bug* planted) {
  using orchestrate::no_stock, orchestrate::recent_partners;
  switch (s.runs) {
    case centre_scenario::stack::plain: return run_with<plain, no_stock>(s, planted);
    case centre_scenario::stack::stocked: return run_with<plain, recent_partners>(s, planted);
    case centre_scenario::stack::one_photon: break;
  }
  return run_with<one_photon, recent_partners>(s, planted);
}

}  // namespace ebit_test
