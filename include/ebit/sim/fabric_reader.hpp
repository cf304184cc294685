// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <unordered_set>
#include <utility>
#include <vector>

#include <ebit/core/result.hpp>
#include <ebit/orchestrate/fabric.hpp>
#include <ebit/sim/edge_list.hpp>
#include <ebit/sim/fabric_fields.hpp>
#include <ebit/sim/fabric_records.hpp>
#include <ebit/sim/text.hpp>

namespace ebit::sim::detail {

/// Reads a fabric, record by record.
class fabric_reader {
 public:
  fabric_reader(std::string_view text, std::string_view file) : lines_{text, file}, file_{file} {}

  [[nodiscard]] result<orchestrate::fabric> run() {
    while (lines_.advance())
      if (auto ok = line(); !ok) return ok.error();
    for (std::size_t i = 0, x = 0; i < parts_.elements.size(); ++i) {
      if (parts_.elements[i].kind != orchestrate::element_kind::analyser) continue;
      const std::string& where = analyser_lines_[x++];
      for (std::uint16_t input = 0; input < 2; ++input)
        if (!taken_.contains(i << 16U | input))
          return config_error{"analyser " + printable(parts_.elements[i].label),
                              "no fibre at its input " + std::to_string(input), "a fibre at both inputs", where};
    }
    orchestrate::fabric made{std::move(parts_)};
    if (auto ok = made.validate(); !ok) {
      config_error why = ok.error();
      why.where = printable(file_, 400);
      return why;
    }
    return made;
  }

 private:
  using kind = orchestrate::element_kind;
  static constexpr std::uint32_t twice = ~std::uint32_t{0};
  static constexpr std::uint64_t most_ports = std::uint64_t{1} << 24;

  [[nodiscard]] status line() {
    std::string_view rest = lines_.current();
    const std::string_view record = rest.substr(0, rest.find_first_of(" \t"));
    rest.remove_prefix(record.size());
    if (record == "name") return name(rest);
    record_reader f{rest, lines_};
    if (record == "medium") return medium(f);
    if (record == "switch-model") return model(f, parts_.switch_models, switch_models_);
    if (record == "analyser-model") return model(f, parts_.analyser_models, analyser_models_);
    if (record == "endpoint") return element(f, kind::endpoint);
    if (record == "switch") return element(f, kind::optical_switch);
    if (record == "analyser") return element(f, kind::analyser);
    if (record == "fibre") return fibre(f);
    return lines_.refuse("record", detail::quoted(record),
                         "name, medium, switch-model, analyser-model, endpoint, switch, analyser or fibre");
  }

  [[nodiscard]] status name(std::string_view rest) {
    while (rest.starts_with(' ') || rest.starts_with('\t')) rest.remove_prefix(1);
    if (std::exchange(has_name_, true)) return lines_.refuse("name", detail::quoted(rest), "one name");
    parts_.name = rest;
    if (!rest.starts_with('"')) return success{};
    const auto word = take_word(rest);
    if (!word || !rest.empty())
      return lines_.refuse("name", detail::quoted(parts_.name), R"(text, or text in quotes with \" \\ \xHH)");
    parts_.name = *word;
    return success{};
  }

  [[nodiscard]] status medium(record_reader& f) {
    f.no_name();
    if (std::exchange(has_medium_, true))
      return lines_.refuse("medium", detail::quoted(lines_.current()), "one medium");
    describe_medium(f, parts_);
    if (auto ok = f.finish(); !ok) return ok;
    orchestrate::fabric_parts alone;
    alone.loss_per_length = parts_.loss_per_length;
    alone.group_velocity = parts_.group_velocity;
    return here(alone.validate());
  }

  template <class Model>
  [[nodiscard]] status model(record_reader& f, std::vector<Model>& models,
                             std::map<std::string, std::uint16_t, std::less<>>& names) {
    const std::string called = f.name("name of the model");
    Model m;
    describe(f, m);
    if (auto ok = f.finish(); !ok) return ok;
    if (auto ok = m.validate(); !ok) return here(ok);
    if (models.size() > 0xFFFF) return lines_.refuse("models", "more", "at most 65536 of a kind");
    if (!names.try_emplace(called, static_cast<std::uint16_t>(models.size())).second)
      return lines_.refuse("name of the model", detail::quoted(called), "a name that no other model of its kind has");
    models.push_back(std::move(m));
    return success{};
  }

