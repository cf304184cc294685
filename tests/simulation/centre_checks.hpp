// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <set>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include <ebit/core/time.hpp>
#include <ebit/link/segments.hpp>
#include <ebit/orchestrate/fabric_state.hpp>
#include <ebit/orchestrate/stored_pair.hpp>

#include "centre_scenario.hpp"
#include "centre_watch.hpp"

// What has to hold in a data centre, whatever is asked of it and whatever breaks.
namespace ebit_test {

/// When what the last fault befell is at work again, in microseconds.
[[nodiscard]] inline std::int64_t last_of(const centre_scenario& s) {
  std::int64_t last = 0;
  for (const centre_scenario::fault& f : s.faults) last = std::max(last, std::int64_t{f.at} + f.lasts);
  return last + s.deinitialising + s.initialising + s.locking;
}

template <class Centre>
class centre_checks {
 public:
  using node_id = ebit::node_id;

  centre_checks(const centre_scenario& s, const Centre& centre) : s_{&s}, centre_{&centre} {
    for (const centre_scenario::fault& f : s.faults)
      if (must_be_known(f))
        known_.push_back({ebit::duration::picoseconds((std::int64_t{f.at} + f.lasts) * 1'000'000), &f});
    std::sort(known_.begin(), known_.end(), [](const due& a, const due& b) { return a.at < b.at; });
  }

  /// Just before the end of a fault that has lasted.
  [[nodiscard]] std::string before_step() {
    for (; next_ < known_.size() && known_[next_].at <= centre_->next_time().since_epoch(); ++next_)
      if (const auto& f = *known_[next_].of; !is_believed_broken(f))
        return "news: the controller in office does not know of " + name_of(f) + ", after " +
               std::to_string(f.lasts) + " us";
    return {};
  }

  [[nodiscard]] std::string after_step(centre_watch& watch) {
    const node_id n = centre_->last_node();
    if (!is_balanced(n)) return "halves: they are not accounted for at node " + text(n);
    if (!is_buffer_sound(n)) return "buffer: that of endpoint " + text(n) + " is not as it is thought to be";
    for (const centre_watch::herald& h : watch.heralds())
      if (!has_met(h)) return "light: node " + text(h.node) + " hears of a pair, and its photon was seen nowhere";
    watch.heralds().clear();
    for (const centre_watch::attempt& a : watch.attempts())
      if (!is_at_work(a)) return "units: node " + text(a.node) + " begins attempts that its unit does not take up";
    watch.attempts().clear();
    if (std::string wrong = broken_endings(); !wrong.empty()) return wrong;
    return is_quiet() ? broken_light(n) : std::string{};
  }

  [[nodiscard]] std::string at_end() const {
    for (const auto check : {&centre_checks::broken_requests, &centre_checks::what_is_left_at_ends,
                             &centre_checks::what_is_left_at_controllers, &centre_checks::what_is_still_broken})
      if (std::string wrong = (this->*check)(); !wrong.empty()) return wrong;
    const auto& ledger = centre_->truth().ledger();
    if (is_quiet() && (ledger.orphaned != 0 || ledger.empty_operations != 0))
      return "halves: lost or looked for in vain though nothing went wrong";
    return {};
  }

 private:
  using fault = centre_scenario::fault;
  struct due {
    ebit::duration at;
    const fault* of;
  };
  /// Whether nothing goes wrong, and nobody provides for it.
  [[nodiscard]] bool is_quiet() const { return s_->faultless() && s_->retransmit == 0; }
  template <class Id>
  [[nodiscard]] static std::string text(Id i) {
    return std::to_string(i.value());
  }
  [[nodiscard]] bool is_endpoint(node_id n) const {
    return n.valid() && n.value() < centre_->layout().endpoints().size();
  }

