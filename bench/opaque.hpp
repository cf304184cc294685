// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace ebit_bench {

/// The compiler can neither foresee nor drop the value. In place of benchmark::DoNotOptimize (1.7), whose choice
/// between register and memory made g++ 12 lose the value of a bool in a loop.
template <class T>
void opaque(T& value) {
  asm volatile("" : "+m"(value) : : "memory");
}

}  // namespace ebit_bench
