// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <type_traits>
#include <utility>

#include <ebit/backend/codec_fields.hpp>

namespace ebit::codec::detail {

/// Rules of fields, beside what their types say.
struct any_value {
  template <class T>
  static constexpr bool allows(const T&) noexcept {
    return true;
  }
};
/// 0 to 1; not a NaN.
struct fraction {
  static constexpr bool allows(double x) noexcept { return x >= 0 && x <= 1; }
};
/// Any double but a NaN, which equals nothing.
struct number {
  static constexpr bool allows(double x) noexcept { return x == x; }
};
template <auto Most>
struct at_most {
  static constexpr bool allows(std::uint64_t x) noexcept { return x <= static_cast<std::uint64_t>(Most); }
};

/// An object that is there for the places of its members alone.
template <class Owner>
inline constexpr Owner shape{};

/// How far into `Owner` its member lies, in bytes. The compiler knows the answer, though C++20 does not call it
/// constant.
template <auto Member, class Owner>
[[nodiscard]] EBIT_ALWAYS_INLINE std::size_t place_of() noexcept {
  return static_cast<std::size_t>(reinterpret_cast<const std::byte*>(&(shape<Owner>.*Member)) -
                                  reinterpret_cast<const std::byte*>(&shape<Owner>));
}

/// From memory to bytes, and back; false if the value is out of its range.
template <class T, class Rule>
EBIT_ALWAYS_INLINE bool put_value(std::byte* at, const std::byte* from) noexcept {
  if constexpr (requires { form<T>::put_from(from, at); }) {
    static_assert(std::is_same_v<Rule, any_value>, "all bytes of such a form are values");
    form<T>::put_from(from, at);
    return true;
  } else {
    T value;
    std::memcpy(&value, from, sizeof value);
    form<T>::put(at, value);
    return form<T>::fits(value) && Rule::allows(value);
  }
}
template <class T, class Rule>
EBIT_ALWAYS_INLINE bool get_value(const std::byte* at, std::byte* to) noexcept {
  if constexpr (requires { form<T>::get_into(to, at); }) {
    static_assert(std::is_same_v<Rule, any_value>, "all bytes of such a form are values");
    form<T>::get_into(to, at);
    return true;
  } else {
    T value;
    const bool good = form<T>::get(at, value);
    std::memcpy(to, &value, sizeof value);
    return Rule::allows(value) && good;
  }
}

/// A member that is written in its type's form. Owners are given as their memory: a body is read and written where it
/// lies within its message, field by field, without a copy of the whole.
template <auto Member, class Rule = any_value>
struct field;

template <class Owner, class T, T Owner::* Member, class Rule>
struct field<Member, Rule> {
  static constexpr std::size_t members = 1, bytes = form<T>::size, memory = sizeof(T);

  EBIT_ALWAYS_INLINE static bool put(std::byte* at, const std::byte* owner) noexcept {
    return put_value<T, Rule>(at, owner + place_of<Member, Owner>());
  }
  EBIT_ALWAYS_INLINE static bool get(const std::byte* at, std::byte* owner) noexcept {
    return get_value<T, Rule>(at, owner + place_of<Member, Owner>());
  }
};

/// A member that is an array, element by element.
template <auto Member>
struct array_field;

template <class Owner, class T, std::size_t Count, std::array<T, Count> Owner::* Member>
struct array_field<Member> {
  static constexpr std::size_t members = 1, bytes = Count * form<T>::size, memory = Count * sizeof(T);

  EBIT_ALWAYS_INLINE static bool put(std::byte* at, const std::byte* owner) noexcept {
    return put_each(at, owner + place_of<Member, Owner>(), std::make_index_sequence<Count>{});
  }
  EBIT_ALWAYS_INLINE static bool get(const std::byte* at, std::byte* owner) noexcept {
    return get_each(at, owner + place_of<Member, Owner>(), std::make_index_sequence<Count>{});
  }

 private:
  template <std::size_t... I>
  EBIT_ALWAYS_INLINE static bool put_each(std::byte* at, const std::byte* from, std::index_sequence<I...>) noexcept {
    return (put_value<T, any_value>(at + I * form<T>::size, from + I * sizeof(T)) && ...);
  }
  template <std::size_t... I>
  EBIT_ALWAYS_INLINE static bool get_each(const std::byte* at, std::byte* to, std::index_sequence<I...>) noexcept {
    return (get_value<T, any_value>(at + I * form<T>::size, to + I * sizeof(T)) && ...);
  }
};

/// A member that is not among the fixed bytes: fills memory (then it is 0 after decoding), or is written after them.
template <auto Member>
struct unwritten;

template <class Owner, class T, T Owner::* Member>
struct unwritten<Member> {
  // Of an array, every element takes an initialiser of its own.
  static constexpr std::size_t members = std::is_array_v<T> ? std::extent_v<T> : 1, bytes = 0, memory = sizeof(T);

  EBIT_ALWAYS_INLINE static bool put(std::byte*, const std::byte*) noexcept { return true; }
  EBIT_ALWAYS_INLINE static bool get(const std::byte*, std::byte*) noexcept { return true; }
};

/// The fixed bytes of a type. A member that is named twice is an ambiguous base and does not compile.
template <class... Fields>
struct fields : Fields... {
  static constexpr std::size_t members = (Fields::members + ... + 0);
  static constexpr std::size_t bytes = (Fields::bytes + ... + 0);
  static constexpr std::size_t memory = (Fields::memory + ... + 0);

  /// Writes `bytes` bytes; false if a field is out of its range (what was written then counts for nothing).
  EBIT_ALWAYS_INLINE static bool put([[maybe_unused]] std::byte* at,
                                     [[maybe_unused]] const std::byte* owner) noexcept {
    [[maybe_unused]] std::size_t place = 0;
    unsigned good = 1;
    ((good &= static_cast<unsigned>(Fields::put(at + place, owner)), place += Fields::bytes), ...);
    return good != 0;
  }
  /// Reads them; false if a field is out of its range.
  EBIT_ALWAYS_INLINE static bool get([[maybe_unused]] const std::byte* at,
                                     [[maybe_unused]] std::byte* owner) noexcept {
    [[maybe_unused]] std::size_t place = 0;
    unsigned good = 1;
    ((good &= static_cast<unsigned>(Fields::get(at + place, owner)), place += Fields::bytes), ...);
    return good != 0;
  }
};

/// The fields of a type and, of an event or action, its number.
template <class T>
struct layout;

struct anything {
  template <class T>
  constexpr operator T() const noexcept;  // NOLINT(google-explicit-constructor): stands for any member
};

template <class T, std::size_t... I>
consteval bool takes(std::index_sequence<I...>) {
  return requires { T{(static_cast<void>(I), anything{})...}; };
}

/// Whether the layout of `T` names all members of that struct: it can be initialised from so many values, not from
/// one more.
template <class T>
inline constexpr bool is_complete = takes<T>(std::make_index_sequence<layout<T>::members>{}) &&
                                    !takes<T>(std::make_index_sequence<layout<T>::members + 1>{});

}  // namespace ebit::codec::detail
