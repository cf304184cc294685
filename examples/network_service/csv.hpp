// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "network_service/refusals.hpp"
#include "network_service/run.hpp"

/// What is written to files.
namespace service {

/// A file open for writing; opened before the work starts, so that a wrong name does not cost a run.
class output_file {
 public:
  output_file() = default;
  output_file(const output_file&) = delete;
  output_file& operator=(const output_file&) = delete;
  ~output_file() {
    if (file_ != nullptr) std::fclose(file_);
  }

  [[nodiscard]] ebit::status open(const char* option, const std::string& name) {
    option_ = option;
    name_ = name;
    if (name.empty()) return ebit::success{};
    errno = 0;
    file_ = std::fopen(name.c_str(), "wb");
    return file_ != nullptr ? ebit::status{ebit::success{}} : failed();
  }
  explicit operator bool() const { return file_ != nullptr; }
  void operator()(std::string_view text) const { std::fwrite(text.data(), 1, text.size(), file_); }
  [[nodiscard]] ebit::status close() {
    if (file_ == nullptr) return ebit::success{};
    const bool bad = std::ferror(file_) != 0;
    const bool unwritten = std::fclose(std::exchange(file_, nullptr)) != 0;
    return bad || unwritten ? failed() : ebit::status{ebit::success{}};
  }

 private:
  [[nodiscard]] ebit::status failed() const {
    return ebit::config_error{option_ + (": " + ebit::sim::detail::printable(name_, 400)), std::strerror(errno),
                              "a file that can be written"};
  }

  std::FILE* file_ = nullptr;
  std::string option_;
  std::string name_;
};

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
