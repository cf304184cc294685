# SPDX-License-Identifier: Apache-2.0

# cmake -D SOURCE_DIR=.. -P check_recipes.cmake
cmake_minimum_required(VERSION 3.25)

include("${SOURCE_DIR}/cmake/ebit_version.cmake")
ebit_read_version("${SOURCE_DIR}/include/ebit/version.hpp" version)

function(require_text file)
  file(READ "${SOURCE_DIR}/${file}" content)
  foreach(text IN LISTS ARGN)
    string(FIND "${content}" "${text}" at)
    if(at EQUAL -1)
      message(SEND_ERROR "${file}: '${text}' is missing")
    endif()
  endforeach()
endfunction()

function(require_python file)
  find_program(python3 python3)
  if(python3)
    execute_process(COMMAND "${python3}" -c "import ast, sys; ast.parse(open(sys.argv[1]).read())" "${SOURCE_DIR}/${file}"
      COMMAND_ERROR_IS_FATAL ANY)
  endif()
endfunction()

require_text(conanfile.py "name = \"ebit\"" "version.hpp" "header-library" "\"ebit::ebit\"")
require_python(conanfile.py)
require_text(test_package/conanfile.py "tested_reference_str")
require_python(test_package/conanfile.py)
require_text(test_package/CMakeLists.txt "find_package(ebit" "ebit::ebit")

require_text(ports/ebit/portfile.cmake "EBIT_SOURCE_PATH" "CONFIG_PATH share/cmake/ebit")
file(READ "${SOURCE_DIR}/ports/ebit/vcpkg.json" manifest)
string(JSON port_name GET "${manifest}" name)
string(JSON port_version GET "${manifest}" version)
if(NOT port_name STREQUAL "ebit" OR NOT port_version STREQUAL version)
  message(SEND_ERROR "ports/ebit/vcpkg.json names '${port_name}' '${port_version}', the library is 'ebit' '${version}'")
endif()
