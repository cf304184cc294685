// SPDX-License-Identifier: Apache-2.0

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <limits>
#include <map>
#include <set>
#include <span>
#include <string>
#include <type_traits>

#include <backend/codec_property.hpp>
#include <backend/codec_samples.hpp>
#include <support/catch.hpp>

namespace {

using namespace ebit;
using ebit_test::bytes;
using ebit_test::check_action;
using ebit_test::check_event;
using ebit_test::check_message;
using ebit_test::each_sample;
using ebit_test::hex;
using fault = codec::fault;
using buffer = std::array<std::byte, 256>;

template <class T>
bytes encoded(const T& value, buffer& out) {
  return bytes{out}.first(codec::encode(value, out));
}

/// Cut anywhere or with any one bit turned over, bytes decode to what encodes to the same bytes, or a fault is named.
template <class Check, class Decode>
void require_robust(bytes whole, Check&& check, Decode&& decode, std::map<fault, std::size_t>& faults) {
  for (std::size_t size = 0; size < whole.size(); ++size) {
    const fault error = decode(whole.first(size)).error;
    CAPTURE(hex(whole), size, codec::name_of(error));
    REQUIRE(error == fault::truncated);
  }
  buffer damaged{};
  std::copy(whole.begin(), whole.end(), damaged.begin());
  damaged[whole.size()] = std::byte{7};
  REQUIRE(decode(bytes{damaged}.first(whole.size() + 1)).error == fault::trailing);
  REQUIRE(decode(bytes{damaged}.first(whole.size() + 1)).used == whole.size());
  for (std::size_t bit = 0; bit < 8 * whole.size(); ++bit) {
    const auto mask = static_cast<std::byte>(1U << bit % 8);
    damaged[bit / 8] ^= mask;
    const bytes in = bytes{damaged}.first(whole.size());
    const char* const broken = check(in);
    CAPTURE(hex(whole), bit);
    REQUIRE(broken == nullptr);
    ++faults[decode(in).error];
    damaged[bit / 8] ^= mask;
  }
}

const auto decode_message = [](bytes b) { return codec::decode_message(b); };
const auto decode_event = [](bytes b) { return codec::decode_event(b); };
const auto decode_action = [](bytes b) { return codec::decode_action(b); };

template <class Owner, class T>
Owner owner_of(T Owner::*) {
  return {};
}

template <class T>
auto decoded_like(const T&, bytes in) {
  if constexpr (std::is_same_v<T, message>)
    return codec::decode_message(in);
  else if constexpr (codec::detail::is_one_of<T, event::any>)
    return codec::decode_event(in);
  else
    return codec::decode_action(in);
}

}  // namespace

TEST_CASE("codec: what is encoded decodes to the same value") {
  const std::uint64_t seed = 4'001;
  CAPTURE(seed);
  random_stream draw{seed, random_purpose::user, 0};
  std::set<std::string> seen;
  std::size_t values = 0;
  each_sample(draw, 200, [&](const std::string& name, const auto& value) {
    CAPTURE(name, values);
    buffer out{};
    const bytes written = encoded(value, out);
    const auto read = decoded_like(value, written);
    REQUIRE_FALSE(written.empty());
    REQUIRE(read.error == fault::none);
    REQUIRE(read.used == written.size());
    REQUIRE(read.value == std::decay_t<decltype(read.value)>{value});
    // As one of its closed set it is written alike, and nothing is written where there is no room.
    buffer again{};
    REQUIRE(ebit_test::same_bytes(encoded(read.value, again), written));
    for (std::size_t room = 0; room < written.size(); ++room) {
      again.fill(std::byte{0xa5});
      REQUIRE(codec::encode(value, std::span{again}.first(room)) == 0);
      REQUIRE(std::all_of(again.begin() + static_cast<std::ptrdiff_t>(room), again.end(),
                          [](std::byte b) { return b == std::byte{0xa5}; }));
    }
    seen.insert(name);
    ++values;
  });
  REQUIRE(seen.size() >= 18 + 2 + 26 + 128 + 11 + 20);
  std::printf("backend/codec: %zu values of %zu types, seed %llu\n", values, seen.size(),
              static_cast<unsigned long long>(seed));
}

