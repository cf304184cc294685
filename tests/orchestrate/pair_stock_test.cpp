// SPDX-License-Identifier: Apache-2.0
#include <cstdint>
#include <map>
#include <set>
#include <utility>
#include <variant>
#include <vector>

#include <ebit/core/samplers.hpp>
#include <ebit/orchestrate/pair_stock.hpp>

#include <support/catch.hpp>

using namespace ebit;
using namespace ebit::literals;
using orchestrate::recent_partners;
using orchestrate::stored_pair;

namespace {

using stock_type = orchestrate::pair_stock<recent_partners>;

link::hardware good_memory() {
  link::hardware h;
  h.memory = {1_ms, 1_ms};
  h.buffer = {.qubits = 4, .memory = {20_ms, 10_ms}, .move_time = 1_us, .move_noise = 0.01};
  return h;
}

/// Two QNUs with nothing but their stocks, over a channel that can be made to lose, double and delay. What one delivers
/// is written down; a move takes 1 µs.
struct both_ends {
  struct end {
    stock_type stock;
    local_time now{duration::zero()};
    struct running {
      local_time until;
      operation_id what;
      bool succeeds = true;
    };
    std::vector<running> moves;
    std::map<pair_id, request_id> held;  ///< by applications
    std::set<pair_id> ever;
    std::vector<event::request> orders;
    std::map<request_id, std::pair<std::int32_t, std::int32_t>> requests;  ///< lacks, answers to come
    std::uint64_t freed = 0;
    bool has_doubled = false;
  };
  struct letter {
    local_time at;
    std::size_t to;
    message content;
    duration flight;
  };

  shared_constant<route::network_map> map;
  link_options link;
  orchestrate::stock_options how;
  recent_partners partners{.most = 2, .pairs = 2};
  end ends[2];
  std::vector<letter> mail;
  random_stream random;
  random_stream luck{7, random_purpose::user, 1};
  double loss = 0, doubling = 0;
  duration jitter;
  duration taking[2];          ///< by the application at an end
  double failing[2] = {0, 0};  ///< how often the one at an end cannot take its half
  std::uint64_t sequence = 0;
  local_time now{duration::zero()};

  explicit both_ends(const link_options& l = {}, const link::hardware& h = good_memory()) : link{l} {
    route::site s;
    s.equipment = 0;
    map = shared_constant<route::network_map>{route::network_map{{s, s}, {}, {h}}};
    for (std::uint32_t i = 0; i < 2; ++i) start(i, 0);
  }
  void start(std::size_t i, std::uint16_t incarnation) {
    ends[i] = end{};
    ends[i].stock = stock_type{{.self = node_id{static_cast<std::uint32_t>(i)},
                                .first_slot = 2,
                                .slots = 4,
                                .incarnation = incarnation,
                                .map = map,
                                .how = how},
                               partners,
                               link};
  }

  struct desk {
    end* of;
    [[nodiscard]] std::uint32_t wants(request_id id) const {
      const auto found = of->requests.find(id);
      return found == of->requests.end() || found->second.first < 0 ? 0
                                                                    : static_cast<std::uint32_t>(found->second.first);
    }
    template <class Sink>
    void settle_claims(request_id id, std::uint32_t closed, std::int32_t pairs, context&, Sink&) {
      of->requests[id].first -= pairs;
      of->requests[id].second -= static_cast<std::int32_t>(closed);
    }
  };

