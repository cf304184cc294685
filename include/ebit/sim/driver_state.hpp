// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include <ebit/backend/events.hpp>
#include <ebit/core/ids.hpp>
#include <ebit/core/random.hpp>
#include <ebit/core/time.hpp>
#include <ebit/link/budget.hpp>
#include <ebit/link/lit_path.hpp>
#include <ebit/quantum/operations.hpp>
#include <ebit/sim/heralding.hpp>
#include <ebit/sim/stray_inlet.hpp>

namespace ebit::sim {

/// What waits in the kernel of a network.
struct network_event {
  enum class kind : std::uint8_t {
    message,
    herald,
    batch_end,
    bell_measurement,
    distillation,
    measurement,
    move,
    request,
    wake,
    fault,
    switching,
    device  ///< something happens in a networking unit, or a switch, by itself
  };
  kind what = kind::wake;
  /// Of the path a herald or batch is at; half of the recipe that is carried out; basis of a measurement.
  std::uint8_t end = 0;
  distil_recipe recipe;
  std::uint32_t node = 0;
  /// Path of a herald or batch; slot of an operation, of two the upstream, kept or first one; request; letter; fault.
  std::uint32_t index = 0;
  std::uint32_t other = 0;  ///< session of a herald or batch; the second slot of an operation, or the same
  /// Of a herald; else why a batch or operation fails; of a fault, 1 where it ends, 2 where it is sensed.
  std::uint32_t mode = 0;
  std::uint32_t draws = 0;
  operation_id operation;
  std::uint32_t life = 0;  ///< of the node, when this was posted
  duration flight;         ///< of a message; of a move of a switch, by how much it is late

  /// Of no use to a node that has started again since: it remembers neither its operations nor its deadlines.
  /// Messages arrive whoever is there to read them, faults strike whom they find, and devices have lives of their own.
  [[nodiscard]] bool concerns_one_life() const {
    return what != kind::message && what != kind::fault && what != kind::device;
  }
};

namespace detail {

struct path_state {
  std::array<std::uint32_t, 2> node{};
  std::array<std::uint32_t, 2> port{};
  path_id id;
  std::uint64_t key = 0;
  std::vector<link::budget> made;   ///< of a path that a switched fabric has made: what it is like, once it is known
  link::lit_path line;              ///< the same: its arms, ...
  std::uint32_t analyser = 0;       ///< ... the element where they meet, ...
  std::vector<stray_inlet> inlets;  ///< ... and where light of other paths gets in, ...
  double most_stray = 0;            ///< ... never more photons per second than that
  /// Its station heeds clicks of what the ends emit from then on, as its switches were ordered; never: of nothing.
  std::array<world_time, 2> heeded_from{};
  std::array<bool, 2> joined{};  ///< of such a path, ends that have announced attempts on it
  // Streams at no particular draw, since to key one takes longer than to draw from it.
  random_stream heralds;
  random_stream noise;
  random_stream phases;
  double phase = 0;  ///< optical, between the arms, at the last herald
  world_time phase_at = world_time::never();
  std::array<random_stream, 2> outcomes;  ///< of operations on halves born on this path, by the end they are at
  std::array<std::uint32_t, 2> dark{};    ///< faults that keep photons away, as each end knows of them
  double dimmed = 0;                      ///< probability of a herald not to come, at present
  std::vector<heralding_session> sessions;
};

struct slot_state {
  static constexpr std::uint32_t none = ~std::uint32_t{0};

  std::uint32_t node = 0;
  std::uint32_t port = 0;
  std::uint32_t path = 0;
  std::uint32_t session = none;
  std::uint32_t mode = 0;
  std::uint32_t end = 0;
  std::uint32_t acts = 0;  ///< operations on this half so far
  bool known = false;      ///< its node has been told of what it holds
  bool busy = false;       ///< an operation is being done on it, where a fault may interfere
  bool erased = false;     ///< its node has been told that it holds nothing more
  pair_id born;            ///< the link pair last heralded here: the key of its draws
};

struct node_state {
  std::uint32_t first_slot = 0;
  std::uint32_t posted = 0;
  std::uint32_t life = 0;  ///< how many crashes there were
  bool is_up = true;
  duration clock_offset;
  std::uint64_t key = 0;
  local_time armed = local_time::never();
  double failing = 0;  ///< probability of an operation to fail, at present
  double slower = 1;   ///< how many times as long operations take, at present
  random_stream random;
  random_stream faults;
  std::vector<std::uint32_t> open_requests;  ///< asked for here, not finished and not started
  std::vector<std::uint32_t> made;           ///< paths that a switched fabric has made for it
};

/// How an operation has ended.
struct completion {
  operation_id operation;
  failure why = failure::none;
  bool has_bits = false;
  std::uint8_t bits = 0;
};

}  // namespace detail
}  // namespace ebit::sim
