// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cinttypes>
#include <cstdio>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <ebit/core/assert.hpp>
#include <ebit/sim/lineage.hpp>
#include <ebit/sim/text.hpp>
#include <ebit/sim/trace.hpp>

namespace ebit::sim {

/// A trace sink that records the life of every half, for `lineage` and the writers below. Its memory is bounded: of
/// more than `max_halves` the later ones are counted and otherwise passed over, and with 0 it records nothing.
class lineage_trace {
 public:
  static constexpr bool enabled = true;

  lineage_trace() = default;
  explicit lineage_trace(std::size_t max_halves) : max_halves_{max_halves} {}

  void operator()(const trace_event& e) {
    if (max_halves_ == 0) return;
    switch (e.what) {
      case trace_event::kind::heralded: begin(e); return;
      case trace_event::kind::distilled: {
        const std::uint32_t keep = open_at(e.slot);
        end(e.other, e.when, half_record::fate::distilled, keep);
        if (keep != none) ++halves_[keep].rounds;
        return;
      }
      case trace_event::kind::swapped: {
        const std::uint32_t up = open_at(e.slot), down = open_at(e.other);
        end(e.slot, e.when, half_record::fate::swapped, down);
        end(e.other, e.when, half_record::fate::swapped, up);
        return;
      }
      case trace_event::kind::delivered: {
        if (const std::uint32_t h = open_at(e.slot); h != none) halves_[h].request = e.request;
        end(e.slot, e.when, half_record::fate::delivered, none);
        return;
      }
      case trace_event::kind::discarded: end(e.slot, e.when, half_record::fate::discarded, none); return;
      case trace_event::kind::moved:
        if (e.other >= open_.size()) open_.resize(e.other + std::size_t{1}, none);
        open_[e.other] = open_at(e.slot);
        if (e.slot < open_.size()) open_[e.slot] = none;
        return;
    }
  }

  [[nodiscard]] const std::vector<half_record>& halves() const { return halves_; }
  /// Halves that were not recorded for lack of room.
  [[nodiscard]] std::uint64_t passed_over() const { return passed_over_; }
  [[nodiscard]] sim::lineage lineage() const { return sim::lineage{halves_}; }

 private:
  static constexpr std::uint32_t none = half_record::none;

  [[nodiscard]] std::uint32_t open_at(std::uint32_t slot) const { return slot < open_.size() ? open_[slot] : none; }

  void begin(const trace_event& e) {
    if (e.slot >= open_.size()) open_.resize(e.slot + std::size_t{1}, none);
    open_[e.slot] = none;
    if (halves_.size() >= max_halves_) {
      ++passed_over_;
      return;
    }
    const auto h = static_cast<std::uint32_t>(halves_.size());
    halves_.push_back({.node = e.node, .slot = e.slot, .pair = e.pair, .heralded = e.when, .request = {}});
    open_[e.slot] = h;
    // The other end hears of the pair at a time of its own.
    if (const auto other = alone_.find(e.pair); other != alone_.end()) {
      halves_[h].partner = other->second;
      halves_[other->second].partner = h;
      alone_.erase(other);
    } else {
      alone_.emplace(e.pair, h);
    }
  }
  void end(std::uint32_t slot, world_time when, half_record::fate how, std::uint32_t into) {
    const std::uint32_t h = open_at(slot);
    if (h == none) return;
    halves_[h].ended = when;
    halves_[h].end = how;
    halves_[h].into = into;
    open_[slot] = none;
  }

