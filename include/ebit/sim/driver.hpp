// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>
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
#include <ebit/sim/heralding.hpp>
#include <ebit/sim/kernel.hpp>
#include <ebit/sim/letters.hpp>
#include <ebit/sim/request.hpp>
#include <ebit/sim/trace.hpp>
#include <ebit/sim/world.hpp>

namespace ebit::sim {

/// What waits in the kernel of a network.
struct network_event {
  enum class kind : std::uint8_t { message, herald, batch_end, bell_measurement, distillation, request, wake };
  kind what = kind::wake;
  std::uint8_t end = 0;  ///< of the path a herald or batch is at; half of the recipe that is carried out
  distil_recipe recipe;
  std::uint32_t node = 0;
  std::uint32_t index = 0;  ///< path of a herald or batch; upstream or kept slot of an operation; request; letter
  std::uint32_t other = 0;  ///< session of a herald or batch; downstream or sacrificed slot of an operation
  std::uint32_t mode = 0;
  std::uint32_t draws = 0;
  operation_id operation;
  duration flight;
};

/// The driver of simulated nodes: performs their actions on the world, the links and the classical network, and tells
/// them the events. Holds indices, never pointers, so that it is a value.
template <profile Profile, pair_state State, class Trace>
class driver {
 public:
  using node_type = basic_node<Profile>;

  /// What one node sees of this world: it takes the node's actions. Events come to the node by themselves, so it is
  /// not polled.
  class device {
   public:
    static constexpr backend::capabilities capabilities{.heralds = true,
                                                        .bell_measures = true,
                                                        .distils = true,
                                                        .messages = true,
                                                        .delivers = true,
                                                        .emits = backend::emission::every_slot,
                                                        .interacts_within_port = true,
                                                        .interacts_across_ports = true};

    device(driver& world, std::uint32_t node) : world_{&world}, node_{node} {}

    void perform(const action::attempt& wanted) const { world_->perform(node_, wanted); }
    void perform(const action::stop& wanted) const { world_->perform(node_, wanted); }
    void perform(const action::free& wanted) const { world_->perform(node_, wanted); }
    void perform(const action::bell_measure& wanted) const { world_->perform(node_, wanted); }
    void perform(const action::distil& wanted) const { world_->perform(node_, wanted); }
    void perform(const action::send& wanted) const { world_->perform(node_, wanted); }
    void perform(const action::deliver& wanted) const { world_->perform(node_, wanted); }
    void perform(const action::report& wanted) const { world_->perform(node_, wanted); }
    void perform(const action::calibrate& wanted) const { world_->perform(node_, wanted); }
    void operator()(const auto& wanted) const { perform(wanted); }

   private:
    driver* world_;
    std::uint32_t node_;
  };

  driver() = default;
  driver(std::uint64_t seed, const options<Profile>& stack, const fault_plan& faults,
         shared_constant<route::network_map> map, Trace trace)
      : seed_{seed}, herald_{stack.herald}, faults_{faults}, map_{std::move(map)}, trace_{std::move(trace)} {
    classical_ = classical_network{map_->nodes()};
  }

  /// Adds nodes, then the links between them, then starts: in this order, once.
  void add_node(std::uint64_t key, const node_config& config, const options<Profile>& stack,
                const memory_noise& memory, duration clock_offset) {
    const auto n = static_cast<std::uint32_t>(nodes_.size());
    node_state s;
    s.first_slot = static_cast<std::uint32_t>(slots_.size());
    s.key = key;
    s.clock_offset = clock_offset;
    s.random = random_stream{seed_, random_purpose::user, key};
    s.faults = random_stream{seed_, random_purpose::fault, key};
    for (const std::uint32_t count : config.slots_per_port) {
      slot_state fresh;
      fresh.node = n;
      slots_.resize(slots_.size() + count, fresh);
    }
    memories_.resize(slots_.size(), memory);
    state_.push_back(s);
    nodes_.emplace_back(config, stack);
  }
  void add_path(std::uint64_t key, std::uint32_t port_a, std::uint32_t port_b) {
    const route::edge& e = map_->edges()[paths_.size()];
    path_state& p = paths_.emplace_back();
    p.node = {e.a.value(), e.b.value()};
    p.port = {port_a, port_b};
    p.key = key;
    key_streams(p);
  }
  void start() {
    world_ = world<State>{memories_};
    letters_.reserve(2 * slots_.size() + 256);
    kernel_.reserve(4 * slots_.size() + 256);  // two heralds per pair of slots, and messages: enough for steady state
    for (std::uint32_t i = 0; i < paths_.size(); ++i) {
      const path_state& p = paths_[i];
      const link::budget& b = map_->edges()[i].budget;
      tell(p.node[0],
           event::path_up{port_id{p.port[0]}, path_id{i}, node_id{p.node[1]}, b.delay, b.station_a, b.station_b});
      tell(p.node[1],
           event::path_up{port_id{p.port[1]}, path_id{i}, node_id{p.node[0]}, b.delay, b.station_b, b.station_a});
    }
  }

