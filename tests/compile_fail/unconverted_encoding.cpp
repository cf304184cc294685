// expect: encoded_as
// SPDX-License-Identifier: Apache-2.0
#include <ebit/link/encoding.hpp>
using namespace ebit::link;

const coded_port<carrier::optical, encoding::polarisation> source;
const coded_converter<encoding::frequency_bin, encoding::time_bin> converts;
const auto wrong = converts(source.emit({}));  // error here
