// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <utility>
#include <vector>

#include <ebit/backend/actions.hpp>
#include <ebit/backend/events.hpp>
#include <ebit/core/extremes.hpp>
#include <ebit/core/probability.hpp>
#include <ebit/core/shared_constant.hpp>
#include <ebit/herald/engine.hpp>
#include <ebit/link/outbox.hpp>
#include <ebit/link/segments.hpp>
#include <ebit/link/test_rounds.hpp>
#include <ebit/link/wire.hpp>
#include <ebit/route/concepts.hpp>
#include <ebit/route/connections.hpp>
#include <ebit/route/handover.hpp>
#include <ebit/route/laid_walk.hpp>
#include <ebit/route/reservations.hpp>
#include <ebit/route/tail_queues.hpp>

namespace ebit::route {
class test_results;  // route/test_results.hpp, which only those need who test
}

namespace ebit {

/// Virtual circuits: installed, used and torn down by messages between nodes (after Kozlowski, Dahlberg and Wehner
/// 2020, arXiv:2010.02575). The head chooses a walk, asks every node on it to reserve slots, starts all links at one
/// instant, hands pairs over, and tears the circuit down when the request is served. A node without free slots
/// refuses; the head then gives everything back and tries again when that node says it has room, so that nothing is
/// held while waiting. When a path is lost or a node on the way has started again, word of it goes along the circuit
/// in both directions and to the head, which opens another one for what is left of the request.
template <class Policy, class Model>
class route_engine {
 public:
  route_engine() = default;
  route_engine(const Policy& policy, Model model, route::network_map map, const link_options& how = {},
               const route::service_options& service = {}, std::uint32_t incarnation = 0, bool can_measure = true)
      : policy_{policy},
        model_{std::move(model)},
        map_{std::move(map)},
        handover_{how},
        how_{how},
        service_{service},
        can_measure_{can_measure},
        first_{incarnation * opened_per_life},
        opened_{first_} {}

  /// Nodes of this policy watch their links.
  static constexpr bool watches = route::watches_links<Policy>;
  void begin_watch(node_id self, std::uint32_t slots, std::uint32_t incarnation) {
    if constexpr (watches) watch_ = policy_.make_watch(self, slots, incarnation);
  }
  [[nodiscard]] const auto& watch() const { return watch_; }
  [[nodiscard]] auto& watch() { return watch_; }

  [[nodiscard]] const Model& model() const { return model_; }
  [[nodiscard]] const route::network_map& map() const { return map_; }
  /// A fabric has made a path, or unmade it.
  void make(path_id path, const route::edge& link) { map_.make(path, link); }
  void unmake(path_id path) {
    map_.unmake(path);
    for (std::size_t i = 0; i < walks_.size();) {
      if (walks_[i].way.links.front() != path) {
        ++i;
        continue;
      }
      for (const auto& made : walks_[i].made) map_.unmake(made.first);
      walks_.erase(walks_.begin() + static_cast<std::ptrdiff_t>(i));
    }
  }
  /// A fabric has made a walk of several links for requests of this node to its end. It goes with its first link.
  void make(route::laid_walk walk) {
    for (const auto& [path, link] : walk.made) map_.make(path, link);
    walks_.push_back(std::move(walk));
  }
  /// What was decided for a request of an application here that is being served, or null.
  [[nodiscard]] const route::answer* answer_to(request_id id, node_id self) const {
    const route::connection* k = connections_.find(id, self);
    return k == nullptr ? nullptr : &k->found;
  }
  [[nodiscard]] circuit_id circuit_of(request_id id, node_id self) const {
    const route::connection* k = connections_.find(id, self);
    return k == nullptr ? circuit_id::none() : k->circuit;
  }
  /// What the requests on a circuit of this head need, and what it was forecast to give.
  [[nodiscard]] const route::connection* head_of(circuit_id circuit) const { return connections_.served_by(circuit); }

