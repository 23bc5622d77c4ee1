#include "backend/files/text_records.h"

#include <algorithm>
#include <utility>

#include "backend/files/decoded_source.h"
#include "common/error.h"

namespace firesteel::files {
namespace {

constexpr std::size_t kBlockBytes = std::size_t{1} << 18U;
constexpr std::size_t kRecordBytesMax = std::size_t{1} << 30U;
constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

bool is_blank(std::string_view text) {
    return std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) <= ' '; });
}

}  // namespace

std::string_view take_line(std::string_view& text) {
    const std::size_t newline = std::min(text.find('\n'), text.size());
    const std::size_t end = std::min(text.substr(0, newline).find('\r'), newline);
    const std::string_view line = text.substr(0, end);
    const bool is_pair = end < text.size() && text[end] == '\r' && end + 1 < text.size() && text[end + 1] == '\n';
    text.remove_prefix(std::min(text.size(), end + (is_pair ? 2U : 1U)));
    return line;
}

bool is_record(std::string_view text, const TextFormat& format) {
    if (format.drop_blank && is_blank(text)) return false;
    if (!format.comment) return true;
    const auto first = std::ranges::find_if(text, [](char c) { return static_cast<unsigned char>(c) > ' '; });
    return first == text.end() || *first != *format.comment;
}

RecordReader::RecordReader(const std::string& path, const TextFormat& format)
    : source_(format.charset.empty() ? open_source(path) : decoded(open_source(path), format.charset)), format_(format), header_left_(format.skip_header) {
    while (buffer_.size() < kByteOrderMark.size() && fill()) {
    }
    if (buffer_.starts_with(kByteOrderMark)) begin_ = scanned_ = kByteOrderMark.size();
}

bool RecordReader::fill() {
    if (at_end_) return false;
    if (begin_ > 0) {
        buffer_.erase(0, begin_);
        scanned_ -= begin_;
        begin_ = 0;
    }
    if (buffer_.size() > kRecordBytesMax) throw unsupported("a record of more than 1 GiB in a text file");
    const std::size_t old = buffer_.size();
    buffer_.resize(old + std::max(kBlockBytes, old));  // grows by doubling: long records cost no more
    const std::size_t got = source_->read(buffer_.data() + old, buffer_.size() - old);
    buffer_.resize(old + got);
    at_end_ = got == 0;
    return !at_end_;
}

std::optional<std::string_view> RecordReader::next() {
    if (format_.unit == TextFormat::Unit::WholeFile) return whole_file();
    while (auto record = raw()) {
        if (!is_record(*record, format_)) continue;
        if (!std::exchange(header_left_, false)) return record;
    }
    return std::nullopt;
}

std::optional<std::string_view> RecordReader::next_lines(std::size_t bytes_max) {
    FS_ASSERT(format_.unit == TextFormat::Unit::Line && format_.separator.empty());
    while (header_left_) {
        const auto record = raw();
        if (!record) return std::nullopt;
        header_left_ = !is_record(*record, format_);
    }
    std::size_t wanted = bytes_max;
    while (true) {
        while (buffer_.size() - begin_ < wanted && fill()) {
        }
        const std::string_view rest = std::string_view(buffer_).substr(begin_);
        if (rest.empty()) return std::nullopt;
        // A \r at the end may have its \n in what follows.
        const std::size_t last = at_end_ ? rest.size() - 1 : rest.substr(0, rest.size() - 1).find_last_of("\r\n");
        if (last == rest.npos) {
            wanted += bytes_max;
            continue;
        }
        const std::size_t size = last + 1 + (last + 1 < rest.size() && rest[last] == '\r' && rest[last + 1] == '\n' ? 1U : 0U);
        begin_ = scanned_ = begin_ + size;
        return rest.substr(0, size);
    }
}

std::optional<std::string_view> RecordReader::whole_file() {
    if (std::exchange(done_, true)) return std::nullopt;
    while (fill()) {
    }
    return std::string_view(buffer_).substr(begin_);
}

std::optional<std::string_view> RecordReader::raw() {
    while (true) {
        if (const auto end = end_of_record()) {
            const std::string_view record = std::string_view(buffer_).substr(begin_, end->at - begin_);
            begin_ = scanned_ = end->next;
            in_quotes_ = false;
            return record;
        }
        if (fill()) continue;
        if (begin_ >= buffer_.size()) return std::nullopt;
        const std::string_view record = std::string_view(buffer_).substr(begin_);
        begin_ = scanned_ = buffer_.size();
        return record;
    }
}

std::optional<RecordReader::End> RecordReader::end_of_record() {
    return format_.unit == TextFormat::Unit::CsvRecord ? end_of_csv() : end_of_line(scanned_);
}

std::optional<RecordReader::End> RecordReader::end_of_line(std::size_t from) {
    if (!format_.separator.empty()) {
        const auto at = buffer_.find(format_.separator, from);
        if (at != buffer_.npos) return End{at, at + format_.separator.size()};
        scanned_ = std::max(begin_, buffer_.size() - std::min(buffer_.size(), format_.separator.size() - 1));
        return std::nullopt;
    }
    const auto newline = buffer_.find('\n', from);
    const std::string_view line = std::string_view(buffer_).substr(0, std::min(newline, buffer_.size()));
    const auto at = std::min(line.find('\r', from), newline);
    if (at == buffer_.npos) {
        scanned_ = buffer_.size();
        return std::nullopt;
    }
    if (buffer_[at] == '\n') return End{at, at + 1};
    if (at + 1 < buffer_.size()) return End{at, at + (buffer_[at + 1] == '\n' ? 2U : 1U)};
    scanned_ = at;  // a \n may follow
    return at_end_ ? std::optional(End{at, at + 1}) : std::nullopt;
}

/// Line ends inside of quotes belong to the record.
std::optional<RecordReader::End> RecordReader::end_of_csv() {
    for (std::size_t i = scanned_; i < buffer_.size(); ++i) {
        const char c = buffer_[i];
        if (in_quotes_ && c == format_.escape && c != format_.quote) {
            if (i + 1 >= buffer_.size() && !at_end_) {
                scanned_ = i;
                return std::nullopt;
            }
            ++i;
        } else if (c == format_.quote) {
            in_quotes_ = !in_quotes_;
        } else if (!in_quotes_ && (c == '\n' || c == '\r' || !format_.separator.empty())) {
            const bool is_end = format_.separator.empty() ||
                                std::string_view(buffer_).substr(i).starts_with(format_.separator);
            if (!is_end) continue;
            scanned_ = i;
            return end_of_line(i);
        }
    }
    scanned_ = std::max(scanned_, buffer_.size());
    return std::nullopt;
}

}  // namespace firesteel::files
