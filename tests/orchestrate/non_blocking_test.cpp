// SPDX-License-Identifier: Apache-2.0
#include "../support/catch.hpp"

#include <algorithm>
#include <cstdint>
#include <numeric>
#include <utility>
#include <vector>

#include <ebit/core/random.hpp>
#include <ebit/core/samplers.hpp>
#include <ebit/orchestrate/fabric_builders.hpp>
#include <ebit/orchestrate/fabric_builders_direct.hpp>
#include <ebit/orchestrate/fabric_state.hpp>
#include <ebit/orchestrate/non_blocking.hpp>
#include <ebit/orchestrate/path_finder.hpp>
#include <ebit/orchestrate/planar_pool.hpp>

using namespace ebit;
using namespace ebit::orchestrate;

namespace {

fabric_options with(link::switch_kind kind) {
  fabric_options options;
  options.switches = {{.kind = kind, .ports = 4, .insertion_loss = decibels(1)}};
  return options;
}

/// Endpoints `from` … `from` + 2n − 1 in pairs, at random.
std::vector<endpoint_pair> random_pairing(std::uint32_t endpoints, random_stream& stream) {
  std::vector<std::uint32_t> order(endpoints);
  std::iota(order.begin(), order.end(), 0U);
  for (std::uint32_t i = endpoints; i > 1; --i) std::swap(order[i - 1], order[sample::below(stream, i)]);
  std::vector<endpoint_pair> pairs;
  for (std::uint32_t i = 0; i + 1 < endpoints; i += 2)
    pairs.push_back({element_id{order[i]}, element_id{order[i + 1]}});
  return pairs;
}

/// Whether these are light paths of these pairs that can all be lit at once: booked one by one in a fabric's state.
bool all_fit(const fabric& in, const std::vector<endpoint_pair>& pairs,
             const std::optional<std::vector<light_path>>& paths) {
  if (!paths || paths->size() != pairs.size()) return false;
  fabric_state state{in};
  for (std::uint32_t i = 0; i < pairs.size(); ++i) {
    const light_path& p = (*paths)[i];
    if (p.a.endpoint != pairs[i].a || p.b.endpoint != pairs[i].b) return false;
    if (lay(in, pairs[i].a, p.a.spans, pairs[i].b, p.b.spans) != p) return false;
    if (!state.reserve(in, p, lease_id{i})) return false;
  }
  return state.analysers_in_use() == pairs.size();
}

}  // namespace

TEST_CASE("orchestrate.non_blocking: a planar pool of up to 8 inputs serves every pairing") {
  const std::uint64_t pairings[] = {1, 3, 15, 105};
  for (std::uint32_t n = 2; n <= 8; n += 2) {
    const fabric pool = planar_pool(n, with(link::switch_kind::two_by_two));
    REQUIRE(pool.validate());
    CHECK(pool.switches().size() == n * (n - 2) / 4);
    const blocking_verdict verdict = rearrangeably_non_blocking(pool);
    CHECK(verdict.is_non_blocking);
    CHECK(verdict.cases == pairings[n / 2 - 1]);
  }
  // One pair set in some ways keeps others out: to serve every pairing it has to move light.
  CHECK_FALSE(strictly_non_blocking(planar_pool(6, with(link::switch_kind::two_by_two))).is_non_blocking);
}

TEST_CASE("orchestrate.non_blocking: one switch fewer and some pairing cannot be served") {
  // The last switch of the first stage, taken out, leaves its wires straight.
  const fabric whole = planar_pool(6, with(link::switch_kind::two_by_two));
  for (std::size_t missing = 0; missing < whole.switches().size(); ++missing) {
    fabric_parts parts = whole.parts();
    // Straight through: the switch only has room for bar, as two fibres joined end to end have.
    const element_id gone = whole.switches()[missing];
    const auto joined = [&](std::uint16_t front, std::uint16_t back) {
      span fore = whole.along(whole.span_at(gone, front));
      const span aft = whole.along(whole.span_at(gone, back));
      fore.b = aft.other(gone);
      fore.port_b = aft.port_at(fore.b);
      return fore;
    };
    const span first = joined(0, 2), second = joined(1, 3);
    std::vector<span> spans;
    for (const span& s : parts.spans)
      if (s.a != gone && s.b != gone) spans.push_back(s);
    spans.push_back(first);
    spans.push_back(second);
    const auto renumber = [&](element_id& e) {
      if (e.value() > gone.value()) e = element_id{e.value() - 1};
    };
    for (span& s : spans) {
      renumber(s.a);
      renumber(s.b);
    }
    parts.spans = spans;
    parts.elements.erase(parts.elements.begin() + gone.value());
    const fabric smaller{parts};
    REQUIRE(smaller.validate());
    const blocking_verdict verdict = rearrangeably_non_blocking(smaller);
    CHECK_FALSE(verdict.is_non_blocking);
    CHECK(verdict.wanted.size() == 3);
  }
}

