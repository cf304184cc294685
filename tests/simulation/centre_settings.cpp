// SPDX-License-Identifier: Apache-2.0
#include "centre_settings.hpp"

#include <algorithm>
#include <map>

namespace ebit_test {

using namespace ebit;

fault_plan faults_of(const centre_scenario& s) {
  fault_plan plan;
  plan.loss = s.loss / 1000.0;
  plan.duplication = s.duplication / 1000.0;
  plan.jitter = duration::picoseconds(std::int64_t{s.jitter} * 1000);
  for (const centre_scenario::fault& f : s.faults) {
    if (f.is_of_fabric()) continue;
    scheduled_fault x;
    switch (f.what) {
      case centre_scenario::fault::kind::clock_step: x.what = scheduled_fault::kind::clock_step; break;
      case centre_scenario::fault::kind::device_faults: x.what = scheduled_fault::kind::device_faults; break;
      case centre_scenario::fault::kind::slow_device: x.what = scheduled_fault::kind::slow_device; break;
      case centre_scenario::fault::kind::erasure: x.what = scheduled_fault::kind::erasure; break;
      default: x.what = scheduled_fault::kind::crash;
    }
    x.at = us(f.at);
    x.lasts = us(f.lasts);
    x.node = node_id{f.where};
    x.step = us(f.step);
    x.probability = f.probability / 1000.0;
    x.factor = f.factor;
    plan.schedule.push_back(x);
  }
  return plan;
}

std::vector<sim::fabric_fault> broken_of(const centre_scenario& s) {
  std::vector<sim::fabric_fault> all;
  for (const centre_scenario::fault& f : s.faults) {
    if (!f.is_of_fabric()) continue;
    sim::fabric_fault x;
    x.at = us(f.at);
    x.lasts = us(f.lasts);
    if (f.what == centre_scenario::fault::kind::fibre) {
      x.what = sim::fabric_fault::kind::fibre;
      x.fibre = orchestrate::span_id{f.where};
    } else if (f.what == centre_scenario::fault::kind::degraded) {
      x.what = sim::fabric_fault::kind::degraded;
      if (f.port == 1)
        x.fibre = orchestrate::span_id{f.where};
      else
        x.element = orchestrate::element_id{f.where};
      x.added_loss = decibels(f.factor);
      x.noise = f.probability / 1000.0;
      x.is_sensed = f.step == 0;
    } else {
      x.element = orchestrate::element_id{f.where};
      if (f.what == centre_scenario::fault::kind::drift) x.what = sim::fabric_fault::kind::drift;
      if (f.what == centre_scenario::fault::kind::shutdown) x.what = sim::fabric_fault::kind::shutdown;
      if (f.what == centre_scenario::fault::kind::sticking_port) {
        x.what = sim::fabric_fault::kind::sticking_port;
        x.port = static_cast<std::uint16_t>(f.port);
      }
    }
    all.push_back(x);
  }
  return all;
}

sim::fabric_timing clocks_of(const centre_scenario& s) {
  link::clock each;
  each.jitter = s.clock_jitter * 1e-12;
  each.residual = s.clock_residual * 1e-12;
  each.offset = s.clock_offset * 1e-12;
  each.drift = s.clock_drift * 1e-9;
  each.synchronised_every = us(200);
  sim::fabric_timing t;
  t.photon = {link::wave_form::pulse, 2e-8};
  t.endpoints = each;
  each.residual = 0;
  t.stations = each;
  t.signs = s.known_signs != 0 ? link::error_signs::known : link::error_signs::unknown;
  return t;
}

duration longest_operation(const centre_scenario& s) {
  std::map<std::uint32_t, double> slower;
  double most = 1;
  for (const centre_scenario::fault& f : s.faults) {
    if (f.what != centre_scenario::fault::kind::slow_device) continue;
    double& here = slower.try_emplace(f.where, 1).first->second;
    here *= f.factor;
    most = std::max(most, here);
  }
  return duration::seconds(std::max(s.gate_time * 1e-9, s.move_time * 1e-6) * most);
}

}  // namespace ebit_test
