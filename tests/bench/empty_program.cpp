// SPDX-License-Identifier: Apache-2.0
// What starting any C++ program costs here.
#include <string>

int main(int argc, char**) { return std::string(static_cast<std::size_t>(argc), 'x').size() == 1 ? 0 : 1; }