  /// Each end accounts for every half it ever had.
  [[nodiscard]] bool is_balanced(node_id n) const {
    if (!n.valid()) return true;
    const std::size_t first = centre_->size() - centre_->repeaters();
    const bool is_repeater = n.value() >= first;
    if (!is_repeater && !is_endpoint(n)) return true;
    const ebit::segments& table =
        is_repeater ? centre_->repeater(n.value() - first).table() : centre_->endpoint(n).stack().table();
    const ebit::conservation c = table.counts();
    return c.acquired == c.delivered + c.consumed + c.discarded + table.held();
  }
  /// Every slot of the buffer is free and empty, or known to belong to one pair.
  [[nodiscard]] bool is_buffer_sound(node_id n) const {
    if constexpr (std::remove_cvref_t<decltype(centre_->endpoint(n))>::keeps_stock) {
      if (!is_endpoint(n) || !centre_->is_up(n)) return true;
      const auto& stock = centre_->endpoint(n).stock();
      using phase = ebit::orchestrate::stored_pair::phase;
      for (std::uint32_t slot = 0; slot < stock.slots(); ++slot) {
        const bool is_full = centre_->truth().holds(centre_->first_slot(n) + stock.first_slot() + slot);
        std::uint32_t owners = 0;
        bool is_kept = false;
        for (const ebit::orchestrate::stored_pair& p : stock.pairs()) {
          if (p.slot != slot) continue;
          ++owners;
          is_kept = p.state == phase::kept;
        }
        if (owners != (stock.is_used(slot) ? 1U : 0U) || is_kept != is_full) return false;
      }
    }
    return true;
  }
  /// Where no light strays only photons herald. Of one photon that is the other end's, if a fault keeps this one away.
  [[nodiscard]] bool has_met(const centre_watch::herald& h) const {
    const bool either =
        s_->runs == centre_scenario::stack::one_photon &&
        std::any_of(s_->faults.begin(), s_->faults.end(), [](const fault& f) { return f.keeps_photons_away(); });
    if (either) return true;
    const auto port = static_cast<std::uint16_t>(h.slot.value() / s_->memories);
    if (s_->crosstalk != 0 || !is_of_fabric(h.node, h.slot)) return true;
    return seen_at(centre_->optics(), h.node.value(), port, centre_->when(h.node, h.born)).valid();
  }
  [[nodiscard]] bool is_of_fabric(node_id n, ebit::slot_id slot) const {
    return is_endpoint(n) && slot.value() / s_->memories < centre_->layout().elements()[n.value()].ports;
  }
  [[nodiscard]] bool is_at_work(const centre_watch::attempt& a) const {
    if (!is_of_fabric(a.node, a.slot)) return true;
    const ebit::link::device_phase p = centre_->phase(a.node);
    return p == ebit::link::device_phase::busy || p == ebit::link::device_phase::degraded;
  }
  /// Where nothing goes wrong there is light in what both ends take for lit.
  [[nodiscard]] std::string broken_light(node_id n) {
    if (!is_endpoint(n)) return {};
    using phase = ebit::orchestrate::qnu_lease::phase;
    for (const auto& mine : centre_->endpoint(n).agent().leases()) {
      if (mine.state != phase::lit || lit_.count(mine.path) != 0) continue;
      for (const auto& other : centre_->endpoint(mine.peer).agent().leases()) {
        if (other.path != mine.path || other.state != phase::lit) continue;
        lit_.insert(mine.path);
        const auto light =
            centre_->optics().meeting(n.value(), mine.port, mine.peer.value(), other.port, centre_->now());
        if (!light.happens || std::max(light.lit_from[0], light.lit_from[1]) > centre_->now())
          return "light: path " + text(mine.path) + " is taken for lit and is not";
      }
    }
    return {};
  }

  /// Long enough for many lost messages, and with nobody's mind disturbed who has to tell or to hear of it.
  [[nodiscard]] bool must_be_known(const fault& f) const {
    using kind = fault::kind;
    constexpr std::uint32_t enough = 3'500;  // us
    const bool is_of_unit = f.is_of_unit();
    if ((f.what != kind::device && f.what != kind::fibre && !is_of_unit) || f.lasts < enough) return false;
    const auto& in = centre_->layout();
    const auto concerns = [&](std::uint32_t n) {
      if (n >= in.elements().size()) return n < in.elements().size() + s_->controllers;
      if (f.what == kind::device || is_of_unit) return n == f.where;
      const auto& along = in.along(ebit::orchestrate::span_id{f.where});
      return n == along.a.value() || n == along.b.value();
    };
    return std::none_of(s_->faults.begin(), s_->faults.end(), [&](const fault& g) {
      if (f.what == kind::drift && (g.what == kind::device || g.what == kind::shutdown) && g.where == f.where)
        return true;  // what does not work does not drift
      if (g.is_of_fabric()) return &g != &f && g.what == f.what && g.where == f.where;
      return (g.what == kind::crash || g.what == kind::clock_step) && concerns(g.where) && g.at < f.at + f.lasts;
    });
  }
  [[nodiscard]] bool is_believed_broken(const fault& f) const {
    using namespace ebit::orchestrate;
    const auto& office = centre_->controller();
    const fabric_state& state = office.state();
    if (f.what == fault::kind::fibre) return state.health_of(span_id{f.where}) == health::failed;
    const element_id at{f.where};
    if (!is_endpoint(node_id{f.where})) return state.health_of(at) == health::failed;
    const fabric& in = centre_->layout();
    const health least = f.what == fault::kind::drift ? health::degraded : health::failed;
    for (std::uint16_t p = 0; p < in.at(at).ports; ++p)
      if (in.span_at(at, p).valid() && state.health_of(in, at, p) < least) return false;
    return true;
  }
  [[nodiscard]] std::string name_of(const fault& f) const {
    if (f.what == fault::kind::fibre) return "the cut of fibre " + std::to_string(f.where);
    if (f.what == fault::kind::drift) return "the drift of " + centre_->layout().elements()[f.where].label;
    if (f.what == fault::kind::shutdown) return "the shutdown of " + centre_->layout().elements()[f.where].label;
    return "the fault of " + centre_->layout().elements()[f.where].label;
  }

