// expect: length
// SPDX-License-Identifier: Apache-2.0
#include <ebit/link/fibre.hpp>
using namespace ebit::literals;

const ebit::link::fibre wrong{.length = 5_us};  // error here
