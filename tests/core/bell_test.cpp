// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <cstdint>
#include <set>

#include <ebit/core/bell.hpp>

#include "../support/catch.hpp"

namespace {

using ebit::bell_index;
using ebit::bell_permutation;
using ebit::pauli_frame;

constexpr std::array<bell_index, 4> labels{bell_index::phi_plus, bell_index::phi_minus, bell_index::psi_plus,
                                           bell_index::psi_minus};

}  // namespace

TEST_CASE("core.bell: the index bits are x and z") {
  static_assert(pauli_frame{bell_index::phi_plus} == pauli_frame{});
  static_assert(pauli_frame{false, true}.index() == bell_index::phi_minus);
  static_assert(pauli_frame{true, false}.index() == bell_index::psi_plus);
  static_assert(pauli_frame{true, true}.index() == bell_index::psi_minus);
  for (const bell_index label : labels) {
    const pauli_frame frame{label};
    CHECK(frame.index() == label);
    CHECK(pauli_frame{frame.x(), frame.z()} == frame);
    CHECK(frame.bits() == static_cast<std::uint8_t>(label));
  }
}

TEST_CASE("core.bell: frames form the group of exclusive or") {
  for (const bell_index a : labels) {
    const pauli_frame fa{a};
    CHECK((fa ^ pauli_frame{}) == fa);
    CHECK((fa ^ fa) == pauli_frame{});
    for (const bell_index b : labels) {
      const pauli_frame fb{b};
      CHECK((fa ^ fb) == (fb ^ fa));
      CHECK((fa ^ fb).x() == (fa.x() != fb.x()));
      CHECK((fa ^ fb).z() == (fa.z() != fb.z()));
      pauli_frame sum = fa;
      sum ^= fb;
      CHECK(sum == (fa ^ fb));
    }
  }
}

TEST_CASE("core.bell: permutations are linear, keep the first label and differ from one another") {
  std::set<std::array<bell_index, 4>> images;
  for (std::uint32_t k = 0; k < 6; ++k) {
    const bell_permutation p = bell_permutation::element(k);
    CHECK(p.element() == k);
    CHECK(p(bell_index::phi_plus) == bell_index::phi_plus);
    std::array<bell_index, 4> image{};
    for (std::size_t i = 0; i < 4; ++i) image[i] = p(labels[i]);
    images.insert(image);
    CHECK(std::set<bell_index>(image.begin(), image.end()).size() == 4);
    for (const bell_index a : labels)
      for (const bell_index b : labels) {
        CHECK(p(pauli_frame{a} ^ pauli_frame{b}) == (p(pauli_frame{a}) ^ p(pauli_frame{b})));
      }
  }
  CHECK(images.size() == 6);
  CHECK(bell_permutation::element(6) == bell_permutation::identity());
  CHECK(bell_permutation{} == bell_permutation::identity());
}

TEST_CASE("core.bell: the rotation of DEJMPS exchanges the states that differ from the rest by Y and Z") {
  constexpr bell_permutation r = bell_permutation::half_x_rotation();
  CHECK(r(bell_index::phi_plus) == bell_index::phi_plus);
  CHECK(r(bell_index::phi_minus) == bell_index::psi_minus);
  CHECK(r(bell_index::psi_plus) == bell_index::psi_plus);
  CHECK(r(bell_index::psi_minus) == bell_index::phi_minus);
}

TEST_CASE("core.bell: permutations are closed under composition and inverses") {
  for (std::uint32_t i = 0; i < 6; ++i) {
    bool has_inverse = false;
    for (std::uint32_t j = 0; j < 6; ++j) {
      int equal = 0, back = 0;
      for (std::uint32_t k = 0; k < 6; ++k) {
        bool same = true;
        for (const bell_index a : labels) {
          const bell_index both = bell_permutation::element(i)(bell_permutation::element(j)(a));
          same = same && both == bell_permutation::element(k)(a);
        }
        equal += same ? 1 : 0;
        back += same && k == 0 ? 1 : 0;
      }
      CHECK(equal == 1);
      has_inverse = has_inverse || back == 1;
    }
    CHECK(has_inverse);
  }
}
