#include "python/profiles.h"

#include <cstring>
#include <set>
#include <span>
#include <utility>

#include "common/error.h"
#include "python/batch_function.h"

namespace firesteel::python {
namespace {

/// Of a function's number in the conf of a set-up, before the function's place.
constexpr const char* kIdKey = "profile.";

std::string description_of(const CallSpec& spec, const FunctionSpec& function) {
    std::string out;
    for (const std::string& command : function.commands) out += command;
    for (const Argument& argument : function.arguments) {
        const bool has_name = argument.column < spec.input_names.size();
        out += "\n" + std::to_string(argument.column) + (has_name ? spec.input_names[argument.column] : "") +
               "=" + argument.keyword;
    }
    return out;
}

}  // namespace

std::uint64_t Profiles::id_of(const std::string& function) {
    const std::lock_guard lock(mutex_);
    return ids_.emplace(function, ids_.size() + 1).first->second;
}

void Profiles::add(std::string update) {
    const std::lock_guard lock(mutex_);
    updates_.push_back(std::move(update));
}

std::vector<std::string> Profiles::take() {
    const std::lock_guard lock(mutex_);
    return std::exchange(updates_, {});
}

void profile(CallSpec& spec, const std::shared_ptr<Profiles>& profiles) {
    if (!profiles || !is_profiled(spec.eval_type)) return;
    spec.profiles = profiles;
    std::set<std::string> seen;  // calls that differ each time may look alike
    for (std::size_t i = 0; i < spec.functions.size(); ++i) {
        std::string description = description_of(spec, spec.functions[i]);
        while (!seen.insert(description).second) description += "\nagain";
        const std::uint64_t id = profiles->id_of(description);
        spec.conf.emplace_back(kIdKey + std::to_string(i), std::to_string(id));
    }
}

void collect_profile(const WorkerLease& lease, const CallSpec& spec, std::uint32_t call, const StopToken& stop) {
    if (!spec.profiles) return;
    Worker& worker = lease.worker();
    fs_frame_header header{};
    header.call = call;
    header.kind = FS_FRAME_PROFILE;
    std::memcpy(worker.outgoing().extend(sizeof header), &header, sizeof header);
    const Worker::Reply reply = worker.receive(stop, lease.spin());
    if (reply.header.kind == FS_FRAME_ERROR) throw error_of(reply.payload);
    const auto malformed = [] {
        return Error(ErrorClass::NoCondition, {{"message", "a Python worker sent a malformed profile"}});
    };
    if (reply.header.kind != FS_FRAME_PROFILED || reply.header.call != call) throw malformed();
    std::span<const std::byte> rest = reply.payload;
    const auto take = [&](std::size_t size) {
        if (rest.size() < size) throw malformed();
        const auto* bytes = reinterpret_cast<const char*>(rest.data());
        rest = rest.subspan(size);
        return std::string(bytes, size);
    };
    const auto number = [&] {
        std::uint32_t value = 0;
        std::memcpy(&value, take(sizeof value).data(), sizeof value);
        return value;
    };
    for (std::uint32_t left = number(); left != 0; --left) spec.profiles->add(take(number()));
}

}  // namespace firesteel::python
