// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdio>
#include <string>
#include <string_view>

#include <ebit/link/presets.hpp>

#include "network_service/hardware_options.hpp"
#include "network_service/stacks.hpp"

/// What `--help` and `list` print.
namespace service {

inline void print_line(std::string_view text) { std::printf("%.*s\n", static_cast<int>(text.size()), text.data()); }

inline void print_help() {
  print_line(
      "Delivers entangled pairs between the cities of a fibre network, in simulation.\n"
      "\n"
      "usage: network_service FILE.gml REQUEST... [OPTION]...\n"
      "\n"
      "requests, all made at time 0; any number, in any mix:\n"
      "  --from A --to B       between two nodes, by label or city\n"
      "  --all-pairs K         between K random pairs of joined nodes\n"
      "  --pairs N             how many pairs (100)\n"
      "  --min-fidelity F      at least this good on average (0.8)\n"
      "                        after a request these two concern it alone, before the first one all\n"
      "\n"
      "options:\n"
      "  --hardware NAME       what stands at the nodes (today); list prints all with their sources\n"
      "  --profile NAME        the protocol stack (plain); list prints all\n"
      "  --seed S              of all chance (1): same seed, same bytes\n"
      "  --csv FILE            one row for each request\n"
      "  --trace FILE          every pair's lineage, for ui.perfetto.dev or chrome://tracing\n"
      "  --lineage FILE        the same as a table\n"
      "  --width N             memories that each request takes on its links, at most 255 (0: all)\n"
      "  --cutoff TIME         give up halves that wait longer between the ends (never; profile cutoff: T2/50)\n"
      "  --patience TIME       refuse what takes longer than this by the forecast (1 h)\n"
      "  --cut A --and B       the fibres between two nodes are cut, from --at TIME (the start) on, --lasts TIME "
      "(1 h);\n"
      "                        profile link-state then goes another way, which is printed; the others wait\n"
      "\n"
      "exit code: 0 when the requests were answered, refusals included; 2 for input that is wrong, with one line on "
      "stderr\n"
      "\n"
      "single values of the hardware; times are in s unless they end in ns, us or ms:");
  for (const hardware_option& o : hardware_options) {
    const std::string unit = o.unit == "s" ? "TIME" : o.unit.empty() ? "X" : std::string{o.unit};
    std::printf("  %-27s %.*s, %s to %s%s%s\n", (std::string{o.name} + ' ' + unit).c_str(),
                static_cast<int>(o.meaning.size()), o.meaning.data(), number(o.low).c_str(), number(o.high).c_str(),
                o.unit.empty() ? "" : " ", std::string{o.unit}.c_str());
  }
}

inline void print_profiles() {
  for (const profile_choice& p : profile_choices)
    std::printf("%-16s %.*s\n", std::string{p.name}.c_str(), static_cast<int>(p.meaning.size()), p.meaning.data());
  std::printf("\nthe default stack, the lowest layer last:\n%s", ebit::describe<plain_stack>().c_str());
}

inline void print_hardware() {
  for (const ebit::link::hardware_preset& p : ebit::link::presets()) {
    std::string title{p.name};
    for (const ebit::link::preset_alias& a : ebit::link::preset_aliases)
      if (a.stands_for == p.name) title.append(" = ").append(a.name);
    print_line(title);
    const auto field = [](const char* what, std::string_view text) {
      if (!text.empty()) std::printf("  %-12s %.*s\n", what, static_cast<int>(text.size()), text.data());
    };
    field("source", p.source);
    field("confidence", p.confidence);
    field("herald", p.scheme == ebit::link::click_scheme::single_click ? "single click" : "double click");
    field("published", p.published);
    field("reproduced", p.reproduced);
    field("fitted", p.fitted);
    field("from memory", p.from_memory);
    field("assumed", p.assumed);
    print_line("");
  }
}

}  // namespace service
