// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <utility>
#include <vector>

#include <ebit/backend/actions.hpp>
#include <ebit/backend/events.hpp>
#include <ebit/link/segments.hpp>
#include <ebit/link/wire.hpp>

namespace ebit {

/// A node's socket and what it is connected to at present.
struct port {
  path_id path;
  node_id peer;
  duration delay;
  duration station_here;
  duration station_there;
  std::uint32_t first_slot = 0;
  std::uint32_t slots = 0;
  std::uint32_t next_epoch = 0;
  std::uint32_t incarnation_there = 0;  ///< of the peer, as far as it has said
  bool is_greeted = false;              ///< the peer knows of this node's life, as far as the path is concerned
  bool is_connected = false;            ///< there is a path
  bool works = true;                    ///< as far as the device has said
  bool is_leaving = false;              ///< it works, but nothing new is to be begun there
  bool up = false;                      ///< there is a path, and it works
};

/// How the attempts of one circuit on one link are to be made; both ends derive the same from what they know of the
/// link.
struct attempt_settings {
  duration period;
  duration spacing;
  double bright_upstream = 0.5;
  double bright_downstream = 0.5;
};

/// The link protocol. Both ends number attempts alike: the upstream end opens an epoch, announces when its cycle 0
/// begins at least one link delay ahead, and from then on a cycle and a mode name a pair at both ends without a
/// message.
class link_engine {
 public:
  link_engine() = default;
  explicit link_engine(std::vector<port> ports, std::uint32_t incarnation = 0)
      : ports_{std::move(ports)}, incarnation_{incarnation} {}

  [[nodiscard]] const std::vector<port>& ports() const { return ports_; }
  [[nodiscard]] std::uint32_t incarnation() const { return incarnation_; }
  [[nodiscard]] std::size_t port_of(path_id path) const {
    std::size_t i = 0;
    while (i < ports_.size() && !(ports_[i].up && ports_[i].path == path)) ++i;
    return i;
  }

  /// A node that has started again says so on every path, since its neighbours may still count on what it has
  /// forgotten; but no more once the other end has acknowledged that.
  template <class Sink>
  void handle(segments& table, const event::path_up& e, Sink& sink) {
    port& p = ports_[e.port.value()];
    if (p.peer != e.peer) p.incarnation_there = 0;
    if (p.peer != e.peer || p.path != e.path) p.is_greeted = false;
    p.path = e.path;
    p.peer = e.peer;
    p.delay = e.delay;
    p.station_here = e.station_here;
    p.station_there = e.station_there;
    p.is_connected = true;
    p.up = p.works;
    table.reaches(e.delay);
    if (incarnation_ == 0 || p.is_greeted) return;
    sink(action::send{message::pack(table.self(), p.peer, circuit_id::none(), wire::hello{p.path, incarnation_})});
  }
  /// The port whose path is lost, or `ports().size()` if it was not up.
  std::size_t handle(const event::path_down& e) {
    const std::size_t i = e.port.value();
    if (i >= ports_.size() || !ports_[i].is_connected || ports_[i].path != e.path) return ports_.size();
    ports_[i].is_connected = false;
    return std::exchange(ports_[i].up, false) ? i : ports_.size();
  }
  /// Whether that changes what the port can be used for. On one that is leaving, what runs goes on.
  bool handle(const event::device_state& e) {
    const std::size_t i = e.port.value();
    if (i >= ports_.size()) return false;
    port& p = ports_[i];
    p.works = e.state != event::health::fault;
    const bool is_up = p.works && p.is_connected, is_leaving = e.state == event::health::leaving;
    const bool was_leaving = std::exchange(p.is_leaving, is_leaving);
    return std::exchange(p.up, is_up) != is_up || (is_up && was_leaving != is_leaving);
  }
  /// The port behind which the peer has started again, or `ports().size()` if that is no news.
  std::size_t handle(node_id from, const wire::hello& m) {
    const std::size_t i = port_of(m.path);
    if (i == ports_.size() || ports_[i].peer != from) return ports_.size();
    if (static_cast<std::int32_t>(m.incarnation - ports_[i].incarnation_there) <= 0) return ports_.size();
    ports_[i].incarnation_there = m.incarnation;
    return i;
  }

  /// The other end of the path, if it is a valid one, has acknowledged that this node has started again.
  void greeted(path_id path) {
    for (port& p : ports_)
      if (path.valid() && p.path == path) p.is_greeted = true;
  }

