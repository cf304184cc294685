# SPDX-License-Identifier: Apache-2.0

# How the project compiles its own tests, benchmarks and examples.
set(CMAKE_CXX_EXTENSIONS OFF)

add_library(ebit_dev INTERFACE)
target_link_libraries(ebit_dev INTERFACE ebit::ebit)
# Contraction to fused multiply-add would change results between targets.
target_compile_options(ebit_dev INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Werror -ffp-contract=off)

# g++ 12 warns of impossible sizes inside std::string and std::vector's own operator+ once it is inlined (GCC bugs 105329 and 105651).
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  target_compile_options(ebit_dev INTERFACE -Wno-restrict -Wno-stringop-overflow -Wno-stringop-overread -Wno-array-bounds)
endif()
