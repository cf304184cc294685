// SPDX-License-Identifier: Apache-2.0
#include "data_centre/run_stack.hpp"

ebit::result<centre::outcome> centre::run_one_click(const scene& s) { return runner<one_click>{s}.run(); }
