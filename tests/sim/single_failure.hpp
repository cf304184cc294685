// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include <ebit/orchestrate/fabric_builders.hpp>
#include <ebit/sim/data_centre.hpp>

#include <support/catch.hpp>

// A data centre of 256 endpoints, all of which ask, in which one part fails; and what has to hold then.
namespace single_failure {

using namespace ebit;
using namespace ebit::literals;
using orchestrate::element_id;
using orchestrate::lease;
using orchestrate::span_id;
using fault = sim::fabric_fault;

/// Whether an end gave its application a half twice that it had not taken back.
struct twice_watch : sim::open_tap {
  std::set<std::pair<node_id, pair_id>> given;
  std::size_t twice = 0;

  using sim::open_tap::on_action;
  template <class More>
  bool on_action(node_id n, action::deliver& d, const More&) {
    if (!given.insert({n, d.name}).second) ++twice;
    return true;
  }
  template <class More>
  bool on_action(node_id n, action::revoke& r, const More&) {
    given.erase({n, r.name});
    return true;
  }
};
struct plain : default_profile {};
using centre_type = sim::data_centre<plain, orchestrate::adaptive, bell_diagonal, sim::no_trace, twice_watch>;

inline constexpr std::uint32_t endpoints = 256, waves = 3, pairs = 30;
inline constexpr duration between_waves = 400_us, at = 500_us, end = 12_ms, reconfiguration = 1_us;
inline constexpr duration for_good = 1_s;  // beyond the end of the run
inline constexpr std::size_t slots = 2;    // of each port: so many pairs a path holds at a time

[[nodiscard]] inline orchestrate::fabric tree(bool senses_position) {
  link::optical_switch moving;
  moving.insertion_loss = decibels(0.5);
  moving.reconfiguration_time = reconfiguration;
  moving.senses_position = senses_position;
  orchestrate::fabric_options o;
  o.switches = {moving};
  return orchestrate::fat_tree_for(endpoints, o);
}

[[nodiscard]] inline centre_type::options_type how() {
  centre_type::options_type o;
  o.hardware.emission_efficiency = 0.5;
  o.hardware.memories = slots;
  o.hardware.memory = {};
  o.hardware.dark_counts = {};
  o.hardware.attempt_time = 1_us;
  o.link.retransmit_after = 50_us;
  o.control.longest_lease = 1_ms;
  o.control.give_up_after = 4_ms;
  return o;
}

/// A run, with every light path that was lent in it.
struct history {
  centre_type centre;
  std::map<path_id, lease> lent;
  std::set<path_id> live_at_fault;
  path_id newest_at_fault{0};  ///< lent until then

  history(const orchestrate::fabric& layout, const centre_type::options_type& o) : centre{layout, o} {
    REQUIRE(centre.validate());
    for (std::uint32_t wave = 0; wave < waves; ++wave) {
      run_until(world_time{between_waves * static_cast<std::int64_t>(wave)});
      // One half of all asks the other, each time others. An endpoint serves one request at a time.
      for (std::uint32_t n = 0; n < endpoints / 2; ++n) {
        const std::uint32_t to = endpoints / 2 + (n + 37 * wave) % (endpoints / 2);
        REQUIRE(centre.request({.from = node_id{n}, .to = node_id{to}, .pairs = pairs, .min_fidelity = 0.5}));
      }
    }
    run_until(world_time{end});
  }

 private:
  void run_until(world_time until) {
    while (centre.next_time() <= until) {
      if (live_at_fault.empty() && centre.next_time() >= world_time{at}) note_live();
      centre.step();
      const std::uint64_t count = centre.controller().counts().leases;
      if (count != counted_) note_new();
      counted_ = count;
    }
    centre.run_until(until);
  }
  template <class Note>
  void each_lease(const Note& note) const {
    const auto& table = centre.controller().leases();
    for (std::uint32_t slot = 0; slot < table.slots(); ++slot)
      if (table.is_used(slot)) note(table[slot]);
  }
  void note_new() {
    each_lease([this](const lease& l) { lent.try_emplace(l.path, l); });
  }
  void note_live() {
    each_lease([this](const lease& l) {
      if (l.state == lease::phase::live) live_at_fault.insert(l.path);
    });
    for (const auto& [path, l] : lent) newest_at_fault = std::max(newest_at_fault, path);
  }
  std::uint64_t counted_ = 0;
};

/// What fails.
struct part {
  element_id element{};
  std::optional<std::uint16_t> port{};  ///< of the element, if that alone fails
  span_id fibre{};

