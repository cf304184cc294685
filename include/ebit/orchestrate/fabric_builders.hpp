// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include <ebit/orchestrate/fabric_assembly.hpp>

/// Fabrics in which light goes from an endpoint through switches to an analyser: star, Clos network, fat tree. Those
/// of `fabric_builders_direct.hpp` and `planar_pool.hpp` are the others. Builders never fail: given something
/// impossible they return a fabric whose `validate()` says what it was.
namespace ebit::orchestrate {

namespace detail {

/// "fat-tree k=4, 10 of 16 endpoints".
[[nodiscard]] inline std::string fabric_name(std::string shape, std::uint64_t endpoints, std::uint64_t places) {
  shape += ", " + std::to_string(endpoints);
  if (endpoints != places) shape += " of " + std::to_string(places);
  return shape + " endpoints";
}

[[nodiscard]] inline fabric too_few(const char* what, std::uint32_t endpoints) {
  return fabric{config_error{what + std::string{": number of endpoints"}, std::to_string(endpoints), "2 or more"}};
}

/// How many endpoints the options ask for, given how many there is room for.
[[nodiscard]] inline std::uint32_t endpoints_of(const fabric_options& options, std::uint64_t room) {
  return options.endpoints == 0 ? static_cast<std::uint32_t>(room) : options.endpoints;
}

/// An assembly of so many endpoints, or one that is rejected. `group_of(i)` is the group of endpoint i.
template <class GroupOf>
[[nodiscard]] fabric_assembly with_endpoints(const char* what, std::string shape, const fabric_options& options,
                                             std::uint64_t room, const GroupOf& group_of) {
  const std::uint32_t count = endpoints_of(options, room);
  fabric_assembly made{fabric_name(std::move(shape), count, room), options};
  if (count < 2 || count > room)
    made.reject({what + std::string{": number of endpoints"}, std::to_string(count), "2 to " + std::to_string(room)});
  else
    for (std::uint32_t i = 0; i < count; ++i) made.add_endpoint(group_of(i), "q" + std::to_string(i));
  return made;
}

/// Endpoint i of `count`, spread evenly over `switches`, is at this one; neighbours stay together.
[[nodiscard]] constexpr std::uint32_t spread_to(std::uint32_t i, std::uint32_t count, std::uint32_t switches) {
  return static_cast<std::uint32_t>((std::uint64_t{i} * switches) / count);
}

/// Attaches endpoints to switches of `places` ports towards endpoints, evenly; what is left over stays empty.
inline void attach_evenly(fabric_assembly& made, std::uint32_t count, const std::vector<element_id>& switches,
                          std::uint32_t places) {
  std::vector<std::uint32_t> taken(switches.size());
  for (std::uint32_t i = 0; i < count; ++i) {
    const std::uint32_t at = spread_to(i, count, static_cast<std::uint32_t>(switches.size()));
    made.attach(element_id{i}, switches[at]);
    taken[at] += made.options().ports;
  }
  for (std::size_t i = 0; i < switches.size(); ++i)
    if (taken[i] < places) made.leave_empty(switches[i], face::front, places - taken[i]);
}

}  // namespace detail

/// All endpoints, 2 to 16384, at one switch, with a pool of analysers for every pair there can be at once.
[[nodiscard]] inline fabric star(std::uint32_t endpoints, fabric_options options = {}) {
  if (endpoints < 2) return detail::too_few("star", endpoints);
  options.endpoints = endpoints;
  if (endpoints > 16384)
    return fabric{config_error{"star: number of endpoints", std::to_string(endpoints), "2 to 16384"}};
  fabric_assembly made = detail::with_endpoints("star", "star", options, endpoints, [](std::uint32_t) { return 0U; });
  if (made.is_rejected()) return std::move(made).build();
  const element_id hub = made.add_switch(1, 0, "hub");
  for (std::uint32_t i = 0; i < endpoints; ++i) made.attach(element_id{i}, hub);
  made.add_pool(hub, endpoints * options.ports / 2);
  return std::move(made).build();
}

/// The numbers of a Clos network: r first switches with n places for endpoints' fibres each, m switches in the middle,
/// r last switches with n places for inputs of analysers.
struct clos_shape {
  std::uint32_t n = 1;
  std::uint32_t r = 1;
  std::uint32_t m = 1;

