// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include <ebit/backend/actions.hpp>
#include <ebit/backend/events.hpp>
#include <ebit/core/extremes.hpp>
#include <ebit/link/segments.hpp>
#include <ebit/orchestrate/courier.hpp>
#include <ebit/orchestrate/health_reporter.hpp>
#include <ebit/orchestrate/known_office.hpp>
#include <ebit/orchestrate/wire.hpp>

namespace ebit::orchestrate {

/// What the agent of a switch, or of an analyser, is told once.
struct switch_agent_options {
  std::uint16_t ports = 0;             ///< of the switch; 0 of an analyser, which takes no plans
  std::vector<node_id> controllers{};  ///< all of them
  link_options link{};
  duration farthest = 10_us;      ///< to a controller, one way
  std::uint16_t incarnation = 0;  ///< how often it has started again
};

/// Speaks for an optical switch (or, without plans, for an analyser): takes plans from the controller in office, has
/// the ports joined and parted at their times, says what came of each plan, and how the switch is; a controller that
/// takes office is told what does not work, since it may have started anew. An agent that has started again hears from
/// its device how that is. A value without I/O, like a node.
///
/// Of two plans for one port the one of the later term, and of one term the one of the greater number, holds,
/// whichever comes first; so plans may be lost, repeated and reordered. A term less than the greatest one heard of, or
/// that one in a later life of its controller, is told so. A join that stands already is not touched: the light in it
/// goes on.
class switch_agent {
 public:
  switch_agent() = default;
  /// `self`: the number of its element.
  switch_agent(node_id self, const switch_agent_options& how)
      : courier_{self, how.link, 256, how.farthest * 2},
        controllers_{how.controllers},
        health_{self, how.incarnation},
        ports_(how.ports) {
    if (how.incarnation > 0)
      for (socket_state& p : ports_) p.partner = unknown;
  }

  [[nodiscard]] node_id id() const { return courier_.self(); }
  [[nodiscard]] std::uint16_t term() const { return office_.term; }
  /// What a port is joined to, or will be by an order given to the device; `switch_plan::nothing` if to none,
  /// one less if that is not known.
  [[nodiscard]] std::uint16_t partner(std::uint16_t p) const { return ports_[p].partner; }
  [[nodiscard]] std::size_t pending() const { return waiting_.size() + running_.size(); }
  [[nodiscard]] const outbox& unacknowledged() const { return courier_.unacknowledged(); }
  [[nodiscard]] std::uint64_t ignored_messages() const { return ignored_; }
  [[nodiscard]] local_time next_deadline() const {
    local_time first = courier_.next_deadline();
    for (const order& o : waiting_) first = least(first, o.at);
    return first;
  }

  template <class Sink>
  void handle(const event::received& e, context& ctx, Sink&& to) {
    courier_.receive(e, to, [&](const message& m) {
      if (m.holds<wire::switch_plan>())
        take(m.unpack<wire::switch_plan>(), e, ctx, to);
      else if (m.holds<wire::took_over>())
        serve(m.from, m.unpack<wire::took_over>(), ctx, to);
      else
        ++ignored_;
      return verdict::settled;
    });
    act(ctx, to);
  }
  /// The device has done what it was asked.
  template <class Sink>
  void handle(const event::done& e, context& ctx, Sink&& to) {
    ended(e.operation, true, ctx, to);
  }
  template <class Sink>
  void handle(const event::failed& e, context& ctx, Sink&& to) {
    ended(e.operation, false, ctx, to);
  }
  /// The state of one port, or without one of the whole device. A switch that broke has to home: nothing is joined,
  /// as every later word on it says too, so that nobody who misses this one takes its joins for standing.
  template <class Sink>
  void handle(const event::device_state& e, context& ctx, Sink&& to) {
    report(e.port, e.state, false, ctx, to);
    if (e.state != event::health::fault) return;
    for (std::uint16_t p = 0; p < ports_.size(); ++p)
      if (!e.port.valid() || p == e.port.value()) part(p);
  }
  /// The fibre at a port lets light through (less of it than it should, if it is dim), or no more.
  template <class Sink>
  void handle(const event::path_up& e, context& ctx, Sink&& to) {
    report(e.port, e.is_dim() ? event::health::degraded : event::health::ready, true, ctx, to);
  }
  template <class Sink>
  void handle(const event::path_down& e, context& ctx, Sink&& to) {
    report(e.port, event::health::fault, true, ctx, to);
  }
  /// Acts on what is due at ctx.now.
  template <class Sink>
  void expire(context& ctx, Sink&& to) {
    courier_.expire(ctx.now, to);
    act(ctx, to);
  }