  std::size_t max_halves_ = std::size_t{1} << 20;
  std::vector<half_record> halves_;
  std::vector<std::uint32_t> open_;         // the half in each slot
  std::map<pair_id, std::uint32_t> alone_;  // halves whose partner has not been heralded yet
  std::uint64_t passed_over_ = 0;
};
static_assert(trace_sink<lineage_trace>);

namespace detail {

/// A JSON string; what is not well-formed UTF-8 becomes U+FFFD.
[[nodiscard]] inline std::string json_text(std::string_view text) {
  std::string out = "\"";
  while (!text.empty()) {
    const std::size_t n = utf8_length(text);
    const auto byte = static_cast<unsigned char>(text[0]);
    if (n == 0) {
      out += "\\ufffd";
    } else if (byte < 0x20 || byte == 0x7F) {
      char escaped[8];
      std::snprintf(escaped, sizeof escaped, "\\u%04x", static_cast<unsigned>(byte));
      out += escaped;
    } else {
      if (byte == '"' || byte == '\\') out += '\\';
      out += text.substr(0, n);
    }
    text.remove_prefix(n == 0 ? 1 : n);
  }
  return out + '"';
}

/// A field of a CSV row, quoted if it has to be (RFC 4180).
[[nodiscard]] inline std::string csv_text(std::string_view text) {
  if (text.find_first_of(",\"\r\n") == std::string_view::npos) return std::string{text};
  std::string out = "\"";
  for (const char c : text) out.append(c == '"' ? 2 : 1, c);
  return out + '"';
}

/// "path/epoch/sequence".
[[nodiscard]] inline std::string pair_text(const pair_id& p) {
  return std::to_string(p.path.value()) + '/' + std::to_string(p.epoch) + '/' + std::to_string(p.sequence);
}

/// Whole units and `digits` decimals of a time in picoseconds, exactly: of seconds 12, of microseconds 6.
[[nodiscard]] inline std::string decimal_time(duration t, int digits) {
  std::int64_t unit = 1;
  for (int i = 0; i < digits; ++i) unit *= 10;
  const std::int64_t ps = t.picoseconds() < 0 ? -t.picoseconds() : t.picoseconds();
  char text[48];
  std::snprintf(text, sizeof text, "%s%" PRId64 ".%0*" PRId64, t.picoseconds() < 0 ? "-" : "", ps / unit, digits,
                ps % unit);
  return text;
}

[[nodiscard]] inline std::string node_text(const std::vector<std::string>& names, node_id n) {
  return n.value() < names.size() ? names[n.value()] : "node " + std::to_string(n.value());
}

}  // namespace detail

/// Writes a trace for chrome://tracing and ui.perfetto.dev (the Trace Event Format's JSON): a process for each node,
/// a track for each memory, a slice for each half, with arrows along the swaps and distillations of delivered pairs.
/// `out` is called with pieces of text. Halves still held end at `until`. Times are in microseconds, to the
/// picosecond.
template <class Out>
void write_chrome_trace(const lineage& of, const std::vector<std::string>& node_names, world_time until, Out&& out) {
  const std::vector<half_record>& halves = of.halves();
  const auto at = [](world_time t) { return detail::decimal_time(t.since_epoch(), 6); };
  const auto place = [&](std::uint32_t h) {
    return "\"pid\":" + std::to_string(halves[h].node.value()) + ",\"tid\":" + std::to_string(halves[h].slot);
  };
  out(std::string_view{"{\"displayTimeUnit\":\"ns\",\"traceEvents\":["});
  bool first = true;
  const auto emit = [&](const std::string& event) {
    out(std::string_view{first ? "\n" : ",\n"});
    out(std::string_view{event});
    first = false;
  };
  std::map<std::pair<std::uint32_t, std::uint32_t>, path_id> tracks;
  for (const half_record& half : halves) tracks.try_emplace({half.node.value(), half.slot}, half.pair.path);
  std::uint32_t named = half_record::none;
  for (const auto& [key, path] : tracks) {
    const std::string pid = "\"pid\":" + std::to_string(key.first);
    if (key.first != named)
      emit("{\"ph\":\"M\",\"name\":\"process_name\"," + pid +
           ",\"args\":{\"name\":" + detail::json_text(detail::node_text(node_names, node_id{key.first})) + "}}");
    named = key.first;
    emit("{\"ph\":\"M\",\"name\":\"thread_name\"," + pid + ",\"tid\":" + std::to_string(key.second) +
         ",\"args\":{\"name\":\"memory " + std::to_string(key.second) + ", link " + std::to_string(path.value()) +
         "\"}}");
  }
  for (std::uint32_t h = 0; h < halves.size(); ++h) {
    const half_record& half = halves[h];
    const world_time stop = half.ended.is_never() ? std::max(until, half.heralded) : half.ended;
    std::string event =
        "{\"ph\":\"X\",\"cat\":\"half\",\"name\":\"" + std::string{name_of(half.end)} + "\"," + place(h) +
        ",\"ts\":" + at(half.heralded) + ",\"dur\":" + detail::decimal_time(stop - half.heralded, 6) +
        ",\"args\":{\"half\":" + std::to_string(h) + ",\"pair\":\"" + detail::pair_text(half.pair) + '"';
    if (half.partner != half_record::none)
      event += ",\"partner\":" + detail::json_text(detail::node_text(node_names, halves[half.partner].node));
    if (half.into != half_record::none) {
      event += half.end == half_record::fate::swapped ? ",\"swapped with\":\"" : ",\"distilled into\":\"";
      event += detail::pair_text(halves[half.into].pair) + '"';
    }
    if (half.rounds > 0) event += ",\"distillations\":" + std::to_string(half.rounds);
    if (half.request.valid()) event += ",\"request\":" + std::to_string(half.request.value());
    if (of.delivery_of(h) != lineage::none) event += ",\"delivered pair\":" + std::to_string(of.delivery_of(h));
    emit(event + "}}");
  }
  std::uint32_t arrow = 0;
  for (std::uint32_t h = 0; h < halves.size(); ++h) {
    if (of.delivery_of(h) == lineage::none) continue;
    const auto joins = [&](std::uint32_t from, std::uint32_t to, const char* how) {
      if (to == lineage::none) return;
      if (halves[to].heralded < halves[from].heralded) std::swap(from, to);
      const std::string common =
          std::string{",\"cat\":\"lineage\",\"name\":\""} + how + "\",\"id\":" + std::to_string(arrow++) + ',';
      emit("{\"ph\":\"s\"" + common + place(from) + ",\"ts\":" + at(halves[from].heralded) + '}');
      emit("{\"ph\":\"f\",\"bp\":\"e\"" + common + place(to) + ",\"ts\":" + at(halves[to].heralded) + '}');
    };
    // Each relation once; that of a link pair and that of a swap have two sides.
    const half_record& half = halves[h];
    if (half.partner > h) joins(h, half.partner, "heralded");
    if (half.end == half_record::fate::distilled || half.into > h) joins(h, half.into, name_of(half.end));
  }
  out(std::string_view{"\n]}\n"});
}

/// Writes one row for each half: its number, where and in which link pair it was, when it began and ended (s), how,
/// the halves it was paired with and went into, and the delivered pair and request it served; what does not apply is
/// empty.
template <class Out>
void write_lineage_csv(const lineage& of, const std::vector<std::string>& node_names, Out&& out) {
  out(std::string_view{"half,node,memory,pair,heralded_s,ended_s,end,partner,into,delivered_pair,request\n"});
  const auto number = [](std::uint32_t n) { return n == lineage::none ? std::string{} : std::to_string(n); };
  for (std::uint32_t h = 0; h < of.halves().size(); ++h) {
    const half_record& half = of.halves()[h];
    std::string row = std::to_string(h) + ',' + detail::csv_text(detail::node_text(node_names, half.node)) + ',' +
                      std::to_string(half.slot) + ',' + detail::pair_text(half.pair) + ',' +
                      detail::decimal_time(half.heralded.since_epoch(), 12) + ',';
    if (!half.ended.is_never()) row += detail::decimal_time(half.ended.since_epoch(), 12);
    const std::uint32_t d = of.delivery_of(h);
    row += std::string{','} + name_of(half.end) + ',' + number(half.partner) + ',' + number(half.into) + ',' +
           number(d) + ',';
    if (d != lineage::none && of.deliveries()[d].request.valid())
      row += std::to_string(of.deliveries()[d].request.value());
    out(std::string_view{row += '\n'});
  }
}

}  // namespace ebit::sim
