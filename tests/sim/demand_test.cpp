// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <cmath>
#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include <ebit/sim/demand.hpp>
#include <ebit/sim/demand_file.hpp>

#include <support/catch.hpp>

using namespace ebit::literals;
namespace sim = ebit::sim;

namespace {

std::vector<sim::timed_request> draw(const sim::demand_options& o, std::uint32_t endpoints, std::size_t count) {
  sim::demand_stream stream{o, endpoints};
  std::vector<sim::timed_request> all;
  for (std::size_t i = 0; i < count; ++i) all.push_back(stream.next());
  return all;
}

std::string error_of(const std::string& text) {
  const auto demand = sim::parse_demand(text, "d.csv", 8);
  return demand ? "read" : demand.error().message();
}

}  // namespace

TEST_CASE("sim.demand: requests come as a Poisson process, to all alike") {
  constexpr std::size_t count = 40'000;
  const auto all = draw({.requests_per_second = 5000, .seed = 11}, 8, count);
  std::vector<double> observed(56, 0);
  ebit::duration last;
  for (const auto& r : all) {
    CHECK(r.at >= last);
    last = r.at;
    const std::uint32_t from = r.wanted.from.value(), to = r.wanted.to.value();
    REQUIRE(from != to);
    ++observed[from * 7 + (to < from ? to : to - 1)];
  }
  // The last of n comes after n/rate, with a spread of √n/rate: five of them.
  CHECK(std::abs(last.seconds() - count / 5000.0) < 5 * std::sqrt(static_cast<double>(count)) / 5000);
  double chi = 0;
  for (const double n : observed) chi += (n - count / 56.0) * (n - count / 56.0) / (count / 56.0);
  CHECK(chi < 55 + 5 * std::sqrt(2 * 55.0));
}

TEST_CASE("sim.demand: a hot spot gets its share, a permutation has one partner for each") {
  const auto hot = draw({.pattern = sim::demand_pattern::hotspot, .hot_endpoints = 2, .hot_share = 0.5}, 100, 20'000);
  double there = 0;
  for (const auto& r : hot) there += r.wanted.to.value() < 2 ? 1 : 0;
  // One half, and of the other half 2 in 100.
  CHECK(std::abs(there / 20'000 - 0.51) < 5 * std::sqrt(0.25 / 20'000));
  const auto turned = draw({.pattern = sim::demand_pattern::permutation}, 17, 3000);
  std::array<std::set<std::uint32_t>, 17> to, from;
  for (const auto& r : turned) {
    to[r.wanted.from.value()].insert(r.wanted.to.value());
    from[r.wanted.to.value()].insert(r.wanted.from.value());
  }
  for (std::size_t i = 0; i < 17; ++i)
    CHECK((to[i].size() == 1 && from[i].size() == 1 && to[i].count(static_cast<std::uint32_t>(i)) == 0));
}

TEST_CASE("sim.demand: the same seed gives the same requests, and a range that is left is named") {
  const auto a = draw({.seed = 3}, 5, 100), b = draw({.seed = 3}, 5, 100), c = draw({.seed = 4}, 5, 100);
  bool differs = false;
  for (std::size_t i = 0; i < 100; ++i) {
    CHECK((a[i].at == b[i].at && a[i].wanted.from == b[i].wanted.from && a[i].wanted.to == b[i].wanted.to));
    differs = differs || a[i].at != c[i].at;
  }
  CHECK(differs);
  CHECK(sim::demand_options{.pairs = 0}.validate(4).error().message() == "demand.pairs: given 0, allowed 1 or more");
  CHECK(sim::demand_options{.hot_endpoints = 4}.validate(4).error().what == "demand.hot_endpoints");
  CHECK(sim::demand_options{.requests_per_second = -1}.validate(4).error().what == "demand.requests_per_second");
}

TEST_CASE("sim.demand: requests from a file") {
  const auto demand = sim::parse_demand(
      "at_us,from,to,pairs,min_fidelity,time_limit_us,tenant\n# two\n0,0,1,10,0.9\n"
      " 1.5 , 2,3, 1, 0.5, 100, 7\n\n",
      "d.csv", 4);
  REQUIRE(demand);
  REQUIRE(demand->size() == 2);
  CHECK(((*demand)[0].at == ebit::duration::zero() && (*demand)[0].wanted.time_limit.is_never()));
  const auto& second = (*demand)[1];
  CHECK((second.at == 1500_ns && second.wanted.from == ebit::node_id{2} && second.wanted.to == ebit::node_id{3}));
  CHECK((second.wanted.pairs == 1 && second.wanted.min_fidelity == 0.5 && second.wanted.time_limit == 100_us));
  CHECK(second.wanted.tenant == 7);
}

TEST_CASE("sim.demand: malformed files are refused with line and field") {
  CHECK(error_of("") == "d.csv:1: demand: given no requests, allowed 1 or more");
  CHECK(error_of("0,0,1,10,0.9\n0,0,8,1,0.9\n") == "d.csv:2: to: given \"8\", allowed a whole number from 0 to 7");
  CHECK(error_of("0,3,3,1,0.9\n") == "d.csv:1: to: given 3, allowed an endpoint other than `from`");
  CHECK(error_of("0,0,1,0,0.9\n") == "d.csv:1: pairs: given \"0\", allowed a whole number from 1 to 4294967295");
  CHECK(error_of("0,0,1,1,1.5\n") == "d.csv:1: min_fidelity: given \"1.5\", allowed 0 to 1");
  CHECK(error_of("0,0,1,1\n") == "d.csv:1: min_fidelity: given nothing, allowed a field");
  CHECK(error_of("5,0,1,1,0\n4,0,1,1,0\n") == "d.csv:2: at_us: given \"4\", allowed no earlier than the line before");
  CHECK(error_of("0,0,1,1,0,0\n") == "d.csv:1: time_limit_us: given 0, allowed more than 0");
  CHECK(error_of("0,0,1,1,0,1,1,9\n") == "d.csv:1: fields: given \"9\", allowed at most 7 on a line");
  CHECK(error_of("now,0,1,1,0\n").starts_with("d.csv:1: at_us: given \"now\""));
}
