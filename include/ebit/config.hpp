// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <ebit/version.hpp>

// Results are promised to be the same bits everywhere; fast-math breaks that promise silently, so it is refused
// loudly.
#if defined(__FAST_MATH__)
#error "ebit: -ffast-math changes results; compile without it"
#endif

/// Forces a hot, tiny function into its caller where the optimiser's own judgement differs between compilers.
#define EBIT_ALWAYS_INLINE [[gnu::always_inline]] inline
