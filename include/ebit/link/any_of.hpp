// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <concepts>
#include <utility>
#include <variant>

#include <ebit/link/concepts.hpp>

namespace ebit::link {

/// A link that is one of several kinds, chosen link by link: the link policy of networks in which fibres, microwave
/// lines and free space meet. Holds what it was made of; `get_if` gives it back.
template <physical_link... Links>
  requires(sizeof...(Links) > 0)
class any_of {
 public:
  any_of() = default;
  template <class Link>
    requires(std::same_as<Link, Links> || ...)
  any_of(const Link& line) : line_{line} {}  // NOLINT: any of them is one

  [[nodiscard]] double arm_transmittance(half end) const {
    return std::visit([end](const auto& line) { return line.arm_transmittance(end); }, line_);
  }
  [[nodiscard]] duration arm_delay(half end) const {
    return std::visit([end](const auto& line) { return line.arm_delay(end); }, line_);
  }
  [[nodiscard]] duration delay() const {
    return std::visit([](const auto& line) { return line.delay(); }, line_);
  }
  [[nodiscard]] status validate() const {
    return std::visit([](const auto& line) { return line.validate(); }, line_);
  }

  [[nodiscard]] status heralds() const {
    return std::visit([](const auto& line) { return link::heralds(line); }, line_);
  }

  /// What it is made of, if it is a `Link`; else null.
  template <class Link>
    requires(std::same_as<Link, Links> || ...)
  [[nodiscard]] const Link* get_if() const {
    return std::get_if<Link>(&line_);
  }

  friend bool operator==(const any_of&, const any_of&) = default;

 private:
  std::variant<Links...> line_;
};
static_assert(physical_link<any_of<ideal>>);

}  // namespace ebit::link
