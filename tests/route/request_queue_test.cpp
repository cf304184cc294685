// SPDX-License-Identifier: Apache-2.0
#include "../support/catch.hpp"

#include <algorithm>
#include <cstdint>
#include <map>
#include <utility>
#include <vector>

#include <ebit/core/samplers.hpp>
#include <ebit/route/request_queue.hpp>

using namespace ebit;
using namespace ebit::literals;
using route::heard;
using route::queued_request;

namespace {

constexpr node_id head_node{1}, tail_node{2};

queued_request ask(std::uint32_t request, node_id by = head_node) {
  queued_request entry;
  entry.request = request_id{request};
  entry.asked_by = by;
  return entry;
}

struct word {
  enum class kind { enqueue, answer, dequeue, acknowledgement } what = kind::enqueue;
  queued_request entry{};    ///< with its number, if the head speaks
  std::uint32_t number = 0;  ///< of the request; in an acknowledgement, of the word
  std::uint32_t ticket = 0;
  bool refused = false;
  std::uint32_t tag = 0;  ///< of this word, by its sender
};

/// A head and a tail, joined by a channel of which nothing can be relied on, and what either has been told by its
/// applications.
template <std::size_t Capacity>
class pair_of_queues {
 public:
  using queue = route::basic_request_queue<Capacity>;

  explicit pair_of_queues(bool in_order) : in_order_{in_order} {}

  void ask_at_head() {
    if (queued_request* e = head.add(next_request(head_node)))
      tell_of(*e);
    else
      ++refused_;
  }
  void ask_at_tail() {
    word w;
    w.what = word::kind::enqueue;
    w.ticket = tail.next_ticket();
    w.entry = next_request(tail_node);
    asked_[w.ticket] = w.entry;
    say(1, w);
  }
  void remove_at_head(std::uint64_t which) {
    if (head.empty()) return;
    word w;
    w.what = word::kind::dequeue;
    w.number = head[which % head.size()].number;
    REQUIRE(head.remove(w.number) == heard::news);
    ended_[w.number] = true;
    say(0, w);
  }
  void deliver(std::size_t to_tail, std::uint64_t which) {
    auto& line = flying_[to_tail];
    if (line.empty()) return;
    const std::size_t i = in_order_ ? 0 : which % line.size();
    const word w = line[i];
    line.erase(line.begin() + static_cast<std::ptrdiff_t>(i));
    if (w.what == word::kind::acknowledgement) {
      auto& mine = unacknowledged_[to_tail];
      std::erase_if(mine, [&](const word& sent) { return sent.tag == w.number; });
      return;
    }
    const heard what = to_tail != 0 ? at_tail(w) : at_head(w);
    early += what == heard::early ? 1 : 0;
    if (what == heard::early) return;
    word thanks;
    thanks.what = word::kind::acknowledgement;
    thanks.number = w.tag;
    flying_[1 - to_tail].push_back(thanks);
  }
  void lose(std::size_t line, std::uint64_t which) {
    auto& words = flying_[line];
    if (!words.empty()) words.erase(words.begin() + static_cast<std::ptrdiff_t>(which % words.size()));
  }
  void repeat(std::size_t line, std::uint64_t which) {
    auto& words = flying_[line];
    if (!words.empty()) words.push_back(words[which % words.size()]);
  }
  void say_again(std::size_t line, std::uint64_t which) {
    const auto& words = unacknowledged_[1 - line];
    if (!words.empty()) flying_[line].push_back(words[which % words.size()]);
  }
  /// Nothing more is lost; ends when nobody waits for an acknowledgement.
  bool settle() {
    for (int round = 0; round < 2'000; ++round) {
      for (std::size_t line : {0U, 1U}) {
        const auto waiting = unacknowledged_[1 - line];
        if (flying_[line].empty()) flying_[line].insert(flying_[line].end(), waiting.begin(), waiting.end());
        while (!flying_[line].empty()) deliver(line, 0);
      }
      if (unacknowledged_[0].empty() && unacknowledged_[1].empty()) return true;
    }
    return false;
  }
  /// What must hold at any time.
  [[nodiscard]] bool sound() const {
    for (const queue* q : {&head, &tail}) {
      std::uint32_t last = 0;
      for (const queued_request& e : *q) {
        const auto known = entered_.find(e.number);
        if (e.number <= last || known == entered_.end() || !e.asks_the_same_as(known->second)) return false;
        last = e.number;
      }
    }
    return true;
  }
  /// What must hold at the end: one queue, of exactly what entered and has not left, and an answer for everyone.
  [[nodiscard]] bool agreed() const {
    std::size_t left = 0;
    for (const auto& [number, entry] : entered_) {
      if (ended_.contains(number)) continue;
      ++left;
      if (head.find(number) == nullptr || tail.find(number) == nullptr) return false;
    }
    if (head.size() != left || tail.size() != left) return false;
    for (std::size_t i = 0; i < left; ++i)
      if (head[i].number != tail[i].number || !head[i].asks_the_same_as(tail[i])) return false;
    return asked_.empty() && entered_.size() + refused_ == requests_;
  }

