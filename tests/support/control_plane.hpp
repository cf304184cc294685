// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <queue>
#include <span>
#include <utility>
#include <vector>

#include <ebit/core/random.hpp>
#include <ebit/core/samplers.hpp>
#include <ebit/link/optical_switch_state.hpp>
#include <ebit/orchestrate/controller.hpp>
#include <ebit/orchestrate/switch_agent.hpp>

#include <support/dummy_qnu.hpp>

namespace ebit_test {

/// Pairs at a rate that falls with the loss, all of one fidelity, or of one for each kind of analysers.
struct fixed_forecaster {
  double rate = 1e5;
  double fidelity = 0.95;
  std::uint32_t slots = 4;
  std::vector<double> fidelity_of{};  ///< by kind; empty: all alike

  [[nodiscard]] ebit::orchestrate::light_forecast forecast(const ebit::orchestrate::light_path& way, std::uint32_t,
                                                           std::uint32_t, double wanted) const {
    const double passes = ebit::math::pow(10, -ebit::greatest(way.a.total, way.b.total).base() / 10);
    const double here = fidelity_of.empty() ? fidelity : fidelity_of[way.station];
    return {rate * passes, here,
            wanted > here ? ebit::orchestrate::shortage::fidelity : ebit::orchestrate::shortage::none};
  }
  [[nodiscard]] ebit::orchestrate::light_forecast forecast(std::span<const ebit::orchestrate::walk_part> parts,
                                                           double wanted) const {
    ebit::orchestrate::light_forecast all{rate, 1, ebit::orchestrate::shortage::none};
    for (const ebit::orchestrate::walk_part& p : parts) {
      const auto part = forecast(p.way, p.from, p.to, 0);
      all.rate = ebit::least(all.rate, part.rate / 2);
      all.fidelity *= part.fidelity;
    }
    if (wanted > all.fidelity) all.why = ebit::orchestrate::shortage::fidelity;
    return all;
  }
  [[nodiscard]] std::uint32_t memories(std::uint32_t) const { return slots; }
};
static_assert(ebit::orchestrate::light_forecaster<fixed_forecaster>);

/// How messages fare between the parts of the control plane.
struct control_channel {
  ebit::duration delay = ebit::duration::picoseconds(2'000'000);
  ebit::duration jitter{};
  double loss = 0;
  double duplication = 0;
};

/// A whole control plane over a fabric: controllers, agents of switches with the switches, and endpoints. Pairs are
/// made where light truly gets from both ends of a granted path to one analyser. Clocks agree. Events happen in the
/// order of their times and of their making, so every run of a seed is the same.
template <class Router, class Forecaster = fixed_forecaster>
class control_plane {
 public:
  using controller_type = ebit::orchestrate::controller<Router, Forecaster>;
  using agent_type = ebit::orchestrate::switch_agent;

  control_plane(std::uint64_t seed, ebit::orchestrate::fabric f, ebit::orchestrate::controller_options how,
                control_channel channel, Router policy = {}, std::uint32_t controllers = 1,
                Forecaster forecaster = {})
      : channel_{channel},
        fabric_{std::move(f)},
        policy_{policy},
        forecaster_{std::move(forecaster)},
        how_{std::move(how)},
        draw_{seed, ebit::random_purpose::fault, 1},
        engine_draw_{seed, ebit::random_purpose::user, 2} {
    elements_ = static_cast<std::uint32_t>(fabric_->elements().size());
    endpoints_ = static_cast<std::uint32_t>(fabric_->endpoints().size());
    for (std::uint32_t c = 0; c < controllers; ++c) names_.push_back(ebit::node_id{elements_ + c});
    if (controllers > 1) how_.controllers = names_;
    how_.farthest = channel_.delay + channel_.jitter;
    how_.first_path = ebit::path_id{1000};
    for (std::uint32_t e = 0; e < elements_; ++e) make(e);
    for (std::uint32_t c = 0; c < controllers; ++c) {
      controllers_.push_back(std::make_unique<controller_type>(make_controller(c, 0)));
      arm(elements_ + c);
    }
    is_dark_.assign(fabric_->spans().size(), false);
  }

