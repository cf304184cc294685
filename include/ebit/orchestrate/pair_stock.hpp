// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include <ebit/backend/actions.hpp>
#include <ebit/backend/events.hpp>
#include <ebit/core/extremes.hpp>
#include <ebit/core/shared_constant.hpp>
#include <ebit/orchestrate/courier.hpp>
#include <ebit/orchestrate/stock_options.hpp>
#include <ebit/orchestrate/stock_policy.hpp>
#include <ebit/orchestrate/stock_wire.hpp>
#include <ebit/orchestrate/stored_pair.hpp>
#include <ebit/route/graph.hpp>

namespace ebit::orchestrate {

/// What a QNU's stock is told once.
struct pair_stock_config {
  node_id self;
  std::uint32_t first_slot = 0;  ///< of the buffer
  std::uint32_t slots = 0;
  std::uint16_t incarnation = 0;
  shared_constant<route::network_map> map;                  ///< with the equipment of both ends of every pair
  duration round_trip = duration::picoseconds(10'000'000);  ///< to any QNU, until one was measured
  stock_options how{};
};

/// Requests of stock have numbers of their own, which no application may use.
[[nodiscard]] constexpr bool is_for_stock(request_id id) { return id.valid() && id.value() >> 31 != 0; }

/// The pairs that a QNU keeps before anybody asks for them.
///
/// What the stack hands over of a request for stock is moved from its communication qubit into the buffer, at both
/// ends; the end that did not ask tells the other when that is done (`wire::stored`). The end that asked owns the pair:
/// it hands its half to an application at once and claims the other (`wire::claim`), which is delivered when the claim
/// arrives, or refused if it is gone; then the owner takes its half back. Neither end forgets the pair before the
/// applications of both have taken their halves: one that cannot costs the other its half. An application at the other
/// end gets pairs by borrowing (`wire::borrow`): the owner claims for it. So a pair serves one request, whatever is
/// lost, doubled or overtaken. Pairs are kept as long as their forecast fidelity is of use, and for `stock_options::longest` at most, by
/// which time the other end has discarded its half even if its owner has forgotten it. An engine: a value without I/O.
template <stock_policy Policy>
class pair_stock {
 public:
  /// What an application's request gets from stock at once.
  struct served {
    std::uint32_t delivered = 0;
    std::uint32_t open = 0;  ///< answers to come, each told to the desk by `settle_claims`
  };
  /// To the stack, in answer to its delivery.
  struct reply {
    operation_id operation;
    bool is_taken = false;
  };

  pair_stock() = default;
  pair_stock(const pair_stock_config& config, const Policy& policy, const link_options& link)
      : config_{config},
        policy_{policy},
        courier_{config.self, link, 64 + 8 * std::size_t{config.slots}, config.round_trip},
        operations_(config.slots, 0),
        is_used_(config.slots, 0) {
    pairs_.reserve(most_known());
    next_ask_ = std::uint32_t{config.incarnation} << 20;
  }

  [[nodiscard]] const std::vector<stored_pair>& pairs() const { return pairs_; }
  [[nodiscard]] const Policy& policy() const { return policy_; }
  [[nodiscard]] std::uint32_t first_slot() const { return config_.first_slot; }
  [[nodiscard]] std::uint32_t slots() const { return config_.slots; }
  [[nodiscard]] bool is_used(std::uint32_t slot) const { return is_used_[slot] != 0; }
  [[nodiscard]] std::uint32_t vacant() const {
    std::uint32_t n = 0;
    for (const std::uint8_t used : is_used_) n += used == 0 ? 1U : 0U;
    return n;
  }
  /// Pairs handed to applications here or borrowed, those that were taken back since, and those discarded.
  [[nodiscard]] std::uint64_t handed_out() const { return handed_out_; }
  [[nodiscard]] std::uint64_t taken_back() const { return taken_back_; }
  [[nodiscard]] std::uint64_t discarded() const { return discarded_; }

  [[nodiscard]] static bool is_for(const message& m) {
    return m.type == wire::claim::type || m.type == wire::stored::type ||
           (m.type >= wire::claim_answered::type && m.type <= wire::lent::type);
  }
  /// Whether a slot, or an operation by the slot it names, is of the buffer.
  [[nodiscard]] bool has(slot_id slot) const {
    return slot.value() >= config_.first_slot && slot.value() - config_.first_slot < config_.slots;
  }
  [[nodiscard]] bool has(operation_id operation) const { return has(slot_id{operation.value() >> 8}); }

  [[nodiscard]] local_time next_deadline() const {
    local_time first = least(courier_.next_deadline(), look_again_);
    for (const stored_pair& p : pairs_) first = least(first, p.due);
    for (const loan& l : loans_) first = least(first, l.due);
    return first;
  }

