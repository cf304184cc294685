// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>
#include <unordered_map>
#include <utility>
#include <vector>

#include <ebit/backend/concepts.hpp>
#include <ebit/backend/faults.hpp>
#include <ebit/core/random.hpp>
#include <ebit/core/shared_constant.hpp>
#include <ebit/link/budget.hpp>
#include <ebit/link/drift.hpp>
#include <ebit/node/node.hpp>
#include <ebit/quantum/bell_diagonal.hpp>
#include <ebit/sim/classical_network.hpp>
#include <ebit/sim/driver_device.hpp>
#include <ebit/sim/driver_state.hpp>
#include <ebit/sim/heralding.hpp>
#include <ebit/sim/kernel.hpp>
#include <ebit/sim/letters.hpp>
#include <ebit/sim/no_fabric.hpp>
#include <ebit/sim/request.hpp>
#include <ebit/sim/tap.hpp>
#include <ebit/sim/trace.hpp>
#include <ebit/sim/world.hpp>

namespace ebit::sim {

/// The driver of simulated nodes: performs their actions on the world, the links and the classical network, and tells
/// them the events. Holds indices, never pointers, so that it is a value.
template <profile Profile, pair_state State, class Trace, class Tap, class Fabric = no_fabric>
class driver {
 public:
  using node_type = typename Fabric::template node<Profile>;
  static constexpr bool is_tapped = Tap::enabled;
  static constexpr bool can_switch = Fabric::switches;

  using device = simulated_device<driver>;
  friend device;

  driver() = default;
  /// `coded`: messages travel as bytes.
  driver(std::uint64_t seed, const options<Profile>& stack, const fault_plan& faults, bool coded,
         shared_constant<route::network_map> map, Trace trace, Tap tap, Fabric fabric = {},
         const std::vector<classical_network::classical_link>& control = {})
      : seed_{seed},
        herald_{stack.herald},
        faults_{faults},
        coded_{coded},
        map_{std::move(map)},
        trace_{std::move(trace)},
        tap_{std::move(tap)},
        fabric_{std::move(fabric)},
        classical_{*map_, control} {}

  /// Adds nodes, then the links between them, then starts: in this order, once.
  void add_node(std::uint64_t key, const node_config& config, const options<Profile>& stack,
                const memory_noise& memory, duration clock_offset);
  void add_path(std::uint64_t key, std::uint32_t port_a, std::uint32_t port_b);
  void start();

  /// An application asks a node for pairs, now; one that is down is asked when it starts again.
  request_id ask(const request_parameters& wanted);

  /// Executes the next event.
  void step() {
    const network_event e = kernel_.pop();
    touched_ = e.node;
    if (e.life != state_[e.node].life && e.concerns_one_life()) [[unlikely]]
      return;
    switch (e.what) {
      case network_event::kind::message: receive(e); break;
      case network_event::kind::herald: reveal(e); break;
      case network_event::kind::batch_end: end_batch(e); break;
      case network_event::kind::bell_measurement:
      case network_event::kind::distillation:
      case network_event::kind::measurement:
      case network_event::kind::move:
        completed_.push_back(complete(e));
        settle(e.node);
        break;
      case network_event::kind::request: put(e.index); break;
      case network_event::kind::fault: strike(e); break;
      case network_event::kind::switching:
        if constexpr (Fabric::switches) throw_switch(e);
        break;
      case network_event::kind::device:
        if constexpr (Fabric::switches) wake_device(e.node);
        break;
      case network_event::kind::wake: {
        // One that was overtaken by an earlier one has been made good by then.
        if (state_[e.node].armed > local(e.node, kernel_.now())) break;
        state_[e.node].armed = local_time::never();
        context ctx{local(e.node, kernel_.now()), state_[e.node].random};
        announce(e.node, ctx, true);
        nodes_[e.node].expire(ctx, device{*this, e.node});
        settle(e.node);
        break;
      }
    }
  }

  void reseed(std::uint64_t seed);