  /// Probability that the read-out errors of its two ends alone spoil a test of a pair, by the map.
  [[nodiscard]] double read_out_flip(const route::connection& k) const {
    const auto of = [this](node_id n) { return map_.at(n).gates.read_out; };
    return xor_probability(of(k.found.path.nodes.front()), of(k.found.path.nodes.back()));
  }

  // Requests and circuits that begin: route/engine_setup.hpp.

  template <class Sink>
  void handle(segments& table, link_engine& link, const event::request& e, context& ctx, Sink& sink);
  template <class Sink>
  void handle(segments& table, link_engine& link, circuit_id id, node_id head, const wire::install& m,
              duration flight, Sink& sink);
  template <class Sink>
  void handle(segments& table, link_engine& link, std::uint16_t index, const wire::ready& m, duration flight,
              context& ctx, Sink& sink);
  template <class Sink>
  void handle(segments& table, link_engine& link, std::uint16_t index, const wire::go& m, duration flight,
              context& ctx, Sink& sink);
  template <class Sink>
  void handle(segments& table, link_engine& link, std::uint16_t index, const wire::refused&, context& ctx,
              Sink& sink);
  void handle(segments& table, circuit_id ended, const wire::available&, context& ctx);
  template <class Sink>
  verdict handle(segments& table, std::uint16_t index, const wire::enqueue& m, context& ctx, Sink& sink);
  template <class Sink>
  void handle(circuit_id id, const wire::not_enqueued& m, Sink& sink);
  template <class Sink>
  verdict handle(segments& table, circuit_id id, const wire::dequeued& m, context& ctx, Sink& sink);
  /// Requests whose path a fabric has unmade go on over another one, if there is one by now.
  template <class Sink>
  void find_again(segments& table, link_engine& link, context& ctx, Sink& sink);
  /// Slots have become free, or a path has come up: who waits for that tries again.
  template <class Sink>
  void use_room(segments& table, link_engine& link, Sink& sink);

  // Circuits in use and their end: route/engine_service.hpp, route/engine_endings.hpp.

  /// A whole segment has been given to this layer.
  template <class Sink>
  void work(segments& table, link_engine& link, std::uint32_t slot, context& ctx, Sink& sink);
  /// The read-out of a half. If it was a head's of a test pair, what it read.
  template <class Sink>
  [[nodiscard]] route::test_reading measured(segments& table, link_engine& link, std::uint32_t slot, bool bit,
                                             context& ctx, Sink& sink);
  /// The device lost the half instead of measuring it.
  template <class Sink>
  void failed(segments& table, std::uint32_t slot, context& ctx, Sink& sink);
  template <class Sink>
  verdict handle(segments& table, circuit& c, const wire::delivered& m, context& ctx, Sink& sink);
  /// The word on a pair of a circuit that is closed here.
  template <class Sink>
  void handle(segments& table, circuit_id closed, node_id from, const wire::delivered& m, Sink& sink) {
    handover_.heard(table, closed, from, m, sink);
  }
  [[nodiscard]] bool has_delivered(circuit_id id, std::uint32_t epoch, std::uint64_t sequence) {
    return handover_.has_delivered(id, epoch, sequence);
  }
  /// The other end of a half that was delivered here is gone.
  template <class Sink>
  void handle_lost(segments& table, circuit_id id, const wire::expired& m, Sink& sink);
  template <class Sink>
  void handle(segments& table, link_engine& link, std::uint16_t index, const wire::torn_down& m, context& ctx,
              Sink& sink);
  template <class Sink>
  void handle(segments& table, link_engine& link, std::uint16_t index, const wire::broken& m, context& ctx,
              Sink& sink);
  /// The circuit cannot go on: the link on side `at` is lost, or word of such a loss comes from there.
  template <class Sink>
  void break_off(segments& table, link_engine& link, std::uint16_t index, side at, context& ctx, Sink& sink);
  /// Tests have shown that a circuit's pairs are worse than its requests allow: they are refused.
  template <class Sink>
  void fall_short(segments& table, link_engine& link, circuit_id id, double fidelity, context& ctx, Sink& sink);
  /// How good a circuit's pairs are as far as is known by now: at the head by its tests, at the tail by the head's
  /// word. Applications hear of each alarm.
  template <class Sink>
  void learn(const segments& table, circuit& c, double estimate, std::uint16_t alarms, Sink& sink);
  /// All circuits over a port break. On a greeting the other end of the path is told, which may not know: a hello that
  /// was late enough speaks of a restart before the circuit.
  template <class Sink>
  void break_port(segments& table, link_engine& link, std::size_t port, bool is_greeting, context& ctx, Sink& sink);
  /// The port is about to leave: circuits over it that make no attempts there yet break.
  template <class Sink>
  void break_unopened(segments& table, link_engine& link, std::size_t port, context& ctx, Sink& sink);

