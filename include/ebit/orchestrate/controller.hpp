// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include <ebit/backend/actions.hpp>
#include <ebit/backend/events.hpp>
#include <ebit/core/extremes.hpp>
#include <ebit/core/fixed_vector.hpp>
#include <ebit/core/shared_constant.hpp>
#include <ebit/link/segments.hpp>
#include <ebit/orchestrate/admission.hpp>
#include <ebit/orchestrate/alarms.hpp>
#include <ebit/orchestrate/controller_options.hpp>
#include <ebit/orchestrate/controller_records.hpp>
#include <ebit/orchestrate/courier.hpp>
#include <ebit/orchestrate/granted_walk.hpp>
#include <ebit/orchestrate/join_table.hpp>
#include <ebit/orchestrate/lease.hpp>
#include <ebit/orchestrate/lease_log.hpp>
#include <ebit/orchestrate/request_book.hpp>
#include <ebit/orchestrate/router.hpp>
#include <ebit/orchestrate/stopovers.hpp>
#include <ebit/orchestrate/survey.hpp>
#include <ebit/orchestrate/tenants.hpp>
#include <ebit/orchestrate/ticket_window.hpp>
#include <ebit/orchestrate/walk_part.hpp>
#include <ebit/orchestrate/wire.hpp>

namespace ebit::orchestrate {

/// The entanglement service of a fabric: takes requests from the endpoints' agents, judges them by forecast, shares
/// the fabric among tenants, and gives each request in its turn a light path for as long as its pairs take; where no
/// single one joins its ends, a walk of several and of trunks, over endpoints that swap. It tells all endpoints and the
/// switches on the way when that is, follows news of their health, and leads what is left of a request another way when
/// something breaks.
///
/// A value that turns messages into messages, like a node: it reads no clock and does no I/O. The agent of element e
/// of the fabric has node number e; the controllers' numbers are in the options. With several controllers one is in
/// office; the others write its leases down and the next in rank takes over when its heartbeats stay away. An order
/// names the term of its controller, and no agent obeys a lesser term than the greatest it has heard of: so two that
/// think themselves in office do no harm. Requests survive with the endpoints that asked, and light paths that both
/// endpoints hold go on; so nothing that was delivered is lost or delivered twice.
template <router Router, light_forecaster Forecaster>
class controller {
 public:
  controller() = default;
  /// The fabric and the options have to be valid. The first in rank begins in office, with a fabric that nobody has
  /// used yet; the others, and one that has started again (`incarnation`, how often), wait for heartbeats.
  controller(node_id self, shared_constant<fabric> of, controller_options how, Router policy, Forecaster prophet,
             std::uint16_t incarnation = 0);

  [[nodiscard]] node_id id() const { return courier_.self(); }
  [[nodiscard]] bool is_in_office() const { return in_office_; }
  [[nodiscard]] bool is_surveying() const { return is_surveying_; }
  [[nodiscard]] std::uint16_t term() const { return term_; }
  [[nodiscard]] const fabric& network() const { return *fabric_; }
  [[nodiscard]] const fabric_state& state() const { return state_; }
  [[nodiscard]] const request_book& requests() const { return book_; }
  /// Requests that were accepted and are not served yet.
  [[nodiscard]] std::size_t waiting() const { return book_.size(); }
  [[nodiscard]] const lease_table& leases() const { return leases_; }
  [[nodiscard]] const walk_table& walks() const { return walks_; }
  [[nodiscard]] const tenants& shares() const { return tenants_; }
  [[nodiscard]] const measurements& seen() const { return seen_; }
  [[nodiscard]] const lease_log& log() const { return log_; }
  [[nodiscard]] const controller_counts& counts() const { return counts_; }
  [[nodiscard]] const outbox& unacknowledged() const { return courier_.unacknowledged(); }
  /// Messages of unknown types, or that make no sense.
  [[nodiscard]] std::uint64_t ignored_messages() const { return ignored_; }

  /// The earliest time at which `expire` should be called; calling it early does no harm.
  [[nodiscard]] local_time next_deadline() const {
    if (!has_begun_) return local_time{};
    return least(courier_.next_deadline(), book_.next_expiry(), lease_alarms_.next(), plan_alarms_.next(),
                 element_alarms_.next(), port_alarms_.next(), retry_at_, beat_at_, survey_.deadline());
  }

  template <class Sink>
  void handle(const event::received& e, context& ctx, Sink&& to);
  /// Acts on what is due at ctx.now.
  template <class Sink>
  void expire(context& ctx, Sink&& to);

