// SPDX-License-Identifier: Apache-2.0
// schemas/kubernetes.tsv and schemas/removed-apis.tsv to C++: one string pool and arrays of rows that
// point into it by offset, all constant, so that the program's start costs nothing.
#include <algorithm>
#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "generate/schema.hpp"

namespace podseer::generate {
namespace {

struct Pool {
  std::string bytes;
  std::map<std::string, std::size_t> known;

  /// `{offset, size}` of a text that is in the pool from now on.
  std::string add(const std::string& text) {
    if (text.empty() || text == "-") return "{0, 0}";
    auto [at, added] = known.try_emplace(text, bytes.size());
    if (added) bytes += text;
    return "{" + std::to_string(at->second) + ", " + std::to_string(text.size()) + "}";
  }
};

std::vector<std::string> split(const std::string& line) {
  std::vector<std::string> cells;
  std::size_t begin = 0;
  while (true) {
    const std::size_t tab = line.find('\t', begin);
    cells.push_back(line.substr(begin, tab == std::string::npos ? tab : tab - begin));
    if (tab == std::string::npos) return cells;
    begin = tab + 1;
  }
}

std::string minor_of(const std::string& cell) { return cell == "-" ? "0" : cell; }

constexpr std::pair<std::string_view, std::string_view> kElements[] = {{"string", "String"},
                                                                       {"int32", "Int32"},
                                                                       {"int64", "Int64"},
                                                                       {"bool", "Bool"},
                                                                       {"quantity", "Quantity"},
                                                                       {"int-or-string", "IntOrString"},
                                                                       {"time", "Time"},
                                                                       {"microtime", "MicroTime"},
                                                                       {"duration", "Duration"},
                                                                       {"bytes", "Bytes"},
                                                                       {"any", "Any"}};

/// A field's shape and element; `type` becomes the number of the type it refers to. False when unknown.
bool read_shape(std::string text, const std::map<std::string, std::size_t>& types, std::string& shape,
                std::string& element, std::string& type) {
  shape = "One";
  if (text.starts_with("[]")) {
    shape = "List";
    text.erase(0, 2);
  } else if (text.starts_with("map ")) {
    shape = "Map";
    text.erase(0, 4);
  }
  type = "kNoType";
  if (text.starts_with("#")) {
    const auto known = types.find(text.substr(1));
    if (known == types.end()) return false;
    element = "Ref";
    type = std::to_string(known->second);
    return true;
  }
  for (const auto& [name, id] : kElements) {
    if (text != name) continue;
    element = id;
    return true;
  }
  return false;
}

struct Row {
  std::size_t line = 0;
  std::vector<std::string> cells;
};

std::string read_rows(const std::filesystem::path& path, std::vector<Row>& rows) {
  std::ifstream in(path);
  if (!in) return path.string() + ": cannot be read";
  std::string line;
  for (std::size_t number = 1; std::getline(in, line); ++number) {
    if (!line.empty() && line[0] != '#') rows.push_back({number, split(line)});
  }
  return {};
}

void write_pool(const Pool& pool, std::ostream& out) {
  out << "const char kPool[] =\n";
  for (std::size_t i = 0; i < pool.bytes.size(); i += 100) out << "    \"" << pool.bytes.substr(i, 100) << "\"\n";
  out << "    ;\n";
}

}  // namespace

std::string write_schema(const std::filesystem::path& root, std::ostream& out) {
  const std::filesystem::path path = root / "schemas" / "kubernetes.tsv";
  std::vector<Row> rows;
  std::string error = read_rows(path, rows);
  if (!error.empty()) return error;

  std::map<std::string, std::size_t> types;
  for (const Row& row : rows) {
    if (row.cells[0] == "type" && row.cells.size() == 2) types.try_emplace(row.cells[1], types.size());
  }

  Pool pool;
  std::ostringstream fields, type_rows;
  std::vector<std::pair<std::string, std::string>> kinds;  // sort key, row
  std::size_t field_count = 0, first_field = 0;
  std::string open_type, last_field;
  const auto close_type = [&] {
    if (open_type.empty()) return;
    type_rows << "    {" << pool.add(open_type) << ", " << first_field << ", " << field_count - first_field << "},\n";
    first_field = field_count;
    last_field.clear();
  };
  for (const Row& row : rows) {
    const std::vector<std::string>& c = row.cells;
    const std::string place = path.string() + ":" + std::to_string(row.line) + ": ";
    if (c[0] == "kind" && c.size() == 9) {
      const auto type = types.find(c[8]);
      kinds.emplace_back(c[3] + '\t' + c[1] + '\t' + c[2],
                         "{" + pool.add(c[1]) + ", " + pool.add(c[2]) + ", " + pool.add(c[3]) + ", " +
                             (type == types.end() ? "kNoType" : std::to_string(type->second)) + ", " +
                             (c[4] == "namespaced" ? "true" : "false") + ", " + (c[5] == "on" ? "true" : "false") +
                             ", " + minor_of(c[6]) + ", " + minor_of(c[7]) + "}");
    } else if (c[0] == "type" && c.size() == 2) {
      close_type();
      open_type = c[1];
    } else if (c[0] == "field" && c.size() == 8 && !open_type.empty()) {
      std::string shape, element, type;
      if (!read_shape(c[2], types, shape, element, type)) return place + "unknown type " + c[2];
      if (!last_field.empty() && last_field >= c[1]) return place + "fields are not sorted";
      last_field = c[1];
      fields << "    {" << pool.add(c[1]) << ", " << pool.add(c[3]) << ", " << pool.add(c[4]) << ", " << type
             << ", Shape::" << shape << ", Element::" << element << ", " << minor_of(c[5]) << ", " << minor_of(c[6])
             << (c[7] == "required" ? ", true" : ", false") << "},\n";
      ++field_count;
    } else {
      return place + "neither a kind, a type nor a field";
    }
  }
  close_type();
  std::sort(kinds.begin(), kinds.end());

  std::vector<Row> removed;
  const std::filesystem::path removed_path = root / "schemas" / "removed-apis.tsv";
  error = read_rows(removed_path, removed);
  if (!error.empty()) return error;
  std::ostringstream removed_rows;
  for (const Row& row : removed) {
    const std::vector<std::string>& c = row.cells;
    if (c.size() != 4) return removed_path.string() + ":" + std::to_string(row.line) + ": four cells are needed";
    removed_rows << "    {" << pool.add(c[1]) << ", " << pool.add(c[2]) << ", " << pool.add(c[3]) << ", " << c[0]
                 << "},\n";
  }

  out << "// Generated from schemas/kubernetes.tsv and schemas/removed-apis.tsv.\n"
         "#include \"kube/schema_rows.hpp\"\n\nnamespace podseer::kube::schema {\n\n";
  write_pool(pool, out);
  out << "const FieldRow kFields[] = {\n" << fields.str() << "};\n";
  out << "const TypeRow kTypes[] = {\n" << type_rows.str() << "};\n";
  out << "const std::uint16_t kTypeCount = " << types.size() << ";\n";
  out << "const KindRow kKinds[] = {\n";
  for (const auto& [key, row] : kinds) out << "    " << row << ",\n";
  out << "};\nconst std::uint16_t kKindCount = " << kinds.size() << ";\n";
  out << "const RemovedRow kRemoved[] = {\n" << removed_rows.str() << "};\n";
  out << "const std::uint16_t kRemovedCount = " << removed.size() << ";\n\n}  // namespace podseer::kube::schema\n";
  return {};
}

}  // namespace podseer::generate