  [[nodiscard]] std::uint64_t seed() const { return seed_; }
  [[nodiscard]] const sim::kernel<network_event>& events() const { return kernel_; }
  [[nodiscard]] sim::kernel<network_event>& events() { return kernel_; }
  [[nodiscard]] const world<State>& truth() const { return world_; }
  [[nodiscard]] const std::vector<node_type>& nodes() const { return nodes_; }
  [[nodiscard]] const std::vector<request_record>& requests() const { return requests_; }
  [[nodiscard]] const route::network_map& map() const { return *map_; }
  [[nodiscard]] const Trace& trace() const { return trace_; }
  [[nodiscard]] Tap& tap() { return tap_; }
  [[nodiscard]] const Tap& tap() const { return tap_; }
  [[nodiscard]] const Fabric& fabric() const { return fabric_; }
  [[nodiscard]] node_id last_node() const { return node_id{touched_}; }
  [[nodiscard]] std::uint64_t messages() const { return messages_; }
  /// Heralds of attempts in which a photon did not get to the station because its way was dark.
  [[nodiscard]] std::uint64_t false_heralds() const { return false_heralds_; }
  [[nodiscard]] bool is_up(std::uint32_t node) const { return state_[node].is_up; }
  /// What the world's clock shows when a node's own shows `t`, as that stands now.
  [[nodiscard]] world_time when(std::uint32_t node, local_time t) const { return global(node, t); }
  [[nodiscard]] std::uint32_t first_slot(std::uint32_t node) const { return state_[node].first_slot; }
  /// How long a message from one node to another is under way, unless something delays it; `never` where no fibre
  /// leads. Worked out for a node when it is first asked for.
  [[nodiscard]] duration flight(node_id from, node_id to) { return classical_.delay(from, to); }

 private:
  static constexpr std::uint32_t from_device = 0;  ///< source number of stations and devices; node n posts as n + 1
  static constexpr std::uint32_t none = ~std::uint32_t{0};
  static constexpr std::uint32_t of_fabric = 1;        ///< a fault that the fabric suffers, not a node
  static constexpr std::uint32_t fault_is_sensed = 2;  ///< `mode` of such a fault
  static constexpr std::uint64_t of_doubts = 1U << 20;  ///< draws of a birth that decide whether it is one

  using path_state = detail::path_state;
  using slot_state = detail::slot_state;
  using node_state = detail::node_state;
  using completion = detail::completion;

  [[nodiscard]] local_time local(std::uint32_t n, world_time t) const {
    return t.is_never() ? local_time::never() : local_time{t.since_epoch() + state_[n].clock_offset};
  }
  [[nodiscard]] world_time global(std::uint32_t n, local_time t) const {
    return t.is_never() ? world_time::never() : world_time{t.since_epoch() - state_[n].clock_offset};
  }
  void post(world_time when, std::uint32_t destination, std::uint32_t source, network_event e) {
    e.life = state_[e.node].life;
    std::uint32_t& sequence = source == from_device ? device_posted_ : state_[source - 1].posted;
    kernel_.post(when, destination, source, sequence++, e);
  }

  template <class Event>
  void tell(std::uint32_t n, const Event& e) {
    context ctx{local(n, kernel_.now()), state_[n].random};
    give(n, e, ctx);
    settle(n);
  }
  template <class Event>
  void give(std::uint32_t n, const Event& e, context& ctx) {
    announce(n, ctx, false);
    if constexpr (Tap::enabled) {
      Event changed = e;
      if (tap_.on_event(node_id{n}, changed)) nodes_[n].handle(changed, ctx, device{*this, n});
    } else {
      nodes_[n].handle(e, ctx, device{*this, n});
    }
  }

  /// A tap may want to know of every call of a node, its time, and whether it is for a deadline.
  void announce([[maybe_unused]] std::uint32_t n, [[maybe_unused]] const context& ctx,
                [[maybe_unused]] bool expires) {
    if constexpr (Tap::enabled && requires { tap_.on_call(node_id{n}, ctx, expires); })
      tap_.on_call(node_id{n}, ctx, expires);
  }

