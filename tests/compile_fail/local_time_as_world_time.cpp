// expect: local_clock
// SPDX-License-Identifier: Apache-2.0
#include <ebit/core/time.hpp>

ebit::world_time wrong(ebit::local_time t) { return t; }  // error here
