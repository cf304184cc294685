// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <ebit/core/result.hpp>
#include <ebit/sim/text.hpp>

/// The words of GML (Himsolt, "GML: A portable graph file format", 1997): keys, numbers, strings, brackets; '#'
/// begins a comment up to the end of the line.
namespace ebit::sim::detail {

enum class gml_kind : std::uint8_t { key, number, string, open, close, end };

struct gml_token {
  gml_kind kind = gml_kind::end;
  std::string_view text{};  ///< as written; of a string without its quotes, entities not yet replaced
  std::size_t line = 1;     ///< where it begins
};

/// The names of ISO 8859-1's entities (HTML 4.0), for the characters 160 to 255 in order, each followed by a blank.
inline constexpr std::string_view latin_entities =
    "nbsp iexcl cent pound curren yen brvbar sect uml copy ordf laquo not shy reg macr deg plusmn sup2 sup3 acute "
    "micro "
    "para middot cedil sup1 ordm raquo frac14 frac12 frac34 iquest Agrave Aacute Acirc Atilde Auml Aring AElig "
    "Ccedil "
    "Egrave Eacute Ecirc Euml Igrave Iacute Icirc Iuml ETH Ntilde Ograve Oacute Ocirc Otilde Ouml times Oslash "
    "Ugrave "
    "Uacute Ucirc Uuml Yacute THORN szlig agrave aacute acirc atilde auml aring aelig ccedil egrave eacute ecirc "
    "euml "
    "igrave iacute icirc iuml eth ntilde ograve oacute ocirc otilde ouml divide oslash ugrave uacute ucirc uuml "
    "yacute "
    "thorn yuml ";

inline void append_utf8(std::string& out, std::uint32_t c) {
  const auto put = [&out](std::uint32_t byte) { out += static_cast<char>(static_cast<unsigned char>(byte)); };
  if (c < 0x80) {
    put(c);
  } else if (c < 0x800) {
    put(0xC0 | c >> 6);
    put(0x80 | (c & 0x3F));
  } else if (c < 0x10000) {
    put(0xE0 | c >> 12);
    put(0x80 | (c >> 6 & 0x3F));
    put(0x80 | (c & 0x3F));
  } else {
    put(0xF0 | c >> 18);
    put(0x80 | (c >> 12 & 0x3F));
    put(0x80 | (c >> 6 & 0x3F));
    put(0x80 | (c & 0x3F));
  }
}

/// The character an entity stands for, given what is between '&' and ';'. None for unknown names, and for numbers
/// that are no character one can print (control characters, surrogates, beyond Unicode).
[[nodiscard]] inline std::optional<std::uint32_t> entity(std::string_view name) {
  if (name.starts_with('#')) {
    name.remove_prefix(1);
    const bool hexadecimal = name.starts_with('x') || name.starts_with('X');
    if (hexadecimal) name.remove_prefix(1);
    std::uint32_t code = 0;
    const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), code, hexadecimal ? 16 : 10);
    if (error != std::errc{} || end != name.data() + name.size()) return std::nullopt;
    const bool control = code < 0x20 || (code >= 0x7F && code < 0xA0);
    if (control || (code >= 0xD800 && code <= 0xDFFF) || code > 0x10FFFF) return std::nullopt;
    return code;
  }
  if (name == "quot") return '"';
  if (name == "amp") return '&';
  if (name == "lt") return '<';
  if (name == "gt") return '>';
  if (name == "apos") return '\'';
  std::uint32_t code = 160;
  for (std::size_t i = 0; i < latin_entities.size(); ++code) {
    const std::size_t blank = latin_entities.find(' ', i);
    if (latin_entities.substr(i, blank - i) == name) return code;
    i = blank + 1;
  }
  return std::nullopt;
}

/// The text of a string: entities replaced by their characters in UTF-8 (an '&' that begins none stays), line breaks
/// and tabs by blanks.
[[nodiscard]] inline std::string decoded(std::string_view raw) {
  std::string out;
  out.reserve(raw.size());
  for (std::size_t i = 0; i < raw.size(); ++i) {
    if (raw[i] == '&') {
      constexpr std::size_t longest = 10;
      const std::size_t end = raw.substr(i, longest).find(';');
      const auto character = end == std::string_view::npos ? std::nullopt : entity(raw.substr(i + 1, end - 1));
      if (character) {
        append_utf8(out, *character);
        i += end;
        continue;
      }
    }
    const bool blank = raw[i] == '\n' || raw[i] == '\r' || raw[i] == '\t';
    out += blank ? ' ' : raw[i];
  }
  return out;
}

class gml_lexer {
 public:
  gml_lexer(std::string_view text, std::string_view file) : text_{text}, file_{file} {
    if (text_.starts_with("\xEF\xBB\xBF")) pos_ = 3;  // a byte order mark
  }

