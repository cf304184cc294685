# SPDX-License-Identifier: Apache-2.0

# The library itself: headers and the language version, nothing else. No warnings are forced on its users.
add_library(ebit INTERFACE)
add_library(ebit::ebit ALIAS ebit)
target_compile_features(ebit INTERFACE cxx_std_20)

file(GLOB_RECURSE ebit_headers CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/include/ebit/*.hpp")
# Bridges to other libraries cannot be compiled where those are not.
set(ebit_bridges "${PROJECT_SOURCE_DIR}/include/ebit/adapt/libsodium.hpp")
list(REMOVE_ITEM ebit_headers ${ebit_bridges})
target_sources(ebit INTERFACE
  FILE_SET HEADERS
  BASE_DIRS "${PROJECT_SOURCE_DIR}/include"
  FILES ${ebit_headers}
  FILE_SET bridges TYPE HEADERS
  BASE_DIRS "${PROJECT_SOURCE_DIR}/include"
  FILES ${ebit_bridges})

# Target all_verify_interface_header_sets compiles every header alone.
if(PROJECT_IS_TOP_LEVEL)
  set_target_properties(ebit PROPERTIES VERIFY_INTERFACE_HEADER_SETS ON INTERFACE_HEADER_SETS_TO_VERIFY HEADERS)
endif()
