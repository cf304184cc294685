// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <utility>
#include <vector>

#include <ebit/backend/actions.hpp>
#include <ebit/backend/events.hpp>
#include <ebit/core/fixed_vector.hpp>
#include <ebit/core/shared_constant.hpp>
#include <ebit/herald/engine.hpp>
#include <ebit/link/segments.hpp>
#include <ebit/node/profile.hpp>
#include <ebit/purify/engine.hpp>
#include <ebit/route/engine.hpp>
#include <ebit/swap/engine.hpp>

namespace ebit {

/// What a node is told once, before it runs.
struct node_config {
  node_id self;
  std::vector<std::uint32_t> slots_per_port;
  shared_constant<route::network_map> map;  ///< its belief about the network
};

/// Where the five layers meet: a value that turns events into actions. It reads no clock, draws no numbers of its own
/// and does no I/O, so it can be copied, replayed and single-stepped; what feeds it and performs its actions is a
/// backend.
template <profile Profile>
class basic_node {
 public:
  using profile_type = Profile;

  basic_node() = default;
  basic_node(const node_config& config, const options<Profile>& o)
      : table_{config.self, total(config.slots_per_port)},
        link_{make_ports(config.slots_per_port)},
        purify_{o.purify},
        swap_{o.swap},
        route_{o.route.policy, make_model<Profile>(o), config.map} {}

  [[nodiscard]] node_id id() const { return table_.self(); }
  [[nodiscard]] const segments& table() const { return table_; }
  /// Messages of types this node does not know, or for circuits it is not part of.
  [[nodiscard]] std::uint64_t ignored_messages() const { return ignored_; }

  /// What the route policy decided for a request that is being served here, or null.
  [[nodiscard]] const route::answer* answer_to(request_id id) const { return route_.answer_to(id); }
  /// The circuit that serves the request, if one is open.
  [[nodiscard]] circuit_id circuit_of(request_id id) const { return route_.circuit_of(id); }

  /// The earliest time at which `expire` should be called; calling it early does no harm.
  [[nodiscard]] local_time next_deadline() const { return table_.next_deadline(); }

  template <class Sink>
  void handle(const event::heralded& e, context& ctx, Sink&& sink) {
    if (!link_.handle(table_, e, sink)) [[unlikely]]
      return;
    const std::uint32_t slot = e.slot.value();
    // Where no purification can follow the half goes past that layer.
    if constexpr (purify::never_distils<typename Profile::purify>) {
      segments::hand_over(table_[slot], owner::link, owner::swap);
      swap_.work(table_, slot, ctx, sink);
    } else {
      segments::hand_over(table_[slot], owner::link, owner::purify);
      purify_.work(table_, slot, ctx, sink);
    }
    run(ctx, sink);
  }

  template <class Sink>
  void handle(const event::measured& e, context& ctx, Sink&& sink) {
    const std::uint32_t slot = table_.slot_of(e.operation);
    if (link_engine::is_batch(e.operation) || slot == table_.size()) [[unlikely]]
      return;
    const segment& row = table_[slot];
    const std::uint16_t circuit = row.circuit;
    if (row.held_by == owner::swap) [[likely]]
      swap_.measured(table_, slot, e.bits, ctx, sink);
    else if (row.held_by == owner::purify)
      purify_.measured(table_, slot, e.bits, ctx, sink);
    else
      return;
    finish(circuit, ctx, sink);
  }

  template <class Sink>
  void handle(const event::done& e, context& ctx, Sink&& sink) {
    if (link_engine::is_batch(e.operation)) {
      if (const std::uint16_t index = link_.finished(table_, e.operation); index != circuit_table::none)
        finish(index, ctx, sink);
      return;
    }
    const std::uint32_t slot = table_.slot_of(e.operation);
    if (slot == table_.size() || table_[slot].held_by != owner::app) return;
    const std::uint16_t circuit = table_[slot].circuit;
    table_.release(slot, segments::fate_of_half::delivered);
    sink(action::free{slot_id{slot}});
    finish(circuit, ctx, sink);
  }

