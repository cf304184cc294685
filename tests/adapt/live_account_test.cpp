// SPDX-License-Identifier: Apache-2.0

#include "../support/catch.hpp"

#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <string>

#include <unistd.h>

#include "../../examples/live_device/pair_check.hpp"

using live::log_entry;

namespace {

/// A log as the device writes it, of a chain of three nodes.
struct written_log {
  std::string name =
      (std::filesystem::temp_directory_path() / ("live_account." + std::to_string(::getpid()))).string();
  live::delivery_log out;

  written_log() {
    std::remove(name.c_str());
    auto opened = live::delivery_log::open(name);
    REQUIRE(opened);
    out = std::move(*opened);
  }
  ~written_log() { std::remove(name.c_str()); }

  static ebit::pair_id pair(std::uint64_t n) { return {ebit::path_id{0}, 1, n}; }
  void start_device() const { out({.what = log_entry::kind::started}); }
  void join(std::uint32_t node, std::uint64_t incarnation) const {
    out({.what = log_entry::kind::joined, .node = node, .count = incarnation});
  }
  void half(std::uint32_t node, std::uint64_t n) const {
    out({.what = log_entry::kind::delivered, .node = node, .name = pair(n)});
  }
  void truth(std::uint64_t n) const {
    out({.what = log_entry::kind::complete, .node = 2, .name = pair(n), .value = 0.98, .count = 1});
  }
  void take_back(std::uint32_t node, std::uint64_t n) const {
    out({.what = log_entry::kind::revoked, .node = node, .name = pair(n)});
  }
};

}  // namespace

TEST_CASE("examples.live_device: every half whose other end was not delivered is accounted for") {
  const written_log log;
  log.start_device();
  for (std::uint32_t n = 0; n < 3; ++n) log.join(n, 0);
  log.half(0, 1);
  log.half(2, 1);
  log.truth(1);
  log.half(0, 2);  // the other half dies with node 2
  log.half(2, 3);  // delivered by the process that dies
  log.half(2, 4);  // taken back before that
  log.take_back(2, 4);
  log.join(2, 1);
  log.half(0, 5);
  log.half(2, 5);
  log.start_device();  // killed before it could write the truth
  for (std::uint32_t n = 0; n < 3; ++n) log.join(n, n == 2 ? 1 : 0);
  log.take_back(0, 5);
  log.half(0, 6);
  log.half(0, 7);
  live::pair_check check{3};
  check.read(log.name);
  CHECK(check.complaints().empty());
  CHECK(check.pairs() == 1);
  CHECK(check.unseen() == 1);
  CHECK(check.revoked_of_pairs() == 1);
  const live::half_account halves = check.account();
  CHECK(halves.taken_back == 1);
  CHECK(halves.owner_ended == 1);
  CHECK(halves.lost == 1);
  CHECK(halves.under_way == 2);
  CHECK(halves.most_open == 2);
  CHECK(halves.total() == check.lone());
  log.join(1, 1);  // who swapped for them has died
  check.read(log.name);
  CHECK(check.account().under_way == 0);
  CHECK(check.account().lost == 3);
  log.half(0, 9);
  log.start_device();
  check.read(log.name);
  CHECK(check.account().under_way == 0);
  CHECK(check.account().lost == 4);

  // Both ends have a name that is no one pair for the device.
  log.half(2, 6);
  log.half(0, 8);
  check.read(log.name);
  CHECK(check.complaints().size() == 1);
  CHECK(check.account().total() != check.lone());
}
