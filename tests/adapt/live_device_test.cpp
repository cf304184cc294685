// SPDX-License-Identifier: Apache-2.0
#include "../support/catch.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include <ebit/core/random.hpp>
#include <ebit/core/samplers.hpp>

#include "live_support.hpp"

using namespace ebit;
using ebit_test::fresh_address;
using ebit_test::next;
using ebit_test::note_taker;

namespace {

[[nodiscard]] adapt::live_options wanted_at(const adapt::socket_address& address, std::uint32_t node = 0) {
  return {.address = address, .node = node_id{node}, .slots_per_port = {3, 3}, .patience = std::chrono::seconds{20}};
}

[[nodiscard]] message letter(std::uint32_t from, std::uint32_t to) {
  message m;
  m.type = 0x80;
  m.size = 1;
  m.from = node_id{from};
  m.to = node_id{to};
  return m;
}

/// Serves until so much has been asked for.
void await_notes(note_taker& device, std::size_t count) {
  for (int i = 0; i < 20'000 && device.notes.size() < count; ++i)
    device.host.serve(device, device.host.now() + duration::seconds(1e-3));
  REQUIRE(device.notes.size() == count);
}

}  // namespace

TEST_CASE("adapt.live_device: what two nodes agree on by durations is the same instant of the device") {
  const auto address = fresh_address();
  auto device = note_taker::start(address, 50);
  REQUIRE(device);
  auto wanted = wanted_at(address, 1);
  wanted.clock_start = duration::seconds(3'000);
  auto b = ebit_test::connect(*device, wanted);
  auto a = ebit_test::connect(*device, wanted_at(address));
  REQUIRE((a && b));
  CHECK((a->incarnation() == 8 && b->incarnation() == 7 && a->slow_down() == 50));
  CHECK(a->limits().slots_per_port == std::vector<std::uint32_t>{3, 3});
  for (auto* client : {&*a, &*b})
    for (std::uint32_t port = 0; port < 2; ++port) {
      const auto up = next<event::path_up>(*client);
      REQUIRE(up);
      CHECK(up->port == port_id{port});
    }

  // a sends word and says that something begins 1 ms after that; b works out when, from the flight of the word.
  const local_time at_a = a->now() + 1_ms;
  a->perform(action::send{letter(0, 1)});
  a->perform(action::bell_measure{operation_id{1}, at_a, slot_id{0}, slot_id{3}});
  CHECK_FALSE(a->poll([](const auto&) {}));
  await_notes(*device, 2);
  const world_time sent = device->notes[0].when;
  CHECK(device->host.global(node_id{0}, at_a) == sent + 1_ms);
  device->host.tell(node_id{1}, event::received{letter(0, 1), device->host.now() - sent});
  device->serve();
  const auto heard = next<event::received>(*b);
  REQUIRE(heard);
  CHECK(heard->content == letter(0, 1));
  CHECK(device->host.global(node_id{1}, b->now() - heard->flight + 1_ms) == sent + 1_ms);
}

TEST_CASE("adapt.live_device: the clock stands still between two polls") {
  const auto address = fresh_address();
  auto device = note_taker::start(address);
  REQUIRE(device);
  auto client = ebit_test::connect(*device, wanted_at(address));
  REQUIRE(client);
  const local_time before = client->now();
  std::this_thread::sleep_for(std::chrono::milliseconds{2});
  CHECK(client->now() == before);
  const local_time until = before + 20_ms;
  while (client->now() < until) {
    while (client->poll([](const auto&) {})) {
    }
    client->wait(until);
  }
  CHECK(client->now() >= until);
}

TEST_CASE("adapt.live_device: a device that is lost takes all with it, and comes back") {
  const auto address = fresh_address();
  auto device = note_taker::start(address);
  REQUIRE(device);
  auto client = ebit_test::connect(*device, wanted_at(address));
  REQUIRE(client);
  for (int i = 0; i < 2; ++i) REQUIRE(next<event::path_up>(*client));

  const auto begin = [&](std::uint32_t id) {
    client->perform(action::bell_measure{operation_id{id}, client->now(), slot_id{0}, slot_id{3}});
  };
  client->perform(action::attempt{.operation = operation_id{90},
                                  .at = client->now(),
                                  .path = path_id{0},
                                  .circuit = {},
                                  .period = 1_us,
                                  .spacing = {},
                                  .first_slot = slot_id{0},
                                  .modes = 2});
  for (const std::uint32_t id : {5U, 3U, 4U}) begin(id);
  client->perform(action::stop{operation_id{90}, client->now()});
  client->poll([](const auto&) {});
  await_notes(*device, 5);
  for (const std::uint32_t slot : {0U, 1U, 4U})
    device->host.tell(node_id{0}, event::heralded{operation_id{90}, slot_id{slot}, 1, {}, client->now()});
  device->host.tell(node_id{0}, event::erased{slot_id{4}, false});
  device->host.tell(node_id{0}, event::measured{operation_id{3}, 2});
  device->host.tell(node_id{0}, event::done{operation_id{3}});
  device->serve();
  for (int i = 0; i < 3; ++i) REQUIRE(next<event::heralded>(*client));
  REQUIRE(next<event::erased>(*client));
  client->perform(action::free{slot_id{1}});
  device.reset();

  // What it had said before is told, then what is lost, the oldest first.
  REQUIRE(next<event::measured>(*client));
  CHECK(next<event::done>(*client) == event::done{operation_id{3}});
  for (const std::uint32_t id : {90U, 5U, 4U})
    CHECK(next<event::failed>(*client) == event::failed{operation_id{id}, failure::fault});
  CHECK(next<event::erased>(*client) == event::erased{slot_id{0}, false});
  for (std::uint32_t port = 0; port < 2; ++port)
    CHECK(next<event::path_down>(*client) == event::path_down{port_id{port}, path_id{port}});
  CHECK_FALSE(client->connected());
  begin(6);
  client->perform(action::stop{operation_id{90}, client->now()});
  client->perform(action::send{letter(0, 1)});
  CHECK(next<event::failed>(*client) == event::failed{operation_id{6}, failure::fault});

  device = note_taker::start(address, 1, 2);
  REQUIRE(device);
  for (int i = 0; i < 20'000 && !client->connected(); ++i) {
    device->serve();
    client->wait(client->now() + 100_us);
  }
  device->serve();
  CHECK(device->incarnations == std::vector<std::uint32_t>{7});
  for (int i = 0; i < 2; ++i) CHECK(next<event::path_up>(*client));
  begin(7);
  client->poll([](const auto&) {});
  await_notes(*device, 1);
  CHECK((client->connections() == 2 && client->device_restarts() == 1));
  client = config_error{};
  while (device->leavers == 0) device->host.serve(*device, device->host.now() + 1_ms);
}

TEST_CASE("adapt.live_device: a hello that cannot be answered is refused with the reason") {
  const auto address = fresh_address();
  auto device = note_taker::start(address);
  REQUIRE(device);
  auto many = wanted_at(address);
  many.slots_per_port = {3, 4};
  const auto client = ebit_test::connect(*device, many);
  REQUIRE_FALSE(client);
  CHECK(client.error().message().find("slots_per_port[1] 4, allowed 0 to 3") != std::string::npos);

  // A node of another version.
  auto raw = adapt::stream_socket::connect(address, std::chrono::milliseconds{1'000});
  REQUIRE(raw);
  adapt::live::outbox out;
  auto hello = adapt::live::hello{.version = 1, .node = node_id{0}};
  out.add(adapt::live::control::hello, adapt::live::written(hello));
  REQUIRE(out.flush(*raw));
  adapt::live::inbox in;
  std::string answer;
  for (int i = 0; i < 20'000; ++i) {
    device->host.serve(*device, device->host.now() + 1_ms);
    const bool open = in.fill(*raw, [&](codec::frame_kind kind, std::span<const std::byte> content) {
      CHECK(kind == kind_of(adapt::live::control::refusal));
      answer.assign(reinterpret_cast<const char*>(content.data()), content.size());
      return true;
    });
    if (!open) break;
  }
  CHECK(answer == "protocol version 1\n2");

  const auto nobody = adapt::live_device<>::connect(
      {.address = fresh_address(), .node = node_id{0}, .patience = std::chrono::milliseconds{20}});
  REQUIRE_FALSE(nobody);
  CHECK(nobody.error().message().find("a device that listens") != std::string::npos);
  CHECK_FALSE(adapt::live_device<>::connect({.address = address}));
}

TEST_CASE("adapt.live_device: whatever else comes through the socket ends the connection and nothing more") {
  const auto address = fresh_address();
  auto device = note_taker::start(address);
  REQUIRE(device);
  auto client = ebit_test::connect(*device, wanted_at(address));
  REQUIRE(client);
  for (int i = 0; i < 2; ++i) REQUIRE(next<event::path_up>(*client));
  random_stream draw{GENERATE(1U, 2U, 3U), random_purpose::user, 0};
  for (int round = 0; round < 50; ++round) {
    auto raw = adapt::stream_socket::connect(address, std::chrono::milliseconds{1'000});
    REQUIRE(raw);
    // Noise, after a hello as it should be or without one.
    adapt::live::outbox out;
    if (round % 2 == 0)
      out.add(adapt::live::control::hello,
              adapt::live::written(adapt::live::hello{.node = node_id{5}, .slots_per_port = {3}}));
    std::vector<std::byte> noise(sample::below(draw, 400));
    for (std::byte& b : noise) b = static_cast<std::byte>(draw.next_u32());
    if (round % 4 < 2) out.add(static_cast<adapt::live::control>(draw.next_u32()), noise);
    REQUIRE(out.flush(*raw));
    static_cast<void>(raw->write(noise));
    for (int i = 0; i < 3; ++i) device->serve();
  }
  const auto served = device->notes.size();
  CHECK(served == 0);
  client->perform(action::send{letter(0, 1)});
  client->poll([](const auto&) {});
  await_notes(*device, 1);
  CHECK(client->connected());
}

TEST_CASE("adapt.live_device: open operations are found like in a list") {
  random_stream draw{GENERATE(4U, 5U, 6U), random_purpose::user, 0};
  adapt::live::open_operations table;
  std::vector<operation_id> list;
  for (int i = 0; i < 20'000; ++i) {
    // Numbers that collide.
    const operation_id id{static_cast<std::uint32_t>(sample::below(draw, 200)) << 25};
    const auto known = std::find(list.begin(), list.end(), id);
    if (sample::below(draw, 2) == 0) {
      table.add(id);
      if (known == list.end()) list.push_back(id);
    } else {
      REQUIRE(table.remove(id) == (known != list.end()));
      if (known != list.end()) list.erase(known);
    }
    REQUIRE(table.size() == list.size());
  }
  CHECK(table.take_all() == list);
  CHECK(table.size() == 0);
}

TEST_CASE("adapt.live_socket: addresses are read or refused as a whole") {
  const auto unix_address = adapt::socket_address::parse("unix:/run/a:b");
  REQUIRE(unix_address);
  CHECK((unix_address->local && unix_address->path == "/run/a:b"));
  const auto tcp = adapt::socket_address::parse("tcp:::1:8080");
  REQUIRE(tcp);
  CHECK((!tcp->local && tcp->host == "::1" && tcp->port == 8080 && tcp->text() == "tcp:::1:8080"));
  for (const std::string& text :
       {std::string{}, std::string{"unix:"}, "unix:" + std::string(101, 'x'), std::string{"tcp:host"},
        std::string{"tcp::80"}, std::string{"tcp:host:"}, std::string{"tcp:host:0"}, std::string{"tcp:host:65536"},
        std::string{"tcp:host:8o"}, std::string{"/run/socket"}})
    CHECK_FALSE(adapt::socket_address::parse(text));
}