  [[nodiscard]] status element(record_reader& f, kind of) {
    orchestrate::element e{.kind = of};
    e.label = f.name("label");
    if (of != kind::endpoint) {
      const auto& names = of == kind::optical_switch ? switch_models_ : analyser_models_;
      const std::string called = f.required("model");
      const auto found = names.find(called);
      if (found == names.end())
        f.fail("model", detail::quoted(called),
               "a" + std::string{of == kind::analyser ? "n " : " "} + name_of(of) + "-model of a line before");
      else
        e.model = found->second;
      e.tier = 1;
      e.ports = 2;
      if (of == kind::optical_switch && found != names.end()) e.ports = parts_.switch_models[e.model].ports;
    }
    describe(f, e);
    if (auto ok = f.finish(); !ok) return ok;
    if (of == kind::endpoint && !parts_.elements.empty() && parts_.elements.back().kind != kind::endpoint)
      return lines_.refuse("endpoint", detail::quoted(e.label), "endpoints before all switches and analysers");
    if (parts_.elements.size() == max_list_records)
      return lines_.refuse("devices", "more", "at most " + std::to_string(max_list_records));
    ports_ += e.ports;
    if (ports_ > most_ports)
      return lines_.refuse("ports of all devices", "more", "at most " + std::to_string(most_ports));
    if (of == kind::analyser) analyser_lines_.push_back(lines_.refuse("", "", "").where);
    const auto number = static_cast<std::uint32_t>(parts_.elements.size());
    const auto [at, is_new] = labels_.try_emplace(e.label, number);
    if (!is_new) at->second = twice;
    parts_.elements.push_back(std::move(e));
    return success{};
  }

  [[nodiscard]] status fibre(record_reader& f) {
    orchestrate::span s;
    f.no_name();
    const std::string a = f.required("a"), b = f.required("b");
    describe(f, s);
    if (auto ok = f.finish(); !ok) return ok;
    if (auto ok = end_of("a", a, s.a, s.port_a); !ok) return ok;
    if (auto ok = end_of("b", b, s.b, s.port_b); !ok) return ok;
    if (s.a == s.b) return lines_.refuse("b", detail::quoted(b), "another device than a");
    const kind at_a = parts_.elements[s.a.value()].kind;
    if (at_a != kind::optical_switch && at_a == parts_.elements[s.b.value()].kind)
      return lines_.refuse("b", detail::quoted(b), std::string{"a device that is no "} + name_of(at_a));
    if (!(s.length.base() >= 0 && s.length.base() <= 4e7))
      return lines_.refuse("length_m", ebit::detail::number_text(s.length.base()), "0 to 40000000");
    if (!(s.connectors.base() >= 0 && s.connectors.base() <= 1000))
      return lines_.refuse("loss_db", ebit::detail::number_text(s.connectors.base()), "0 to 1000");
    if (parts_.spans.size() == max_list_records)
      return lines_.refuse("fibres", "more", "at most " + std::to_string(max_list_records));
    parts_.spans.push_back(s);
    return success{};
  }

  /// DEVICE:PORT; takes the port.
  [[nodiscard]] status end_of(const char* key, std::string_view given, orchestrate::element_id& e,
                              std::uint16_t& port) {
    const std::size_t colon = given.rfind(':');
    if (colon == std::string_view::npos) return lines_.refuse(key, detail::quoted(given), "DEVICE:PORT");
    const std::string_view device = given.substr(0, colon);
    std::uint32_t number = 0;
    if (device.starts_with('#')) {
      const auto value = parse_integer(device.substr(1));
      if (!value || *value < 0 || static_cast<std::uint64_t>(*value) >= parts_.elements.size())
        return lines_.refuse(
            key, detail::quoted(given),
            "the number of one of the " + std::to_string(parts_.elements.size()) + " devices before");
      number = static_cast<std::uint32_t>(*value);
    } else {
      const auto found = labels_.find(device);
      if (found == labels_.end())
        return lines_.refuse(key, detail::quoted(given), "the label of a device from a line before, or #NUMBER");
      if (found->second == twice)
        return lines_.refuse(key, detail::quoted(given), "a label that one device alone has, or #NUMBER");
      number = found->second;
    }
    const orchestrate::element& at = parts_.elements[number];
    const auto value = parse_integer(given.substr(colon + 1));
    if (!value || *value < 0 || *value >= at.ports)
      return lines_.refuse(key, detail::quoted(given),
                           "a port of " + printable(at.label) + ", 0 to " + std::to_string(at.ports - 1));
    e = orchestrate::element_id{number};
    port = static_cast<std::uint16_t>(*value);
    if (!taken_.insert(std::uint64_t{number} << 16U | port).second)
      return lines_.refuse(key, detail::quoted(given), "a port with no other fibre in it");
    return success{};
  }

  /// The same error, with the line that it is about.
  [[nodiscard]] status here(const status& checked) const {
    if (checked) return checked;
    return lines_.refuse(checked.error().what, checked.error().given, checked.error().allowed);
  }

  number_lines lines_;
  std::string_view file_;
  orchestrate::fabric_parts parts_;
  bool has_name_ = false;
  bool has_medium_ = false;
  std::uint64_t ports_ = 0;
  std::map<std::string, std::uint16_t, std::less<>> switch_models_, analyser_models_;
  std::map<std::string, std::uint32_t, std::less<>> labels_;
  std::vector<std::string> analyser_lines_;
  std::unordered_set<std::uint64_t> taken_;  // element · 2^16 + port
};

}  // namespace ebit::sim::detail
