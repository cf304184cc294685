// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <unordered_map>
#include <utility>
#include <vector>

#include <ebit/backend/actions.hpp>
#include <ebit/sim/tap.hpp>

#include "data_centre/lease_record.hpp"

namespace centre {

/// Reads along what is said about light paths, health and office. Each copy of a message after the first changes
/// nothing.
class watch : public ebit::sim::open_tap {
 public:
  watch() = default;
  /// The first controller's term is the number of controllers.
  explicit watch(std::uint16_t controllers, bool keeps_moves) : keeps_moves_{keeps_moves}, term_{controllers} {}

  /// The time of the event that comes next.
  void set(ebit::world_time now) { now_ = now; }

  /// The first slot of each endpoint's buffer, where there are buffers.
  void set_buffers(std::vector<std::uint32_t> first_slots) { buffers_from_ = std::move(first_slots); }
  /// Whether what an endpoint delivered to a request came from its buffer.
  [[nodiscard]] bool was_stocked(ebit::node_id at, const ebit::pair_id& name, ebit::request_id to) const {
    const auto place = stocked_.find({at.value(), name});
    return place != stocked_.end() && place->second == to;
  }

  using ebit::sim::open_tap::on_action;
  template <class Perform>
  bool on_action(ebit::node_id at, ebit::action::send& a, Perform&&) {
    hear(at, a.content);
    return true;
  }
  template <class Perform>
  bool on_action(ebit::node_id at, ebit::action::deliver& a, Perform&&) {
    if (!buffers_from_.empty() && at.value() < buffers_from_.size() && a.slot.value() >= buffers_from_[at.value()])
      stocked_[{at.value(), a.name}] = a.request;
    return true;
  }
  template <class Perform>
  bool on_action(ebit::node_id at, ebit::action::connect& a, Perform&&) {
    if (keeps_moves_ && moves_.size() < most_moves) moves_.push_back({now_, at.value(), a.in.value(), a.out.value()});
    return true;
  }

  [[nodiscard]] std::vector<lease_record>& leases() { return leases_; }
  [[nodiscard]] const std::vector<lease_record>& leases() const { return leases_; }
  [[nodiscard]] const std::vector<news_record>& news() const { return news_; }
  [[nodiscard]] const std::vector<takeover_record>& takeovers() const { return takeovers_; }
  [[nodiscard]] const std::vector<move_record>& moves() const { return moves_; }
  static constexpr std::size_t most_moves = 500'000;

 private:
  void hear(ebit::node_id at, const ebit::message& m) {
    namespace wire = ebit::wire;
    switch (m.type) {
      case wire::grant::type: grant(at, m.to, m.unpack<wire::grant>()); return;
      case wire::withdraw::type: withdraw(m.unpack<wire::withdraw>()); return;
      case wire::released::type: released(at, m.unpack<wire::released>()); return;
      case wire::health_news::type: {
        const auto body = m.unpack<wire::health_news>();
        const auto is_known = [&](const news_record& n) {
          return n.element == body.element && n.port == body.port && n.is_fault == (body.state > 1);
        };
        // To each controller, and again as long as it is not acknowledged.
        for (std::size_t i = news_.size(); i-- > 0 && news_.size() - i < 64;)
          if (is_known(news_[i]) && news_[i].at + repeats > now_) return;
        news_.push_back({now_, body.element, body.port, body.state > 1});
        return;
      }
      case wire::took_over::type:  // also said to agents that have started again, of the present term
        if (const std::uint16_t term = m.unpack<wire::took_over>().term; term > term_) {
          term_ = term;
          takeovers_.push_back({now_, at});
        }
        return;
      default: return;
    }
  }
  void grant(ebit::node_id by, ebit::node_id to, const ebit::wire::grant& g) {
    const auto [place, is_new] = by_path_.try_emplace(g.path.value(), static_cast<std::uint32_t>(leases_.size()));
    if (is_new) {
      leases_.emplace_back();
      lease_record& l = leases_.back();
      l.path = g.path.value();
      l.request = g.request.value();
      l.pairs = g.pairs;
      l.by = by;
      l.granted = now_;
      l.begins = now_ + g.starts_in;
      l.ends = l.begins + ebit::duration{g.lease};
    }
    lease_record& l = leases_[place->second];
    const bool to_head = ebit::wire::grant::is_upstream(g.role);  // of a part of a walk the end nearer to its head
    (to_head ? l.head : l.tail) = to.value();
    (to_head ? l.head_port : l.tail_port) = g.port;
    (to_head ? l.tail : l.head) = g.peer.value();
  }
  void withdraw(const ebit::wire::withdraw& w) {
    const auto place = by_path_.find(w.path.value());
    if (place == by_path_.end()) return;
    lease_record& l = leases_[place->second];
    if (!l.withdrawn.is_never()) return;
    l.withdrawn = now_;
    l.why_withdrawn = static_cast<ebit::orchestrate::ending>(w.why);
    l.cause = w.cause;
  }
  void released(ebit::node_id at, const ebit::wire::released& r) {
    const auto place = by_path_.find(r.path.value());
    if (place == by_path_.end()) return;
    lease_record& l = leases_[place->second];
    if (at.value() == l.tail && l.tail_released.is_never()) l.tail_released = now_;
    if (at.value() != l.head || !l.head_released.is_never()) return;
    l.head_released = now_;
    l.why = static_cast<ebit::orchestrate::ending>(r.why);
    l.delivered = r.delivered;
    l.heralds = r.heralds;
    l.busy = r.busy;
  }

  static constexpr ebit::duration repeats = ebit::duration::picoseconds(1'000'000'000);

  bool keeps_moves_ = false;
  std::uint16_t term_ = 1;
  ebit::world_time now_;
  std::vector<lease_record> leases_;
  std::unordered_map<std::uint32_t, std::uint32_t> by_path_;
  std::vector<std::uint32_t> buffers_from_;
  std::map<std::pair<std::uint32_t, ebit::pair_id>, ebit::request_id> stocked_;
  std::vector<news_record> news_;
  std::vector<takeover_record> takeovers_;
  std::vector<move_record> moves_;
};
static_assert(ebit::sim::tap<watch>);

}  // namespace centre
