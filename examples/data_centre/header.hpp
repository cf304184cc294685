// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <cstdio>
#include <string>

#include <ebit/orchestrate/fabric_resources.hpp>

#include "data_centre/numbers.hpp"
#include "data_centre/run.hpp"

/// What is going to be run, as it is printed.
namespace centre {

inline void print_header(const scene& s) {
  namespace net = ebit::orchestrate;
  const net::fabric_resources r = net::resources_of(s.layout);
  std::printf("fabric     %s\n", ebit::sim::detail::printable(s.layout.name(), 200).c_str());
  std::printf(
      "           %llu transducers, %llu switches (%llu of %llu ports in use), %llu analysers (%llu detectors), "
      "%llu fibres, %.1f km\n",
      static_cast<unsigned long long>(r.transducers), static_cast<unsigned long long>(r.switches),
      static_cast<unsigned long long>(r.switch_ports_in_use), static_cast<unsigned long long>(r.switch_ports),
      static_cast<unsigned long long>(r.analysers), static_cast<unsigned long long>(r.detectors),
      static_cast<unsigned long long>(r.fibres), ebit::in_kilometres(r.fibre));
  const std::uint64_t n = r.endpoints, pairs = n * (n - 1) / 2;
  if (s.joined) {
    const net::trunk& t = s.joined->trunks().front();
    std::printf("sites      %zu alike in a row, trunks of %s km with %s; QPUs at their ends:", s.joined->sites(),
                rounded(ebit::in_kilometres(t.length), 6).c_str(), count_of(t.repeaters, "repeater").c_str());
    for (const net::trunk& each : s.joined->trunks())
      std::printf(" %s-%s", s.layout.at(s.joined->endpoint(each.a)).label.c_str(),
                  s.layout.at(s.joined->endpoint(each.b)).label.c_str());
    std::printf("\n");
  }
  const net::path_figures p = net::figures_of_paths(s.layout, pairs / 1000 + 1);
  if (p.loss_db.count > 0)
    std::printf(
        "           an arm loses %.1f to %.1f dB (%.1f on average) in %.0f to %.0f switches; these leave a "
        "fidelity of %.3f on average\n",
        p.loss_db.least, p.loss_db.greatest, p.loss_db.mean(), p.crossings.least, p.crossings.greatest,
        p.fidelity.mean());
  if (p.unreachable > 0)
    std::printf(
        "           no single light path joins %s of the pairs of QPUs: they take several, and QPUs in between that "
        "swap\n",
        percent(static_cast<double>(p.unreachable) / static_cast<double>(p.unreachable + p.loss_db.count)).c_str());
  const equipment& e = s.chosen.hardware;
  std::printf("hardware   %s: %s attempts/s per port, %s\n", std::string{e.endpoint.name}.c_str(),
              rounded(1 / e.endpoint.value.attempt_time.seconds(), 9).c_str(),
              e.endpoint.scheme == ebit::link::click_scheme::single_click ? "one photon per herald"
                                                                          : "two photons per herald");
  if (s.chosen.buffers > 0)
    std::printf("           %u more qubits in each QPU keep pairs that nobody has asked for yet\n",
                unsigned{s.chosen.buffers});
  const net::fabric& f = s.layout;
  if (!f.switches().empty()) {
    const ebit::link::optical_switch& model = f.model_of_switch(f.switches().front());
    const bool is_preset = model.reconfiguration_time == e.optics.value.reconfiguration_time &&
                           model.insertion_loss == e.optics.value.insertion_loss;
    std::printf("           switches %s: %.2g dB, %s to move\n",
                is_preset ? std::string{e.optics.name}.c_str() : "of the fabric", model.insertion_loss.base(),
                time_text(model.reconfiguration_time.seconds()).c_str());
  }
  std::printf("control    %s routes, %u controller%s\n", s.chosen.is_static ? "static" : "adaptive",
              unsigned{s.chosen.controllers}, s.chosen.controllers == 1 ? "" : "s");
  if (!s.script.empty())
    std::printf("demand     %zu requests of %s", s.script.size(),
                ebit::sim::detail::printable(s.chosen.demand, 200).c_str());
  else
    std::printf("demand     %s, %s requests/s of %u pairs, fidelity %s or more, %s", name_of(s.demand.pattern),
                rounded(s.demand.requests_per_second, 6).c_str(), s.demand.pairs,
                rounded(s.demand.min_fidelity).c_str(),
                s.demand.time_limit.is_never() ? "without deadline"
                                               : ("within " + time_text(s.demand.time_limit.seconds())).c_str());
  std::printf("; %zu tenant%s; %s; seed %llu\n\n", s.tenants(), s.tenants() == 1 ? "" : "s",
              time_text(s.span.seconds()).c_str(), static_cast<unsigned long long>(s.chosen.seed));
}

}  // namespace centre