 private:
  static constexpr std::uint32_t none = ~0U;
  static constexpr std::uint32_t any_kind = ~0U;  // of analysers
  static constexpr std::size_t most_ways = std::size_t{1} << 20;
  static constexpr std::size_t most_parts = 16;  // of a walk
  using candidates = fixed_vector<std::uint32_t, 32>;
  using leg_list = fixed_vector<std::uint32_t, most_parts>;

  /// How a request could be served.
  struct offer {
    std::vector<walk_part> parts;  ///< one light path, or a walk; empty: there is no way
    light_forecast expected;
    shortage why = shortage::none;
    std::uint32_t element = none;   ///< where it is short
    std::uint32_t kind = any_kind;  ///< the only kind of analysers that was looked for
    std::uint16_t station = 0;      ///< the kind that its first light path leads to
  };

  using agent = detail::agent_record;
  using open_plan = detail::open_plan;
  using known_way = detail::known_way;
  using analyser_use = detail::analyser_use;
  using early_word = detail::early_word;
  using standby = detail::standby;
  using enum detail::port_trouble;
  using port_trouble = detail::port_trouble;

  // What a message is about: controller_dispatch.hpp.
  template <class Sink>
  verdict dispatch(const event::received& e, context& ctx, Sink& sink);
  void hear(const event::received& e, local_time now);
  void reached(std::uint32_t element, local_time now);
  void begin_work(local_time now);
  [[nodiscard]] bool is_endpoint(node_id n) const { return n.value() < endpoints_; }
  [[nodiscard]] bool is_element(node_id n) const { return n.value() < fabric_->elements().size(); }
  [[nodiscard]] duration flight_to(std::uint32_t element) const { return agents_[element].flight; }

  // Requests: controller_requests.hpp.
  template <class Sink>
  verdict take(const wire::ask& a, const event::received& e, context& ctx, Sink& sink);
  template <class Sink>
  void take(const wire::cancel& c, const event::received& e, context& ctx, Sink& sink);
  [[nodiscard]] ruling rule(const wire::ask& a, std::uint32_t head, std::uint32_t& element, local_time now);
  [[nodiscard]] offer best_offer(std::uint32_t head, std::uint32_t tail, double min_fidelity);
  [[nodiscard]] duration wait_at(std::uint32_t endpoint, std::uint16_t tenant, local_time now) const;
  template <class Sink>
  void answer(const standing_request& r, verdict_on_request outcome, shortage why, double value,
              std::uint32_t element, duration wait, double fidelity, context& ctx, Sink& sink);
  template <class Sink>
  void stop_request(std::uint32_t slot, ending why, context& ctx, Sink& sink);
  void settle_request(std::uint32_t slot);
  void erase_request(std::uint32_t slot);
  [[nodiscard]] duration cost_of_next(const standing_request& r) const;
  [[nodiscard]] duration set_up_at(const std::vector<walk_part>& parts) const;
  [[nodiscard]] duration length_for(std::uint32_t pairs, duration pair_time, bool is_whole, duration walk,
                                    duration analyser) const;

  // Analysers of several kinds: controller_kinds.hpp.
  [[nodiscard]] const least_loss& losses_of(std::uint32_t kind) const;
  /// If an offer falls short in fidelity, one over analysers of some other kind: `look(kind)` looks for one over those
  /// of that kind, or of any.
  template <class Look>
  [[nodiscard]] offer by_any_kind(const Look& look) const;
  [[nodiscard]] const known_way& best_way(std::uint32_t head, std::uint32_t tail, std::uint32_t kind = any_kind);
  [[nodiscard]] bool could_serve(std::uint32_t kind, std::uint32_t head, std::uint32_t tail, double min_fidelity);
  template <class Serves>
  [[nodiscard]] shortage span_or_analyser(const fabric_state& state, const Serves& serves) const;
  [[nodiscard]] bool has_analyser(std::uint32_t kind, bool is_stock) const;
  [[nodiscard]] duration wait_for_analyser(const offer& best, std::uint32_t head, std::uint32_t tail,
                                           const wire::ask& wanted);
  template <class Serves>
  [[nodiscard]] duration wait_for_kinds(bool is_stock, const Serves& serves) const;

  // Whose turn it is: controller_service.hpp.
  [[nodiscard]] std::uint32_t free_ports(std::uint32_t endpoint) const;
  void freed(std::uint32_t endpoint);
  [[nodiscard]] bool may_start(const standing_request& r, local_time now, std::uint32_t paths = 1) const;
  [[nodiscard]] bool is_ready(std::uint32_t slot, local_time now) const;
  template <class Sink>
  void serve(context& ctx, Sink& sink);
  void collect(candidates& found, local_time now, bool counts);
  void insert(candidates& found, std::uint32_t slot);
  template <class Sink>
  bool attempt(std::uint32_t slot, context& ctx, Sink& sink);
  [[nodiscard]] shortage what_is_short(std::uint32_t slot);
  template <class Sink>
  void blocked(std::uint32_t slot, shortage why, std::uint32_t paths, context& ctx, Sink& sink);

