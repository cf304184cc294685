// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>

#include <ebit/backend/actions.hpp>
#include <ebit/backend/events.hpp>
#include <ebit/core/extremes.hpp>
#include <ebit/link/outbox.hpp>
#include <ebit/link/segments.hpp>

namespace ebit::orchestrate {

/// Sends and hears for an engine of the control plane: with `link.retransmit_after` every message is kept until its
/// receipt is acknowledged, and dealt with once; else the channel is trusted and nothing costs. The same words on
/// the wire as between nodes, so an agent and a node may share an address: each hands `wire::acknowledged` to both.
class courier {
 public:
  courier() = default;
  /// `letters`: how many messages may be unacknowledged at a time; `round_trip` is assumed of whom nothing was heard
  /// yet.
  courier(node_id self, const link_options& how, std::size_t letters, duration round_trip)
      : self_{self}, outbox_{how, letters}, inbox_{how}, round_trip_{round_trip} {}

  [[nodiscard]] node_id self() const { return self_; }
  [[nodiscard]] const outbox& unacknowledged() const { return outbox_; }
  [[nodiscard]] local_time next_deadline() const { return outbox_.next_deadline(); }
  /// Whoever is there has answered within this time, as good as certainly.
  [[nodiscard]] duration patience() const {
    return outbox_.assures() ? outbox_.patience(round_trip_) : greatest(round_trip_ * 4, duration::picoseconds(1));
  }

  template <message_body Body, class Sink>
  void send(node_id to, const Body& body, local_time now, Sink& sink) {
    const message m = message::pack(self_, to, circuit_id::none(), body);
    sink(action::send{m});
    if (outbox_.assures()) outbox_.keep(m, round_trip_, now);
  }
  /// For words that are out of date by the time they could be repeated.
  template <message_body Body, class Sink>
  void send_once(node_id to, const Body& body, Sink& sink) const {
    sink(action::send{message::pack(self_, to, circuit_id::none(), body)});
  }

  /// Hears an acknowledgement, or calls `deal(content)` if the message was not dealt with before. A message on which
  /// `deal` says `verdict::early` is not acknowledged and so comes again.
  template <class Sink, class Deal>
  void receive(const event::received& e, Sink& sink, Deal&& deal) {
    const message& m = e.content;
    if (!m.from.valid()) return;
    if (!outbox_.assures()) {
      if (!m.holds<wire::acknowledged>()) deal(m);
      return;
    }
    outbox_.heard(m.from, e.flight);
    if (m.holds<wire::acknowledged>()) {
      outbox_.acknowledge(m.from, m.unpack<wire::acknowledged>().tag);
      return;
    }
    const std::uint64_t sum = wire::sum_of(m);
    if (!inbox_.has_seen(sum)) {
      if (deal(m) == verdict::early) return;
      inbox_.note(sum);
    }
    send_once(m.from, wire::acknowledged{wire::tag_of(sum)}, sink);
  }

  /// Sends again what is due.
  template <class Sink>
  void expire(local_time now, Sink& sink) {
    outbox_.expire(now, sink, [](circuit_id) { return true; });
  }

 private:
  node_id self_;
  outbox outbox_;
  inbox inbox_;
  duration round_trip_;
};

}  // namespace ebit::orchestrate