  /// What its head takes back later is known to be gone; when a request is served its head has what it asked for.
  [[nodiscard]] std::string broken_endings() {
    const auto& all = centre_->requests();
    while (known_requests_ < all.size()) open_.push_back(known_requests_++);
    for (std::size_t i = 0; i < open_.size();) {
      const ebit::sim::request_record& r = all[open_[i]];
      if (r.finished && r.outcome == ebit::request_outcome::delivered && r.at_head.size() != r.asked.pairs)
        return "requests: request " + std::to_string(open_[i]) + " was served with " +
               std::to_string(r.at_head.size()) + " pairs";
      if (r.finished) {
        open_[i] = open_.back();
        open_.pop_back();
      } else {
        ++i;
      }
    }
    return {};
  }
  [[nodiscard]] std::string broken_requests() const {
    std::set<std::pair<node_id, ebit::pair_id>> handed_out;
    for (std::size_t i = 0; i < centre_->requests().size(); ++i) {
      const ebit::sim::request_record& r = centre_->requests()[i];
      const std::string name = "request " + std::to_string(i) + " of endpoint " + text(r.asked.from);
      if (!r.finished) return "progress: " + name + " never ended";
      std::size_t back = 0;  // what its head took back does not count, even if the other end has it
      for (const ebit::sim::revoked_half& h : r.revoked) back += h.at == r.asked.from ? 1U : 0U;
      if (r.at_head.size() > r.asked.pairs || r.deliveries.size() > r.asked.pairs + back)
        return "requests: " + name + " got too many pairs";
      for (const ebit::pair_id& p : r.names_at_head)
        if (!handed_out.insert({r.asked.from, p}).second)
          return "requests: " + name + " got a pair that was handed out before";
      for (const ebit::sim::delivered_pair& p : r.deliveries)
        if (!p.consistent) return "frames: the two ends of a pair of " + name + " disagree";
    }
    return {};
  }
  [[nodiscard]] static std::string what_is_held(const ebit::segments& table) {
    constexpr std::array<const char*, 6> layers{"nobody", "link", "purify", "swap", "route", "app"};
    constexpr std::array<const char*, 3> phases{"at rest", "operated on", "awaiting a result"};
    std::string all;
    for (std::uint32_t slot = 0; slot < table.size(); ++slot)
      if (const ebit::segment& row = table[slot]; row.held_by != ebit::owner::nobody)
        all += (all.empty() ? "a half of " : ", a half of ") +
               std::string{layers[static_cast<std::size_t>(row.held_by)]} + " " +
               phases[static_cast<std::size_t>(row.state)] + " in slot " + std::to_string(slot);
    return all;
  }
  [[nodiscard]] std::string what_is_left_at_ends() const {
    for (std::uint32_t n = 0; n < centre_->layout().endpoints().size(); ++n) {
      const auto& e = centre_->endpoint(node_id{n});
      const std::string name = "rest: endpoint " + std::to_string(n) + " still ";
      if (e.stack().table().held() != 0) return name + "holds " + what_is_held(e.stack().table());
      if (!e.agent().leases().empty()) return name + "holds a light path";
      if (!e.agent().requests().empty()) return name + "has a request";
      if constexpr (std::remove_cvref_t<decltype(e)>::keeps_stock)
        if (!e.stock().pairs().empty() || e.stock().vacant() != e.stock().slots())
          return name + "has something in stock";
    }
    for (std::size_t i = 0; i < centre_->repeaters(); ++i)
      if (centre_->repeater(i).table().held() != 0)
        return "rest: repeater " + std::to_string(i) + " still holds " + what_is_held(centre_->repeater(i).table());
    return {};
  }
  [[nodiscard]] std::string what_is_left_at_controllers() const {
    const auto& office = centre_->controller();
    if (!office.is_in_office()) return "rest: no controller is in office";
    if (office.waiting() != 0) return "rest: the controller still has requests";
    if (office.state().spans_in_use() != 0 || office.state().analysers_in_use() != 0)
      return "rest: the controller believes that something is in use";
    if (!office.walks().is_empty()) return "rest: the controller believes that a walk is in use";
    return {};
  }
  /// All is mended by now.
  [[nodiscard]] std::string what_is_still_broken() const {
    using namespace ebit::orchestrate;
    const fabric& in = centre_->layout();
    const fabric_state& state = centre_->controller().state();
    for (std::uint32_t e = 0; e < in.elements().size(); ++e) {
      const element_id at{e};
      const std::string name = "news: the controller in office takes " + in.at(at).label;
      if (state.health_of(at) != health::good) return name + " for broken";
      for (std::uint16_t p = 0; p < in.at(at).ports; ++p)
        if (in.span_at(at, p).valid() && state.health_of(in, at, p) != health::good)
          return name + "'s port " + std::to_string(p) + " for broken";
    }
    for (std::uint32_t i = 0; i < in.spans().size(); ++i)
      if (state.health_of(span_id{i}) != health::good)
        return "news: the controller in office takes fibre " + std::to_string(i) + " for cut";
    return {};
  }

  const centre_scenario* s_;
  const Centre* centre_;
  std::vector<due> known_;
  std::size_t next_ = 0;
  std::set<ebit::path_id> lit_;
  std::vector<std::size_t> open_;  ///< requests that have not ended
  std::size_t known_requests_ = 0;
};

}  // namespace ebit_test
