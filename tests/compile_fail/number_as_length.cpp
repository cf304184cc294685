// expect: length
// SPDX-License-Identifier: Apache-2.0
#include <ebit/link/fibre.hpp>

const ebit::link::fibre wrong{.length = 20.0};  // error here