  /// A node has started again: it knows nothing of the circuits whose head it was.
  template <class Sink>
  void break_headed(segments& table, link_engine& link, node_id head, context& ctx, Sink& sink);
  /// It is there, so circuits over it that are waited for are opened now.
  void is_back(segments& table, node_id n, context& ctx) {
    if (connections_.hurry(n, ctx.now)) table.watch(ctx.now);
  }

  /// A circuit that is over: an `install` for it that is still under way, or comes twice, must not open it again.
  void forget(circuit_id id) {
    if (is_forgotten(id)) return;
    forgotten_[forgotten_next_] = id;
    forgotten_next_ = (forgotten_next_ + 1) % forgotten_.size();
  }

  // Where the policy watches links: route/engine_watch.hpp, which comes with such a policy.

  /// What the node asks of its devices tells which cycles can herald.
  void see(segments& table, const action::attempt& a, local_time now);
  void see(segments& table, const action::free& a, local_time now);
  /// The other end of a half has been swapped or given up.
  void see_gone(const segments& table, const circuit& c, std::uint8_t facing, std::uint32_t epoch,
                std::uint64_t sequence, local_time now);
  /// A port's path has come up or gone down.
  template <class Sink>
  void note_port(segments& table, const port& p, context& ctx, Sink& sink);
  /// Whether it is word of the state of links.
  template <class Sink>
  bool hear(segments& table, link_engine& link, const message& m, duration flight, context& ctx, Sink& sink);
  template <class Sink>
  void look(segments& table, link_engine& link, context& ctx, Sink& sink);
  /// What tests of a circuit of this head have shown by now.
  void weigh_tests(segments& table, circuit_id id, const route::test_results& shown, context& ctx);

  /// Whether this node has opened the circuit in its present life.
  [[nodiscard]] bool has_opened(circuit_id id, node_id self) const {
    return id.value() >> 12 == self.value() && ((id.value() - first_) & 0xfffU) < opened_ - first_;
  }

  /// Something of a closing circuit has ended; when nothing is left its slots go back.
  template <class Sink>
  EBIT_ALWAYS_INLINE void settle(segments& table, link_engine& link, std::uint16_t index, Sink& sink) {
    if (table.circuits[index].state == circuit::phase::closing) [[unlikely]]
      give_back(table, link, index, sink);
  }
  /// The application here does not want the rest of a request.
  template <class Sink>
  void cancel(segments& table, link_engine& link, request_id id, context& ctx, Sink& sink);
  /// Closes the circuits whose time has come; then `expire` does the rest.
  template <class Sink>
  void close_due(segments& table, link_engine& link, context& ctx, Sink& sink);
  template <class Sink>
  void expire(segments& table, link_engine& link, context& ctx, Sink& sink);

 private:
  using connection = route::connection;

  /// Circuits of one life of a node before its numbers meet those of its next life.
  static constexpr std::uint32_t opened_per_life = 509;
  static constexpr std::uint32_t most_doublings = 4;

