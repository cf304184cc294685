// SPDX-License-Identifier: Apache-2.0
// libFuzzer target: any bytes, taken for a message, an event, an action, a message in memory or a stream of frames.

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <span>

#include <backend/codec_property.hpp>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (const char* const broken = ebit_test::check_any(std::as_bytes(std::span{data, size})); broken != nullptr) {
    std::fprintf(stderr, "codec: %s\n", broken);
    std::abort();
  }
  return 0;
}
