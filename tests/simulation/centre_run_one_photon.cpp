// SPDX-License-Identifier: Apache-2.0
#include <ebit/herald/single_click.hpp>

#include "centre_session.hpp"

namespace ebit_test {
namespace {

struct one_photon : ebit::default_profile {
  using herald = ebit::herald::single_click;
};

}  // namespace

centre_outcome run_one_photon(const centre_scenario& s, bug* planted) {
  return run_with<one_photon, ebit::orchestrate::recent_partners>(s, planted);
}

}  // namespace ebit_test
