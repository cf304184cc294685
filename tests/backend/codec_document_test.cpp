// SPDX-License-Identifier: Apache-2.0

#include <array>
#include <cstddef>
#include <cstdio>
#include <fstream>
#include <map>
#include <sstream>
#include <string>

#include <ebit/backend/codec.hpp>
#include <ebit/link/wire.hpp>

#include <support/catch.hpp>

namespace {

using namespace ebit;

struct row {
  std::string name;
  std::size_t length = 0;
  std::size_t sum = 0;  // of what its fields say
};

/// The table of bytes in the document, by type.
std::map<std::string, row> documented() {
  std::ifstream in{std::string{EBIT_SOURCE_DIR} + "/docs/protocol.md"};
  std::map<std::string, row> rows;
  bool is_there = false;
  for (std::string line; std::getline(in, line);) {
    if (line.rfind("## ", 0) == 0) is_there = line == "## Bytes";
    if (!is_there || line.rfind("| 0x", 0) != 0) continue;
    std::array<std::string, 5> cell;
    std::istringstream cells{line};
    for (std::string& c : cell) std::getline(cells, c, '|');
    row r{cell[2].substr(2, cell[2].rfind('`') - 2), std::stoul(cell[3]), 0};
    std::istringstream fields{cell[4]};
    for (std::string field; std::getline(fields, field, ',');) {
      const std::size_t end = field.find_last_not_of(' ');
      const std::size_t digits = field.find_last_of(' ', end) + 1;
      if (field.substr(digits, end + 1 - digits) != "none") r.sum += std::stoul(field.substr(digits));
    }
    rows[cell[1].substr(1, 4)] = r;
  }
  return rows;
}

template <class Body>
void is_as_documented(const std::map<std::string, row>& rows, const char* name) {
  CAPTURE(name);
  char type[8];
  std::snprintf(type, sizeof type, "0x%02x", static_cast<unsigned>(Body::type));
  REQUIRE(rows.count(type) == 1);
  const row& r = rows.at(type);
  CHECK(r.name == name);
  CHECK(r.sum == r.length);
  std::array<std::byte, codec::largest_message> out{};
  const std::size_t size = codec::encode(message::pack(node_id{1}, node_id{2}, circuit_id{3}, Body{}), out);
  CHECK(size == codec::message_header + r.length);
}

}  // namespace

TEST_CASE("codec: the table of bytes in the document is that of the codec") {
  const auto rows = documented();
  CHECK(rows.size() == 18);
  is_as_documented<wire::acknowledged>(rows, "acknowledged");
  is_as_documented<wire::hello>(rows, "hello");
  is_as_documented<wire::link_started>(rows, "link_started");
  is_as_documented<wire::distilled>(rows, "distilled");
  is_as_documented<wire::swapped>(rows, "swapped");
  is_as_documented<wire::expired>(rows, "expired");
  is_as_documented<wire::install>(rows, "install");
  is_as_documented<wire::ready>(rows, "ready");
  is_as_documented<wire::refused>(rows, "refused");
  is_as_documented<wire::go>(rows, "go");
  is_as_documented<wire::torn_down>(rows, "torn_down");
  is_as_documented<wire::available>(rows, "available");
  is_as_documented<wire::delivered>(rows, "delivered");
  is_as_documented<wire::broken>(rows, "broken");
  is_as_documented<wire::tested>(rows, "tested");
  is_as_documented<wire::enqueue>(rows, "enqueue");
  is_as_documented<wire::not_enqueued>(rows, "not_enqueued");
  is_as_documented<wire::dequeued>(rows, "dequeued");
}
