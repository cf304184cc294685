// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <ebit/core/result.hpp>
#include <ebit/orchestrate/data_centres.hpp>
#include <ebit/orchestrate/fabric.hpp>

namespace ebit_test {

/// A whole run of a data centre as plain data: its fabric, what is asked of it and everything that goes wrong. One seed
/// gives it, a line of text holds it, and it can be made smaller. Times are microseconds unless their names say other
/// units, shares per mille.
struct centre_scenario {
  enum class fabric : std::uint8_t { star, clos, q_fly, bcube, fat_tree };
  enum class stack : std::uint8_t { plain, stocked, one_photon };  ///< the last two keep pairs in stock

  /// Several of them are joined by trunks, each to the one before it.
  struct site {
    std::uint32_t kind = 0;  ///< a `fabric`
    std::uint32_t endpoints = 3;
    std::uint32_t kilometres = 1;  ///< of the trunk
    std::uint32_t repeaters = 0;
    friend bool operator==(const site&, const site&) = default;
  };
  struct fault {
    enum class kind : std::uint8_t {
      crash,
      clock_step,
      device_faults,
      slow_device,
      erasure,
      device,  ///< from here on those of the fabric
      fibre,
      sticking_port,
      drift,  ///< of an endpoint's networking unit
      shutdown,
      degraded  ///< `factor` dB, `probability` of noise; port 1: the fibre `where`; step 1: nobody senses it
    };
    kind what = kind::crash;
    std::uint32_t at = 0;
    std::uint32_t lasts = 0;
    std::uint32_t where = 0;  ///< a node, an element or a span
    std::uint32_t port = 0;
    std::int32_t step = 0;
    std::uint32_t probability = 0;
    std::uint32_t factor = 1;
    [[nodiscard]] bool is_of_fabric() const { return what >= kind::device; }
    /// Whether it befalls the networking unit of an endpoint, and nothing else.
    [[nodiscard]] bool is_of_unit() const { return what == kind::drift || what == kind::shutdown; }
    /// Whether photons that it finds on their way, or that are sent nevertheless, get lost.
    [[nodiscard]] bool keeps_photons_away() const { return is_of_fabric() && !is_of_unit(); }
    [[nodiscard]] bool is_window() const { return what != kind::clock_step && what != kind::erasure; }
    friend bool operator==(const fault&, const fault&) = default;
  };

  std::uint64_t seed = 0;  ///< of every draw of the run
  stack runs = stack::plain;
  fabric kind = fabric::star;
  std::uint32_t endpoints = 4;
  std::uint32_t ports = 1;           ///< of each endpoint
  std::uint32_t moves = 1'000;       ///< ns that a switch takes
  std::uint32_t homing = 0;          ///< of a switch that was mended
  std::uint32_t blind = 0;           ///< switches do not sense where they stand
  std::uint32_t crosstalk = 0;       ///< dB; 0: none
  std::uint32_t mixed = 0;           ///< every other analyser is of a second kind
  std::uint32_t clock_jitter = 0;    ///< ps of every clock; any of the four: clocks are kept
  std::uint32_t clock_residual = 0;  ///< ps that a synchronisation leaves
  std::uint32_t clock_offset = 0;    ///< ps
  std::uint32_t clock_drift = 0;     ///< parts per billion
  std::uint32_t known_signs = 0;     ///< which way clocks go
  std::uint32_t memories = 1;
  std::uint32_t gate_time = 0;     ///< ns
  std::uint32_t initialising = 0;  ///< of networking units
  std::uint32_t locking = 0;
  std::uint32_t deinitialising = 0;
  std::uint32_t degraded_loss = 0;   ///< of their light, while they drift
  std::uint32_t degraded_noise = 0;  ///< likewise
  std::uint32_t cold = 0;            ///< units and switches are switched on when the run begins
  std::uint32_t controllers = 1;
  std::uint32_t pattern = 0;  ///< a `sim::demand_pattern`
  std::uint32_t per_second = 2'000;
  std::uint32_t pairs = 1;  ///< of each request
  std::uint32_t tenants = 1;
  std::uint32_t buffer = 0;  ///< qubits
  std::uint32_t partners = 1;
  std::uint32_t kept = 1;  ///< pairs with each partner
  std::uint32_t half_life = 100;
  std::uint32_t longest = 500;
  std::uint32_t patience = 1'000;
  std::uint32_t rest = 100;
  std::uint32_t coherence = 5'000;  ///< of the buffer's qubits
  std::uint32_t move_time = 0;
  std::uint32_t move_noise = 0;
  std::uint32_t retransmit = 0;  ///< 0: the channel is trusted
  std::uint32_t coded = 0;       ///< messages travel as bytes
  std::uint32_t loss = 0;
  std::uint32_t duplication = 0;
  std::uint32_t jitter = 0;  ///< ns
  std::vector<site> sites{};
  std::vector<fault> faults{};

  /// As long as requests come and things break.
  static constexpr std::uint32_t troubled = 6'000;

  [[nodiscard]] bool keeps_clocks() const {
    return clock_jitter != 0 || clock_residual != 0 || clock_offset != 0 || clock_drift != 0;
  }
  /// Whether every message arrives, once and in the order of sending, and nothing breaks.
  [[nodiscard]] bool faultless() const { return loss == 0 && duplication == 0 && jitter == 0 && faults.empty(); }

  /// The sites, if there are several.
  [[nodiscard]] std::optional<ebit::orchestrate::data_centres> joined() const;
  [[nodiscard]] ebit::orchestrate::fabric layout() const;
  [[nodiscard]] std::uint32_t repeaters() const;

  friend bool operator==(const centre_scenario&, const centre_scenario&) = default;
};

/// The scenario of a seed. In every fourth nothing goes wrong.
[[nodiscard]] centre_scenario centre_scenario_of(std::uint64_t seed);

/// One line that `centre_scenario_from` reads back.
[[nodiscard]] std::string text_of(const centre_scenario& s);
/// Errors name the word that is wrong and what would be right.
[[nodiscard]] ebit::result<centre_scenario> centre_scenario_from(const std::string& text);
/// Whether all that faults befall is there.
[[nodiscard]] ebit::status check(const centre_scenario& s);
/// How to run it again.
[[nodiscard]] std::string command_of(const centre_scenario& s);

/// A number of the scenario, by its name in the text.
struct centre_number {
  const char* name;
  std::uint32_t centre_scenario::* field;
  std::uint32_t least, most;  ///< the least is also the simplest
};
[[nodiscard]] const std::vector<centre_number>& centre_numbers();

}  // namespace ebit_test