  /// Tells node `n` what its actions completed at once, then watches its deadline. An action's completion is never
  /// told during the call that issued it.
  void settle(std::uint32_t n) {
    for (std::size_t i = 0; i < completed_.size(); ++i) {
      const completion c = completed_[i];
      context ctx{local(n, kernel_.now()), state_[n].random};
      answer(n, c, ctx);
    }
    completed_.clear();
    const local_time due = nodes_[n].next_deadline();
    if (due < state_[n].armed) {
      state_[n].armed = due;
      network_event wake;
      wake.node = n;
      post(std::max(kernel_.now(), global(n, due)), n, n + 1, wake);
    }
  }
  void answer(std::uint32_t n, const completion& c, context& ctx) {
    if (c.why != failure::none) {
      give(n, event::failed{c.operation, c.why}, ctx);
      return;
    }
    if (c.has_bits) give(n, event::measured{c.operation, c.bits}, ctx);
    give(n, event::done{c.operation}, ctx);
  }

  // Performing actions: sim/driver_actions.hpp.

  void perform(std::uint32_t n, const action::send& a);
  /// The message as it comes out of its bytes at the other end; false if there are none for it.
  [[nodiscard]] static bool through_bytes(message& content);
  void receive(const network_event& e);
  void perform(std::uint32_t n, const action::bell_measure& a);
  void perform(std::uint32_t n, const action::distil& a);
  void perform(std::uint32_t n, const action::measure& a);
  void perform(std::uint32_t n, const action::move& a);
  void operate(std::uint32_t n, network_event e) { operate(n, e, map_->at(node_id{n}).gate_time); }
  void operate(std::uint32_t n, network_event e, duration takes);
  /// Does what an operation does, when it ends.
  [[nodiscard]] completion complete(const network_event& e);
  [[nodiscard]] completion measured(const network_event& e);
  [[nodiscard]] completion distilled(const network_event& e);
  [[nodiscard]] completion read(const network_event& e);
  [[nodiscard]] completion moved(const network_event& e);
  void key_streams(path_state& p) const;
  [[nodiscard]] const link::budget& physics(const path_state& p) const {
    return p.made.empty() ? map_->along(p.id).budget : p.made.front();
  }
  /// Calls `act` with the index of every path that node `n` has or had attempts on.
  template <class Act>
  void for_paths_of(std::uint32_t n, const Act& act) {
    for (const std::uint32_t path : map_->incident(node_id{n})) act(path);
    if constexpr (Fabric::switches)
      for (const std::uint32_t path : state_[n].made) act(path);
  }
  /// The draws of the next act on the half in `slot`: every act has its own, none needs more than this many words.
  [[nodiscard]] random_stream draws_of(std::uint32_t slot);
  void perform(std::uint32_t n, const action::free& a);
  /// Devices of this world need no calibration: it is done at once.
  void perform(std::uint32_t, const action::calibrate& a) {
    completed_.push_back({a.operation, failure::none, false, 0});
  }

  // Requests and what comes of them: sim/driver_requests.hpp.

  void put(std::uint32_t request);
  void put_again(std::uint32_t n);
  void perform(std::uint32_t n, const action::deliver& a);
  void perform(std::uint32_t n, const action::revoke& a);
  void perform(std::uint32_t n, const action::report& a);
  void note_start(std::uint32_t n, const action::attempt& a);
  /// Both ends attempt: their photons meet from now on, or do not match.
  void begin(std::uint32_t path, std::uint32_t session);

  // What goes wrong: sim/driver_faults.hpp.

  void post_schedule();
  void strike(const network_event& e);
  void crash(std::uint32_t n);
  void restart(std::uint32_t n);
  void darken(std::uint32_t path, std::uint32_t end);
  void lighten(std::uint32_t path, std::uint32_t end);
  void set_clock(std::uint32_t n, duration step);
  void erase(std::uint32_t n);
  void dim(std::uint32_t path);
  [[nodiscard]] bool is_dimmed_away(const path_state& p, const heralding_session& s, std::uint32_t m) const;
  void wear(std::uint32_t n);
  [[nodiscard]] duration worn(std::uint32_t n, network_event& e, duration takes);
  [[nodiscard]] completion broken(const network_event& e);
  void tell_path_up(std::uint32_t path, std::uint32_t end);
  [[nodiscard]] std::uint32_t slots_end(std::uint32_t n) const {
    return n + 1 < state_.size() ? state_[n + 1].first_slot : static_cast<std::uint32_t>(slots_.size());
  }

