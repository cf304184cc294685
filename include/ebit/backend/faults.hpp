// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <ebit/core/result.hpp>
#include <ebit/core/time.hpp>
#include <ebit/quantum/noise.hpp>

namespace ebit {

/// What goes wrong with messages. All draws come from the stream of purpose `fault`, so a run without faults is the
/// same run.
struct fault_plan {
  double loss = 0;         ///< probability that a message never arrives, 0 to 1
  double duplication = 0;  ///< probability that it arrives twice, 0 to 1
  duration jitter{};       ///< it arrives up to this much later, evenly distributed; reorders messages

  [[nodiscard]] bool any() const { return loss > 0 || duplication > 0 || jitter > duration::zero(); }
  [[nodiscard]] status validate() const {
    if (auto ok = detail::check_probability("fault_plan.loss", loss); !ok) return ok;
    if (auto ok = detail::check_probability("fault_plan.duplication", duplication); !ok) return ok;
    if (jitter < duration::zero() || jitter.is_never())
      return config_error{"fault_plan.jitter", detail::duration_text(jitter), "0 s or more"};
    return success{};
  }
};

}  // namespace ebit