  /// A contiguous run of `width` free slots on the port, or `table.size()`, as if a port that is leaving had none.
  [[nodiscard]] std::uint32_t find_run(const segments& table, std::size_t port_index, std::uint32_t width) const {
    const port& p = ports_[port_index];
    if (p.is_leaving) return table.size();
    std::uint32_t run = 0;
    for (std::uint32_t s = p.first_slot; s < p.first_slot + p.slots; ++s) {
      run = table.is_reserved(s) ? 0 : run + 1;
      if (run == width) return s + 1 - width;
    }
    return table.size();
  }

  void reserve(segments& table, circuit& c, side s, std::size_t port_index, std::uint32_t first) {
    circuit::hop& hop = c.link(s);
    hop.port = static_cast<std::uint16_t>(port_index);
    hop.path = ports_[port_index].path;
    hop.peer = ports_[port_index].peer;
    hop.width = c.plan.width;
    hop.first_slot = first;
    hop.open = hop.ending = false;
    // Word of a half comes from that side, at the latest two flights from the far end after it was given away; a slot
    // is used again after one flight along a link at the earliest.
    const std::uint32_t distance = s == side::upstream ? c.position : std::uint32_t{c.hops} - c.position;
    hop.fates.reset(static_cast<std::size_t>(hop.width) * (2U * distance + 4U) * table.memory_of_fates());
    table.reserve(first, hop.width, true);
  }

  /// The upstream end opens the link on its downstream side and tells the other end.
  template <class Sink>
  void open(segments& table, std::uint16_t index, local_time start, const attempt_settings& settings, context& ctx,
            Sink& sink) {
    circuit& c = table.circuits[index];
    circuit::hop& hop = c.link(side::downstream);
    port& p = ports_[hop.port];
    hop.epoch = fresh_epoch(p, table.self());
    const wire::link_started announcement{.epoch = hop.epoch,
                                          .modes = hop.width,
                                          .period = settings.period,
                                          .spacing = settings.spacing,
                                          .starts_in = start - ctx.now,
                                          .bright_upstream = settings.bright_upstream,
                                          .bright_downstream = settings.bright_downstream};
    sink(action::send{message::pack(table.self(), p.peer, c.id, announcement)});
    attempt(c, index, side::downstream, start, announcement, settings.bright_upstream, ctx, sink);
  }

  /// The downstream end joins.
  template <class Sink>
  void handle(segments& table, std::uint16_t index, const wire::link_started& m, duration flight, context& ctx,
              Sink& sink) {
    circuit& c = table.circuits[index];
    circuit::hop& hop = c.link(side::upstream);
    if (hop.width == 0 || hop.width != m.modes || hop.open || c.state == circuit::phase::closing) return;
    if (m.period <= duration::zero() || m.spacing < duration::zero()) return;
    if (!(m.bright_downstream >= 0 && m.bright_downstream <= 1)) return;
    hop.epoch = m.epoch;
    attempt(c, index, side::upstream, ctx.now - flight + m.starts_in, m, m.bright_downstream, ctx, sink);
  }

  struct arrival {
    segment* row = nullptr;  ///< null: nobody waits for it
    const circuit* of = nullptr;
    explicit operator bool() const { return row != nullptr; }
  };
  /// Takes a new half into the table and gives it to its first owner.
  template <class Sink>
  EBIT_ALWAYS_INLINE arrival handle(segments& table, const event::heralded& e, Sink& sink,
                                    owner first = owner::link) {
    batch b;
    const bool runs = find_batch(table, e.operation, b);
    if (!runs || b.of->state == circuit::phase::closing) [[unlikely]] {
      if (e.slot.value() < table.size() && table[e.slot.value()].held_by == owner::nobody) sink(action::free{e.slot});
      if (runs && b.of->owes_word()) {
        const circuit::hop& hop = b.of->link(b.facing);
        const wire::expired lost{e.sequence, hop.epoch, static_cast<std::uint8_t>(opposite(b.facing)), {}};
        sink(action::send{message::pack(table.self(), ports_[hop.port].peer, b.of->id, lost)});
      }
      return {};
    }
    const circuit& c = *b.of;
    circuit::hop& hop = b.of->link(b.facing);
    const std::uint32_t slot = e.slot.value();
    if (slot - hop.first_slot >= hop.width || table[slot].held_by != owner::nobody) [[unlikely]]
      return {};  // not one of this batch's, or not free
    if (e.sequence >= hop.heralded) hop.heralded = e.sequence + 1;
    segment& row = table.acquire(slot, first);
    row.facing = b.facing;
    row.circuit = b.index;
    row.reach =
        static_cast<std::uint16_t>(c.position - 1 + 2 * static_cast<int>(b.facing));  // the neighbour on that side
    row.peer = hop.peer;
    row.local = row.remote = pair_id{hop.path, hop.epoch, e.sequence};
    row.born = e.born;
    row.frame = pauli_frame{e.state};
    if (!c.plan.cutoff.is_never()) table.set_deadline(slot, c.deadline(e.born));
    return {&row, &c};
  }

