// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <ebit/core/assert.hpp>
#include <ebit/core/bell.hpp>
#include <ebit/core/result.hpp>

namespace ebit {

namespace detail {

/// As error messages show text that was given. (`"..." + std::string` sets off a false warning of g++ 12.)
[[nodiscard]] inline std::string quoted(std::string_view text) {
  std::string out{'"'};
  out += text;
  out += '"';
  return out;
}

}  // namespace detail

/// A Pauli operator on any number of qubits: i^power times one of the letters I, X, Y, Z for each qubit. It is
/// Hermitian, and so an observable with values ±1, when `power` is even.
class pauli_string {
 public:
  /// On no qubits.
  pauli_string() = default;
  /// The identity.
  explicit pauli_string(std::size_t qubits) : qubits_{qubits}, bits_(2 * words_for(qubits), 0) {}

  /// From letters, one for each qubit from qubit 0 on, with an optional sign: "XZZXI", "-YY".
  [[nodiscard]] static result<pauli_string> parse(std::string_view text) {
    std::string_view letters = text;
    const bool negative = !letters.empty() && letters.front() == '-';
    if (negative || (!letters.empty() && letters.front() == '+')) letters.remove_prefix(1);
    if (letters.empty())
      return config_error{"pauli_string", detail::quoted(text), "letters I, X, Y, Z after an optional sign"};
    pauli_string out{letters.size()};
    for (std::size_t q = 0; q < letters.size(); ++q) {
      const char c = letters[q];
      if (c != 'I' && c != 'X' && c != 'Y' && c != 'Z')
        return config_error{"pauli_string", detail::quoted(text), "letters I, X, Y, Z after an optional sign"};
      out.set(q, pauli_frame{c == 'X' || c == 'Y', c == 'Z' || c == 'Y'});
    }
    out.power_ = negative ? 2 : 0;
    return out;
  }

  [[nodiscard]] std::size_t qubits() const { return qubits_; }
  /// The exponent k of the factor i^k in front of the letters, 0 to 3.
  [[nodiscard]] unsigned power() const { return power_; }
  [[nodiscard]] bool hermitian() const { return (power_ & 1U) == 0; }
  /// +1 or −1 of a Hermitian string.
  [[nodiscard]] int sign() const {
    EBIT_ASSERT(hermitian(), "pauli_string: the factor is not real");
    return power_ == 0 ? 1 : -1;
  }
  void negate() { power_ = (power_ + 2) & 3U; }

  [[nodiscard]] bool x(std::size_t qubit) const { return bit(0, qubit); }
  [[nodiscard]] bool z(std::size_t qubit) const { return bit(words(), qubit); }
  /// The letter of one qubit; both bits set is Y.
  [[nodiscard]] pauli_frame letter(std::size_t qubit) const { return {x(qubit), z(qubit)}; }
  void set(std::size_t qubit, pauli_frame letter) {
    put(0, qubit, letter.x());
    put(words(), qubit, letter.z());
  }
  /// On how many qubits the letter is not I.
  [[nodiscard]] std::size_t weight() const {
    std::size_t count = 0;
    for (std::size_t w = 0; w < words(); ++w) count += ones(bits_[w] | bits_[words() + w]);
    return count;
  }

  [[nodiscard]] bool commutes_with(const pauli_string& other) const {
    require_alike(other);
    std::uint64_t odd = 0;
    for (std::size_t w = 0; w < words(); ++w)
      odd ^= (bits_[w] & other.bits_[words() + w]) ^ (bits_[words() + w] & other.bits_[w]);
    return (ones(odd) & 1U) == 0;
  }

  pauli_string& operator*=(const pauli_string& other) {
    require_alike(other);
    // With X^x Z^z instead of letters, Y = i·XZ, the product of two strings costs −1 for every Z that passes an X.
    std::size_t power = power_ + other.power_;
    for (std::size_t w = 0; w < words(); ++w) {
      std::uint64_t &x = bits_[w], &z = bits_[words() + w];
      const std::uint64_t other_x = other.bits_[w], other_z = other.bits_[words() + w];
      power += ones(x & z) + ones(other_x & other_z) + 2 * ones(z & other_x);
      x ^= other_x;
      z ^= other_z;
      power += 3 * ones(x & z);
    }
    power_ = static_cast<unsigned>(power & 3U);
    return *this;
  }
  friend pauli_string operator*(pauli_string a, const pauli_string& b) { return std::move(a *= b); }
  friend bool operator==(const pauli_string&, const pauli_string&) = default;

  /// "+XIZ", "-YY", "+iX", "-iZ".
  [[nodiscard]] std::string text() const {
    std::string out = power_ == 0 ? "+" : power_ == 1 ? "+i" : power_ == 2 ? "-" : "-i";
    for (std::size_t q = 0; q < qubits_; ++q) out += "IZXY"[letter(q).bits()];
    return out;
  }

 private:
  [[nodiscard]] static std::size_t words_for(std::size_t qubits) { return (qubits + 63) / 64; }
  [[nodiscard]] static std::size_t ones(std::uint64_t word) { return static_cast<std::size_t>(std::popcount(word)); }
  [[nodiscard]] std::size_t words() const { return bits_.size() / 2; }
  [[nodiscard]] bool bit(std::size_t offset, std::size_t qubit) const {
    EBIT_ASSERT(qubit < qubits_, "pauli_string: no such qubit");
    return (bits_[offset + qubit / 64] >> (qubit % 64) & 1U) != 0;
  }
  void put(std::size_t offset, std::size_t qubit, bool value) {
    EBIT_ASSERT(qubit < qubits_, "pauli_string: no such qubit");
    const std::uint64_t mask = std::uint64_t{1} << (qubit % 64);
    std::uint64_t& word = bits_[offset + qubit / 64];
    word = value ? word | mask : word & ~mask;
  }
  void require_alike(const pauli_string& other) const {
    EBIT_ASSERT(qubits_ == other.qubits_, "pauli_string: the strings differ in length");
  }

  std::size_t qubits_ = 0;
  unsigned power_ = 0;
  std::vector<std::uint64_t> bits_;  // all x bits, then all z bits
};

/// What `echelon_form` finds: the first `rank` rows are independent on the qubits that were looked at, the others are
/// the identity there.
struct pauli_echelon {
  std::vector<pauli_string> rows;
  std::size_t rank = 0;
};

/// Reduced row echelon form of commuting, Hermitian Pauli strings over the x and z bits of the qubits in `order`. If
/// these are all qubits, the form of a group does not depend on the generators given.
[[nodiscard]] inline pauli_echelon echelon_form(std::vector<pauli_string> rows,
                                                const std::vector<std::size_t>& order) {
  std::size_t rank = 0;
  for (const std::size_t q : order)
    for (const bool z : {false, true}) {
      const auto has = [q, z](const pauli_string& row) { return z ? row.z(q) : row.x(q); };
      std::size_t pivot = rank;
      while (pivot < rows.size() && !has(rows[pivot])) ++pivot;
      if (pivot == rows.size()) continue;
      std::swap(rows[rank], rows[pivot]);
      for (std::size_t r = 0; r < rows.size(); ++r)
        if (r != rank && has(rows[r])) rows[r] *= rows[rank];
      ++rank;
    }
  return {std::move(rows), rank};
}

}  // namespace ebit