  friend constexpr bool operator==(clos_shape, clos_shape) = default;
};

/// A Clos network (Bell Syst. Tech. J. 32, 406, 1953) from the endpoints to pools of ⌊n/2⌋ analysers at each last
/// switch; tiers 1, 2 and 3. Every two switches of neighbouring stages are joined. A pair may use any free analyser;
/// with n even and one fibre per cable it always finds a way to it without moving others if m ≥ 2n − 1, and all pairs
/// find ways at once if m ≥ n. n, r and m from 1 to 4096; r·n at least 2.
[[nodiscard]] inline fabric clos(clos_shape shape, const fabric_options& options = {}) {
  const auto [n, r, m] = shape;
  const std::string text = "clos n=" + std::to_string(n) + " r=" + std::to_string(r) + " m=" + std::to_string(m);
  for (const auto& [what, value] : {std::pair{"clos: n", n}, {"clos: r", r}, {"clos: m", m}})
    if (value < 1 || value > 4096) return fabric{config_error{what, std::to_string(value), "1 to 4096"}};
  const std::uint32_t each = options.ports > 0 ? n / options.ports : 0;  // endpoints per first switch
  const std::uint32_t count = detail::endpoints_of(options, std::uint64_t{r} * each);
  fabric_assembly made = detail::with_endpoints("clos", text, options, std::uint64_t{r} * each, [&](std::uint32_t i) {
    return detail::spread_to(i, count, shape.r);
  });
  if (made.is_rejected()) return std::move(made).build();
  std::vector<element_id> first, middle, last;
  for (std::uint32_t i = 0; i < r; ++i) first.push_back(made.add_switch(1, i, "in" + std::to_string(i)));
  for (std::uint32_t i = 0; i < m; ++i) middle.push_back(made.add_switch(2, r, "mid" + std::to_string(i)));
  for (std::uint32_t i = 0; i < r; ++i) last.push_back(made.add_switch(3, r + 1 + i, "out" + std::to_string(i)));
  detail::attach_evenly(made, count, first, n);
  for (const element_id f : first)
    for (const element_id c : middle)
      made.connect(f, face::back, c, face::front, made.length_to(2), options.fibres_per_cable);
  for (const element_id c : middle)
    for (const element_id l : last)
      made.connect(c, face::back, l, face::front, made.length_to(3), options.fibres_per_cable);
  for (const auto* stage : {&first, &middle, &last})
    for (const element_id e : *stage) made.add_pool(e, stage == &last ? n / 2 : 0);
  return std::move(made).build();
}

/// The Clos network without blocking (m = 2n − 1, n even) for so many endpoints that has the fewest crosspoints
/// 2rnm + mr².
[[nodiscard]] inline clos_shape clos_shape_for(std::uint32_t endpoints, std::uint16_t ports = 1) {
  const std::uint64_t wanted = std::uint64_t{endpoints} * (ports > 0 ? ports : 1);
  clos_shape best;
  std::uint64_t fewest = ~std::uint64_t{0};
  for (std::uint64_t n = 2; n <= 4096 && n < 2 * wanted + 2; n += 2) {
    if (n < ports) continue;
    const std::uint64_t each = n / (ports > 0 ? ports : 1), m = 2 * n - 1;
    const std::uint64_t r = (endpoints + each - 1) / each;
    const std::uint64_t crosspoints = 2 * r * n * m + m * r * r;
    if (r > 4096 || crosspoints >= fewest) continue;
    fewest = crosspoints;
    best = {static_cast<std::uint32_t>(n), static_cast<std::uint32_t>(r), static_cast<std::uint32_t>(m)};
  }
  return best;
}

[[nodiscard]] inline fabric clos_for(std::uint32_t endpoints, fabric_options options = {}) {
  if (endpoints < 2) return detail::too_few("clos_for", endpoints);
  options.endpoints = endpoints;
  return clos(clos_shape_for(endpoints, options.ports), options);
}

/// A fat tree of k-port switches, k even, 2 to 64 (Al-Fares, Loukissas and Vahdat, SIGCOMM 2008): k pods of k/2 edge
/// switches (tier 1) with k/2 places for endpoints' fibres and of k/2 aggregation switches (tier 2), and (k/2)² core
/// switches (tier 3); groups 0 to k − 1 are the pods, k is the core. A pair meets at the lowest tier that has both
/// ends below it, or elsewhere on its way if the pool there is taken. Pools, in addition to the k ports of a switch:
/// for every pair that can be at a switch at once.
///
/// A fibre serves one pair at a time, in whatever direction, so with one fibre per cable a full fat tree is not
/// rearrangeable: a pair takes the same aggregation switch's number at both of its edge switches, and three edge
/// switches that are to be joined with each other need more numbers than they have fibres (Shannon, J. Math. Phys. 28,
/// 148, 1949). With two fibres per cable it is, as classical ones are with a fibre for each direction: see
/// `rearrange_fat_tree`.
[[nodiscard]] inline fabric fat_tree(std::uint32_t k, const fabric_options& options = {}) {
  if (k < 2 || k > 64 || k % 2 != 0) return fabric{config_error{"fat_tree: k", std::to_string(k), "even, 2 to 64"}};
  const std::uint32_t half = k / 2, edges = k * half;
  const std::uint32_t each = options.ports > 0 ? half / options.ports : 0;
  const std::uint32_t count = detail::endpoints_of(options, std::uint64_t{edges} * each);
  fabric_assembly made =
      detail::with_endpoints("fat_tree", "fat-tree k=" + std::to_string(k), options, std::uint64_t{edges} * each,
                             [&](std::uint32_t i) { return detail::spread_to(i, count, edges) / half; });
  if (made.is_rejected()) return std::move(made).build();
  const auto label = [&](const char* kind, std::uint32_t i) {
    return kind + std::to_string(i / half) + "." + std::to_string(i % half);
  };
  std::vector<element_id> edge, middle, core;
  for (std::uint32_t i = 0; i < edges; ++i) edge.push_back(made.add_switch(1, i / half, label("edge", i)));
  for (std::uint32_t i = 0; i < edges; ++i) middle.push_back(made.add_switch(2, i / half, label("agg", i)));
  for (std::uint32_t i = 0; i < half * half; ++i) core.push_back(made.add_switch(3, k, label("core", i)));
  detail::attach_evenly(made, count, edge, half);
  const std::uint32_t fibres = options.fibres_per_cable;
  for (std::uint32_t i = 0; i < edges; ++i)
    for (std::uint32_t j = 0; j < half; ++j)
      made.connect(edge[i], face::back, middle[i / half * half + j], face::front, made.length_to(2), fibres);
  for (std::uint32_t i = 0; i < edges; ++i)
    for (std::uint32_t j = 0; j < half; ++j)
      made.connect(middle[i], face::back, core[i % half * half + j], face::front, made.length_to(3), fibres);
  for (const element_id e : edge) made.add_pool(e, half / 2);
  for (const element_id e : middle) made.add_pool(e, half * fibres / 2);
  for (const element_id e : core) made.add_pool(e, half * fibres);
  return std::move(made).build();
}

/// The smallest k whose fat tree has room for so many endpoints.
[[nodiscard]] constexpr std::uint32_t fat_tree_ports_for(std::uint32_t endpoints, std::uint16_t ports = 1) {
  std::uint32_t k = 2;
  while (ports > 0 && k < 64 && std::uint64_t{k} * (k / 2) * (k / 2 / ports) < endpoints) k += 2;
  return k;
}

[[nodiscard]] inline fabric fat_tree_for(std::uint32_t endpoints, fabric_options options = {}) {
  if (endpoints < 2) return detail::too_few("fat_tree_for", endpoints);
  options.endpoints = endpoints;
  return fat_tree(fat_tree_ports_for(endpoints, options.ports), options);
}

}  // namespace ebit::orchestrate