 private:
  static constexpr std::uint16_t nothing = wire::switch_plan::nothing;
  static constexpr std::uint16_t unknown =
      nothing - 1;  ///< what a port was joined to before this agent started again

  /// Orders plans: term, then number.
  struct rank {
    std::uint16_t term = 0;
    std::uint32_t number = 0;
    friend constexpr auto operator<=>(const rank&, const rank&) = default;
  };
  struct socket_state {
    std::uint16_t partner = nothing;
    rank newest;  ///< of the plans for it
  };
  /// One join of a plan that is not done yet.
  struct order {
    local_time at;
    rank by;
    node_id from;
    wire::switch_plan::join what;
    operation_id operation;   ///< none: it is not its time yet
    bool is_a_guess = false;  ///< what the ports were joined to is not known
  };
  /// A plan of which something is not done yet.
  struct open_plan {
    rank by;
    node_id from;
    std::uint32_t open = 0;
    std::uint16_t failed_port = nothing;
    bool is_superseded = false;
  };

  template <class Order, class Sink>
  bool obey(node_id from, const Order& m, context& ctx, Sink& sink) {
    if (!office_.obeys(m, from, courier_, ctx.now, sink)) return false;
    office_ = {m.term, m.life};
    return true;
  }

  /// Who is new in office has to know what does not work.
  template <class Sink>
  void serve(node_id from, const wire::took_over& m, context& ctx, Sink& sink) {
    if (!obey(from, m, ctx, sink) || answered_ == m.term) return;
    answered_ = m.term;
    health_.repeat([&](const wire::health_news& n) { courier_.send(from, n, ctx.now, sink); });
  }

  template <class Sink>
  void take(const wire::switch_plan& plan, const event::received& e, context& ctx, Sink& sink) {
    const node_id from = e.content.from;
    if (!obey(from, plan, ctx, sink)) return;
    if (plan.count == 0 || plan.count > wire::switch_plan::most || plan.number == 0) {
      ++ignored_;
      return;
    }
    for (const open_plan& p : plans_)
      if (p.by == rank{plan.term, plan.number}) return;  // a copy
    open_plan open{{plan.term, plan.number}, from, 0, nothing, false};
    const local_time at = ctx.now + (plan.starts_in - e.flight);
    for (std::size_t i = 0; i < plan.count; ++i) {
      const wire::switch_plan::join& j = plan.joins[i];
      if (j.in >= ports_.size() || (j.out != nothing && (j.out >= ports_.size() || j.out == j.in))) {
        open.failed_port = j.in;
        continue;
      }
      const bool is_old = ports_[j.in].newest > open.by || (j.out != nothing && ports_[j.out].newest > open.by);
      if (is_old) {
        open.is_superseded = true;
        continue;
      }
      supersede(j.in, ctx, sink);
      ports_[j.in].newest = open.by;
      if (j.out != nothing) {
        supersede(j.out, ctx, sink);
        ports_[j.out].newest = open.by;
      }
      waiting_.push_back({at, open.by, from, j, operation_id::none(), false});
      ++open.open;
    }
    plans_.push_back(open);
    if (open.open == 0) answer(plans_.size() - 1, ctx, sink);
  }

  /// What waits to be done at this port will not be: a later plan is for it.
  template <class Sink>
  void supersede(std::uint16_t p, context& ctx, Sink& sink) {
    for (std::size_t i = waiting_.size(); i-- > 0;) {
      if (waiting_[i].what.in != p && waiting_[i].what.out != p) continue;
      const rank by = waiting_[i].by;
      waiting_.erase(waiting_.begin() + static_cast<std::ptrdiff_t>(i));
      for (std::size_t k = 0; k < plans_.size(); ++k)
        if (plans_[k].by == by) {
          plans_[k].is_superseded = true;
          if (--plans_[k].open == 0) answer(k, ctx, sink);
          break;
        }
    }
  }

