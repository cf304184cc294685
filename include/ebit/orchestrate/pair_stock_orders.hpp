// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <ebit/orchestrate/pair_stock.hpp>

// How pairs for stock are asked for.
namespace ebit::orchestrate {

template <stock_policy Policy>
void pair_stock<Policy>::hear(const action::report& a, local_time now) {
  if (a.outcome == request_outcome::accepted) return;
  for (std::size_t i = 0; i < orders_.size(); ++i) {
    if (orders_[i].id != a.request) continue;
    if (a.outcome == request_outcome::refused) rest(orders_[i].peer, orders_[i].tenant, now);
    orders_.erase(orders_.begin() + static_cast<std::ptrdiff_t>(i));
    has_changed_ = true;
    return;
  }
}

template <stock_policy Policy>
std::uint32_t pair_stock<Policy>::stock_of(node_id peer, std::uint16_t tenant) const {
  std::uint32_t n = 0;
  for (const stored_pair& p : pairs_) {
    const bool is_there = p.state == stored_pair::phase::kept || p.state == stored_pair::phase::moving;
    if (is_there && p.peer == peer && p.tenant == tenant) ++n;
  }
  return n;
}
template <stock_policy Policy>
bool pair_stock<Policy>::is_wished(const stock_wishes& wishes, const stored_pair& p) const {
  for (const stock_wish& w : wishes)
    if (w.peer == p.peer && w.tenant == p.tenant) return true;
  return false;
}

/// Room for one more than are coming: stock that nobody wishes for any more goes, if that is enough. The other end may
/// have filled the room that was there when they were asked for.
template <stock_policy Policy>
template <class Sink>
bool pair_stock<Policy>::make_room(std::uint32_t coming, const stock_wishes& wishes, context& ctx, Sink& sink) {
  std::uint32_t stale = 0;
  for (const stored_pair& p : pairs_) stale += p.is_available() && !is_wished(wishes, p) ? 1U : 0U;
  if (vacant() + stale <= coming) return false;
  while (vacant() <= coming) {
    stored_pair* next = nullptr;
    for (stored_pair& p : pairs_)
      if (p.is_available() && !is_wished(wishes, p) && (next == nullptr || p.due < next->due)) next = &p;
    discard(*next, true, ctx, sink);
  }
  return true;
}

template <stock_policy Policy>
template <class Ask, class Sink>
void pair_stock<Policy>::restock(context& ctx, Sink& sink, Ask&& ask) {
  if (!is_to_look(ctx.now)) return;
  has_changed_ = false;
  const stock_wishes wishes = policy_.wishes(ctx.now);
  std::uint32_t coming = 0;
  for (const order& o : orders_) coming += o.pairs;
  for (const stock_wish& w : wishes) {
    bool is_ordered = false;
    for (const order& o : orders_) is_ordered = is_ordered || (o.peer == w.peer && o.tenant == w.tenant);
    const std::uint32_t have = stock_of(w.peer, w.tenant);
    if (is_ordered || have >= w.pairs || hardware(w.peer).buffer.qubits == 0) continue;
    if (const local_time until = resting_until(w.peer, w.tenant); until > ctx.now) {
      look_again_ = least(look_again_, until);
      continue;
    }
    if (!make_room(coming, wishes, ctx, sink)) break;
    order o;
    o.id = request_id{std::uint32_t{1} << 31 | (next_ask_++ & 0x3fff'ffffU)};
    o.peer = w.peer;
    o.tenant = w.tenant;
    o.pairs = least(w.pairs - have, vacant() - coming);
    o.floor = w.min_fidelity;
    coming += o.pairs;
    orders_.push_back(o);
    // The purpose of stock is its tenant: so the other end learns of it.
    event::request e;
    e.id = o.id;
    e.peer = w.peer;
    e.pairs = o.pairs;
    e.min_fidelity = w.min_fidelity + (1 - w.min_fidelity) * config_.how.margin;
    e.purpose = w.tenant;
    e.time_limit = config_.how.patience;
    e.tenant = w.tenant;
    ask(e);
  }
}

template <stock_policy Policy>
void pair_stock<Policy>::rest(node_id peer, std::uint16_t tenant, local_time now) {
  const local_time until = now + config_.how.rest;
  has_changed_ = true;
  std::size_t kept = 0;
  for (const pause& p : pauses_)
    if (p.until > now && !(p.peer == peer && p.tenant == tenant)) pauses_[kept++] = p;
  pauses_.resize(kept);
  pauses_.push_back({peer, tenant, until});
}
template <stock_policy Policy>
local_time pair_stock<Policy>::resting_until(node_id peer, std::uint16_t tenant) const {
  for (const pause& p : pauses_)
    if (p.peer == peer && p.tenant == tenant) return p.until;
  return local_time{-duration::never()};
}

}  // namespace ebit::orchestrate
