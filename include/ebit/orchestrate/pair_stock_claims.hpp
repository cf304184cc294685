// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <ebit/orchestrate/pair_stock.hpp>

// How pairs in stock are handed out at both ends alike.
namespace ebit::orchestrate {

template <stock_policy Policy>
template <class Sink>
void pair_stock<Policy>::deliver(stored_pair& p, request_id request, std::uint16_t purpose, double fidelity,
                                 context& ctx, Sink& sink) {
  p.state = stored_pair::phase::handed;
  p.request = request;
  // The other end answers when the application has its half, or a round trip later that it has yet to take it.
  p.due = ctx.now + (p.is_own ? until_again(p) : config_.round_trip);
  sink(action::deliver{.operation = operation_on(p.slot),
                       .slot = name_of(p.slot),
                       .request = request,
                       .circuit = p.circuit,
                       .peer = p.peer,
                       .name = p.name,
                       .frame = p.frame,
                       .born = p.born,
                       .estimated_fidelity = fidelity,
                       .purpose = purpose});
}

template <stock_policy Policy>
template <class Sink>
void pair_stock<Policy>::hand_out(stored_pair& p, request_id request, std::uint16_t purpose, double min_fidelity,
                                  std::uint32_t number, context& ctx, Sink& sink) {
  // Counted from the sending; `good_for` reckons with a flight already.
  p.good_until = ctx.now + good_for(p, min_fidelity, ctx.now, config_.how.longest) + p.flight;
  p.handed_at = ctx.now;
  p.number = number;
  p.purpose = purpose;
  p.is_for_here = number == 0;
  deliver(p, request, purpose, fidelity_there(p, ctx.now), ctx, sink);
  claim(p, ctx, sink);
}

template <stock_policy Policy>
template <class Sink>
void pair_stock<Policy>::claim(const stored_pair& p, context& ctx, Sink& sink) {
  wire::claim word;
  word.good_for = p.good_until - ctx.now;
  word.name = p.name;
  word.request = p.request;
  word.number = p.number;
  word.purpose = p.purpose;
  word.fidelity = fidelity_there(p, ctx.now);
  word.again = p.again;
  courier_.send(p.peer, word, ctx.now, sink);
}

template <stock_policy Policy>
template <class Sink>
void pair_stock<Policy>::answer(stored_pair& p, context& ctx, Sink& sink) {
  wire::claim_answered word;
  word.name = p.name;
  word.request = p.request;
  word.again = p.again;
  word.incarnation = config_.incarnation;
  word.half = p.slot == stored_pair::no_slot ? wire::claim_answered::taken : wire::claim_answered::given;
  p.is_heard = true;
  // Should its owner's application fail to take the other half, word of that comes before.
  p.due = ctx.now + until_again(p) * 2;
  courier_.send(p.peer, word, ctx.now, sink);
}

template <stock_policy Policy>
template <class Desk, class Sink>
void pair_stock<Policy>::ask_again(stored_pair& p, Desk& desk, context& ctx, Sink& sink) {
  if (!p.is_heard && p.is_taken_there) {  // all that matters is known
    p.due = local_time::never();
    return;
  }
  if (!p.is_heard) {  // nobody is there
    say_gone(p.name, p.peer, false, ctx, sink);
    take_back(p, desk, ctx, sink);
    return;
  }
  ++p.again;
  p.is_heard = false;
  p.due = ctx.now + until_again(p);
  claim(p, ctx, sink);
}

template <stock_policy Policy>
template <class Desk, class Sink>
void pair_stock<Policy>::take_back(stored_pair& p, Desk& desk, context& ctx, Sink& sink) {
  const stored_pair it = p;
  release(p, sink);
  erase(p);
  ++taken_back_;
  sink(action::revoke{it.request, it.circuit, it.name});
  if (it.is_for_here) desk.settle_claims(it.request, it.is_own && !it.is_settled ? 1 : 0, -1, ctx, sink);
}

template <stock_policy Policy>
template <class Desk, class Sink>
void pair_stock<Policy>::handle(const event::received& e, Desk& desk, context& ctx, Sink& sink) {
  courier_.receive(e, sink, [&](const message& m) {
    deal(m, e.flight, desk, ctx, sink);
    return verdict::settled;
  });
}

template <stock_policy Policy>
template <class Desk, class Sink>
void pair_stock<Policy>::deal(const message& m, duration flight, Desk& desk, context& ctx, Sink& sink) {
  switch (m.type) {
    case wire::stored::type:
      if (m.holds<wire::stored>()) hear(m.unpack<wire::stored>(), m.from, flight, ctx, sink);
      break;
    case wire::claim::type:
      if (m.holds<wire::claim>()) hear(m.unpack<wire::claim>(), m.from, flight, desk, ctx, sink);
      break;
    case wire::claim_answered::type:
      if (m.holds<wire::claim_answered>()) hear(m.unpack<wire::claim_answered>(), m.from, desk, ctx, sink);
      break;
    case wire::unstocked::type:
      if (m.holds<wire::unstocked>()) hear(m.unpack<wire::unstocked>(), m.from, desk, ctx, sink);
      break;
    case wire::borrow::type:
      if (m.holds<wire::borrow>()) hear(m.unpack<wire::borrow>(), m.from, ctx, sink);
      break;
    case wire::lent::type:
      if (!m.holds<wire::lent>()) break;
      for (std::size_t i = 0; i < loans_.size(); ++i) {
        if (loans_[i].number != m.unpack<wire::lent>().number) continue;
        loans_[i].expected = m.unpack<wire::lent>().pairs;
        if (loans_[i].came >= loans_[i].expected) close_loan(i, desk, ctx, sink);
        break;
      }
      break;
    default: break;
  }
}

template <stock_policy Policy>
template <class Sink>
void pair_stock<Policy>::hear(const wire::stored& m, node_id from, duration flight, context& ctx, Sink& sink) {
  note_incarnation(from, m.incarnation, ctx, sink);
  stored_pair* p = find(m.name);
  if (p == nullptr) {
    if (pairs_.size() >= most_known()) {
      say_gone(m.name, from, true, ctx, sink);
      return;
    }
    pairs_.emplace_back();
    p = &pairs_.back();
    p->name = m.name;
    p->peer = from;
    p->due = ctx.now + courier_.patience();
  }
  if (p->peer != from || !p->moved_there.is_never() || p->state == stored_pair::phase::handed) return;
  p->moved_there = ctx.now - flight + m.moved_in;
  p->flight = flight;
  p->incarnation_there = m.incarnation;
  if (p->is_own && p->state == stored_pair::phase::kept) complete(*p, ctx, sink);
}

template <stock_policy Policy>
template <class Desk, class Sink>
void pair_stock<Policy>::hear(const wire::claim& m, node_id from, duration flight, Desk& desk, context& ctx,
                              Sink& sink) {
  stored_pair* p = find(m.name);
  if (p != nullptr && (p->peer != from || p->is_own)) p = nullptr;
  std::size_t of = loans_.size();
  bool is_gone = true;
  for (std::size_t i = 0; m.number != 0 && i < loans_.size(); ++i)
    if (loans_[i].number == m.number && loans_[i].request == m.request) of = i;
  if (p != nullptr && p->state == stored_pair::phase::handed) {
    is_gone = p->request != m.request || p->number != m.number;
    if (!is_gone) {
      p->again = greatest(p->again, m.again);
      p->is_settled = false;
      answer(*p, ctx, sink);
    }
  } else if (p != nullptr && p->state == stored_pair::phase::kept) {
    const bool is_wanted = m.number == 0 || (of < loans_.size() && desk.wants(m.request) > 0);
    if (is_wanted && m.good_for - flight >= duration::zero()) {
      is_gone = false;
      p->number = m.number;
      p->again = m.again;
      p->is_for_here = m.number != 0;
      deliver(*p, m.request, m.purpose, m.fidelity, ctx, sink);
      if (p->is_for_here) {
        ++handed_out_;
        desk.settle_claims(m.request, 0, 1, ctx, sink);
      }
    } else {
      discard(*p, false, ctx, sink);
    }
  }
  if (is_gone) {
    wire::claim_answered no;
    no.name = m.name;
    no.request = m.request;
    no.again = m.again;
    no.incarnation = config_.incarnation;
    courier_.send(from, no, ctx.now, sink);
  }
  if (of == loans_.size() || m.again != 0) return;
  if (++loans_[of].came >= loans_[of].expected) close_loan(of, desk, ctx, sink);
}

template <stock_policy Policy>
template <class Desk, class Sink>
void pair_stock<Policy>::hear(const wire::claim_answered& m, node_id from, Desk& desk, context& ctx, Sink& sink) {
  stored_pair* p = find(m.name);
  const bool is_asked = p != nullptr && p->peer == from && p->is_own && p->state == stored_pair::phase::handed &&
                        p->request == m.request;
  if (is_asked && m.half != wire::claim_answered::gone) {
    const stored_pair it = *p;
    p->is_heard = p->is_heard || m.again == p->again;
    p->is_settled = true;
    p->is_taken_there = p->is_taken_there || m.half == wire::claim_answered::taken;
    if (p->is_over()) erase(*p);
    if (it.is_for_here && !it.is_settled) desk.settle_claims(it.request, 1, 0, ctx, sink);
  } else if (is_asked && !p->is_taken_there) {  // else it has been forgotten since
    take_back(*p, desk, ctx, sink);
  }
  note_incarnation(from, m.incarnation, ctx, sink);
}

template <stock_policy Policy>
template <class Desk, class Sink>
void pair_stock<Policy>::hear(const wire::unstocked& m, node_id from, Desk& desk, context& ctx, Sink& sink) {
  note_incarnation(from, m.incarnation, ctx, sink);
  stored_pair* p = find(m.name);
  if (p == nullptr || p->peer != from) return;
  if (m.had_no_room != 0 && p->is_own) rest(p->peer, p->tenant, ctx.now);
  if (p->state == stored_pair::phase::handed)
    take_back(*p, desk, ctx, sink);
  else
    discard(*p, false, ctx, sink);
}

template <stock_policy Policy>
template <class Sink>
void pair_stock<Policy>::hear(const wire::borrow& m, node_id from, context& ctx, Sink& sink) {
  note_incarnation(from, m.incarnation, ctx, sink);
  policy_.note({from, m.tenant, m.pairs, m.min_fidelity}, ctx.now);
  has_changed_ = true;
  wire::lent answer{m.number, 0};
  for (; answer.pairs < m.pairs; ++answer.pairs) {
    stored_pair* p = next_for(from, m.tenant, m.min_fidelity, ctx.now);
    if (p == nullptr) break;
    hand_out(*p, m.request, m.purpose, m.min_fidelity, m.number, ctx, sink);
  }
  courier_.send(from, answer, ctx.now, sink);
}

template <stock_policy Policy>
template <class Desk, class Sink>
void pair_stock<Policy>::close_loan(std::size_t i, Desk& desk, context& ctx, Sink& sink) {
  const request_id request = loans_[i].request;
  loans_.erase(loans_.begin() + static_cast<std::ptrdiff_t>(i));
  desk.settle_claims(request, 1, 0, ctx, sink);
}

template <stock_policy Policy>
template <class Sink>
void pair_stock<Policy>::note_incarnation(node_id peer, std::uint16_t incarnation, context& ctx, Sink& sink) {
  for (std::size_t i = 0; i < pairs_.size();) {
    stored_pair& p = pairs_[i];
    const bool is_older = static_cast<std::int16_t>(p.incarnation_there - incarnation) < 0;
    if (p.peer == peer && p.is_available() && is_older)
      discard(p, false, ctx, sink);
    else
      ++i;
  }
}

}  // namespace ebit::orchestrate
