// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include <ebit/backend/actions.hpp>
#include <ebit/backend/events.hpp>
#include <ebit/core/time.hpp>

namespace ebit_test {

/// What a watch has to know of the network beforehand.
struct surroundings {
  struct path {
    std::array<std::uint32_t, 2> node{};
    std::array<ebit::duration, 2> station{};  ///< from either end
  };
  std::vector<path> paths{};
  std::vector<std::uint32_t> slots{};                ///< of each node
  std::vector<ebit::duration> clocks{};              ///< how far each is ahead
  std::vector<std::vector<ebit::duration>> light{};  ///< the shortest time from node to node
  struct ask {
    std::uint32_t from = 0, to = 0, pairs = 0, purpose = 0;
    std::uint32_t given = 0;  ///< pairs delivered at `from` and not revoked
  };
  bool copies = false;  ///< messages may come twice
  bool quiet = false;   ///< nothing but photons is ever lost, so that bits of measured pairs agree
};

/// Looks over the shoulders of all nodes: what they are told and what they do, and nothing else. It keeps its own
/// books on halves, operations, batches, epochs and messages, and says which rule was broken first.
class watch {
 public:
  using node = std::uint32_t;

  enum class keeping : std::uint8_t { empty, resting, busy, measured, spent };
  struct slot_book {
    keeping state = keeping::empty;
    ebit::pair_id name;
    ebit::circuit_id circuit;
    ebit::local_time born;
    bool erased = false;
    ebit::world_time began{};                           ///< its last operation
    ebit::world_time late = ebit::world_time::never();  ///< since when it is seen past its deadline
    bool doomed = false;                                ///< its loss was heard while an operation ran on it
  };
  /// How one end's delivery of a pair went.
  struct handed {
    node at = 0;
    ebit::action::deliver what;
    ebit::world_time since{};  ///< the head's word on the pair, if any, or the delivery
    bool revoked = false;
    bool forgotten = false;  ///< its node has crashed since
  };
  struct counts {
    std::array<std::uint64_t, 256> sent{};
    std::uint64_t received = 0;
    std::uint64_t joined = 0;     ///< Bell measurements with a result
    std::uint64_t distilled = 0;  ///< halves of distillations with a result
    std::uint64_t delivered = 0;
    std::uint64_t revoked = 0;
    std::uint64_t ended = 0;   ///< batches that ended without being stopped
    std::uint64_t failed = 0;  ///< operations
    // What the protocols call for follows from these.
    std::uint64_t hops = 0;      ///< of all circuits that were opened
    std::uint64_t inner = 0;     ///< nodes between the ends, of those that every node was ready for
    std::uint64_t attempts = 0;  ///< batches
    std::uint64_t onward = 0;    ///< `swapped` that came for a half that had been joined
    std::uint64_t in_time = 0;   ///< `swapped` that came for a half that was held, between the ends
    std::uint64_t late = 0;      ///< results of operations that ended after their circuit, or after their pair
  };

  explicit watch(surroundings s);

  /// The requests there are; deliveries name them by their index.
  std::vector<surroundings::ask> asked;
  ebit::world_time now{};

  void step_clock(node n, ebit::duration by) { around_.clocks[n] += by; }
  void crash(node n);

  // What nodes do.
  void act(node n, const ebit::action::attempt& a);
  void act(node n, const ebit::action::stop& a);
  void act(node n, const ebit::action::bell_measure& a);
  void act(node n, const ebit::action::distil& a);
  void act(node n, const ebit::action::measure& a);
  void act(node n, const ebit::action::free& a);
  void act(node n, const ebit::action::send& a);
  void act(node n, const ebit::action::deliver& a);
  void act(node n, const ebit::action::revoke& a);
  void act(node n, const ebit::action::report& a);
  template <class Action>
  void act(node, const Action&) {}

  // What they are told.
  void hear(node n, const ebit::event::heralded& e);
  void hear(node n, const ebit::event::done& e) { end(n, e.operation, ebit::failure::none); }
  void hear(node n, const ebit::event::failed& e) { end(n, e.operation, e.why); }
  void hear(node n, const ebit::event::measured& e);
  void hear(node n, const ebit::event::erased& e);
  void hear(node n, const ebit::event::received& e);
  template <class Event>
  void hear(node, const Event&) {}