  [[nodiscard]] bool is_on(const lease& l) const {
    if (l.way.analyser == element) return true;
    for (const orchestrate::arm* side : {&l.way.a, &l.way.b}) {
      if (!port && side->endpoint == element) return true;
      if (fibre.valid() && std::count(side->spans.begin(), side->spans.end(), fibre) != 0) return true;
      for (const orchestrate::crossing& c : side->crossings)
        if (c.at == element && (!port || c.in == *port || c.out == *port)) return true;
    }
    return false;
  }
};

struct scene {
  const char* name;
  part failed{};
  /// Who is cut off: those that had light over the part when it failed, or those that were promised it later and got
  /// none.
  bool hits_what_stands = true;
  duration back = duration::zero();  ///< where there is no way round: after so long the part is there again
  bool is_lost = false;              ///< where there is none, and it never is
  duration extra{};                  ///< until the controller knows, or the two ends have time
  centre_type::options_type o = how();
  bool senses_position = true;
};

/// Which light paths the part took away, and when their requests had a pair again.
struct outcome {
  std::set<std::size_t> hit;  ///< requests
  std::size_t taken = 0;      ///< light paths
  std::size_t recovered = 0;  ///< of those, followed by another that gave pairs
  duration shortest = duration::never(), longest{};  ///< from the fault to the first of them
};

[[nodiscard]] inline outcome recovery(const history& h, const scene& s) {
  outcome all;
  const sim::request_record* r = nullptr;
  const auto first_after = [&r](path_id lost) {
    for (std::size_t i = 0; i < r->at_head.size(); ++i)
      if (r->names_at_head[i].path > lost) return r->at_head[i];
    return world_time::never();
  };
  const node_id controller{static_cast<std::uint32_t>(h.centre.layout().elements().size())};
  for (const auto& [path, l] : h.lent) {
    if (!s.failed.is_on(l)) continue;
    r = &h.centre.requests()[l.request.value()];
    world_time since{at + s.back};
    if (s.hits_what_stands) {
      if (h.live_at_fault.count(path) == 0) continue;
    } else {
      const auto is_of = [p = path](const pair_id& name) { return name.path == p; };
      since = h.centre.when(controller, l.begins);
      if (since < world_time{at} || std::any_of(r->names_at_head.begin(), r->names_at_head.end(), is_of)) continue;
    }
    all.hit.insert(l.request.value());
    ++all.taken;
    const world_time again = first_after(path);
    if (again.is_never()) continue;  // it had all it asked for, or never gets it, which is judged elsewhere
    ++all.recovered;
    all.shortest = std::min(all.shortest, again - since);
    all.longest = std::max(all.longest, again - since);
  }
  return all;
}

/// What has to hold of any run: who got what.
inline void judge_requests(const history& h, const scene& s, const outcome& seen) {
  std::size_t refused = 0;
  for (std::size_t i = 0; i < h.centre.requests().size(); ++i) {
    const sim::request_record& r = h.centre.requests()[i];
    INFO("request " << i << " of " << r.asked.from.value() << " for " << r.asked.to.value());
    REQUIRE(r.finished);
    const bool is_of_lost = s.is_lost && (r.asked.from.value() == s.failed.element.value() ||
                                          r.asked.to.value() == s.failed.element.value());
    if (is_of_lost && r.outcome != request_outcome::delivered) {
      ++refused;
      CHECK((r.outcome == request_outcome::refused && r.why == refusal::out_of_order));
      continue;
    }
    CHECK(r.outcome == request_outcome::delivered);
    // What the part took away while it was handed over the head takes back, if need be after it was told "served".
    const std::size_t lost = r.revoked.size();
    CHECK(lost <= (seen.hit.count(i) == 0 ? 0 : slots));
    CHECK(r.at_head.size() + lost >= pairs);
    CHECK(r.deliveries.size() + lost >= pairs);
    CHECK(std::set<pair_id>(r.names_at_head.begin(), r.names_at_head.end()).size() == r.at_head.size());
  }
  CHECK(s.is_lost == (refused > 0));
  CHECK(h.centre.tap().twice == 0);
}

inline void judge_rest(const history& h, const outcome& seen) {
  const sim::world_ledger& ledger = h.centre.truth().ledger();
  CHECK(ledger.orphaned <= slots * seen.taken);
  CHECK((ledger.disagreements == 0 && ledger.empty_operations == 0));
  const auto& office = h.centre.controller();
  CHECK((office.is_in_office() && office.waiting() == 0 && office.leases().size() == 0));
  CHECK((office.state().spans_in_use() == 0 && office.state().analysers_in_use() == 0));
  for (std::uint32_t n = 0; n < endpoints; ++n) {
    INFO("endpoint " << n);
    const auto& e = h.centre.endpoint(node_id{n});
    CHECK((e.agent().leases().empty() && e.agent().requests().empty() && e.stack().table().held() == 0));
  }
}

/// From the word of a fault to the first pair, at most: the word goes to the controller and its orders to all, either
/// no farther than to the farthest element; switches move; the ends set up their circuit; and one wait in a million for
/// a pair is longer than 14 mean ones.
[[nodiscard]] inline duration first_pair(history& h) {
  const node_id controller{static_cast<std::uint32_t>(h.centre.layout().elements().size())};
  duration farthest{};
  for (std::uint32_t e = 0; e < controller.value(); ++e)
    farthest = std::max(farthest, h.centre.flight(controller, node_id{e}));
  double slowest = 1e12;
  for (const auto& [path, l] : h.lent) slowest = std::min(slowest, l.rate);
  const orchestrate::controller_options& c = how().control;
  return farthest * 2 + reconfiguration + c.guard + c.set_up + duration::seconds(14 / slowest);
}

}  // namespace single_failure
