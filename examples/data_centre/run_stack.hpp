// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <optional>
#include <utility>

#include <ebit/sim/data_centre.hpp>

#include "data_centre/run.hpp"
#include "data_centre/stack.hpp"
#include "data_centre/timing.hpp"
#include "data_centre/watch.hpp"
#include "support/progress.hpp"

namespace centre {

/// Requests in the order of their times, made or read.
class request_source {
 public:
  explicit request_source(const scene& s) : script_{&s.script}, askers_{&s.askers} {
    if (s.script.empty()) made_.emplace(s.demand, static_cast<std::uint32_t>(s.askers.size()));
    advance();
  }
  [[nodiscard]] bool is_over() const { return is_over_; }
  [[nodiscard]] const ebit::sim::timed_request& next() const { return next_; }
  void advance() {
    if (made_) {
      next_ = made_->next();
      next_.wanted.from = (*askers_)[next_.wanted.from.value()];
      next_.wanted.to = (*askers_)[next_.wanted.to.value()];
    } else if (place_ == script_->size()) {
      is_over_ = true;
    } else {
      next_ = (*script_)[place_++];
    }
  }

 private:
  const std::vector<ebit::sim::timed_request>* script_;
  const std::vector<ebit::node_id>* askers_;
  std::optional<ebit::sim::demand_stream> made_;
  std::size_t place_ = 0;
  bool is_over_ = false;
  ebit::sim::timed_request next_;
};

/// Runs a data centre and watches it.
template <ebit::profile Stack>
class runner {
 public:
  using data_centre =
      ebit::sim::data_centre<Stack, chosen_router, ebit::bell_diagonal, ebit::sim::no_trace, watch, chosen_stock>;

  explicit runner(const scene& s)
      : scene_{s},
        source_{s},
        centre_{built(s, values(s), watch{s.chosen.controllers, !s.chosen.trace_file.empty()})} {}

  [[nodiscard]] ebit::result<outcome> run() {
    if (const ebit::status& valid = centre_.validate(); !valid) return valid.error();
    if (scene_.chosen.buffers > 0) watch_buffers();
    outcome out;
    out.use = use_samples{scene_.layout};
    const ebit::world_time end{scene_.span};
    support::progress shown;
    for (std::int64_t i = 1; i <= samples; ++i) {
      const ebit::world_time next{ebit::duration::seconds(scene_.span.seconds() * static_cast<double>(i) / samples)};
      const ebit::world_time at = next < end ? next : end;
      for (; !source_.is_over() && source_.next().at < at.since_epoch(); source_.advance()) {
        advance_to(ebit::world_time{source_.next().at});
        if (const auto asked = centre_.request(source_.next().wanted); !asked) return asked.error();
      }
      advance_to(at);
      count();
      const auto& office = centre_.controller();
      out.use.look(scene_.layout, office.state(), office.requests(), at);
      if (shown.due()) show(shown);
    }
    collect(out);
    return out;
  }

 private:
  static constexpr std::int64_t samples = 1000;

  [[nodiscard]] static data_centre built(const scene& s, const typename data_centre::options_type& o,
                                         watch seen = {}) {
    if (s.joined) return data_centre{*s.joined, o, {}, std::move(seen)};
    return data_centre{s.layout, o, {}, std::move(seen)};
  }
  [[nodiscard]] static typename data_centre::options_type values(const scene& s) {
    typename data_centre::options_type o;
    o.seed = s.chosen.seed;
    o.hardware = s.chosen.hardware.endpoint.value;
    o.router.is_static = s.chosen.is_static;
    o.control.sharing.tenants.resize(s.tenants());
    o.timing = timing_of(s.chosen);
    if (o.timing) o.control.guard = guard_of(s, *o.timing, o.control.guard);
    o.control.longest_lease = s.chosen.hardware.longest_lease;
    o.controllers = s.chosen.controllers;
    o.faults.schedule = s.faults.crashes;
    o.broken = s.faults.broken;
    o.trunk.loss_per_length = o.hardware.fibre_attenuation;
    o.repeater = o.hardware;
    keep_stock(s, o);
    o.control.farthest = farthest(s, o);
    return o;
  }
  /// A buffer qubit is as good as one for communication and is reached by a two-qubit gate. Half of them are for the
  /// pairs that a QPU asked for itself, half for those that others made with it; the patterns of demand have QPUs ask
  /// each other in turn, so partners are remembered for as long as it takes to be asked for again.
  static void keep_stock(const scene& s, typename data_centre::options_type& o) {
    if (s.chosen.buffers == 0) return;
    o.hardware.buffer = {.qubits = s.chosen.buffers,
                         .memory = o.hardware.memory,
                         .move_time = o.hardware.gate_time,
                         .move_noise = o.hardware.gates.two_qubit};
    o.stock.is_on = true;
    o.stock.partners.pairs = std::max<std::uint16_t>(1, s.chosen.buffers / 2);
    if (!s.script.empty()) return;
    const auto between = ebit::duration::seconds(static_cast<double>(s.askers.size()) / s.demand.requests_per_second);
    o.stock.partners.half_life = std::max(o.stock.partners.half_life, between * 2);
    o.stocking.longest = std::max(o.stocking.longest, between * 4);
  }
  /// Whoever sets a controller up knows how far the agents are, but for the trunks, which the library adds.
  [[nodiscard]] static ebit::duration farthest(const scene& s, const typename data_centre::options_type& o) {
    data_centre trial = built(s, o);
    ebit::duration most = ebit::duration::picoseconds(1);
    const auto elements = static_cast<std::uint32_t>(s.layout.elements().size());
    if (!trial.validate()) return most;
    for (std::uint32_t c = 0; c < o.controllers; ++c)
      for (std::uint32_t e = 0; e < elements; ++e)
        most = std::max(most, trial.flight(ebit::node_id{elements + c}, ebit::node_id{e}));
    if (s.joined)
      for (const ebit::orchestrate::trunk& t : s.joined->trunks()) most -= t.length / o.trunk.group_velocity;
    return std::max(most, ebit::duration::picoseconds(1));
  }

