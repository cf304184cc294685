// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <ebit/core/assert.hpp>
#include <ebit/orchestrate/fabric_elements.hpp>
#include <ebit/orchestrate/fabric_parts.hpp>

namespace ebit::orchestrate {

/// The optics between the quantum processors of a data centre: endpoints (the node number of a processor is its
/// endpoint number and its element number), optical switches, Bell-state analysers, and the fibres between them. It
/// does not change once it is made; what is in use or broken is in `fabric_state`. Builders never fail: a fabric made
/// from something impossible says in `validate()` what that was, and is empty.
class fabric {
 public:
  /// Light may take so long from an endpoint to an analyser: as long as a grant can say.
  static constexpr duration longest_arm = duration::picoseconds(4'294'967'295);

  fabric() : fabric(fabric_parts{}) {}
  explicit fabric(fabric_parts parts);
  /// An empty fabric whose `validate()` gives this error.
  explicit fabric(config_error why) : fabric() { error_ = std::move(why); }

  [[nodiscard]] const std::string& name() const { return parts_.name; }
  [[nodiscard]] const fabric_parts& parts() const { return parts_; }
  [[nodiscard]] const std::vector<element>& elements() const { return parts_.elements; }
  [[nodiscard]] const std::vector<span>& spans() const { return parts_.spans; }
  [[nodiscard]] const std::vector<link::optical_switch>& switch_models() const { return parts_.switch_models; }
  [[nodiscard]] const std::vector<link::bell_state_analyser>& analyser_models() const {
    return parts_.analyser_models;
  }
  [[nodiscard]] attenuation loss_per_length() const { return parts_.loss_per_length; }
  [[nodiscard]] speed group_velocity() const { return parts_.group_velocity; }

  /// Each kind in ascending order.
  [[nodiscard]] std::span<const element_id> endpoints() const { return endpoints_; }
  [[nodiscard]] std::span<const element_id> switches() const { return switches_; }
  [[nodiscard]] std::span<const element_id> analysers() const { return analysers_; }

  [[nodiscard]] bool knows(element_id e) const { return e.valid() && e.value() < parts_.elements.size(); }
  [[nodiscard]] bool knows(span_id s) const { return s.valid() && s.value() < parts_.spans.size(); }
  [[nodiscard]] const element& at(element_id e) const {
    EBIT_ASSERT(knows(e), "fabric: no such element");
    return parts_.elements[e.value()];
  }
  [[nodiscard]] const span& along(span_id s) const {
    EBIT_ASSERT(knows(s), "fabric: no such span");
    return parts_.spans[s.value()];
  }
  [[nodiscard]] const link::optical_switch& model_of_switch(element_id e) const {
    return parts_.switch_models[at(e).model];
  }
  [[nodiscard]] const link::bell_state_analyser& model_of_analyser(element_id e) const {
    return parts_.analyser_models[at(e).model];
  }

  /// The spans that end at an element, ascending.
  [[nodiscard]] std::span<const span_id> incident(element_id e) const { return row(incident_, offsets_, e); }
  /// The same with what is at their other ends: first those to switches, then to endpoints, last to analysers; each
  /// part ascending.
  [[nodiscard]] std::span<const socket> sockets(element_id e) const { return row(sockets_, offsets_, e); }
  /// Those of `sockets` that lead to switches: light goes on there.
  [[nodiscard]] std::span<const socket> onward(element_id e) const { return sockets(e).first(onward_[e.value()]); }
  /// Those of `sockets` that lead to analysers.
  [[nodiscard]] std::span<const socket> to_analysers(element_id e) const {
    return sockets(e).last(to_analysers_[e.value()]);
  }
  /// The span in a port, or none.
  [[nodiscard]] span_id span_at(element_id e, std::uint16_t port) const {
    return port < at(e).ports ? row(in_port_, port_offsets_, e)[port] : span_id::none();
  }
  /// The switch that has both inputs of an analyser, so that this is one of its pool; else none.
  [[nodiscard]] element_id pool_of(element_id analyser) const { return pool_of_[analyser.value()]; }
  /// The analysers whose inputs are both at this switch, ascending.
  [[nodiscard]] std::span<const element_id> pool(element_id at_switch) const {
    return row(pool_, pool_offsets_, at_switch);
  }
  /// The analyser that a span leads to, or none.
  [[nodiscard]] element_id analyser_at(span_id s) const {
    for (const element_id e : {along(s).a, along(s).b})
      if (at(e).kind == element_kind::analyser) return e;
    return element_id::none();
  }
  /// Whether every switch joins any two ports and every analyser belongs to the pool of a switch: then each walk
  /// through switches from one endpoint to another passes light, and any analyser on it may be where the photons meet.
  [[nodiscard]] bool is_one_sided() const { return is_one_sided_; }
  /// Whether every analyser belongs to the pool of a switch.
  [[nodiscard]] bool are_analysers_pooled() const { return are_analysers_pooled_; }
  /// Whether every switch that an endpoint is at has analysers.
  [[nodiscard]] bool has_analysers_at_first() const { return has_analysers_at_first_; }

  /// Whether a switch can join these two ports.
  [[nodiscard]] bool joins(element_id at_switch, std::uint16_t in, std::uint16_t out) const {
    return model_of_switch(at_switch).joins(in, out);
  }
  /// What a photon loses in a fibre with its connectors.
  [[nodiscard]] loss loss_of(span_id s) const {
    const span& fibre = along(s);
    return parts_.loss_per_length * fibre.length + fibre.connectors;
  }
  /// What a photon loses from a port of a switch to another.
  [[nodiscard]] loss loss_of(element_id at_switch, std::uint16_t in, std::uint16_t out) const {
    return model_of_switch(at_switch).insertion_loss_of(in, out);
  }
  /// How long light takes through a fibre, to the nearest picosecond. In switches it takes no time.
  [[nodiscard]] duration delay_of(span_id s) const { return along(s).length / parts_.group_velocity; }

  /// Whether it is a fabric: at least two endpoints, every number within its range, every fibre between ports that
  /// exist and are free, both inputs of every analyser connected. The error names the first thing that is wrong.
  [[nodiscard]] status validate() const;

  friend bool operator==(const fabric& a, const fabric& b) { return a.parts_ == b.parts_ && a.error_ == b.error_; }

 private:
  template <class T>
  [[nodiscard]] std::span<const T> row(const std::vector<T>& table, const std::vector<std::uint32_t>& offsets,
                                       element_id e) const {
    EBIT_ASSERT(knows(e), "fabric: no such element");
    const std::uint32_t first = offsets[e.value()];
    return std::span<const T>{table}.subspan(first, offsets[e.value() + 1] - first);
  }
  void index();
  void index_ports();
  void index_pools();

  fabric_parts parts_;
  std::optional<config_error> error_;
  std::vector<element_id> endpoints_, switches_, analysers_;
  std::vector<std::uint32_t> offsets_, port_offsets_, pool_offsets_;
  std::vector<span_id> incident_, in_port_;
  std::vector<socket> sockets_;
  std::vector<std::uint32_t> onward_, to_analysers_;
  std::vector<element_id> pool_, pool_of_;
  bool is_one_sided_ = true;
  bool are_analysers_pooled_ = true;
  bool has_analysers_at_first_ = true;
};

inline fabric::fabric(fabric_parts parts) : parts_{std::move(parts)} {
  error_ = parts_.structure_error();
  if (error_) parts_ = fabric_parts{};
  index();
}

inline void fabric::index() {
  const std::size_t count = parts_.elements.size();
  for (std::uint32_t i = 0; i < count; ++i) {
    const element_kind kind = parts_.elements[i].kind;
    (kind == element_kind::endpoint   ? endpoints_
     : kind == element_kind::analyser ? analysers_
                                      : switches_)
        .push_back(element_id{i});
  }
  offsets_.assign(count + 1, 0);
  onward_.assign(count, 0);
  to_analysers_.assign(count, 0);
  const auto kind_of = [this](element_id e) { return at(e).kind; };
  for (const span& s : parts_.spans)
    for (const element_id e : {s.a, s.b}) {
      ++offsets_[e.value() + 1];
      if (kind_of(s.other(e)) == element_kind::optical_switch) ++onward_[e.value()];
      if (kind_of(s.other(e)) == element_kind::analyser) ++to_analysers_[e.value()];
    }
  for (std::size_t i = 1; i <= count; ++i) offsets_[i] += offsets_[i - 1];
  incident_.resize(parts_.spans.size() * 2);
  sockets_.resize(parts_.spans.size() * 2);
  std::vector<std::uint32_t> next(offsets_.begin(), offsets_.end() - 1);
  std::vector<std::uint32_t> to_switch = next, to_endpoint = next, to_analyser = next;
  for (std::size_t i = 0; i < count; ++i) {
    to_endpoint[i] += onward_[i];
    to_analyser[i] = offsets_[i + 1] - to_analysers_[i];
  }
  for (std::uint32_t i = 0; i < parts_.spans.size(); ++i) {
    const span& s = parts_.spans[i];
    for (const element_id e : {s.a, s.b}) {
      const element_id peer = s.other(e);
      incident_[next[e.value()]++] = span_id{i};
      const element_kind kind = kind_of(peer);
      std::vector<std::uint32_t>& place = kind == element_kind::endpoint   ? to_endpoint
                                          : kind == element_kind::analyser ? to_analyser
                                                                           : to_switch;
      sockets_[place[e.value()]++] = {span_id{i}, peer, s.port_at(e), s.port_at(peer)};
    }
  }
  index_ports();
  index_pools();
}

inline void fabric::index_ports() {
  port_offsets_.assign(1, 0);
  for (const element& e : parts_.elements) port_offsets_.push_back(port_offsets_.back() + e.ports);
  in_port_.assign(port_offsets_.back(), span_id::none());
  for (std::uint32_t i = 0; i < parts_.spans.size(); ++i) {
    const span& s = parts_.spans[i];
    in_port_[port_offsets_[s.a.value()] + s.port_a] = span_id{i};
    in_port_[port_offsets_[s.b.value()] + s.port_b] = span_id{i};
  }
}

inline void fabric::index_pools() {
  const std::size_t count = parts_.elements.size();
  pool_of_.assign(count, element_id::none());
  pool_offsets_.assign(count + 1, 0);
  for (const element_id e : switches_)
    if (model_of_switch(e).kind != link::switch_kind::any_to_any) is_one_sided_ = false;
  for (const element_id x : analysers_) {
    const std::span<const socket> inputs = sockets(x);
    const bool is_pooled = inputs.size() == 2 && inputs[0].peer == inputs[1].peer;
    if (is_pooled) {
      pool_of_[x.value()] = inputs[0].peer;
      ++pool_offsets_[inputs[0].peer.value() + 1];
    } else {
      is_one_sided_ = are_analysers_pooled_ = false;
    }
  }
  for (const element_id e : endpoints_)
    for (const socket& s : onward(e))
      if (to_analysers_[s.peer.value()] == 0) has_analysers_at_first_ = false;
  for (std::size_t i = 1; i <= count; ++i) pool_offsets_[i] += pool_offsets_[i - 1];
  pool_.resize(pool_offsets_.back());
  std::vector<std::uint32_t> next(pool_offsets_.begin(), pool_offsets_.end() - 1);
  for (const element_id x : analysers_)
    if (const element_id at_switch = pool_of_[x.value()]; at_switch.valid()) pool_[next[at_switch.value()]++] = x;
}

inline status fabric::validate() const {
  if (error_) return *error_;
  if (endpoints_.size() < 2)
    return config_error{"fabric: number of endpoints", std::to_string(endpoints_.size()), "2 or more"};
  if (auto ok = parts_.validate(); !ok) return ok;
  for (const element_id x : analysers_)
    if (incident(x).size() != 2)
      return config_error{"fabric: inputs in use of analyser " + at(x).label, std::to_string(incident(x).size()),
                          "2"};
  for (std::uint32_t i = 0; i < spans().size(); ++i)
    if (const duration light = delay_of(span_id{i}); light > longest_arm)
      return config_error{
          "fabric: delay of the fibre from " + at(spans()[i].a).label + " to " + at(spans()[i].b).label,
          ebit::detail::duration_text(light), "up to " + ebit::detail::duration_text(longest_arm)};
  return success{};
}

}  // namespace ebit::orchestrate
