// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include <ebit/backend/actions.hpp>
#include <ebit/backend/events.hpp>
#include <ebit/core/fixed_vector.hpp>
#include <ebit/herald/engine.hpp>
#include <ebit/link/outbox.hpp>
#include <ebit/link/segments.hpp>
#include <ebit/node/config.hpp>
#include <ebit/node/fidelity_monitor.hpp>
#include <ebit/node/profile.hpp>
#include <ebit/node/watching_sink.hpp>
#include <ebit/purify/engine.hpp>
#include <ebit/route/engine.hpp>
#include <ebit/route/made_walk.hpp>
#include <ebit/swap/engine.hpp>

namespace ebit {

/// Where the five layers meet: a value that turns events into actions. It reads no clock, draws no numbers of its own
/// and does no I/O, so it can be copied, replayed and single-stepped; what feeds it and performs its actions is a
/// backend.
template <profile Profile>
class basic_node {
 public:
  using profile_type = Profile;

  basic_node() = default;
  basic_node(const node_config& config, const options<Profile>& o)
      : table_{config.self, config.slots()},
        link_{config.ports(), config.incarnation},
        purify_{o.purify},
        swap_{o.swap},
        route_{o.route.policy,
               make_model<Profile>(o),
               config.map ? *config.map : route::network_map{},
               o.link,
               o.route.service,
               config.incarnation,
               config.can_measure},
        outbox_{o.link, 16 * std::size_t{table_.size()} + 256},
        inbox_{o.link} {
    if (o.link.assured()) table_.assure();
    route_.begin_watch(config.self, table_.size(), config.incarnation);
    if (config.incarnation > 0) begin_again(config);
  }

  [[nodiscard]] node_id id() const { return table_.self(); }
  [[nodiscard]] const segments& table() const { return table_; }
  /// Messages of types this node does not know, or for circuits it is not part of.
  [[nodiscard]] std::uint64_t ignored_messages() const { return ignored_; }
  /// What test rounds have shown of a circuit that this node is the head of, or null before the first.
  [[nodiscard]] const route::test_results* tested(circuit_id circuit) const { return monitor_.of(circuit); }
  /// What they have shown of all circuits of this head over that path, which is their first, alarms or not.
  [[nodiscard]] link::fidelity_estimate tested_over(path_id path) const { return monitor_.over(path); }
  /// Messages whose receipt has not been acknowledged yet.
  [[nodiscard]] const outbox& unacknowledged() const { return outbox_; }

  /// What the route policy decided for a request that is being served here, or null.
  [[nodiscard]] const route::answer* answer_to(request_id id) const { return route_.answer_to(id, table_.self()); }
  /// The circuit that serves the request, if one is open.
  [[nodiscard]] circuit_id circuit_of(request_id id) const { return route_.circuit_of(id, table_.self()); }
  /// What is known here of links, where the route policy watches them.
  [[nodiscard]] const auto& links() const
    requires route::watches_links<typename Profile::route>
  {
    return route_.watch();
  }

  /// Whether a circuit uses the port, or still has something to clear away there.
  [[nodiscard]] bool uses(port_id at) const {
    for (std::uint16_t i = 0; i < table_.circuits.size(); ++i)
      for (const circuit::hop& hop : table_.circuits[i].links)
        if (table_.circuits.alive(i) && hop.width != 0 && hop.port == at.value()) return true;
    return false;
  }

  /// The earliest time at which `expire` should be called; calling it early does no harm.
  [[nodiscard]] local_time next_deadline() const { return table_.next_deadline(); }

  template <class Sink>
  void handle(const event::heralded& e, context& ctx, Sink&& to) {
    decltype(auto) seen = watched(to, ctx);
    const assuring_sink sink{seen, outbox_, table_, ctx};
    const std::uint32_t slot = e.slot.value();
    // Where no purification can follow the half goes past that layer.
    constexpr bool distils = !purify::never_distils<typename Profile::purify>;
    const auto arrived = link_.handle(table_, e, sink, distils ? owner::purify : owner::swap);
    if (!arrived) [[unlikely]]
      return;
    if constexpr (watches) route_.watch().heralded(slot, e.sequence, ctx.now);
    if constexpr (distils) {
      purify_.work(table_, slot, ctx, sink);
      run(ctx, sink);
    } else if (swap_.attend(table_, *arrived.of, *arrived.row, slot, ctx, sink)) {
      run(ctx, sink);
    }
    if (!early_.empty()) [[unlikely]]
      hear_again(ctx, sink);
  }

