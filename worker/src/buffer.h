#pragma once
/// A growing byte buffer without zero-filling, and checked reading of a payload.

#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <new>
#include <utility>

namespace fsw {

class Buffer {
  public:
    Buffer() = default;
    Buffer(Buffer&& other) noexcept
        : data_(std::exchange(other.data_, nullptr)),
          size_(std::exchange(other.size_, 0)),
          capacity_(std::exchange(other.capacity_, 0)) {}
    Buffer(const Buffer&) = delete;
    Buffer& operator=(const Buffer&) = delete;
    Buffer& operator=(Buffer&&) = delete;
    ~Buffer() { std::free(data_); }

    std::uint8_t* data() { return data_; }
    const std::uint8_t* data() const { return data_; }
    std::size_t size() const { return size_; }
    std::size_t capacity() const { return capacity_; }
    void clear() { size_ = 0; }
    void reserve(std::size_t bytes) {
        if (bytes > capacity_) grow(bytes);
    }
    /// Makes room for `bytes` more and counts them as filled; returns where they begin.
    std::uint8_t* extend(std::size_t bytes) {
        if (size_ + bytes > capacity_) grow(size_ + bytes);
        std::uint8_t* at = data_ + size_;
        size_ += bytes;
        return at;
    }
    void append(const void* bytes, std::size_t count) {
        if (count != 0) std::memcpy(extend(count), bytes, count);
    }
    template <typename T>
    void push(T value) {
        std::memcpy(extend(sizeof(T)), &value, sizeof(T));
    }
    void swap(Buffer& other) noexcept {
        std::swap(data_, other.data_);
        std::swap(size_, other.size_);
        std::swap(capacity_, other.capacity_);
    }
    /// Frees the memory of a batch that was unusually large.
    void shrink(std::size_t keep) {
        if (capacity_ <= keep) return;
        std::free(std::exchange(data_, nullptr));
        size_ = capacity_ = 0;
    }

  private:
    void grow(std::size_t need) {
        std::size_t capacity = capacity_ < 4096 ? 4096 : capacity_ * 2;
        if (capacity < need) capacity = need;
        void* bigger = std::realloc(data_, capacity);
        if (bigger == nullptr) throw std::bad_alloc();
        data_ = static_cast<std::uint8_t*>(bigger);
        capacity_ = capacity;
    }

    std::uint8_t* data_ = nullptr;
    std::size_t size_ = 0;
    std::size_t capacity_ = 0;
};

}  // namespace fsw
