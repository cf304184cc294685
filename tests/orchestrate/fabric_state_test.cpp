// SPDX-License-Identifier: Apache-2.0
#include <ebit/orchestrate/fabric_state.hpp>

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <map>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include <ebit/core/random.hpp>
#include <ebit/core/samplers.hpp>
#include <ebit/orchestrate/all_light_paths.hpp>
#include <ebit/orchestrate/path_finder.hpp>

#include <support/catch.hpp>

#include "every_builder.hpp"

using namespace ebit;
using namespace ebit::orchestrate;

namespace {

/// Two endpoints with two ports each, a switch and two analysers.
fabric small() {
  fabric_options o;
  o.ports = 2;
  return star(2, o);
}

light_path path_between(const fabric& in, std::uint32_t a, std::uint32_t b, const fabric_state& state) {
  path_finder finder;
  const auto found = finder.find(in, state, {element_id{a}}, {element_id{b}}, least_loss{in});
  REQUIRE(found);
  return *found;
}

/// The same beliefs, kept as plainly as can be and asked by looking at everything.
struct plain_state {
  std::map<std::uint32_t, std::uint32_t> users;     // span: lease
  std::map<std::uint32_t, health> spans, elements;  // what is not good
  std::map<std::pair<std::uint32_t, std::uint16_t>, health> ports;

  bool is_usable(const fabric& in, span_id s) const {
    const orchestrate::span& fibre = in.along(s);
    const auto has_failed = [](const auto& all, const auto& key) {
      const auto at = all.find(key);
      return at != all.end() && at->second == health::failed;
    };
    return !users.contains(s.value()) && !has_failed(spans, s.value()) && !has_failed(elements, fibre.a.value()) &&
           !has_failed(elements, fibre.b.value()) && !has_failed(ports, std::pair{fibre.a.value(), fibre.port_a}) &&
           !has_failed(ports, std::pair{fibre.b.value(), fibre.port_b});
  }
};

void compare(const fabric& in, const fabric_state& state, const plain_state& plain) {
  for (std::uint32_t i = 0; i < in.spans().size(); ++i) {
    CHECK(state.is_usable(span_id{i}) == plain.is_usable(in, span_id{i}));
    const auto user = plain.users.find(i);
    CHECK(state.user(span_id{i}) == (user == plain.users.end() ? lease_id::none() : lease_id{user->second}));
  }
  CHECK(state.spans_in_use() == plain.users.size());
  std::uint32_t analysers_in_use = 0;
  std::vector<std::uint32_t> free_of_kind(in.analyser_models().size(), 0);
  for (const element_id x : in.analysers()) {
    bool is_free = true;
    for (const span_id s : in.incident(x)) is_free = is_free && plain.is_usable(in, s);
    CHECK(state.is_free(in, x) == is_free);
    free_of_kind[in.at(x).model] += is_free ? 1U : 0U;
    if (plain.users.contains(in.incident(x).front().value())) ++analysers_in_use;
  }
  CHECK(state.analysers_in_use() == analysers_in_use);
  for (std::size_t kind = 0; kind < free_of_kind.size(); ++kind)
    CHECK(state.free_of_kind(kind) == free_of_kind[kind]);
  for (const element_id e : in.switches()) {
    std::uint32_t free = 0;
    for (const element_id x : in.pool(e)) free += state.is_free(in, x);
    CHECK(state.free_in_pool(e) == free);
  }
  for (std::uint32_t i = 0; i < in.elements().size(); ++i) {
    std::set<lease_id> users;
    for (const span_id s : in.incident(element_id{i}))
      if (const auto user = plain.users.find(s.value()); user != plain.users.end())
        users.insert(lease_id{user->second});
    CHECK(state.users(in, element_id{i}) == std::vector<lease_id>(users.begin(), users.end()));
  }
}

}  // namespace

