// SPDX-License-Identifier: Apache-2.0
#include "../support/catch.hpp"

#include <cstdint>
#include <vector>

#include <ebit/route/recent_deliveries.hpp>

using namespace ebit;
using namespace ebit::literals;

namespace {

[[nodiscard]] route::recent_delivery half(std::uint32_t circuit, std::uint64_t sequence, std::uint32_t epoch = 1,
                                          bool confirmed = false) {
  route::recent_delivery d;
  d.circuit = circuit_id{circuit};
  d.request = request_id{3};
  d.sequence = sequence;
  d.epoch = epoch;
  d.confirmed = confirmed;
  return d;
}
[[nodiscard]] std::vector<std::uint64_t> taken_back(route::recent_deliveries& all, local_time now) {
  std::vector<std::uint64_t> out;
  all.expire(now, [&](route::recent_delivery& d) {
    out.push_back(d.sequence);
    d.revoked = true;
  });
  return out;
}

}  // namespace

TEST_CASE("route.recent_deliveries: a half is found by circuit, epoch and sequence, the newest of a name first") {
  route::recent_deliveries all;
  CHECK(all.find(circuit_id{1}, 1, 5) == nullptr);
  all.record(half(1, 5));
  CHECK(all.find(circuit_id{1}, 1, 5) != nullptr);
  CHECK(all.find(circuit_id{1}, 2, 5) == nullptr);
  CHECK(all.find(circuit_id{2}, 1, 5) == nullptr);
  CHECK(all.find(circuit_id{1}, 1, 4) == nullptr);
  route::recent_delivery second = half(1, 5);
  second.request = request_id{9};
  all.record(second);
  CHECK(all.find(circuit_id{1}, 1, 5)->request == request_id{9});
}

TEST_CASE("route.recent_deliveries: the oldest goes when there is no more room") {
  constexpr std::uint64_t capacity = route::recent_deliveries::capacity;
  route::recent_deliveries all;
  for (std::uint64_t s = 0; s < capacity + 10; ++s) all.record(half(1, s));
  for (std::uint64_t s = 0; s < capacity + 10; ++s)
    if ((all.find(circuit_id{1}, 1, s) != nullptr) != (s >= 10)) FAIL("half " << s);
}

TEST_CASE("route.recent_deliveries: what is in doubt and not confirmed in time is taken back, once") {
  route::recent_deliveries all;
  all.record(half(1, 1));
  all.record(half(1, 2, 1, true));  // the head has it
  all.record(half(2, 3));           // of a circuit that lives
  all.record(half(1, 4));
  all.record(half(1, 5));
  all.find(circuit_id{1}, 1, 5)->revoked = true;
  CHECK(all.next_deadline().is_never());
  CHECK(taken_back(all, local_time{1_s}).empty());
  all.doubt(circuit_id{1}, local_time{50_us});
  CHECK(all.next_deadline() == local_time{50_us});
  CHECK(taken_back(all, local_time{50_us} - 1_ps).empty());
  all.find(circuit_id{1}, 1, 4)->confirmed = true;  // the word comes while it is waited for
  CHECK(taken_back(all, local_time{50_us}) == std::vector<std::uint64_t>{1});
  CHECK(taken_back(all, local_time{1_s}).empty());
  CHECK(all.next_deadline().is_never());
  all.doubt(circuit_id{1}, local_time{60_us});  // nothing of it is left to doubt
  CHECK(all.next_deadline().is_never());
}

TEST_CASE("route.recent_deliveries: circuits are doubted each in its own time") {
  route::recent_deliveries all;
  for (const std::uint32_t circuit : {1U, 2U, 3U}) all.record(half(circuit, circuit));
  all.doubt(circuit_id{3}, local_time{30_us});
  all.doubt(circuit_id{1}, local_time{10_us});
  all.doubt(circuit_id{2}, local_time{20_us});
  for (const std::uint64_t which : {1U, 2U, 3U}) {
    const local_time due = all.next_deadline();
    CHECK(due == local_time{10_us * static_cast<std::int64_t>(which)});
    CHECK(taken_back(all, due) == std::vector<std::uint64_t>{which});
  }
  CHECK(all.next_deadline().is_never());
}
