// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cerrno>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <ebit/core/result.hpp>
#include <ebit/core/time.hpp>

/// Opt-in bridge to POSIX stream sockets; nothing in `ebit.hpp` includes it.
namespace ebit::adapt {

/// Where a stream socket listens: `unix:/path/of/socket` or `tcp:host:port`.
struct socket_address {
  bool local = true;  ///< a Unix socket
  std::string path;   ///< of a Unix socket; at most 100 bytes, which every system can hold
  std::string host;   ///< of a TCP socket
  std::uint16_t port = 0;

  [[nodiscard]] static result<socket_address> parse(std::string_view text) {
    const auto refuse = [text] {
      return config_error{"address", '"' + std::string{text.substr(0, 120)} + '"',
                          "unix:PATH (1 to 100 bytes) or tcp:HOST:PORT (1 to 65535)"};
    };
    socket_address found;
    if (text.starts_with("unix:")) {
      found.path = text.substr(5);
      if (found.path.empty() || found.path.size() > 100 || found.path.find('\0') != std::string::npos)
        return refuse();
      return found;
    }
    const std::size_t colon = text.rfind(':');
    if (!text.starts_with("tcp:") || colon < 5) return refuse();
    found.local = false;
    found.host = text.substr(4, colon - 4);
    const std::string_view digits = text.substr(colon + 1);
    std::uint32_t number = 0;
    for (const char c : digits) {
      if (c < '0' || c > '9' || number > 65'535) return refuse();
      number = number * 10 + static_cast<std::uint32_t>(c - '0');
    }
    if (digits.empty() || number == 0 || number > 65'535) return refuse();
    found.port = static_cast<std::uint16_t>(number);
    return found;
  }
  [[nodiscard]] std::string text() const {
    return local ? "unix:" + path : "tcp:" + host + ':' + std::to_string(port);
  }
  friend bool operator==(const socket_address&, const socket_address&) = default;
};

/// What a read or a write did.
struct transfer {
  std::size_t bytes = 0;
  bool open = true;  ///< false: the other end is gone
};

/// One end of a connection that never blocks; closes itself.
class stream_socket {
 public:
  stream_socket() = default;
  explicit stream_socket(int handle) : handle_{handle} {}
  stream_socket(stream_socket&& other) noexcept : handle_{std::exchange(other.handle_, -1)} {}
  stream_socket& operator=(stream_socket&& other) noexcept {
    close();
    handle_ = std::exchange(other.handle_, -1);
    return *this;
  }
  ~stream_socket() { close(); }

  /// Connects, waiting for the answer for at most `patience`.
  [[nodiscard]] static result<stream_socket> connect(const socket_address& address,
                                                     std::chrono::milliseconds patience);

  [[nodiscard]] explicit operator bool() const { return handle_ >= 0; }
  [[nodiscard]] int handle() const { return handle_; }
  void close() {
    if (handle_ >= 0) ::close(std::exchange(handle_, -1));
  }

  /// What has arrived so far; 0 bytes if nothing has.
  [[nodiscard]] transfer read(std::span<std::byte> into) {
    for (;;) {
      const ssize_t n = ::recv(handle_, into.data(), into.size(), 0);
      if (n > 0) return {static_cast<std::size_t>(n), true};
      if (n == 0) return {0, false};
      if (errno != EINTR) return {0, errno == EAGAIN || errno == EWOULDBLOCK};
    }
  }
  /// As much as the system takes at present.
  [[nodiscard]] transfer write(std::span<const std::byte> from) {
    for (;;) {
      const ssize_t n = ::send(handle_, from.data(), from.size(), no_signal);
      if (n >= 0) return {static_cast<std::size_t>(n), true};
      if (errno != EINTR) return {0, errno == EAGAIN || errno == EWOULDBLOCK};
    }
  }

 private:
#ifdef MSG_NOSIGNAL
  static constexpr int no_signal = MSG_NOSIGNAL;
#else
  static constexpr int no_signal = 0;  // SO_NOSIGPIPE is set instead
#endif

  int handle_ = -1;
};

namespace detail {

[[nodiscard]] inline config_error socket_error(const socket_address& address, int number) {
  return {"socket", address.text() + ": " + std::strerror(number), "an address that can be used"};
}

/// Non-blocking, not inherited by programs that are started, without signals and without waiting for more to send.
inline void prepare(int handle, bool is_local) {
  ::fcntl(handle, F_SETFL, ::fcntl(handle, F_GETFL) | O_NONBLOCK);
  ::fcntl(handle, F_SETFD, FD_CLOEXEC);
  [[maybe_unused]] const int on = 1;
#ifdef SO_NOSIGPIPE
  ::setsockopt(handle, SOL_SOCKET, SO_NOSIGPIPE, &on, sizeof on);
#endif
  if (!is_local) ::setsockopt(handle, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

/// The address as the system wants it.
class resolved {
 public:
  [[nodiscard]] static result<resolved> of(const socket_address& address) {
    resolved found;
    if (address.local) {
      auto* name = reinterpret_cast<sockaddr_un*>(&found.storage_);  // the system's own way to pass addresses
      name->sun_family = AF_UNIX;
      std::memcpy(name->sun_path, address.path.data(), address.path.size());
      found.size_ = sizeof(sockaddr_un);
      return found;
    }
    addrinfo wanted{};
    wanted.ai_family = AF_UNSPEC;
    wanted.ai_socktype = SOCK_STREAM;
    addrinfo* list = nullptr;
    if (const int why = ::getaddrinfo(address.host.c_str(), std::to_string(address.port).c_str(), &wanted, &list);
        why != 0)
      return config_error{"socket", address.text() + ": " + ::gai_strerror(why), "a host that is known"};
    std::memcpy(&found.storage_, list->ai_addr, list->ai_addrlen);
    found.size_ = list->ai_addrlen;
    ::freeaddrinfo(list);
    return found;
  }
  [[nodiscard]] int family() const { return storage_.ss_family; }
  [[nodiscard]] const sockaddr* data() const { return reinterpret_cast<const sockaddr*>(&storage_); }
  [[nodiscard]] socklen_t size() const { return size_; }

 private:
  sockaddr_storage storage_{};
  socklen_t size_ = 0;
};

}  // namespace detail

inline result<stream_socket> stream_socket::connect(const socket_address& address,
                                                    std::chrono::milliseconds patience) {
  const auto target = detail::resolved::of(address);
  if (!target) return target.error();
  stream_socket made{::socket(target->family(), SOCK_STREAM, 0)};
  if (!made) return detail::socket_error(address, errno);
  detail::prepare(made.handle(), address.local);
  if (::connect(made.handle(), target->data(), target->size()) == 0) return made;
  if (errno != EINPROGRESS) return detail::socket_error(address, errno);
  pollfd wait{made.handle(), POLLOUT, 0};
  if (::poll(&wait, 1, static_cast<int>(patience.count())) <= 0) return detail::socket_error(address, ETIMEDOUT);
  int why = 0;
  socklen_t size = sizeof why;
  ::getsockopt(made.handle(), SOL_SOCKET, SO_ERROR, &why, &size);
  if (why != 0) return detail::socket_error(address, why);
  return made;
}

/// Takes connections. A Unix socket's file is replaced if nobody listens there, and removed in the end.
class stream_listener {
 public:
  stream_listener() = default;
  stream_listener(stream_listener&&) noexcept = default;
  stream_listener& operator=(stream_listener&&) noexcept = default;

  [[nodiscard]] static result<stream_listener> listen(const socket_address& address) {
    const auto place = detail::resolved::of(address);
    if (!place) return place.error();
    stream_listener made;
    made.socket_ = stream_socket{::socket(place->family(), SOCK_STREAM, 0)};
    if (!made.socket_) return detail::socket_error(address, errno);
    detail::prepare(made.socket_.handle(), address.local);
    if (address.local) {
      if (stream_socket::connect(address, std::chrono::milliseconds(100)))
        return detail::socket_error(address, EADDRINUSE);
      ::unlink(address.path.c_str());
    } else {
      const int on = 1;
      ::setsockopt(made.socket_.handle(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    }
    if (::bind(made.socket_.handle(), place->data(), place->size()) != 0 ||
        ::listen(made.socket_.handle(), SOMAXCONN) != 0)
      return detail::socket_error(address, errno);
    if (address.local) made.file_ = file{new std::string{address.path}};
    made.local_ = address.local;
    return made;
  }

  [[nodiscard]] int handle() const { return socket_.handle(); }
  /// The next connection that waits, or none.
  [[nodiscard]] stream_socket accept() {
    stream_socket made{::accept(socket_.handle(), nullptr, nullptr)};
    if (made) detail::prepare(made.handle(), local_);
    return made;
  }

 private:
  struct remove_file {
    void operator()(const std::string* path) const {
      ::unlink(path->c_str());
      delete path;
    }
  };
  using file = std::unique_ptr<const std::string, remove_file>;

  stream_socket socket_;
  file file_;
  bool local_ = true;
};

/// Waits until one of the sockets can be used as its `events` say, at most for `span` (`never`: as long as it takes).
inline void wait_for(std::span<pollfd> sockets, duration span) {
#ifdef __linux__
  timespec limit{};
  if (span > duration::zero()) {
    limit.tv_sec = static_cast<time_t>(span.picoseconds() / 1'000'000'000'000);
    limit.tv_nsec = static_cast<long>(span.picoseconds() / 1'000 % 1'000'000'000);
  }
  ::ppoll(sockets.data(), sockets.size(), span.is_never() ? nullptr : &limit, nullptr);
#else
  constexpr std::int64_t millisecond = 1'000'000'000;
  const std::int64_t most = 3'600'000;
  const std::int64_t wanted = span.picoseconds() / millisecond;
  ::poll(sockets.data(), static_cast<nfds_t>(sockets.size()),
         span.is_never() ? -1
                         : static_cast<int>(wanted < 0      ? 0
                                            : wanted < most ? wanted
                                                            : most));
#endif
}

}  // namespace ebit::adapt
