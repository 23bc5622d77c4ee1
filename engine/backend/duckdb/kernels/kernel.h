#pragma once
/// What a kernel is: a name and a function that, for one call site, makes the body that DuckDB calls
/// with each chunk. Bodies are shared by DuckDB's threads: they keep no state between calls. A body
/// raises by throwing Error; the framework adds the site's origin and hands it to the operation.
/// To add one: a row in the table of its family (kernels/<family>.cpp).

#include <functional>
#include <span>
#include <string_view>

#include "backend/duckdb/handles.h"
#include "backend/duckdb/kernels/site.h"

namespace firesteel::duckdb {

/// One chunk on its way through a kernel. Arguments are flat vectors (DuckDB flattens them).
class KernelCall {
  public:
    KernelCall(duckdb_data_chunk input, duckdb_vector result, const KernelSite& site)
        : input_(input), result_(result), site_(site), rows_(duckdb_data_chunk_get_size(input)) {}

    idx_t rows() const { return rows_; }
    /// Argument i; the call's first DuckDB argument is the site's id.
    duckdb_vector argument(std::size_t i) const {
        return duckdb_data_chunk_get_vector(input_, i + 1);
    }
    std::size_t argument_count() const { return site_.arguments.size(); }
    duckdb_vector result() const { return result_; }
    const KernelSite& site() const { return site_; }

  private:
    duckdb_data_chunk input_;
    duckdb_vector result_;
    const KernelSite& site_;
    idx_t rows_;
};

using KernelBody = std::function<void(KernelCall&)>;

enum class Placed : bool { No, Yes };

struct Kernel {
    std::string_view name;
    /// Reads the site's types and constants once; throws Error for what can't be computed.
    KernelBody (*bind)(const KernelSite& site);
    /// Whether Spark says where in the query its errors came from.
    Placed errors = Placed::Yes;
};

/// The kernel of that name, or null.
const Kernel* find_kernel(std::string_view name);

}  // namespace firesteel::duckdb
