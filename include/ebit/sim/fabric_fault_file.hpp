// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <ebit/backend/faults.hpp>
#include <ebit/core/result.hpp>
#include <ebit/orchestrate/fabric.hpp>
#include <ebit/sim/demand_file.hpp>
#include <ebit/sim/edge_list.hpp>
#include <ebit/sim/fabric_fault.hpp>
#include <ebit/sim/text.hpp>

namespace ebit::sim {

/// What goes wrong in a data centre: `broken` are for `data_centre_options::broken`, `crashes` of whoever speaks at an
/// address for the schedule of its `faults`.
struct fabric_fault_plan {
  std::vector<fabric_fault> broken{};
  std::vector<scheduled_fault> crashes{};

  [[nodiscard]] std::size_t size() const { return broken.size() + crashes.size(); }
  friend bool operator==(const fabric_fault_plan&, const fabric_fault_plan&) = default;
};

namespace detail {

/// Reads the lines of a fault file against the fabric that they are about.
class fabric_fault_reader {
 public:
  fabric_fault_reader(std::string_view text, std::string_view file, const orchestrate::fabric& in,
                      std::size_t controllers)
      : lines_{text, file}, in_{&in}, controllers_{controllers} {
    for (std::uint32_t i = 0; i < in.elements().size(); ++i) {
      const auto [at, is_new] = labels_.try_emplace(in.elements()[i].label, i);
      if (!is_new) at->second = twice;
    }
  }

  [[nodiscard]] result<fabric_fault_plan> run() {
    bool is_first = true;
    while (lines_.advance()) {
      const bool is_head = is_first && lines_.current().starts_with("at_us");
      is_first = false;
      if (is_head) continue;
      if (plan_.size() == max_list_records)
        return lines_.refuse("faults", "more", "at most " + std::to_string(max_list_records));
      if (auto ok = line(); !ok) return ok.error();
    }
    return plan_;
  }

 private:
  static constexpr std::uint32_t twice = ~std::uint32_t{0};
  static constexpr double longest_us = 9e12;  // a quarter of a year

  [[nodiscard]] status line() {
    demand_fields fields{lines_.current(), lines_};
    const duration at = duration::seconds(fields.real("at_us", 0, longest_us) * 1e-6);
    const auto kind = fields.error() ? std::nullopt : fields.next("kind");
    const auto where = fields.error() ? std::nullopt : fields.next("where");
    const duration lasts = duration::seconds(fields.real("lasts_us", 0, longest_us) * 1e-6);
    fabric_fault f{.at = at, .lasts = lasts};
    if (!fields.error() && *kind == "degraded")
      if (auto ok = degradation(fields, f); !ok) return ok;
    if (fields.error()) return *fields.error();
    if (!fields.is_over())
      return lines_.refuse("fields", quoted(fields.rest()), *kind == "degraded" ? "6 or 7 on a line" : "4 on a line");
    if (lasts <= duration::zero()) return lines_.refuse("lasts_us", "0", "more than 0");
    if (*kind == "controller") return controller(*where, at, lasts);
    if (*kind == "agent") {
      const auto found = element(*where, "a device");
      if (!found) return found.error();
      plan_.crashes.push_back({.at = at, .lasts = lasts, .node = node_id{found->value()}});
      return success{};
    }
    if (*kind == "degraded") {
      if (auto ok = degraded_part(*where, f); !ok) return ok;
    } else if (*kind == "fibre") {
      const auto found = fibre(*where);
      if (!found) return found.error();
      f.what = fabric_fault::kind::fibre;
      f.fibre = *found;
    } else if (*kind == "port") {
      const auto found = port(*where, "port of a switch");
      if (!found) return found.error();
      if (in_->at(found->of).kind != orchestrate::element_kind::optical_switch)
        return lines_.refuse("where", quoted(*where), "a port of a switch");
      f.what = fabric_fault::kind::sticking_port;
      f.element = found->of;
      f.port = found->number;
    } else if (*kind == "drift" || *kind == "shutdown") {
      const auto found = element(*where, "an endpoint");
      if (!found) return found.error();
      if (in_->at(*found).kind != orchestrate::element_kind::endpoint)
        return lines_.refuse("where", quoted(*where), "an endpoint");
      f.what = *kind == "drift" ? fabric_fault::kind::drift : fabric_fault::kind::shutdown;
      f.element = *found;
    } else {
      using orchestrate::element_kind;
      std::optional<element_kind> wanted;
      for (const element_kind k : {element_kind::endpoint, element_kind::optical_switch, element_kind::analyser})
        if (*kind == name_of(k)) wanted = k;
      if (!wanted)
        return lines_.refuse("kind", quoted(*kind),
                             "switch, analyser, endpoint, degraded, drift, shutdown, fibre, port, controller or agent");
      const std::string a = *wanted == element_kind::optical_switch ? "a " : "an ";
      const auto found = element(*where, a + name_of(*wanted));
      if (!found) return found.error();
      if (in_->at(*found).kind != *wanted) return lines_.refuse("where", quoted(*where), a + name_of(*wanted));
      f.element = *found;
    }
    plan_.broken.push_back(f);
    return success{};
  }

