#include <catch2/catch.hpp>

#include <array>
#include <cstring>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "common/error.h"
#include "python/batch_codec.h"
#include "python/gathered_rows.h"
#include "python/setup.h"

using namespace firesteel;
using namespace firesteel::python;

namespace {

StringSlot slot(const std::string& text) {
    StringSlot made;
    made.size = static_cast<std::uint32_t>(text.size());
    const char* pointer = text.data();
    if (text.size() <= StringSlot::kInlinedBytesMax) {
        std::memcpy(made.inlined, pointer, text.size());
    } else {
        std::memcpy(made.inlined + 4, &pointer, sizeof pointer);
    }
    return made;
}

/// The example of PROTOCOL.md: its last fenced block.
std::vector<std::byte> documented_frame() {
    std::ifstream file(FS_TEST_PROTOCOL);
    std::stringstream whole;
    whole << file.rdbuf();
    std::string text = whole.str();
    const std::size_t end = text.rfind("```");
    const std::size_t start = text.rfind("```", end - 1) + 3;
    std::istringstream bytes(text.substr(start, end - start));
    std::vector<std::byte> frame;
    for (std::string byte; bytes >> byte;) {
        frame.push_back(static_cast<std::byte>(std::stoi(byte, nullptr, 16)));
    }
    return frame;
}

/// What a batch looks like to its reader: BATCH and RESULT share the layout.
struct Decoded {
    FrameBuffer buffer;
    fs_frame_header header{};
    std::vector<ResultColumn> columns;

    Decoded(const std::vector<DataType>& types, const std::vector<ColumnView>& views,
            std::size_t first, std::size_t rows) {
        REQUIRE(append_batch(types, views, first, rows, {}, buffer) == rows);
        std::memcpy(&header, buffer.at(0), sizeof header);
        REQUIRE(read_result(types, header.rows, buffer.bytes().subspan(FS_FRAME_HEADER_BYTES),
                            columns));
    }
};

}  // namespace

TEST_CASE("the documented frame is what the encoder writes and the decoder reads", "[python][codec]") {
    const std::vector<DataType> types{DataType::long_int(), DataType::string()};
    const std::array<std::int64_t, 3> numbers{1, 0, -2};
    const std::string accented = "n\xc3\xa9";
    const std::array<StringSlot, 3> texts{slot("a"), slot(accented), slot("?")};
    const std::uint64_t first_null = 0b101;
    const std::uint64_t last_null = 0b011;
    const std::vector<ColumnView> views{{3, &first_null, numbers.data(), 0, {}},
                                        {3, &last_null, texts.data(), 0, {}}};
    FrameBuffer out;
    fs_frame_header header{};
    header.call = 7;
    append_batch(types, views, 0, 3, header, out);
    const std::vector<std::byte> expected = documented_frame();
    const std::vector<std::byte> written(out.bytes().begin(), out.bytes().end());
    REQUIRE(written.size() == expected.size());

    std::vector<ResultColumn> columns;
    REQUIRE(read_result(types, 3, std::span(expected).subspan(FS_FRAME_HEADER_BYTES), columns));
    REQUIRE(columns[0].valid(0));
    REQUIRE_FALSE(columns[0].valid(1));
    std::int64_t third = 0;
    std::memcpy(&third, columns[0].values + 16, 8);
    REQUIRE(third == -2);
    REQUIRE(columns[1].text(0) == "a");
    REQUIRE(columns[1].text(1) == accented);
    REQUIRE_FALSE(columns[1].valid(2));
    REQUIRE(written == expected);
}

TEST_CASE("strings of any length, nulls and slices keep their rows", "[python][codec]") {
    std::vector<std::string> texts;
    std::vector<StringSlot> slots;
    std::vector<std::uint64_t> validity(4, ~std::uint64_t{0});
    for (int i = 0; i < 200; ++i) texts.push_back(std::string(static_cast<std::size_t>(i % 30), 'x') + "é");
    for (const std::string& text : texts) slots.push_back(slot(text));
    validity[1] &= ~(std::uint64_t{1} << 6);  // row 70
    slots[70].size = 0xffffffff;              // a null slot may hold anything
    const std::vector<DataType> types{DataType::string()};
    for (const std::size_t first : {std::size_t{0}, std::size_t{64}, std::size_t{69}}) {
        const Decoded decoded(types, {{200, validity.data(), slots.data(), 0, {}}}, first, 100);
        for (std::size_t i = 0; i < 100; ++i) {
            REQUIRE(decoded.columns[0].valid(i) == (first + i != 70));
            if (first + i != 70) REQUIRE(decoded.columns[0].text(i) == texts[first + i]);
        }
    }
    const Decoded without(types, {{200, validity.data(), slots.data(), 0, {}}}, 100, 100);
    REQUIRE(without.columns[0].validity == nullptr);
}

