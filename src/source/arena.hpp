// SPDX-License-Identifier: Apache-2.0
// Bump allocation for trees that live as long as their file. Nothing is destroyed one by one, so
// only trivially destructible types may live here.
#pragma once

#include <cstddef>
#include <cstring>
#include <memory>
#include <span>
#include <string_view>
#include <type_traits>
#include <vector>

namespace podseer::source {

/// Owns blocks of memory; everything handed out stays valid, at a stable address, until the arena
/// is destroyed. Not thread-safe: one arena per document.
class Arena {
 public:
  Arena() = default;
  /// `first_block`: bytes that will probably be needed, so that small arenas waste little.
  explicit Arena(std::size_t first_block) : block_size_(first_block < 256 ? 256 : first_block) {}
  Arena(const Arena&) = delete;
  Arena& operator=(const Arena&) = delete;
  Arena(Arena&&) = default;
  Arena& operator=(Arena&&) = default;

  /// `bytes` of uninitialised memory aligned to `align` (a power of two, at most 16).
  void* allocate(std::size_t bytes, std::size_t align);

  /// A copy of `text` that lives in the arena. An empty text needs no memory.
  std::string_view copy(std::string_view text) {
    if (text.empty()) return {};
    char* to = static_cast<char*>(allocate(text.size(), 1));
    std::memcpy(to, text.data(), text.size());
    return {to, text.size()};
  }

  /// A copy of `items` that lives in the arena.
  template <typename T>
  std::span<T> copy(std::span<const T> items) {
    static_assert(std::is_trivially_destructible_v<T> && std::is_trivially_copyable_v<T>);
    if (items.empty()) return {};
    T* to = static_cast<T*>(allocate(items.size_bytes(), alignof(T)));
    std::memcpy(static_cast<void*>(to), items.data(), items.size_bytes());
    return {to, items.size()};
  }

  /// Bytes taken from the system, for memory tests.
  [[nodiscard]] std::size_t capacity() const { return capacity_; }

 private:
  std::vector<std::unique_ptr<std::byte[]>> blocks_;
  std::byte* next_ = nullptr;
  std::size_t left_ = 0;
  std::size_t capacity_ = 0;
  std::size_t block_size_ = 1024;  // bytes of the next block; grows up to 256 KiB
};

}  // namespace podseer::source
