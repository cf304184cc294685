// SPDX-License-Identifier: Apache-2.0
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "../support/catch.hpp"
#include "../support/sanitized.hpp"
#include "last_words.hpp"
#include "run.hpp"
#include "scenario.hpp"
#include "shrink.hpp"

using namespace ebit_test;

namespace {

#ifdef EBIT_SOAK
constexpr std::uint64_t usual_seeds = 100'000;
constexpr limits usual_limits{.at_least = 10'000};
constexpr unsigned workers = 2;
#else
constexpr std::uint64_t usual_seeds = sanitized ? 1'000 : 5'000;
constexpr limits usual_limits{.at_least = 0};
constexpr unsigned workers = 1;
#endif

[[nodiscard]] std::uint64_t number_from(const char* variable, std::uint64_t usual) {
  const char* text = std::getenv(variable);
  if (text == nullptr) return usual;
  char* end = nullptr;
  const std::uint64_t value = std::strtoull(text, &end, 10);
  if (end == text || *end != '\0') FAIL(variable << ": given '" << text << "', allowed a number");
  return value;
}

/// Takes seeds off a common pile until it is empty or one fails.
class pile {
 public:
  pile(std::uint64_t first, std::uint64_t count) : next_{first}, first_{first}, end_{first + count} {}

  void work() {
    for (std::uint64_t seed = next_++; seed < end_; seed = next_++) {
      const scenario s = scenario_of(seed);
      const last_words words{command_of(s)};
      const outcome o = run(s, usual_limits);
      const std::lock_guard lock{mutex_};
      sum += o;
      ++done_;
      if (!o.broken.empty()) {
        if (broken.empty() || seed < failing) broken = o.broken, failing = seed;
        next_ = end_;
      }
      tell();
    }
  }

  outcome sum;
  std::string broken;
  std::uint64_t failing = 0;

 private:
  /// On a terminal only.
  void tell() const {
    static const bool is_terminal = isatty(STDERR_FILENO) != 0;
    if (!is_terminal || (done_ % 1'000 != 0 && done_ != end_ - first_)) return;
    std::fprintf(stderr, "\r%llu of %llu scenarios, %.3g events ", static_cast<unsigned long long>(done_),
                 static_cast<unsigned long long>(end_ - first_), static_cast<double>(sum.events));
    if (done_ == end_ - first_) std::fputc('\n', stderr);
  }

  std::atomic<std::uint64_t> next_;
  std::uint64_t first_, end_, done_ = 0;
  std::mutex mutex_;
};

}  // namespace

TEST_CASE("simulation: every invariant holds in random networks with random faults") {
  const std::uint64_t first = number_from("EBIT_FIRST_SEED", 0), count = number_from("EBIT_SEEDS", usual_seeds);
  const auto begin = std::chrono::steady_clock::now();
  pile seeds{first, count};
  std::vector<std::thread> others;
  for (unsigned i = 1; i < workers; ++i) others.emplace_back([&] { seeds.work(); });
  seeds.work();
  for (std::thread& t : others) t.join();
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  const outcome& sum = seeds.sum;
  std::printf(
      "seeds %llu to %llu: %.3g events in %.0f s (%.3g per s), %llu messages; of %llu requests %llu served, %llu "
      "refused, %llu expired; %llu pairs, %llu halves revoked, %llu lost to crashes, %llu orphans; %llu lives of "
      "nodes run again alone, %.3g events\n",
      static_cast<unsigned long long>(first), static_cast<unsigned long long>(first + count - 1),
      static_cast<double>(sum.events), seconds, static_cast<double>(sum.events) / seconds,
      static_cast<unsigned long long>(sum.messages), static_cast<unsigned long long>(sum.asked),
      static_cast<unsigned long long>(sum.served), static_cast<unsigned long long>(sum.refused),
      static_cast<unsigned long long>(sum.expired), static_cast<unsigned long long>(sum.pairs),
      static_cast<unsigned long long>(sum.fates.revoked), static_cast<unsigned long long>(sum.fates.crashed),
      static_cast<unsigned long long>(sum.fates.orphans), static_cast<unsigned long long>(sum.lives),
      static_cast<double>(sum.told));
  if (seeds.broken.empty()) return;
  const outcome whole{.broken = seeds.broken};
  const scenario small = shrunk(scenario_of(seeds.failing), whole.rule(), usual_limits);
  std::printf("The same rule breaks in\n%s\n", command_of(small).c_str());  // in one line, to be copied
  FAIL("seed " << seeds.failing << ": " << seeds.broken);
}

TEST_CASE("simulation: replay one scenario") {
  const char* text = std::getenv("EBIT_SCENARIO");
  // Without one, what a seed gives is replayed from its text.
  const ebit::result<scenario> s = scenario_from(text != nullptr ? text : text_of(scenario_of(1)));
  if (!s) FAIL("EBIT_SCENARIO: " << s.error().message());
  limits l = usual_limits;
  l.alone = 1;
  const outcome o = run(*s, l);
  std::printf("%llu events, %llu messages, %llu of %llu requests served, %llu pairs\n",
              static_cast<unsigned long long>(o.events), static_cast<unsigned long long>(o.messages),
              static_cast<unsigned long long>(o.served), static_cast<unsigned long long>(o.asked),
              static_cast<unsigned long long>(o.pairs));
  if (!o.broken.empty()) FAIL(o.broken);
}

TEST_CASE("simulation: nodes whose clocks are set back and that start again do the same alone") {
  const ebit::result<scenario> s = scenario_from(
      "seed=5 nodes=3 memories=2 retransmit=300 line=0:1:1000:500 line=1:2:1000:500 ask=0:2:100:0:0:0:0:1:0:0:0:0 "
      "clock_step=1000:0:0:0:-2000:0:1 crash=2000:500:1:0:0:0:1 clock_step=3500:0:1:0:-3000:0:1");
  REQUIRE(s);
  const outcome o = run(*s, {.alone = 1});
  CHECK(o.broken == "");
  CHECK(o.served == 1);
  CHECK(o.lives == 4);
  CHECK(o.told > 1'000);
}

// A cut-off of a few light times, without a time limit: rare as pairs are, the line of those that wait moves up.
TEST_CASE("simulation: pumping goes on where pairs that wait in line are cut off") {
  const ebit::result<scenario> s = scenario_from(
      "seed=5 stack=pumping rounds=2 nodes=4 memories=40 cutoff=90 line=0:1:1000:500 line=1:2:1000:500 "
      "line=2:3:1000:500 ask=0:3:3000:0:0:0:0:1:0:0:0:0");
  REQUIRE(s);
  const outcome o = run(*s, {.at_most = 10'000'000, .seconds = 1});
  CHECK(o.broken == "");
  CHECK(o.served == 1);
}

// Node 2 hears of a join before the read-out of the distillation that went before it, and has to tell the far end.
TEST_CASE("simulation: where one end decides alone it tells of a bad pair whoever has the other half by then") {
  const ebit::result<scenario> s = scenario_from(
      "seed=16489 stack=one_way rounds=1 nodes=6 memories=2 shared=1 noisy=1 gate_time=1 jitter=67 "
      "line=2:1:1000:500 line=3:2:8419:500 line=3:4:1000:500 line=4:5:1000:500 ask=5:1:4:0:0:0:0:1:0:0:0:0");
  REQUIRE(s);
  const outcome o = run(*s);
  CHECK(o.broken == "");
  CHECK(o.served == 1);
}

// The circuit ends while its inner node still distils and joins what the head has let go of.
TEST_CASE("simulation: undecided pairs of a circuit that ends are no mistake of either end") {
  const ebit::result<scenario> s = scenario_from(
      "seed=14713 stack=optimistic order=sequential rounds=1 nodes=3 memories=4 line=0:1:1000:500 "
      "line=2:0:4978:500 ask=2:1:1:0:0:0:0:1:0:0:0:0");
  REQUIRE(s);
  const outcome o = run(*s);
  CHECK(o.broken == "");
  CHECK(o.served == 1);
}

// Node 2 hears the read-out that decides one join in the very instant in which it makes another, of an older half.
TEST_CASE("simulation: the age that a join is told with is that of its own halves, whatever else is joined then") {
  const ebit::result<scenario> s = scenario_from(
      "seed=16647 stack=optimistic order=nested rounds=1 nodes=5 memories=4 swap_failures=245 retransmit=192 loss=10 "
      "duplication=200 line=1:0:369:500 line=2:0:679:500 line=4:2:1168:500 ask=1:4:47:0:0:0:0:1:0:0:0:0 "
      "ask=0:2:1:28:0:0:0:1:0:0:0:0");
  REQUIRE(s);
  const outcome o = run(*s, {.at_least = 10'000});
  CHECK(o.broken == "");
  CHECK(o.events >= 10'000);
}

TEST_CASE("simulation: all stacks are drawn, so are failing Bell measurements, and no two faults coincide") {
  std::array<int, 7> stacks{};
  int fail = 0, faults = 0;
  for (std::uint64_t seed = 0; seed < 5'000; ++seed) {
    const scenario s = scenario_of(seed);
    ++stacks.at(static_cast<std::size_t>(s.kind));
    fail += s.swap_failures != 0 ? 1 : 0;
    for (std::size_t i = 0; i < s.faults.size(); ++i, ++faults) CHECK_FALSE(coincides(s.faults, i));
    CHECK(check(s));
  }
  for (const int drawn : stacks) CHECK(drawn > 500);
  CHECK(fail > 500);
  CHECK(faults > 1'000);
  scenario::fault down{.what = scenario::fault::kind::link_down, .at = 70, .lasts = 30};
  CHECK(coincides({{.at = 100}, down}, 1));
  down.lasts = 40;
  CHECK_FALSE(coincides({{.at = 100}, down}, 1));
}

TEST_CASE("simulation: a scenario's text reads back as the scenario, and other text says what is wrong") {
  for (std::uint64_t seed = 0; seed < 500; ++seed) {
    const scenario s = scenario_of(seed);
    const ebit::result<scenario> back = scenario_from(text_of(s));
    INFO(text_of(s));
    REQUIRE(back);
    CHECK(*back == s);
  }
  const auto error = [](const std::string& text) {
    const ebit::result<scenario> s = scenario_from(text);
    return s ? std::string{"none"} : s.error().message();
  };
  CHECK(error("sed=1").find("given 'sed=1'") != std::string::npos);
  CHECK(error("seed=x").find("seed=<number>") != std::string::npos);
  CHECK(error("memories=0").find("memories=<1 to 64>") != std::string::npos);
  CHECK(error("line=0:1:5").find("line=<a>:<b>") != std::string::npos);
  CHECK(error("nodes=2 line=0:5:1000:500").find("nodes 0 to 1") != std::string::npos);
  CHECK(error("crash=1:2:3:4:5:6:7:8").find("crash=<at>") != std::string::npos);
  CHECK(error("stack=dejmp").find("plain, dejmps") != std::string::npos);
}

TEST_CASE("simulation: a failing scenario is made smaller and still fails in the same way") {
  // Fails when there are a crash of node 1 and a demand for at least 7 pairs.
  const auto fails = [](const scenario& s) {
    bool crash = false, many = false;
    for (const scenario::fault& f : s.faults) crash |= f.what == scenario::fault::kind::crash;
    for (const scenario::demand& d : s.demands) many |= d.pairs >= 7;
    return crash && many;
  };
  int found = 0;
  for (std::uint64_t seed = 0; seed < 300; ++seed) {
    const scenario s = scenario_of(seed);
    if (!fails(s)) continue;
    ++found;
    const scenario small = shrunk(s, fails);
    INFO(text_of(s) << "\n" << text_of(small));
    CHECK(fails(small));
    CHECK(small.nodes <= 3);  // the one that crashes may be neither end of the demand
    CHECK(small.lines.size() <= 1);
    REQUIRE(small.faults.size() == 1);
    REQUIRE(small.demands.size() == 1);
    CHECK(small.demands[0].pairs == 7);
    CHECK(small.loss + small.jitter + small.duplication == 0);
  }
  CHECK(found > 5);
}
