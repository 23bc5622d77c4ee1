#include "backend/duckdb/lowering/file_metadata.h"

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "backend/duckdb/lowering/lowering.h"
#include "backend/duckdb/lowering/physical_type.h"
#include "common/error.h"
#include "plan/bound_traverse.h"

namespace firesteel::duckdb {
namespace {

namespace fs = std::filesystem;

/// In Spark's order.
enum Field : std::uint8_t { Path, Name, Size, BlockStart, BlockLength, ModificationTime, RowIndex };
constexpr MetadataFields kAllFields = ~MetadataFields{0};

bool has(MetadataFields fields, std::size_t field) { return ((fields >> field) & 1U) != 0; }

// ---- what is read --------------------------------------------------------------------------------

class Reads {
  public:
    explicit Reads(std::unordered_map<AttributeId, MetadataFields>& out) : out_(out) {}

    void relation(const bound::Relation& plan) {
        if (const auto* scan = plan.get_if<bound::FileScan>(); scan != nullptr && scan->reads_metadata) {
            out_.try_emplace(scan->metadata.id, 0);
        }
        bound::for_each_input(plan, [this](const bound::Relation& input) { relation(input); });
        if (const auto* project = plan.get_if<bound::Project>()) {
            for (const bound::NamedExpr& item : project->items) {
                const auto* ref = item.expr.get_if<bound::ColumnRef>();
                if (ref == nullptr || !(ref->id == item.id)) expression(item.expr);
            }
            return;
        }
        bound::for_each_expression(plan, [this](const bound::Expr& e) { expression(e); });
        if (const auto* metrics = plan.get_if<bound::CollectMetrics>()) relation(metrics->metrics);
        if (!keeps_ids(plan)) {
            bound::for_each_input(plan, [this](const bound::Relation& input) { whole(input.output()); });
        }
    }

    void whole(const bound::Attributes& columns) {
        for (const bound::Attribute& a : columns) read(a.id, kAllFields);
    }

  private:
    /// Whether columns that it doesn't name go through it under their ids, and nothing else is done with them.
    static bool keeps_ids(const bound::Relation& plan) {
        const auto* sort = plan.get_if<bound::Sort>();
        return plan.get_if<bound::Filter>() != nullptr || (sort != nullptr && sort->is_global) ||
               plan.get_if<bound::Limit>() != nullptr || plan.get_if<bound::Offset>() != nullptr ||
               plan.get_if<bound::Join>() != nullptr || plan.get_if<bound::Window>() != nullptr ||
               plan.get_if<bound::Generate>() != nullptr || plan.get_if<bound::Aggregate>() != nullptr ||
               plan.get_if<bound::Alias>() != nullptr;
    }

    void expression(const bound::Expr& e) {
        if (const auto* field = e.get_if<bound::GetField>()) {
            if (const auto* ref = field->child.get_if<bound::ColumnRef>()) {
                read(ref->id, MetadataFields{1} << field->index);
                return;
            }
        }
        if (const auto* ref = e.get_if<bound::ColumnRef>()) read(ref->id, kAllFields);
        if (const auto* subquery = e.get_if<bound::Subquery>()) relation(*subquery->query);
        bound::for_each_child(e, [this](const bound::Expr& child) { expression(child); });
    }

    void read(AttributeId id, MetadataFields fields) {
        const auto at = out_.find(id);
        if (at != out_.end()) at->second |= fields;
    }