  // What stock gives way to: controller_preemption.hpp.
  template <class Sink>
  void preempt(std::uint32_t slot, std::uint32_t paths, context& ctx, Sink& sink);
  [[nodiscard]] bool is_giving_way(std::uint32_t lease_slot) const;
  [[nodiscard]] bool could_get_ports(const standing_request& r) const;
  [[nodiscard]] offer find_without(const standing_request& r, bool without_stock);
  template <class Sink>
  void take_from_stock(const std::vector<walk_part>& parts, context& ctx, Sink& sink);
  [[nodiscard]] bool is_trunk_free(const fabric_state& state, std::uint32_t trunk) const;
  template <class Sink>
  void give_up_unreachable(std::uint32_t endpoint, context& ctx, Sink& sink);
  [[nodiscard]] routing with(const fabric_state& state, std::uint32_t kind = any_kind) {
    return {*fabric_, built_, state, seen_, losses_of(kind), finder_};
  }

  // Walks of several light paths: controller_walks.hpp.
  [[nodiscard]] offer find_way(fabric_state& state, std::uint32_t head, std::uint32_t tail, double min_fidelity,
                               bool may_detour);
  [[nodiscard]] offer find_way(fabric_state& state, std::uint32_t head, std::uint32_t tail, double min_fidelity,
                               bool may_detour, std::uint32_t kind);
  [[nodiscard]] offer find_walk(fabric_state& state, std::uint32_t head, std::uint32_t tail, std::uint32_t kind);
  [[nodiscard]] shortage why_no_leg(const fabric_state& state, std::uint32_t from, std::uint32_t to,
                                    std::uint32_t kind, std::uint32_t& element);
  [[nodiscard]] leg_list legs_of(std::uint32_t slot) const;
  [[nodiscard]] static std::vector<std::pair<element_id, element_id>> ends_of(const std::vector<trunk_run>& trunks) {
    std::vector<std::pair<element_id, element_id>> ends;
    for (const trunk_run& t : trunks) ends.push_back({t.a, t.b});
    return ends;
  }
  [[nodiscard]] static bool is_short_enough(const light_path& way) {
    return greatest(way.a.delay, way.b.delay) <= fabric::longest_arm;
  }
  [[nodiscard]] static std::uint32_t light_paths(const std::vector<walk_part>& parts);
  [[nodiscard]] duration length_of(const std::vector<walk_part>& parts) const;
  template <class Sink>
  void send_legs(std::uint32_t first, context& ctx, Sink& sink);

  // Leases: controller_leases.hpp, controller_endings.hpp; what switches are told: controller_orders.hpp.
  template <class Sink>
  std::uint32_t begin(std::uint32_t entry, std::vector<walk_part> parts, const light_forecast& expected,
                      std::uint32_t replaces, bool waits, context& ctx, Sink& sink);
  std::uint32_t open_lease(std::uint32_t entry, walk_part& part, const light_forecast& expected, duration length,
                           bool is_first, bool logs, local_time now);
  template <class Sink>
  void launch(std::uint32_t slot, std::uint32_t replaces, context& ctx, Sink& sink);
  template <class Sink>
  local_time order_joins(std::uint32_t slot, std::uint32_t replaces, context& ctx, Sink& sink);
  template <class Sink>
  local_time order_some(std::uint32_t slot, const std::vector<crossing>& joins, local_time earliest, context& ctx,
                        Sink& sink);
  template <class Sink>
  void order_again(std::uint32_t slot, element_id at, context& ctx, Sink& sink);
  template <class Sink>
  void send_grant(const lease& l, bool to_head, context& ctx, Sink& sink);
  template <class Sink>
  void end_lease(std::uint32_t slot, ending why, duration in, std::uint32_t cause, context& ctx, Sink& sink);
  template <class Sink>
  void end_leg(std::uint32_t slot, ending why, duration in, std::uint32_t cause, context& ctx, Sink& sink);
  template <class Sink>
  void withdraw_from(const lease& l, std::uint32_t endpoint, ending why, duration in, std::uint32_t cause,
                     context& ctx, Sink& sink);
  template <class Sink>
  void withdraw(path_id path, std::uint32_t endpoint, std::uint16_t port, ending why, duration in,
                std::uint32_t cause, context& ctx, Sink& sink);
  template <class Sink>
  void take(const wire::released& r, const event::received& e, context& ctx, Sink& sink);
  template <class Sink>
  void head_is_done(std::uint32_t slot, std::uint32_t delivered, bool complete, context& ctx, Sink& sink);
  void measure(const lease& l, const wire::released& r, local_time now);
  template <class Sink>
  void close(std::uint32_t slot, context& ctx, Sink& sink);
  [[nodiscard]] bool hold(std::uint32_t slot);
  void give_back(std::uint32_t slot);
  void set_alarm(std::uint32_t slot, local_time at);
  template <class Sink>
  void lease_due(std::uint32_t slot, context& ctx, Sink& sink);

