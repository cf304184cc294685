# SPDX-License-Identifier: Apache-2.0

# Reads major.minor.patch from version.hpp, the one place that knows it.
function(ebit_read_version header out)
  file(STRINGS "${header}" lines REGEX "^#define EBIT_VERSION_(MAJOR|MINOR|PATCH) +[0-9]+$")
  set(version "")
  foreach(part MAJOR MINOR PATCH)
    set(found "${lines}")
    list(FILTER found INCLUDE REGEX "EBIT_VERSION_${part} ")
    if(NOT found MATCHES " ([0-9]+)$")
      message(FATAL_ERROR "${header}: no line '#define EBIT_VERSION_${part} <number>'")
    endif()
    list(APPEND version "${CMAKE_MATCH_1}")
  endforeach()
  list(JOIN version "." version)
  set(${out} "${version}" PARENT_SCOPE)
endfunction()
