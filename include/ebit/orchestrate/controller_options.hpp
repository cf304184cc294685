// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include <ebit/core/ids.hpp>
#include <ebit/core/result.hpp>
#include <ebit/core/time.hpp>
#include <ebit/link/outbox.hpp>
#include <ebit/orchestrate/fabric_elements.hpp>
#include <ebit/orchestrate/measurements.hpp>
#include <ebit/orchestrate/tenants.hpp>
#include <ebit/orchestrate/walk_part.hpp>
#include <ebit/orchestrate/wire.hpp>

namespace ebit::orchestrate {

/// How a controller works. Times that have to fit the hardware: `farthest`, `guard`, `set_up`.
struct controller_options {
  link_options link{};  ///< retransmission on the classical channel
  tenancy sharing{};
  measuring measure{};
  /// A message takes at most so long, one way, to any agent; assumed until one was heard from there where it cannot be
  /// worked out.
  duration farthest = 10_us;
  /// The element of the fabric that each controller stands at, by rank, and how far from it: messages go along the
  /// fibres, so their flights follow from the fabric's lengths. Empty: that is not known.
  std::vector<element_id> stands_at{};
  duration to_fabric{};
  /// Between the instant by which everything has to be there or to have moved, and the light: errors of clocks, and the
  /// time that agents take.
  duration guard = 100_ns;
  /// From the light until attempts run: the endpoints set up their circuit. Of use to forecasts and to the length of
  /// leases.
  duration set_up = 20_us;
  /// From when the analyser is set up; what is not delivered by then waits for another turn.
  duration longest_lease = 10_ms;
  duration release_grace = 200_us;  ///< after which an end that should have released its path is reminded
  duration plan_patience = 200_us;  ///< after which a switch that should have answered is taken for broken
  duration distrust = 10_ms;        ///< for which a port is not used after an order for it failed
  duration retry = 200_us;          ///< requests between which nothing was free are tried again at least so often
  /// That no sound way has joined its two ends, a request is given up. What starts up by itself is given the time for
  /// that first: the networking unit of an end (by `life` of its hardware, where the forecaster knows that), a switch
  /// that broke (`homing_time`), and where there has to be a walk any unit. Of a cut fibre, a port, an analyser, or
  /// whoever is silent nobody knows when they will be back.
  duration give_up_after = 100_ms;
  std::uint32_t most_requests = 1U << 16;
  std::uint32_t most_passed = 8;  ///< times that a request may be overtaken before a port is held for it
  std::uint32_t attempts = 3;     ///< searches without success after each release
  path_id first_path{0};          ///< names of light paths begin here, above those of all static paths
  std::vector<trunk_run>
      trunks{};  ///< by which endpoints of several fabrics are joined; each serves one walk at a time
  // Several controllers.
  std::vector<node_id> controllers{};  ///< by their rank, this one included; empty: there is no other
  duration heartbeat = 100_us;
  std::uint32_t missed = 5;  ///< heartbeats after which one that stands by takes over; one more for each rank
  bool write_ahead = true;   ///< no lease before those that stand by have it written down

  [[nodiscard]] status validate() const {
    if (auto ok = sharing.validate(); !ok) return ok;
    if (auto ok = measure.validate(); !ok) return ok;
    const std::array<std::pair<const char*, duration>, 8> positive{{{"distrust", distrust},
                                                                    {"longest_lease", longest_lease},
                                                                    {"release_grace", release_grace},
                                                                    {"plan_patience", plan_patience},
                                                                    {"retry", retry},
                                                                    {"give_up_after", give_up_after},
                                                                    {"heartbeat", heartbeat},
                                                                    {"farthest", farthest}}};
    for (const auto& [what, value] : positive)
      if (value <= duration::zero())
        return config_error{std::string{"controller."} + what, ebit::detail::duration_text(value), "more than 0 s"};
    if (longest_lease > 200_s)
      return config_error{"controller.longest_lease", ebit::detail::duration_text(longest_lease), "up to 200 s"};
    for (const auto& [what, value] : {std::pair{"guard", guard}, std::pair{"set_up", set_up}})
      if (value < duration::zero() || value.is_never())
        return config_error{std::string{"controller."} + what, ebit::detail::duration_text(value), "0 s or more"};
    if (to_fabric < duration::zero() || to_fabric.is_never())
      return config_error{"controller.to_fabric", ebit::detail::duration_text(to_fabric), "0 s or more"};
    if (most_requests == 0 || most_requests > 1U << 24)
      return config_error{"controller.most_requests", std::to_string(most_requests), "1 to 2^24"};
    if (attempts == 0) return config_error{"controller.attempts", "0", "1 or more"};
    if (!first_path.valid()) return config_error{"controller.first_path", "none", "a name"};
    for (std::size_t i = 0; i < trunks.size(); ++i)
      if (trunks[i].links == 0 || !trunks[i].first.valid() ||
          trunks[i].first.value() + trunks[i].links > first_path.value())
        return config_error{"controller.trunks[" + std::to_string(i) + "]",
                            std::to_string(trunks[i].links) + " links", "links below first_path"};
    if (missed == 0) return config_error{"controller.missed", "0", "1 or more"};
    if (controllers.size() > 8)
      return config_error{"controller.controllers", std::to_string(controllers.size()), "up to 8"};
    return success{};
  }
};

/// What a controller has done, counted since it took office.
struct controller_counts {
  std::uint64_t asked = 0;
  std::uint64_t accepted = 0;
  std::uint64_t served = 0;
  std::uint64_t cancelled = 0;
  std::uint64_t expired = 0;
  std::uint64_t given_up = 0;
  std::array<std::uint64_t, 16> refused{};  ///< by `shortage`
  std::array<std::uint64_t, 16> blocked{};  ///< attempts to find a light path that failed, by what was short
  std::uint64_t searches = 0;               ///< for light paths
  std::uint64_t leases = 0;
  std::uint64_t walks = 0;                ///< of several light paths, each of which is a lease
  std::array<std::uint64_t, 16> ended{};  ///< leases, by `ending`
  std::uint64_t moved = 0;                ///< leases that went on over another path, for better light
  std::uint64_t rerouted = 0;             ///< the same after a fault
  std::uint64_t plans = 0;                ///< orders to switches
  std::uint64_t joins = 0;                ///< of ports in them
  std::uint64_t joins_spared = 0;         ///< that stood already
  std::uint64_t suspected = 0;            ///< agents taken for broken because they kept silent
};

}  // namespace ebit::orchestrate
