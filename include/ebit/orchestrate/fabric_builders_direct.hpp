// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include <ebit/orchestrate/fabric_assembly.hpp>
#include <ebit/orchestrate/fabric_builders.hpp>

/// Fabrics whose switches all have endpoints: BCube and Q-Fly.
namespace ebit::orchestrate {

/// A BCube (Guo et al., SIGCOMM 2009): n^(levels + 1) endpoints with levels + 1 ports, (levels + 1)·n^levels switches
/// of n ports. Written with levels + 1 digits to base n, endpoints that differ in digit l alone are at the same switch
/// of level l (tier l + 1), by their port l; others are joined by way of endpoints between, which swap. With more than
/// one fibre per port, port l·f + i is the i-th of level l. Each switch has a pool for every pair it can join at once.
/// n 2 to 1024, levels 0 to 5. Fewer endpoints than there is room for are the first ones; switches without any are left
/// out.
[[nodiscard]] inline fabric bcube(std::uint32_t n, std::uint32_t levels, const fabric_options& options = {}) {
  if (n < 2 || n > 1024) return fabric{config_error{"bcube: n", std::to_string(n), "2 to 1024"}};
  if (levels > 5) return fabric{config_error{"bcube: levels", std::to_string(levels), "0 to 5"}};
  std::uint64_t per_level = 1;  // n^levels
  for (std::uint32_t l = 0; l < levels; ++l) per_level *= n;
  const std::uint64_t room = per_level * n;
  if (room > 1U << 20U)
    return fabric{config_error{"bcube: n^(levels + 1)", std::to_string(room), "up to 1048576 endpoints"}};
  fabric_assembly made =
      detail::with_endpoints("bcube", "bcube n=" + std::to_string(n) + " levels=" + std::to_string(levels), options,
                             room, [n](std::uint32_t i) { return i / n; });
  if (made.is_rejected()) return std::move(made).build();
  const std::uint32_t count = detail::endpoints_of(options, room);
  std::uint32_t step = 1;  // n^l
  for (std::uint32_t l = 0; l <= levels; ++l, step *= n) {
    for (std::uint32_t i = 0; i < per_level; ++i) {
      const std::uint32_t base = i / step * step * n + i % step;  // its digit l is 0
      if (base >= count) continue;
      const element_id e =
          made.add_switch(static_cast<std::uint8_t>(l + 1), i, "level" + std::to_string(l) + "." + std::to_string(i));
      for (std::uint32_t digit = 0; digit < n; ++digit) {
        const std::uint32_t endpoint = base + digit * step;
        if (endpoint < count)
          made.connect(element_id{endpoint}, face::front, e, face::front,
                       made.length_to(static_cast<std::uint8_t>(l + 1)), options.ports);
        else
          made.leave_empty(e, face::front, options.ports);
      }
      made.add_pool(e, n * options.ports / 2);
    }
  }
  return std::move(made).build();
}

/// The BCube of so many levels with the smallest n that has room for so many endpoints.
[[nodiscard]] inline fabric bcube_for(std::uint32_t endpoints, std::uint32_t levels = 1,
                                      fabric_options options = {}) {
  if (endpoints < 2) return detail::too_few("bcube_for", endpoints);
  const auto room = [levels](std::uint64_t n) {
    std::uint64_t product = n;
    for (std::uint32_t l = 0; l < levels && l < 6; ++l) product *= n;
    return product;
  };
  std::uint32_t n = 2;
  while (room(n) < endpoints && n < 1024) ++n;
  options.endpoints = endpoints;
  return bcube(n, levels, options);
}

/// The numbers of a Q-Fly: groups of a switches, each with p places for endpoints' fibres and h cables to other
/// groups.
struct q_fly_shape {
  std::uint32_t p = 1;
  std::uint32_t a = 1;
  std::uint32_t h = 1;
  std::uint32_t groups = 0;  ///< 2 to a·h + 1, or 1 alone; 0: a·h + 1

