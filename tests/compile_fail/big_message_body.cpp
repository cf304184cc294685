// expect: message_body
// SPDX-License-Identifier: Apache-2.0
#include <ebit/backend/message.hpp>

struct novel {
  static constexpr std::uint8_t type = 0x80;
  char text[49];
};
const auto wrong = ebit::message::pack({}, {}, {}, novel{});  // error here
