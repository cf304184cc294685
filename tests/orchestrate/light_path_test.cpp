// SPDX-License-Identifier: Apache-2.0
#include <ebit/orchestrate/light_path.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include <ebit/core/random.hpp>
#include <ebit/core/samplers.hpp>
#include <ebit/orchestrate/path_finder.hpp>

#include <support/catch.hpp>

#include "every_builder.hpp"

using namespace ebit;
using namespace ebit::orchestrate;

namespace {

/// What an arm is according to the fabric's parts alone, from the analyser back to the endpoint: by decibels, by
/// metres, and by Pauli-diagonal noise, without the functions of the library that lay it.
struct sums {
  double decibels = 0;
  double metres = 0;
  double kept = 1;  ///< probability that no switch replaced the half by noise
};

sums add_up(const fabric& in, const arm& of) {
  const fabric_parts& p = in.parts();
  sums s;
  for (std::size_t i = of.spans.size(); i-- > 0;) {
    const orchestrate::span& fibre = p.spans[of.spans[i].value()];
    s.metres += fibre.length.base();
    s.decibels += p.loss_per_length.base() * fibre.length.base() / 1000 + fibre.connectors.base();
  }
  for (std::size_t i = of.crossings.size(); i-- > 0;) {
    const crossing& c = of.crossings[i];
    const link::optical_switch& m = p.switch_models[p.elements[c.at.value()].model];
    double here = m.insertion_loss.base();
    if (m.kind == link::switch_kind::two_sided) {
      const int n = m.ports / 2, left = std::min(c.in, c.out), right = std::max(c.in, c.out) - n;
      here += (n - left + right) * m.loss_per_crossing.base();
    } else {
      here += m.loss_per_crossing.base();
    }
    s.decibels += here;
    s.kept *= 1 - 4 * (1 - m.fidelity) / 3;
  }
  return s;
}

/// Some light paths of a fabric, between random endpoints, each on a state that the ones before have used up.
std::vector<light_path> some_paths(const fabric& in, std::uint64_t seed) {
  random_stream stream{seed, random_purpose::user, 5};
  path_finder finder;
  const least_loss cost{in};
  std::vector<light_path> all;
  fabric_state state{in};
  for (int i = 0; i < 60; ++i) {
    const auto a = static_cast<std::uint32_t>(sample::below(stream, in.endpoints().size()));
    const auto b = static_cast<std::uint32_t>(sample::below(stream, in.endpoints().size()));
    if (sample::below(stream, 6) == 0) state = fabric_state{in};
    if (a == b) continue;
    const auto found = finder.find(in, state, {element_id{a}}, {element_id{b}}, cost);
    if (!found) continue;
    REQUIRE(state.reserve(in, *found, lease_id{static_cast<std::uint32_t>(i)}));
    all.push_back(*found);
  }
  return all;
}

}  // namespace

TEST_CASE("orchestrate.light_path: loss, delay and fidelity are those of its elements, added up apart") {
  for (const auto& [what, in] : orchestrate_test::every_builder()) {
    INFO(what);
    const std::vector<light_path> paths = some_paths(in, 1);
    CHECK(paths.size() >= 5);
    for (const light_path& path : paths) {
      CHECK(lay(in, path.a.endpoint, path.a.spans, path.b.endpoint, path.b.spans) == path);
      for (const arm* each : {&path.a, &path.b}) {
        const sums s = add_up(in, *each);
        CHECK(each->total.base() == ebit_test::approx(s.decibels));
        // Each fibre's delay is rounded to the picosecond.
        const double error = each->delay.seconds() - s.metres / in.group_velocity().base();
        CHECK(std::abs(error) <= 0.5e-12 * static_cast<double>(each->spans.size()) + 1e-18);
        CHECK(each->fidelity == ebit_test::approx(s.kept + (1 - s.kept) / 4));
      }
    }
  }
}

TEST_CASE("orchestrate.light_path: an arm goes from its port through its switches to its input") {
  for (const auto& [what, in] : orchestrate_test::every_builder()) {
    INFO(what);
    for (const light_path& path : some_paths(in, 2)) {
      CHECK(path.a.input != path.b.input);
      for (const arm* each : {&path.a, &path.b}) {
        REQUIRE(each->crossings.size() + 1 == each->spans.size());
        CHECK(in.span_at(each->endpoint, each->port) == each->spans.front());
        CHECK(in.span_at(path.analyser, each->input) == each->spans.back());
        duration before;
        for (std::size_t i = 0; i < each->crossings.size(); ++i) {
          const crossing& c = each->crossings[i];
          before += in.delay_of(each->spans[i]);
          CHECK(each->delay_to(i) == before);
          CHECK(in.span_at(c.at, c.in) == each->spans[i]);
          CHECK(in.span_at(c.at, c.out) == each->spans[i + 1]);
          CHECK(in.model_of_switch(c.at).joins(c.in, c.out));
        }
      }
    }
  }
}

