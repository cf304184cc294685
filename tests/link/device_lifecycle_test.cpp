// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <cstddef>
#include <string>

#include <ebit/link/device_lifecycle.hpp>

#include <support/catch.hpp>

using namespace ebit;
using namespace ebit::literals;
using link::device_lifecycle;
using link::device_phase;
using enum link::device_phase;

namespace {

constexpr link::lifecycle_times times{.initialising = 10_s, .locking = 100_s, .deinitialising = 5_s};
constexpr world_time at(duration d) { return world_time{d}; }

constexpr std::array<device_phase, link::device_phases> all{idle, initialising, locking, ready,
                                                            busy, degraded,     fault,   deinitialising};

/// A device that is in `phase` at one second.
device_lifecycle in(device_phase phase) {
  device_lifecycle d = device_lifecycle::running(times);
  switch (phase) {
    case idle: return device_lifecycle{times};
    case initialising: {
      device_lifecycle cold{times};
      REQUIRE(cold.initialise(at(1_s)));
      return cold;
    }
    case locking: REQUIRE(d.relock(at(1_s))); break;
    case ready: break;
    case busy: REQUIRE(d.begin(at(1_s))); break;
    case degraded: REQUIRE(d.degrade(at(1_s))); break;
    case fault: REQUIRE(d.fail(at(1_s))); break;
    case deinitialising: REQUIRE(d.deinitialise(at(1_s))); break;
  }
  return d;
}

}  // namespace

TEST_CASE("device lifecycle: start-up takes what its phases take, and then it works", "[link]") {
  device_lifecycle d{times};
  CHECK(d.at(at(0_s)) == idle);
  CHECK(d.working_from().is_never());
  const auto known = d.initialise(at(3_s));
  REQUIRE(known);
  CHECK(*known == at(113_s));
  CHECK(d.at(at(3_s)) == initialising);
  CHECK(d.at(at(13_s) - 1_ps) == initialising);
  CHECK(d.at(at(13_s)) == locking);
  CHECK(d.since(at(20_s)) == at(13_s));
  CHECK(d.at(at(113_s) - 1_ps) == locking);
  CHECK_FALSE(d.works(at(113_s) - 1_ps));
  CHECK(d.at(at(113_s)) == ready);
  CHECK(d.working_from() == at(113_s));

  REQUIRE(d.begin(at(120_s)));
  CHECK(d.at(at(120_s)) == busy);
  CHECK_FALSE(d.deinitialise(at(121_s)));
  REQUIRE(d.end(at(122_s)));
  const auto off = d.deinitialise(at(123_s));
  REQUIRE(off);
  CHECK(*off == at(128_s));
  CHECK(d.at(at(128_s) - 1_ps) == deinitialising);
  CHECK(d.at(at(128_s)) == idle);
}

TEST_CASE("device lifecycle: of 64 pairs of phases exactly the stated ones are edges", "[link]") {
  std::size_t edges = 0;
  for (const device_phase from : all)
    for (const device_phase to : all) edges += link::may_become(from, to) ? 1U : 0U;
  CHECK(edges == 26);
  for (const device_phase p : all) {
    CHECK_FALSE(link::may_become(p, p));
    CHECK((p == fault || link::may_become(p, fault)));
    CHECK(std::string{link::name_of(p)} != "unknown");
    // Every phase can be left, and idle is reached from everywhere by legal edges.
    bool onward = false;
    for (const device_phase to : all) onward = onward || link::may_become(p, to);
    CHECK(onward);
  }
  CHECK(std::string{link::name_of(static_cast<device_phase>(8))} == "unknown");
}

