# SPDX-License-Identifier: Apache-2.0

# cmake -D TEXT=.. -P expect_refusal.cmake -- <program> <argument>...
cmake_minimum_required(VERSION 3.25)

include("${CMAKE_CURRENT_LIST_DIR}/command_after_dashes.cmake")

execute_process(COMMAND ${command} RESULT_VARIABLE result OUTPUT_QUIET ERROR_VARIABLE errors)
if(NOT result STREQUAL "2")
  message(FATAL_ERROR "ended with '${result}', not with 2:\n${errors}")
endif()
if(NOT errors MATCHES "^[^\n]+\n$")
  message(FATAL_ERROR "standard error is not one line:\n${errors}")
endif()
string(FIND "${errors}" "${TEXT}" at)
if(at EQUAL -1)
  message(FATAL_ERROR "'${TEXT}' is missing in: ${errors}")
endif()
