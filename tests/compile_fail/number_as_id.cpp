// expect: strong_id
// SPDX-License-Identifier: Apache-2.0
#include <ebit/core/ids.hpp>

ebit::node_id wrong() { return 3; }  // error here
