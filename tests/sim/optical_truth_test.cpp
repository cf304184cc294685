// SPDX-License-Identifier: Apache-2.0
#include <ebit/sim/optical_truth.hpp>

#include <algorithm>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include <ebit/core/random.hpp>
#include <ebit/core/samplers.hpp>
#include <ebit/orchestrate/path_finder.hpp>

#include <support/catch.hpp>
#include <support/sanitized.hpp>

#include "../orchestrate/every_builder.hpp"

using namespace ebit;
using namespace ebit::orchestrate;
using sim::fabric_fault;
using sim::optical_truth;

namespace {

constexpr world_time start{1_s};

/// Joins what the path crosses; when all of it has settled.
world_time set(optical_truth& truth, const light_path& path, world_time now) {
  world_time settled = now;
  for (const arm* each : {&path.a, &path.b})
    for (const crossing& c : each->crossings) {
      const auto moved = truth.move(c.at.value(), c.in, c.out, now);
      REQUIRE(moved.why == failure::none);
      settled = std::max(settled, now + moved.takes);
    }
  return settled;
}

/// Six endpoints behind small switches of one kind: a star, or a pool of 2×2 elements.
fabric six_endpoints(link::switch_kind kind) {
  fabric_options o;
  link::optical_switch moving;
  moving.kind = kind;
  moving.ports = 4;
  moving.reconfiguration_time = 1_us;
  o.switches = {moving};
  return kind == link::switch_kind::any_to_any ? star(6, o) : planar_pool(6, o);
}

optical_truth::encounter meeting(const optical_truth& truth, const light_path& path, world_time now) {
  return truth.meeting(path.a.endpoint.value(), path.a.port, path.b.endpoint.value(), path.b.port, now);
}

/// Calls `act(what, fabric, path)` with random light paths of every builder, each in the idle fabric.
template <class Act>
void with_random_paths(std::uint64_t seed, int searches, Act&& act) {
  for (const auto& [what, in] : orchestrate_test::every_builder()) {
    random_stream stream{seed, random_purpose::user, 4};
    path_finder finder;
    const fabric_state idle{in};
    const least_loss cost{in};
    for (int i = 0; i < searches; ++i) {
      const auto a = static_cast<std::uint32_t>(sample::below(stream, in.endpoints().size()));
      const auto b = static_cast<std::uint32_t>(sample::below(stream, in.endpoints().size()));
      if (a == b) continue;
      // Not always the best one.
      fabric_state state = idle;
      for (int k = 0; k < 6; ++k)
        state.mark(in, span_id{static_cast<std::uint32_t>(sample::below(stream, in.spans().size()))}, health::failed);
      if (const auto found = finder.find(in, state, {element_id{a}}, {element_id{b}}, cost)) act(what, in, *found);
    }
  }
}

}  // namespace

