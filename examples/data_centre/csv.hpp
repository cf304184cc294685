// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <type_traits>
#include <vector>

#include <ebit/sim/lineage_trace.hpp>

#include "data_centre/faults.hpp"
#include "data_centre/service.hpp"
#include "support/output_file.hpp"

/// Tables for programs. What does not apply is empty.
namespace centre {

using support::output_file;

/// Fields of a row, one after the other.
class csv_row {
 public:
  csv_row& operator()(const std::string& text) {
    row_ += (row_.empty() ? "" : ",") + text;
    return *this;
  }
  csv_row& operator()(const char* text) { return (*this)(std::string{text}); }
  template <class Whole>
    requires std::is_integral_v<Whole>
  csv_row& operator()(Whole value) {
    return (*this)(std::to_string(value));
  }
  csv_row& operator()(double value) { return (*this)(rounded(value, 9)); }
  csv_row& operator()(ebit::world_time t) {
    return (*this)(t.is_never() ? std::string{} : ebit::sim::detail::decimal_time(t.since_epoch(), 12));
  }
  csv_row& when(bool applies, double value) { return applies ? (*this)(value) : (*this)(""); }
  [[nodiscard]] std::string text() const { return row_ + '\n'; }

 private:
  std::string row_;
};

inline void write_requests(const output_file& out, const outcome& all, const std::vector<request_times>& times) {
  out("request,tenant,from,to,issued_s,pairs,delivered,status,why,granted_s,started_s,last_pair_s,light_paths,"
      "fidelity,fidelity_stderr,forecast_fidelity,forecast_pairs_per_s,from_stock\n");
  for (std::size_t i = 0; i < all.requests.size(); ++i) {
    const ebit::sim::request_record& r = all.requests[i];
    const request_times& t = times[i];
    const standing how = standing_of(r);
    const bool some = !r.deliveries.empty();
    csv_row row;
    row(i)(r.asked.tenant)(r.asked.from.value())(r.asked.to.value())(r.issued)(r.asked.pairs)(r.deliveries.size())(
        name_of(how))(how == standing::refused ? word_for(r.why) : "")(t.granted)(t.started)(t.last)(t.leases);
    row.when(some, r.fidelity()).when(some, r.fidelity_error());
    row.when(t.leases > 0, t.fidelity).when(t.leases > 0, t.pairs_per_second)(all.from_stock[i]);
    out(row.text());
  }
}

/// Every endpoint, switch, analyser, fibre and trunk: what share of it was lent, on average and at most.
inline void write_resources(const output_file& out, const scene& s, const outcome& all) {
  namespace net = ebit::orchestrate;
  out("kind,number,label,tier,group,ports,from,to,length_m,mean_use,peak_use,light_paths,pairs\n");
  struct work {
    std::uint64_t leases = 0, pairs = 0;
  };
  std::vector<work> done(s.layout.elements().size());
  for (const lease_record& l : all.leases) {
    const auto add = [&](std::uint32_t e) {
      if (e >= done.size()) return;
      ++done[e].leases;
      done[e].pairs += l.delivered;
    };
    add(l.head);
    add(l.tail);
    add(l.analyser.valid() ? l.analyser.value() : ~0U);
    for (std::size_t i = 0; i < l.via.size(); ++i) {
      bool is_new = true;  // a switch may be crossed by both arms
      for (std::size_t k = 0; k < i; ++k) is_new = is_new && l.via[k] != l.via[i];
      if (is_new) add(l.via[i].value());
    }
  }
  for (std::uint32_t i = 0; i < s.layout.elements().size(); ++i) {
    const net::element& e = s.layout.elements()[i];
    const double fibres = static_cast<double>(s.layout.incident(net::element_id{i}).size());
    csv_row row;
    row(name_of(e.kind))(i)(ebit::sim::detail::csv_text(e.label))(unsigned{e.tier})(e.group)(e.ports)("")("")("");
    row.when(fibres > 0, all.use.ports_of(net::element_id{i}) / fibres);
    row.when(fibres > 0, all.use.most_ports_of(net::element_id{i}) / fibres)(done[i].leases)(done[i].pairs);
    out(row.text());
  }
  for (std::uint32_t i = 0; i < s.layout.spans().size(); ++i) {
    const net::span& f = s.layout.spans()[i];
    const std::uint8_t a = s.layout.at(f.a).tier, b = s.layout.at(f.b).tier;
    csv_row row;
    row("fibre")(i)("")(unsigned{a < b ? b : a})("")("")(f.a.value())(f.b.value())(f.length.base());
    row(all.use.use_of(net::span_id{i}))("")("")("");
    out(row.text());
  }
  if (!s.joined) return;
  for (std::size_t i = 0; i < s.joined->trunks().size(); ++i) {  // it joins site i to the next
    const net::trunk& t = s.joined->trunks()[i];
    std::size_t pairs = 0;
    for (const ebit::sim::request_record& r : all.requests) {
      const auto a = s.joined->site_of(net::element_id{r.asked.from.value()}),
                 b = s.joined->site_of(net::element_id{r.asked.to.value()});
      if (std::min(a, b) <= i && i < std::max(a, b)) pairs += r.deliveries.size();
    }
    csv_row row;
    row("trunk")(i)("")("")("")("")(s.joined->endpoint(t.a).value())(s.joined->endpoint(t.b).value());
    row(t.length.base())("")("")("")(pairs);
    out(row.text());
  }
}

/// Times in s, from the fault on.
inline void write_faults(const output_file& out, std::vector<fault_figures>& faults) {
  out("at_s,lasts_s,what,light_paths_hit,light_paths_moved,noticed_s,rerouted,rerouted_first_s,rerouted_last_s,"
      "bound_first_s,bound_last_s,worst_excess,waited,waited_mean_s,unserved,pairs_moved,pairs_lost,took_over_s,"
      "ready_s,pairs_per_s_before,pairs_per_s_during,pairs_per_s_after\n");
  for (fault_figures& f : faults) {
    const bool hit = f.hit > 0 || f.led_off > 0, again = f.rerouted.count() > 0;
    csv_row row;
    row(f.at.seconds())(f.lasts.seconds())(ebit::sim::detail::csv_text(f.what))(f.hit)(f.led_off);
    row.when(hit, f.noticed);
    row(f.rerouted.count()).when(again, f.rerouted.quantile(1e-9)).when(again, f.rerouted.quantile(1));
    row.when(again, f.bound.quantile(1e-9)).when(again, f.bound.quantile(1)).when(again, f.worst_excess);
    row(f.later.count()).when(f.later.count() > 0, f.later.mean())(f.unserved)(f.moved)(f.lost);
    row.when(f.took_over >= 0, f.took_over).when(f.mended >= 0, f.mended);
    row(f.before)(f.during).when(f.has_after, f.after);
    out(row.text());
  }
}

}  // namespace centre
