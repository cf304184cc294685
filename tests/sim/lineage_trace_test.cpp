// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <ebit/ebit.hpp>
#include <ebit/sim/lineage_trace.hpp>

#include <support/catch.hpp>

using namespace ebit::literals;
namespace sim = ebit::sim;
using fate = sim::half_record::fate;

namespace {

/// Whether a text is one JSON value and nothing else (RFC 8259); counts the objects in it.
class json_checker {
 public:
  explicit json_checker(std::string_view text) : text_{text} {}
  [[nodiscard]] bool valid() {
    const bool ok = value();
    space();
    return ok && at_ == text_.size();
  }
  [[nodiscard]] std::size_t objects() const { return objects_; }

 private:
  void space() {
    while (at_ < text_.size() && std::string_view{" \n\r\t"}.find(text_[at_]) != std::string_view::npos) ++at_;
  }
  bool eat(char c) {
    space();
    if (at_ == text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }
  bool string() {
    if (!eat('"')) return false;
    for (; at_ < text_.size() && text_[at_] != '"'; ++at_) {
      if (static_cast<unsigned char>(text_[at_]) < 0x20) return false;
      if (text_[at_] == '\\' && std::string_view{"\"\\/bfnrtu"}.find(text_[++at_]) == std::string_view::npos)
        return false;
    }
    return eat('"');
  }
  bool digits() {
    const std::size_t first = at_;
    while (at_ < text_.size() && text_[at_] >= '0' && text_[at_] <= '9') ++at_;
    return at_ > first;
  }
  bool number() {
    eat('-');
    const std::size_t first = at_;
    if (!digits() || (text_[first] == '0' && at_ > first + 1)) return false;
    return at_ == text_.size() || text_[at_] != '.' || (++at_, digits());
  }
  bool value() {
    space();
    if (at_ == text_.size()) return false;
    if (text_[at_] == '"') return string();
    if (text_[at_] == '{') return objects_ += 1, members('{', '}', true);
    if (text_[at_] == '[') return members('[', ']', false);
    return number();
  }
  bool members(char open, char close, bool named) {
    eat(open);
    if (eat(close)) return true;
    do {
      if (named && (!string() || !eat(':'))) return false;
      if (!value()) return false;
    } while (eat(','));
    return eat(close);
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::size_t objects_ = 0;
};

struct plain : ebit::default_profile {};
struct with_dejmps : ebit::default_profile {
  using purify = ebit::purify::dejmps;
};

template <class Profile>
using traced = sim::network<Profile, ebit::bell_diagonal, sim::lineage_trace>;

/// Every delivered pair's link pairs and swaps are there, from one end to the other.
void check_closed(const sim::lineage& history, ebit::node_id from, ebit::node_id to, std::size_t hops) {
  const auto& halves = history.halves();
  for (const sim::delivery_record& d : history.deliveries()) {
    REQUIRE(d.complete());
    const std::set<ebit::node_id> ends{halves[d.first].node, halves[d.second].node};
    CHECK(ends == std::set<ebit::node_id>{from, to});
    CHECK(halves[d.first].request == halves[d.second].request);
    CHECK(d.swaps.size() == hops - 1);
    std::set<ebit::pair_id> links{halves[d.first].pair};
    std::set<ebit::node_id> nodes = ends;
    for (const std::uint32_t s : d.swaps) {
      CHECK(halves[s].ended == halves[halves[s].into].ended);
      CHECK(halves[s].node == halves[halves[s].into].node);
      links.insert(halves[halves[s].into].pair);
      nodes.insert(halves[s].node);
    }
    CHECK(links.size() == hops);
    CHECK(nodes.size() == hops + 1);
    for (const std::uint32_t h : d.halves) {
      REQUIRE(halves[h].partner != sim::lineage::none);
      CHECK(halves[halves[h].partner].pair == halves[h].pair);
      CHECK(halves[halves[h].partner].partner == h);
      CHECK(halves[halves[h].partner].node != halves[h].node);
      CHECK(halves[h].heralded <= halves[h].ended);
      CHECK(halves[h].end != fate::discarded);
      CHECK(halves[h].end != fate::held);
      CHECK(std::binary_search(d.halves.begin(), d.halves.end(), halves[h].partner));
    }
  }
}

std::size_t count(const std::string& text, std::string_view what) {
  std::size_t n = 0;
  for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + 1)) ++n;
  return n;
}

template <class Network>
std::string json_of(const Network& run, const std::vector<std::string>& names) {
  std::string text;
  sim::write_chrome_trace(run.trace().lineage(), names, run.now(), [&](std::string_view s) { text += s; });
  return text;
}

}  // namespace

TEST_CASE("lineage: what went into each delivered pair is recorded without a gap") {
  const auto net = sim::chain(5, ebit::link::fibre{.length = 20_km});
  traced<plain> run{net, {.seed = 3}};
  const auto r = run.request({.from = net.node(0), .to = net.node(4), .pairs = 40, .min_fidelity = 0.8});
  REQUIRE(r);
  run.run();
  REQUIRE(r->delivered() == 40);
  const sim::lineage history = run.trace().lineage();
  CHECK(history.deliveries().size() == 40);
  check_closed(history, net.node(0), net.node(4), 4);
  for (const auto& d : history.deliveries()) CHECK(d.halves.size() == 8);
  for (const auto& h : history.halves()) CHECK(h.end != fate::held);
}

