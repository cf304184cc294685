// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <ebit/orchestrate/pair_stock.hpp>

// How pairs come into stock, are kept there and go.
namespace ebit::orchestrate {

template <stock_policy Policy>
template <class Sink>
void pair_stock<Policy>::store(const action::deliver& a, bool is_own, const bell_diagonal& state, context& ctx,
                               Sink& sink) {
  double floor = 0;
  for (order& o : orders_) {
    if (!is_own || o.id != a.request) continue;
    floor = o.floor;
    if (o.pairs > 0) --o.pairs;
  }
  stored_pair* p = find(a.name);
  std::uint32_t slot = 0;
  while (slot < config_.slots && is_used_[slot] != 0) ++slot;
  if (slot == config_.slots) {
    // The stack is told that all is well, and frees its slot with what is in it.
    replies_.push_back({a.operation, true});
    if (p != nullptr) erase(*p);
    if (is_own) rest(a.peer, a.purpose, ctx.now);
    say_gone(a.name, a.peer, true, ctx, sink);
    return;
  }
  if (p == nullptr) {
    pairs_.emplace_back();
    p = &pairs_.back();
    p->name = a.name;
    p->peer = a.peer;
  }
  p->state = stored_pair::phase::moving;
  p->is_own = is_own;
  p->circuit = a.circuit;
  p->tenant = a.purpose;
  p->slot = slot;
  p->left_by = a.operation;
  p->frame = a.frame;
  p->born = a.born;
  p->floor = floor;
  p->state_then = state;
  p->then = ctx.now;
  p->due = local_time::never();
  is_used_[slot] = 1;
  sink(action::move{operation_on(slot), ctx.now, a.slot, name_of(slot)});
}

template <stock_policy Policy>
template <class Sink>
void pair_stock<Policy>::lose(const pair_id& name, context& ctx, Sink& sink) {
  stored_pair* p = find(name);
  if (p != nullptr && p->state != stored_pair::phase::handed) discard(*p, true, ctx, sink);
}

template <stock_policy Policy>
template <class Desk, class Sink>
void pair_stock<Policy>::ended(operation_id operation, bool is_done, Desk& desk, context& ctx, Sink& sink) {
  const std::uint32_t slot = (operation.value() >> 8) - config_.first_slot;
  stored_pair* p = holder_of(slot);
  if (p == nullptr || operations_[slot] != (operation.value() & 0xff)) return;
  if (p->state == stored_pair::phase::moving) {
    replies_.push_back({p->left_by, is_done});
    p->state = stored_pair::phase::kept;
    p->moved = ctx.now;
    has_changed_ = true;
    if (!is_done || p->is_unwanted) {
      discard(*p, !is_done, ctx, sink);
      return;
    }
    if (!p->is_own) {
      wire::stored word;
      word.name = p->name;
      word.incarnation = config_.incarnation;
      p->due = ctx.now + config_.how.longest + courier_.patience();
      courier_.send(p->peer, word, ctx.now, sink);
    } else if (!p->moved_there.is_never()) {
      complete(*p, ctx, sink);
    } else {
      p->due = ctx.now + courier_.patience();
    }
    return;
  }
  if (p->state != stored_pair::phase::handed) return;
  release(*p, sink);
  has_changed_ = true;
  if (is_done) {
    if (!p->is_own) answer(*p, ctx, sink);
    if (p->is_over()) erase(*p);
    return;
  }
  // The application could not take it.
  say_gone(p->name, p->peer, false, ctx, sink);
  take_back(*p, desk, ctx, sink);
}

template <stock_policy Policy>
template <class Sink>
void pair_stock<Policy>::erased(slot_id slot, context& ctx, Sink& sink) {
  stored_pair* p = holder_of(slot.value() - config_.first_slot);
  if (p != nullptr && p->state == stored_pair::phase::kept) discard(*p, true, ctx, sink);
}

template <stock_policy Policy>
template <class Sink>
void pair_stock<Policy>::discard(stored_pair& p, bool tells, context& ctx, Sink& sink) {
  const pair_id name = p.name;
  const node_id peer = p.peer;
  if (p.state == stored_pair::phase::moving) {
    p.is_unwanted = true;  // until then the device has it
  } else {
    if (p.state == stored_pair::phase::kept) ++discarded_;
    release(p, sink);
    erase(p);
  }
  if (tells) say_gone(name, peer, false, ctx, sink);
}

template <stock_policy Policy>
template <class Sink>
void pair_stock<Policy>::say_gone(const pair_id& name, node_id peer, bool had_no_room, context& ctx, Sink& sink) {
  wire::unstocked word;
  word.name = name;
  word.incarnation = config_.incarnation;
  word.had_no_room = had_no_room ? 1 : 0;
  courier_.send(peer, word, ctx.now, sink);
}

template <stock_policy Policy>
template <class Sink>
void pair_stock<Policy>::complete(stored_pair& p, context& ctx, Sink& sink) {
  const duration good = good_for(p, p.floor, ctx.now, config_.how.longest - (ctx.now - p.moved));
  has_changed_ = true;
  if (good < duration::zero()) {
    rest(p.peer, p.tenant, ctx.now);
    discard(p, true, ctx, sink);
    return;
  }
  p.due = ctx.now + good;
}

template <stock_policy Policy>
bool pair_stock<Policy>::serves(const stored_pair& p, node_id peer, std::uint16_t tenant, double min_fidelity,
                                local_time now) const {
  return p.is_available() && p.peer == peer && p.tenant == tenant &&
         p.fidelity_at(now, now + p.flight, hardware(config_.self), hardware(peer)) >= min_fidelity;
}
template <stock_policy Policy>
stored_pair* pair_stock<Policy>::next_for(node_id peer, std::uint16_t tenant, double min_fidelity, local_time now) {
  stored_pair* next = nullptr;
  for (stored_pair& p : pairs_)
    if (serves(p, peer, tenant, min_fidelity, now) && (next == nullptr || p.due < next->due)) next = &p;
  return next;
}
template <stock_policy Policy>
std::uint32_t pair_stock<Policy>::count_for(node_id peer, std::uint16_t tenant, double min_fidelity, local_time now) {
  std::uint32_t n = 0;
  for (const stored_pair& p : pairs_) n += serves(p, peer, tenant, min_fidelity, now) ? 1U : 0U;
  return n;
}

template <stock_policy Policy>
template <class Sink>
auto pair_stock<Policy>::serve(const event::request& e, context& ctx, Sink& sink) -> served {
  served out;
  if (e.kind != request_kind::keep) return out;
  policy_.note({e.peer, e.tenant, e.pairs, e.min_fidelity}, ctx.now);
  has_changed_ = true;
  // What has to be there at once, or come without others in between, comes from one place.
  const bool is_whole = e.atomic || e.consecutive;
  if (is_whole && count_for(e.peer, e.tenant, e.min_fidelity, ctx.now) < e.pairs) return out;
  for (; out.delivered < e.pairs; ++out.delivered, ++out.open) {
    stored_pair* p = next_for(e.peer, e.tenant, e.min_fidelity, ctx.now);
    if (p == nullptr) break;
    hand_out(*p, e.id, e.purpose, e.min_fidelity, 0, ctx, sink);
    ++handed_out_;
  }
  std::uint32_t shared = 0;
  for (const stored_pair& p : pairs_)
    if (p.state == stored_pair::phase::kept && !p.is_own && p.peer == e.peer && p.tenant == e.tenant) ++shared;
  if (is_whole || shared == 0 || out.delivered == e.pairs) return out;
  wire::borrow word;
  word.request = e.id;
  word.number = ++next_loan_;
  word.pairs = least(shared, e.pairs - out.delivered);
  word.tenant = e.tenant;
  word.purpose = e.purpose;
  word.incarnation = config_.incarnation;
  word.min_fidelity = e.min_fidelity;
  // Rounded, it must not ask for less.
  if (word.min_fidelity < e.min_fidelity) word.min_fidelity = e.min_fidelity + 1.0 / 65'535;
  loan l;
  l.number = word.number;
  l.request = e.id;
  l.due = ctx.now + courier_.patience();
  loans_.push_back(l);
  courier_.send(e.peer, word, ctx.now, sink);
  ++out.open;
  return out;
}

template <stock_policy Policy>
template <class Desk, class Sink>
void pair_stock<Policy>::expire(Desk& desk, context& ctx, Sink& sink) {
  for (std::size_t i = 0; i < pairs_.size();) {
    stored_pair& p = pairs_[i];
    if (p.due > ctx.now) {
      ++i;
      continue;
    }
    p.due = local_time::never();
    const std::size_t before = pairs_.size();
    switch (p.state) {
      case stored_pair::phase::moving: break;
      case stored_pair::phase::awaited: discard(p, true, ctx, sink); break;
      // By then its owner has discarded it as well.
      case stored_pair::phase::kept: discard(p, p.is_own, ctx, sink); break;
      case stored_pair::phase::handed:
        if (p.is_own) {
          ask_again(p, desk, ctx, sink);
        } else if (!p.is_heard) {
          answer(p, ctx, sink);
        } else {
          p.is_settled = true;  // it goes when the application has taken it
          if (p.is_over()) erase(p);
        }
        break;
    }
    if (pairs_.size() == before) ++i;
  }
  for (std::size_t i = 0; i < loans_.size();)
    if (loans_[i].due <= ctx.now)
      close_loan(i, desk, ctx, sink);
    else
      ++i;
  courier_.expire(ctx.now, sink);
}

}  // namespace ebit::orchestrate
