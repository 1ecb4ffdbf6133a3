// SPDX-License-Identifier: Apache-2.0
// libFuzzer's door to one target; PODSEER_FUZZ_TARGET is its name.
#include <cstdint>
#include <string_view>

#include "fuzz/targets.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  for (const podseer::fuzz::Target& target : podseer::fuzz::targets()) {
    if (std::string_view(target.name) == PODSEER_FUZZ_TARGET) target.run({reinterpret_cast<const char*>(data), size});
  }
  return 0;
}