  // What the stack does with pairs for stock.

  /// It delivers one. `state`: by its forecast, when the halves leave it.
  template <class Sink>
  void store(const action::deliver& a, bool is_own, const bell_diagonal& state, context& ctx, Sink& sink);
  /// The pair has lost its other end.
  template <class Sink>
  void lose(const pair_id& name, context& ctx, Sink& sink);
  [[nodiscard]] bool has_reply() const { return !replies_.empty(); }
  [[nodiscard]] reply next_reply() {
    const reply r = replies_.back();
    replies_.pop_back();
    return r;
  }

  // What the device does: an operation on a slot of the buffer has ended.

  template <class Desk, class Sink>
  void ended(operation_id operation, bool is_done, Desk& desk, context& ctx, Sink& sink);
  template <class Sink>
  void erased(slot_id slot, context& ctx, Sink& sink);

  // What applications here want. The desk keeps their requests: `wants(request)` says how many pairs one still lacks,
  // `settle_claims(request, closed, pairs, ctx, sink)` that so many answers came and it got so many pairs.

  /// Hands out what is there.
  template <class Sink>
  [[nodiscard]] served serve(const event::request& e, context& ctx, Sink& sink);

  /// What the controller, or the stack, says of a request for stock.
  void hear(const action::report& a, local_time now);
  /// Whether something has changed since stock was last looked after.
  [[nodiscard]] bool is_to_look(local_time now) {
    if (look_again_ <= now) {
      look_again_ = local_time::never();
      has_changed_ = true;
    }
    return has_changed_;
  }
  /// Asks for what should be in stock and is not: `ask(request)`. To be called when nothing else is to be done.
  template <class Ask, class Sink>
  void restock(context& ctx, Sink& sink, Ask&& ask);

  template <class Desk, class Sink>
  void handle(const event::received& e, Desk& desk, context& ctx, Sink& sink);
  template <class Desk, class Sink>
  void expire(Desk& desk, context& ctx, Sink& sink);

 private:
  /// Pairs that were asked of their owner for a request here.
  struct loan {
    std::uint32_t number = 0;
    request_id request;
    std::uint32_t expected = ~std::uint32_t{0};  ///< unknown
    std::uint32_t came = 0;
    local_time due;
  };
  /// A request for stock.
  struct order {
    request_id id;
    node_id peer;
    std::uint16_t tenant = 0;
    std::uint32_t pairs = 0;  ///< that have not come
    double floor = 0;
  };
  struct pause {
    node_id peer;
    std::uint16_t tenant = 0;
    local_time until;
  };

  [[nodiscard]] std::size_t most_known() const { return std::size_t{config_.slots} * 2 + 8; }
  [[nodiscard]] const link::hardware& hardware(node_id n) const { return *config_.map->equipment_at(n); }
  [[nodiscard]] duration good_for(const stored_pair& p, double wanted, local_time now, duration longest) const {
    return p.good_for(wanted, now, longest, hardware(config_.self), hardware(p.peer));
  }
  [[nodiscard]] stored_pair* find(const pair_id& name) {
    for (stored_pair& p : pairs_)
      if (p.name == name) return &p;
    return nullptr;
  }
  [[nodiscard]] stored_pair* holder_of(std::uint32_t slot) {
    for (stored_pair& p : pairs_)
      if (p.slot == slot) return &p;
    return nullptr;
  }
  [[nodiscard]] operation_id operation_on(std::uint32_t slot) {
    return operation_id{((config_.first_slot + slot) << 8) | ++operations_[slot]};
  }
  [[nodiscard]] slot_id name_of(std::uint32_t slot) const { return slot_id{config_.first_slot + slot}; }
  void erase(const stored_pair& p) {
    pairs_.erase(pairs_.begin() + (&p - pairs_.data()));
    has_changed_ = true;
  }