  template <class Sink>
  void handle(const event::measured& e, context& ctx, Sink&& to) {
    const std::uint32_t slot = table_.slot_of(e.operation);
    if (link_engine::is_batch(e.operation) || slot == table_.size()) [[unlikely]]
      return;
    decltype(auto) seen = watched(to, ctx);
    const assuring_sink sink{seen, outbox_, table_, ctx};
    const segment& row = table_[slot];
    const std::uint16_t circuit = row.circuit;
    if (row.held_by == owner::swap) [[likely]] {
      if constexpr (watches) route_.watch().swaps(true);
      swap_.measured(table_, slot, e.bits, ctx, sink);
      if constexpr (watches) route_.watch().swaps(false);
    } else if (row.held_by == owner::purify)
      purify_.measured(table_, slot, e.bits, ctx, sink);
    else if (row.held_by == owner::route)
      read_out(slot, (e.bits & 1) != 0, ctx, sink);
    else
      return;
    finish(circuit, ctx, sink);
  }

  template <class Sink>
  void handle(const event::done& e, context& ctx, Sink&& to) {
    if (link_engine::is_batch(e.operation)) {
      batch_ended(e.operation, ctx, to);
      return;
    }
    const std::uint32_t slot = table_.slot_of(e.operation);
    if (slot == table_.size() || table_[slot].held_by != owner::app) return;
    decltype(auto) seen = watched(to, ctx);
    const assuring_sink sink{seen, outbox_, table_, ctx};
    const std::uint16_t circuit = table_[slot].circuit;
    table_.release(slot, segments::fate_of_half::delivered);
    sink(action::free{slot_id{slot}});
    finish(circuit, ctx, sink);
  }

  template <class Sink>
  void handle(const event::failed& e, context& ctx, Sink&& to);

  /// The qubit is gone. Its pair is given up unless an operation on it is running; that one will fail by itself.
  template <class Sink>
  void handle(const event::erased& e, context& ctx, Sink&& to) {
    if (e.slot.value() >= table_.size()) return;
    decltype(auto) seen = watched(to, ctx);
    const assuring_sink sink{seen, outbox_, table_, ctx};
    const std::uint16_t circuit = table_[e.slot.value()].circuit;
    give_up(e.slot.value(), sink);
    if (circuit < table_.circuits.size()) finish(circuit, ctx, sink);
  }

  template <class Sink>
  void handle(const event::received& e, context& ctx, Sink&& to);

  template <class Sink>
  void handle(const event::request& e, context& ctx, Sink&& to) {
    decltype(auto) seen = watched(to, ctx);
    const assuring_sink sink{seen, outbox_, table_, ctx};
    route_.handle(table_, link_, e, ctx, sink);
    run(ctx, sink);
  }

  /// The application does not want the rest of its request, which ends as one whose time is up.
  template <class Sink>
  void cancel(request_id id, context& ctx, Sink&& to) {
    decltype(auto) seen = watched(to, ctx);
    const assuring_sink sink{seen, outbox_, table_, ctx};
    route_.cancel(table_, link_, id, ctx, sink);
    run(ctx, sink);
  }

  template <class Sink>
  void handle(const event::path_up& e, context& ctx, Sink&& to);
  template <class Sink>
  void handle(const event::path_down& e, context& ctx, Sink&& to);
  /// Whoever is asked for paths has got a walk of several for this node. Word of it comes when its first one is up.
  template <class Sink>
  void handle(const route::made_walk& w, context& ctx, Sink&& to);
  template <class Sink>
  void handle(const event::calibration_needed& e, context& ctx, Sink&& sink) {
    sink(action::calibrate{calibration, ctx.now, e.port});
  }
  /// Nothing can be made at a port that is at fault; what was being made there is begun anew once it is ready.
  template <class Sink>
  void handle(const event::device_state& e, context& ctx, Sink&& to);

  /// Acts on what is due at ctx.now.
  template <class Sink>
  void expire(context& ctx, Sink&& to);

 private:
  /// Names no slot and no batch: its answer changes nothing.
  static constexpr operation_id calibration{0x7fffffffU};

  static constexpr bool watches = route::watches_links<typename Profile::route>;

  /// Where actions go to: to the driver, past the route layer if that watches links.
  template <class Sink>
  [[nodiscard]] EBIT_ALWAYS_INLINE decltype(auto) watched(Sink& to, [[maybe_unused]] const context& ctx) {
    if constexpr (watches)
      return watching_sink{to, route_, table_, ctx};
    else
      return (to);
  }

  /// A circuit that was not taken part in because of greetings over these paths.
  struct install_put_off {
    circuit_id circuit;
    node_id head;
    path_id upstream;
    path_id downstream;
  };
  struct early_message {
    event::received what;
    local_time since;
  };

