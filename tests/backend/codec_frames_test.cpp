// SPDX-License-Identifier: Apache-2.0

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <span>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include <backend/codec_property.hpp>
#include <backend/codec_samples.hpp>
#include <support/catch.hpp>

namespace {

using namespace ebit;
using ebit_test::bytes;
using ebit_test::each_sample;
using ebit_test::hex;
using fault = codec::fault;
using buffer = std::array<std::byte, 256>;

}  // namespace

TEST_CASE("codec: frames: a stream is cut into its frames whatever the chunks") {
  const std::uint64_t seed = 4'004;
  CAPTURE(seed);
  random_stream draw{seed, random_purpose::user, 0};
  std::vector<std::byte> stream;
  std::vector<std::pair<codec::frame_kind, std::string>> sent;
  const auto append = [&](codec::frame_kind kind, bytes frame) {
    stream.insert(stream.end(), frame.begin(), frame.end());
    sent.emplace_back(kind, hex(frame.subspan(codec::frame_header)));
  };
  each_sample(draw, 2, [&](const std::string&, const auto& value) {
    using value_type = std::decay_t<decltype(value)>;
    buffer out{};
    const auto kind = std::is_same_v<value_type, message>                ? codec::frame_kind::message
                      : codec::detail::is_one_of<value_type, event::any> ? codec::frame_kind::event
                                                                         : codec::frame_kind::action;
    append(kind, bytes{out}.first(codec::encode_frame(value, out)));
  });
  for (const std::size_t size : {std::size_t{0}, std::size_t{1}, codec::largest_content}) {
    const std::array<std::byte, codec::largest_content> own{std::byte{0xeb}};
    std::array<std::byte, codec::frame_header + codec::largest_content> out;
    append(codec::frame_kind::first_user,
           bytes{out}.first(codec::encode_frame(codec::frame_kind::first_user, bytes{own}.first(size), out)));
  }

  for (std::size_t most = 1; most < 400; most = most * 3 / 2 + 1) {
    codec::frame_reader reader;
    std::size_t next = 0;
    for (bytes rest = stream; !rest.empty();) {
      const std::size_t size = std::min<std::size_t>(1 + draw.next_u32() % most, rest.size());
      const fault error = reader.take(rest.first(size), [&](codec::frame_kind kind, bytes content) {
        REQUIRE(next < sent.size());
        REQUIRE(kind == sent[next].first);
        REQUIRE(hex(content) == sent[next].second);
        ++next;
      });
      REQUIRE(error == fault::none);
      rest = rest.subspan(size);
    }
    CHECK(next == sent.size());
    CHECK(reader.end() == fault::none);
  }
}

TEST_CASE("codec: frames: a corrupt stream is named and refused until it begins anew") {
  buffer out{};
  const std::size_t size = codec::encode_frame(event::done{operation_id{1}}, out);
  std::size_t frames = 0;
  const auto count = [&frames](codec::frame_kind, bytes) { ++frames; };
  for (const std::size_t chunk : {std::size_t{1}, std::size_t{64}}) {
    codec::frame_reader reader;
    const auto feed = [&](bytes all) {
      for (std::size_t i = 0; i < all.size(); i += chunk)
        static_cast<void>(reader.take(all.subspan(i, std::min(chunk, all.size() - i)), count));
      return reader.error();
    };
    frames = 0;
    CHECK(feed(bytes{out}.first(size - 1)) == fault::none);
    CHECK(reader.end() == fault::truncated);
    CHECK(feed(bytes{out}.subspan(size - 1, 1)) == fault::none);
    CHECK(reader.end() == fault::none);
    CHECK(frames == 1);

    CHECK(feed(bytes{out}.subspan(1, size - 1)) == fault::bad_frame);
    CHECK(feed(bytes{out}.first(size)) == fault::bad_frame);
    CHECK(reader.end() == fault::bad_frame);
    CHECK(frames == 1);
    reader.reset();
    CHECK(feed(bytes{out}.first(size)) == fault::none);
    CHECK(frames == 2);

    buffer longer = out;
    longer[2] = std::byte{0x01};
    longer[3] = std::byte{0x01};
    CHECK(feed(bytes{longer}.first(size)) == fault::bad_length);
    CHECK(frames == 2);
  }
}

TEST_CASE("codec: the corpus of the fuzzer holds every type and breaks no promise") {
  const std::filesystem::path folder{EBIT_SOURCE_DIR "/fuzz/corpus/codec"};
  if (std::getenv("EBIT_WRITE_CORPUS") != nullptr) {  // one file for every type, and one stream
    random_stream draw{4'005, random_purpose::user, 0};
    std::filesystem::create_directories(folder);
    std::vector<std::byte> stream{std::byte{4}};
    const auto write = [&](const std::string& name, bytes content) {
      std::ofstream{folder / name, std::ios::binary}.write(reinterpret_cast<const char*>(content.data()),
                                                           static_cast<std::streamsize>(content.size()));
    };
    each_sample(draw, 1, [&](const std::string& name, const auto& value) {
      if (name > "message_80" && name < "message_ff") return;
      buffer out{};
      out[0] = name[0] == 'm' ? std::byte{0} : name[0] == 'e' ? std::byte{1} : std::byte{2};
      const std::size_t size = codec::encode(value, std::span{out}.subspan(1));
      write(name, bytes{out}.first(1 + size));
      const std::size_t framed = codec::encode_frame(value, out);
      if (stream.size() < 150) stream.insert(stream.end(), out.begin(), out.begin() + static_cast<long>(framed));
      if constexpr (std::is_same_v<std::decay_t<decltype(value)>, message>) {
        if (name != "message_30") return;
        out[0] = std::byte{3};
        std::memcpy(out.data() + 1, &value, sizeof value);
        write("envelope_30", bytes{out}.first(1 + sizeof value));
      }
    });
    write("stream", stream);
  }
  std::set<std::string> missing;
  random_stream draw{4'005, random_purpose::user, 0};
  each_sample(draw, 1, [&](const std::string& name, const auto&) {
    if (name < "message_80" || name > "message_ff") missing.insert(name);
  });
  std::size_t files = 0;
  for (const auto& entry : std::filesystem::directory_iterator{folder}) {
    std::ifstream in{entry.path(), std::ios::binary};
    const std::string text{std::istreambuf_iterator<char>{in}, {}};
    CAPTURE(entry.path().filename().string());
    const char* const broken = ebit_test::check_any(std::as_bytes(std::span{text.data(), text.size()}));
    CHECK(broken == nullptr);
    missing.erase(entry.path().filename().string());
    ++files;
  }
  for (const std::string& name : missing) {
    CAPTURE(name);
    CHECK(missing.empty());
  }
  CHECK(files <= 100);
}
