// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <ebit/orchestrate/controller.hpp>

// Several controllers: who is in office, what the others write down, and when one of them takes over.
namespace ebit::orchestrate {

/// The place of a node among the controllers; their number if it is none of them, 0 if there are no others.
template <router Router, light_forecaster Forecaster>
std::uint32_t controller<Router, Forecaster>::rank_of(node_id n) const {
  std::uint32_t rank = 0;
  while (rank < others_.size() && others_[rank].at != n) ++rank;
  return rank;
}

/// Names of paths are dealt out among the ranks, so that no two controllers ever give the same.
template <router Router, light_forecaster Forecaster>
path_id controller<Router, Forecaster>::next_path() {
  const path_id path{next_path_};
  next_path_ += ranks();
  EBIT_ASSERT(path.valid() && next_path_ > path.value(), "controller: out of names for light paths");
  return path;
}

template <router Router, light_forecaster Forecaster>
local_time controller<Router, Forecaster>::next_beat(local_time now) const {
  return now + how_.heartbeat * std::int64_t{in_office_ ? 1U : how_.missed + rank_};
}

/// In office: says so. Standing by: the one in office has been silent for too long.
template <router Router, light_forecaster Forecaster>
template <class Sink>
void controller<Router, Forecaster>::beat(context& ctx, Sink& sink) {
  if (!in_office_) {
    take_office(ctx, sink);
    return;
  }
  beat_at_ = next_beat(ctx.now);
  wire::heartbeat body;
  body.number = ++beats_;
  body.term = term_;
  body.oldest = path_id{next_path_};
  for (std::uint32_t s = 0; s < leases_.slots(); ++s)
    if (leases_.is_used(s) && leases_[s].path < body.oldest) body.oldest = leases_[s].path;
  wire::log_tenant account;
  account.number = beats_;
  account.tenant = static_cast<std::uint16_t>(beats_ % tenants_.size());
  account.term = term_;
  account.finish = tenants_.finish(account.tenant);
  account.now = tenants_.virtual_now();
  for (standby& s : others_) {
    if (s.at == id()) continue;
    if (ctx.now - s.heard > how_.heartbeat * std::int64_t{how_.missed}) s.is_present = false;
    courier_.send_once(s.at, body, sink);
    if (s.is_present) courier_.send_once(s.at, account, sink);
  }
}

template <router Router, light_forecaster Forecaster>
template <class Sink>
void controller<Router, Forecaster>::take_office(context& ctx, Sink& sink) {
  do ++term_;
  while (term_ % ranks() != rank_);
  in_office_ = true;
  is_surveying_ = true;
  beat_at_ = others_.size() > 1 ? ctx.now : local_time::never();
  joins_.forget();
  for (standby& s : others_) s.is_present = false;
  const wire::took_over word = took_over();
  for (std::uint32_t e = 0; e < fabric_->elements().size(); ++e) courier_.send(node_id{e}, word, ctx.now, sink);
  for (const standby& s : others_)
    if (s.at != id()) courier_.send(s.at, word, ctx.now, sink);
  survey_.begin(ctx.now + how_.farthest * 2 + how_.guard + courier_.patience());
}

/// Another is in office under a greater term.
template <router Router, light_forecaster Forecaster>
void controller<Router, Forecaster>::stand_down(std::uint16_t term, local_time now) {
  term_ = term;
  if (in_office_) {
    drop_everything();
    log_.clear();
  }
  in_office_ = false;
  beat_at_ = next_beat(now);
}

/// Somebody has heard of a greater term, or of this one in an earlier life of this controller. If that life had it, no
/// other is in office for it, and nobody need be waited for.
template <router Router, light_forecaster Forecaster>
void controller<Router, Forecaster>::take(const wire::deposed& d, local_time now) {
  if (d.term < term_ || (d.term == term_ && (!in_office_ || d.life == life_))) return;
  stand_down(d.term, now);
  if (d.term % ranks() == rank_) beat_at_ = now;
}

/// What belongs to the one in office; the health of things, which everybody hears of, stays.
template <router Router, light_forecaster Forecaster>
void controller<Router, Forecaster>::drop_everything() {
  for (std::uint32_t s = 0; s < leases_.slots(); ++s)
    if (leases_.is_used(s)) give_back(s);
  leases_ = lease_table{endpoints_};
  walks_ = walk_table{how_.trunks.size()};
  book_ = request_book{endpoints_, how_.most_requests, how_.most_passed};
  std::uint32_t ports = 0;
  for (const element_id e : fabric_->endpoints()) ports += fabric_->at(e).ports;
  tenants_ = tenants{how_.sharing, ports};
  for (ticket_window& t : tickets_) t = {};
  for (const std::uint32_t e : freed_) is_freed_[e] = 0;
  freed_.clear();
  retry_at_ = local_time::never();
  lease_alarms_.clear();
  plan_alarms_.clear();
  element_alarms_.clear();
  plan_index_.clear();
  plans_.clear();
  free_plans_.clear();
  stock_leases_ = 0;
  joins_.forget();
  survey_.forget();
  is_surveying_ = false;
  early_.clear();
}

template <router Router, light_forecaster Forecaster>
bool controller<Router, Forecaster>::must_log() const {
  if (!how_.write_ahead) return false;
  for (const standby& s : others_)
    if (s.is_present && s.at != id()) return true;
  return false;
}

template <router Router, light_forecaster Forecaster>
bool controller<Router, Forecaster>::is_logged(const lease& l) const {
  for (std::size_t i = 0; i < others_.size(); ++i)
    if (others_[i].is_present && others_[i].at != id() && (l.recorded_by >> i & 1U) == 0) return false;
  return true;
}

template <router Router, light_forecaster Forecaster>
template <class Sink>
void controller<Router, Forecaster>::log_lease(const lease& l, node_id to, context& ctx, Sink& sink) {
  wire::log_lease body;
  body.path = l.path;
  body.request = l.request;
  body.head = node_id{l.head};
  body.tail = node_id{l.tail};
  body.ticket = l.ticket;
  body.analyser = l.way.analyser.value();
  body.pairs = l.pairs;
  body.term = term_;
  body.tenant = l.tenant;
  body.spans_a = static_cast<std::uint32_t>(l.way.a.spans.size());
  body.spans_b = static_cast<std::uint32_t>(l.way.b.spans.size());
  body.lease = l.length;
  body.flags = l.flags;
  courier_.send(to, body, ctx.now, sink);
  const std::size_t all = l.way.a.spans.size() + l.way.b.spans.size();
  for (std::size_t first = 0; first < all; first += wire::log_spans::most) {
    wire::log_spans part;
    part.path = l.path;
    part.term = term_;
    part.first = static_cast<std::uint32_t>(first);
    for (std::size_t i = first; i < all && part.count < wire::log_spans::most; ++i) {
      const bool in_a = i < l.way.a.spans.size();
      part.spans[part.count++] = (in_a ? l.way.a.spans[i] : l.way.b.spans[i - l.way.a.spans.size()]).value();
    }
    courier_.send(to, part, ctx.now, sink);
  }
}

template <router Router, light_forecaster Forecaster>
template <class Sink>
void controller<Router, Forecaster>::log_to_all(const lease& l, context& ctx, Sink& sink) {
  for (const standby& s : others_)
    if (s.is_present && s.at != id()) log_lease(l, s.at, ctx, sink);
}

template <router Router, light_forecaster Forecaster>
template <class Sink>
void controller<Router, Forecaster>::take(const wire::recorded& r, const event::received& e, context& ctx,
                                          Sink& sink) {
  const std::uint32_t rank = rank_of(e.content.from);
  if (r.term != term_ || rank >= others_.size()) return;
  standby& s = others_[rank];
  if (!s.is_present && how_.write_ahead && !is_surveying_) {
    s.is_present = true;
    for (std::uint32_t i = 0; i < leases_.slots(); ++i)
      if (leases_.is_used(i) && leases_[i].state == lease::phase::live) log_lease(leases_[i], s.at, ctx, sink);
  }
  const std::uint32_t slot = r.path.valid() ? leases_.find(r.path) : lease::none;
  if (slot == lease::none) return;
  lease& l = leases_[slot];
  l.recorded_by = static_cast<std::uint8_t>(l.recorded_by | 1U << rank);
  if (l.state != lease::phase::logging) return;
  for (const std::uint32_t leg : legs_of(slot))
    if (!is_logged(leases_[leg])) return;
  launch(slot, lease::none, ctx, sink);
}

template <router Router, light_forecaster Forecaster>
template <class Sink>
void controller<Router, Forecaster>::take(const wire::heartbeat& h, const event::received& e, context& ctx,
                                          Sink& sink) {
  if (h.term < term_) {
    courier_.send_once(e.content.from, wire::deposed{term_}, sink);
    return;
  }
  if (h.term > term_) stand_down(h.term, ctx.now);
  if (in_office_) return;
  beat_at_ = next_beat(ctx.now);
  log_.forget_before(h.oldest);
  courier_.send_once(e.content.from, wire::recorded{path_id::none(), term_, 0}, sink);
}

template <router Router, light_forecaster Forecaster>
template <class Sink>
verdict controller<Router, Forecaster>::take_log(const event::received& e, context& ctx, Sink& sink) {
  const message& m = e.content;
  if (in_office_ || is_element(m.from)) return verdict::settled;
  path_id path;
  std::uint16_t term = 0;
  bool is_complete = false;
  if (m.holds<wire::log_lease>()) {
    const auto body = m.unpack<wire::log_lease>();
    term = body.term;
    path = body.path;
    if (term >= term_) is_complete = log_.write(body, ctx.now);
  } else if (m.holds<wire::log_spans>()) {
    const auto body = m.unpack<wire::log_spans>();
    term = body.term;
    path = body.path;
    if (term >= term_) is_complete = log_.write(body, ctx.now);
  } else if (m.holds<wire::log_end>()) {
    const auto body = m.unpack<wire::log_end>();
    term = body.term;
    if (term >= term_) log_.end(body.path);
  } else if (m.holds<wire::log_tenant>()) {
    const auto body = m.unpack<wire::log_tenant>();
    term = body.term;
    if (term >= term_ && tenants_.knows(body.tenant)) tenants_.restore(body.tenant, body.finish, body.now);
  } else {
    ++ignored_;
    return verdict::settled;
  }
  if (term < term_) courier_.send_once(m.from, wire::deposed{term_}, sink);
  if (is_complete) courier_.send(m.from, wire::recorded{path, term, 0}, ctx.now, sink);
  return verdict::settled;
}

}  // namespace ebit::orchestrate
