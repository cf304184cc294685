// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdlib>
#include <new>

/// Counts the bytes of all objects on the heap that are alive, by replacing the operators of the whole program: to be
/// included by one file of it.
namespace ebit_bench {

inline std::size_t live_bytes = 0;

}  // namespace ebit_bench

void* operator new(std::size_t size) {
  constexpr std::size_t head = alignof(std::max_align_t);
  auto* block = static_cast<unsigned char*>(std::malloc(size + head));
  if (block == nullptr) throw std::bad_alloc{};
  *reinterpret_cast<std::size_t*>(block) = size;
  ebit_bench::live_bytes += size;
  return block + head;
}
void operator delete(void* at) noexcept {
  constexpr std::size_t head = alignof(std::max_align_t);
  if (at == nullptr) return;
  unsigned char* block = static_cast<unsigned char*>(at) - head;
  ebit_bench::live_bytes -= *reinterpret_cast<std::size_t*>(block);
  std::free(block);
}
void operator delete(void* at, std::size_t) noexcept { operator delete(at); }
void* operator new[](std::size_t size) { return operator new(size); }
void operator delete[](void* at) noexcept { operator delete(at); }
void operator delete[](void* at, std::size_t) noexcept { operator delete(at); }
