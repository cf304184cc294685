// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <concepts>

#include <ebit/backend/actions.hpp>
#include <ebit/core/ids.hpp>
#include <ebit/core/time.hpp>

namespace ebit::sim {

/// What a trace is told of the life of a pair; slots are numbered through the whole network.
struct trace_event {
  enum class kind : std::uint8_t { heralded, distilled, swapped, delivered, discarded, moved };
  kind what = kind::heralded;
  world_time when;
  node_id node;             ///< where it happened
  node_id peer;             ///< the other end, where there is one
  std::uint32_t slot = 0;   ///< the half concerned; of a swap the upstream one
  std::uint32_t other = 0;  ///< the second half of a swap, the sacrifice of a distillation, the slot moved to
  pair_id pair;             ///< the link pair born in `slot`
  pair_id other_pair;       ///< and in `other`
  request_id request;
};

/// Receives trace events. The null sink makes tracing free: the calls are not compiled.
template <class Sink>
concept trace_sink = std::copyable<Sink> && requires(Sink& sink, const trace_event& e) {
  { Sink::enabled } -> std::convertible_to<bool>;
  sink(e);
};

struct no_trace {
  static constexpr bool enabled = false;
  constexpr void operator()(const trace_event&) const {}
};
static_assert(trace_sink<no_trace>);

}  // namespace ebit::sim
