// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <ebit/core/result.hpp>
#include <ebit/sim/gml_lexer.hpp>
#include <ebit/sim/gml_parser.hpp>
#include <ebit/sim/text.hpp>
#include <ebit/sim/topology.hpp>

/// Reader of networks in GML, the format of the Internet Topology Zoo (Knight et al., IEEE JSAC 29, 1765, 2011) and
/// of NetworkX.
namespace ebit::sim {

/// What to do with an edge that has no `length` and an end without position.
enum class gml_missing_length : std::uint8_t {
  refuse,  ///< an error that names the edge
  omit,    ///< leave the edge out and say so in a warning
};

struct gml_options {
  link::fibre fibre{};  ///< what every link is made of, but for its length
  double detour = 1.3;  ///< fibre length over great-circle distance, for edges without `length`; 1 to 10
  gml_missing_length missing_length = gml_missing_length::refuse;
  std::size_t max_bytes = std::size_t{64} << 20;  ///< longer files are refused
};

struct gml_network {
  sim::topology topology;
  std::vector<std::string> warnings;  ///< one line each, "file:line: what was found and what became of it"
};

namespace detail {

/// Turns what a GML file says into a topology.
class gml_builder {
 public:
  gml_builder(const gml_parser& parsed, std::string_view file, const gml_options& options)
      : parsed_{parsed}, file_{file}, options_{options} {}

  [[nodiscard]] result<gml_network> build() {
    if (const status fibre = options_.fibre.validate(); !fibre) return fibre.error();
    if (!(options_.detour >= 1 && options_.detour <= 10)) {
      char text[48];
      std::snprintf(text, sizeof text, "%.9g", options_.detour);
      return config_error{"gml_options.detour", text, "1 to 10"};
    }
    if (parsed_.nodes().empty())
      return config_error{"graph", "no node", "at least one node", place(file_, parsed_.graph_line())};
    if (parsed_.directed())
      warn(parsed_.graph_line(), "directed graph: each edge is taken as one fibre for both directions");
    if (const status nodes = add_nodes(); !nodes) return nodes.error();
    for (const gml_edge& edge : parsed_.edges())
      if (const status added = add_edge(edge); !added) return added.error();
    return std::move(network_);
  }

 private:
  [[nodiscard]] config_error refuse(std::size_t line, std::string what, std::string given,
                                    std::string allowed) const {
    return {std::move(what), std::move(given), std::move(allowed), place(file_, line)};
  }
  void warn(std::size_t line, const std::string& text) {
    network_.warnings.push_back(place(file_, line) + ": " + text);
  }

  [[nodiscard]] status add_nodes() {
    for (const gml_node& node : parsed_.nodes()) {
      const auto [entry, fresh] = ids_.try_emplace(node.id, ids_.size());
      if (!fresh)
        return refuse(
            node.line, "node id", std::to_string(node.id),
            "an id not used before (first at line " + std::to_string(parsed_.nodes()[entry->second].line) + ")");
      network_.topology.add_node(topology::vertex{.label = node.label.empty() ? std::to_string(node.id) : node.label,
                                                  .position = node.position,
                                                  .city = node.city,
                                                  .country = node.country});
    }
    return success{};
  }

  [[nodiscard]] status add_edge(const gml_edge& edge) {
    const std::string name = "edge " + std::to_string(edge.source) + "-" + std::to_string(edge.target);
    for (const std::int64_t end : {edge.source, edge.target})
      if (!ids_.contains(end)) return refuse(edge.line, name, std::to_string(end), "the id of a node of this graph");
    topology& net = network_.topology;
    const node_id a = net.node(ids_.at(edge.source));
    const node_id b = net.node(ids_.at(edge.target));
    if (a == b) {
      warn(edge.line, name + " joins node " + net.describe(a) + " to itself and is left out");
      return success{};
    }
    link::fibre fibre = options_.fibre;
    if (edge.kilometres) {
      fibre.length = kilometres(*edge.kilometres);
    } else if (net.at(a).position && net.at(b).position) {
      fibre.length = great_circle(*net.at(a).position, *net.at(b).position) * options_.detour;
    } else {
      const std::string lost = net.describe(net.at(a).position ? b : a);
      if (options_.missing_length == gml_missing_length::refuse)
        return refuse(edge.line, name + " length", "none, and node " + lost + " has no position",
                      "a length in km, or a position at both ends");
      warn(edge.line, name + " has no length, and node " + lost + " no position; it is left out");
      return success{};
    }
    if (const status valid = fibre.validate(); !valid)
      return refuse(edge.line, name + " length", valid.error().given, valid.error().allowed);
    net.add_link(a, b, fibre);
    return success{};
  }

  const gml_parser& parsed_;
  std::string_view file_;
  const gml_options& options_;
  std::map<std::int64_t, std::size_t> ids_;
  gml_network network_;
};

[[nodiscard]] inline result<gml_network> build_gml(const file_text& content, std::string_view file,
                                                   const gml_options& options) {
  gml_parser parser{content.text, file};
  const bool parsed = parser.run();
  if (content.cut && parser.at_end())  // nothing wrong up to the limit
    return config_error{"file", "more than " + std::to_string(content.text.size()) + " bytes",
                        "at most " + std::to_string(content.text.size()) + " bytes", place(file, parser.line())};
  if (!parsed) return parser.error();
  return gml_builder{parser, file, options}.build();
}

}  // namespace detail

/// Reads a network from GML text; `file` is the name used in errors and warnings. The whole text is
/// `graph [ node [ id 3 label "Utrecht" ... ] ... edge [ source 3 target 4 length 41.5 ] ... ]`, with these rules:
/// - A node needs an integer `id` of its own. `label` (else the id), `city` and `Country` are texts; its place is
///   `Longitude` and `Latitude`, or `position` as a text "[longitude, latitude]" or as two numbers in turn.
/// - An edge needs `source` and `target`. `length` is in km; without it, it is the great-circle distance times
///   `options.detour`. Length zero is legal. Parallel edges are parallel fibres. A self-loop is left out with a
///   warning.
/// - A text of HTML entities is decoded. Other keys mean nothing here and are passed over; lists nest 64 deep at
///   most.
/// Errors are one line with file, line, what was given and what is allowed.
[[nodiscard]] inline result<gml_network> parse_gml(std::string_view text, std::string_view file,
                                                   const gml_options& options = {}) {
  const bool cut = text.size() > options.max_bytes;
  return detail::build_gml({std::string{text.substr(0, options.max_bytes)}, cut}, file, options);
}

/// Reads a network from a GML file; see `parse_gml`. A file longer than `options.max_bytes` is refused, at the first
/// thing wrong in it if that comes before the limit.
[[nodiscard]] inline result<gml_network> read_gml(const std::string& path, const gml_options& options = {}) {
  const result<detail::file_text> content = detail::read_text(path, options.max_bytes);
  if (!content) return content.error();
  return detail::build_gml(*content, path, options);
}

}  // namespace ebit::sim
