// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <ebit/orchestrate/qnu_agent.hpp>

// What a QNU's agent has to do with pairs in stock (orchestrate/pair_stock.hpp).
namespace ebit::orchestrate {

template <class Sink>
void qnu_agent::handle_stock(const event::request& e, context& ctx, Sink& sink) {
  requests_.push_back({e, 0, 0, ctx.now + e.time_limit});
  requests_.back().is_stock = true;
  ask(requests_.back(), 0, ctx, sink);
}

inline bool qnu_agent::is_idle() const {
  for (const qnu_request& r : requests_)
    if (!r.is_stock) return false;
  for (const qnu_lease& l : leases_)
    if (!l.is_stock) return false;
  return true;
}

inline std::uint32_t qnu_agent::wants(request_id id) const {
  for (const qnu_request& r : requests_)
    if (r.what.id == id) return r.left();
  return 0;
}

template <class Sink>
void qnu_agent::settle_claims(request_id id, std::uint32_t closed, std::int32_t pairs, context& ctx, Sink& sink) {
  qnu_request* r = find(id);
  if (r == nullptr) return;
  r->delivered = pairs < 0 ? r->delivered - least(r->delivered, static_cast<std::uint32_t>(-pairs))
                           : r->delivered + static_cast<std::uint32_t>(pairs);
  r->open_claims -= least(r->open_claims, closed);
  // Asked already: what is taken back later, the controller is asked for when it takes the request for served
  // (`settle`).
  if (r->ticket == 0 && r->open_claims == 0 && r->left() > 0) ask(*r, 0, ctx, sink);
}

}  // namespace ebit::orchestrate
