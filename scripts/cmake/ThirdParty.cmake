# Every library that we did not write: Debian's by find_package, the rest from build/deps (scripts/setup.sh).

# $FIRESTEEL_DEPS names that of another tree, for builds in a directory that is made for them alone.
set(FIRESTEEL_DEPS "${CMAKE_SOURCE_DIR}/build/deps")
if(DEFINED ENV{FIRESTEEL_DEPS})
  set(FIRESTEEL_DEPS "$ENV{FIRESTEEL_DEPS}")
endif()
get_filename_component(FIRESTEEL_DEPS "${FIRESTEEL_DEPS}" REALPATH)
if(NOT EXISTS "${FIRESTEEL_DEPS}/duckdb/libduckdb.so")
  message(FATAL_ERROR "${FIRESTEEL_DEPS} is not filled: run scripts/setup.sh --deps here first, or set FIRESTEEL_DEPS "
                      "to the build/deps of a tree where it ran")
endif()
set(FIRESTEEL_PYTHON "${FIRESTEEL_DEPS}/venv/bin/python")

find_package(Threads REQUIRED)
find_package(Protobuf REQUIRED)
find_package(Boost 1.74 REQUIRED)
find_package(fmt REQUIRED)
find_package(spdlog REQUIRED)
find_package(Catch2 2 REQUIRED)
find_package(CLI11 REQUIRED)
find_package(simdjson REQUIRED)
find_package(date REQUIRED)
find_package(ICU REQUIRED COMPONENTS uc i18n)
find_package(OpenSSL REQUIRED)
find_package(BZip2 REQUIRED)
find_package(ZLIB REQUIRED)
find_package(PkgConfig REQUIRED)
pkg_check_modules(GRPC REQUIRED IMPORTED_TARGET grpc++)
pkg_check_modules(ZSTD REQUIRED IMPORTED_TARGET libzstd)
pkg_check_modules(LZ4 REQUIRED IMPORTED_TARGET liblz4)
pkg_check_modules(LIBXML2 REQUIRED IMPORTED_TARGET libxml-2.0)
pkg_check_modules(PCRE2 REQUIRED IMPORTED_TARGET libpcre2-8)
pkg_check_modules(LIBARCHIVE REQUIRED IMPORTED_TARGET libarchive)
pkg_check_modules(LIBEDIT REQUIRED IMPORTED_TARGET libedit)
pkg_check_modules(XXHASH REQUIRED IMPORTED_TARGET libxxhash)
find_program(GRPC_CPP_PLUGIN grpc_cpp_plugin REQUIRED)

# DuckDB: the library and the header of exactly the same release. Only engine/backend links it.
add_library(duckdb SHARED IMPORTED GLOBAL)
set_target_properties(duckdb PROPERTIES
  IMPORTED_LOCATION "${FIRESTEEL_DEPS}/duckdb/libduckdb.so"
  INTERFACE_INCLUDE_DIRECTORIES "${FIRESTEEL_DEPS}/duckdb")
add_library(duckdb::duckdb ALIAS duckdb)

# nanoarrow: Arrow C data and IPC, compiled in (13 C files) from its source archive.
set(nanoarrow_source "${FIRESTEEL_DEPS}/nanoarrow/subprojects/arrow-nanoarrow/src")
file(GLOB flatcc_source "${FIRESTEEL_DEPS}/nanoarrow/subprojects/flatcc-*")
file(READ "${CMAKE_SOURCE_DIR}/scripts/versions.sh" versions)
string(REGEX MATCH "NANOARROW_VERSION=(([0-9]+)\\.([0-9]+)\\.([0-9]+))" _ "${versions}")
set(NANOARROW_VERSION ${CMAKE_MATCH_1})
set(NANOARROW_VERSION_MAJOR ${CMAKE_MATCH_2})
set(NANOARROW_VERSION_MINOR ${CMAKE_MATCH_3})
set(NANOARROW_VERSION_PATCH ${CMAKE_MATCH_4})
set(NANOARROW_NAMESPACE_DEFINE "")
configure_file("${nanoarrow_source}/nanoarrow/nanoarrow_config.h.in"
               "${CMAKE_BINARY_DIR}/generated/nanoarrow/nanoarrow/nanoarrow_config.h")
set(nanoarrow_files common/array common/schema common/array_stream common/utils ipc/decoder ipc/encoder
                    ipc/reader ipc/writer ipc/codecs)
list(TRANSFORM nanoarrow_files PREPEND "${nanoarrow_source}/nanoarrow/")
set(flatcc_files builder emitter verifier refmap)
list(TRANSFORM flatcc_files PREPEND "${flatcc_source}/src/runtime/")
list(APPEND nanoarrow_files ${flatcc_files})
list(TRANSFORM nanoarrow_files APPEND ".c")
add_library(nanoarrow STATIC ${nanoarrow_files})
target_include_directories(nanoarrow SYSTEM
  PUBLIC "${nanoarrow_source}" "${CMAKE_BINARY_DIR}/generated/nanoarrow"
  PRIVATE "${flatcc_source}/include")
target_compile_definitions(nanoarrow PRIVATE NANOARROW_IPC_WITH_ZSTD NANOARROW_IPC_WITH_LZ4)
target_compile_options(nanoarrow PRIVATE -O2 -w)
target_link_libraries(nanoarrow PUBLIC PkgConfig::ZSTD PkgConfig::LZ4)
add_library(nanoarrow::nanoarrow ALIAS nanoarrow)
