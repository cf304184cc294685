// expect: carried_on
// SPDX-License-Identifier: Apache-2.0
#include <ebit/link/encoding.hpp>
using namespace ebit::link;

const coded_port<carrier::optical, encoding::time_bin> transducer;
const coded_port<carrier::microwave, encoding::time_bin> coupler;
const auto wrong = coupler.absorb(transducer.emit({}));  // error here
