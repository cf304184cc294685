// SPDX-License-Identifier: Apache-2.0
//
// What pairs do two quantum computers share through the transducers of today and of tomorrow, how fast, and what
// limits them? `transducer_table --help` prints the options.
#include <cstdio>
#include <string>

#include "support/output_file.hpp"
#include "transducer_table/options.hpp"
#include "transducer_table/table.hpp"

namespace {

ebit::status tabulate(const transducers::options& o) {
  support::output_file csv;
  if (const ebit::status opened = csv.open("--csv", o.csv_file); !opened) return opened;
  const auto rows = transducers::rows_of(o);
  if (!rows) return rows.error();
  transducers::print_table(o, *rows);
  if (csv) transducers::write_csv(csv, o, *rows);
  return csv.close();
}

}  // namespace

int main(int argc, char** argv) {
  const auto o = transducers::option_parser{argc, argv}.run();
  ebit::status done = ebit::success{};
  if (!o)
    done = o.error();
  else if (o->help)
    transducers::print_help();
  else
    done = tabulate(*o);
  if (done) return 0;
  std::fprintf(stderr, "transducer_table: %s\n", done.error().message().c_str());
  return 2;
}
