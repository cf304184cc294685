// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <ebit/orchestrate/controller.hpp>

// One that has taken office asks who holds what, and goes on with what was written down.
namespace ebit::orchestrate {

template <router Router, light_forecaster Forecaster>
template <class Sink>
void controller<Router, Forecaster>::take(const wire::holding& h, const event::received& e, context& ctx,
                                          Sink& sink) {
  if (h.term != term_ || !h.path.valid()) return;
  if (!is_endpoint(h.peer) || h.peer == e.content.from) return;
  const std::uint32_t from = e.content.from.value();
  survey_.hear(from, h);
  if (is_surveying_) return;
  // Said too late to go on with: whatever its light passed may be another's by now.
  const std::uint32_t slot = leases_.find(h.path);
  if (slot != lease::none) {
    lease& l = leases_[slot];
    if (from == l.head) l.counted = greatest(l.counted, h.delivered);
    if ((from == l.head && !l.head_released) || (from == l.tail && !l.tail_released)) return;
  }
  name_beyond(h.path);
  withdraw(h.path, from, h.port, ending::unwanted, duration::zero(), none, ctx, sink);
}

/// From now on the endpoint's tickets are known, and the names of paths that it has heard of; so it is served again if
/// it has kept the survey waiting in vain.
template <router Router, light_forecaster Forecaster>
template <class Sink>
void controller<Router, Forecaster>::take(const wire::surveyed& s, const event::received& e, context& ctx, Sink&) {
  const std::uint32_t from = e.content.from.value();
  if (s.term != term_ || is_older(from, s.incarnation)) return;
  if (!survey_.hear(from, s)) return;
  tickets_[from].settle_before(s.next_ticket);
  if (s.incarnation != agents_[from].incarnation) begin_incarnation(element_id{from}, s.incarnation, ctx.now);
  agents_[from].is_known = true;
  name_beyond(s.latest);
  reached(from, ctx.now);
}

/// Names of light paths go on above this one.
template <router Router, light_forecaster Forecaster>
void controller<Router, Forecaster>::name_beyond(path_id path) {
  if (path.valid() && next_path_ <= path.value()) next_path_ += ranks() * ((path.value() - next_path_) / ranks() + 1);
}

/// What came before its sender had answered the survey, or long before what its sender had said earlier.
template <router Router, light_forecaster Forecaster>
template <class Sink>
void controller<Router, Forecaster>::deal_early(context& ctx, Sink& sink) {
  std::vector<early_word> words;
  words.swap(early_);
  for (const early_word& w : words) {
    if (survey_.awaits(w.what.content.from.value())) {
      early_.push_back(w);
      continue;
    }
    event::received e = w.what;
    e.flight += ctx.now - w.since;
    if (dispatch(e, ctx, sink) == verdict::early) early_.push_back({e, ctx.now});
  }
}

template <router Router, light_forecaster Forecaster>
std::uint32_t controller<Router, Forecaster>::entry_of(std::uint32_t head, request_id request) const {
  for (const std::uint32_t s : book_.of(head))
    if (book_[s].request == request) return s;
  return request_book::none;
}

/// Whether light paths that were adopted serve this request, of which the survey did not hear in time.
template <router Router, light_forecaster Forecaster>
bool controller<Router, Forecaster>::goes_on(std::uint32_t entry) {
  standing_request& r = book_[entry];
  for (const std::uint32_t s : leases_.at(r.head)) {
    lease& l = leases_[s];
    if (l.head != r.head || l.request != r.request || l.entry != lease::none || l.head_released) continue;
    if (l.role_head != wire::grant::head) continue;
    l.entry = entry;
    ++r.leases;
    r.state = standing_request::phase::running;
  }
  return r.leases > 0;
}

/// Everybody has answered, or never will: the leases that both ends hold and that were written down go on, the others
/// are withdrawn, and what is still wanted waits its turn.
template <router Router, light_forecaster Forecaster>
template <class Sink>
void controller<Router, Forecaster>::end_survey(context& ctx, Sink& sink) {
  is_surveying_ = false;
  for (std::uint32_t e = 0; e < endpoints_; ++e)
    if (!survey_.has_answered(e)) suspect(e, ctx.now);
  survey_.end();
  path_id latest = survey_.latest();
  log_.on_each([&](const logged_lease& l) {
    if (!latest.valid() || l.path > latest) latest = l.path;
  });
  name_beyond(latest);
  for (const survey::found_path& p : survey_.paths()) adopt(p, ctx, sink);
  log_.clear();
  for (std::uint32_t e = 0; e < endpoints_; ++e) {
    const std::vector<std::uint32_t> mine = book_.of(e);
    for (const std::uint32_t slot : mine) settle_request(slot);
    freed(e);
  }
  deal_early(ctx, sink);
}

template <router Router, light_forecaster Forecaster>
template <class Sink>
void controller<Router, Forecaster>::adopt(const survey::found_path& found, context& ctx, Sink& sink) {
  if (!found.by_head && !found.by_tail) return;  // whoever held it has started again
  if (found.head >= endpoints_ || found.tail >= endpoints_ || leases_.find(found.path) != lease::none) return;
  const logged_lease* known = log_.find(found.path);
  std::optional<light_path> way;
  // Paths of a walk end with its controller: what is left of the request gets another walk.
  if (known != nullptr && !found.is_part && found.by_head && found.by_tail && known->head == found.head &&
      known->tail == found.tail) {
    const std::span<const span_id> all{known->spans};
    if (known->spans_a <= all.size())
      way = lay(*fabric_, element_id{found.head}, all.first(known->spans_a), element_id{found.tail},
                all.subspan(known->spans_a));
    if (way && !state_.fits(*way)) way.reset();
  }
  const std::uint32_t slot = leases_.open(found.path, found.head, found.tail, lease::phase::live);
  lease& l = leases_[slot];
  l.request = found.request;
  l.head_released = !found.by_head;
  l.tail_released = !found.by_tail;
  l.counted = found.delivered;
  l.granted = l.begins = l.ends = ctx.now;
  const std::uint32_t entry =
      found.by_head && !found.is_relayed ? entry_of(found.head, found.request) : request_book::none;
  if (entry != request_book::none) {
    l.entry = entry;
    ++book_[entry].leases;
    book_[entry].state = standing_request::phase::running;
  }
  if (!way) {
    l.way.a.port = found.port_head;
    l.way.b.port = found.port_tail;
    end_lease(slot, ending::unwanted, duration::zero(), none, ctx, sink);
    return;
  }
  l.way = std::move(*way);
  l.ticket = known->ticket;
  l.tenant = tenants_.knows(known->tenant) ? known->tenant : std::uint16_t{0};
  l.flags = known->flags;
  l.pairs = known->pairs;
  l.min_fidelity = entry != request_book::none ? book_[entry].min_fidelity : 0;
  const light_forecast expected = foretell(l.way, l.head, l.tail, l.min_fidelity);
  l.rate = expected.rate;
  l.fidelity = expected.fidelity;
  l.length = known->length;
  l.cost = least(l.length, how_.longest_lease) * 2;
  const bool fits = hold(slot);
  EBIT_ASSERT(fits, "controller: a way that fits cannot be reserved");
  l.is_charged = true;
  tenants_.starts(l.tenant, l.cost, ctx.now);
  if (l.is_stock()) ++stock_leases_;
  ++counts_.leases;
  // It was written down before it began, by no more than the way there and back.
  l.ends = known->since + l.length + how_.farthest * 4 + how_.guard;
  order_joins(slot, lease::none, ctx, sink);
  set_alarm(slot, greatest(l.ends, ctx.now) + how_.release_grace);
}

}  // namespace ebit::orchestrate
