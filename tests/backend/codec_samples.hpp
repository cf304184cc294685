// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <limits>
#include <span>
#include <string>
#include <type_traits>
#include <variant>

#include <ebit/backend/codec.hpp>
#include <ebit/core/random.hpp>
#include <ebit/core/samplers.hpp>

// Random values of everything that has a byte form, extremes among them.
namespace ebit_test {

namespace detail = ebit::codec::detail;
using ebit::random_stream;

template <class T>
void draw_value(random_stream& draw, T& value) {
  const std::uint64_t word = draw.next_u64();
  const std::uint64_t some = word >> (draw.next_u32() % 64);  // of any magnitude
  if constexpr (std::is_same_v<T, bool>) {
    value = (word & 1) != 0;
  } else if constexpr (std::is_enum_v<T>) {
    value = static_cast<T>(word % (static_cast<std::uint64_t>(detail::last_of<T>) + 1));
  } else if constexpr (std::is_unsigned_v<T>) {
    const std::uint32_t pick = draw.next_u32() % 8;
    value = pick == 0 ? T{0} : pick == 1 ? std::numeric_limits<T>::max() : static_cast<T>(some);
  } else if constexpr (std::is_floating_point_v<T>) {
    const std::uint32_t pick = draw.next_u32() % 8;
    const double at_random = ebit::sample::uniform(draw);
    value = pick == 0   ? T{0}
            : pick == 1 ? T{1}
            : pick == 2 ? -T{0}
            : pick == 3 ? std::numeric_limits<T>::denorm_min()
            : pick == 4 ? std::numeric_limits<T>::infinity()
                        : static_cast<T>(at_random);
  } else if constexpr (std::is_same_v<T, ebit::duration>) {
    const std::uint32_t pick = draw.next_u32() % 8;
    const auto magnitude = ebit::duration::picoseconds(static_cast<std::int64_t>(some >> 1));
    value = pick == 0   ? ebit::duration::never()
            : pick == 1 ? -ebit::duration::never()
            : pick < 5  ? magnitude
                        : -magnitude;
  } else if constexpr (std::is_same_v<T, ebit::local_time>) {
    ebit::duration since;
    draw_value(draw, since);
    value = ebit::local_time{since};
  } else if constexpr (std::is_same_v<T, ebit::wire::compact_duration>) {
    value = some == word ? ebit::duration::never()
                         : ebit::duration::picoseconds(static_cast<std::int64_t>(some & 0xffff'ffff'ffff));
  } else if constexpr (std::is_same_v<T, ebit::wire::compact_fraction>) {
    value = static_cast<double>(some & 0xffff) / 65'535.0;
  } else if constexpr (std::is_same_v<T, ebit::wire::compact_transmittance>) {
    value = std::bit_cast<T>(static_cast<std::uint16_t>(some));
  } else if constexpr (std::is_same_v<T, ebit::wire::compact_stray>) {
    value = std::bit_cast<T>(static_cast<std::uint16_t>(some % 64'001));
  } else if constexpr (std::is_same_v<T, ebit::wire::switch_plan::join>) {
    draw_value(draw, value.in);
    draw_value(draw, value.out);
  } else if constexpr (std::is_same_v<T, ebit::wire::advertised::receipt>) {
    draw_value(draw, value.origin);
    draw_value(draw, value.link);
    draw_value(draw, value.tag);
  } else if constexpr (std::is_same_v<T, ebit::pauli_frame>) {
    value = ebit::pauli_frame{(word & 1) != 0, (word & 2) != 0};
  } else if constexpr (std::is_same_v<T, ebit::distil_recipe>) {
    value = {ebit::bell_permutation::element(draw.next_u32()), ebit::bell_permutation::element(draw.next_u32())};
  } else if constexpr (std::is_same_v<T, ebit::pair_id>) {
    draw_value(draw, value.path);
    draw_value(draw, value.epoch);
    draw_value(draw, value.sequence);
  } else {
    std::uint32_t number = 0;  // an id
    draw_value(draw, number);
    value = T{number};
  }
}

template <auto Member, class Rule, class Owner>
void draw_member(random_stream& draw, Owner& owner, const detail::field<Member, Rule>*) {
  do draw_value(draw, owner.*Member);
  while (!Rule::allows(owner.*Member));
}
template <auto Member, class Owner>
void draw_member(random_stream& draw, Owner& owner, const detail::array_field<Member>*) {
  for (auto& each : owner.*Member) draw_value(draw, each);
}
template <auto Member, class Owner>
void draw_member(random_stream&, Owner&, const detail::unwritten<Member>*) {}

template <class Owner, class... Fields>
void draw_members(random_stream& draw, Owner& owner, const detail::fields<Fields...>&) {
  (draw_member(draw, owner, static_cast<const Fields*>(nullptr)), ...);
}

template <class Body>
[[nodiscard]] ebit::message random_message_of(random_stream& draw) {
  Body body{};
  draw_members(draw, body, detail::layout<Body>{});
  ebit::node_id from, to;
  ebit::circuit_id circuit;
  draw_value(draw, from);
  draw_value(draw, to);
  draw_value(draw, circuit);
  ebit::message m = ebit::message::pack(from, to, circuit, body);
  if constexpr (std::is_empty_v<Body>) m.body = {};
  return m;
}

struct draw_body {
  template <class Body>
  static bool of(random_stream& draw, ebit::message& m) {
    m = random_message_of<Body>(draw);
    return true;
  }
  static bool other(random_stream&, ebit::message&) { return false; }
};

/// Of the library's type `number`; of a user's type any number of random bytes. False: there is no such type.
[[nodiscard]] inline bool random_message(random_stream& draw, std::uint8_t number, ebit::message& m) {
  if (number < ebit::codec::first_user_type) return detail::with_body<draw_body>(number, draw, m);
  m = random_message_of<ebit::wire::available>(draw);
  m.type = number;
  m.size = static_cast<std::uint16_t>(draw.next_u32() % (ebit::message::capacity + 1));
  for (std::size_t i = 0; i < m.size; ++i) m.body[i] = static_cast<std::byte>(draw.next_u32());
  return true;
}

template <class T>
[[nodiscard]] T random_value(random_stream& draw) {
  T value{};
  draw_members(draw, value, detail::layout<T>{});
  if constexpr (detail::carries_message<T>)
    while (!random_message(draw, static_cast<std::uint8_t>(draw.next_u32()), value.content)) {
    }
  return value;
}

/// Calls `visit.operator()<T>()` for every type of a closed set.
template <class... Types, class Visit>
void each_type(const std::variant<Types...>*, Visit&& visit) {
  (visit.template operator()<Types>(), ...);
}
template <class Visit>
void each_event_type(Visit&& visit) {
  each_type(static_cast<const ebit::event::any*>(nullptr), visit);
}
template <class Visit>
void each_action_type(Visit&& visit) {
  each_type(static_cast<const ebit::action::any*>(nullptr), visit);
}

/// Everything there is, `times` over: `visit(name, value)`.
template <class Visit>
void each_sample(random_stream& draw, int times, Visit&& visit) {
  char name[40];
  for (int i = 0; i < times; ++i) {
    for (unsigned type = 0; type < 256; ++type) {
      ebit::message m;
      if (!random_message(draw, static_cast<std::uint8_t>(type), m)) continue;
      std::snprintf(name, sizeof name, "message_%02x", type);
      visit(std::string{name}, m);
    }
    const auto typed = [&](const char* kind) {
      return [&, kind]<class T>() {
        std::snprintf(name, sizeof name, "%s_%02x", kind, static_cast<unsigned>(detail::layout<T>::type));
        visit(std::string{name}, random_value<T>(draw));
      };
    };
    each_event_type(typed("event"));
    each_action_type(typed("action"));
  }
}

/// Bytes as text.
[[nodiscard]] inline std::string hex(std::span<const std::byte> all) {
  std::string text;
  char pair[4];
  for (const std::byte b : all) {
    std::snprintf(pair, sizeof pair, "%02x", std::to_integer<unsigned>(b));
    text += pair;
  }
  return text;
}

}  // namespace ebit_test
