// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include <ebit/orchestrate/fabric_builders.hpp>
#include <ebit/sim/data_centre.hpp>
#include <ebit/sim/demand.hpp>

#include "../support/catch.hpp"
#include "../support/sanitized.hpp"

using namespace ebit;
using namespace ebit::literals;
using orchestrate::no_stock;
using orchestrate::recent_partners;

namespace {

struct plain : default_profile {};

/// Remembers what each end was told of the fidelity of its pairs.
struct promise_watch : sim::open_tap {
  std::map<std::pair<node_id, pair_id>, double> promised;

  using sim::open_tap::on_action;
  template <class More>
  bool on_action(node_id n, action::deliver& a, const More&) {
    promised[{n, a.name}] = a.estimated_fidelity;
    return true;
  }
};

template <class Stock>
using centre_of = sim::data_centre<plain, orchestrate::adaptive, bell_diagonal, sim::no_trace, promise_watch, Stock>;

orchestrate::fabric star(std::uint32_t endpoints) {
  orchestrate::fabric_options o;
  link::optical_switch moving;
  moving.insertion_loss = decibels(0.5);
  moving.reconfiguration_time = 1_us;
  o.switches = {moving};
  return orchestrate::star(endpoints, o);
}

template <class Stock>
auto options_with(const Stock& stock) {
  sim::data_centre_options<plain, orchestrate::adaptive, Stock> o;
  o.hardware.emission_efficiency = 0.3;
  o.hardware.dark_counts = {};
  o.hardware.memory = {2_ms, 1_ms};
  o.hardware.buffer = {.qubits = 10, .memory = {50_ms, 50_ms}, .move_time = 1_us, .move_noise = 0.002};
  o.stock = stock;
  return o;
}

/// Microseconds until the first pair of each request, in order; of those that were served.
std::vector<double> latencies(const std::vector<sim::request_record>& requests, std::size_t first = 0) {
  std::vector<double> all;
  for (std::size_t i = first; i < requests.size(); ++i)
    if (!requests[i].at_head.empty())
      all.push_back((requests[i].at_head.front() - requests[i].issued).seconds() * 1e6);
  std::sort(all.begin(), all.end());
  return all;
}
double quantile(const std::vector<double>& sorted, double q) {
  return sorted[static_cast<std::size_t>(q * static_cast<double>(sorted.size() - 1))];
}
std::uint64_t pairs_of(const std::vector<sim::request_record>& requests) {
  std::uint64_t n = 0;
  for (const sim::request_record& r : requests) n += r.deliveries.size();
  return n;
}

struct run_figures {
  std::uint64_t pairs = 0;
  std::uint64_t refused = 0;
  std::uint64_t preempted = 0;
  std::vector<double> waits;

  run_figures& operator+=(const run_figures& other) {
    pairs += other.pairs;
    refused += other.refused;
    preempted += other.preempted;
    waits.insert(waits.end(), other.waits.begin(), other.waits.end());
    std::sort(waits.begin(), waits.end());
    return *this;
  }
};
template <class Stock>
run_figures run(const orchestrate::fabric& layout,
                const sim::data_centre_options<plain, orchestrate::adaptive, Stock>& o,
                const sim::demand_options& wanted, duration span) {
  centre_of<Stock> centre{layout, o};
  REQUIRE(centre.validate());
  sim::demand_stream demand{wanted, static_cast<std::uint32_t>(layout.endpoints().size())};
  for (sim::timed_request next = demand.next(); next.at < span; next = demand.next()) {
    centre.run_until(world_time{next.at});
    REQUIRE(centre.request(next.wanted));
  }
  centre.run_until(world_time{span});
  run_figures f;
  f.pairs = pairs_of(centre.requests());
  for (const sim::request_record& r : centre.requests()) f.refused += r.refused() ? 1U : 0U;
  f.preempted = centre.controller().counts().ended[static_cast<std::size_t>(orchestrate::ending::preempted)];
  f.waits = latencies(centre.requests());
  return f;
}

}  // namespace

TEST_CASE("simulation: pairs in stock are there at once, and as good as is said of them") {
  std::vector<double> median;
  const auto ask = [](auto& centre) {
    for (int i = 0; i < 60; ++i) {
      centre.run_until(world_time{1_ms * (i + 1)});
      REQUIRE(centre.request({.from = node_id{0}, .to = node_id{1}, .pairs = 1, .min_fidelity = 0.9}));
    }
    centre.run_for(500_ms);
  };
  centre_of<no_stock> without{star(4), options_with(no_stock{})};
  REQUIRE(without.validate());
  ask(without);
  centre_of<recent_partners> with{star(4), options_with(recent_partners{})};
  REQUIRE(with.validate());
  ask(with);
  const double light = with.flight(node_id{0}, node_id{1}).seconds() * 1e6;
  const double set_up = sim::data_centre_options<plain, orchestrate::adaptive>{}.control.set_up.seconds() * 1e6;
  const std::vector<double> before = latencies(without.requests()), after = latencies(with.requests());
  REQUIRE((before.size() == 60 && after.size() == 60));
  WARN("median wait " << quantile(before, 0.5) << " us without stock, " << quantile(after, 0.5) << " us with; light "
                      << light << " us");
  CHECK(quantile(before, 0.5) > light);
  CHECK(quantile(after, 0.5) < light + set_up);
  CHECK(quantile(after, 0.9) < light);  // nobody has to be asked
  std::size_t from_stock = 0;
  for (const sim::request_record& r : with.requests()) {
    REQUIRE(r.deliveries.size() == 1);
    CHECK(r.deliveries[0].consistent);
    CHECK(r.deliveries[0].fidelity >= 0.9);
    if (r.at_head[0] != r.issued) continue;
    ++from_stock;
    const double said = with.tap().promised.at({node_id{0}, r.names_at_head[0]});
    CHECK(r.deliveries[0].fidelity == Approx(said).epsilon(1e-9));
    CHECK(with.tap().promised.at({node_id{1}, r.names_at_head[0]}) == Approx(said).margin(1e-5));
  }
  CHECK(from_stock > 50);
  // When nobody asks any more, nothing is kept.
  for (std::uint32_t n = 0; n < 4; ++n) CHECK(with.endpoint(node_id{n}).stock().vacant() == 10);
  CHECK(with.truth().ledger().orphaned == 0);
}