  template <class Sink>
  void handle(const event::failed& e, context& ctx, Sink&& sink) {
    if (link_engine::is_batch(e.operation)) {
      handle(event::done{e.operation}, ctx, sink);
      return;
    }
    const std::uint32_t slot = table_.slot_of(e.operation);
    if (slot == table_.size()) return;
    const segment& row = table_[slot];
    const std::uint16_t circuit = row.circuit;
    if (row.held_by == owner::swap)
      swap_.failed(table_, slot, e.why, sink);
    else if (row.held_by == owner::purify)
      purify_.failed(table_, slot, sink);
    else
      return;
    finish(circuit, ctx, sink);
  }

  /// The qubit is gone. Its pair is given up unless an operation on it is running; that one will fail by itself.
  template <class Sink>
  void handle(const event::erased& e, context& ctx, Sink&& sink) {
    if (e.slot.value() >= table_.size()) return;
    give_up(e.slot.value(), sink);
    run(ctx, sink);
  }

  template <class Sink>
  void handle(const event::received& e, context& ctx, Sink&& sink) {
    if (dispatch(e, ctx, sink) == verdict::early) postpone(e, ctx);
    run(ctx, sink);
    for (std::size_t i = 0; i < early_.size();) {
      event::received again = early_[i].what;
      again.flight += ctx.now - early_[i].since;
      if (dispatch(again, ctx, sink) == verdict::early) {
        ++i;
        continue;
      }
      early_.erase_at(i);
      run(ctx, sink);
      i = 0;
    }
  }

  template <class Sink>
  void handle(const event::request& e, context& ctx, Sink&& sink) {
    route_.handle(table_, link_, e, sink);
    run(ctx, sink);
  }

  template <class Sink>
  void handle(const event::path_up& e, context&, Sink&&) {
    link_.handle(e);
  }
  template <class Sink>
  void handle(const event::path_down& e, context&, Sink&&) {
    link_.handle(e);
  }
  template <class Sink>
  void handle(const event::calibration_needed& e, context& ctx, Sink&& sink) {
    sink(action::calibrate{calibration, ctx.now, e.port});
  }
  template <class Sink>
  void handle(const event::device_state&, context&, Sink&&) {}

  /// Acts on what is due at ctx.now.
  template <class Sink>
  void expire(context& ctx, Sink&& sink) {
    for (std::uint32_t slot = 0; slot < table_.size(); ++slot) {
      segment& row = table_[slot];
      if (row.held_by == owner::nobody || row.deadline > ctx.now) continue;
      row.deadline = local_time::never();
      give_up(slot, sink);
    }
    table_.recompute_deadline();
    route_.expire(table_, link_, ctx, sink);
    run(ctx, sink);
  }

 private:
  /// Names no slot and no batch: its answer changes nothing.
  static constexpr operation_id calibration{0x7fffffffU};

  struct early_message {
    event::received what;
    local_time since;
  };

  [[nodiscard]] static std::uint32_t total(const std::vector<std::uint32_t>& slots) {
    std::uint32_t sum = 0;
    for (const std::uint32_t s : slots) sum += s;
    return sum;
  }
  [[nodiscard]] static std::vector<port> make_ports(const std::vector<std::uint32_t>& slots) {
    std::vector<port> ports;
    std::uint32_t first = 0;
    for (const std::uint32_t s : slots) {
      port p;
      p.first_slot = first;
      p.slots = s;
      ports.push_back(p);
      first += s;
    }
    return ports;
  }

  template <class Sink>
  void give_up(std::uint32_t slot, Sink& sink) {
    segment& row = table_[slot];
    if (row.held_by != owner::swap && row.held_by != owner::purify) return;
    if (row.state != segment::phase::operating) {
      swap_.discard(table_, slot, sink);
    } else if (!row.lost) {  // given up when the operation ends; the other end is told now
      ebit::expire(table_, row, sink);
      row.lost = true;
    }
  }

  /// The layers work, lowest first, until nobody has anything left to do.
  template <class Sink>
  EBIT_ALWAYS_INLINE void run(context& ctx, Sink& sink) {
    if (table_.has_work()) work(ctx, sink);
  }
  template <class Sink>
  void work(context& ctx, Sink& sink) {
    segments::work_item item;
    while (table_.pop(item)) {
      switch (item.of) {
        case layer::link: break;
        case layer::purify: purify_.work(table_, item.slot, ctx, sink); break;
        case layer::swap: swap_.work(table_, item.slot, ctx, sink); break;
        case layer::route: route_.work(table_, link_, item.slot, ctx, sink); break;
      }
    }
  }

