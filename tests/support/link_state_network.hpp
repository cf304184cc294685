// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include <ebit/core/random.hpp>
#include <ebit/core/samplers.hpp>
#include <ebit/core/time.hpp>
#include <ebit/route/link_state.hpp>

namespace ebit_test {

/// Nodes that run link-state dissemination over a channel that may lose, double, delay and reorder messages. Each has
/// a clock of its own. Events happen in the order of their time and then of their making, so every run of a seed is
/// the same.
class link_state_network {
 public:
  struct channel {
    double lost = 0;
    double doubled = 0;
    ebit::duration delay = ebit::duration::seconds(0.001);
    ebit::duration jitter{};  ///< at most so much more
  };

  link_state_network(std::uint64_t seed, std::uint32_t nodes, const ebit::route::link_state_options& how)
      : how_{how},
        draw_{seed, ebit::random_purpose::fault, 1},
        neighbours_(nodes),
        timers_(nodes, never),
        started_(nodes) {
    for (std::uint32_t n = 0; n < nodes; ++n) {
      engines_.emplace_back(ebit::node_id{n}, 0, how_);
      incarnations_.push_back(0);
    }
  }

  channel how_messages_fare;

  [[nodiscard]] std::uint32_t nodes() const { return static_cast<std::uint32_t>(engines_.size()); }
  [[nodiscard]] const ebit::route::link_state& at(std::uint32_t n) const { return engines_[n]; }
  [[nodiscard]] ebit::duration now() const { return now_; }
  [[nodiscard]] std::uint64_t messages() const { return messages_; }
  [[nodiscard]] const std::vector<std::uint32_t>& neighbours(std::uint32_t n) const { return neighbours_[n]; }

  /// Two nodes can exchange messages from now on, or not any more.
  void join(std::uint32_t a, std::uint32_t b) {
    neighbours_[a].push_back(b);
    neighbours_[b].push_back(a);
  }
  [[nodiscard]] bool is_cut(std::uint32_t a, std::uint32_t b) const {
    return std::find(cuts_.begin(), cuts_.end(), ordered(a, b)) != cuts_.end();
  }
  void cut(std::uint32_t a, std::uint32_t b) { cuts_.push_back(ordered(a, b)); }
  /// The same, and both are told.
  void part(std::uint32_t a, std::uint32_t b) {
    if (is_cut(a, b)) return;
    cut(a, b);
    parted_.push_back(ordered(a, b));
    act(a, [&](auto& engine, auto, auto&) { engine.neighbour_down(ebit::node_id{b}); });
    act(b, [&](auto& engine, auto, auto&) { engine.neighbour_down(ebit::node_id{a}); });
  }
  void heal() {
    cuts_.clear();
    const auto again = [this](std::uint32_t a, std::uint32_t b) {
      act(a, [&](auto& engine, auto t, auto& sink) {
        engine.neighbour_up(ebit::node_id{b}, how_messages_fare.delay * 2, t, sink);
      });
    };
    for (const auto& [a, b] : parted_) again(a, b), again(b, a);
    parted_.clear();
  }

  void start(std::uint32_t n, std::uint16_t free_slots = 8) {
    started_[n] = now_;
    act(n, [&](auto& engine, auto t, auto& sink) {
      engine.start(free_slots, t, sink);
      for (const std::uint32_t b : neighbours_[n])
        if (std::find(parted_.begin(), parted_.end(), ordered(n, b)) == parted_.end())
          engine.neighbour_up(ebit::node_id{b}, how_messages_fare.delay * 2, t, sink);
    });
  }
  /// It knows its neighbours, and says nothing of itself yet.
  void meet(std::uint32_t n) {
    act(n, [&](auto& engine, auto t, auto& sink) {
      for (const std::uint32_t b : neighbours_[n])
        engine.neighbour_up(ebit::node_id{b}, how_messages_fare.delay * 2, t, sink);
    });
  }
  /// It forgets all; a node that has no memory of its incarnations begins with the first again. Two such lives that
  /// begin at nearly the same time nobody can tell apart.
  void restart(std::uint32_t n, bool remembers_incarnation) {
    if (now_ - started_[n] < ebit::duration::seconds(1)) remembers_incarnation = true;
    if (remembers_incarnation) incarnations_[n] = std::max(incarnations_[n], engines_[n].incarnation()) + 1;
    engines_[n] = ebit::route::link_state{ebit::node_id{n}, remembers_incarnation ? incarnations_[n] : 0, how_};
    timers_[n] = never;
    start(n);
  }
  void report(std::uint32_t n, std::uint32_t link, std::uint32_t peer, const ebit::route::end_state& s) {
    act(n, [&](auto& engine, auto t, auto& sink) {
      engine.report(ebit::path_id{link}, ebit::node_id{peer}, s, t, sink);
    });
  }
  void withdraw(std::uint32_t n, std::uint32_t link) {
    act(n, [&](auto& engine, auto t, auto& sink) { engine.withdraw(ebit::path_id{link}, t, sink); });
  }

