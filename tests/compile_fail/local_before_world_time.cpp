// expect: operator<
// SPDX-License-Identifier: Apache-2.0
#include <ebit/core/time.hpp>

bool wrong(ebit::local_time a, ebit::world_time b) { return a < b; }  // error here
