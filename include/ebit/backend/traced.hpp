// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdio>
#include <string>
#include <string_view>
#include <utility>

#include <ebit/backend/concepts.hpp>
#include <ebit/backend/recording.hpp>

namespace ebit::backend {

/// Receives all that passes between a node and its backend, with the time on the node's clock.
template <class Sink>
concept record_sink = requires(Sink& sink, local_time when, const event::done& told, const action::free& asked) {
  sink(when, told);
  sink(when, asked);
};

/// Keeps everything in order.
using recorder = recording;

namespace detail {

/// The name of an event or action, with the namespace that tells which it is: `event::done`.
template <class T>
[[nodiscard]] constexpr std::string_view short_name() {
  const std::string_view text = __PRETTY_FUNCTION__;
  const std::size_t begin = text.find("T = ") + 4;
  const std::string_view name = text.substr(begin, text.find_first_of(";]", begin) - begin);
  const std::size_t last = name.rfind("::");
  const std::size_t before = last == std::string_view::npos ? last : name.rfind("::", last - 1);
  return before == std::string_view::npos ? name : name.substr(before + 2);
}

}  // namespace detail

/// One line of text per entry: time in seconds, name, and the numbers by which operations, slots, circuits and
/// messages are told apart.
template <class T>
[[nodiscard]] std::string line_of(local_time when, const T& entry) {
  char stamp[40];
  std::snprintf(stamp, sizeof stamp, "%.12f ", when.since_epoch().seconds());
  std::string text = stamp;
  text += detail::short_name<T>();
  const auto add = [&](const char* name, std::uint64_t value) {
    text.append(" ").append(name).append("=") += std::to_string(value);
  };
  if constexpr (requires { entry.operation.value(); }) add("operation", entry.operation.value());
  if constexpr (requires { entry.slot.value(); }) add("slot", entry.slot.value());
  if constexpr (requires { entry.circuit.value(); }) add("circuit", entry.circuit.value());
  if constexpr (requires { entry.sequence; }) add("sequence", entry.sequence);
  if constexpr (requires { entry.bits; }) add("bits", entry.bits);
  if constexpr (requires { entry.content.type; }) {
    add("type", entry.content.type);
    add("from", entry.content.from.value());
    add("to", entry.content.to.value());
  }
  return text;
}

/// Prints each line of text to a stream of the C library.
struct printer {
  std::FILE* to = stdout;

  template <class T>
  void operator()(local_time when, const T& entry) const {
    std::fprintf(to, "%s\n", line_of(when, entry).c_str());
  }
};

/// A backend that shows its sink every event and action of the one inside, and changes nothing.
template <class Inner, record_sink Sink = recorder>
class traced {
 public:
  static constexpr backend::capabilities capabilities = Inner::capabilities;

  explicit traced(Inner inner, Sink sink = {}) : inner_{std::move(inner)}, sink_{std::move(sink)} {}

  [[nodiscard]] Inner& inner() { return inner_; }
  [[nodiscard]] const Inner& inner() const { return inner_; }
  [[nodiscard]] const Sink& record() const { return sink_; }

  [[nodiscard]] local_time now() const { return inner_.now(); }
  [[nodiscard]] backend::limits limits() const { return inner_.limits(); }

  template <class Action>
    requires performs<Inner, Action>
  void perform(const Action& wanted) {
    sink_(inner_.now(), wanted);
    inner_.perform(wanted);
  }
  template <class Handler>
  bool poll(Handler&& handler) {
    return inner_.poll([&](const auto& e) {
      sink_(inner_.now(), e);
      handler(e);
    });
  }
  void wait(local_time until)
    requires waits<Inner>
  {
    inner_.wait(until);
  }
  /// The driver says that it is about to tell the node of a deadline.
  void expiring() {
    if constexpr (requires { sink_.expire(inner_.now()); }) sink_.expire(inner_.now());
    if constexpr (requires { inner_.expiring(); }) inner_.expiring();
  }

 private:
  Inner inner_;
  Sink sink_;
};

}  // namespace ebit::backend
