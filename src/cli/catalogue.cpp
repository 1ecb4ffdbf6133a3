// SPDX-License-Identifier: Apache-2.0
#include "cli/catalogue.hpp"

#include <algorithm>
#include <cctype>
#include <cstdio>
#include <sstream>

#include "cli/emit.hpp"
#include "cli/suggest.hpp"
#include "report/catalogue.hpp"
#include "report/page.hpp"
#include "report/text.hpp"
#include "rules/rule.hpp"
#include "rules/topic.hpp"

namespace podseer::cli {
namespace {

int complain(const std::string& sentence) {
  std::fprintf(stderr, "podseer: error: %s\n", report::printable(sentence, true).c_str());
  return 2;
}

std::string upper(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return out;
}

std::vector<std::string> known_words() {
  std::vector<std::string> words;
  for (const rules::Rule& rule : rules::all_rules()) {
    words.emplace_back(rule.info.code);
    words.emplace_back(rule.info.name);
    if (!rule.info.predicts.empty()) words.emplace_back(rule.info.predicts);
  }
  for (const rules::Topic& topic : rules::all_topics()) words.emplace_back(topic.name);
  std::sort(words.begin(), words.end());
  words.erase(std::unique(words.begin(), words.end()), words.end());
  return words;
}

/// Rules that a word names: one by code or name, several by prefix of the code or by STATUS.
std::vector<const rules::Rule*> matching(std::string_view word) {
  const std::string wanted = upper(word);
  std::vector<const rules::Rule*> found;
  for (const rules::Rule& rule : rules::all_rules()) {
    if (upper(rule.info.code) == wanted || upper(rule.info.name) == wanted) return {&rule};
    const bool prefix = wanted.starts_with("POD") && rule.info.code.starts_with(wanted);
    if (prefix || upper(rule.info.predicts) == wanted) found.push_back(&rule);
  }
  return found;
}

bool named_exactly(const rules::Rule& rule, std::string_view word) {
  return upper(rule.info.code) == upper(word) || upper(rule.info.name) == upper(word);
}

}  // namespace

int list_rules(const Options& options) {
  std::vector<const rules::Rule*> chosen;
  for (const rules::Rule& rule : rules::all_rules()) {
    if (options.words.empty()) chosen.push_back(&rule);
  }
  for (const std::string& word : options.words) {
    const std::vector<const rules::Rule*> found = matching(word);
    if (found.empty()) return complain("unknown rule '" + word + "'" + did_you_mean(word, known_words()));
    chosen.insert(chosen.end(), found.begin(), found.end());
  }
  std::ostringstream out;
  const std::string format = options.format.value_or("text");
  if (format == "json") report::write_rules_json(chosen, out);
  else if (format == "markdown") report::write_rules_markdown(chosen, out);
  else report::write_rules_text(chosen, style_of(options, false), out);
  const std::string wrong = write_stdout(out.str());
  return wrong.empty() ? 0 : complain(wrong);
}

int explain(const Options& options) {
  if (options.words.empty())
    return complain("explain what? A code (POD402), a name or a STATUS; `podseer rules` lists them");
  std::ostringstream out;
  for (const std::string& word : options.words) {
    const std::vector<const rules::Rule*> found = matching(word);
    const bool one_rule = found.size() == 1 && named_exactly(*found.front(), word);
    const rules::Topic* topic = one_rule ? nullptr : rules::find_topic(word);
    if (topic != nullptr && options.format != "json") {
      report::write_page(topic->page, style_of(options, false), out);
      if (!found.empty()) out << "\nRules that predict it (podseer explain CODE tells more):\n\n";
      report::write_rules_text(found, style_of(options, false), out);
      continue;
    }
    if (found.empty())
      return complain("nothing is known about '" + report::printable(word, true) + "'" +
                      did_you_mean(word, known_words()));
    if (options.format == "json") {
      report::write_rules_json(found, out);
    } else if (found.size() == 1) {
      report::write_rule_page(found.front()->info, style_of(options, false), out);
    } else {
      out << "Rules that have to do with " << report::printable(word, true)
          << " (podseer explain CODE tells more):\n\n";
      report::write_rules_text(found, style_of(options, false), out);
    }
  }
  const std::string wrong = write_stdout(out.str());
  return wrong.empty() ? 0 : complain(wrong);
}

}  // namespace podseer::cli
