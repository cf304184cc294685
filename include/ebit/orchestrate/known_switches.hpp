// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include <ebit/orchestrate/path_search_terms.hpp>

namespace ebit::orchestrate::detail {

/// What a switch costs in this search; the terms are those of `search_view`.
struct known_site {
  std::uint32_t stamp = 0;
  double across = no_cost;  ///< `uniform_crossing`
  double surcharge = 0;
  double ahead = 0;
};

/// What is worth knowing of the switches that a search comes by, computed once each.
class known_switches {
 public:
  /// Forgets everything but its memory.
  void begin(const fabric& in) {
    if (sites_.size() < in.elements().size()) sites_.resize(in.elements().size());
    if (pools_.size() < in.elements().size() * 4) pools_.resize(in.elements().size() * 4);
    if (++stamp_ != 0) return;
    std::fill(sites_.begin(), sites_.end(), known_site{});
    std::fill(pools_.begin(), pools_.end(), known_pool{});
    stamp_ = 1;
  }

  template <class Cost>
  [[nodiscard]] const known_site& at(const search_view<Cost>& v, element_id e) {
    known_site& s = sites_[e.value()];
    if (s.stamp != stamp_) s = {stamp_, v.uniform_crossing(e), v.surcharge(e), v.ahead(e)};
    return s;
  }
  /// `value_of_pool`, computed once a search where it is the same for all ports of a face.
  template <class Cost>
  [[nodiscard]] double value(const search_view<Cost>& v, element_id e, std::uint16_t port) {
    if (v.in.pool(e).empty()) return unreachable;
    if (!(at(v, e).across >= 0)) return value_of_pool(v, e, port);
    known_pool& known = known_pool_of(e, v.face(e, port), 0);
    if (!known.has_value) {
      known.value = value_of_pool(v, e, port);
      known.has_value = true;
    }
    return known.value;
  }
  /// `choose_in_pool`, likewise.
  template <class Cost>
  [[nodiscard]] pool_choice choice(const search_view<Cost>& v, element_id e, std::uint16_t port_a,
                                   std::uint16_t port_b) {
    if (!(at(v, e).across >= 0)) return choose_in_pool(v, e, port_a, port_b);
    known_pool& known = known_pool_of(e, v.face(e, port_a), v.face(e, port_b));
    if (!known.has_choice) {
      known.choice = choose_in_pool(v, e, port_a, port_b);
      known.has_choice = true;
    }
    return known.choice;
  }

 private:
  struct known_pool {
    std::uint32_t stamp = 0;
    bool has_value = false, has_choice = false;
    double value = unreachable;
    pool_choice choice{};
  };

  [[nodiscard]] known_pool& known_pool_of(element_id e, std::size_t face_a, std::size_t face_b) {
    known_pool& k = pools_[(std::size_t{e.value()} * 2 + face_a) * 2 + face_b];
    if (k.stamp != stamp_) k = {.stamp = stamp_};
    return k;
  }

  std::vector<known_site> sites_;  // per element
  std::vector<known_pool> pools_;  // per element and two faces
  std::uint32_t stamp_ = 0;
};

}  // namespace ebit::orchestrate::detail
