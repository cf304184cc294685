// SPDX-License-Identifier: Apache-2.0
#include <map>
#include <string>

#include <ebit/analyze/fabric_counts.hpp>
#include <ebit/analyze/partition_counts.hpp>

#include "golden_reader.hpp"

using namespace ebit;
using golden::check;
using golden::row;

namespace {

/// "n=8;k=1" as numbers.
class parameters {
 public:
  explicit parameters(const row& at) : where_{at.where()} {
    const std::string text = at.text("params") + ";";
    for (std::size_t begin = 0; begin < text.size();) {
      const std::size_t equals = text.find('=', begin), end = text.find(';', begin);
      if (equals == std::string::npos || equals > end) FAIL(where_ << ": params: '" << text << "'");
      values_[text.substr(begin, equals - begin)] = std::stoull(text.substr(equals + 1, end - equals - 1));
      begin = end + 1;
    }
  }
  std::uint64_t operator()(const char* name) const {
    const auto found = values_.find(name);
    if (found == values_.end()) FAIL(where_ << ": params: no " << name);
    return found->second;
  }

 private:
  std::string where_;
  std::map<std::string, std::uint64_t> values_;
};

}  // namespace

TEST_CASE("golden: qdc_topology.csv", "[golden]") {
  golden::for_each_row("qdc_topology.csv", [](const row& at) {
    const std::string& kind = at.text("topology");
    const parameters of{at};
    analyze::fabric_counts counts;
    if (kind == "fat_tree") {
      counts = analyze::fat_tree(of("k"));
    } else if (kind == "bcube") {
      counts = analyze::bcube(of("n"), of("k"));
    } else if (kind == "dragonfly") {
      counts = analyze::dragonfly(of("p"), of("a"), of("h"));
    } else if (kind == "clos_snb") {
      const analyze::clos_network clos{of("n"), of("r"), of("m")};
      counts = clos.counts();
      if (!clos.strictly_non_blocking()) FAIL_CHECK(at.where() << ": this network blocks");
      const std::string crosspoints = "crosspoints 2rnm+mr^2=" + std::to_string(clos.crosspoints());
      if (at.text("note").find(crosspoints) == std::string::npos)
        FAIL_CHECK(at.where() << ": note: not " << crosspoints);
    } else {
      FAIL(at.where() << ": unknown topology " << kind);
    }
    check(at, "hosts", static_cast<double>(counts.hosts), 0);
    check(at, "switches", static_cast<double>(counts.switches), 0);
    check(at, "max_links_or_stages", static_cast<double>(counts.longest), 0);
  });
}

TEST_CASE("golden: dqc_counts.csv", "[golden]") {
  golden::for_each_row("dqc_counts.csv", [](const row& at) {
    const analyze::contiguous_parts of{static_cast<std::uint64_t>(at.integer("n")),
                                       static_cast<std::uint64_t>(at.integer("k"))};
    check(at, "qft_cp_total", static_cast<double>(of.fourier_gates()), 0);
    check(at, "qft_cp_remote", static_cast<double>(of.remote_fourier_gates()), 0);
    check(at, "qft_cx_remote", static_cast<double>(of.remote_fourier_cnots()), 0);
    check(at, "qft_cat_burst_ebits", static_cast<double>(of.fourier_pairs()), 0);
    check(at, "ghz_chain_remote", static_cast<double>(of.remote_chain_cnots()), 0);
  });
}
