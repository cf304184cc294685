// SPDX-License-Identifier: Apache-2.0
#include "../support/catch.hpp"

#include <algorithm>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include <ebit/orchestrate/data_centres.hpp>
#include <ebit/orchestrate/fabric_builders.hpp>
#include <ebit/orchestrate/fabric_builders_direct.hpp>
#include <ebit/orchestrate/fabric_resources.hpp>
#include <ebit/orchestrate/stopovers.hpp>

using namespace ebit;
using namespace ebit::orchestrate;

namespace {

data_centres three() {
  return {{{"north", fat_tree(4), {0, 15}}, {"south", star(6), {5}}, {"west", bcube(3, 1), {4}}},
          {{{0, 1}, {1, 0}, kilometres(60), 2}, {{0, 0}, {2, 0}, kilometres(20), 0}}};
}

std::vector<std::uint32_t> numbers(const std::vector<element_id>& way) {
  std::vector<std::uint32_t> all;
  for (const element_id e : way) all.push_back(e.value());
  return all;
}

}  // namespace

TEST_CASE("orchestrate.data_centres: several fabrics become one, each in its place") {
  const data_centres all = three();
  REQUIRE(all.validate());
  const fabric& in = all.inside();
  CHECK(in.endpoints().size() == 16 + 6 + 9);
  CHECK(in.elements()[17].label == "south/q1");
  CHECK(all.site_of(element_id{15}) == 0);
  CHECK(all.site_of(element_id{16}) == 1);
  CHECK(all.site_of(element_id{30}) == 2);
  CHECK(all.endpoint(gateway{0, 1}) == element_id{15});
  CHECK(all.endpoint(gateway{2, 0}) == element_id{16 + 6 + 4});
  CHECK(all.nodes() == 31 + 2);
  CHECK(all.repeater(0, 1) == 32);
  // What is inside is what each has by itself.
  const fabric_resources sum = resources_of(in);
  fabric_resources parts;
  for (const fabric& each : {fat_tree(4), star(6), bcube(3, 1)}) {
    const fabric_resources one = resources_of(each);
    parts.switches += one.switches;
    parts.analysers += one.analysers;
    parts.fibres += one.fibres;
    parts.switch_ports += one.switch_ports;
  }
  CHECK(sum.switches == parts.switches);
  CHECK(sum.analysers == parts.analysers);
  CHECK(sum.fibres == parts.fibres);
  CHECK(sum.switch_ports == parts.switch_ports);
  // Light stays within a site, and finds its way there as before.
  path_finder finder;
  const fabric_state idle{in};
  const least_loss cost{in};
  CHECK_FALSE(finder.find(in, idle, {element_id{0}}, {element_id{16}}, cost));
  const fabric alone = fat_tree(4);
  const auto here = finder.find(in, idle, {element_id{0}}, {element_id{9}}, cost);
  const auto there = finder.find(alone, fabric_state{alone}, {element_id{0}}, {element_id{9}}, least_loss{alone});
  REQUIRE((here && there));
  CHECK(here->a.total == there->a.total);
  CHECK(here->balanced() == there->balanced());
}

TEST_CASE("orchestrate.data_centres: what does not fit together is named") {
  const auto says = [](std::vector<site> sites, std::vector<trunk> trunks) {
    const data_centres all{std::move(sites), std::move(trunks)};
    const status checked = all.validate();
    return checked ? std::string{"valid"} : checked.error().message();
  };
  const std::vector<site> two{{"n", star(4), {0}}, {"s", star(4), {1}}};
  CHECK(says({}, {}) == "data_centres: number of sites: given 0, allowed 1 or more");
  CHECK(says(two, {{{0, 0}, {1, 0}, kilometres(1)}}) == "valid");
  CHECK(says(two, {{{0, 1}, {1, 0}, kilometres(1)}}) == "trunks[0].a.number: given 1, allowed below 1");
  CHECK(says(two, {{{0, 0}, {2, 0}, kilometres(1)}}) == "trunks[0].b.at_site: given 2, allowed below 2");
  CHECK(says(two, {{{0, 0}, {0, 0}, kilometres(1)}}) ==
        "trunks[0].b.at_site: given 0, allowed another than a.at_site");
  CHECK(says(two, {{{0, 0}, {1, 0}, kilometres(-1)}}) == "trunks[0].length: given -1 km, allowed 0 km to 40000 km");
  CHECK(says({{"n", star(4), {7}}}, {}) == "site n: gateway: given 7, allowed below 4");
  CHECK(says({{"n", star(1), {}}}, {}) == "site n: star: number of endpoints: given 1, allowed 2 or more");
  CHECK(says({{"n", star(4), {}}, {"s", star(4, {.loss_per_length = decibels_per_kilometre(3)}), {}}}, {}) ==
        "site s: fibre: given another, allowed the same as in site n");
}

