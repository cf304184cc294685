// SPDX-License-Identifier: Apache-2.0
#include <ebit/orchestrate/compact_stray.hpp>

#include <bit>
#include <cstdint>

#include <ebit/orchestrate/fabric_builders.hpp>
#include <ebit/orchestrate/path_finder.hpp>
#include <ebit/orchestrate/wire.hpp>

#include <support/catch.hpp>

using namespace ebit;
using namespace ebit::literals;
using namespace ebit::orchestrate;

TEST_CASE("compact_stray: what is told is never less than what there is, and hardly more") {
  CHECK(double{wire::compact_stray{}} == 0);
  CHECK(double{wire::compact_stray{0.0}} == 0);
  double before = 0;
  for (double stray = 3e-26; stray < 9.9e5; stray *= 1.01) {
    const double told = wire::compact_stray{stray};
    if (!(told >= stray && told < stray * 1.0012 && told >= before)) FAIL("of " << stray << " told " << told);
    before = told;
  }
  CHECK(double{wire::compact_stray{1e-40}} > 0);
  CHECK(double{wire::compact_stray{1e-40}} < 1.0001e-26);
  // Each value that can be told is told as itself, and all of them are light of a path.
  for (std::uint32_t code = 0; code <= 64'000; code += 5) {
    const auto c = std::bit_cast<wire::compact_stray>(static_cast<std::uint16_t>(code));
    if (!c.is_valid() || wire::compact_stray{double{c}} != c) FAIL("code " << code);
  }
  link::lit_path brightest;
  brightest.stray = std::bit_cast<wire::compact_stray>(std::uint16_t{64'000});
  CHECK(brightest.validate());
  CHECK_FALSE(std::bit_cast<wire::compact_stray>(std::uint16_t{64'001}).is_valid());
}

TEST_CASE(
    "compact_stray: of a large leaking switch no light is kept from the ends, of a tight one none is forgotten") {
  for (const double crosstalk : {15.0, 20.0, 30.0, 60.0, 120.0, 250.0}) {
    INFO(crosstalk << " dB");
    fabric_options o;
    link::optical_switch m;
    m.insertion_loss = decibels(0.5);
    m.crosstalk = decibels(crosstalk);
    o.switches = {m};
    const fabric f = star(512, o);
    path_finder finder;
    const least_loss cost{f};
    const fabric_state s{f};
    const auto way = finder.find(f, s, {element_id{0}}, {element_id{1}}, cost);
    REQUIRE(way);
    wire::grant told;
    told.stray = way->stray();
    CHECK(double{told.stray} >= way->stray());
    CHECK(double{told.stray} < way->stray() * 1.0012);
    if (crosstalk <= 20) CHECK(way->stray() > 1);
  }
}
