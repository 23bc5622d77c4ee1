#include "types/time_zone.h"

#include <catch2/catch.hpp>

#include "common/error.h"

using namespace firesteel;

// Recorded with java.time: the offset at an instant, and the offset that the same number as local time is taken with.
TEST_CASE("zones have Java's offsets in every year", "[types][zone]") {
    struct Row {
        const char* zone;
        std::int64_t seconds;
        int offset;
        int offset_of_local;
    };
    const Row rows[] = {
        {"Africa/Monrovia", 1528924739, 0, 0},
        {"Africa/Monrovia", 8398760026, 0, 0},
        {"Africa/Monrovia", 9328836803, 0, 0},
        {"Africa/Monrovia", 10650479268, 0, 0},
        {"America/Los_Angeles", -2717640001, -28378, -28800},
        {"America/Los_Angeles", -2717638200, -28800, -28800},
        {"America/Los_Angeles", -1615129200, -28800, -28800},
        {"America/Los_Angeles", -355330801, -25200, -28800},
        {"America/Los_Angeles", 309949199, -25200, -28800},
        {"America/Los_Angeles", 783509400, -28800, -28800},
        {"America/Los_Angeles", 1143971999, -28800, -25200},
        {"America/Los_Angeles", 1143972000, -25200, -25200},
        {"America/Los_Angeles", 1143973800, -25200, -25200},
        {"America/Los_Angeles", 1205056800, -25200, -25200},
        {"America/Los_Angeles", 8958116938, -28800, -28800},
        {"America/Los_Angeles", 9287845553, -25200, -25200},
        {"America/New_York", -649596967, -14400, -14400},
        {"America/New_York", 828860400, -14400, -14400},
        {"America/New_York", 877845599, -14400, -18000},
        {"America/New_York", 2420475380, -14400, -14400},
        {"America/New_York", 10042102092, -14400, -14400},
        {"America/St_Johns", -2746885780, -12652, -12652},
        {"America/St_Johns", -1110061749, -9052, -12652},
        {"America/St_Johns", -998769600, -9000, -9000},
        {"America/St_Johns", 6027897961, -12600, -12600},
        {"America/St_Johns", 6927928097, -9000, -9000},
        {"America/St_Johns", 1000000000000, -9000, -9000},
        {"Antarctica/Troll", -3471157122, 0, 0},
        {"Antarctica/Troll", -2487493880, 0, 0},
        {"Antarctica/Troll", 1111887000, 7200, 0},
        {"Antarctica/Troll", 1143334799, 0, 0},
        {"Antarctica/Troll", 7674121871, 0, 0},
        {"Antarctica/Troll", 8718799886, 7200, 7200},
        {"Antarctica/Troll", 17961439303, 0, 0},
        {"Antarctica/Troll", 18898746604, 0, 0},
        {"Asia/Kathmandu", 2560997276, 20700, 20700},
        {"Asia/Kathmandu", 14341604206, 20700, 20700},
        {"Asia/Kolkata", -100000000000, 21208, 21208},
        {"Asia/Kolkata", -2019703870, 19800, 19270},
        {"Asia/Kolkata", -891581401, 19800, 19800},
        {"Asia/Kolkata", -891579600, 23400, 19800},
        {"Asia/Kolkata", -872058601, 23400, 23400},
        {"Asia/Kolkata", 15824701185, 19800, 19800},
        {"Asia/Kolkata", 2000012345678, 19800, 19800},
        {"Australia/Lord_Howe", -100000000000, 38180, 38180},
        {"Australia/Lord_Howe", 657041399, 37800, 37800},
        {"Australia/Lord_Howe", 699375599, 39600, 39600},
        {"Australia/Lord_Howe", 794331000, 37800, 39600},
        {"Australia/Lord_Howe", 922546799, 39600, 39600},
        {"Australia/Lord_Howe", 922548600, 37800, 39600},
        {"Australia/Lord_Howe", 967303800, 39600, 37800},
        {"Australia/Lord_Howe", 1130601600, 39600, 37800},
        {"Australia/Lord_Howe", 1254583799, 37800, 37800},
        {"Australia/Lord_Howe", 1254583800, 39600, 37800},
        {"Australia/Lord_Howe", 4421102644, 39600, 39600},
        {"Australia/Lord_Howe", 11797162932, 39600, 39600},
        {"Australia/Lord_Howe", 2000012345678, 39600, 39600},
        {"Europe/Berlin", -2776117011, 3208, 3208},
        {"Europe/Berlin", -1693706401, 3600, 3600},
        {"Europe/Berlin", -1693704600, 7200, 3600},
        {"Europe/Berlin", -639010801, 7200, 7200},
        {"Europe/Berlin", 465355800, 3600, 7200},
        {"Europe/Berlin", 481078799, 3600, 3600},
        {"Europe/Berlin", 496803600, 3600, 7200},
        {"Europe/Berlin", 8801733091, 3600, 3600},
        {"Europe/Berlin", 9077918777, 7200, 7200},
        {"Europe/Berlin", 13369664063, 7200, 7200},
        {"Europe/Berlin", 17322936129, 3600, 3600},
        {"Europe/Berlin", 1000000000000, 7200, 7200},
        {"Europe/Dublin", -1601847000, 3600, 0},
        {"Europe/Dublin", -1522531800, 0, 3600},
        {"Europe/Dublin", -1333317600, 0, 3600},
        {"Europe/Dublin", -1301263201, 3600, 3600},
        {"Europe/Dublin", -986162401, 3600, 3600},
        {"Europe/Dublin", 152073000, 0, 3600},
        {"Europe/Dublin", 701830800, 3600, 0},
        {"Europe/Dublin", 859685400, 3600, 0},
        {"Europe/Dublin", 2717231567, 0, 0},
        {"Europe/Dublin", 9958498027, 3600, 3600},
        {"Europe/Dublin", 13442461331, 0, 0},
        {"Europe/Dublin", 16146996282, 3600, 3600},
        {"Europe/London", -1410732000, 3600, 0},
        {"Europe/London", -875487601, 3600, 3600},
        {"Europe/London", -875485800, 7200, 3600},
        {"Europe/London", -574293600, 0, 3600},
        {"Europe/London", -213228000, 3600, 0},
        {"Europe/London", 132717599, 0, 0},
        {"Europe/London", 132717600, 3600, 0},
        {"Europe/London", 1214807706, 3600, 3600},
        {"Europe/London", 1781667121, 3600, 3600},
        {"Europe/London", 3397474705, 3600, 3600},
        {"Europe/London", 4951516145, 0, 0},
        {"Europe/London", 1000000000000, 3600, 3600},
        {"Pacific/Apia", -100000000000, 45184, 45184},
        {"Pacific/Apia", -3806396565, 45184, 45184},
        {"Pacific/Apia", -2767296380, 45184, 45184},
        {"Pacific/Apia", -1152882912, -41400, -41400},
        {"Pacific/Apia", -798968319, -41400, -41400},
        {"Pacific/Apia", 1365256799, 50400, 50400},
        {"Pacific/Apia", 1396706399, 50400, 50400},
        {"Pacific/Apia", 1396706400, 46800, 50400},
        {"Pacific/Apia", 1474725599, 46800, 46800},
        {"Pacific/Apia", 1491055200, 46800, 50400},
        {"Pacific/Apia", 1554561000, 46800, 50400},
        {"Pacific/Apia", 1586008799, 50400, 50400},
        {"Pacific/Apia", 16959346996, 46800, 46800},
        {"Pacific/Chatham", 162971635, 45900, 45900},
        {"Pacific/Chatham", 953388000, 45900, 49500},
        {"Pacific/Chatham", 1128175200, 49500, 45900},
        {"Pacific/Chatham", 1207404000, 45900, 49500},
        {"Pacific/Chatham", 8088912506, 45900, 45900},
        {"Pacific/Chatham", 14253494077, 45900, 45900},
        {"Pacific/Chatham", 1000000000000, 45900, 45900},
        {"Pacific/Chatham", 31556889864403, 49500, 49500},
    };
    TimeZoneCache zones;
    for (const Row& row : rows) {
        CAPTURE(row.zone, row.seconds);
        const TimeZone* zone = zones.find(row.zone);
        REQUIRE(zone != nullptr);
        CHECK(zone->offset_at(row.seconds) == row.offset);
        CHECK(zone->offset_of_local(row.seconds) == row.offset_of_local);
    }
}