  /// "loss_db,noise", and "unsensed" if no agent senses it.
  [[nodiscard]] status degradation(demand_fields& fields, fabric_fault& f) const {
    f.what = fabric_fault::kind::degraded;
    f.added_loss = decibels(fields.real("loss_db", 0, 100));
    f.noise = fields.real("noise", 0, 1);
    if (fields.error()) return *fields.error();
    if (f.added_loss.base() == 0 && f.noise == 0)
      return lines_.refuse("loss_db", "0", "more than 0 where there is no noise");
    if (fields.is_over()) return success{};
    const auto sensed = fields.next("sensed");
    if (*sensed != "unsensed") return lines_.refuse("sensed", quoted(*sensed), "unsensed, or nothing");
    f.is_sensed = false;
    return success{};
  }
  /// A device, or the fibre at a port of one.
  [[nodiscard]] status degraded_part(std::string_view where, fabric_fault& f) const {
    if (labels_.find(where) == labels_.end() && where.find(':') != std::string_view::npos) {
      const auto found = fibre(where);
      if (!found) return found.error();
      f.fibre = *found;
      return success{};
    }
    constexpr const char* wanted = "a switch, an analyser, or DEVICE:PORT for the fibre there";
    const auto found = element(where, wanted);
    if (!found) return found.error();
    if (in_->at(*found).kind == orchestrate::element_kind::endpoint)
      return lines_.refuse("where", quoted(where), wanted);
    f.element = *found;
    return success{};
  }
  [[nodiscard]] status controller(std::string_view where, duration at, duration lasts) {
    const auto rank = parse_integer(where);
    if (!rank || *rank < 0 || static_cast<std::uint64_t>(*rank) >= controllers_)
      return lines_.refuse("where", quoted(where),
                           controllers_ == 0 ? "none: there are no controllers"
                                             : "a controller, 0 to " + std::to_string(controllers_ - 1));
    const auto node = static_cast<std::uint32_t>(in_->elements().size()) + static_cast<std::uint32_t>(*rank);
    plan_.crashes.push_back({.at = at, .lasts = lasts, .node = node_id{node}});
    return success{};
  }

  [[nodiscard]] result<orchestrate::element_id> element(std::string_view where, const std::string& what) const {
    if (const auto found = labels_.find(where); found != labels_.end()) {
      if (found->second != twice) return orchestrate::element_id{found->second};
      return lines_.refuse("where", quoted(where), "a label that one device alone has, or its number");
    }
    const auto number = parse_integer(where);
    if (number && *number >= 0 && static_cast<std::uint64_t>(*number) < in_->elements().size())
      return orchestrate::element_id{static_cast<std::uint32_t>(*number)};
    return lines_.refuse(
        "where", quoted(where),
        what + ", by its label or its number among the " + std::to_string(in_->elements().size()) + " devices");
  }

