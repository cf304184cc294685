// SPDX-License-Identifier: Apache-2.0
#include "planted.hpp"

#include <map>
#include <set>
#include <utility>

#include <ebit/link/wire.hpp>

#include "slips.hpp"

namespace ebit_test {
namespace {

using namespace ebit;

struct swapped_identities : slip {
  using slip::slip;
  wire::swapped last{};
  bool does(node_id n, action::send& a, const further&) override {
    if (!a.content.holds<wire::swapped>()) return true;
    const wire::swapped now = a.content.unpack<wire::swapped>();
    if (last.peer_epoch != 0 && strikes(n))
      change<wire::swapped>(a.content, [this](wire::swapped& b) { b.peer_sequence = last.peer_sequence; });
    last = now;
    last.peer_epoch = 1;
    return true;
  }
};
struct early_free : slip {
  using slip::slip;
  bool does(node_id n, action::bell_measure& a, const further& f) override {
    if (strikes(n)) f.free({a.upstream});
    return true;
  }
};
struct old_epoch : slip {
  using slip::slip;
  std::map<std::pair<node_id, path_id>, std::uint32_t> last;
  bool does(node_id n, action::attempt& a, const further&) override {
    const auto [known, is_new] = last.try_emplace({n, a.path}, a.epoch);
    if (!is_new && strikes(n)) a.epoch = known->second;
    known->second = a.epoch;
    return true;
  }
};
struct delivered_twice : slip {
  using slip::slip;
  bool does(node_id n, action::deliver& a, const further& f) override {
    if (strikes(n)) f.deliver(a);
    return true;
  }
};
/// Another request that somebody made, if there is one.
class requests_made {
 public:
  void add(request_id r) { made_.insert(r); }
  [[nodiscard]] request_id other(request_id than) const {
    for (const request_id r : made_)
      if (r != than) return r;
    return request_id::none();
  }

