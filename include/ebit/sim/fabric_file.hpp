// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>

#include <ebit/core/result.hpp>
#include <ebit/orchestrate/fabric.hpp>
#include <ebit/sim/edge_list.hpp>
#include <ebit/sim/fabric_fields.hpp>
#include <ebit/sim/fabric_reader.hpp>
#include <ebit/sim/fabric_records.hpp>
#include <ebit/sim/text.hpp>

namespace ebit::sim {

/// A fabric from a text, a record per line:
///     name TEXT
///     medium loss_db_per_km=0.2 group_velocity_m_per_s=2e8
///     switch-model NAME ports=16 insertion_loss_db=1 reconfiguration_us=1000 ...
///     analyser-model NAME efficiency=0.9 dark_counts_hz=1 ...
///     endpoint LABEL ports=1 group=0
///     switch LABEL model=NAME tier=1 group=0
///     analyser LABEL model=NAME tier=1 group=0
///     fibre a=DEVICE:PORT b=DEVICE:PORT length_m=10 loss_db=0
/// A fabric's name and medium come at most once and anywhere, endpoints before switches and analysers, and whatever is
/// referred to before what refers to it. Devices are named by their labels, or by # and their number in the file.
/// Fields may be in any order; those with a default in `fabric_parts`, `element`, `span`, `optical_switch`,
/// `bell_state_analyser` or `detector` may be left out and are, in that case, as there; the tier of switches and
/// analysers is 1. A word with blanks, or with = \ or " in it, stands in quotes, with \" \\ \xHH. Empty lines and lines
/// that begin with '#' mean nothing. The fabric is valid; errors name file, line and field.
[[nodiscard]] inline result<orchestrate::fabric> parse_fabric(std::string_view text, std::string_view file) {
  return detail::fabric_reader{text, file}.run();
}

/// Reads a fabric from a file of at most 64 MiB; see `parse_fabric`.
[[nodiscard]] inline result<orchestrate::fabric> read_fabric(const std::string& path) {
  const auto content = detail::read_text(path, detail::max_list_bytes);
  if (!content) return content.error();
  if (content->cut) return detail::too_long(path);
  return parse_fabric(content->text, path);
}

/// The text that `parse_fabric` makes an equal fabric of, if it is a valid one.
[[nodiscard]] inline std::string write_fabric(const orchestrate::fabric& f) {
  using orchestrate::element_kind;
  orchestrate::fabric_parts p = f.parts();
  std::string out;
  const auto add = [&out](detail::record_writer& w) { out += std::move(w).line(); };
  const auto record = [&](const char* kind, std::string_view name, const auto& more, auto& of) {
    detail::record_writer w{kind};
    w.name(name);
    more(w);
    detail::describe(w, of);
    add(w);
  };
  const auto nothing = [](detail::record_writer&) {};
  detail::record_writer title{"name"};
  title.name(p.name);
  add(title);
  detail::record_writer medium{"medium"};
  detail::describe_medium(medium, p);
  add(medium);
  for (std::size_t i = 0; i < p.switch_models.size(); ++i)
    record("switch-model", "s" + std::to_string(i), nothing, p.switch_models[i]);
  for (std::size_t i = 0; i < p.analyser_models.size(); ++i)
    record("analyser-model", "x" + std::to_string(i), nothing, p.analyser_models[i]);
  std::map<std::string_view, std::size_t> labels;
  for (const orchestrate::element& e : p.elements) ++labels[e.label];
  for (orchestrate::element& e : p.elements)
    record(
        name_of(e.kind), e.label,
        [&](detail::record_writer& w) {
          if (e.kind != element_kind::endpoint)
            w.text("model", (e.kind == element_kind::analyser ? "x" : "s") + std::to_string(e.model));
        },
        e);
  const auto end = [&](orchestrate::element_id e, std::uint16_t port) {
    const std::string& label = p.elements[e.value()].label;
    const bool is_unique = labels.at(label) == 1 && !label.starts_with('#');
    return (is_unique ? label : "#" + std::to_string(e.value())) + ":" + std::to_string(port);
  };
  for (orchestrate::span& s : p.spans) {
    detail::record_writer w{"fibre"};
    w.text("a", end(s.a, s.port_a));
    w.text("b", end(s.b, s.port_b));
    detail::describe(w, s);
    add(w);
  }
  return out;
}

}  // namespace ebit::sim
