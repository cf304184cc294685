// SPDX-License-Identifier: Apache-2.0
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <ebit/core/samplers.hpp>
#include <ebit/herald/single_click.hpp>
#include <ebit/orchestrate/data_centres.hpp>
#include <ebit/orchestrate/fabric_builders.hpp>
#include <ebit/orchestrate/fabric_builders_direct.hpp>
#include <ebit/sim/data_centre.hpp>
#include <ebit/sim/demand.hpp>

#include "../support/catch.hpp"
#include "../support/sanitized.hpp"

using namespace ebit;
using namespace ebit::literals;

namespace {

struct plain : default_profile {};
struct one_photon : default_profile {
  using herald = ebit::herald::single_click;
};

/// A data centre, what is asked of it and what befalls it, all drawn from a seed.
struct scene {
  orchestrate::fabric layout;
  std::optional<orchestrate::data_centres> joined;  ///< the sites of which it consists, if there are several
  std::uint32_t repeaters = 0;
  sim::demand_options demand;
  std::vector<sim::fabric_fault> broken;
  fault_plan faults;
  link_options link{};
  std::uint8_t controllers = 1;
  std::uint16_t memories = 1;
  link::pair_buffer buffer;
  orchestrate::recent_partners partners;
  orchestrate::stock_options stocking;
  bool coded = false;        ///< messages travel as bytes
  duration troubled = 6_ms;  ///< as long as requests come and things break

  /// How pairs are kept in stock.
  void draw_stock(std::uint64_t seed) {
    random_stream draw{seed, random_purpose::user, 78};
    const auto below = [&draw](std::uint64_t n) { return sample::below(draw, n); };
    const auto some_time = [&](duration most) { return most / 1000 * static_cast<std::int64_t>(below(1000)); };
    buffer.qubits = static_cast<std::uint16_t>(below(7));
    buffer.memory = {5_ms + some_time(20_ms), 5_ms + some_time(5_ms)};
    buffer.move_time = below(2) == 0 ? 0_us : 1_us;
    buffer.move_noise = 0.001 * static_cast<double>(below(10));
    partners.most = static_cast<std::uint16_t>(1 + below(4));
    partners.pairs = static_cast<std::uint16_t>(1 + below(4));
    partners.half_life = 100_us + some_time(1_ms);
    stocking.longest = 500_us + some_time(5_ms);
    stocking.patience = 1_ms + some_time(2_ms);
    stocking.rest = 100_us + some_time(1_ms);
  }

