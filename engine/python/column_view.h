#pragma once
/// The columns of a call: types/column_view.h under the names that this layer uses.

#include "types/column_view.h"

namespace firesteel::python {

using firesteel::ColumnView;
using firesteel::ListSlot;
using firesteel::ResultColumn;
using firesteel::StringSlot;

}  // namespace firesteel::python
