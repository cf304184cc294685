// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include <ebit/link/wire.hpp>
#include <ebit/route/handover.hpp>
#include <ebit/route/test_results.hpp>

namespace ebit {

/// What test rounds have shown a head of its circuits. An entry is made when a circuit's first test is read, and
/// makes room for that of another circuit once there are `most`.
class fidelity_monitor {
 public:
  static constexpr std::size_t most = 64;

  struct entry {
    circuit_id circuit;
    path_id path;  ///< that its pairs are named by: its first link, for as long as it is open
    double least_fidelity = 0;
    route::test_results results;
  };

  [[nodiscard]] const route::test_results* of(circuit_id circuit) const {
    for (const entry& e : entries_)
      if (e.circuit == circuit) return &e.results;
    return nullptr;
  }
  /// All tests of circuits whose pairs are named by that path, of those that are still remembered.
  [[nodiscard]] link::fidelity_estimate over(path_id path) const {
    link::fidelity_estimate all;
    for (const entry& e : entries_) {
      if (e.path != path) continue;
      if (all.tests() == 0)
        all = e.results.overall();
      else
        all.record(e.results.overall());
    }
    return all;
  }
  /// The head has read its half of a test pair.
  void own(const route::test_reading& r) {
    at(r.circuit, r.name.path, r.expected, r.least_fidelity, r.read_out_flip).results.own(r.name, r.in, r.bit);
  }
  /// The tail's word of its half. It may come first.
  void peer(circuit_id circuit, double expected, double least_fidelity, double read_out_flip, const wire::tested& m) {
    const pair_id name{m.name_path, m.name_epoch, m.name_sequence};
    at(circuit, name.path, expected, least_fidelity, read_out_flip).results.peer(name, (m.bit & 1) != 0);
  }
  /// Whether tests have settled that a circuit's pairs are not good enough.
  [[nodiscard]] bool falls_short(circuit_id circuit) const {
    for (const entry& e : entries_)
      if (e.circuit == circuit) return e.results.falls_short_of(e.least_fidelity);
    return false;
  }

 private:
  entry& at(circuit_id circuit, path_id path, double expected, double least_fidelity, double read_out_flip) {
    for (entry& e : entries_) {
      if (e.circuit != circuit) continue;
      e.least_fidelity = least_fidelity;  // requests come and go
      return e;
    }
    if (entries_.size() == most) entries_.erase(entries_.begin());
    return entries_.emplace_back(
        entry{circuit, path, least_fidelity, route::test_results{expected, least_fidelity, read_out_flip}});
  }

  std::vector<entry> entries_;
};

}  // namespace ebit
