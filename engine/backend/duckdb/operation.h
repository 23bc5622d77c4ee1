#pragma once
/// What one running statement shares with the callbacks that DuckDB makes for it: the call sites of
/// kernels, the tables it scans, the first error raised. Callbacks find it by their connection.
/// Filled by the lowering before the statement starts; afterwards only the error slot changes.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "backend/duckdb/kernels/site.h"
#include "backend/row_source.h"
#include "common/error.h"
#include "common/progress.h"
#include "common/stop_token.h"

namespace firesteel::duckdb {

class LocalRows;
struct RecordScan;
struct TextScan;

struct RequestStop {
    StopSource source;
    StopReason reason;
    void operator()() { source.request_stop(reason); }
};

class Operation {
  public:
    Operation(std::string time_zone, StopToken stop, std::chrono::system_clock::time_point started_at,
              std::shared_ptr<Progress> progress = nullptr)
        : time_zone_(std::move(time_zone)),
          stop_(std::move(stop)),
          progress_(std::move(progress)),
          started_micros_(
              std::chrono::duration_cast<std::chrono::microseconds>(started_at.time_since_epoch()).count()) {}
    Operation(const Operation&) = delete;
    Operation& operator=(const Operation&) = delete;

    /// Keeps the first error; later ones follow from it. Thread-safe.
    void raise(Error error);
    std::optional<Error> error() const;

    std::size_t add_site(KernelSite site);
    const KernelSite& site(std::size_t id) const;
    std::size_t add_rows(std::shared_ptr<const LocalRows> rows);
    std::shared_ptr<const LocalRows> rows(std::size_t id) const;
    struct Source {
        std::shared_ptr<const RowSource> rows;
        Schema schema;
    };
    std::size_t add_source(Source source);
    const Source& source(std::size_t id) const;
    std::size_t add_text_scan(std::shared_ptr<const TextScan> scan);
    std::shared_ptr<const TextScan> text_scan(std::size_t id) const;
    std::size_t add_record_scan(std::shared_ptr<const RecordScan> scan);
    std::shared_ptr<const RecordScan> record_scan(std::size_t id) const;
    /// Keeps what the statement reads alive.
    void keep(std::shared_ptr<const void> what) { kept_.push_back(std::move(what)); }

    const std::string& time_zone() const { return time_zone_; }
    const StopToken& stop() const { return stop_; }
    /// Told of the statement; may be null.
    Progress* progress() const { return progress_.get(); }
    /// For what callbacks wait for: stops with the query, and when its statement fails or ends.
    StopToken working() const { return working_.token(); }
    void end_work() { working_.request_stop(StopReason::Abandoned); }
    /// When the query began: its current_timestamp().
    std::int64_t started_micros() const { return started_micros_; }

    /// A scalar subquery that gives two rows is DuckDB's to notice; its error type is not unique.
    void expect_scalar_subquery() { has_scalar_subquery_ = true; }
    bool has_scalar_subquery() const { return has_scalar_subquery_; }
    /// A sum beyond DuckDB's 128 bits is its to notice: what to answer then.
    void expect_sum_overflow(Error error) {
        if (!sum_overflow_) sum_overflow_.emplace(std::move(error));
    }
    const std::optional<Error>& sum_overflow() const { return sum_overflow_; }

  private:
    const std::string time_zone_;
    const StopToken stop_;
    const std::shared_ptr<Progress> progress_;
    StopSource working_;
    StopCallback<RequestStop> on_stop_{stop_, {working_, StopReason::Interrupted}};
    const std::int64_t started_micros_;
    std::deque<KernelSite> sites_;  // addresses stay
    std::vector<std::shared_ptr<const LocalRows>> rows_;
    std::deque<Source> sources_;
    std::vector<std::shared_ptr<const TextScan>> text_scans_;
    std::vector<std::shared_ptr<const RecordScan>> record_scans_;
    std::vector<std::shared_ptr<const void>> kept_;
    bool has_scalar_subquery_ = false;
    std::optional<Error> sum_overflow_;
    mutable std::mutex error_mutex_;
    std::optional<Error> error_;
};

}  // namespace firesteel::duckdb
