// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "data_centre/numbers.hpp"
#include "data_centre/run.hpp"

/// How the data centre behaved through each fault.
namespace centre {

/// One fault and what came of it. Times are in s and count from the fault.
struct fault_figures {
  ebit::duration at{};
  ebit::duration lasts{};
  std::string what{};                     ///< "switch core0.1"
  std::vector<std::uint32_t> elements{};  ///< that may be named as the cause
  std::optional<ebit::node_id> crashed{};
  ebit::orchestrate::span_id fibre{};
  bool is_degraded = false;  ///< light goes on, worse than before

  std::size_t hit = 0;      ///< light paths that ended by it
  std::size_t led_off = 0;  ///< light paths moved off what is degraded, make before break
  double noticed = -1;      ///< until the first of them was withdrawn
  distribution rerouted{};  ///< until there was light again over another way, found at once
  distribution bound{};     ///< of each of them: news, orders and moves at the speed of light
  double worst_excess = 0;  ///< of time over bound, a share of it
  distribution later{};  ///< until there was light again, where nothing was free at once or the fault was not known
  std::size_t unserved = 0;  ///< that got no other light path
  std::uint64_t moved = 0;   ///< pairs that were made over other light paths instead
  std::uint64_t lost = 0;    ///< pairs heralded on them and not delivered
  double took_over = -1;     ///< until another controller was in office
  double mended = -1;        ///< until it was reported ready
  ebit::duration homing{};   ///< that a switch takes before it is, or a networking unit to start up and lock
  double before = 0, during = 0, after = 0;  ///< pairs per second of the whole data centre
  bool has_after = false;
};

[[nodiscard]] inline std::vector<fault_figures> list_faults(const scene& s) {
  using kind = ebit::sim::fabric_fault::kind;
  std::vector<fault_figures> all;
  const auto add = [&all](fault_figures one) {  // in the order of their times
    std::size_t place = all.size();
    while (place > 0 && one.at < all[place - 1].at) --place;
    all.insert(all.begin() + static_cast<std::ptrdiff_t>(place), std::move(one));
  };
  const auto label = [&](std::uint32_t e) { return ebit::sim::detail::printable(s.layout.elements()[e].label); };
  for (const ebit::sim::fabric_fault& f : s.faults.broken) {
    fault_figures one{.at = f.at, .lasts = f.lasts};
    one.is_degraded = f.what == kind::degraded;
    if (f.is_of_fibre()) {
      const ebit::orchestrate::span& fibre = s.layout.along(f.fibre);
      one.elements = {fibre.a.value(), fibre.b.value()};
      one.fibre = f.fibre;
      one.what = "fibre " + std::to_string(f.fibre.value()) + ", " + label(fibre.a.value()) + " to " +
                 label(fibre.b.value());
    } else {
      one.elements = {f.element.value()};
      one.what = std::string{name_of(s.layout.at(f.element).kind)} + ' ' + label(f.element.value());
      if (s.layout.at(f.element).kind == ebit::orchestrate::element_kind::optical_switch &&
          f.what == kind::device)
        one.homing = s.layout.model_of_switch(f.element).homing_time;
      if (f.is_of_unit(s.layout) && f.what != kind::drift)
        one.homing = s.chosen.hardware.endpoint.value.life.until_ready();
      if (f.what == kind::drift) one.what += ", out of tolerance";
      if (f.what == kind::shutdown) one.what += ", shut down";
      if (f.what == kind::sticking_port) one.what += ", port " + std::to_string(f.port) + " sticks";
    }
    if (one.is_degraded)
      one.what += ", " + rounded(f.added_loss.base(), 3) + " dB and " + rounded(f.noise, 3) + " of noise worse" +
                  (f.is_sensed ? "" : ", not sensed");
    add(std::move(one));
  }
  for (const ebit::scheduled_fault& f : s.faults.crashes) {
    fault_figures one{.at = f.at, .lasts = f.lasts};
    one.crashed = f.node;
    if (f.node.value() < s.layout.elements().size()) {
      one.elements = {f.node.value()};
      one.what = "agent of " + label(f.node.value());
      if (f.node.value() < s.layout.endpoints().size())
        one.homing = s.chosen.hardware.endpoint.value.life.until_ready();
    } else {
      one.what = "controller " + std::to_string(f.node.value() - s.layout.elements().size());
    }
    add(std::move(one));
  }
  return all;
}

/// Fills in what came of faults.
class fault_inquiry {
 public:
  fault_inquiry(const scene& s, const outcome& out) : scene_{s}, out_{out} {
    for (std::uint32_t i = 0; i < out.leases.size(); ++i) leases_of_[out.leases[i].request].push_back(i);
    for (const ebit::sim::request_record& r : out.requests)
      for (const ebit::sim::delivered_pair& d : r.deliveries) deliveries_.push_back(d.second.since_epoch());
    std::sort(deliveries_.begin(), deliveries_.end());
  }

  [[nodiscard]] std::vector<fault_figures> run() const {
    std::vector<fault_figures> all = list_faults(scene_);
    for (const lease_record& l : out_.leases)
      if (l.is_hit())
        if (fault_figures* by = blamed(all, l); by != nullptr) follow(*by, l);
    for (fault_figures& f : all)
      if (f.is_degraded) count_moves(f);
    for (fault_figures& f : all) complete(f);
    return all;
  }

