// Relations that are known and not computed here yet.
#include "analysis/resolver.h"

namespace firesteel::analysis {

#define NOT_YET(NODE, WHAT)                                                        \
    Resolver::Made Resolver::resolve(const u::NODE&, const u::Relation& whole) {    \
        throw unsupported(WHAT, whole.origin());                                    \
    }

NOT_YET(ShowString, "show inside another plan")
NOT_YET(HtmlString, "show inside another plan")

}  // namespace firesteel::analysis