TEST_CASE("orchestrate.light_path: delay lines and attenuators make both arms like the worse one") {
  int longer = 0, dimmer = 0;
  for (const auto& [what, in] : orchestrate_test::every_builder()) {
    INFO(what);
    for (const light_path& path : some_paths(in, 3)) {
      const link::lit_path lit = path.balanced();
      CHECK(lit.validate());
      CHECK(lit.arm_a == lit.arm_b);
      CHECK(lit.transmittance_a == lit.transmittance_b);
      for (const half end : {half::a, half::b}) {
        const arm& here = path.of(end);
        CHECK(here.delay + path.added_delay(end) == lit.arm_delay(end));
        CHECK((here.total + path.added_loss(end)).base() ==
              ebit_test::approx(-10 * std::log10(lit.arm_transmittance(end))));
        CHECK(path.added_delay(end) >= duration::zero());
        CHECK(path.added_loss(end) >= loss{});
      }
      // Nothing is added to the worse one.
      CHECK(std::min(path.added_delay(half::a), path.added_delay(half::b)) == duration::zero());
      CHECK(std::min(path.added_loss(half::a), path.added_loss(half::b)) == loss{});
      CHECK(lit.fidelity_a == path.a.fidelity);
      CHECK(lit.fidelity_b == path.b.fidelity);
      longer += path.a.delay != path.b.delay;
      dimmer += path.a.total != path.b.total;
    }
  }
  CHECK(longer > 50);
  CHECK(dimmer > 50);
}

TEST_CASE("orchestrate.light_path: what cannot be laid is not") {
  fabric_assembly made{"two", orchestrate_test::imperfect(link::switch_kind::any_to_any)};
  const element_id a = made.add_endpoint(0, "a"), b = made.add_endpoint(0, "b");
  const element_id s = made.add_switch(1, 0, "s"), t = made.add_switch(1, 0, "t");
  made.connect(a, face::front, s, face::front, metres(10));    // 0
  made.connect(b, face::front, t, face::front, metres(10));    // 1
  made.connect(s, face::back, t, face::front, metres(10), 2);  // 2, 3
  const element_id x = made.add_analyser(1, 0, "x"), y = made.add_analyser(1, 0, "y");
  made.connect(s, face::back, x, face::front, metres(1), 2);  // 4, 5
  made.connect(t, face::back, y, face::front, metres(1), 2);  // 6, 7
  made.connect(a, face::front, b, face::front, metres(10));   // refused below: two endpoints
  CHECK_FALSE(fabric{fabric_assembly{made}.build()}.validate());

  fabric_assembly again{"two", orchestrate_test::imperfect(link::switch_kind::any_to_any)};
  again.add_endpoint(0, "a"), again.add_endpoint(0, "b");
  again.add_switch(1, 0, "s"), again.add_switch(1, 0, "t");
  again.connect(a, face::front, s, face::front, metres(10));
  again.connect(b, face::front, t, face::front, metres(10));
  again.connect(s, face::back, t, face::front, metres(10), 2);
  again.add_analyser(1, 0, "x"), again.add_analyser(1, 0, "y");
  again.connect(s, face::back, x, face::front, metres(1), 2);
  again.connect(t, face::back, y, face::front, metres(1), 2);
  const fabric in = std::move(again).build();
  REQUIRE(in.validate());
  const auto way = [](std::initializer_list<std::uint32_t> spans) {
    std::vector<span_id> all;
    for (const std::uint32_t i : spans) all.emplace_back(i);
    return all;
  };
  const auto is_laid = [&](element_id from, const std::vector<span_id>& p, element_id to,
                           const std::vector<span_id>& q) { return lay(in, from, p, to, q).has_value(); };
  CHECK(is_laid(a, way({0, 4}), b, way({1, 2, 5})));
  CHECK(is_laid(a, way({0, 2, 6}), b, way({1, 7})));
  CHECK_FALSE(is_laid(a, way({0, 4}), b, way({1, 7})));           // two analysers
  CHECK_FALSE(is_laid(a, way({0, 4}), b, way({1, 2, 4})));        // one input
  CHECK_FALSE(is_laid(a, way({0, 4}), a, way({0, 5})));           // one endpoint
  CHECK_FALSE(is_laid(a, way({0, 2, 3, 4}), b, way({1, 2, 5})));  // one fibre in both
  CHECK_FALSE(is_laid(a, way({0, 2, 2, 4}), b, way({1, 3, 5})));  // one fibre twice
  CHECK_FALSE(is_laid(b, way({0, 4}), a, way({1, 2, 5})));        // not where the fibre begins
  CHECK_FALSE(is_laid(a, way({0, 6}), b, way({1, 7})));           // a gap
  CHECK_FALSE(is_laid(a, way({0, 2}), b, way({1, 3})));           // no analyser at the end
  CHECK_FALSE(is_laid(a, way({0, 4, 5}), b, way({1, 2, 5})));     // through an analyser
  CHECK_FALSE(is_laid(a, way({}), b, way({1, 7})));
  CHECK_FALSE(is_laid(a, way({0, 99}), b, way({1, 7})));  // no such fibre
  CHECK_FALSE(is_laid(s, way({4}), b, way({1, 2, 5})));   // no endpoint
  CHECK_FALSE(lay_arm(in, element_id{99}, way({0, 4})));
}

TEST_CASE("orchestrate.light_path: a two-sided switch does not send light back") {
  fabric_assembly made{"left and right", orchestrate_test::imperfect(link::switch_kind::two_sided)};
  const element_id a = made.add_endpoint(0, "a"), b = made.add_endpoint(0, "b");
  const element_id s = made.add_switch(1, 0, "s"), x = made.add_analyser(1, 0, "x");
  made.connect(a, face::front, s, face::front, metres(10));
  made.connect(b, face::front, x, face::front, metres(10));
  made.connect(s, face::front, x, face::front, metres(1));
  const fabric in = std::move(made).build();
  REQUIRE(in.validate());
  const std::vector<span_id> way{span_id{0}, span_id{2}};
  CHECK_FALSE(lay_arm(in, a, way));
}