TEST_CASE("codec: damaged bytes decode to what encodes alike, or the fault is named") {
  const std::uint64_t seed = 4'002;
  CAPTURE(seed);
  random_stream draw{seed, random_purpose::user, 0};
  std::map<fault, std::size_t> faults;
  each_sample(draw, 6, [&](const std::string& name, const auto& value) {
    using value_type = std::decay_t<decltype(value)>;
    CAPTURE(name);
    buffer out{};
    const bytes whole = encoded(value, out);
    if constexpr (std::is_same_v<value_type, message>)
      require_robust(whole, check_message, decode_message, faults);
    else if constexpr (codec::detail::is_one_of<value_type, event::any>)
      require_robust(whole, check_event, decode_event, faults);
    else
      require_robust(whole, check_action, decode_action, faults);
  });
  // A bit more or less makes every fault there is but that of streams.
  for (const fault f : {fault::none, fault::truncated, fault::bad_version, fault::unknown_type, fault::bad_length,
                        fault::bad_value, fault::trailing}) {
    CAPTURE(codec::name_of(f));
    CHECK(faults[f] > 0);
  }
  CHECK(faults[fault::bad_frame] == 0);
}

TEST_CASE("codec: the place of every byte is pinned") {
  buffer out{};
  const auto enveloped = [](const auto& body) {
    return message::pack(node_id{0x01020304}, node_id{0x05060708}, circuit_id{0x090a0b0c}, body);
  };
  const std::string head = "0102030405060708090a0b0c";
  CHECK(hex(encoded(enveloped(wire::hello{path_id{0x11121314}, 0x15161718}), out)) ==
        "010f0008" + head + "1112131415161718");
  CHECK(hex(encoded(enveloped(wire::available{}), out)) == "01450000" + head);
  CHECK(hex(encoded(enveloped(wire::swapped{.half_sequence = 0x1112131415161718,
                                            .peer_sequence = 0x2122232425262728,
                                            .age = duration::picoseconds(0x3132333435363738),
                                            .half_epoch = 0x41424344,
                                            .peer_epoch = 0x51525354,
                                            .peer_path = path_id{0x61626364},
                                            .peer = node_id{0x71727374},
                                            .from = 0x8182,
                                            .to = 0x9192,
                                            .facing = 1,
                                            .frame = 2}),
                    out)) == "0130002e" + head +
                                 "111213141516171821222324252627283132333435363738"
                                 "41424344515253546162636471727374818291920102");
  CHECK(hex(encoded(enveloped(wire::link_started{.epoch = 0x11121314,
                                                 .modes = 0x2122,
                                                 .period = duration::never(),
                                                 .spacing = -duration::picoseconds(1),
                                                 .starts_in = duration::picoseconds(0x0102),
                                                 .bright_upstream = 0.5,
                                                 .bright_downstream = 1}),
                    out)) == "0110002e" + head +
                                 "1112131421227fffffffffffffffffffffffffffffff0000000000000102"
                                 "3fe00000000000003ff0000000000000");
  CHECK(hex(encoded(enveloped(wire::install{.cutoff = duration::picoseconds(0x010203040506),
                                            .purpose = 0x1112,
                                            .link_fidelity = 0.75F,
                                            .estimate = 1,
                                            .upstream = path_id{0x31323334},
                                            .downstream = path_id::none(),
                                            .tail = node_id{0x41424344},
                                            .request = request_id{0x51525354},
                                            .pairs = 0x61626364,
                                            .length_ns = 0x71727374,
                                            .position = 0x8182,
                                            .hops = 0x9192,
                                            .width = 1,
                                            .link_rounds = 2,
                                            .end_rounds = 3,
                                            .flags = 4}),
                    out)) == "0140002e" + head +
                                 "01020304050611123f400000ffff31323334ffffffff"
                                 "41424344515253546162636471727374818291920102030"
                                 "4");
  CHECK(hex(encoded(event::heralded{operation_id{1}, slot_id{2}, 3, bell_index::psi_plus,
                                    local_time{duration::picoseconds(4)}},
                    out)) == "010100000001000000020000000000000003020000000000000004");
  CHECK(hex(encoded(event::received{enveloped(wire::ready{7}), duration::picoseconds(9)}, out)) ==
        "010700000000000000090141000" + ("2" + head) + "0007");
  CHECK(hex(encoded(action::distil{operation_id{1},
                                   local_time{duration::picoseconds(2)},
                                   slot_id{3},
                                   slot_id{4},
                                   {bell_permutation::element(5), bell_permutation::element(2)},
                                   half::b},
                    out)) ==
        "0145000000010000000000000002000000030000000405"
        "0201");
  CHECK(hex(bytes{out}.first(codec::encode_frame(action::free{slot_id{5}}, out))) == "eb030006014c00000005");
  CHECK(codec::largest_message == 64);
}