  /// Stops the attempts on one side; the slots stay reserved until the batch's `done`.
  template <class Sink>
  void close(segments& table, std::uint16_t index, side s, context& ctx, Sink& sink) {
    circuit::hop& hop = table.circuits[index].link(s);
    if (!hop.open || hop.ending) return;
    hop.ending = true;
    sink(action::stop{batch_operation(index, s, hop.nonce), ctx.now});
  }

  struct ended_batch {
    std::uint16_t circuit = circuit_table::none;
    side facing = side::upstream;
    bool was_told = false;  ///< to stop; else it ended by itself
  };
  /// The circuit whose batch of attempts has ended, if `id` is one that ran.
  ended_batch finished(segments& table, operation_id id) {
    batch b;
    if (!find_batch(table, id, b)) return {};
    circuit::hop& hop = b.of->link(b.facing);
    hop.open = false;
    return {b.index, b.facing, hop.ending};
  }

  /// Gives the slots of both sides back, if nothing uses them any more.
  static bool release(segments& table, std::uint16_t index) {
    circuit& c = table.circuits[index];
    for (const circuit::hop& hop : c.links) {
      if (hop.width != 0 && hop.open) return false;
      for (std::uint32_t s = hop.first_slot; s < hop.first_slot + hop.width; ++s)
        if (table[s].held_by != owner::nobody) return false;
    }
    for (circuit::hop& hop : c.links) {
      table.reserve(hop.first_slot, hop.width, false);
      hop.width = 0;
    }
    c.state = circuit::phase::vacant;
    return true;
  }

  [[nodiscard]] static bool is_batch(operation_id id) { return (id.value() >> 31) != 0; }

 private:
  struct batch {
    circuit* of = nullptr;
    std::uint16_t index = 0;
    side facing = side::upstream;
  };

  /// Agreed by announcing it: the opener's incarnation and count make it fresh after a restart or reconfiguration,
  /// and the two ends of a path draw from disjoint sets, so that circuits in both directions never share one.
  [[nodiscard]] std::uint32_t fresh_epoch(port& p, node_id self) const {
    const std::uint32_t count = p.next_epoch++;
    return incarnation_ << 20 | (count << 1 & 0xfffffU) | (self < p.peer ? 0U : 1U);
  }
  [[nodiscard]] static operation_id batch_operation(std::uint16_t circuit, side s, std::uint8_t nonce) {
    return operation_id{0x80000000U | static_cast<std::uint32_t>(circuit) << 9 | static_cast<std::uint32_t>(s) << 8 |
                        nonce};
  }
  /// False if no such batch runs.
  [[nodiscard]] static bool find_batch(segments& table, operation_id id, batch& found) {
    if (!is_batch(id)) [[unlikely]]
      return false;
    found.index = static_cast<std::uint16_t>(id.value() >> 9 & 0xffff);
    found.facing = static_cast<side>(id.value() >> 8 & 1);
    if (found.index >= table.circuits.size()) [[unlikely]]
      return false;
    found.of = &table.circuits[found.index];
    const circuit::hop& hop = found.of->link(found.facing);
    return hop.open && hop.nonce == (id.value() & 0xff);  // a vacant circuit has no open link
  }

  template <class Sink>
  void attempt(circuit& c, std::uint16_t index, side s, local_time start, const wire::link_started& m, double bright,
               context& ctx, Sink& sink) {
    circuit::hop& hop = c.link(s);
    hop.open = true;
    hop.ending = false;
    hop.heralded = 0;
    hop.nonce = ++nonce_;
    // An announcement that came too late joins at the next cycle of the agreed grid.
    std::uint64_t first_cycle = 0;
    if (start < ctx.now) first_cycle = static_cast<std::uint64_t>((ctx.now - start) / m.period) + 1;
    // The end nearer to the station emits later, so that the photons meet there.
    const port& p = ports_[hop.port];
    const duration compensation =
        p.station_there > p.station_here ? p.station_there - p.station_here : duration::zero();
    sink(action::attempt{.operation = batch_operation(index, s, hop.nonce),
                         .at = start + compensation + m.period * static_cast<std::int64_t>(first_cycle),
                         .path = ports_[hop.port].path,
                         .circuit = c.id,
                         .epoch = hop.epoch,
                         .first_cycle = first_cycle,
                         .period = m.period,
                         .spacing = m.spacing,
                         .first_slot = slot_id{hop.first_slot},
                         .modes = hop.width,
                         .bright_state = bright});
  }

  std::vector<port> ports_;
  std::uint32_t incarnation_ = 0;
  std::uint8_t nonce_ = 0;
};

}  // namespace ebit
