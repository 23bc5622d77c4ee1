#include "common/memory_budget.h"

#include <sched.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <fstream>
#include <string>
#include <utility>

namespace firesteel {
namespace {

/// The first word of a file, or nothing.
std::string first_word(const std::string& path) {
    std::ifstream in(path);
    std::string word;
    in >> word;
    return word;
}

std::optional<std::size_t> number(const std::string& text) {
    std::size_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return value;
}

/// This process's cgroup v2 directory, as seen from its mount.
std::string cgroup_directory() {
    std::ifstream in("/proc/self/cgroup");
    for (std::string line; std::getline(in, line);) {
        if (line.rfind("0::", 0) == 0) return "/sys/fs/cgroup" + line.substr(3);
    }
    return "/sys/fs/cgroup";
}

}  // namespace

MemoryBudget::Reservation::Reservation(Reservation&& other) noexcept
    : budget_(std::exchange(other.budget_, nullptr)), bytes_(std::exchange(other.bytes_, 0)) {}

MemoryBudget::Reservation& MemoryBudget::Reservation::operator=(Reservation&& other) noexcept {
    std::swap(budget_, other.budget_);
    std::swap(bytes_, other.bytes_);
    return *this;
}

MemoryBudget::Reservation::~Reservation() {
    if (budget_ != nullptr) budget_->bytes_used_.fetch_sub(bytes_, std::memory_order_relaxed);
}

std::optional<MemoryBudget::Reservation> MemoryBudget::try_reserve(std::size_t bytes) {
    auto used = bytes_used_.load(std::memory_order_relaxed);
    do {
        if (bytes > bytes_max_ || used > bytes_max_ - bytes) return std::nullopt;
    } while (!bytes_used_.compare_exchange_weak(used, used + bytes, std::memory_order_relaxed));
    return Reservation(this, bytes);
}

std::size_t memory_available_bytes() {
    const auto pages = ::sysconf(_SC_PHYS_PAGES);
    const auto page = ::sysconf(_SC_PAGESIZE);
    std::size_t bytes = static_cast<std::size_t>(std::max(pages, 1L)) *
                        static_cast<std::size_t>(std::max(page, 1L));
    const std::string v2 = first_word(cgroup_directory() + "/memory.max");
    const std::string v1 = first_word("/sys/fs/cgroup/memory/memory.limit_in_bytes");
    for (const auto& text : {v2, v1}) {
        if (const auto limit = number(text); limit && *limit > 0) bytes = std::min(bytes, *limit);
    }
    return bytes;
}

unsigned cores_available() {
    cpu_set_t set;
    CPU_ZERO(&set);
    unsigned cores = 1;
    if (::sched_getaffinity(0, sizeof(set), &set) == 0) {
        cores = static_cast<unsigned>(std::max(CPU_COUNT(&set), 1));
    }
    std::ifstream in(cgroup_directory() + "/cpu.max");
    std::string quota;
    std::string period;
    if (in >> quota >> period) {
        const auto q = number(quota);
        const auto p = number(period);
        if (q && p && *p > 0) {
            cores = std::min(cores, static_cast<unsigned>(std::max<std::size_t>(1, (*q + *p - 1) / *p)));
        }
    }
    return cores;
}

}  // namespace firesteel
