// SPDX-License-Identifier: Apache-2.0
#include <string>
#include <vector>

#include <ebit/sim/name_lookup.hpp>

#include <support/catch.hpp>

namespace names = ebit::sim::detail;

TEST_CASE("sim.name_lookup: edit distance") {
  CHECK(names::edit_distance("", "") == 0);
  CHECK(names::edit_distance("", "abc") == 3);
  CHECK(names::edit_distance("kitten", "sitting") == 3);
  CHECK(names::edit_distance("sitting", "kitten") == 3);
  CHECK(names::edit_distance("Delft", "Delft") == 0);
}

TEST_CASE("sim.name_lookup: the nearest three, beginnings first") {
  const std::vector<std::string> known{
      "Utrecht CS", "Maastricht", "Amsterdam CS", "Amersfoort", "Breda", "Utrecht CS", ""};
  CHECK(names::nearest_names("utrecht", known).front() == "Utrecht CS");
  CHECK(names::nearest_names("Amsterdan", known).front() == "Amsterdam CS");
  CHECK(names::nearest_names("Bredaa", known).front() == "Breda");
  CHECK(names::nearest_names("Amsterdan", known).size() == 1);
  CHECK(names::nearest_names("a", {"a1", "a2", "a3", "a4"}) == std::vector<std::string>{"a1", "a2", "a3"});
  CHECK(names::nearest_names("q", {"Breda"}).empty());
  CHECK(names::nearest_names("", {"Breda"}).empty());
  CHECK(names::nearest_names(std::string(100000, 'a'), {"Breda"}).empty());
}
