# SPDX-License-Identifier: Apache-2.0

# Everything installed is independent of the architecture, so all of it goes under include/ and share/.
include(CMakePackageConfigHelpers)
include(GNUInstallDirs)

option(EBIT_INSTALL "Generate the install rules" ${PROJECT_IS_TOP_LEVEL})
if(NOT EBIT_INSTALL)
  return()
endif()

set(ebit_cmake_dir "${CMAKE_INSTALL_DATADIR}/cmake/ebit")
set(ebit_pkgconfig_dir "${CMAKE_INSTALL_DATADIR}/pkgconfig")

configure_package_config_file(
  "${PROJECT_SOURCE_DIR}/cmake/ebit-config.cmake.in" "${PROJECT_BINARY_DIR}/ebit-config.cmake"
  INSTALL_DESTINATION "${ebit_cmake_dir}"
  NO_SET_AND_CHECK_MACRO)
write_basic_package_version_file("${PROJECT_BINARY_DIR}/ebit-config-version.cmake"
  COMPATIBILITY SameMinorVersion
  ARCH_INDEPENDENT)

# The prefix is found from the place of the file, so an installed tree may be moved.
file(RELATIVE_PATH ebit_prefix_from_pkgconfig "/prefix/${ebit_pkgconfig_dir}" "/prefix")
configure_file("${PROJECT_SOURCE_DIR}/cmake/ebit.pc.in" "${PROJECT_BINARY_DIR}/ebit.pc" @ONLY)

install(TARGETS ebit EXPORT ebit-targets FILE_SET HEADERS FILE_SET bridges DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}")
install(EXPORT ebit-targets NAMESPACE ebit:: DESTINATION "${ebit_cmake_dir}")
install(FILES "${PROJECT_BINARY_DIR}/ebit-config.cmake" "${PROJECT_BINARY_DIR}/ebit-config-version.cmake"
  DESTINATION "${ebit_cmake_dir}")
install(FILES "${PROJECT_BINARY_DIR}/ebit.pc" DESTINATION "${ebit_pkgconfig_dir}")
install(FILES "${PROJECT_SOURCE_DIR}/LICENSE" DESTINATION "${CMAKE_INSTALL_DATADIR}/licenses/ebit")
