// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace podseer::process {

/// Takes one step back out of a depth when the scope ends, however it ends. The step in is the caller's:
/// `if (++depth_ > kMost) ...; const StepBack back{depth_};`
struct StepBack {
  int& depth;
  ~StepBack() { --depth; }
};

}  // namespace podseer::process
