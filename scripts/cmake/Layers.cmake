# The house's own target functions.

# firesteel_layer(plan SRCS a.cpp DEPS types common PRIVATE_DEPS fmt::fmt)
# One static library fs_<name> per engine folder. DEPS appear in the folder's headers, PRIVATE_DEPS do not.
# A layer may only name layers that were added before it: an upward dependency stops the configure step.
function(firesteel_layer name)
  cmake_parse_arguments(ARG "" "" "SRCS;DEPS;PRIVATE_DEPS" ${ARGN})
  if(ARG_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "firesteel_layer(${name}): unknown arguments ${ARG_UNPARSED_ARGUMENTS}")
  endif()
  firesteel_resolve(public engine/${name} ${ARG_DEPS})
  firesteel_resolve(private engine/${name} ${ARG_PRIVATE_DEPS})
  add_library(fs_${name} STATIC ${ARG_SRCS})
  target_include_directories(fs_${name} PUBLIC "${CMAKE_SOURCE_DIR}/engine")
  target_link_libraries(fs_${name} PUBLIC ${public} PRIVATE ${private} firesteel_warnings)
endfunction()

# Layer names become fs_<name>; anything else must be a known third-party or generated target.
function(firesteel_resolve out user)
  set(resolved "")
  foreach(dep IN LISTS ARGN)
    if(TARGET fs_${dep})
      list(APPEND resolved fs_${dep})
    elseif(dep MATCHES "::" OR dep MATCHES "_proto$" OR dep STREQUAL "nanoarrow" OR dep STREQUAL "duckdb")
      list(APPEND resolved ${dep})
    else()
      message(FATAL_ERROR "${user} may not depend on '${dep}': it is not a lower layer")
    endif()
  endforeach()
  set(${out} ${resolved} PARENT_SCOPE)
endfunction()

# firesteel_unit(types SRCS coercion_test.cpp DEPS types) in tests/unit/types/CMakeLists.txt:
# one Catch2 executable per folder, run by `ctest -L quick`.
function(firesteel_unit folder)
  cmake_parse_arguments(ARG "" "" "SRCS;DEPS" ${ARGN})
  if(ARG_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "firesteel_unit(${folder}): unknown arguments ${ARG_UNPARSED_ARGUMENTS}")
  endif()
  firesteel_resolve(deps tests/unit/${folder} ${ARG_DEPS})
  string(REPLACE "/" "_" target "unit_${folder}")
  add_executable(${target} ${ARG_SRCS})
  set_target_properties(${target} PROPERTIES RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/tests")
  target_link_libraries(${target} PRIVATE fs_unit_main ${deps} firesteel_warnings)
  add_test(NAME ${target} COMMAND ${target})
  # The sanitizers run over what reads foreign bytes (address) and what has threads of its own (thread).
  set(labels quick)
  if(folder MATCHES "^(common|types)$")
    list(APPEND labels sanitized)
    add_dependencies(sanitized_tests ${target})
  endif()
  if(folder MATCHES "^(common|io)$")
    list(APPEND labels threaded)
    add_dependencies(threaded_tests ${target})
  endif()
  set_tests_properties(${target} PROPERTIES LABELS "${labels}" TIMEOUT 300)
endfunction()

# firesteel_fuzz(sql_parser SRCS sql_parser_fuzz.cpp DEPS sql) in tests/fuzz/CMakeLists.txt:
# a libFuzzer target (LLVMFuzzerTestOneInput) that starts from tests/fuzz/seeds/<name> and runs for 30 s under
# `ctest -L fuzz` of the asan preset; other presets skip it.
function(firesteel_fuzz name)
  cmake_parse_arguments(ARG "" "" "SRCS;DEPS" ${ARGN})
  if(NOT FIRESTEEL_FUZZ)
    return()
  endif()
  firesteel_resolve(deps tests/fuzz/${name} ${ARG_DEPS})
  set(work "${CMAKE_BINARY_DIR}/fuzz/${name}")
  file(MAKE_DIRECTORY "${work}/corpus")
  add_executable(fuzz_${name} ${ARG_SRCS})
  set_target_properties(fuzz_${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/tests")
  target_link_libraries(fuzz_${name} PRIVATE ${deps} firesteel_warnings)
  target_link_options(fuzz_${name} PRIVATE -fsanitize=fuzzer)
  add_dependencies(sanitized_tests fuzz_${name})
  add_test(NAME fuzz_${name}
           COMMAND fuzz_${name} -max_total_time=30 -timeout=10 -rss_limit_mb=2048 -print_final_stats=1
                   "-artifact_prefix=${work}/" "${work}/corpus"
                   "${CMAKE_CURRENT_FUNCTION_LIST_DIR}/../../tests/fuzz/seeds/${name}")
  set_tests_properties(fuzz_${name} PROPERTIES LABELS "fuzz" TIMEOUT 120)
endfunction()