TEST_CASE("zone names are those that Java takes", "[types][zone]") {
    const std::pair<const char*, const char*> good[] = {
        {"UTC", "UTC"}, {"Z", "Z"}, {"+5", "+05:00"}, {"+5:30", "+05:30"}, {"+05:3", "+05:03"},
        {"+0530", "+05:30"}, {"+053015", "+05:30:15"}, {"+18:00", "+18:00"}, {"GMT", "GMT"},
        {"GMT0", "GMT0"}, {"GMT+1:00", "GMT+01:00"}, {"UTC-0530", "UTC-05:30"}, {"UT+1", "UT+01:00"},
        {"Etc/GMT+1", "Etc/GMT+1"}, {"EST", "-05:00"}, {"PST", "America/Los_Angeles"},
        {"UTC+00:00", "UTC"}, {"-00:00", "Z"}, {"Zulu", "Zulu"}, {"+5:3", "+05:03"},
    };
    for (const auto& [id, expected] : good) {
        CAPTURE(id);
        const auto zone = TimeZone::find(id);
        REQUIRE(zone != nullptr);
        CHECK(zone->id() == expected);
    }
    for (const char* id : {"", "z", "+18:01", "-19:00", "UTC0", "ROC", "america/los_angeles", "foo",
                           "UTC+", "GMT+19", "localtime", "Factory", " UTC", "utc", "../etc/passwd"}) {
        CAPTURE(id);
        CHECK(TimeZone::find(id) == nullptr);
        CHECK_THROWS_AS(TimeZone::named(id), Error);
    }
}

TEST_CASE("a folder of zones is no zone", "[types][zone]") {
    CHECK(TimeZone::find("America") == nullptr);
    CHECK(TimeZone::find("Pacific") == nullptr);
}
