// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <ebit/orchestrate/controller.hpp>

// Whose turn it is when something becomes free.
namespace ebit::orchestrate {

template <router Router, light_forecaster Forecaster>
std::uint32_t controller<Router, Forecaster>::free_ports(std::uint32_t endpoint) const {
  std::uint32_t n = 0;
  for (const span_id s : fabric_->incident(element_id{endpoint})) n += state_.is_usable(s) ? 1U : 0U;
  return n;
}

template <router Router, light_forecaster Forecaster>
void controller<Router, Forecaster>::freed(std::uint32_t endpoint) {
  if (is_freed_[endpoint] != 0) return;
  is_freed_[endpoint] = 1;
  freed_.push_back(endpoint);
}

/// Whether the tenant may have so many light paths for it now.
template <router Router, light_forecaster Forecaster>
bool controller<Router, Forecaster>::may_start(const standing_request& r, local_time now, std::uint32_t paths) const {
  return r.is_stock() ? tenants_.may_start_stock(r.tenant, now, paths) : tenants_.may_start(r.tenant, now, paths);
}

/// It waits, its tenant may have one more light path, and a port at either end is free for it.
template <router Router, light_forecaster Forecaster>
bool controller<Router, Forecaster>::is_ready(std::uint32_t slot, local_time now) const {
  const standing_request& r = book_[slot];
  if (r.state != standing_request::phase::waiting || !may_start(r, now)) return false;
  for (const std::uint32_t end : {r.head, r.peer})
    if (book_.open_to(slot, end, free_ports(end)) == 0) return false;
  return true;
}

/// Offers what has become free, until nobody can use it or a few searches in a row have found no way.
template <router Router, light_forecaster Forecaster>
template <class Sink>
void controller<Router, Forecaster>::serve(context& ctx, Sink& sink) {
  if (!in_office_ || is_surveying()) {
    retry_at_ = local_time::never();  // whoever takes office, or ends its survey, looks at everything
    return;
  }
  const bool retries = retry_at_ <= ctx.now;
  if (freed_.empty() && !retries) return;
  std::uint32_t failures = 0;
  bool counts = true, goes_on = true;
  while (goes_on && failures < how_.attempts) {
    goes_on = false;
    candidates found;
    collect(found, ctx.now, counts);
    counts = false;
    for (std::size_t i = 0; i < found.size(); ++i) {
      const std::uint32_t slot = found[i];
      if (!is_ready(slot, ctx.now)) {
        const standing_request& r = book_[slot];
        if (r.state == standing_request::phase::waiting && !may_start(r, ctx.now)) book_.stick(slot);
        continue;
      }
      if (failures >= how_.attempts)
        book_.stick(slot);
      else if (attempt(slot, ctx, sink))
        goes_on = true;
      else
        ++failures;
    }
  }
  for (const std::uint32_t e : freed_) is_freed_[e] = 0;
  freed_.clear();
  retry_at_ = local_time::never();
  if (book_.has_stuck()) retry_at_ = ctx.now + how_.retry;
  for (std::uint16_t t = 0; t < tenants_.size(); ++t)
    if (tenants_.waiting(t) > 0 && !tenants_.may_start(t, ctx.now))
      retry_at_ = least(retry_at_, tenants_.may_start_at(t, ctx.now));
}

/// Who is to be tried, in order: a few of those that had no way when they were last tried, and those for whom the
/// ports that were freed are.
template <router Router, light_forecaster Forecaster>
void controller<Router, Forecaster>::collect(candidates& found, local_time now, bool counts) {
  std::uint32_t tried = 0;
  for (int looks = 0; looks < 16 && tried < how_.attempts; ++looks) {
    const std::uint32_t slot = book_.next_stuck();
    if (slot == request_book::none) break;
    if (!may_start(book_[slot], now)) {
      book_.stick(slot);
    } else if (is_ready(slot, now)) {
      insert(found, slot);
      ++tried;
    }  // else it is offered when the port it lacks becomes free
  }
  for (const std::uint32_t endpoint : freed_) {
    if (free_ports(endpoint) == 0) continue;
    for (const std::uint32_t slot :
         book_.offer(endpoint, tenants_, now, [this](std::uint32_t e) { return free_ports(e); }, counts))
      if (!book_[slot].is_stuck) insert(found, slot);
  }
}

template <router Router, light_forecaster Forecaster>
void controller<Router, Forecaster>::insert(candidates& found, std::uint32_t slot) {
  for (const std::uint32_t s : found)
    if (s == slot) return;
  if (found.full()) {
    const bool is_better = book_.goes_before(slot, found.back(), tenants_);
    book_.stick(is_better ? found.back() : slot);
    if (!is_better) return;
    found.pop_back();
  }
  found.push_back(slot);
  for (std::size_t i = found.size() - 1; i > 0 && book_.goes_before(found[i], found[i - 1], tenants_); --i)
    std::swap(found[i], found[i - 1]);
}

/// Looks for a light path for a request that is ready, and begins a lease if there is one.
template <router Router, light_forecaster Forecaster>
template <class Sink>
bool controller<Router, Forecaster>::attempt(std::uint32_t slot, context& ctx, Sink& sink) {
  const standing_request& r = book_[slot];
  if (state_.analysers_in_use() >= fabric_->analysers().size()) {
    blocked(slot, shortage::analyser, 1, ctx, sink);
    return false;
  }
  ++counts_.searches;
  offer found = find_way(state_, r.head, r.peer, r.min_fidelity, failed_parts_ > 0);
  if (found.why != shortage::none) {
    blocked(slot, found.why == shortage::no_path ? what_is_short(slot) : found.why, 1, ctx, sink);
    return false;
  }
  if (const std::uint32_t paths = light_paths(found.parts); paths > 1 && !may_start(r, ctx.now, paths)) {
    blocked(slot, shortage::quota, paths, ctx, sink);
    return false;
  }
  begin(slot, std::move(found.parts), found.expected, lease::none, true, ctx, sink);
  return true;
}

/// Why there is no light path between two endpoints that both have a free port.
template <router Router, light_forecaster Forecaster>
shortage controller<Router, Forecaster>::what_is_short(std::uint32_t slot) {
  const standing_request& r = book_[slot];
  for (const std::uint32_t end : {r.head, r.peer}) {
    if (state_.health_of(element_id{end}) == health::failed) return shortage::endpoint_fault;
    if (free_ports(end) == 0) return shortage::port;
  }
  return span_or_analyser(
      state_, [&](std::uint32_t kind) { return could_serve(kind, r.head, r.peer, r.min_fidelity); });
}

template <router Router, light_forecaster Forecaster>
template <class Sink>
void controller<Router, Forecaster>::blocked(std::uint32_t slot, shortage why, std::uint32_t paths, context& ctx,
                                             Sink& sink) {
  ++counts_.blocked[static_cast<std::size_t>(why)];
  standing_request& r = book_[slot];
  // What is only in use will be free again. What is broken may stay so.
  const bool could_be_fault = failed_parts_ > 0 && why != shortage::fidelity && why != shortage::quota;
  const shortage at_best =
      could_be_fault ? find_way(sound_, r.head, r.peer, r.min_fidelity, true).why : shortage::none;
  if (at_best != shortage::none && at_best != shortage::fidelity) {
    if (r.give_up_at.is_never()) r.give_up_at = give_up_at(r, ctx.now);
    if (r.give_up_at <= ctx.now) {
      ++counts_.given_up;
      answer(r, verdict_on_request::given_up, shortage::no_path, 0, none, {}, 0, ctx, sink);
      stop_request(slot, ending::fault, ctx, sink);
      return;
    }
  } else {
    r.give_up_at = local_time::never();
  }
  book_.stick(slot);
  retry_at_ = least(retry_at_, ctx.now + how_.retry);
  const bool is_in_use =
      why == shortage::port || why == shortage::span || why == shortage::analyser || why == shortage::quota;
  if (is_in_use) preempt(slot, paths, ctx, sink);
}

/// An endpoint has been out of order for too long: who has waited for it so long need not wait any more.
template <router Router, light_forecaster Forecaster>
template <class Sink>
void controller<Router, Forecaster>::give_up_unreachable(std::uint32_t endpoint, context& ctx, Sink& sink) {
  std::vector<std::uint32_t> waiting;
  book_.on_waiting(endpoint, [&](std::uint32_t slot) {
    if (book_[slot].arrived + how_.give_up_after <= ctx.now) waiting.push_back(slot);
  });
  for (const std::uint32_t slot : waiting) {
    ++counts_.given_up;
    answer(book_[slot], verdict_on_request::given_up, shortage::endpoint_fault, 0, endpoint, {}, 0, ctx, sink);
    stop_request(slot, ending::fault, ctx, sink);
  }
}

}  // namespace ebit::orchestrate
