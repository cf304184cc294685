// SPDX-License-Identifier: Apache-2.0
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "../support/catch.hpp"

#include <ebit/core/random.hpp>

#include <support/fuzz_node.hpp>

using namespace ebit_test;

// fuzz/engine_fuzz.cpp looks for more.

TEST_CASE("node: what the fuzzer has found to be of interest breaks no promise") {
  std::size_t inputs = 0;
  for (const auto& file : std::filesystem::directory_iterator{EBIT_SOURCE_DIR "/fuzz/corpus/engine"}) {
    std::ifstream in{file.path(), std::ios::binary};
    const std::vector<std::uint8_t> bytes{std::istreambuf_iterator<char>{in}, {}};
    INFO(file.path().string());
    const char* const broken = fuzz_node(bytes);
    CHECK((broken == nullptr ? "" : std::string{broken}) == "");
    ++inputs;
  }
  CHECK(inputs >= 100);
}

TEST_CASE("node: events of every kind in any order break no promise") {
  for (std::uint64_t seed = 1; seed <= 20'000; ++seed) {
    random_stream draw{seed, random_purpose::user, 0};
    std::vector<std::uint8_t> bytes(512);
    for (std::uint8_t& b : bytes) b = static_cast<std::uint8_t>(draw.next_u32());
    if (const char* const broken = fuzz_node(bytes); broken != nullptr) FAIL(broken << "; seed " << seed);
  }
}

TEST_CASE("node: the checks of the fuzzer notice what a node must not ask for") {
  const std::vector<std::uint32_t> ports{2, 2};
  const auto complaint = [&](auto&& asked) {
    fuzz_device device{ports};
    device.will_herald(slot_id{1});
    asked(device);
    return std::string{device.broken == nullptr ? "" : device.broken};
  };
  const local_time now{};
  const auto bell = [&](std::uint32_t op, std::uint32_t up, std::uint32_t down) {
    return action::bell_measure{operation_id{op}, now, slot_id{up}, slot_id{down}};
  };
  CHECK(complaint([](fuzz_device& d) { d(action::free{slot_id{1}}); }) == "");
  CHECK(complaint([](fuzz_device& d) {
          d(action::free{slot_id{1}});
          d(action::free{slot_id{1}});
        }) == "a slot is freed twice");
  CHECK(complaint([](fuzz_device& d) { d(action::free{slot_id{4}}); }) == "a slot out of range is freed");
  CHECK(complaint([&](fuzz_device& d) { d(bell(1, 1, 2)); }) == "an operation on a slot that is free");
  CHECK(complaint([&](fuzz_device& d) { d(bell(1, 1, 1)); }) == "two operations on one slot at once");
  CHECK(complaint([&](fuzz_device& d) {
          d(action::measure{operation_id{1}, now, slot_id{1}, basis::z});
          d(action::free{slot_id{1}});
        }) == "a slot is freed while something is done to it");
  CHECK(complaint([&](fuzz_device& d) {
          d(action::measure{operation_id{1}, now, slot_id{1}, basis::z});
          d.will_read(operation_id{1});
          action::deliver handed;
          handed.operation = operation_id{1};
          handed.slot = slot_id{1};
          d(handed);
          d(action::revoke{request_id{}, circuit_id{}, pair_id{}});
        }) == "");
  CHECK(complaint([&](fuzz_device& d) { d(action::revoke{request_id{}, circuit_id{}, pair_id{}}); }) ==
        "what was not delivered is revoked");
  const auto batch = [&](std::uint32_t op, std::uint32_t first, std::uint16_t modes) {
    action::attempt a;
    a.operation = operation_id{op};
    a.period = duration::picoseconds(1);
    a.first_slot = slot_id{first};
    a.modes = modes;
    return a;
  };
  CHECK(complaint([&](fuzz_device& d) { d(batch(1, 1, 2)); }) == "a batch reaches beyond its port");
  CHECK(complaint([&](fuzz_device& d) {
          d(batch(1, 0, 2));
          d(batch(2, 1, 1));
        }) == "two batches share a slot");
  CHECK(complaint([&](fuzz_device& d) {
          d(batch(1, 0, 1));
          d(batch(1, 1, 1));
        }) == "an operation number is used twice at once");
  CHECK(complaint([](fuzz_device& d) { d(action::stop{operation_id{9}, local_time{}}); }) ==
        "a batch that does not run is stopped");
}