TEST_CASE("orchestrate.fabric_state: a light path is taken as a whole or not at all") {
  const fabric in = small();
  fabric_state state{in};
  const fabric_state idle = state;
  const light_path first = path_between(in, 0, 1, state);
  REQUIRE(state.reserve(in, first, lease_id{7}));
  CHECK(state.spans_in_use() == 4);
  CHECK(state.analysers_in_use() == 1);
  CHECK(state.free_in_pool(in.switches().front()) == 1);
  CHECK(state.user(in, first.analyser) == lease_id{7});
  CHECK(state.users(in, in.switches().front()) == std::vector{lease_id{7}});
  CHECK_FALSE(state.fits(first));
  CHECK_FALSE(state.is_free(in, first.analyser));
  const fabric_state before = state;
  CHECK_FALSE(state.reserve(in, first, lease_id{8}));
  CHECK(state == before);

  // It shares one fibre alone with the first, and nothing of it is taken.
  light_path second = path_between(in, 0, 1, state);
  second.a.spans.front() = first.a.spans.front();
  CHECK_FALSE(state.reserve(in, second, lease_id{8}));
  CHECK(state == before);

  state.release(in, first, lease_id{8});  // not its lease
  CHECK(state == before);
  state.release(in, first, lease_id{7});
  CHECK(state == idle);
  state.release(in, first, lease_id{7});  // twice
  CHECK(state == idle);
}

TEST_CASE("orchestrate.fabric_state: two leases end in either order") {
  const fabric in = small();
  fabric_state state{in};
  const fabric_state idle = state;
  const light_path first = path_between(in, 0, 1, state);
  REQUIRE(state.reserve(in, first, lease_id{1}));
  const fabric_state one = state;
  const light_path second = path_between(in, 0, 1, state);
  REQUIRE(state.reserve(in, second, lease_id{2}));
  CHECK(state.users(in, element_id{0}) == std::vector{lease_id{1}, lease_id{2}});
  CHECK(state.free_in_pool(in.switches().front()) == 0);
  path_finder finder;
  CHECK_FALSE(finder.find(in, state, {element_id{0}}, {element_id{1}}, least_loss{in}));
  SECTION("the second first") {
    state.release(in, second, lease_id{2});
    CHECK(state == one);
    state.release(in, first, lease_id{1});
  }
  SECTION("the first first") {
    state.release(in, first, lease_id{1});
    CHECK(state.user(in, second.analyser) == lease_id{2});
    CHECK(state.fits(first));
    state.release(in, second, lease_id{2});
  }
  CHECK(state == idle);
}

TEST_CASE("orchestrate.fabric_state: what is broken blocks, what is degraded does not, and leases stay") {
  const fabric in = small();
  fabric_state state{in};
  const fabric_state idle = state;
  const light_path path = path_between(in, 0, 1, state);
  const span_id fibre = path.a.spans.front();
  const element_id hub = in.switches().front();
  const crossing through = path.a.crossings.front();
  const auto mark_all = [&](health how, int what) {
    if (what == 0) state.mark(in, fibre, how);
    if (what == 1) state.mark(in, hub, how);
    if (what == 2) state.mark(in, hub, through.in, how);
    if (what == 3) state.mark(in, path.analyser, how);
    if (what == 4) state.mark(in, path.a.endpoint, how);
    if (what == 5) state.mark(in, path.a.endpoint, path.a.port, how);
    if (what == 6) state.mark(in, path.analyser, path.a.input, how);
    if (what == 7) state.mark(in, path.b.spans.back(), how);
  };
  for (int what = 0; what < 8; ++what) {
    INFO(what);
    mark_all(health::degraded, what);
    CHECK(state.fits(path));
    CHECK_FALSE(state == idle);
    REQUIRE(state.reserve(in, path, lease_id{3}));
    mark_all(health::failed, what);
    CHECK(state.user(fibre) == lease_id{3});  // until it is given back
    CHECK(state.analysers_in_use() == 1);
    state.release(in, path, lease_id{3});
    CHECK(state.analysers_in_use() == 0);
    CHECK_FALSE(state.fits(path));
    CHECK_FALSE(state.reserve(in, path, lease_id{4}));
    mark_all(health::good, what);
    CHECK(state == idle);
  }
}

