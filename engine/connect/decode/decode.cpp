#include "connect/decode/decode.h"

#include "connect/decode/decoder.h"

namespace firesteel::connect {

PlanNode decode_plan(const proto::Plan& plan, std::shared_ptr<const void> owner,
                     const DecodeContext& context) {
    Decoder decoder(context, std::move(owner));
    switch (plan.op_type_case()) {
        case proto::Plan::kRoot:
            return decoder.relation(plan.root());
        case proto::Plan::kCommand:
            return decoder.command(plan.command());
        case proto::Plan::kCompressedOperation:
            FS_ASSERT(false && "decompress() comes first");
        case proto::Plan::OP_TYPE_NOT_SET:
            break;
    }
    throw Error(ErrorClass::UnsupportedOperation,
                {
                    {"message", "The plan is neither a relation nor a command."}
    });
}

unresolved::Relation decode_query(const proto::Plan& plan, std::shared_ptr<const void> owner,
                                  const DecodeContext& context) {
    if (plan.op_type_case() != proto::Plan::kRoot) throw invalid_plan("a relation is needed here");
    return Decoder(context, std::move(owner)).relation(plan.root());
}

}  // namespace firesteel::connect