 private:
  std::set<request_id> made_;
};
struct other_request : slip {
  using slip::slip;
  requests_made made;
  bool does(node_id, action::report& a, const further&) override { return made.add(a.request), true; }
  bool does(node_id n, action::deliver& a, const further&) override {
    if (const request_id other = made.other(a.request); other.valid() && strikes(n)) a.request = other;
    return true;
  }
};
struct other_request_told : slip {
  using slip::slip;
  requests_made made;
  bool does(node_id, action::report& a, const further&) override { return made.add(a.request), true; }
  bool does(node_id n, action::send& a, const further&) override {
    if (!a.content.holds<wire::delivered>()) return true;
    const request_id other = made.other(a.content.unpack<wire::delivered>().request);
    if (other.valid() && strikes(n))
      change<wire::delivered>(a.content, [&](wire::delivered& b) { b.request = other; });
    return true;
  }
};
struct wrong_recipe : slip {
  using slip::slip;
  bool does(node_id n, action::distil& a, const further&) override {
    if (strikes(n)) a.recipe.keep = bell_permutation::element(a.recipe.keep.element() + 1U);
    return true;
  }
};
struct exchanged_roles : slip {
  using slip::slip;
  bool does(node_id n, action::distil& a, const further&) override {
    if (strikes(n)) std::swap(a.keep, a.sacrifice);
    return true;
  }
};
template <bool Joins>
struct flipped_bit : slip {
  using slip::slip;
  std::set<std::pair<node_id, operation_id>> mine;
  bool does(node_id n, action::bell_measure& a, const further&) override {
    if (Joins) mine.insert({n, a.operation});
    return true;
  }
  bool does(node_id n, action::distil& a, const further&) override {
    if (!Joins) mine.insert({n, a.operation});
    return true;
  }
  bool hears(node_id n, event::measured& e) override {
    if (mine.erase({n, e.operation}) != 0 && strikes(n)) e.bits ^= 1;
    return true;
  }
};
struct kept_slot : slip {
  using slip::slip;
  bool does(node_id n, action::free&, const further&) override { return !strikes(n); }
};
struct unstopped : slip {
  using slip::slip;
  bool does(node_id n, action::stop&, const further&) override { return !strikes(n); }
};
struct unrevoked : slip {
  using slip::slip;
  bool does(node_id n, action::revoke&, const further&) override { return !strikes(n); }
};
struct younger : slip {
  using slip::slip;
  bool hears(node_id n, event::heralded& e) override {
    if (strikes(n)) e.born += duration::picoseconds(5'000'000'000);
    return true;
  }
};
struct wrong_herald : slip {
  using slip::slip;
  bool hears(node_id n, event::heralded& e) override {
    if (strikes(n)) e.state = static_cast<bell_index>(static_cast<unsigned>(e.state) ^ 1U);
    return true;
  }
};
struct missed_herald : slip {
  using slip::slip;
  bool hears(node_id n, event::heralded&) override { return !strikes(n); }
};
struct from_the_future : slip {
  using slip::slip;
  bool hears(node_id n, event::received& e) override {
    if ((e.content.holds<wire::go>() || e.content.holds<wire::link_started>()) && strikes(n)) e.flight = e.flight / 2;
    return true;
  }
};
struct sent_once : slip {
  using slip::slip;
  std::set<std::array<std::byte, message::capacity>> before;
  bool does(node_id n, action::send& a, const further&) override {
    if (a.content.holds<wire::acknowledged>() || before.insert(a.content.body).second) return true;
    return !strikes(n);
  }
};
struct served_early : slip {
  using slip::slip;
  bool does(node_id n, action::report& a, const further&) override {
    if (a.outcome == request_outcome::accepted && strikes(n)) a.outcome = request_outcome::delivered;
    return true;
  }
};
struct wrong_address : slip {
  using slip::slip;
  bool does(node_id n, action::send& a, const further&) override {
    if (a.content.holds<wire::swapped>() && strikes(n)) a.content.to = node_id{n.value() == 0 ? 1U : n.value() - 1};
    return true;
  }
};
struct false_sender : slip {
  using slip::slip;
  bool does(node_id n, action::send& a, const further&) override {
    if (strikes(n)) a.content.from = node_id{n.value() == 0 ? 1U : n.value() - 1};
    return true;
  }
};
struct wrong_slot : slip {
  using slip::slip;
  bool does(node_id n, action::bell_measure& a, const further&) override {
    if (strikes(n)) a.downstream = slot_id{a.downstream.value() == 0 ? 1U : a.downstream.value() - 1};
    return true;
  }
};
/// Of a half of the present epoch it believes what it has heard of one of an epoch before.
struct old_news : slip {
  using slip::slip;
  std::map<node_id, wire::swapped> joined;
  std::map<node_id, wire::distilled> read;
  bool hears(node_id n, event::received& e) override {
    believe(joined, n, e.content, &wire::swapped::half_epoch, [](wire::swapped& b, const wire::swapped& old) {
      b.peer = old.peer;
      b.peer_path = old.peer_path;
      b.peer_epoch = old.peer_epoch;
      b.peer_sequence = old.peer_sequence;
      b.frame = old.frame;
    });
    believe(read, n, e.content, &wire::distilled::keep_epoch, [](wire::distilled& b, const wire::distilled& old) {
      b.sacrifice_epoch = old.sacrifice_epoch;
      b.sacrifice_sequence = old.sacrifice_sequence;
      b.bit = old.bit;
    });
    return true;
  }

