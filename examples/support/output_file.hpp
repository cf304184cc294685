// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <string>
#include <string_view>
#include <utility>

#include <ebit/core/result.hpp>
#include <ebit/sim/text.hpp>

namespace support {

/// A file open for writing; opened before the work starts, so that a wrong name does not cost a run.
class output_file {
 public:
  output_file() = default;
  output_file(const output_file&) = delete;
  output_file& operator=(const output_file&) = delete;
  ~output_file() {
    if (file_ != nullptr) std::fclose(file_);
  }

  [[nodiscard]] ebit::status open(const char* option, const std::string& name) {
    option_ = option;
    name_ = name;
    if (name.empty()) return ebit::success{};
    errno = 0;
    file_ = std::fopen(name.c_str(), "wb");
    return file_ != nullptr ? ebit::status{ebit::success{}} : failed();
  }
  explicit operator bool() const { return file_ != nullptr; }
  void operator()(std::string_view text) const { std::fwrite(text.data(), 1, text.size(), file_); }
  [[nodiscard]] ebit::status close() {
    if (file_ == nullptr) return ebit::success{};
    const bool bad = std::ferror(file_) != 0;
    const bool unwritten = std::fclose(std::exchange(file_, nullptr)) != 0;
    return bad || unwritten ? failed() : ebit::status{ebit::success{}};
  }

 private:
  [[nodiscard]] ebit::status failed() const {
    return ebit::config_error{option_ + (": " + ebit::sim::detail::printable(name_, 400)), std::strerror(errno),
                              "a file that can be written"};
  }

  std::FILE* file_ = nullptr;
  std::string option_;
  std::string name_;
};

}  // namespace support
