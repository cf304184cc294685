// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace ebit {

// `<algorithm>` costs more to compile than the rest of an engine; these two are all that most headers want of it.

/// The smallest of its arguments; of equals the first.
template <class T, class... Others>
[[nodiscard]] constexpr T least(T first, Others... others) {
  ((first = others < first ? others : first), ...);
  return first;
}

/// The largest of its arguments; of equals the first.
template <class T, class... Others>
[[nodiscard]] constexpr T greatest(T first, Others... others) {
  ((first = first < others ? others : first), ...);
  return first;
}

}  // namespace ebit
