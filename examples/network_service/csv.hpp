// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "network_service/refusals.hpp"
#include "network_service/run.hpp"
#include "support/output_file.hpp"

/// What is written to files.
namespace service {

using support::output_file;

inline void write_csv(const output_file& out, const ebit::sim::topology& net, const outcomes& all) {
  out("from,to,hops,requested,delivered,pairs_per_s,fidelity,fidelity_stderr,forecast_fidelity,forecast_pairs_per_s,"
      "latency_median_s,latency_p95_s,status\n");
  for (const outcome& o : all.requests) {
    const ebit::sim::request_record& r = o.record;
    const bool some = !r.deliveries.empty();
    const ebit::forecast& expected = o.planned.circuit.expected;
    std::string row = ebit::sim::detail::csv_text(net.at(r.asked.from).label) + ',' +
                      ebit::sim::detail::csv_text(net.at(r.asked.to).label) + ',' +
                      std::to_string(o.planned.path.hops()) + ',' + std::to_string(r.asked.pairs) + ',' +
                      std::to_string(r.deliveries.size());
    const auto add = [&row](bool known, double value) { row += ',' + (known ? number(value) : std::string{}); };
    add(true, r.rate());
    add(some, r.fidelity());
    add(some, r.fidelity_error());
    add(true, expected.fidelity());
    add(true, expected.rate());
    add(some, r.wait_quantile(0.5).seconds());
    add(some, r.wait_quantile(0.95).seconds());
    out(row + ',' + status_text(o) + '\n');
  }
}

}  // namespace service