TEST_CASE("sim.optical_truth: light whose crossings are joined meets exactly as the path says, on every builder") {
  int seen = 0;
  with_random_paths(1, 40, [&](const std::string& what, const fabric& in, const light_path& path) {
    INFO(what);
    optical_truth truth{shared_constant<fabric>{in}};
    // An element of two by two is always in one of its positions; other switches join nothing at first.
    if (in.model_of_switch(in.switches().front()).kind != link::switch_kind::two_by_two &&
        path.a.crossings.size() + path.b.crossings.size() > 0)
      CHECK_FALSE(meeting(truth, path, start).happens);
    const world_time settled = set(truth, path, start);
    const auto e = meeting(truth, path, start);
    REQUIRE(e.happens);
    const link::lit_path told = path.balanced();
    CHECK(e.balanced.transmittance_a == told.transmittance_a);
    CHECK(e.balanced.transmittance_b == told.transmittance_b);
    CHECK(e.balanced.arm_a == told.arm_a);
    CHECK(e.balanced.arm_b == told.arm_b);
    CHECK(e.balanced.fidelity_a == ebit_test::approx(told.fidelity_a));
    CHECK(e.balanced.fidelity_b == ebit_test::approx(told.fidelity_b));
    // Light may leave before a switch has settled, if it gets there after.
    for (const std::size_t side : {0U, 1U}) {
      const arm& here = side == 0 ? path.a : path.b;
      if (here.crossings.empty()) continue;
      world_time from{};
      for (std::size_t i = 0; i < here.crossings.size(); ++i) {
        const auto& sw = truth.at(here.crossings[i].at.value());
        const auto light = sw.light_after(here.crossings[i].in, here.crossings[i].out, start);
        from = std::max(from, light.from - here.delay_to(i));
      }
      CHECK(e.lit_from[side] == from);
      CHECK(e.lit_from[side] <= settled);
      CHECK(e.lit_until[side] == world_time::never());
    }
    // Either end may be called a.
    const auto turned =
        truth.meeting(path.b.endpoint.value(), path.b.port, path.a.endpoint.value(), path.a.port, start);
    CHECK(turned.happens);
    CHECK(turned.balanced == e.balanced.reversed());
    ++seen;
  });
  CHECK(seen > 250);
}

TEST_CASE("sim.optical_truth: without any one crossing, fibre or device of it light does not meet") {
  int parted = 0;
  with_random_paths(2, 6, [&](const std::string& what, const fabric& in, const light_path& path) {
    INFO(what);
    optical_truth truth{shared_constant<fabric>{in}};
    const world_time later = set(truth, path, start) + 1_ms;
    REQUIRE(meeting(truth, path, later).happens);
    for (const arm* each : {&path.a, &path.b}) {
      for (const span_id s : each->spans) {
        const fabric_fault cut{.what = fabric_fault::kind::fibre, .fibre = s};
        truth.strike(cut, later);
        CHECK_FALSE(meeting(truth, path, later).happens);
        truth.strike(cut, later);
        (void)truth.mend(cut, later);
        CHECK_FALSE(meeting(truth, path, later).happens);  // cut twice, mended once
        (void)truth.mend(cut, later);
        CHECK(meeting(truth, path, later).happens);
      }
      const fabric_fault dead{.element = each->endpoint};
      truth.strike(dead, later);
      CHECK_FALSE(meeting(truth, path, later).happens);
      (void)truth.mend(dead, later);
      CHECK(meeting(truth, path, later).happens);
      for (const crossing& c : each->crossings) {
        if (in.model_of_switch(c.at).kind == link::switch_kind::two_by_two) continue;  // it is always in a position
        optical_truth without = truth;
        without.move(c.at.value(), c.in, ~std::uint32_t{0}, later);
        CHECK_FALSE(meeting(without, path, later).happens);
        ++parted;
      }
    }
  });
  CHECK(parted > 80);
}

TEST_CASE("sim.optical_truth: however long it runs, what a switch remembers is bounded, and recent light is there") {
  for (const auto kind : {link::switch_kind::any_to_any, link::switch_kind::two_by_two}) {
    const fabric in = six_endpoints(kind);
    optical_truth truth{shared_constant<fabric>{in}};
    const std::uint32_t e = in.switches().front().value();
    const std::uint32_t low = 0, high = kind == link::switch_kind::any_to_any ? 5 : 3;
    world_time now = start;
    std::size_t most = 0, early = 0;
    constexpr int moves = ebit_test::sanitized ? 10'000 : 40'000;
    const duration step = 5_us;
    for (int i = 0; i < moves; ++i, now = now + step) {
      const std::uint32_t out = i % 2 == 0 ? high : high - 1;
      truth.move(e, low, ~std::uint32_t{0}, now);
      REQUIRE(truth.move(e, low, out, now).why == failure::none);
      const std::size_t size = truth.at(e).remembered();
      if (i < moves / 4) early = std::max(early, size);
      most = std::max(most, size);
      if (i == 0) continue;
      // What passed while the port was last joined can be told, up to half of what it is to remember.
      const world_time then = now - std::min(optical_truth::remembers / 2, step * i) + 3_us;
      const std::int64_t turn = (then - start) / step;
      const std::uint32_t went = turn % 2 == 0 ? high : high - 1;
      REQUIRE(truth.at(e).passes(0, static_cast<std::uint16_t>(went), then));
    }
    CHECK(most == early);
    CHECK(most < 6 * static_cast<std::size_t>(optical_truth::remembers / step));
  }
}

