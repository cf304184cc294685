// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include <ebit/core/extremes.hpp>
#include <ebit/core/time.hpp>
#include <ebit/orchestrate/fabric.hpp>
#include <ebit/orchestrate/wire.hpp>

namespace ebit::orchestrate {

/// What a controller believes the switches of a fabric are set to, by what it has ordered: a join that stands need
/// not be ordered again, and light can go through it at once.
class join_table {
 public:
  static constexpr std::uint16_t nothing = wire::switch_plan::nothing;

  join_table() = default;
  explicit join_table(const fabric& of) : offsets_(of.elements().size() + 1, 0) {
    for (std::size_t i = 0; i < of.elements().size(); ++i) {
      const element& e = of.elements()[i];
      offsets_[i + 1] = offsets_[i] + (e.kind == element_kind::optical_switch ? e.ports : 0U);
    }
    ports_.resize(offsets_.back());
  }

  /// Whether the two ports are joined, or will be by an order already given.
  [[nodiscard]] bool stands(element_id at_switch, std::uint16_t in, std::uint16_t out) const {
    return port(at_switch, in).partner == out && port(at_switch, out).partner == in;
  }
  /// When all that was ordered of a port is done.
  [[nodiscard]] local_time settled_at(element_id at_switch, std::uint16_t p) const {
    return port(at_switch, p).settled;
  }
  /// The two ports are ordered to be joined; both will be settled then.
  void order(element_id at_switch, std::uint16_t in, std::uint16_t out, local_time settled) {
    part(at_switch, in);
    part(at_switch, out);
    port(at_switch, in) = {out, settled};
    port(at_switch, out) = {in, settled};
  }
  /// Nothing is known any more of a port, or of a switch.
  void forget(element_id at_switch, std::uint16_t p) { part(at_switch, p); }
  void forget(element_id at_switch) {
    for (std::uint32_t i = offsets_[at_switch.value()]; i < offsets_[at_switch.value() + 1]; ++i)
      ports_[i].partner = nothing;
  }
  void forget() {
    for (state& p : ports_) p = {};
  }

 private:
  struct state {
    std::uint16_t partner = nothing;
    local_time settled;
  };

  [[nodiscard]] state& port(element_id e, std::uint16_t p) { return ports_[offsets_[e.value()] + p]; }
  [[nodiscard]] const state& port(element_id e, std::uint16_t p) const { return ports_[offsets_[e.value()] + p]; }
  void part(element_id e, std::uint16_t p) {
    const std::uint16_t other = port(e, p).partner;
    if (other == nothing) return;
    port(e, other).partner = nothing;
    port(e, p).partner = nothing;
  }

  std::vector<std::uint32_t> offsets_;
  std::vector<state> ports_;
};

}  // namespace ebit::orchestrate
