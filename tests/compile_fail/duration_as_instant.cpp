// expect: duration
// SPDX-License-Identifier: Apache-2.0
#include <ebit/core/time.hpp>

ebit::local_time wrong(ebit::duration d) { return d; }  // error here
