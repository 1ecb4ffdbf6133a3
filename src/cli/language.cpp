// SPDX-License-Identifier: Apache-2.0
#include "cli/language.hpp"

#include <cstdlib>
#include <string_view>

#include "rules/rule.hpp"

namespace podseer::cli {
namespace {

void translate_text(std::string_view english, std::string_view korean, const std::vector<rules::Argument>& arguments,
                    std::string& text) {
  if (!korean.empty() && text == rules::fill(english, arguments)) text = rules::fill(korean, arguments);
}

}  // namespace

std::string language_of(const Options& options) {
  if (options.lang) return *options.lang;
  // Programs read the other formats: what they get does not depend on whose terminal it is.
  const std::string format = options.format.value_or("text");
  const bool for_people = format == "text" || format == "table" || format == "wide" || format == "timeline" ||
                          format == "html" || format == "markdown";
  if (!for_people || !options.outputs.empty()) return "en";
  for (const char* name : {"LC_ALL", "LC_MESSAGES", "LANG"}) {
    const char* value = std::getenv(name);
    if (value != nullptr && *value != '\0') return std::string_view(value).starts_with("ko") ? "ko" : "en";
  }
  return "en";
}

void translate(std::vector<rules::Finding>& findings) {
  for (rules::Finding& finding : findings) {
    const rules::Rule* rule = rules::find_rule(finding.rule);
    if (rule == nullptr) continue;
    std::vector<rules::Argument> arguments;
    for (const auto& [name, value] : finding.arguments) arguments.emplace_back(name, value);
    translate_text(rule->info.message, rule->info.message_ko, arguments, finding.message);
    translate_text(rule->info.help, rule->info.help_ko, arguments, finding.help);
  }
}

}  // namespace podseer::cli
