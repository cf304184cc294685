// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <compare>
#include <cstdint>

namespace ebit {

/// An integer that names one kind of thing; ids of different kinds do not convert. Default-constructed: `none()`.
template <class Tag>
class strong_id {
 public:
  using value_type = std::uint32_t;

  constexpr strong_id() = default;
  constexpr explicit strong_id(value_type value) : value_{value} {}

  [[nodiscard]] static constexpr strong_id none() { return strong_id{}; }
  [[nodiscard]] constexpr value_type value() const { return value_; }
  [[nodiscard]] constexpr bool valid() const { return value_ != ~value_type{0}; }

  friend constexpr auto operator<=>(strong_id, strong_id) = default;

 private:
  value_type value_ = ~value_type{0};
};

using node_id = strong_id<struct node_tag>;
/// A static socket of a node; `path_id` is what the fabric currently connects it to.
using port_id = strong_id<struct port_tag>;
using path_id = strong_id<struct path_tag>;
/// A qubit memory of one node.
using slot_id = strong_id<struct slot_tag>;
using operation_id = strong_id<struct operation_tag>;
using request_id = strong_id<struct request_tag>;
/// A virtual circuit: 20 bits name its head node, 12 bits count the circuits that head has opened.
using circuit_id = strong_id<struct circuit_tag>;

/// Names one heralded pair alike at both of its ends: where (`path`), under which agreement (`epoch`, fresh after
/// every restart or reconfiguration) and at which attempt (`sequence` = cycle × modes + mode).
struct pair_id {
  path_id path;
  std::uint32_t epoch = 0;
  std::uint64_t sequence = 0;

  friend constexpr auto operator<=>(const pair_id&, const pair_id&) = default;
};

}  // namespace ebit
