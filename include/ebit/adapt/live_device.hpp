// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include <ebit/adapt/live_device_channel.hpp>
#include <ebit/adapt/live_device_ledger.hpp>
#include <ebit/adapt/live_device_wire.hpp>
#include <ebit/adapt/posix_socket.hpp>
#include <ebit/backend/concepts.hpp>
#include <ebit/core/extremes.hpp>

namespace ebit::adapt {

/// How a node reaches its device, and what it wants there.
struct live_options {
  socket_address address{};
  node_id node{};
  std::vector<std::uint32_t> slots_per_port{};  ///< that the node is going to use
  /// The node's incarnation if it has run before this backend was made; else the device gives one.
  std::uint32_t incarnation = live::fresh_incarnation;
  duration clock_start{};                        ///< what the node's clock shows in the beginning
  std::chrono::milliseconds patience{5'000};     ///< for the first connection, then for each answer to a hello
  std::chrono::milliseconds first_pause{2};      ///< between two attempts to connect again; doubles up to
  std::chrono::milliseconds longest_pause{200};  ///< this

  [[nodiscard]] status validate() const {
    if (!node.valid()) return config_error{"live_options.node", "none", "a node's number"};
    if (slots_per_port.size() > live::most_ports)
      return config_error{"live_options.slots_per_port", std::to_string(slots_per_port.size()) + " ports",
                          "at most " + std::to_string(live::most_ports)};
    for (const auto& [what, span] :
         {named{"patience", patience}, named{"first_pause", first_pause}, named{"longest_pause", longest_pause}}) {
      if (span < std::chrono::milliseconds{1} || span > std::chrono::hours{1})
        return config_error{std::string{"live_options."} + what, std::to_string(span.count()) + " ms",
                            "1 ms to 1 hour"};
    }
    if (longest_pause < first_pause)
      return config_error{"live_options.longest_pause", std::to_string(longest_pause.count()) + " ms",
                          "first_pause or more"};
    return success{};
  }

 private:
  struct named {
    const char* what;
    std::chrono::milliseconds span;
  };
};

/// An application that takes no notice.
struct no_application {
  void operator()(const auto&) const {}
};

/// What a device has to offer to serve the library's stacks.
inline constexpr backend::capabilities live_offers = backend::capabilities::of_every_stack();

namespace live {

/// Whether a device that offers so much can be asked for such an action.
template <class Action, backend::capabilities Offers>
inline constexpr bool is_offered = [] {
  const auto is_one_of = []<class... Some>(const std::variant<Some...>*) {
    return (std::is_same_v<Action, Some> || ...);
  };
  using with_gates = std::variant<action::gate, action::initialise, action::move, action::measure_directly,
                                  action::transfer, action::absorb>;
  if (!is_one_of(static_cast<const action::any*>(nullptr))) return false;
  if (is_one_of(static_cast<const with_gates*>(nullptr))) return Offers.gates;
  if (is_one_of(static_cast<const std::variant<action::connect, action::clear>*>(nullptr))) return Offers.switches;
  if (std::is_same_v<Action, action::measure>) return Offers.measures;
  if (std::is_same_v<Action, action::bell_measure>) return Offers.bell_measures;
  if (std::is_same_v<Action, action::distil>) return Offers.distils;
  return true;
}();

}  // namespace live

/// The backend of a node whose device is another process behind a stream socket, with which it speaks as
/// `live_device_wire.hpp` says. `Application` hears of every `deliver`, `revoke` and `report` as it is performed.
///
/// The clock is the system's monotonic one, slowed down as the device says, and stands still between two polls, so
/// that an action's time and a message's flight are exact. Actions wait for the next poll that finds no event and
/// travel together. When the connection breaks, every open operation ends in `failed{fault}`, every slot that held a
/// half is `erased` and every path is down; the backend connects again by itself, ever more slowly, and the device
/// then tells which paths are up. Meanwhile messages are lost and operations fail at the next poll.
///
/// `Offers` is what the device can do; one that offers less refuses the connection. With gates come preparing,
/// moving, sending and absorbing qubits. With a `Cipher` (`ebit/adapt/libsodium.hpp`) messages travel sealed, as
/// `sealed_channel` says, and any that are not from the node they name, or come again, are refused and counted.
template <class Application = no_application, backend::capabilities Offers = live_offers,
          backend::seal_policy Cipher = backend::no_cipher>
class live_device {
 public:
  static constexpr backend::capabilities capabilities = Offers;

  /// Connects, trying again for as long as `patience` allows. The error says what was in the way: nobody listens,
  /// another version of the protocol, slots that the device has not.
  [[nodiscard]] static result<live_device> connect(live_options wanted, Application application = {},
                                                   live_keys<Cipher> keys = {});

