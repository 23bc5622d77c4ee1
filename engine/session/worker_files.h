#pragma once
/// What the Python workers of one session find in their working directory, under Spark's names: the
/// application's files (spark.submit.pyFiles, spark.files, spark.archives) and the session's
/// artifacts. Links into the session's own directory and into the cache of unpacked archives. Also
/// which Python they are and their variables. Blocks on files; any thread, any number at once.

#include <string>

#include "common/config.h"
#include "python/worker_environment.h"
#include "session/archive_cache.h"
#include "session/artifacts.h"

namespace firesteel {

/// Where archives are unpacked.
ArchiveCache archive_cache(const Config& application);

/// After an artifact came: whether workers can have it. Throws Error (a broken archive); then the
/// artifact is gone again.
void admit_artifact(const Config& application, const Artifacts& artifacts, const std::string& name);

/// Fills in interpreter, directory, paths and variables. `default_python` is the interpreter where
/// no setting names one. Makes what is not there yet.
void enter_worker_files(const Config& application, const Config& session,
                        const Artifacts& artifacts, const std::string& default_python,
                        python::WorkerEnvironment& out);

/// The interpreter of sessions that set none, where it is told before there are any and is the same for all; else empty.
std::string early_interpreter(const Config& application, const std::string& default_python);

}  // namespace firesteel
