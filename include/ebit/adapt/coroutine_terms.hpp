// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <type_traits>

#include <ebit/backend/events.hpp>
#include <ebit/core/ids.hpp>
#include <ebit/core/time.hpp>
#include <ebit/sim/request.hpp>

namespace ebit::adapt {

/// On what terms an application wants a pair; each as in `sim::request_parameters`.
struct pair_terms {
  double min_fidelity = 0;
  request_kind kind = request_kind::keep;
  basis_choice bases = basis_choice::xyz;
  std::uint16_t purpose = 0;
  std::uint8_t priority = 0;
  std::uint8_t weight = 1;
  duration time_limit = duration::never();
};

/// A number of pairs. There is no usual one, so that `{.pairs = 10}` asks for a batch and `{}` for a pair.
class pair_count {
 public:
  constexpr pair_count(std::uint32_t count) : count_{count} {}  // NOLINT: implicit by intent
  [[nodiscard]] constexpr std::uint32_t value() const { return count_; }

 private:
  std::uint32_t count_;
};

/// On what terms an application wants several pairs.
struct batch_terms {
  pair_count pairs;
  double min_fidelity = 0;
  request_kind kind = request_kind::keep;
  basis_choice bases = basis_choice::xyz;
  std::uint16_t purpose = 0;
  std::uint8_t priority = 0;
  std::uint8_t weight = 1;
  bool atomic = false;
  bool consecutive = false;
  duration time_limit = duration::never();
};

// Some compilers destroy aggregates within an await expression twice.
static_assert(std::is_trivially_destructible_v<pair_terms> && std::is_trivially_destructible_v<batch_terms>);

namespace detail {

template <class Terms>
[[nodiscard]] constexpr sim::request_parameters wanted(node_id from, node_id to, const Terms& terms) {
  sim::request_parameters all;
  all.from = from;
  all.to = to;
  all.min_fidelity = terms.min_fidelity;
  all.kind = terms.kind;
  all.bases = terms.bases;
  all.purpose = terms.purpose;
  all.priority = terms.priority;
  all.weight = terms.weight;
  all.time_limit = terms.time_limit;
  if constexpr (requires { terms.pairs; }) {
    all.pairs = terms.pairs.value();
    all.atomic = terms.atomic;
    all.consecutive = terms.consecutive;
  }
  return all;
}

}  // namespace detail
}  // namespace ebit::adapt