  /// Messages that came too early may be of use now, or their circuit has ended and who sent them has to know.
  template <class Out>
  void hear_again(context& ctx, const assuring_sink<Out> sink) {
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
  void give_up(std::uint32_t slot, Sink& sink);
  /// A batch of attempts that was not told to stop has ended: its link has failed.
  template <class Sink>
  void batch_ended(operation_id id, context& ctx, Sink& to);
  template <class Sink>
  void read_out(std::uint32_t slot, bool bit, context& ctx, Sink& sink) {
    const route::test_reading test = route_.measured(table_, link_, slot, bit, ctx, sink);
    if (!test.circuit.valid()) return;
    monitor_.own(test);
    check_fidelity(test.circuit, ctx, sink);
  }
  template <class Sink>
  void check_fidelity(circuit_id circuit, context& ctx, Sink& sink) {
    const route::test_results& shown = *monitor_.of(circuit);
    if constexpr (watches) route_.weigh_tests(table_, circuit, shown, ctx);
    if (const std::uint16_t index = table_.circuits.find(circuit); index != circuit_table::none)
      route_.learn(table_, table_.circuits[index], shown.believed(),
                   static_cast<std::uint16_t>(least(shown.alarms(), std::uint32_t{0xffff})), sink);
    if (monitor_.falls_short(circuit)) route_.fall_short(table_, link_, circuit, shown.estimate().value(), ctx, sink);
  }

  /// The layers work, lowest first, until nobody has anything left to do.
  template <class Sink>
  EBIT_ALWAYS_INLINE void run(context& ctx, Sink& sink) {
    if (table_.has_work()) work(ctx, sink);
  }
  template <class Out>
  void work(context& ctx, const assuring_sink<Out> sink) {
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

  void learn(const event::path_up& e);
  /// Tells all that may be on circuits of a life before, as fast as there is room for copies.
  template <class Sink>
  void greet(Sink& sink);
  void begin_again(const node_config& config);

  // What messages set off: node/dispatch.hpp. What goes wrong: node/upheaval.hpp.

  template <class Sink>
  verdict dispatch(const event::received& e, context& ctx, Sink& sink);
  template <class Sink>
  void acknowledge(const message& m, std::uint32_t tag, Sink& sink) const;
  /// Whether the other end of either path, if there is one, has yet to say that it knows of this node's restart.
  [[nodiscard]] bool awaits_greeting(path_id upstream, path_id downstream) const {
    return outbox_.awaits_greeting(upstream) || (downstream.valid() && outbox_.awaits_greeting(downstream));
  }
  /// Tells heads whose circuits came before greetings were acknowledged that they are welcome now.
  template <class Sink>
  void call_back(Sink& sink);
  /// Circuits that hold what an `install` needs may be of heads that are gone for ever, which do not acknowledge that
  /// this node is ready if they are told once more.
  template <class Sink>
  void ask_heads(const wire::install& wants, const context& ctx, Sink& sink);
  /// The head of the circuit is gone.
  template <class Sink>
  void leave(circuit_id headless, context& ctx, Sink& sink);
  /// Calls `act` with the index of the message's circuit and its body, or counts the message as ignored.
  template <class Body, class Function>
  verdict with(const message& m, Function&& act);
  /// The same, but the sender of a message for a circuit that is not (or no longer) known here gets `otherwise`.
  template <class Body, class Function, class Otherwise>
  verdict with(const message& m, Function&& act, Otherwise&& otherwise);

  /// False if there is no room: its pair will meet its deadline, unless it is sent again.
  [[nodiscard]] bool postpone(const event::received& e, const context& ctx) {
    if (early_.full()) {
      ++ignored_;
      return false;
    }
    early_.push_back({e, ctx.now});
    return true;
  }

  segments table_;
  link_engine link_;
  [[no_unique_address]] purify_engine<typename Profile::purify> purify_;
  [[no_unique_address]] swap_engine<typename Profile::swap, purify::is_optimistic<typename Profile::purify>> swap_;
  route_engine<typename Profile::route, model_of<Profile>> route_;
  fidelity_monitor monitor_;
  outbox outbox_;
  inbox inbox_;
  fixed_vector<early_message, 16> early_;
  fixed_vector<install_put_off, 64> put_off_;
  std::vector<node_id> to_greet_;
  std::uint64_t ignored_ = 0;
};

template <profile Profile = default_profile>
using node = basic_node<Profile>;

}  // namespace ebit

#include <ebit/node/dispatch.hpp>
#include <ebit/node/upheaval.hpp>
