// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <string>
#include <string_view>
#include <vector>

#include <ebit/core/result.hpp>
#include <ebit/sim/text.hpp>

#include "live_device/scenario.hpp"
#include "live_device/secret.hpp"
#include "support/whole_number.hpp"

/// The command line.
namespace live {

struct options {
  enum class command : std::uint8_t { help, demo, soak, throughput, device, node };
  command what = command::help;
  scenario setting;
  double seconds = 5;
  std::uint32_t kills = 100;
  std::uint32_t number = 0;  ///< of the node to be
};

inline void print_help() {
  std::fputs(
      "Nodes that drive an emulated quantum device in another process, through a socket.\n"
      "\n"
      "usage: live_device COMMAND [OPTION]...\n"
      "\n"
      "commands that start all processes, with the exit code 0 if all went well, else 1:\n"
      "  demo                  a chain of nodes for some seconds\n"
      "  soak                  the same, while processes are killed and started again\n"
      "  throughput            device and nodes on one core, and links that are faster than it\n"
      "commands that are one of them, until SIGTERM or SIGINT; they need --address:\n"
      "  device                the hardware of the whole chain\n"
      "  node NUMBER           node 0 is the head, which asks for pairs with the last one\n"
      "\n"
      "options; all processes of a run must be given the same ones:\n"
      "  --nodes N             of the chain, 2 to 64 (3; throughput: 2)\n"
      "  --km X                length of a link, 0.001 to 200 (10; throughput: 0.1)\n"
      "  --memories N          per port, 1 to 255 (8; throughput: 255)\n"
      "  --stack NAME          plain, or distilling for a round of DEJMPS (plain)\n"
      "  --slow-down N         seconds that one second of the device takes, 1 to 1000000 (200; throughput: 1)\n"
      "  --seed S              of all chance but time (1)\n"
      "  --channel NAME        lossy: messages are acknowledged and sent again; trusted: not, so nobody may be\n"
      "                        killed (lossy; throughput: trusted)\n"
      "  --address A           unix:PATH or tcp:HOST:PORT (a Unix socket in a directory for temporary files)\n"
      "  --pairs N             that the head asks for at a time, 1 to 1000000000 (the most)\n"
      "  --seconds X           how long demo and throughput run, 0.1 to 86400 (5)\n"
      "  --kills N             of a soak, 1 to 1000000 (100)\n"
      "  --state FILE          where the device counts how often nodes have started (device: the socket's path or\n"
      "                        live_device.PORT, and .state)\n"
      "  --key FILE            seal what nodes say to each other; 64 hexadecimal digits that the device need not "
      "know\n"
      "                        (none; where a node or device starts alone, never with a state file that was lost).\n"
      "                        Needs libsodium: CMake builds with it where it finds it; by hand, add\n"
      "                        -DLIVE_DEVICE_SEALS and -lsodium\n"
      "  --tamper N            the device forges or repeats one packet in N, 2 to 1000000 (none)\n"
      "  --log FILE            every delivery and the truth about it (device: none)\n",
      stdout);
}

class option_parser {
 public:
  option_parser(int argc, const char* const* argv) : arguments_{argv + (argc > 0 ? 1 : 0), argv + argc} {}

  [[nodiscard]] ebit::result<options> run() {
    if (arguments_.empty()) return ebit::config_error{"command", "nothing", "one that --help lists"};
    if (auto ok = command(); !ok) return ok.error();
    for (; at_ < arguments_.size(); at_ += 2) {
      const std::string_view name = arguments_[at_];
      if (name == "--help" || name == "-h") return options{};
      if (!is_option(name))
        return ebit::config_error{"option", ebit::sim::detail::quoted(name), "one that --help lists"};
      if (at_ + 1 == arguments_.size()) return ebit::config_error{std::string{name}, "nothing", "a value after it"};
      if (auto ok = take(name, arguments_[at_ + 1]); !ok) return ok.error();
    }
    return complete();
  }

 private:
  [[nodiscard]] ebit::status command() {
    const std::string_view name = arguments_[at_++];
    using enum options::command;
    if (name == "--help" || name == "-h" || name == "help") return ebit::success{};
    if (name == "demo" || name == "soak") {
      o_.what = name == "demo" ? demo : soak;
    } else if (name == "throughput") {
      o_.what = throughput;
      o_.setting.nodes = 2;
      o_.setting.kilometres = 0.1;
      o_.setting.memories = 255;
      o_.setting.slow_down = 1;
      o_.setting.retransmits = false;
    } else if (name == "device") {
      o_.what = device;
    } else if (name == "node") {
      o_.what = node;
      if (at_ == arguments_.size()) return ebit::config_error{"node", "nothing", "its number"};
      return support::whole_number("node", arguments_[at_++], 0, 63, o_.number);
    } else {
      return ebit::config_error{"command", ebit::sim::detail::quoted(name),
                                "demo, soak, throughput, device, node or help"};
    }
    return ebit::success{};
  }

