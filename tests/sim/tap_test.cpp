// SPDX-License-Identifier: Apache-2.0
#include <bit>
#include <type_traits>
#include <vector>

#include "../simulation/profiles.hpp"
#include "../support/catch.hpp"

using namespace ebit;
using namespace ebit_test;

namespace {

template <class Network>
[[nodiscard]] std::uint64_t fingerprint(const Network& sim) {
  std::uint64_t hash = mix(sim.events(), sim.messages());
  hash = mix(hash, static_cast<std::uint64_t>(sim.now().since_epoch().picoseconds()));
  for (const sim::request_record& r : sim.requests()) {
    for (const sim::delivered_pair& d : r.deliveries) {
      hash = mix(hash, static_cast<std::uint64_t>(d.second.since_epoch().picoseconds()));
      hash = mix(hash, std::bit_cast<std::uint64_t>(d.fidelity));
    }
  }
  return hash;
}

template <class Profile, class Tap>
using tapped = sim::network<Profile, bell_diagonal, sim::no_trace, Tap>;

/// Half the pairs are asked for; reports are kept from the application.
struct meddler : sim::open_tap {
  using sim::open_tap::on_action;
  using sim::open_tap::on_event;
  int reports = 0;

  bool on_event(node_id at, event::request& e) {
    CHECK(at == node_id{0});
    e.pairs /= 2;
    return true;
  }
  template <class Perform>
  bool on_action(node_id, action::report&, Perform&&) {
    ++reports;
    return false;
  }
};

/// Says everything twice.
struct echo : sim::open_tap {
  using sim::open_tap::on_action;
  std::uint64_t sent = 0;

  template <class Perform>
  bool on_action(node_id at, action::send& a, Perform&& perform) {
    CHECK(a.content.from == at);
    ++sent;
    perform(action::send{a.content});
    return true;
  }
};

/// Kinds of messages by the node that hears them.
struct listener : sim::open_tap {
  using sim::open_tap::on_event;
  std::uint64_t heard = 0;
  bool on_event(node_id at, event::received& e) {
    CHECK(e.content.to == at);
    ++heard;
    return true;
  }
};

/// Sends every message to nobody as well, and speaks of a request that nobody made.
struct forger : sim::open_tap {
  using sim::open_tap::on_action;
  std::uint32_t count = 0;
  template <class Perform>
  bool on_action(node_id at, action::send& a, Perform&& perform) {
    message forged = a.content;
    forged.to = node_id{1000 + count++};
    perform(action::send{forged});
    perform(action::report{request_id{1000}, request_outcome::delivered});
    perform(action::revoke{request_id{1000}, circuit_id{1}, pair_id{}});
    forged.to = a.content.to;
    forged.type = 0x7f;
    perform(action::send{forged});
    static_cast<void>(at);
    return true;
  }
};

template <class Profile, class Tap = sim::no_tap>
[[nodiscard]] tapped<Profile, Tap> served(const sim::network_options<Profile>& o, std::size_t nodes = 4) {
  tapped<Profile, Tap> sim{chain_of(nodes), o};
  REQUIRE(sim.request({.from = node_id{0}, .to = node_id{static_cast<std::uint32_t>(nodes - 1)}, .pairs = 60}));
  sim.run();
  return sim;
}

}  // namespace

TEST_CASE("sim.tap: one that lets everything pass changes nothing, and none takes no room") {
  auto o = with<deutsch>(noisy_hardware(3), 7);
  o.purify.rounds = 1;
  const auto plain = served<deutsch>(o);
  const auto open = served<deutsch, listener>(o);
  CHECK(plain.requests()[0].deliveries.size() == 60);
  CHECK(fingerprint(plain) == fingerprint(open));
  CHECK(open.tap().heard == open.messages());
  STATIC_REQUIRE(std::is_empty_v<sim::no_tap>);
  STATIC_REQUIRE(sizeof(tapped<deutsch, sim::no_tap>) < sizeof(tapped<deutsch, listener>));
  STATIC_REQUIRE_FALSE(sim::tap<sim::no_trace*>);
}

TEST_CASE("sim.tap: it changes events, drops actions and adds actions") {
  const auto o = with<at_once>(quiet_hardware(3), 8);
  const auto meddled = served<at_once, meddler>(o);
  CHECK(meddled.requests()[0].deliveries.size() == 30);
  CHECK_FALSE(meddled.requests()[0].answered);
  CHECK(meddled.tap().reports == 2);
  const auto echoed = served<at_once, echo>(o);
  CHECK(echoed.requests()[0].deliveries.size() == 60);
  CHECK(echoed.messages() == 2 * echoed.tap().sent);
  CHECK(echoed.truth().ledger().disagreements == 0);
}

TEST_CASE("sim.tap: a forged message to nowhere, or about nothing, does no harm") {
  for (const bool coded : {false, true}) {
    auto o = with<at_once>(quiet_hardware(3), 9);
    o.coded = coded;
    const auto sim = served<at_once, forger>(o);
    CHECK(sim.requests()[0].deliveries.size() == 60);
  }
}

TEST_CASE("sim.network: messages that travel as bytes make the same run") {
  const auto check = [](auto profile, auto o) {
    using stack = decltype(profile);
    o.hardware = noisy_hardware(3);
    o.seed = 10;
    const auto plain = served<stack>(o);
    o.coded = true;
    CHECK(plain.requests()[0].deliveries.size() == 60);
    CHECK(fingerprint(served<stack>(o)) == fingerprint(plain));
    o.faults = {.duplication = 0.1, .jitter = 200_us};
    const auto coded = served<stack>(o);
    o.coded = false;
    CHECK(fingerprint(coded) == fingerprint(served<stack>(o)));
  };
  check(at_once{}, sim::network_options<at_once>{.swap = {.cutoff = 20_ms}});
  check(doubling{}, sim::network_options<doubling>{});
  check(deutsch{}, sim::network_options<deutsch>{.purify = {.rounds = 2}});
  check(bennett{}, sim::network_options<bennett>{.purify = {.rounds = 1, .at = purify::where::end_to_end}});
}
