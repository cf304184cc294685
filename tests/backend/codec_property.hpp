// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

#include <ebit/backend/codec.hpp>

// What holds of any bytes, for the fuzzer and for the tests alike. Each check returns the first promise that is
// broken, or nullptr.
namespace ebit_test {

using bytes = std::span<const std::byte>;

[[nodiscard]] inline bool same_bytes(bytes a, bytes b) {
  return a.size() == b.size() && (a.empty() || std::memcmp(a.data(), b.data(), a.size()) == 0);
}

/// Of `decode`, which is decode_message, decode_event or decode_action.
template <class Decode>
[[nodiscard]] const char* check_decoding(bytes in, Decode&& decode) {
  using ebit::codec::fault;
  const auto read = decode(in);
  if (read.used > in.size()) return "more bytes used than there are";
  if (read.error == fault::bad_frame) return "a fault of streams";
  if (read.error != fault::none && read.error != fault::trailing) {
    if (static_cast<bool>(read)) return "a fault taken for success";
    return nullptr;
  }
  if ((read.error == fault::none) != (read.used == in.size()))
    return "trailing bytes not named, or named without need";
  std::array<std::byte, 256> again;
  const std::size_t size = ebit::codec::encode(read.value, again);
  if (!same_bytes(in.first(read.used), bytes{again}.first(size))) return "encoding gives other bytes";
  if (ebit::codec::encode(read.value, std::span{again}.first(size - 1)) != 0) return "written without room";
  const auto twice = decode(bytes{again}.first(size));
  if (!twice || !(twice.value == read.value)) return "decoding gives another value";
  return nullptr;
}

[[nodiscard]] inline const char* check_message(bytes in) {
  return check_decoding(in, [](bytes b) { return ebit::codec::decode_message(b); });
}
[[nodiscard]] inline const char* check_event(bytes in) {
  return check_decoding(in, [](bytes b) { return ebit::codec::decode_event(b); });
}
[[nodiscard]] inline const char* check_action(bytes in) {
  return check_decoding(in, [](bytes b) { return ebit::codec::decode_action(b); });
}

/// Any 64 bytes of memory as a message: it is refused, or what was written decodes to what encodes alike.
[[nodiscard]] inline const char* check_envelope(bytes in) {
  ebit::message m;
  std::memcpy(&m, in.data(), in.size() < sizeof m ? in.size() : sizeof m);
  std::array<std::byte, ebit::codec::largest_message> out;
  const std::size_t size = ebit::codec::encode(m, out);
  if (size == 0) return nullptr;
  if (size != ebit::codec::encoded_size(m)) return "another size than foretold";
  const auto read = ebit::codec::decode_message(bytes{out}.first(size));
  if (!read) return "what was encoded does not decode";
  if (read.value.type != m.type || read.value.size != m.size || read.value.to != m.to) return "another message";
  return check_message(bytes{out}.first(size));
}

/// Frames, in order, as one number; and how the stream ended.
struct stream_summary {
  std::uint64_t sum = 0;
  std::size_t frames = 0;
  ebit::codec::fault end = ebit::codec::fault::none;
  const char* broken = nullptr;
};

/// `next_size()` says how many bytes the next chunk has (0 counts as all that is left).
template <class NextSize>
[[nodiscard]] stream_summary read_stream(bytes in, NextSize&& next_size) {
  stream_summary s;
  ebit::codec::frame_reader reader;
  const auto handler = [&](ebit::codec::frame_kind kind, bytes content) {
    ++s.frames;
    s.sum = s.sum * 0x9e37'79b9'7f4a'7c15 + static_cast<std::uint64_t>(kind) + (content.size() << 8);
    for (const std::byte b : content) s.sum = s.sum * 0x100'0000'01b3 + std::to_integer<std::uint64_t>(b);
    const char* broken = nullptr;
    if (kind == ebit::codec::frame_kind::message) broken = check_message(content);
    if (kind == ebit::codec::frame_kind::event) broken = check_event(content);
    if (kind == ebit::codec::frame_kind::action) broken = check_action(content);
    if (broken != nullptr) s.broken = broken;
  };
  while (!in.empty()) {
    const std::size_t wanted = next_size();
    const std::size_t size = wanted == 0 || wanted > in.size() ? in.size() : wanted;
    if (reader.take(in.first(size), handler) != reader.error()) s.broken = "a reader of two minds";
    in = in.subspan(size);
  }
  s.end = reader.end();
  return s;
}

/// Chunks do not matter: read as a whole and in the sizes that `seed` draws, a stream gives the same frames and
/// fault.
[[nodiscard]] inline const char* check_stream(bytes in, std::uint32_t seed) {
  const stream_summary whole = read_stream(in, [] { return std::size_t{0}; });
  const stream_summary cut = read_stream(in, [&seed] {
    seed = seed * 1'664'525 + 1'013'904'223;
    return static_cast<std::size_t>(seed >> 28) + 1;
  });
  if (whole.broken != nullptr) return whole.broken;
  if (cut.broken != nullptr) return cut.broken;
  if (whole.sum != cut.sum || whole.frames != cut.frames) return "frames depend on the chunks";
  if (whole.end != cut.end) return "the fault depends on the chunks";
  return nullptr;
}

/// Bytes of which the first says how to take the others: the form of the fuzzer's inputs.
[[nodiscard]] inline const char* check_any(bytes in) {
  if (in.empty()) return nullptr;
  const auto how = std::to_integer<std::uint8_t>(in[0]);
  const bytes rest = in.subspan(1);
  switch (how % 8) {
    case 0: return check_message(rest);
    case 1: return check_event(rest);
    case 2: return check_action(rest);
    case 3: return check_envelope(rest);
    default: return check_stream(rest, how);
  }
}

}  // namespace ebit_test
