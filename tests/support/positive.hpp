// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>
#include <complex>
#include <cstddef>
#include <vector>

namespace ebit_test {

/// A square Hermitian matrix, row by row.
struct hermitian_matrix {
  std::size_t dimension = 0;
  std::vector<std::complex<double>> elements;

  explicit hermitian_matrix(std::size_t of_dimension)
      : dimension{of_dimension}, elements(of_dimension * of_dimension) {}
  std::complex<double>& operator()(std::size_t i, std::size_t j) { return elements[i * dimension + j]; }
  const std::complex<double>& operator()(std::size_t i, std::size_t j) const { return elements[i * dimension + j]; }

  /// The sum of a coefficient times a tensor product of Paulis (0 to 3: 1, X, Y, Z), the first on the leading qubit.
  void add_paulis(double coefficient, const std::vector<unsigned>& paulis) {
    std::size_t flips = 0;
    for (const unsigned p : paulis) flips = flips << 1 | (p == 1 || p == 2 ? 1U : 0U);
    for (std::size_t row = 0; row < dimension; ++row) {
      std::complex<double> value = coefficient;
      for (std::size_t q = 0; q < paulis.size(); ++q) {
        const bool set = (row >> (paulis.size() - 1 - q) & 1U) != 0;
        if (paulis[q] == 2) value *= std::complex<double>{0, set ? 1.0 : -1.0};
        if (paulis[q] == 3 && set) value = -value;
      }
      (*this)(row, row ^ flips) += value;
    }
  }
};

/// Whether no eigenvalue is below −`slack`: whether the matrix plus `slack` times the identity has a Cholesky
/// decomposition. Only the lower triangle is read.
inline bool is_positive(hermitian_matrix m, double slack) {
  for (std::size_t j = 0; j < m.dimension; ++j) {
    double pivot = m(j, j).real() + slack;
    for (std::size_t k = 0; k < j; ++k) pivot -= std::norm(m(j, k));
    if (!(pivot > 0)) return false;
    const double root = std::sqrt(pivot);
    m(j, j) = root;
    for (std::size_t i = j + 1; i < m.dimension; ++i) {
      std::complex<double> sum = m(i, j);
      for (std::size_t k = 0; k < j; ++k) sum -= m(i, k) * std::conj(m(j, k));
      m(i, j) = sum / root;
    }
  }
  return true;
}

}  // namespace ebit_test