TEST_CASE("simulation: stock shortens waits where there is time for it, and gives way where there is none") {
  const orchestrate::fabric layout = star(8);
  const auto with = options_with(recent_partners{.most = 2, .pairs = 4});
  const auto without = options_with(no_stock{});
  sim::demand_options quiet{.pattern = sim::demand_pattern::permutation,
                            .requests_per_second = 2'000,
                            .pairs = 2,
                            .min_fidelity = 0.8,
                            .seed = 5};
  const run_figures a = run(layout, without, quiet, 100_ms);
  const run_figures b = run(layout, with, quiet, 100_ms);
  WARN("quiet: half, 90 % and 99 % of the requests wait up to "
       << quantile(a.waits, 0.5) << ", " << quantile(a.waits, 0.9) << ", " << quantile(a.waits, 0.99)
       << " us without stock, " << quantile(b.waits, 0.5) << ", " << quantile(b.waits, 0.9) << ", "
       << quantile(b.waits, 0.99) << " us with");
  CHECK(quantile(b.waits, 0.5) < quantile(a.waits, 0.5) / 10);
  CHECK(quantile(b.waits, 0.9) < quantile(a.waits, 0.9));
  CHECK(b.pairs >= a.pairs);
  for (const double rate : {20'000.0, 100'000.0}) {
    run_figures c, d;
    // They differ by chance too, by one in three hundred where all are run.
    for (std::uint64_t seed = 1; seed <= (ebit_test::sanitized ? 1U : 24U); ++seed) {
      const sim::demand_options busy{
          .requests_per_second = rate, .pairs = 4, .min_fidelity = 0.8, .time_limit = 2_ms, .seed = seed};
      c += run(layout, without, busy, 30_ms);
      d += run(layout, with, busy, 30_ms);
    }
    WARN(rate << " requests/s: " << c.pairs << " pairs, " << c.refused << " requests refused, half wait up to "
              << quantile(c.waits, 0.5) << " us without stock; " << d.pairs << ", " << d.refused << ", "
              << quantile(d.waits, 0.5) << " us with, " << d.preempted << " times it gave way");
    CHECK((rate > 50'000 || d.refused == 0));
    if (ebit_test::sanitized) continue;
    CHECK(static_cast<double>(d.pairs) > 0.99 * static_cast<double>(c.pairs));
    CHECK(quantile(d.waits, 0.5) < quantile(c.waits, 0.5) * 1.05);
    CHECK((rate > 50'000 || d.preempted > 100));
  }
}

TEST_CASE("simulation: stock is on the account of its tenant and leaves him what he asks for") {
  auto o = options_with(recent_partners{.most = 4, .pairs = 4});
  o.control.sharing.tenants = {{.most_waiting = 4, .most_leases = 2}, {.most_waiting = 4, .most_leases = 1}};
  centre_of<recent_partners> centre{star(6), o};
  REQUIRE(centre.validate());
  for (std::uint32_t i = 0; i < 40; ++i) {
    centre.run_until(world_time{1_ms * (static_cast<std::int64_t>(i) + 1)});
    for (const std::uint16_t tenant : {std::uint16_t{0}, std::uint16_t{1}})
      REQUIRE(centre.request({.from = node_id{tenant == 0 ? 0U : 3U},
                              .to = node_id{tenant == 0 ? 1U : 4U},
                              .pairs = 1,
                              .min_fidelity = 0.8,
                              .tenant = tenant}));
  }
  centre.run_for(300_ms);
  std::uint64_t at_once[2] = {0, 0};
  for (const sim::request_record& r : centre.requests()) {
    REQUIRE(r.deliveries.size() == 1);
    at_once[r.asked.tenant] += r.at_head[0] == r.issued ? 1U : 0U;
  }
  CHECK(at_once[0] > 35);
  CHECK(at_once[1] == 0);  // one who may have one light path at a time keeps it for what he asks for
  CHECK(centre.controller().counts().refused[static_cast<std::size_t>(orchestrate::shortage::quota)] == 0);
}
