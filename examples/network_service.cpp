// SPDX-License-Identifier: Apache-2.0
//
// Reads a fibre network, makes every node a repeater, serves requests for entangled pairs and reports how that went.
// `network_service --help` prints the options.
#include <cstdio>
#include <string>
#include <vector>

#include <ebit/ebit.hpp>
#include <ebit/sim/gml.hpp>
#include <ebit/sim/lineage_trace.hpp>

#include "network_service/csv.hpp"
#include "network_service/help.hpp"
#include "network_service/options.hpp"
#include "network_service/report.hpp"
#include "network_service/requests.hpp"
#include "network_service/run.hpp"

namespace {

ebit::status serve(const service::options& o) {
  ebit::sim::gml_options reading;
  reading.fibre.loss_per_length = o.hardware.value.fibre_attenuation;
  reading.missing_length = ebit::sim::gml_missing_length::omit;  // real files are dirty: warned of, not fatal
  const auto read = ebit::sim::read_gml(o.network_file, reading);
  if (!read) return read.error();
  const ebit::sim::topology& net = read->topology;
  service::request_builder asked{net, o};
  const auto requests = asked.build();
  if (!requests) return requests.error();
  const auto cuts = asked.cuts();
  if (!cuts) return cuts.error();

  service::output_file csv, trace, lineage;
  if (const ebit::status opened = csv.open("--csv", o.csv_file); !opened) return opened;
  if (const ebit::status opened = trace.open("--trace", o.trace_file); !opened) return opened;
  if (const ebit::status opened = lineage.open("--lineage", o.lineage_file); !opened) return opened;
  for (const std::string& warning : read->warnings) std::fprintf(stderr, "warning: %s\n", warning.c_str());

  service::print_header(net, o);
  const auto done = service::run(net, o, *requests, *cuts);
  if (!done) return done.error();
  service::print_report(net, o, *done);

  if (csv) service::write_csv(csv, net, *done);
  if (trace || lineage) {
    std::vector<std::string> names;
    for (std::size_t n = 0; n < net.size(); ++n) names.push_back(net.describe(net.node(n)));
    const ebit::sim::lineage history = done->trace.lineage();
    if (trace) ebit::sim::write_chrome_trace(history, names, done->end, trace);
    if (lineage) ebit::sim::write_lineage_csv(history, names, lineage);
    if (done->trace.passed_over() > 0)
      std::fprintf(stderr, "warning: the trace holds the first %zu halves of pairs; %llu more were made\n",
                   done->trace.halves().size(), static_cast<unsigned long long>(done->trace.passed_over()));
  }
  for (service::output_file* file : {&csv, &trace, &lineage})
    if (const ebit::status closed = file->close(); !closed) return closed;
  return ebit::success{};
}

}  // namespace

int main(int argc, char** argv) {
  const auto o = service::option_parser{argc, argv}.run();
  ebit::status done = ebit::success{};
  if (!o) {
    done = o.error();
  } else {
    switch (o->what) {
      case service::options::action::help: service::print_help(); break;
      case service::options::action::list_hardware: service::print_hardware(); break;
      case service::options::action::list_profiles: service::print_profiles(); break;
      case service::options::action::serve: done = serve(*o); break;
    }
  }
  if (done) return 0;
  std::fprintf(stderr, "network_service: %s\n", done.error().message().c_str());
  return 2;
}