  friend constexpr bool operator==(q_fly_shape, q_fly_shape) = default;
};

/// A dragonfly (Kim, Dally, Scott and Abts, ISCA 2008) of optical switches, as for quantum data centres in
/// arXiv:2501.05598: the switches of a group are all joined, and any two groups by ⌊a·h/(groups − 1)⌋ cables; the
/// shortest way between groups is local, global, local. All switches are of tier 1; lengths of tier 2 are those within
/// a group, of tier 3 those between groups. Each switch has a pool of p analysers. p, a and h from 1 to 1024.
[[nodiscard]] inline fabric q_fly(q_fly_shape shape, const fabric_options& options = {}) {
  const std::uint32_t p = shape.p, a = shape.a, h = shape.h;
  for (const auto& [what, value] : {std::pair{"q_fly: p", p}, {"q_fly: a", a}, {"q_fly: h", h}})
    if (value < 1 || value > 1024) return fabric{config_error{what, std::to_string(value), "1 to 1024"}};
  const std::uint32_t groups = shape.groups == 0 ? a * h + 1 : shape.groups;
  if (groups > a * h + 1)
    return fabric{config_error{"q_fly: groups", std::to_string(groups), "up to " + std::to_string(a * h + 1)}};
  const std::uint32_t each = options.ports > 0 ? p / options.ports : 0;
  const std::uint64_t room = std::uint64_t{groups} * a * each;
  if (std::uint64_t{groups} * a > 1U << 20U)
    return fabric{
        config_error{"q_fly: number of switches", std::to_string(std::uint64_t{groups} * a), "up to 1048576"}};
  const std::uint32_t switches = groups * a, count = detail::endpoints_of(options, room);
  fabric_assembly made = detail::with_endpoints(
      "q_fly",
      "q-fly p=" + std::to_string(p) + " a=" + std::to_string(a) + " h=" + std::to_string(h) +
          " groups=" + std::to_string(groups),
      options, room, [&](std::uint32_t i) { return detail::spread_to(i, count, switches) / a; });
  if (made.is_rejected()) return std::move(made).build();
  std::vector<element_id> all;
  for (std::uint32_t i = 0; i < switches; ++i)
    all.push_back(made.add_switch(1, i / a, "g" + std::to_string(i / a) + "." + std::to_string(i % a)));
  detail::attach_evenly(made, count, all, p);
  for (std::uint32_t g = 0; g < groups; ++g)
    for (std::uint32_t i = 0; i < a; ++i)
      for (std::uint32_t j = i + 1; j < a; ++j)
        made.connect(all[g * a + i], face::back, all[g * a + j], face::back, made.length_to(2),
                     options.fibres_per_cable);
  // Cable c between groups g and g' is at place c(groups − 1) + (g' − g − 1 mod groups) of g: places 0 … ah − 1 belong
  // to its switches in turn, h to each.
  const std::uint32_t cables = groups > 1 ? a * h / (groups - 1) : 0;
  for (std::uint32_t c = 0; c < cables; ++c)
    for (std::uint32_t g = 0; g < groups; ++g)
      for (std::uint32_t o = g + 1; o < groups; ++o) {
        const std::uint32_t from = c * (groups - 1) + o - g - 1, to = c * (groups - 1) + groups + g - o - 1;
        made.connect(all[g * a + from / h], face::back, all[o * a + to / h], face::back, made.length_to(3),
                     options.fibres_per_cable);
      }
  for (std::uint32_t i = 0; i < switches; ++i) {
    const std::uint32_t places = cables * (groups > 0 ? groups - 1 : 0), before = i % a * h;
    const std::uint32_t taken = places < before ? 0 : places - before < h ? places - before : h;
    made.leave_empty(all[i], face::back, (h - taken) * options.fibres_per_cable);
    made.add_pool(all[i], p);
  }
  return std::move(made).build();
}

/// The balanced one (a = 2p = 2h) with the smallest p that has room for so many endpoints, and no more groups than they
/// need.
[[nodiscard]] constexpr q_fly_shape q_fly_shape_for(std::uint32_t endpoints, std::uint16_t ports = 1) {
  const std::uint64_t fibres = std::uint64_t{endpoints} * (ports > 0 ? ports : 1);
  std::uint32_t p = ports > 1 ? ports : 1;
  const auto group = [](std::uint64_t each) { return 2 * each * each; };
  while (p < 64 && group(p) * (group(p) + 1) < fibres) p += ports > 1 ? ports : 1;
  const std::uint64_t groups = (fibres + group(p) - 1) / group(p);
  return {p, 2 * p, p, static_cast<std::uint32_t>(groups)};
}

[[nodiscard]] inline fabric q_fly_for(std::uint32_t endpoints, fabric_options options = {}) {
  if (endpoints < 2) return detail::too_few("q_fly_for", endpoints);
  options.endpoints = endpoints;
  return q_fly(q_fly_shape_for(endpoints, options.ports), options);
}

}  // namespace ebit::orchestrate
