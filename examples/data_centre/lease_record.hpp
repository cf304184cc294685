// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include <ebit/core/ids.hpp>
#include <ebit/core/time.hpp>
#include <ebit/orchestrate/fabric.hpp>
#include <ebit/orchestrate/light_path.hpp>
#include <ebit/orchestrate/wire.hpp>

/// What is remembered of a run besides the requests.
namespace centre {

/// A light path as it was lent, by what the controller and the two ends said of it.
struct lease_record {
  std::uint32_t path = 0;  ///< its name
  std::uint32_t request = 0;
  std::uint32_t head = 0;
  std::uint32_t tail = 0;
  std::uint16_t head_port = 0;
  std::uint16_t tail_port = 0;
  std::uint16_t pairs = 0;  ///< at most so many
  ebit::node_id by;         ///< the controller that lent it
  ebit::world_time granted;
  ebit::world_time begins;  ///< light
  ebit::world_time ends;    ///< at the latest
  ebit::world_time withdrawn = ebit::world_time::never();
  ebit::orchestrate::ending why_withdrawn{};
  std::uint32_t cause = ~std::uint32_t{0};  ///< the element at fault
  ebit::world_time head_released = ebit::world_time::never();
  ebit::world_time tail_released = ebit::world_time::never();
  ebit::orchestrate::ending why{};  ///< as the head says
  std::uint32_t delivered = 0;
  std::uint32_t heralds = 0;    ///< at the head
  ebit::duration busy;          ///< attempts ran
  double pairs_per_second = 0;  ///< forecast
  double fidelity = 0;          ///< forecast
  ebit::orchestrate::element_id analyser;
  std::vector<ebit::orchestrate::element_id> via{};  ///< switches on the way

  [[nodiscard]] bool is_over() const { return !head_released.is_never() && !tail_released.is_never(); }
  /// When both ends had let go of it.
  [[nodiscard]] ebit::world_time over() const {
    return head_released < tail_released ? tail_released : head_released;
  }
  /// Ended by something that broke.
  [[nodiscard]] bool is_hit() const {
    return !withdrawn.is_never() && why_withdrawn == ebit::orchestrate::ending::fault;
  }
};

/// Someone says how an element, its port or the fibre there is.
struct news_record {
  ebit::world_time at;
  std::uint32_t element = 0;
  std::uint16_t port = ebit::wire::health_news::whole;
  bool is_fault = false;
};

/// A controller takes office.
struct takeover_record {
  ebit::world_time at;
  ebit::node_id who;
};

/// A switch begins to join two ports.
struct move_record {
  ebit::world_time at;
  std::uint32_t element = 0;
  std::uint32_t in = 0;
  std::uint32_t out = 0;
};

}  // namespace centre