  explicit scene(std::uint64_t seed, duration time_limit = 5_ms) {
    coded = seed / 4 % 2 == 0;  // whether or not things go wrong, and of either kind of link
    random_stream draw{seed, random_purpose::user, 77};
    const auto below = [&draw](std::uint64_t n) { return sample::below(draw, n); };
    const auto some_time = [&](duration most) { return most / 1000 * static_cast<std::int64_t>(below(1000)); };
    orchestrate::fabric_options o;
    link::optical_switch moving;
    moving.insertion_loss = decibels(0.5);
    moving.reconfiguration_time = std::array{1_ns, 1_us, 20_us}[below(3)];
    moving.homing_time = below(2) == 0 ? 0_us : 100_us;
    o.switches = {moving};
    o.ports = static_cast<std::uint16_t>(1 + below(2));
    const auto n = static_cast<std::uint32_t>(4 + below(9));
    const auto one_of = [&](std::uint64_t kind, std::uint32_t size) {
      switch (kind) {
        case 0: return orchestrate::star(size, o);
        case 1: return orchestrate::bcube_for(size, 1, o);
        default: return orchestrate::fat_tree_for(size, o);
      }
    };
    const std::uint64_t kind = below(7);
    switch (kind) {
      case 0: layout = orchestrate::star(n, o); break;
      case 1: layout = orchestrate::clos_for(n, o); break;
      case 2: layout = orchestrate::q_fly_for(n, o); break;
      case 3: layout = orchestrate::bcube_for(n, 1, o); break;
      case 4:
      case 5: {
        std::vector<orchestrate::site> sites;
        std::vector<orchestrate::trunk> trunks;
        const std::uint64_t some = 2 + below(2);
        for (std::uint32_t i = 0; i < some; ++i) {
          const auto size = static_cast<std::uint32_t>(3 + below(4));
          const std::uint64_t its_kind = below(3);
          sites.push_back({"site" + std::to_string(i), one_of(its_kind, size), {0, 1}});
          if (i == 0) continue;
          const auto between = static_cast<std::uint16_t>(below(3));
          trunks.push_back({{i - 1, 1}, {i, 0}, kilometres(1 + static_cast<double>(below(4))), between});
          repeaters += between;
        }
        joined.emplace(std::move(sites), std::move(trunks));
        layout = joined->inside();
        break;
      }
      default: layout = orchestrate::fat_tree_for(n, o); break;
    }
    memories = static_cast<std::uint16_t>(1 + below(3));
    controllers = static_cast<std::uint8_t>(1 + below(3));
    demand.pattern = static_cast<sim::demand_pattern>(below(3));
    demand.requests_per_second = 2000 + static_cast<double>(below(8000));
    demand.pairs = static_cast<std::uint32_t>(1 + below(6));
    demand.time_limit = time_limit;
    demand.tenants = static_cast<std::uint16_t>(1 + below(3));
    demand.seed = seed;
    draw_stock(seed);
    if (seed % 4 == 0) return;  // nothing goes wrong
    link.retransmit_after = 10_us + some_time(40_us);
    faults.loss = static_cast<double>(below(20)) / 100;
    faults.duplication = static_cast<double>(below(10)) / 100;
    faults.jitter = some_time(4_us);
    const auto elements = layout.elements().size();
    for (std::uint64_t i = below(4); i > 0; --i)
      faults.schedule.push_back(
          {.what = scheduled_fault::kind::crash,
           .at = some_time(troubled),
           .lasts = 50_us + some_time(1_ms),
           .node = node_id{static_cast<std::uint32_t>(below(elements + controllers + repeaters))}});
    for (std::uint64_t i = below(6); i > 0; --i) {
      sim::fabric_fault f;
      f.at = some_time(troubled);
      f.lasts = 100_us + some_time(2_ms);
      f.what = static_cast<sim::fabric_fault::kind>(below(3));
      if (f.what == sim::fabric_fault::kind::fibre) {
        f.fibre = orchestrate::span_id{static_cast<std::uint32_t>(below(layout.spans().size()))};
      } else {
        const auto among =
            f.what == sim::fabric_fault::kind::device ? layout.elements().size() : layout.switches().size();
        const auto chosen = static_cast<std::uint32_t>(below(among));
        f.element =
            f.what == sim::fabric_fault::kind::device ? orchestrate::element_id{chosen} : layout.switches()[chosen];
        if (f.what == sim::fabric_fault::kind::sticking_port)
          f.port = static_cast<std::uint16_t>(below(layout.at(f.element).ports));
      }
      broken.push_back(f);
    }
  }
};

/// What every event may change: each end accounts for every half it ever had.
template <class Centre>
[[nodiscard]] bool is_balanced(const Centre& centre, node_id n) {
  if (!n.valid()) return true;
  const std::size_t first = centre.size() - centre.repeaters();
  const bool is_repeater = n.value() >= first;
  if (!is_repeater && n.value() >= centre.layout().endpoints().size()) return true;
  const segments& table =
      is_repeater ? centre.repeater(n.value() - first).table() : centre.endpoint(n).stack().table();
  const conservation c = table.counts();
  return c.acquired == c.delivered + c.consumed + c.discarded + table.held();
}

/// Every slot of the buffer is free and empty, or known to belong to one pair.
template <class Centre>
[[nodiscard]] bool is_buffer_sound(const Centre& centre, node_id n) {
  if constexpr (std::remove_cvref_t<decltype(centre.endpoint(n))>::keeps_stock) {
    if (!n.valid() || n.value() >= centre.layout().endpoints().size() || !centre.is_up(n)) return true;
    const auto& stock = centre.endpoint(n).stock();
    using phase = orchestrate::stored_pair::phase;
    for (std::uint32_t slot = 0; slot < stock.slots(); ++slot) {
      const bool is_full = centre.truth().holds(centre.first_slot(n) + stock.first_slot() + slot);
      std::uint32_t owners = 0;
      bool is_kept = false;
      for (const orchestrate::stored_pair& p : stock.pairs()) {
        if (p.slot != slot) continue;
        ++owners;
        is_kept = p.state == phase::kept;
      }
      if (owners != (stock.is_used(slot) ? 1U : 0U) || is_kept != is_full) return false;
    }
  }
  return true;
}

struct outcome {
  std::uint64_t from_stock = 0;
  std::uint64_t taken_back = 0;
  std::uint64_t events = 0;
  std::uint64_t pairs = 0;
  std::uint64_t walks = 0;
  std::uint64_t served = 0;   ///< requests
  std::uint64_t refused = 0;  ///< requests
  std::string wrong;          ///< empty if all was well
  friend bool operator==(const outcome&, const outcome&) = default;
};

template <class Profile, class Stock>
outcome run(const scene& s, std::uint64_t seed) {
  sim::data_centre_options<Profile, orchestrate::adaptive, Stock> o;
  o.seed = seed;
  o.link = s.link;
  o.hardware.emission_efficiency = 0.3;
  o.hardware.memories = s.memories;
  o.hardware.memory = {};
  o.hardware.buffer = s.buffer;
  o.hardware.dark_counts = {};
  o.hardware.attempt_time = 1_us;
  o.phase_lock_time = 2_us;
  o.controllers = s.controllers;
  o.control.sharing.tenants.assign(s.demand.tenants, {});
  o.faults = s.faults;
  o.broken = s.broken;
  if constexpr (Stock::keeps) {
    o.stock = s.partners;
    o.stocking = s.stocking;
  }
  o.coded = s.coded;
  o.repeater = o.hardware;
  using centre_type =
      sim::data_centre<Profile, orchestrate::adaptive, bell_diagonal, sim::no_trace, sim::no_tap, Stock>;
  centre_type centre = s.joined ? centre_type{*s.joined, o} : centre_type{s.layout, o};
  outcome result;
  const auto fail = [&](const std::string& what) {
    if (result.wrong.empty()) result.wrong = what;
  };
  if (!centre.validate()) {
    fail(centre.validate().error().message());
    return result;
  }
  sim::demand_stream demand{s.demand, static_cast<std::uint32_t>(s.layout.endpoints().size())};
  sim::timed_request next = demand.next();
  world_time end{s.troubled + 60_ms}, last_open;
  std::uint64_t at_once = 0;
  std::vector<std::uint32_t> open;
  const auto name_of = [&](std::size_t i) {
    return "request " + std::to_string(i) + " of endpoint " + std::to_string(centre.requests()[i].asked.from.value());
  };
  while (result.wrong.empty()) {
    if (centre.next_time() > end) {
      // Without a deadline it may take longer; then everything has to be given back.
      if (end > world_time{1_s} || (open.empty() && end - last_open >= 40_ms)) break;
      end += 60_ms;
      continue;
    }
    if (next.at <= s.troubled && next.at <= centre.next_time().since_epoch()) {
      centre.run_until(world_time{next.at});
      if (!centre.request(next.wanted)) fail("a request was not taken");
      open.push_back(static_cast<std::uint32_t>(centre.requests().size() - 1));
      next = demand.next();
      continue;
    }
    const world_time before = centre.now();
    if (!open.empty()) last_open = before;
    centre.step();
    at_once = centre.now() == before ? at_once + 1 : 0;
    if (at_once > 100'000) fail("time stands still at node " + std::to_string(centre.last_node().value()));
    for (std::size_t i = 0; i < open.size();) {
      const sim::request_record& r = centre.requests()[open[i]];
      if (!r.finished) {
        ++i;
        continue;
      }
      // What its head takes back later is known to be gone; until then it has what it asked for.
      if (r.outcome == request_outcome::delivered && r.at_head.size() != r.asked.pairs)
        fail(name_of(open[i]) + " was served with " + std::to_string(r.at_head.size()) + " pairs");
      if (r.outcome == request_outcome::expired && r.asked.time_limit.is_never())
        fail(name_of(open[i]) + " expired without a deadline");
      open[i] = open.back();
      open.pop_back();
    }
    if (!is_balanced(centre, centre.last_node())) fail("halves are not accounted for");
    if (!is_buffer_sound(centre, centre.last_node()))
      fail("the buffer of endpoint " + std::to_string(centre.last_node().value()) + " is not as it is thought to be");
  }
  result.events = centre.events();
  std::set<std::pair<node_id, pair_id>> handed_out;
  for (std::size_t i = 0; i < centre.requests().size(); ++i) {
    const sim::request_record& r = centre.requests()[i];
    result.pairs += r.deliveries.size();
    const std::string name = name_of(i);
    if (r.outcome == request_outcome::delivered) ++result.served;
    if (r.outcome == request_outcome::refused) ++result.refused;
    if (!r.finished) fail(name + " never ended");
    std::size_t back = 0;  // what its head took back does not count, even if the other end has it
    for (const sim::revoked_half& h : r.revoked) back += h.at == r.asked.from ? 1U : 0U;
    if (r.at_head.size() > r.asked.pairs || r.deliveries.size() > r.asked.pairs + back)
      fail(name + " got too many pairs");
    for (const pair_id& p : r.names_at_head)
      if (!handed_out.insert({r.asked.from, p}).second) fail(name + " got a pair that was handed out before");
    for (const sim::delivered_pair& p : r.deliveries)
      if (!p.consistent) fail(name + ": the two ends of a pair disagree");
  }
  for (std::uint32_t n = 0; n < s.layout.endpoints().size(); ++n) {
    const auto& e = centre.endpoint(node_id{n});
    if (e.stack().table().held() != 0) fail("endpoint " + std::to_string(n) + " still holds a half");
    if (!e.agent().leases().empty()) fail("endpoint " + std::to_string(n) + " still holds a light path");
    if (!e.agent().requests().empty()) fail("endpoint " + std::to_string(n) + " still has a request");
    if constexpr (Stock::keeps) {
      if (!e.stock().pairs().empty() || e.stock().vacant() != e.stock().slots())
        fail("endpoint " + std::to_string(n) + " still has something in stock");
      result.from_stock += e.stock().handed_out();
      result.taken_back += e.stock().taken_back();
    }
  }
  if (seed % 4 == 0 && (centre.truth().ledger().orphaned != 0 || centre.truth().ledger().empty_operations != 0))
    fail("halves were lost or looked for in vain though nothing went wrong");
  for (std::size_t i = 0; i < centre.repeaters(); ++i)
    if (centre.repeater(i).table().held() != 0) fail("repeater " + std::to_string(i) + " still holds a half");
  const auto& office = centre.controller();
  result.walks = office.counts().walks;
  if (s.faults.schedule.empty() && s.broken.empty() && !s.link.assured() && centre.truth().ledger().orphaned != 0)
    fail("nothing went wrong, and a half is orphaned");
  if (!office.is_in_office()) fail("no controller is in office");
  if (office.waiting() != 0) fail("the controller still has requests");
  if (office.state().spans_in_use() != 0 || office.state().analysers_in_use() != 0)
    fail("the controller believes that something is in use");
  if (!office.walks().is_empty()) fail("the controller believes that a walk is in use");
  return result;
}

[[nodiscard]] std::uint64_t number_of(const char* variable, std::uint64_t otherwise) {
  const char* text = std::getenv(variable);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

struct seed_range {
  std::uint64_t first, count;
};
/// As the environment says; else so many, or the soak's.
[[nodiscard]] seed_range seeds_to_run(std::uint64_t usual) {
#ifdef EBIT_SOAK
  usual = 5'000;
#endif
  return {number_of("EBIT_FIRST_SEED", 1), number_of("EBIT_SEEDS", usual)};
}

}  // namespace

TEST_CASE("simulation: data centres keep every invariant, whatever breaks") {
  const auto [first, seeds] = seeds_to_run(ebit_test::sanitized ? 40 : 120);
  std::uint64_t events = 0, pairs = 0, walks = 0, from_stock = 0, taken_back = 0;
  for (std::uint64_t seed = first; seed < first + seeds; ++seed) {
    const outcome o = seed % 3 == 0   ? run<one_photon, orchestrate::recent_partners>(scene{seed}, seed)
                      : seed % 3 == 1 ? run<plain, orchestrate::recent_partners>(scene{seed}, seed)
                                      : run<plain, orchestrate::no_stock>(scene{seed}, seed);
    INFO("seed " << seed << ": EBIT_FIRST_SEED=" << seed << " EBIT_SEEDS=1");
    CHECK(o.wrong == "");
    events += o.events;
    pairs += o.pairs;
    from_stock += o.from_stock;
    taken_back += o.taken_back;
    walks += o.walks;
  }
  WARN(seeds << " data centres, " << events << " events, " << pairs << " pairs, " << walks << " walks, " << from_stock
             << " from stock and " << taken_back << " of them taken back");
  CHECK((pairs > seeds && walks > seeds));
  CHECK((seeds < 100 || from_stock > seeds));
}

TEST_CASE("simulation: a request without a deadline ends: served with what it asked for, or refused") {
  const auto [first, seeds] = seeds_to_run(ebit_test::sanitized ? 40 : 1'000);
  std::vector<std::uint64_t> all;
  for (std::uint64_t seed = first; seed < first + seeds; ++seed) all.push_back(seed);
  // In these a request never ended once: its controller had started again and taken a term of its life before, or the
  // head of a circuit through repeaters had started again before all of them knew that it was over.
  if (seeds > 1)
    for (const std::uint64_t seed : {146U, 257U, 274U, 318U, 963U, 1'082U, 1'641U})
      if (seed < first || seed >= first + seeds) all.push_back(seed);
  std::uint64_t served = 0, refused = 0, from_stock = 0;
  for (const std::uint64_t seed : all) {
    const scene s{seed, duration::never()};
    const outcome o = seed % 3 == 2 ? run<plain, orchestrate::no_stock>(s, seed)
                                    : run<plain, orchestrate::recent_partners>(s, seed);
    INFO("seed " << seed << ": EBIT_FIRST_SEED=" << seed << " EBIT_SEEDS=1");
    CHECK(o.wrong == "");
    served += o.served;
    refused += o.refused;
    from_stock += o.from_stock;
  }
  WARN(seeds << " data centres, " << served << " requests served and " << refused << " refused, " << from_stock
             << " pairs from stock");
  CHECK((seeds < 100 || (served > 5 * seeds && served > 10 * refused)));
}

TEST_CASE("simulation: a data centre whose messages travel as bytes does the same, event by event") {
  for (std::uint64_t seed = 1; seed <= 6; ++seed) {
    CAPTURE(seed);
    scene s{seed};
    s.coded = false;
    const outcome plainly = run<plain, orchestrate::recent_partners>(s, seed);
    s.coded = true;
    CHECK(run<plain, orchestrate::recent_partners>(s, seed) == plainly);
    CHECK(plainly.events > 500);
  }
}
