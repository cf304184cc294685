// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <ctime>
#include <queue>
#include <utility>
#include <vector>

#include <ebit/core/random.hpp>
#include <ebit/orchestrate/controller.hpp>
#include <ebit/orchestrate/router.hpp>
#include <ebit/orchestrate/switch_agent.hpp>

#include "../tests/support/control_plane.hpp"

namespace ebit_bench {

/// A controller that works for the endpoints and switches of a fabric, and a clock that runs while it does (of the
/// thread, so what else the machine does does not count). Messages take 2 us; an endpoint's circuit is up at once, and
/// all pairs of a lease are there 20 us after it is lit, unless `holds` is set: then none is, and leases end by their
/// time.
template <ebit::orchestrate::router Router>
class timed_controller {
 public:
  timed_controller(const ebit::orchestrate::fabric& f, ebit::orchestrate::controller_options how)
      : endpoints_{static_cast<std::uint32_t>(f.endpoints().size())},
        elements_{static_cast<std::uint32_t>(f.elements().size())},
        reconfiguration_{f.model_of_switch(f.switches().front()).reconfiguration_time},
        office_{ebit::node_id{elements_}, ebit::shared_constant<ebit::orchestrate::fabric>{f}, adapted(how), Router{},
                ebit_test::fixed_forecaster{}} {
    const std::vector<ebit::node_id> self{ebit::node_id{elements_}};
    for (std::uint32_t e = 0; e < elements_; ++e) {
      const ebit::orchestrate::element& device = f.at(ebit::orchestrate::element_id{e});
      const bool is_switch = device.kind == ebit::orchestrate::element_kind::optical_switch;
      if (e < endpoints_)
        qnus_.emplace_back(ebit::node_id{e}, device.ports, self, how.link, flight);
      else
        agents_.emplace_back(ebit::node_id{e},
                             ebit::orchestrate::switch_agent_options{is_switch ? device.ports : std::uint16_t{0},
                                                                     self, how.link, flight, 0});
    }
    armed_.assign(elements_ + 1U, ebit::local_time::never());
    calibrate();
    arm(elements_);
  }

  bool holds = false;
  double spent = 0;    ///< s, in the controller
  double longest = 0;  ///< s, of one message or deadline

  [[nodiscard]] const auto& office() const { return office_; }
  [[nodiscard]] ebit::local_time now() const { return now_; }

  void ask_at(ebit::local_time when, std::uint32_t from, std::uint32_t to, std::uint32_t pairs) {
    queue_.push({when, ++order_, happening::question, from, to, pairs, {}, {}, {}});
  }
  /// What the agent of a device senses of it.
  void sense(std::uint32_t element, ebit::event::health how) {
    act(element, [&](auto& ctx, auto& sink) {
      agents_[element - endpoints_].handle(ebit::event::device_state{ebit::port_id::none(), how}, ctx, sink);
    });
  }
  void run(ebit::duration span_of_time) {
    const ebit::local_time until = now_ + span_of_time;
    while (!queue_.empty() && queue_.top().at <= until) {
      const happening next = queue_.top();
      queue_.pop();
      now_ = next.at;
      happen(next);
    }
    now_ = until;
  }

 private:
  static constexpr ebit::duration flight = ebit::duration::picoseconds(2'000'000);
  static constexpr ebit::duration service = ebit::duration::picoseconds(20'000'000);
  struct happening {
    enum what : std::uint8_t { question, letter, deadline, moved, served };
    ebit::local_time at;
    std::uint64_t order;
    what kind;
    std::uint32_t node, other, pairs;
    ebit::message content;
    ebit::operation_id operation;
    ebit::path_id path;
    friend bool operator<(const happening& a, const happening& b) {
      return a.at != b.at ? a.at > b.at : a.order > b.order;
    }
  };
  static ebit::orchestrate::controller_options adapted(ebit::orchestrate::controller_options how) {
    how.farthest = flight;
    how.first_path = ebit::path_id{1000};
    return how;
  }
  /// Seconds that this thread has run: other programs do not count.
  static double clock() {
    timespec t{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_nsec) * 1e-9;
  }
  /// How long it takes to read the clock.
  void calibrate() {
    constexpr int readings = 2000;
    const double began = clock();
    for (int i = 1; i < readings; ++i) (void)clock();
    reading_ = (clock() - began) / readings;
  }

  using controller = ebit::orchestrate::controller<Router, ebit_test::fixed_forecaster>;

