// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include <ebit/core/extremes.hpp>
#include <ebit/core/ids.hpp>
#include <ebit/core/time.hpp>
#include <ebit/route/advertised_links.hpp>
#include <ebit/route/graph.hpp>
#include <ebit/route/link_state.hpp>
#include <ebit/route/measured_metrics.hpp>

namespace ebit::route {

/// The links of a map as a head believes them to be: as their ends advertise them, and no purer than the tests of its
/// own circuits have shown. Forecasts of fidelity are bounds from below, so that what is better than they say is no
/// news.
class believed_links {
 public:
  /// Both have to outlive this, and so has the map. `measured`: if not, all that counts is which links are up.
  believed_links(const link_state& heard, const measured_metrics& own, const network_map& map, bool measured)
      : advertised_{heard, map}, own_{&own}, map_{&map}, measured_{measured} {}

  [[nodiscard]] link_condition condition(path_id link, local_time now) const {
    if (map_->is_made(link)) return {};  // nobody speaks of it
    link_condition c = advertised_.condition(link, now);
    if (!(c.yield > 0)) return c;
    if (!measured_) return {};
    c.purity = least(1.0, c.purity, own_->condition(link, now).purity);
    return c;
  }
  [[nodiscard]] bool are_up(const std::vector<path_id>& links) const {
    for (const path_id link : links)
      if (!map_->is_made(link) && !advertised_.is_up(link)) return false;
    return true;
  }

 private:
  advertised_links advertised_;
  const measured_metrics* own_;
  const network_map* map_;
  bool measured_;
};
static_assert(condition_source<believed_links>);

}  // namespace ebit::route
