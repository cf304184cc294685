// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <ebit/core/result.hpp>
#include <ebit/sim/geography.hpp>
#include <ebit/sim/gml_lexer.hpp>
#include <ebit/sim/text.hpp>
#include <ebit/sim/topology.hpp>

namespace ebit::sim::detail {

struct gml_node {
  std::size_t line = 0;
  std::int64_t id = 0;
  std::string label{}, city{}, country{};
  std::optional<geographic_position> position{};
};

struct gml_edge {
  std::size_t line = 0;
  std::int64_t source = 0;
  std::int64_t target = 0;
  std::optional<double> kilometres{};
};

/// Reads the nodes and edges of a GML text, each checked by itself; how they fit together is not its business.
class gml_parser {
 public:
  gml_parser(std::string_view text, std::string_view file) : lexer_{text, file}, file_{file} {}

  /// False on an error, which `error()` then tells.
  [[nodiscard]] bool run() {
    const bool read = list(0, 1, [this](const entry& e) {
      if (e.key != "graph") return ignore(e, 0);
      if (graph_line_ != 0) return fail(e.line, "graph", "a second one", "one graph per file");
      graph_line_ = e.line;
      return graph(e);
    });
    if (!read) return false;
    return graph_line_ != 0 || fail(lexer_.line(), "file", "no graph", "GML: graph [ node [ id 0 ] ... ]");
  }

  [[nodiscard]] const std::vector<gml_node>& nodes() const { return nodes_; }
  [[nodiscard]] const std::vector<gml_edge>& edges() const { return edges_; }
  [[nodiscard]] bool directed() const { return directed_; }
  [[nodiscard]] std::size_t graph_line() const { return graph_line_; }
  [[nodiscard]] std::size_t line() const { return lexer_.line(); }
  [[nodiscard]] bool at_end() const { return lexer_.at_end(); }
  [[nodiscard]] const config_error& error() const { return error_; }

 private:
  static constexpr std::size_t max_depth = 64;
  static constexpr std::size_t max_edges = std::size_t{1} << 22;

  /// A key with its value: a number, a string, or a list whose '[' has been read.
  struct entry {
    std::string_view key;
    gml_token value;
    std::size_t line = 0;
  };

  bool fail(std::size_t line, std::string what, std::string given, std::string allowed) {
    error_ = {std::move(what), std::move(given), std::move(allowed), place(file_, line)};
    return false;
  }
  bool next(gml_token& token) {
    if (lexer_.next(token)) return true;
    error_ = lexer_.error();
    return false;
  }
  [[nodiscard]] static std::string shown(const gml_token& token) {
    return token.kind == gml_kind::end ? "the end of the file" : quoted(token.text);
  }

  /// Reads entries up to the list's ']' (at depth 0: the end of the file) and gives each to `take`, which reads
  /// nested lists itself. `opened` is the line of the '['.
  template <class Take>
  bool list(std::size_t depth, std::size_t opened, Take take) {
    for (;;) {
      gml_token key;
      if (!next(key)) return false;
      if (key.kind == gml_kind::close && depth > 0) return true;
      if (key.kind == gml_kind::end && depth == 0) return true;
      if (key.kind == gml_kind::end)
        return fail(key.line, "list", "the end of the file", "a ']' for the '[' of line " + std::to_string(opened));
      if (key.kind != gml_kind::key) return fail(key.line, "key", shown(key), "a name");
      entry e{key.text, {}, key.line};
      if (!next(e.value)) return false;
      if (e.value.kind == gml_kind::key && parse_real(e.value.text)) e.value.kind = gml_kind::number;  // NAN, INF
      if (e.value.kind == gml_kind::key || e.value.kind == gml_kind::close || e.value.kind == gml_kind::end)
        return fail(e.value.line, named(e.key), shown(e.value), "a number, a string in quotes or a list in brackets");
      if (!take(e)) return false;
    }
  }