 private:
  template <class Body, class Recall>
  void believe(std::map<node_id, Body>& heard, node_id n, message& m, std::uint32_t Body::* epoch, Recall&& recall) {
    if (!m.holds<Body>()) return;
    const Body now = m.unpack<Body>();
    const auto [known, is_first] = heard.try_emplace(n, now);
    if (!is_first && known->second.*epoch != now.*epoch && strikes(n))
      change<Body>(m, [&](Body& b) { recall(b, known->second); });
    else
      known->second = now;
  }
};

/// Not one node but all: they know what nobody has told them, and refuse requests accordingly.
struct shared_counter : bug {
  explicit shared_counter(std::uint64_t) {}
  std::uint64_t asked = 0;
  void chooses(route::answer& a) override {
    if (++asked % 3 == 0) a.circuit.feasible = false, a.circuit.why = refusal::waiting;
  }
};
struct sight_of_truth : bug {
  explicit sight_of_truth(std::uint64_t) {}
  std::int64_t halves = 0;  ///< in all memories of the world
  bool hears(node_id, event::heralded&) override { return ++halves, true; }
  bool does(node_id, action::free&, const further&) override { return --halves, true; }
  void chooses(route::answer& a) override {
    if (halves > 0) a.circuit.feasible = false, a.circuit.why = refusal::waiting;
  }
};

template <class Bug>
std::unique_ptr<bug> plant(std::uint64_t seed) {
  return std::make_unique<Bug>(seed);
}

}  // namespace

const std::vector<planted_bug>& planted_bugs() {
  using wire::distilled, wire::expired, wire::hello, wire::swapped;
  static const std::vector<planted_bug> all{
      {"drops a track message (`swapped`)", 1'000, plant<unsent<swapped>>},
      {"acknowledges a `swapped` and forgets it", 1'000, plant<ignored<swapped>>},
      {"confuses two identities in a `swapped`", 1'000, plant<swapped_identities>},
      {"forgets a frame in a `swapped`", 1'000, plant<miswritten<swapped, [](swapped& b) { b.frame = 0; }>>},
      {"flips a frame bit in a `swapped`", 1'000, plant<miswritten<swapped, [](swapped& b) { b.frame ^= 2; }>>},
      {"gives a wrong age in a `swapped`", 5'000, plant<miswritten<swapped, [](swapped& b) { b.age = {}; }>>},
      {"sends a `swapped` to the wrong node", 1'000, plant<wrong_address>},
      {"sends in the name of another node", 1'000, plant<false_sender>},
      {"delivers with a flipped frame bit", 1'000,
       plant<misdelivered<[](action::deliver& a) { a.frame ^= pauli_frame{true, false}; }>>},
      {"delivers under another name", 1'000, plant<misdelivered<[](action::deliver& a) { ++a.name.sequence; }>>},
      {"delivers to another request", 1'000, plant<other_request>},
      {"delivers to another purpose", 1'000, plant<misdelivered<[](action::deliver& a) { a.purpose ^= 1; }>>},
      {"delivers the wrong bit of a measured pair", 1'000,
       plant<misdelivered<[](action::deliver& a) { a.bit = !a.bit; }>>},
      {"delivers a pair twice", 1'000, plant<delivered_twice>},
      {"tells the tail another request", 1'000, plant<other_request_told>},
      {"frees a slot while it is used", 1'000, plant<early_free>},
      {"keeps a slot for ever", 1'000, plant<kept_slot>},
      {"joins the wrong slot", 1'000, plant<wrong_slot>},
      {"attempts under an old epoch", 1'000, plant<old_epoch>},
      {"takes news of one epoch for another's", 1'000, plant<old_news>},
      {"distils by a wrong recipe", 1'000, plant<wrong_recipe>},
      {"exchanges the kept pair and the sacrifice", 1'000, plant<exchanged_roles>},
      {"misreads its half of a distillation", 1'000, plant<flipped_bit<false>>},
      {"misreads a Bell measurement", 1'000, plant<flipped_bit<true>>},
      {"sends the wrong bit of a distillation", 1'000,
       plant<miswritten<distilled, [](distilled& b) { b.bit ^= 1; }>>},
      {"does not send its bit of a distillation", 1'000, plant<unsent<distilled>>},
      {"ignores `expired`", 5'000, plant<ignored<expired>>},
      {"does not send `expired`", 5'000, plant<unsent<expired>>},
      {"does not send `torn_down`", 1'000, plant<unsent<wire::torn_down>>},
      {"never stops a batch", 1'000, plant<unstopped>},
      {"puts a deadline off", 1'000, plant<younger>},
      {"mistakes the announced Bell state", 1'000, plant<wrong_herald>},
      {"misses a herald", 1'000, plant<missed_herald>},
      {"takes a message for younger than it is", 1'000, plant<from_the_future>},
      {"does not revoke", 5'000, plant<unrevoked>},
      {"sends nothing again", 5'000, plant<sent_once>},
      {"does not acknowledge", 1'000, plant<unsent<wire::acknowledged>>},
      {"keeps its old incarnation after a restart", 5'000,
       plant<miswritten<hello, [](hello& b) { --b.incarnation; }>>},
      {"does not say that it has started again", 5'000, plant<unsent<hello>>},
      {"does not say that a circuit is broken", 5'000, plant<unsent<wire::broken>>},
      {"reports a request as served too early", 1'000, plant<served_early>},
      {"reads a counter that nodes share", 1'000, plant<shared_counter>, "alone"},
      {"sees what others hold", 1'000, plant<sight_of_truth>, "alone"},
  };
  return all;
}

}  // namespace ebit_test
