#include <catch2/catch.hpp>

#include <unistd.h>

#include <filesystem>

#include "common/error.h"
#include "session/artifacts.h"

using namespace firesteel;
namespace fs = std::filesystem;

namespace {

struct Folder {
    fs::path path = fs::temp_directory_path() / ("firesteel_artifacts_" + std::to_string(::getpid()));
    ~Folder() { fs::remove_all(path); }
};

void put(Artifacts& store, const std::string& name, const std::string& bytes) {
    Artifacts::Upload upload(store, name);
    upload.append(bytes);
    upload.commit();
}

std::string condition_of(const std::function<void()>& f) {
    try {
        f();
    } catch (const Error& error) {
        return std::string(error.row().condition);
    }
    return "none";
}

}  // namespace

TEST_CASE("artifacts are stored, found and go with their store", "[session][artifacts]") {
    const Folder folder;
    {
        Artifacts store(folder.path / "s", 1000);
        put(store, "pyfiles/a.py", "x = 1");
        CHECK(store.exists("pyfiles/a.py"));
        CHECK(store.read("pyfiles/a.py") == "x = 1");
        CHECK_FALSE(store.exists("pyfiles/b.py"));
        CHECK_FALSE(store.read("cache/abc"));
        CHECK(store.version() == 1);
        put(store, "cache/abc", "1");
        CHECK(store.version() == 1);
    }
    CHECK_FALSE(fs::exists(folder.path / "s"));
}

TEST_CASE("the same bytes may come again, others may not", "[session][artifacts]") {
    const Folder folder;
    Artifacts store(folder.path, 1000);
    put(store, "files/a", "1");
    CHECK(condition_of([&] { put(store, "files/a", "1"); }) == "none");
    CHECK(condition_of([&] { put(store, "files/a", "2"); }) == "ARTIFACT_ALREADY_EXISTS");
    CHECK(store.read("files/a") == "1");
}

TEST_CASE("names stay inside the session's folder", "[session][artifacts]") {
    for (const char* name : {"", "files/", "/etc/passwd", "files/../x", "other/x", "files/./x",
                             "forward_to_fs/tmp/x"}) {
        INFO(name);
        CHECK(condition_of([&] { check_artifact_name(name); }) == "INVALID_ARTIFACT_PATH");
    }
    CHECK(condition_of([&] { check_artifact_name("archives/x.zip#alias"); }) == "none");
}

TEST_CASE("an upload that is given up leaves nothing, and the bound holds", "[session][artifacts]") {
    const Folder folder;
    Artifacts store(folder.path, 10);
    {
        Artifacts::Upload upload(store, "files/a");
        upload.append("12345678");
    }
    CHECK_FALSE(store.exists("files/a"));
    CHECK_NOTHROW(put(store, "files/b", "1234567890"));
    CHECK_THROWS_AS(put(store, "files/c", "1"), Error);
}

TEST_CASE("a clone has the same artifacts", "[session][artifacts]") {
    const Folder folder;
    Artifacts a(folder.path / "a", 100);
    Artifacts b(folder.path / "b", 100);
    put(a, "files/x", "1");
    b.copy_from(a);
    CHECK(b.read("files/x") == "1");
    put(b, "files/y", "2");
    CHECK_FALSE(a.exists("files/y"));
}
