// SPDX-License-Identifier: Apache-2.0
#include <string>
#include <string_view>

#include <ebit/sim/gml_lexer.hpp>

#include <support/catch.hpp>

namespace gml = ebit::sim::detail;

namespace {

/// Kinds and texts of all tokens with their lines, or the error.
std::string tokens(std::string_view text) {
  gml::gml_lexer lexer{text, "f"};
  std::string out;
  for (;;) {
    gml::gml_token token;
    if (!lexer.next(token)) return lexer.error().message();
    if (token.kind == gml::gml_kind::end) return out + "@" + std::to_string(token.line);
    out += "kns[]"[static_cast<int>(token.kind)];
    out += std::to_string(token.line) + ":" + std::string{token.text} + " ";
  }
}

}  // namespace

TEST_CASE("sim.gml_lexer: tokens and lines") {
  CHECK(tokens("graph[a_1 -2.5e3 b\"x\"]") == "k1:graph [1:[ k1:a_1 n1:-2.5e3 k1:b s1:x ]1:] @1");
  CHECK(tokens("a 1 # note \xC3\xA9\nb\r\nc\rd") == "k1:a n1:1 k2:b k3:c k4:d @4");
  CHECK(tokens("a \"x\ny\" b 2") == "k1:a s1:x\ny k2:b n2:2 @2");
  CHECK(tokens("\xEF\xBB\xBF"
               "a -INF") == "k1:a n1:-INF @1");
  CHECK(tokens("") == "@1");
  CHECK(tokens("\n\n") == "@3");
}

TEST_CASE("sim.gml_lexer: what is no token is refused where it stands") {
  CHECK(tokens("a\n  {") == "f:2: character: given \"{\", allowed keys, numbers, strings, '[', ']' and comments");
  CHECK(tokens(std::string_view{"a\0", 2}) ==
        "f:1: byte: given 0x00, allowed ASCII, and UTF-8 in strings and comments");
  CHECK(tokens("\xC3\xA9") == "f:1: byte: given 0xC3, allowed ASCII, and UTF-8 in strings and comments");
  CHECK(tokens("a \"\n\xE9t\"") == "f:2: byte: given 0xE9, allowed ASCII, and UTF-8 in strings and comments");
  CHECK(tokens("# \x80") == "f:1: byte: given 0x80, allowed ASCII, and UTF-8 in strings and comments");
  CHECK(tokens("a \"\x07\"") == "f:1: byte: given 0x07, allowed ASCII, and UTF-8 in strings and comments");
  CHECK(tokens("a 12km") == "f:1: number: given \"12km\", allowed a decimal number such as -12 or 3.5e2");
  CHECK(tokens("a 1-2") == "f:1: number: given \"1-2\", allowed a decimal number such as -12 or 3.5e2");
  CHECK(tokens("a\n\"b\nc") ==
        "f:2: string: given \"b\\x0A"
        "c\", allowed a closing quote before the end of the file");
  CHECK(tokens("a \"" + std::string(2000000, 'x')) ==
        "f:1: string: given \"" + std::string(60, 'x') +
            "...\", allowed at most 1048576 bytes up to the closing quote");
}

TEST_CASE("sim.gml_lexer: entities") {
  CHECK(gml::decoded("A&#38;B &amp; &lt;&gt;&quot;&apos;") == "A&B & <>\"'");
  CHECK(gml::decoded("Z&uuml;rich &#252; &#xFC; &Eacute;&nbsp;&yuml;&sup2;") ==
        "Z\xC3\xBCrich \xC3\xBC \xC3\xBC \xC3\x89\xC2\xA0\xC3\xBF\xC2\xB2");
  CHECK(gml::decoded("&#8364; &#x1F600;") == "\xE2\x82\xAC \xF0\x9F\x98\x80");
  CHECK(gml::decoded("a\r\n\tb") == "a   b");
  // What stands for no printable character stays as it was written.
  for (const char* kept : {"&", "&&", "R&D", "&;", "&#;", "&#x;", "&unknown;", "&amp", "&#0;", "&#10;", "&#xD800;",
                           "&#x110000;", "&#99999999999;", "&#-38;", "&am p;"}) {
    CHECK(gml::decoded(kept) == kept);
  }
  CHECK(gml::decoded("&&amp;") == "&&");
}