  [[nodiscard]] const slot_book& slot(node n, std::uint32_t s) const { return nodes_[n].slots[s]; }
  /// A half is past its deadline; true if it was so before, at an earlier instant.
  [[nodiscard]] bool is_late(node n, std::uint32_t s) {
    slot_book& b = nodes_[n].slots[s];
    if (b.late.is_never()) b.late = now;
    return b.late < now;
  }
  [[nodiscard]] ebit::local_time local(node n) const {
    return ebit::local_time{now.since_epoch() + around_.clocks[n]};
  }
  [[nodiscard]] const counts& seen() const { return counts_; }
  [[nodiscard]] const std::map<ebit::pair_id, std::vector<handed>>& deliveries() const { return deliveries_; }

  /// Empty, or the first broken rule: its name, a colon, and what happened.
  [[nodiscard]] const std::string& broken() const { return broken_; }
  void report(node n, const char* rule, const std::string& what);

  /// What must hold when nothing is left to happen: deliveries at one end only are revoked, or the other end's node
  /// has crashed since the head had spoken of the pair or was down for all copies of that word, or they are counted
  /// here as orphans.
  struct fate {
    std::uint64_t pairs = 0;
    std::uint64_t revoked = 0;
    std::uint64_t crashed = 0;
    std::uint64_t orphans = 0;
    std::string example{};  ///< the first orphan
  };
  [[nodiscard]] fate fates() const;

 private:
  struct operation {
    enum class kind : std::uint8_t { join, distil, measure, deliver };
    kind what = kind::join;
    std::uint32_t first = 0, second = 0;
  };
  struct batch {
    ebit::path_id path;
    ebit::circuit_id circuit;
    std::uint32_t epoch = 0;
    std::uint32_t first = 0, modes = 0;
    std::uint64_t first_cycle = 0;
    ebit::local_time at;
    ebit::duration period;
    bool stopped = false;
  };
  struct agreement {
    ebit::circuit_id circuit;
    std::uint32_t modes = 0;
    std::uint32_t ends = 0;
  };
  /// What a node was told of a circuit it is part of.
  struct membership {
    std::array<ebit::path_id, 2> paths{};  ///< upstream and downstream
    std::uint16_t hops = 0, position = 0, ready = 0;
    bool ended = false;
  };
  struct word {
    ebit::world_time first;  ///< when it was said
    std::uint32_t copies = 0;
    bool heard = false;
  };
  struct node_book {
    std::map<ebit::circuit_id, membership> circuits;
    std::map<ebit::pair_id, bool> joined;             ///< halves that were joined onward
    std::map<ebit::pair_id, ebit::local_time> older;  ///< of each half ever joined: emission of the older of the two
    std::map<ebit::pair_id, ebit::pair_id> here;      ///< the half it holds, by the far one that it was told of
    std::vector<slot_book> slots;
    std::unordered_map<std::uint32_t, operation> operations;
    std::unordered_map<std::uint32_t, batch> batches;
    ebit::world_time crashed = ebit::world_time::never();  ///< the last time
  };

  [[nodiscard]] static std::uint64_t key_of(const ebit::message& m);
  void count_news(node n, const ebit::message& m);
  void check_age(node n, const ebit::message& m);
  [[nodiscard]] bool has_ended(node n, ebit::circuit_id c) const;
  /// Whether what the other end has forgotten in a crash may be this delivery, or no copy of the word on it has come.
  [[nodiscard]] bool is_excused(const handed& h) const;
  bool begin(node n, ebit::operation_id id, ebit::slot_id s, const char* does);
  void end(node n, ebit::operation_id id, ebit::failure why);

  surroundings around_;
  std::vector<node_book> nodes_;
  std::map<std::pair<std::uint32_t, std::uint32_t>, agreement> epochs_;
  std::unordered_map<std::uint64_t, std::vector<ebit::world_time>> under_way_;
  std::map<ebit::pair_id, ebit::bell_index> heralds_;
  std::map<ebit::pair_id, std::vector<handed>> deliveries_;
  std::map<ebit::pair_id, word> words_;  ///< the head's, on what becomes of a pair
  counts counts_;
  std::string broken_;
};

}  // namespace ebit_test
