// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <ebit/backend/actions.hpp>
#include <ebit/backend/events.hpp>
#include <ebit/core/math.hpp>
#include <ebit/core/result.hpp>
#include <ebit/core/time.hpp>
#include <ebit/quantum/noise.hpp>
#include <ebit/route/concepts.hpp>
#include <ebit/sim/world.hpp>

namespace ebit::sim {

/// What is asked of a simulated network.
struct request_parameters {
  node_id from;
  node_id to;
  std::uint32_t pairs = 1;
  double min_fidelity = 0;  ///< of every pair on average, 0 to 1
  request_kind kind = request_kind::keep;
  basis_choice bases = basis_choice::xyz;   ///< for kinds that measure
  std::uint16_t purpose = 0;                ///< tells the applications at the two ends apart
  std::uint8_t priority = 0;                ///< 0 to 7; a greater one goes first under strict priority
  std::uint8_t weight = 1;                  ///< 1 to 255: share under weighted fair service
  bool atomic = false;                      ///< all pairs are there at the same time, and handed over together
  bool consecutive = false;                 ///< once begun it is served without others in between
  duration time_limit = duration::never();  ///< what is not delivered by then is not delivered; more than 0 s
  std::uint16_t tenant = 0;                 ///< on whose account a fabric that is shared serves it

  [[nodiscard]] status validate(std::size_t nodes) const {
    const std::string range = "node 0 to " + std::to_string(nodes == 0 ? 0 : nodes - 1);
    if (!from.valid() || from.value() >= nodes) return config_error{"request.from", text(from), range};
    if (!to.valid() || to.value() >= nodes) return config_error{"request.to", text(to), range};
    if (from == to) return config_error{"request.to", text(to), "a node other than `from`"};
    if (pairs == 0) return config_error{"request.pairs", "0", "1 or more"};
    if (auto ok = ebit::detail::check_probability("request.min_fidelity", min_fidelity); !ok) return ok;
    if (kind > request_kind::prepare_state)
      return config_error{"request.kind", std::to_string(static_cast<unsigned>(kind)), "one of the kinds"};
    if (bases > basis_choice::xyz)
      return config_error{"request.bases", std::to_string(static_cast<unsigned>(bases)), "one of the choices"};
    if (priority > 7) return config_error{"request.priority", std::to_string(priority), "0 to 7"};
    if (weight == 0) return config_error{"request.weight", "0", "1 to 255"};
    if (time_limit <= duration::zero())
      return config_error{"request.time_limit", ebit::detail::duration_text(time_limit), "more than 0 s"};
    return success{};
  }

 private:
  [[nodiscard]] static std::string text(node_id id) {
    return id.valid() ? "node " + std::to_string(id.value()) : "no node";
  }
};

/// Why a request was refused, in words.
[[nodiscard]] constexpr std::string_view describe(refusal why) {
  switch (why) {
    case refusal::none: return "it was not refused";
    case refusal::same_node: return "source and destination are one node";
    case refusal::unknown_node: return "the destination is not on the map";
    case refusal::unreachable: return "no walk joins the two nodes";
    case refusal::never_joins: return "the swap policy never joins a chain of so many links";
    case refusal::fidelity: return "even the best drive of the links falls short of the fidelity";
    case refusal::waiting: return "memories lose the fidelity while they wait";
    case refusal::too_slow: return "it would take longer than the network's patience";
    case refusal::memory: return "the stack needs more memories per port than a link has";
    case refusal::queue_full: return "too many requests wait already";
    case refusal::unsupported: return "a device cannot do what this kind of request needs";
    case refusal::invalid: return "the request is out of range";
    case refusal::port: return "no port of the endpoint is free";
    case refusal::fibre: return "all ways through the fabric are in use";
    case refusal::analyser: return "all Bell-state analysers within reach are in use";
    case refusal::quota: return "the tenant has had its share";
    case refusal::out_of_order: return "a device that is needed is out of order";
  }
  return "unknown";
}

/// A half that one end had delivered and took back.
struct revoked_half {
  node_id at;
  pair_id name;
};

/// How a request went.
struct request_record {
  request_parameters asked;
  world_time issued;
  world_time started = world_time::never();  ///< first attempts of the circuit that served it
  request_outcome outcome = request_outcome::accepted;
  bool answered = false;
  bool finished = false;
  refusal why = refusal::none;
  std::uint16_t hop = 0;
  std::uint16_t hops = 0;
  double value = 0;
  std::uint32_t element = ~std::uint32_t{0};  ///< of a fabric, where the reason names one
  route::answer planned;                      ///< the walk and its forecast, as the head chose them
  std::vector<world_time> at_head;            ///< when the asking node delivered each pair that it did not take back
  std::vector<pair_id> names_at_head;         ///< and which pair that was
  std::vector<delivered_pair> deliveries;     ///< pairs that both ends have
  std::vector<revoked_half> revoked;          ///< deliveries of one end that were taken back
  std::uint32_t drifts = 0;                   ///< how often tests have shown its pairs to become worse
  std::uint32_t times_put = 0;  ///< to its node: once, and again each time the node started anew before it was served