  struct place {
    orchestrate::element_id of;
    std::uint16_t number = 0;
  };
  /// "label:port".
  [[nodiscard]] result<place> port(std::string_view where, const char* what) const {
    const std::size_t colon = where.rfind(':');
    if (colon == std::string_view::npos)
      return lines_.refuse("where", quoted(where), std::string{"DEVICE:PORT, a "} + what);
    const auto found = element(where.substr(0, colon), "a device");
    if (!found) return found.error();
    const auto number = parse_integer(where.substr(colon + 1));
    const std::uint16_t ports = in_->at(*found).ports;
    if (!number || *number < 0 || *number >= ports)
      return lines_.refuse("where", quoted(where),
                           "a port of " + printable(in_->at(*found).label) + ", 0 to " + std::to_string(ports - 1));
    return place{*found, static_cast<std::uint16_t>(*number)};
  }
  [[nodiscard]] result<orchestrate::span_id> fibre(std::string_view where) const {
    if (const auto number = parse_integer(where)) {
      if (*number >= 0 && static_cast<std::uint64_t>(*number) < in_->spans().size())
        return orchestrate::span_id{static_cast<std::uint32_t>(*number)};
      return lines_.refuse("where", quoted(where), "a fibre, 0 to " + std::to_string(in_->spans().size() - 1));
    }
    const auto found = port(where, "port with a fibre in it, or the fibre's number");
    if (!found) return found.error();
    const orchestrate::span_id s = in_->span_at(found->of, found->number);
    if (!s.valid()) return lines_.refuse("where", quoted(where), "a port with a fibre in it");
    return s;
  }

  number_lines lines_;
  const orchestrate::fabric* in_;
  std::size_t controllers_;
  std::map<std::string, std::uint32_t, std::less<>> labels_;
  fabric_fault_plan plan_;
};

}  // namespace detail

/// What breaks in a fabric, from a text: a line each of
///     at_us,kind,where,lasts_us[,loss_db,noise[,unsensed]]
/// That very line, or its first four fields, may head the file; empty lines and lines that begin with '#' mean nothing.
/// `where` depends on the kind. A device is named by its label or by its number in the fabric.
///     switch, analyser, endpoint   a device of that kind: it breaks
///     degraded                     a switch, an analyser, or DEVICE:PORT for the fibre there: each photon that passes
///                                  loses `loss_db` more (0 to 100 dB) and takes white noise with probability `noise`
///                                  (0 to 1), one of them more than 0; agents report it unless it is `unsensed`
///     drift                        an endpoint: its networking unit works out of tolerance (degraded)
///     shutdown                     an endpoint: its networking unit is shut down in order, and started up again
///     fibre                        the number of the fibre, or DEVICE:PORT of either end
///     port                         DEVICE:PORT of a switch: it sticks
///     agent                        a device: whoever speaks for it crashes; of an endpoint, its stack too
///     controller                   one of the `controllers`, 0 and on: it crashes
/// Times count from the start, in microseconds; in any order. Errors name file, line and field.
[[nodiscard]] inline result<fabric_fault_plan> parse_fabric_faults(std::string_view text, std::string_view file,
                                                                   const orchestrate::fabric& in,
                                                                   std::size_t controllers) {
  return detail::fabric_fault_reader{text, file, in, controllers}.run();
}

/// Reads them from a file of at most 64 MiB; see `parse_fabric_faults`.
[[nodiscard]] inline result<fabric_fault_plan> read_fabric_faults(const std::string& path,
                                                                  const orchestrate::fabric& in,
                                                                  std::size_t controllers) {
  const auto content = detail::read_text(path, detail::max_list_bytes);
  if (!content) return content.error();
  if (content->cut) return detail::too_long(path);
  return parse_fabric_faults(content->text, path, in, controllers);
}

}  // namespace ebit::sim
