// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include <ebit/core/ids.hpp>
#include <ebit/core/time.hpp>
#include <ebit/orchestrate/courier.hpp>
#include <ebit/orchestrate/wire.hpp>

namespace ebit::orchestrate {

/// What an agent knows of the controller in office. A controller that starts again remembers no term, and so may take
/// one that it had before. Orders of the two lives must not be mixed: plans are counted anew, and switches would take
/// new ones for old. So an order names its controller's life beside the term, and whoever has heard of an earlier life
/// in that term says `deposed`: the controller then takes a greater one.
struct known_office {
  enum class word : std::uint8_t {
    current,   ///< of the one in office, or of one that has taken office since
    late,      ///< of a life that is over
    mistaken,  ///< its controller does not know of this term, or not that it had it in an earlier life
  };

  std::uint16_t term = 0;  ///< the greatest heard of; 0: none
  std::uint8_t life = 0;   ///< of its controller: how often it had started again, modulo 256

  [[nodiscard]] constexpr word judge(std::uint16_t its_term, std::uint8_t its_life) const {
    if (its_term != term) return its_term > term ? word::current : word::mistaken;
    if (its_life == life) return word::current;
    return ((unsigned{its_life} - life) & 0xffU) < 128 ? word::mistaken : word::late;
  }
  /// Whether an order is to be obeyed. Who does not know that he is not in office is told so.
  template <class Order, class Sink>
  [[nodiscard]] bool obeys(const Order& m, node_id from, courier& by, local_time now, Sink& sink) const {
    const word said = judge(m.term, m.life);
    if (said == word::mistaken) by.send(from, wire::deposed{term, life, 0}, now, sink);
    return said == word::current;
  }
};

}  // namespace ebit::orchestrate
