// SPDX-License-Identifier: Apache-2.0
#include "report/paint.hpp"

namespace podseer::report {

std::string painted(const Style& style, Ink ink, std::string_view text) {
  if (!style.color || ink == Ink::Plain || text.empty()) return std::string(text);
  std::string_view code;
  switch (ink) {
    case Ink::Plain: break;
    case Ink::Bold: code = "1"; break;
    case Ink::Dim: code = "2"; break;
    case Ink::Error: code = "1;31"; break;
    case Ink::Warning: code = "1;33"; break;
    case Ink::Note: code = "1;36"; break;
    case Ink::Good: code = "32"; break;
    case Ink::Gutter: code = "34"; break;
    case Ink::Help: code = "36"; break;
  }
  return "\x1b[" + std::string(code) + "m" + std::string(text) + "\x1b[0m";
}

Ink ink_of(rules::Severity severity) {
  switch (severity) {
    case rules::Severity::Error: return Ink::Error;
    case rules::Severity::Warning: return Ink::Warning;
    case rules::Severity::Note: break;
  }
  return Ink::Note;
}

}  // namespace podseer::report
