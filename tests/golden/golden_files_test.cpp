// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "golden_reader.hpp"

namespace {

namespace fs = std::filesystem;

/// The text of every test source: a table counts as read if one of them names it as a string.
std::string all_test_sources() {
  std::ostringstream text;
  for (const auto& entry : fs::recursive_directory_iterator{fs::path{EBIT_SOURCE_DIR} / "tests"})
    if (entry.path().extension() == ".cpp") text << std::ifstream{entry.path()}.rdbuf() << '\n';
  return text.str();
}

}  // namespace

TEST_CASE("golden: files without a reader are named", "[golden]") {
  const std::string sources = all_test_sources();
  REQUIRE(sources.find("for_each_row(\"dejmps.csv\"") != std::string::npos);
  std::vector<std::string> unread;
  for (const auto& entry : fs::directory_iterator{golden::directory()}) {
    const std::string name = entry.path().filename().string();
    if (entry.path().extension() == ".csv" && sources.find("\"" + name + "\"") == std::string::npos)
      unread.push_back(name);
  }
  std::sort(unread.begin(), unread.end());
  for (const std::string& name : unread) std::printf("golden %s: no reader, skipped\n", name.c_str());
  if (!unread.empty()) std::printf("EBIT_SKIPPED\n");
}
