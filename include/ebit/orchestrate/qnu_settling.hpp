// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <ebit/orchestrate/qnu_agent.hpp>

// How a QNU's agent counts the pairs of its requests, and ends leases and requests on which nothing is left to do.
namespace ebit::orchestrate {

inline void qnu_agent::note(const action::report& a) {
  qnu_request* r = find(a.request);
  if (r == nullptr || !ends(a.outcome)) return;
  r->is_in_stack = false;
  for (qnu_lease& l : leases_) {
    if (l.request != a.request || !l.is_head || l.state != qnu_lease::phase::lit) continue;
    l.is_finished = true;
    if (a.outcome == request_outcome::expired) l.why = ending::lease_over;
    if (a.outcome != request_outcome::refused) continue;
    l.why = ending::cancelled;
    l.stack_says = a.why;
  }
}
inline void qnu_agent::note(const action::deliver& a) {
  if (qnu_lease* l = lease_on(a.name.path); l != nullptr) ++l->delivered;
  if (qnu_request* r = is_own(a.circuit) ? find(a.request) : nullptr; r != nullptr) ++r->delivered;
}
inline void qnu_agent::note(const action::revoke& a) {
  if (qnu_lease* l = lease_on(a.name.path); l != nullptr && l->delivered > 0) --l->delivered;
  qnu_request* r = is_own(a.circuit) ? find(a.request) : nullptr;
  if (r != nullptr && r->delivered > 0) --r->delivered;
}
inline void qnu_agent::note(const action::attempt& a) {
  qnu_lease* l = lease_on(a.path);
  if (l == nullptr) return;
  l->batch = a.operation;
  l->batch_since = a.at;
  l->batch_period = a.period;
  l->batch_modes = a.modes;
}
inline void qnu_agent::note(const action::stop& a) {
  for (qnu_lease& l : leases_)
    if (l.batch == a.operation) l.stop_counting(a.at);
}
inline void qnu_agent::note_herald(std::uint32_t port_index) {
  for (qnu_lease& l : leases_)
    if (l.port == port_index && l.state == qnu_lease::phase::lit) ++l.heralds;
}

inline bool qnu_agent::has_lease_for(request_id id) const {
  for (const qnu_lease& l : leases_)
    if (l.is_head && l.request == id) return true;
  return false;
}

/// The controller takes off what it is told of the lease. Pairs that are taken back later it does not hear of, and
/// those of another request, where the stack made some over this path, it takes for this one's: so the agent keeps
/// the same account, and sees where that ends before the request does.
template <class Tell, class Sink>
void qnu_agent::account_for(qnu_request& r, const qnu_lease& over, context& ctx, Tell& tell, Sink& sink) {
  const std::uint32_t news = over.delivered - least(over.delivered, over.counted);
  r.told = over.why == ending::served ? r.asked : r.told + least(news, r.asked - r.told);
  // If the survey did not hear of the lease in time, nothing is taken off for it.
  r.is_unsure = r.is_unsure || over.told_in != 0;
  if (r.left() > 0 && over.why == ending::cancelled) {
    // The stack's own forecast says that this path will not do; so the controller was wrong to accept.
    courier_.send(controller_, wire::cancel{r.what.id, r.ticket, config_.incarnation, 0}, ctx.now, sink);
    refuse(r.what, over.stack_says == refusal::none ? refusal::fidelity : over.stack_says, 0, ~std::uint32_t{0},
           sink);
    erase(r);
    return;
  }
  if (r.is_in_stack) call_off(r.what.id, tell);
}

/// A lease on which nothing is left to do is given back; a request that has all its pairs is served.
template <class Uses, class Tell, class Sink>
void qnu_agent::settle(const Uses& uses, context& ctx, Tell&& tell, Sink& sink) {
  for (std::size_t i = 0; i < leases_.size();) {
    const bool in_use = uses(leases_[i].port);
    // Whether another circuit follows on the same path, the head alone knows; the controller, whom it tells when it has
    // done, withdraws the path from the tail.
    if (leases_[i].state == qnu_lease::phase::lit && leases_[i].is_finished && !in_use)
      end(leases_[i], leases_[i].why, ctx, tell);
    if (leases_[i].state != qnu_lease::phase::closing || uses(leases_[i].port)) {
      ++i;
      continue;
    }
    qnu_lease over = leases_[i];
    erase(leases_[i]);
    qnu_request* r = over.is_head ? find(over.request) : nullptr;
    // The request goes on if the lease was for a part of it, or if a pair was taken back since.
    if (r != nullptr && r->left() > 0 && over.why == ending::served) over.why = ending::lease_over;
    if (const auto shown = tell.tested(over.path); shown.tests() > 0) {
      over.tests = static_cast<std::uint16_t>(least(shown.tests(), std::uint64_t{0xffff}));
      over.test_fidelity = shown.value();
    }
    release(over, ctx, sink);
    if (r != nullptr) account_for(*r, over, ctx, tell, sink);
  }
  for (std::size_t i = 0; i < requests_.size();) {
    qnu_request& r = requests_[i];
    bool is_open = r.left() > 0 || r.is_in_stack || r.open_claims > 0;
    for (const qnu_lease& l : leases_)
      is_open = is_open || (l.is_head && l.request == r.what.id && l.state != qnu_lease::phase::granted);
    if (is_open) {
      const bool is_lost = r.is_forgotten() && r.left() > 0 && !r.is_in_stack && r.expires > ctx.now;
      if (is_lost && !has_lease_for(r.what.id)) {
        if (r.is_unsure)
          courier_.send(controller_, wire::cancel{r.what.id, r.ticket, config_.incarnation, 0}, ctx.now, sink);
        r.ticket = 0;
        ask(r, 0, ctx, sink);
      }
      ++i;
      continue;
    }
    // Some of its pairs came over light paths that were granted for another request to the same peer.
    if (r.ticket != 0 && (r.is_unsure || !r.is_forgotten()))
      courier_.send(controller_, wire::cancel{r.what.id, r.ticket, config_.incarnation, 0}, ctx.now, sink);
    sink(
        action::report{r.what.id, request_outcome::delivered, refusal::none, 0, 1, static_cast<double>(r.delivered)});
    erase(r);
  }
}

}  // namespace ebit::orchestrate
