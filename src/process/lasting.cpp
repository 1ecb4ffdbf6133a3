// SPDX-License-Identifier: Apache-2.0
// What stays, by its looks: `sleep 3600` that is neither in the background nor the way out of a failure, `tail -f`,
// time.sleep(3600), serve_forever(), `while True:` that sleeps and never breaks. `sleep 3600 & wait $!` stays as well,
// by its `wait`.
#include "process/lasting.hpp"

#include <re2/re2.h>

namespace podseer::process {

bool looks_lasting(std::string_view text) {
  // At least five minutes, or for ever; at the end of a line, a command or a call.
  static const re2::RE2 stays(
      "(?m)"
      "(?:^|[;({\"'\\n]|&&|[^&|]&|\\bdo|\\bthen)\\s*(?:exec\\s+)?sleep\\s+(?:inf\\w*|\\d+[hd]|[5-9]m|\\d{2,}m|[3-9]"
      "\\d\\d|\\d{4,})s?\\s*(?:$|[;)'\"}]|\\|\\||&&)"
      "|\\btail\\s(?:[^\\n;|&]*\\s)?-\\w*[fF]\\b"
      "|\\bsleep\\(\\s*(?:[3-9]\\d\\d|\\d{4,})(?:\\.\\d*)?\\s*\\)"
      "|\\bsleep\\(\\s*\\d+\\s*\\*\\s*\\d+"
      "|\\b(?:serve|run)_forever\\(|\\bsignal\\.pause\\(\\)|\\buvicorn\\.run\\(|\\bapp\\.run\\("
      "|^wait\\s*(?:$|\\$!)|[;&]\\s*wait\\s*(?:$|\\$!)");
  static const re2::RE2 loops("(?m)^while\\s+(?:True|1)\\s*:|\\bwhile\\s+(?:true|:)\\s*[;\\n]\\s*do\\b");
  static const re2::RE2 leaves("\\bbreak\\b|\\bexit\\b|\\breturn\\b|\\braise\\b");
  static const re2::RE2 sleeps("\\bsleep\\b");
  constexpr std::size_t kLongest = 65536;  // bytes; longer scripts are not looked at
  if (text.size() > kLongest) return false;
  const re2::StringPiece piece(text.data(), text.size());
  if (re2::RE2::PartialMatch(piece, stays)) return true;
  return re2::RE2::PartialMatch(piece, loops) && re2::RE2::PartialMatch(piece, sleeps) &&
         !re2::RE2::PartialMatch(piece, leaves);
}

}  // namespace podseer::process
