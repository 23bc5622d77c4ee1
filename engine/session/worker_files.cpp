#include "session/worker_files.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <string_view>
#include <system_error>
#include <vector>

#include "common/error.h"

namespace firesteel {
namespace {

namespace fs = std::filesystem;
constexpr Key<std::string> kCacheDirectory{"firesteel.archives.cacheDirectory"};
constexpr Key<std::int64_t> kCacheBytesMax{"firesteel.archives.bytesMax"};
constexpr std::string_view kExecutorEnv = "spark.executorEnv.";
/// The first that is set; then the engine's own PYSPARK_PYTHON.
constexpr std::array<std::string_view, 4> kInterpreterKeys{
    "spark.sql.execution.pyspark.python", "spark.pyspark.python",
    "spark.yarn.appMasterEnv.PYSPARK_PYTHON", "spark.executorEnv.PYSPARK_PYTHON"};

[[noreturn]] void fail(const std::string& message) {
    throw Error(ErrorClass::NoCondition, {
                                             {"message", message}
    });
}

std::vector<std::string> split(std::string_view text, char separator) {
    std::vector<std::string> out;
    while (!text.empty()) {
        const auto end = text.find(separator);
        if (end != 0) out.emplace_back(text.substr(0, end));
        if (end == text.npos) break;
        text.remove_prefix(end + 1);
    }
    return out;
}

/// "path#name": what it is called in the working directory; without "#", its own name.
struct Named {
    fs::path path;
    fs::path name;
};

Named named(const std::string& text) {
    const auto hash = text.rfind('#');
    const fs::path path = text.substr(0, hash);
    const fs::path name =
        hash == text.npos ? path.filename() : fs::path(text.substr(hash + 1)).lexically_normal();
    if (name.empty() || name.is_absolute() || *name.begin() == "..") {
        throw Error(ErrorClass::InvalidArtifactPath, {
                                                         {"name", text}
        });
    }
    return {path, name};
}

/// The working directory of one session's workers.
class WorkingDirectory {
  public:
    WorkingDirectory(const Config& application, const fs::path& session_root)
        : cache_(archive_cache(application)), session_root_(session_root) {}

    fs::path path() const { return session_root_ / "work"; }

    void add_file(const Named& file) const { link(file.path, file.name); }

    void add_archive(const Named& archive) const {
        std::error_code ec;
        if (!fs::exists(path() / archive.name, ec)) link(target_of(archive), archive.name);
    }

    /// The same, where the name may be taken by something else.
    void add_new_archive(const Named& archive) const {
        const fs::path target = target_of(archive);
        link(target, archive.name);
        std::error_code ec;
        if (fs::read_symlink(path() / archive.name, ec) != target) {
            fail("Python workers have something else under the name " + archive.name.string() +
                 " already.");
        }
    }

  private:
    fs::path target_of(const Named& archive) const {
        std::error_code ec;
        fs::create_directories(path(), ec);
        const std::string stored = archive.path.filename().string();
        const bool packed = ArchiveCache::is_archive(stored.substr(0, stored.find('#')));
        return packed ? cache_.unpacked(archive.path, session_root_) : archive.path;
    }

    void link(const fs::path& target, const fs::path& name) const {
        std::error_code ec;
        const fs::path place = path() / name;
        if (fs::exists(place, ec)) return;
        if (!fs::exists(target, ec))
            fail("There is no file " + target.string() + " for Python workers.");
        fs::create_directories(place.parent_path(), ec);
        fs::create_symlink(target, place, ec);
        // Another operation of the session may have been first.
        if (ec && ec != std::errc::file_exists) fail(place.string() + ": " + ec.message());
    }

