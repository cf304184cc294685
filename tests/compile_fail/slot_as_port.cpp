// expect: slot_tag
// expect: port_tag
// SPDX-License-Identifier: Apache-2.0
#include <ebit/backend/actions.hpp>

void wrong(ebit::slot_id s) { ebit::action::calibrate{.port = s}; }  // error here
