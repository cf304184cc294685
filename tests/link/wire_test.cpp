// SPDX-License-Identifier: Apache-2.0
#include "../support/catch.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <set>
#include <type_traits>

#include <ebit/backend/message.hpp>
#include <ebit/core/random.hpp>
#include <ebit/core/samplers.hpp>
#include <ebit/link/wire.hpp>

using namespace ebit;
using namespace ebit::literals;

namespace {

using wire::compact_duration;
using wire::compact_fraction;
using wire::disposal;

/// Whether equal values are equal bytes: what lies between fields would be whatever was in memory.
template <class Body>
constexpr bool has_no_padding = std::has_unique_object_representations_v<Body> || std::is_empty_v<Body>;
// Of bodies with floating-point numbers, fields are counted.
template <>
inline constexpr bool has_no_padding<wire::link_started> =
    sizeof(wire::link_started) == 4 + 2 + 2 + 3 * sizeof(duration) + 2 * sizeof(double);
template <>
inline constexpr bool has_no_padding<wire::install> =
    sizeof(wire::install) == sizeof(compact_duration) + 2 + sizeof(float) + sizeof(compact_fraction) + 2 +
                                 4 * sizeof(node_id) + 2 * 4 + 2 * 2 + 4;

/// Calls `act` with one value of every body.
template <class Act>
void for_all_bodies(Act&& act) {
  const auto each = [&act](auto... bodies) { (act(bodies), ...); };
  each(wire::acknowledged{}, wire::hello{}, wire::link_started{}, wire::distilled{}, wire::swapped{}, wire::expired{},
       wire::install{}, wire::ready{}, wire::refused{}, wire::go{}, wire::torn_down{}, wire::available{},
       wire::delivered{}, wire::broken{}, wire::tested{}, wire::enqueue{}, wire::not_enqueued{}, wire::dequeued{});
}

}  // namespace

TEST_CASE("link.wire: durations up to 281 s survive six bytes, longer ones are never, and none is negative") {
  static_assert(sizeof(compact_duration) == 6 && alignof(compact_duration) == 2);
  constexpr std::int64_t end = (std::int64_t{1} << 48) - 1;
  const auto through = [](duration d) -> duration { return compact_duration{d}; };
  for (const duration d : {0_ps, 1_ps, 65'535_ps, 65'536_ps, 1_s, 281_s, duration::picoseconds(end - 1)})
    CHECK(through(d) == d);
  for (const duration d : {duration::picoseconds(end), duration::picoseconds(end + 1), 282_s, duration::never()})
    CHECK(through(d).is_never());
  for (const duration d : {-1_ps, -5_s, -duration::never()}) CHECK(through(d) == 0_ps);
  CHECK(duration{compact_duration{}} == 0_ps);
  random_stream draw{521, random_purpose::user, 1};
  for (int i = 0; i < 2000; ++i) {
    const std::uint64_t bits = sample::below(draw, 48) + 1;
    const auto d = duration::picoseconds(static_cast<std::int64_t>(draw.next_u64() >> (64 - bits)));
    if (d.picoseconds() < end && through(d) != d) FAIL("seed 521: " << d.picoseconds() << " ps");
  }
}

TEST_CASE("link.wire: fractions come back to within half a step, the ends exactly, and what is outside at an end") {
  static_assert(sizeof(compact_fraction) == 2);
  const auto through = [](double x) -> double { return compact_fraction{x}; };
  CHECK((through(0) == 0 && through(1) == 1));
  CHECK((through(-0.5) == 0 && through(1.5) == 1 && through(-1e300) == 0 && through(1e300) == 1));
  CHECK(through(__builtin_nan("")) == 0);
  random_stream draw{522, random_purpose::user, 1};
  for (int i = 0; i < 2000; ++i) {
    const double x = sample::uniform(draw), y = through(x);
    if (!(y - x <= 0.5000001 / 65'535 && x - y <= 0.5000001 / 65'535)) FAIL("seed 522: " << x << " -> " << y);
    if (through(y) != y) FAIL("seed 522: " << y << " does not stay");
  }
}

TEST_CASE("link.wire: every body has a type number of its own, and its envelope is zero where it does not reach") {
  std::set<unsigned> types;
  for_all_bodies([&types](const auto& body) {
    using body_type = std::decay_t<decltype(body)>;
    CHECK(types.insert(body_type::type).second);
    CHECK((body_type::type > 0 && body_type::type < 0x80));
    static_assert(std::is_trivially_copyable_v<body_type> && sizeof(body_type) <= message::capacity);
    static_assert(has_no_padding<body_type>);
    // Whatever was in memory before, the same values make the same bytes: tags and recordings compare them.
    alignas(body_type) std::array<std::byte, sizeof(body_type)> dirty;
    dirty.fill(std::byte{0xa5});
    auto* made = new (dirty.data()) body_type{};
    const message m = message::pack(node_id{1}, node_id{2}, circuit_id{3}, *made);
    CHECK(m == message::pack(node_id{1}, node_id{2}, circuit_id{3}, body));
    CHECK(m.size == sizeof(body_type));
    CHECK(std::all_of(m.body.begin() + m.size, m.body.end(), [](std::byte b) { return b == std::byte{0}; }));
    CHECK(m.template holds<body_type>());
    const message back = message::pack(m.from, m.to, m.circuit, m.template unpack<body_type>());
    CHECK(back == m);
  });
  CHECK(types.size() == 18);
}

TEST_CASE("link.wire: what becomes of a pair and its basis share a byte") {
  for (const disposal what : {disposal::keep, disposal::measure, disposal::prepare, disposal::test}) {
    for (const basis in : {basis::x, basis::y, basis::z}) {
      const std::uint8_t byte = wire::disposal_byte(what, in);
      CHECK((wire::disposal_of(byte) == what && wire::basis_of(byte) == in && byte < 16));
    }
  }
}
