// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <unordered_set>
#include <utility>
#include <vector>

#include <ebit/orchestrate/all_light_paths.hpp>
#include <ebit/orchestrate/rearrangement.hpp>

/// Whether a fabric blocks, decided by going through everything it can do. For small fabrics: at most 128 fibres.
namespace ebit::orchestrate {

/// Which of up to 128 fibres are in use.
struct fibre_set {
  std::uint64_t low = 0;
  std::uint64_t high = 0;

  void add(span_id s) { (s.value() < 64 ? low : high) |= std::uint64_t{1} << (s.value() % 64); }
  [[nodiscard]] bool meets(fibre_set o) const { return (low & o.low) != 0 || (high & o.high) != 0; }
  [[nodiscard]] fibre_set with(fibre_set o) const { return {low | o.low, high | o.high}; }
  friend constexpr auto operator<=>(fibre_set, fibre_set) = default;
};

struct hash_of_fibres {
  [[nodiscard]] std::size_t operator()(fibre_set f) const {
    return static_cast<std::size_t>((f.low ^ (f.low >> 31U)) * 0x9E3779B97F4A7C15U ^ f.high * 0xC2B2AE3D27D4EB4FU);
  }
};

/// All ways to join each pair of endpoints, those through the same fibres once.
class ways_of_pairs {
 public:
  struct way {
    fibre_set uses;
    light_path path;
  };

  /// By arms of at most so many fibres.
  explicit ways_of_pairs(const fabric& in, std::size_t most = 1U << 20U) {
    EBIT_ASSERT(in.spans().size() <= 128, "non_blocking: more than 128 fibres");
    std::vector<std::vector<arm>> arms;
    for (const element_id e : in.endpoints()) arms.push_back(all_arms(in, e, most));
    for (const element_id a : in.endpoints())
      for (const element_id b : in.endpoints())
        if (a < b) add(in, {a, b}, arms[a.value()], arms[b.value()]);
  }
  [[nodiscard]] const std::vector<std::pair<endpoint_pair, std::vector<way>>>& all() const { return all_; }
  [[nodiscard]] const std::vector<way>& of(endpoint_pair pair) const {
    for (const auto& [ends, ways] : all_)
      if (ends == pair || ends == endpoint_pair{pair.b, pair.a}) return ways;
    EBIT_ASSERT(false, "non_blocking: no such pair");
    return all_.front().second;
  }

 private:
  void add(const fabric& in, endpoint_pair pair, const std::vector<arm>& of_a, const std::vector<arm>& of_b) {
    std::vector<way> ways;
    std::unordered_set<fibre_set, hash_of_fibres> seen;
    for (light_path& path : all_light_paths(in, of_a, of_b)) {
      fibre_set uses;
      for (const arm* each : {&path.a, &path.b})
        for (const span_id s : each->spans) uses.add(s);
      if (seen.insert(uses).second) ways.push_back({uses, std::move(path)});
    }
    all_.push_back({pair, std::move(ways)});
  }

