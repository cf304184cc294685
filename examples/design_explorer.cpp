// SPDX-License-Identifier: Apache-2.0
//
// Which way of making pairs is best for which hardware? Sweeps a design and asks the forecast of every stack.
// `design_explorer --help` prints the options.
#include <cstdio>
#include <string>

#include "design_explorer/options.hpp"
#include "design_explorer/output.hpp"
#include "design_explorer/svg.hpp"
#include "design_explorer/sweep.hpp"
#include "support/output_file.hpp"

namespace {

ebit::status explore(const explorer::options& o) {
  support::output_file csv, svg;
  if (const ebit::status opened = csv.open("--csv", o.csv_file); !opened) return opened;
  if (const ebit::status opened = svg.open("--svg", o.svg_file); !opened) return opened;
  const std::string title = o.scenario + (o.hardware.empty() ? "" : ", " + o.hardware) + ": most " +
                            std::string{explorer::name_of(o.what)} + ", rates of pairs of fidelity " +
                            explorer::number(o.min_fidelity) + " or more";
  std::printf("%s\n", title.c_str());
  const auto found = explorer::sweep(o.base, o.x, o.y, o.min_fidelity);
  if (!found) return found.error();
  if (!o.y) explorer::print_table(*found, o.what);
  explorer::print_winners(*found, o.what);
  if (csv) explorer::write_csv(csv, *found);
  if (svg) explorer::svg_plot{svg, *found, o.what, title}.write();
  for (support::output_file* file : {&csv, &svg})
    if (const ebit::status closed = file->close(); !closed) return closed;
  return ebit::success{};
}

}  // namespace

int main(int argc, char** argv) {
  const auto o = explorer::option_parser{argc, argv}.run();
  ebit::status done = ebit::success{};
  if (!o)
    done = o.error();
  else if (o->help)
    explorer::print_help();
  else
    done = explore(*o);
  if (done) return 0;
  std::fprintf(stderr, "design_explorer: %s\n", done.error().message().c_str());
  return 2;
}
