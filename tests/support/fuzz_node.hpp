// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include <ebit/node/node.hpp>
#include <ebit/purify/bbpssw.hpp>
#include <ebit/purify/dejmps.hpp>
#include <ebit/purify/epl.hpp>
#include <ebit/purify/one_way.hpp>
#include <ebit/purify/optimistic.hpp>
#include <ebit/purify/pumping.hpp>
#include <ebit/swap/nested.hpp>
#include <ebit/swap/sequential.hpp>

#include <support/fuzz_run.hpp>

// Any bytes as the life of one node: a profile, options, and then events of every kind in any order.
namespace ebit_test {

namespace fuzz_profiles {

struct plain : default_profile {};
struct nested : default_profile {
  using swap = ebit::swap::nested;
};
struct sequential : default_profile {
  using swap = ebit::swap::sequential;
  using purify = ebit::purify::bbpssw;
};
struct distilled : default_profile {
  using purify = ebit::purify::dejmps;
};
struct pumped : default_profile {
  using purify = ebit::purify::pumping<>;
};
struct coherent : default_profile {
  using purify = ebit::purify::epl;
};
struct undecided : default_profile {
  using purify = ebit::purify::optimistic<>;
};
struct told_once : default_profile {
  using purify = ebit::purify::one_way<>;
};

}  // namespace fuzz_profiles

/// The first promise that a node breaks when it lives through `bytes`, or null.
[[nodiscard]] inline const char* fuzz_node(std::span<const std::uint8_t> bytes,
                                           std::size_t (*allocated)() = nullptr) {
  fuzz_bytes in{bytes};
  const std::uint8_t which = in.next(), how = in.next(), more = in.next();
  const auto live = [&](auto stack) {
    if ((how & 1) != 0) stack.link.retransmit_after = duration::picoseconds(1'000'000'000);
    stack.route.width = more / 8 % 3;
    stack.route.service.shared = (how & 2) != 0;
    stack.route.service.test_interval = (how & 4) != 0 ? 2 : 0;
    switch (how >> 4 & 3) {
      case 0: break;
      case 1: stack.route.service.order = route::strict_priority{}; break;
      case 2: stack.route.service.order = route::weighted_fair{}; break;
      default: stack.route.service.order = route::weighted_classes{{0, 1, 2, 3, 0, 1, 2, 3}}; break;
    }
    if constexpr (requires { stack.purify.rounds = std::uint8_t{1}; }) stack.purify.rounds = which / 8 % 2 + 1;
    if constexpr (requires { stack.purify.at = purify::where::end_to_end; })
      if (which / 16 % 2 == 1) stack.purify.at = purify::where::end_to_end;
    if constexpr (requires { stack.purify.validate(); })
      if (!stack.purify.validate()) stack.purify = {};
    const std::uint32_t slots = (how & 8) != 0 && more / 32 == 0 ? 100 : 2 + how / 64 * 2U;
    fuzz_run run{in, stack, slots, node_id{more % fuzz_messages::nodes}, which / 32 % 4 != 0, allocated};
    return run.run();
  };
  switch (which % 8) {
    case 0: return live(options<fuzz_profiles::plain>{});
    case 1: return live(options<fuzz_profiles::nested>{});
    case 2: return live(options<fuzz_profiles::sequential>{});
    case 3: return live(options<fuzz_profiles::distilled>{});
    case 4: return live(options<fuzz_profiles::pumped>{});
    case 5: return live(options<fuzz_profiles::coherent>{});
    case 6: return live(options<fuzz_profiles::undecided>{});
    default: return live(options<fuzz_profiles::told_once>{});
  }
}

}  // namespace ebit_test