  queue head, tail;
  std::uint64_t early = 0;

 private:
  queued_request next_request(node_id by) {
    queued_request e = ask(++requests_, by);
    e.pairs = requests_ % 7 + 1;
    e.priority = static_cast<std::uint8_t>(requests_ % 8);
    return e;
  }
  void say(std::size_t from_tail, word w) {
    w.tag = ++tags_;
    unacknowledged_[from_tail].push_back(w);
    flying_[1 - from_tail].push_back(w);
  }
  void tell_of(const queued_request& e) {
    entered_[e.number] = e;
    word w;
    w.entry = e;
    say(0, w);
  }
  heard at_head(const word& w) {
    const heard what = head.ask(w.ticket);
    if (what != heard::news) return what;
    word answer;
    answer.what = word::kind::answer;
    answer.ticket = w.ticket;
    if (const queued_request* e = head.add(w.entry)) {
      answer.number = e->number;
      REQUIRE(entered_.emplace(e->number, *e).second);
    } else {
      answer.refused = true;
      ++refused_;
    }
    say(0, answer);
    return what;
  }
  heard at_tail(const word& w) {
    if (w.what == word::kind::enqueue) return tail.insert_copy(w.entry);
    if (w.what == word::kind::dequeue) return tail.remove(w.number);
    const auto mine = asked_.find(w.ticket);
    if (mine == asked_.end()) return heard::known;
    if (!w.refused) {
      mine->second.number = w.number;
      if (tail.insert_copy(mine->second) == heard::early) return heard::early;
    }
    asked_.erase(mine);
    return heard::news;
  }

  bool in_order_;
  std::vector<word> flying_[2];          // to the head, to the tail
  std::vector<word> unacknowledged_[2];  // of the head, of the tail
  std::map<std::uint32_t, queued_request> entered_, asked_;
  std::map<std::uint32_t, bool> ended_;
  std::uint32_t requests_ = 0, refused_ = 0, tags_ = 0;
};

/// One schedule of `steps`; whether it kept every promise. Counts words that came too early.
template <std::size_t Capacity>
bool schedule_holds(std::uint64_t seed, std::uint64_t steps, bool in_order, std::uint64_t& early) {
  random_stream r{seed, random_purpose::user, Capacity};
  pair_of_queues<Capacity> both{in_order};
  const std::uint64_t eager = sample::below(r, 4), lossy = in_order ? 0 : sample::below(r, 4);
  for (std::uint64_t s = 0; s < steps; ++s) {
    const std::uint64_t what = sample::below(r, 8 + 2 * eager + 3 * lossy), which = r.next_u64();
    const auto line = static_cast<std::size_t>(r.next_u32() & 1);
    if (what == 0) both.ask_at_head();
    if (what == 1) both.ask_at_tail();
    if (what == 2 || what == 3) both.remove_at_head(which);
    if (what >= 4 && what < 8 + 2 * eager) both.deliver(line, which);
    if (what >= 8 + 2 * eager) {
      if (what % 3 == 0) both.lose(line, which);
      if (what % 3 == 1) both.repeat(line, which);
      if (what % 3 == 2) both.say_again(line, which);
    }
    if (!both.sound()) return false;
  }
  if (!both.settle() || !both.agreed()) return false;
  early += both.early;
  return true;
}

}  // namespace