  [[nodiscard]] ebit::local_time now() const { return now_; }
  [[nodiscard]] const ebit::orchestrate::fabric& network() const { return *fabric_; }
  [[nodiscard]] std::uint32_t endpoints() const { return endpoints_; }
  [[nodiscard]] dummy_qnu& qnu(std::uint32_t e) { return *qnus_[e]; }
  [[nodiscard]] bool is_there(std::uint32_t e) const { return qnus_[e] != nullptr; }
  [[nodiscard]] agent_type& agent(std::uint32_t e) { return *agents_[e]; }
  [[nodiscard]] const std::unique_ptr<controller_type>& controller(std::uint32_t c) const { return controllers_[c]; }
  /// The one in office under the greatest term, or null.
  [[nodiscard]] const controller_type* in_office() const {
    const controller_type* found = nullptr;
    for (const auto& c : controllers_)
      if (c && c->is_in_office() && (found == nullptr || c->term() > found->term())) found = c.get();
    return found;
  }
  [[nodiscard]] std::uint64_t pairs_made() const { return pairs_; }
  [[nodiscard]] std::uint64_t messages() const { return messages_; }
  ebit::duration pair_time = ebit::duration::picoseconds(10'000'000);
  bool exponential = false;
  /// Called after every event.
  std::function<void()> check;

  void ask(std::uint32_t from, std::uint32_t to, std::uint32_t pairs,
           ebit::wire::ask words = {.time_left = ebit::duration::never()}) {
    words.peer = ebit::node_id{to};
    words.pairs = pairs;
    act(from, [&](auto& ctx, auto& sink) { qnus_[from]->ask(words, ctx, sink); });
  }
  void cancel(std::uint32_t from, std::size_t index) {
    act(from, [&](auto& ctx, auto& sink) { qnus_[from]->cancel(index, ctx, sink); });
  }

  // Faults, as they are sensed.
  void break_switch(std::uint32_t e) {
    devices_[e]->fail(world());
    tell_agent(e, ebit::event::device_state{ebit::port_id::none(), ebit::event::health::fault});
  }
  void mend_switch(std::uint32_t e) {
    const auto ready = devices_[e]->recover(world());
    schedule(ready ? ebit::local_time{(*ready).since_epoch()} : now_, [this, e] {
      tell_agent(e, ebit::event::device_state{ebit::port_id::none(), ebit::event::health::ready});
    });
  }
  /// Whoever speaks for the switch starts again, and is told how it is.
  void restart_agent(std::uint32_t e, std::uint16_t incarnation) {
    make_agent(e, incarnation);
    const auto phase = devices_[e]->phase(world());
    const bool works = phase == ebit::link::device_phase::ready || phase == ebit::link::device_phase::degraded;
    element_is(e, works ? ebit::event::health::ready : ebit::event::health::fault);
  }
  void element_is(std::uint32_t e, ebit::event::health how) {
    tell_agent(e, ebit::event::device_state{ebit::port_id::none(), how});
  }
  void cut(ebit::orchestrate::span_id s, bool is_cut = true) {
    is_dark_[s.value()] = is_cut;
    const ebit::orchestrate::span& fibre = fabric_->along(s);
    for (const auto end : {fibre.a, fibre.b}) {
      const std::uint16_t p = fibre.port_at(end);
      if (end.value() < endpoints_) {
        if (!qnus_[end.value()]) continue;
        act(end.value(),
            [&](auto& ctx, auto& sink) { qnus_[end.value()]->say_health(p, is_cut ? 2 : 0, true, ctx, sink); });
      } else if (is_cut) {
        tell_agent(end.value(), ebit::event::path_down{ebit::port_id{p}, ebit::path_id::none()});
      } else {
        tell_agent(end.value(), ebit::event::path_up{ebit::port_id{p}, {}, {}, {}, {}, {}});
      }
    }
  }
  /// How the networking unit of an endpoint works, as it says of each port.
  void unit_is(std::uint32_t e, ebit::event::health how) {
    for (std::uint16_t p = 0; p < fabric_->at(ebit::orchestrate::element_id{e}).ports; ++p)
      act(e, [&](auto& ctx, auto& sink) { qnus_[e]->say_health(p, static_cast<int>(how), false, ctx, sink); });
  }
  void silence(std::uint32_t node, bool is_silent = true) {
    silent_.resize(elements_ + 16), silent_[node] = is_silent;
  }
  /// A word as from that node, whatever it says.
  template <class Body>
  void say(std::uint32_t from, std::uint32_t controller, const Body& body) {
    const auto to = names_[controller];
    perform(from, ebit::action::send{ebit::message::pack(ebit::node_id{from}, to, ebit::circuit_id::none(), body)});
  }
  void kill_qnu(std::uint32_t e) { qnus_[e].reset(); }
  void start_qnu(std::uint32_t e, std::uint16_t incarnation) {
    qnus_[e] = std::make_unique<dummy_qnu>(ebit::node_id{e}, fabric_->at(ebit::orchestrate::element_id{e}).ports,
                                           names_, how_.link, how_.farthest, incarnation);
    act(e, [&](auto& ctx, auto& sink) { qnus_[e]->say_health(ebit::wire::health_news::whole, 0, false, ctx, sink); });
  }
  void kill_controller(std::uint32_t c) { controllers_[c].reset(); }
  void start_controller(std::uint32_t c, std::uint16_t incarnation) {
    controllers_[c] = std::make_unique<controller_type>(make_controller(c, incarnation));
    armed_[elements_ + c] = ebit::local_time::never();
    arm(elements_ + c);
  }

