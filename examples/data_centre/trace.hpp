// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include <ebit/sim/lineage_trace.hpp>

#include "data_centre/faults.hpp"
#include "data_centre/run.hpp"
#include "support/output_file.hpp"

namespace centre {

[[nodiscard]] constexpr const char* name_of(ebit::orchestrate::ending why) {
  using ebit::orchestrate::ending;
  switch (why) {
    case ending::served: return "served";
    case ending::lease_over: return "its time was up";
    case ending::moved: return "moved";
    case ending::fault: return "fault";
    case ending::cancelled: return "cancelled";
    case ending::preempted: return "preempted";
    case ending::unwanted: return "unwanted";
    case ending::replaced: return "replaced";
  }
  return "unknown";
}

/// Writes the run for chrome://tracing and ui.perfetto.dev (the Trace Event Format's JSON), times in microseconds: a
/// process for each endpoint with a track for each port (light paths: being set up, then lit), for each analyser, for
/// each switch (its moves), and one for faults, controllers and what is in use altogether.
class trace_writer {
 public:
  trace_writer(const support::output_file& out, const scene& s, const outcome& all)
      : out_{out}, scene_{s}, all_{all}, whole_{static_cast<std::uint32_t>(s.layout.elements().size())} {}

  void write() {
    out_("{\"displayTimeUnit\":\"ns\",\"traceEvents\":[");
    name_processes();
    for (const lease_record& l : all_.leases) light_path(l);
    for (const move_record& m : all_.moves) move(m);
    for (const sample& s : all_.use.all()) counters(s);
    for (const fault_figures& f : list_faults(scene_)) fault(f);
    for (const takeover_record& t : all_.takeovers)
      instant("controller " + std::to_string(t.who.value() - whole_) + " takes office", t.at);
    out_("\n]}\n");
  }

 private:
  void emit(const std::string& event) {
    out_(is_first_ ? "\n" : ",\n");
    out_(event);
    is_first_ = false;
  }
  [[nodiscard]] static std::string at(ebit::world_time t) {
    return ebit::sim::detail::decimal_time(t.since_epoch(), 6);
  }
  [[nodiscard]] const std::string& label(std::uint32_t e) const { return scene_.layout.elements()[e].label; }
  [[nodiscard]] static std::string json(const std::string& text) { return ebit::sim::detail::json_text(text); }

  void name_process(std::uint32_t pid, const std::string& name, std::uint32_t order) {
    const std::string of = ",\"pid\":" + std::to_string(pid) + ",\"args\":{";
    emit("{\"ph\":\"M\",\"name\":\"process_name\"" + of + "\"name\":" + json(name) + "}}");
    emit("{\"ph\":\"M\",\"name\":\"process_sort_index\"" + of + "\"sort_index\":" + std::to_string(order) + "}}");
  }
  void name_processes() {
    name_process(whole_, "data centre", 0);
    for (std::uint32_t e = 0; e < whole_; ++e)
      name_process(e, std::string{name_of(scene_.layout.elements()[e].kind)} + ' ' + label(e), e + 1);
  }
  void slice(std::uint32_t pid, std::uint32_t tid, const std::string& name, ebit::world_time from,
             ebit::world_time to, const std::string& details = "") {
    if (to < from) to = from;
    emit("{\"ph\":\"X\",\"name\":" + json(name) + ",\"pid\":" + std::to_string(pid) +
         ",\"tid\":" + std::to_string(tid) + ",\"ts\":" + at(from) +
         ",\"dur\":" + ebit::sim::detail::decimal_time(to - from, 6) + ",\"args\":{" + details + "}}");
  }
  void instant(const std::string& name, ebit::world_time when) {
    emit("{\"ph\":\"i\",\"s\":\"g\",\"name\":" + json(name) + ",\"pid\":" + std::to_string(whole_) +
         ",\"tid\":0,\"ts\":" + at(when) + "}");
  }

  void light_path(const lease_record& l) {
    const ebit::world_time end{scene_.span};
    const std::string details = "\"path\":" + std::to_string(l.path) + ",\"request\":" + std::to_string(l.request) +
                                ",\"analyser\":" + (l.analyser.valid() ? json(label(l.analyser.value())) : "null") +
                                ",\"pairs\":" + std::to_string(l.delivered) +
                                ",\"end\":" + json(l.head_released.is_never() ? "open" : name_of(l.why)) +
                                ",\"forecast fidelity\":" + rounded(l.fidelity);
    const auto here = [&](std::uint32_t me, std::uint16_t my_port, std::uint32_t peer, ebit::world_time released) {
      const ebit::world_time over = released.is_never() ? end : released;
      const ebit::world_time lit = over < l.begins ? over : l.begins;
      slice(me, my_port, "set up", l.granted, lit, details);
      if (l.begins < over) slice(me, my_port, "light to " + label(peer), l.begins, over, details);
    };
    here(l.head, l.head_port, l.tail, l.head_released);
    here(l.tail, l.tail_port, l.head, l.tail_released);
    if (l.analyser.valid())
      slice(l.analyser.value(), 0, label(l.head) + " and " + label(l.tail), l.granted, l.is_over() ? l.over() : end,
            details);
  }
  void move(const move_record& m) {
    const ebit::orchestrate::element_id e{m.element};
    const std::string name = std::to_string(m.in) + " to " + std::to_string(m.out);
    slice(m.element, m.in, name, m.at, m.at + scene_.layout.model_of_switch(e).reconfiguration_time);
  }
  void counters(const sample& s) {
    const std::string head = "\",\"pid\":" + std::to_string(whole_) + ",\"ts\":" + at(s.at) + ",\"args\":{";
    emit("{\"ph\":\"C\",\"name\":\"in use" + head + "\"analysers\":" + std::to_string(s.analysers) +
         ",\"ports of endpoints\":" + std::to_string(s.ports) + "}}");
    emit("{\"ph\":\"C\",\"name\":\"requests that wait" + head + "\"waiting\":" + std::to_string(s.all_waiting()) +
         "}}");
  }
  void fault(const fault_figures& f) {
    const ebit::world_time from{f.at}, to{f.at + f.lasts};
    slice(whole_, ++faults_, f.what, from, to);
    if (f.elements.size() != 1) return;
    slice(f.elements.front(), 1'000'000, f.is_degraded ? "degraded" : "fault", from, to);
    if (f.homing > ebit::duration::zero()) slice(f.elements.front(), 1'000'000, "getting ready", to, to + f.homing);
  }

  const support::output_file& out_;
  const scene& scene_;
  const outcome& all_;
  std::uint32_t whole_;
  std::uint32_t faults_ = 0;
  bool is_first_ = true;
};

}  // namespace centre
