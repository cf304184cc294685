// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <ebit/core/assert.hpp>
#include <ebit/core/probability.hpp>
#include <ebit/core/result.hpp>
#include <ebit/purify/code_circuit.hpp>
#include <ebit/quantum/bell_diagonal.hpp>
#include <ebit/quantum/noise.hpp>
#include <ebit/quantum/pauli_string.hpp>

namespace ebit::purify {

/// What is done when the syndromes of the two ends differ.
enum class syndrome_use : std::uint8_t {
  detect,   ///< all pairs are given up: needs word both ways, keeps what is best
  correct,  ///< the likeliest error for the difference is undone: word one way, nothing is given up
};

/// What a code makes of its pairs: with which probability, and the distribution of the Bell labels of the k pairs
/// kept.
struct code_result {
  double probability = 0;            ///< to keep; with 0 the rest means nothing
  std::size_t pairs = 0;             ///< k
  std::vector<double> labels = {1};  ///< 4^k; the label of pair j is in bits 2j + 1 (x) and 2j (z) of the index

  /// That all k pairs are Φ+ at once.
  [[nodiscard]] double fidelity() const { return labels[0]; }
  /// Pair `j` on its own.
  [[nodiscard]] bell_diagonal state(std::size_t j) const {
    EBIT_ASSERT(j < pairs && probability > 0, "code_result: no such pair");
    double p[4] = {};
    for (std::size_t i = 0; i < labels.size(); ++i) p[i >> (2 * j) & 3U] += labels[i];
    return {p[0], p[1], p[2], p[3]};
  }
};

/// Distillation of n Bell-diagonal pairs into k by a stabilizer code: each end measures the code's n − k generators
/// on its halves and undoes the encoding, and they compare syndromes. A Bell label is a Pauli error of one half, so
/// the difference of the syndromes is that of the pattern of labels, and what is kept carries its logical part
/// (Bennett, DiVincenzo, Smolin and Wootters, Phys. Rev. A 54, 3824 (1996), quant-ph/9604024; codes: Gottesman,
/// quant-ph/9705052). Signs of generators do not matter, since both ends see the same.
///
/// Noise, at both ends alike, is that of `code_circuit`: white noise `two_qubit` after every CNOT on its two qubits,
/// `one_qubit` after every rotation, and every syndrome bit is reported flipped with probability `read_out`
/// (`bell_phase` plays no part: there is no Bell measurement). All of it is Pauli noise, for which the result is
/// exact: every parity of output bits is traced back through the circuit, losing a factor at each noisy place it
/// meets, to the correlators of the inputs, and a Walsh–Hadamard transform of these 2^(n+k) numbers is the
/// distribution of syndrome and labels. Absolute rounding errors stay below 1e-14.
class stabilizer_code {
 public:
  static constexpr std::size_t most_pairs = 16;
  /// The largest n + k: 2^(n+k) numbers are worked on.
  static constexpr std::size_t most_bits = 24;

  /// From generators in letters, all of the same length n ≤ 16, such as {"XZZXI", "IXZZX", "XIXZZ", "ZXIXZ"}; they
  /// must commute, be independent, and leave k ≥ 1 pairs with n + k ≤ 24.
  [[nodiscard]] static result<stabilizer_code> from_generators(std::span<const std::string_view> generators) {
    const auto error = [](std::size_t i, std::string_view given, std::string allowed) {
      return config_error{"stabilizer_code.generators[" + std::to_string(i) + "]", ebit::detail::quoted(given),
                          std::move(allowed)};
    };
    if (generators.empty())
      return config_error{"stabilizer_code.generators", "none", "at least one generator, fewer than pairs"};
    stabilizer_code code;
    code.inputs_ = generators[0].size();
    if (code.inputs_ < 2 || code.inputs_ > most_pairs) return error(0, generators[0], "2 to 16 letters");
    std::vector<label_bits> echelon;
    for (std::size_t i = 0; i < generators.size(); ++i) {
      const std::string_view text = generators[i];
      if (text.size() != code.inputs_) return error(i, text, "as many letters as in generators[0]");
      label_bits g;
      for (std::size_t q = 0; q < text.size(); ++q) {
        const char c = text[q];
        if (c != 'I' && c != 'X' && c != 'Y' && c != 'Z') return error(i, text, "letters I, X, Y, Z");
        g.set(q, {c == 'X' || c == 'Y', c == 'Z' || c == 'Y'});
      }
      for (std::size_t j = 0; j < i; ++j)
        if (!g.commutes_with(code.generators_[j]))
          return error(i, text, "commuting with generators[" + std::to_string(j) + "]");
      if (depends_on(echelon, g)) return error(i, text, "independent of the generators before it");
      code.generators_.push_back(g);
    }
    if (generators.size() >= code.inputs_)
      return config_error{"stabilizer_code.generators", std::to_string(generators.size()),
                          "fewer than pairs, here at most " + std::to_string(code.inputs_ - 1)};
    if (code.inputs() + code.outputs() > most_bits)
      return config_error{"stabilizer_code.generators", std::to_string(generators.size()),
                          "at least " + std::to_string(2 * code.inputs_ - most_bits) + " for so many pairs"};
    code.circuit_ = code_circuit::measuring(code.generators_, code.inputs_);
    return code;
  }
  [[nodiscard]] static result<stabilizer_code> from_generators(std::initializer_list<std::string_view> generators) {
    return from_generators(std::span<const std::string_view>{generators.begin(), generators.size()});
  }

