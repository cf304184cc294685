// SPDX-License-Identifier: Apache-2.0
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include <ebit/link/encoding.hpp>

#include <quantum/referee.hpp>
#include "../support/catch.hpp"

using namespace ebit;
using namespace ebit::link;
using ebit_test::approx;

// What does not fit is no call at all.
static_assert(std::is_invocable_v<coded_converter<encoding::path, encoding::time_bin>,
                                  coded_qubit<carrier::optical, encoding::path>>);
static_assert(!std::is_invocable_v<coded_converter<encoding::path, encoding::time_bin>,
                                   coded_qubit<carrier::optical, encoding::polarisation>>);
template <class Port, class Photon>
concept absorbs = requires(const Port& p, const Photon& q) { p.absorb(q); };
static_assert(absorbs<coded_port<carrier::optical, encoding::path>, coded_qubit<carrier::optical, encoding::path>>);
static_assert(
    !absorbs<coded_port<carrier::microwave, encoding::path>, coded_qubit<carrier::optical, encoding::path>>);
static_assert(!absorbs<coded_port<carrier::optical, encoding::fock>, coded_qubit<carrier::optical, encoding::path>>);

TEST_CASE("link/encoding: five conversions of 0.96 leave 0.82 and seven 0.76", "[link]") {
  const converter there{.from = encoding::polarisation, .to = encoding::time_bin};
  const converter back{.from = encoding::time_bin, .to = encoding::polarisation};
  for (const auto& [hops, left] : {std::pair{5, 0.82}, std::pair{7, 0.76}}) {
    std::vector<converter> stages;
    for (int i = 0; i < hops; ++i) stages.push_back(i % 2 == 0 ? there : back);
    const auto all = chained(stages);
    REQUIRE(all);
    const double w = std::pow((4 * 0.96 - 1) / 3, hops);
    CHECK(all->fidelity == approx((1 + 3 * w) / 4).epsilon(1e-14));
    CHECK(std::abs(all->fidelity - left) < 0.005);
    CHECK((all->from == encoding::polarisation && all->to == encoding::time_bin));
  }
}

TEST_CASE("link/encoding: a conversion is white noise on the flying half", "[link]") {
  constexpr std::uint64_t seed = 5506;
  random_stream stream{seed, random_purpose::user, 1};
  CAPTURE(seed);
  for (int i = 0; i < 200; ++i) {
    const converter c{.efficiency = sample::uniform(stream), .fidelity = 0.25 + 0.75 * sample::uniform(stream)};
    const x_state pair = referee::any_x_state(stream);
    const half which = referee::any_bit(stream) ? half::a : half::b;
    auto expected = referee::pair::from(pair);
    expected.white_noise(c.noise(), which == half::a ? 0 : 1);
    CHECK(referee::distance(referee::pair::from(c.converted(pair, which)), expected) < 1e-13);
    const bell_diagonal twirled = pair.twirled();
    CHECK(referee::distance(c.converted(twirled), c.converted(x_state{twirled}, which).twirled()) < 1e-13);
    const auto before = pair.fidelity(bell_index::psi_minus);
    CHECK(c.converted(pair, which).fidelity(bell_index::psi_minus) == approx(c.pair_fidelity(before)).epsilon(1e-12));
    CHECK(c.converted(x_state{}, which).fidelity(bell_index::phi_plus) == approx(c.fidelity).epsilon(1e-13));
    // Run time and compile time agree, and the loss shows as an erasure.
    const coded_port<carrier::optical, encoding::polarisation> out{{.efficiency = 0.9}};
    const coded_port<carrier::optical, encoding::time_bin> in{{.efficiency = 0.8}};
    const coded_converter<encoding::polarisation, encoding::time_bin> typed{c.efficiency, c.fidelity};
    const auto photon = out.emit({.pair = pair, .which = which, .present = 1});
    const auto loose = c.convert(photon.photon);
    REQUIRE(loose);
    CHECK(typed(photon).photon == *loose);
    const stationary_qubit caught = in.absorb(typed(photon));
    CHECK(caught.present == approx(0.72 * c.efficiency).epsilon(1e-12));
    CHECK(referee::distance(referee::pair::from(caught.pair), expected) < 1e-12);
  }
}

TEST_CASE("link/encoding: what does not match is refused by name", "[link]") {
  const auto wrong = converter{}.convert(flying_qubit<carrier::optical>{.code = encoding::frequency_bin});
  REQUIRE_FALSE(wrong);
  CHECK(wrong.error() == config_error{"converter.from", "frequency_bin", "polarisation"});
  const converter path{.from = encoding::path, .to = encoding::fock};
  const std::vector<converter> unlike{converter{}, path};
  const auto broken = chained(unlike);
  REQUIRE_FALSE(broken);
  CHECK(broken.error() == config_error{"converters[1]: converter.from", "path", "time_bin"});
  CHECK_FALSE(chained({}));
  const std::vector<converter> bad{converter{}, {.from = encoding::time_bin, .to = encoding::path, .efficiency = 2}};
  CHECK(chained(bad).error().what == "converters[1]: converter.efficiency");
  const auto refused = [](const converter& c) {
    const auto ok = c.validate();
    return ok ? std::string{} : ok.error().what;
  };
  constexpr double nan = std::numeric_limits<double>::quiet_NaN();
  CHECK(refused({}).empty());
  CHECK(refused({.from = static_cast<encoding>(9)}) == "converter.from");
  CHECK(refused({.to = static_cast<encoding>(9)}) == "converter.to");
  for (const double x : {-0.1, 1.1, nan}) CHECK(refused({.efficiency = x}) == "converter.efficiency");
  for (const double x : {0.2, 1.1, nan}) CHECK(refused({.fidelity = x}) == "converter.fidelity");
  CHECK(std::string{name_of(static_cast<encoding>(9))} == "unknown");
}

TEST_CASE("link/encoding: a converter between a node and its fibre", "[link]") {
  hardware before;
  before.emission_efficiency = 0.5;
  before.emission_fidelity = 0.97;
  before.visibility = 0.9;
  const hardware h = converter{.efficiency = 0.4, .fidelity = 0.9}.installed_in(before);
  CHECK(h.emission_efficiency == approx(0.2));
  CHECK((4 * h.emission_fidelity - 1) / 3 == approx((4 * 0.97 - 1) / 3 * (4 * 0.9 - 1) / 3));
  CHECK(h.visibility == 0.9);
}
