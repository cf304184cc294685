// SPDX-License-Identifier: Apache-2.0

// Who finds the ways: each head by the map it was given, the nodes among themselves, or a central controller. Each is a
// choice made in one place. All of them serve the same requests on the same nodes and fibres, of which some are cut for a while.
//
//     routing_choices [--seed S] [--markdown FILE]

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <ebit/orchestrate/fabric.hpp>
#include <ebit/orchestrate/fabric_parts.hpp>
#include <ebit/route/link_state_routing.hpp>
#include <ebit/sim/data_centre.hpp>
#include <ebit/sim/demand.hpp>
#include <ebit/sim/network.hpp>

#include "support/output_file.hpp"
#include "support/whole_number.hpp"

namespace {

using namespace ebit::literals;

// The choices. Nodes that find ways by themselves have a route policy; those that a controller serves are told theirs.
struct as_planned : ebit::default_profile {
  using route = ebit::route::cheapest_path;
};
struct told_by_nodes : ebit::default_profile {
  using route = ebit::route::link_state_routing<>;
};
using told_by_controller = ebit::sim::data_centre<ebit::default_profile, ebit::orchestrate::adaptive>;

constexpr std::uint32_t nodes = 12;
constexpr ebit::length each = ebit::kilometres(5);
constexpr ebit::duration begins = 500_ms, mended = 1500_ms, span = 2_s;

/// Two lines of six nodes with a rung between each two: nodes 0 to 5 and 6 to 11.
std::vector<std::pair<std::uint32_t, std::uint32_t>> fibres() {
  std::vector<std::pair<std::uint32_t, std::uint32_t>> all;
  for (std::uint32_t i = 0; i < 5; ++i) all.push_back({i, i + 1});
  for (std::uint32_t i = 6; i < 11; ++i) all.push_back({i, i + 1});
  for (std::uint32_t i = 0; i < 6; ++i) all.push_back({i, i + 6});
  return all;
}
/// From 2 to 3, from 7 to 8 and from 4 to 10: every node can still be reached.
constexpr std::uint32_t cut[] = {2, 6, 14};

ebit::sim::topology as_links() {
  ebit::sim::topology net;
  for (std::uint32_t n = 0; n < nodes; ++n) net.add_node();
  for (const auto& [a, b] : fibres()) net.add_link(net.node(a), net.node(b), {.length = each});
  return net;
}
/// The same for a controller, which has to know what each fibre has in its middle: an analyser. There are no switches.
ebit::orchestrate::fabric as_fabric() {
  namespace net = ebit::orchestrate;
  net::fabric_parts parts;
  parts.name = "ladder";
  parts.analyser_models = {{}};
  parts.elements.resize(nodes);
  for (std::uint32_t n = 0; n < nodes; ++n) parts.elements[n] = {.ports = 0, .label = "n" + std::to_string(n)};
  for (const auto& [a, b] : fibres()) {
    const net::element_id middle{static_cast<std::uint32_t>(parts.elements.size())};
    std::uint16_t input = 0;
    for (const std::uint32_t n : {a, b})
      parts.spans.push_back(
          {net::element_id{n}, middle, parts.elements[n].ports++, input++, each / 2.0, ebit::decibels(0)});
    parts.elements.push_back({.kind = net::element_kind::analyser,
                              .tier = 1,
                              .ports = 2,
                              .label = "n" + std::to_string(a) + "-n" + std::to_string(b)});
  }
  return net::fabric{std::move(parts)};
}

ebit::link::hardware equipment() {
  ebit::link::hardware h = ebit::link::bell_state_analyser{}.installed_in(ebit::link::default_hardware());
  h.emission_efficiency = 0.3;
  h.visibility = 0.98;
  h.memory = {100_s, 1_s};
  h.memories = 4;
  return h;
}

template <ebit::profile Profile>
auto make_network(std::uint64_t seed) {
  ebit::sim::network_options<Profile> o{.seed = seed, .hardware = equipment()};
  for (const std::uint32_t i : cut)
    o.faults.schedule.push_back({.what = ebit::scheduled_fault::kind::link_down,
                                 .at = begins,
                                 .lasts = mended - begins,
                                 .path = ebit::path_id{i}});
  return ebit::sim::network<Profile>{as_links(), o};
}
told_by_controller make_centre(std::uint64_t seed) {
  told_by_controller::options_type o;
  o.seed = seed;
  o.hardware = equipment();
  for (const std::uint32_t i : cut)
    for (const std::uint32_t half : {2 * i, 2 * i + 1})
      o.broken.push_back({.what = ebit::sim::fabric_fault::kind::fibre,
                          .at = begins,
                          .lasts = mended - begins,
                          .fibre = ebit::orchestrate::span_id{half}});
  o.control.farthest = 150_us;  // six fibres
  return told_by_controller{as_fabric(), o};
}

struct figures {
  std::uint64_t requests = 0, served = 0, pairs = 0;  ///< requests served whole and in time
  std::vector<double> times;                          ///< s, of those
};
struct outcome {
  figures sound, broken;  ///< of requests made while nothing was cut, and while something was
  std::uint64_t messages = 0;
  double fidelity = 0;
};

template <class Simulated>
ebit::result<outcome> serve(Simulated simulated, std::uint64_t seed) {
  if (const ebit::status& ok = simulated.validate(); !ok) return ok.error();
  ebit::sim::demand_stream demand{
      {.requests_per_second = 250, .pairs = 10, .min_fidelity = 0.8, .time_limit = 50_ms, .seed = seed}, nodes};
  for (ebit::sim::timed_request r = demand.next(); r.at < span; r = demand.next()) {
    simulated.run_until(ebit::world_time{r.at});
    if (const auto asked = simulated.request(r.wanted); !asked) return asked.error();
  }
  simulated.run_until(ebit::world_time{span + 100_ms});
  outcome out;
  double sum = 0;
  for (const ebit::sim::request_record& r : simulated.requests()) {
    const ebit::duration at = r.issued.since_epoch();
    figures& of = at >= begins && at < mended ? out.broken : out.sound;
    ++of.requests;
    of.pairs += r.deliveries.size();
    for (const ebit::sim::delivered_pair& d : r.deliveries) sum += d.fidelity;
    if (r.deliveries.size() < r.asked.pairs) continue;
    ++of.served;
    of.times.push_back((r.at_head.back() - r.issued).seconds());
  }
  const std::uint64_t pairs = out.sound.pairs + out.broken.pairs;
  out.fidelity = pairs > 0 ? sum / static_cast<double>(pairs) : 0;
  out.messages = simulated.messages();
  return out;
}

std::string line_of(const char* who, const char* choice, outcome& o) {
  const auto part = [](figures& f) {
    std::sort(f.times.begin(), f.times.end());
    char text[120];
    std::snprintf(text, sizeof text, "%llu of %llu | %.2f ms", static_cast<unsigned long long>(f.served),
                  static_cast<unsigned long long>(f.requests),
                  f.times.empty() ? 0.0 : f.times[f.times.size() / 2] * 1e3);
    return std::string{text};
  };
  char end[80];
  std::snprintf(end, sizeof end, " | %.4f | %llu |\n", o.fidelity, static_cast<unsigned long long>(o.messages));
  return std::string{"| "} + who + " | `" + choice + "` | " + part(o.sound) + " | " + part(o.broken) + end;
}

ebit::status compare(std::uint64_t seed, const std::string& markdown) {
  support::output_file file;
  if (const ebit::status open = file.open("--markdown", markdown); !open) return open;
  std::string table =
      "| who finds ways | the choice | served, nothing cut | median | served, fibres cut | median | fidelity | "
      "messages |\n| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: |\n";
  const auto add = [&](const char* who, const char* choice, ebit::result<outcome> done) -> ebit::status {
    if (!done) return done.error();
    table += line_of(who, choice, *done);
    return ebit::success{};
  };
  for (const ebit::status& ok :
       {add("each head, once", "route = cheapest_path", serve(make_network<as_planned>(seed), seed)),
        add("nodes that tell each other", "route = link_state_routing<>",
            serve(make_network<told_by_nodes>(seed), seed)),
        add("a central controller", "data_centre<profile, adaptive>", serve(make_centre(seed), seed))})
    if (!ok) return ok;
  std::printf("%s", table.c_str());
  if (file) file(table);
  return file.close();
}

}  // namespace

int main(int argc, char** argv) {
  std::uint64_t seed = 1;
  std::string markdown;
  ebit::status ok = ebit::success{};
  for (int i = 1; i < argc && ok; ++i) {
    const std::string_view name = argv[i];
    if (name == "--help") {
      std::puts(
          "routing_choices [--seed S] [--markdown FILE]\n\n"
          "Serves the same requests on the same nodes, with fibres cut for a while, with each of three who find the "
          "ways.");
      return 0;
    }
    if (name != "--seed" && name != "--markdown")
      ok = ebit::config_error{"option", ebit::sim::detail::quoted(name), "one that --help lists"};
    else if (++i == argc)
      ok = ebit::config_error{std::string{name}, "nothing", "a value after it"};
    else if (name == "--seed")
      ok = support::whole_number(name, argv[i], 0, INT64_MAX, seed);
    else
      markdown = argv[i];
  }
  if (ok) ok = compare(seed, markdown);
  if (ok) return 0;
  std::fprintf(stderr, "routing_choices: %s\n", ok.error().message().c_str());
  return 2;
}