 private:
  /// The last fault at the element that the withdrawal names, of those that were not over if there are any.
  [[nodiscard]] static fault_figures* blamed(std::vector<fault_figures>& all, const lease_record& l) {
    fault_figures* found = nullptr;
    bool is_open = false;
    for (fault_figures& f : all) {
      const bool names = std::find(f.elements.begin(), f.elements.end(), l.cause) != f.elements.end();
      if (!names || f.is_degraded || l.withdrawn < ebit::world_time{f.at}) continue;
      const bool goes_on = l.withdrawn <= ebit::world_time{f.at + f.lasts + f.homing};
      if (is_open && !goes_on) continue;
      is_open = goes_on;
      found = &f;
    }
    return found;
  }

  /// Light paths that used what is degraded and were moved while it was.
  void count_moves(fault_figures& f) const {
    for (const lease_record& l : out_.leases) {
      const bool is_moved = !l.withdrawn.is_never() && l.why_withdrawn == ebit::orchestrate::ending::moved;
      if (!is_moved || l.withdrawn < ebit::world_time{f.at} || l.withdrawn > ebit::world_time{f.at + f.lasts}) continue;
      const bool uses = std::all_of(f.elements.begin(), f.elements.end(), [&l](std::uint32_t e) {
        return e == l.head || e == l.tail || e == l.analyser.value() ||
               std::find(l.via.begin(), l.via.end(), ebit::orchestrate::element_id{e}) != l.via.end();
      });
      if (!uses) continue;
      ++f.led_off;
      const double noticed = (l.withdrawn - ebit::world_time{f.at}).seconds();
      if (f.noticed < 0 || noticed < f.noticed) f.noticed = noticed;
    }
  }

  void follow(fault_figures& f, const lease_record& l) const {
    const ebit::world_time start{f.at};
    ++f.hit;
    const double noticed = (l.withdrawn - start).seconds();
    if (f.noticed < 0 || noticed < f.noticed) f.noticed = noticed;
    f.lost += l.heralds > l.delivered ? l.heralds - l.delivered : 0;
    const lease_record* next = nullptr;
    for (const std::uint32_t i : leases_of_.at(l.request)) {
      const lease_record& other = out_.leases[i];
      if (other.path > l.path && other.granted >= l.withdrawn && next == nullptr) next = &other;
    }
    if (next == nullptr) {
      ++f.unserved;
      return;
    }
    f.moved += next->pairs;
    // One that was lent in ignorance of the fault counts from where its light should have been.
    const bool was_lit = l.begins <= start;
    const double took = (next->begins - (was_lit ? start : l.begins)).seconds();
    if (next->granted > l.withdrawn || !was_lit) {
      f.later.add(took);
      return;
    }
    f.rerouted.add(took);
    const double least = bound_of(f, *next).seconds();
    f.bound.add(least);
    f.worst_excess = std::max(f.worst_excess, took / least - 1);
  }

  /// Whoever senses the fault tells the controller; this tells all ends and switches of the new way; the switches move.
  [[nodiscard]] ebit::duration bound_of(const fault_figures& f, const lease_record& next) const {
    const std::vector<ebit::duration>& flight = out_.flights[next.by.value() - scene_.layout.elements().size()];
    ebit::duration news = ebit::duration::never();
    for (const std::uint32_t e : f.elements) news = std::min(news, flight[e]);
    ebit::duration there = std::max(flight[next.head], flight[next.tail]);
    for (const ebit::orchestrate::element_id e : next.via)
      there = std::max(there, flight[e.value()] + scene_.layout.model_of_switch(e).reconfiguration_time);
    return news + there;
  }

  void complete(fault_figures& f) const {
    const ebit::world_time start{f.at}, stop{f.at + f.lasts};
    const std::size_t elements = scene_.layout.elements().size();
    if (f.crashed && f.crashed->value() >= elements) {
      for (const takeover_record& t : out_.takeovers)
        if (t.at >= start && f.took_over < 0) f.took_over = (t.at - start).seconds();
    }
    for (const news_record& n : out_.news)
      if (n.at >= stop && !n.is_fault && f.mended < 0 &&
          std::find(f.elements.begin(), f.elements.end(), n.element) != f.elements.end())
        f.mended = (n.at - start).seconds();
    const ebit::duration window = std::max(f.lasts, scene_.span / 10);
    f.before = pairs_per_second(std::max(f.at - window, ebit::duration::zero()), f.at);
    f.during = pairs_per_second(f.at, std::min(f.at + f.lasts, scene_.span));
    // After: once it can be used again, where that is told.
    const ebit::duration again = std::max(f.lasts, f.mended >= 0 ? ebit::duration::seconds(f.mended) : f.lasts);
    f.has_after = f.at + again < scene_.span;
    if (f.has_after) f.after = pairs_per_second(f.at + again, std::min(f.at + again + window, scene_.span));
  }
  [[nodiscard]] double pairs_per_second(ebit::duration from, ebit::duration to) const {
    if (!(from < to)) return 0;
    const auto first = std::lower_bound(deliveries_.begin(), deliveries_.end(), from);
    const auto last = std::lower_bound(first, deliveries_.end(), to);
    return static_cast<double>(last - first) / (to - from).seconds();
  }

  const scene& scene_;
  const outcome& out_;
  std::map<std::uint32_t, std::vector<std::uint32_t>> leases_of_;
  std::vector<ebit::duration> deliveries_;
};

}  // namespace centre
