// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <ebit/route/engine.hpp>

// What test rounds set off.
namespace ebit {

template <class Policy, class Model>
template <class Sink>
void route_engine<Policy, Model>::learn(const segments& table, circuit& c, double estimate, std::uint16_t alarms,
                                        Sink& sink) {
  if (c.position != 0 && alarms < c.alarms) return;  // a word that is late
  c.estimate = estimate;
  if (alarms <= c.alarms) return;
  c.alarms = alarms;
  const auto tell = [&](const route::request_queue& queue) {
    for (std::size_t i = 0; i < queue.size(); ++i)
      if (queue[i].asked_by == table.self())
        sink(action::report{queue[i].request, request_outcome::drifted, refusal::none, 0, c.hops, estimate});
  };
  if (const connection* k = c.position == 0 ? connections_.served_by(c.id) : nullptr; k != nullptr) tell(k->queue);
  if (const route::tail_queue* q = c.position == 0 ? nullptr : tails_.find(c.id); q != nullptr) tell(q->queue);
}

template <class Policy, class Model>
template <class Sink>
void route_engine<Policy, Model>::fall_short(segments& table, link_engine& link, circuit_id id, double fidelity,
                                             context& ctx, Sink& sink) {
  connection* k = connections_.served_by(id);
  if (k == nullptr) return;
  if constexpr (watches)
    if (avoid(table, link, *k, ctx, sink)) return;
  const double most = k->min_fidelity();
  for (std::size_t left = k->queue.size(), i = 0; left > 0; --left) {
    const double wanted = k->queue[i].min_fidelity;
    if (wanted <= fidelity && wanted < most)
      ++i;  // good enough for this one
    else
      complete(table, link, *k, k->queue[i].number, request_outcome::refused, refusal::fidelity, fidelity, ctx, sink);
  }
  // Those that are left need less, and may yet look for it elsewhere.
  if (connection* rest = connections_.served_by(id); rest != nullptr) rest->moves = 0;
}

}  // namespace ebit
