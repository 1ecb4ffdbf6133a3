// SPDX-License-Identifier: Apache-2.0
// Recorded outputs below testdata/golden. PODSEER_BLESS=1 (./dev bless) writes them anew; a person
// reads the difference.
#pragma once

#include <string>

namespace podseer::tests {

/// Compares with testdata/golden/NAME, or writes it when blessing.
void check_golden(const std::string& name, const std::string& text);
/// The same for any file of the checkout.
void check_recorded(const std::string& path, const std::string& text);

}  // namespace podseer::tests