  // What a driver uses.

  [[nodiscard]] local_time now() const { return now_; }
  [[nodiscard]] const backend::limits& limits() const { return welcome_.limits; }
  template <class Handler>
  bool poll(Handler&& handler);
  void wait(local_time until);
  template <class Action>
    requires(live::is_offered<Action, Offers>)
  void perform(const Action& wanted);

  // What the program around it uses.

  /// Under which the node is to run (`node_config::incarnation`).
  [[nodiscard]] std::uint32_t incarnation() const { return welcome_.incarnation; }
  [[nodiscard]] std::uint32_t slow_down() const { return welcome_.slow_down; }
  /// The node is asked for pairs at the next poll.
  void submit(const event::request& wanted) { push(wanted); }
  [[nodiscard]] bool connected() const { return state_ == state::serving; }
  /// Why it is not connected.
  [[nodiscard]] const std::string& problem() const { return problem_; }
  [[nodiscard]] std::uint64_t connections() const { return connections_; }
  /// How often the device was found to have started again.
  [[nodiscard]] std::uint64_t device_restarts() const { return device_restarts_; }
  /// How the node's sealed messages fared.
  [[nodiscard]] const packet_counts& packets() const
    requires(sealed_channel<Cipher>::seals)
  {
    return channel_.counts();
  }
  [[nodiscard]] std::uint64_t actions() const { return actions_; }
  [[nodiscard]] std::uint64_t events() const { return events_; }
  [[nodiscard]] Application& application() { return *application_; }

 private:
  using steady = std::chrono::steady_clock;
  enum class state : std::uint8_t { apart, greeting, serving };

  /// More than this unread by the device, and it counts as lost.
  static constexpr std::size_t most_unread = std::size_t{64} << 20;
  /// So many events are told before more are read.
  static constexpr std::size_t most_queued = std::size_t{1} << 14;

  explicit live_device(live_options wanted, Application application, live_keys<Cipher> keys)
      : options_{std::move(wanted)},
        channel_{options_.node, std::move(keys)},
        application_{std::make_unique<Application>(std::move(application))},
        start_{steady::now()},
        pause_{options_.first_pause} {
    std::size_t slots = 0;
    for (const std::uint32_t count : options_.slots_per_port) slots += count;
    relies_ = live::reliance{slots};
    now_ = local_time{options_.clock_start};
  }

  /// It begins to run when the device is first greeted: how fast, the answer says.
  void read_clock() {
    if (connections_ == 0) return;
    const auto passed = std::chrono::duration_cast<std::chrono::nanoseconds>(steady::now() - start_).count();
    now_ = greatest(now_, local_time{options_.clock_start + duration::picoseconds(passed) * 1'000 / slow_down()});
  }
  [[nodiscard]] duration real(duration span) const { return span * slow_down(); }

  struct news {
    event::any what;
    local_time stamp;  ///< a message's flight is counted up to here
  };

  /// Writes and reads what there is; connects again when it is time to.
  void exchange();
  void greet();
  [[nodiscard]] bool take(codec::frame_kind kind, std::span<const std::byte> content);
  [[nodiscard]] bool take_welcome(std::span<const std::byte> content);
  [[nodiscard]] bool take_event(std::span<const std::byte> content);
  [[nodiscard]] bool take_packet(std::span<const std::byte> content);
  void part();
  /// Until something can be read or written, at most for so much real time.
  void idle(duration span);
  void push(const event::any& what) { queue_.push_back({what, now_}); }

  live_options options_;
  [[no_unique_address]] sealed_channel<Cipher> channel_;
  std::unique_ptr<Application> application_;
  steady::time_point start_;
  steady::time_point again_{};  ///< apart: the next attempt to connect; greeting: the end of patience
  std::chrono::milliseconds pause_;
  state state_ = state::apart;
  stream_socket socket_;
  live::inbox in_;
  live::outbox out_;
  live::welcome welcome_;
  live::reliance relies_;
  std::vector<news> queue_;  ///< what is to be told, from `told_` on
  std::size_t told_ = 0;
  local_time now_;
  std::string problem_;
  std::string allowed_;   ///< what would have been right
  bool refused_ = false;  ///< by a device that will not change its mind
  std::uint64_t connections_ = 0;
  std::uint64_t device_restarts_ = 0;
  std::uint64_t actions_ = 0;
  std::uint64_t events_ = 0;
};

static_assert(backend::event_source<live_device<>> && backend::waits<live_device<>>);

}  // namespace ebit::adapt

#include <ebit/adapt/live_device_connection.hpp>
