// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include <ebit/core/ids.hpp>
#include <ebit/link/wire.hpp>

// What is said where there are several controllers: who is in office, what those that stand by write down, and what a
// new one asks the agents. Types 0x6d–0x76.
namespace ebit::wire {

/// Controller to the others of its kind: I am in office.
struct heartbeat {
  static constexpr std::uint8_t type = 0x6d;
  std::uint32_t number = 0;
  path_id oldest{};  ///< leases of lesser names are over
  std::uint16_t term = 0;
  std::uint16_t reserved = 0;
};

/// A controller that takes office, to every agent and controller: obey no lesser term. Agents of QNUs answer with
/// what they hold, and again whenever it comes with another `number`.
struct took_over {
  static constexpr std::uint8_t type = 0x6e;
  std::uint16_t term = 0;
  std::uint16_t number = 0;  ///< of the times that the receiver's answer was missed
  std::uint8_t life = 0;     ///< how often the controller has started again, modulo 256
  std::uint8_t reserved = 0;
};
static_assert(sizeof(took_over) == 6);

/// QNU to a controller that has taken over: I hold this light path.
struct holding {
  static constexpr std::uint8_t type = 0x6f;
  path_id path{};
  request_id request{};
  node_id peer{};
  std::uint32_t delivered = 0;  ///< pairs on it so far
  std::uint16_t port = 0;
  std::uint16_t term = 0;  ///< of the controller this is said to
  std::uint8_t role = 0;
  std::uint8_t reserved[3] = {};
};
static_assert(sizeof(holding) == 24);

/// QNU to the same: that is all; `leases` of `holding` and `asks` of `ask`, which may still be under way.
struct surveyed {
  static constexpr std::uint8_t type = 0x70;
  path_id latest{};               ///< the greatest name of a path ever granted here; none: never any
  std::uint32_t next_ticket = 1;  ///< all lesser ones were used, and those not among `asks` are settled
  std::uint16_t leases = 0;
  std::uint16_t asks = 0;
  std::uint16_t term = 0;
  std::uint16_t incarnation = 0;
};
static_assert(sizeof(surveyed) == 16);

/// A controller in office to those that stand by: it is about to grant this light path.
struct log_lease {
  static constexpr std::uint8_t type = 0x71;
  path_id path{};
  request_id request{};
  node_id head{};
  node_id tail{};
  std::uint32_t ticket = 0;
  std::uint32_t analyser = 0;
  std::uint32_t pairs = 0;
  std::uint16_t term = 0;
  std::uint16_t tenant = 0;
  std::uint32_t spans_a = 0;  ///< fibres of the head's arm; they follow in `log_spans`
  std::uint32_t spans_b = 0;
  compact_duration lease{};
  std::uint8_t flags = 0;  ///< as in `ask`
  std::uint8_t reserved = 0;
};
static_assert(sizeof(log_lease) == 48);

/// The fibres of its arms from the endpoints to the analyser, the head's first: those from `first` on.
struct log_spans {
  static constexpr std::uint8_t type = 0x72;
  static constexpr std::size_t most = 9;
  path_id path{};
  std::uint32_t first = 0;
  std::array<std::uint32_t, most> spans{};
  std::uint16_t term = 0;
  std::uint8_t count = 0;
  std::uint8_t reserved = 0;
};
static_assert(sizeof(log_spans) == 48);

/// The lease is over.
struct log_end {
  static constexpr std::uint8_t type = 0x73;
  path_id path{};
  std::uint16_t term = 0;
  std::uint16_t reserved = 0;
};

/// How much a tenant has had, on the virtual clock of its controller.
struct log_tenant {
  static constexpr std::uint8_t type = 0x74;
  std::uint64_t finish = 0;
  std::uint64_t now = 0;
  std::uint32_t number = 0;
  std::uint16_t tenant = 0;
  std::uint16_t term = 0;
};

/// Standby to the controller in office: the lease is written down.
struct recorded {
  static constexpr std::uint8_t type = 0x75;
  path_id path{};
  std::uint16_t term = 0;
  std::uint16_t reserved = 0;
};

/// Any agent to a controller that gave an order under a lesser term than the greatest it has heard of, or under that
/// term in a later life.
struct deposed {
  static constexpr std::uint8_t type = 0x76;
  std::uint16_t term = 0;  ///< the greatest heard of
  std::uint8_t life = 0;   ///< of the controller that had it
  std::uint8_t reserved = 0;
};
static_assert(sizeof(deposed) == 4);

}  // namespace ebit::wire
