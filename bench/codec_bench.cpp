// SPDX-License-Identifier: Apache-2.0
// The byte form of messages, events and actions, on one thread. Time is for one encoding and one decoding.

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>

#include <benchmark/benchmark.h>

#include <ebit/backend/codec.hpp>

#include "opaque.hpp"

namespace {

using namespace ebit;
using ebit_bench::opaque;

template <class Body>
message enveloped(const Body& body) {
  return message::pack(node_id{1}, node_id{2}, circuit_id{3}, body);
}

message a_swapped() {
  return enveloped(wire::swapped{.half_sequence = 11,
                                 .peer_sequence = 12,
                                 .age = duration::picoseconds(13),
                                 .half_epoch = 14,
                                 .peer_epoch = 15,
                                 .peer_path = path_id{16},
                                 .peer = node_id{17},
                                 .from = 1,
                                 .to = 2,
                                 .facing = 1,
                                 .frame = 3});
}

/// There and back; a message that does not come back would make the time worthless.
void there_and_back(message& m) {
  std::array<std::byte, codec::largest_message> bytes;
  opaque(m);
  const std::size_t size = codec::encode(m, bytes);
  opaque(bytes);
  codec::decoded<message> read = codec::decode_message(std::span<const std::byte>{bytes}.first(size));
  if (!read) std::abort();
  opaque(read.value);
}

// Goal: 20 ns for the message that is sent most often.
void swapped_message(benchmark::State& state) {
  message m = a_swapped();
  for (auto _ : state) there_and_back(m);
  state.SetLabel("goal 20 ns");
}
BENCHMARK(swapped_message);

// Goal: 20 ns for the largest message without an array.
void install_message(benchmark::State& state) {
  wire::install body{};
  body.link_fidelity = 0.9F;
  body.upstream = path_id{4};
  message m = enveloped(body);
  for (auto _ : state) there_and_back(m);
  state.SetLabel("goal 20 ns");
}
BENCHMARK(install_message);

// Goal: 20 ns where types follow each other without a pattern that branches could learn.
void messages_of_mixed_types(benchmark::State& state) {
  std::array<message, 8> kinds{
      a_swapped(),
      enveloped(wire::acknowledged{}),
      enveloped(wire::distilled{}),
      enveloped(wire::delivered{}),
      enveloped(wire::expired{}),
      enveloped(wire::go{}),
      enveloped(wire::link_started{}),
      enveloped(wire::install{}),
  };
  std::array<std::uint8_t, 4096> order;
  std::uint32_t draw = 1;
  for (std::uint8_t& each : order) {
    draw = draw * 1'664'525 + 1'013'904'223;
    each = static_cast<std::uint8_t>(draw >> 29);
  }
  std::size_t i = 0;
  for (auto _ : state) there_and_back(kinds[order[i++ % order.size()]]);
  state.SetLabel("goal 20 ns");
}
BENCHMARK(messages_of_mixed_types);

/// There and back as one of the closed set.
template <class Decode, class T>
void there_and_back(benchmark::State& state, T value, Decode&& decode) {
  std::array<std::byte, codec::largest_content> bytes;
  for (auto _ : state) {
    opaque(value);
    const std::size_t size = codec::encode(value, bytes);
    opaque(bytes);
    auto read = decode(std::span<const std::byte>{bytes}.first(size));
    if (!read) std::abort();
    opaque(read.value);
  }
}

// No goal set: what a device says most often; compared with swapped_message.
void done_event(benchmark::State& state) {
  there_and_back(state, event::done{operation_id{1}},
                 [](std::span<const std::byte> in) { return codec::decode_event(in); });
  state.SetLabel("no goal set (less than a message)");
}
BENCHMARK(done_event);

// No goal set: the largest action without a message.
void deliver_action(benchmark::State& state) {
  there_and_back(state, action::deliver{}, [](std::span<const std::byte> in) { return codec::decode_action(in); });
  state.SetLabel("no goal set (about a message)");
}
BENCHMARK(deliver_action);

// No goal set: a frame read out of a stream whose chunks are as long as the frame, then decoded.
void framed_message(benchmark::State& state) {
  message m = a_swapped();
  std::array<std::byte, codec::frame_header + codec::largest_message> bytes;
  codec::frame_reader reader;
  for (auto _ : state) {
    opaque(m);
    const std::size_t size = codec::encode_frame(m, bytes);
    opaque(bytes);
    const auto error = reader.take(std::span<const std::byte>{bytes}.first(size),
                                   [](codec::frame_kind, std::span<const std::byte> content) {
                                     codec::decoded<message> read = codec::decode_message(content);
                                     if (!read) std::abort();
                                     opaque(read.value);
                                   });
    if (error != codec::fault::none) std::abort();
  }
  state.SetLabel("no goal set (compared with swapped_message)");
}
BENCHMARK(framed_message);

}  // namespace
