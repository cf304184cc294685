// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include <unistd.h>

#include <ebit/core/random.hpp>
#include <ebit/core/samplers.hpp>

#include "live_device/device_process.hpp"
#include "live_device/node_process.hpp"
#include "live_device/pair_check.hpp"
#include "live_device/processes.hpp"
#include "live_device/scenario.hpp"
#include "live_device/secret.hpp"
#include "support/output_file.hpp"

namespace live {

/// A directory that goes when its owner does.
class scratch {
 public:
  scratch() {
    std::error_code none;
    std::string name = (std::filesystem::temp_directory_path(none) / "live_device.XXXXXX").string();
    if (::mkdtemp(name.data()) != nullptr) name_ = name;
  }
  scratch(const scratch&) = delete;
  scratch& operator=(const scratch&) = delete;
  ~scratch() {
    std::error_code none;
    if (!name_.empty()) std::filesystem::remove_all(name_, none);
  }
  [[nodiscard]] const std::string& name() const { return name_; }

 private:
  std::string name_;
};

/// Starts the device and the nodes, each a process of its own, kills and restarts them, and reads what they deliver.
class supervisor {
 public:
  /// What the scenario leaves open, socket, log and state, is put into a directory of its own.
  [[nodiscard]] static ebit::status complete(scenario& s, const scratch& directory) {
    if (directory.name().empty()) return ebit::config_error{"TMPDIR", "no directory", "one that can be written to"};
    if (s.address == ebit::adapt::socket_address{}) s.address.path = directory.name() + "/socket";
    if (s.state_file.empty()) s.state_file = directory.name() + "/incarnations";
    if (s.log_file.empty()) s.log_file = directory.name() + "/log";
    s.talks = false;
    if (!s.key_file.empty()) s.run = fresh_run();
    // Every start of the device adds to the log; the run begins with an empty one.
    support::output_file log;
    if (auto ok = log.open("--log", s.log_file); !ok) return ok;
    return log.close();
  }

  explicit supervisor(const scenario& s) : scenario_{s}, processes_(s.nodes + 1), check_{s.nodes} {}

  [[nodiscard]] ebit::status start_all() {
    for (std::size_t i = processes_.size(); i-- > 0;)  // the device first
      if (auto ok = start(i); !ok) return ok;
    return ebit::success{};
  }
  /// Number `nodes` is the device.
  [[nodiscard]] ebit::status start(std::size_t who) {
    const scenario& s = scenario_;
    auto made = process::start([&s, who] {
      return who == s.nodes ? run_device(s) : run_node(s, ebit::node_id{static_cast<std::uint32_t>(who)});
    });
    if (!made) return made.error();
    processes_[who] = std::move(*made);
    return ebit::success{};
  }
  void kill(std::size_t who) { processes_[who].kill(); }
  /// Whether all ended well. The device last, so that everything comes to it.
  [[nodiscard]] bool stop_all() {
    bool well = true;
    for (process& p : processes_) well = p.stop() && well;
    return look() && well;
  }

  /// Reads the log. False if a process has died by itself, or something is wrong with what was delivered.
  [[nodiscard]] bool look() {
    check_.read(scenario_.log_file);
    for (process& p : processes_) dead_ = p.has_died() || dead_;
    return !dead_ && check_.complaints().empty();
  }
  /// Waits until so many more pairs have been delivered; false if `look` is, or after `patience`.
  [[nodiscard]] bool wait_for_pairs(std::uint64_t more, std::chrono::seconds patience) {
    if (!look()) return false;
    const std::uint64_t wanted = check_.pairs() + more;
    const auto end = std::chrono::steady_clock::now() + patience;
    while (check_.pairs() < wanted) {
      if (told_to_stop() || !look() || std::chrono::steady_clock::now() >= end) return false;
      std::this_thread::sleep_for(std::chrono::milliseconds{2});
    }
    return true;
  }

  [[nodiscard]] const pair_check& check() const { return check_; }
  [[nodiscard]] bool somebody_died() const { return dead_; }
  [[nodiscard]] std::size_t size() const { return processes_.size(); }

 private:
  scenario scenario_;
  std::vector<process> processes_;
  pair_check check_;
  bool dead_ = false;
};

}  // namespace live
