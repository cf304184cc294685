// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <type_traits>
#include <variant>
#include <vector>

#include <ebit/backend/devices.hpp>
#include <ebit/backend/events.hpp>

namespace ebit_test {

/// What a device told, and when.
struct told {
  ebit::local_time at;
  ebit::event::any what;
};

/// Lets a device run until its clock shows `until`, and gives all that it told.
template <class Device>
std::vector<told> run(Device& device, ebit::local_time until) {
  std::vector<told> all;
  const auto hear = [&](const auto& e) { all.push_back({device.now(), ebit::event::any{e}}); };
  for (;;) {
    while (device.poll(hear)) {
    }
    if (device.now() >= until) return all;
    device.wait(until);
  }
}

/// How an operation ended, and when; `none` with a time of never if it did not.
struct ending {
  ebit::failure why = ebit::failure::none;
  ebit::local_time at = ebit::local_time::never();
  [[nodiscard]] bool is(ebit::failure f, ebit::local_time t) const { return why == f && at == t; }
};
[[nodiscard]] inline ending ending_of(const std::vector<told>& all, ebit::operation_id operation) {
  ending found;
  int times = 0;
  for (const told& t : all) {
    if (const auto* d = std::get_if<ebit::event::done>(&t.what); d != nullptr && d->operation == operation) {
      found = {ebit::failure::none, t.at};
      ++times;
    }
    if (const auto* f = std::get_if<ebit::event::failed>(&t.what); f != nullptr && f->operation == operation) {
      found = {f->why, t.at};
      ++times;
    }
  }
  if (times > 1) found.at = ebit::local_time{};  // an operation ends once
  return found;
}

/// The events of one type, in order.
template <class Event>
[[nodiscard]] std::vector<Event> all_of(const std::vector<told>& all) {
  std::vector<Event> found;
  for (const told& t : all)
    if (const auto* e = std::get_if<Event>(&t.what); e != nullptr) found.push_back(*e);
  return found;
}

}  // namespace ebit_test
