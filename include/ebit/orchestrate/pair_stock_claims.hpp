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
  p.due = ctx.now + courier_.patience() * (p.is_own ? 1 : 2);
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
  const double fidelity = p.fidelity_at(ctx.now, ctx.now + p.flight, hardware(config_.self), hardware(p.peer));
  wire::claim word;
  // Counted from the sending; `good_for` reckons with a flight already.
  word.good_for = good_for(p, min_fidelity, ctx.now, config_.how.longest) + p.flight;
  word.name = p.name;
  word.request = request;
  word.number = number;
  word.purpose = purpose;
  word.fidelity = fidelity;
  p.number = number;
  p.is_for_here = number == 0;
  deliver(p, request, purpose, fidelity, ctx, sink);
  courier_.send(p.peer, word, ctx.now, sink);
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
  wire::claim_answered answer;
  answer.name = m.name;
  answer.request = m.request;
  answer.incarnation = config_.incarnation;
  std::size_t of = loans_.size();
  for (std::size_t i = 0; m.number != 0 && i < loans_.size(); ++i)
    if (loans_[i].number == m.number && loans_[i].request == m.request) of = i;
  if (p != nullptr && p->state == stored_pair::phase::handed) {
    answer.is_given = p->request == m.request && p->number == m.number ? 1 : 0;
  } else if (p != nullptr && p->state == stored_pair::phase::kept) {
    const bool is_wanted = m.number == 0 || (of < loans_.size() && desk.wants(m.request) > 0);
    if (is_wanted && m.good_for - flight >= duration::zero()) {
      answer.is_given = 1;
      p->number = m.number;
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
  courier_.send(from, answer, ctx.now, sink);
  if (of == loans_.size()) return;
  if (++loans_[of].came >= loans_[of].expected) close_loan(of, desk, ctx, sink);
}

template <stock_policy Policy>
template <class Desk, class Sink>
void pair_stock<Policy>::hear(const wire::claim_answered& m, node_id from, Desk& desk, context& ctx, Sink& sink) {
  stored_pair* p = find(m.name);
  const bool is_asked = p != nullptr && p->peer == from && p->is_own && p->state == stored_pair::phase::handed &&
                        p->request == m.request && !p->is_settled;
  if (is_asked && m.is_given != 0) {
    const stored_pair it = *p;
    if (p->slot == stored_pair::no_slot) {
      erase(*p);
    } else {  // it goes when the application has taken it
      p->is_settled = true;
      p->due = local_time::never();
    }
    if (it.is_for_here) desk.settle_claims(it.request, 1, 0, ctx, sink);
  } else if (is_asked) {
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
