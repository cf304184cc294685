// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <ebit/link/lit_path.hpp>
#include <ebit/node/node.hpp>

// What a node does when devices fail, paths come and go, and time runs out.
namespace ebit {

template <profile Profile>
template <class Sink>
void basic_node<Profile>::give_up(std::uint32_t slot, Sink& sink) {
  segment& row = table_[slot];
  if (row.held_by != owner::swap && row.held_by != owner::purify && row.held_by != owner::route) return;
  if (row.state != segment::phase::operating) {
    if (row.held_by == owner::purify)
      purify_.give_up(table_, slot, sink);
    else if (row.held_by == owner::swap)
      swap_.discard(table_, slot, sink);
    else
      route::handover::give_up(table_, slot, sink);
  } else if (!row.lost) {  // given up when the operation ends; the other end is told now
    ebit::expire(table_, row, sink);
    row.lost = true;
  }
}

template <profile Profile>
template <class Sink>
void basic_node<Profile>::batch_ended(operation_id id, context& ctx, Sink& to) {
  decltype(auto) seen = watched(to, ctx);
  const assuring_sink sink{seen, outbox_, table_, ctx};
  if constexpr (watches) route_.watch().ends(id, ctx.now);
  const link_engine::ended_batch ended = link_.finished(table_, id);
  if (ended.circuit == circuit_table::none) return;
  if (!ended.was_told) route_.break_off(table_, link_, ended.circuit, ended.facing, ctx, sink);
  finish(ended.circuit, ctx, sink);
  hear_again(ctx, sink);
}

template <profile Profile>
template <class Sink>
void basic_node<Profile>::handle(const event::failed& e, context& ctx, Sink&& to) {
  if (link_engine::is_batch(e.operation)) {
    batch_ended(e.operation, ctx, to);
    return;
  }
  const std::uint32_t slot = table_.slot_of(e.operation);
  if (slot == table_.size()) return;
  decltype(auto) seen = watched(to, ctx);
  const assuring_sink sink{seen, outbox_, table_, ctx};
  const segment& row = table_[slot];
  const std::uint16_t circuit = row.circuit;
  switch (row.held_by) {
    case owner::swap: swap_.failed(table_, slot, e.why, sink); break;
    case owner::purify: purify_.failed(table_, slot, sink); break;
    case owner::route: route_.failed(table_, slot, ctx, sink); break;
    case owner::app:  // the application could not take it
      ebit::expire(table_, row, sink);
      route_.handle_lost(table_, table_.circuits[circuit].id,
                         wire::expired{row.local.sequence, row.local.epoch, 0, {}}, sink);
      table_.release(slot, segments::fate_of_half::discarded);
      sink(action::free{slot_id{slot}});
      break;
    default: return;
  }
  finish(circuit, ctx, sink);
}

template <profile Profile>
template <class Sink>
void basic_node<Profile>::handle(const event::path_up& e, context& ctx, Sink&& to) {
  if (e.port.value() >= link_.ports().size()) return;
  decltype(auto) seen = watched(to, ctx);
  const assuring_sink sink{seen, outbox_, table_, ctx};
  const port& p = link_.ports()[e.port.value()];
  if (p.up) route_.break_port(table_, link_, e.port.value(), false, ctx, sink);
  if (p.is_connected && p.path != e.path) route_.unmake(p.path);
  learn(e);
  link_.handle(table_, e, sink);
  if constexpr (watches) route_.note_port(table_, p, ctx, sink);
  greet(sink);
  route_.find_again(table_, link_, ctx, sink);
  route_.use_room(table_, link_, sink);
  run(ctx, sink);
  hear_again(ctx, sink);
}

template <profile Profile>
template <class Sink>
void basic_node<Profile>::handle(const event::path_down& e, context& ctx, Sink&& to) {
  decltype(auto) seen = watched(to, ctx);
  const assuring_sink sink{seen, outbox_, table_, ctx};
  if (const std::size_t port = link_.handle(e); port < link_.ports().size()) {
    if constexpr (watches) route_.note_port(table_, link_.ports()[port], ctx, sink);
    route_.break_port(table_, link_, port, false, ctx, sink);
  }
  if (link_.port_of(e.path) == link_.ports().size()) route_.unmake(e.path);
  run(ctx, sink);
  hear_again(ctx, sink);
}

/// Whoever may have a part in a circuit that began here, in a life before, is to be told that it is over.
template <profile Profile>
void basic_node<Profile>::begin_again(const node_config& config) {
  const route::network_map& map = route_.map();
  if (config.self.value() >= map.nodes()) return;
  const bool has_made_paths = config.slots_per_port.size() > map.incident(config.self).size();
  to_greet_ = has_made_paths ? route::linked(map, config.self) : route::reachable(map, config.self);
}

template <profile Profile>
template <class Sink>
void basic_node<Profile>::greet(Sink& sink) {
  for (; !to_greet_.empty() && outbox_.has_room(); to_greet_.pop_back()) {
    const wire::hello word{path_id::none(), link_.incarnation()};
    sink(action::send{message::pack(table_.self(), to_greet_.back(), circuit_id::none(), word)});
  }
}

/// A path that is not on the map has been made by a fabric. What it can give follows from what it loses and from what
/// stands at its ends.
template <profile Profile>
void basic_node<Profile>::learn(const event::path_up& e) {
  if (route_.map().knows(e.path)) return;
  const link::lit_path light{e.transmittance_here, e.transmittance_there, e.station_here, e.station_there,
                             e.fidelity_here,      e.fidelity_there,      e.stray,        e.station};
  const auto link = route::lit_edge<typename Profile::herald>(route_.map(), table_.self(), e.peer, light,
                                                              link_.ports()[e.port.value()].slots);
  if (link) route_.make(e.path, *link);
}

/// Requests that wait for a way to its end go on over it.
template <profile Profile>
template <class Sink>
void basic_node<Profile>::handle(const route::made_walk& w, context& ctx, Sink&& to) {
  if (link_.port_of(w.first) == link_.ports().size()) return;
  decltype(auto) seen = watched(to, ctx);
  const assuring_sink sink{seen, outbox_, table_, ctx};
  auto laid = route::lay<typename Profile::herald>(route_.map(), table_.self(), w);
  if (!laid) return;
  route_.make(std::move(*laid));
  route_.find_again(table_, link_, ctx, sink);
  route_.use_room(table_, link_, sink);
  run(ctx, sink);
}

template <profile Profile>
template <class Sink>
void basic_node<Profile>::handle(const event::device_state& e, context& ctx, Sink&& to) {
  decltype(auto) seen = watched(to, ctx);
  const assuring_sink sink{seen, outbox_, table_, ctx};
  greet(sink);
  if (!link_.handle(e)) return;
  if constexpr (watches) route_.note_port(table_, link_.ports()[e.port.value()], ctx, sink);
  if (e.state == event::health::fault)
    route_.break_port(table_, link_, e.port.value(), false, ctx, sink);
  else if (e.state == event::health::leaving)
    route_.break_unopened(table_, link_, e.port.value(), ctx, sink);
  else
    route_.use_room(table_, link_, sink);
  run(ctx, sink);
  hear_again(ctx, sink);
}

template <profile Profile>
template <class Sink>
void basic_node<Profile>::leave(circuit_id headless, context& ctx, Sink& sink) {
  const std::uint16_t index = table_.circuits.find(headless);
  if (index == circuit_table::none || table_.circuits[index].state == circuit::phase::closing) return;
  const wire::broken word{static_cast<std::uint8_t>(side::downstream), {}};
  sink(action::send{message::pack(table_.self(), table_.circuits[index].link(side::upstream).peer, headless, word)});
  route_.break_off(table_, link_, index, side::upstream, ctx, sink);
  run(ctx, sink);
  hear_again(ctx, sink);
}

template <profile Profile>
template <class Sink>
void basic_node<Profile>::expire(context& ctx, Sink&& to) {
  decltype(auto) seen = watched(to, ctx);
  const assuring_sink sink{seen, outbox_, table_, ctx};
  for (std::uint32_t slot = 0; slot < table_.size(); ++slot) {
    segment& row = table_[slot];
    if (row.held_by == owner::nobody || row.deadline > ctx.now) continue;
    row.deadline = local_time::never();
    const std::uint16_t circuit = row.circuit;
    give_up(slot, sink);
    route_.settle(table_, link_, circuit, sink);
  }
  route_.close_due(table_, link_, ctx, sink);
  table_.recompute_deadline();
  if constexpr (purify::is_optimistic<typename Profile::purify>) swap_.expire(table_, ctx, sink);
  if constexpr (watches) route_.look(table_, link_, ctx, sink);
  route_.expire(table_, link_, ctx, sink);
  run(ctx, sink);
  hear_again(ctx, sink);
  if (!outbox_.assures()) return;
  fixed_vector<circuit_id, 16> headless;
  outbox_.expire(
      ctx.now, to,
      [this](circuit_id id) {
        const std::uint16_t index = table_.circuits.find(id);
        return index != circuit_table::none && table_.circuits[index].state != circuit::phase::closing;
      },
      [&headless](const message& m) {
        if (m.type == wire::ready::type && !headless.full()) headless.push_back(m.circuit);
      });
  for (const circuit_id id : headless) leave(id, ctx, sink);
  greet(sink);
  call_back(sink);
  table_.watch(outbox_.next_deadline());
}

}  // namespace ebit
