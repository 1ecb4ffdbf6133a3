// SPDX-License-Identifier: Apache-2.0
#include "report/changes.hpp"

#include <iomanip>

#include "report/json_writer.hpp"
#include "report/text.hpp"

namespace podseer::report {
namespace {

std::string_view word_of(Change change) {
  switch (change) {
    case Change::NewlyFailing: return "newly failing";
    case Change::FailsDifferently: return "fails differently";
    case Change::Mended: return "mended";
    case Change::New: return "new";
    case Change::Gone: return "gone";
  }
  return "";
}

void write_json(std::span<const ChangeRow> rows, std::ostream& out) {
  JsonWriter json;
  json.begin_object();
  json.text("schema", "podseer/diff/v1");
  json.array("changes");
  for (const ChangeRow& row : rows) {
    json.begin_object();
    json.text("change", word_of(row.change));
    json.text("owner", row.owner);
    json.text("before", row.before);
    json.text("after", row.after);
    json.text("why", row.why);
    json.end_object();
  }
  json.end_array();
  json.end_object();
  json.write_to(out);
}

void write_markdown(std::span<const ChangeRow> rows, std::ostream& out) {
  out << "| pods of | before | after | |\n|---|---|---|---|\n";
  for (const ChangeRow& row : rows) {
    out << "| `" << printable(row.owner, true) << "` | " << (row.before.empty() ? "-" : row.before) << " | "
        << (row.after.empty() ? "-" : row.after) << " | " << word_of(row.change) << (row.why.empty() ? "" : ": ")
        << printable(row.why, true) << " |\n";
  }
}

void write_text(std::span<const ChangeRow> rows, std::ostream& out) {
  for (const ChangeRow& row : rows) {
    out << std::left << std::setw(18) << word_of(row.change) << ' ' << printable(row.owner, true) << ": ";
    if (row.after.empty()) {
      out << "was " << row.before;
    } else {
      out << row.before << (row.before.empty() ? "" : " -> ") << row.after;
    }
    out << (row.why.empty() ? "" : "  # ") << printable(row.why, true) << '\n';
  }
}

}  // namespace

bool write_changes(std::string_view format, std::span<const ChangeRow> rows, std::size_t owners, std::ostream& out) {
  if (format == "json") {
    write_json(rows, out);
    return true;
  }
  if (format != "text" && format != "markdown") return false;
  if (rows.empty()) {
    out << "nothing changes for the pods of " << owners << (owners == 1 ? " workload\n" : " workloads\n");
  } else if (format == "markdown") {
    write_markdown(rows, out);
  } else {
    write_text(rows, out);
  }
  return true;
}

}  // namespace podseer::report
