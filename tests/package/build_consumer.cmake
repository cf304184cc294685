# SPDX-License-Identifier: Apache-2.0

# cmake -D WAY=.. -D COMPILER=.. -D GENERATOR=.. -D SOURCE_DIR=.. -D BINARY_DIR=.. -D WORK_DIR=.. -P build_consumer.cmake
cmake_minimum_required(VERSION 3.25)

include("${SOURCE_DIR}/cmake/ebit_version.cmake")
ebit_read_version("${SOURCE_DIR}/include/ebit/version.hpp" version)

function(run)
  execute_process(COMMAND ${ARGV} COMMAND_ECHO STDOUT COMMAND_ERROR_IS_FATAL ANY)
endfunction()

function(install_ebit prefix)
  run("${CMAKE_COMMAND}" --install "${BINARY_DIR}" --prefix "${prefix}")
endfunction()

function(build_with_cmake)
  run("${CMAKE_COMMAND}" -S "${SOURCE_DIR}/tests/package/consumer" -B "${WORK_DIR}/build" -G "${GENERATOR}"
    "-DCMAKE_CXX_COMPILER=${COMPILER}" -DCMAKE_BUILD_TYPE=Release "-DEBIT_EXPECTED_VERSION=${version}" ${ARGV})
  run("${CMAKE_COMMAND}" --build "${WORK_DIR}/build")
  run("${WORK_DIR}/build/consumer" "${version}")
endfunction()

function(build_with_compiler)
  run("${COMPILER}" -std=c++20 -O2 ${ARGV} "${SOURCE_DIR}/tests/package/consumer/main.cpp" -o "${WORK_DIR}/consumer")
  run("${WORK_DIR}/consumer" "${version}")
endfunction()

file(REMOVE_RECURSE "${WORK_DIR}")
file(MAKE_DIRECTORY "${WORK_DIR}")

if(WAY STREQUAL "find_package")
  install_ebit("${WORK_DIR}/first")
  # An installed tree may be moved.
  file(RENAME "${WORK_DIR}/first" "${WORK_DIR}/prefix")
  build_with_cmake("-DCMAKE_PREFIX_PATH=${WORK_DIR}/prefix")
elseif(WAY STREQUAL "add_subdirectory")
  build_with_cmake("-DEBIT_SOURCE_DIR=${SOURCE_DIR}")
elseif(WAY STREQUAL "plain_compiler")
  build_with_compiler("-I${SOURCE_DIR}/include")
elseif(WAY STREQUAL "pkg_config")
  find_program(pkg_config NAMES pkg-config pkgconf)
  if(NOT pkg_config)
    message(STATUS "EBIT_SKIPPED: no pkg-config here")
    return()
  endif()
  install_ebit("${WORK_DIR}/prefix")
  set(ENV{PKG_CONFIG_PATH} "${WORK_DIR}/prefix/share/pkgconfig")
  run("${pkg_config}" "--exact-version=${version}" ebit)
  execute_process(COMMAND "${pkg_config}" --cflags ebit
    OUTPUT_VARIABLE flags OUTPUT_STRIP_TRAILING_WHITESPACE COMMAND_ERROR_IS_FATAL ANY)
  separate_arguments(flags UNIX_COMMAND "${flags}")
  build_with_compiler(${flags})
else()
  message(FATAL_ERROR "unknown way '${WAY}'")
endif()
