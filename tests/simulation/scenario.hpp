// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include <ebit/core/result.hpp>

namespace ebit_test {

/// A whole run as plain data: network, stack, demands and everything that goes wrong. One seed gives it, a line of
/// text holds it, and it can be made smaller. Times are microseconds, shares per mille, lengths metres.
struct scenario {
  enum class stack : std::uint8_t { plain, dejmps, bbpssw, pumping, epl, optimistic, one_way };
  enum class order : std::uint8_t { at_once, nested, sequential };

  struct line {
    std::uint32_t a = 0;
    std::uint32_t b = 0;
    std::uint32_t metres = 1'000;
    std::uint32_t station = 500;  ///< where the heralding station stands, from a
    friend bool operator==(const line&, const line&) = default;
  };
  struct demand {
    std::uint32_t from = 0;
    std::uint32_t to = 1;
    std::uint32_t pairs = 1;
    std::uint32_t at = 0;
    std::uint32_t kind = 0;   ///< a `request_kind`
    std::uint32_t bases = 0;  ///< a `basis_choice`
    std::uint32_t priority = 0;
    std::uint32_t weight = 1;
    std::uint32_t purpose = 0;
    std::uint32_t atomic = 0;
    std::uint32_t consecutive = 0;
    std::uint32_t limit = 0;  ///< 0: none
    friend bool operator==(const demand&, const demand&) = default;
  };
  struct fault {
    enum class kind : std::uint8_t { crash, link_down, clock_step, device_faults, slow_device, erasure };
    kind what = kind::crash;
    std::uint32_t at = 0;
    std::uint32_t lasts = 0;
    std::uint32_t node = 0;
    std::uint32_t path = 0;
    std::int32_t step = 0;
    std::uint32_t probability = 0;
    std::uint32_t factor = 1;
    friend bool operator==(const fault&, const fault&) = default;
  };

  std::uint64_t seed = 0;  ///< of every draw of the run
  stack kind = stack::plain;
  order joins = order::at_once;
  std::uint32_t rounds = 0;   ///< of distillation
  std::uint32_t at_ends = 0;  ///< distil whole circuits, not links
  std::uint32_t nodes = 2;
  std::uint32_t memories = 1;  ///< per port
  std::uint32_t width = 0;     ///< slots of a circuit per link; 0: all
  std::uint32_t shared = 0;    ///< requests between the same two nodes share a circuit
  std::uint32_t service = 0;   ///< the order of those that do: which of the `route::service_order`
  std::uint32_t tests = 0;     ///< one pair in so many is a test; 0: none
  std::uint32_t noisy = 0;     ///< hardware with every imperfection, or only with loss of photons
  std::uint32_t gate_time = 0;
  std::uint32_t swap_failures = 0;  ///< Bell measurements without a verdict, per mille
  std::uint32_t cutoff = 0;         ///< 0: never
  std::uint32_t retransmit = 0;     ///< 0: the channel is trusted
  std::uint32_t coded = 0;          ///< messages travel as bytes
  std::uint32_t loss = 0;
  std::uint32_t duplication = 0;
  std::uint32_t jitter = 0;
  std::vector<line> lines{};
  std::vector<demand> demands{};
  std::vector<fault> faults{};

  friend bool operator==(const scenario&, const scenario&) = default;

  /// Whether every message arrives, once and in the order of sending, and nothing breaks.
  [[nodiscard]] bool faultless() const { return loss == 0 && duplication == 0 && jitter == 0 && faults.empty(); }
  [[nodiscard]] bool has(fault::kind k) const {
    for (const fault& f : faults)
      if (f.what == k) return true;
    return false;
  }
  /// Whether what is lost on the way comes in the end.
  [[nodiscard]] bool reliable() const { return retransmit > 0 || (loss == 0 && !has(fault::kind::crash)); }
  /// When the last scheduled fault is over, in microseconds.
  [[nodiscard]] std::uint64_t faults_end() const {
    std::uint64_t end = 0;
    for (const fault& f : faults) end = std::uint64_t{f.at} + f.lasts > end ? std::uint64_t{f.at} + f.lasts : end;
    return end;
  }
};

/// The scenario of a seed. Every second one is `coded`.
[[nodiscard]] scenario scenario_of(std::uint64_t seed);

/// Whether, when fault `i` begins or ends, so does an earlier one of them.
[[nodiscard]] bool coincides(const std::vector<scenario::fault>& faults, std::size_t i);

/// One line that `scenario_from` reads back.
[[nodiscard]] std::string text_of(const scenario& s);
/// Errors name the word that is wrong and what would be right.
[[nodiscard]] ebit::result<scenario> scenario_from(const std::string& text);
/// Whether numbers are in range, nodes and links exist, and no two faults begin or end in one instant.
[[nodiscard]] ebit::status check(const scenario& s);

}  // namespace ebit_test
