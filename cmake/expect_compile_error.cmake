# SPDX-License-Identifier: Apache-2.0

# cmake -D COMPILER=.. -D INCLUDE_DIRS=.. -D FILE=.. -P expect_compile_error.cmake
cmake_minimum_required(VERSION 3.25)

# A line at a time by hand: lists would split at the semicolons of the code.
file(READ "${FILE}" rest)
set(expected "")
set(marked_line "")
set(number 0)
while(NOT rest STREQUAL "")
  math(EXPR number "${number} + 1")
  string(FIND "${rest}" "\n" end)
  if(end EQUAL -1)
    set(line "${rest}")
    set(rest "")
  else()
    string(SUBSTRING "${rest}" 0 ${end} line)
    math(EXPR end "${end} + 1")
    string(SUBSTRING "${rest}" ${end} -1 rest)
  endif()
  if(line MATCHES "^// expect: (.+)$")
    list(APPEND expected "${CMAKE_MATCH_1}")
  elseif(number EQUAL 1)
    message(FATAL_ERROR "${FILE}:1: the first line must be '// expect: <text>'")
  endif()
  if(line MATCHES "// error here$")
    set(marked_line "${number}")
  endif()
endwhile()

list(TRANSFORM INCLUDE_DIRS PREPEND "-I")
execute_process(
  COMMAND "${COMPILER}" -std=c++20 ${INCLUDE_DIRS} -c "${FILE}" -o /dev/null
  RESULT_VARIABLE result
  OUTPUT_VARIABLE output
  ERROR_VARIABLE output)

if(result EQUAL 0)
  message(FATAL_ERROR "${FILE}: compiled, but must not")
endif()
foreach(text IN LISTS expected)
  string(FIND "${output}" "${text}" at)
  if(at EQUAL -1)
    message(FATAL_ERROR "${FILE}: rejected without the text '${text}':\n${output}")
  endif()
endforeach()
cmake_path(GET FILE FILENAME name)
if(marked_line)
  set(place "${name}:${marked_line}:")
else()
  set(place "${name}:")
endif()
string(FIND "${output}" "${place}" at)
if(at EQUAL -1)
  message(FATAL_ERROR "${FILE}: rejected without naming '${place}':\n${output}")
endif()