  [[nodiscard]] static bool is_option(std::string_view name) {
    for (const std::string_view known :
         {"--nodes", "--km", "--memories", "--stack", "--slow-down", "--seed", "--channel", "--address", "--pairs",
          "--seconds", "--kills", "--state", "--log", "--key", "--tamper"})
      if (name == known) return true;
    return false;
  }

  [[nodiscard]] static ebit::status real(std::string_view name, std::string_view text, double low, double high,
                                         const char* range, double& into) {
    const auto value = ebit::sim::detail::parse_real(text);
    if (!value || !(*value >= low && *value <= high))
      return ebit::config_error{std::string{name}, ebit::sim::detail::quoted(text), range};
    into = *value;
    return ebit::success{};
  }
  /// One of two words.
  [[nodiscard]] static ebit::status either(std::string_view name, std::string_view text, std::string_view no,
                                           std::string_view yes, bool& into) {
    if (text != no && text != yes)
      return ebit::config_error{std::string{name}, ebit::sim::detail::quoted(text),
                                std::string{no} + " or " + std::string{yes}};
    into = text == yes;
    return ebit::success{};
  }
  [[nodiscard]] static ebit::status file(std::string_view name, std::string_view text, std::string& into) {
    if (text.empty()) return ebit::config_error{std::string{name}, "\"\"", "the name of a file"};
    into = text;
    return ebit::success{};
  }

  [[nodiscard]] ebit::status take(std::string_view name, std::string_view value) {
    scenario& s = o_.setting;
    if (name == "--nodes") return support::whole_number(name, value, 2, 64, s.nodes);
    if (name == "--km") return real(name, value, 0.001, 200, "0.001 to 200", s.kilometres);
    if (name == "--memories") return support::whole_number(name, value, 1, 255, s.memories);
    if (name == "--stack") return either(name, value, "plain", "distilling", s.distils);
    if (name == "--slow-down") return support::whole_number(name, value, 1, 1'000'000, s.slow_down);
    if (name == "--seed")
      return support::whole_number(name, value, 0, std::int64_t{9'223'372'036'854'775'807}, s.seed);
    if (name == "--channel") return either(name, value, "trusted", "lossy", s.retransmits);
    if (name == "--pairs") return support::whole_number(name, value, 1, 1'000'000'000, s.pairs);
    if (name == "--seconds") return real(name, value, 0.1, 86'400, "0.1 to 86400", o_.seconds);
    if (name == "--kills") return support::whole_number(name, value, 1, 1'000'000, o_.kills);
    if (name == "--state") return file(name, value, s.state_file);
    if (name == "--tamper") return support::whole_number(name, value, 2, 1'000'000, s.tampering);
    if (name == "--key") return file(name, value, s.key_file);
    if (name == "--log") return file(name, value, s.log_file);
    auto address = ebit::adapt::socket_address::parse(value);
    if (!address) return ebit::config_error{"--address", address.error().given, address.error().allowed};
    s.address = *address;
    return ebit::success{};
  }

  [[nodiscard]] ebit::result<options> complete() {
    using enum options::command;
    scenario& s = o_.setting;
    const bool alone = o_.what == device || o_.what == node;
    const bool nowhere = s.address == ebit::adapt::socket_address{};
    if (alone && nowhere) return ebit::config_error{"--address", "nothing", "unix:PATH or tcp:HOST:PORT"};
    if (o_.what == device && s.state_file.empty())
      s.state_file = (s.address.local ? s.address.path : "live_device." + std::to_string(s.address.port)) + ".state";
    if (o_.what == node && o_.number >= s.nodes)
      return ebit::config_error{"node", std::to_string(o_.number), "0 to " + std::to_string(s.nodes - 1)};
    if (s.tampering != 0 && s.key_file.empty() && o_.what != device)
      return ebit::config_error{"--tamper", std::to_string(s.tampering),
                                "with --key: there is nothing to forge else"};
    if (!s.key_file.empty() && o_.what != device)
      if (auto key = secret_of(s.key_file); !key) return key.error();
    if (s.distils && s.memories < 2)
      return ebit::config_error{"--memories", "1", "2 or more with the distilling stack"};
    if (o_.what == soak && !s.retransmits)
      return ebit::config_error{"--channel", "trusted", "lossy in a soak: whoever is killed loses messages"};
    if (auto ok = s.network().validate(); !ok) return ok.error();
    if (auto ok = s.hardware().validate(); !ok) return ok.error();
    return o_;
  }

  std::vector<std::string_view> arguments_;
  std::size_t at_ = 0;
  options o_;
};

}  // namespace live