  template <class Sink>
  void release(stored_pair& p, Sink& sink) {
    if (p.slot == stored_pair::no_slot) return;
    is_used_[p.slot] = 0;
    sink(action::free{name_of(p.slot)});
    p.slot = stored_pair::no_slot;
  }
  /// Of the half here nothing more is needed.
  template <class Sink>
  void discard(stored_pair& p, bool tells, context& ctx, Sink& sink);
  template <class Sink>
  void say_gone(const pair_id& name, node_id peer, bool had_no_room, context& ctx, Sink& sink);
  /// Both halves are in their buffers, as the owner knows now.
  template <class Sink>
  void complete(stored_pair& p, context& ctx, Sink& sink);
  template <class Sink>
  void deliver(stored_pair& p, request_id request, std::uint16_t purpose, double fidelity, context& ctx, Sink& sink);
  template <class Sink>
  void hand_out(stored_pair& p, request_id request, std::uint16_t purpose, double min_fidelity, std::uint32_t number,
                context& ctx, Sink& sink);
  /// Says, or says again, for which request the pair is used.
  template <class Sink>
  void claim(const stored_pair& p, context& ctx, Sink& sink);
  /// To its owner: what has become of the half here, that was claimed.
  template <class Sink>
  void answer(stored_pair& p, context& ctx, Sink& sink);
  /// The owner of a pair that was not taken at both ends for long asks what has become of it.
  template <class Desk, class Sink>
  void ask_again(stored_pair& p, Desk& desk, context& ctx, Sink& sink);
  /// How long the owner of a pair waits until it asks again: twice as long each time.
  [[nodiscard]] duration until_again(const stored_pair& p) const {
    return courier_.patience() * (std::int64_t{1} << least(p.again, 10U));
  }
  /// The other half is delivered with it if a claim is sent now.
  [[nodiscard]] double fidelity_there(const stored_pair& p, local_time now) const {
    return p.fidelity_at(p.handed_at, now + p.flight, hardware(config_.self), hardware(p.peer));
  }
  /// The other end has not delivered its half: this end takes its own back.
  template <class Desk, class Sink>
  void take_back(stored_pair& p, Desk& desk, context& ctx, Sink& sink);
  /// Of those that serve the one that will not do so for longest; null if there is none.
  [[nodiscard]] stored_pair* next_for(node_id peer, std::uint16_t tenant, double min_fidelity, local_time now);
  [[nodiscard]] std::uint32_t count_for(node_id peer, std::uint16_t tenant, double min_fidelity, local_time now);
  [[nodiscard]] bool serves(const stored_pair& p, node_id peer, std::uint16_t tenant, double min_fidelity,
                            local_time now) const;
  [[nodiscard]] bool is_wished(const stock_wishes& wishes, const stored_pair& p) const;
  template <class Sink>
  [[nodiscard]] bool make_room(std::uint32_t coming, const stock_wishes& wishes, context& ctx, Sink& sink);
  [[nodiscard]] std::uint32_t stock_of(node_id peer, std::uint16_t tenant) const;
  void rest(node_id peer, std::uint16_t tenant, local_time now);
  [[nodiscard]] local_time resting_until(node_id peer, std::uint16_t tenant) const;

  // Messages: orchestrate/pair_stock_claims.hpp.

  template <class Desk, class Sink>
  void deal(const message& m, duration flight, Desk& desk, context& ctx, Sink& sink);
  template <class Sink>
  void hear(const wire::stored& m, node_id from, duration flight, context& ctx, Sink& sink);
  template <class Desk, class Sink>
  void hear(const wire::claim& m, node_id from, duration flight, Desk& desk, context& ctx, Sink& sink);
  template <class Desk, class Sink>
  void hear(const wire::claim_answered& m, node_id from, Desk& desk, context& ctx, Sink& sink);
  template <class Desk, class Sink>
  void hear(const wire::unstocked& m, node_id from, Desk& desk, context& ctx, Sink& sink);
  template <class Sink>
  void hear(const wire::borrow& m, node_id from, context& ctx, Sink& sink);
  template <class Desk, class Sink>
  void close_loan(std::size_t i, Desk& desk, context& ctx, Sink& sink);
  /// The other end has started again: what it had of older pairs is gone.
  template <class Sink>
  void note_incarnation(node_id peer, std::uint16_t incarnation, context& ctx, Sink& sink);

  pair_stock_config config_;
  Policy policy_{};
  courier courier_;
  std::vector<std::uint8_t> operations_;  ///< so many on each slot
  std::vector<std::uint8_t> is_used_;
  std::vector<stored_pair> pairs_;
  std::vector<reply> replies_;
  std::vector<loan> loans_;
  std::vector<order> orders_;
  std::vector<pause> pauses_;
  std::uint32_t next_ask_ = 0;
  std::uint32_t next_loan_ = 0;
  local_time look_again_ = local_time::never();
  bool has_changed_ = false;
  std::uint64_t handed_out_ = 0;
  std::uint64_t taken_back_ = 0;
  std::uint64_t discarded_ = 0;
};

}  // namespace ebit::orchestrate

#include <ebit/orchestrate/pair_stock_claims.hpp>
#include <ebit/orchestrate/pair_stock_keeping.hpp>
#include <ebit/orchestrate/pair_stock_orders.hpp>
