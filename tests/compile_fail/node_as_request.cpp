// expect: operator==
// SPDX-License-Identifier: Apache-2.0
#include <ebit/core/ids.hpp>

bool wrong(ebit::node_id n, ebit::request_id r) { return n == r; }  // error here