TEST_CASE("device lifecycle: every command from every phase takes a legal edge or is refused with words", "[link]") {
  using command = device_lifecycle::outcome (*)(device_lifecycle&);
  struct named {
    device_phase wanted;
    command does;
  };
  const std::array<named, 5> commands{
      {{initialising, [](device_lifecycle& d) { return d.initialise(at(2_s)); }},
       {locking, [](device_lifecycle& d) { return d.relock(at(2_s)); }},
       {busy, [](device_lifecycle& d) { return d.begin(at(2_s)); }},
       {fault, [](device_lifecycle& d) { return d.fail(at(2_s)); }},
       {deinitialising, [](device_lifecycle& d) { return d.deinitialise(at(2_s)); }}}};
  for (const device_phase from : all)
    for (const named& c : commands) {
      device_lifecycle d = in(from);
      REQUIRE(d.at(at(2_s)) == from);
      const device_lifecycle before = d;
      const auto answer = c.does(d);
      INFO(link::name_of(from) << " to " << link::name_of(c.wanted));
      const bool stays = (from == fault && c.wanted == fault) || (from == degraded && c.wanted == busy);
      const bool legal = link::may_become(from, c.wanted) && !link::becomes_by_itself(from, c.wanted);
      REQUIRE(answer.has_value() == (legal || stays));
      if (stays) {
        CHECK(d == before);
      } else if (legal) {
        CHECK(d.at(at(2_s)) == c.wanted);
      } else {
        CHECK(d == before);
        CHECK(answer.error() == link::phase_refusal{from, c.wanted});
        const std::string text = answer.error().message();
        CHECK(text.find(link::name_of(from)) != std::string::npos);
        CHECK(text.find(link::name_of(c.wanted)) != std::string::npos);
      }
    }
  CHECK(link::phase_refusal{idle, busy}.message() ==
        "a device that is idle cannot become busy, only initialising or fault");
  CHECK(link::phase_refusal{initialising, locking}.message() ==
        "a device that is initialising becomes locking by itself");
}

TEST_CASE("device lifecycle: recovery and degradation", "[link]") {
  SECTION("a degraded device locks anew, a broken one starts again") {
    device_lifecycle d = in(degraded);
    const auto better = d.recover(at(2_s));
    REQUIRE(better);
    CHECK(*better == at(102_s));
    device_lifecycle broken = in(fault);
    const auto whole = broken.recover(at(2_s));
    REQUIRE(whole);
    CHECK(*whole == at(112_s));
  }
  SECTION("of one that works or is about to nothing is wanted") {
    for (const device_phase p : {ready, busy, initialising, locking}) {
      device_lifecycle d = in(p);
      const device_lifecycle before = d;
      CHECK(d.recover(at(2_s)));
      CHECK(d == before);
    }
    CHECK_FALSE(in(idle).recover(at(2_s)));
    CHECK_FALSE(in(deinitialising).recover(at(2_s)));
  }
  SECTION("degraded work goes on, and is restored to what it was") {
    device_lifecycle d = in(busy);
    REQUIRE(d.degrade(at(2_s)));
    CHECK(d.works(at(3_s)));
    REQUIRE(d.end(at(3_s)));
    CHECK(d.at(at(3_s)) == degraded);
    REQUIRE(d.begin(at(4_s)));
    CHECK(d.at(at(4_s)) == degraded);
    REQUIRE(d.restore(at(5_s), true));
    CHECK(d.at(at(5_s)) == busy);
    CHECK_FALSE(in(idle).degrade(at(2_s)));
    CHECK_FALSE(in(fault).restore(at(2_s)));
    CHECK_FALSE(in(ready).end(at(2_s)));
  }
  SECTION("a fault ends a start-up") {
    device_lifecycle d = in(initialising);
    REQUIRE(d.fail(at(5_s)));
    CHECK(d.at(at(1000_s)) == fault);
  }
}

TEST_CASE("device lifecycle: durations out of range are refused", "[link]") {
  CHECK(times.validate());
  CHECK(times.until_ready() == 110_s);
  for (auto member : {&link::lifecycle_times::initialising, &link::lifecycle_times::locking,
                      &link::lifecycle_times::deinitialising})
    for (const duration wrong : {-1_ps, duration::never()}) {
      link::lifecycle_times t;
      t.*member = wrong;
      CHECK_FALSE(t.validate());
    }
  link::basic_lifecycle<local_time> believed{times};  // the same on a node's own clock
  CHECK(believed.initialise(local_time{1_s}));
}
