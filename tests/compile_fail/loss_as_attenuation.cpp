// expect: attenuation
// SPDX-License-Identifier: Apache-2.0
#include <ebit/link/fibre.hpp>
using namespace ebit::literals;

const ebit::link::fibre wrong{.loss_per_length = 0.2_dB};  // error here