  void watch_buffers() {
    std::vector<std::uint32_t> first;
    for (const auto e : scene_.layout.endpoints())
      first.push_back(centre_.endpoint(ebit::node_id{e.value()}).stock().first_slot());
    centre_.tap().set_buffers(std::move(first));
  }
  void collect_stock(outcome& out) const {
    out.from_stock.resize(out.requests.size());
    for (std::size_t i = 0; i < out.requests.size(); ++i)
      for (const ebit::pair_id& name : out.requests[i].names_at_head)
        out.from_stock[i] += centre_.tap().was_stocked(out.requests[i].asked.from, name,
                                                       ebit::request_id{static_cast<std::uint32_t>(i)})
                                 ? 1U
                                 : 0U;
    for (const auto e : scene_.layout.endpoints()) {
      const auto& stock = centre_.endpoint(ebit::node_id{e.value()}).stock();
      out.stock.discarded += stock.discarded();
      out.stock.slots += stock.slots();
      out.stock.kept += stock.slots() - stock.vacant();
    }
  }

  void advance_to(ebit::world_time end) {
    while (centre_.next_time() <= end) {
      watch& seen = centre_.tap();
      seen.set(centre_.next_time());
      const std::size_t before = seen.leases().size();
      centre_.step();
      for (std::size_t i = before; i < seen.leases().size(); ++i) complete(seen.leases()[i]);
    }
    centre_.run_until(end);
  }
  /// What no message says: the way, and what was forecast for it.
  void complete(lease_record& l) const {
    const std::size_t rank = l.by.value() - scene_.layout.elements().size();
    const auto& leases = centre_.controller(rank).leases();
    const std::uint32_t slot = leases.find(ebit::path_id{l.path});
    if (slot == leases.none) return;
    const ebit::orchestrate::lease& lent = leases[slot];
    l.pairs_per_second = lent.rate;
    l.fidelity = lent.fidelity;
    l.analyser = lent.way.analyser;
    for (const ebit::orchestrate::arm* side : {&lent.way.a, &lent.way.b})
      for (const ebit::orchestrate::crossing& c : side->crossings) l.via.push_back(c.at);
  }
  void show(support::progress& shown) const {
    std::size_t finished = 0;
    for (const ebit::sim::request_record& r : centre_.requests()) finished += r.finished ? 1 : 0;
    char text[160];
    std::snprintf(text, sizeof text, "%.3g of %.3g s, %zu of %zu requests, %zu light paths",
                  centre_.now().since_epoch().seconds(), scene_.span.seconds(), finished, centre_.requests().size(),
                  centre_.tap().leases().size());
    shown.show(text);
  }
  /// Controllers count from their (last) start on; what one had counted when it crashed is kept.
  void count() {
    counted_.resize(scene_.chosen.controllers);
    for (std::size_t i = 0; i < counted_.size(); ++i) {
      const auto& c = centre_.controller(i).counts();
      if (c.searches < counted_[i].searches) add(lost_, counted_[i]);
      counted_[i] = {c.searches, c.blocked};
    }
  }
  static void add(search_counts& into, const search_counts& more) {
    into.searches += more.searches;
    for (std::size_t i = 0; i < into.blocked.size(); ++i) into.blocked[i] += more.blocked[i];
  }
  void collect(outcome& out) {
    out.requests = centre_.requests();
    collect_stock(out);
    out.searched = lost_;
    for (std::size_t i = 0; i < scene_.chosen.controllers; ++i) {
      add(out.searched, counted_[i]);
      std::vector<ebit::duration> flights;
      const auto elements = static_cast<std::uint32_t>(scene_.layout.elements().size());
      for (std::uint32_t e = 0; e < elements; ++e)
        flights.push_back(centre_.flight(ebit::node_id{elements + static_cast<std::uint32_t>(i)}, ebit::node_id{e}));
      out.flights.push_back(std::move(flights));
    }
    watch& seen = centre_.tap();
    out.leases = std::move(seen.leases());
    out.news = seen.news();
    out.takeovers = seen.takeovers();
    out.moves = seen.moves();
    out.ledger = centre_.truth().ledger();
    for (std::uint32_t n = 0; n < scene_.layout.endpoints().size(); ++n) {
      const ebit::sim::time_in_phases one = centre_.time_in_phases_of(ebit::node_id{n});
      for (std::size_t p = 0; p < one.size(); ++p) out.units[p] += one[p];
    }
    out.events = centre_.events();
    out.messages = centre_.messages();
  }

  const scene& scene_;
  request_source source_;
  std::vector<search_counts> counted_;
  search_counts lost_;
  data_centre centre_;
};

}  // namespace centre