  template <class Function>
  void at(ebit::local_time when, Function what) {
    schedule(when, std::move(what));
  }
  /// Until nothing is left to happen, or the time is up; whether nothing is left but what repeats for ever.
  void run(ebit::duration span_of_time) {
    const ebit::local_time until = now_ + span_of_time;
    while (!queue_.empty() && queue_.top().at <= until) step();
    now_ = until;
  }

  /// Whether light of that time gets from a port of an endpoint to an analyser; which.
  [[nodiscard]] std::optional<std::uint32_t> shine(std::uint32_t endpoint, std::uint16_t port) const {
    using ebit::orchestrate::element_kind;
    ebit::orchestrate::element_id here{endpoint};
    ebit::duration after;
    for (int hops = 0; hops < 32; ++hops) {
      const ebit::orchestrate::span_id s = fabric_->span_at(here, port);
      if (!s.valid() || is_dark_[s.value()]) return std::nullopt;
      const ebit::orchestrate::span& fibre = fabric_->along(s);
      after += fabric_->delay_of(s);
      here = fibre.other(here);
      const std::uint16_t in = fibre.port_at(here);
      const element_kind kind = fabric_->at(here).kind;
      if (kind == element_kind::analyser) return here.value();
      if (kind != element_kind::optical_switch) return std::nullopt;
      const auto t = ebit::world_time{now_.since_epoch() + after};
      const auto out = devices_[here.value()]->partner(in, t);
      if (!out || !devices_[here.value()]->passes(in, *out, t)) return std::nullopt;
      port = *out;
    }
    return std::nullopt;
  }

 private:
  struct happening {
    ebit::local_time at;
    std::uint64_t order;
    std::shared_ptr<std::function<void()>> what;
    friend bool operator<(const happening& a, const happening& b) {
      return a.at != b.at ? a.at > b.at : a.order > b.order;
    }
  };

  [[nodiscard]] ebit::world_time world() const { return ebit::world_time{now_.since_epoch()}; }
  [[nodiscard]] controller_type make_controller(std::uint32_t c, std::uint16_t incarnation) {
    return controller_type{names_[c], fabric_, how_, policy_, forecaster_, incarnation};
  }
  void make(std::uint32_t e) {
    const ebit::orchestrate::element& device = fabric_->at(ebit::orchestrate::element_id{e});
    qnus_.emplace_back();
    agents_.emplace_back();
    devices_.emplace_back();
    armed_.push_back(ebit::local_time::never());
    if (device.kind == ebit::orchestrate::element_kind::endpoint) {
      qnus_.back() = std::make_unique<dummy_qnu>(ebit::node_id{e}, device.ports, names_, how_.link, how_.farthest);
      return;
    }
    make_agent(e, 0);
    if (device.kind != ebit::orchestrate::element_kind::optical_switch) return;
    ebit::link::optical_switch model = fabric_->model_of_switch(ebit::orchestrate::element_id{e});
    devices_.back() = std::make_unique<ebit::link::switch_state>(ebit::link::switch_state::homed(model));
  }

