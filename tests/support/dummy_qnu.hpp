// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include <ebit/orchestrate/courier.hpp>
#include <ebit/orchestrate/wire.hpp>

namespace ebit_test {

/// The side of an endpoint in the entanglement service, without a stack: it asks, holds what it is granted for as long
/// as it is, counts pairs that somebody else makes, and keeps the agent's part of the contract in the plainest way.
class dummy_qnu {
 public:
  struct wish {
    ebit::request_id id;
    ebit::node_id peer;
    std::uint32_t ticket = 0;
    std::uint32_t pairs = 1;
    std::uint32_t delivered = 0;
    ebit::local_time expires = ebit::local_time::never();
    ebit::local_time asked;
    ebit::local_time ended = ebit::local_time::never();
    ebit::wire::ask words;
    int answers = 0;
    bool accepted = false;
    bool is_open = true;
    ebit::orchestrate::verdict_on_request outcome{};
    ebit::orchestrate::shortage why{};
    double value = 0;
    std::uint32_t element = 0;
    ebit::duration wait;  ///< that it was told
  };
  struct held {
    ebit::path_id path;
    ebit::node_id peer;
    ebit::request_id request;
    std::uint16_t port = 0;
    std::uint16_t pairs = 0;
    bool is_head = false;
    bool is_lit = false;
    std::uint32_t delivered = 0;
    ebit::local_time starts, ends, withdrawn = ebit::local_time::never(), lit_since;
    ebit::orchestrate::ending why = ebit::orchestrate::ending::lease_over;
  };

  dummy_qnu(ebit::node_id self, std::uint16_t ports, std::vector<ebit::node_id> controllers,
            const ebit::link_options& how, ebit::duration farthest, std::uint16_t incarnation = 0)
      : courier_{self, how, 256, farthest * 2},
        controllers_{std::move(controllers)},
        newest_(ports),
        incarnation_{incarnation} {
    controller_ = controllers_.front();
  }

  [[nodiscard]] const std::vector<wish>& wishes() const { return wishes_; }
  [[nodiscard]] std::vector<held>& leases() { return held_; }
  [[nodiscard]] const std::vector<held>& leases() const { return held_; }
  [[nodiscard]] const ebit::outbox& unacknowledged() const { return courier_.unacknowledged(); }
  [[nodiscard]] std::uint16_t term() const { return term_; }
  [[nodiscard]] std::uint32_t granted() const { return granted_; }
  [[nodiscard]] ebit::local_time next_deadline() const {
    ebit::local_time first = courier_.next_deadline();
    for (const held& h : held_)
      first = ebit::least(first, h.is_lit ? ebit::least(h.ends, h.withdrawn) : ebit::least(h.starts, h.withdrawn));
    for (const wish& w : wishes_)
      if (w.is_open) first = ebit::least(first, w.expires);
    return first;
  }

  template <class Sink>
  void ask(ebit::wire::ask words, ebit::context& ctx, Sink&& sink) {
    words.ticket = next_ticket_++;
    words.incarnation = incarnation_;
    wish w;
    w.id = words.request = ebit::request_id{words.ticket + 1000U * incarnation_};
    w.peer = words.peer;
    w.ticket = words.ticket;
    w.pairs = words.pairs;
    w.expires = ctx.now + words.time_left;
    w.asked = ctx.now;
    w.words = words;
    wishes_.push_back(w);
    courier_.send(controller_, words, ctx.now, sink);
  }
  template <class Sink>
  void cancel(std::size_t index, ebit::context& ctx, Sink&& sink) {
    wish& w = wishes_[index];
    if (!w.is_open) return;
    w.is_open = false;
    w.ended = ctx.now;
    courier_.send(controller_, ebit::wire::cancel{w.id, w.ticket, incarnation_, 0}, ctx.now, sink);
  }
  template <class Sink>
  void say_health(std::uint16_t port, int state, bool dark, ebit::context& ctx, Sink&& sink) {
    ebit::wire::health_news news;
    news.element = courier_.self().value();
    news.number = ++news_;
    news.port = port;
    news.incarnation = incarnation_;
    news.state = static_cast<std::uint8_t>(state);
    news.dark = dark ? 1 : 0;
    for (const ebit::node_id c : controllers_) courier_.send(c, news, ctx.now, sink);
  }