TEST_CASE("orchestrate.fabric_state: a fibre with several faults works again when the last is mended") {
  const fabric in = small();
  fabric_state state{in};
  const fabric_state idle = state;
  const light_path path = path_between(in, 0, 1, state);
  const span_id fibre = path.a.spans.front();
  const element_id hub = in.switches().front();
  const std::uint16_t port = path.a.crossings.front().in;
  state.mark(in, fibre, health::failed);
  state.mark(in, hub, port, health::failed);
  state.mark(in, hub, health::failed);
  state.mark(in, path.a.endpoint, path.a.port, health::failed);
  CHECK(state.health_of(fibre) == health::failed);
  CHECK(state.health_of(in, hub, port) == health::failed);
  CHECK(state.health_of(in, path.a.endpoint, path.a.port) == health::failed);
  CHECK(state.health_of(in, hub, path.b.crossings.front().in) == health::good);
  CHECK(state.free_in_pool(hub) == 0);
  state.mark(in, hub, health::good);
  CHECK(state.free_in_pool(hub) == 2);
  CHECK_FALSE(state.is_usable(fibre));
  state.mark(in, fibre, health::good);
  CHECK_FALSE(state.is_usable(fibre));
  state.mark(in, hub, port, health::good);
  CHECK_FALSE(state.is_usable(fibre));
  state.mark(in, path.a.endpoint, path.a.port, health::good);
  CHECK(state.is_usable(fibre));
  CHECK(state == idle);
}

TEST_CASE("orchestrate.fabric_state: a port without a fibre cannot be marked") {
  fabric_options o;
  o.endpoints = 3;
  const fabric in = fat_tree(4, o);
  fabric_state state{in};
  const fabric_state idle = state;
  int empty = 0;
  for (const element_id e : in.switches())
    for (std::uint16_t p = 0; p < in.at(e).ports; ++p) {
      if (in.span_at(e, p).valid()) continue;
      ++empty;
      state.mark(in, e, p, health::failed);
      CHECK(state.health_of(in, e, p) == health::good);
    }
  CHECK(empty > 0);
  CHECK(state == idle);
}

TEST_CASE("orchestrate.fabric_state: agrees with a plain record of everything, whatever happens") {
  int reserved = 0;
  for (const auto& [what, in] : orchestrate_test::every_builder()) {
    INFO(what);
    random_stream stream{11, random_purpose::user, 2};
    const auto below = [&stream](std::size_t n) { return static_cast<std::uint32_t>(sample::below(stream, n)); };
    fabric_state state{in};
    plain_state plain;
    path_finder finder;
    const least_loss cost{in};
    std::map<std::uint32_t, light_path> leases;
    for (std::uint32_t step = 1; step <= 160; ++step) {
      const std::uint32_t act = below(10);
      const health how = static_cast<health>(below(3));
      if (act < 5) {
        const std::uint32_t a = below(in.endpoints().size()), b = below(in.endpoints().size());
        if (a == b) continue;
        const auto found = finder.find(in, state, {element_id{a}}, {element_id{b}}, cost);
        if (!found) continue;
        for (const arm* each : {&found->a, &found->b})
          for (const span_id s : each->spans) {
            CHECK(plain.is_usable(in, s));
            plain.users[s.value()] = step;
          }
        REQUIRE(state.reserve(in, *found, lease_id{step}));
        leases.emplace(step, *found);
        ++reserved;
      } else if (act < 7 && !leases.empty()) {
        auto it = leases.begin();
        std::advance(it, below(leases.size()));
        state.release(in, it->second, lease_id{it->first});
        for (const arm* each : {&it->second.a, &it->second.b})
          for (const span_id s : each->spans) plain.users.erase(s.value());
        leases.erase(it);
      } else if (act == 7) {
        const std::uint32_t s = below(in.spans().size());
        state.mark(in, span_id{s}, how);
        plain.spans[s] = how;
      } else if (act == 8) {
        const std::uint32_t e = below(in.elements().size());
        state.mark(in, element_id{e}, how);
        plain.elements[e] = how;
      } else {
        const orchestrate::span& s = in.spans()[below(in.spans().size())];
        const bool at_a = below(2) == 0;
        const element_id e = at_a ? s.a : s.b;
        const std::uint16_t port = at_a ? s.port_a : s.port_b;
        state.mark(in, e, port, how);
        plain.ports[{e.value(), port}] = how;
        CHECK(state.health_of(in, e, port) == how);
      }
      if (step % 8 == 0) compare(in, state, plain);
    }
    compare(in, state, plain);
  }
  CHECK(reserved > 100);
}
