// SPDX-License-Identifier: Apache-2.0
#include "../support/catch.hpp"

#include <array>
#include <cmath>
#include <cstdint>
#include <vector>

#include <ebit/link/test_rounds.hpp>
#include <ebit/quantum/bell_diagonal.hpp>

#include "../support/chi_square.hpp"

using namespace ebit;
namespace test_rounds = link::test_rounds;

TEST_CASE("link.test_rounds: what a frame predicts is what the Bell states do") {
  random_stream r{3, random_purpose::user, 4};
  for (const bell_index label :
       {bell_index::phi_plus, bell_index::phi_minus, bell_index::psi_plus, bell_index::psi_minus})
    for (const basis in : {basis::x, basis::y, basis::z})
      for (int i = 0; i < 20; ++i) {
        const measured_bits read = bell_diagonal::pure(label).measure(in, in, 0, r);
        REQUIRE(test_rounds::agrees(in, pauli_frame{label}, read.a, read.b));
        REQUIRE_FALSE(test_rounds::agrees(in, pauli_frame{label}, read.a, !read.b));
      }
}

TEST_CASE("link.test_rounds: choices are uniform and independent whatever pattern names follow") {
  ebit_test::chi_square test;
  bool as_asked = true;
  const std::uint64_t keys[] = {0, 1, 0x1234'5678'9abc'def0};
  for (const std::uint64_t key : keys)
    for (const std::uint64_t stride : {1U, 2U, 3U, 8U, 64U, 1'000U, 65'536U})
      for (const std::uint32_t interval : {2U, 3U, 10U, 100U}) {
        constexpr int names = 20'000;
        std::array<double, 4> neighbours{};  // this one and the next are tested or not
        std::array<double, 6> bases{};       // of those tested and of the others
        std::array<double, 2> of_two{};
        bool before = false;
        for (std::uint64_t n = 0; n < names; ++n) {
          const pair_id name{path_id{static_cast<std::uint32_t>(stride)}, interval, stride * n};
          const bool is_test = test_rounds::is_test(name, interval, key);
          if (n % 2 == 1) ++neighbours[(before ? 2U : 0U) + (is_test ? 1U : 0U)];
          before = is_test;
          ++bases[(is_test ? 3U : 0U) +
                  static_cast<std::size_t>(test_rounds::basis_for(name, basis_choice::xyz, key))];
          const basis either = test_rounds::basis_for(name, basis_choice::xz, key);
          as_asked = as_asked && either != basis::y;
          ++of_two[either == basis::x ? 0 : 1];
          as_asked = as_asked && test_rounds::basis_for(name, basis_choice::z, key) == basis::z;
          as_asked = as_asked && !test_rounds::is_test(name, 0, key) && test_rounds::is_test(name, 1, key);
        }
        const double p = 1.0 / interval, q = 1 - p;
        test.add(neighbours, std::array<double, 4>{q * q, q * p, p * q, p * p}, names / 2);
        test.add(bases, std::array<double, 6>{q / 3, q / 3, q / 3, p / 3, p / 3, p / 3}, names);
        test.add(of_two, std::array<double, 2>{0.5, 0.5}, names);
      }
  INFO("degrees " << test.degrees() << ", excess " << test.excess());
  CHECK(std::fabs(test.excess()) < 5);
  CHECK(as_asked);
}

TEST_CASE("link.test_rounds: every part of the name and the key matter, and both ends find the same") {
  const auto word = [](path_id path, std::uint32_t epoch, std::uint64_t key) {
    std::uint64_t bits = 0;
    for (std::uint64_t n = 0; n < 64; ++n) bits |= std::uint64_t{test_rounds::is_test({path, epoch, n}, 2, key)} << n;
    return bits;
  };
  const std::vector<std::uint64_t> words{word(path_id{1}, 1, 0), word(path_id{2}, 1, 0), word(path_id{1}, 2, 0),
                                         word(path_id{1}, 1, 1), word(path_id{2}, 2, 0)};
  for (std::size_t i = 0; i < words.size(); ++i)
    for (std::size_t j = 0; j < i; ++j) CHECK(words[i] != words[j]);
  // The functions are pure, and their values part of the protocol: both ends may be of different releases.
  static_assert(test_rounds::is_test({path_id{1}, 1, 0}, 1));
  CHECK(word(path_id{1}, 1, 0) == 0x952f'0682'dc91'44a4U);
}