TEST_CASE("sim.optical_truth: a part that sticks for two reasons moves when both are over, and not before") {
  for (const auto kind : {link::switch_kind::any_to_any, link::switch_kind::two_by_two}) {
    const bool is_element = kind == link::switch_kind::two_by_two;
    const fabric in = six_endpoints(kind);
    optical_truth truth{shared_constant<fabric>{in}};
    const element_id at = in.switches().front();
    // Any two ports of an element share their moving part.
    const fabric_fault one{.what = fabric_fault::kind::sticking_port, .element = at, .port = 0};
    const fabric_fault two{.what = fabric_fault::kind::sticking_port,
                           .element = at,
                           .port = is_element ? std::uint16_t{3} : std::uint16_t{0}};
    truth.strike(one, start);
    truth.strike(two, start + 1_us);
    (void)truth.mend(one, start + 2_us);
    CHECK((truth.lasts(one) && truth.at(at.value()).sticks(0)));
    CHECK(truth.move(at.value(), 0, 3, start + 3_us).why == failure::fault);
    CHECK_FALSE(truth.at(at.value()).passes(0, 3, start + 1_ms));
    truth.move(at.value(), 0, ~std::uint32_t{0}, start + 2_ms);
    (void)truth.mend(two, start + 2_ms);
    CHECK((!truth.lasts(two) && !truth.at(at.value()).sticks(0)));
    CHECK(truth.move(at.value(), 0, 3, start + 3_ms).why == failure::none);
    CHECK(truth.at(at.value()).passes(0, 3, start + 3_ms + 1_us));
  }
}

TEST_CASE("sim.optical_truth: what is announced follows the orders, what there is follows the switches") {
  int seen = 0;
  with_random_paths(3, 6, [&](const std::string& what, const fabric& in, const light_path& path) {
    if (path.a.crossings.empty() || in.model_of_switch(in.switches().front()).kind == link::switch_kind::two_by_two)
      return;
    INFO(what);
    ++seen;
    optical_truth truth{shared_constant<fabric>{in}};
    CHECK_FALSE(meeting(truth, path, start).is_ordered);
    const crossing first = path.a.crossings.front();
    const fabric_fault sticks{.what = fabric_fault::kind::sticking_port, .element = first.at, .port = first.in};
    optical_truth stuck = truth;
    stuck.strike(sticks, start);
    const world_time settled = set(truth, path, start);
    for (const arm* each : {&path.a, &path.b})
      for (const crossing& c : each->crossings) (void)stuck.move(c.at.value(), c.in, c.out, start);
    // A port that sticks changes nothing about what the station expects, and takes all light of one arm, and no
    // other's.
    const auto whole = meeting(truth, path, start), none = meeting(stuck, path, start);
    CHECK((whole.is_ordered && whole.happens && none.is_ordered && !none.happens && none.station_works));
    CHECK((whole.settled == none.settled && whole.settled == whole.lit_from && none.settled[0] <= settled));
    CHECK((none.lit_from[0].is_never() && none.lit_from[1] == whole.lit_from[1]));
    // So does a cut; a broken analyser clicks no more; what is not ordered is not expected.
    const fabric_fault cut{.what = fabric_fault::kind::fibre, .fibre = path.b.spans.back()};
    const fabric_fault dead{.element = path.analyser};
    truth.strike(cut, settled);
    CHECK((meeting(truth, path, settled).is_ordered && meeting(truth, path, settled).lit_from[1].is_never()));
    truth.strike(dead, settled);
    CHECK((meeting(truth, path, settled).is_ordered && !meeting(truth, path, settled).station_works));
    truth.move(first.at.value(), first.in, ~std::uint32_t{0}, settled);
    CHECK_FALSE(meeting(truth, path, settled).is_ordered);
    // Announced is the time that was meant, however late the switch is.
    truth.move(first.at.value(), first.in, first.out, settled + 5_us, 5_us);
    const auto late = meeting(truth, path, settled + 5_us);
    const duration takes = in.model_of_switch(first.at).reconfiguration_time;
    CHECK(late.settled[0] == std::max(settled + takes - first.after, whole.settled[0]));
  });
  CHECK(seen > 20);
}