  void make_agent(std::uint32_t e, std::uint16_t incarnation) {
    const ebit::orchestrate::element& device = fabric_->at(ebit::orchestrate::element_id{e});
    const bool is_switch = device.kind == ebit::orchestrate::element_kind::optical_switch;
    agents_[e] = std::make_unique<agent_type>(
        ebit::node_id{e}, ebit::orchestrate::switch_agent_options{is_switch ? device.ports : std::uint16_t{0}, names_,
                                                                  how_.link, how_.farthest, incarnation});
  }
  template <class Function>
  void schedule(ebit::local_time when, Function what) {
    queue_.push({ebit::greatest(when, now_), ++order_, std::make_shared<std::function<void()>>(std::move(what))});
  }
  void step() {
    const happening next = queue_.top();
    queue_.pop();
    now_ = next.at;
    (*next.what)();
    if (check) check();
  }
  /// Lets a node do something, performs what it wants, and wakes it when it wants to be.
  template <class Function>
  void act(std::uint32_t node, Function what) {
    ebit::context ctx{now_, engine_draw_};
    auto sink = [this, node](const auto& a) { this->perform(node, a); };
    what(ctx, sink);
    arm(node);
  }
  [[nodiscard]] bool is_alive(std::uint32_t node) const {
    if (node >= elements_) return controllers_[node - elements_] != nullptr;
    return node >= endpoints_ || qnus_[node] != nullptr;
  }
  [[nodiscard]] ebit::local_time deadline_of(std::uint32_t node) const {
    if (node >= elements_) return controllers_[node - elements_]->next_deadline();
    return node < endpoints_ ? qnus_[node]->next_deadline() : agents_[node]->next_deadline();
  }
  void arm(std::uint32_t node) {
    while (armed_.size() <= node) armed_.push_back(ebit::local_time::never());
    if (!is_alive(node)) return;
    if (node < endpoints_) start_pairs(node);
    const ebit::local_time due = deadline_of(node);
    if (due.is_never() || due >= armed_[node]) return;
    armed_[node] = due;
    schedule(due, [this, node, due] {
      if (armed_[node] != due) return;
      armed_[node] = ebit::local_time::never();
      if (!is_alive(node)) return;
      act(node, [&](auto& ctx, auto& sink) {
        if (node >= elements_)
          controllers_[node - elements_]->expire(ctx, sink);
        else if (node < endpoints_)
          qnus_[node]->expire(ctx, sink);
        else
          agents_[node]->expire(ctx, sink);
      });
    });
  }
  template <class Event>
  void tell_agent(std::uint32_t e, const Event& what) {
    act(e, [&](auto& ctx, auto& sink) { agents_[e]->handle(what, ctx, sink); });
  }

  void perform(std::uint32_t from, const ebit::action::send& a) {
    const std::uint32_t to = a.content.to.value();
    if (is_silent(from) || is_silent(to)) return;
    const bool arrives = !ebit::sample::bernoulli(draw_, channel_.loss);
    const bool again = ebit::sample::bernoulli(draw_, channel_.duplication);
    for (int copies = (arrives ? 1 : 0) + (again ? 1 : 0); copies > 0; --copies) {
      const double late = ebit::sample::uniform(draw_) * channel_.jitter.seconds();
      const ebit::duration flight = channel_.delay + ebit::duration::seconds(late);
      ++messages_;
      schedule(now_ + flight, [this, to, flight, m = a.content] {
        if (!is_alive(to) || is_silent(to)) return;
        act(to, [&](auto& ctx, auto& sink) {
          const ebit::event::received e{m, flight};
          if (to >= elements_)
            controllers_[to - elements_]->handle(e, ctx, sink);
          else if (to < endpoints_)
            qnus_[to]->handle(e, ctx, sink);
          else
            agents_[to]->handle(e, ctx, sink);
        });
      });
    }
  }
  void perform(std::uint32_t from, const ebit::action::connect& a) {
    const auto in = static_cast<std::uint16_t>(a.in.value()), out = static_cast<std::uint16_t>(a.out.value());
    const bool stands = devices_[from]->partner(in, world()) == out;
    const auto done = stands ? ebit::link::switch_state::outcome{world()} : devices_[from]->connect(in, out, world());
    const ebit::local_time when = done ? ebit::local_time{(*done).since_epoch()} : now_;
    schedule(when, [this, from, op = a.operation, well = done.has_value()] {
      act(from, [&](auto& ctx, auto& sink) {
        if (well)
          agents_[from]->handle(ebit::event::done{op}, ctx, sink);
        else
          agents_[from]->handle(ebit::event::failed{op, ebit::failure::fault}, ctx, sink);
      });
    });
  }
  void perform(std::uint32_t from, const ebit::action::clear& a) {
    devices_[from]->clear(static_cast<std::uint16_t>(a.port.value()), world());
    schedule(now_, [this, from, op = a.operation] {
      act(from, [&](auto& ctx, auto& sink) { agents_[from]->handle(ebit::event::done{op}, ctx, sink); });
    });
  }
  template <class Other>
  void perform(std::uint32_t, const Other&) {}

