// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <charconv>
#include <cstddef>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include <ebit/core/assert.hpp>
#include <ebit/core/result.hpp>
#include <ebit/purify/stabilizer_code.hpp>
#include <ebit/quantum/pauli_string.hpp>

/// Codes by name. [[n,k,d]]: n pairs into k, errors of fewer than d pairs are noticed.
namespace ebit::purify::codes {

/// [[5,1,3]], the smallest code that corrects any error of one pair (Laflamme, Miquel, Paz and Zurek 1996; Bennett et
/// al. 1996).
[[nodiscard]] inline stabilizer_code five_qubit() {
  return *stabilizer_code::from_generators({"XZZXI", "IXZZX", "XIXZZ", "ZXIXZ"});
}
/// [[2^r − 1, 2^r − 1 − 2r, 3]] from the classical Hamming code, r = 3 (Steane 1996: [[7,1,3]]) or 4 ([[15,7,3]]).
[[nodiscard]] inline stabilizer_code hamming(std::size_t r = 3) {
  EBIT_ASSERT(r == 3 || r == 4, "codes::hamming: r is 3 or 4");
  std::vector<std::string> rows;
  for (const char letter : {'X', 'Z'})
    for (std::size_t bit = r; bit-- > 0;) {
      rows.emplace_back();
      for (std::size_t q = 1; q < std::size_t{1} << r; ++q) rows.back() += (q >> bit & 1U) != 0 ? letter : 'I';
    }
  const std::vector<std::string_view> views(rows.begin(), rows.end());
  return *stabilizer_code::from_generators(views);
}
/// [[9,1,3]] (Shor 1995): phase flips among three blocks, bit flips within them.
[[nodiscard]] inline stabilizer_code shor() {
  return *stabilizer_code::from_generators(
      {"ZZIIIIIII", "IZZIIIIII", "IIIZZIIII", "IIIIZZIII", "IIIIIIZZI", "IIIIIIIZZ", "XXXXXXIII", "IIIXXXXXX"});
}
/// [[n,n−2,2]] for even n from 4 to 12: XX…X and ZZ…Z.
[[nodiscard]] inline stabilizer_code even(std::size_t n) {
  EBIT_ASSERT(n >= 4 && n <= 12 && n % 2 == 0, "codes::even: n is even, 4 to 12");
  const std::string x(n, 'X'), z(n, 'Z');
  return *stabilizer_code::from_generators({x, z});
}
/// [[8,3,3]] (Gottesman 1996).
[[nodiscard]] inline stabilizer_code eight_qubit() {
  return *stabilizer_code::from_generators({"XXXXXXXX", "ZZZZZZZZ", "IXIXYZYZ", "IXZYIXZY", "IYXZXZIY"});
}
/// [[11,1,5]], the smallest code that corrects any errors of two pairs: the dodecacode (Calderbank, Rains, Shor and
/// Sloane, IEEE Trans. Inf. Theory 44, 1369 (1998), quant-ph/9608006) without its last qubit.
[[nodiscard]] inline stabilizer_code eleven_qubit() {
  return *stabilizer_code::from_generators({"XZXIXIIXIIX", "XIXZXIXIIXI", "IXIXZXIXIIX", "XIIXIXZXIXI", "IXIIXIXZXIX",
                                            "XIIXIIXIXZX", "ZIZIIXXIXXI", "ZXXXXZIIXXI", "ZXXXIXXXZII",
                                            "ZIIXXIXXIIZ"});
}
/// [[n,1]] for n from 2 to 16 that notices one kind of error alone: 'X' (bit flips, by ZZ of neighbours; for n = 2
/// the step of BBPSSW) or 'Z' (phase flips, by XX).
[[nodiscard]] inline stabilizer_code repetition(std::size_t n, char error = 'X') {
  EBIT_ASSERT(n >= 2 && n <= stabilizer_code::most_pairs, "codes::repetition: n is 2 to 16");
  EBIT_ASSERT(error == 'X' || error == 'Z', "codes::repetition: the error is X or Z");
  std::vector<std::string> rows;
  for (std::size_t q = 0; q + 1 < n; ++q) {
    rows.emplace_back(n, 'I');
    rows.back()[q] = rows.back()[q + 1] = error == 'X' ? 'Z' : 'X';
  }
  const std::vector<std::string_view> views(rows.begin(), rows.end());
  return *stabilizer_code::from_generators(views);
}

namespace detail {

/// "5;1;3" or "5,1,3" → {5, 1, 3}; empty if it is not such a list.
[[nodiscard]] inline std::vector<std::size_t> numbers(std::string_view text) {
  std::vector<std::size_t> out;
  for (;;) {
    std::size_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{}) return {};
    out.push_back(value);
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    if (text.empty()) return out;
    if (text.front() != ';' && text.front() != ',') return {};
    text.remove_prefix(1);
  }
}

}  // namespace detail

