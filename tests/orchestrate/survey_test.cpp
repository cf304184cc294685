// SPDX-License-Identifier: Apache-2.0
#include "../support/catch.hpp"

#include <cstdint>

#include <ebit/orchestrate/survey.hpp>

using namespace ebit;
using namespace ebit::literals;
using namespace ebit::orchestrate;

namespace {

wire::holding held(std::uint32_t path, std::uint32_t peer, bool is_head, std::uint16_t port,
                   std::uint32_t delivered) {
  wire::holding h;
  h.path = path_id{path};
  h.request = request_id{9};
  h.peer = node_id{peer};
  h.delivered = delivered;
  h.port = port;
  h.role = is_head ? wire::grant::head : wire::grant::tail;
  return h;
}

wire::surveyed sum(std::uint16_t leases, std::uint16_t asks, path_id latest = path_id::none()) {
  wire::surveyed s;
  s.latest = latest;
  s.next_ticket = 5;
  s.leases = leases;
  s.asks = asks;
  return s;
}

}  // namespace

TEST_CASE("orchestrate.survey: is over when all have summed up and all they announced has come") {
  survey s{3};
  CHECK(s.is_over());
  s.begin(local_time{} + 1_ms);
  CHECK(!s.is_over());
  CHECK(s.deadline() == local_time{} + 1_ms);
  CHECK(s.hear(0, sum(1, 1, path_id{50})));
  CHECK(!s.hear(0, sum(0, 0)));  // said already
  CHECK(!s.has_answered(0));
  CHECK((s.covers(0, 5) == false && s.hear_ask(0, 4) && !s.hear_ask(0, 4) && s.knows_ask(0, 4)));
  CHECK(!s.has_answered(0));
  s.hear(0, held(7, 1, true, 2, 11));
  CHECK(s.has_answered(0));
  CHECK(s.hear(2, sum(0, 0)));
  CHECK(s.has_answered(2));
  CHECK(!s.is_over());

  s.hear(1, held(7, 0, false, 3, 99));
  s.hear(1, held(7, 0, false, 3, 99));  // again: counts once
  CHECK(s.hear(1, sum(2, 0)));
  CHECK(!s.is_over());
  s.hear(1, held(60, 2, true, 4, 5));
  CHECK(s.is_over());
  CHECK(s.latest() == path_id{60});

  REQUIRE(s.paths().size() == 2);
  const survey::found_path &both = s.paths()[0], &one = s.paths()[1];
  CHECK((both.by_head && both.by_tail));
  CHECK(both.head == 0);
  CHECK(both.tail == 1);
  CHECK(both.port_head == 2);
  CHECK(both.port_tail == 3);
  CHECK(both.delivered == 11);  // the head counts
  CHECK((one.by_head && !one.by_tail));

  s.begin(local_time{} + 2_ms);
  CHECK(s.paths().empty());
  CHECK(!s.latest().valid());
  CHECK(!s.has_answered(1));
  s.end();
  CHECK(s.is_over());
  CHECK(s.deadline().is_never());
}

TEST_CASE("orchestrate.survey: who was out of reach answers late; who starts again answers for what it is then") {
  survey s{3};
  CHECK((!s.awaits(0) && !s.covers(0, 1) && !s.hear(0, sum(0, 0))));  // nobody was asked
  s.begin(local_time{} + 1_ms);
  s.hear(0, held(7, 1, true, 2, 11));
  s.hear(1, held(7, 0, false, 3, 11));
  CHECK(s.hear_ask(1, 3));
  CHECK(s.hear(0, sum(1, 0, path_id{50})));
  s.end();
  CHECK((s.awaits(1) && s.awaits(2) && !s.awaits(0)));
  s.restarts(1);  // of what it had said nothing is true any more
  CHECK((s.awaits(1) && !s.paths()[0].by_tail && s.paths()[0].by_head && !s.knows_ask(1, 3)));
  wire::surveyed late = sum(0, 1, path_id{70});
  late.next_ticket = 9;
  CHECK(s.covers(1, 100));
  CHECK(s.hear(1, late));
  CHECK((!s.awaits(1) && !s.has_answered(1) && s.covers(1, 8) && !s.covers(1, 9)));
  CHECK((s.hear_ask(1, 8) && s.has_answered(1) && s.latest() == path_id{70}));
  s.restarts(0);  // it had answered: what it asks from now on is like anything else
  CHECK((!s.awaits(0) && !s.covers(0, 1) && !s.paths()[0].by_head));
  s.forget();
  CHECK((!s.awaits(2) && !s.covers(1, 8)));
}

TEST_CASE("orchestrate.survey: ends that contradict each other make no light path of two ends") {
  survey s{3};
  s.begin(local_time{} + 1_ms);
  s.hear(0, held(7, 1, true, 0, 1));
  s.hear(2, held(7, 0, false, 0, 1));  // the head named another tail
  s.hear(1, held(7, 2, true, 0, 1));   // and there is a head already
  REQUIRE(s.paths().size() == 1);
  CHECK(s.paths()[0].by_head);
  CHECK(!s.paths()[0].by_tail);
}