TEST_CASE("orchestrate.non_blocking: Clos networks with m = 2n - 1 in the strict sense, in every reachable state") {
  for (const std::uint32_t r : {1U, 2U, 3U, 4U}) {
    const fabric in = clos({2, r, 3}, with(link::switch_kind::two_sided));
    REQUIRE(in.validate());
    const blocking_verdict verdict = strictly_non_blocking(in);
    INFO("r = " << r << ", " << verdict.cases << " states");
    CHECK(verdict.is_non_blocking);
    CHECK(verdict.cases > r * r);
  }
  const blocking_verdict four = strictly_non_blocking(clos({4, 1, 7}, with(link::switch_kind::two_sided)));
  CHECK(four.is_non_blocking);
}

TEST_CASE("orchestrate.non_blocking: with m = 2n - 2 there is a state in which a free pair is blocked") {
  const fabric in = clos({2, 4, 2}, with(link::switch_kind::two_sided));
  const blocking_verdict verdict = strictly_non_blocking(in);
  REQUIRE_FALSE(verdict.is_non_blocking);
  REQUIRE(verdict.wanted.size() == 1);
  // The state is one: its light paths fit together, the two endpoints and an analyser are free, and yet no search
  // finds a light path.
  fabric_state state{in};
  for (std::uint32_t i = 0; i < verdict.lit.size(); ++i) REQUIRE(state.reserve(in, verdict.lit[i], lease_id{i}));
  const auto [a, b] = verdict.wanted.front();
  for (const element_id e : {a, b}) CHECK(state.is_usable(in.incident(e).front()));
  CHECK(state.analysers_in_use() < in.analysers().size());
  path_finder finder;
  CHECK_FALSE(finder.find(in, state, {a}, {b}, least_loss{in}));
  // As it is rearrangeable, the same pairs and this one find room together.
  std::vector<endpoint_pair> pairs = verdict.wanted;
  for (const light_path& p : verdict.lit) pairs.push_back({p.a.endpoint, p.b.endpoint});
  CHECK(all_fit(in, pairs, rearrange_clos(in, pairs)));
}

TEST_CASE(
    "orchestrate.non_blocking: Clos networks with m = n serve every pairing of 64 at once, with fewer they do not") {
  const fabric in = clos({8, 8, 8}, with(link::switch_kind::two_sided));
  REQUIRE(in.validate());
  random_stream stream{64, random_purpose::user, 1};
  for (int i = 0; i < 300; ++i) {
    const std::vector<endpoint_pair> pairs = random_pairing(64, stream);
    REQUIRE(all_fit(in, pairs, rearrange_clos(in, pairs)));
  }
  // All of one switch with all of another, and neighbours with each other.
  std::vector<endpoint_pair> across, near;
  for (std::uint32_t i = 0; i < 64; i += 2) near.push_back({element_id{i}, element_id{i + 1}});
  for (std::uint32_t i = 0; i < 64; ++i)
    if (i / 8 % 2 == 0) across.push_back({element_id{i}, element_id{i + 8}});
  CHECK(all_fit(in, across, rearrange_clos(in, across)));
  CHECK(all_fit(in, near, rearrange_clos(in, near)));
  // Eight fibres come from a switch and seven lead on.
  const fabric narrow = clos({8, 8, 7}, with(link::switch_kind::two_sided));
  CHECK_FALSE(rearrange_clos(narrow, across));
  const blocking_verdict small = rearrangeably_non_blocking(clos({2, 4, 2}, with(link::switch_kind::two_sided)));
  CHECK(small.is_non_blocking);
  CHECK(small.cases == 105);
  CHECK_FALSE(rearrangeably_non_blocking(clos({2, 4, 1}, with(link::switch_kind::two_sided))).is_non_blocking);
}

TEST_CASE(
    "orchestrate.non_blocking: fat trees with a fibre for each arm serve every pairing of 64 and more at once") {
  fabric_options options = with(link::switch_kind::any_to_any);
  options.fibres_per_cable = 2;
  random_stream stream{64, random_purpose::user, 2};
  for (const std::uint32_t endpoints : {54U, 64U, 128U}) {
    options.endpoints = endpoints;
    const fabric in = fat_tree(endpoints == 54 ? 6 : 8, options);
    REQUIRE(in.validate());
    for (int i = 0; i < 100; ++i) {
      const std::vector<endpoint_pair> pairs = random_pairing(endpoints, stream);
      REQUIRE(all_fit(in, pairs, rearrange_fat_tree(in, pairs)));
    }
  }
}

