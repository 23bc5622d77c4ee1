#include "session/session.h"

#include <algorithm>
#include <utility>

#include "common/config_keys.h"
#include "common/error.h"
#include "common/limits.h"
#include "common/log.h"
#include "session/spark_context.h"

namespace firesteel {
namespace {

constexpr log::Channel kLog{"session"};

void check_tags(const std::vector<std::string>& tags) {
    const auto fail = [](std::string message) {
        throw Error(ErrorClass::IllegalArgument, {{"message", std::move(message)}});
    };
    if (tags.size() > limits::kTagsPerOperationMax) fail("An operation can't have so many tags.");
    for (const std::string& tag : tags) {
        if (tag.empty()) fail("A tag can't be empty.");
        if (tag.find(',') != tag.npos) fail("A tag can't contain a comma.");
        if (tag.size() > limits::kTagBytesMax) fail("A tag can't be that long.");
    }
}

ResponseLog::Limits log_limits(const Config& config) {
    return {static_cast<std::size_t>(config.get(keys::kResponseLogUnsentBytesMax)),
            static_cast<std::size_t>(config.get(keys::kResponseLogSentBytesKept)),
            std::chrono::milliseconds(config.get(keys::kOperationAbandonedTimeout))};
}

bool same_request(const OperationRequest& a, const OperationRequest& b) {
    return a.replay == ResponseLog::Replay::Kept && b.replay == a.replay && a.fingerprint &&
           b.fingerprint && *a.fingerprint == *b.fingerprint;
}

}  // namespace

Session::Session(SparkContext& context, SessionKey key, Config conf,
                 const catalog::SessionCatalog& names)
    : context_(context),
      key_(std::move(key)),
      server_id_(random_uuid()),
      conf_(std::move(conf)),
      catalog_(names),
      artifacts_(context.artifact_directory() / server_id_.text(),
                 static_cast<std::size_t>(context.conf().get(keys::kArtifactBytesMax))) {}

Session::Session(SparkContext& context, SessionKey key)
    : Session(context, std::move(key), context.conf(),
              catalog::SessionCatalog(context.global_views(), context.metastore())) {}

Session::Session(SparkContext& context, SessionKey key, Session& source)
    : Session(context, std::move(key), source.conf_.snapshot(), source.catalog_) {
    artifacts_.copy_from(source.artifacts_);
    python_sources_.copy_from(source.python_sources_);
}

void Session::set_config(const std::string& name, std::string value) {
    check_setting(name, value);
    conf_.set(name, std::move(value));
}

void Session::reset_config() { conf_.reset(context_.conf()); }

std::string Session::add_checkpoint(std::shared_ptr<const bound::Relation> plan) {
    std::string id = random_uuid();
    const std::lock_guard lock(mutex_);
    checkpoints_.emplace(id, std::move(plan));
    return id;
}

std::shared_ptr<const bound::Relation> Session::checkpoint(const std::string& id) const {
    const std::lock_guard lock(mutex_);
    const auto found = checkpoints_.find(id);
    return found == checkpoints_.end() ? nullptr : found->second;
}

void Session::remove_checkpoint(const std::string& id) {
    const std::lock_guard lock(mutex_);
    checkpoints_.erase(id);
}

bool Session::has_created(const std::optional<PlanId>& plan) const {
    const std::lock_guard lock(mutex_);
    return plan && creations_.contains(*plan);
}

void Session::note_creation(const std::optional<PlanId>& plan) {
    constexpr std::size_t kCreationsMax = 10000;
    if (!plan) return;
    const std::lock_guard lock(mutex_);
    if (creations_.size() >= kCreationsMax) creations_.erase(creations_.begin());  // ids only grow
    creations_.insert(*plan);
}

Session::Started Session::start(OperationRequest request, Operation::Body body) {
    check_tags(request.tags);
    if (!request.id.empty() && !is_uuid(request.id.text())) {
        throw Error(ErrorClass::InvalidHandleFormat, {{"handle", request.id.text()}});
    }
    touch();
    std::shared_ptr<Operation> operation;
    {
        const std::lock_guard lock(mutex_);
        if (closed_) {
            throw Error(ErrorClass::InvalidHandleSessionClosed, {{"handle", key_.session.text()}});
        }
        if (const auto found = operations_.find(request.id); found != operations_.end()) {
            if (same_request(found->second->request(), request)) return {found->second, false};
            throw Error(ErrorClass::InvalidHandleOperationAlreadyExists,
                        {{"handle", request.id.text()}});
        }
        if (released_.contains(request.id)) {
            throw Error(ErrorClass::InvalidHandleOperationAbandoned, {{"handle", request.id.text()}});
        }
        operation = std::make_shared<Operation>(std::move(request), log_limits(context_.conf()));
        operations_.emplace(operation->id(), operation);
    }
    const bool taken = context_.run_operation(
        [session = shared_from_this(), operation, run = std::move(body)] {
            const log::Context ids(session->key().session.text(), operation->id().text());
            operation->run(run);
            session->touch();
        });
    if (!taken) {
        const std::lock_guard lock(mutex_);
        operations_.erase(operation->id());
        throw Error(ErrorClass::EngineBusy, {{"what", "too many operations run"}});
    }
    return {std::move(operation), true};
}

std::shared_ptr<Operation> Session::find_operation(const OperationId& id) const {
    const std::lock_guard lock(mutex_);
    const auto found = operations_.find(id);
    return found == operations_.end() ? nullptr : found->second;
}

std::shared_ptr<Operation> Session::operation(const OperationId& id) const {
    if (auto found = find_operation(id)) return found;
    const std::lock_guard lock(mutex_);
    throw Error(released_.contains(id) ? ErrorClass::InvalidHandleOperationAbandoned
                                       : ErrorClass::InvalidHandleOperationNotFound,
                {{"handle", id.text()}});
}

void Session::release_operation(const OperationId& id) {
    std::shared_ptr<Operation> operation;
    {
        const std::lock_guard lock(mutex_);
        const auto found = operations_.find(id);
        if (found == operations_.end()) return;
        operation = std::move(found->second);
        operations_.erase(found);
        remember_released(operation);
    }
    operation->interrupt(StopReason::Disconnected);
    operation->log().release_all();
}

/// With the lock held.
void Session::remember_released(const std::shared_ptr<Operation>& operation) {
    released_.emplace(operation->id(), operation->state_cell());
    released_order_.push_back(operation->id());
    if (released_order_.size() > limits::kClosedIdsKept) {
        released_.erase(released_order_.front());
        released_order_.pop_front();
    }
}

template <typename Wanted>
std::vector<OperationId> Session::interrupt_where(Wanted wanted, StopReason reason) {
    std::vector<std::shared_ptr<Operation>> chosen;
    {
        const std::lock_guard lock(mutex_);
        for (const auto& [id, operation] : operations_) {
            if (wanted(*operation)) chosen.push_back(operation);
        }
    }
    std::vector<OperationId> interrupted;
    for (const auto& operation : chosen) {
        if (operation->interrupt(reason)) interrupted.push_back(operation->id());
    }
    return interrupted;
}

std::vector<OperationId> Session::interrupt_all(StopReason reason) {
    return interrupt_where([](const Operation&) { return true; }, reason);
}

std::vector<OperationId> Session::interrupt_tag(std::string_view tag) {
    return interrupt_where([&](const Operation& operation) { return operation.has_tag(tag); },
                           StopReason::Interrupted);
}

std::vector<OperationId> Session::interrupt_operation(const OperationId& id) {
    return interrupt_where([&](const Operation& operation) { return operation.id() == id; },
                           StopReason::Interrupted);
}

std::vector<OperationFacts> Session::operations() const {
    const std::lock_guard lock(mutex_);
    std::vector<OperationFacts> facts;
    for (const auto& [id, operation] : operations_) {
        facts.push_back({id, operation->state(), operation->request().tags, operation->started_at()});
    }
    return facts;
}

std::optional<OperationState> Session::operation_state(const OperationId& id) const {
    const std::lock_guard lock(mutex_);
    if (const auto found = operations_.find(id); found != operations_.end()) {
        return found->second->state();
    }
    if (const auto found = released_.find(id); found != released_.end()) return found->second->load();
    return std::nullopt;
}

bool Session::is_idle() const {
    const std::lock_guard lock(mutex_);
    return std::none_of(operations_.begin(), operations_.end(),
                        [](const auto& entry) { return entry.second->is_running(); });
}

void Session::close(StopReason reason) {
    {
        const std::lock_guard lock(mutex_);
        closed_ = true;
    }
    interrupt_all(reason);
}

void Session::end_abandoned(std::chrono::milliseconds timeout) {
    const auto now = ResponseLog::Clock::now();
    std::vector<std::shared_ptr<Operation>> abandoned;
    {
        const std::lock_guard lock(mutex_);
        for (const auto& [id, operation] : operations_) {
            const auto since = operation->log().unread_since();
            if (since && now - *since >= timeout) abandoned.push_back(operation);
        }
    }
    for (const auto& operation : abandoned) {
        kLog.info("operation abandoned", {{"operation", operation->id().text()}});
        operation->interrupt(StopReason::Abandoned);
        release_operation(operation->id());
    }
}

}  // namespace firesteel