  /// The circuit may be of a life before of a node that greets, or of this one. If nothing of it has begun here, its
  /// head may open another one at once.
  template <class Sink>
  void break_on_greeting(segments& table, link_engine& link, std::uint16_t index, side at, context& ctx, Sink& sink);
  [[nodiscard]] bool is_forgotten(circuit_id id) const {
    for (const circuit_id known : forgotten_)
      if (known == id) return true;
    return false;
  }
  [[nodiscard]] refusal check(const event::request& e, node_id self) const {
    if (!(e.min_fidelity >= 0 && e.min_fidelity <= 1) || e.pairs == 0) return refusal::invalid;
    if (e.priority > 7 || e.weight == 0 || e.time_limit <= duration::zero()) return refusal::invalid;
    if (!e.id.valid() || e.kind > request_kind::prepare_state || e.bases > basis_choice::xyz) return refusal::invalid;
    if (!e.peer.valid() || e.peer.value() >= map_.nodes()) return refusal::unknown_node;
    if (e.kind != request_kind::keep && !can_measure_) return refusal::unsupported;
    return self == e.peer ? refusal::same_node : refusal::none;
  }
  [[nodiscard]] bool makes_sense(const wire::install& m) const;
  /// The policy's choice for a connection, null if it is not yet there; but where a fabric has made a path to the very
  /// peer, or a walk there, that one.
  [[nodiscard]] route::answer choose(const segments& table, const link_engine& link, const route::demand& d,
                                     const route::connection* of, local_time now) const;
  /// What the policy says by this model.
  template <class Known>
  [[nodiscard]] route::answer decide(const route::demand& d, const Known& model, const route::connection* of) const {
    if constexpr (route::regards_circuits<Policy>)
      return policy_.choose(map_, d, model, connections_.in_use(of));
    else
      return policy_.choose(map_, d, model);
  }

  /// Requests that have no circuit go on over another walk, if the policy finds one by what is known of links now.
  template <class Sink>
  void reroute(segments& table, link_engine& link, bool is_news, context& ctx, Sink& sink);
  /// Whether there is one for this connection, which then takes it.
  bool find_other(const segments& table, const link_engine& link, connection& k, const context& ctx);
  /// Ends a circuit of this head; its requests go on over another walk.
  template <class Sink>
  void move(segments& table, link_engine& link, connection& k, route::answer to, context& ctx, Sink& sink);
  /// Whether there is another walk than that of a circuit of this head, whose requests then go on there. Where that
  /// was done `most_moves` times and all were as poor, there is none: beliefs fade, and they would go to and fro.
  template <class Sink>
  bool avoid(segments& table, link_engine& link, connection& k, context& ctx, Sink& sink);
  /// The link as it has to be driven, its noise as measured.
  [[nodiscard]] route::edge as_measured(path_id path, local_time now) const;

