// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <string>
#include <vector>

#include <ebit/core/math.hpp>
#include <ebit/core/random.hpp>
#include <ebit/core/samplers.hpp>
#include <ebit/sim/topology.hpp>

/// Regular and random networks. Nodes are labelled by their number. Builders never fail: given something impossible
/// they return a topology whose `validate()` says what it was.
namespace ebit::sim {

namespace detail {

/// `count` nodes and no links, or a rejected topology if the count is not from `least` to `most`.
template <link::physical_link Link>
[[nodiscard]] basic_topology<Link> bare(const char* what, std::size_t count, std::size_t least, std::size_t most) {
  basic_topology<Link> net;
  if (count < least || count > most)
    net.reject({what, std::to_string(count), std::to_string(least) + " to " + std::to_string(most)});
  else
    for (std::size_t i = 0; i < count; ++i) net.add_node();
  return net;
}

}  // namespace detail

/// Nodes 0 to n-1 in a line, each joined to the next; n at least 2.
template <link::physical_link Link = link::fibre>
[[nodiscard]] basic_topology<Link> chain(std::size_t n, const Link& each) {
  basic_topology<Link> net = detail::bare<Link>("chain: number of nodes", n, 2, topology::max_nodes);
  for (std::size_t i = 0; i + 1 < net.size(); ++i) net.add_link(net.node(i), net.node(i + 1), each);
  return net;
}

/// A chain whose last node is joined to its first; n at least 3.
template <link::physical_link Link = link::fibre>
[[nodiscard]] basic_topology<Link> ring(std::size_t n, const Link& each) {
  basic_topology<Link> net = detail::bare<Link>("ring: number of nodes", n, 3, topology::max_nodes);
  for (std::size_t i = 0; i < net.size(); ++i) net.add_link(net.node(i), net.node((i + 1) % n), each);
  return net;
}

/// Node 0 is the hub, joined to the leaves 1 to `leaves`; at least 1 leaf.
template <link::physical_link Link = link::fibre>
[[nodiscard]] basic_topology<Link> star(std::size_t leaves, const Link& each) {
  constexpr std::size_t most = topology::max_nodes - 1;
  const bool possible = leaves >= 1 && leaves <= most;
  basic_topology<Link> net = possible ? detail::bare<Link>("star", leaves + 1, 2, topology::max_nodes)
                                      : detail::bare<Link>("star: number of leaves", leaves, 1, most);
  for (std::size_t i = 1; i < net.size(); ++i) net.add_link(net.node(0), net.node(i), each);
  return net;
}

/// Node r * columns + c stands in row r, column c, and is joined to its neighbours right and below; at least 1 by 1.
template <link::physical_link Link = link::fibre>
[[nodiscard]] basic_topology<Link> grid(std::size_t rows, std::size_t columns, const Link& each) {
  const bool possible = rows >= 1 && columns >= 1 && rows <= topology::max_nodes / columns;
  basic_topology<Link> net = detail::bare<Link>("grid", possible ? rows * columns : 0, 0, topology::max_nodes);
  if (!possible)
    net.reject({"grid: rows x columns", std::to_string(rows) + " x " + std::to_string(columns),
                "1 x 1 to " + std::to_string(topology::max_nodes) + " nodes"});
  for (std::size_t i = 0; i < net.size(); ++i) {
    if ((i + 1) % columns != 0) net.add_link(net.node(i), net.node(i + 1), each);
    if (i + columns < net.size()) net.add_link(net.node(i), net.node(i + columns), each);
  }
  return net;
}

struct waxman_parameters {
  double alpha = 0.4;  ///< above 0, at most 1: the larger, the more long links relative to short ones
  double beta = 0.4;   ///< above 0, at most 1: the larger, the more links
  ebit::length side = kilometres(100);  ///< of the square the nodes are strewn over, above 0 km, at most 20000 km
  link::fibre fibre{};                  ///< what each link is made of; its length is the distance of its ends
};

/// A random network after Waxman (IEEE J. Sel. Areas Commun. 6, 1617, 1988; his model RG1 with Euclidean distance): n
/// nodes uniformly over a square, and each two of them joined with probability
///     P(u, v) = beta exp(-d(u, v) / (alpha L)),
/// d their distance and L the largest distance between any two nodes. Nothing makes it connected; see
/// `topology::components`. n is 1 to 8192. The same seed gives the same network on every machine; node i's place
/// depends on the seed and i alone.
[[nodiscard]] inline topology waxman(std::size_t n, const waxman_parameters& parameters, std::uint64_t seed) {
  const auto refuse = [](const char* what, double value, const char* unit, const char* allowed) {
    char text[48];
    std::snprintf(text, sizeof text, "%.9g%s", value, unit);
    topology net;
    net.reject({what, text, allowed});
    return net;
  };
  const double alpha = parameters.alpha;
  const double beta = parameters.beta;
  const double side = parameters.side.base();
  if (!(alpha > 0 && alpha <= 1)) return refuse("waxman: alpha", alpha, "", "above 0, at most 1");
  if (!(beta > 0 && beta <= 1)) return refuse("waxman: beta", beta, "", "above 0, at most 1");
  if (!(side > 0 && side <= 2e7)) return refuse("waxman: side", side / 1e3, " km", "above 0 km, at most 20000 km");

  topology net = detail::bare<link::fibre>("waxman: number of nodes", n, 1, 8192);
  struct point {
    double x, y;
  };
  std::vector<point> places;
  for (std::size_t i = 0; i < net.size(); ++i) {
    random_stream stream{seed, random_purpose::topology, i};
    const double x = sample::uniform(stream) * side;
    const double y = sample::uniform(stream) * side;
    places.push_back({x, y});
  }
  const auto distance = [&places](std::size_t u, std::size_t v) {
    const double dx = places[u].x - places[v].x;
    const double dy = places[u].y - places[v].y;
    return math::sqrt(dx * dx + dy * dy);
  };
  double longest = 0;
  for (std::size_t u = 0; u < places.size(); ++u) {
    for (std::size_t v = u + 1; v < places.size(); ++v) {
      const double d = distance(u, v);
      if (d > longest) longest = d;
    }
  }
  for (std::size_t u = 0; u < places.size(); ++u) {
    random_stream stream{seed, random_purpose::topology, u};
    for (std::size_t v = u + 1; v < places.size(); ++v) {
      stream.at(1, v);  // epoch 0 placed the nodes
      const double d = distance(u, v);
      if (!sample::bernoulli(stream, beta * math::exp(-d / (alpha * longest)))) continue;
      link::fibre fibre = parameters.fibre;
      fibre.length = metres(d);
      net.add_link(net.node(u), net.node(v), fibre);
    }
  }
  return net;
}

}  // namespace ebit::sim
