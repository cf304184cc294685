// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

/// What can become of a request and of a light path.
namespace ebit::orchestrate {

/// What a request could not have. Each names a resource that can be counted, or a property the request must have.
enum class shortage : std::uint8_t {
  none,
  invalid,              ///< a field of the request is out of its range
  unknown_endpoint,     ///< the peer is none, or the asker itself
  no_path,              ///< nothing joins the two endpoints, however empty the fabric
  port,                 ///< all ports of the endpoint `element` are in use, or out of order
  communication_qubit,  ///< the request needs more at once than the endpoint `element` has at a port
  span,                 ///< all fibres on the ways between the two are in use or broken; `element`: where they end
  analyser,             ///< all Bell-state analysers within reach are in use or out of order
  fidelity,             ///< the best light path gives less; value: what it gives
  time,                 ///< what is asked takes longer than allowed; value: seconds it would take
  quota,                ///< the tenant has had its share; value: what it is allowed
  queue,                ///< too many requests wait already; value: how many may
  endpoint_fault        ///< the endpoint `element` is out of order
};

/// How a request stands at the controller.
enum class verdict_on_request : std::uint8_t {
  accepted,
  refused,  ///< never begun
  expired,  ///< accepted, and its time was up before all pairs were there
  given_up  ///< accepted, but a failure since then leaves no way to serve it
};

/// Why a light path ends.
enum class ending : std::uint8_t {
  served,      ///< all its pairs are delivered
  lease_over,  ///< its time was up; what is left of the request goes on later
  moved,       ///< the request goes on over another path
  fault,       ///< something on it is out of order
  cancelled,   ///< the application, or the passing of its deadline
  preempted,   ///< a request that could not wait needed it
  unwanted,    ///< a controller that took over does not know it
  replaced     ///< a later grant on the same port
};

/// Whether a number that somebody sent is an `ending`.
[[nodiscard]] constexpr bool is_ending(std::uint8_t why) {
  return why <= static_cast<std::uint8_t>(ending::replaced);
}

}  // namespace ebit::orchestrate
