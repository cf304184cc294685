// SPDX-License-Identifier: Apache-2.0
#include <ebit/orchestrate/known_office.hpp>

#include <support/catch.hpp>

using ebit::orchestrate::known_office;
using word = known_office::word;

TEST_CASE("orchestrate.known_office: terms go up, and within one the life that was heard of first alone is obeyed") {
  CHECK(known_office{}.judge(1, 200) == word::current);
  constexpr known_office known{5, 3};
  CHECK(known.judge(5, 3) == word::current);
  CHECK(known.judge(6, 0) == word::current);
  CHECK(known.judge(4, 3) == word::mistaken);
  CHECK(known.judge(4, 9) == word::mistaken);
  CHECK(known.judge(5, 4) == word::mistaken);
  CHECK(known.judge(5, 130) == word::mistaken);
  CHECK(known.judge(5, 2) == word::late);
  // Lives come round.
  CHECK(known.judge(5, 255) == word::late);
  CHECK(known_office{5, 255}.judge(5, 0) == word::mistaken);
}
