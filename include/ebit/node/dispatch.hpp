// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <ebit/node/node.hpp>

// Which engine a message is for.
namespace ebit {

template <profile Profile>
template <class Sink>
void basic_node<Profile>::handle(const event::received& e, context& ctx, Sink&& to) {
  if (!e.content.from.valid()) return;  // there is nobody to answer
  decltype(auto) seen = watched(to, ctx);
  const assuring_sink sink{seen, outbox_, table_, ctx};
  std::uint64_t sum = 0;
  if (outbox_.assures()) [[unlikely]] {
    outbox_.heard(e.content.from, e.flight);
    if (e.content.holds<wire::acknowledged>()) {
      link_.greeted(outbox_.acknowledge(e.content.from, e.content.unpack<wire::acknowledged>().tag));
      call_back(sink);
      return;
    }
    if (!wire::repeats_itself(e.content.type)) sum = wire::sum_of(e.content);
    if (inbox_.has_seen(sum)) {
      acknowledge(e.content, wire::tag_of(sum), sink);
      return;
    }
  }
  if (dispatch(e, ctx, sink) == verdict::early && !postpone(e, ctx)) sum = 0;  // let it come again
  run(ctx, sink);
  hear_again(ctx, sink);
  if (sum == 0) return;
  inbox_.note(sum);
  acknowledge(e.content, wire::tag_of(sum), sink);
}

template <profile Profile>
template <class Sink>
void basic_node<Profile>::call_back(Sink& sink) {
  for (std::size_t i = 0; i < put_off_.size();) {
    const install_put_off& p = put_off_[i];
    if (awaits_greeting(p.upstream, p.downstream)) {
      ++i;
      continue;
    }
    sink(action::send{message::pack(table_.self(), p.head, p.circuit, wire::available{})});
    put_off_.erase_at(i);
  }
}

template <profile Profile>
template <class Sink>
void basic_node<Profile>::acknowledge(const message& m, std::uint32_t tag, Sink& sink) const {
  sink(action::send{message::pack(table_.self(), m.from, m.circuit, wire::acknowledged{tag})});
}

template <profile Profile>
template <class Sink>
void basic_node<Profile>::ask_heads(const wire::install& wants, const context& ctx, Sink& sink) {
  for (std::uint16_t i = 0; i < table_.circuits.size(); ++i) {
    circuit& c = table_.circuits[i];
    if (c.state != circuit::phase::active || c.position == 0) continue;
    if (ctx.now - c.asked < outbox_.patience(table_.round_trip(c.id)) * 4) continue;
    for (const circuit::hop& hop : c.links) {
      if (hop.width == 0 || (hop.path != wants.upstream && hop.path != wants.downstream)) continue;
      c.asked = ctx.now;
      sink(action::send{message::pack(table_.self(), c.head, c.id, wire::ready{c.position})});
      break;
    }
  }
}

template <profile Profile>
template <class Body, class Function>
verdict basic_node<Profile>::with(const message& m, Function&& act) {
  return with<Body>(m, act, [this](const Body&) { ++ignored_; });
}

template <profile Profile>
template <class Body, class Function, class Otherwise>
verdict basic_node<Profile>::with(const message& m, Function&& act, Otherwise&& otherwise) {
  if (!m.holds<Body>()) {
    ++ignored_;
    return verdict::settled;
  }
  const std::uint16_t index = table_.circuits.find(m.circuit);
  if (index == circuit_table::none || table_.circuits[index].state == circuit::phase::closing) {
    otherwise(m.unpack<Body>());
    return verdict::settled;
  }
  return act(index, m.unpack<Body>());
}

template <profile Profile>
template <class Sink>
verdict basic_node<Profile>::dispatch(const event::received& e, context& ctx, Sink& sink) {
  const message& m = e.content;
  segments& t = table_;
  constexpr auto settled = verdict::settled;
  // Who speaks of a circuit that ended here long ago, or of one that this node has forgotten, is told that it is
  // broken.
  const auto unknown = [&](const auto&) {
    ++ignored_;
    const wire::broken word{static_cast<std::uint8_t>(side::downstream), {}};
    sink(action::send{message::pack(t.self(), m.from, m.circuit, word)});
  };
  // A circuit that is only installed waits for its beginning for so long and no longer.
  const auto begin = [](circuit& c) {
    if (c.state == circuit::phase::installed) c.close_at = local_time::never();
  };
  const auto to_come = [&t](std::uint16_t i, std::uint8_t facing, std::uint32_t epoch, std::uint64_t sequence) {
    return t.circuits[i].is_yet_to_come(static_cast<side>(facing & 1), epoch, sequence);
  };
  switch (m.type) {
    case wire::swapped::type:
      return with<wire::swapped>(m, [&](std::uint16_t i, const wire::swapped& b) {
        if (to_come(i, b.facing, b.half_epoch, b.half_sequence)) return verdict::early;
        if constexpr (watches) route_.see_gone(t, t.circuits[i], b.facing, b.half_epoch, b.half_sequence, ctx.now);
        return swap_.handle(t, t.circuits[i], b, e.flight, ctx, sink,
                            [&](std::uint32_t epoch, std::uint64_t sequence) {
                              return route_.has_delivered(m.circuit, epoch, sequence);
                            });
      });
    case wire::distilled::type:
      return with<wire::distilled>(m, [&](std::uint16_t i, const wire::distilled& b) {
        if (to_come(i, b.facing, b.keep_epoch, b.keep_sequence)) return verdict::early;
        if (to_come(i, b.facing, b.sacrifice_epoch, b.sacrifice_sequence)) return verdict::early;
        if constexpr (purify::is_optimistic<typename Profile::purify>) {
          const auto keeps = [](const segment& row, bool bit) {
            return purify::keeps_pair<typename Profile::purify>(row.own_bit, bit, row.parity);
          };
          if (swap_.decide(t, t.circuits[i], i, b, keeps, ctx, sink)) return settled;
        }
        return purify_.handle(t, t.circuits[i], m.from, b, ctx, sink);
      });
    case wire::expired::type:
      return with<wire::expired>(
          m,
          [&](std::uint16_t i, const wire::expired& b) {
            if (to_come(i, b.facing, b.half_epoch, b.half_sequence)) return verdict::early;
            if constexpr (watches)
              route_.see_gone(t, t.circuits[i], b.facing, b.half_epoch, b.half_sequence, ctx.now);
            if (swap_.handle(t, t.circuits[i], b, sink)) route_.handle_lost(t, m.circuit, b, sink);
            return settled;
          },
          [&](const wire::expired& b) { route_.handle_lost(t, m.circuit, b, sink); });
    case wire::delivered::type:
      return with<wire::delivered>(
          m,
          [&](std::uint16_t i, const wire::delivered& b) {
            if (to_come(i, 0, b.half_epoch, b.half_sequence)) return verdict::early;
            return route_.handle(t, t.circuits[i], b, ctx, sink);
          },
          [&](const wire::delivered& b) { route_.handle(t, m.circuit, m.from, b, sink); });
    case wire::link_started::type:
      return with<wire::link_started>(
          m,
          [&](std::uint16_t i, const wire::link_started& b) {
            begin(t.circuits[i]);
            if (t.circuits[i].position == 0) return settled;  // nothing is upstream of the head
            if constexpr (watches) route_.watch().announced(b);
            t.circuits[i].state = circuit::phase::active;
            link_.handle(t, i, b, e.flight, ctx, sink);
            return settled;
          },
          unknown);
    case wire::ready::type:
      return with<wire::ready>(
          m,
          [&](std::uint16_t i, const wire::ready& b) {
            route_.handle(t, link_, i, b, e.flight, ctx, sink);
            return settled;
          },
          // A circuit of this node's last life: the slots reserved for it are to be given back, there and by all that
          // come after. One of this life has been told already that it is over.
          [&](const wire::ready&) {
            ++ignored_;
            if (route_.has_opened(m.circuit, t.self())) return;
            const wire::broken word{static_cast<std::uint8_t>(side::upstream), {}};
            sink(action::send{message::pack(t.self(), m.from, m.circuit, word)});
          });
    case wire::go::type:
      return with<wire::go>(
          m,
          [&](std::uint16_t i, const wire::go& b) {
            begin(t.circuits[i]);
            route_.handle(t, link_, i, b, e.flight, ctx, sink);
            return settled;
          },
          unknown);
    case wire::refused::type:
      return with<wire::refused>(m, [&](std::uint16_t i, const wire::refused& b) {
        route_.handle(t, link_, i, b, ctx, sink);
        return settled;
      });
    case wire::torn_down::type:
      if (t.circuits.find(m.circuit) == circuit_table::none) route_.forget(m.circuit);
      return with<wire::torn_down>(m, [&](std::uint16_t i, const wire::torn_down& b) {
        route_.handle(t, link_, i, b, ctx, sink);
        return settled;
      });
    case wire::broken::type:
      if (t.circuits.find(m.circuit) == circuit_table::none) route_.forget(m.circuit);
      return with<wire::broken>(m, [&](std::uint16_t i, const wire::broken& b) {
        route_.handle(t, link_, i, b, ctx, sink);
        return settled;
      });
    case wire::enqueue::type:
      return with<wire::enqueue>(
          m, [&](std::uint16_t i, const wire::enqueue& b) { return route_.handle(t, i, b, ctx, sink); });
    case wire::not_enqueued::type:
      if (m.holds<wire::not_enqueued>()) route_.handle(m.circuit, m.unpack<wire::not_enqueued>(), sink);
      return settled;
    case wire::dequeued::type:
      return m.holds<wire::dequeued>() ? route_.handle(t, m.circuit, m.unpack<wire::dequeued>(), ctx, sink) : settled;
    case wire::tested::type:
      return with<wire::tested>(m, [&](std::uint16_t i, const wire::tested& b) {
        if (const auto* k = route_.head_of(m.circuit); k != nullptr) {
          monitor_.peer(m.circuit, t.circuits[i].estimate, k->min_fidelity(), route_.read_out_flip(*k), b);
          check_fidelity(m.circuit, ctx, sink);
        }
        return settled;
      });
    case wire::install::type:
      if (!m.holds<wire::install>()) return settled;
      // A copy from before this node's restart, perhaps: what follows would name epochs of that time. Its head hears
      // when another one is welcome.
      if (const auto b = m.unpack<wire::install>(); awaits_greeting(b.upstream, b.downstream)) {
        route_.forget(m.circuit);
        unknown(b);
        if (!put_off_.full()) put_off_.push_back({m.circuit, m.from, b.upstream, b.downstream});
        return settled;
      }
      route_.handle(t, link_, m.circuit, m.from, m.unpack<wire::install>(), e.flight, sink);
      if (!outbox_.assures()) return settled;
      // Its head may be gone by then, and nobody between here and there know of the circuit.
      if (const std::uint16_t i = t.circuits.find(m.circuit); i == circuit_table::none) {
        ask_heads(m.unpack<wire::install>(), ctx, sink);
      } else {
        circuit& c = t.circuits[i];
        if (c.state == circuit::phase::installed) c.asked = ctx.now;
        if (c.state == circuit::phase::installed && c.position != 0 && c.close_at.is_never()) {
          c.close_at = ctx.now + outbox_.patience(t.round_trip(m.circuit));
          t.watch(c.close_at);
        }
      }
      return settled;
    case wire::available::type:
      if (m.holds<wire::available>()) route_.handle(t, m.circuit, m.unpack<wire::available>(), ctx);
      return settled;
    case wire::hello::type:
      if (!m.holds<wire::hello>()) return settled;
      if (!m.unpack<wire::hello>().path.valid()) {
        route_.break_headed(t, link_, m.from, ctx, sink);
        route_.is_back(t, m.from, ctx);
        return settled;
      }
      if (const std::size_t port = link_.handle(m.from, m.unpack<wire::hello>()); port < link_.ports().size()) {
        if constexpr (watches) route_.watch().renewed(m.unpack<wire::hello>().path);
        route_.break_port(t, link_, port, true, ctx, sink);
        route_.is_back(t, m.from, ctx);
      }
      return settled;
    default:
      if constexpr (watches)
        if (route_.hear(t, link_, m, e.flight, ctx, sink)) return settled;
      ++ignored_;
      return settled;
  }
}

}  // namespace ebit