  [[nodiscard]] bool is_silent(std::uint32_t node) const { return node < silent_.size() && silent_[node]; }

  /// Pairs come as long as a head holds a lit path.
  void start_pairs(std::uint32_t e) {
    for (const dummy_qnu::held& h : qnus_[e]->leases()) {
      if (!h.is_head || !h.is_lit || std::find(running_.begin(), running_.end(), h.path) != running_.end()) continue;
      running_.push_back(h.path);
      next_pair(e, h.path);
    }
  }
  void next_pair(std::uint32_t e, ebit::path_id path) {
    double factor = 1;
    if (exponential) factor = ebit::sample::exponential(draw_, 1);
    schedule(now_ + ebit::duration::seconds(pair_time.seconds() * factor), [this, e, path] { pair(e, path); });
  }
  void pair(std::uint32_t e, ebit::path_id path) {
    const dummy_qnu::held* head = find(e, path);
    if (head == nullptr) {
      running_.erase(std::find(running_.begin(), running_.end(), path));
      return;
    }
    const std::uint32_t other = head->peer.value();
    const dummy_qnu::held* tail = find(other, path);
    const auto a = shine(e, head->port);
    const auto b = tail != nullptr && tail->is_lit ? shine(other, tail->port) : std::nullopt;
    if (a && b && *a == *b && qnus_[e]->left_of(*head) > 0) {
      ++pairs_;
      qnus_[other]->deliver(path, now_);
      // The tail holds its end until the controller says that the head has done.
      if (qnus_[e]->deliver(path, now_)) act(e, [&](auto& ctx, auto& sink) { qnus_[e]->finish(path, ctx, sink); });
    }
    next_pair(e, path);
  }
  [[nodiscard]] const dummy_qnu::held* find(std::uint32_t e, ebit::path_id path) const {
    if (!qnus_[e]) return nullptr;
    for (const dummy_qnu::held& h : qnus_[e]->leases())
      if (h.path == path) return &h;
    return nullptr;
  }

  control_channel channel_;
  ebit::shared_constant<ebit::orchestrate::fabric> fabric_;
  Router policy_;
  Forecaster forecaster_;
  ebit::orchestrate::controller_options how_;
  ebit::random_stream draw_, engine_draw_;
  std::uint32_t elements_ = 0, endpoints_ = 0;
  std::vector<ebit::node_id> names_;
  std::vector<std::unique_ptr<dummy_qnu>> qnus_;
  std::vector<std::unique_ptr<agent_type>> agents_;
  std::vector<std::unique_ptr<ebit::link::switch_state>> devices_;
  std::vector<std::unique_ptr<controller_type>> controllers_;
  std::vector<ebit::local_time> armed_;
  std::vector<bool> is_dark_, silent_;
  std::vector<ebit::path_id> running_;
  std::priority_queue<happening> queue_;
  std::uint64_t order_ = 0, pairs_ = 0, messages_ = 0;
  ebit::local_time now_;
};

}  // namespace ebit_test