  /// n
  [[nodiscard]] std::size_t inputs() const { return inputs_; }
  /// k
  [[nodiscard]] std::size_t outputs() const { return inputs_ - generators_.size(); }
  [[nodiscard]] const std::vector<label_bits>& generators() const { return generators_; }
  [[nodiscard]] const code_circuit& circuit() const { return circuit_; }

  /// The smallest number of pairs whose errors together go unnoticed and change a kept label.
  [[nodiscard]] std::size_t distance() const {
    for (std::size_t weight = 1;; ++weight)
      if (hides_error(weight, 0, {})) return weight;
  }

  /// The joint distribution of everything: index (syndrome difference) · 4^k + labels; bit i of the difference
  /// belongs to qubit circuit().read[i], labels as in code_result. One pair for each of the n inputs; noise
  /// in [0, 1].
  [[nodiscard]] std::vector<double> distribution(std::span<const bell_diagonal> pairs,
                                                 const gate_noise& noise = {}) const {
    EBIT_ASSERT(pairs.size() == inputs_, "stabilizer_code: one pair for each input is needed");
    EBIT_ASSERT(is_probability(noise.two_qubit) && is_probability(noise.one_qubit) && is_probability(noise.read_out),
                "stabilizer_code: a noise is no probability");
    std::vector<double> values(std::size_t{1} << (inputs_ + outputs()));
    for (std::size_t i = 0; i < values.size(); ++i) values[i] = correlator(i, pairs, noise);
    transform(values);
    for (double& p : values) p = ebit::detail::rounded_probability(p);
    return values;
  }

  /// What is kept of one pair for each of the n inputs, whose frames are Φ+. Other frames go through
  /// `circuit().after`: x on the qubits read is what the syndromes then differ by without an error, the rest the
  /// frames of what is kept.
  [[nodiscard]] code_result apply(std::span<const bell_diagonal> pairs, const gate_noise& noise = {},
                                  syndrome_use use = syndrome_use::detect) const {
    const std::vector<double> joint = distribution(pairs, noise);
    const std::size_t labels = std::size_t{1} << (2 * outputs());
    code_result out{.probability = 0, .pairs = outputs(), .labels = std::vector<double>(labels)};
    const std::size_t syndromes = use == syndrome_use::detect ? 1 : joint.size() / labels;
    for (std::size_t s = 0; s < syndromes; ++s) {
      const double* const p = joint.data() + s * labels;
      std::size_t likeliest = 0;  // of equals the first
      if (use == syndrome_use::correct)
        for (std::size_t i = 1; i < labels; ++i) likeliest = p[i] > p[likeliest] ? i : likeliest;
      for (std::size_t i = 0; i < labels; ++i) out.labels[i] += p[i ^ likeliest];
    }
    for (const double p : out.labels) out.probability += p;
    const double scale = out.probability > 0 ? 1 / out.probability : 0;
    for (double& p : out.labels) p *= scale;
    return out;
  }
  /// Of n alike pairs.
  [[nodiscard]] code_result apply(const bell_diagonal& pair, const gate_noise& noise = {},
                                  syndrome_use use = syndrome_use::detect) const {
    const std::vector<bell_diagonal> alike(inputs_, pair);
    return apply(std::span<const bell_diagonal>{alike}, noise, use);
  }

