// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace ebit::purify {

/// Which read-outs of the sacrificed pair mean that the other one is kept: those whose parity is the one that the
/// Pauli frames predict, or only the one in which both bits are set.
enum class keep_rule : std::uint8_t { parity, both_set };

}  // namespace ebit::purify
