// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include <ebit/core/ids.hpp>
#include <ebit/core/math.hpp>
#include <ebit/core/time.hpp>
#include <ebit/link/wire.hpp>
#include <ebit/orchestrate/compact_stray.hpp>

// What a controller and the agents of endpoints and switches say to each other: types 0x60–0x6c. Bodies of types
// 0x60–0x67 begin with a duration that counts from the sending of the message (`wire::counts_from_sending`,
// link/outbox.hpp), so that a copy sent later, and a receiver that knows the flight, can correct it.
namespace ebit::wire {

/// What light loses, in thousandths of a decibel up to 65.5 dB: a transmittance to 0.012 %. Beyond that nothing gets
/// through.
class compact_transmittance {
 public:
  constexpr compact_transmittance() = default;
  compact_transmittance(double transmittance)  // NOLINT(google-explicit-constructor): a field that reads as a number
      : millidecibels_{from(transmittance)} {}
  /// Nothing gets through.
  [[nodiscard]] static constexpr compact_transmittance opaque() {
    compact_transmittance t;
    t.millidecibels_ = none;
    return t;
  }
  operator double() const {  // NOLINT(google-explicit-constructor)
    return millidecibels_ == none ? 0 : math::pow(10, -static_cast<double>(millidecibels_) / 10'000);
  }
  friend constexpr bool operator==(const compact_transmittance&, const compact_transmittance&) = default;

 private:
  static constexpr std::uint16_t none = 65'535;

  [[nodiscard]] static std::uint16_t from(double transmittance) {
    if (transmittance >= 1) return 0;
    if (!(transmittance > 0)) return none;
    const double lost = -math::log(transmittance) * 4'342.944819032518;  // 10,000 / ln 10
    return lost >= none ? none : static_cast<std::uint16_t>(lost + 0.5);
  }

  std::uint16_t millidecibels_ = 0;
};

/// QNU to controller: an application here wants `pairs` pairs with `peer`. Asked again, with what is left, of a
/// controller that has taken over.
struct ask {
  static constexpr std::uint8_t type = 0x60;
  duration time_left;  ///< until its deadline; `never`: none
  request_id request{};
  node_id peer{};
  std::uint32_t ticket = 0;  ///< 1, 2, 3, … at this QNU since it started
  std::uint32_t pairs = 0;
  std::uint16_t incarnation = 0;  ///< how often the QNU has started again
  std::uint16_t tenant = 0;
  std::uint16_t purpose = 0;
  compact_fraction min_fidelity{};
  std::uint8_t priority = 0;  ///< 0 to 7, within its tenant; a greater one goes first
  std::uint8_t kind = 0;      ///< a `request_kind`
  std::uint8_t bases = 0;     ///< a `basis_choice`
  std::uint8_t flags = 0;
  std::uint16_t term = 0;  ///< of the controller this is said to again, else 0
  std::uint16_t reserved = 0;
  static constexpr std::uint8_t atomic = 1;       ///< all pairs are there at the same time
  static constexpr std::uint8_t consecutive = 2;  ///< once begun, on one light path to its end
  static constexpr std::uint8_t accepted = 8;     ///< by another controller, where it is asked again
  static constexpr std::uint8_t stock = 4;        ///< to be kept for later: only while nothing else needs the way
};
static_assert(sizeof(ask) == 40);

/// Controller to both QNUs of a light path: from `starts_in` after this was sent, your `port` and a port of `peer`
/// meet at an analyser, for `lease` and no longer. The arms are balanced: light takes `station` along either, and
/// `transmittance` of it gets through. Path names are never used twice, and grow: of two on one port the greater is the
/// later.
struct grant {
  static constexpr std::uint8_t type = 0x61;
  duration starts_in;
  path_id path{};
  node_id peer{};
  request_id request{};       ///< of the head
  std::uint32_t station = 0;  ///< picoseconds
  std::uint16_t pairs = 0;    ///< at most so many on this lease
  compact_duration lease{};
  compact_transmittance transmittance{};
  compact_fraction fidelity_here{};  ///< what the switches of this arm leave of a perfect pair
  compact_fraction fidelity_there{};
  std::uint16_t port = 0;
  std::uint16_t term = 0;
  compact_stray stray{};  ///< of others' light, at most
  /// `head`: the request is from here; `tail`; or one of a relay, where pairs are swapped. Of stock, `stock` besides.
  std::uint8_t role = 0;
  std::uint8_t legs = 1;  ///< for the head: parts of the walk that begins with this path; more than 1: `leg` follows
  std::uint8_t analyser = 0;  ///< of which of the fabric's kinds
  std::uint8_t life = 0;      ///< as in `took_over`
  static constexpr std::uint8_t tail = 0;
  static constexpr std::uint8_t head = 1;
  static constexpr std::uint8_t relay_from_head = 2;  ///< the path comes from the head's side and ends here
  static constexpr std::uint8_t relay_to_tail = 3;    ///< the path begins here and leads to the tail's side
  /// Whether this is the end of the path nearer to the head.
  [[nodiscard]] static constexpr bool is_upstream(std::uint8_t role) { return (role & 1U) != 0; }
  static constexpr std::uint8_t stock = 4;  ///< as in `ask`
  static constexpr std::uint8_t roles = 3;  ///< bits of `role` without it
};
static_assert(sizeof(grant) == 48);

/// Controller to the head of a walk: a part of it that the head does not touch. It begins and ends with the walk's
/// first path, which is granted by itself.
struct leg {
  static constexpr std::uint8_t type = 0x77;
  path_id walk{};  ///< its first path
  path_id path{};  ///< of a trunk the link it begins with
  node_id from{};  ///< the end nearer to the head
  node_id to{};
  compact_duration delay{};               ///< of light from one end to the other
  compact_transmittance transmittance{};  ///< of either arm of a light path
  compact_fraction fidelity_from{};       ///< what the switches of the arm of `from` leave of a perfect pair
  compact_fraction fidelity_to{};
  compact_stray stray{};  ///< of others' light, at most
  std::uint16_t term = 0;
  std::uint16_t links = 0;    ///< of a trunk, whose names follow each other; 0: a light path
  std::uint8_t position = 1;  ///< in the walk; its first path is 0
  std::uint8_t descends = 0;  ///< 1: the names of the trunk's links go down
  std::uint8_t analyser = 0;  ///< of a light path, of which of the fabric's kinds
  std::uint8_t reserved[3] = {};
};
static_assert(sizeof(leg) == 40);

/// Controller to a switch agent: `starts_in` after this was sent, begin to join these ports, each pair in the order
/// (in, out). Whatever either was joined to is parted. Of two plans for one port the one of the later term, then of
/// the greater number, holds, in whichever order they come.
struct switch_plan {
  static constexpr std::uint8_t type = 0x62;
  static constexpr std::size_t most = 8;
  static constexpr std::uint16_t nothing = 0xffff;
  struct join {
    std::uint16_t in = nothing;
    std::uint16_t out = nothing;  ///< `nothing`: part whatever `in` is joined to
    friend constexpr bool operator==(const join&, const join&) = default;
  };
  duration starts_in;
  std::uint32_t number = 0;  ///< 1, 2, 3, … in one term
  std::uint16_t term = 0;
  std::uint8_t count = 0;
  std::uint8_t life = 0;  ///< as in `took_over`
  std::array<join, most> joins{};
};
static_assert(sizeof(switch_plan) == 48);

/// Controller to a QNU: from `ends_in` after this was sent the path is no more. Pairs that have been delivered stay.
struct withdraw {
  static constexpr std::uint8_t type = 0x63;
  duration ends_in;
  path_id path{};
  std::uint32_t cause = 0;  ///< the element at fault, or all ones
  std::uint16_t port = 0;
  std::uint16_t term = 0;
  std::uint8_t why = 0;   ///< an `orchestrate::ending`
  std::uint8_t life = 0;  ///< as in `took_over`
  std::uint8_t reserved[2] = {};
};
static_assert(sizeof(withdraw) == 24);

/// Controller to the QNU that asked.
struct answered {
  static constexpr std::uint8_t type = 0x68;
  double value = 0;  ///< of the shortage; where accepted, the forecast rate in pairs per second
  request_id request{};
  std::uint32_t ticket = 0;
  std::uint32_t element = 0;  ///< where it is short, or all ones
  std::uint16_t term = 0;
  std::uint8_t outcome = 0;   ///< an `orchestrate::verdict_on_request`
  std::uint8_t short_of = 0;  ///< an `orchestrate::shortage`
  compact_duration wait{};    ///< forecast until its first light path, where accepted
  compact_fraction fidelity{};
};
static_assert(sizeof(answered) == 32);

/// QNU to controller: this end uses the path no more.
struct released {
  static constexpr std::uint8_t type = 0x69;
  std::uint64_t attempts = 0;  ///< made on the path, as far as this end counts them
  path_id path{};
  std::uint32_t delivered = 0;  ///< pairs handed over, or bound to be, at this end
  std::uint32_t heralds = 0;    ///< pairs heralded on the path
  request_id request{};
  compact_duration busy{};           ///< how long attempts ran
  compact_fraction test_fidelity{};  ///< what test rounds have shown; of use if there were `tests`
  std::uint16_t tests = 0;
  std::uint16_t port = 0;
  std::uint16_t incarnation = 0;
  std::uint8_t why = 0;   ///< an `orchestrate::ending`
  std::uint8_t role = 0;  ///< as in `grant`
};
static_assert(sizeof(released) == 40);

/// Switch agent to controller, once for every plan.
struct plan_result {
  static constexpr std::uint8_t type = 0x6a;
  std::uint32_t number = 0;
  std::uint16_t term = 0;
  std::uint16_t port = 0;  ///< the first that failed
  std::uint8_t outcome = 0;
  std::uint8_t reserved[3] = {};
  static constexpr std::uint8_t done = 0;
  static constexpr std::uint8_t failed = 1;
  static constexpr std::uint8_t superseded = 2;  ///< a later plan, or a later term, came first
};
static_assert(sizeof(plan_result) == 12);

/// Whoever speaks for an element, to every controller: how the element, one of its ports, or the fibre there is.
struct health_news {
  static constexpr std::uint8_t type = 0x6b;
  static constexpr std::uint16_t whole = 0xffff;
  std::uint32_t element = 0;
  std::uint32_t number = 0;  ///< 1, 2, 3, … of this element since it started; older news is no news
  std::uint16_t port = whole;
  std::uint16_t incarnation = 0;
  std::uint8_t state = 0;  ///< an `event::health`
  std::uint8_t dark = 0;   ///< 1: it is the fibre at the port through which no light comes
  /// How often the whole device has broken since whoever speaks for it started: each time a switch loses all its joins.
  std::uint16_t faults = 0;
};
static_assert(sizeof(health_news) == 16);

/// QNU to controller: the application does not want the rest.
struct cancel {
  static constexpr std::uint8_t type = 0x6c;
  request_id request{};
  std::uint32_t ticket = 0;
  std::uint16_t incarnation = 0;
  std::uint16_t reserved = 0;
};

}  // namespace ebit::wire
