// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <ebit/link/bell_state_analyser.hpp>
#include <ebit/link/optical_switch.hpp>
#include <ebit/orchestrate/fabric.hpp>
#include <ebit/sim/fabric_records.hpp>

/// The fields of each record of a fabric file, for `record_reader` as for `record_writer`.
namespace ebit::sim::detail {

template <class Fields>
void describe(Fields& f, link::optical_switch& m) {
  f.choice("kind", m.kind, {"any-to-any", "two-sided", "two-by-two"});
  f.whole("ports", m.ports, 2, 65535);
  f.real("insertion_loss_db", m.insertion_loss);
  f.real("loss_per_crossing_db", m.loss_per_crossing);
  f.list("path_losses_db", m.path_losses);
  f.real("crosstalk_db", m.crosstalk);
  f.time("reconfiguration_us", m.reconfiguration_time, 6);
  f.time("homing_us", m.homing_time, 6);
  f.time("parking_us", m.parking_time, 6);
  f.real("fidelity", m.fidelity);
  f.choice("senses_position", m.senses_position, {"no", "yes"});
  f.real("power_w", m.power);
}

template <class Fields>
void describe(Fields& f, link::bell_state_analyser& m) {
  f.real("efficiency", m.eye.efficiency);
  f.real("dark_counts_hz", m.eye.dark_counts);
  f.time("dead_time_ns", m.eye.dead_time, 3);
  f.time("jitter_ps", m.eye.jitter, 0);
  f.choice("number_resolving", m.eye.number_resolving, {"no", "yes"});
  f.time("window_ns", m.eye.window, 3);
  f.choice("blinded", m.blinded, {"not-paralysable", "paralysable"});
  f.whole("detectors", m.detectors);
  f.real("insertion_loss_db", m.insertion_loss);
  f.real("mode_match", m.mode_match);
  f.whole("ancilla_photons", m.ancilla_photons);
  f.real("success", m.success);
  f.time("set_up_us", m.set_up, 6);
}

template <class Fields>
void describe_medium(Fields& f, orchestrate::fabric_parts& p) {
  f.real("loss_db_per_km", p.loss_per_length);
  f.real("group_velocity_m_per_s", p.group_velocity);
}

template <class Fields>
void describe(Fields& f, orchestrate::element& e) {
  if (e.kind == orchestrate::element_kind::endpoint)
    f.whole("ports", e.ports, 1, 65535);
  else
    f.whole("tier", e.tier);
  f.whole("group", e.group);
}

template <class Fields>
void describe(Fields& f, orchestrate::span& s) {
  f.real("length_m", s.length);
  f.real("loss_db", s.connectors);
}

}  // namespace ebit::sim::detail
