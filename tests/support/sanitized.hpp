// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace ebit_test {

/// Whether the sanitizers watch: unoptimised and watched, what runs long runs twenty times as long, so it does less
/// then.
#if defined(__SANITIZE_ADDRESS__)
inline constexpr bool sanitized = true;
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
inline constexpr bool sanitized = true;
#else
inline constexpr bool sanitized = false;
#endif
#else
inline constexpr bool sanitized = false;
#endif

}  // namespace ebit_test