  template <class Sink>
  void handle(const ebit::event::received& e, ebit::context& ctx, Sink&& sink) {
    courier_.receive(e, sink, [&](const ebit::message& m) {
      if (m.holds<ebit::wire::grant>()) take(m.unpack<ebit::wire::grant>(), e, ctx, sink);
      if (m.holds<ebit::wire::withdraw>()) take(m.unpack<ebit::wire::withdraw>(), e, ctx, sink);
      if (m.holds<ebit::wire::answered>()) take(m.unpack<ebit::wire::answered>(), ctx);
      if (m.holds<ebit::wire::took_over>()) serve(m.from, m.unpack<ebit::wire::took_over>().term, ctx, sink);
      return ebit::verdict::settled;
    });
    expire(ctx, sink);
  }
  template <class Sink>
  void expire(ebit::context& ctx, Sink&& sink) {
    courier_.expire(ctx.now, sink);
    for (std::size_t i = 0; i < held_.size();) {
      held& h = held_[i];
      if (h.withdrawn <= ctx.now || (h.is_lit && h.ends <= ctx.now)) {
        release(i, h.withdrawn <= ctx.now ? h.why : ebit::orchestrate::ending::lease_over, ctx, sink);
        continue;
      }
      if (!h.is_lit && h.starts <= ctx.now) {
        h.is_lit = true;
        h.lit_since = ctx.now;
        if (h.is_head && left_of(h) == 0) {
          release(i, ebit::orchestrate::ending::served, ctx, sink);
          continue;
        }
      }
      ++i;
    }
    for (std::size_t i = 0; i < wishes_.size(); ++i)
      if (wishes_[i].is_open && wishes_[i].expires <= ctx.now) cancel(i, ctx, sink);
  }

  /// Pairs that this lease may still give its request.
  [[nodiscard]] std::uint32_t left_of(const held& h) const {
    for (const wish& w : wishes_)
      if (w.id == h.request && w.is_open) return ebit::least(w.pairs - w.delivered, h.pairs - h.delivered);
    return 0;
  }
  /// A pair was made and delivered; whether the lease has done its work.
  bool deliver(ebit::path_id path, ebit::local_time now) {
    for (held& h : held_) {
      if (h.path != path) continue;
      ++h.delivered;
      if (!h.is_head) return false;
      for (wish& w : wishes_) {
        if (w.id != h.request || !w.is_open) continue;
        if (++w.delivered == w.pairs) {
          w.is_open = false;
          w.ended = now;
        }
      }
      return left_of(h) == 0;
    }
    return false;
  }
  template <class Sink>
  void finish(ebit::path_id path, ebit::context& ctx, Sink&& sink) {
    for (std::size_t i = 0; i < held_.size(); ++i)
      if (held_[i].path == path) {
        bool all = true;
        for (const wish& w : wishes_)
          if (w.id == held_[i].request && w.is_open) all = false;
        release(i,
                all || !held_[i].is_head ? ebit::orchestrate::ending::served : ebit::orchestrate::ending::lease_over,
                ctx, sink);
        return;
      }
  }