TEST_CASE("codec: every body of the wire has a byte form") {
  // Their list cannot be had from the compiler, so it is read from the text: files whose names end in wire.hpp or
  // begin with wire_.
  const std::string mark = "std::uint8_t type = 0x";
  std::set<int> found;
  std::size_t files = 0;
  random_stream draw{4'003, random_purpose::user, 0};
  for (const char* const folder : {"link", "route", "orchestrate"})
    for (const auto& entry :
         std::filesystem::directory_iterator{EBIT_SOURCE_DIR "/include/ebit/" + std::string{folder}}) {
      const std::string name = entry.path().filename().string();
      if (!name.ends_with("wire.hpp") && !name.starts_with("wire_")) continue;
      ++files;
      std::ifstream text{entry.path()};
      const std::string all{std::istreambuf_iterator<char>{text}, {}};
      for (std::size_t at = all.find(mark); at != std::string::npos; at = all.find(mark, at + 1)) {
        const auto type = static_cast<std::uint8_t>(std::stoul(all.substr(at + mark.size(), 2), nullptr, 16));
        CAPTURE(name, static_cast<int>(type));
        message m;
        CHECK(ebit_test::random_message(draw, type, m));
        CHECK(found.insert(type).second);  // no number has two meanings
      }
    }
  CHECK(files >= 5);
  CHECK(found.size() >= 18 + 2 + 26);
}

TEST_CASE("codec: a value out of its range is neither written nor read") {
  buffer out{};
  const auto refused = [&](const auto& value) { return codec::encode(value, out) == 0; };
  const auto enveloped = [](const auto& body) { return message::pack(node_id{1}, node_id{2}, circuit_id{3}, body); };
  const auto with = [&](auto member, auto value) {
    auto body = owner_of(member);
    body.*member = static_cast<std::decay_t<decltype(body.*member)>>(value);
    return enveloped(body);
  };
  CHECK(refused(with(&wire::link_started::bright_upstream, 1.5)));
  CHECK(refused(with(&wire::link_started::bright_downstream, std::numeric_limits<double>::quiet_NaN())));
  CHECK(refused(with(&wire::install::link_fidelity, std::numeric_limits<double>::infinity())));
  CHECK(refused(with(&wire::dequeued::outcome, request_outcome::drifted)));
  CHECK(refused(with(&wire::distilled::bit, 2)));
  CHECK(refused(with(&wire::swapped::frame, 4)));
  CHECK(refused(with(&wire::expired::facing, 2)));
  CHECK(refused(with(&wire::enqueue::priority, 8)));
  CHECK(refused(with(&wire::not_enqueued::why, static_cast<int>(refusal::out_of_order) + 1)));
  CHECK_FALSE(refused(with(&wire::enqueue::priority, 7)));
  CHECK(refused(event::failed{operation_id{1}, static_cast<failure>(200)}));
  CHECK(refused(event::measured{operation_id{1}, 4}));
  action::attempt dim;
  dim.bright_state = -0.1;
  CHECK(refused(dim));
  action::report unknown;
  unknown.value = std::numeric_limits<double>::quiet_NaN();
  CHECK(refused(unknown));
  CHECK(refused(event::received{{}, duration::picoseconds(std::numeric_limits<std::int64_t>::min())}));

  message m = enveloped(wire::ready{});
  CHECK(codec::encode(m, out) == codec::encoded_size(m));
  m.size = 3;
  CHECK(refused(m));
  CHECK(codec::encoded_size(m) == 0);
  m = enveloped(wire::ready{});
  m.version = 2;
  CHECK(refused(m));
  m = enveloped(wire::ready{});
  m.type = 0x7f;
  CHECK(refused(m));
  CHECK(refused(action::send{m}));
  m.type = 0x80;
  m.size = 49;
  CHECK(refused(m));

  // Of a type that another version of the library may know, the length is told, so that a stream can go on behind it.
  bytes whole = encoded(enveloped(wire::hello{}), out);
  out[1] = std::byte{0x7f};
  CHECK(codec::decode_message(whole).error == fault::unknown_type);
  CHECK(codec::decode_message(whole).used == whole.size());
  // Neither is an action taken for an event, nor a reserved number for either.
  whole = encoded(action::free{slot_id{1}}, out);
  CHECK(codec::decode_event(whole).error == fault::unknown_type);
  out[1] = std::byte{0x02};
  CHECK(codec::decode_action(whole).error == fault::unknown_type);
}
