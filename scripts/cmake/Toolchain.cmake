# Where binaries go, the compiler cache, the linker, sanitizers and the warnings of our own targets.

set(FIRESTEEL_SANITIZE "" CACHE STRING "value of -fsanitize= for everything that we compile")
option(FIRESTEEL_FUZZ "build the fuzz targets (clang only)" OFF)
if(NOT DEFINED FIRESTEEL_BIN_DIR)
  set(FIRESTEEL_BIN_DIR "${CMAKE_BINARY_DIR}/bin")
endif()
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY "${FIRESTEEL_BIN_DIR}")
# What programs find relative to themselves: the launcher, the workers' package.
cmake_path(SET FIRESTEEL_LIB_DIR NORMALIZE "${FIRESTEEL_BIN_DIR}/../lib/firesteel")

# Paths relative to the checkout, so that several checkouts share one cache.
find_program(CCACHE_PROGRAM ccache)
if(CCACHE_PROGRAM)
  set(launcher ${CMAKE_COMMAND} -E env "CCACHE_BASEDIR=${CMAKE_SOURCE_DIR}"
               CCACHE_SLOPPINESS=pch_defines,time_macros ${CCACHE_PROGRAM})
  set(CMAKE_C_COMPILER_LAUNCHER ${launcher})
  set(CMAKE_CXX_COMPILER_LAUNCHER ${launcher})
endif()
add_compile_options("-ffile-prefix-map=${CMAKE_SOURCE_DIR}/=")

foreach(linker IN ITEMS mold gold)
  find_program(${linker}_PROGRAM NAMES ld.${linker} ${linker})
  if(${linker}_PROGRAM)
    add_link_options(-fuse-ld=${linker})
    break()
  endif()
endforeach()

if(FIRESTEEL_SANITIZE)
  set(instrumented "${FIRESTEEL_SANITIZE}")
  if(FIRESTEEL_FUZZ)
    string(APPEND instrumented ",fuzzer-no-link")
  endif()
  add_compile_options(-fsanitize=${instrumented} -fno-omit-frame-pointer)
  add_link_options(-fsanitize=${instrumented})
  if(instrumented MATCHES "undefined")
    # vptr and function want type information from libraries that are not ours.
    add_compile_options(-fno-sanitize=vptr -fno-sanitize-recover=undefined)
  endif()
endif()

# Third-party and generated code is reached through SYSTEM includes and never sees these. gcc's warnings
# are the ones that count; clang only compiles for the sanitizers.
add_library(firesteel_warnings INTERFACE)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # Designated initializers leave out what has its default.
  target_compile_options(firesteel_warnings INTERFACE -Wall -Wextra -Wshadow -Wconversion -Werror
                                                      -Wno-missing-field-initializers)
endif()