 private:
  template <class Sink>
  void take(const ebit::wire::grant& g, const ebit::event::received& e, ebit::context& ctx, Sink& sink) {
    if (g.term < term_) {
      courier_.send(e.content.from, ebit::wire::deposed{term_, 0, 0}, ctx.now, sink);
      return;
    }
    ebit::path_id& newest = newest_[g.port];
    if (newest.valid() && g.path <= newest) return;
    newest = g.path;
    ++granted_;
    held h;
    h.path = g.path;
    h.peer = g.peer;
    h.request = g.request;
    h.port = g.port;
    h.pairs = g.pairs;
    h.is_head = (g.role & ebit::wire::grant::roles) == ebit::wire::grant::head;
    h.starts = ctx.now + (g.starts_in - e.flight);
    h.ends = h.starts + ebit::duration{g.lease};
    for (held& other : held_) {
      if (other.port != g.port) continue;
      other.withdrawn = ebit::least(other.withdrawn, ebit::greatest(h.starts, ctx.now));
      other.why = ebit::orchestrate::ending::replaced;
    }
    held_.push_back(h);
  }
  template <class Sink>
  void take(const ebit::wire::withdraw& w, const ebit::event::received& e, ebit::context& ctx, Sink& sink) {
    if (w.term < term_) return;
    for (held& h : held_) {
      if (h.path != w.path) continue;
      h.withdrawn = ebit::least(h.withdrawn, ctx.now + (w.ends_in - e.flight));
      h.why = static_cast<ebit::orchestrate::ending>(w.why);
      return;
    }
    ebit::path_id& newest = newest_[w.port];
    if (!newest.valid() || newest < w.path) newest = w.path;
    for (const ebit::wire::released& r : told_)
      if (r.path == w.path) {
        courier_.send(controller_, r, ctx.now, sink);
        return;
      }
    ebit::wire::released r;
    r.path = w.path;
    r.why = w.why;
    courier_.send(controller_, r, ctx.now, sink);
  }
  void take(const ebit::wire::answered& a, ebit::context& ctx) {
    if (a.term < term_) return;
    for (wish& w : wishes_) {
      if (w.id != a.request || w.ticket != a.ticket || !w.is_open) continue;
      ++w.answers;
      w.outcome = static_cast<ebit::orchestrate::verdict_on_request>(a.outcome);
      w.why = static_cast<ebit::orchestrate::shortage>(a.short_of);
      w.value = a.value;
      w.element = a.element;
      w.wait = a.wait;
      if (w.outcome == ebit::orchestrate::verdict_on_request::accepted) {
        w.accepted = true;
      } else {
        w.is_open = false;
        w.ended = ctx.now;
      }
    }
  }
  template <class Sink>
  void serve(ebit::node_id from, std::uint16_t term, ebit::context& ctx, Sink& sink) {
    if (term < term_ || (term == term_ && from != controller_)) return;
    term_ = term;
    controller_ = from;
    ebit::wire::surveyed all;
    for (const ebit::path_id p : newest_)
      if (p.valid() && (!all.latest.valid() || all.latest < p)) all.latest = p;
    all.next_ticket = next_ticket_;
    all.term = term;
    all.incarnation = incarnation_;
    for (const held& h : held_) {
      courier_.send(from,
                    ebit::wire::holding{h.path,
                                        h.request,
                                        h.peer,
                                        h.delivered,
                                        h.port,
                                        term,
                                        h.is_head ? ebit::wire::grant::head : ebit::wire::grant::tail,
                                        {}},
                    ctx.now, sink);
      ++all.leases;
    }
    for (const wish& w : wishes_) {
      if (!w.is_open) continue;
      ebit::wire::ask again = w.words;
      again.pairs = w.pairs - w.delivered;
      again.time_left = w.expires - ctx.now;
      again.term = term;
      if (w.accepted) again.flags = static_cast<std::uint8_t>(again.flags | ebit::wire::ask::accepted);
      courier_.send(from, again, ctx.now, sink);
      ++all.asks;
    }
    courier_.send(from, all, ctx.now, sink);
  }
  template <class Sink>
  void release(std::size_t index, ebit::orchestrate::ending why, ebit::context& ctx, Sink& sink) {
    const held h = held_[index];
    held_.erase(held_.begin() + static_cast<std::ptrdiff_t>(index));
    ebit::wire::released r;
    r.path = h.path;
    r.delivered = h.delivered;
    r.heralds = h.delivered;
    r.request = h.request;
    r.busy = h.is_lit ? ctx.now - h.lit_since : ebit::duration::zero();
    r.port = h.port;
    r.incarnation = incarnation_;
    r.why = static_cast<std::uint8_t>(why);
    r.role = h.is_head ? ebit::wire::grant::head : ebit::wire::grant::tail;
    told_.push_back(r);
    courier_.send(controller_, r, ctx.now, sink);
  }

  ebit::orchestrate::courier courier_;
  std::vector<ebit::node_id> controllers_;
  ebit::node_id controller_;
  std::vector<ebit::path_id> newest_;
  std::uint16_t incarnation_ = 0;
  std::uint16_t term_ = 0;
  std::uint32_t next_ticket_ = 1;
  std::uint32_t news_ = 0;
  std::uint32_t granted_ = 0;
  std::vector<wish> wishes_;
  std::vector<held> held_;
  std::vector<ebit::wire::released> told_;
};

}  // namespace ebit_test
