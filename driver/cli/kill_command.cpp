#include "cli/kill_command.h"

#include <iostream>

#include "cli/flags.h"
#include "cli/reach_engine.h"
#include "client/engine_service.h"
#include "client/errors.h"
#include "client/session.h"

namespace firesteel::cli {
namespace {

/// Speaks for the session that is meant.
client::Session as_session(client::ConnectOptions engine, const std::string& user,
                           const std::string& session) {
    engine.user_id = user;
    engine.session_id = session;
    return client::Session::connect(std::move(engine));
}

bool kill_one(const client::ConnectOptions& engine, const client::EngineService& service,
              const std::string& id) {
    for (const auto& operation : service.operations()) {
        if (operation.operation_id != id || !operation.running) continue;
        as_session(engine, operation.user_id, operation.session_id).interrupt_operation(id);
        std::cout << "operation " << id << " ended\n";
        return true;
    }
    for (const auto& session : service.sessions()) {
        if (session.session_id != id) continue;
        as_session(engine, session.user_id, id).stop();
        std::cout << "session " << id << " ended\n";
        return true;
    }
    std::cerr << "firesteel: nothing that runs has the id " << id << "; see firesteel status\n";
    return false;
}

void kill_all(const client::ConnectOptions& engine, const client::EngineService& service) {
    for (const auto& session : service.sessions()) {
        as_session(engine, session.user_id, session.session_id).interrupt_all();
    }
    std::cout << "all operations ended\n";
}

}  // namespace

int run_kill(const KillOptions& options) {
    if (options.ids.empty() == !options.all)
        throw UsageError("kill takes ids or --all; see firesteel status");
    const auto engine = find_engine(options.remote);
    if (!engine) return report_no_engine();
    bool all_found = true;
    try {
        const client::EngineService service(*engine);
        if (options.all) kill_all(*engine, service);
        for (const auto& id : options.ids) all_found = kill_one(*engine, service, id) && all_found;
    } catch (const client::ClientError& error) {
        std::cerr << "firesteel kill: " << error.what() << "\n";
        return kExitFailure;
    }
    return all_found ? 0 : kExitFailure;
}

}  // namespace firesteel::cli
