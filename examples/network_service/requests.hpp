// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <set>
#include <string>
#include <utility>
#include <vector>

#include <ebit/core/random.hpp>
#include <ebit/core/samplers.hpp>
#include <ebit/sim/request.hpp>
#include <ebit/sim/topology.hpp>

#include "network_service/options.hpp"

/// From names on the command line to requests on a network.
namespace service {

class request_builder {
 public:
  request_builder(const ebit::sim::topology& net, const options& o) : net_{net}, o_{o}, part_of_(net.size()) {
    for (const auto& part : net.components()) {
      for (const ebit::node_id n : part) part_of_[n.value()] = parts_.size();
      parts_.push_back(part);
    }
  }

  [[nodiscard]] ebit::result<std::vector<ebit::sim::request_parameters>> build() {
    for (const request_group& g : o_.groups) {
      ebit::sim::request_parameters wanted;
      wanted.pairs = g.pairs.value_or(o_.pairs);
      wanted.min_fidelity = g.min_fidelity.value_or(o_.min_fidelity);
      if (const ebit::status added = g.random > 0 ? add_random(wanted, g.random) : add(wanted, g); !added)
        return added.error();
    }
    return requests_;
  }

  /// The fibres that `--cut` names, each from its time on.
  [[nodiscard]] ebit::result<std::vector<ebit::scheduled_fault>> cuts() const {
    std::vector<ebit::scheduled_fault> all;
    for (const cut_fibre& c : o_.cuts) {
      const auto a = find("--cut", c.from), b = find("--and", c.to);
      if (!a) return a.error();
      if (!b) return b.error();
      const std::size_t before = all.size();
      for (std::size_t i = 0; i < net_.links().size(); ++i) {
        const auto& e = net_.links()[i];
        if (!(e.a == *a && e.b == *b) && !(e.a == *b && e.b == *a)) continue;
        all.push_back({.what = ebit::scheduled_fault::kind::link_down,
                       .at = c.at,
                       .lasts = c.lasts,
                       .path = ebit::path_id{static_cast<std::uint32_t>(i)}});
      }
      if (all.size() == before)
        return refuse("--and", ebit::sim::detail::quoted(c.to), "a node with a fibre to " + net_.describe(*a));
    }
    return all;
  }

 private:
  [[nodiscard]] ebit::config_error refuse(std::string what, std::string given, std::string allowed) const {
    return {std::move(what), std::move(given), std::move(allowed),
            ebit::sim::detail::printable(o_.network_file, 400)};
  }
  [[nodiscard]] ebit::result<ebit::node_id> find(const char* option, const std::string& name) const {
    const ebit::result<ebit::node_id> found = net_.find(name);
    if (found) return found;
    const ebit::config_error& e = found.error();
    return refuse(option + std::string{": "} + e.what, e.given, e.allowed);
  }

  [[nodiscard]] ebit::status add(ebit::sim::request_parameters wanted, const request_group& g) {
    const auto from = find("--from", g.from), to = find("--to", g.to);
    if (!from) return from.error();
    if (!to) return to.error();
    if (*from == *to) return refuse("--to", ebit::sim::detail::quoted(g.to), "a node other than --from");
    if (part_of_[from->value()] != part_of_[to->value()])
      return refuse("--to: unreachable node", ebit::sim::detail::quoted(g.to),
                    "one that fibres join to " + net_.describe(*from));
    wanted.from = *from;
    wanted.to = *to;
    requests_.push_back(wanted);
    return ebit::success{};
  }

  /// Random pairs of nodes that fibres join, each direction of each pair equally likely; none twice while there are
  /// others.
  [[nodiscard]] ebit::status add_random(ebit::sim::request_parameters wanted, std::uint32_t count) {
    std::uint64_t total = 0;
    for (const auto& part : parts_) total += std::uint64_t{part.size()} * (part.size() - 1);
    if (total == 0) return refuse("--all-pairs", std::to_string(count), "a network with at least two joined nodes");
    ebit::random_stream draw{o_.seed, ebit::random_purpose::demand, requests_.size()};
    std::set<std::pair<ebit::node_id, ebit::node_id>> taken;
    while (count > 0) {
      std::uint64_t index = ebit::sample::below(draw, total);
      std::size_t p = 0;
      for (; index >= std::uint64_t{parts_[p].size()} * (parts_[p].size() - 1); ++p)
        index -= std::uint64_t{parts_[p].size()} * (parts_[p].size() - 1);
      const std::uint64_t others = parts_[p].size() - 1;
      const std::uint64_t a = index / others, b = index % others;
      wanted.from = parts_[p][a];
      wanted.to = parts_[p][b < a ? b : b + 1];
      const auto unordered =
          wanted.from < wanted.to ? std::pair{wanted.from, wanted.to} : std::pair{wanted.to, wanted.from};
      if (!taken.insert(unordered).second && taken.size() < total / 2) continue;
      requests_.push_back(wanted);
      --count;
    }
    return ebit::success{};
  }

  const ebit::sim::topology& net_;
  const options& o_;
  std::vector<std::vector<ebit::node_id>> parts_;
  std::vector<std::size_t> part_of_;
  std::vector<ebit::sim::request_parameters> requests_;
};

}  // namespace service
