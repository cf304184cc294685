// SPDX-License-Identifier: Apache-2.0
#include "../support/catch.hpp"

#include <type_traits>
#include <vector>

#include <ebit/backend/faulty.hpp>
#include <ebit/link/wire.hpp>
#include <ebit/testing/manual_device.hpp>

using namespace ebit;

namespace {

struct arrival {
  local_time when;
  std::uint16_t number = 0;
  duration flight;
  friend bool operator==(const arrival&, const arrival&) = default;
};

using device_type = backend::faulty<testing::manual_device>;

/// `count` messages, one a microsecond, each 10 µs on its way, and one other event; what arrives of them within a
/// second.
std::vector<arrival> through(device_type& device, std::uint16_t count) {
  for (std::uint16_t i = 0; i < count; ++i)
    device.inner().push(local_time{1_us * i},
                        event::received{message::pack(node_id{0}, node_id{1}, circuit_id{0}, wire::ready{i}), 10_us});
  device.inner().push(local_time{5_us}, event::done{operation_id{1}});
  std::vector<arrival> seen;
  int others = 0;
  while (device.now() < local_time{1_s}) {
    while (device.poll([&](const auto& e) {
      if constexpr (std::is_same_v<std::remove_cvref_t<decltype(e)>, event::received>)
        seen.push_back({device.now(), e.content.template unpack<wire::ready>().position, e.flight});
      else
        ++others;
    })) {
    }
    device.wait(local_time{1_s});
  }
  CHECK(others == 1);
  return seen;
}

}  // namespace

TEST_CASE("backend.faulty: without faults every message passes as it is") {
  device_type device{testing::manual_device{}, {}, 1};
  const auto seen = through(device, 50);
  REQUIRE(seen.size() == 50);
  for (std::uint16_t i = 0; i < 50; ++i) CHECK(seen[i] == arrival{local_time{1_us * i}, i, 10_us});
  CHECK((device.lost() == 0 && device.doubled() == 0));
}

TEST_CASE("backend.faulty: loses and doubles at the planned rates") {
  constexpr std::uint16_t sent = 4000;
  device_type lossy{testing::manual_device{}, {.loss = 0.25, .jitter = {}}, 2};
  const std::size_t arrived = through(lossy, sent).size();
  CHECK(arrived == sent - lossy.lost());
  CHECK(static_cast<double>(lossy.lost()) == ebit_test::approx(1000).margin(4 * 27.4));
  CHECK(lossy.doubled() == 0);
  device_type stuttering{testing::manual_device{}, {.duplication = 0.5, .jitter = {}}, 3};
  const std::size_t copies = through(stuttering, sent).size();
  CHECK(copies == sent + stuttering.doubled());
  CHECK(static_cast<double>(stuttering.doubled()) == ebit_test::approx(2000).margin(4 * 31.6));
  device_type dead{testing::manual_device{}, {.loss = 1, .jitter = {}}, 4};
  CHECK(through(dead, 20).empty());
  CHECK(dead.lost() == 20);
}

TEST_CASE("backend.faulty: late messages overtake each other, and their flight says how late they are") {
  device_type device{testing::manual_device{}, {.jitter = 20_us}, 5};
  const auto seen = through(device, 500);
  REQUIRE(seen.size() == 500);
  bool overtaken = false;
  for (std::size_t i = 0; i < seen.size(); ++i) {
    const duration late = seen[i].when - local_time{1_us * seen[i].number};
    CHECK((late >= duration::zero() && late <= 20_us));
    CHECK(seen[i].flight == 10_us + late);
    if (i > 0) CHECK(seen[i].when >= seen[i - 1].when);
    overtaken = overtaken || (i > 0 && seen[i].number < seen[i - 1].number);
  }
  CHECK(overtaken);
}

TEST_CASE("backend.faulty: the same seed and entity make the same faults, others do not") {
  const fault_plan plan{.loss = 0.2, .duplication = 0.2, .jitter = 30_us};
  device_type first{testing::manual_device{}, plan, 6, 1}, same{testing::manual_device{}, plan, 6, 1},
      other_seed{testing::manual_device{}, plan, 7, 1}, other_entity{testing::manual_device{}, plan, 6, 2};
  const auto seen = through(first, 300);
  CHECK(seen == through(same, 300));
  CHECK_FALSE(seen == through(other_seed, 300));
  CHECK_FALSE(seen == through(other_entity, 300));
}
