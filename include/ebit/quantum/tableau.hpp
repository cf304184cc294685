// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include <ebit/core/assert.hpp>
#include <ebit/core/bell.hpp>
#include <ebit/quantum/pauli_string.hpp>

namespace ebit::detail {

/// n stabilizers and n destabilizers of n qubits (Aaronson and Gottesman, Phys. Rev. A 70, 052328 (2004),
/// quant-ph/0406196): what `stabilizer` is made of.
///
/// Rows are i^s X^x Z^z rather than letters, so that gates and products need no case distinction. Bits are stored by
/// qubit: for each qubit the x bits of all rows, then the z bits, rows being packed into words (destabilizers first);
/// the two bits of s are two such planes. So a gate touches 2n bits of a few planes at once, and a measurement
/// multiplies one row into all others at once.
class tableau {
 public:
  using word = std::uint64_t;

  explicit tableau(std::size_t qubits)
      : qubits_{qubits}, half_{(qubits + 63) / 64}, bits_(qubits * 4 * half_), power_(4 * half_), rows_(2 * half_) {
    EBIT_ASSERT(qubits > 0, "stabilizer: a state needs a qubit");
    clear();
  }
  /// |0…0⟩.
  void clear() {
    bits_.assign(bits_.size(), 0);
    power_.assign(power_.size(), 0);
    for (std::size_t q = 0; q < qubits_; ++q) {
      x_of(q)[q / 64] = row_bit(q);
      z_of(q)[half_ + q / 64] = row_bit(q);
    }
  }
  [[nodiscard]] std::size_t qubits() const { return qubits_; }

  // ---- gates ----
  tableau& h(std::size_t q) {
    word *const x = x_of(q), *const z = z_of(q), *const high = high_power();
    for (std::size_t w = 0; w < 2 * half_; ++w) {
      high[w] ^= x[w] & z[w];
      std::swap(x[w], z[w]);
    }
    return *this;
  }
  /// diag(1, i).
  tableau& s(std::size_t q) {
    word *const x = x_of(q), *const z = z_of(q), *const low = low_power(), *const high = high_power();
    for (std::size_t w = 0; w < 2 * half_; ++w) {
      high[w] ^= low[w] & x[w];
      low[w] ^= x[w];
      z[w] ^= x[w];
    }
    return *this;
  }
  tableau& s_dagger(std::size_t q) {
    word *const x = x_of(q), *const z = z_of(q), *const low = low_power(), *const high = high_power();
    for (std::size_t w = 0; w < 2 * half_; ++w) {
      low[w] ^= x[w];
      high[w] ^= low[w] & x[w];
      z[w] ^= x[w];
    }
    return *this;
  }
  tableau& x(std::size_t q) { return correct({true, false}, q); }
  tableau& y(std::size_t q) { return correct({true, true}, q); }
  tableau& z(std::size_t q) { return correct({false, true}, q); }
  /// The Pauli `frame`.
  tableau& correct(pauli_frame frame, std::size_t q) {
    const word *const x = x_of(q), *const z = z_of(q);
    const word by_x = frame.x() ? ~word{0} : 0, by_z = frame.z() ? ~word{0} : 0;
    word* const high = high_power();
    for (std::size_t w = 0; w < 2 * half_; ++w) high[w] ^= (by_x & z[w]) ^ (by_z & x[w]);
    return *this;
  }
  tableau& cnot(std::size_t control, std::size_t target) {
    require_two(control, target);
    const word *const xc = x_of(control), *const zt = z_of(target);
    word *const xt = x_of(target), *const zc = z_of(control);
    for (std::size_t w = 0; w < 2 * half_; ++w) {
      xt[w] ^= xc[w];
      zc[w] ^= zt[w];
    }
    return *this;
  }
  tableau& cz(std::size_t first, std::size_t second) {
    require_two(first, second);
    const word *const xa = x_of(first), *const xb = x_of(second);
    word *const za = z_of(first), *const zb = z_of(second), *const high = high_power();
    for (std::size_t w = 0; w < 2 * half_; ++w) {
      high[w] ^= xa[w] & xb[w];
      za[w] ^= xb[w];
      zb[w] ^= xa[w];
    }
    return *this;
  }
  tableau& swap(std::size_t first, std::size_t second) {
    require_two(first, second);
    word *const a = x_of(first), *const b = x_of(second);  // x and z bits lie side by side
    for (std::size_t w = 0; w < 4 * half_; ++w) std::swap(a[w], b[w]);
    return *this;
  }

