// SPDX-License-Identifier: Apache-2.0
#include <ebit/purify/codes.hpp>

#include <cmath>
#include <cstddef>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include <ebit/core/probability.hpp>

#include <quantum/referee.hpp>
#include <support/catch.hpp>

using namespace ebit;
using purify::code_result;
using purify::stabilizer_code;
using purify::syndrome_use;

namespace {

constexpr std::uint64_t seed = 20240517;

std::vector<bell_diagonal> any_pairs(std::size_t n, random_stream& stream) {
  std::vector<bell_diagonal> out;
  while (out.size() < n) out.push_back(referee::any_bell_diagonal(stream));
  return out;
}

}  // namespace

TEST_CASE("codes: each has the numbers of its name", "[purify]") {
  struct expected {
    const char* name;
    std::size_t n, k, d;
  };
  for (const auto& [name, n, k, d] : {expected{"[[5,1,3]]", 5, 1, 3},
                                      {"[[7;1;3]]", 7, 1, 3},
                                      {"[[8,3,3]]", 8, 3, 3},
                                      {"[[9,1,3]]", 9, 1, 3},
                                      {"[[11,1,5]]", 11, 1, 5},
                                      {"[[15,7,3]]", 15, 7, 3},
                                      {"[[4,2,2]]", 4, 2, 2},
                                      {"[[10,8,2]]", 10, 8, 2},
                                      {"rep5", 5, 1, 1},
                                      {"[[3;1]]phaseflip", 3, 1, 1},
                                      {"[[2;1]]XX", 2, 1, 1},
                                      {"[[3,1]]ZZI|IZZ", 3, 1, 1}}) {
    CAPTURE(name);
    const auto code = purify::codes::named(name);
    REQUIRE(code);
    CHECK(code->inputs() == n);
    CHECK(code->outputs() == k);
    CHECK(code->distance() == d);
  }
  // A repetition code of five corrects two flips of its kind.
  const stabilizer_code rep = *purify::codes::named("rep5");
  const double f = 0.9, three = 10 * f * f * f * 0.01 + 5 * f * f * f * f * 0.1 + f * f * f * f * f;
  CHECK(std::abs(rep.apply(bell_diagonal{f, 0, 0.1, 0}, {}, syndrome_use::correct).fidelity() - three) < 1e-14);
}

TEST_CASE("codes: what is no code is refused by name and reason", "[purify]") {
  const auto refused = [](const result<stabilizer_code>& code, const std::string& what, const std::string& why) {
    REQUIRE_FALSE(code);
    CHECK(code.error().what == what);
    CAPTURE(code.error().message());
    CHECK(code.error().allowed.find(why) != std::string::npos);
  };
  const auto from = [](std::initializer_list<std::string_view> g) { return stabilizer_code::from_generators(g); };
  refused(from({}), "stabilizer_code.generators", "at least one");
  refused(from({"Z"}), "stabilizer_code.generators[0]", "2 to 16 letters");
  refused(from({std::string(17, 'Z')}), "stabilizer_code.generators[0]", "2 to 16 letters");
  refused(from({"ZZI", "ZZ"}), "stabilizer_code.generators[1]", "as many letters");
  refused(from({"ZA"}), "stabilizer_code.generators[0]", "letters I, X, Y, Z");
  refused(from({"XXI", "IZZ"}), "stabilizer_code.generators[1]", "commuting with generators[0]");
  refused(from({"ZZI", "IZZ", "ZIZ"}), "stabilizer_code.generators[2]", "independent");
  refused(from({"YYI", "XXI", "ZZI"}), "stabilizer_code.generators[2]", "independent");
  refused(from({"II"}), "stabilizer_code.generators[0]", "independent");
  refused(from({"XX", "ZZ"}), "stabilizer_code.generators", "at most 1");
  refused(from({std::string(16, 'Z')}), "stabilizer_code.generators", "at least 8");
  for (const char* name : {"", "[[5,1,2]]", "[[5,1,3]", "[[5;1;3]]ZZ", "[[3,1]]", "[[3,2]]bitflip", "rep1", "rep17",
                           "rep", "[[2,2,2]]", "[[2,1]]ZZ|XX", "[[3,1]]ZZI", "[[2;1]]zz", "five", "[[14,12,2]]"})
    refused(purify::codes::named(name), "code", "");
}

TEST_CASE("codes: limits, totals and cost", "[purify]") {
  random_stream stream{seed, random_purpose::user, 1};
  for (const char* name : {"[[5,1,3]]", "[[6,4,2]]", "rep3", "[[8,3,3]]"}) {
    const stabilizer_code code = *purify::codes::named(name);
    CAPTURE(seed, name);
    const std::size_t n = code.inputs(), k = code.outputs();
    for (const syndrome_use use : {syndrome_use::detect, syndrome_use::correct}) {
      const code_result perfect = code.apply(bell_diagonal{}, {}, use),
                        white = code.apply(bell_diagonal::white(), {}, use);
      CHECK(std::abs(perfect.probability - 1) < 1e-14);
      CHECK(std::abs(perfect.fidelity() - 1) < 1e-14);
      CHECK(std::abs(white.probability - (use == syndrome_use::correct ? 1 : std::pow(0.5, double(n - k)))) < 1e-14);
      CHECK(std::abs(white.fidelity() - std::pow(0.25, double(k))) < 1e-14);
      const auto pairs = any_pairs(n, stream);
      const gate_noise noise = referee::any_gate_noise(stream);
      const code_result some = code.apply(pairs, noise, use);
      REQUIRE(some.pairs == k);
      CHECK(is_distribution(some.labels));
      for (std::size_t j = 0; j < k; ++j) {
        double mean = 0;
        for (std::size_t i = 0; i < some.labels.size(); ++i) mean += (i >> (2 * j) & 3U) == 2 ? some.labels[i] : 0;
        CHECK(std::abs(some.state(j).fidelity(bell_index::psi_plus) - mean) < 1e-15);
      }
      CHECK(std::abs(code.expected_inputs_per_output(pairs, noise, use) * double(k) * some.probability / double(n) -
                     1) < 1e-12);
    }
    // All noise leaves nothing: complete white noise, or read-outs that say nothing.
    const code_result noisy = code.apply(bell_diagonal{}, {.read_out = 0.5});
    CHECK(std::abs(noisy.probability - std::pow(0.5, double(n - k))) < 1e-14);
  }
  // Syndromes that never agree: a bit flip for certain on one of two pairs.
  const std::vector<bell_diagonal> never{bell_diagonal{}, bell_diagonal::pure(bell_index::psi_plus)};
  CHECK(purify::codes::repetition(2).apply(never).probability == 0);
  CHECK(std::isinf(purify::codes::repetition(2).expected_inputs_per_output(never)));
  // One-way correction by the five-qubit code gains above 0.862372 only.
  for (const double f : {0.862, 0.863}) {
    const double corrected =
        purify::codes::five_qubit().apply(bell_diagonal::werner(f), {}, syndrome_use::correct).fidelity();
    CHECK((corrected > f) == (f > 0.862372));
  }
}