  request_id ask(const request_parameters& wanted) {
    const auto id = request_id{static_cast<std::uint32_t>(requests_.size())};
    requests_.emplace_back();
    requests_.back().asked = wanted;
    requests_.back().issued = kernel_.now();
    // Deliveries of usual requests are recorded without an allocation; what goes beyond grows as it comes.
    const std::size_t foreseen = std::min<std::size_t>(wanted.pairs, 1U << 17);
    requests_.back().deliveries.reserve(foreseen);
    requests_.back().at_head.reserve(foreseen);
    network_event e;
    e.what = network_event::kind::request;
    e.index = id.value();
    e.node = wanted.from.value();
    post(kernel_.now(), e.node, from_device, e);
    return id;
  }

  /// Executes the next event.
  void step() {
    const network_event e = kernel_.pop();
    switch (e.what) {
      case network_event::kind::message: tell(e.node, event::received{letters_.take(e.index), e.flight}); break;
      case network_event::kind::herald: reveal(e); break;
      case network_event::kind::batch_end: end_batch(e); break;
      case network_event::kind::bell_measurement: bell_measure(e); break;
      case network_event::kind::distillation: distil(e); break;
      case network_event::kind::request: {
        const request_parameters& r = requests_[e.index].asked;
        tell(e.node, event::request{request_id{e.index}, r.to, r.pairs, r.min_fidelity});
        break;
      }
      case network_event::kind::wake: {
        // One that was overtaken by an earlier one has been made good by then.
        if (state_[e.node].armed > local(e.node, kernel_.now())) break;
        state_[e.node].armed = local_time::never();
        context ctx{local(e.node, kernel_.now()), state_[e.node].random};
        nodes_[e.node].expire(ctx, device{*this, e.node});
        settle(e.node);
        break;
      }
    }
  }

  void reseed(std::uint64_t seed) {
    seed_ = seed;
    for (node_state& s : state_) {
      s.random = random_stream{seed_, random_purpose::user, s.key};
      s.faults = random_stream{seed_, random_purpose::fault, s.key};
    }
    for (path_state& p : paths_) key_streams(p);
  }

  [[nodiscard]] std::uint64_t seed() const { return seed_; }
  [[nodiscard]] const sim::kernel<network_event>& events() const { return kernel_; }
  [[nodiscard]] sim::kernel<network_event>& events() { return kernel_; }
  [[nodiscard]] const world<State>& truth() const { return world_; }
  [[nodiscard]] const std::vector<node_type>& nodes() const { return nodes_; }
  [[nodiscard]] const std::vector<request_record>& requests() const { return requests_; }
  [[nodiscard]] const route::network_map& map() const { return *map_; }
  [[nodiscard]] const Trace& trace() const { return trace_; }
  [[nodiscard]] std::uint64_t messages() const { return messages_; }
  [[nodiscard]] std::uint32_t first_slot(std::uint32_t node) const { return state_[node].first_slot; }

 private:
  static constexpr std::uint32_t from_device = 0;  ///< source number of stations and devices; node n posts as n + 1
  static constexpr std::uint32_t none = ~std::uint32_t{0};

  struct path_state {
    std::array<std::uint32_t, 2> node{};
    std::array<std::uint32_t, 2> port{};
    std::uint64_t key = 0;
    // Streams at no particular draw, since to key one takes longer than to draw from it.
    random_stream heralds;
    random_stream noise;
    random_stream phases;
    double phase = 0;  ///< optical, between the arms, at the last herald
    world_time phase_at = world_time::never();
    std::array<random_stream, 2> outcomes;  ///< of operations on halves born on this path, by the end they are at
    std::vector<heralding_session> sessions;
  };
  struct slot_state {
    std::uint32_t node = 0;
    std::uint32_t path = 0;
    std::uint32_t session = none;
    std::uint32_t mode = 0;
    std::uint32_t end = 0;
    std::uint32_t acts = 0;  ///< operations on this half so far
    pair_id born;            ///< the link pair last heralded here: the key of its draws
  };
  struct node_state {
    std::uint32_t first_slot = 0;
    std::uint32_t posted = 0;
    duration clock_offset;
    std::uint64_t key = 0;
    local_time armed = local_time::never();
    random_stream random;
    random_stream faults;
  };
  struct completion {
    operation_id operation;
    failure why = failure::none;
    bool has_bits = false;
    std::uint8_t bits = 0;
  };

