// SPDX-License-Identifier: Apache-2.0
#include "data_centre/run_stack.hpp"

ebit::result<centre::outcome> centre::run_two_clicks(const scene& s) { return runner<two_clicks>{s}.run(); }