TEST_CASE("decimals of every carrier arrive as 128 bits", "[python][codec]") {
    const std::array<std::int16_t, 2> two{-1, 99};
    const std::array<std::int64_t, 2> eight{-5000000000, 7};
    const std::vector<DataType> types{DataType::decimal(4, 1), DataType::decimal(18, 3)};
    const Decoded decoded(types, {{2, nullptr, two.data(), 2, {}}, {2, nullptr, eight.data(), 8, {}}}, 0, 2);
    std::array<__int128, 2> wide{};
    std::memcpy(wide.data(), decoded.columns[0].values, 32);
    REQUIRE((wide[0] == -1 && wide[1] == 99));
    std::memcpy(wide.data(), decoded.columns[1].values, 32);
    REQUIRE((wide[0] == -5000000000 && wide[1] == 7));
}

TEST_CASE("nested columns, also with lists out of order", "[python][codec]") {
    const std::array<std::int32_t, 6> elements{0, 10, 20, 30, 40, 50};
    const std::array<ListSlot, 4> slots{ListSlot{4, 2}, ListSlot{0, 1}, ListSlot{999, 999}, ListSlot{1, 3}};
    const std::uint64_t validity = ~std::uint64_t{0b0100};
    const ColumnView numbers{6, nullptr, elements.data(), 0, {}};
    const ColumnView list{4, &validity, slots.data(), 0, {numbers}};
    const std::array<std::uint8_t, 4> flags{1, 0, 1, 0};
    const ColumnView structure{4, nullptr, nullptr, 0, {list, {4, nullptr, flags.data(), 0, {}}}};
    const std::vector<DataType> types{DataType::structure(
        {{"l", DataType::array(DataType::integer()), true, ""}, {"b", DataType::boolean(), true, ""}})};
    const Decoded decoded(types, {structure}, 0, 4);
    const ResultColumn& lists = decoded.columns[0].children[0];
    REQUIRE(std::vector<std::int32_t>(lists.offsets, lists.offsets + 5) ==
            std::vector<std::int32_t>{0, 2, 3, 3, 6});
    std::array<std::int32_t, 6> got{};
    std::memcpy(got.data(), lists.children[0].values, sizeof got);
    REQUIRE(got == std::array<std::int32_t, 6>{40, 50, 0, 10, 20, 30});
    REQUIRE_FALSE(lists.valid(2));
    REQUIRE(decoded.columns[0].children[1].values[2] == std::byte{1});
}

TEST_CASE("maps with slices read the right entries", "[python][codec]") {
    const std::array<std::int64_t, 4> keys{1, 2, 3, 4};
    const std::array<double, 4> values{0.5, 1.5, 2.5, 3.5};
    const std::array<ListSlot, 2> slots{ListSlot{0, 1}, ListSlot{1, 3}};
    const ColumnView map{2, nullptr, slots.data(), 0,
                         {{4, nullptr, keys.data(), 0, {}}, {4, nullptr, values.data(), 0, {}}}};
    const std::vector<DataType> types{DataType::map(DataType::long_int(), DataType::float64())};
    const Decoded decoded(types, {map}, 1, 1);
    REQUIRE(decoded.columns[0].offsets[1] == 3);
    std::int64_t key = 0;
    std::memcpy(&key, decoded.columns[0].children[0].values, 8);
    REQUIRE(key == 2);
}

TEST_CASE("a batch that outgrows a frame is cut by rows", "[python][codec]") {
    const std::string large(std::size_t{1} << 20, 'x');
    const std::vector<StringSlot> slots(200, slot(large));
    const std::vector<DataType> types{DataType::string()};
    const std::vector<ColumnView> views{{200, nullptr, slots.data(), 0, {}}};
    FrameBuffer out;
    const std::size_t sent = append_batch(types, views, 0, 200, {}, out);
    REQUIRE((sent > 0 && sent < 200));
    REQUIRE(out.size() <= kBatchBytesTarget + FS_FRAME_HEADER_BYTES);
}

TEST_CASE("a damaged result is refused, whatever the damage", "[python][codec]") {
    const std::vector<DataType> types{DataType::array(DataType::string())};
    const std::array<StringSlot, 2> texts{slot("ab"), slot("c")};
    const std::array<ListSlot, 2> slots{ListSlot{0, 1}, ListSlot{1, 1}};
    const ColumnView list{2, nullptr, slots.data(), 0, {{2, nullptr, texts.data(), 0, {}}}};
    FrameBuffer out;
    append_batch(types, std::vector<ColumnView>{list}, 0, 2, {}, out);
    const std::span<const std::byte> payload = out.bytes().subspan(FS_FRAME_HEADER_BYTES);
    std::vector<ResultColumn> columns;
    REQUIRE(read_result(types, 2, payload, columns));
    REQUIRE_FALSE(read_result(types, 3, payload, columns));
    for (std::size_t size = 0; size < payload.size(); size += 8) {
        REQUIRE_FALSE(read_result(types, 2, payload.subspan(0, size), columns));
    }
    // Each byte set to 0xff: decoded without touching foreign memory, or refused.
    for (std::size_t at = 0; at < payload.size(); ++at) {
        std::vector<std::byte> damaged(payload.begin(), payload.end());
        damaged[at] = std::byte{0xff};
        if (read_result(types, 2, damaged, columns)) {
            for (std::size_t i = 0; i < columns[0].children[0].rows; ++i) columns[0].children[0].text(i);
        }
    }
}

