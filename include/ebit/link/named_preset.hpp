// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <ebit/core/result.hpp>

namespace ebit::link {

/// A published device, or one way to run it. The texts together name every value that differs from the default.
template <class Device>
struct named_preset {
  std::string_view name;
  std::string_view source;
  std::string_view confidence;     ///< of the set as a whole
  std::string_view published{};    ///< values in the source itself
  std::string_view from_memory{};  ///< recalled or seen in a summary by others: not to be cited from here
  std::string_view assumed{};      ///< stated by us, so that a set is complete
  Device value{};
};

namespace detail {

/// The set of that name among all of a kind; the error lists the names there are.
template <class Preset>
[[nodiscard]] result<Preset> find_named(const char* kind, const std::vector<Preset>& all, std::string_view name) {
  std::string known;
  for (const Preset& p : all) {
    if (p.name == name) return p;
    if (!known.empty()) known.append(", ");
    known.append(p.name);
  }
  return config_error{kind, '"' + std::string{name.substr(0, 60)} + '"', known};
}

}  // namespace detail
}  // namespace ebit::link