  /// What end `i` does.
  auto sink(std::size_t i) {
    return [this, i](const auto& a) {
      using action_type = std::remove_cvref_t<decltype(a)>;
      end& e = ends[i];
      if constexpr (std::is_same_v<action_type, action::send>) {
        int copies = sample::bernoulli(luck, loss) ? 0 : 1;
        if (sample::bernoulli(luck, doubling)) ++copies;
        for (; copies > 0; --copies) {
          const duration flight = 1_us + duration::seconds(sample::uniform(luck) * jitter.seconds());
          mail.push_back({now + flight, a.content.to.value(), a.content, flight});
        }
      } else if constexpr (std::is_same_v<action_type, action::move>) {
        e.moves.push_back({now + 1_us, a.operation});
      } else if constexpr (std::is_same_v<action_type, action::deliver>) {
        e.has_doubled = e.has_doubled || !e.ever.insert(a.name).second;
        e.held[a.name] = a.request;
        e.moves.push_back({now + taking[i], a.operation, !sample::bernoulli(luck, failing[i])});
      } else if constexpr (std::is_same_v<action_type, action::revoke>) {
        e.held.erase(a.name);
      } else if constexpr (std::is_same_v<action_type, action::free>) {
        ++e.freed;
      }
    };
  }
  /// Applications that need no time take what they were given.
  template <class Sink>
  void take_all(std::size_t i, desk& d, context& ctx, Sink& to) {
    auto& all = ends[i].moves;
    for (std::size_t k = 0; k < all.size();) {
      if (all[k].until > now) {
        ++k;
        continue;
      }
      const end::running it = all[k];
      all.erase(all.begin() + static_cast<std::ptrdiff_t>(k));
      ends[i].stock.ended(it.what, it.succeeds, d, ctx, to);
    }
  }
  template <class Act>
  void with(std::size_t i, const Act& act) {
    context ctx{now, random};
    auto to = sink(i);
    desk d{&ends[i]};
    act(ends[i].stock, d, ctx, to);
    if (taking[i] == duration::zero()) take_all(i, d, ctx, to);
    while (ends[i].stock.has_reply()) (void)ends[i].stock.next_reply();
    ends[i].stock.restock(ctx, to, [&](const event::request& e) { ends[i].orders.push_back(e); });
  }
  /// A pair that end `owner` asked for leaves both stacks.
  pair_id make(std::size_t owner, request_id order, std::uint16_t tenant = 0, bool at_both = true) {
    action::deliver d;
    d.slot = slot_id{0};
    d.request = order;
    d.circuit = circuit_id{static_cast<std::uint32_t>(owner) << 12 | 1};
    d.name = {path_id{9}, 1, ++sequence};
    d.purpose = tenant;
    d.born = now - 5_us;
    for (const std::size_t i : {owner, 1 - owner}) {
      if (i != owner && !at_both) continue;
      d.peer = node_id{static_cast<std::uint32_t>(1 - i)};
      with(i, [&](stock_type& s, desk&, context& ctx, auto& to) {
        s.store(d, i == owner, bell_diagonal{0.97, 0.01, 0.01, 0.01}, ctx, to);
      });
    }
    return d.name;
  }
  stock_type::served ask(std::size_t i, std::uint32_t id, std::uint32_t pairs, double min_fidelity = 0.5,
                         std::uint16_t tenant = 0, bool atomic = false) {
    stock_type::served got;
    ends[i].requests[request_id{id}] = {static_cast<std::int32_t>(pairs), 0};
    with(i, [&](stock_type& s, desk&, context& ctx, auto& to) {
      got = s.serve({.id = request_id{id},
                     .peer = node_id{static_cast<std::uint32_t>(1 - i)},
                     .pairs = pairs,
                     .min_fidelity = min_fidelity,
                     .atomic = atomic,
                     .tenant = tenant},
                    ctx, to);
    });
    ends[i].requests[request_id{id}].first -= static_cast<std::int32_t>(got.delivered);
    ends[i].requests[request_id{id}].second += static_cast<std::int32_t>(got.open);
    return got;
  }
  void run_until(local_time until) {
    while (true) {
      local_time next = until;
      std::size_t first = mail.size();
      for (std::size_t k = 0; k < mail.size(); ++k)
        if (mail[k].at <= next && (first == mail.size() || mail[k].at < mail[first].at)) first = k;
      if (first < mail.size()) next = mail[first].at;
      std::size_t who = 2, move = 0;
      for (std::size_t i = 0; i < 2; ++i) {
        for (std::size_t k = 0; k < ends[i].moves.size(); ++k)
          if (ends[i].moves[k].until < next) next = ends[i].moves[k].until, who = i, move = k + 1;
        if (ends[i].stock.next_deadline() < next)
          next = std::max(now, ends[i].stock.next_deadline()), who = i, move = 0;
      }
      now = std::max(now, next);
      if (who < 2 && move > 0) {
        const end::running it = ends[who].moves[move - 1];
        ends[who].moves.erase(ends[who].moves.begin() + static_cast<std::ptrdiff_t>(move) - 1);
        with(who, [&](stock_type& s, desk& d, context& ctx, auto& to) { s.ended(it.what, it.succeeds, d, ctx, to); });
      } else if (who < 2) {
        with(who, [&](stock_type& s, desk& d, context& ctx, auto& to) { s.expire(d, ctx, to); });
      } else if (first < mail.size()) {
        const letter l = mail[first];
        mail.erase(mail.begin() + static_cast<std::ptrdiff_t>(first));
        with(l.to,
             [&](stock_type& s, desk& d, context& ctx, auto& to) { s.handle({l.content, l.flight}, d, ctx, to); });
      } else {
        return;
      }
    }
  }
  void run_for(duration span) { run_until(now + span); }
  [[nodiscard]] std::size_t available(std::size_t i) const {
    std::size_t n = 0;
    for (const stored_pair& p : ends[i].stock.pairs()) n += p.is_available() ? 1U : 0U;
    return n;
  }
};

constexpr request_id order{0x8000'0000U};

}  // namespace

TEST_CASE("orchestrate.pair_stock: a pair in stock is handed out at both ends, to one request") {
  both_ends two;
  two.doubling = GENERATE(0.0, 1.0);
  const pair_id name = two.make(0, order);
  CHECK(two.available(0) == 0);  // neither half is in its buffer
  two.run_for(3_us);
  REQUIRE(two.available(0) == 1);
  const auto got = two.ask(0, 1, 2);
  CHECK((got.delivered == 1 && got.open == 1));
  CHECK(two.ends[0].held.at(name) == request_id{1});  // at once
  CHECK(two.ends[1].held.empty());
  CHECK(two.ask(0, 2, 1).delivered == 0);
  two.run_for(3_us);
  REQUIRE(two.ends[1].held.size() == 1);
  CHECK((two.ends[0].held == two.ends[1].held && two.ends[1].held.at(name) == request_id{1}));
  CHECK(two.ends[0].requests[request_id{1}] == std::pair{1, 0});
  for (const auto& e : two.ends) {
    CHECK_FALSE(e.has_doubled);
    CHECK(e.stock.vacant() == 4);
    CHECK(e.freed == 1);
  }
  CHECK(two.ends[0].stock.pairs().empty());
}

TEST_CASE(
    "orchestrate.pair_stock: the forecast is that of both halves' memories, and bounds how long a pair serves") {
  both_ends two;
  two.partners.half_life = 1_ms;
  two.start(0, 0);
  (void)two.ask(0, 1, 1, 0.9);  // pairs with a fidelity of 0.9 are of use
  REQUIRE(two.ends[0].orders.size() == 1);
  CHECK((two.ends[0].orders[0].pairs == 2 && two.ends[0].orders[0].min_fidelity > 0.9));
  (void)two.make(0, two.ends[0].orders[0].id);
  two.run_for(3_us);
  REQUIRE(two.available(0) == 1);
  const stored_pair p = two.ends[0].stock.pairs()[0];
  const link::hardware h = good_memory();
  const auto by_hand = [&](duration after) {
    const bell_diagonal arrived = bell_diagonal{0.97, 0.01, 0.01, 0.01}.aged(h.memory.over(1_us)).whitened(0.01);
    return arrived.aged(h.memory.over(1_us))
        .whitened(0.01)
        .aged(h.buffer.memory.over(after))
        .aged(h.buffer.memory.over(after + p.flight))
        .fidelity(bell_index::phi_plus);
  };
  CHECK(std::abs(p.fidelity_at(p.moved + 100_us, p.moved + 100_us + p.flight, h, h) - by_hand(100_us)) < 1e-12);
  // It is kept until that falls below 0.9, and discarded at both ends.
  CHECK((by_hand(p.due - p.moved) >= 0.9 && by_hand(p.due - p.moved + 1_us) < 0.9));
  two.run_until(p.due - 1_us);
  CHECK(two.available(0) == 1);
  CHECK(two.ask(0, 2, 1, 0.93).delivered == 0);  // not good enough by now
  two.run_for(4_us);
  for (const auto& e : two.ends) CHECK((e.stock.pairs().empty() && e.stock.vacant() == 4));
}

TEST_CASE("orchestrate.pair_stock: the other end borrows, and the owner decides") {
  both_ends two;
  const pair_id name = two.make(0, order);
  two.run_for(3_us);
  // Both ends want it at the same time.
  CHECK(two.ask(1, 5, 1).open == 1);
  CHECK(two.ask(0, 6, 1).delivered == 1);
  two.run_for(5_us);
  CHECK((two.ends[0].held.at(name) == request_id{6} && two.ends[1].held.at(name) == request_id{6}));
  CHECK(two.ends[1].requests[request_id{5}] == std::pair{1, 0});
  const pair_id next = two.make(0, order);
  two.run_for(3_us);
  CHECK(two.ask(1, 7, 3).open == 1);
  two.run_for(5_us);
  CHECK((two.ends[0].held.at(next) == request_id{7} && two.ends[1].held.at(next) == request_id{7}));
  CHECK(two.ends[1].requests[request_id{7}] == std::pair{2, 0});
}

TEST_CASE("orchestrate.pair_stock: an application may take its half as late as it likes") {
  both_ends two;
  const pair_id name = two.make(0, order);
  two.run_for(3_us);
  two.taking[0] = two.taking[1] = 5_ms;
  REQUIRE(two.ask(0, 1, 1).delivered == 1);
  two.run_for(4_ms);  // long after anybody would be asked again
  for (const auto& e : two.ends) {
    CHECK((e.held.size() == 1 && e.held.at(name) == request_id{1}));
    CHECK((e.freed == 0 && e.stock.vacant() == 3 && e.stock.taken_back() == 0));
  }
  CHECK(two.ends[0].requests[request_id{1}] == std::pair{0, 0});
  two.run_for(2_ms);
  CHECK((two.ends[0].stock.vacant() == 4 && two.ends[1].stock.vacant() == 4));
  two.run_for(20_ms);
  for (const auto& e : two.ends) CHECK((e.held.size() == 1 && e.stock.pairs().empty()));
  CHECK(two.ends[0].requests[request_id{1}] == std::pair{0, 0});
}

TEST_CASE("orchestrate.pair_stock: a half that an application cannot take costs the other application its half") {
  // By one end alone, at once, and long after the other one has taken its half.
  const std::size_t at = GENERATE(0U, 1U);
  const bool is_late = GENERATE(false, true);
  const std::size_t asks = GENERATE(0U, 1U);
  both_ends two;
  const pair_id name = two.make(0, order);
  two.run_for(3_us);
  two.failing[at] = 1;
  if (is_late) two.taking[at] = 3_ms;
  (void)two.ask(asks, 1, 1);
  two.run_for(100_us);
  if (is_late) CHECK((two.ends[0].held.count(name) == 1 && two.ends[1].held.count(name) == 1));
  two.run_for(10_ms);
  for (const auto& e : two.ends) CHECK((e.held.empty() && e.stock.pairs().empty() && e.stock.vacant() == 4));
  CHECK((two.ends[0].ever.count(name) == 1 && two.ends[1].ever.count(name) == 1));
  CHECK(two.ends[asks].requests[request_id{1}] == std::pair{1, 0});
}

TEST_CASE("orchestrate.pair_stock: a half that was being taken when its end crashed is taken back at the other") {
  both_ends two;
  const pair_id name = two.make(0, order);
  two.run_for(3_us);
  two.taking[0] = two.taking[1] = 1_ms;
  (void)two.ask(0, 1, 1);
  two.run_for(100_us);
  REQUIRE(two.ends[1].held.count(name) == 1);
  CHECK(two.ends[0].requests[request_id{1}] == std::pair{0, 0});  // handed over at both ends
  two.start(1, 1);
  two.run_for(10_ms);
  CHECK((two.ends[0].held.empty() && two.ends[0].stock.pairs().empty() && two.ends[0].stock.vacant() == 4));
  CHECK(two.ends[0].requests[request_id{1}] == std::pair{1, 0});
}

TEST_CASE("orchestrate.pair_stock: no more is asked for than there is room, whoever has filled it meanwhile") {
  both_ends two;
  for (int i = 0; i < 2; ++i) (void)two.make(0, order, 3);  // nobody wishes for these
  two.run_for(3_us);
  (void)two.ask(0, 1, 1);
  REQUIRE((two.ends[0].orders.size() == 1 && two.ends[0].orders[0].pairs == 2));
  const std::uint32_t come = GENERATE(1U, 2U);
  for (std::uint32_t i = 0; i < come; ++i) (void)two.make(1, order);
  two.run_for(3_us);
  REQUIRE(two.ends[0].stock.vacant() == 2 - come);
  (void)two.ask(0, 2, 2, 0.5, 1);
  if (come == 1) {  // there is room for a third if both that are not wished for go
    REQUIRE(two.ends[0].orders.size() == 2);
    CHECK((two.ends[0].orders[1].pairs == 1 && two.ends[0].stock.vacant() == 3));
  } else {  // it would not be enough
    CHECK((two.ends[0].orders.size() == 1 && two.available(0) == 2));
  }
}

TEST_CASE("orchestrate.pair_stock: stock belongs to its tenant, and serves atomic requests wholly or not at all") {
  both_ends two;
  (void)two.make(0, order, 3);
  two.run_for(3_us);
  CHECK(two.ask(0, 1, 1, 0.5, 0).delivered == 0);
  CHECK(two.ask(0, 2, 2, 0.5, 3, true).delivered == 0);
  (void)two.make(0, order, 3);
  two.run_for(3_us);
  CHECK(two.ask(0, 3, 2, 0.5, 3, true).delivered == 2);
}

TEST_CASE("orchestrate.pair_stock: a half that is gone at the other end is taken back") {
  both_ends two;
  const pair_id name = two.make(0, order);
  two.run_for(3_us);
  two.start(1, 1);  // it crashes and has forgotten
  CHECK(two.ask(0, 1, 1).delivered == 1);
  two.run_for(5_us);
  CHECK(two.ends[0].held.empty());
  CHECK(two.ends[0].requests[request_id{1}] == std::pair{1, 0});
  CHECK((two.ends[0].stock.pairs().empty() && two.ends[0].stock.vacant() == 4));
  // The owner crashes: the other end keeps its half no longer than any is kept.
  (void)two.make(1, order);
  two.run_for(3_us);
  two.start(1, 2);
  CHECK(two.ends[0].stock.vacant() == 3);
  two.run_for(60_ms);
  CHECK(two.ends[0].stock.vacant() == 4);
  // A half whose other end never came.
  (void)two.make(0, order, 0, false);
  two.run_for(10_ms);
  CHECK((two.ends[0].stock.vacant() == 4 && two.ends[0].stock.pairs().empty()));
  CHECK(name.sequence == 1);
}

TEST_CASE("orchestrate.pair_stock: without room a pair is given up at both ends") {
  both_ends two;
  for (int i = 0; i < 6; ++i) (void)two.make(0, order);
  two.run_for(5_us);
  CHECK((two.available(0) == 4 && two.ends[1].stock.vacant() == 0));
  (void)two.make(1, order);
  two.run_for(10_ms);
  CHECK((two.available(0) == 4 && two.available(1) == 0));
}

TEST_CASE("orchestrate.pair_stock: no pair is delivered twice or at one end alone, whatever the channel does") {
  std::uint64_t given = 0, back = 0;
  for (std::uint64_t seed = 1; seed <= 300; ++seed) {
    both_ends two{{.retransmit_after = 10_us}};
    two.how.longest = 3_ms;
    two.luck = random_stream{seed, random_purpose::user, 1};
    two.loss = 0.3;
    two.doubling = 0.2;
    two.jitter = 20_us;
    for (duration& t : two.taking) {
      if (seed % 5 == 1) t = 2_ms;
      if (seed % 5 == 2)
        t = duration::picoseconds(static_cast<std::int64_t>(sample::below(two.luck, 50'000'000'000)));
    }
    for (double& f : two.failing) f = seed % 4 == 1 ? 0.3 : 0.0;
    for (std::size_t i = 0; i < 2; ++i) two.start(i, 0);
    std::uint32_t id = 0;
    std::uint16_t lives = 0;
    for (int step = 0; step < 60; ++step) {
      const std::uint64_t what = sample::below(two.luck, 12);
      const std::size_t at = sample::below(two.luck, 2);
      if (what < 5)
        (void)two.make(at, order, 0, what > 0);
      else if (what < 11)
        (void)two.ask(at, ++id, static_cast<std::uint32_t>(1 + sample::below(two.luck, 3)));
      else if (seed % 2 == 0)
        two.with(at, [&](stock_type& s, both_ends::desk&, context& ctx, auto& to) {
          s.erased(slot_id{2 + static_cast<std::uint32_t>(sample::below(two.luck, 4))}, ctx, to);
        });
      if (what == 11 && seed % 3 == 0) {
        const auto held = two.ends[at].held;
        const auto ever = two.ends[at].ever;
        two.start(at, ++lives);
        two.ends[at].ever = ever;
        two.ends[at].held = held;
      }
      two.run_for(duration::picoseconds(static_cast<std::int64_t>(sample::below(two.luck, 60'000'000))));
    }
    two.run_for(400_ms);
    INFO("seed " << seed);
    for (const auto& e : two.ends) {
      CHECK_FALSE(e.has_doubled);
      CHECK((e.stock.pairs().empty() && e.stock.vacant() == 4));
      for (const auto& [request, stands] : e.requests) CHECK(stands.second == 0);
      back += e.stock.taken_back();
    }
    // But for what an end forgot when it crashed, both have the same pairs for the same requests.
    if (seed % 3 != 0) CHECK(two.ends[0].held == two.ends[1].held);
    given += two.ends[0].held.size();
  }
  CHECK(given > 1'500);
  CHECK(back > 50);
}

TEST_CASE("orchestrate.recent_partners: who was asked for most and last comes first, and is forgotten in time") {
  recent_partners p{.most = 2, .pairs = 3, .half_life = 1_ms, .least = 0.5};
  const local_time t{1_ms};
  for (std::uint32_t i = 0; i < 40; ++i) p.note({node_id{100 + i}, 0, 1, 0}, t);
  p.note({node_id{1}, 2, 8, 0.7}, t);
  p.note({node_id{1}, 2, 1, 0.9}, t);
  p.note({node_id{2}, 0, 6, 0.8}, t + 1_ms);
  REQUIRE(p.wishes(t + 1_ms).size() == 2);
  CHECK((p.wishes(t + 1_ms)[0].peer == node_id{2} && p.wishes(t + 1_ms)[1].peer == node_id{1}));
  CHECK((p.wishes(t + 1_ms)[1].tenant == 2 && p.wishes(t + 1_ms)[1].min_fidelity == 0.9));
  CHECK(p.wishes(t + 4_ms).size() == 2);
  CHECK(p.wishes(t + 10_ms).empty());
  CHECK(recent_partners{.most = 17}.validate().error().message() ==
        "recent_partners.most: given 17, allowed 1 to 16");
}