    const ArchiveCache cache_;
    const fs::path session_root_;
};

void provide_artifacts(const WorkingDirectory& work, const fs::path& root) {
    std::error_code ec;
    for (const char* folder : {"pyfiles", "files"}) {
        for (const auto& entry : fs::recursive_directory_iterator(root / folder, ec)) {
            if (!entry.is_regular_file(ec)) continue;
            work.add_file({entry.path(), entry.path().lexically_relative(root / folder)});
        }
    }
    for (const auto& entry : fs::directory_iterator(root / "archives", ec)) {
        // A client names them "x.zip#data", and so they are stored.
        work.add_archive({entry.path(), named(entry.path().filename().string()).name});
    }
}

std::string setting(const Config& config, std::string_view name) {
    const std::string* value = config.set_value(name);
    return value == nullptr ? std::string() : *value;
}

void provide_application(const Config& application, const WorkingDirectory& work) {
    for (const char* key : {"spark.submit.pyFiles", "spark.files"}) {
        for (const auto& file : split(setting(application, key), ',')) work.add_file(named(file));
    }
    for (const auto& archive : split(setting(application, "spark.archives"), ',')) {
        work.add_archive(named(archive));
    }
}

bool is_python_package(const fs::path& path) {
    const auto kind = path.extension();
    return kind == ".zip" || kind == ".egg" || kind == ".jar";
}

/// As Spark: each Python file that was given stands on the path, which matters for packed ones.
void add_python_paths(const Config& application, const fs::path& work, const fs::path& root,
                      std::vector<std::string>& out) {
    for (const auto& file : split(setting(application, "spark.submit.pyFiles"), ',')) {
        const Named given = named(file);
        if (is_python_package(given.path)) out.push_back(work / given.name);
    }
    std::error_code ec;
    std::vector<std::string> sent;
    for (const auto& entry : fs::directory_iterator(root / "pyfiles", ec)) {
        if (is_python_package(entry.path())) sent.push_back(work / entry.path().filename());
    }
    std::sort(sent.begin(), sent.end());
    out.insert(out.end(), sent.begin(), sent.end());
}

bool is_everywhere_the_same(const std::string& interpreter) {
    return fs::path(interpreter).is_absolute() || interpreter.find('/') == interpreter.npos;
}

/// Relative to the working directory, else to where the engine was started. Archives are named by
/// where they are unpacked, so that sessions with the same one share warm processes.
std::string resolved_interpreter(const std::string& name, const fs::path& work) {
    if (is_everywhere_the_same(name)) return name;
    const fs::path path(name);
    std::error_code ec;
    for (const fs::path& base : {work, fs::current_path(ec)}) {
        if (!fs::exists(base / path, ec)) continue;
        const fs::path folder = fs::canonical((base / path).parent_path(), ec);
        if (!ec) return folder / path.filename();
    }
    return work / path;  // for the message of the query that needs it
}

std::string named_interpreter(const Config& config, const std::string& default_python) {
    for (const std::string_view key : kInterpreterKeys) {
        if (std::string value = setting(config, key); !value.empty()) return value;
    }
    return default_python;
}

void add_variables(const Config& session, python::WorkerEnvironment& out) {
    for (auto it = session.settings().lower_bound(kExecutorEnv);
         it != session.settings().end() && it->first.starts_with(kExecutorEnv); ++it) {
        const std::string name = it->first.substr(kExecutorEnv.size());
        if (name.empty() || name.find('=') != name.npos || name.find('\0') != name.npos) continue;
        // An interpreter reads this one only as it starts.
        if (name == "PYTHONPATH") {
            for (const auto& path : split(it->second, ':')) out.extra_paths.push_back(path);
        }
        out.variables.emplace_back(name, it->second);
    }
}

}  // namespace

ArchiveCache archive_cache(const Config& application) {
    return {application.get(kCacheDirectory),
            static_cast<std::uint64_t>(application.get(kCacheBytesMax))};
}

void admit_artifact(const Config& application, const Artifacts& artifacts,
                    const std::string& name) {
    constexpr std::string_view kArchives = "archives/";
    if (!name.starts_with(kArchives)) return;
    const fs::path path = artifacts.root() / fs::path(name);
    try {
        const Named archive = named(name.substr(kArchives.size()));
        WorkingDirectory(application, artifacts.root()).add_new_archive({path, archive.name});
    } catch (...) {
        std::error_code ec;
        fs::remove(path, ec);
        throw;
    }
}

void enter_worker_files(const Config& application, const Config& session,
                        const Artifacts& artifacts, const std::string& default_python,
                        python::WorkerEnvironment& out) {
    const fs::path& root = artifacts.root();
    const WorkingDirectory work(application, root);
    provide_artifacts(work, root);
    provide_application(application, work);
    std::error_code ec;
    if (fs::is_directory(work.path(), ec)) {
        out.session_directory = work.path();
        add_python_paths(application, work.path(), root, out.extra_paths);
    }
    out.interpreter = resolved_interpreter(named_interpreter(session, default_python), work.path());
    add_variables(session, out);
}

std::string early_interpreter(const Config& application, const std::string& default_python) {
    std::string name = named_interpreter(application, default_python);
    return is_everywhere_the_same(name) ? name : std::string();
}

}  // namespace firesteel
