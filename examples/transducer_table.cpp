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
  support::output_file csv, markdown;
  if (const ebit::status opened = csv.open("--csv", o.csv_file); !opened) return opened;
  if (const ebit::status opened = markdown.open("--markdown", o.markdown_file); !opened) return opened;
  const auto found = transducers::table_of(o);
  if (!found) return found.error();
  transducers::print_table(o, *found);
  if (csv) transducers::write_csv(csv, o, *found);
  if (markdown) transducers::write_markdown(markdown, o, *found);
  if (const ebit::status closed = csv.close(); !closed) return closed;
  return markdown.close();
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
