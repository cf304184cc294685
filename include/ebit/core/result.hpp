// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <new>
#include <string>
#include <utility>
#include <variant>

#include <ebit/core/assert.hpp>

namespace ebit {

/// What the caller configured wrongly: which value, what was given, what is allowed, and where it was read if from a
/// file.
struct config_error {
  std::string what;     ///< the name of the value, e.g. "fibre.length"
  std::string given;    ///< what was given, as text
  std::string allowed;  ///< the permitted range or form
  std::string where{};  ///< "file:line" when it came from a file, else empty

  /// One line: `file:line: fibre.length: given -3 km, allowed 0 km to 40000 km`.
  [[nodiscard]] std::string message() const {
    std::string text;
    if (!where.empty()) text += where + ": ";
    text += what;
    if (!given.empty()) text += ": given " + given;
    if (!allowed.empty()) text += (given.empty() ? ": " : ", ") + std::string{"allowed "} + allowed;
    return text;
  }

  friend bool operator==(const config_error&, const config_error&) = default;
};

/// A value or the reason why there is none. Dereferencing an error prints it and aborts: it is never ignored by
/// accident.
template <class T, class E = config_error>
class [[nodiscard]] result {
 public:
  result(T value) : state_{std::in_place_index<0>, std::move(value)} {}  // NOLINT: implicit by intent
  result(E error) : state_{std::in_place_index<1>, std::move(error)} {}  // NOLINT: implicit by intent

  [[nodiscard]] bool has_value() const { return state_.index() == 0; }
  [[nodiscard]] explicit operator bool() const { return has_value(); }

  [[nodiscard]] T& value() {
    require();
    return *std::get_if<0>(&state_);
  }
  [[nodiscard]] const T& value() const {
    require();
    return *std::get_if<0>(&state_);
  }
  [[nodiscard]] T& operator*() { return value(); }
  [[nodiscard]] const T& operator*() const { return value(); }
  [[nodiscard]] T* operator->() { return &value(); }
  [[nodiscard]] const T* operator->() const { return &value(); }

  [[nodiscard]] const E& error() const {
    EBIT_ASSERT(!has_value(), "error() of a result that holds a value");
    return *std::get_if<1>(&state_);
  }

 private:
  void require() const {
    if (has_value()) [[likely]]
      return;
    if constexpr (requires(const E& e) { e.message(); }) {
      const std::string text = error().message();
      std::fprintf(stderr, "ebit: unread error: %s\n", text.c_str());
    }
    EBIT_ASSERT(has_value(), "value of a result that holds an error");
  }

  std::variant<T, E> state_;
};

/// Nothing, or the reason why not.
struct success {
  friend bool operator==(success, success) = default;
};
using status = result<success>;

}  // namespace ebit