  /// Enters the request into the queue of a circuit it can share. False if there is none.
  template <class Sink>
  bool join(segments& table, const event::request& e, context& ctx, Sink& sink);
  [[nodiscard]] circuit_plan plan_for(const connection& k) const;
  template <class Sink>
  void install(segments& table, link_engine& link, connection& k, Sink& sink);
  template <class Sink>
  void start(segments& table, link_engine& link, std::uint16_t index, local_time when, context& ctx, Sink& sink);
  template <class Sink>
  void give_back(segments& table, link_engine& link, std::uint16_t index, Sink& sink);
  /// Stops the links and gives up every half that no operation and no application holds.
  template <class Sink>
  void close(segments& table, link_engine& link, std::uint16_t index, context& ctx, Sink& sink);
  /// A request has ended; with the last one the circuit does.
  template <class Sink>
  void complete(segments& table, link_engine& link, connection& k, std::uint32_t number, request_outcome how,
                refusal why, double value, context& ctx, Sink& sink);
  /// Whole halves that no request could use may be of use now.
  static void reconsider(segments& table, circuit_id id);
  [[nodiscard]] static std::uint32_t waiting(const segments& table, std::uint16_t index);
  [[nodiscard]] std::size_t pick(const connection& k, std::uint32_t at_hand) const;
  /// What becomes of the pair `name` of a request, of an application at the head or at the tail.
  [[nodiscard]] std::uint8_t disposal_for(const route::queued_request& entry, bool of_head,
                                          const pair_id& name) const;
  /// What applications here still want of a shared circuit that has ended is asked for anew.
  template <class Sink>
  void leave(segments& table, circuit_id id, context& ctx, Sink& sink);
  /// A circuit has ended before it had served its requests, and applications at the tail ask for theirs anew. Whether
  /// others are left; if not, the connection is gone.
  [[nodiscard]] bool outlasts_circuit(const segments& table, connection& k) {
    for (std::size_t i = k.queue.size(); i-- > 0;)
      if (k.queue[i].asked_by != table.self()) k.queue.remove(k.queue[i].number);
    if (!k.queue.empty()) return true;
    connections_.remove(k);
    return false;
  }
  /// The tail of a shared circuit is done with a word on a pair, and has handed it over or not.
  void count_at_tail(const circuit& c, request_id request, node_id asked_by, bool handed) {
    route::tail_queue* q = c.is_shared ? tails_.find(c.id) : nullptr;
    route::queued_request* entry = q == nullptr ? nullptr : q->find(request, asked_by);
    if (entry == nullptr) return;
    ++entry->words;
    if (handed) entry->served = ++entry->handed;
  }
  /// A read-out at the tail of a circuit is over.
  template <class Sink>
  void read_at_tail(segments& table, const circuit& c, const segment& row, bool good, context& ctx, Sink& sink);
  /// A request of an application at the tail is done with on this circuit: reported, or what is left asked for anew.
  template <class Sink>
  void end_at_tail(segments& table, const route::queued_request& entry, node_id head, context& ctx, Sink& sink);
  void retry_later(segments& table, connection& k, context& ctx) {
    ++k.tries;
    // The word that there is room comes by itself; the clock only guards against its loss, which is no rare thing where
    // messages are sent again.
    const duration guard = how_.assured() ? (table.round_trip(circuit_id::none()) + how_.retransmit_after) * 8
                                          : duration::picoseconds(1'000'000'000'000);
    k.retry_at = ctx.now + guard * (std::int64_t{1} << least(k.tries, most_doublings));
    table.watch(k.retry_at);
  }

  template <class Body, class Sink>
  static void tell_all(const segments& table, const connection& k, const Body& body, Sink& sink) {
    const std::vector<node_id>& nodes = k.found.path.nodes;
    for (std::size_t i = 1; i < nodes.size(); ++i)
      sink(action::send{message::pack(table.self(), nodes[i], k.circuit, body)});
  }

  [[no_unique_address]] Policy policy_{};
  [[no_unique_address]] typename route::detail::watch_of<Policy>::type watch_{};
  Model model_{};
  route::network_map map_;
  route::connections connections_;
  route::tail_queues tails_;
  std::vector<route::laid_walk> walks_;  ///< that a fabric has made for requests from here
  std::vector<event::request> again_;    ///< to be asked for anew
  std::vector<route::last_read_outs> leaving_;
  route::handover handover_;
  route::waiting_line waiting_;
  link_options how_;
  route::service_options service_;
  bool can_measure_ = true;
  std::array<circuit_id, 128> forgotten_{};
  std::size_t forgotten_next_ = 0;
  std::uint32_t first_ = 0;  ///< number of a circuit opened in this life
  std::uint32_t opened_ = 0;
};

}  // namespace ebit

#include <ebit/route/engine_endings.hpp>
#include <ebit/route/engine_queue.hpp>
#include <ebit/route/engine_service.hpp>
#include <ebit/route/engine_setup.hpp>
#include <ebit/route/engine_tests.hpp>
#include <ebit/route/engine_ways.hpp>
