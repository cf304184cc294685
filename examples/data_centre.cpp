// SPDX-License-Identifier: Apache-2.0
//
// A quantum data centre: hundreds of processors, a fabric of optical switches and pools of Bell-state analysers, and
// entanglement delivered to any two of them on demand. `data_centre --help` prints the options.
#include <cstdio>
#include <string>
#include <utility>
#include <vector>

#include <ebit/sim/demand_file.hpp>

#include "data_centre/csv.hpp"
#include "data_centre/fabrics.hpp"
#include "data_centre/fault_report.hpp"
#include "data_centre/header.hpp"
#include "data_centre/help.hpp"
#include "data_centre/options.hpp"
#include "data_centre/picture.hpp"
#include "data_centre/run.hpp"
#include "data_centre/scene.hpp"
#include "data_centre/service_report.hpp"
#include "data_centre/timing.hpp"
#include "data_centre/trace.hpp"
#include "data_centre/use_report.hpp"
#include "support/output_file.hpp"

namespace {

ebit::status operate(const centre::options& o) {
  const auto scene = centre::set_scene(o);
  if (!scene) return scene.error();
  support::output_file csv, resources, faults_csv, trace, svg;
  if (const ebit::status ok = csv.open("--csv", o.csv_file); !ok) return ok;
  if (const ebit::status ok = resources.open("--csv", centre::beside(o.csv_file, "resources")); !ok) return ok;
  if (const ebit::status ok = faults_csv.open("--csv", centre::beside(o.csv_file, "faults")); !ok) return ok;
  if (const ebit::status ok = trace.open("--trace", o.trace_file); !ok) return ok;
  if (const ebit::status ok = svg.open("--svg", o.svg_file); !ok) return ok;

  centre::print_header(*scene);
  centre::print_timing(*scene);
  const auto done = centre::run(*scene);
  if (!done) return done.error();
  const std::vector<centre::request_times> times = centre::times_of(*done);
  centre::service_figures served = centre::figures_of(*scene, *done, times);
  const centre::analyser_line line = centre::line_of(*scene, *done);
  std::vector<centre::fault_figures> faults = centre::fault_inquiry{*scene, *done}.run();
  centre::print_service(*scene, *done, served);
  centre::print_use(*scene, *done);
  centre::print_limit(*done, line, centre::limit_of(*scene, *done, served, line));
  centre::print_faults(*scene, faults);

  if (csv) centre::write_requests(csv, *done, times);
  if (resources) centre::write_resources(resources, *scene, *done);
  if (faults_csv) centre::write_faults(faults_csv, faults);
  if (trace) centre::trace_writer{trace, *scene, *done}.write();
  if (svg) centre::picture{svg, *scene, *done}.write();
  for (support::output_file* file : {&csv, &resources, &faults_csv, &trace, &svg})
    if (const ebit::status closed = file->close(); !closed) return closed;
  return ebit::success{};
}

}  // namespace

int main(int argc, char** argv) {
  const auto o = centre::option_parser{argc, argv}.run();
  ebit::status done = ebit::success{};
  if (!o) {
    done = o.error();
  } else {
    switch (o->what) {
      case centre::options::action::help: centre::print_help(); break;
      case centre::options::action::list_fabrics: centre::print_fabrics(); break;
      case centre::options::action::list_hardware: centre::print_hardware(); break;
      case centre::options::action::run: done = operate(*o); break;
    }
  }
  if (done) return 0;
  std::fprintf(stderr, "data_centre: %s\n", done.error().message().c_str());
  return 2;
}
