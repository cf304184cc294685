// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <optional>
#include <utility>
#include <vector>

#include <ebit/orchestrate/data_centres.hpp>
#include <ebit/orchestrate/fabric.hpp>
#include <ebit/orchestrate/wire.hpp>
#include <ebit/sim/demand.hpp>
#include <ebit/sim/fabric_fault_file.hpp>
#include <ebit/sim/fabric_units.hpp>
#include <ebit/sim/request.hpp>

#include "data_centre/lease_record.hpp"
#include "data_centre/options.hpp"
#include "data_centre/use.hpp"

namespace centre {

/// What is to be run.
struct scene {
  options chosen;
  ebit::orchestrate::fabric layout;                         ///< of all sites
  std::optional<ebit::orchestrate::data_centres> joined{};  ///< if there are several
  std::vector<ebit::node_id> askers{};                      ///< endpoints that ask, where demand is made
  ebit::sim::fabric_fault_plan faults;
  ebit::sim::demand_options demand;                ///< where it is made
  std::vector<ebit::sim::timed_request> script{};  ///< else all requests
  ebit::duration span;

  [[nodiscard]] bool is_between_sites(const ebit::sim::request_parameters& wanted) const {
    const auto site = [this](ebit::node_id n) { return joined->site_of(ebit::orchestrate::element_id{n.value()}); };
    return joined && site(wanted.from) != site(wanted.to);
  }
  [[nodiscard]] std::size_t tenants() const {
    std::size_t most = chosen.tenants;
    for (const ebit::sim::timed_request& r : script) most = std::max<std::size_t>(most, r.wanted.tenant + 1U);
    return most;
  }
};

/// How often light paths were looked for, by all controllers together.
struct search_counts {
  std::uint64_t searches = 0;
  std::array<std::uint64_t, 16> blocked{};  ///< that found none, by `ebit::orchestrate::shortage`

  [[nodiscard]] std::uint64_t failed_for(ebit::orchestrate::shortage s) const {
    return blocked[static_cast<std::size_t>(s)];
  }
};

/// Of the pairs that were made before anybody asked for them, at all endpoints together.
struct stock_counts {
  std::uint64_t discarded = 0;
  std::uint64_t kept = 0;   ///< buffer qubits in use at the end
  std::uint64_t slots = 0;  ///< and there are
};

/// What came of it.
struct outcome {
  std::vector<ebit::sim::request_record> requests;
  std::vector<std::uint32_t> from_stock;  ///< of each request: pairs that its head had from stock
  stock_counts stock;
  std::vector<lease_record> leases;
  std::vector<news_record> news;
  std::vector<takeover_record> takeovers;
  std::vector<move_record> moves;
  use_samples use;
  search_counts searched;
  ebit::sim::world_ledger ledger;
  ebit::sim::time_in_phases units{};                 ///< of all networking units together
  std::vector<std::vector<ebit::duration>> flights;  ///< from each controller to every element
  std::uint64_t events = 0;
  std::uint64_t messages = 0;
};

/// Of the stack that waits for two clicks, and of that which waits for one: each is compiled in a file of its own.
[[nodiscard]] ebit::result<outcome> run_two_clicks(const scene& s);
[[nodiscard]] ebit::result<outcome> run_one_click(const scene& s);

[[nodiscard]] inline ebit::result<outcome> run(const scene& s) {
  return s.chosen.hardware.endpoint.scheme == ebit::link::click_scheme::single_click ? run_one_click(s)
                                                                                     : run_two_clicks(s);
}

}  // namespace centre