  std::vector<std::pair<endpoint_pair, std::vector<way>>> all_;
};

/// What came of going through all that a fabric can do.
struct blocking_verdict {
  bool is_non_blocking = true;
  std::uint64_t cases = 0;  ///< sets of light paths, or pairings, that were looked at
  /// If it blocks: the pairs that are joined (strict sense) or to be joined (rearrangeable), in what way if they are …
  std::vector<light_path> lit{};
  std::vector<endpoint_pair> wanted{};  ///< … and those that cannot be
};

/// Strict sense (Clos 1953): whatever light paths there are, however they came about, each pair of endpoints of which
/// either has a free fibre can be joined without moving any. Every set of light paths that fit together is reached by
/// adding them one by one, so all sets are gone through; which endpoints are joined with which does not matter to what
/// can be added, so sets that use the same fibres are one case. No more than `most` cases are looked at
/// (`cases > most` then, and nothing is decided).
[[nodiscard]] inline blocking_verdict strictly_non_blocking(const fabric& in, std::uint64_t most = 50'000'000) {
  const ways_of_pairs ways{in};
  const auto has_free_fibre = [&](const fibre_set& used, element_id e) {
    return std::any_of(in.incident(e).begin(), in.incident(e).end(), [&](span_id s) {
      fibre_set one;
      one.add(s);
      return !used.meets(one);
    });
  };
  struct state {
    fibre_set used;
    std::size_t parent;
    const light_path* added;
  };
  blocking_verdict verdict;
  std::vector<state> states{{{}, 0, nullptr}};
  std::unordered_set<fibre_set, hash_of_fibres> seen{{}};
  for (std::size_t i = 0; i < states.size() && states.size() <= most; ++i) {
    for (const auto& [pair, all] : ways.all()) {
      const fibre_set used = states[i].used;
      if (!has_free_fibre(used, pair.a) || !has_free_fibre(used, pair.b)) continue;
      bool can_be_added = false;
      for (const auto& way : all) {
        if (used.meets(way.uses)) continue;
        can_be_added = true;
        if (seen.insert(used.with(way.uses)).second) states.push_back({used.with(way.uses), i, &way.path});
      }
      if (can_be_added) continue;
      verdict.is_non_blocking = false;
      verdict.wanted = {pair};
      for (std::size_t s = i; states[s].added != nullptr; s = states[s].parent)
        verdict.lit.push_back(*states[s].added);
      verdict.cases = states.size();
      return verdict;
    }
  }
  verdict.cases = states.size();
  return verdict;
}

/// Light paths for all of these pairs at once, by trying all ways; none if there are none.
[[nodiscard]] inline std::optional<std::vector<light_path>> join_all(const ways_of_pairs& ways,
                                                                     const std::vector<endpoint_pair>& pairs) {
  std::vector<std::size_t> tried(pairs.size() + 1);
  std::vector<fibre_set> used(pairs.size() + 1);
  std::size_t depth = 0;
  while (depth < pairs.size()) {
    const auto& all = ways.of(pairs[depth]);
    std::size_t& i = tried[depth];
    while (i < all.size() && used[depth].meets(all[i].uses)) ++i;
    if (i < all.size()) {
      used[depth + 1] = used[depth].with(all[i++].uses);
      tried[++depth] = 0;
      continue;
    }
    if (depth-- == 0) return std::nullopt;
  }
  std::vector<light_path> laid;
  for (std::size_t d = 0; d < pairs.size(); ++d) laid.push_back(ways.of(pairs[d])[tried[d] - 1].path);
  return laid;
}

/// Rearrangeable: every pairing of all endpoints, an even number of them with one fibre each, can be lit at once: (N −
/// 1)!! of them, 105 for 8.
[[nodiscard]] inline blocking_verdict rearrangeably_non_blocking(const fabric& in) {
  const ways_of_pairs ways{in};
  blocking_verdict verdict;
  std::vector<endpoint_pair> pairs;
  std::vector<bool> is_paired(in.endpoints().size());
  const auto pair_rest = [&](const auto& self) -> bool {
    std::uint32_t first = 0;
    while (first < is_paired.size() && is_paired[first]) ++first;
    if (first == is_paired.size()) {
      ++verdict.cases;
      if (join_all(ways, pairs)) return true;
      verdict.is_non_blocking = false;
      verdict.wanted = pairs;
      return false;
    }
    is_paired[first] = true;
    for (std::uint32_t other = first + 1; other < is_paired.size(); ++other) {
      if (is_paired[other]) continue;
      is_paired[other] = true;
      pairs.push_back({element_id{first}, element_id{other}});
      const bool goes_on = self(self);
      pairs.pop_back();
      is_paired[other] = false;
      if (!goes_on) return false;
    }
    is_paired[first] = false;
    return true;
  };
  EBIT_ASSERT(is_paired.size() % 2 == 0, "non_blocking: an odd number of endpoints");
  (void)pair_rest(pair_rest);
  return verdict;
}

}  // namespace ebit::orchestrate
