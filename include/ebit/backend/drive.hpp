// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>

#include <ebit/backend/concepts.hpp>
#include <ebit/core/extremes.hpp>
#include <ebit/core/random.hpp>
#include <ebit/link/segments.hpp>

namespace ebit::backend {

/// Tells `node` everything that is due on `device`, expires what has met its deadline, and performs what it asks for.
/// Returns the number of events once nothing is due; the next call is wanted at the next event or at
/// `node.next_deadline()`.
///
/// A backend that has a member `expiring` is told by it of each call of `expire`, before.
///
/// A backend that tells an event while it performs an action breaks its contract, and is stopped.
template <class Node, event_source Backend>
  requires serves<Backend, typename Node::profile_type>
std::size_t drive(Node& node, Backend& device, random_stream& random) {
  const sink<Backend> actions{device};
  bool busy = false;
  const auto tell = [&](const auto& e) {
    EBIT_ASSERT(!busy, "a backend told an event during the call that performed an action");
    busy = true;
    context ctx{device.now(), random};
    node.handle(e, ctx, actions);
    busy = false;
  };
  for (std::size_t told = 0;; ++told) {
    if (node.next_deadline() <= device.now()) {
      busy = true;
      if constexpr (requires { device.expiring(); }) device.expiring();
      context ctx{device.now(), random};
      node.expire(ctx, actions);
      busy = false;
    }
    if (!device.poll(tell)) return told;
  }
}

/// Drives until the clock of `device` shows `until`, idling between events and deadlines. Returns the number of
/// events.
template <class Node, event_source Backend>
  requires serves<Backend, typename Node::profile_type> && waits<Backend>
std::size_t drive_until(Node& node, Backend& device, random_stream& random, local_time until) {
  std::size_t told = drive(node, device, random);
  while (device.now() < until) {
    device.wait(least(until, node.next_deadline()));
    told += drive(node, device, random);
  }
  return told;
}

}  // namespace ebit::backend
