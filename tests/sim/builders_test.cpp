// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include <ebit/sim/builders.hpp>

#include <support/catch.hpp>

using namespace ebit::literals;
using ebit::link::fibre;
namespace sim = ebit::sim;

namespace {

std::string ends(const sim::topology& net) {
  std::string text;
  for (const auto& e : net.links()) text += std::to_string(e.a.value()) + "-" + std::to_string(e.b.value()) + " ";
  return text;
}

std::string why(const sim::topology& net) {
  const ebit::status status = net.validate();
  return status ? "valid" : status.error().message();
}

const fibre each{.length = 20_km};

}  // namespace

TEST_CASE("sim.builders: chain, ring, star, grid") {
  CHECK(ends(sim::chain(4, each)) == "0-1 1-2 2-3 ");
  CHECK(ends(sim::ring(4, each)) == "0-1 1-2 2-3 3-0 ");
  CHECK(ends(sim::star(3, each)) == "0-1 0-2 0-3 ");
  CHECK(ends(sim::grid(2, 3, each)) == "0-1 0-3 1-2 1-4 2-5 3-4 4-5 ");
  CHECK(ends(sim::grid(1, 1, each)).empty());
  CHECK(sim::star(3, each).size() == 4);
  CHECK(sim::grid(20, 20, each).links().size() == 760);
  for (const auto& net : {sim::chain(4, each), sim::ring(3, each), sim::star(1, each), sim::grid(1, 1, each)}) {
    CHECK(why(net) == "valid");
    CHECK(net.components().size() == 1);
    for (const auto& e : net.links()) CHECK(e.line == each);
  }
  CHECK(sim::chain(4, each).at(sim::chain(4, each).node(2)).label == "2");
}

TEST_CASE("sim.builders: the impossible is told by validate") {
  CHECK(why(sim::chain(1, each)) == "chain: number of nodes: given 1, allowed 2 to 1048576");
  CHECK(why(sim::chain(static_cast<std::size_t>(-1), each)) ==
        "chain: number of nodes: given 18446744073709551615, allowed 2 to 1048576");
  CHECK(why(sim::ring(2, each)) == "ring: number of nodes: given 2, allowed 3 to 1048576");
  CHECK(why(sim::star(0, each)) == "star: number of leaves: given 0, allowed 1 to 1048575");
  CHECK(why(sim::star(static_cast<std::size_t>(-1), each)) ==
        "star: number of leaves: given 18446744073709551615, allowed 1 to 1048575");
  CHECK(why(sim::grid(0, 3, each)) == "grid: rows x columns: given 0 x 3, allowed 1 x 1 to 1048576 nodes");
  CHECK(why(sim::grid(3, 0, each)) == "grid: rows x columns: given 3 x 0, allowed 1 x 1 to 1048576 nodes");
  CHECK(why(sim::grid(2000, 2000, each)) ==
        "grid: rows x columns: given 2000 x 2000, allowed 1 x 1 to 1048576 nodes");
  CHECK(why(sim::chain(2, fibre{.length = ebit::kilometres(-3)})) ==
        "link 0 0 - 1: fibre.length: given -3 km, allowed 0 km to 40000 km");

  const double nan = std::numeric_limits<double>::quiet_NaN();
  CHECK(why(sim::waxman(0, {}, 1)) == "waxman: number of nodes: given 0, allowed 1 to 8192");
  CHECK(why(sim::waxman(5, {.alpha = 0}, 1)) == "waxman: alpha: given 0, allowed above 0, at most 1");
  CHECK(why(sim::waxman(5, {.beta = 1.5}, 1)) == "waxman: beta: given 1.5, allowed above 0, at most 1");
  CHECK(why(sim::waxman(5, {.beta = nan}, 1)) == "waxman: beta: given nan, allowed above 0, at most 1");
  CHECK(why(sim::waxman(5, {.side = 0_km}, 1)) == "waxman: side: given 0 km, allowed above 0 km, at most 20000 km");
}

TEST_CASE("sim.builders: a Waxman network is a function of its seed") {
  const sim::waxman_parameters parameters{.side = 50_km, .fibre = {.connectors = 1_dB}};
  const auto net = sim::waxman(40, parameters, 7);
  CHECK(net == sim::waxman(40, parameters, 7));
  CHECK_FALSE(net == sim::waxman(40, parameters, 8));
  CHECK(why(net) == "valid");
  CHECK(sim::waxman(1, parameters, 7).size() == 1);
  for (const auto& e : net.links()) {
    CHECK(e.a < e.b);
    CHECK(e.line.connectors == 1_dB);
    CHECK((e.line.length > 0_km && ebit::in_kilometres(e.line.length) < 50 * 1.4142136));
  }
  // The same bits on every machine and compiler.
  CHECK(ends(sim::waxman(12, parameters, 7)) == "0-2 4-7 4-8 6-9 8-10 ");
}

TEST_CASE("sim.builders: a Waxman link has the stated probability") {
  // The places are drawn again here as documented: from the seed and the number of the node alone.
  const double alpha = 0.3;
  const double beta = 0.8;
  double expected = 0;
  double variance = 0;
  double found = 0;
  double lengths = 0;
  double expected_lengths = 0;
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    std::vector<double> x, y;
    for (std::size_t i = 0; i < 40; ++i) {
      ebit::random_stream stream{seed, ebit::random_purpose::topology, i};
      x.push_back(ebit::sample::uniform(stream));
      y.push_back(ebit::sample::uniform(stream));
    }
    const auto distance = [&](std::size_t u, std::size_t v) { return std::hypot(x[u] - x[v], y[u] - y[v]); };
    double longest = 0;
    for (std::size_t u = 0; u < 40; ++u)
      for (std::size_t v = 0; v < u; ++v) longest = std::max(longest, distance(u, v));
    for (std::size_t u = 0; u < 40; ++u) {
      for (std::size_t v = 0; v < u; ++v) {
        const double p = beta * std::exp(-distance(u, v) / (alpha * longest));
        expected += p;
        variance += p * (1 - p);
        expected_lengths += p * distance(u, v);
      }
    }
    const auto net = sim::waxman(40, {.alpha = alpha, .beta = beta, .side = 1_km}, seed);
    found += static_cast<double>(net.links().size());
    for (const auto& e : net.links()) lengths += ebit::in_kilometres(e.line.length);
  }
  CHECK(std::abs(found - expected) < 4 * std::sqrt(variance));
  // A link is at most 1.42 km long, so 1.42 standard errors of the count bound those of the summed length.
  CHECK(std::abs(lengths - expected_lengths) < 4 * 1.42 * std::sqrt(variance));
}
