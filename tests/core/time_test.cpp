// SPDX-License-Identifier: Apache-2.0
#include <cstdint>
#include <limits>
#include <type_traits>

#include <ebit/core/random.hpp>
#include <ebit/core/time.hpp>

#include "../support/catch.hpp"

namespace {

using ebit::duration;
using ebit::local_time;
using ebit::world_time;
using namespace ebit::literals;

constexpr std::uint64_t seed = 5;
constexpr std::int64_t largest = std::numeric_limits<std::int64_t>::max();

template <class A, class B>
concept subtractable = requires(A a, B b) { a - b; };
template <class A, class B>
concept comparable = requires(A a, B b) { a < b; };

}  // namespace

TEST_CASE("core.time: durations count picoseconds") {
  static_assert(duration{} == duration::zero());
  static_assert((3_ps).picoseconds() == 3);
  static_assert(1_ns == 1000_ps && 1_us == 1000_ns && 1_ms == 1000_us && 1_s == 1000_ms);
  static_assert(1.5_ns == 1500_ps && 0.25_us == 250_ns && 2.5_ms == 2500_us && 0.5_s == 500_ms);
  static_assert((2_s).seconds() == 2.0);
  static_assert(7_ns / 2_ns == 3 && 7_ns / 2 == 3500_ps && 3 * 7_ns == 21_ns && 7_ns * -1 == -(7_ns));
  static_assert(5_ns - 7_ns == -(2_ns) && -(2_ns) < 0_ps && 2_ns > 1999_ps);
  duration d = 1_ns;
  d += 2_ns;
  d -= 500_ps;
  CHECK(d == 2.5_ns);
}

TEST_CASE("core.time: seconds round to the nearest picosecond") {
  CHECK(duration::seconds(1.4e-12) == 1_ps);
  CHECK(duration::seconds(1.6e-12) == 2_ps);
  CHECK(duration::seconds(-1.4e-12) == -(1_ps));
  CHECK(duration::seconds(-1.6e-12) == -(2_ps));
  CHECK(duration::seconds(1e-13) == 0_ps);
  CHECK(duration::seconds(1e9).is_never());
  CHECK(duration::seconds(std::numeric_limits<double>::infinity()).is_never());
  CHECK(duration::seconds(std::numeric_limits<double>::quiet_NaN()) == duration::seconds(-1e300));
  CHECK(duration::seconds(-1e9) == -duration::never());
}

TEST_CASE("core.time: never absorbs and nothing wraps around") {
  constexpr duration never = duration::never();
  static_assert(never.is_never() && never.picoseconds() == largest);
  CHECK((never + 1_s).is_never());
  CHECK((never - 1_s).is_never());
  CHECK((1_s + never).is_never());
  CHECK((never * 3).is_never());
  CHECK((never / 3).is_never());
  CHECK(never * 0 == 0_ps);
  CHECK(never * -2 == -never);
  CHECK(never > 1'000'000_s);
  CHECK((9'000'000_s + 9'000'000_s).is_never());
  CHECK(-(9'000'000_s) - 9'000'000_s == -never);
  CHECK((9'000'000_s * 1'000'000).is_never());
  CHECK(9'000'000_s * -1'000'000 == -never);
  CHECK((local_time{1_s} + never).is_never());
  CHECK(local_time::never() > local_time{9'000'000_s});
}

TEST_CASE("core.time: in range, durations are integers") {
  INFO("seed " << seed);
  ebit::random_stream stream{seed, ebit::random_purpose::user, 0};
  const auto draw = [&] { return static_cast<std::int64_t>(stream.next_u64() >> 3) - (std::int64_t{1} << 60); };
  for (int i = 0; i < 10'000; ++i) {
    const std::int64_t a = draw();
    const std::int64_t b = draw();
    const duration x = duration::picoseconds(a), y = duration::picoseconds(b);
    REQUIRE((x + y).picoseconds() == a + b);
    REQUIRE((x - y).picoseconds() == a - b);
    REQUIRE((x < y) == (a < b));
    REQUIRE((x / 7).picoseconds() == a / 7);
    REQUIRE((x / 7 * 7 + duration::picoseconds(a % 7)) == x);
    REQUIRE(world_time{x} + (y - x) == world_time{y});
    REQUIRE(world_time{y} - world_time{x} == y - x);
    REQUIRE(world_time{x} - y == world_time{x - y});
  }
}

TEST_CASE("core.time: clocks do not mix") {
  static_assert(!std::is_convertible_v<world_time, local_time>);
  static_assert(!std::is_constructible_v<local_time, world_time>);
  static_assert(!subtractable<local_time, world_time> && !comparable<local_time, world_time>);
  static_assert(!subtractable<local_time, ebit::hardware_tag> && !comparable<world_time, ebit::hardware_tag>);
  static_assert(subtractable<local_time, local_time> && comparable<local_time, local_time>);
  static_assert(!std::is_convertible_v<duration, local_time>);
  static_assert(!std::is_convertible_v<std::int64_t, duration>);
  local_time t{1_s};
  t += 1_ms;
  CHECK(t.since_epoch() == 1001_ms);
}
