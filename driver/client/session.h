#pragma once
/// A session with a Spark Connect server: the C++ twin of pyspark's SparkSession.
///   auto session = Session::connect(parse_connect_url("sc://localhost"));
///   std::cout << session.sql("SELECT 1 AS one").show_string();
/// Session and DataFrame are cheap to copy; their calls block. Thread-safe.

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "client/connect_url.h"
#include "client/result_stream.h"

namespace firesteel::client {

class DataFrame;

class Session {
  public:
    /// Builds the channel; the server is first spoken to by the first call.
    static Session connect(ConnectOptions options);

    const std::string& id() const;
    std::string spark_version() const;

    void set_conf(std::string_view key, std::string_view value) const;
    std::string conf(std::string_view key) const;

    /// Runs a command at once (CREATE VIEW, SET, …); a query runs when its rows are asked for.
    DataFrame sql(std::string_view text) const;
    ResultStream execute(const spark::connect::Relation& relation) const;

    /// Ends what this session still runs on the server.
    void interrupt_all() const;
    void interrupt_operation(std::string_view operation_id) const;
    /// Ends the session on the server, with its temporary views.
    void stop() const;

  private:
    friend class DataFrame;
    explicit Session(std::shared_ptr<Rpc> rpc) : rpc_(std::move(rpc)) {}
    std::shared_ptr<Rpc> rpc_;
};

class DataFrame {
  public:
    struct Field {
        std::string name;
        std::string type;  // the name of the protocol's type, e.g. "integer", "struct"
        bool nullable = true;
    };
    enum class Layout : std::uint8_t { Table, Vertical };

    DataFrame(Session session, const spark::connect::Relation& relation);

    const spark::connect::Relation& relation() const { return *relation_; }
    std::vector<Field> schema() const;
    ResultStream rows() const { return session_.execute(*relation_); }
    /// The text of Spark's show(); cells longer than `truncate` are cut, 0 leaves them whole.
    std::string show_string(int rows_max = 20, int truncate = 20,
                            Layout layout = Layout::Table) const;
    /// Each row as the server's to_json and to_csv write it, without a line's end.
    void each_as_json(const std::function<void(std::string_view)>& take) const;
    void each_as_csv(const std::function<void(std::string_view)>& take) const;
    /// As Spark's spark-sql prints it: cells between tabs, in Hive's notation.
    void each_as_tabs(const std::function<void(std::string_view)>& take) const;
    void create_or_replace_temp_view(std::string_view name) const;

  private:
    void each_row_as_text(const char* function, const std::map<std::string, std::string>& options,
                          const std::function<void(std::string_view)>& take) const;
    Session session_;
    std::shared_ptr<const spark::connect::Relation> relation_;
};

}  // namespace firesteel::client