TEST_CASE("types travel as compact descriptors", "[python][codec]") {
    const auto described = [](const DataType& type) {
        std::string out;
        append_type(type, out);
        return out;
    };
    REQUIRE(described(DataType::long_int()) == "\x05");
    REQUIRE(described(DataType::varchar(5)) == "\x09");
    REQUIRE(described(DataType::decimal(10, 2)) == "\x08\x0a\x02");
    REQUIRE(described(DataType::array(DataType::date(), false)) == std::string("\x12\x00\x0b", 3));
    REQUIRE(described(DataType::structure({{"a", DataType::boolean(), true, ""}})) ==
            std::string("\x14\x01\x00\x01\x00\x00\x00" "a\x01\x01", 10));
    DataType deep = DataType::integer();
    for (int i = 0; i < 100; ++i) deep = DataType::array(deep);
    REQUIRE_THROWS_AS(described(deep), Error);
}

TEST_CASE("a batch of pieces is the batch of the rows that they name", "[python][codec]") {
    constexpr std::size_t kRows = 200;
    const std::vector<DataType> types{DataType::long_int(), DataType::string(), DataType::decimal(9, 2),
                                      DataType::array(DataType::integer(), true)};
    std::vector<std::int64_t> numbers(kRows);
    std::vector<std::string> words(kRows);
    std::vector<StringSlot> texts(kRows);
    std::vector<std::int32_t> decimals(kRows);
    std::vector<ListSlot> lists(kRows);
    std::vector<std::int32_t> elements(2 * kRows);
    std::vector<std::uint64_t> validity((kRows + 63) / 64);
    for (std::size_t i = 0; i < kRows; ++i) {
        numbers[i] = static_cast<std::int64_t>(i) - 5;
        words[i] = "a text that is not inlined " + std::to_string(i);
        texts[i] = i % 2 == 0 ? slot(words[i]) : slot("");
        decimals[i] = static_cast<std::int32_t>(i) - 100;
        lists[i] = {2 * i, i % 3};
        elements[i] = static_cast<std::int32_t>(i);
        if (i % 7 != 0) validity[i / 64] |= std::uint64_t{1} << (i % 64);
    }
    const ColumnView list{kRows, nullptr, lists.data(), 0, {{2 * kRows, nullptr, elements.data(), 0, {}}}};
    const std::vector<ColumnView> views{{kRows, validity.data(), numbers.data(), 0, {}},
                                        {kRows, validity.data(), texts.data(), 0, {}},
                                        {kRows, nullptr, decimals.data(), 4, {}},
                                        list};
    const std::vector<std::uint32_t> index{70, 71, 72, 73, 74, 75};
    std::vector<BatchPiece> pieces{{views, 3, 67, nullptr}, {views, 0, 6, index.data()}, {views, 76, 101, nullptr}};
    const auto bytes_of = [](const FrameBuffer& buffer) {
        return std::vector<std::byte>(buffer.bytes().begin(), buffer.bytes().end());
    };
    FrameBuffer whole;
    REQUIRE(append_batch(types, views, 3, 174, {}, whole) == 174);
    FrameBuffer pieced;
    REQUIRE(append_batch(types, pieces, {}, pieced) == 174);
    REQUIRE(bytes_of(pieced) == bytes_of(whole));
    skip_rows(pieces, 69);
    FrameBuffer rest;
    append_batch(types, views, 72, 105, {}, rest);
    pieced.clear();
    REQUIRE(append_batch(types, pieces, {}, pieced) == 105);
    REQUIRE(bytes_of(pieced) == bytes_of(rest));

    // Picked from two batches: rows 3, 4 of the first and 70, 71 of the second, in turns.
    const std::vector<std::uint32_t> batches{0, 1, 0, 1};
    const std::vector<std::uint32_t> numbers_in_batch{3, 70, 4, 71};
    std::vector<std::vector<const ColumnView*>> columns;
    for (const ColumnView& view : views) columns.push_back({&view, &view});
    std::vector<BatchPiece> picked;
    for (const std::uint32_t number : numbers_in_batch) picked.push_back({views, number, 1, nullptr});
    GatheredRows gathered{columns, batches.data(), numbers_in_batch.data(), batches.size()};
    for (const std::size_t gone : {0, 1}) {
        if (gone != 0) skip_rows(gathered, gone);
        skip_rows(picked, gone);
        FrameBuffer by_rows;
        FrameBuffer by_pieces;
        REQUIRE(append_batch(types, gathered, {}, by_rows) == batches.size() - gone);
        append_batch(types, picked, {}, by_pieces);
        REQUIRE(bytes_of(by_rows) == bytes_of(by_pieces));
    }
}