  void happen(const happening& h) {
    const std::uint32_t n = h.node;
    if (h.kind == happening::deadline) {
      if (armed_[n] != h.at) return;
      armed_[n] = ebit::local_time::never();
    }
    if (h.kind == happening::served) return serve(h);
    act(n, [&](auto& ctx, auto& sink) {
      if (h.kind == happening::question)
        qnus_[n].ask({.time_left = ebit::duration::never(), .peer = ebit::node_id{h.other}, .pairs = h.pairs}, ctx,
                     sink);
      else if (h.kind == happening::moved)
        agents_[n - endpoints_].handle(ebit::event::done{h.operation}, ctx, sink);
      else if (n == elements_)
        work(h, ctx, sink);
      else if (n < endpoints_)
        tell(qnus_[n], h, ctx, sink);
      else
        tell(agents_[n - endpoints_], h, ctx, sink);
    });
  }
  template <class Node, class Sink>
  static void tell(Node& node, const happening& h, ebit::context& ctx, Sink& sink) {
    if (h.kind == happening::letter)
      node.handle(ebit::event::received{h.content, flight}, ctx, sink);
    else
      node.expire(ctx, sink);
  }
  template <class Sink>
  void work(const happening& h, ebit::context& ctx, Sink& sink) {
    sent_.clear();
    const auto collect = [&](const auto& a) { keep(a); };
    const double began = clock();
    tell(office_, h, ctx, collect);
    const double took = clock() - began - reading_;
    spent += took;
    if (took > longest) longest = took;
    for (const ebit::action::send& a : sent_) sink(a);
  }
  void keep(const ebit::action::send& a) { sent_.push_back(a); }
  template <class Other>
  void keep(const Other&) {}

  template <class Function>
  void act(std::uint32_t node, Function what) {
    ebit::context ctx{now_, draw_};
    auto sink = [&](const auto& a) { perform(node, a); };
    what(ctx, sink);
    arm(node);
  }
  void arm(std::uint32_t node) {
    if (node < endpoints_ && !holds)
      for (const ebit_test::dummy_qnu::held& l : qnus_[node].leases())
        if (l.is_head && l.is_lit && l.lit_since == now_)
          queue_.push({now_ + service, ++order_, happening::served, node, l.peer.value(), 0, {}, {}, l.path});
    const ebit::local_time due = node == elements_   ? office_.next_deadline()
                                 : node < endpoints_ ? qnus_[node].next_deadline()
                                                     : agents_[node - endpoints_].next_deadline();
    if (due.is_never() || due >= armed_[node]) return;
    armed_[node] = due < now_ ? now_ : due;
    queue_.push({armed_[node], ++order_, happening::deadline, node, 0, 0, {}, {}, {}});
  }
  void serve(const happening& h) {
    for (int i = 0; i < 64 && !qnus_[h.node].deliver(h.path, now_); ++i) qnus_[h.other].deliver(h.path, now_);
    for (const std::uint32_t end : {h.node, h.other})
      act(end, [&](auto& ctx, auto& sink) { qnus_[end].finish(h.path, ctx, sink); });
  }
  void perform(std::uint32_t, const ebit::action::send& a) {
    queue_.push({now_ + flight, ++order_, happening::letter, a.content.to.value(), 0, 0, a.content, {}, {}});
  }
  void perform(std::uint32_t from, const ebit::action::connect& a) {
    queue_.push({now_ + reconfiguration_, ++order_, happening::moved, from, 0, 0, {}, a.operation, {}});
  }
  void perform(std::uint32_t from, const ebit::action::clear& a) {
    queue_.push({now_, ++order_, happening::moved, from, 0, 0, {}, a.operation, {}});
  }
  template <class Other>
  void perform(std::uint32_t, const Other&) {}

  std::uint32_t endpoints_ = 0, elements_ = 0;
  ebit::duration reconfiguration_;
  std::vector<ebit_test::dummy_qnu> qnus_;
  std::vector<ebit::orchestrate::switch_agent> agents_;
  controller office_;
  std::vector<ebit::local_time> armed_;
  std::vector<ebit::action::send> sent_;
  std::priority_queue<happening> queue_;
  std::uint64_t order_ = 0;
  ebit::random_stream draw_{1, ebit::random_purpose::user, 2};
  ebit::local_time now_;
  double reading_ = 0;
};

}  // namespace ebit_bench