  [[nodiscard]] static std::string named(std::string_view key) { return "value of " + printable(key); }

  /// Passes over a value that means nothing here. `depth` is that of the list it stands in.
  bool ignore(const entry& e, std::size_t depth) {
    if (e.value.kind != gml_kind::open) return true;
    if (depth + 1 > max_depth)
      return fail(e.line, "depth of lists", std::to_string(depth + 1), "at most " + std::to_string(max_depth));
    return list(depth + 1, e.value.line, [this, depth](const entry& inner) { return ignore(inner, depth + 1); });
  }

  bool graph(const entry& e) {
    if (e.value.kind != gml_kind::open) return fail(e.line, "graph", shown(e.value), "a list in brackets");
    return list(1, e.value.line, [this](const entry& inner) {
      if (inner.key == "node") return node(inner);
      if (inner.key == "edge") return edge(inner);
      if (inner.key == "directed") directed_ = inner.value.text == "1";
      return ignore(inner, 1);
    });
  }

  bool node(const entry& e) {
    if (e.value.kind != gml_kind::open) return fail(e.line, "node", shown(e.value), "a list in brackets");
    if (nodes_.size() == topology::max_nodes)
      return fail(e.line, "nodes", "more than " + std::to_string(nodes_.size()),
                  "at most " + std::to_string(nodes_.size()));
    gml_node n{.line = e.line};
    std::optional<std::int64_t> id;
    std::optional<std::string> label, city, country;
    std::optional<double> longitude, latitude;
    std::vector<double> pair;  // `position` as two numbers
    const bool read = list(2, e.value.line, [&](const entry& inner) {
      if (inner.key == "id") return integer(inner, "node id", id);
      if (inner.key == "label") return text(inner, "node label", label);
      if (inner.key == "city") return text(inner, "node city", city);
      if (inner.key == "Country") return text(inner, "node Country", country);
      if (inner.key == "Longitude") return real(inner, "node Longitude", -180, 180, "-180 to 180", longitude);
      if (inner.key == "Latitude") return real(inner, "node Latitude", -90, 90, "-90 to 90", latitude);
      if (inner.key == "position") return position(inner, n.position, pair);
      return ignore(inner, 2);
    });
    if (!read) return false;
    if (!id) return fail(e.line, "node id", "none", "an integer");
    const std::string name = "node " + std::to_string(*id);
    if (longitude.has_value() != latitude.has_value())
      return fail(e.line, name, longitude ? "Longitude without Latitude" : "Latitude without Longitude",
                  "both or neither");
    if (pair.size() == 1) return fail(e.line, name + " position", "one number", "longitude, then latitude");
    if (longitude && n.position && !(*n.position == geographic_position{*longitude, *latitude}))
      return fail(e.line, name, "a position other than its Longitude and Latitude", "one place");
    if (longitude) n.position = geographic_position{*longitude, *latitude};
    n.id = *id;
    n.label = std::move(label).value_or("");
    n.city = std::move(city).value_or("");
    n.country = std::move(country).value_or("");
    nodes_.push_back(std::move(n));
    return true;
  }

  bool edge(const entry& e) {
    if (e.value.kind != gml_kind::open) return fail(e.line, "edge", shown(e.value), "a list in brackets");
    if (edges_.size() == max_edges)
      return fail(e.line, "edges", "more than " + std::to_string(max_edges), "at most " + std::to_string(max_edges));
    gml_edge result{.line = e.line};
    std::optional<std::int64_t> source, target;
    const bool read = list(2, e.value.line, [&](const entry& inner) {
      if (inner.key == "source") return integer(inner, "edge source", source);
      if (inner.key == "target") return integer(inner, "edge target", target);
      if (inner.key == "length") return real(inner, "edge length", 0, 40000, "0 to 40000 (km)", result.kilometres);
      return ignore(inner, 2);
    });
    if (!read) return false;
    if (!source || !target) return fail(e.line, source ? "edge target" : "edge source", "none", "the id of a node");
    result.source = *source;
    result.target = *target;
    edges_.push_back(result);
    return true;
  }