  // Paths that a switched fabric makes: sim/driver_switching.hpp.

  /// Index of the path that node `n` attempts on, or `none` if it has no such path.
  [[nodiscard]] std::uint32_t path_of(std::uint32_t n, const action::attempt& a);
  [[nodiscard]] std::uint32_t join_made(std::uint32_t n, const action::attempt& a);
  [[nodiscard]] bool is_made(std::uint32_t path) const { return path >= map_->edges().size(); }
  void perform(std::uint32_t n, const action::connect& a);
  void perform(std::uint32_t n, const action::clear& a);
  void throw_switch(const network_event& e);
  /// What the light does on a made path has changed, or its ends have begun attempts.
  void light(std::uint32_t path);
  template <class Encounter>
  void see(path_state& p, const Encounter& meeting);
  [[nodiscard]] duration lock_time(std::uint16_t station) const;
  void darken_from(std::uint32_t n, std::uint32_t port, world_time when);
  void relight(std::uint32_t n, std::uint32_t port);
  bool forget_unused(std::uint32_t path);
  void strike_fabric(const network_event& e);
  void tell_of_fault(const network_event& e, bool begins, world_time ready);
  void tell_state(std::uint32_t n);
  /// Of a switch or an analyser; an endpoint is as its networking unit.
  [[nodiscard]] bool works(std::uint32_t n) const;

  // Parts of a fabric that get worse: sim/driver_degradation.hpp.

  void degrade(const network_event& e);
  [[nodiscard]] event::health state_of(std::uint32_t n) const;
  template <class Span>
  [[nodiscard]] event::health state_of_fibre(Span fibre) const;
  template <class Span>
  [[nodiscard]] event::path_up fibre_up(std::uint32_t n, Span fibre) const;

  // Networking units: sim/driver_units.hpp.

  /// Whether it is an endpoint with a networking unit.
  [[nodiscard]] bool has_unit(std::uint32_t n) const {
    if constexpr (Fabric::switches)
      return n < fabric_.units().size();
    else
      return false;
  }
  /// Something happens to a node's unit now: its light follows, and the node is told.
  template <class Act>
  void on_unit(std::uint32_t n, const Act& act);
  void tell_unit(std::uint32_t n);
  void end_attempts(std::uint32_t n);
  void start_cold();
  void wake_device(std::uint32_t n);
  void await_device(std::uint32_t n, world_time when);
  [[nodiscard]] bool claim_unit(std::uint32_t n, std::uint32_t path, const action::attempt& a);
  void release_unit(std::uint32_t n, std::uint32_t path, std::uint32_t first_slot, std::uint32_t modes);
  template <class Event>
  void tell_if_up(std::uint32_t n, const Event& e) {
    if (is_up(n)) tell(n, e);
  }

  // Photons, stations and batches: sim/driver_heralding.hpp.

