// SPDX-License-Identifier: Apache-2.0
#include "source/arena.hpp"

#include <algorithm>
#include <cstdint>

namespace podseer::source {

void* Arena::allocate(std::size_t bytes, std::size_t align) {
  const auto address = reinterpret_cast<std::uintptr_t>(next_);
  const std::size_t pad = (align - address % align) % align;
  if (next_ == nullptr || left_ < bytes + pad) {
    const std::size_t size = std::max(block_size_, bytes + align);
    blocks_.push_back(std::make_unique_for_overwrite<std::byte[]>(size));
    next_ = blocks_.back().get();
    left_ = size;
    capacity_ += size;
    // Later blocks hold what was estimated wrongly: half of what there is already.
    block_size_ = std::clamp<std::size_t>(capacity_ / 2, 512, std::size_t{256} * 1024);
    return allocate(bytes, align);
  }
  std::byte* result = next_ + pad;
  next_ += pad + bytes;
  left_ -= pad + bytes;
  return result;
}

}  // namespace podseer::source
