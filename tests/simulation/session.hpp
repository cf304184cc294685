// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "invariants.hpp"
#include "setting.hpp"
#include "stack.hpp"

namespace ebit_test {

/// One scenario on one type of network.
template <class Profile, class State>
class session {
 public:
  using network = ebit::sim::network<Profile, State, ebit::sim::no_trace, watching_tap>;

  session(const scenario& s, const limits& l, const ebit::sim::network_options<Profile>& stack, bug* planted)
      : s_{s},
        limits_{l},
        options_{options_of<State>(s, stack, planted)},
        books_{s, {}},
        sim_{map_of(s), options_, {}, {&books_, planted, recorded() ? &tapes_ : nullptr, nullptr, nullptr}} {
    if (!sim_.validate()) return;
    books_ = books{s, around()};
    sim_.tap().network = &sim_;
    sim_.tap().now = [](const void* net) { return static_cast<const network*>(net)->now(); };
    for (const scenario::demand& d : s_.demands) last_ask_ = std::max(last_ask_, d.at);
    begin_wave();
  }
  session(const session&) = delete;
  session& operator=(const session&) = delete;

  [[nodiscard]] outcome run() {
    if (const ebit::status& ok = sim_.validate(); !ok) return {.broken = "scenario: " + ok.error().message()};
    std::string broken = to_the_end();
    outcome o;
    if (broken.empty()) broken = end_of_run();
    if (broken.empty() && recorded()) {
      const solo alone = run_alone();
      o.lives = alone.lives, o.told = alone.events;
      broken = alone.broken;
    }
    if (!broken.empty())
      o.broken = broken + " (event " + std::to_string(sim_.events()) + ", " +
                 std::to_string(sim_.now().since_epoch().picoseconds()) + " ps)";
    o.events = sim_.events();
    o.messages = sim_.messages();
    for (const ebit::sim::request_record& r : sim_.requests()) {
      ++o.asked;
      o.served += r.outcome == ebit::request_outcome::delivered;
      o.refused += r.outcome == ebit::request_outcome::refused;
      o.expired += r.outcome == ebit::request_outcome::expired;
    }
    o.cut_short = cut_short_;
    o.fates = books_.eyes.fates();
    o.pairs = o.fates.pairs;
    return o;
  }