  // What works out of tolerance: controller_tolerance.hpp.
  [[nodiscard]] bool is_degraded(std::uint32_t endpoint) const;
  [[nodiscard]] light_path weighed(const light_path& way, std::uint32_t head, std::uint32_t tail) const;
  [[nodiscard]] link::lit_path balanced(const lease& of) const;
  [[nodiscard]] light_forecast foretell(const light_path& way, std::uint32_t head, std::uint32_t tail,
                                        double min_fidelity);
  [[nodiscard]] light_forecast foretell(const std::vector<walk_part>& parts, double min_fidelity);
  [[nodiscard]] light_forecast foretell(const lease& of);
  template <class Sink>
  void restate(std::uint32_t endpoint, context& ctx, Sink& sink);
  template <class Sink>
  void dismiss(std::uint32_t slot, element_id cause, context& ctx, Sink& sink);

  // How long who is cut off is waited for: controller_patience.hpp.
  [[nodiscard]] duration until_ready(std::uint32_t endpoint) const;
  void reach_changed(span_id s, local_time now);
  [[nodiscard]] local_time give_up_at(std::uint32_t endpoint) const;
  [[nodiscard]] local_time give_up_at(const standing_request& r, local_time now);

  // What goes wrong: controller_faults.hpp; what could be better: controller_rerouting.hpp.
  template <class Sink>
  void take(const wire::health_news& n, const event::received& e, context& ctx, Sink& sink);
  template <class Sink>
  void take(const wire::plan_result& r, const event::received& e, context& ctx, Sink& sink);
  template <class Sink>
  void plan_due(std::uint32_t number, context& ctx, Sink& sink);
  void apply_health(element_id e, local_time now);
  void mark_port(element_id at, std::uint16_t port, port_trouble what, health how, local_time now);
  template <class Sink>
  void element_due(std::uint32_t element, context& ctx, Sink& sink);
  [[nodiscard]] duration probe_every() const { return how_.give_up_after / 4; }
  void trust(element_id at, std::uint16_t port, local_time now);
  void suspect(std::uint32_t element, local_time now);
  [[nodiscard]] bool is_older(std::uint32_t element, std::uint16_t incarnation) const;
  void begin_incarnation(element_id at, std::uint16_t incarnation, local_time now);
  template <class Sink>
  void restarted(std::uint32_t endpoint, std::uint16_t incarnation, context& ctx, Sink& sink);
  template <class Sink>
  void interrupt(std::uint32_t slot, element_id cause, context& ctx, Sink& sink);
  [[nodiscard]] offer cheapest_way(std::uint32_t head, std::uint32_t tail, double min_fidelity);
  template <class Sink>
  void reconsider(std::uint32_t slot, context& ctx, Sink& sink);
  template <class Sink>
  void reconsider_worse(context& ctx, Sink& sink);