  template <class T>
  bool once(const entry& e, const char* what, const std::optional<T>& value) {
    return !value || fail(e.line, what, "a second one, " + shown(e.value), "one per node or edge");
  }
  bool integer(const entry& e, const char* what, std::optional<std::int64_t>& value) {
    if (!once(e, what, value)) return false;
    if (e.value.kind == gml_kind::number) value = parse_integer(e.value.text);
    return value || fail(e.value.line, what, shown(e.value), "an integer of at most 64 bits");
  }
  bool real(const entry& e, const char* what, double low, double high, const char* allowed,
            std::optional<double>& value) {
    if (!once(e, what, value)) return false;
    const auto number = e.value.kind == gml_kind::number ? parse_real(e.value.text) : std::nullopt;
    const bool inside = number && *number >= low && *number <= high;  // NaN is not
    if (!inside) {
      const bool is_number = e.value.kind == gml_kind::number;
      return fail(e.value.line, what, is_number ? printable(e.value.text) : shown(e.value), allowed);
    }
    value = *number;
    return true;
  }
  bool text(const entry& e, const char* what, std::optional<std::string>& value) {
    if (!once(e, what, value)) return false;
    if (e.value.kind == gml_kind::open) return fail(e.line, what, "a list", "a string or a number");
    value = decoded(e.value.text);
    return true;
  }

  /// `position` as "[longitude, latitude]", or as two numbers under one key each, which is how NetworkX writes a
  /// pair.
  bool position(const entry& e, std::optional<geographic_position>& place, std::vector<double>& pair) {
    constexpr const char* allowed = "\"[longitude, latitude]\" in degrees";
    if (place) return fail(e.line, "node position", "a second one, " + shown(e.value), "one per node");
    if (e.value.kind == gml_kind::number) {
      pair.push_back(parse_real(e.value.text).value_or(0));
    } else if (e.value.kind == gml_kind::string && pair.empty()) {
      pair = two_numbers(e.value.text);
      if (pair.empty()) return fail(e.value.line, "node position", shown(e.value), allowed);
    } else {
      return fail(e.value.line, "node position", shown(e.value), allowed);
    }
    if (pair.size() < 2) return true;
    place = geographic_position{pair[0], pair[1]};
    if (!place->valid())
      return fail(e.value.line, "node position", shown(e.value), "longitude -180 to 180, latitude -90 to 90");
    return true;
  }

  /// The numbers of "[4.9, 52.4]" or "(4.9, 52.4)"; nothing if `text` is not of that form.
  [[nodiscard]] static std::vector<double> two_numbers(std::string_view text) {
    const auto trim = [](std::string_view t) {
      while (!t.empty() && (t.front() == ' ' || t.front() == '\t')) t.remove_prefix(1);
      while (!t.empty() && (t.back() == ' ' || t.back() == '\t')) t.remove_suffix(1);
      return t;
    };
    text = trim(text);
    const bool square = text.starts_with('[') && text.ends_with(']');
    const bool round = text.starts_with('(') && text.ends_with(')');
    const std::size_t comma = text.find(',');
    if (text.size() < 2 || !(square || round) || comma == std::string_view::npos) return {};
    const auto first = parse_real(trim(text.substr(1, comma - 1)));
    const auto second = parse_real(trim(text.substr(comma + 1, text.size() - comma - 2)));
    if (!first || !second) return {};
    return {*first, *second};
  }

  gml_lexer lexer_;
  std::string_view file_;
  std::vector<gml_node> nodes_;
  std::vector<gml_edge> edges_;
  std::size_t graph_line_ = 0;
  bool directed_ = false;
  config_error error_;
};

}  // namespace ebit::sim::detail