  // ---- rows ----
  /// Generator `i` of the stabilizer as it is kept.
  [[nodiscard]] pauli_string generator(std::size_t i) const {
    EBIT_ASSERT(i < qubits_, "stabilizer: no such generator");
    const std::size_t w = half_ + i / 64;
    pauli_string row{qubits_};
    unsigned s = ((low_power()[w] & row_bit(i)) != 0 ? 1U : 0U) + ((high_power()[w] & row_bit(i)) != 0 ? 2U : 0U);
    for (std::size_t q = 0; q < qubits_; ++q) {
      const pauli_frame letter{(x_of(q)[w] & row_bit(i)) != 0, (z_of(q)[w] & row_bit(i)) != 0};
      row.set(q, letter);
      s += letter.x() && letter.z() ? 3U : 0U;  // XZ = −i·Y
    }
    if ((s & 3U) == 2) row.negate();
    return row;
  }
  /// One bit for every row that does not commute with `observable`; valid until the next call.
  [[nodiscard]] const word* anticommuting(const pauli_string& observable) {
    anticommuting(observable, rows_);
    return rows_.data();
  }
  void anticommuting(const pauli_string& observable, std::vector<word>& rows) const {
    EBIT_ASSERT(observable.qubits() == qubits_, "stabilizer: the observable has another number of qubits");
    EBIT_ASSERT(observable.hermitian(), "stabilizer: an observable is Hermitian");
    rows.assign(2 * half_, 0);
    for (std::size_t q = 0; q < qubits_; ++q) {
      const pauli_frame letter = observable.letter(q);
      for (std::size_t w = 0; w < 2 * half_; ++w)
        rows[w] ^= (letter.x() ? z_of(q)[w] : 0) ^ (letter.z() ? x_of(q)[w] : 0);
    }
  }
  /// The same for Z of one qubit.
  [[nodiscard]] const word* anticommuting_with_z(std::size_t q) const { return x_of(q); }
  /// The first of these rows that is a stabilizer; none if the outcome is certain.
  [[nodiscard]] std::optional<std::size_t> first_stabilizer(const word* rows) const {
    for (std::size_t w = 0; w < half_; ++w)
      if (rows[half_ + w] != 0) return 64 * w + static_cast<std::size_t>(std::countr_zero(rows[half_ + w]));
    return std::nullopt;
  }
  /// The stabilizer `row` makes way for `observable` with the sign (−1)^bit; `rows` are those that do not commute
  /// with it.
  void collapse(const word* rows, std::size_t row, const pauli_string& observable, bool bit) {
    vacate(rows, row);
    unsigned s = observable.power() + (bit ? 2U : 0U);
    for (std::size_t q = 0; q < qubits_; ++q) {
      const pauli_frame letter = observable.letter(q);
      if (letter.x()) x_of(q)[half_ + row / 64] |= row_bit(row);
      if (letter.z()) z_of(q)[half_ + row / 64] |= row_bit(row);
      s += letter.x() && letter.z() ? 1U : 0U;
    }
    if ((s & 1U) != 0) low_power()[half_ + row / 64] |= row_bit(row);
    if ((s & 2U) != 0) high_power()[half_ + row / 64] |= row_bit(row);
  }
  void collapse_z(std::size_t q, std::size_t row, bool bit) {
    vacate(x_of(q), row);
    z_of(q)[half_ + row / 64] |= row_bit(row);
    if (bit) high_power()[half_ + row / 64] |= row_bit(row);
  }
  /// The power s of the product of those stabilizers whose destabilizers are among `rows`.
  [[nodiscard]] unsigned power_of_product(const word* rows) const {
    // Every Z of an earlier factor that passes an X of a later one costs −1.
    word odd = 0;
    for (std::size_t q = 0; q < qubits_; ++q) {
      const word *const x = x_of(q) + half_, *const z = z_of(q) + half_;
      word before = 0;  // all ones if the words before hold an odd number of z bits
      for (std::size_t w = 0; w < half_; ++w) {
        word parity = z[w] & rows[w];  // becomes the parity of all bits up to here
        for (unsigned shift = 1; shift < 64; shift *= 2) parity ^= parity << shift;
        odd ^= x[w] & rows[w] & ((parity << 1) ^ before);
        before ^= word{0} - (parity >> 63);
      }
    }
    int s = 2 * std::popcount(odd);
    for (std::size_t w = 0; w < half_; ++w)
      s += std::popcount(low_power()[half_ + w] & rows[w]) + 2 * std::popcount(high_power()[half_ + w] & rows[w]);
    return static_cast<unsigned>(s) & 3U;
  }