  // Several controllers: controller_office.hpp; after a change of office: controller_survey.hpp.
  [[nodiscard]] std::uint32_t rank_of(node_id n) const;
  [[nodiscard]] std::uint32_t ranks() const { return greatest(static_cast<std::uint32_t>(others_.size()), 1U); }
  [[nodiscard]] path_id next_path();
  [[nodiscard]] local_time next_beat(local_time now) const;
  template <class Sink>
  void beat(context& ctx, Sink& sink);
  template <class Sink>
  void take_office(context& ctx, Sink& sink);
  void stand_down(std::uint16_t term, local_time now);
  void take(const wire::deposed& d, local_time now);
  [[nodiscard]] wire::took_over took_over(std::uint16_t number = 0) const { return {term_, number, life_, 0}; }
  [[nodiscard]] bool must_log() const;
  [[nodiscard]] bool is_logged(const lease& l) const;
  template <class Sink>
  void log_lease(const lease& l, node_id to, context& ctx, Sink& sink);
  template <class Sink>
  void log_to_all(const lease& l, context& ctx, Sink& sink);
  template <class Sink>
  void take(const wire::recorded& r, const event::received& e, context& ctx, Sink& sink);
  template <class Sink>
  void take(const wire::heartbeat& h, const event::received& e, context& ctx, Sink& sink);
  template <class Sink>
  verdict take_log(const event::received& e, context& ctx, Sink& sink);
  template <class Sink>
  void take(const wire::holding& h, const event::received& e, context& ctx, Sink& sink);
  template <class Sink>
  void take(const wire::surveyed& s, const event::received& e, context& ctx, Sink& sink);
  template <class Sink>
  void end_survey(context& ctx, Sink& sink);
  template <class Sink>
  void deal_early(context& ctx, Sink& sink);
  void name_beyond(path_id path);
  template <class Sink>
  void adopt(const survey::found_path& found, context& ctx, Sink& sink);
  [[nodiscard]] bool goes_on(std::uint32_t entry);
  [[nodiscard]] std::uint32_t entry_of(std::uint32_t head, request_id request) const;
  void drop_everything();

  controller_options how_;
  shared_constant<fabric> fabric_;
  [[no_unique_address]] Router policy_{};
  Forecaster forecaster_{};
  courier courier_;
  std::uint32_t endpoints_ = 0;

  fabric_state built_;  ///< all free and sound
  fabric_state sound_;  ///< all free; as healthy as is believed
  fabric_state state_;
  fabric_state trial_;  ///< what would be if something gave way; working memory
  bool trial_spares_stock_ = true;
  measurements seen_;
  least_loss losses_;
  std::vector<least_loss> losses_by_kind_;  ///< of analysers; empty: there is one
  std::vector<analyser_use> analysers_;     ///< by kind
  path_finder finder_;
  join_table joins_;
  std::vector<agent> agents_;
  std::vector<std::uint32_t> news_;          ///< number of the last news of an element, its ports, their fibres
  std::vector<std::uint32_t> news_offsets_;  ///< of each element
  std::vector<std::uint8_t> told_of_ports_;  ///< at the same offsets: bits of `port_trouble`
  std::uint32_t failed_parts_ = 0;
  std::uint32_t degraded_ports_ = 0;  ///< ports of which their agents say so

  tenants tenants_;
  request_book book_;
  std::vector<ticket_window> tickets_;
  std::vector<known_way> ways_;
  stopovers stopovers_;
  std::vector<std::uint32_t> freed_;
  std::vector<std::uint8_t> is_freed_;
  local_time retry_at_ = local_time::never();

  lease_table leases_;
  walk_table walks_;
  alarms lease_alarms_;
  std::uint32_t stock_leases_ = 0;
  flat_index plan_index_;
  std::vector<open_plan> plans_;
  std::vector<std::uint32_t> free_plans_;
  alarms plan_alarms_;
  alarms element_alarms_;
  alarms port_alarms_;

  std::vector<standby> others_;  ///< by rank; this one included
  std::uint32_t rank_ = 0;
  bool has_begun_ = false;
  bool in_office_ = false;
  bool is_surveying_ = false;
  std::uint16_t term_ = 0;
  std::uint8_t life_ = 0;  ///< how often it has started again, modulo 256
  std::uint32_t next_plan_ = 0;
  std::uint32_t next_path_ = 0;
  std::uint32_t beats_ = 0;
  local_time beat_at_ = local_time::never();
  lease_log log_;
  survey survey_;
  std::vector<early_word> early_;  ///< acknowledged, and to be dealt with later

  controller_counts counts_;
  std::uint64_t ignored_ = 0;
};

}  // namespace ebit::orchestrate

#include <ebit/orchestrate/controller_dispatch.hpp>
#include <ebit/orchestrate/controller_endings.hpp>
#include <ebit/orchestrate/controller_faults.hpp>
#include <ebit/orchestrate/controller_kinds.hpp>
#include <ebit/orchestrate/controller_leases.hpp>
#include <ebit/orchestrate/controller_office.hpp>
#include <ebit/orchestrate/controller_orders.hpp>
#include <ebit/orchestrate/controller_patience.hpp>
#include <ebit/orchestrate/controller_preemption.hpp>
#include <ebit/orchestrate/controller_requests.hpp>
#include <ebit/orchestrate/controller_rerouting.hpp>
#include <ebit/orchestrate/controller_service.hpp>
#include <ebit/orchestrate/controller_setup.hpp>
#include <ebit/orchestrate/controller_survey.hpp>
#include <ebit/orchestrate/controller_tolerance.hpp>
#include <ebit/orchestrate/controller_walks.hpp>