  /// The next token; false on an error, which `error()` then tells.
  [[nodiscard]] bool next(gml_token& token) {
    if (!skip_blanks()) return false;
    token.line = line_;
    if (pos_ == text_.size()) return take(token, gml_kind::end, 0);
    const char c = text_[pos_];
    if (c == '[') return take(token, gml_kind::open, 1);
    if (c == ']') return take(token, gml_kind::close, 1);
    if (c == '"') return string(token);
    if (is_letter(c) || c == '_') return take(token, gml_kind::key, word_length());
    if (is_digit(c) || c == '+' || c == '-' || c == '.') return number(token);
    return bad_byte();
  }

  [[nodiscard]] std::size_t line() const { return line_; }
  /// Whether the end of the text has been seen, so that a text that was cut off there might mean something else.
  [[nodiscard]] bool at_end() const { return pos_ >= text_.size(); }
  [[nodiscard]] const config_error& error() const { return error_; }

 private:
  static constexpr std::size_t longest_string = std::size_t{1} << 20;

  bool take(gml_token& token, gml_kind kind, std::size_t count) {
    token.kind = kind;
    token.text = text_.substr(pos_, count);
    pos_ += count;
    return true;
  }

  bool fail(std::size_t line, std::string what, std::string given, std::string allowed) {
    error_ = {std::move(what), std::move(given), std::move(allowed), place(file_, line)};
    return false;
  }

  bool bad_byte() {
    const auto byte = static_cast<unsigned char>(text_[pos_]);
    char code[8];
    std::snprintf(code, sizeof code, "0x%02X", static_cast<unsigned>(byte));
    if (byte > 0x20 && byte < 0x7F)
      return fail(line_, "character", quoted(text_.substr(pos_, 1)), "keys, numbers, strings, '[', ']' and comments");
    return fail(line_, "byte", code, "ASCII, and UTF-8 in strings and comments");
  }

  /// Moves over one character of a string or comment; false if it is none that a text may hold.
  [[nodiscard]] bool character() {
    const auto byte = static_cast<unsigned char>(text_[pos_]);
    if (byte == '\n' || (byte == '\r' && !text_.substr(pos_ + 1).starts_with('\n'))) ++line_;
    if (byte == '\n' || byte == '\r' || byte == '\t') {
      ++pos_;
      return true;
    }
    const std::size_t length = byte < 0x20 || byte == 0x7F ? 0 : utf8_length(text_.substr(pos_, 4));
    pos_ += length;
    return length > 0 || bad_byte();
  }

  [[nodiscard]] bool skip_blanks() {
    while (pos_ < text_.size()) {
      const char c = text_[pos_];
      if (c == '#') {
        while (pos_ < text_.size() && text_[pos_] != '\n' && text_[pos_] != '\r')
          if (!character()) return false;
      } else if (c == ' ' || c == '\t' || c == '\n' || c == '\r') {
        if (!character()) return false;
      } else {
        break;
      }
    }
    return true;
  }

  [[nodiscard]] std::size_t word_length() const {
    std::size_t end = pos_;
    while (end < text_.size() && (is_letter(text_[end]) || is_digit(text_[end]) || text_[end] == '_')) ++end;
    return end - pos_;
  }

  bool number(gml_token& token) {
    std::size_t end = pos_;
    const auto belongs = [](char c) { return is_letter(c) || is_digit(c) || c == '+' || c == '-' || c == '.'; };
    while (end < text_.size() && belongs(text_[end])) ++end;
    const std::string_view text = text_.substr(pos_, end - pos_);
    if (!parse_real(text)) {
      const std::size_t line = line_;
      pos_ = end;
      return fail(line, "number", quoted(text), "a decimal number such as -12 or 3.5e2");
    }
    return take(token, gml_kind::number, text.size());
  }

  bool string(gml_token& token) {
    const std::size_t first = ++pos_;
    while (pos_ < text_.size() && text_[pos_] != '"') {
      if (pos_ - first > longest_string)
        return fail(token.line, "string", quoted(text_.substr(first, 100)),
                    "at most 1048576 bytes up to the closing quote");
      if (!character()) return false;
    }
    if (pos_ == text_.size())
      return fail(token.line, "string", quoted(text_.substr(first, 100)),
                  "a closing quote before the end of the file");
    token.kind = gml_kind::string;
    token.text = text_.substr(first, pos_ - first);
    ++pos_;
    return true;
  }

  std::string_view text_;
  std::string_view file_;
  std::size_t pos_ = 0;
  std::size_t line_ = 1;
  config_error error_;
};

}  // namespace ebit::sim::detail
