// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <utility>

#include <ebit/route/engine.hpp>

// Which way the circuit of a request takes.
namespace ebit {

template <class Policy, class Model>
route::answer route_engine<Policy, Model>::choose(const segments& table, const link_engine& link,
                                                  const route::demand& d, const route::connection* of,
                                                  [[maybe_unused]] local_time now) const {
  // What has no room is waited for where nothing else leads there: a circuit that ends still holds its slots.
  route::walk full;  // of no links: none
  const auto over = [&](const route::walk& way) { return route::answer{way, model_.evaluate(map_, way, d)}; };
  for (const port& p : link.ports()) {
    if (!p.up || p.peer != d.to || !map_.is_made(p.path) || !map_.knows(p.path)) continue;
    route::walk made{{d.from, d.to}, {p.path}};
    if (route::fits(table, link, p.path, 1)) return over(made);
    if (full.links.empty()) full = std::move(made);
  }
  for (const route::laid_walk& made : walks_) {
    if (made.way.nodes.back() != d.to) continue;
    if (route::fits(table, link, made.way.links.front(), 1)) return over(made.way);
    if (full.links.empty()) full = made.way;
  }
  const route::answer found = [&] {
    if constexpr (watches) {
      const auto links = watch_.links(map_);
      return decide(d, watch_.seen(model_, links, now), of);
    } else {
      return decide(d, model_, of);
    }
  }();
  return found.path.links.empty() && !full.links.empty() ? over(full) : found;
}

template <class Policy, class Model>
template <class Sink>
void route_engine<Policy, Model>::find_again(segments& table, link_engine& link, context& ctx, Sink& sink) {
  for (std::size_t i = 0; i < connections_.size();) {
    connection& k = connections_[i++];
    if (k.circuit.valid() || map_.knows(k.found.path.links.front())) continue;
    route::answer found = choose(table, link, {table.self(), k.peer, k.left(), k.min_fidelity()}, &k, ctx.now);
    if (found.path.links.empty()) continue;
    k.found = std::move(found);
    k.refused = circuit_id::none();
    k.tries = 0;
    if (k.found.circuit.feasible) continue;
    const route::evaluation c = k.found.circuit;
    for (std::size_t n = k.queue.size(); n > 0; --n)
      complete(table, link, k, k.queue[0].number, request_outcome::refused, c.why, c.value, ctx, sink);
    --i;  // with its last request the connection is gone
  }
}

}  // namespace ebit