  /// How many pairs the asking node has yet to deliver.
  [[nodiscard]] std::uint32_t left() const {
    return at_head.size() >= asked.pairs ? 0 : asked.pairs - static_cast<std::uint32_t>(at_head.size());
  }
  /// A node took back its delivery of a pair.
  void take_back(node_id at, const pair_id& name) {
    revoked.push_back({at, name});
    if (at != asked.from) return;
    for (std::size_t i = names_at_head.size(); i-- > 0;) {  // it is one of the last
      if (names_at_head[i] != name) continue;
      at_head.erase(at_head.begin() + static_cast<std::ptrdiff_t>(i));
      names_at_head.erase(names_at_head.begin() + static_cast<std::ptrdiff_t>(i));
      return;
    }
  }
  /// How often its node started anew while the request was being served.
  [[nodiscard]] std::uint32_t restarts() const { return times_put > 1 ? times_put - 1 : 0; }

  [[nodiscard]] bool refused() const { return outcome == request_outcome::refused; }
  [[nodiscard]] const forecast& expected() const { return planned.circuit.expected; }

  /// Pairs per second at the head, from the start of the circuit to the last delivery; 0 before the first.
  [[nodiscard]] double rate() const {
    if (at_head.empty()) return 0;
    const double seconds = (at_head.back() - started).seconds();
    return seconds > 0 ? static_cast<double>(at_head.size()) / seconds : 0;
  }
  [[nodiscard]] double fidelity() const {
    if (deliveries.empty()) return 0;
    // Summed from the first on, so that equal fidelities have exactly that mean.
    const double first = deliveries.front().fidelity;
    double sum = 0;
    for (const delivered_pair& d : deliveries) sum += d.fidelity - first;
    return first + sum / static_cast<double>(deliveries.size());
  }
  /// Standard error of the mean fidelity.
  [[nodiscard]] double fidelity_error() const {
    const auto n = static_cast<double>(deliveries.size());
    if (deliveries.size() < 2) return 0;
    const double mean = fidelity();
    double sum = 0;
    for (const delivered_pair& d : deliveries) sum += (d.fidelity - mean) * (d.fidelity - mean);
    return math::sqrt(sum / (n - 1) / n);
  }
  /// How long the head waited for each pair: from the start of the circuit, then from the pair before.
  [[nodiscard]] std::vector<duration> waits() const {
    std::vector<duration> out;
    world_time last = started;
    for (const world_time t : at_head) {
      out.push_back(t - last);
      last = t;
    }
    return out;
  }
  /// The smallest wait that a share `q` in (0, 1] of the pairs did not exceed.
  [[nodiscard]] duration wait_quantile(double q) const {
    std::vector<duration> sorted = waits();
    if (sorted.empty()) return duration::zero();
    std::sort(sorted.begin(), sorted.end());
    const double rank = q * static_cast<double>(sorted.size());
    auto index = static_cast<std::size_t>(rank);
    if (static_cast<double>(index) == rank && index > 0) --index;
    return sorted[std::min(index, sorted.size() - 1)];
  }
};

/// A request as its application sees it. Refers to the network it was made on, which must outlive it and stay where
/// it is.
class request_handle {
 public:
  using lookup_function = const request_record& (*)(const void* network, request_id id);

  request_handle(const void* network, lookup_function lookup, request_id id)
      : network_{network}, lookup_{lookup}, id_{id} {}

  [[nodiscard]] request_id id() const { return id_; }
  [[nodiscard]] const request_record& record() const { return lookup_(network_, id_); }
  [[nodiscard]] bool refused() const { return record().refused(); }
  /// Why, in words; `record()` has the value and the hop.
  [[nodiscard]] std::string_view reason() const { return describe(record().why); }
  [[nodiscard]] std::size_t delivered() const { return record().deliveries.size(); }
  [[nodiscard]] double rate() const { return record().rate(); }
  [[nodiscard]] double fidelity() const { return record().fidelity(); }
  [[nodiscard]] double fidelity_error() const { return record().fidelity_error(); }
  [[nodiscard]] const ebit::forecast& forecast() const { return record().expected(); }

 private:
  const void* network_;
  lookup_function lookup_;
  request_id id_;
};

}  // namespace ebit::sim