 private:
  /// Multiplies `row` into the others of `rows`, which so commute with all others again, moves it to its destabilizer
  /// and leaves it empty.
  void vacate(const word* rows, std::size_t row) {
    const std::size_t place = row / 64, from = half_ + place;
    const word bit = row_bit(row);
    if (rows != rows_.data()) rows_.assign(rows, rows + 2 * half_);
    word* const into = rows_.data();
    into[from] &= ~bit;
    into[place] &= ~bit;
    word *const low = low_power(), *const high = high_power();
    const bool s_low = (low[from] & bit) != 0, s_high = (high[from] & bit) != 0;
    for (std::size_t w = 0; w < 2 * half_; ++w) {
      high[w] ^= into[w] & ((s_low ? low[w] : 0) ^ (s_high ? ~word{0} : 0));
      low[w] ^= s_low ? into[w] : 0;
    }
    for (std::size_t q = 0; q < qubits_; ++q) {
      word *const x = x_of(q), *const z = z_of(q);
      x[place] &= ~bit;
      z[place] &= ~bit;
      if ((x[from] & bit) != 0) {
        for (std::size_t w = 0; w < 2 * half_; ++w) {
          high[w] ^= z[w] & into[w];
          x[w] ^= into[w];
        }
        x[from] ^= bit;
        x[place] ^= bit;
      }
      if ((z[from] & bit) != 0) {
        for (std::size_t w = 0; w < 2 * half_; ++w) z[w] ^= into[w];
        z[from] ^= bit;
        z[place] ^= bit;
      }
    }
    for (word* const plane : {low, high}) {
      plane[place] = (plane[place] & ~bit) | (plane[from] & bit);
      plane[from] &= ~bit;
    }
  }

  [[nodiscard]] static word row_bit(std::size_t row) { return word{1} << (row % 64); }
  void require_two(std::size_t a, std::size_t b) const {
    EBIT_ASSERT(a != b, "stabilizer: two different qubits are needed");
  }
  [[nodiscard]] word* x_of(std::size_t q) { return bits_.data() + plane(q); }
  [[nodiscard]] const word* x_of(std::size_t q) const { return bits_.data() + plane(q); }
  [[nodiscard]] word* z_of(std::size_t q) { return x_of(q) + 2 * half_; }
  [[nodiscard]] const word* z_of(std::size_t q) const { return x_of(q) + 2 * half_; }
  [[nodiscard]] std::size_t plane(std::size_t q) const {
    EBIT_ASSERT(q < qubits_, "stabilizer: no such qubit");
    return q * 4 * half_;
  }
  [[nodiscard]] word* low_power() { return power_.data(); }
  [[nodiscard]] const word* low_power() const { return power_.data(); }
  [[nodiscard]] word* high_power() { return power_.data() + 2 * half_; }
  [[nodiscard]] const word* high_power() const { return power_.data() + 2 * half_; }

  std::size_t qubits_;
  std::size_t half_;  // words for n rows
  std::vector<word> bits_;
  std::vector<word> power_;
  std::vector<word> rows_;  // room for a set of rows
};

}  // namespace ebit::detail