TEST_CASE("lineage: distilled pairs name what was spent on them") {
  const auto net = sim::chain(3, ebit::link::fibre{.length = 10_km});
  for (const auto where : {ebit::purify::where::link, ebit::purify::where::end_to_end}) {
    traced<with_dejmps> run{net, {.seed = 4, .purify = {.rounds = 1, .at = where}}};
    const auto r = run.request({.from = net.node(0), .to = net.node(2), .pairs = 20, .min_fidelity = 0.8});
    REQUIRE(r);
    run.run();
    REQUIRE(r->delivered() == 20);
    const sim::lineage history = run.trace().lineage();
    CHECK(history.deliveries().size() == 20);
    check_closed(history, net.node(0), net.node(2), 2);
    // One round needs two pairs on each of the two links.
    for (const auto& d : history.deliveries()) CHECK(d.halves.size() == 8);
  }
}

TEST_CASE("lineage: the trace is JSON with a named process for each node and a slice for each half") {
  const auto net = sim::chain(4, ebit::link::fibre{.length = 20_km});
  traced<plain> run{net, {.seed = 5}};
  const auto r = run.request({.from = net.node(0), .to = net.node(3), .pairs = 10, .min_fidelity = 0.8});
  REQUIRE(r);
  run.run();
  const std::string text = json_of(run, {"A \"quoted\" \\ name", "tab\there", "bad \xFF byte", "Zürich"});
  json_checker checker{text};
  CHECK(checker.valid());
  CHECK(checker.objects() > run.trace().halves().size());
  CHECK(count(text, "\"ph\":\"X\"") == run.trace().halves().size());
  CHECK(count(text, "\"process_name\"") == 4);
  CHECK(count(text, "\"ph\":\"s\"") == count(text, "\"ph\":\"f\""));
  // Per delivered pair: three link pairs and two swaps.
  CHECK(count(text, "\"ph\":\"s\"") == 10 * 5);
  CHECK(text.find("Zürich") != std::string::npos);
  CHECK(text.find("bad \\ufffd byte") != std::string::npos);
}

TEST_CASE("lineage: slices on one track do not overlap") {
  const auto net = sim::chain(4, ebit::link::fibre{.length = 5_km});
  traced<plain> run{net, {.seed = 6}};
  REQUIRE(run.request({.from = net.node(0), .to = net.node(3), .pairs = 30}));
  run.run();
  std::vector<sim::half_record> halves = run.trace().halves();
  std::sort(halves.begin(), halves.end(), [](const auto& a, const auto& b) {
    return a.slot != b.slot ? a.slot < b.slot : a.heralded < b.heralded;
  });
  for (std::size_t i = 1; i < halves.size(); ++i)
    if (halves[i - 1].slot == halves[i].slot) CHECK(halves[i - 1].ended <= halves[i].heralded);
}

TEST_CASE("lineage: memory is bounded and a gap is not hidden") {
  const auto net = sim::chain(3, ebit::link::fibre{.length = 10_km});
  const auto serve = [&](std::size_t room) {
    traced<plain> run{net, {.seed = 7}, sim::lineage_trace{room}};
    REQUIRE(run.request({.from = net.node(0), .to = net.node(2), .pairs = 50}));
    run.run();
    return run.trace();
  };
  const auto all = serve(std::size_t{1} << 20);
  const auto some = serve(21);
  CHECK(some.halves().size() == 21);
  CHECK(some.passed_over() == all.halves().size() - 21);
  CHECK(serve(0).halves().empty());
  const sim::lineage history = some.lineage();
  for (const auto& d : history.deliveries())
    if (d.complete()) CHECK(d.halves.size() == 4);
}

TEST_CASE("lineage: the table has a row for each half, with times to the picosecond") {
  CHECK(sim::detail::decimal_time(1_ps, 12) == "0.000000000001");
  CHECK(sim::detail::decimal_time(1'500'000_ps, 6) == "1.500000");
  CHECK(sim::detail::decimal_time(-(2_s) - 1_ps, 12) == "-2.000000000001");
  CHECK(sim::detail::csv_text("a,\"b\"") == "\"a,\"\"b\"\"\"");
  const auto net = sim::chain(2, ebit::link::fibre{.length = 10_km});
  traced<plain> run{net, {.seed = 8}};
  REQUIRE(run.request({.from = net.node(0), .to = net.node(1), .pairs = 3}));
  run.run();
  std::string text;
  sim::write_lineage_csv(run.trace().lineage(), {"a", "b"}, [&](std::string_view s) { text += s; });
  CHECK(count(text, "\n") == run.trace().halves().size() + 1);
  CHECK(count(text, ",delivered,") == 6);
}
