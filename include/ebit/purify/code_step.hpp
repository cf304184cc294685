// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <utility>

#include <ebit/core/result.hpp>
#include <ebit/purify/schedule.hpp>
#include <ebit/purify/stabilizer_code.hpp>
#include <ebit/quantum/bell_diagonal.hpp>
#include <ebit/quantum/noise.hpp>
#include <ebit/quantum/operations.hpp>

namespace ebit::purify {

/// A block code as a step of a schedule: n pairs in, k out, of which the schedule follows one. The others are for
/// other copies of the schedule; within one copy no two pairs come from the same block, so that the state of each by
/// itself is all that counts.
class code_step {
 public:
  explicit code_step(stabilizer_code code, syndrome_use use = syndrome_use::detect, std::size_t output = 0)
      : code_{std::move(code)}, use_{use}, output_{output} {}

  [[nodiscard]] status validate() const {
    if (output_ < code_.outputs()) return success{};
    return config_error{"code_step.output", std::to_string(output_), "0 to " + std::to_string(code_.outputs() - 1)};
  }

  [[nodiscard]] std::size_t inputs() const { return code_.inputs(); }
  [[nodiscard]] std::size_t outputs() const { return code_.outputs(); }
  [[nodiscard]] branch<bell_diagonal> kept(std::span<const bell_diagonal> pairs, const gate_noise& noise) const {
    const code_result out = code_.apply(pairs, noise, use_);
    if (!(out.probability > 0)) return {};
    return {out.state(output_), out.probability};
  }

  friend bool operator==(const code_step& a, const code_step& b) {
    return a.code_.generators() == b.code_.generators() && a.use_ == b.use_ && a.output_ == b.output_;
  }

 private:
  stabilizer_code code_;
  syndrome_use use_;
  std::size_t output_;
};

/// Schedules that may use block codes too.
using coded_schedule = basic_schedule<two_to_one, double_selection, connection, code_step>;

}  // namespace ebit::purify