  [[nodiscard]] local_time local(std::uint32_t n, world_time t) const {
    return t.is_never() ? local_time::never() : local_time{t.since_epoch() + state_[n].clock_offset};
  }
  [[nodiscard]] world_time global(std::uint32_t n, local_time t) const {
    return t.is_never() ? world_time::never() : world_time{t.since_epoch() - state_[n].clock_offset};
  }
  void post(world_time when, std::uint32_t destination, std::uint32_t source, const network_event& e) {
    std::uint32_t& sequence = source == from_device ? device_posted_ : state_[source - 1].posted;
    kernel_.post(when, destination, source, sequence++, e);
  }

  template <class Event>
  void tell(std::uint32_t n, const Event& e) {
    context ctx{local(n, kernel_.now()), state_[n].random};
    nodes_[n].handle(e, ctx, device{*this, n});
    settle(n);
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
    const device s{*this, n};
    if (c.why != failure::none) {
      nodes_[n].handle(event::failed{c.operation, c.why}, ctx, s);
      return;
    }
    if (c.has_bits) nodes_[n].handle(event::measured{c.operation, c.bits}, ctx, s);
    nodes_[n].handle(event::done{c.operation}, ctx, s);
  }

  // Performing actions: sim/driver_actions.hpp.

  void perform(std::uint32_t n, const action::send& a);
  void perform(std::uint32_t n, const action::attempt& a);
  /// The session that the other end has opened for the same epoch and circuit, else an unused one.
  [[nodiscard]] static std::size_t session_for(path_state& p, const action::attempt& a);
  void perform(std::uint32_t n, const action::stop& a);
  void perform(std::uint32_t n, const action::bell_measure& a);
  void perform(std::uint32_t n, const action::distil& a);
  void operate(std::uint32_t n, const network_event& e);
  void bell_measure(const network_event& e);
  void distil(const network_event& e);
  void key_streams(path_state& p) const;
  /// The draws of the next act on the half in `slot`: every act has its own, none needs more than this many words.
  [[nodiscard]] random_stream draws_of(std::uint32_t slot);
  [[nodiscard]] completion measured(const network_event& e);
  [[nodiscard]] completion distilled(const network_event& e);
  void perform(std::uint32_t n, const action::free& a);
  void perform(std::uint32_t n, const action::deliver& a);
  void perform(std::uint32_t n, const action::report& a);
  /// Devices of this world need no calibration: it is done at once.
  void perform(std::uint32_t, const action::calibrate& a) {
    completed_.push_back({a.operation, failure::none, false, 0});
  }

  // Photons, stations and batches: sim/driver_heralding.hpp.

  /// The heralded pair as it comes into being: twirled where the representation has no place for more, else with the
  /// optical phase that the arms had when its photons met.
  [[nodiscard]] State newborn(path_state& p, const heralding_session& s, std::uint32_t m, random_stream& draw);
  void foresee(std::uint32_t path, std::uint32_t session, std::uint32_t m);
  void reveal(const network_event& e);
  void finish_batch(std::uint32_t path, std::uint32_t session, std::size_t end, world_time when);
  void end_batch(const network_event& e);
  [[nodiscard]] std::vector<std::uint32_t> paths_of(std::uint32_t n) const;
  void note_start(std::uint32_t n, const action::attempt& a);

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
  shared_constant<route::network_map> map_;
  [[no_unique_address]] Trace trace_{};
  sim::kernel<network_event> kernel_;
  letters letters_;
  classical_network classical_;
  world<State> world_;
  std::vector<node_type> nodes_;
  std::vector<node_state> state_;
  std::vector<path_state> paths_;
  std::vector<slot_state> slots_;
  std::vector<memory_noise> memories_;
  std::vector<completion> completed_;
  std::vector<request_record> requests_;
  std::uint32_t device_posted_ = 0;
  std::uint64_t messages_ = 0;
};

}  // namespace ebit::sim

#include <ebit/sim/driver_actions.hpp>
#include <ebit/sim/driver_heralding.hpp>