TEST_CASE(
    "orchestrate.non_blocking: fat trees with one fibre per cable serve every pairing of one half with the other") {
  fabric_options options = with(link::switch_kind::any_to_any);
  const fabric in = fat_tree(8, options);
  random_stream stream{64, random_purpose::user, 3};
  for (int i = 0; i < 100; ++i) {
    std::vector<std::uint32_t> second(64);
    std::iota(second.begin(), second.end(), 64U);
    for (std::uint32_t k = 64; k > 1; --k) std::swap(second[k - 1], second[sample::below(stream, k)]);
    std::vector<endpoint_pair> pairs;
    for (std::uint32_t k = 0; k < 64; ++k) {
      pairs.push_back({element_id{k}, element_id{second[k]}});
      if (i % 2 != 0) std::swap(pairs.back().a, pairs.back().b);
    }
    REQUIRE(all_fit(in, pairs, rearrange_fat_tree(in, pairs)));
  }
}

TEST_CASE(
    "orchestrate.non_blocking: a fat tree with one fibre per cable blocks three edge switches from each other") {
  // Three edge switches of two fibres each, every two to be joined: each aggregation switch's number can serve one of
  // the three pairs, and there are two (Shannon 1949). Gone through: arms of up to 4 fibres, which go up to the core
  // and do not borrow a fibre of another edge switch.
  const fabric in = fat_tree(4, with(link::switch_kind::any_to_any));
  const std::vector<endpoint_pair> triangle{
      {element_id{0}, element_id{4}}, {element_id{1}, element_id{8}}, {element_id{5}, element_id{9}}};
  CHECK_FALSE(rearrange_fat_tree(in, triangle));
  const ways_of_pairs ways{in, 4};
  CHECK_FALSE(join_all(ways, triangle));
  for (std::size_t without = 0; without < 3; ++without) {
    std::vector<endpoint_pair> two = triangle;
    two.erase(two.begin() + static_cast<std::ptrdiff_t>(without));
    CHECK(all_fit(in, two, join_all(ways, two)));
  }
  fabric_options two_fibres = with(link::switch_kind::any_to_any);
  two_fibres.fibres_per_cable = 2;
  const fabric wide = fat_tree(4, two_fibres);
  CHECK(all_fit(wide, triangle, rearrange_fat_tree(wide, triangle)));
}

TEST_CASE("orchestrate.non_blocking: a star and a planar pool serve every pairing of 64") {
  const fabric hub = star(64, with(link::switch_kind::any_to_any));
  const fabric pool = planar_pool(64, with(link::switch_kind::two_by_two));
  CHECK(pool.switches().size() == 64 * 62 / 4);
  random_stream stream{64, random_purpose::user, 4};
  path_finder finder;
  for (int i = 0; i < 100; ++i) {
    const std::vector<endpoint_pair> pairs = random_pairing(64, stream);
    REQUIRE(all_fit(pool, pairs, rearrange_planar_pool(pool, pairs)));
    const std::vector<endpoint_pair> some(pairs.begin(), pairs.begin() + 1 + static_cast<int>(i % 20));
    REQUIRE(all_fit(pool, some, rearrange_planar_pool(pool, some)));
    // One by one, no pair waits for another: each arm has a fibre of its own, and there is an analyser for all.
    fabric_state state{hub};
    const least_loss cost{hub};
    for (std::uint32_t k = 0; k < pairs.size(); ++k) {
      const auto path = finder.find(hub, state, {pairs[k].a}, {pairs[k].b}, cost);
      REQUIRE(path);
      REQUIRE(state.reserve(hub, *path, lease_id{k}));
    }
  }
}

TEST_CASE("orchestrate.non_blocking: in a strictly non-blocking Clos network of 64 no pair is ever refused") {
  const fabric in = clos_for(64, with(link::switch_kind::two_sided));
  const clos_shape shape = clos_shape_for(64);
  REQUIRE(shape.m == 2 * shape.n - 1);
  random_stream stream{64, random_purpose::user, 5};
  path_finder finder;
  const least_loss cost{in};
  fabric_state state{in};
  std::vector<std::pair<light_path, lease_id>> lit;
  std::vector<bool> is_lit(64);
  std::uint32_t next = 0;
  for (int i = 0; i < 20'000; ++i) {
    const auto a = static_cast<std::uint32_t>(sample::below(stream, 64)),
               b = static_cast<std::uint32_t>(sample::below(stream, 64));
    if (a != b && !is_lit[a] && !is_lit[b] && lit.size() < in.analysers().size()) {
      auto path = finder.find(in, state, {element_id{a}}, {element_id{b}}, cost);
      REQUIRE(path);
      REQUIRE(state.reserve(in, *path, lease_id{next}));
      is_lit[a] = is_lit[b] = true;
      lit.push_back({std::move(*path), lease_id{next++}});
    } else if (!lit.empty() && sample::below(stream, 8) == 0) {
      const std::size_t over = sample::below(stream, lit.size());
      state.release(in, lit[over].first, lit[over].second);
      is_lit[lit[over].first.a.endpoint.value()] = is_lit[lit[over].first.b.endpoint.value()] = false;
      lit.erase(lit.begin() + static_cast<std::ptrdiff_t>(over));
    }
  }
  CHECK(next > 1500);
}