  template <class Sink>
  EBIT_ALWAYS_INLINE void finish(std::uint16_t circuit, context& ctx, Sink& sink) {
    run(ctx, sink);
    route_.settle(table_, link_, circuit, sink);
  }

  template <class Body, class Function>
  verdict with(const message& m, Function&& act) {
    const std::uint16_t index = table_.circuits.find(m.circuit);
    if (!m.holds<Body>() || index == circuit_table::none || table_.circuits[index].state == circuit::phase::closing) {
      ++ignored_;
      return verdict::settled;
    }
    return act(index, m.unpack<Body>());
  }

  template <class Sink>
  verdict dispatch(const event::received& e, context& ctx, Sink& sink) {
    const message& m = e.content;
    segments& t = table_;
    constexpr auto settled = verdict::settled;
    switch (m.type) {
      case wire::swapped::type:
        return with<wire::swapped>(m, [&](std::uint16_t i, const wire::swapped& b) {
          return swap_.handle(t, t.circuits[i], b, e.flight, ctx, sink);
        });
      case wire::distilled::type:
        return with<wire::distilled>(m, [&](std::uint16_t i, const wire::distilled& b) {
          return purify_.handle(t, t.circuits[i], m.from, b, ctx, sink);
        });
      case wire::expired::type:
        return with<wire::expired>(m, [&](std::uint16_t i, const wire::expired& b) {
          swap_.handle(t, t.circuits[i], b, sink);
          return settled;
        });
      case wire::delivered::type:
        return with<wire::delivered>(
            m, [&](std::uint16_t i, const wire::delivered& b) { return route_.handle(t, t.circuits[i], b, sink); });
      case wire::link_started::type:
        return with<wire::link_started>(m, [&](std::uint16_t i, const wire::link_started& b) {
          t.circuits[i].state = circuit::phase::active;
          link_.handle(t, i, b, e.flight, ctx, sink);
          return settled;
        });
      case wire::ready::type:
        return with<wire::ready>(m, [&](std::uint16_t i, const wire::ready& b) {
          route_.handle(t, link_, i, b, e.flight, ctx, sink);
          return settled;
        });
      case wire::go::type:
        return with<wire::go>(m, [&](std::uint16_t i, const wire::go& b) {
          route_.handle(t, link_, i, b, e.flight, ctx, sink);
          return settled;
        });
      case wire::refused::type:
        return with<wire::refused>(m, [&](std::uint16_t i, const wire::refused& b) {
          route_.handle(t, link_, i, b, ctx, sink);
          return settled;
        });
      case wire::torn_down::type:
        if (table_.circuits.find(m.circuit) == circuit_table::none) route_.forget(m.circuit);
        return with<wire::torn_down>(m, [&](std::uint16_t i, const wire::torn_down& b) {
          route_.handle(t, link_, i, b, ctx, sink);
          return settled;
        });
      case wire::install::type:
        if (m.holds<wire::install>())
          route_.handle(t, link_, m.circuit, m.from, m.unpack<wire::install>(), e.flight, sink);
        return settled;
      case wire::available::type:
        if (m.holds<wire::available>()) route_.handle(t, m.circuit, m.unpack<wire::available>(), ctx);
        return settled;
      default: ++ignored_; return settled;
    }
  }

  void postpone(const event::received& e, const context& ctx) {
    if (early_.full()) {  // its pair will meet its deadline
      ++ignored_;
      return;
    }
    early_.push_back({e, ctx.now});
  }

  segments table_;
  link_engine link_;
  [[no_unique_address]] purify_engine<typename Profile::purify> purify_;
  [[no_unique_address]] swap_engine<typename Profile::swap> swap_;
  route_engine<typename Profile::route, model_of<Profile>> route_;
  fixed_vector<early_message, 16> early_;
  std::uint64_t ignored_ = 0;
};

template <profile Profile = default_profile>
using node = basic_node<Profile>;

}  // namespace ebit
