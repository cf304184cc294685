// SPDX-License-Identifier: Apache-2.0
#include "../support/catch.hpp"

#include <algorithm>
#include <cstdint>
#include <vector>

#include <ebit/core/random.hpp>
#include <ebit/core/samplers.hpp>
#include <ebit/orchestrate/lease_log.hpp>

using namespace ebit;
using namespace ebit::literals;
using namespace ebit::orchestrate;

namespace {

wire::log_lease lease_of(std::uint32_t path, std::uint32_t spans_a, std::uint32_t spans_b) {
  wire::log_lease body;
  body.path = path_id{path};
  body.request = request_id{path + 1};
  body.head = node_id{1};
  body.tail = node_id{2};
  body.ticket = path + 3;
  body.pairs = 40;
  body.spans_a = spans_a;
  body.spans_b = spans_b;
  body.lease = 5_ms;
  return body;
}

wire::log_spans spans_of(std::uint32_t path, std::size_t first, std::size_t count) {
  wire::log_spans body;
  body.path = path_id{path};
  body.first = static_cast<std::uint32_t>(first);
  body.count = static_cast<std::uint8_t>(count);
  for (std::size_t i = 0; i < count; ++i) body.spans[i] = static_cast<std::uint32_t>(100 * path + first + i);
  return body;
}

}  // namespace

TEST_CASE("orchestrate.lease_log: a lease is complete once all its parts have come, in any order and however often") {
  random_stream stream{1, random_purpose::user, 1};
  const auto below = [&stream](std::uint64_t n) { return static_cast<std::uint32_t>(sample::below(stream, n)); };
  for (std::uint32_t path = 1; path <= 300; ++path) {
    lease_log log{24};
    const std::uint32_t a = 1 + below(12), b = 1 + below(12);
    const std::size_t all = std::size_t{a} + b, chunks = (all + wire::log_spans::most - 1) / wire::log_spans::most;
    std::vector<bool> has_come(chunks + 1);
    bool is_complete = false;
    local_time first = local_time::never();
    for (int word = 0; word < 40; ++word) {
      const local_time now = local_time{} + duration::picoseconds(word);
      if (first.is_never()) first = now;
      const std::size_t part = below(chunks + 1);
      has_come[part] = true;
      const std::size_t from = (part - 1) * wire::log_spans::most;
      const bool said = part == 0 ? log.write(lease_of(path, a, b), now)
                                  : log.write(spans_of(path, from, std::min(all - from, wire::log_spans::most)), now);
      is_complete = std::find(has_come.begin(), has_come.end(), false) == has_come.end();
      CHECK(said == is_complete);
      CHECK((log.find(path_id{path}) != nullptr) == is_complete);
    }
    REQUIRE(is_complete);
    const logged_lease& l = *log.find(path_id{path});
    CHECK(l.since == first);
    CHECK(l.request == request_id{path + 1});
    CHECK(l.ticket == path + 3);
    CHECK(l.spans_a == a);
    REQUIRE(l.spans.size() == all);
    for (std::size_t i = 0; i < all; ++i) CHECK(l.spans[i] == span_id{static_cast<std::uint32_t>(100 * path + i)});
  }
}

TEST_CASE("orchestrate.lease_log: what is over is forgotten, what is impossible is not written down") {
  lease_log log{90'000};
  for (std::uint32_t path = 1; path <= 5; ++path) {
    CHECK(!log.write(lease_of(path, 2, 2), {}));
    CHECK(log.write(spans_of(path, 0, 4), {}));
  }
  CHECK(!log.write(lease_of(6, 3, 3), {}));  // its fibres never come
  CHECK(log.size() == 6);
  log.end(path_id{4});
  log.end(path_id{4});
  CHECK(log.find(path_id{4}) == nullptr);
  log.forget_before(path_id{3});
  CHECK(log.find(path_id{2}) == nullptr);
  std::vector<std::uint32_t> left;
  log.on_each([&](const logged_lease& l) { left.push_back(l.path.value()); });
  std::sort(left.begin(), left.end());
  CHECK(left == std::vector<std::uint32_t>{3, 5});

  CHECK(!log.write(lease_of(7, 90'000, 1), {}));  // more than there are
  CHECK(!log.write(spans_of(7, 89'999, 2), {}));
  CHECK(!log.write(spans_of(7, 0xffff'ffffU, 9), {}));
  CHECK(log.size() == 3);
  // However long a path is, it is written down.
  CHECK(!log.write(lease_of(9, 50'000, 40'000), {}));
  for (std::size_t i = 0; i < 90'000; i += wire::log_spans::most)
    CHECK(log.write(spans_of(9, i, wire::log_spans::most), {}) == (i + wire::log_spans::most == 90'000));
  REQUIRE(log.find(path_id{9}) != nullptr);
  CHECK((log.find(path_id{9})->spans_a == 50'000 && log.find(path_id{9})->spans.size() == 90'000));
  CHECK(log.find(path_id{9})->spans[70'000] == span_id{900 + 70'000});
  log.end(path_id{9});
  // A path through a planar pool of 512 ends has some 700 fibres.
  CHECK(!log.write(lease_of(8, 400, 300), {}));
  for (std::size_t i = 0; i + wire::log_spans::most < 700; i += wire::log_spans::most)
    CHECK(!log.write(spans_of(8, i, wire::log_spans::most), {}));
  const std::size_t rest = 700 / wire::log_spans::most * wire::log_spans::most;
  wire::log_spans none = spans_of(8, rest, 1);
  none.spans[0] = ~0U;
  CHECK(!log.write(none, {}));  // no fibre: said twice, it must not pass for the one that is missing
  CHECK(!log.write(none, {}));
  CHECK(log.write(spans_of(8, rest, 700 - rest), {}));
  CHECK(log.find(path_id{8})->spans[699] == span_id{800 + 699});
  log.end(path_id{8});
  CHECK(!log.write(spans_of(3, 2, 4), {}));  // beyond its end
  CHECK(log.find(path_id{3})->spans.size() == 4);
  log.clear();
  CHECK(log.size() == 0);
  CHECK(log.find(path_id{5}) == nullptr);
}
