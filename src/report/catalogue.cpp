// SPDX-License-Identifier: Apache-2.0
#include "report/catalogue.hpp"

#include <algorithm>

#include "report/json_writer.hpp"
#include "report/page.hpp"
#include "report/paint.hpp"
#include "report/text.hpp"
#include "report/words.hpp"

namespace podseer::report {

void write_rules_text(const std::vector<const rules::Rule*>& rules, const Style& style, std::ostream& out) {
  std::size_t name_width = 4;
  std::size_t status_width = 6;
  for (const rules::Rule* rule : rules) {
    name_width = std::max(name_width, rule->info.name.size());
    status_width = std::max(status_width, rule->info.predicts.size());
  }
  const auto row = [&](std::string_view code, std::string_view name, std::string_view level, std::string_view status,
                       std::string_view title, Ink ink) {
    std::string line = painted(style, Ink::Bold, pad_right(code, 8)) +
                       pad_right(name, static_cast<int>(name_width) + 2) + painted(style, ink, pad_right(level, 9)) +
                       pad_right(status, static_cast<int>(status_width) + 2);
    const int used = static_cast<int>(8 + name_width + 2 + 9 + status_width + 2);
    line += cut(title, std::max(30, style.width - used), style.unicode);
    while (line.ends_with(' ')) line.pop_back();
    out << line << '\n';
  };
  row("CODE", "NAME", "LEVEL", "STATUS", "WHAT", Ink::Plain);
  for (const rules::Rule* rule : rules) {
    const rules::RuleInfo& info = rule->info;
    row(info.code, info.name, name_of(info.severity), info.predicts,
        style.korean && !info.title_ko.empty() ? info.title_ko : info.title, ink_of(info.severity));
  }
}

void write_rules_json(const std::vector<const rules::Rule*>& rules, std::ostream& out) {
  JsonWriter json;
  json.begin_object();
  json.text("schema", "podseer/rules/v1");
  json.array("rules");
  for (const rules::Rule* rule : rules) {
    const rules::RuleInfo& info = rule->info;
    json.begin_object();
    json.text("code", info.code);
    json.text("name", info.name);
    json.text("title", info.title);
    json.text("severity", name_of(info.severity));
    json.text("certainty", name_of(info.certainty));
    json.text("predicts", info.predicts);
    json.text("message", info.message);
    json.text("why", info.why);
    json.text("help", info.help);
    json.text("confirm", info.confirm);
    json.text("basis", info.basis);
    json.text("since", info.since);
    json.text("page", readable_page(info));
    json.end_object();
  }
  json.end_array();
  json.end_object();
  json.write_to(out);
}

void write_rules_markdown(const std::vector<const rules::Rule*>& rules, std::ostream& out) {
  out << "| Code | Name | Level | STATUS | What |\n|---|---|---|---|---|\n";
  for (const rules::Rule* rule : rules) {
    const rules::RuleInfo& info = rule->info;
    out << "| " << info.code << " | " << info.name << " | " << name_of(info.severity) << " | " << info.predicts << " | "
        << info.title << " |\n";
  }
}

void write_page(std::string_view page, const Style& style, std::ostream& out) {
  bool in_block = false;
  std::size_t begin = 0;
  while (begin < page.size()) {
    std::size_t end = page.find('\n', begin);
    if (end == std::string_view::npos) end = page.size();
    const std::string_view line = page.substr(begin, end - begin);
    const bool fence = line.starts_with("```");
    if (fence) in_block = !in_block;
    if (!style.color) {
      out << line << '\n';
    } else if (fence) {
      out << painted(style, Ink::Dim, line) << '\n';
    } else if (in_block) {
      out << painted(style, Ink::Help, line) << '\n';
    } else {
      out << painted(style, line.starts_with('#') ? Ink::Bold : Ink::Plain, line) << '\n';
    }
    begin = end + 1;
  }
}

void write_rule_page(const rules::RuleInfo& info, const Style& style, std::ostream& out) {
  if (style.korean && !info.why_ko.empty()) {
    const std::string head = "# " + std::string(info.code) + " " + std::string(info.title_ko) + "\n\n" +
                             std::string(info.why_ko) + "\n\n해결: " + std::string(info.help_ko) + "\n\n";
    write_page(head, style, out);
  }
  write_page(readable_page(info), style, out);
  if (!info.basis.empty()) out << "\nBasis: " << info.basis << '\n';
}

}  // namespace podseer::report