TEST_CASE("sim.optical_truth: parts that are degraded take their share of the light that passes, and leave no trace") {
  int seen = 0;
  with_random_paths(5, 6, [&](const std::string& what, const fabric& in, const light_path& path) {
    INFO(what);
    optical_truth truth{shared_constant<fabric>{in}};
    const world_time later = set(truth, path, start) + 1_ms;
    const link::lit_path sound = meeting(truth, path, later).balanced;
    std::vector<fabric_fault> parts{{.element = path.analyser}, {.fibre = path.a.spans.back()}};
    if (!path.a.crossings.empty()) parts.push_back({.element = path.a.crossings.back().at});
    for (fabric_fault f : parts) {
      f.what = fabric_fault::kind::degraded;
      f.lasts = 1_ms;
      f.added_loss = decibels(2);
      f.noise = 0.1;
      fabric_fault more = f;
      more.added_loss = decibels(1);
      more.noise = 0.2;
      more.is_sensed = false;
      REQUIRE(f.validate("f", in));
      const auto uses = [&](const arm& side) {
        if (!f.is_of_fibre() && f.element == path.analyser) return 1;
        int times = 0;
        for (const span_id s : side.spans) times += f.is_of_fibre() && s == f.fibre ? 1 : 0;
        for (const crossing& c : side.crossings) times += !f.is_of_fibre() && c.at == f.element ? 1 : 0;
        return times;
      };
      truth.strike(f, later);
      truth.strike(more, later);
      const auto worse = meeting(truth, path, later);
      CHECK((worse.happens && worse.lit_from[0] <= later && worse.lit_from[1] <= later));
      // The better arm is attenuated to what the other lets through.
      const double most = std::max(path.a.total.base() + 3 * uses(path.a), path.b.total.base() + 3 * uses(path.b));
      CHECK(worse.balanced.transmittance_a == ebit_test::approx(math::pow(10.0, -most / 10)));
      CHECK(worse.balanced.transmittance_b == worse.balanced.transmittance_a);
      const auto left = [&](double before, int times) {
        for (; times > 0; --times)
          for (const double noise : {0.1, 0.2}) before = before * (1 - noise) + noise / 4;
        return before;
      };
      CHECK(worse.balanced.fidelity_a == ebit_test::approx(left(sound.fidelity_a, uses(path.a))));
      CHECK(worse.balanced.fidelity_b == ebit_test::approx(left(sound.fidelity_b, uses(path.b))));
      const auto is_sensed = [&] {
        return f.is_of_fibre() ? truth.wear_of(f.fibre).is_sensed : truth.wear_of(f.element).is_sensed;
      };
      CHECK(is_sensed());
      (void)truth.mend(f, later);
      CHECK((truth.lasts(f) && !is_sensed()));  // the other goes on
      CHECK(meeting(truth, path, later).balanced != sound);
      (void)truth.mend(more, later);
      CHECK_FALSE(truth.lasts(f));
      CHECK(meeting(truth, path, later).balanced == sound);
      ++seen;
    }
  });
  CHECK(seen > 60);
}
