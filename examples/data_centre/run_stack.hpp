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
  explicit request_source(const scene& s) : script_{&s.script} {
    if (s.script.empty()) made_.emplace(s.demand, static_cast<std::uint32_t>(s.layout.endpoints().size()));
    advance();
  }
  [[nodiscard]] bool is_over() const { return is_over_; }
  [[nodiscard]] const ebit::sim::timed_request& next() const { return next_; }
  void advance() {
    if (made_) {
      next_ = made_->next();
    } else if (place_ == script_->size()) {
      is_over_ = true;
    } else {
      next_ = (*script_)[place_++];
    }
  }

 private:
  const std::vector<ebit::sim::timed_request>* script_;
  std::optional<ebit::sim::demand_stream> made_;
  std::size_t place_ = 0;
  bool is_over_ = false;
  ebit::sim::timed_request next_;
};

/// Runs a data centre and watches it.
template <ebit::profile Stack>
class runner {
 public:
  using data_centre = ebit::sim::data_centre<Stack, chosen_router, ebit::bell_diagonal, ebit::sim::no_trace, watch>;

  explicit runner(const scene& s)
      : scene_{s},
        source_{s},
        centre_{s.layout, values(s), {}, watch{s.chosen.controllers, !s.chosen.trace_file.empty()}} {}

  [[nodiscard]] ebit::result<outcome> run() {
    if (const ebit::status& valid = centre_.validate(); !valid) return valid.error();
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
    o.control.farthest = farthest(s, o);
    return o;
  }
  /// Whoever sets a controller up knows how far the agents are.
  [[nodiscard]] static ebit::duration farthest(const scene& s, const typename data_centre::options_type& o) {
    data_centre built{s.layout, o};
    ebit::duration most = ebit::duration::picoseconds(1);
    const auto elements = static_cast<std::uint32_t>(s.layout.elements().size());
    if (!built.validate()) return most;
    for (std::uint32_t c = 0; c < o.controllers; ++c)
      for (std::uint32_t e = 0; e < elements; ++e)
        most = std::max(most, built.flight(ebit::node_id{elements + c}, ebit::node_id{e}));
    return most;
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
