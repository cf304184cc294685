// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <ebit/core/ids.hpp>
#include <ebit/core/result.hpp>
#include <ebit/link/fibre.hpp>
#include <ebit/sim/text.hpp>
#include <ebit/sim/topology.hpp>

/// Readers of the plain lists of numbers in which graphs and the requests on them are often exchanged. One record per
/// line, numbers apart by blanks; empty lines and lines that begin with '#' mean nothing. Errors name file and line.
namespace ebit::sim {

/// Who wants to be joined with whom.
struct node_pair {
  node_id from;
  node_id to;

  friend bool operator==(node_pair, node_pair) = default;
};

namespace detail {

/// Reads lines of non-negative integers.
class number_lines {
 public:
  number_lines(std::string_view text, std::string_view file) : rest_{text}, file_{file} {
    if (rest_.starts_with("\xEF\xBB\xBF")) rest_.remove_prefix(3);  // a byte order mark
  }

  /// The next line that is neither empty nor a comment; false at the end.
  [[nodiscard]] bool advance() {
    while (!rest_.empty()) {
      const std::size_t end = rest_.find('\n');
      current_ = rest_.substr(0, end);
      rest_.remove_prefix(end == std::string_view::npos ? rest_.size() : end + 1);
      ++line_;
      if (current_.ends_with('\r')) current_.remove_suffix(1);
      current_ = trimmed(current_);
      if (!current_.empty() && current_.front() != '#') return true;
    }
    current_ = {};
    return false;
  }

  /// The line's numbers, exactly as many as `names` has words; each at most `highest`.
  [[nodiscard]] result<std::vector<std::size_t>> numbers(std::size_t count, const char* names,
                                                         std::size_t highest) const {
    std::vector<std::size_t> found;
    std::string_view left = current_;
    while (!left.empty() && found.size() <= count) {
      const std::string_view word = left.substr(0, left.find_first_of(" \t"));
      left = trimmed(left.substr(word.size()));
      const auto value = parse_integer(word);
      if (!value) return refuse(names, quoted(word), "whole numbers");
      if (*value < 0 || static_cast<std::uint64_t>(*value) > highest)
        return refuse(names, printable(word), "0 to " + std::to_string(highest));
      found.push_back(static_cast<std::size_t>(*value));
    }
    if (found.size() != count) return refuse(names, quoted(current_), std::to_string(count) + " numbers on the line");
    return found;
  }

  [[nodiscard]] config_error refuse(std::string what, std::string given, std::string allowed) const {
    return {std::move(what), std::move(given), std::move(allowed), place(file_, line_ > 0 ? line_ : 1)};
  }
  [[nodiscard]] std::string_view current() const { return current_; }

 private:
  [[nodiscard]] static std::string_view trimmed(std::string_view t) {
    while (!t.empty() && (t.front() == ' ' || t.front() == '\t')) t.remove_prefix(1);
    while (!t.empty() && (t.back() == ' ' || t.back() == '\t')) t.remove_suffix(1);
    return t;
  }

  std::string_view rest_;
  std::string_view file_;
  std::string_view current_{};
  std::size_t line_ = 0;
};

inline constexpr std::size_t max_list_bytes = std::size_t{64} << 20;
inline constexpr std::size_t max_list_records = std::size_t{1} << 22;

[[nodiscard]] inline config_error too_long(const std::string& path) {
  return {"file", "more than " + std::to_string(max_list_bytes) + " bytes",
          "at most " + std::to_string(max_list_bytes) + " bytes", printable(path, 400)};
}

}  // namespace detail

/// A graph: the first line holds the numbers of nodes and of edges, each further line the two ends of an edge,
/// counted from 0. Every edge becomes a link of fibre `each`; an edge given twice, two parallel ones; an edge from a
/// node to itself is an error.
[[nodiscard]] inline result<topology> parse_edge_list(std::string_view text, std::string_view file,
                                                      const link::fibre& each) {
  if (const status fibre = each.validate(); !fibre) return fibre.error();
  detail::number_lines lines{text, file};
  if (!lines.advance())
    return lines.refuse("edge list", "an empty file", "a first line with the numbers of nodes and edges");
  const auto counts = lines.numbers(2, "numbers of nodes and edges", detail::max_list_records);
  if (!counts) return counts.error();
  const std::size_t nodes = (*counts)[0];
  const std::size_t edges = (*counts)[1];
  if (nodes < 1 || nodes > topology::max_nodes)
    return lines.refuse("number of nodes", std::to_string(nodes), "1 to " + std::to_string(topology::max_nodes));

  topology net;
  for (std::size_t i = 0; i < nodes; ++i) net.add_node();
  while (lines.advance()) {
    if (net.links().size() == edges)
      return lines.refuse("edge", detail::quoted(lines.current()),
                          "no more than the " + std::to_string(edges) + " announced");
    const auto ends = lines.numbers(2, "edge", nodes - 1);
    if (!ends) return ends.error();
    if ((*ends)[0] == (*ends)[1])
      return lines.refuse("edge", "from node " + std::to_string((*ends)[0]) + " to itself", "two different nodes");
    net.add_link(net.node((*ends)[0]), net.node((*ends)[1]), each);
  }
  if (net.links().size() < edges)
    return lines.refuse("number of edges", std::to_string(net.links().size()),
                        "the " + std::to_string(edges) + " announced");
  return net;
}

/// Reads a graph from a file of at most 64 MiB; see `parse_edge_list`.
[[nodiscard]] inline result<topology> read_edge_list(const std::string& path, const link::fibre& each) {
  const auto content = detail::read_text(path, detail::max_list_bytes);
  if (!content) return content.error();
  const auto parsed = parse_edge_list(content->text, path, each);
  if (parsed && content->cut) return detail::too_long(path);
  return parsed;
}

/// Requests on a network: the first line holds their number, each further line two node numbers, from and to.
[[nodiscard]] inline result<std::vector<node_pair>> parse_requests(std::string_view text, std::string_view file,
                                                                   const topology& net) {
  detail::number_lines lines{text, file};
  if (!lines.advance())
    return lines.refuse("request list", "an empty file", "a first line with the number of requests");
  const auto counts = lines.numbers(1, "number of requests", detail::max_list_records);
  if (!counts) return counts.error();
  const std::size_t count = (*counts)[0];

  std::vector<node_pair> requests;
  while (lines.advance()) {
    if (requests.size() == count)
      return lines.refuse("request", detail::quoted(lines.current()),
                          "no more than the " + std::to_string(count) + " announced");
    if (net.size() == 0)
      return lines.refuse("request", detail::quoted(lines.current()), "none: the network has no node");
    const auto ends = lines.numbers(2, "request", net.size() - 1);
    if (!ends) return ends.error();
    if ((*ends)[0] == (*ends)[1])
      return lines.refuse("request", "from node " + std::to_string((*ends)[0]) + " to itself", "two different nodes");
    requests.push_back({net.node((*ends)[0]), net.node((*ends)[1])});
  }
  if (requests.size() < count)
    return lines.refuse("number of requests", std::to_string(requests.size()),
                        "the " + std::to_string(count) + " announced");
  return requests;
}

/// Reads requests from a file of at most 64 MiB; see `parse_requests`.
[[nodiscard]] inline result<std::vector<node_pair>> read_requests(const std::string& path, const topology& net) {
  const auto content = detail::read_text(path, detail::max_list_bytes);
  if (!content) return content.error();
  const auto parsed = parse_requests(content->text, path, net);
  if (parsed && content->cut) return detail::too_long(path);
  return parsed;
}

}  // namespace ebit::sim
