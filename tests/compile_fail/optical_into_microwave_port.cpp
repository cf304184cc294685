// expect: flying_qubit
// SPDX-License-Identifier: Apache-2.0
#include <ebit/link/flying_qubit.hpp>
using namespace ebit::link;

const port<carrier::optical> transducer;
const port<carrier::microwave> coupler;
const stationary_qubit caught = coupler.absorb(transducer.emit({}));  // error here
