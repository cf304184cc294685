// SPDX-License-Identifier: Apache-2.0
#include "centre_run.hpp"

namespace ebit_test {

centre_outcome run(const centre_scenario& s, bug* planted) {
  switch (s.runs) {
    case centre_scenario::stack::plain: return run_plain(s, planted);
    case centre_scenario::stack::stocked: return run_stocked(s, planted);
    case centre_scenario::stack::one_photon: break;
  }
  return run_one_photon(s, planted);
}

}  // namespace ebit_test
