// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include <ebit/backend/events.hpp>
#include <ebit/core/ids.hpp>
#include <ebit/orchestrate/wire.hpp>

namespace ebit::orchestrate {

/// Puts into words how an element is, its ports and the fibres in them, and remembers what is out of order, so that a
/// controller that is new in office can be told again.
class health_reporter {
 public:
  health_reporter() = default;
  /// `element`: its number. `incarnation`: how often whoever speaks for it has started again.
  health_reporter(node_id element, std::uint16_t incarnation)
      : element_{element.value()}, incarnation_{incarnation} {}

  /// What is to be said of a port, of the fibre there (`is_dark`: no light comes through it), or without a port of the
  /// whole device; of a switch that breaks as a whole also that nothing is joined any more.
  wire::health_news note(port_id at, event::health how, bool is_dark) {
    const trouble now{at.valid() ? static_cast<std::uint16_t>(at.value()) : wire::health_news::whole, how, is_dark};
    if (now.port == wire::health_news::whole && how == event::health::fault) ++faults_;
    std::erase_if(troubles_, [&now](const trouble& t) { return t.is_dark == now.is_dark && t.port == now.port; });
    if (how != event::health::ready) troubles_.push_back(now);
    return news_of(now);
  }
  /// Calls `say(news)` for everything that is out of order.
  template <class Say>
  void repeat(Say&& say) {
    for (const trouble& t : troubles_) say(news_of(t));
  }

 private:
  struct trouble {
    std::uint16_t port = wire::health_news::whole;
    event::health how{};
    bool is_dark = false;
  };

  [[nodiscard]] wire::health_news news_of(const trouble& t) {
    wire::health_news body;
    body.element = element_;
    body.number = ++said_;
    body.port = t.port;
    body.incarnation = incarnation_;
    body.state = static_cast<std::uint8_t>(t.how);
    body.dark = t.is_dark ? 1 : 0;
    body.faults = faults_;
    return body;
  }

  std::uint32_t element_ = 0;
  std::uint32_t said_ = 0;
  std::uint16_t incarnation_ = 0;
  std::uint16_t faults_ = 0;
  std::vector<trouble> troubles_;
};

}  // namespace ebit::orchestrate
