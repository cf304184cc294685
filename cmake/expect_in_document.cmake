# SPDX-License-Identifier: Apache-2.0

# cmake -D DOCUMENT=.. -D TABLE=.. -P expect_in_document.cmake -- <program> <argument>...
# The program writes the file TABLE, and all of it must stand in DOCUMENT, word for word.
cmake_minimum_required(VERSION 3.25)

include("${CMAKE_CURRENT_LIST_DIR}/command_after_dashes.cmake")

file(REMOVE "${TABLE}")
execute_process(COMMAND ${command} RESULT_VARIABLE result OUTPUT_QUIET)
if(NOT result STREQUAL "0")
  message(FATAL_ERROR "ended with '${result}', not with 0")
endif()
file(READ "${TABLE}" table)
file(READ "${DOCUMENT}" document)
string(LENGTH "${table}" size)
string(FIND "${document}" "${table}" at)
if(size EQUAL 0 OR at EQUAL -1)
  message(FATAL_ERROR "this table is not in ${DOCUMENT}:\n${table}")
endif()
