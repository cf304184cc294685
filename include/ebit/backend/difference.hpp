// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>

#include <ebit/backend/actions.hpp>
#include <ebit/backend/codec_actions.hpp>
#include <ebit/backend/codec_by_type.hpp>

namespace ebit::backend {

namespace detail {

/// The name of a member: `hop` of `&action::report::hop`.
template <auto Member>
[[nodiscard]] constexpr std::string_view member_name() {
  constexpr std::string_view text = __PRETTY_FUNCTION__;
  constexpr std::size_t begin = text.find("Member = ");
  constexpr std::size_t end = text.find_first_of(";]", begin);
  constexpr std::size_t last = text.rfind("::", end) + 2;
  constexpr std::size_t close = text.find(')', last);  // some write &(action::report::hop)
  return text.substr(last, (close < end ? close : end) - last);
}

template <class T>
[[nodiscard]] std::string value_text(const T& x) {
  if constexpr (std::is_enum_v<T>) {
    return std::to_string(static_cast<std::uint64_t>(x));
  } else if constexpr (std::is_same_v<T, bool>) {
    return x ? "true" : "false";
  } else if constexpr (std::is_floating_point_v<T>) {
    char text[40];
    std::snprintf(text, sizeof text, "%.17g", x);
    return text;
  } else if constexpr (std::is_arithmetic_v<T>) {
    return std::to_string(x);
  } else if constexpr (requires { x.valid(), x.value(); }) {
    return x.valid() ? std::to_string(x.value()) : "none";
  } else if constexpr (requires { x.index(); }) {
    return value_text(x.index());
  } else if constexpr (requires { x.picoseconds(); }) {
    return x.is_never() ? "never" : std::to_string(x.picoseconds()) + " ps";
  } else if constexpr (requires { x.since_epoch(); }) {
    return value_text(x.since_epoch());
  } else if constexpr (std::is_same_v<T, pair_id>) {
    return value_text(x.path) + '/' + std::to_string(x.epoch) + '/' + std::to_string(x.sequence);
  } else {
    return {};  // has parts that no one number tells
  }
}

class difference_text {
 public:
  template <class Owner>
  void compare(const Owner& expected, const Owner& came) {
    fields(static_cast<const codec::detail::layout<Owner>*>(nullptr), expected, came);
  }
  [[nodiscard]] std::string take() { return std::move(text_); }

 private:
  struct body_of {
    template <class Body>
    static bool of(difference_text& text, const message& expected, const message& came) {
      if (expected.holds<Body>() && came.holds<Body>())
        text.compare(expected.unpack<Body>(), came.unpack<Body>());
      else
        text.one("size", expected.size, came.size);
      return true;
    }
    static bool other(difference_text&, const message&, const message&) { return false; }
  };

  void name(std::string_view of) {
    if (!text_.empty()) text_ += ", ";
    text_ += of;
  }
  template <class T>
  void one(std::string_view of, const T& expected, const T& came) {
    if (expected == came) return;
    name(of);
    if (const std::string wanted = value_text(expected), got = value_text(came); wanted != got)
      text_ += " " + got + " (expected " + wanted + ")";
  }
  void one(std::string_view, const message& expected, const message& came) {
    one("type", expected.type, came.type);
    one("from", expected.from, came.from);
    one("to", expected.to, came.to);
    one("circuit", expected.circuit, came.circuit);
    const bool is_same_kind = expected.type == came.type;
    if (is_same_kind && !codec::detail::with_body<body_of>(expected.type, *this, expected, came) &&
        expected.body != came.body)
      name("body");
  }

  template <class... Fields, class Owner>
  void fields(const codec::detail::fields<Fields...>*, const Owner& expected, const Owner& came) {
    (field(static_cast<const Fields*>(nullptr), expected, came), ...);
  }
  template <auto Member, class Rule, class Owner>
  void field(const codec::detail::field<Member, Rule>*, const Owner& expected, const Owner& came) {
    one(member_name<Member>(), expected.*Member, came.*Member);
  }
  template <auto Member, class Owner>
  void field(const codec::detail::unwritten<Member>*, const Owner& expected, const Owner& came) {
    if constexpr (std::is_same_v<std::remove_cvref_t<decltype(expected.*Member)>, message>)
      one("content", expected.*Member, came.*Member);
  }
  template <auto Member, class Owner>
  void field(const codec::detail::array_field<Member>*, const Owner& expected, const Owner& came) {
    one(member_name<Member>(), expected.*Member, came.*Member);
  }

  std::string text_;
};

}  // namespace detail

/// The fields in which an action is another one than expected, of a message those of its body: `hop 2 (expected 1),
/// why 5 (expected 4)`; times in picoseconds, enumerators as numbers. Empty if they are equal or of two kinds.
[[nodiscard]] inline std::string difference_of(const action::any& expected, const action::any& came) {
  return std::visit(
      [&]<class Action>(const Action& wanted) {
        detail::difference_text text;
        if (const Action* const got = std::get_if<Action>(&came)) text.compare(wanted, *got);
        return text.take();
      },
      expected);
}

}  // namespace ebit::backend