  /// Does what is due: parts what has to be parted, then joins.
  template <class Sink>
  void act(context& ctx, Sink& sink) {
    for (std::size_t i = 0; i < waiting_.size();) {
      if (waiting_[i].at > ctx.now) {
        ++i;
        continue;
      }
      order o = waiting_[i];
      waiting_.erase(waiting_.begin() + static_cast<std::ptrdiff_t>(i));
      const std::uint16_t in = o.what.in, out = o.what.out;
      if (ports_[in].partner == out) {  // it stands, or is parted already
        settle(o.by, nothing, ctx, sink);
        continue;
      }
      for (const std::uint16_t p : {in, out}) {
        if (p == nothing || ports_[p].partner == nothing) continue;
        // It may be the very join that is wanted, with light in it.
        if (out != nothing && ports_[p].partner == unknown) {
          o.is_a_guess = true;
          continue;
        }
        part(p);
        o.operation = next_operation();
        sink(action::clear{o.operation, o.at, port_id{p}});
        if (out == nothing) running_.push_back(o);
      }
      if (out == nothing) continue;
      ports_[in].partner = out;
      ports_[out].partner = in;
      o.operation = next_operation();
      sink(action::connect{o.operation, o.at, port_id{in}, port_id{out}});
      running_.push_back(o);
    }
  }

  template <class Sink>
  void ended(operation_id operation, bool well, context& ctx, Sink& sink) {
    for (std::size_t i = 0; i < running_.size(); ++i) {
      if (running_[i].operation != operation) continue;
      order o = running_[i];
      running_.erase(running_.begin() + static_cast<std::ptrdiff_t>(i));
      const bool is_wanted = ports_[o.what.in].partner == o.what.out;
      if (!well && is_wanted && std::exchange(o.is_a_guess, false)) {  // they were joined otherwise
        for (const std::uint16_t p : {o.what.in, o.what.out})
          sink(action::clear{next_operation(), ctx.now, port_id{p}});
        o.operation = next_operation();
        sink(action::connect{o.operation, ctx.now, port_id{o.what.in}, port_id{o.what.out}});
        running_.push_back(o);
        return;
      }
      if (!well && is_wanted) part(o.what.in);
      settle(o.by, well ? nothing : o.what.in, ctx, sink);
      return;
    }
  }

  /// One join of a plan is done, or has failed at that port.
  template <class Sink>
  void settle(rank by, std::uint16_t failed_port, context& ctx, Sink& sink) {
    for (std::size_t k = 0; k < plans_.size(); ++k) {
      if (plans_[k].by != by) continue;
      if (failed_port != nothing) plans_[k].failed_port = failed_port;
      if (--plans_[k].open == 0) answer(k, ctx, sink);
      return;
    }
  }
  template <class Sink>
  void answer(std::size_t index, context& ctx, Sink& sink) {
    const open_plan p = plans_[index];
    plans_.erase(plans_.begin() + static_cast<std::ptrdiff_t>(index));
    wire::plan_result body;
    body.number = p.by.number;
    body.term = p.by.term;
    body.port = p.failed_port;
    body.outcome = p.failed_port != nothing ? wire::plan_result::failed
                   : p.is_superseded        ? wire::plan_result::superseded
                                            : wire::plan_result::done;
    courier_.send(p.from, body, ctx.now, sink);
  }

  template <class Sink>
  void report(port_id p, event::health how, bool dark, context& ctx, Sink& sink) {
    const wire::health_news body = health_.note(p, how, dark);
    for (const node_id c : controllers_) courier_.send(c, body, ctx.now, sink);
  }
  void part(std::uint16_t p) {
    const std::uint16_t other = ports_[p].partner;
    ports_[p].partner = nothing;
    if (other < ports_.size()) ports_[other].partner = nothing;
  }
  [[nodiscard]] operation_id next_operation() { return operation_id{operations_++ & 0x7fffffffU}; }

  courier courier_;
  std::vector<node_id> controllers_;
  health_reporter health_;
  known_office office_;
  std::uint16_t answered_ = 0;  ///< the last term whose controller was told what does not work
  std::vector<socket_state> ports_;
  std::vector<order> waiting_;
  std::vector<order> running_;
  std::vector<open_plan> plans_;
  std::uint32_t operations_ = 0;
  std::uint64_t ignored_ = 0;
};

}  // namespace ebit::orchestrate
