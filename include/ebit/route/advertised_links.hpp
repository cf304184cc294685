// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include <ebit/core/extremes.hpp>
#include <ebit/core/ids.hpp>
#include <ebit/core/time.hpp>
#include <ebit/route/graph.hpp>
#include <ebit/route/link_state.hpp>
#include <ebit/route/measured_metrics.hpp>

namespace ebit::route {

/// The links of a map as their ends advertise them. Of two ends that differ the worse counts: both have to do their
/// part. An end of which nothing is heard is believed to be as forecast.
class advertised_links {
 public:
  /// Both have to outlive this.
  advertised_links(const link_state& heard, const network_map& map) : heard_{&heard}, map_{&map} {}

  [[nodiscard]] bool is_up(path_id link) const {
    const ends e = at(link);
    return (e.a == nullptr || e.a->up) && (e.b == nullptr || e.b->up);
  }
  /// A link that is down yields nothing.
  [[nodiscard]] link_condition condition(path_id link, local_time) const {
    if (!is_up(link)) return {0, 1};
    const ends e = at(link);
    if (e.a == nullptr && e.b == nullptr) return {};
    const end_state& a = e.a != nullptr ? *e.a : *e.b;
    const end_state& b = e.b != nullptr ? *e.b : *e.a;
    return {double{least(a.yield, b.yield)}, double{least(a.purity, b.purity)}};
  }
  /// Memories that are free for it at both ends, as many as the map says where nothing is heard.
  [[nodiscard]] std::uint16_t free_slots(path_id link) const {
    const ends e = at(link);
    const std::uint16_t most = map_->along(link).slots;
    return least(most, e.a != nullptr ? e.a->free_slots : most, e.b != nullptr ? e.b->free_slots : most);
  }

 private:
  struct ends {
    const end_state* a;
    const end_state* b;
  };
  [[nodiscard]] ends at(path_id link) const {
    const edge& e = map_->along(link);
    return {heard_->of(e.a, link), heard_->of(e.b, link)};
  }

  const link_state* heard_;
  const network_map* map_;
};
static_assert(condition_source<advertised_links>);

}  // namespace ebit::route
