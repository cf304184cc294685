// SPDX-License-Identifier: Apache-2.0
#include <stdexcept>

// What would abort is thrown here instead. The elements below are of a type local to this file, so that no other
// file's fixed_vector is changed by it.
namespace {
struct broken_contract : std::runtime_error {
  using std::runtime_error::runtime_error;
};
}  // namespace
#define EBIT_ASSERTION_FAILED(expression, message) throw broken_contract(message)

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <type_traits>
#include <vector>

#include <ebit/core/fixed_vector.hpp>
#include <ebit/core/random.hpp>

#include "../support/catch.hpp"

namespace {

constexpr std::uint64_t seed = 3;

struct item {
  int value = 0;
  friend bool operator==(item, item) = default;
};

using vector4 = ebit::fixed_vector<item, 4>;

constexpr vector4 made(int count) {
  vector4 v;
  for (int i = 0; i < count; ++i) v.push_back({i});
  return v;
}

}  // namespace

TEST_CASE("core.fixed_vector: starts empty and fills up") {
  static_assert(vector4::capacity() == 4);
  static_assert(std::is_trivially_copyable_v<vector4>);
  static_assert(made(3).size() == 3 && made(3)[2].value == 2 && made(4).full() && made(0).empty());
  vector4 v;
  CHECK(v.empty());
  CHECK_FALSE(v.full());
  for (int i = 0; i < 4; ++i) v.push_back({i});
  CHECK(v.full());
  CHECK(v.size() == 4);
  CHECK(v.back() == item{3});
  v.back() = {7};
  CHECK(v[3] == item{7});
  v.clear();
  CHECK(v.empty());
}

TEST_CASE("core.fixed_vector: erasing keeps the order of the rest") {
  vector4 v = made(4);
  v.erase_at(1);
  CHECK(v.size() == 3);
  CHECK((v[0] == item{0} && v[1] == item{2} && v[2] == item{3}));
  v.erase_at(2);
  v.erase_at(0);
  CHECK((v.size() == 1 && v[0] == item{2}));
}

TEST_CASE("core.fixed_vector: equal when the elements in use are") {
  vector4 longer = made(4);
  longer.pop_back();
  CHECK(longer == made(3));
  CHECK_FALSE(longer == made(2));
  longer[0] = {9};
  CHECK_FALSE(longer == made(3));
}

TEST_CASE("core.fixed_vector: breaking its contract is noticed") {
  vector4 v;
  CHECK_THROWS_AS(v.pop_back(), broken_contract);
  CHECK_THROWS_AS(v.back(), broken_contract);
  CHECK_THROWS_AS(v[0], broken_contract);
  CHECK_THROWS_AS(v.erase_at(0), broken_contract);
  v = made(4);
  CHECK_THROWS_AS(v.push_back({4}), broken_contract);
  CHECK(v == made(4));
  const vector4 constant = made(2);
  CHECK_THROWS_AS(constant[2], broken_contract);
}

TEST_CASE("core.fixed_vector: behaves like a vector under random operations") {
  INFO("seed " << seed);
  ebit::random_stream stream{seed, ebit::random_purpose::user, 0};
  ebit::fixed_vector<item, 8> ours;
  std::vector<item> theirs;
  for (int i = 0; i < 20'000; ++i) {
    const std::uint32_t draw = stream.next_u32() % 16;
    if (draw < 8) {
      if (!ours.full()) {
        ours.push_back({i});
        theirs.push_back({i});
      }
    } else if (draw < 11 && !theirs.empty()) {
      ours.pop_back();
      theirs.pop_back();
    } else if (draw < 15 && !theirs.empty()) {
      const std::size_t at = stream.next_u32() % theirs.size();
      ours.erase_at(at);
      theirs.erase(theirs.begin() + static_cast<std::ptrdiff_t>(at));
    } else if (stream.next_u32() % 8 == 0) {
      ours.clear();
      theirs.clear();
    }
    REQUIRE(ours.size() == theirs.size());
    REQUIRE(std::equal(ours.begin(), ours.end(), theirs.begin()));
  }
}
