# SPDX-License-Identifier: Apache-2.0

# The sources are the tree this port lies in, or the one named by EBIT_SOURCE_PATH; nothing is downloaded.
if(DEFINED ENV{EBIT_SOURCE_PATH})
  set(SOURCE_PATH "$ENV{EBIT_SOURCE_PATH}")
else()
  cmake_path(ABSOLUTE_PATH CMAKE_CURRENT_LIST_DIR NORMALIZE OUTPUT_VARIABLE port_dir)
  cmake_path(SET SOURCE_PATH NORMALIZE "${port_dir}/../..")
endif()
if(NOT EXISTS "${SOURCE_PATH}/include/ebit/version.hpp")
  message(FATAL_ERROR "no ebit sources in '${SOURCE_PATH}': set EBIT_SOURCE_PATH")
endif()

vcpkg_cmake_configure(
  SOURCE_PATH "${SOURCE_PATH}"
  OPTIONS -DEBIT_BUILD_TESTS=OFF -DEBIT_BUILD_BENCHMARKS=OFF -DEBIT_BUILD_EXAMPLES=OFF)
vcpkg_cmake_install()
vcpkg_cmake_config_fixup(CONFIG_PATH share/cmake/ebit)
vcpkg_fixup_pkgconfig(SKIP_CHECK)

# Headers alone: the two configurations are the same, and the licence goes where vcpkg expects it.
file(REMOVE_RECURSE "${CURRENT_PACKAGES_DIR}/debug" "${CURRENT_PACKAGES_DIR}/share/licenses")
vcpkg_install_copyright(FILE_LIST "${SOURCE_PATH}/LICENSE")