/// The code called `name`:
/// - "[[5,1,3]]", "[[7,1,3]]", "[[8,3,3]]", "[[9,1,3]]", "[[11,1,5]]", "[[15,7,3]]", "[[n,n-2,2]]" (n even, 4 to 12);
/// - "[[n,1]]bitflip", "[[n,1]]phaseflip", and "repn" for the first;
/// - "[[n,k]]" with generators separated by '|', such as "[[2,1]]ZZ" or "[[3,1]]ZZI|IZZ".
/// Numbers may be separated by ';' as well. Any other name is an error.
[[nodiscard]] inline result<stabilizer_code> named(std::string_view name) {
  const auto unknown = [name](const std::string& why = {}) {
    return config_error{"code", ebit::detail::quoted(name),
                        why.empty() ? "[[5,1,3]], [[7,1,3]], [[8,3,3]], [[9,1,3]], [[11,1,5]], [[15,7,3]], "
                                      "[[n,n-2,2]], [[n,1]]bitflip, [[n,1]]phaseflip, repn or [[n,k]]generators"
                                    : why};
  };
  const auto in_range = [](std::size_t n) { return n >= 2 && n <= stabilizer_code::most_pairs; };
  if (name.starts_with("rep")) {
    const std::vector<std::size_t> n = detail::numbers(name.substr(3));
    if (n.size() != 1 || !in_range(n[0])) return unknown();
    return repetition(n[0]);
  }
  const std::size_t close = name.find("]]");
  if (!name.starts_with("[[") || close == std::string_view::npos) return unknown();
  const std::vector<std::size_t> n = detail::numbers(name.substr(2, close - 2));
  std::string_view rest = name.substr(close + 2);
  if (n.size() == 3 && rest.empty()) {
    const auto is = [&n](std::size_t a, std::size_t b, std::size_t c) { return n[0] == a && n[1] == b && n[2] == c; };
    if (is(5, 1, 3)) return five_qubit();
    if (is(7, 1, 3)) return hamming(3);
    if (is(8, 3, 3)) return eight_qubit();
    if (is(9, 1, 3)) return shor();
    if (is(11, 1, 5)) return eleven_qubit();
    if (is(15, 7, 3)) return hamming(4);
    if (n[0] >= 4 && n[0] <= 12 && n[0] % 2 == 0 && is(n[0], n[0] - 2, 2)) return even(n[0]);
    return unknown();
  }
  if (n.size() != 2 || !in_range(n[0]) || rest.empty()) return unknown();
  if (rest == "bitflip" || rest == "phaseflip") {
    if (n[1] != 1) return unknown();
    return repetition(n[0], rest == "bitflip" ? 'X' : 'Z');
  }
  std::vector<std::string_view> generators;
  for (;;) {
    const std::size_t bar = rest.find('|');
    generators.push_back(rest.substr(0, bar));
    if (bar == std::string_view::npos) break;
    rest.remove_prefix(bar + 1);
  }
  result<stabilizer_code> code = stabilizer_code::from_generators(generators);
  if (!code) return unknown(code.error().message());
  if (code->inputs() != n[0] || code->outputs() != n[1]) return unknown("generators that match the numbers");
  return code;
}

}  // namespace ebit::purify::codes
