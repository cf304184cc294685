// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstdint>
#include <sstream>
#include <string>

#include <ebit/orchestrate/fabric_builders.hpp>
#include <ebit/orchestrate/fabric_builders_direct.hpp>
#include <ebit/orchestrate/fabric_measures.hpp>
#include <ebit/orchestrate/fabric_resources.hpp>

#include "golden_reader.hpp"

using namespace ebit;
using namespace ebit::orchestrate;
using golden::check;
using golden::row;

namespace {

/// The number after "name=" in the parameters of a row.
std::uint32_t parameter(const row& at, const std::string& name) {
  std::istringstream in{at.text("params")};
  for (std::string field; std::getline(in, field, ';');)
    if (field.rfind(name + "=", 0) == 0) return static_cast<std::uint32_t>(std::stoul(field.substr(name.size() + 1)));
  FAIL(at.where() << ": params: no " << name);
  return 0;
}

/// Fibres between two endpoints at most, from some of them: all are alike.
std::uint32_t longest_from_some(const fabric& in) {
  std::uint32_t longest = 0;
  for (std::uint32_t i = 0; i < in.endpoints().size();
       i += 1 + static_cast<std::uint32_t>(in.endpoints().size()) / 8) {
    const auto far = distances_from(in, element_id{i});
    for (const element_id to : in.endpoints()) {
      if (!far[to.value()]) FAIL("an endpoint out of reach");
      longest = std::max(longest, *far[to.value()]);
    }
  }
  return longest;
}

}  // namespace

TEST_CASE("golden: qdc_topology.csv, fabrics as they are built") {
  golden::for_each_row("qdc_topology.csv", [](const row& at) {
    const std::string& kind = at.text("topology");
    const auto of = [&](const char* name) { return parameter(at, name); };
    fabric_options options;
    fabric in;
    if (kind == "fat_tree") {
      in = fat_tree(of("k"), options);
    } else if (kind == "bcube") {
      in = bcube(of("n"), of("k"), options);
    } else if (kind == "dragonfly") {
      in = q_fly({of("p"), of("a"), of("h")}, options);
    } else if (kind == "clos_snb") {
      options.switches = {{.kind = link::switch_kind::two_sided}};
      in = clos({of("n"), of("r"), of("m")}, options);
    } else {
      FAIL(at.where() << ": unknown topology " << kind);
    }
    if (!in.validate()) FAIL(at.where() << ": " << in.validate().error().message());
    const fabric_resources built = resources_of(in);
    check(at, "hosts", static_cast<double>(built.endpoints), 0);
    check(at, "switches", static_cast<double>(built.switches), 0);
    if (kind == "clos_snb")
      check(at, "max_links_or_stages", figures_of_paths(in, 1 + built.endpoints).crossings.greatest, 0);
    else
      check(at, "max_links_or_stages", longest_from_some(in), 0);
  });
}
