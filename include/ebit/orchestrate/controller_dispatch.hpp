// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <ebit/orchestrate/controller.hpp>

// What a message is about, and what is due.
namespace ebit::orchestrate {

template <router Router, light_forecaster Forecaster>
template <class Sink>
void controller<Router, Forecaster>::handle(const event::received& e, context& ctx, Sink&& to) {
  begin_work(ctx.now);
  hear(e, ctx.now);
  courier_.receive(e, to, [&](const message&) { return dispatch(e, ctx, to); });
  if (is_surveying_ && survey_.is_over())
    end_survey(ctx, to);
  else if (!is_surveying_ && !early_.empty())
    deal_early(ctx, to);
  serve(ctx, to);
}

template <router Router, light_forecaster Forecaster>
template <class Sink>
void controller<Router, Forecaster>::expire(context& ctx, Sink&& to) {
  begin_work(ctx.now);
  courier_.expire(ctx.now, to);
  if (beat_at_ <= ctx.now) beat(ctx, to);
  if (is_surveying_ && survey_.deadline() <= ctx.now) end_survey(ctx, to);
  for (std::uint32_t slot = book_.expired(ctx.now); slot != request_book::none; slot = book_.expired(ctx.now)) {
    if (book_[slot].is_complete) continue;
    ++counts_.expired;
    answer(book_[slot], verdict_on_request::expired, shortage::time, 0, none, {}, 0, ctx, to);
    stop_request(slot, ending::cancelled, ctx, to);
  }
  std::uint32_t key = 0;
  while (lease_alarms_.due(ctx.now, key)) lease_due(key, ctx, to);
  while (plan_alarms_.due(ctx.now, key)) plan_due(key, ctx, to);
  while (element_alarms_.due(ctx.now, key)) element_due(key, ctx, to);
  while (port_alarms_.due(ctx.now, key)) {
    std::uint32_t at = 0;
    while (news_offsets_[at + 1] <= key) ++at;
    trust(element_id{at}, static_cast<std::uint16_t>(key - news_offsets_[at]), ctx.now);
  }
  serve(ctx, to);
}

/// Clocks may show anything when a controller starts: it waits for heartbeats from then on.
template <router Router, light_forecaster Forecaster>
void controller<Router, Forecaster>::begin_work(local_time now) {
  if (has_begun_) return;
  has_begun_ = true;
  if (!in_office_)
    beat_at_ = next_beat(now);
  else if (others_.size() > 1)
    beat_at_ = now;
}

/// Whoever speaks is there, and as far away as the message was under way: the longest of late.
template <router Router, light_forecaster Forecaster>
void controller<Router, Forecaster>::hear(const event::received& e, local_time now) {
  const node_id from = e.content.from;
  if (!is_element(from)) {
    for (standby& s : others_)
      if (s.at == from) s.heard = now;
    return;
  }
  agent& a = agents_[from.value()];
  if (!a.was_heard || e.flight > a.flight)
    a.flight = e.flight;
  else
    a.flight -= (a.flight - e.flight) / 16;
  a.was_heard = a.has_spoken = true;
  reached(from.value(), now);
}

/// It is there: nothing is held against its silence any more, unless it has yet to say what it holds.
template <router Router, light_forecaster Forecaster>
void controller<Router, Forecaster>::reached(std::uint32_t element, local_time now) {
  agent& a = agents_[element];
  if (!a.is_suspected || (element < endpoints_ && survey_.awaits(element))) return;
  a.is_suspected = false;
  apply_health(element_id{element}, now);
}

template <router Router, light_forecaster Forecaster>
template <class Sink>
verdict controller<Router, Forecaster>::dispatch(const event::received& e, context& ctx, Sink& sink) {
  const message& m = e.content;
  const auto with_body = [&]<class Body>(Body, bool may) {
    if (!m.holds<Body>() || !may)
      ++ignored_;
    else
      take(m.unpack<Body>(), e, ctx, sink);
    return verdict::settled;
  };
  const bool from_endpoint = is_endpoint(m.from);
  switch (m.type) {
    case wire::health_news::type: return with_body(wire::health_news{}, is_element(m.from));
    case wire::heartbeat::type: return with_body(wire::heartbeat{}, !is_element(m.from));
    case wire::log_lease::type:
    case wire::log_spans::type:
    case wire::log_end::type:
    case wire::log_tenant::type: return take_log(e, ctx, sink);
    case wire::took_over::type:
      if (m.holds<wire::took_over>() && m.unpack<wire::took_over>().term > term_)
        stand_down(m.unpack<wire::took_over>().term, ctx.now);
      return verdict::settled;
    case wire::deposed::type:
      if (m.holds<wire::deposed>()) take(m.unpack<wire::deposed>(), ctx.now);
      return verdict::settled;
    default: break;
  }
  if (!in_office_) return verdict::early;  // not for one that stands by: it is said again to whoever takes office
  const auto put_off = [&] {
    // What is not settled comes again where messages are assured; elsewhere it would be lost.
    if (courier_.unacknowledged().assures() && early_.size() >= how_.most_requests) return verdict::early;
    early_.push_back({e, ctx.now});
    return verdict::settled;
  };
  // Of one that has not answered a survey yet it is not known what is new and what was said before.
  const bool is_too_early = from_endpoint && (is_surveying_ || survey_.awaits(m.from.value()));
  switch (m.type) {
    case wire::ask::type:
      if (!m.holds<wire::ask>() || !from_endpoint) break;
      if (is_too_early && m.unpack<wire::ask>().term == 0) return put_off();
      return take(m.unpack<wire::ask>(), e, ctx, sink);
    case wire::released::type:
      if (is_surveying_ && from_endpoint) return put_off();  // of a path that the survey may only just have shown
      return with_body(wire::released{}, from_endpoint);
    case wire::plan_result::type: return with_body(wire::plan_result{}, is_element(m.from));
    case wire::cancel::type:
      if (is_too_early && m.holds<wire::cancel>() &&
          book_.find(m.from.value(), m.unpack<wire::cancel>().ticket) == request_book::none)
        return put_off();
      return with_body(wire::cancel{}, from_endpoint);
    case wire::holding::type: return with_body(wire::holding{}, from_endpoint);
    case wire::surveyed::type: return with_body(wire::surveyed{}, from_endpoint);
    case wire::recorded::type: return with_body(wire::recorded{}, !is_element(m.from));
    default: break;
  }
  ++ignored_;
  return verdict::settled;
}

}  // namespace ebit::orchestrate