  /// Until nothing happens any more before `until`.
  void run(ebit::duration until) {
    while (!events_.empty() && events_.front().time <= until) {
      const happening e = pop();
      now_ = e.time;
      if (e.is_timer) {
        if (timers_[e.to] != e.time) continue;  // another one has taken its place
        timers_[e.to] = never;
        act(e.to, [](auto& engine, auto t, auto& sink) { engine.expire(t, sink); });
      } else if (!is_cut(e.content.from.value(), e.to)) {
        act(e.to, [&](auto& engine, auto t, auto& sink) { (void)engine.handle(e.content, e.flight, t, sink); });
      }
    }
    now_ = until;
  }
  /// Until all nodes are quiet and hear their neighbours; false if that is not so by then.
  [[nodiscard]] bool settle(ebit::duration by) {
    while (!is_settled() && now_ < by) run(now_ + ebit::duration::seconds(0.01));
    return is_settled();
  }
  [[nodiscard]] bool is_settled() const {
    for (const happening& e : events_)
      if (!e.is_timer) return false;
    for (std::uint32_t n = 0; n < nodes(); ++n) {
      if (!engines_[n].is_quiet()) return false;
      for (const std::uint32_t b : neighbours_[n])
        if (!is_cut(n, b) && engines_[n].is_silent(ebit::node_id{b})) return false;
    }
    return true;
  }
  /// Hops from each node to `n` over neighbours that are not cut off; the largest number if there is no way.
  [[nodiscard]] std::vector<std::uint32_t> hops_to(std::uint32_t n) const {
    std::vector<std::uint32_t> hops(nodes(), ~std::uint32_t{0}), queue { n };
    hops[n] = 0;
    for (std::size_t i = 0; i < queue.size(); ++i)
      for (const std::uint32_t b : neighbours_[queue[i]])
        if (hops[b] == ~std::uint32_t{0} && !is_cut(queue[i], b)) {
          hops[b] = hops[queue[i]] + 1;
          queue.push_back(b);
        }
    return hops;
  }

 private:
  static constexpr ebit::duration never = ebit::duration::never();
  struct happening {
    ebit::duration time;
    std::uint64_t order = 0;
    std::uint32_t to = 0;
    bool is_timer = false;
    ebit::duration flight;
    ebit::message content;
    [[nodiscard]] bool operator<(const happening& o) const {  // a heap keeps the largest on top
      return time != o.time ? time > o.time : order > o.order;
    }
  };

  [[nodiscard]] static std::pair<std::uint32_t, std::uint32_t> ordered(std::uint32_t a, std::uint32_t b) {
    return a < b ? std::pair{a, b} : std::pair{b, a};
  }
  /// Clocks differ by days.
  [[nodiscard]] ebit::local_time local(std::uint32_t n) const {
    return ebit::local_time{now_ + ebit::duration::seconds(1e5 * (n % 61))};
  }
  [[nodiscard]] ebit::duration global(std::uint32_t n, ebit::local_time t) const {
    return t.is_never() ? never : t.since_epoch() - ebit::duration::seconds(1e5 * (n % 61));
  }
  template <class Act>
  void act(std::uint32_t n, Act&& how) {
    const auto sink = [&](const ebit::action::send& s) { carry(s.content); };
    how(engines_[n], local(n), sink);
    const ebit::duration due = global(n, engines_[n].next_deadline());
    if (due >= timers_[n]) return;
    timers_[n] = due < now_ ? now_ : due;
    push({timers_[n], 0, n, true, {}, {}});
  }
  void carry(const ebit::message& m) {
    ++messages_;
    const bool twice = how_messages_fare.doubled > 0 && ebit::sample::bernoulli(draw_, how_messages_fare.doubled);
    for (int copy = 0; copy < (twice ? 2 : 1); ++copy) {
      if (how_messages_fare.lost > 0 && ebit::sample::bernoulli(draw_, how_messages_fare.lost)) continue;
      ebit::duration flight = how_messages_fare.delay;
      if (how_messages_fare.jitter > ebit::duration::zero())
        flight += ebit::duration::picoseconds(static_cast<std::int64_t>(
            ebit::sample::below(draw_, static_cast<std::uint64_t>(how_messages_fare.jitter.picoseconds()))));
      push({now_ + flight, 0, m.to.value(), false, flight, m});
    }
  }
  void push(happening e) {
    e.order = ++made_;
    events_.push_back(e);
    std::push_heap(events_.begin(), events_.end());
  }
  happening pop() {
    std::pop_heap(events_.begin(), events_.end());
    const happening e = events_.back();
    events_.pop_back();
    return e;
  }

  ebit::route::link_state_options how_;
  ebit::random_stream draw_;
  std::vector<ebit::route::link_state> engines_;
  std::vector<std::uint32_t> incarnations_;
  std::vector<std::vector<std::uint32_t>> neighbours_;
  std::vector<std::pair<std::uint32_t, std::uint32_t>> cuts_, parted_;
  std::vector<happening> events_;
  std::vector<ebit::duration> timers_, started_;
  ebit::duration now_ = ebit::duration::zero();
  std::uint64_t made_ = 0, messages_ = 0;
};

}  // namespace ebit_test