  /// How many pairs go in for each that comes out, n/(k P); infinite if none ever does.
  [[nodiscard]] double expected_inputs_per_output(std::span<const bell_diagonal> pairs, const gate_noise& noise = {},
                                                  syndrome_use use = syndrome_use::detect) const {
    const double p = apply(pairs, noise, use).probability;
    return p > 0 ? static_cast<double>(inputs_) / (static_cast<double>(outputs()) * p)
                 : std::numeric_limits<double>::infinity();
  }

 private:
  stabilizer_code() = default;

  /// Whether `g` is a product of what was seen before; adds it otherwise. Every row has a bit that no later row has.
  [[nodiscard]] static bool depends_on(std::vector<label_bits>& rows, label_bits g) {
    for (const label_bits& row : rows) {
      const bool by_x = row.x != 0;
      const std::uint32_t lead = by_x ? std::bit_floor(row.x) : std::bit_floor(row.z);
      if (((by_x ? g.x : g.z) & lead) != 0) g ^= row;
    }
    if (g.weight() == 0) return true;
    rows.push_back(g);
    return false;
  }

  /// The mean of (−1)^(parity `index` of the output bits).
  [[nodiscard]] double correlator(std::size_t index, std::span<const bell_diagonal> pairs,
                                  const gate_noise& noise) const {
    label_bits parity;
    double value = 1;
    for (std::size_t j = 0; j < circuit_.kept.size(); ++j)
      parity.set(circuit_.kept[j], pauli_frame{static_cast<bell_index>(index >> (2 * j) & 3U)});
    const double see = (1 - 2 * noise.read_out) * (1 - 2 * noise.read_out);
    for (std::size_t i = 0; i < circuit_.read.size(); ++i)
      if ((index >> (2 * circuit_.kept.size() + i) & 1U) != 0) {
        parity.x |= std::uint32_t{1} << circuit_.read[i];
        value *= see;
      }
    const double pass_two = (1 - noise.two_qubit) * (1 - noise.two_qubit);
    const double pass_one = (1 - noise.one_qubit) * (1 - noise.one_qubit);
    for (std::size_t g = circuit_.gates.size(); g-- > 0;) {
      const code_gate& gate = circuit_.gates[g];
      if (((parity.x | parity.z) & gate.qubits()) != 0) value *= gate.is_cnot() ? pass_two : pass_one;
      code_circuit::retreat(parity, gate);
    }
    for (std::size_t q = 0; q < inputs_; ++q) {
      const pauli_frame p = parity.at(q);
      if (p != pauli_frame{}) value *= !p.x() ? pairs[q].xx() : p.z() ? -pairs[q].yy() : pairs[q].zz();
    }
    return value;
  }

  /// From the means of all parities to probabilities, in place.
  static void transform(std::vector<double>& values) {
    for (std::size_t step = 1; step < values.size(); step *= 2)
      for (std::size_t block = 0; block < values.size(); block += 2 * step)
        for (std::size_t i = block; i < block + step; ++i) {
          const double even = values[i], odd = values[i + step];
          values[i] = (even + odd) / 2;
          values[i + step] = (even - odd) / 2;
        }
  }

  /// Whether `weight` more errors, on qubits from `first` on, can make `pattern` an unnoticed error.
  [[nodiscard]] bool hides_error(std::size_t weight, std::size_t first, label_bits pattern) const {
    if (weight == 0) {
      for (const label_bits& g : generators_)
        if (!g.commutes_with(pattern)) return false;
      const label_bits after = circuit_.after(pattern);
      for (const std::uint8_t q : circuit_.kept)
        if (after.at(q) != pauli_frame{}) return true;
      return false;
    }
    for (std::size_t q = first; q + weight <= inputs_; ++q)
      for (std::uint8_t letter = 1; letter < 4; ++letter) {
        pattern.set(q, pauli_frame{bell_index{letter}});
        if (hides_error(weight - 1, q + 1, pattern)) return true;
        pattern.set(q, {});
      }
    return false;
  }

  std::size_t inputs_ = 0;
  std::vector<label_bits> generators_;
  code_circuit circuit_;
};

}  // namespace ebit::purify