TEST_CASE("orchestrate.stopovers: endpoints between those that light cannot join") {
  const fabric cube = bcube(4, 2);  // digits to base 4, three of them
  const stopovers ways{cube};
  for (std::uint32_t a = 0; a < 64; ++a)
    for (std::uint32_t b = 0; b < 64; ++b) {
      std::uint32_t differ = 0;
      for (const std::uint32_t step : {1U, 4U, 16U}) differ += a / step % 4 != b / step % 4 ? 1U : 0U;
      const std::vector<element_id> way = ways.between(element_id{a}, element_id{b});
      REQUIRE(way.size() == (a == b ? 0 : differ + 1));  // one digit at a time
      CHECK(ways.can_meet(element_id{a}, element_id{b}) == (differ == 1));
      for (std::size_t i = 0; i + 1 < way.size(); ++i) CHECK(ways.can_meet(way[i], way[i + 1]));
    }
  const data_centres all = three();
  std::vector<std::pair<element_id, element_id>> trunks;
  for (const trunk& t : all.trunks()) trunks.push_back({all.endpoint(t.a), all.endpoint(t.b)});
  const stopovers far{all.inside(), trunks};
  CHECK(numbers(far.between(element_id{3}, element_id{17})) == std::vector<std::uint32_t>{3, 15, 21, 17});
  CHECK(numbers(far.between(element_id{15}, element_id{21})) == std::vector<std::uint32_t>{15, 21});
  CHECK(numbers(far.between(element_id{17}, element_id{22 + 5})) ==
        std::vector<std::uint32_t>{17, 21, 15, 0, 26, 27});
  CHECK(far.between(element_id{17}, element_id{17}).empty());
  // Without analysers nobody meets.
  const fabric dark = star(4, {.analysers = {0}});
  CHECK(stopovers{dark}.between(element_id{0}, element_id{1}).empty());
}

TEST_CASE("orchestrate.stopovers: a walk goes round what is not to be used") {
  const fabric cube = bcube(4, 1);
  const stopovers ways{cube};
  const auto any_trunk = [](std::uint32_t, std::uint32_t) { return true; };
  std::vector<element_id> shunned;
  for (int i = 0; i < 2; ++i) {
    const auto way = ways.way(
        element_id{0}, element_id{5},
        [&](element_id e) { return std::find(shunned.begin(), shunned.end(), e) == shunned.end(); }, any_trunk);
    REQUIRE((way.size() == 2 && way[1].at == element_id{5} && way[1].trunk == stopovers::light));
    CHECK(std::find(shunned.begin(), shunned.end(), way[0].at) == shunned.end());
    shunned.push_back(way[0].at);
  }
  // Without both of the endpoints at the corners two are needed.
  const auto way = ways.way(
      element_id{0}, element_id{5},
      [&](element_id e) { return std::find(shunned.begin(), shunned.end(), e) == shunned.end(); }, any_trunk);
  CHECK(way.size() == 3);
  // Two that meet in one part only find each other round it.
  const auto direct = ways.way(element_id{0}, element_id{1}, [](element_id) { return true; }, any_trunk);
  REQUIRE(direct.size() == 1);
  const auto round = ways.way(
      element_id{0}, element_id{1}, [](element_id) { return true; },
      [&](std::uint32_t place, std::uint32_t) { return place != direct[0].place; });
  CHECK(round.size() == 3);
  const data_centres all = three();
  std::vector<std::pair<element_id, element_id>> trunks;
  for (const trunk& t : all.trunks()) trunks.push_back({all.endpoint(t.a), all.endpoint(t.b)});
  const stopovers far{all.inside(), trunks};
  const auto anybody = [](element_id) { return true; };
  const auto there = far.way(element_id{3}, element_id{17}, anybody, any_trunk);
  REQUIRE(there.size() == 3);
  CHECK((there[0].trunk == stopovers::light && there[1].trunk == 0 && there[2].trunk == stopovers::light));
  CHECK(
      far.way(element_id{3}, element_id{17}, anybody, [](std::uint32_t, std::uint32_t t) { return t != 0; }).empty());
}
