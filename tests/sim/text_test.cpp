// SPDX-License-Identifier: Apache-2.0
#include <clocale>
#include <cmath>
#include <string>

#include <ebit/sim/text.hpp>

#include <support/catch.hpp>

namespace text = ebit::sim::detail;

TEST_CASE("sim.text: numbers are read whole or not at all") {
  CHECK(text::parse_integer("-12") == -12);
  CHECK(text::parse_integer("+7") == 7);
  CHECK(text::parse_integer("9223372036854775807") == 9223372036854775807);
  for (const char* bad : {"", "+", "-", "+-1", "1.0", "1 ", " 1", "12a", "0x1", "9223372036854775808"}) {
    CAPTURE(bad);
    CHECK_FALSE(text::parse_integer(bad).has_value());
  }

  CHECK(text::parse_real("0.1") == 0.1);
  CHECK(text::parse_real("+3.5e2") == 350.0);
  CHECK(text::parse_real("-.5") == -0.5);
  CHECK(text::parse_real("5.") == 5.0);
  CHECK(text::parse_real("1.0E+20") == 1e20);
  CHECK(text::parse_real("2.2250738585072011e-308") == 2.2250738585072011e-308);
  CHECK(text::parse_real("1.5e-400") == 0.0);
  CHECK(std::isinf(text::parse_real("1.5e400").value()));
  CHECK(std::isinf(text::parse_real("-INF").value()));
  CHECK(std::isnan(text::parse_real("NAN").value()));
  for (const char* bad : {"", ".", "-", "e5", "1e", "1e+", "1,5", "0x10", "1.2.3", "--1", "infinit", "nanx"}) {
    CAPTURE(bad);
    CHECK_FALSE(text::parse_real(bad).has_value());
  }
}

TEST_CASE("sim.text: numbers do not depend on the locale") {
  const std::string before = std::setlocale(LC_NUMERIC, nullptr);
  for (const char* name : {"de_DE.UTF-8", "nl_NL.UTF-8", "fr_FR.UTF-8"}) {
    if (!std::setlocale(LC_NUMERIC, name)) continue;  // not installed
    CHECK(text::parse_real("2.5") == 2.5);
    CHECK(std::isinf(text::parse_real("2.5e999").value()));
  }
  std::setlocale(LC_NUMERIC, before.c_str());
}

TEST_CASE("sim.text: UTF-8 by RFC 3629") {
  CHECK(text::utf8_length("a") == 1);
  CHECK(text::utf8_length("\xC3\xA9") == 2);
  CHECK(text::utf8_length("\xE2\x82\xAC") == 3);
  CHECK(text::utf8_length("\xF0\x9F\x98\x80") == 4);
  for (const char* bad : {"", "\x80", "\xC0\xAF", "\xC3", "\xC3(", "\xE0\x9F\xBF", "\xED\xA0\x80", "\xF0\x8F\xBF\xBF",
                          "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xFF", "\xE2\x82"}) {
    CAPTURE(bad);
    CHECK(text::utf8_length(bad) == 0);
  }
}

TEST_CASE("sim.text: messages stay on one line and short") {
  CHECK(text::printable("a\nb\x01") ==
        "a\\x0A"
        "b\\x01");
  CHECK(text::printable(std::string(100, 'x')) == std::string(60, 'x') + "...");
  CHECK(text::printable(std::string(59, 'x') + "\xC3\xA9"
                                               "y") == std::string(59, 'x') + "\xC3\xA9...");
  CHECK(text::quoted("x") == "\"x\"");
}

TEST_CASE("sim.text: files that cannot be read say why") {
  const auto missing = text::read_text("/nowhere/at/all.gml", 10);
  REQUIRE(!missing);
  CHECK(missing.error().message() == "/nowhere/at/all.gml: no such file: allowed a file that can be read");
  const auto folder = text::read_text("/", 10);
  REQUIRE(!folder);
  CHECK(folder.error().message() == "/: Is a directory: allowed a file that can be read");
}
