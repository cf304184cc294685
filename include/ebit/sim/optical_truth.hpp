// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include <ebit/backend/events.hpp>
#include <ebit/core/decibels.hpp>
#include <ebit/core/fixed_vector.hpp>
#include <ebit/core/math.hpp>
#include <ebit/core/shared_constant.hpp>
#include <ebit/link/lit_path.hpp>
#include <ebit/link/optical_switch_state.hpp>
#include <ebit/orchestrate/fabric.hpp>
#include <ebit/sim/degradations.hpp>
#include <ebit/sim/fabric_fault.hpp>

namespace ebit::sim {

/// Where the switches of a fabric really stand, and so whose light meets whose: the truth that controllers and nodes
/// only believe to know. Light passes a switch if it has settled when *it* gets there.
class optical_truth {
 public:
  using state = link::basic_switch_state<world_time>;
  /// How far back it can tell where the light of a port went that has been commanded since; what was before is
  /// forgotten with the next command, so that memory stays bounded.
  static constexpr duration remembers = duration::picoseconds(10'000'000'000);

  optical_truth() = default;
  /// All switches are homed; or, from a `cold_start`, home from the start.
  explicit optical_truth(shared_constant<orchestrate::fabric> layout, bool cold_start = false)
      : layout_{std::move(layout)},
        number_(layout_->elements().size(), none),
        dead_(layout_->elements().size(), 0),
        cuts_(layout_->spans().size(), 0),
        sources_(layout_->endpoints().size()) {
    for (const orchestrate::element_id e : layout_->switches()) {
      number_[e.value()] = static_cast<std::uint32_t>(switches_.size());
      const link::optical_switch& model = layout_->model_of_switch(e);
      switches_.push_back(cold_start ? state{model} : state::homed(model));
      if (cold_start) (void)switches_.back().home(world_time{});
      first_port_.push_back(static_cast<std::uint32_t>(orders_.size()));
      orders_.resize(orders_.size() + switches_.back().ports());
      sticking_.resize(orders_.size());
    }
  }

  [[nodiscard]] const orchestrate::fabric& layout() const { return *layout_; }
  [[nodiscard]] bool is_switch(std::uint32_t element) const {
    return element < number_.size() && number_[element] != none;
  }
  [[nodiscard]] const state& at(std::uint32_t element) const { return switches_[number_[element]]; }
  [[nodiscard]] state& at(std::uint32_t element) { return switches_[number_[element]]; }

  /// How a command to a switch goes.
  struct movement {
    failure why = failure::none;
    duration takes;
  };
  /// Whether two ports of a switch are joined already, or being joined: then nothing of it moves.
  [[nodiscard]] bool is_joined(std::uint32_t element, std::uint32_t in, std::uint32_t out, world_time now) const {
    const state& s = at(element);
    if (in >= s.ports() || out >= s.ports()) return false;
    return s.is_joined(static_cast<std::uint16_t>(in), static_cast<std::uint16_t>(out), now);
  }
  /// Joins two ports; `out` none: parts whatever `in` is joined to. `late`: by how much it moves later than announced.
  movement move(std::uint32_t element, std::uint32_t in, std::uint32_t out, world_time now, duration late = {}) {
    state& s = at(element);
    if (in >= s.ports() || (out != none && out >= s.ports())) return {failure::unavailable, {}};
    if (layout_->model_of_switch(orchestrate::element_id{element}).kind == link::switch_kind::two_by_two) {
      s.forget(now - remembers);  // each turn moves the light of all four
    } else {
      s.forget(static_cast<std::uint16_t>(in), now - remembers);
      if (out != none) s.forget(static_cast<std::uint16_t>(out), now - remembers);
    }
    if (out == none) {
      call_off(element, static_cast<std::uint16_t>(in));
      s.clear(static_cast<std::uint16_t>(in), now);
      return {};
    }
    const bool stands = is_joined(element, in, out, now);
    const auto settled = s.keep_or_connect(static_cast<std::uint16_t>(in), static_cast<std::uint16_t>(out), now);
    if (!settled) {
      // What stands goes on; what has been announced already will not be.
      if (late > duration::zero() && order_of(element, in).partner == out)
        call_off(element, static_cast<std::uint16_t>(in));
      return {failure::unavailable, {}};
    }
    if (!stands || order_of(element, in).partner != out) announce(element, in, out, *settled - late);
    const bool sticks = s.sticks(static_cast<std::uint16_t>(in)) || s.sticks(static_cast<std::uint16_t>(out));
    const bool tells = layout_->model_of_switch(orchestrate::element_id{element}).senses_position;
    return {sticks && tells ? failure::fault : failure::none, *settled - now};
  }
  /// A switch has been ordered to join two ports, or to part them, and has not begun to; `settled`: when light is to
  /// pass. Whether it ever does is another question.
  void announce(std::uint32_t element, std::uint32_t in, std::uint32_t out, world_time settled) {
    const state& s = at(element);
    if (in >= s.ports() || (out != none && out >= s.ports())) return;
    call_off(element, static_cast<std::uint16_t>(in));
    if (out == none) return;
    call_off(element, static_cast<std::uint16_t>(out));
    order_of(element, in) = {static_cast<std::uint16_t>(out), settled};
    order_of(element, out) = {static_cast<std::uint16_t>(in), settled};
  }
  /// Calls `act` with every port whose light such a command may change.
  template <class Act>
  void ports_concerned(std::uint32_t element, std::uint32_t in, std::uint32_t out, world_time now, Act&& act) const {
    const state& s = at(element);
    if (layout_->model_of_switch(orchestrate::element_id{element}).kind == link::switch_kind::two_by_two) {
      for (std::uint16_t p = 0; p < s.ports(); ++p) act(p);
      return;
    }
    for (const std::uint32_t p : {in, out}) {
      if (p >= s.ports()) continue;
      act(static_cast<std::uint16_t>(p));
      const auto other = s.partner(static_cast<std::uint16_t>(p), now);
      if (other) act(*other);
      if (const order& told = order_of(element, p); told.partner != nowhere && other != told.partner)
        act(told.partner);
    }
  }

  /// Something breaks.
  void strike(const fabric_fault& f, world_time now) {
    if (f.what == fabric_fault::kind::degraded)
      worse_.begin(*layout_, f);
    else if (f.what == fabric_fault::kind::fibre)
      ++cuts_[f.fibre.value()];
    else if (f.what == fabric_fault::kind::sticking_port)
      stick(f, now);
    else if (dead_[f.element.value()]++ == 0 && is_switch(f.element.value()))
      at(f.element.value()).fail(now);
  }
  /// It is mended. The answer is when it can be used again.
  world_time mend(const fabric_fault& f, world_time now) {
    if (f.what == fabric_fault::kind::degraded) {
      worse_.end(f);
    } else if (f.what == fabric_fault::kind::fibre) {
      --cuts_[f.fibre.value()];
    } else if (f.what == fabric_fault::kind::sticking_port) {
      if (--sticking_[part_of(f)] == 0) at(f.element.value()).repair_port(f.port, now);
    } else if (--dead_[f.element.value()] == 0 && is_switch(f.element.value())) {
      const auto ready = at(f.element.value()).recover(now);
      return ready ? *ready : now;
    }
    return now;
  }
  /// Whether what it befalls suffers from it, or from another of its kind.
  [[nodiscard]] bool lasts(const fabric_fault& f) const {
    if (f.what == fabric_fault::kind::degraded)
      return (f.is_of_fibre() ? worse_.of(f.fibre) : worse_.of(f.element)) != part_wear{};
    if (f.what == fabric_fault::kind::fibre) return is_cut(f.fibre);
    if (f.what == fabric_fault::kind::sticking_port) return sticking_[part_of(f)] != 0;
    return is_dead(f.element.value());
  }
  [[nodiscard]] bool is_dead(std::uint32_t element) const { return dead_[element] != 0; }
  /// By how much a switch, an analyser or a fibre is worse than its data sheet.
  [[nodiscard]] const part_wear& wear_of(orchestrate::element_id e) const { return worse_.of(e); }
  [[nodiscard]] const part_wear& wear_of(orchestrate::span_id s) const { return worse_.of(s); }
  /// Whether an endpoint's networking unit gives light, how much of it beyond what its hardware says is lost in the
  /// unit, and the probability of white noise on it.
  void set_source(std::uint32_t endpoint, bool works, double efficiency, double noise) {
    sources_[endpoint] = {works, loss_of_share(efficiency), noise};
  }
  [[nodiscard]] bool gives_light(std::uint32_t endpoint) const { return sources_[endpoint].works; }
  [[nodiscard]] bool is_cut(orchestrate::span_id s) const { return cuts_[s.value()] != 0; }
  /// How long light of an endpoint's port takes to what a fault befalls, if it gets there.
  [[nodiscard]] std::optional<duration> way_to(std::uint32_t node, std::uint32_t port, const fabric_fault& f,
                                               world_time now) const {
    std::optional<duration> found;
    follow(node, port, now, [&](orchestrate::element_id e, std::uint16_t in, orchestrate::span_id s, duration way) {
      const bool is_it = f.is_of_fibre() ? s == f.fibre : e == f.element;
      if (is_it && (f.what != fabric_fault::kind::sticking_port || in == f.port)) found = found ? found : way;
    });
    return found;
  }

  /// The endpoint port whose light comes out of (or goes into) a port of a switch, if any, and how long it takes from
  /// there: calls `act(node, port, way)`.
  template <class Act>
  void end_behind(std::uint32_t element, std::uint16_t port, world_time now, Act&& act) const {
    duration way = duration::zero();
    orchestrate::element_id here{element};
    for (std::uint32_t steps = 0; steps < most_crossings; ++steps) {
      const orchestrate::span_id s = layout_->span_at(here, port);
      if (!s.valid()) return;
      const orchestrate::span& fibre = layout_->along(s);
      way += layout_->delay_of(s);
      port = fibre.port_at(fibre.other(here));
      here = fibre.other(here);
      const orchestrate::element_kind kind = layout_->at(here).kind;
      if (kind == orchestrate::element_kind::endpoint) act(here.value(), std::uint32_t{port}, way);
      if (kind != orchestrate::element_kind::optical_switch) return;
      const auto onward = onward_from(here, port, now);
      if (!onward) return;
      port = *onward;
    }
  }

  /// Calls `act(switch, what it has lost by then)` for each switch that light of an endpoint's port gets to.
  template <class Act>
  void on_way(std::uint32_t node, std::uint32_t port, world_time now, Act&& act) const {
    loss lost{};
    orchestrate::element_id here{node};
    auto out = static_cast<std::uint16_t>(port);
    for (std::uint32_t steps = 0; steps < most_crossings && !is_dead(here.value()); ++steps) {
      const orchestrate::span_id s = layout_->span_at(here, out);
      if (!s.valid() || is_cut(s)) return;
      const orchestrate::span& fibre = layout_->along(s);
      const std::uint16_t in = fibre.port_at(fibre.other(here));
      here = fibre.other(here);
      lost = lost + layout_->loss_of(s) + worse_.of(s).lost;
      if (layout_->at(here).kind != orchestrate::element_kind::optical_switch) return;
      act(here, lost);
      const auto onward = at(here.value()).partner(in, now);
      if (!onward) return;
      lost = lost + layout_->loss_of(here, in, *onward) + worse_.of(here).lost;
      out = *onward;
    }
  }

  /// What becomes of the light of two endpoints' ports. Where it is to go is what the switches have been ordered to;
  /// what gets there is another question, which has an answer for each arm.
  struct encounter {
    bool is_ordered = false;    ///< it is to meet at an analyser
    bool station_works = true;  ///< that is not at fault
    bool happens = false;       ///< and it does meet there, from some time on
    orchestrate::element_id analyser;
    link::lit_path balanced;             ///< delay lines and attenuators make the arms alike, units included
    std::array<world_time, 2> settled;   ///< emissions from then on are to find all switches settled
    std::array<world_time, 2> lit_from;  ///< emissions from then on get through; never: none
    std::array<world_time, 2> lit_until = {world_time::never(), world_time::never()};
  };
  [[nodiscard]] encounter meeting(std::uint32_t node_a, std::uint32_t port_a, std::uint32_t node_b,
                                  std::uint32_t port_b, world_time now) const {
    const ray a = from(node_a, port_a, now), b = from(node_b, port_b, now);
    encounter e;
    e.lit_from = {world_time::never(), world_time::never()};
    if (!a.analyser.valid() || a.analyser != b.analyser || a.input == b.input) return e;
    e.is_ordered = true;
    e.station_works = !is_dead(a.analyser.value());
    e.happens = e.station_works && !a.lit_from.is_never() && !b.lit_from.is_never();
    e.analyser = a.analyser;
    const duration longest = std::max(a.way, b.way);
    const double most = math::pow(10.0, -std::max(a.lost, b.lost).base() / 10);
    e.balanced = {most, most, longest, longest, 1 - a.noise * 3 / 4, 1 - b.noise * 3 / 4};
    e.balanced.station = layout_->at(a.analyser).model;
    e.settled = {a.settled, b.settled};
    e.lit_from = {a.lit_from, b.lit_from};
    e.lit_until = {a.lit_until, b.lit_until};
    return e;
  }

 private:
  static constexpr std::uint32_t none = ~std::uint32_t{0};
  static constexpr std::uint16_t nowhere = 0xffff;
  /// What a port has been ordered to: the newest order that was not called off, whatever has befallen the switch since.
  struct order {
    std::uint16_t partner = nowhere;
    world_time settled;
  };
  [[nodiscard]] order& order_of(std::uint32_t element, std::uint32_t port) {
    return orders_[std::size_t{first_port_[number_[element]]} + port];
  }
  [[nodiscard]] const order& order_of(std::uint32_t element, std::uint32_t port) const {
    return orders_[std::size_t{first_port_[number_[element]]} + port];
  }
  void call_off(std::uint32_t element, std::uint16_t port) {
    order& told = order_of(element, port);
    if (told.partner == nowhere) return;
    order_of(element, told.partner) = {};
    told = {};
  }
  /// Where light goes on, or is to.
  [[nodiscard]] std::optional<std::uint16_t> onward_from(orchestrate::element_id e, std::uint16_t port,
                                                         world_time now) const {
    if (const auto joined = at(e.value()).partner(port, now)) return joined;
    const order& told = order_of(e.value(), port);
    return told.partner == nowhere ? std::nullopt : std::optional{told.partner};
  }
  /// The moving part that sticks: a 2×2 element has one for its four ports.
  [[nodiscard]] std::size_t part_of(const fabric_fault& f) const {
    const bool is_one = layout_->model_of_switch(f.element).kind == link::switch_kind::two_by_two;
    return std::size_t{first_port_[number_[f.element.value()]]} + (is_one ? 0U : f.port);
  }
  void stick(const fabric_fault& f, world_time now) {
    if (sticking_[part_of(f)]++ == 0) at(f.element.value()).stick_port(f.port, now);
  }
  static constexpr std::uint32_t most_crossings = 4096;  ///< a ring of switches leads nowhere

  /// Calls `act(element, port it comes in by, fibre it comes along, way)` with all that light from an endpoint's port
  /// reaches, the endpoint first; way is how long it takes to the beginning of the fibre.
  template <class Act>
  void follow(std::uint32_t node, std::uint32_t port, world_time now, Act&& act) const {
    orchestrate::element_id here{node};
    act(here, static_cast<std::uint16_t>(port), orchestrate::span_id::none(), duration::zero());
    auto out = static_cast<std::uint16_t>(port);
    duration way;
    for (std::uint32_t steps = 0; steps < most_crossings; ++steps) {
      const orchestrate::span_id s = layout_->span_at(here, out);
      if (!s.valid()) return;
      const orchestrate::span& fibre = layout_->along(s);
      const std::uint16_t in = fibre.port_at(fibre.other(here));
      here = fibre.other(here);
      act(orchestrate::element_id::none(), in, s, way);
      way += layout_->delay_of(s);
      act(here, in, orchestrate::span_id::none(), way);
      if (layout_->at(here).kind != orchestrate::element_kind::optical_switch) return;
      const auto onward = onward_from(here, in, now);
      if (!onward) return;
      out = *onward;
    }
  }

  /// Where the light of an endpoint's port is to go, and when it does.
  struct ray {
    orchestrate::element_id analyser;  ///< none: it is not to get to one
    std::uint16_t input = 0;
    loss lost{};
    double noise = 0;  ///< probability of white noise
    duration way;
    world_time settled;   ///< emissions from then on are to pass
    world_time lit_from;  ///< and do pass; never: something on the way is broken or sticks
    world_time lit_until = world_time::never();
  };
  [[nodiscard]] ray from(std::uint32_t node, std::uint32_t port, world_time now) const {
    ray r;
    orchestrate::element_id here{node};
    if (is_dead(node) || !sources_[node].works) r.lit_from = world_time::never();
    r.lost = sources_[node].lost;
    r.noise = sources_[node].noise;
    auto out = static_cast<std::uint16_t>(port);
    for (std::uint32_t steps = 0; steps < most_crossings; ++steps) {
      const orchestrate::span_id s = layout_->span_at(here, out);
      if (!s.valid()) return r;
      if (is_cut(s)) r.lit_from = world_time::never();
      const orchestrate::span& fibre = layout_->along(s);
      r.lost = r.lost + layout_->loss_of(s) + worse_.of(s).lost;
      r.noise = worse_.of(s).noise_after(r.noise);
      r.way += layout_->delay_of(s);
      const std::uint16_t in = fibre.port_at(fibre.other(here));
      here = fibre.other(here);
      const orchestrate::element_kind kind = layout_->at(here).kind;
      if (kind == orchestrate::element_kind::analyser) {
        r.lost = r.lost + worse_.of(here).lost;
        r.noise = worse_.of(here).noise_after(r.noise);
        r.analyser = here;
        r.input = in;
        return r;
      }
      if (kind != orchestrate::element_kind::optical_switch) return r;
      const state& sw = at(here.value());
      const order& told = order_of(here.value(), in);
      if (told.partner == nowhere) return r;
      r.settled = std::max(r.settled, told.settled - r.way);
      const auto light = sw.light_after(in, told.partner, now);
      if (light.empty()) {
        r.lit_from = world_time::never();
      } else {
        r.lit_from = std::max(r.lit_from, light.from - r.way);
        if (!light.until.is_never()) r.lit_until = std::min(r.lit_until, light.until - r.way);
      }
      const link::optical_switch& model = layout_->model_of_switch(here);
      r.lost = r.lost + layout_->loss_of(here, in, told.partner) + worse_.of(here).lost;
      r.noise = worse_.of(here).noise_after(1 - (1 - r.noise) * (1 - model.noise()));
      out = told.partner;
    }
    return r;
  }

  /// What an endpoint's unit makes of its light.
  struct source {
    bool works = true;
    loss lost{};
    double noise = 0;
  };

  shared_constant<orchestrate::fabric> layout_;
  std::vector<std::uint32_t> number_;  ///< of an element's switch among `switches_`
  std::vector<state> switches_;
  std::vector<std::uint32_t> first_port_;  ///< of each switch, among `orders_` and `sticking_`
  std::vector<order> orders_;
  std::vector<std::uint32_t> sticking_;  ///< faults that hold each moving part
  std::vector<std::uint32_t> dead_;      ///< faults of each element that last
  std::vector<std::uint32_t> cuts_;      ///< and of each fibre
  degradations worse_;
  std::vector<source> sources_;  ///< of each endpoint
};

}  // namespace ebit::sim
