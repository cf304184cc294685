// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include <ebit/core/result.hpp>
#include <ebit/orchestrate/data_centres.hpp>

#include "data_centre/options.hpp"

/// Several data centres alike in a row, each joined to the next.
namespace centre {

inline constexpr double default_trunk_km = 10;
/// What is asked of pairs where several sites are: those between sites have come over two light paths and a trunk.
inline constexpr double between_sites = 0.5;
inline constexpr std::size_t most_qpus = 1024;  ///< at all sites together

/// `one`: what stands at each site. Its last endpoints are the gateways: the last one ends the trunk to the next site,
/// the one before it, or the last one where there is no next site, that from the site before.
[[nodiscard]] inline ebit::result<ebit::orchestrate::data_centres> join_sites(const options& o,
                                                                              const ebit::orchestrate::fabric& one) {
  namespace net = ebit::orchestrate;
  const auto qpus = static_cast<std::uint32_t>(one.endpoints().size());
  const std::uint32_t gateways = o.sites > 2 ? 2 : 1;
  if (qpus <= gateways)
    return ebit::config_error{"--sites", std::to_string(o.sites) + " of " + std::to_string(qpus) + " QPUs each",
                              "QPUs at each site besides the " + std::to_string(gateways) + " that trunks end at"};
  if (std::size_t{o.sites} * qpus > most_qpus)
    return ebit::config_error{"--sites", std::to_string(o.sites) + " of " + std::to_string(qpus) + " QPUs each",
                              "at most " + std::to_string(most_qpus) + " QPUs together"};
  std::vector<net::site> sites;
  std::vector<net::trunk> trunks;
  for (std::uint32_t i = 0; i < o.sites; ++i) {
    const bool has_next = i + 1U < o.sites;
    net::site& s = sites.emplace_back(net::site{"site" + std::to_string(i), one, {}});
    if (i > 0) s.gateways.push_back(qpus - (has_next ? 2 : 1));
    if (has_next) s.gateways.push_back(qpus - 1);
    if (i > 0)
      trunks.push_back({{i - 1, static_cast<std::uint32_t>(sites[i - 1].gateways.size() - 1)},
                        {i, 0},
                        ebit::kilometres(o.trunk_km.value_or(default_trunk_km)),
                        o.repeaters.value_or(0)});
  }
  net::data_centres joined{std::move(sites), std::move(trunks)};
  if (const ebit::status ok = joined.validate(); !ok) return ok.error();
  return joined;
}

/// Endpoints, at all sites, that no trunk ends at.
[[nodiscard]] inline std::vector<ebit::node_id> askers_of(const ebit::orchestrate::data_centres& joined) {
  std::vector<bool> is_gateway(joined.inside().endpoints().size());
  for (const ebit::orchestrate::trunk& t : joined.trunks())
    for (const ebit::orchestrate::gateway g : {t.a, t.b}) is_gateway[joined.endpoint(g).value()] = true;
  std::vector<ebit::node_id> all;
  for (std::uint32_t e = 0; e < is_gateway.size(); ++e)
    if (!is_gateway[e]) all.push_back(ebit::node_id{e});
  return all;
}

}  // namespace centre
