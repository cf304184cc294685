// SPDX-License-Identifier: Apache-2.0
// libFuzzer target: any bytes, taken for the life of a node under events of every kind in any order.

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <span>

#include <sanitizer/allocator_interface.h>

#include <support/fuzz_node.hpp>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (const char* const broken = ebit_test::fuzz_node({data, size}, &__sanitizer_get_current_allocated_bytes);
      broken != nullptr) {
    std::fprintf(stderr, "engine: %s\n", broken);
    std::abort();
  }
  return 0;
}
