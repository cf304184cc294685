// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <utility>

#include <ebit/orchestrate/controller.hpp>

// What goes wrong.
namespace ebit::orchestrate {

template <router Router, light_forecaster Forecaster>
template <class Sink>
void controller<Router, Forecaster>::take(const wire::health_news& n, const event::received& e, context& ctx,
                                          Sink& sink) {
  const element_id at{n.element};
  // Nobody speaks for another.
  if (e.content.from.value() != n.element || n.state > static_cast<std::uint8_t>(event::health::leaving)) {
    ++ignored_;
    return;
  }
  const element& device = fabric_->at(at);
  const bool is_whole = n.port == wire::health_news::whole;
  if (!is_whole && n.port >= device.ports) {
    ++ignored_;
    return;
  }
  agent& a = agents_[n.element];
  const bool is_switch = device.kind == element_kind::optical_switch;
  std::vector<lease_id> dark, users, unsure;
  const bool was_known = a.is_known;
  if (n.incarnation != a.incarnation) {
    if (is_older(n.element, n.incarnation)) return;
    if (device.kind == element_kind::endpoint && a.is_known)
      restarted(n.element, n.incarnation, ctx, sink);
    else
      begin_incarnation(at, n.incarnation, ctx.now);
    // One that has started again does not know whom to obey.
    if (in_office_) courier_.send(node_id{n.element}, took_over(), ctx.now, sink);
    if (is_switch) {
      joins_.forget(at);
      unsure = state_.users(*fabric_, at);
    }
  }
  a.is_known = true;
  // It broke and homed meanwhile, even if the word of that was lost: nothing is joined. Of one that was never heard of
  // before nobody knows when it broke: what has light keeps it.
  if (is_switch && static_cast<std::int16_t>(n.faults - a.faults) > 0) {
    a.faults = n.faults;
    joins_.forget(at);
    (was_known ? dark : unsure) = state_.users(*fabric_, at);
  }
  const std::uint32_t first = news_offsets_[n.element];
  std::uint32_t& last = news_[is_whole ? first : first + 1 + 2U * n.port + (n.dark != 0 ? 1 : 0)];
  if (n.number <= last) return;
  last = n.number;

  const bool was_degraded = is_degraded(n.element);
  const health how = n.state == 0 ? health::good : n.state == 1 ? health::degraded : health::failed;
  if (is_whole) {
    a.told = how;
    apply_health(at, ctx.now);
    if (how == health::good) {
      seen_.clear(*fabric_, at);
      for (std::uint16_t p = 0; p < device.ports; ++p) trust(at, p, ctx.now);
    }
    if (how != health::good) users = state_.users(*fabric_, at);
  } else {
    const span_id s = fabric_->span_at(at, n.port);
    if (!s.valid()) return;
    mark_port(at, n.port, n.dark != 0 ? port_dark : port_broken, how, ctx.now);
    const lease_id user = state_.user(s);
    const bool was_joined = !is_switch || n.dark != 0 || how != health::good;  // a port that was mended is not
    if (user.valid() && !was_joined) dark.push_back(user);
    if (user.valid() && how != health::good) users.push_back(user);
    if (!was_joined) joins_.forget(at, n.port);
  }
  if (how == health::good) retry_at_ = least(retry_at_, ctx.now);
  for (const lease_id l : dark) interrupt(l.value(), at, ctx, sink);
  const bool is_leaving = n.state == static_cast<std::uint8_t>(event::health::leaving);
  for (const lease_id l : users) {
    if (is_leaving)
      dismiss(l.value(), at, ctx, sink);
    else if (how == health::failed)
      interrupt(l.value(), at, ctx, sink);
    else
      reconsider(l.value(), ctx, sink);
  }
  for (const lease_id l : unsure) order_again(l.value(), at, ctx, sink);
  if (how != health::failed && is_degraded(n.element) != was_degraded) restate(n.element, ctx, sink);
}

/// Says how a port is, the fibre in it, or what trust is left in it after an order that failed there.
template <router Router, light_forecaster Forecaster>
void controller<Router, Forecaster>::mark_port(element_id at, std::uint16_t port, port_trouble what, health how,
                                               local_time now) {
  const span_id s = fabric_->span_at(at, port);
  if (!s.valid()) return;
  std::uint8_t& known = told_of_ports_[news_offsets_[at.value()] + port];
  const auto is_failed = [&known] { return (known & (port_broken | port_dark | port_distrusted)) != 0; };
  const bool was_failed = is_failed();
  const unsigned degraded = what == port_broken ? unsigned{port_degraded}
                            : what == port_dark ? unsigned{port_dim}
                                                : 0U;
  const bool was_degraded = (known & port_degraded) != 0;
  const unsigned said = how == health::failed ? unsigned{what} : how == health::degraded ? degraded : 0U;
  known = static_cast<std::uint8_t>((known & ~(what | degraded)) | said);
  const auto of = [&known](unsigned failed, unsigned bad) {
    return (known & failed) != 0 ? health::failed : (known & bad) != 0 ? health::degraded : health::good;
  };
  // That a fibre is dim one end alone may see: an endpoint there can only tell whether it is dark.
  const element_id far = fabric_->along(s).other(at);
  const bool is_dim_there =
      (told_of_ports_[news_offsets_[far.value()] + fabric_->along(s).port_at(far)] & port_dim) != 0;
  const health fibre = of(port_dark, port_dim);
  for (fabric_state* each : {&state_, &sound_}) {
    each->mark(*fabric_, s, fibre == health::good && is_dim_there ? health::degraded : fibre);
    each->mark(*fabric_, at, port, of(port_broken | port_distrusted, port_degraded));
  }
  if (const bool is_degraded = (known & port_degraded) != 0; is_degraded != was_degraded)
    degraded_ports_ += is_degraded ? 1U : ~std::uint32_t{0};
  if (was_failed != is_failed()) failed_parts_ += is_failed() ? 1U : ~std::uint32_t{0};
  if (how == health::failed && fabric_->at(at).kind == element_kind::optical_switch) joins_.forget(at, port);
  reach_changed(s, now);
}

/// The worse of what its agent says and what its silence says.
template <router Router, light_forecaster Forecaster>
void controller<Router, Forecaster>::apply_health(element_id e, local_time now) {
  agent& a = agents_[e.value()];
  const health how = a.is_suspected ? health::failed : a.told;
  const health before = state_.health_of(e);
  if (how == before) return;
  const element_kind kind = fabric_->at(e).kind;
  if (kind == element_kind::optical_switch && (how == health::failed || before == health::failed)) {
    joins_.forget(e);
    // Of one that is merely silent nobody knows when it will be back.
    const bool homes = how == health::failed && !a.is_suspected;
    a.ready_at = homes ? now + fabric_->model_of_switch(e).lifecycle().until_ready() : local_time::never();
  }
  state_.mark(*fabric_, e, how);
  sound_.mark(*fabric_, e, how);
  if (how == health::failed) ++failed_parts_;
  if (before == health::failed) {
    --failed_parts_;
    retry_at_ = least(retry_at_, now);
  }
  for (const span_id s : fabric_->incident(e)) reach_changed(s, now);
}

/// Orders for that port may be given again.
template <router Router, light_forecaster Forecaster>
void controller<Router, Forecaster>::trust(element_id at, std::uint16_t port, local_time now) {
  if ((told_of_ports_[news_offsets_[at.value()] + port] & port_distrusted) == 0) return;
  mark_port(at, port, port_distrusted, health::good, now);
  retry_at_ = least(retry_at_, now);
}

template <router Router, light_forecaster Forecaster>
void controller<Router, Forecaster>::suspect(std::uint32_t element, local_time now) {
  agent& a = agents_[element];
  if (a.is_suspected) return;
  a.is_suspected = true;
  ++counts_.suspected;
  element_alarms_.set(now + probe_every(), element);
  apply_health(element_id{element}, now);
}

/// Whoever kept silent is spoken to, so that he can show that he is there; who waits for an endpoint that has been out
/// of reach for too long need not wait any more.
template <router Router, light_forecaster Forecaster>
template <class Sink>
void controller<Router, Forecaster>::element_due(std::uint32_t element, context& ctx, Sink& sink) {
  if (!in_office_) return;
  agent& a = agents_[element];
  const bool is_awaited = element < endpoints_ && survey_.awaits(element);
  if (a.is_suspected && (is_awaited || courier_.unacknowledged().assures())) {
    // If it has heard the last time, it takes the same words for a copy.
    if (is_awaited && std::exchange(a.has_spoken, false)) ++a.asked_again;
    courier_.send(node_id{element}, took_over(is_awaited ? a.asked_again : std::uint16_t{0}), ctx.now, sink);
    element_alarms_.set(ctx.now + probe_every(), element);
  }
  if (element < endpoints_ && give_up_at(element) <= ctx.now) give_up_unreachable(element, ctx, sink);
}

/// Whether it has started again since.
template <router Router, light_forecaster Forecaster>
bool controller<Router, Forecaster>::is_older(std::uint32_t element, std::uint16_t incarnation) const {
  const agent& a = agents_[element];
  return a.is_known && static_cast<std::int16_t>(incarnation - a.incarnation) < 0;
}

/// Whoever speaks for it has started again: it counts its news anew, and says again what is broken.
template <router Router, light_forecaster Forecaster>
void controller<Router, Forecaster>::begin_incarnation(element_id at, std::uint16_t incarnation, local_time now) {
  agents_[at.value()].incarnation = incarnation;
  agents_[at.value()].is_known = true;
  agents_[at.value()].faults = 0;
  const std::uint32_t first = news_offsets_[at.value()];
  for (std::uint32_t i = first; i < news_offsets_[at.value() + 1]; ++i) news_[i] = 0;
  for (std::uint16_t p = 0; p < fabric_->at(at).ports; ++p)
    if (told_of_ports_[first + p] != 0)
      for (const port_trouble what : {port_broken, port_dark}) mark_port(at, p, what, health::good, now);
}

/// An endpoint has started again and remembers nothing: its requests and its ends of light paths are gone.
template <router Router, light_forecaster Forecaster>
template <class Sink>
void controller<Router, Forecaster>::restarted(std::uint32_t endpoint, std::uint16_t incarnation, context& ctx,
                                               Sink& sink) {
  begin_incarnation(element_id{endpoint}, incarnation, ctx.now);
  survey_.restarts(endpoint);
  reached(endpoint, ctx.now);
  tickets_[endpoint] = ticket_window{};
  const std::vector<std::uint32_t> requests = book_.of(endpoint);
  for (const std::uint32_t slot : requests) stop_request(slot, ending::fault, ctx, sink);
  const std::vector<std::uint32_t> held = leases_.at(endpoint);
  for (const std::uint32_t slot : held) {
    if (!leases_.is_used(slot)) continue;
    lease& l = leases_[slot];
    if (l.state == lease::phase::logging) {
      end_lease(slot, ending::fault, duration::zero(), endpoint, ctx, sink);
      continue;
    }
    if (l.state == lease::phase::live) {
      l.state = lease::phase::ending;
      ++counts_.ended[static_cast<std::size_t>(ending::fault)];
      withdraw_from(l, endpoint == l.head ? l.tail : l.head, ending::fault, duration::zero(), endpoint, ctx, sink);
      set_alarm(slot, ctx.now + how_.release_grace + courier_.patience());
      for (const std::uint32_t s : legs_of(slot))
        if (s != slot) end_leg(s, ending::fault, duration::zero(), endpoint, ctx, sink);
    }
    if (endpoint == l.tail) {
      l.tail_released = true;
      if (l.is_over()) close(slot, ctx, sink);
    } else if (!l.head_released) {
      head_is_done(slot, 0, false, ctx, sink);
    }
  }
}

template <router Router, light_forecaster Forecaster>
template <class Sink>
void controller<Router, Forecaster>::take(const wire::plan_result& r, const event::received& e, context& ctx,
                                          Sink& sink) {
  if (r.term != term_) return;
  const std::uint32_t place = plan_index_.find(r.number);
  if (place == flat_index::none || plans_[place].at.value() != e.content.from.value()) return;
  open_plan& p = plans_[place];
  plan_index_.erase(r.number);
  p.is_open = false;
  free_plans_.push_back(place);
  const std::uint32_t slot = leases_.find(p.path);
  if (slot != lease::none) --leases_[slot].plans;
  if (r.outcome != wire::plan_result::failed) return;
  const element_id at = p.at;
  if (r.port < fabric_->at(at).ports) {
    mark_port(at, r.port, port_distrusted, health::failed, ctx.now);
    port_alarms_.set(ctx.now + how_.distrust, news_offsets_[at.value()] + r.port);
  }
  joins_.forget(at);
  if (slot != lease::none) interrupt(slot, at, ctx, sink);
}

/// A switch has not said that it did what it was told: it may not have heard of it, so nothing new goes that way.
/// Light paths that stand go on.
template <router Router, light_forecaster Forecaster>
template <class Sink>
void controller<Router, Forecaster>::plan_due(std::uint32_t number, context& ctx, Sink& sink) {
  const std::uint32_t place = plan_index_.find(number);
  if (place == flat_index::none) return;
  open_plan& p = plans_[place];
  if (p.due > ctx.now) return;
  plan_index_.erase(number);
  p.is_open = false;
  free_plans_.push_back(place);
  const element_id at = p.at;
  const path_id path = p.path;
  suspect(at.value(), ctx.now);
  const std::uint32_t slot = leases_.find(path);
  if (slot == lease::none) return;
  --leases_[slot].plans;
  interrupt(slot, at, ctx, sink);
}

}  // namespace ebit::orchestrate