    std::unordered_map<AttributeId, MetadataFields>& out_;
};

bool any_reads_metadata(const bound::Relation& plan) {
    if (const auto* scan = plan.get_if<bound::FileScan>()) return scan->reads_metadata;
    bool found = false;
    bound::for_each_input(plan, [&](const bound::Relation& input) { found = found || any_reads_metadata(input); });
    const auto look = [&](const bound::Expr& e) {
        found = found || bound::any_of(e, [](const bound::Expr& x) {
            const auto* subquery = x.get_if<bound::Subquery>();
            return subquery != nullptr && any_reads_metadata(*subquery->query);
        });
    };
    if (!found) bound::for_each_expression(plan, look);
    return found;
}

// ---- values --------------------------------------------------------------------------------------

/// The path of a URI, as java.net.URI quotes it.
std::string quoted_path(const std::string& path) {
    static constexpr std::string_view kPlain = "-_.!~*'():@&=+$,;/";
    static constexpr std::string_view kDigits = "0123456789ABCDEF";
    std::string out;
    for (const char c : path) {
        const auto byte = static_cast<unsigned char>(c);
        const bool is_letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        if (is_letter || byte >= 0x80 || kPlain.find(c) != kPlain.npos) {
            out += c;
        } else {
            out += {'%', kDigits[byte >> 4U], kDigits[byte & 15U]};
        }
    }
    return out;
}

struct FileFacts {
    std::int64_t size = 0;
    std::int64_t modified_micros = 0;
};

FileFacts facts_of(const std::string& path) {
    std::error_code failed;
    FileFacts out;
    out.size = static_cast<std::int64_t>(fs::file_size(path, failed));
    const auto time = failed ? fs::file_time_type() : fs::last_write_time(path, failed);
    if (failed) throw Error(ErrorClass::FailedReadFile, {{"path", "file://" + path}});
    const auto since = fs::file_time_type::clock::to_sys(time).time_since_epoch();
    out.modified_micros = std::chrono::floor<std::chrono::milliseconds>(since).count() * 1000;  // as Hadoop says it
    return out;
}

/// Up to this size Spark reads a file as one block, however many there are.
constexpr std::int64_t kOneBlockBytes = std::int64_t{4} << 20U;

Literal value(const bound::FileScan& scan, const std::string& file, const FileFacts& facts, std::size_t field) {
    const bool is_block = field == BlockStart || field == BlockLength;
    if (is_block && facts.size > kOneBlockBytes && scan.format != "binaryfile") {
        throw unsupported("the blocks of files of more than 4 MiB (file_block_start, file_block_length)");
    }
    switch (field) {
        case Path: return Literal::string("file:" + quoted_path(file));
        case Name: return Literal::string(quoted_path(fs::path(file).filename().string()));
        case BlockStart: return Literal::long_int(0);
        case ModificationTime: return {DataType::timestamp(), Value(facts.modified_micros)};
        default: return Literal::long_int(facts.size);
    }
}

}  // namespace

std::unordered_map<AttributeId, MetadataFields> metadata_reads(const bound::Relation& plan) {
    std::unordered_map<AttributeId, MetadataFields> out;
    if (!any_reads_metadata(plan)) return out;
    Reads reads(out);
    reads.relation(plan);
    reads.whole(plan.output());
    return out;
}

bool reads_row_index(const bound::FileScan& scan, MetadataFields fields) {
    return scan.metadata.type.fields().size() > RowIndex && has(fields, RowIndex);
}

void value_per_file(Lowering& to, const bound::FileScan& scan, const std::function<Literal(std::size_t file)>& value) {
    to.out().text("list_extract([");
    for (std::size_t i = 0; i < scan.files.size(); ++i) {
        if (i > 0) to.out().text(", ");
        to.literal(value(i));
    }
    to.out().text("], CAST(file_index AS BIGINT) + 1)");
}

void file_metadata(Lowering& to, const bound::FileScan& scan, MetadataFields fields) {
    std::vector<FileFacts> facts;
    for (const std::string& file : scan.files) facts.push_back(facts_of(file));
    const std::vector<StructField>& columns = scan.metadata.type.fields();
    to.out().text("struct_pack(");
    for (std::size_t field = 0; field < columns.size(); ++field) {
        to.out().text(field > 0 ? ", " : "").text(field_name(field)).text(" := ");
        if (!has(fields, field)) {
            to.literal(Literal::null(columns[field].type));
        } else if (field == RowIndex) {
            to.out().text("file_row_number");
        } else if (scan.files.size() == 1) {
            to.literal(value(scan, scan.files[0], facts[0], field));
        } else {
            value_per_file(to, scan, [&](std::size_t i) { return value(scan, scan.files[i], facts[i], field); });
        }
    }
    to.out().text(")");
}

}  // namespace firesteel::duckdb
