#include <string>

#include "common/config.h"
#include "common/error.h"
#include "connect/handlers/handlers.h"

namespace firesteel::connect {
namespace {

using Operation = proto::ConfigRequest::Operation;

void add_pair(proto::ConfigResponse& response, const std::string& key,
              const std::optional<std::string>& value) {
    auto& pair = *response.add_pairs();
    pair.set_key(key);
    if (value) pair.set_value(*value);
    if (const auto warning = config_warning(key); !warning.empty()) {
        response.add_warnings("The setting '" + key + "' " + std::string(warning) + ".");
    }
}

void set_one(Session& session, const proto::KeyValue& pair) {
    if (!pair.has_value()) {
        throw Error(ErrorClass::IllegalArgument,
                    {{"message", "The setting " + pair.key() + " can't be set to nothing."}});
    }
    session.set_config(pair.key(), pair.value());
}

void set_all(Session& session, const proto::ConfigRequest::Set& request,
             proto::ConfigResponse& response) {
    for (const auto& pair : request.pairs()) {
        if (!request.silent()) {
            set_one(session, pair);
        } else {
            try {
                set_one(session, pair);
            } catch (const Error& error) {
                response.add_warnings("The setting '" + pair.key() + "' was not set: " + error.message());
            }
        }
        if (const auto warning = config_warning(pair.key()); !warning.empty()) {
            response.add_warnings("The setting '" + pair.key() + "' " + std::string(warning) + ".");
        }
    }
}

void answer(Session& session, const Operation& operation, proto::ConfigResponse& response) {
    ConfigStore& conf = session.conf();
    switch (operation.op_type_case()) {
        case Operation::kSet: return set_all(session, operation.set(), response);
        case Operation::kGet:
            for (const auto& key : operation.get().keys()) add_pair(response, key, conf.get(key));
            return;
        case Operation::kGetWithDefault:
            for (const auto& pair : operation.get_with_default().pairs()) {
                std::optional<std::string> fallback;
                if (pair.has_value()) fallback = pair.value();
                add_pair(response, pair.key(), conf.get_with_default(pair.key(), std::move(fallback)));
            }
            return;
        case Operation::kGetOption:
            for (const auto& key : operation.get_option().keys()) {
                add_pair(response, key, conf.get_option(key));
            }
            return;
        case Operation::kGetAll:
            for (const auto& [key, value] : conf.get_all(operation.get_all().prefix())) {
                add_pair(response, key, value);
            }
            return;
        case Operation::kUnset:
            for (const auto& key : operation.unset().keys()) conf.unset(key);
            return;
        case Operation::kIsModifiable:
            for (const auto& key : operation.is_modifiable().keys()) {
                add_pair(response, key, conf.is_modifiable(key) ? "true" : "false");
            }
            return;
        case Operation::OP_TYPE_NOT_SET: break;
    }
    throw unsupported("this operation on settings (the client is newer than the engine)");
}

}  // namespace

proto::ConfigResponse handle_config(SparkContext& context, const proto::ConfigRequest& request) {
    const auto session = session_of(context, request);
    proto::ConfigResponse response;
    set_session(response, *session);
    answer(*session, request.operation(), response);
    return response;
}

}  // namespace firesteel::connect
