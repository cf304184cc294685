// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <numeric>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <ebit/core/random.hpp>
#include <ebit/core/result.hpp>
#include <ebit/core/samplers.hpp>
#include <ebit/core/time.hpp>
#include <ebit/sim/request.hpp>

namespace ebit::sim {

/// A request and when its application makes it.
struct timed_request {
  duration at;  ///< after the start
  request_parameters wanted;
};

/// Who wants pairs with whom.
enum class demand_pattern : std::uint8_t {
  uniform,     ///< any two endpoints alike
  hotspot,     ///< a share of all requests goes to a few endpoints
  permutation  ///< each endpoint always asks for the same other one, and no two for the same
};

/// Also of a value that is none: "unknown".
[[nodiscard]] constexpr const char* name_of(demand_pattern p) {
  switch (p) {
    case demand_pattern::uniform: return "uniform";
    case demand_pattern::hotspot: return "hotspot";
    case demand_pattern::permutation: return "permutation";
  }
  return "unknown";
}

/// Requests that come independently of each other (a Poisson process).
struct demand_options {
  demand_pattern pattern = demand_pattern::uniform;
  double requests_per_second = 1000;        ///< of all endpoints together; above 0
  std::uint32_t pairs = 10;                 ///< of each request; 1 or more
  double min_fidelity = 0.5;                ///< 0 to 1
  duration time_limit = duration::never();  ///< of each request; more than 0 s
  std::uint32_t hot_endpoints = 1;          ///< of a hot spot: how many; fewer than there are
  double hot_share = 0.5;                   ///< of the requests that go there; 0 to 1
  std::uint16_t tenants = 1;                ///< each request belongs to one of so many, all alike
  std::uint64_t seed = 1;

  [[nodiscard]] status validate(std::size_t endpoints) const {
    const std::string range = "fewer than the " + std::to_string(endpoints) + " endpoints";
    if (endpoints < 2) return config_error{"demand: endpoints", std::to_string(endpoints), "2 or more"};
    if (!(requests_per_second > 0 && requests_per_second < 1e12))
      return config_error{"demand.requests_per_second", ebit::detail::number_text(requests_per_second), "above 0"};
    if (pairs == 0) return config_error{"demand.pairs", "0", "1 or more"};
    if (auto ok = ebit::detail::check_probability("demand.min_fidelity", min_fidelity); !ok) return ok;
    if (time_limit <= duration::zero())
      return config_error{"demand.time_limit", ebit::detail::duration_text(time_limit), "more than 0 s"};
    if (hot_endpoints == 0 || hot_endpoints >= endpoints)
      return config_error{"demand.hot_endpoints", std::to_string(hot_endpoints), "1 or more, " + range};
    if (auto ok = ebit::detail::check_probability("demand.hot_share", hot_share); !ok) return ok;
    if (tenants == 0) return config_error{"demand.tenants", "0", "1 or more"};
    return success{};
  }
};

/// Draws the requests of a demand, one after the other. The i-th depends on the seed and on i alone.
class demand_stream {
 public:
  /// `endpoints`: nodes 0 to endpoints − 1 ask. The options must be valid for that many.
  demand_stream(const demand_options& o, std::uint32_t endpoints)
      : options_{o}, endpoints_{endpoints}, times_{o.seed, random_purpose::demand, 0} {
    EBIT_ASSERT(o.validate(endpoints).has_value(), "a demand out of range");
    if (o.pattern != demand_pattern::permutation) return;
    // A random cyclic order (Sattolo 1986): nobody is sent to himself.
    partner_.resize(endpoints);
    std::iota(partner_.begin(), partner_.end(), 0U);
    random_stream draw{o.seed, random_purpose::demand, 1};
    for (std::uint32_t i = endpoints - 1; i > 0; --i)
      std::swap(partner_[i], partner_[static_cast<std::uint32_t>(sample::below(draw, i))]);
  }

  /// The next request; their times never decrease.
  [[nodiscard]] timed_request next() {
    now_ += sample::standard_exponential(times_) / options_.requests_per_second;
    random_stream draw{options_.seed, random_purpose::demand, 2};
    draw.at(0, drawn_++);
    timed_request r;
    r.at = duration::seconds(now_);
    r.wanted.pairs = options_.pairs;
    r.wanted.min_fidelity = options_.min_fidelity;
    r.wanted.time_limit = options_.time_limit;
    r.wanted.tenant = static_cast<std::uint16_t>(sample::below(draw, options_.tenants));
    const auto from = static_cast<std::uint32_t>(sample::below(draw, endpoints_));
    r.wanted.from = node_id{from};
    r.wanted.to = node_id{partner_of(from, draw)};
    return r;
  }

 private:
  [[nodiscard]] std::uint32_t partner_of(std::uint32_t from, random_stream& draw) const {
    if (options_.pattern == demand_pattern::permutation) return partner_[from];
    const bool is_hot = options_.pattern == demand_pattern::hotspot && sample::bernoulli(draw, options_.hot_share);
    const std::uint32_t among = is_hot ? options_.hot_endpoints : endpoints_;
    // A hot endpoint that is the only one asks anybody.
    if (is_hot && among == 1 && from == 0) return other_than(from, endpoints_, draw);
    return other_than(from, among, draw);
  }
  [[nodiscard]] static std::uint32_t other_than(std::uint32_t from, std::uint32_t among, random_stream& draw) {
    if (from >= among) return static_cast<std::uint32_t>(sample::below(draw, among));
    const auto to = static_cast<std::uint32_t>(sample::below(draw, among - 1));
    return to < from ? to : to + 1;
  }

  demand_options options_;
  std::uint32_t endpoints_ = 0;
  random_stream times_;
  double now_ = 0;
  std::uint64_t drawn_ = 0;
  std::vector<std::uint32_t> partner_;
};

}  // namespace ebit::sim
