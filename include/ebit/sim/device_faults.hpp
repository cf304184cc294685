// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include <ebit/core/random.hpp>
#include <ebit/core/result.hpp>
#include <ebit/core/samplers.hpp>
#include <ebit/core/time.hpp>
#include <ebit/quantum/noise.hpp>

namespace ebit::sim {

/// What goes wrong with a simulated device by itself, in addition to the faults that are injected.
struct device_faults {
  double operation_fails = 0;  ///< probability of an operation to end in `failure::fault`; 0 to 1
  duration between_faults =
      duration::never();  ///< mean time from being whole to the next fault, exponential; above 0
  duration repair{};      ///< mean time until what broke is mended, exponential; 0 or more

  [[nodiscard]] status validate() const {
    if (auto ok = ebit::detail::check_probability("device_faults.operation_fails", operation_fails); !ok) return ok;
    if (between_faults <= duration::zero())
      return config_error{"device_faults.between_faults", ebit::detail::duration_text(between_faults), "above 0 s"};
    if (repair < duration::zero() || repair.is_never())
      return config_error{"device_faults.repair", ebit::detail::duration_text(repair), "0 s or more"};
    return success{};
  }
  friend bool operator==(const device_faults&, const device_faults&) = default;
};

/// The draws of one device's faults; they come from the stream of purpose `fault` and the device's own entity.
class fault_draws {
 public:
  fault_draws() = default;
  fault_draws(const device_faults& faults, std::uint64_t seed, std::uint64_t entity)
      : faults_{faults}, random_{seed, random_purpose::fault, entity} {
    EBIT_ASSERT(faults.validate().has_value(), "faults of a device out of range");
  }

  /// Draws nothing where nothing can fail.
  [[nodiscard]] bool operation_fails() {
    return faults_.operation_fails > 0 && sample::bernoulli(random_, faults_.operation_fails);
  }
  /// When the next fault comes, of a device that is whole since `since`; never without faults.
  [[nodiscard]] local_time next_fault(local_time since) {
    if (faults_.between_faults.is_never()) return local_time::never();
    return since + drawn(faults_.between_faults);
  }
  /// How long the present one lasts.
  [[nodiscard]] duration repair() {
    return faults_.repair == duration::zero() ? duration::zero() : drawn(faults_.repair);
  }

  friend bool operator==(const fault_draws&, const fault_draws&) = default;

 private:
  duration drawn(duration mean) { return duration::seconds(sample::exponential(random_, 1 / mean.seconds())); }

  device_faults faults_;
  random_stream random_;
};

}  // namespace ebit::sim
