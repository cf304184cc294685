// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <utility>

#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>
#ifdef __linux__
#include <sched.h>
#include <sys/prctl.h>
#endif

#include <ebit/core/result.hpp>

namespace live {

namespace detail {

inline volatile std::sig_atomic_t stopped = 0;
inline void note_stop(int) { stopped = 1; }

}  // namespace detail

/// SIGTERM and SIGINT end the program's work, not the program.
inline void heed_signals() {
  struct sigaction act{};
  act.sa_handler = detail::note_stop;
  ::sigaction(SIGTERM, &act, nullptr);
  ::sigaction(SIGINT, &act, nullptr);
}
[[nodiscard]] inline bool told_to_stop() { return detail::stopped != 0; }

/// This process and those that it starts share one core; false where the system cannot do that.
[[nodiscard]] inline bool keep_to_one_core() {
#ifdef __linux__
  cpu_set_t cores;
  CPU_ZERO(&cores);
  CPU_SET(static_cast<unsigned>(::sched_getcpu()), &cores);
  return ::sched_setaffinity(0, sizeof cores, &cores) == 0;
#else
  return false;
#endif
}

/// A process that runs a function of this program. Ends with its owner.
class process {
 public:
  process() = default;
  process(process&& other) noexcept : id_{std::exchange(other.id_, -1)} {}
  process& operator=(process&& other) noexcept {
    std::swap(id_, other.id_);
    return *this;
  }
  ~process() { kill(); }

  /// `work` returns a `status`; an error is printed, and the process ends with code 2.
  template <class Work>
  [[nodiscard]] static ebit::result<process> start(Work&& work) {
    std::fflush(nullptr);
    const pid_t id = ::fork();
    if (id < 0) return ebit::config_error{"process", std::strerror(errno), "one more"};
    if (id == 0) {
#ifdef __linux__
      ::prctl(PR_SET_PDEATHSIG, SIGKILL);
#endif
      heed_signals();
      const ebit::status ended = work();
      if (!ended) std::fprintf(stderr, "live_device: %s\n", ended.error().message().c_str());
      std::fflush(nullptr);
      ::_exit(ended ? 0 : 2);
    }
    process made;
    made.id_ = id;
    return made;
  }

  [[nodiscard]] bool running() const { return id_ > 0; }
  /// At once and without a chance to do anything about it.
  void kill() { end(SIGKILL); }
  /// Asks it to finish; whether it did so well.
  bool stop() { return end(SIGTERM) == 0; }
  /// It has ended by itself.
  [[nodiscard]] bool has_died() {
    int how = 0;
    if (id_ <= 0 || ::waitpid(id_, &how, WNOHANG) != id_) return false;
    id_ = -1;
    return true;
  }

 private:
  int end(int signal) {
    if (id_ <= 0) return 0;
    ::kill(id_, signal);
    int how = 0;
    while (::waitpid(id_, &how, 0) < 0 && errno == EINTR) {
    }
    id_ = -1;
    return how;
  }

  pid_t id_ = -1;
};

}  // namespace live