TEST_CASE("route.request_queue: two copies become one queue, whatever the channel does to the words") {
  // 12,000 schedules with loss, repetition and reordering; 2,000 in order and without loss, where nothing is early.
  std::uint64_t early = 0, early_in_order = 0;
  for (std::uint64_t seed = 1; seed <= 14'000; ++seed) {
    const bool in_order = seed > 12'000;
    const std::uint64_t steps = seed % 20 == 0 ? 1'500 : 120;
    std::uint64_t& count = in_order ? early_in_order : early;
    const bool holds = seed % 2 == 0 ? schedule_holds<4>(seed, steps, in_order, count)
                                     : schedule_holds<32>(seed, steps, in_order, count);
    if (!holds) FAIL("seed " << seed << " of " << steps << " steps, in order: " << in_order);
  }
  CHECK(early > 100);
  CHECK(early_in_order == 0);
}

TEST_CASE("route.request_queue: numbers heard are remembered against a set, in any order within the window") {
  random_stream r{5, random_purpose::user, 0};
  route::numbers_heard heard_here;
  std::vector<bool> heard_there(4'000, false);
  std::size_t missing = 1;
  for (int i = 0; i < 60'000 && missing < 3'900; ++i) {
    const std::size_t low = missing > 40 ? missing - 40 : 1;
    const std::size_t n = low + sample::below(r, 110);
    const heard expected = heard_there[n]                               ? heard::known
                           : n >= missing + route::numbers_heard::width ? heard::early
                                                                        : heard::news;
    REQUIRE(heard_here.state(static_cast<std::uint32_t>(n)) == expected);
    REQUIRE(heard_here.hear(static_cast<std::uint32_t>(n)) == expected);
    if (expected == heard::news) heard_there[n] = true;
    while (heard_there[missing]) ++missing;
    REQUIRE(heard_here.missing() == missing);
  }
  CHECK(missing > 300);
  CHECK(route::numbers_heard{}.state(0) == heard::known);
  CHECK(route::numbers_heard{}.state(~std::uint32_t{0}) == heard::early);
}

TEST_CASE("route.request_queue: full is back-pressure, and requests are found, expire and leave in order") {
  route::basic_request_queue<3> q;
  for (std::uint32_t i = 1; i <= 3; ++i) {
    queued_request e = ask(i, i == 2 ? tail_node : head_node);
    e.expires = i == 2 ? local_time::never() : local_time{duration::picoseconds(100 - 10 * i)};
    REQUIRE(q.add(e)->number == i);
  }
  const auto before = q;
  CHECK(q.add(ask(4)) == nullptr);
  CHECK(q == before);
  CHECK((q.find(request_id{2}, tail_node) == &q[1] && q.find(request_id{2}, head_node) == nullptr));
  CHECK(q.next_expiry() == local_time{70_ps});
  CHECK(q.expired(local_time{69_ps}) == nullptr);
  CHECK(q.expired(local_time{70_ps})->number == 3);
  CHECK(q.expired(local_time{90_ps})->number == 1);
  CHECK((q.remove(1) == heard::news && q.remove(1) == heard::known && q.remove(3) == heard::news));
  CHECK(q.expired(local_time::never()) == nullptr);
  CHECK(q.next_expiry().is_never());
  CHECK(q.add(ask(5))->number == 4);
  CHECK((q.size() == 2 && q[0].number == 2 && q[1].number == 4));

  const event::request all{.id = request_id{9},
                           .peer = tail_node,
                           .pairs = 4,
                           .min_fidelity = 0.5,
                           .kind = request_kind::measure_directly,
                           .bases = basis_choice::xz,
                           .priority = 7,
                           .weight = 200,
                           .purpose = 11,
                           .atomic = true,
                           .consecutive = true,
                           .time_limit = 1_us};
  const queued_request e = queued_request::of(all, head_node, local_time{1_us});
  CHECK((e.valid() && e.kind == all.kind && e.bases == all.bases && e.priority == 7 && e.weight == 200));
  CHECK((e.purpose == 11 && e.atomic && e.consecutive && e.pairs == 4 && e.expires == local_time{2_us}));
  for (auto spoil : {+[](queued_request& x) { x.weight = 0; }, +[](queued_request& x) { x.priority = 8; },
                     +[](queued_request& x) { x.pairs = 0; }, +[](queued_request& x) { x.min_fidelity = 1.5; },
                     +[](queued_request& x) { x.kind = request_kind{3}; },
                     +[](queued_request& x) { x.bases = basis_choice{3}; }}) {
    queued_request bad = e;
    spoil(bad);
    CHECK_FALSE(bad.valid());
  }
}
