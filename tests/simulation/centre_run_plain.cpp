// SPDX-License-Identifier: Apache-2.0
#include "centre_session.hpp"

namespace ebit_test {
namespace {

struct plain : ebit::default_profile {};

}  // namespace

centre_outcome run_plain(const centre_scenario& s, bug* planted) {
  return run_with<plain, ebit::orchestrate::no_stock>(s, planted);
}

}  // namespace ebit_test
