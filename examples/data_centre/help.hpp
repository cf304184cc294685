// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdio>
#include <string>
#include <string_view>

#include "data_centre/presets.hpp"

/// What `--help` and `--hardware list` print.
namespace centre {

inline void print_help() {
  std::printf(
      "Runs a quantum data centre in simulation: processors ask for entangled pairs, a controller lends them light\n"
      "paths through a fabric of optical switches to a Bell-state analyser, and everything they do is reported.\n"
      "\n"
      "usage: data_centre [OPTION VALUE]...\n"
      "\n"
      "  --fabric NAME|FILE   (fat-tree); list prints all\n"
      "  --qpus N             2 to 1024 (512)\n"
      "  --ports N            fibres from each QPU (1)\n"
      "  --analysers N        about so many in all (3 for 16 ports of QPUs)\n"
      "  --sites N            1 to 16 data centres like this, each joined to the next by a trunk (1); the QPUs that\n"
      "                       trunks end at, the last ones of each, pass on what others ask for and ask for nothing\n"
      "  --trunk-km L         length of each trunk (10)\n"
      "  --repeaters R        on each trunk, at even distances (0)\n"
      "  --stock N            qubits of each QPU that keep pairs which were made before anybody asked for them "
      "(none)\n"
      "  --hardware NAME      at the QPUs, in switches and analysers (emitter_target); list prints all with sources\n"
      "  --switch NAME        another published switch\n"
      "\n"
      "  --demand D           uniform, hotspot (half of all requests go to one QPU in 32), permutation, or a file "
      "of\n"
      "                       lines at_us,from,to,pairs,min_fidelity[,time_limit_us[,tenant]] (uniform)\n"
      "  --rate R             requests per second of all QPUs together\n"
      "  --pairs K            of each request\n"
      "  --min-fidelity F     of the pairs, on average (with several sites 0.5)\n"
      "  --deadline TIME      for all pairs of a request, or never; in s unless it ends in ns, us or ms\n"
      "  --tenants N          who share the fabric alike (1)\n"
      "  --seconds S          of simulated time\n"
      "                       what is left out of these comes with the hardware\n"
      "\n"
      "  --router R           adaptive, or static: each pair of QPUs keeps one way (adaptive)\n"
      "  --controllers N      1 to 8; those after the first stand by (1)\n"
      "  --faults FILE        lines at_us,kind,where,lasts_us; kind and where: switch, analyser, endpoint, agent, or "
      "drift\n"
      "                       and shutdown of an endpoint's networking unit, and a label or number; fibre and its "
      "number\n"
      "                       or DEVICE:PORT; port and DEVICE:PORT of a switch; controller and its number; or\n"
      "                       at_us,degraded,where,lasts_us,loss_db,noise[,unsensed]: a switch, an analyser, or\n"
      "                       DEVICE:PORT for the fibre there; 0 to 100 dB more, and the probability of white noise\n"
      "                       on each photon; unsensed: nobody reports it. A switch that was broken homes, a unit\n"
      "                       starts up, before it can be used again (--hardware list)\n"
      "                       labels of devices and numbers of fibres: in FILE.resources.csv of --csv FILE.csv\n"
      "  --clock NAME         by which QPUs and analysers bring photons together, with its budget: ideal,\n"
      "                       stabilised_optical, white_rabbit or gps_disciplined (photons always come in time)\n"
      "  --photon MHZ         bandwidth of the photons that the clocks bring together, full width (100)\n"
      "  --seed S             of all chance (1): same seed, same output\n"
      "\n"
      "  --csv FILE           a row for each request; beside it FILE.resources and FILE.faults\n"
      "  --trace FILE         light paths, moves and faults in time, for ui.perfetto.dev\n"
      "  --svg FILE           a picture of the fabric with its load\n"
      "\n"
      "exit code: 0 when the run was made; 2 for input that is wrong, with one line on stderr\n");
}

inline void print_hardware() {
  const auto field = [](const char* what, std::string_view text) {
    if (!text.empty()) std::printf("  %-12s %.*s\n", what, static_cast<int>(text.size()), text.data());
  };
  const auto title = [](std::string_view text) { std::printf("%.*s\n", static_cast<int>(text.size()), text.data()); };
  for (const equipment& e : equipments()) {
    title(e.endpoint.name);
    field("source", e.endpoint.source);
    field("confidence", e.endpoint.confidence);
    field("herald", e.endpoint.scheme == ebit::link::click_scheme::single_click ? "single click" : "double click");
    field("published", e.endpoint.published);
    field("from memory", e.endpoint.from_memory);
    field("assumed", e.endpoint.assumed);
    field("switches", e.optics.name);
    field("  source", e.optics.source);
    field("  published", e.optics.published);
    field("  assumed", e.optics.assumed);
    field("analysers", e.analyser_source);
    std::printf("  %-12s %g requests/s per QPU of %u pairs, fidelity %g or more, for %g s\n\n", "demand",
                e.requests_per_qpu, e.pairs, e.min_fidelity, e.seconds);
  }
  std::printf("and what stands at the nodes of wide-area networks, behind the same switches:\n");
  for (const ebit::link::hardware_preset& p : ebit::link::presets())
    std::printf("  %-30s %s; %s\n", std::string{p.name}.c_str(), std::string{p.source}.c_str(),
                std::string{p.confidence}.c_str());
}

}  // namespace centre