 private:
  /// What the watch has to know, from the network itself.
  [[nodiscard]] surroundings around() const {
    surroundings a;
    const ebit::route::network_map& map = sim_.map();
    const std::size_t n = sim_.size();
    a.light.assign(n, std::vector<ebit::duration>(n, ebit::duration::never()));
    const ebit::sim::topology net = map_of(s_);
    for (std::uint32_t i = 0; i < n; ++i) {
      a.slots.push_back(sim_.node(ebit::node_id{i}).table().size());
      a.clocks.push_back(
          ebit::duration::picoseconds(static_cast<std::int64_t>(net.stable_key(ebit::node_id{i}) % 1'000'000'000)));
      a.light[i][i] = ebit::duration::zero();
    }
    for (const ebit::route::edge& e : map.edges()) {
      a.paths.push_back({{e.a.value(), e.b.value()}, {e.budget.station_a, e.budget.station_b}});
      for (const auto& [p, q] : {std::pair{e.a.value(), e.b.value()}, std::pair{e.b.value(), e.a.value()}})
        a.light[p][q] = std::min(a.light[p][q], e.budget.delay);
    }
    for (std::size_t k = 0; k < n; ++k)
      for (std::size_t i = 0; i < n; ++i)
        for (std::size_t j = 0; j < n; ++j) a.light[i][j] = std::min(a.light[i][j], a.light[i][k] + a.light[k][j]);
    a.copies = s_.duplication != 0;
    a.quiet = s_.noisy == 0;
    return a;
  }

  void begin_wave() {
    wave_ = sim_.now();
    wave_first_ = sim_.requests().size();
    asked_.assign(s_.demands.size(), false);
    // What was refused in the first wave would be again; if that is all, let it be.
    if (wave_first_ > 0 && refused_.empty()) {
      refused_.assign(s_.demands.size(), false);
      for (std::size_t i = 0; i < demand_of_.size(); ++i) refused_[demand_of_[i]] = sim_.requests()[i].refused();
      if (std::find(refused_.begin(), refused_.end(), false) == refused_.end())
        refused_.assign(s_.demands.size(), false);
    }
    if (wave_first_ > 0) asked_ = refused_;
    ask();
  }
  void ask() {
    for (std::size_t i = 0; i < s_.demands.size(); ++i) {
      const scenario::demand& d = s_.demands[i];
      if (asked_[i] || wave_ + microseconds(d.at) > sim_.now()) continue;
      asked_[i] = true;
      if (wave_first_ == 0) demand_of_.push_back(i);
      ebit::sim::request_parameters r;
      r.from = ebit::node_id{d.from};
      r.to = ebit::node_id{d.to};
      r.pairs = d.pairs;
      r.kind = static_cast<ebit::request_kind>(d.kind);
      r.bases = static_cast<ebit::basis_choice>(d.bases);
      r.priority = static_cast<std::uint8_t>(d.priority);
      r.weight = static_cast<std::uint8_t>(d.weight);
      r.purpose = static_cast<std::uint16_t>(d.purpose);
      r.atomic = d.atomic != 0;
      r.consecutive = d.consecutive != 0;
      if (d.limit != 0) r.time_limit = microseconds(d.limit);
      books_.eyes.asked.push_back({d.from, d.to, d.pairs, d.purpose, 0});
      const auto handle = sim_.request(r);
      if (!handle) books_.eyes.report(d.from, "scenario", handle.error().message());
    }
  }

  [[nodiscard]] bool all_answered() const {
    for (const bool a : asked_)
      if (!a) return false;
    for (std::size_t i = wave_first_; i < sim_.requests().size(); ++i)
      if (!sim_.requests()[i].finished) return false;
    return true;
  }
  [[nodiscard]] ebit::world_time deadline() const {
    const ebit::world_time quiet{microseconds(static_cast<std::int64_t>(s_.faults_end()))};
    return std::max(quiet, wave_ + microseconds(last_ask_)) + microseconds(limits_.seconds * std::int64_t{1'000'000});
  }

  /// Runs until all is served and at rest, or until the time or the number of events is over.
  [[nodiscard]] std::string to_the_end() {
    for (std::uint64_t steps = 1;; ++steps) {
      if (sim_.events() >= limits_.at_most) {
        cut_short_ = true;
        return {};
      }
      if (all_answered() && sim_.events() < limits_.at_least && faults_over()) begin_wave();
      if (!sim_.step()) {
        if (const ebit::world_time next = next_ask(); !next.is_never()) {
          sim_.run_until(next);
          books_.turn(sim_.now());
        } else if (sim_.events() < limits_.at_least && all_answered()) {
          begin_wave();
        } else {
          at_rest_ = true;
          return {};
        }
      }
      books_.turn(sim_.now());
      if (!books_.eyes.broken().empty()) return books_.eyes.broken();
      if (std::string wrong = check(sim_.last_node().value()); !wrong.empty()) return wrong;
      if (steps % 1'000 == 0)
        if (std::string wrong = check_all(); !wrong.empty()) return wrong;
      ask();
      if (sim_.now() > deadline()) return {};
    }
  }
  [[nodiscard]] bool faults_over() const {
    return sim_.now().since_epoch() > microseconds(static_cast<std::int64_t>(s_.faults_end()));
  }
  [[nodiscard]] ebit::world_time next_ask() const {
    ebit::world_time next = ebit::world_time::never();
    for (std::size_t i = 0; i < s_.demands.size(); ++i)
      if (!asked_[i]) next = std::min(next, wave_ + microseconds(s_.demands[i].at));
    return next;
  }

  [[nodiscard]] std::string check(std::uint32_t n) {
    if (n >= sim_.size() || books_.is_down(n)) return {};
    if (std::string wrong = broken_at(sim_, n, books_.eyes); !wrong.empty()) return wrong;
    if (std::string wrong = broken_ledger(sim_.truth().ledger(), s_); !wrong.empty()) return wrong;
    if (books_.eyes.seen().delivered == delivered_) return {};
    delivered_ = books_.eyes.seen().delivered;
    return check_deliveries();
  }
  /// What both ends have is what they say it is.
  [[nodiscard]] std::string check_deliveries() {
    checked_.resize(sim_.requests().size(), 0);
    for (std::size_t i = wave_first_; i < checked_.size(); ++i) {
      const ebit::sim::request_record& r = sim_.requests()[i];
      const std::string which = "request " + std::to_string(i);
      if (r.at_head.size() > r.asked.pairs) return "requests: " + which + " is given more pairs than it wants";
      for (; checked_[i] < r.deliveries.size(); ++checked_[i]) {
        const ebit::sim::delivered_pair& d = r.deliveries[checked_[i]];
        if (!d.consistent) return "frames: the ends of a pair of " + which + " differ in name or frame";
        if (s_.noisy == 0 && !(d.fidelity > 1 - 1e-9))
          return "fidelity: a pair of " + which + " is not in the state its frame says";
      }
    }
    return {};
  }
  [[nodiscard]] std::string check_all() {
    for (std::uint32_t n = 0; n < sim_.size(); ++n)
      if (std::string wrong = check(n); !wrong.empty()) return wrong;
    return s_.noisy == 0 ? broken_belief(sim_, [this](std::uint32_t n) { return books_.is_down(n); }) : std::string{};
  }

  [[nodiscard]] std::string end_of_run() {
    if (std::string wrong = check_all(); !wrong.empty()) return wrong;
    const watch::fate f = books_.eyes.fates();
    if (cut_short_ || !s_.reliable()) return {};
    for (std::size_t i = 0; i < sim_.requests().size(); ++i)
      if (!sim_.requests()[i].finished)
        return "progress: request " + std::to_string(i) + " is neither served nor refused nor expired" +
               what_is_held(sim_);
    if (std::string wrong = not_at_rest(sim_); !wrong.empty()) return wrong + what_is_held(sim_);
    if (!at_rest_) return "rest: all is served and something still goes on";
    if (f.orphans != 0 && s_.reliable()) return "fate: " + std::to_string(f.orphans) + " orphans; " + f.example;
    if (s_.faultless()) return broken_without_faults(books_.eyes.seen(), s_);
    return {};
  }

  [[nodiscard]] bool recorded() const { return limits_.alone != 0 && s_.seed % limits_.alone == 0; }
  [[nodiscard]] solo run_alone() const {
    const ebit::shared_constant<ebit::route::network_map> map{sim_.map()};
    return each_alone(sim_, tapes_, [&](ebit::node_id id, std::uint32_t incarnation) {
      const std::vector<std::uint32_t> slots(map->incident(id).size(), s_.memories);
      return ebit::basic_node<Profile>{{id, slots, map, incarnation}, options_.stack()};
    });
  }

  scenario s_;
  limits limits_;
  ebit::sim::network_options<Profile> options_;
  tapes tapes_;
  books books_;
  network sim_;
  ebit::world_time wave_{};
  std::size_t wave_first_ = 0;  ///< its first request
  std::uint32_t last_ask_ = 0;
  std::vector<bool> asked_;
  std::vector<std::size_t> demand_of_;  ///< of the requests of the first wave
  std::vector<bool> refused_;           ///< demands, in the first wave
  std::vector<std::size_t> checked_;
  std::uint64_t delivered_ = 0;
  bool cut_short_ = false;
  bool at_rest_ = false;  ///< nothing is left to happen
};

}  // namespace ebit_test