  void perform(std::uint32_t n, const action::attempt& a);
  /// The session that the other end has opened for the same epoch and circuit, else an unused one.
  [[nodiscard]] static std::size_t session_for(path_state& p, std::size_t end, const action::attempt& a);
  void perform(std::uint32_t n, const action::stop& a);
  /// The heralded pair as it comes into being: twirled where the representation has no place for more, else with the
  /// optical phase that the arms had when its photons met.
  [[nodiscard]] State newborn(path_state& p, const heralding_session& s, std::uint32_t m, random_stream& draw);
  void foresee(std::uint32_t path, std::uint32_t session, std::uint32_t m, std::uint64_t earliest = 0);
  /// Goes through attempts that would herald if all photons came in time, up to one that does;
  /// false if that is none yet.
  [[nodiscard]] bool find_in_time(std::uint32_t path, std::uint32_t session, std::uint32_t m);
  void post_herald(std::uint32_t path, std::uint32_t session, std::uint32_t m, std::uint32_t end, world_time when);
  /// Whether its attempts do not all succeed alike.
  [[nodiscard]] bool varies(const path_state& p) const;
  /// Light of other paths: counted in full in advance, as it is when the outcome is known; false if it takes more to
  /// herald. Decides once for both ends.
  [[nodiscard]] bool heralds_in_stray_light(path_state& p, heralding_session& s, std::uint32_t m);
  /// What node `n` sends from a port has changed.
  void note_light(std::uint32_t n, std::uint32_t port);
  [[nodiscard]] double most_probable(const path_state& p, const heralding_session& s, std::uint8_t lit) const;
  /// The same in as much stray light as there can be, with detectors that it does not blind: what is really there is
  /// decided when the herald is revealed, and heralds no more often.
  [[nodiscard]] arrival in_most_light([[maybe_unused]] const path_state& p, arrival came = {}) const {
    if constexpr (Fabric::switches) {
      came.stray = p.most_stray;
      came.blinds = !fabric_.stray().leaks();
    }
    return came;
  }
  /// The same of which photons come only by the arms that are lit.
  [[nodiscard]] static arrival only(std::uint8_t lit, arrival came) {
    for (std::size_t end = 0; end < 2; ++end)
      if ((lit >> end & 1U) == 0) came.accepted[end] = 0;
    return came;
  }
  [[nodiscard]] link::budget in_time(const path_state& p, const arrival& came) const;
  [[nodiscard]] route::link_model model_at(const link::budget& b, const heralding_session& s) const {
    return route::model_of(herald_, b, {s.ends[0].bright_state, s.ends[1].bright_state});
  }
  void reveal(const network_event& e);
  void finish_batch(std::uint32_t path, std::uint32_t session, std::size_t end, world_time when,
                    failure why = failure::none);
  void end_batch(const network_event& e);

  void note([[maybe_unused]] trace_event::kind what, [[maybe_unused]] std::uint32_t n,
            [[maybe_unused]] std::uint32_t slot, [[maybe_unused]] std::uint32_t other,
            [[maybe_unused]] request_id request = {}) {
    if constexpr (Trace::enabled) {
      const std::uint32_t far = world_.partner(slot);
      trace_({what, kernel_.now(), node_id{n}, far == world<State>::nothing ? node_id{} : node_id{slots_[far].node},
              slot, other, slots_[slot].born, slots_[other].born, request});
    }
  }

  std::uint64_t seed_ = 1;
  typename Profile::herald herald_{};
  fault_plan faults_{};
  bool coded_ = false;
  shared_constant<route::network_map> map_;
  [[no_unique_address]] Trace trace_{};
  [[no_unique_address]] Tap tap_{};
  [[no_unique_address]] Fabric fabric_{};
  sim::kernel<network_event> kernel_;
  letters letters_;
  classical_network classical_;
  world<State> world_;
  std::vector<node_type> nodes_;
  std::vector<node_state> state_;
  std::vector<node_config> configs_;  ///< for nodes that start again; none where the schedule is empty, as the stack
  options<Profile> stack_{};
  std::vector<path_state> paths_;
  std::unordered_map<std::uint32_t, std::uint32_t>
      made_;                                 ///< where a made path of that name is; never walked through
  std::vector<std::uint32_t> vacant_paths_;  ///< made ones that nobody uses any more
  std::vector<slot_state> slots_;
  std::vector<memory_noise> memories_;
  std::vector<completion> completed_;
  std::vector<request_record> requests_;
  std::uint32_t device_posted_ = 0;
  std::uint32_t touched_ = node_id::none().value();
  std::uint64_t messages_ = 0;
  std::uint64_t false_heralds_ = 0;
};

}  // namespace ebit::sim

#include <ebit/sim/driver_actions.hpp>
#include <ebit/sim/driver_degradation.hpp>
#include <ebit/sim/driver_faults.hpp>
#include <ebit/sim/driver_heralding.hpp>
#include <ebit/sim/driver_requests.hpp>
#include <ebit/sim/driver_setup.hpp>
#include <ebit/sim/driver_switching.hpp>
#include <ebit/sim/driver_timing.hpp>
#include <ebit/sim/driver_units.hpp>
