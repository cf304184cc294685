// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>

#include <ebit/backend/actions.hpp>
#include <ebit/backend/events.hpp>
#include <ebit/core/ids.hpp>
#include <ebit/core/time.hpp>

/// What both programs are told and how their answers are compared: the middle node of a circuit of two links, four
/// slots each. Every repetition heralds a pair upstream and one downstream, in changing slots; the node has them
/// measured together and tells both ends.
namespace overhead {

inline constexpr std::uint16_t width = 4;
inline constexpr ebit::node_id head{1}, middle{2}, tail{3};
inline constexpr ebit::path_id upstream{0}, downstream{1};
inline constexpr ebit::circuit_id circuit{1U << 12};

/// The `i`-th herald on one side.
struct herald {
  std::uint32_t mode;
  std::uint64_t sequence;
  ebit::bell_index state;
  ebit::local_time born;
};
[[nodiscard]] inline herald herald_at(std::uint64_t i, bool is_downstream) {
  const auto mode = static_cast<std::uint32_t>((is_downstream ? 3 * i + 1 : i) % width);
  return {mode, i * width + mode,
          (i >> (is_downstream ? 1 : 0) & 1) != 0 ? ebit::bell_index::psi_plus : ebit::bell_index::psi_minus,
          ebit::local_time{
              ebit::duration::picoseconds(static_cast<std::int64_t>(i) * 100'000'000 + (is_downstream ? 7 : 0))}};
}
[[nodiscard]] inline ebit::local_time time_of(std::uint64_t i) {
  return ebit::local_time{ebit::duration::picoseconds(static_cast<std::int64_t>(i) * 100'000'000 + 50'000'000)};
}
[[nodiscard]] inline std::uint8_t bits_of(std::uint64_t i) { return static_cast<std::uint8_t>(i * 5 >> 1 & 3); }

/// A digest of all a node asked for.
class digest {
 public:
  void add(std::uint64_t word) { value_ = std::rotl(value_, 5) ^ word; }
  /// Messages leave through a call, as they do to any transport.
  [[gnu::noinline]] void add(const ebit::message& m) {
    std::uint64_t words[sizeof m / 8];
    std::memcpy(words, &m, sizeof m);
    for (const std::uint64_t w : words) add(w);
  }
  [[nodiscard]] std::uint64_t value() const { return value_; }

 private:
  std::uint64_t value_ = 0;
};

}  // namespace overhead
