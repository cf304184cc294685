// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdio>
#include <functional>
#include <string>

namespace ebit_test {

/// Does the work in a process of its own, so that a broken assertion ends that one only. What the work says comes
/// back; of one that died, what it printed, as rule `assertion`.
[[nodiscard]] inline std::string apart(const std::function<std::string()>& work) {
  std::array<int, 2> ends{};
  if (pipe(ends.data()) != 0) return "apart: no pipe";
  std::fflush(nullptr);
  const pid_t child = fork();
  if (child < 0) return "apart: no process";
  if (child == 0) {
    close(ends[0]);
    dup2(ends[1], STDERR_FILENO);
    std::signal(SIGABRT, SIG_DFL);
    std::signal(SIGSEGV, SIG_DFL);
    const std::string said = work();
    const bool written = write(ends[1], said.data(), said.size()) == static_cast<ssize_t>(said.size());
    _exit(written ? 0 : 1);
  }
  close(ends[1]);
  std::string said;
  std::array<char, 4096> buffer{};
  for (ssize_t n = 0; (n = read(ends[0], buffer.data(), buffer.size())) > 0;)
    said.append(buffer.data(), static_cast<std::size_t>(n));
  close(ends[0]);
  int status = 0;
  waitpid(child, &status, 0);
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return said;
  while (!said.empty() && said.back() == '\n') said.pop_back();
  const std::size_t at = said.find("ebit: ");
  return "assertion: " + (at == std::string::npos ? "the process died; " + said : said.substr(at + 6));
}

}  // namespace ebit_test
